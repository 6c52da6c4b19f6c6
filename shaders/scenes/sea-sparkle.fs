/*{
  "ISFVSN": "2",
  "DESCRIPTION": "One dark body crosses black water and its wake burns blue behind it for two seconds.",
  "CREDIT": "Photophore",
  "CATEGORIES": ["generator", "scene"],
  "PHOTOPHORE": {"COLOR": "linear", "SCALES": true, "READS": ["water", "bodies", "people"], "FLOOR": "section", "MEAN": 0.014, "MACROS": {"population": "life", "abundance": "abundance", "speed": "flow"}},
  "INPUTS": [
    {"NAME": "stir", "LABEL": "Stir: a clap, a crowd", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1.0, "SIGNAL": "/ears/onset/mid"},
    {"NAME": "glow", "LABEL": "Glow", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 2.0},
    {"NAME": "flow", "LABEL": "Flow", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 2.0},
    {"NAME": "life", "LABEL": "Life", "TYPE": "float", "DEFAULT": 0.7, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "abundance", "LABEL": "Abundance: factor on how often life shows", "TYPE": "float", "DEFAULT": 1.0, "MIN": 1.0, "MAX": 3.0},
    {"NAME": "grow", "LABEL": "Grown: 0 = black water, 1 = whole", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 1.0}
  ],
  "PASSES": [
    {"TARGET": "grain", "FLOAT": true, "WIDTH": 128, "HEIGHT": 128, "WRAP": "repeat"},
    {"TARGET": "mind", "PERSISTENT": true, "FLOAT": true, "WIDTH": 4, "HEIGHT": 1, "FILTER": "nearest"},
    {"TARGET": "home", "PERSISTENT": true, "FLOAT": true, "WIDTH": "floor(120*$WIDTH/$HEIGHT)", "HEIGHT": 120},
    {"TARGET": "bloomed", "PERSISTENT": true, "FLOAT": true, "WIDTH": "floor(120*$WIDTH/$HEIGHT)", "HEIGHT": 120},
    {"TARGET": "cells", "PERSISTENT": true, "FLOAT": true, "WIDTH": 64, "HEIGHT": 128, "FILTER": "nearest"},
    {"TARGET": "lit", "FLOAT": true, "WIDTH": 64, "HEIGHT": 128, "FILTER": "nearest"},
    {"TARGET": "struck", "POINTS": "lit", "BLEND": "add", "POINT_SIZE": 4, "WIDTH": "floor(180*$WIDTH/$HEIGHT)", "HEIGHT": 180, "FILTER": "nearest"},
    {"TARGET": "resting", "PERSISTENT": true, "FLOAT": true, "WIDTH": "floor(180*$WIDTH/$HEIGHT)", "HEIGHT": 180, "FILTER": "nearest"},
    {"TARGET": "sparks", "POINTS": "lit", "BLEND": "add", "POINT_SIZE": "max(3.2, $HEIGHT*0.0125)"},
    {}
  ]
}*/

// The shared water (shaders/medium/water.fs) says where it is sheared; cells flash there, each in its own place. A cell
// that does not shine cannot be seen, so in each frame it looks at another place: if the water there is excited, it
// flashes there. That makes 8,192 cells enough for the wakes of everybody in the room. Lengths are in picture heights
// (H), speeds in H per second.
//   grain     three textures of chance, read by position
//   mind      0: fish xy, velocity xy;  1: seconds since its passage began (< 0: none), its number, -, seconds to the next
//             2: clap xy, strength, `stir` of the frame before;  3: phase of the breath 0..1, -, -, 1 = set
//   home      displacement of the water from its rest: what it carries rolls up with it and comes back in seconds
//   bloomed   x excitation (shear, fish, clap; spreads at 0.3 H/s), y haze of cells too small to see, z fatigue,
//             w density of cells
//   cells     8,192 cells: xy 0..1; z seconds since the flash; w height of that flash
//   lit       the cells that shine now, the others outside the frame: xy, level, depth (+ 2: it has just risen)
//   struck    places of bright points, 0.011 H around each, as far as two of them can reach one pixel;  resting  seconds during which no other may rise there
//   sparks    one point per shining cell
// No place rises twice within 1.2 s, a shining cell stands still, and each onset is spread by chance over the half second
// of excitation: at most 8 % of a field of 0.16 H lift within 0.1 s, so the guard has nothing to cut.

