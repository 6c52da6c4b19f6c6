/*{
  "ISFVSN": "2",
  "DESCRIPTION": "A drowned society in section: a bright restless ceiling, a long starvation, a floor that lives on what falls.",
  "CREDIT": "Photophore",
  "CATEGORIES": ["generator", "scene"],
  "PHOTOPHORE": {"COLOR": "linear", "SCALES": true, "READS": ["water", "bodies", "people"], "FLOOR": "section", "MEAN": 0.018, "MACROS": {"population": "life", "abundance": "abundance", "speed": "flow", "fairness": "reform"}},
  "INPUTS": [
    {"NAME": "glow", "LABEL": "Glow", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 2.0},
    {"NAME": "flow", "LABEL": "Flow", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 2.0},
    {"NAME": "life", "LABEL": "Life", "TYPE": "float", "DEFAULT": 0.7, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "abundance", "LABEL": "Abundance: factor on how often life shows", "TYPE": "float", "DEFAULT": 1.0, "MIN": 1.0, "MAX": 3.0},
    {"NAME": "grow", "LABEL": "Grown: 0 = not begun, 1 = whole", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "reform", "LABEL": "Reform: 0 = the canopy has the light, 1 = equal", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "dusk", "LABEL": "Dusk: the floor rises to the light", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "level", "LABEL": "Level: the canopy's light turns level and white", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1.0}
  ],
  "PASSES": [
    {"TARGET": "grain", "FLOAT": true, "WIDTH": 128, "HEIGHT": 128, "WRAP": "repeat"},
    {"TARGET": "mind", "PERSISTENT": true, "FLOAT": true, "WIDTH": 64, "HEIGHT": 2},
    {"TARGET": "profile", "FLOAT": true, "WIDTH": "floor(256*$WIDTH/$HEIGHT)", "HEIGHT": 8},
    {"TARGET": "section", "FLOAT": true, "WIDTH": "floor(180*$WIDTH/$HEIGHT)", "HEIGHT": 180},
    {"TARGET": "plates", "WIDTH": "floor(min($HEIGHT, 540)*$WIDTH/$HEIGHT)", "HEIGHT": "min($HEIGHT, 540)"},
    {"TARGET": "agents", "PERSISTENT": true, "FLOAT": true, "WIDTH": 128, "HEIGHT": 128, "FILTER": "nearest"},
    {"TARGET": "landed", "POINTS": "agents", "BLEND": "add", "POINT_SIZE": 1, "WIDTH": "floor(180*$WIDTH/$HEIGHT)", "HEIGHT": 180},
    {"TARGET": "kept", "PERSISTENT": true, "FLOAT": true, "WIDTH": "floor(180*$WIDTH/$HEIGHT)", "HEIGHT": 180},
    {"TARGET": "lit", "FLOAT": true, "WIDTH": 128, "HEIGHT": 128, "FILTER": "nearest"},
    {"TARGET": "sparks", "POINTS": "lit", "BLEND": "add", "POINT_SIZE": "max(3.2, $HEIGHT*0.0085)"},
    {}
  ]
}*/

// Height is height: bodies stand in the section where they are. Lengths are in picture heights (H).
//
//   grain    three textures of chance, read by position
//   mind     row 0, by x: x how much the canopy above leans towards somebody who moves, y the same for who has settled;
//            row 1: x time that runs with `flow`, y seconds since the scene began, at most 60
//   section  x how dense the rafts are, y where they rub, w how near a riser
//   profile  row k, by x: height of plate k, how much of it there is, how much light it has, how thick it is
//   plates   x light of the plates
//   agents   xy where, 0..1; z, w by kind. Rows 0..87 cells: z seconds since the flash, w 1 + freshness.
//            Rows 88..107 crumbs: z seconds in this state, w 0 falling, 1 eaten, 2 landed, 3 not there.
//            Rows 108..127 animals of the floor: z height wanted, w 1
//   landed   crumbs that came to rest in this frame
//   kept     x light that rubbing left in the canopy, y what has fallen here (half-life 60 s), z who lives on it,
//            w how far a place that a body hid has come back into sight, from -0.7: it waits for a second
//   lit      agents that shine now: xy, light, kind; the others are put outside the frame
//   sparks   one point for each of them

