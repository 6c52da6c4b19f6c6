/*{
  "ISFVSN": "2",
  "DESCRIPTION": "A dark channel between two shores, and small fingers of light that grow towards each other where somebody waits.",
  "CREDIT": "Photophore",
  "CATEGORIES": ["generator", "scene"],
  "PHOTOPHORE": {"COLOR": "linear", "SCALES": true, "READS": ["water", "bodies", "people"], "MEAN": 0.012, "MACROS": {"population": "life", "abundance": "abundance", "speed": "flow"}},
  "INPUTS": [
    {"NAME": "care", "LABEL": "Care: share of what is needed to meet", "TYPE": "float", "DEFAULT": 0.35, "MIN": 0.0, "MAX": 1.0, "SIGNAL": "/choice/progress"},
    {"NAME": "contact", "LABEL": "Contact: they meet now", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1.0, "SIGNAL": "/choice/heal"},
    {"NAME": "withdraw", "LABEL": "Fingers withdraw", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "grow", "LABEL": "How much of the shores is there", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "glow", "LABEL": "Glow", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 2.0},
    {"NAME": "flow", "LABEL": "Flow", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 2.0},
    {"NAME": "life", "LABEL": "Life", "TYPE": "float", "DEFAULT": 0.7, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "abundance", "LABEL": "Abundance: factor on how often life shows", "TYPE": "float", "DEFAULT": 1.0, "MIN": 1.0, "MAX": 3.0}
  ],
  "PASSES": [
    {"TARGET": "mind", "PERSISTENT": true, "FLOAT": true, "WIDTH": 4, "HEIGHT": 1, "FILTER": "nearest"},
    {"TARGET": "fingers", "PERSISTENT": true, "FLOAT": true, "WIDTH": 48, "HEIGHT": 2, "FILTER": "nearest"},
    {"TARGET": "path", "PERSISTENT": true, "FLOAT": true, "WIDTH": 96, "HEIGHT": 48, "FILTER": "nearest"},
    {"TARGET": "roots", "PERSISTENT": true, "FLOAT": true, "WIDTH": 128, "HEIGHT": 208, "FILTER": "nearest", "STEPS": 2},
    {"TARGET": "stirred", "PERSISTENT": true, "FLOAT": true, "WIDTH": "floor(96*$WIDTH/$HEIGHT)", "HEIGHT": 96},
    {"TARGET": "shown", "FLOAT": true, "WIDTH": 136, "HEIGHT": 352, "FILTER": "nearest"},
    {"TARGET": "lights", "POINTS": "shown", "BLEND": "add", "POINT_SIZE": "max(4, $HEIGHT*0.014)"},
    {}
  ]
}*/

// Lengths in picture heights (H), times in seconds; the floor seen from above: higher in the picture = further away.
//   mind     0: seconds, a clock that pulses use, care as shown, seconds since contact (-1: none)
//            1: the pair that leads: number of the left finger, of the right one, distance of their tips, -
//   fingers  row 0: length (H), attention, seconds of hesitation left (< 0: seconds of growth left), speed (H/s)
//            row 1: xy of the tip (H), heading, distance to the nearest tip of the other shore (H)
//   path     row f: what finger f has laid, a point every STEP: xy (H), heading, 1 = laid
//   roots    row r: a thread of the shore, from the bank inwards: xy (H), heading, 1 + H from the bank
//   stirred  x light left by moving water, y settle, slowly, z 0 where a body is or was a moment ago
//   shown    where and how bright each piece is drawn: xy 0..1, z light, w what `piece` packs: hue, width, heading.
//            Columns 0-95 of rows 0-47: stems; columns 96-131: six feelers of six pieces at each tip; then 208 rows of
//            roots, then 96 rows of grains
//
// A finger is a number (its length) and the path that it has laid; it goes back along the same path (nerve growth
// cones do: they advance, halt and retract). Only the pair that has had most attention may touch.

#include "lib/noise.glsl"
#include "lib/spectrum.glsl"
#include "lib/room.glsl"
#include "lib/shores.glsl"

