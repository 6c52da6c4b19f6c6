/*{
  "ISFVSN": "2",
  "DESCRIPTION": "A network that has found two sleepers and is making up its mind which path to keep.",
  "CREDIT": "Photophore",
  "CATEGORIES": ["generator", "scene"],
  "PHOTOPHORE": {"COLOR": "linear", "SCALES": true, "READS": ["water", "bodies", "people"], "MEAN": 0.006, "MACROS": {"population": "life", "abundance": "abundance", "speed": "flow"}},
  "INPUTS": [
    {"NAME": "glow", "LABEL": "Glow", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 2.0},
    {"NAME": "flow", "LABEL": "Flow", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 2.0},
    {"NAME": "life", "LABEL": "Life: how many tips", "TYPE": "float", "DEFAULT": 0.7, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "abundance", "LABEL": "Abundance: factor on how often life shows", "TYPE": "float", "DEFAULT": 1.0, "MIN": 1.0, "MAX": 3.0},
    {"NAME": "grow", "LABEL": "Grown: 0 = withdrawn, 1 = whole", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 1.0}
  ],
  "PASSES": [
    {"TARGET": "grain", "FLOAT": true, "WIDTH": 128, "HEIGHT": 128, "WRAP": "repeat"},
    {"TARGET": "mind", "PERSISTENT": true, "FLOAT": true, "WIDTH": 10, "HEIGHT": 2, "FILTER": "nearest"},
    {"TARGET": "tips", "PERSISTENT": true, "FLOAT": true, "WIDTH": 64, "HEIGHT": 128, "FILTER": "nearest"},
    {"TARGET": "drawn", "POINTS": "tips", "BLEND": "add", "POINT_SIZE": "max(3.0, min($HEIGHT, 1080)*0.0042)", "WIDTH": "floor(min($HEIGHT, 1080)*$WIDTH/$HEIGHT)", "HEIGHT": "min($HEIGHT, 1080)"},
    {"TARGET": "threads", "PERSISTENT": true, "FLOAT": true, "WIDTH": "floor(min($HEIGHT, 1080)*$WIDTH/$HEIGHT)", "HEIGHT": "min($HEIGHT, 1080)"},
    {"TARGET": "laid", "POINTS": "tips", "BLEND": "add", "POINT_SIZE": 1, "WIDTH": "floor(180*$WIDTH/$HEIGHT)", "HEIGHT": 180, "FLOAT": true},
    {"TARGET": "paths", "PERSISTENT": true, "FLOAT": true, "WIDTH": "floor(180*$WIDTH/$HEIGHT)", "HEIGHT": 180},
    {"TARGET": "duct", "PERSISTENT": true, "FLOAT": true, "WIDTH": "floor(64*$WIDTH/$HEIGHT)", "HEIGHT": 64},
    {"TARGET": "press", "PERSISTENT": true, "FLOAT": true, "WIDTH": "floor(64*$WIDTH/$HEIGHT)", "HEIGHT": 64, "STEPS": 12},
    {"TARGET": "trains", "FLOAT": true, "WIDTH": 512, "HEIGHT": 8},
    {}
  ]
}*/

// Agents lay trails and follow them (Jones, Artificial Life 16(2), 2010). A trail counts only while it leads from food
// to food: what an agent lays weakens with the time since it last ate. Which of several paths is kept is a question of
// flow (Tero et al. 2007): a fixed current runs from one place of food to another, and a path that carries much of it
// widens while the others die off. Food is where people rest now, and where they rested earlier today.
//
//   grain   three textures of chance, read by position
//   mind    row 0: 0..7 food: xy (H), amount 0..1, column of its person + 1 (0 none, 200 stand-in)
//           8: source, sink, seconds to the next pair, 1 = set;  9: current that flows, smoothed; seconds running
//           row 1: 0..7: seconds since this sleeper moved
//   tips    rows 0..63 agents that build trunks: xy (0..1), heading, seconds since food + 64 x its goal (0 = not born)
//           rows 64..127 hairs: xy, heading, seconds left
//   drawn   what all of them leave in this frame, as fine as the picture: x builders, y hairs
//   threads that, kept: x fibres of which cords consist, y hairs
//   laid    trails of this frame: x of trunks, y of hairs
//   paths   x fresh trail of trunks, y trunk that was kept, z trail of the hairs,
//           w how far a place has come back into sight
//   duct    x what the flow has made of a path 0..1, y how well it conducts, z flow through it
//   press   x pressure, y seconds that a pulse takes from the nearest food through the ducts, z number of that food
//   trains  pulses on their way from each food, by that time
// Lengths are in picture heights (H), times in seconds.