#include "lib/noise.glsl"
#include "lib/spectrum.glsl"
#include "lib/room.glsl"

const ivec2 CELLS = ivec2(64, 128);
const int COUNT = 8192;
const float FRONT_SPEED = 0.30;      // H/s, neighbour to neighbour
const float RECOVERY = 28.0;         // s, e-fold of fatigue
const float REST = 1.2;              // s between two rises at one place
const float DARK = 1.7;              // s after its flash until a cell looks for another place
const float RATE = 60.0;             // 1/s, tries of a cell in fully excited, dense water
const float LONGEST_WAIT = 19.0;     // s that an empty room stays black

float wide() { return float(textureSize(bloomed, 0).x) / float(textureSize(bloomed, 0).y); }

float step_time() { return clamp(TIMEDELTA, 0.0, 0.1); }

float toward(float seconds) { return 1.0 - exp(-step_time() / seconds); }

vec4 thought(int i) { return texelFetch(mind, ivec2(i, 0), 0); }

vec4 weave(vec2 uv) { return vec4(tiled(uv, 8, 35), tiled(uv, 19, 36), tiled(uv, 37, 37), 1.0); }

// ---------------------------------------------------------------- mind

vec4 think_journey(vec4 was, bool begun) {
    if (!begun) return vec4(-1.0, 0.0, 0.0, 4.4);
    float dt = step_time();
    if (was.x >= 0.0) {
        float since = was.x + dt;
        bool over = since > (wide() + 0.9) / 0.27;
        return vec4(over ? -1.0 : since, was.y, 0.0, 8.0 + (LONGEST_WAIT - 8.0) * chance(int(was.y), 71));
    }
    // It comes only into a room without people, and not before they have been away for a while.
    float rest = people_summary().y > 0.5 ? max(was.w, 8.0) : was.w - dt;
    return rest > 0.0 ? vec4(-1.0, was.y, 0.0, rest) : vec4(0.0, mod(was.y + 1.0, 4096.0), 0.0, rest);
}

vec4 think_fish(vec4 was, vec4 journey) {
    if (journey.x < 0.0) return vec4(-9.0, -9.0, 0.0, 0.0);
    int n = int(journey.y);
    float key = journey.y * 3.7, t = journey.x;
    float side = chance(n, 72) < 0.5 ? 1.0 : -1.0;
    // Glide and beat: the speed varies, the path is inclined, the tail is not strictly periodic.
    float way = -0.12 + 0.27 * t + 0.10 * (bumps(vec2(t * 0.8, key), 73) - 0.5);
    float lean = 0.34 * (bumps(vec2(t * 0.24, key + 7.0), 74) - 0.5);
    float beat = 0.014 * sin(6.8 * t + 5.0 * bumps(vec2(t * 0.7, key), 75));
    vec2 at = vec2(0.5 * wide() + side * (way - 0.5 * wide()), mix(0.24, 0.56, chance(n, 76)) + lean + beat);
    vec2 velocity = was.x > -8.0 ? (at - was.xy) / max(step_time(), 0.004) : vec2(0.0);
    return vec4(at, velocity * min(1.0, 1.5 / max(length(velocity), 1.0e-4)));
}

// A clap lights a patch beside one of those who are there, else somewhere in the bank.
vec4 think_clap(vec4 was) {
    float strength = was.z * exp(-step_time() / 0.10);
    if (stir < was.w + 0.04 || strength > 0.2) return vec4(was.xy, strength, stir);
    vec2 at = vec2((0.22 + 0.30 * chance(FRAMEINDEX, 83)) * wide(), 0.32);
    int last = int(people_summary().x), from = int(chance(FRAMEINDEX, 84) * float(max(last, 1)));
    for (int n = 0; n < last; n++) {
        int i = (from + n) % last;
        if (person_state(i).x > 0.3) { at = person_at(i).xy; break; }
    }
    vec2 away = vec2(chance(FRAMEINDEX, 81), chance(FRAMEINDEX, 82)) - 0.5;
    return vec4(at + 0.3 * away, min(1.0, 0.4 + stir), stir);
}