#include "lib/noise.glsl"
#include "lib/spectrum.glsl"
#include "lib/room.glsl"
#include "lib/points.glsl"

const ivec2 AGENTS = ivec2(128, 128);
const int COUNT = 16384;
const int CRUMBS = 11264;     // first crumb: 88 rows of 128 cells before it
const int ANIMALS = 13824;    // first animal: 20 rows of crumbs before it
const float POINT = 0.0085;   // H, the square of a point; its core is 0.0035 H
const float SHARE = 0.61;     // of the cells live in the canopy
const int SHELVES = 8;

float wide() { return float(textureSize(water, 0).x) / float(textureSize(water, 0).y); }
float step_time() { return clamp(TIMEDELTA, 0.0, 0.1); }
float toward(float seconds) { return 1.0 - exp(-step_time() / seconds); }
float running() { return texelFetch(mind, ivec2(0, 1), 0).x; }
vec3 rough(vec2 at) { return texture(grain, at).xyz; }

// Privilege over the floor by the scene's own reform.
float favour(float across) { return privilege_at(across, reform); }

vec4 weave(vec2 uv) { return vec4(tiled(uv, 8, 711), tiled(uv, 19, 712), tiled(uv, 41, 713), 1.0); }

vec4 think(ivec2 c) {
    vec4 was = FRAMEINDEX == 0 ? vec4(0.0) : texelFetch(mind, c, 0);
    // 4,096 s: far longer than the scene, and the grain repeats without a seam at whole numbers only, so never mind.
    if (c.y == 1) return vec4(mod(was.x + step_time() * flow, 4096.0), min(was.y + step_time(), 60.0), 0.0, 1.0);
    float x = (float(c.x) + 0.5) / 64.0 * wide(), moves = 0.0, rests = 0.0;
    int last = int(people_summary().x);
    for (int i = 0; i < last; i++) {
        vec4 at = person_answer(i), state = person_state(i), stands = person_at(i);
        float near = exp(-(x - at.x) * (x - at.x) / 0.018), still = exp(-(x - stands.x) * (x - stands.x) / 0.018);
        moves = max(moves, near * smoothstep(0.02, 0.15, length(at.zw)) * person_level(i).x * favour(at.x / wide()));
        rests = max(rests, still * state.x * state.y * mix(0.15, 1.0, favour(stands.x / wide())));
    }
    // The ceiling leans within a second and draws back in three.
    return vec4(was.x + (moves - was.x) * toward(moves > was.x ? 0.8 : 3.0),
                was.y + (rests - was.y) * toward(rests > was.y ? 3.0 : 2.0), 0.0, 1.0);
}

// ---------------------------------------------------------------- the section

// How far the canopy hangs down at x, H: thick over the favoured end, ragged, level at the end of the scene.
float roof(float x) {
    float t = running();
    vec2 lean = texture(mind, vec2(x / wide(), 0.25)).xy;
    float thick = mix(0.215, 0.105, smoothstep(0.25, 1.05, x / wide()));
    // Noise on a grid is flat along its axes: the way through it lies across them.
    float rag = 0.30 * (rough(vec2(x * 0.21 + 0.004 * t, 0.30 + 0.17 * x + 0.0013 * t)).x - 0.5)
              + 0.16 * (rough(vec2(x * 0.31 + 0.006 * t, 0.70 - 0.23 * x)).y - 0.5) + 0.07 * (rough(vec2(x * 0.42 - 0.004 * t, 0.20 + 0.31 * x)).z - 0.5);
    float hangs = thick + rag + 0.12 * max(lean.x, 0.75 * lean.y) + 0.05 * dusk;
    return max(mix(hangs, 0.19, smoothstep(0.1, 0.8, level)), 0.03);
}