#include "lib/noise.glsl"
#include "lib/spectrum.glsl"
#include "lib/room.glsl"

const ivec2 TIPS = ivec2(64, 128);
const int BUILDERS = 4096;
const int COUNT = 8192;
const int FOODS = 8;
const float EATS = 0.045;      // H, distance at which an agent finds food
const float FADES = 11.0;      // s, of what an agent's trail is worth since it ate
const float LONGEST = 60.0;    // s that an agent lives without food
const float PULSE_SPAN = 24.0; // s, longest way of a pulse
const float PULSE = 0.10;      // H/s

float wide() { return float(textureSize(paths, 0).x) / float(textureSize(paths, 0).y); }
float step_time() { return clamp(TIMEDELTA, 0.0, 0.1); }
float toward(float seconds) { return 1.0 - exp(-step_time() / seconds); }
vec4 food(int k) { return texelFetch(mind, ivec2(k, 0), 0); }
bool begun() { return food(8).w > 0.5; }

vec4 weave(vec2 uv) { return vec4(tiled(uv, 8, 401), tiled(uv, 16, 402), tiled(uv, 32, 403), 1.0); }

// ---------------------------------------------------------------- mind

// Where somebody is assumed to have rested when nobody has: off the middle.
vec2 stand_in(int k) { return (k == 4 ? vec2(0.17, 0.30) : k == 5 ? vec2(0.56, 0.60) : vec2(0.30, 0.80)) * vec2(wide(), 1.0); }

// How much this column of the table feeds: a person who is still, or a resting place.
float feeds(int column) {
    vec4 state = person_state(column);
    if (column >= PLACES) return state.x > 0.15 ? min(0.35 + state.x, 0.9) : 0.0;
    return state.x > 0.3 && state.z > 3.0 ? 1.0 : 0.0;
}

vec4 think_food(int k, vec4 was) {
    float others = 0.0;
    for (int j = 0; j < FOODS; j++) others += food(j).w > 0.5 && food(j).w < 199.0 ? 1.0 : 0.0;
    bool seeded = k >= 4 && k <= 6;
    if (!begun()) return seeded && people_summary().z < 1.5 ? vec4(stand_in(k), k == 6 ? 0.6 : 1.0, 200.0) : vec4(0.0);
    int column = int(was.w + 0.5) - 1;
    if (column >= 199) {
        float wanted = others > 1.5 ? 0.0 : k == 6 ? 0.6 : 1.0;
        float amount = was.z + (wanted - was.z) * toward(wanted > was.z ? 6.0 : 30.0);
        return amount < 0.03 ? vec4(was.xy, 0.0, 0.0) : vec4(was.xy, amount, 200.0);
    }
    if (column >= 0) {
        float wanted = feeds(column);
        // Who has moved away is let go in four seconds; whoever rests a hand's breadth further is the same sleeper.
        if (wanted > 0.0 && length(person_at(column).xy - was.xy) > 0.06) wanted = 0.0;
        float amount = was.z + (wanted - was.z) * toward(wanted > was.z ? 4.0 : 1.4);
        return amount < 0.03 && wanted == 0.0 ? vec4(0.0) : vec4(was.xy, amount, was.w);
    }
    // Free: a person of its own columns, else a resting place, else a stand-in.
    for (int n = 0; n < 8; n++) {
        int c = k + 8 * n;
        if (c < int(people_summary().x) && feeds(c) > 0.0) return vec4(person_at(c).xy, 0.04, float(c + 1));
    }
    for (int n = 0; n < 8; n++) {
        int c = PLACES + (7 - k) + 8 * n;
        if (c < PLACES + MOST_PLACES && feeds(c) > 0.0) return vec4(person_at(c).xy, 0.04, float(c + 1));
    }
    if (seeded && others < 1.5) return vec4(stand_in(k), 0.04, 200.0);
    return vec4(0.0);
}