vec4 think(int i) {
    vec4 breath = thought(3);
    bool begun = breath.w > 0.5;
    vec4 journey = think_journey(thought(1), begun);
    if (i == 0) return think_fish(begun ? thought(0) : vec4(-9.0), journey);
    if (i == 1) return journey;
    if (i == 2) return begun ? think_clap(thought(2)) : vec4(0.0, 0.0, 0.0, stir);
    // About 0.1 Hz, never even.
    float pace = 0.075 + 0.05 * bumps(vec2(breath.y * 0.13, 1.0), 41);
    return vec4(fract(breath.x + step_time() * pace * mix(0.6, 1.0, min(flow, 1.0))), mod(breath.y + step_time(), 4096.0), 0.0, 1.0);
}

// ---------------------------------------------------------------- water

vec4 lead(vec2 uv) {
    float dt = step_time();
    vec2 v = texture(water, uv).xy;
    vec2 came = uv - v * dt / vec2(wide(), 1.0), e = 0.6 / RENDERSIZE;
    vec2 was = 0.5 * (texture(home, came + e).xy + texture(home, came - e).xy);
    return vec4((was + v * dt) * exp(-dt / 4.0), 0.0, 1.0);
}

// Density of cells in the water at rest, 0..1: clouds, densest a fifth of a height below the middle; the bank lies to
// one side, the far side is sparser, but no place is empty.
float settled(vec2 at) {
    float layer = 0.22 + 0.78 * exp(-pow((at.y - 0.30) / 0.42, 2.0));
    float cloud = texture(grain, at * 0.17 + 0.3).x * 0.65 + texture(grain, at.yx * 0.41).x * 0.35;
    float bank = 1.0 - 0.45 * smoothstep(0.30, 0.66, at.x / wide());
    return clamp(layer * bank * (0.30 + 1.5 * smoothstep(0.28, 0.72, cloud)), 0.0, 1.0);
}

// Threads in which cells are gathered, 0..1.
float threads(vec2 at) {
    float large = texture(grain, at * 1.3).y, fine = texture(grain, at.yx * 1.9).z;
    float ridge = max(0.0, 1.0 - 5.5 * abs(0.55 * large + 0.45 * fine - 0.5));
    float clump = smoothstep(0.35, 0.75, texture(grain, at * 0.6 + 0.2).z);
    return min(0.14 + 0.75 * ridge * ridge + 0.45 * clump * clump, 1.0);
}

vec4 excite(vec2 uv) {
    float dt = step_time();
    vec2 scale = vec2(wide(), 1.0), at = uv * scale;
    vec4 flowing = texture(water, uv);
    vec2 came = uv - flowing.xy * dt / scale;
    vec4 was = texture(bloomed, came);
    // The front: the strongest neighbour within its travel distance, attenuated by the distance.
    float reach = max(FRONT_SPEED * dt, 1.0 / RENDERSIZE.y);
    float pace = FRONT_SPEED * dt / reach, best = 0.0;
    for (int k = 0; k < 6; k++) {
        float turn = 1.0471976 * float(k) + 0.3;
        best = max(best, texture(bloomed, came + reach * vec2(cos(turn), sin(turn)) / scale).x);
    }
    float passed = mix(was.x, max(was.x, best - 4.0 * reach), pace);
    float stress = smoothstep(0.35 - 0.2 * stir, 1.7, flowing.z);
    // The fish and the clap are not in the shared water: they excite the cells themselves.
    vec4 fish = thought(0), clap = thought(2);
    float rough = texture(grain, at * 0.9 + 0.1 * fract(TIME)).z;
    vec2 to_fish = at - fish.xy, to_clap = at - clap.xy;
    vec2 tail = to_fish + 0.03 * fish.zw / max(length(fish.zw), 1.0e-3);
    stress = max(stress, exp(-dot(tail, tail) / 0.0012) * (0.3 + 1.1 * rough));
    stress = max(stress, clap.z * smoothstep(0.2, 0.8, exp(-dot(to_clap, to_clap) / 0.016) * (0.4 + 1.2 * rough)));
    float excited = max(passed * exp(-dt / 1.3), min(stress, 1.0));
    float light = excited * excited * (1.0 - was.z);
    float shine = mix(was.y, light, light > was.y ? toward(0.35) : toward(1.0));
    float tired = was.z + (1.0 - was.z) * (1.0 - exp(-dt * 0.32 * light));
    vec2 rest = at - texture(home, uv).xy;
    return vec4(excited, shine, min(tired * exp(-dt / RECOVERY), 0.45), life / 0.7 * settled(rest) * threads(rest));
}