// Three rafts that drift at speeds of their own (0.12 h^3): x how dense, y where they rub against each other.
vec2 rafts(vec2 at) {
    float t = running(), below = 1.0 - at.y, deep = roof(at.x);
    float edge = 0.09 * (rough(at * vec2(0.9, 1.7) + vec2(-0.05 * t, 0.0)).y - 0.5)
               + 0.05 * (rough(at * vec2(1.7, 2.3) + vec2(-0.06 * t, 0.3)).z - 0.5);
    float in_canopy = smoothstep(0.030, -0.045, below - deep + edge * (1.0 - level));
    vec2 sway = vec2(0.0, 0.02 * (rough(vec2(at.x * 0.3, 0.02 * t)).y - 0.5));
    vec3 a = rough((at + sway) * vec2(0.30, 0.62) + vec2(-0.036 * t, 0.003 * t));
    vec3 b = rough((at - sway) * vec2(0.41, 0.80) + vec2(-0.031 * t, 0.37 - 0.002 * t));
    vec3 c = rough(at * vec2(0.23, 0.49) + vec2(-0.012 * t, 0.71));
    float first = a.x * 0.62 + a.y * 0.38, second = b.x * 0.60 + b.y * 0.40, third = c.x * 0.7 + c.y * 0.3;
    float dense = smoothstep(0.40 - 0.16 * dusk, 0.62, max(first, second));
    // Two rafts touch where they are equally dense; the touching is a ragged line, broken by the finest grain.
    float d = first - second, e = second - third;
    float rub = exp(-d * d / 0.0020) * smoothstep(0.34, 0.52, first) + 0.7 * exp(-e * e / 0.0008) * smoothstep(0.42, 0.55, third);
    rub *= 0.45 + 1.2 * smoothstep(0.35, 0.75, a.z);
    // The rim below is where the canopy is struck most.
    float rim = exp(-pow((below - deep + edge + 0.03) / 0.035, 2.0));
    return vec2(dense, min(rub * (0.65 + 0.8 * rim), 1.5)) * in_canopy * smoothstep(0.0, 0.4, grow);
}

// Shelf k at x: x height of its top, y how much of it there is. Plates of unequal length that slope 8 to 15 degrees, most
// of them away from the favoured end, and thin out to nothing at both ends; between two plates there is water.
vec2 shelf(int k, float x, out int piece) {
    float length_of = 0.62 + 0.75 * chance(k, 721);
    float along = (x + 9.0 + 1.9 * chance(k, 722)) / length_of;
    piece = k * 64 + (int(floor(along)) & 63);
    float f = fract(along), whole = 0.62 + 0.36 * chance(piece, 728);
    float base = 0.70 - 0.088 * float(k) + 0.05 * (chance(piece, 723) - 0.5);
    float slope = mix(0.14, 0.26, chance(piece, 724)) * (chance(piece, 725) < 0.8 ? -1.0 : 0.7);
    vec3 wide_one = rough(vec2(x * 0.37 + 0.19 * float(k), 0.11 * float(k) + 0.0009 * running()));
    vec3 fine = rough(vec2(x * 0.8, 0.17 * float(k)));
    float top = base + slope * (f - 0.5 * whole) * length_of + 0.030 * (wide_one.y - 0.5) + 0.010 * (fine.z - 0.5);
    float there = smoothstep(0.0, 0.16, f) * smoothstep(whole, whole - 0.30, f);
    return vec2(top, there);
}

vec4 lie(vec2 uv) {
    int k = int(gl_FragCoord.y), piece;
    vec2 plate = shelf(k, uv.x * wide(), piece);
    // A tread of the light: each plate has less than the one above; equal at reform 1.
    float has = mix(exp2(-0.78 * float(k)), 0.40, reform) * (0.45 + 1.1 * chance(piece, 727)) * mix(1.15, 0.8, uv.x);
    return vec4(plate, has, mix(0.022, 0.075, chance(piece, 726)));
}

vec4 cut(vec2 uv) {
    vec2 raft = rafts(uv * vec2(wide(), 1.0));
    float near = 1.0;
    for (int k = 0; k < SHELVES; k++) {
        vec4 plate = texture(profile, vec2(uv.x, (float(k) + 0.5) / float(SHELVES)));
        near = min(near, abs(plate.x - uv.y) + 0.03 * (1.0 - plate.y));
    }
    return vec4(raft, 0.0, exp(-near / 0.015));
}