int other_food(int not_this, int key, int purpose) {
    int found = not_this;
    float most = 0.0;
    for (int j = 0; j < FOODS; j++) {
        vec4 f = food(j);
        float worth = j == not_this ? 0.0 : f.z * (0.15 + chance(key, purpose + j)) / (0.25 + length(f.xy - food(max(not_this, 0)).xy));
        if (worth > most) { most = worth; found = j; }
    }
    return found;
}

vec4 think(ivec2 c) {
    vec4 was = texelFetch(mind, c, 0);
    float dt = step_time();
    if (c.y == 1) {
        vec4 f = food(min(c.x, FOODS - 1));
        int column = int(f.w + 0.5) - 1;
        bool moves = column >= 0 && column < PLACES && f.z > 0.3 && length(person_at(column).zw) > 0.05;
        return vec4(!begun() ? 99.0 : moves && was.x > 4.0 ? 0.0 : min(was.x + dt, 99.0), 0.0, 0.0, 1.0);
    }
    if (c.x < FOODS) return think_food(c.x, was);
    if (c.x == 8) {
        if (was.w > 0.5 && was.z > 0.0) return vec4(was.xy, was.z - dt, 1.0);
        int key = FRAMEINDEX, source = other_food(-1, key, 440);
        if (source < 0) return vec4(4.0, 5.0, 1.0, 1.0);
        return vec4(float(source), float(other_food(source, key, 450)), 3.0 + 4.0 * chance(key, 460), 1.0);
    }
    float sum = 0.0;
    for (int n = 0; n < 48; n++) sum += texture(duct, vec2(chance(n + 48 * FRAMEINDEX, 461), chance(n + 48 * FRAMEINDEX, 462))).w / 48.0;
    return vec4(mix(was.x, sum, toward(1.5)), mod(was.y + dt * flow, 16384.0), 0.0, 1.0);
}

// ---------------------------------------------------------------- agents

vec2 off_frame(vec2 uv) { return step(vec2(0.0), uv) * step(uv, vec2(1.0)); }

// Ground over which paths wind; it shifts within minutes, so that no decision is final.
float ground(vec2 at) {
    float t = food(9).y;
    return 0.6 * texture(grain, at * 0.42 + vec2(0.0011, -0.0007) * t).y + 0.4 * texture(grain, at.yx * 0.8).z;
}

// What a builder senses: trails, what the flow has kept, and where it is heading, over uneven ground.
float smell(vec2 at, vec4 goal) {
    vec2 uv = at / vec2(wide(), 1.0);
    vec4 path = texture(paths, uv);
    float call = exp(-length(at - goal.xy) / 0.40);
    vec2 inside = off_frame(uv);
    return (0.8 * min(path.x, 1.4) + 0.9 * path.y + 1.5 * call + 0.50 * ground(at)) * inside.x * inside.y;
}

vec4 sprout(int i, int key) {
    int home = other_food(-1, key, 470);
    if (home < 0) return vec4(0.0);
    int goal = other_food(home, key, 480);
    vec2 way = food(goal).xy - food(home).xy;
    float turn = atan(way.y, way.x) + 2.6 * (chance(key, 411) - 0.5);
    vec2 at = food(home).xy + vec2(cos(turn), sin(turn)) * (0.012 + 0.025 * chance(key, 412));
    return vec4(at / vec2(wide(), 1.0), turn, 0.01 + 64.0 * float(goal));
}

float fibre(vec2 at) { return min(texture(threads, at / vec2(wide(), 1.0)).x, 2.0); }
float hairs_at(vec2 at) { return min(texture(threads, at / vec2(wide(), 1.0)).y, 1.0); }