// ---------------------------------------------------------------- cells

// Peak in scene light: many faint, few bright. And depth: far cells are smaller, dimmer, bluer.
float brightness(int i) {
    float c = chance(i, 51), c4 = c * c * c * c;
    return 6.4 + 19.0 * c * c + 10.0 * c4 * c4 * c4;
}
float depth(int i) { return chance(i, 52); }

// How much the water breathes here: nearer on one side of somebody who rests than on the other, a shore and no ring.
float shore(vec2 uv) {
    vec4 body = texture(bodies, uv);
    vec2 at = uv * vec2(wide(), 1.0);
    float coast = texture(grain, at * 0.35 + 0.4).x;
    float phase = thought(3).x + 0.5 * texture(grain, at * 0.11).x;
    float out_breath = pow(max(0.0, sin(6.2831853 * phase)), 2.0);
    return body.y * out_breath * smoothstep(0.002, 0.02, body.x) * smoothstep(0.09 + 0.14 * coast, 0.02, body.x);
}

vec4 live(int i, vec4 was) {
    float dt = step_time();
    if (FRAMEINDEX == 0 || was.w <= 0.0) return vec4(chance(i, 61), chance(i, 62), 100.0 + chance(i, 63), 0.5);
    float age = min(was.z + dt, 1000.0);
    int key = i + FRAMEINDEX * COUNT;
    if (age > DARK + 0.6 * chance(i, 55)) {
        vec2 at = vec2(chance(key, 64), chance(key, 65));
        vec4 here = texture(bloomed, at);
        float breathing = shore(at);
        float rate = RATE * max(0.0, here.x - mix(0.06, 0.55, chance(key, 53))) * here.w + 5.0 * breathing;
        // The same number to an area in every format.
        rate *= grow * wide() / 1.778 * abundance;
        bool open = texture(bodies, at).x > -0.001 && texture(resting, at).x < 0.05;
        if (open && chance(key, 56) < 1.0 - exp(-dt * rate))
            return vec4(at, 0.0, max(0.02, (1.0 - here.z) * (here.x > 0.1 ? 1.0 : 0.50)));
        return vec4(was.xy, age, was.w);
    }
    // What a body covers is out for good: coming back into sight would be a second flash.
    if (texture(bodies, was.xy).x < -0.002) age = max(age, DARK);
    return vec4(was.xy, age, was.w);
}

// I(t) = A (1 - exp(-t / rise))^2 exp(-t / fall), scaled to a peak of about A.
float flash(int i, float age, float fresh) {
    float rise = mix(0.008, 0.020, chance(i, 57));
    float fall = mix(0.14, 0.25, chance(i, 58));
    float up = 1.0 - exp(-(age + 0.006) / rise);
    // After its flash a cell continues to glow, as Pyrocystis does; it is dark before it looks elsewhere.
    float after = mix(0.32, 0.62, chance(i, 59)) * exp(-age / 0.87) * smoothstep(DARK, 0.6 * DARK, age);
    return 1.25 * brightness(i) * fresh * up * up * (exp(-age / fall) + after);
}