const int FINGERS = 48;
const int POINTS = 96;
const int ROOT_POINTS = 128;
const int ROOTS = 208;             // 48 feed the fingers, 64 branch off from those, 96 fine ones off from these
const int GRAINS = 96 * 128;       // grains of the shores: what makes the dark between them a channel
const float STEP = 0.0026;         // H between points of a finger: 96 of them reach 0.25 H
const float ROOT_STEP = 0.0048;    // H between points of a thread
const float LINE = 0.0042;         // H, length of a piece of a line
const float CHANNEL = 0.12;        // H
const float TOUCH = 0.008;         // H: tips that are nearer have met
const vec2 AWAY = vec2(-9.0);      // outside the frame: not there

float wide() { return float(textureSize(water, 0).x) / float(textureSize(water, 0).y); }
vec2 scale() { return vec2(wide(), 1.0); }
float step_time() { return clamp(TIMEDELTA, 0.0, 0.1); }
float toward(float seconds) { return 1.0 - exp(-step_time() / seconds); }
vec4 thought(int i) { return texelFetch(mind, ivec2(i, 0), 0); }
vec4 finger(int f) { return texelFetch(fingers, ivec2(f, 0), 0); }
vec4 tip(int f) { return texelFetch(fingers, ivec2(f, 1), 0); }
float side_of(int f) { return (f & 1) == 0 ? -1.0 : 1.0; }

// ---------------------------------------------------------------- mind

vec4 clocks(vec4 was) {
    float dt = step_time();
    vec4 pair = thought(1);
    bool meets = contact > 0.5 || care > 0.995;
    float since = was.w < -0.5 || was.x == 0.0 ? -1.0 : was.w + dt;
    if (since < 0.0 && meets && was.x > 1.0 && pair.z < TOUCH) since = 0.0;
    if (!meets && since > 1.0) since = -1.0;
    float shown_care = was.x == 0.0 ? care : was.z + (care - was.z) * toward(1.5);
    return vec4(was.x + dt + 1.0e-4, mod(was.y + dt * flow, 4096.0), shown_care, since);
}

// Whether a finger may lead: it stands well inside the frame.
bool seen(vec2 at) { vec2 uv = at / scale(); return uv.x > 0.10 && uv.x < 0.90 && uv.y > 0.12 && uv.y < 0.85; }

// The pair that leads: most attention, or the boldest while nobody is there. It changes its mind only for much more.
vec4 lead(vec4 was) {
    float best = -1.0, now = -1.0;
    vec2 pair = was.xy;
    for (int a = 0; a < FINGERS; a += 2) {
        vec4 one = finger(a), at = tip(a);
        for (int b = 1; b < FINGERS; b += 2) {
            float far = length(at.xy - tip(b).xy);
            for (int k = 0; k < (far < 0.20 && seen(at.xy) && seen(tip(b).xy) ? 1 : 0); k++) {
                float worth = one.y + finger(b).y + 0.6 * (one.x + finger(b).x) / CHANNEL - 2.0 * far - 0.8 * abs(at.y - 0.42);
                if (vec2(a, b) == was.xy) now = worth;
                if (worth > best) { best = worth; pair = vec2(a, b); }
            }
        }
    }
    bool keeps = was.y > 0.5 && now > 0.0 && (best < now + 0.25 || thought(0).w >= 0.0);
    if (keeps) pair = was.xy;
    return vec4(pair, length(tip(int(pair.x)).xy - tip(int(pair.y)).xy), 1.0);
}

// ---------------------------------------------------------------- fingers

// Fingers stand in loose groups along the bank.
vec2 base_of(int f) {
    int n = f / 2, group = (n * 7) / 24;
    float s = (float(group) + 0.5) / 7.0 + 0.10 * (chance(group, side_of(f) < 0.0 ? 911 : 910) - 0.5);
    s += 0.070 * (chance(f, 912) + chance(f, 909) - 1.0) + (chance(f, 908) < 0.25 ? 0.20 * (chance(f, 907) - 0.5) : 0.0);
    s = 1.44 * (s - 0.5);
    return shore_place(s, side_of(f) * 0.5 * CHANNEL * shore_width(s), wide());
}

// What a finger dares by itself: few are bold; 1:8.
float bold(int f) { float c = chance(f, 913); return 0.10 + 0.90 * c * c; }

// Stillness near a finger, 0..1: the nearest person counts most.
float attended(vec2 at, vec2 from) {
    float sum = 0.0;
    int last = int(people_summary().x);
    for (int i = 0; i < last; i++) {
        vec4 state = person_state(i);
        vec2 d = min(abs(person_at(i).xy - at), abs(person_at(i).xy - from));
        sum = max(sum, state.x * smoothstep(0.5, 3.0, state.z) * exp(-dot(d, d) / 0.035));
    }
    return sum;
}