vec4 build(int i, vec4 was) {
    float dt = step_time();
    int key = i + FRAMEINDEX * COUNT;
    if (was.w <= 0.0 || chance(i, 425) > 0.35 + life) {
        // They set out one after another.
        bool turn = chance(key, 424) < dt / 5.0 && chance(i, 425) <= (0.35 + life) * smoothstep(0.0, 0.5, grow);
        return turn ? sprout(i, key) : vec4(0.0);
    }
    int aim = int(was.w / 64.0);
    float age = was.w - 64.0 * float(aim);
    vec4 goal = food(aim);
    vec2 at = was.xy * vec2(wide(), 1.0);
    if (length(at - goal.xy) < EATS && goal.z > 0.1) {
        int next = other_food(aim, key, 490);
        vec2 way = food(next).xy - at;
        return vec4(was.xy, atan(way.y, way.x) + 1.6 * (chance(key, 413) - 0.5), 0.01 + 64.0 * float(next));
    }
    if (age > LONGEST || goal.z < 0.05 || age > 2.0 * FADES + 30.0 * chance(key, 414)) return vec4(0.0);
    float reach = 0.011 + 0.009 * chance(i, 426), spread = 0.55;
    float ahead = smell(at + reach * vec2(cos(was.z), sin(was.z)), goal);
    float left = smell(at + reach * vec2(cos(was.z + spread), sin(was.z + spread)), goal);
    float right = smell(at + reach * vec2(cos(was.z - spread), sin(was.z - spread)), goal);
    float dice = chance(key, 427);
    float turn = ahead >= max(left, right) ? 0.0 : ahead < min(left, right) ? sign(dice - 0.5) : sign(left - right);
    // Whoever turns away from its goal is called back, or trails would close into rings.
    vec2 way = normalize(goal.xy - at + 1.0e-4);
    float astray = sin(atan(way.y, way.x) - was.z), facing = dot(way, vec2(cos(was.z), sin(was.z)));
    float back = facing < 0.1 ? sign(astray) : 0.55 * astray;
    // Builders follow the fibres before them: so a cord is many strands, which part where food is near.
    float fine = 0.006, left_fibre = fibre(at + fine * vec2(cos(was.z + 0.7), sin(was.z + 0.7))), right_fibre = fibre(at + fine * vec2(cos(was.z - 0.7), sin(was.z - 0.7)));
    float fans = smoothstep(0.16, 0.06, min(length(at - goal.xy), 0.25 * age * 0.07 + 0.05));
    turn = mix(turn, clamp(3.0 * (left_fibre - right_fibre), -1.0, 1.0), 0.45) * (1.0 - 0.5 * fans);
    back += 0.9 * fans * (bumps(vec2(0.9 * age, float(i & 1023)), 443) - 0.5) * 2.0;
    float pace = mix(0.055, 0.085, smoothstep(0.1, 0.7, texture(paths, was.xy).y)) * (0.7 + 0.6 * chance(i, 428)) * flow;
    float heading = was.z + dt * flow * (5.5 * turn + 1.6 * back + 2.6 * (dice - 0.5));
    vec2 gone = at + pace * dt * vec2(cos(heading), sin(heading));
    return vec4(gone / vec2(wide(), 1.0), heading, 64.0 * float(aim) + min(age + dt * max(flow, 0.2), 63.0));
}

// A hair leaves a trunk at the place of an agent that builds it, a sleeper, or another hair; it lives for seconds.
vec4 branch(int i, vec4 was) {
    float dt = step_time();
    int key = i + FRAMEINDEX * COUNT;
    if (was.w <= 0.0) {
        float dice = chance(key, 432), many = dt * (0.2 + life) * grow * abundance;
        float side = chance(key, 433) < 0.5 ? -1.0 : 1.0, lives = 1.5 + 10.0 * pow(chance(key, 434), 2.5);
        if (dice < many / 60.0) {
            int from = int(chance(key, 431) * float(BUILDERS));
            vec4 tip = texelFetch(tips, ivec2(from % TIPS.x, from / TIPS.x), 0);
            if (tip.w <= 0.0) return vec4(0.0);
            return vec4(tip.xy, tip.z + side * (0.35 + 0.7 * chance(i, 435)), lives);
        }
        if (dice < many / 60.0 + many / 260.0) {
            // Around a sleeper they set out in all directions, from where the body ends.
            vec4 home = food(int(chance(key, 439) * float(FOODS)));
            if (home.z < 0.2) return vec4(0.0);
            float turn = 6.2831853 * chance(key, 440);
            vec2 uv = (home.xy + (home.w > 199.0 ? 0.015 : 0.10 + 0.03 * chance(key, 441)) * vec2(cos(turn), sin(turn))) / vec2(wide(), 1.0);
            return vec4(uv, turn + 0.8 * (chance(key, 442) - 0.5), lives);
        }
        if (dice > 1.0 - many / 9.0) {
            int from = BUILDERS + int(chance(key, 431) * float(BUILDERS));
            vec4 tip = texelFetch(tips, ivec2(from % TIPS.x, from / TIPS.x), 0);
            if (tip.w < 1.5) return vec4(0.0);
            return vec4(tip.xy, tip.z + side * (0.30 + 0.35 * chance(i, 435)), 0.85 * tip.w);
        }
        return vec4(0.0);
    }
    vec2 at = was.xy * vec2(wide(), 1.0);
    // They keep away from each other, so that they part like a fan; else they wind slowly.
    float reach = 0.010, left = 0.0, right = 0.0;
    left = hairs_at(at + reach * vec2(cos(was.z + 0.8), sin(was.z + 0.8)));
    right = hairs_at(at + reach * vec2(cos(was.z - 0.8), sin(was.z - 0.8)));
    float winds = (bumps(vec2(0.55 * was.w, float(i & 2047)), 437) - 0.5) * 1.3;
    float heading = was.z + dt * flow * (winds + 1.1 * clamp((right - left) * 4.0, -1.0, 1.0));
    float pace = 0.030 * (0.55 + 0.9 * chance(i, 438)) * min(1.0, 0.35 + 0.3 * was.w) * flow;
    float left_to_live = was.w - dt * (1.0 + 3.0 * smoothstep(0.9, 2.0, left + right));
    return vec4((at + pace * dt * vec2(cos(heading), sin(heading))) / vec2(wide(), 1.0), heading, left_to_live);
}