vec4 shining(ivec2 c) {
    int i = c.x + c.y * CELLS.x;
    vec4 cell = texelFetch(cells, c, 0);
    float level = flash(i, cell.z, cell.w) * smoothstep(-0.012, 0.0, texture(bodies, cell.xy).x);
    level *= smoothstep(0.0, 0.3, length(cell.xy * vec2(wide(), 1.0) - thought(0).xy) / 0.05);
    // The rest of a place begins with the rise, not with the end of the glow.
    return level < 0.01 ? vec4(-9.0, -9.0, 0.0, 0.0) : vec4(cell.xy, level, depth(i) + (cell.z < 0.15 ? 2.0 : 0.0));
}

vec4 rest(ivec2 c) {
    float left = texelFetch(resting, c, 0).x - step_time();
    return vec4(texelFetch(struck, c, 0).x > 0.15 ? REST : max(left, 0.0), 0.0, 0.0, 1.0);
}

vec4 spark() {
    float far = mod(isf_Point.w, 2.0);
    vec2 d = gl_PointCoord * 2.0 - 1.0;
    float size = mix(1.0, 0.42, sqrt(far)), r2 = dot(d, d) / (size * size);
    float level = isf_Point.z * glow;
    vec3 near_light = mix(LIGHT_B, LIGHT_C, smoothstep(0.3, 3.0, level));
    vec3 light = through_water(near_light, 8.0 * far) * mix(1.0, 0.45, far);
    // On small pictures a point cannot be drawn at its true size: its peak is lowered, so that its light is kept.
    float shrunk = min(1.0, 0.0125 * RENDERSIZE.y / 3.2);
    return vec4(light * level * max(exp(-6.5 * r2) - 0.0015, 0.0) * shrunk * shrunk, 1.0);
}

vec4 compose(vec2 uv) {
    vec2 at = uv * vec2(wide(), 1.0);
    vec4 here = texture(bloomed, uv), body = texture(bodies, uv);
    vec2 rest = at - texture(home, uv).xy;
    float smoke = smoothstep(0.30, 0.75, 0.55 * texture(grain, rest * 1.3).y + 0.45 * texture(grain, rest.yx * 1.9).z);
    float open = smoothstep(-0.012, 0.0, body.x);
    float haze = 0.120 * min(1.6 * here.y, 0.9) * smoke * min(0.3 + 1.5 * here.w, 1.0);
    // The hint of a quorum has the grain of the water in it, or it would be a disc.
    float cloud = 0.0;
    for (int k = 0; k < (body.z > 0.0 ? 1 : 0); k++) cloud = smoothstep(0.15, 0.85, texture(grain, rest * 0.41).x) * (0.55 + 0.9 * smoke);
    vec3 light = (haze * LIGHT_B + 0.013 * body.z * cloud * LIGHT_M) * open * grow * glow;
    return vec4(light + texelFetch(sparks, ivec2(gl_FragCoord.xy), 0).rgb, 1.0);
}

void main() {
    vec2 uv = isf_FragNormCoord;
    ivec2 c = ivec2(gl_FragCoord.xy);
    if (PASSINDEX == 0) gl_FragColor = weave(uv);
    else if (PASSINDEX == 1) gl_FragColor = think(c.x);
    else if (PASSINDEX == 2) gl_FragColor = lead(uv);
    else if (PASSINDEX == 3) gl_FragColor = excite(uv);
    else if (PASSINDEX == 4) gl_FragColor = live(c.x + c.y * CELLS.x, texelFetch(cells, c, 0));
    else if (PASSINDEX == 5) gl_FragColor = shining(c);
    else if (PASSINDEX == 6) gl_FragColor = vec4(isf_Point.w < 2.0 ? 0.0 : isf_Point.z);
    else if (PASSINDEX == 7) gl_FragColor = rest(c);
    else if (PASSINDEX == 8) gl_FragColor = spark();
    else gl_FragColor = compose(uv);
}