vec4 extend(int f, vec4 was) {
    float dt = step_time() * flow;
    vec4 here = tip(f), clock = thought(0), pair = thought(1);
    vec2 from = base_of(f);
    bool young = clock.x < 5.0;
    bool leads = float(f) == pair.x || float(f) == pair.y;
    float near = attended(here.xy, from);
    float attention = clamp(was.y * exp(-step_time() / 45.0) + near * step_time() / 9.0, 0.0, 1.0);
    float wanted = 0.010 + (0.020 + 0.17 * sqrt(clock.z)) * max(bold(f), attention) + 0.02 * attention;
    if (leads) wanted = max(wanted, 0.04 + 0.20 * clock.z);
    bool meets = leads && (contact > 0.5 || care > 0.995);
    wanted = meets ? 0.25 : wanted * (1.0 - withdraw);
    // Never nearer than care allows.
    float open = CHANNEL * 0.75 * pow(1.0 - clock.z, 0.8) + (leads ? 0.004 : 0.018 + 0.03 * chance(f, 914));
    if (meets) open = 0.5 * TOUCH;
    bool may = (meets ? pair.z : here.w) > open && was.x < wanted;
    // It goes for 1-4 s, then hesitates for 0.4-2 s, and sometimes takes a little back.
    float mood = was.z;
    int n = f + FRAMEINDEX * FINGERS;
    if (mood < 0.0) { mood += step_time(); if (mood >= 0.0) mood = 0.4 + 1.6 * chance(n, 915); }
    else { mood -= step_time(); if (mood <= 0.0) mood = -(1.0 + 3.0 * chance(n, 916)); }
    float pace = (0.003 + 0.007 * max(near, leads ? 0.35 : 0.0)) * (0.7 + 0.6 * chance(f, 917));
    if (young) pace = 0.035;
    if (meets) pace = 0.012;
    bool back = was.x > wanted + 0.004;
    float target = back ? -0.25 * pace * (1.0 + 5.0 * withdraw) : may && (mood < 0.0 || meets) ? pace
                 : mood > 1.2 && !young && chance(f + int(clock.x / 7.0) * FINGERS, 918) < 0.3 ? -0.0012 : 0.0;
    float speed = was.w + (target - was.w) * toward(0.35);
    return vec4(clamp(was.x + speed * dt, 0.001, STEP * float(POINTS - 2)), attention, mood, speed);
}

vec4 laid_at(int f, float length_now) {
    float j = clamp(length_now / STEP, 0.0, float(POINTS - 2));
    vec4 a = texelFetch(path, ivec2(int(j), f), 0), b = texelFetch(path, ivec2(int(j) + 1, f), 0);
    if (a.w < 0.5) return vec4(base_of(f), 0.0, 0.0);
    if (b.w < 0.5) return a;
    return mix(a, b, fract(j));
}

vec4 locate(int f) {
    vec4 here = laid_at(f, finger(f).x);
    float near = 9.0;
    for (int g = 1 - (f & 1); g < FINGERS; g += 2) near = min(near, length(tip(g).xy - here.xy));
    return vec4(here.xyz, near);
}