vec4 lay(int i) {
    if (isf_Point.w <= 0.0) return vec4(0.0);
    if (i >= BUILDERS) return vec4(0.0, 0.25 + 0.75 * smoothstep(0.0, 4.0, isf_Point.w), 0.0, 1.0);
    float age = mod(isf_Point.w, 64.0), worth = exp(-age / FADES);
    return vec4(1.6 * worth * worth, 0.0, 0.0, 1.0);
}

// The same as fine as the picture: a line is as strong however fast it was drawn.
vec4 draw(int i) {
    if (isf_Point.w <= 0.0) return vec4(0.0);
    vec2 d = gl_PointCoord * 2.0 - 1.0;
    float soft = max(exp(-5.0 * dot(d, d)) - 0.007, 0.0) * step_time();
    if (i >= BUILDERS) return vec4(0.0, soft * smoothstep(0.0, 5.0, isf_Point.w), 0.0, 1.0);
    return vec4(soft * exp(-2.0 * mod(isf_Point.w, 64.0) / FADES), 0.0, 0.0, 1.0);
}

// ---------------------------------------------------------------- paths

// What was there before anybody looked: two rival paths between the stand-ins and one thin side path.
float seed_path(vec2 at, vec2 a, vec2 b, float bend, float width) {
    vec2 way = b - a;
    float s = clamp(dot(at - a, way) / dot(way, way), 0.0, 1.0);
    vec2 side = normalize(vec2(-way.y, way.x));
    float off = bend * sin(3.1415927 * s) * (0.7 + 0.6 * texture(grain, vec2(s * 0.2, 0.3 + bend)).y)
              + 0.13 * s * (1.0 - s) * 4.0 * (texture(grain, vec2(0.35 * s + 3.0 * bend, 0.7)).z - 0.5);
    float far = length(at - (a + way * s + side * off));
    return exp(-far * far / (width * width));
}

vec4 seed(vec2 uv) {
    if (people_summary().z >= 1.5) return vec4(0.0, 0.0, 0.0, 1.0);
    vec2 at = uv * vec2(wide(), 1.0);
    float sum = seed_path(at, stand_in(4), stand_in(5), 0.10, 0.0075) + 0.7 * seed_path(at, stand_in(4), stand_in(5), -0.13, 0.0060)
              + 0.6 * seed_path(at, stand_in(4), stand_in(6), 0.08, 0.0050);
    return vec4(2.0 * sum, 0.55 * min(sum, 1.0), 0.0, 1.0);
}

vec4 spin(vec2 uv) {
    vec4 was = FRAMEINDEX == 0 ? 1.5 * seed(uv) : texelFetch(threads, ivec2(gl_FragCoord.xy), 0), now = texture(drawn, uv);
    float dt = step_time(), shrinks = grow < 0.5 ? 3.0 : 1.0;
    // What many have drawn over does not get stronger without end.
    return vec4(min(was.x * exp(-dt * shrinks / 7.0) + now.x * 7.0, 6.0), FRAMEINDEX == 0 ? 0.0 : min(was.y * exp(-dt * shrinks / 16.0) + now.y * 10.0, 3.0), 0.0, 1.0);
}