// The plates, each in front of the ones above it: bright at the edge, in layers below it, dark underneath. Layers follow
// the slope of their own plate, uneven in width.
vec4 stack(vec2 uv) {
    float light = 0.0, edges = 0.0, x = uv.x * wide();
    vec3 crumbs = rough(vec2(x * 2.9, uv.y * 2.9));
    for (int k = 0; k < SHELVES; k++) {
        vec4 plate = texture(profile, vec2(uv.x, (float(k) + 0.5) / float(SHELVES)));
        float under = plate.x - uv.y, below = max(under, 0.0);
        float cover = smoothstep(-0.5, 0.5, under * RENDERSIZE.y) * plate.y;
        float thick = plate.w * plate.y + 0.002, stays = 1.0 - cover * exp(-below / (2.2 * thick));
        float body = cover * exp(-below / thick) * plate.z;
        light *= stays;
        edges *= stays;
        for (int n = 0; n < (body > 0.002 ? 1 : 0); n++) {
            vec3 lamina = rough(vec2(x * 0.23 + 0.31 * float(k), under * 2.1 + 0.23 * float(k)));
            vec3 fine = rough(vec2(x * 0.61 + 0.17 * float(k), under * 5.3 + 0.41 * float(k)));
            light += body * (0.10 + 1.35 * smoothstep(0.42, 0.74, 0.36 * lamina.y + 0.50 * fine.y + 0.14 * crumbs.z));
            edges += cover * exp(-below / 0.0045) * plate.z * smoothstep(0.40, 0.66, 0.4 * lamina.z + 0.6 * crumbs.z);
        }
    }
    float begun = smoothstep(0.0, 0.35, grow - 0.6 * (1.0 - uv.y));
    return vec4((0.75 * light + 1.3 * edges) * begun, 0.0, 0.0, 1.0);
}

// ---------------------------------------------------------------- agents

// Cells of the canopy stand on an uneven lattice, at least a point's square apart, so that no place rises twice for two
// of them: the rafts pass over them and light them where they stand.
vec2 stand(int i) {
    float most = SHARE * float(CRUMBS), apart = max(sqrt(0.30 * wide() / most), 0.0088);
    int columns = max(int(wide() / apart), 1);
    vec2 cell_of = vec2(i % columns, i / columns) + 0.5 + 0.85 * (vec2(chance(i, 732), chance(i, 734)) - 0.5);
    vec2 at = vec2(cell_of.x * apart / wide(), 1.0 - cell_of.y * apart);
    return at.y > 0.66 ? at : vec2(0.5, -1.0);
}

vec4 cell(int i, vec4 was) {
    float dt = step_time();
    int dice = i + FRAMEINDEX * COUNT;
    bool high = float(i) < SHARE * float(CRUMBS);
    vec2 place = high ? stand(i) : was.xy;
    if (FRAMEINDEX == 0 || was.w < 0.5) {
        return vec4(high ? place : vec2(chance(i, 734), 0.76 * pow(chance(i, 733), 0.8)), 100.0, 2.0);
    }
    float age = min(was.z + dt, 1000.0), fresh = 1.0 - (2.0 - was.w) * exp(-dt / 12.0);
    vec4 here = texture(section, place), stirred = texture(water, place);
    float answer = smoothstep(0.7, 2.8, stirred.z) * mix(0.10, 1.0, favour(place.x));
    float lean = texture(mind, vec2(place.x, 0.25)).x;
    float rubs = here.y * (0.6 + 2.2 * lean) * (1.0 - 0.65 * reform) + 0.05 * reform * here.x;
    // Over the first four seconds they wake one after another.
    float rate = abundance * 1.7 * smoothstep(0.0, 4.0, running()) * rubs * float(high) * smoothstep(0.0, 0.5, life) * (1.0 - smoothstep(0.1, 0.9, level))
               + 8.0 * max(0.0, answer - 0.4 * chance(i, 735));
    // Of those that stand in the canopy, which are many, one in twenty rises within 0.1 s at most.
    rate = high ? min(rate, 0.55) : rate;
    // 1.3 s and more between two flashes of one cell, by chance.
    bool ready = age > 1.3 + 1.2 * chance(i, 736) && chance(i, 737) < 0.3 + life;
    if (ready && chance(dice, 738) < 1.0 - exp(-dt * rate)) return vec4(place, 0.0, 1.0 + 0.6 * fresh);
    if (high) return vec4(place, age, 1.0 + fresh);
    // One that shines stands still.
    vec2 at = place + stirred.xy * mix(0.3, 1.0, favour(place.x)) * step(0.6, age) * dt / vec2(wide(), 1.0);
    return vec4(fract(at.x), clamp(at.y, 0.0, 1.0), age, 1.0 + fresh);
}