// The next point of a finger: it wanders, turns to the nearest tip of the other shore and away from its own kind.
vec4 lay(int j, int f, vec4 was) {
    float reach = finger(f).x / STEP;
    if (was.w > 0.5) return float(j) > reach + 8.0 ? vec4(0.0) : was;
    if (float(j) > reach + 2.0) return vec4(0.0);
    vec2 across = shore_across() * -side_of(f);
    float out_to = atan(across.y, across.x);
    if (j == 0) return vec4(base_of(f), out_to + 1.3 * (chance(f, 921) - 0.5), 1.0);
    vec4 from = texelFetch(path, ivec2(j - 1, f), 0);
    if (from.w < 0.5) return vec4(0.0);
    float heading = from.z;
    vec2 way = vec2(cos(heading), sin(heading));
    vec2 pull = 0.10 * across, shy = vec2(0.0);
    float near = 9.0;
    vec2 aim = vec2(0.0);
    for (int g = 0; g < FINGERS; g++) {
        vec2 d = tip(g).xy - from.xy;
        float far = length(d);
        bool other = (g & 1) != (f & 1);
        if (other && far < near) { near = far; aim = d / max(far, 1.0e-4); }
        if (!other && g != f && far < 0.03) shy -= d / max(far, 1.0e-4) * (1.0 - far / 0.03);
    }
    vec4 pair = thought(1);
    bool leads = float(f) == pair.x || float(f) == pair.y;
    if (leads) {
        vec2 d = tip(int(float(f) == pair.x ? pair.y : pair.x)).xy - from.xy;
        near = length(d);
        aim = d / max(near, 1.0e-4);
    }
    // When they are to meet, the last stretch is straight.
    if (leads && near < 0.05 && (contact > 0.5 || care > 0.995)) return vec4(from.xy + STEP * aim, atan(aim.y, aim.x), 1.0);
    pull += aim * (leads ? 0.35 + 0.9 * smoothstep(0.09, 0.02, near) : 0.28 * smoothstep(0.25, 0.05, near)) + 0.22 * shy;
    float turn = 0.62 * (bumps(vec2(float(j) * STEP / 0.017, float(f) * 3.7), 922) - 0.5)
               + 0.30 * (chance(f * 128 + j, 923) - 0.5);
    heading += turn * 0.55;
    vec2 next = normalize(vec2(cos(heading), sin(heading)) + 0.30 * pull);
    return vec4(from.xy + STEP * next, atan(next.y, next.x), 1.0);
}

// ---------------------------------------------------------------- shores

// The first 48 threads start at the bank; 64 branch off from those and 96 fine ones from these.
bool branches(int r) { return r >= 48; }
bool fine_one(int r) { return r >= 112; }
int stem_of(int r) { return fine_one(r) ? 48 + (r - 112) * 64 / 96 : r * 5 % 48; }
int feeds(int r) { int n = fine_one(r) ? stem_of(r) : r; return branches(n) ? stem_of(n) : n; }
float bank_of(int r) { return side_of(feeds(r)); }

vec4 root(int j, int r, vec4 was) {
    float side = bank_of(r);
    vec2 inland = shore_across() * side;
    if (j == 0) {
        if (branches(r)) {
            vec4 stem = texelFetch(roots, ivec2(2 + int((fine_one(r) ? 90.0 : 60.0) * chance(r, 931) * chance(r, 932)), stem_of(r)), 0);
            float lot = chance(r, 933) < 0.5 ? -1.0 : 1.0;
            return stem.w < 0.5 ? vec4(0.0) : vec4(stem.xy, stem.z + lot * (0.35 + 0.5 * chance(r, 934)), stem.w);
        }
        vec2 from = base_of(r);
        return vec4(from, atan(inland.y, inland.x) + 1.5 * (chance(r, 935) - 0.5), 1.0);
    }
    vec4 from = texelFetch(roots, ivec2(j - 1, r), 0);
    if (from.w < 0.5) return vec4(0.0);
    // Threads run inland, and along each other where the ground leads them.
    vec2 ground = curl(from.xy * 2.3 + side * 5.0, 936) + 0.5 * curl(from.xy * 6.1, 937);
    float heading = from.z + 0.55 * (bumps(vec2(float(j) * 0.16, float(r) * 2.3), 938) - 0.5);
    vec2 next = normalize(vec2(cos(heading), sin(heading)) + 0.09 * inland + 0.10 * ground);
    return vec4(from.xy + ROOT_STEP * next, atan(next.y, next.x), from.w + ROOT_STEP);
}

vec4 stir(vec2 uv) {
    vec4 was = texture(stirred, uv);
    float struck = smoothstep(0.9, 4.0, texture(water, uv).z);
    float faded = was.x * exp(-step_time() / 1.3);
    float settle = texture(bodies, uv).y;
    float open = smoothstep(-0.006, 0.010, texture(bodies, uv).x);
    // What a body has hidden comes back slowly: light that jumps up behind it would be a flash.
    open = open < was.z || was.w == 0.0 ? open : was.z + (open - was.z) * toward(1.2);
    return vec4(struck > faded ? faded + (struck - faded) * toward(0.08) : faded, was.y + (settle - was.y) * toward(2.0), open, 1.0);
}

// ---------------------------------------------------------------- what is drawn