vec4 keep(vec2 uv) {
    if (!begun() || FRAMEINDEX == 0) return seed(uv);
    float dt = step_time();
    ivec2 c = ivec2(gl_FragCoord.xy), top = textureSize(paths, 0) - 1;
    ivec2 low = max(c - 1, ivec2(0)), high = min(c + 1, top);
    vec4 was = texelFetch(paths, c, 0);
    vec4 around = 0.25 * (texelFetch(paths, low, 0) + texelFetch(paths, high, 0)
                        + texelFetch(paths, ivec2(low.x, high.y), 0) + texelFetch(paths, ivec2(high.x, low.y), 0));
    vec2 spread = mix(was.xz, around.xz, 1.0 - exp(-dt * vec2(0.6, 0.015)));
    vec2 left_now = texelFetch(laid, c, 0).xy * dt;
    float fresh = spread.x * exp(-dt / 2.6) + left_now.x * 0.55;
    float hairs = spread.y * exp(-dt / 6.5) + left_now.y * 0.75;
    // A trunk is kept where the flow wants it.
    float wanted = smoothstep(0.10, 1.2, fresh) * (0.30 + 0.90 * texture(duct, uv).x);
    float kept = wanted > was.y ? was.y + (wanted - was.y) * toward(14.0) : was.y * exp(-dt * 0.6931 / (grow < 0.5 ? 2.0 : 18.0));
    // What a body has hidden stays dark for a second more and comes back slowly, or it would flash where somebody walks.
    float sight = texture(bodies, uv).x < 0.004 ? -0.5 : min(was.w + step_time() / 1.2, 1.0);
    return vec4(min(fresh, 5.0), kept, min(hairs, 1.5), sight);
}

vec4 conduct(vec2 uv) {
    vec4 was = texture(duct, uv);
    vec2 e = 1.0 / vec2(textureSize(press, 0));
    vec4 path = texture(paths, uv);
    float way = smoothstep(0.08, 0.7, path.x + 0.6 * path.y);
    if (!begun()) return vec4(0.5 * way, 0.002 + way, 0.0, 0.0);
    vec2 slope = vec2(texture(press, uv + vec2(e.x, 0.0)).x - texture(press, uv - vec2(e.x, 0.0)).x,
                      texture(press, uv + vec2(0.0, e.y)).x - texture(press, uv - vec2(0.0, e.y)).x) * 0.5 / e.y;
    float through = was.y * length(slope);
    // The current is the same however many paths share it: a path gains what another loses.
    float flows = through * 0.012 / max(food(9).x, 1.0e-4);
    float held = mix(was.z, flows, toward(3.0));
    float wants = way * held / (held + 0.35);
    float width = was.x + (wants - was.x) * toward(wants > was.x ? 20.0 : 45.0);
    return vec4(width, 0.002 + way * (0.12 + width * width), held, through);
}

// One step of the pressure, and of the time that a pulse takes.
vec4 relax(vec2 uv) {
    ivec2 c = ivec2(gl_FragCoord.xy), top = textureSize(press, 0) - 1;
    vec2 at = uv * vec2(wide(), 1.0);
    float gap = 1.0 / RENDERSIZE.y, here = texelFetch(duct, c, 0).y;
    vec4 pair = food(8);
    float sum = 0.0, weight = 0.0, soonest = PULSE_SPAN, from = 0.0;
    for (int k = 0; k < 4; k++) {
        ivec2 n = clamp(c + (k == 0 ? ivec2(1, 0) : k == 1 ? ivec2(-1, 0) : k == 2 ? ivec2(0, 1) : ivec2(0, -1)), ivec2(0), top);
        vec4 p = texelFetch(press, n, 0);
        float w = here + texelFetch(duct, n, 0).y;
        sum += w * p.x;
        weight += w;
        float when = p.y + gap / (PULSE * mix(0.25, 1.0, smoothstep(0.05, 0.3, w)));
        if (when < soonest && n != c) { soonest = when; from = p.z; }
    }
    float p = sum / max(weight, 1.0e-5);
    for (int k = 0; k < FOODS; k++) {
        vec4 f = food(k);
        if (f.z < 0.1) continue;
        float far = length(at - f.xy);
        if (k == int(pair.x + 0.5) && far < 0.03) p = 1.0;
        if (k == int(pair.y + 0.5) && far < 0.03) p = 0.0;
        if (far < 0.018) { soonest = far / PULSE; from = float(k); }
    }
    return vec4(p, min(soonest, PULSE_SPAN), from, 1.0);
}