vec4 crumb(int i, vec4 was) {
    float dt = step_time();
    int dice = i + FRAMEINDEX * COUNT;
    if (FRAMEINDEX == 0) {
        // As if it had snowed for a while: fewer and fewer towards the floor.
        float y = 0.82 + 0.30 * log(max(chance(i, 741), 0.06));
        return vec4(chance(i, 742), y, 0.0, chance(i, 743) < 0.62 ? 0.0 : 3.0);
    }
    float state = was.w, age = was.z + dt;
    if (state > 2.5) {
        if (chance(dice, 744) > dt * 0.10 * life * grow * abundance) return vec4(was.xy, age, 3.0);
        // Born where a cell of the canopy has just died.
        vec4 from = texelFetch(agents, ivec2(int(chance(dice, 745) * 128.0), int(chance(dice, 746) * 54.0)), 0);
        bool died = from.z > 0.2 && from.z < 6.0 && from.y > 0.62;
        return died ? vec4(from.xy, 0.0, 0.0) : vec4(was.xy, 0.0, 3.0);
    }
    if (state > 1.5) return vec4(was.xy, 0.0, 3.0);
    if (state > 0.5) return vec4(was.xy, age, age > 0.9 ? 3.0 : 1.0);
    // 0.085 a second: nine of ten are eaten over 0.55 H. Reform lets most of them through.
    float hunger = 0.085 * mix(1.0, 0.25, reform) * smoothstep(0.80, 0.62, was.y);
    if (chance(dice, 747) < dt * hunger * flow) return vec4(was.xy, 0.0, 1.0);
    vec2 sway = curl(vec2(was.x * wide(), was.y) * 3.0 + vec2(0.0, 0.05 * running()), 748);
    vec2 v = flow * vec2(0.010 * sway.x, -0.020 * (0.4 + 1.4 * chance(i, 749)) + 0.004 * sway.y) + texture(water, was.xy).xy * 0.8;
    vec2 at = was.xy + v * dt / vec2(wide(), 1.0);
    if (at.x < 0.0 || at.x > 1.0 || at.y < 0.004) return vec4(was.xy, 0.0, at.y < 0.004 ? 2.0 : 3.0);
    // On the edge of a shelf, or on somebody who stands still, one in three comes to rest within a second.
    vec4 body = texture(bodies, at);
    float rests = 0.5 * smoothstep(0.55, 0.9, texture(section, at).w) + 3.0 * body.y * smoothstep(0.05, 0.0, abs(body.x));
    return chance(dice, 750) < dt * rests ? vec4(at, 0.0, 2.0) : vec4(at, age, 0.0);
}