// All of it sways with the water: up to 0.02 H, mostly less than 0.01, neighbours together, so that what meets stays together.
vec2 swayed(vec2 at) {
    vec2 t = thought(0).y * vec2(0.07, 0.05);
    vec2 wide_ = vec2(bumps(at * 1.9 + vec2(t.x, 0.4 * t.y), 985), bumps(at * 1.9 - vec2(0.5 * t.x, t.y), 986)) - 0.5;
    vec2 fine = vec2(bumps(at * 6.7 - t, 987), bumps(at * 6.7 + t.yx, 988)) - 0.5;
    return at + 0.026 * wide_ + 0.003 * fine;
}

// A piece of `width` H; with a heading it is a short line, else a point. Kinds: 0 left, 1 right, 3 spark.
vec4 piece(vec2 at, float light, float width, float kind, float heading) {
    vec2 uv = swayed(at) / scale();
    vec2 in_frame = clamp(uv, 0.0, 1.0);
    float open = min(texture(stirred, in_frame).z, smoothstep(-0.006, 0.010, texture(bodies, in_frame).x));
    if (light * open < 0.0004 || distance(uv, in_frame) > 0.02) return vec4(AWAY, 0.0, 0.0);
    float turned = heading < -50.0 ? 0.0 : 1.0 + floor(mod(heading / 6.2831853, 1.0) * 255.0);
    return vec4(uv, light * open, kind + 4.0 * min(floor(width * 10000.0), 255.0) + 1024.0 * turned);
}
const float ROUND = -99.0;

// Further away is thinner.
float near_by(vec2 at) { return mix(1.2, 0.75, clamp(at.y, 0.0, 1.0)); }

vec4 show_stem(int j, int f) {
    vec4 own = finger(f), pair = thought(1), clock = thought(0);
    vec4 here = texelFetch(path, ivec2(j, f), 0);
    float along = float(j) * STEP, left = own.x - along;
    if (here.w < 0.5 || left < -STEP) return vec4(AWAY, 0.0, 0.0);
    bool leads = float(f) == pair.x || float(f) == pair.y;
    float joined = leads && clock.w >= 0.0 ? smoothstep(0.0, 10.0, clock.w) : 0.0;
    float fine = mix(0.0040, 0.0016, clamp(1.0 - left / max(own.x, 0.02), 0.0, 1.0));
    fine = mix(fine, 0.0060, joined);
    float ends = exp(-max(left, 0.0) / 0.007);
    float pulse = bumps(vec2((along - 0.05 * clock.y) / 0.035, float(f) * 5.3), 941);
    float light = 0.13 + 0.12 * smoothstep(0.5, 0.9, pulse) * (0.4 + own.y) + 0.10 * own.y * ends;
    light += ends * 0.45 * (leads ? 1.4 : 0.7) * smoothstep(0.0, 0.02, own.x);
    light += joined * 0.16;
    light *= smoothstep(-STEP, 0.0, left) * smoothstep(0.80, 1.0, grow);
    float spark = leads && clock.w >= 0.0 && left < 2.5 * STEP ? (1.0 - exp(-clock.w / 0.03)) * exp(-clock.w / 0.8) : 0.0;
    return piece(here.xy, light + 2.2 * spark, fine * near_by(here.xy) + 0.006 * spark, spark > 0.01 ? 3.0 : side_of(f) < 0.0 ? 0.0 : 1.0, spark > 0.01 ? ROUND : here.z);
}

// Six feelers at each tip, each out for 0.6-2 s and then another.
vec4 show_feeler(int k, int f) {
    vec4 own = finger(f), here = tip(f), clock = thought(0);
    int n = k / 6 + f * 6;
    float period = 0.8 + 1.6 * chance(n, 951), turns = clock.y / period + chance(n, 952);
    int life_of = n + int(turns) * 288;
    float phase = fract(turns);
    float out_now = smoothstep(0.0, 0.35, phase) * (1.0 - smoothstep(0.65, 1.0, phase));
    float reach = (0.004 + 0.018 * chance(life_of, 953) * chance(life_of, 954)) * out_now;
    float angle = here.z + 2.4 * (chance(life_of, 955) - 0.5);
    float t = (float(k % 6) + 1.0) / 6.0;
    angle += 0.5 * t * (chance(life_of, 956) - 0.5);
    vec2 at = here.xy + reach * t * vec2(cos(angle), sin(angle));
    float light = 0.17 * out_now * (1.0 - 0.5 * t) * smoothstep(0.004, 0.02, own.x) * smoothstep(0.85, 1.0, grow);
    if (clock.w > 0.0) light *= exp(-clock.w / 3.0);
    return piece(at, light, 0.0015 * near_by(at), side_of(f) < 0.0 ? 0.0 : 1.0, angle);
}