// Pulses leave at uneven times; one more when a sleeper moves.
vec4 train(vec2 uv) {
    int k = int(gl_FragCoord.y);
    float away = uv.x * PULSE_SPAN, since = food(9).y - away;
    float beat = texture(grain, vec2(since * 0.0145, 0.37 + 0.13 * float(k))).z;
    float spell = texture(grain, vec2(since * 0.0083, 0.11 + 0.17 * float(k))).x;
    float moved = texelFetch(mind, ivec2(k, 1), 0).x, d = (moved - away - 0.25) / 0.30;
    float sum = 0.8 * smoothstep(0.60, 0.88, beat) * smoothstep(0.35, 0.65, spell) * food(k).z + (moved < 30.0 ? exp(-d * d) : 0.0);
    return vec4(sum * exp(-away / 12.0));
}

vec4 compose(vec2 uv) {
    vec2 at = uv * vec2(wide(), 1.0);
    vec4 path = texture(paths, uv), flowing = texture(duct, uv), when = texture(press, uv), body = texture(bodies, uv);
    vec2 thread = texture(threads, uv).xy;
    float trunk = smoothstep(0.04, 0.75, path.y), cord = 1.0 - exp(-0.30 * thread.x);
    float pulse = texture(trains, vec2(when.y / PULSE_SPAN, (floor(texelFetch(press, ivec2(uv * vec2(textureSize(press, 0))), 0).z + 0.5) + 0.5) / 8.0)).x;
    vec3 light = 0.098 * (1.0 - exp(-0.7 * thread.y)) * LIGHT_B;
    light += cord * (cord * mix(0.17 * LIGHT_B, 0.40 * LIGHT_G, trunk) + trunk * (0.45 * flowing.x + 0.36 * min(pulse, 1.0)) * LIGHT_G);
    vec3 knot = texture(grain, at * 0.9 + 0.06 * texture(grain, at.yx * 0.7).xy).xyz;
    float near = body.y * exp(-max(body.x, 0.0) / 0.07);
    light *= 1.0 + 1.5 * near;
    light += 0.06 * body.z * (1.0 - exp(-0.7 * thread.y)) * LIGHT_M + 0.012 * body.z * knot.x * (0.3 + knot.y) * LIGHT_M;
    // A body is dark; towards it everything gets thinner.
    float open = smoothstep(-0.006, 0.030, body.x + 0.03 * (knot.z - 0.5));
    light *= mix(1.12, 0.88, uv.x);   // its weight lies left of the middle
    return vec4(light * min(max(path.w, 0.0), open) * smoothstep(0.0, 0.3, grow) * glow, 1.0);
}

void main() {
    vec2 uv = isf_FragNormCoord;
    ivec2 c = ivec2(gl_FragCoord.xy);
    int i = c.x + c.y * TIPS.x;
    if (PASSINDEX == 0) gl_FragColor = weave(uv);
    else if (PASSINDEX == 1) gl_FragColor = think(c);
    else if (PASSINDEX == 2) { if (i < BUILDERS) gl_FragColor = build(i, texelFetch(tips, c, 0)); else gl_FragColor = branch(i, texelFetch(tips, c, 0)); }
    else if (PASSINDEX == 3) gl_FragColor = draw(isf_PointIndex);
    else if (PASSINDEX == 4) gl_FragColor = spin(uv);
    else if (PASSINDEX == 5) gl_FragColor = lay(isf_PointIndex);
    else if (PASSINDEX == 6) gl_FragColor = keep(uv);
    else if (PASSINDEX == 7) gl_FragColor = conduct(uv);
    else if (PASSINDEX == 8) gl_FragColor = relax(uv);
    else if (PASSINDEX == 9) gl_FragColor = train(uv);
    else gl_FragColor = compose(uv);
}