vec4 animal(int i, vec4 was) {
    float dt = step_time();
    // Home: in the lowest part, thick in some places and absent in others.
    float x = chance(i, 751), y = 0.02 + 0.36 * chance(i, 752) * chance(i, 753);
    if (FRAMEINDEX == 0) return vec4(x, y, y, 1.0);
    // Each notices dusk in its own time; who was higher stays higher.
    float call = smoothstep(0.02 + 0.5 * chance(i, 754), 0.30 + 0.6 * chance(i, 754), dusk);
    float under = 1.0 - roof(was.x * wide()) - 0.02;
    float wanted = mix(y, under - 0.16 * chance(i, 755) * chance(i, 756), call);
    float pace = mix(0.034, 0.062, chance(i, 757));
    float climbs = clamp((wanted - was.y) * 1.2, -pace, pace) * (0.7 + 0.6 * rough(vec2(0.1 * float(i), 0.05 * running())).x);
    // At rest it crawls towards what has fallen, 0.01 H/s.
    float e = 0.02;
    float food = texture(kept, was.xy + vec2(e, 0.0)).y - texture(kept, was.xy - vec2(e, 0.0)).y;
    vec2 sway = curl(vec2(was.x * wide(), was.y) * 2.6 + vec2(0.04 * running(), float(i & 3)), 758);
    vec2 v = vec2(0.010 * clamp(8.0 * food, -1.0, 1.0) + 0.016 * call * sway.x, climbs + 0.012 * call * sway.y) * flow;
    v.x += 0.002 * (x - was.x) * wide();
    v += texture(water, was.xy).xy * 0.7 * smoothstep(0.02, 0.2, was.y);
    vec2 at = was.xy + v * dt / vec2(wide(), 1.0);
    return vec4(clamp(at, vec2(-0.02, 0.0), vec2(1.02, 1.0)), wanted, 1.0);
}

vec4 live(ivec2 c) {
    int i = c.x + c.y * AGENTS.x;
    vec4 was = texelFetch(agents, c, 0);
    if (i < CRUMBS) return cell(i, was);
    return i < ANIMALS ? crumb(i, was) : animal(i, was);
}

// ---------------------------------------------------------------- what is left

vec4 keep(vec2 uv) {
    float dt = step_time();
    vec2 at = uv * vec2(wide(), 1.0);
    vec4 here = texture(section, uv), was = texture(kept, uv);
    float fallen = texelFetch(landed, ivec2(gl_FragCoord.xy), 0).x;
    if (FRAMEINDEX == 0) {
        float lies = smoothstep(0.75, 1.0, here.w) * smoothstep(0.45, 0.75, rough(at * 0.6).z) * smoothstep(0.75, 0.4, uv.y);
        return vec4(0.0, lies, 0.7 * lies, 1.0);
    }
    // Rubbing is deposited where it happens, raggedly, and fades there in about a second and a half.
    float torn = smoothstep(0.30, 0.72, 0.4 * rough(at * 1.9).y + 0.6 * rough(at.yx * 2.3 + 0.02 * running()).z);
    float lean = texture(mind, vec2(uv.x, 0.25)).x;
    float begun = smoothstep(0.0, 2.0, running() - 3.0 * rough(at * 0.7).z);
    float strikes = begun * min(here.y, 1.0) * torn * (0.75 + 0.8 * lean) * (1.0 - 0.55 * reform);
    float light = was.x * exp(-dt / 2.2);
    light += max(strikes - light, 0.0) * toward(1.0);
    float lies = min(was.y * exp(-dt * 0.6931 / 60.0) + 0.55 * fallen, 1.5);
    // The finest of it spreads to the next texel, so that a place is a patch and no grid.
    vec2 e = 1.0 / RENDERSIZE;
    float beside = 0.25 * (texture(kept, uv + vec2(e.x, 0.0)).y + texture(kept, uv - vec2(e.x, 0.0)).y
                         + texture(kept, uv + vec2(0.0, e.y)).y + texture(kept, uv - vec2(0.0, e.y)).y);
    lies = mix(lies, beside, toward(14.0));
    return vec4(light, lies, was.z + (min(lies, 1.0) - was.z) * toward(was.z < lies ? 18.0 : 40.0), min(min(was.w + dt, 1.0), max(160.0 * (texture(bodies, uv).x - 0.004), -0.4)));
}

float brightness(int i) {
    float c = chance(i, 761), c4 = c * c * c * c, c8 = c4 * c4;
    return 4.5 + 12.0 * c4 + 34.0 * c8 * c8;
}