vec4 show_root(int j, int r) {
    vec4 here = texelFetch(roots, ivec2(j, r), 0);
    if (here.w < 0.5) return vec4(AWAY, 0.0, 0.0);
    vec2 uv = here.xy / scale();
    if (uv.x < -0.01 || uv.x > 1.01 || uv.y < -0.01 || uv.y > 1.01) return vec4(AWAY, 0.0, 0.0);
    float inland = here.w - 1.0, clock = thought(0).y;
    vec4 mark = texture(stirred, uv);
    float rank = branches(r) ? 0.15 + 0.75 * chance(r, 961) : 0.3 * chance(r, 961);
    float there = smoothstep(rank - 0.08, rank + 0.02, life * 1.15) * smoothstep(0.0, 0.25, grow * 1.25 - (1.0 - smoothstep(0.0, 0.5, inland)));
    float end = 1.0 - smoothstep(0.55, 1.0, float(j) / float(ROOT_POINTS) / (0.35 + 0.65 * chance(r, 962)));
    // Packets run from inland to the bank.
    float pulse = bumps(vec2((inland + 0.045 * (0.7 + 0.6 * chance(r, 963)) * clock) / 0.06, float(r) * 7.1), 964);
    float level = 0.06 + 0.20 * exp(-inland / 0.10) * (0.3 + chance(r, 965)) + 0.34 * smoothstep(0.60, 0.92, pulse) * exp(-inland / 0.5);
    // Those that feed a finger which is attended to, or leads, are brighter.
    vec4 pair = thought(1);
    float lead_now = float(feeds(r)) == pair.x || float(feeds(r)) == pair.y ? 1.0 : 0.0;
    level *= 0.75 + 0.6 * lead_now + 1.1 * finger(feeds(r)).y;
    level *= 0.7 + 0.6 * chance(j + r * 128, 966);
    float own = chance(j + r * 128, 967);
    level += 0.30 * smoothstep(own, own + 0.35, mark.x * 1.35) * step(0.5, chance(j / 3 + r * 64, 970)) + 0.14 * mark.y * exp(-inland / 0.3);
    float fine = branches(r) ? 0.0024 : mix(0.0026, 0.0050, chance(r, 968) * chance(r, 969));
    fine = fine_one(r) ? 0.0013 : mix(fine, 0.0013, smoothstep(0.0, 0.42, inland));
    level *= fine_one(r) ? 0.8 : 1.0;
    return piece(here.xy, level * there * end, fine * near_by(here.xy), bank_of(r) < 0.0 ? 0.0 : 1.0, here.z);
}

// Grains lie densest along the bank, in shoals; moving water and stillness light them.
vec4 show_grain(int i) {
    float side = chance(i, 971) < 0.46 ? -1.0 : 1.0;
    float s = 1.9 * (chance(i, 972) - 0.5), a = chance(i, 973), b = chance(i, 974);
    float inland = -(b < 0.62 ? 0.045 : 0.20 * clamp(wide() / 1.778, 1.0, 2.2)) * log(1.0 - 0.99 * a);   // wider frames show more shore
    // The bank crumbles: some grains lie in the shallows.
    float crumbles = 0.030 * (bumps(vec2(s * 17.0, side), 980) - 0.45) + 0.014 * (bumps(vec2(s * 47.0, side), 981) - 0.5);
    inland += crumbles - 0.022 * chance(i, 982) * chance(i, 983);
    vec2 at = shore_place(s, side * (0.5 * CHANNEL * shore_width(s) + inland), wide()), uv = at / scale();
    if (uv.x < 0.0 || uv.x > 1.0 || uv.y < 0.0 || uv.y > 1.0) return vec4(AWAY, 0.0, 0.0);
    float shoal = smoothstep(0.30, 0.68, 0.6 * bumps(at * 4.1, 975) + 0.4 * bumps(at * 13.0, 976));
    float there = chance(i, 977) < (0.15 + 0.85 * shoal) * (0.25 + 1.05 * life) * abundance ? 1.0 : 0.0;
    vec4 mark = texture(stirred, uv);
    float c = chance(i, 978), c8 = c * c * c * c; c8 *= c8;
    float level = (0.05 + 0.12 * c + 0.62 * c8) * (0.40 + 1.1 * exp(-max(inland, 0.0) / 0.07)) * (0.45 + 0.8 * shoal);
    level *= smoothstep(-0.035, 0.01, inland);
    float breath = bumps(vec2(s * 3.0 - 0.05 * thought(0).y, inland * 4.0 + side), 979);
    level *= 0.65 + 0.7 * breath;
    float own = chance(i, 984);
    level += smoothstep(own, own + 0.35, mark.x * 1.35) * (0.06 + 0.5 * c8 + 0.16 * c) + 0.16 * mark.y * c;
    level *= smoothstep(0.0, 0.25, grow * 1.25 - (1.0 - smoothstep(0.0, 0.4, inland)));
    return piece(at, level * there, (0.0014 + 0.0022 * c * c) * near_by(at), side < 0.0 ? 0.0 : 1.0, ROUND);
}