vec4 shine(ivec2 c) {
    int i = c.x + c.y * AGENTS.x;
    vec4 agent = texelFetch(agents, c, 0);
    float open = min(smoothstep(-0.004, 0.010, texture(bodies, agent.xy).x), max(texture(kept, agent.xy).w, 0.0)), light = 0.0, kind = 0.0;
    if (i < CRUMBS) {
        // What light there is at this height: the canopy has it.
        float has = mix(mix(0.10, 1.0, smoothstep(0.35, 0.85, agent.y)), 0.7, reform);
        // Below it cells flash for nobody but who moves, and only on the favoured side brightly.
        has = max(has, 0.65 * favour(agent.x) * step(agent.z, 3.0));
        // Every third glows on for a while, as Pyrocystis does.
        float after = chance(i, 769) < 0.5 ? 0.26 * exp(-agent.z / 1.3) : 0.03 * exp(-agent.z / 0.8);
        light = brightness(i) * (flash_light(agent.z, chance(i, 762), chance(i, 763)) + after * smoothstep(0.0, 0.1, agent.z)) * has * (agent.w - 1.0) / 0.6;
    } else if (i < ANIMALS) {
        kind = 1.0;
        float near = 0.4 + 0.6 * chance(i, 764);
        light = agent.w < 0.5 ? 0.20 * near * smoothstep(0.0, 3.0, agent.z) * smoothstep(0.0, 0.10, agent.y)
              : agent.w < 1.5 ? 1.5 * near * flash_light(agent.z, 0.5, chance(i, 765)) : 0.0;
    } else {
        kind = 2.0;
        float up = smoothstep(0.10, 0.45, agent.y);
        // At rest only those show that sit on an edge.
        float sits = texture(section, agent.xy).w;
        light = mix(0.22 * sits * sits * step(0.4, chance(i, 766)), 0.36, up) * (0.35 + 0.65 * chance(i, 767));
    }
    light *= open * smoothstep(0.0, 0.5, grow - 0.5 * chance(i, 768));
    return light < 0.004 ? vec4(NOWHERE, 0.0, 0.0) : vec4(agent.xy, light, kind);
}

vec4 spark() {
    float kind = isf_Point.w, small = kind > 0.5 ? 0.62 : 0.95;
    float light = isf_Point.z * soft_point(small) * kept_energy(POINT, 3.2, RENDERSIZE.y);
    vec3 hue = kind > 0.5 ? LIGHT_B : mix(LIGHT_B, LIGHT_C, smoothstep(0.35, 0.75, isf_Point.y));
    return vec4(hue * light, 1.0);
}