vec4 show(ivec2 c) {
    if (c.y >= FINGERS + ROOTS) return c.x < 128 ? show_grain(c.x + (c.y - FINGERS - ROOTS) * 128) : vec4(AWAY, 0.0, 0.0);
    if (c.y >= FINGERS) return c.x < ROOT_POINTS ? show_root(c.x, c.y - FINGERS) : vec4(AWAY, 0.0, 0.0);
    if (c.x < POINTS) return show_stem(c.x, c.y);
    return c.x < POINTS + 36 ? show_feeler(c.x - POINTS, c.y) : vec4(AWAY, 0.0, 0.0);
}

vec4 draw() {
    float kind = mod(isf_Point.w, 4.0), width = mod(floor(isf_Point.w / 4.0), 256.0) / 10000.0, turned = floor(isf_Point.w / 1024.0);
    float wanted = width * RENDERSIZE.y, drawn = max(wanted, 1.6), sprite = max(4.0, RENDERSIZE.y * 0.014);
    vec2 d = (gl_PointCoord * 2.0 - 1.0) * vec2(1.0, -1.0) * sprite;  // half pixels
    float angle = (turned - 1.0) / 255.0 * 6.2831853;
    vec2 along = turned > 0.0 ? vec2(cos(angle), sin(angle)) : vec2(1.0, 0.0);
    float reach = turned > 0.0 ? max(LINE * RENDERSIZE.y - 0.4 * drawn, 0.0) : 0.0;
    vec2 q = vec2(max(abs(dot(d, along)) - reach, 0.0), dot(d, vec2(-along.y, along.x)));
    float core = max(exp(-0.6931 * dot(q, q) / (drawn * drawn)) - 0.004, 0.0), kept = min(1.0, wanted / drawn);
    float far = clamp(isf_Point.y, 0.0, 1.0);
    vec3 hue = kind < 0.5 ? spectrum(480.0) : kind < 1.5 ? spectrum(497.0) : LIGHT_C;
    hue = mix(hue, LIGHT_C, smoothstep(0.25, 0.8, isf_Point.z));
    return vec4(through_water(hue, 5.0 * far) * isf_Point.z * core * kept * glow * 1.5, 1.0);
}

void main() {
    ivec2 c = ivec2(gl_FragCoord.xy);
    vec2 uv = isf_FragNormCoord;
    if (PASSINDEX == 0) gl_FragColor = c.x == 0 ? clocks(thought(0)) : c.x == 1 ? lead(thought(1)) : vec4(0.0);
    else if (PASSINDEX == 1) gl_FragColor = c.y == 0 ? extend(c.x, finger(c.x)) : locate(c.x);
    else if (PASSINDEX == 2) gl_FragColor = lay(c.x, c.y, texelFetch(path, c, 0));
    else if (PASSINDEX == 3) {
        vec4 was = texelFetch(roots, c, 0);
        for (int k = 0; k < (was.w > 0.5 ? 0 : 1); k++) was = root(c.x, c.y, was);
        gl_FragColor = was;
    }
    else if (PASSINDEX == 4) gl_FragColor = stir(uv);
    else if (PASSINDEX == 5) gl_FragColor = show(c);
    else if (PASSINDEX == 6) gl_FragColor = draw();
    else gl_FragColor = texelFetch(lights, c, 0);
}