vec4 compose(vec2 uv) {
    vec2 at = uv * vec2(wide(), 1.0);
    float t = running();
    // Haloclines: near a riser what is seen is displaced by 0.004 H, no line is drawn.
    float near = texture(section, uv).w;
    vec2 bend = 0.008 * near * (rough(at * 0.75 + vec2(0.007 * t, -0.3 * t / 41.0)).zz - 0.5);
    vec4 here = texture(section, uv + bend), left = texture(kept, uv + bend);
    vec3 fine = rough(at * 2.7);
    vec4 body = texture(bodies, uv);
    // What somebody has hidden comes back raggedly, or an upright edge would stand where they were.
    float torn = 0.62 * smoothstep(0.35, 0.65, 0.6 * rough(at * 0.7).y + 0.4 * rough(at.yx * 1.1).z);
    float open = min(smoothstep(-0.005, 0.012, body.x), smoothstep(torn, torn + 0.38, left.w));
    // Where somebody moves on the favoured side, the plates below catch the light that the ceiling lets down.
    float lean = texture(mind, vec2(uv.x, 0.25)).x;

    // The canopy is fibres, combed by the shear; they shine where they were rubbed and nowhere else.
    // Bent, or the axes of the noise would show in them.
    vec2 bowed = at + 0.055 * (rough(at * 0.8 + vec2(0.002 * t, 0.3)).xx - 0.5) * vec2(0.6, 1.0) + 0.030 * (rough(mat2(0.8, 0.6, -0.6, 0.8) * at * 0.9).yz - 0.5);
    vec3 comb = rough(mat2(0.90, 0.44, -0.44, 0.90) * (bowed * vec2(0.83, 1.7))), comb_wide = rough(mat2(0.88, -0.47, 0.47, 0.88) * (bowed * vec2(0.52, 1.03)) + 0.4);
    float fibre = max(0.0, 1.0 - 5.5 * abs(0.62 * comb.z + 0.38 * comb_wide.y - 0.5));
    float fur = max(0.0, 1.0 - 6.5 * abs(0.7 * comb.y + 0.3 * fine.z - 0.52));
    float thread = left.x * (0.05 + 0.9 * fibre * fibre + 0.55 * fur * fur);
    vec3 canopy = (2.95 * thread + 0.028 * here.x * (0.3 + fibre) * (1.0 - 0.6 * reform)) * mix(LIGHT_B, LIGHT_C, smoothstep(0.02, 0.5, left.x));
    // Level and white: one even value up to a straight line.
    float flat_top = smoothstep(0.45, 1.0, level) * clamp((uv.y - 0.81) * RENDERSIZE.y * 0.5 + 0.5, 0.0, 1.0);
    canopy = mix(canopy * (1.0 - smoothstep(0.5, 1.0, level)), 0.13 * LIGHT_W, flat_top);
    canopy = mix(canopy, vec3(dot(canopy, vec3(0.3, 0.5, 0.2))) * LIGHT_W, smoothstep(0.15, 0.7, level));

    vec3 shelves = texture(plates, uv + bend).x * 0.32 * (1.0 + 0.8 * lean) * mix(LIGHT_B, LIGHT_C, 0.25 * smoothstep(0.4, 0.8, uv.y));
    float crumbly = smoothstep(0.45, 0.72, 0.5 * fine.z + 0.5 * rough(at.yx * 3.9).z);
    vec3 floor_life = min(left.z, 1.0) * crumbly * 0.34 * mix(LIGHT_B, LIGHT_C, 0.15);
    // Who stands still is settled upon from above, as a shelf is.
    float shoulder = exp(-max(body.x, 0.0) / 0.016) * body.y * mix(0.15, 1.0, favour(uv.x));
    vec3 grit = rough(mat2(0.8, 0.6, -0.6, 0.8) * at * 3.3);
    vec3 settled = shoulder * smoothstep(0.35, 0.85, 0.5 * crumbly + 0.6 * grit.z) * 0.6 * LIGHT_B;
    vec3 glowing = 0.018 * body.z * LIGHT_M;
    vec3 points = texture(sparks, uv + bend).rgb;
    // What sinks out of the picture ends before its edge, so that no line of it stands there.
    float ends = smoothstep(0.004, 0.030, uv.y);
    points *= ends, floor_life *= ends;
    points = mix(points, vec3(dot(points, vec3(0.3, 0.5, 0.2))) * LIGHT_W, smoothstep(0.15, 0.7, level) * smoothstep(0.6, 0.7, uv.y));
    return vec4((points + (canopy + shelves + floor_life + settled + glowing) * open) * glow * smoothstep(-0.13, 3.7, texelFetch(mind, ivec2(0, 1), 0).y), 1.0);   // seconds since it began
}

void main() {
    vec2 uv = isf_FragNormCoord;
    ivec2 c = ivec2(gl_FragCoord.xy);
    if (PASSINDEX == 0) gl_FragColor = weave(uv);
    else if (PASSINDEX == 1) gl_FragColor = think(c);
    else if (PASSINDEX == 2) gl_FragColor = lie(uv);
    else if (PASSINDEX == 3) gl_FragColor = cut(uv);
    else if (PASSINDEX == 4) gl_FragColor = stack(uv);
    else if (PASSINDEX == 5) gl_FragColor = live(c);
    else if (PASSINDEX == 6) gl_FragColor = vec4(isf_PointIndex >= CRUMBS && isf_PointIndex < ANIMALS && abs(isf_Point.w - 2.0) < 0.2 ? 1.0 : 0.0);
    else if (PASSINDEX == 7) gl_FragColor = keep(uv);
    else if (PASSINDEX == 8) gl_FragColor = shine(c);
    else if (PASSINDEX == 9) gl_FragColor = spark();
    else gl_FragColor = compose(uv);
}
