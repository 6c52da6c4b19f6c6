/*{
  "ISFVSN": "2",
  "DESCRIPTION": "A dark room that has noticed you: single far-off events, and one answer to somebody who enters.",
  "CREDIT": "Photophore",
  "CATEGORIES": ["generator", "scene"],
  "PHOTOPHORE": {"COLOR": "linear", "SCALES": true, "READS": ["water", "bodies", "people"], "FLOOR": "section", "MEAN": 0.005, "MACROS": {"population": "life", "abundance": "abundance", "speed": "flow"}},
  "INPUTS": [
    {"NAME": "glow", "LABEL": "Glow", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 2.0},
    {"NAME": "flow", "LABEL": "Flow", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 2.0},
    {"NAME": "life", "LABEL": "Life: how often something happens", "TYPE": "float", "DEFAULT": 0.7, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "abundance", "LABEL": "Abundance: factor on how often life shows", "TYPE": "float", "DEFAULT": 1.0, "MIN": 1.0, "MAX": 3.0},
    {"NAME": "grow", "LABEL": "Grown: 0 = black, 1 = whole", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "show", "LABEL": "Show one kind of event: 0 = as it comes, 1 to 12", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 12.0}
  ],
  "PASSES": [
    {"TARGET": "grain", "FLOAT": true, "WIDTH": 256, "HEIGHT": 256, "WRAP": "repeat"},
    {"TARGET": "mind", "PERSISTENT": true, "FLOAT": true, "WIDTH": 8, "HEIGHT": 1, "FILTER": "nearest"},
    {"TARGET": "roots", "PERSISTENT": true, "FLOAT": true, "WIDTH": "floor(max(50*$WIDTH/$HEIGHT, 60))", "HEIGHT": 104, "FILTER": "nearest"},
    {"TARGET": "leans", "PERSISTENT": true, "FLOAT": true, "WIDTH": "floor(max(50*$WIDTH/$HEIGHT, 60))", "HEIGHT": 104, "FILTER": "nearest"},
    {"TARGET": "standing", "FLOAT": true, "WIDTH": "floor(max(50*$WIDTH/$HEIGHT, 60))", "HEIGHT": 104, "FILTER": "nearest"},
    {"TARGET": "fur", "POINTS": "standing", "BLEND": "add", "POINT_SIZE": "$HEIGHT*0.031"},
    {"TARGET": "motes", "PERSISTENT": true, "FLOAT": true, "WIDTH": 64, "HEIGHT": 128, "FILTER": "nearest"},
    {"TARGET": "shown", "FLOAT": true, "WIDTH": 64, "HEIGHT": 168, "FILTER": "nearest"},
    {"TARGET": "sparks", "POINTS": "shown", "BLEND": "add", "POINT_SIZE": "max(3.2, $HEIGHT*0.0085)"},
    {}
  ]
}*/

// Something large sleeps in the water: a heap of rounded backs, each covered with fine hairs whose tips hardly glow. The
// hairs turn to whoever comes, the nearest first; an event, an answer or a wake lights those around it.
//
// Lengths are in picture heights (H).
//
//   grain   three textures of chance, read by position
//   mind    0: event: kind (0 none, 1 to 12), place xy (H), age (s)
//           1: seconds until the next, number of the event, place of the one before xy
//           2, 3: the last five kinds
//           4: answer: place xy (H), seconds since (below 0: still waiting, above 90: none), seconds deaf
//           5: bodies in the frame before, time that runs with `flow`, tide, how much the event lights its water
//   roots   one for each hair: xy where it grows (H; NOWHERE: bare), z its direction at rest,
//           w 2 x its back (row x 8 + column) + how near to the rim of that back, 0..1
//   leans   x how far it has turned from that direction, y how far it is in sight 0..1, z light that a wake has left, w how calmly it stands 0..1
//   standing  what is drawn of them: xy 0..1 of the middle, z light, below 0 in front of people, w direction, length, hue and bend
//   fur       drawn; w light of those in front
//   motes   what a wake strikes: xy 0..1, z seconds since the flash, w 1 + freshness
//   shown   what shines now: xy 0..1, z light, w hue. Rows 0..6 the event, row 7 the answer, rows 8..17 who has settled
//           (ten for each body), rows 18..27 the resting places of the day, rows 40..167 motes
//   sparks  one point for each

#include "lib/noise.glsl"
#include "lib/spectrum.glsl"
#include "lib/room.glsl"
#include "lib/points.glsl"

const float POINT = 0.0085;     // H, the square of a point
const int EVENT_POINTS = 448;   // seven rows
const float EVENT_LASTS = 20.0; // s, the longest of them
const int KINDS = 12;
const float HAIR = 0.031;       // H, the square of the part of a hair that is seen: its tip
const int ROWS = 4;             // backs behind each other
const float APART = 0.50;       // H between two columns of them
const float ASLEEP = 3.9;      // scene light of the brightest tips at rest

float wide() { return float(textureSize(water, 0).x) / float(textureSize(water, 0).y); }
float step_time() { return clamp(TIMEDELTA, 0.0, 0.1); }
float toward(float seconds) { return 1.0 - exp(-step_time() / seconds); }
vec4 thought(int i) { return texelFetch(mind, ivec2(i, 0), 0); }
vec3 rough(vec2 at) { return texture(grain, at).xyz; }

vec4 weave(vec2 uv) { return vec4(tiled(uv, 8, 911), tiled(uv, 19, 912), tiled(uv, 41, 913), 1.0); }

// ---------------------------------------------------------------- mind

bool lately(int kind) {
    vec4 a = thought(2), b = thought(3);
    float k = float(kind);
    return k == a.x || k == a.y || k == a.z || k == a.w || k == b.x;
}

int next_kind(int n) {
    if (show >= 0.5) return int(show + 0.5);
    for (int tried = 0; tried < 24; tried++) {
        int kind = 1 + int(chance(n * 32 + tried, 921) * float(KINDS));
        if (!lately(kind)) return kind;
    }
    return 1 + n % KINDS;
}

// The best of eight places: far from the last one (0.3 H) and from everybody.
vec2 next_place(int n) {
    vec2 best = vec2(0.5), before = thought(1).zw;
    float most = -1.0;
    for (int tried = 0; tried < 8; tried++) {
        vec2 at = vec2(mix(0.10, 0.90, chance(n * 32 + tried, 922)) * wide(), mix(0.22, 0.80, chance(n * 32 + tried, 923)));
        float worth = min(length(at - before), 0.45) + min(texture(bodies, at / vec2(wide(), 1.0)).x, 0.5) + 0.2 * chance(n * 32 + tried, 924);
        if (worth > most) { most = worth; best = at; }
    }
    return best;
}

float swell(float t, float rise, float fall) {
    float up = 1.0 - exp(-max(t, 0.0) / rise);
    return up * up * exp(-max(t, 0.0) / fall);
}

// Who has come last, and where: xy, 1 if anybody.
vec3 newcomer() {
    vec3 found = vec3(0.0);
    float least = 1.5;
    int last = int(people_summary().x);
    for (int i = 0; i < last; i++) {
        vec4 state = person_state(i);
        if (state.x > 0.0 && state.x < least) { least = state.x; found = vec3(person_at(i).xy, 1.0); }
    }
    return found;
}

vec4 think(int i) {
    float dt = step_time();
    bool first = FRAMEINDEX == 0;
    vec4 event = first ? vec4(0.0) : thought(0), plan = first ? vec4(3.0, floor(chance(int(DATE.w) & 0xffff, 925) * 4096.0), -9.0, -9.0) : thought(1);
    vec4 mood = first ? vec4(0.0) : thought(5);
    bool starts = plan.x - dt <= 0.0 && (event.x < 0.5 || event.w > EVENT_LASTS);
    int n = int(plan.y);
    if (i == 0) {
        if (starts) return vec4(float(next_kind(n)), next_place(n), 0.0);
        return event.w > EVENT_LASTS ? vec4(0.0, event.yz, event.w) : vec4(event.xyz, event.w + dt * (event.x > 0.5 ? 1.0 : 0.0));
    }
    if (i == 1) {
        // 40 s and an exponential rest of 20 s, at most 90; half as often where little lives.
        float rest = min(40.0 - 20.0 * log(max(1.0 - chance(n, 926), 1.0e-3)), 90.0) * mix(1.8, 0.8, clamp(life, 0.0, 1.0) / 0.875) / abundance;
        if (starts) return vec4(show >= 0.5 ? EVENT_LASTS + 1.0 : clamp(rest, 40.0 / abundance, 90.0), mod(plan.y + 1.0, 4096.0), event.yz);
        return vec4(max(plan.x - dt, 0.0), plan.yzw);
    }
    if (i == 2) return first ? vec4(0.0) : starts ? vec4(float(next_kind(n)), thought(2).xyz) : thought(2);
    if (i == 3) return first ? vec4(0.0) : starts ? vec4(thought(2).w, 0.0, 0.0, 0.0) : thought(3);
    float count = people_summary().y;
    if (i == 4) {
        vec4 was = first ? vec4(0.0, 0.0, 99.0, 0.0) : thought(4);
        vec3 who = newcomer();
        if (count > mood.x + 0.5 && was.w <= 0.0 && who.z > 0.5) {
            // The nearest point: beside the body, upward, never on it.
            float turn = mix(0.6, 2.5, chance(FRAMEINDEX, 927));
            vec2 at = who.xy + vec2(cos(turn), sin(turn) * 1.2) * (0.15 + 0.05 * chance(FRAMEINDEX, 928));
            return vec4(clamp(at, vec2(0.03), vec2(wide() - 0.03, 0.95)), -(1.0 + 1.4 * chance(FRAMEINDEX, 929)), 20.0);
        }
        return vec4(was.xy, min(was.z + dt, 99.0), max(was.w - dt, 0.0));
    }
    float run = mod(mood.y + dt * flow, 16384.0);
    return vec4(count, run, 0.55 + 0.9 * (bumps(vec2(run / 97.0, 0.5), 931) - 0.25), event.x > 0.5 ? swell(event.w, 1.6, 5.0) : 0.0);
}

// ---------------------------------------------------------------- twelve kinds of event

vec2 turned(vec2 v, float by) { return vec2(v.x * cos(by) - v.y * sin(by), v.x * sin(by) + v.y * cos(by)); }

float dice(int n, int i, int purpose) { return chance(n * 512 + i, purpose); }

// Point i of event n of this kind, t seconds after its beginning: xy from its place (H), light.
vec3 act(int kind, int n, int i, float t) {
    float a = dice(n, i, 941), b = dice(n, i, 942), lean = 6.2831853 * chance(n, 943), size = mix(0.75, 1.25, chance(n, 944));
    if (kind == 1) {   // a polyp opens, waits and closes at once
        if (i >= 260) return vec3(0.0);
        float u = float(i / 13) / 20.0, open = (1.0 - exp(-max(t - 0.4, 0.0) / 1.9)) * (t > 9.0 ? exp(-(t - 9.0) / 0.12) : 1.0);
        float arm = float(i % 13), reach = (0.62 + 0.38 * chance(n * 16 + int(arm), 945)) * open;
        float turn = 6.2831853 * (arm + 0.4 * chance(n * 16 + int(arm), 946)) / 13.0 + lean + 0.5 * u * (bumps(vec2(0.4 * t, arm), 947) - 0.5) * 3.0;
        return vec3(vec2(cos(turn), 0.62 * sin(turn)) * 0.055 * size * (0.25 + u * reach), open * (0.03 + 0.22 * u * u * u) * smoothstep(0.0, 0.2, open));
    }
    if (kind == 2 || kind == 12) {   // a packet on its way; a chain that lights up from one end to the other and back
        float u = float(i) / float(EVENT_POINTS), run = kind == 2 ? 0.55 : 0.34;
        vec2 way = vec2(u - 0.5, 0.35 * (bumps(vec2(u * 2.6, float(n & 63)), 948) - 0.5) + 0.07 * (bumps(vec2(u * 9.0, float(n & 63)), 949) - 0.5)) * run;
        if (kind == 12 && (i % 6 != 0)) return vec3(0.0);
        way = turned(way, kind == 2 ? lean : 0.6 * lean / 6.28);
        if (kind == 2) return vec3(way + 0.003 * (vec2(a, b) - 0.5), 0.30 * swell(t - u * run / 0.05 - 0.25 * a, 0.04, 0.55 + 0.6 * b) * (0.3 + 0.7 * a));
        float there = swell(t - 0.5 - 2.4 * u - 0.1 * a, 0.05, 0.7), back = 0.7 * swell(t - 5.2 - 3.1 * (1.0 - u) - 0.1 * b, 0.05, 0.9);
        return vec3(way, (there + back) * (0.26 + 0.30 * a * a));
    }
    if (kind == 3) {   // a crumb sinks and is eaten
        float fell = min(t, 7.0);
        vec2 at = vec2(0.014 * (bumps(vec2(0.5 * fell, float(n & 63)), 950) - 0.5), 0.10 - 0.021 * fell);
        if (i == 0) return vec3(at, t < 7.0 ? 0.34 * smoothstep(0.0, 2.5, t) : 0.0);
        if (i == 1) return vec3(at, 0.9 * swell(t - 7.0, 0.02, 0.22));
        float far = 0.004 + 0.05 * a * b;
        return i > 40 ? vec3(0.0) : vec3(at + far * vec2(cos(float(i) * 2.4), sin(float(i) * 2.4)), 0.30 * b * swell(t - 7.15 - 9.0 * far - 0.4 * a, 0.1, 1.2));
    }
    if (kind == 4) {   // a crack runs, halts, and a second one leaves it
        bool second = i >= 290;
        float u = second ? float(i - 290) / 158.0 : float(i) / 290.0, steps = floor(u * 5.0);
        vec2 at = vec2(u * 0.34, 0.05 * (bumps(vec2(u * 6.0, float(n & 63)), 951) - 0.5) + 0.014 * (bumps(vec2(u * 22.0, float(n & 63)), 952) - 0.5));
        float when = u * 1.3 + 0.45 * steps * chance(n, 953) + 0.12 * a;
        if (second) { at = vec2(0.15, 0.0) + turned(at * 0.55, 1.25); when += 2.6; }
        return vec3(turned(at * size - vec2(0.15, 0.0), lean), (0.05 + 0.20 * b * b) * swell(t - when, 0.03, 2.6));
    }
    if (kind == 5) {   // something swims past; only what it strikes is seen
        float u = float(i) / float(EVENT_POINTS), beat = sin(u * 34.0 + 4.0 * bumps(vec2(u * 5.0, 1.0), 954));
        vec2 at = vec2((u - 0.5) * 0.95, 0.16 * (bumps(vec2(u * 1.8, float(n & 63)), 955) - 0.5) + 0.012 * beat + 0.022 * (a - 0.5) * (b + 0.2));
        at.x *= chance(n, 956) < 0.5 ? 1.0 : -1.0;
        return vec3(at, (0.14 + 0.75 * a * a * a * a) * swell(t - 0.5 - u * 4.8 - 0.35 * b, 0.02, 0.16 + 0.5 * a * b));
    }
    if (kind == 6) {   // two lights; the second answers
        int which = i % 2;
        if (i > 15) return vec3(0.0);
        float sum = 0.0;
        for (int k = 0; k < 4; k++) {
            float when = 0.6 + 2.7 * float(k) + 0.8 * chance(n * 8 + k, 957) + float(which) * (0.9 + 0.25 * chance(n * 8 + k, 958));
            sum += swell(t - when - 0.05 * a, 0.03, 0.28) * (k == 3 && which == 1 ? 0.0 : 1.0 - 0.15 * float(k));
        }
        return vec3(turned(vec2(which == 0 ? -0.09 : 0.09, 0.0) * size, 0.7 * (lean - 3.14) / 3.14) + 0.007 * (vec2(a, b) - 0.5), 0.40 * sum);
    }
    if (kind == 7) {   // a shoal turns, twice
        if (i > 170) return vec3(0.0);
        vec2 in_shoal = vec2((a - 0.5) * (0.6 + 0.8 * b), (dice(n, i, 959) - 0.5) * 0.5) * 0.26 * size;
        vec2 at = in_shoal + vec2(0.016, 0.004) * t;
        float one = swell(t - 1.2 - 3.2 * (in_shoal.x + 0.17) - 0.25 * b, 0.06, 0.26), two = swell(t - 6.2 + 3.6 * (in_shoal.x - 0.17) - 0.3 * a, 0.06, 0.34);
        return vec3(turned(at, 0.3 * (lean - 3.14)), (0.26 + 0.5 * b * b) * (one + 0.8 * two));
    }
    if (kind == 8) {   // a bell closes three times on its way up
        float beat = 0.0, shut = 0.0;
        for (int k = 0; k < 3; k++) {
            float when = 0.6 + 2.9 * float(k) + 0.5 * chance(n * 8 + k, 960);
            beat += swell(t - when - 0.4 * a, 0.12, 0.9) * (1.0 - 0.25 * float(k));
            shut += smoothstep(0.0, 0.5, t - when) * exp(-max(t - when, 0.0) / 0.9);
        }
        vec2 up = vec2(0.003, 0.011) * t;
        if (i < 250) {
            float turn = 6.2831853 * (a * 0.72) + lean;
            return vec3(up + vec2(cos(turn), 0.30 * sin(turn)) * 0.062 * size * (1.0 - 0.22 * shut) * (0.93 + 0.11 * dice(n, i, 970) + 0.10 * (bumps(vec2(1.3 * turn, float(n & 63)), 988) - 0.5)), 0.22 * beat * b * b * (0.4 + 1.2 * bumps(vec2(2.1 * turn, float(n & 31)), 989)));
        }
        float line = float(i % 5) - 2.0, u = a;
        vec2 at = vec2((line + 0.7 * (chance(n * 8 + i % 5, 990) - 0.5)) * 0.016 * size + 0.06 * u * (bumps(vec2(3.0 * u - 0.3 * t, line), 961) - 0.5), -0.02 - 0.15 * u);
        return vec3(up + at, 0.06 * beat * (1.0 - u) * exp(-2.0 * u));
    }
    if (kind == 9) {   // hairs probe from one place, and are drawn back
        int hair = i / 64;
        float u = float(i % 64) / 64.0, long_ = mix(0.05, 0.17, chance(n * 8 + hair, 962)) * size;
        float turn = lean + (float(hair) - 3.0) * 0.55 + 1.0 * u * (bumps(vec2(u * 3.0, float(hair + (n & 31) * 8)), 963) - 0.5) * 2.0;
        float came = t - u * long_ / 0.030 - 0.5 * chance(n * 8 + hair, 964), goes = t - 9.5 - (1.0 - u) * 4.0;
        return vec3(vec2(cos(turn), sin(turn)) * long_ * u, (0.05 + 0.06 * a + 0.20 * exp(-abs(came) / 0.25)) * smoothstep(0.0, 0.4, came) * smoothstep(0.8, 0.0, goes));
    }
    if (kind == 10) {   // it spawns: bundles rise and part
        if (i > 60) return vec3(0.0);
        float begun = t - 0.4 - 4.0 * a * a, rise = 0.021 * (0.6 + 0.8 * b) * max(begun, 0.0);
        vec2 sway = 0.02 * (vec2(bumps(vec2(0.25 * t, float(i)), 965), 0.5) - 0.5) * smoothstep(0.0, 4.0, begun);
        return vec3(vec2((dice(n, i, 966) - 0.5) * 0.10, (dice(n, i, 967) - 0.5) * 0.025 - 0.06) * size + sway + vec2(0.0, rise), 0.30 * (0.4 + 0.6 * b) * smoothstep(0.0, 1.2, begun) * smoothstep(11.0, 6.0, begun));
    }
    // The water itself draws a breath: what sleeps in it is seen once.
    float r = 0.17 * size * sqrt(-log(max(a, 0.02)) * 0.4);
    vec2 at = r * vec2(cos(6.2831853 * b), 0.55 * sin(6.2831853 * b));
    return vec3(turned(at, 0.5 * (lean - 3.14)), (0.06 + 0.30 * pow(dice(n, i, 968), 3.0)) * swell(t - 0.4 - 6.0 * r - 2.2 * dice(n, i, 969), 0.9, 2.2));
}

// ---------------------------------------------------------------- what shines

// 0 far to 1 near; few are near.
float nearness(int i) { float c = chance(i, 991); return c * c * c * c; }

vec4 drift(int i, vec4 was) {
    float dt = step_time();
    if (FRAMEINDEX == 0 || was.w < 0.5) return vec4(chance(i, 971), chance(i, 972), 100.0, 2.0);
    float age = min(was.z + dt, 1000.0), fresh = 1.0 - (2.0 - was.w) * exp(-dt / 28.0);
    vec4 stirred = texture(water, was.xy);
    float rate = abundance * 6.0 * max(0.0, smoothstep(0.8, 3.2, stirred.z) - 0.6 * chance(i, 973));
    bool ready = age > 1.3 + chance(i, 974);
    if (ready && chance(i + FRAMEINDEX * 8192, 975) < 1.0 - exp(-dt * rate)) return vec4(was.xy, 0.0, 1.0 + 0.6 * fresh);
    // They sink, near ones faster.
    vec2 sinks = vec2(0.0012, -0.0045) * flow * (0.3 + 1.7 * nearness(i));
    vec2 at = was.xy + (stirred.xy + sinks) * step(0.6, age) * dt / vec2(wide(), 1.0);
    return vec4(fract(at), age, 1.0 + fresh);
}

vec4 place_of(int row, int i) {
    vec2 scale = vec2(wide(), 1.0);
    vec4 mood = thought(5);
    if (row < 7) {
        vec4 event = thought(0);
        if (event.x < 0.5 || event.w > EVENT_LASTS) return vec4(NOWHERE, 0.0, 0.0);
        vec3 point = act(int(event.x), int(thought(1).y), row * 64 + i, event.w);
        return vec4((event.yz + 1.3 * point.xy) / scale, 8.0 * point.z, 0.6);
    }
    if (row == 7) {
        // The answer: one place, a few points, once; it lingers a little and is gone.
        vec4 answer = thought(4);
        float t = answer.z, a = chance(i, 976), far = 0.055 * a * a;
        if (t < 0.0 || t > 12.0) return vec4(NOWHERE, 0.0, 0.0);
        vec2 at = answer.xy + far * vec2(cos(2.4 * float(i)), sin(2.4 * float(i)));
        float light = i == 0 ? 1.2 * swell(t, 0.12, 1.6) : (0.05 + 0.4 * chance(i, 977) * chance(i, 978)) * swell(t - 0.15 - 14.0 * far - 0.3 * a, 0.10, 1.9);
        return vec4(at / scale, light, 0.7);
    }
    if (row < 28) {
        // Sleepers, traces of the day: what has grown around somebody stays there and gets fewer with the hours.
        bool resting = row >= 18;
        if (resting && i >= MOST_PLACES) return vec4(NOWHERE, 0.0, 0.0);
        int column = resting ? PLACES + i : i, k = (resting ? row - 18 : row - 8) + 10 * column;
        if (!resting && column >= int(people_summary().x)) return vec4(NOWHERE, 0.0, 0.0);
        vec4 state = person_state(column);
        float rank = chance(k, 979), turn = 6.2831853 * chance(k, 980);
        float has = resting ? state.x * smoothstep(rank - 0.1, rank + 0.1, state.x) : smoothstep(0.7 * rank, 0.7 * rank + 0.3, state.x * state.y);
        vec2 way = vec2(cos(turn), sin(turn));
        vec2 from = resting ? 0.075 * sqrt(chance(k, 981)) * vec2(way.x, 1.3 * way.y) : (1.03 + 0.35 * chance(k, 981) * chance(k, 982)) * person_rim(column, way);
        vec2 at = person_at(column).xy + from;
        float breath = 0.45 + 1.1 * bumps(vec2(mood.y * 0.16, float(column) + 0.3 * rank), 983);
        return vec4(at / scale, has * breath * (resting ? 0.13 : 0.30) * (0.3 + 0.7 * chance(k, 984)), resting ? 0.15 : 0.9);
    }
    if (row < 40) return vec4(NOWHERE, 0.0, 0.0);
    int m = i + (row - 40) * 64;
    vec4 mote = texelFetch(motes, ivec2(i, row - 40), 0);
    float light = 0.5 * (1.6 + 6.0 * pow(chance(m, 985), 4.0)) * (flash_light(mote.z, chance(m, 986), chance(m, 987)) + 0.10 * smoothstep(0.0, 0.1, mote.z) * exp(-mote.z / 1.1)) * (mote.w - 1.0) / 0.6;
    // Asleep it hardly shows, and only in its banks.
    float bank = smoothstep(0.40, 0.72, rough(mote.xy * vec2(wide(), 1.0) * 0.16 + 0.1).x);
    light = max(light, (0.006 + 0.030 * nearness(m)) * bank * smoothstep(0.6, 2.5, mote.z));
    return vec4(mote.xy, light, 0.1 - 2.0 * floor(8.0 * (1.0 - nearness(m))));
}

vec4 shine(ivec2 c) {
    vec4 point = place_of(c.y, c.x);
    point.z *= smoothstep(-0.004, 0.010, texture(bodies, point.xy).x) * smoothstep(0.0, 0.4, grow);
    return point.z < 0.004 ? vec4(NOWHERE, 0.0, 0.0) : point;
}

vec4 spark() {
    // A mote carries its depth in eighths below its hue: 0 near, 8 far.
    float far = isf_Point.w < -0.5 ? 0.125 * floor(0.5 * (0.2 - isf_Point.w)) : 0.0, hue = isf_Point.w < -0.5 ? 0.1 : isf_Point.w;
    float light = isf_Point.z * soft_point(mix(0.9, 0.55, far)) * kept_energy(POINT, 3.2, RENDERSIZE.y);
    return vec4(through_water(mix(LIGHT_B, LIGHT_C, hue), 6.0 * far) * light, 1.0);
}

// ---------------------------------------------------------------- the sleeper

// Back `row` (0 near) of column `column`: xy its middle (H), z its radius, 0 where there is none. They lie left of the
// middle and low, and get fewer to the right.
vec3 back(int row, int column) {
    int key = row * 64 + (column & 63);
    vec2 at = vec2((float(column) + 0.15 + 0.7 * chance(key, 901)) * APART, -0.10 + 0.20 * float(row) + 0.10 * (chance(key, 902) - 0.5));
    float across = at.x / wide(), room = 0.90 - 0.13 * float(row) - across + 0.20 * (chance(key, 903) - 0.5);
    at.y -= 0.16 * across;
    return vec3(at, room < 0.12 ? 0.0 : mix(0.16, 0.34, chance(key, 904)) + 0.07 * float(row));
}

// How deep a place lies inside of a back, below 0 outside; its rim is uneven.
float depth_in(vec3 of, vec2 at) {
    vec2 d = (at - of.xy) * vec2(0.86, 1.12);
    vec3 uneven = rough(at * 0.22 + of.xy);
    return of.z - length(d) + 0.23 * (uneven.x - 0.5) + 0.06 * (uneven.y - 0.5);
}

// What hair i of a place is like; w below 0 where nothing grows.
vec4 rooted(vec2 at, int i) {
    for (int row = 0; row < ROWS; row++) {
        float deepest = 0.0;
        vec3 on = vec3(0.0);
        int which = 0;
        for (int k = -1; k <= 1; k++) {
            int column = int(floor(at.x / APART)) + k;
            vec3 one = back(row, column);
            float deep = one.z > 0.0 ? depth_in(one, at) : -1.0;
            if (deep > deepest) { deepest = deep; on = one; which = column; }
        }
        if (deepest <= 0.0) continue;
        float rim = exp(-deepest / 0.045), bald = smoothstep(0.35, 0.62, rough(at * 0.31 + 0.2).x);
        if (chance(i, 907) > 0.05 + 0.40 * bald * exp(-deepest / 0.17) + 0.80 * rim) break;
        const vec2 e = vec2(0.012, 0.0);
        vec2 outward = -vec2(depth_in(on, at + e.xy) - depth_in(on, at - e.xy), depth_in(on, at + e.yx) - depth_in(on, at - e.yx));
        // Hairs stand off the rim; on the back itself they lie combed along it.
        float lies = 3.9 + 5.0 * (rough(at * 0.10 + 0.6).x - 0.5);
        vec2 way = normalize(outward + 1.0e-5) * (0.15 + rim) + (0.75 - 0.55 * rim) * vec2(cos(lies), sin(lies)) + 0.20 * (vec2(chance(i, 908), chance(i, 909)) - 0.5);
        return vec4(at, atan(way.y, way.x), 2.0 * float(row * 8 + (which & 7)) + min(rim, 0.999));
    }
    return vec4(NOWHERE, 0.0, -1.0);
}

vec4 root(ivec2 c) {
    int i = 16 * (c.x + c.y * textureSize(roots, 0).x);
    vec4 found = vec4(NOWHERE, 0.0, -1.0);
    for (int tried = 0; tried < 16 && found.w < 0.0; tried++)
        found = rooted(vec2(chance(i + tried, 905), chance(i + tried, 906)) * vec2(wide() + 0.08, 1.08) - 0.04, i + tried);
    return found;
}

// Whether the hair of this back is before the people: of the two nearest rows.
bool in_front(float back_and_rim) { return int(0.5 * back_and_rim) / 8 < 2; }

vec4 lean(ivec2 c) {
    vec4 at = texelFetch(roots, c, 0), was = FRAMEINDEX == 0 ? vec4(0.0, 1.0, 0.0, 1.0) : texelFetch(leans, c, 0);
    if (at.x < -1.0) return was;
    int i = c.x + c.y * textureSize(roots, 0).x;
    vec2 scale = vec2(wide(), 1.0), uv = at.xy / scale, e = vec2(0.02, 0.0);
    vec4 body = texture(bodies, uv), stirred = texture(water, uv);
    vec2 away = vec2(texture(bodies, (at.xy + e) / scale).x - texture(bodies, (at.xy - e) / scale).x,
                     texture(bodies, (at.xy + e.yx) / scale).x - texture(bodies, (at.xy - e.yx) / scale).x);
    float near = max(body.x, 0.0), before = in_front(at.w) ? 0.35 : 1.0, heeds = before * exp(-near / 0.22) * step(body.x, 2.0);
    vec2 rest = vec2(cos(at.z), sin(at.z)), to = rest - 1.6 * heeds * normalize(away + 1.0e-5);
    // Water takes them along, at once; attention comes later the further off it is. Those before the people have less of both.
    float pushed = before * smoothstep(0.02, 0.20, length(stirred.xy));
    to = mix(to, normalize(stirred.xy + 1.0e-5) * 1.5 + 0.4 * rest, pushed);
    float wanted = atan(rest.x * to.y - rest.y * to.x, dot(rest, to));
    float turned_by = was.x + (wanted - was.x) * toward(mix(1.2 + 7.0 * near + 1.5 * chance(i, 910), 0.5, pushed));
    float struck = smoothstep(0.8, 4.0, stirred.z) * step(chance(i, 911), 0.6);
    float light = max(was.z * exp(-step_time() / 2.2), mix(was.z, struck, toward(0.4)));
    // People stand behind the two nearest rows of backs.
    float sight = in_front(at.w) ? 1.0 : body.x < 0.0 ? was.y - step_time() / 0.25 : was.y + step_time() / 2.8;
    // While they turn they are dim: bright tips that move would be a flash wherever they get to.
    float rate = abs(turned_by - was.x) / max(step_time(), 1.0e-3), calm = 1.0 - smoothstep(0.03, 0.25, rate);
    return vec4(turned_by, clamp(sight, 0.0, 1.0), light, was.w + (calm - was.w) * toward(calm < was.w ? 0.12 : 2.0));
}

vec4 stand(ivec2 c) {
    vec4 at = texelFetch(roots, c, 0), now = texelFetch(leans, c, 0);
    if (at.x < -1.0) return vec4(NOWHERE, 0.0, 0.0);
    int i = c.x + c.y * textureSize(roots, 0).x, which = int(0.5 * at.w);
    float rim = at.w - 2.0 * float(which), far = float(which / 8) / float(ROWS - 1);
    vec4 event = thought(0), answer = thought(4), mood = thought(5), body = texture(bodies, at.xy / vec2(wide(), 1.0));
    // Each back breathes for itself.
    float breath = bumps(vec2(mood.y * 0.075, float(which)), 912) - 0.5 + 0.6 * (bumps(vec2(mood.y * 0.031, float(which) + 0.5), 913) - 0.5);
    float turn = at.z + now.x, rank = chance(i, 914), settled = body.y * exp(-max(body.x, 0.0) / 0.05);
    float size = mix(0.92, 0.42, far) * (0.55 + 0.45 * rim) * (0.7 + 0.6 * chance(i, 915)) * (1.0 + 0.3 * settled);
    vec2 way = vec2(cos(turn), sin(turn)), place = at.xy + 0.010 * breath * vec2(cos(at.z), sin(at.z)) + 0.70 * 0.040 * size * way;
    // Asleep, few tips show; most are only just there.
    vec3 pools = rough(at.xy * vec2(0.075, 0.11) + vec2(0.0006 * mood.y, 0.15));
    float pool = smoothstep(0.30, 0.78, 0.7 * pools.x + 0.3 * pools.y);
    float light = ASLEEP * mood.z * (0.06 + 0.10 * rim + pow(rank, 8.0) * (0.25 + 0.55 * rim) * (in_front(at.w) ? 0.45 : 1.0)) * mix(0.1, 1.0, now.w) * (0.20 + 1.5 * pool * pool) * (1.0 + 0.5 * breath) * (1.45 - 0.95 * at.x / wide());
    float event_near = mood.w * exp(-length(at.xy - event.yz) / 0.11);
    light *= mix(1.0, 0.5, mood.w * exp(-length(at.xy - event.yz) / 0.4));
    light += 0.16 * event_near * (0.2 + rank);
    light += answer.z > 0.0 && answer.z < 14.0 ? 0.20 * swell(answer.z - 0.8 * rank, 0.5, 2.4) * exp(-length(at.xy - answer.xy) / 0.07) * (0.2 + rank) : 0.0;
    light += 0.11 * now.z * (0.15 + rank * rank) + 0.12 * settled * (0.2 + rank) + 0.10 * body.z * (0.1 + rank * rank);
    light *= now.y * smoothstep(0.0, 1.0, grow) * mix(0.8, 1.25, far);
    if (light < 0.002) return vec4(NOWHERE, 0.0, 0.0);
    float hue = clamp(0.10 + 0.35 * (1.0 - far) * rim + 0.3 * settled + 0.3 * event_near, 0.0, 1.0);
    float packed_as = floor(fract(turn / 6.2831853) * 1023.99) + 1024.0 * (floor(clamp(size, 0.0, 1.2) / 1.2 * 63.0) + 64.0 * (floor(hue * 15.0) + 16.0 * floor(chance(i, 916) * 15.99)));
    return vec4(place / vec2(wide(), 1.0), in_front(at.w) ? -light : light, packed_as);
}

// One hair, dark at its root and brightest at its tip.
vec4 hair() {
    float rest = isf_Point.w, turn = mod(rest, 1024.0) / 1024.0 * 6.2831853;
    rest = floor(rest / 1024.0);
    float size = mod(rest, 64.0) / 63.0 * 1.2;
    rest = floor(rest / 64.0);
    float hue = mod(rest, 16.0) / 15.0, bend = floor(rest / 16.0) / 15.0 - 0.5;
    vec2 d = (gl_PointCoord - 0.5) * vec2(1.0, -1.0) * HAIR, way = vec2(cos(turn), sin(turn));
    float long_ = 0.040 * size, s = dot(d, way) / long_ + 0.70, beside = d.y * way.x - d.x * way.y;
    beside -= bend * long_ * (s * s - 0.55);
    float thick = 0.0013 * size + 0.0003, least = 0.62 / RENDERSIZE.y, w = max(thick * (1.1 - 0.6 * s), least);
    float line = exp(-beside * beside / (w * w)) * thick / max(thick, least);
    float along = smoothstep(0.36, 0.75, s) * smoothstep(1.06, 0.94, s);
    float tip = smoothstep(0.62, 0.97, s);
    vec3 colour = mix(LIGHT_B, LIGHT_C, hue * (0.3 + 0.7 * tip));
    float light = abs(isf_Point.z) * line * along * (0.20 + 1.1 * tip);
    return vec4(colour * light, isf_Point.z < 0.0 ? light : 0.0);
}

vec4 compose(vec2 uv) {
    vec4 body = texture(bodies, uv);
    float open = smoothstep(-0.005, 0.012, body.x);
    vec4 hairs = texture(fur, uv);
    float before = clamp(hairs.a / max(max(hairs.r, max(hairs.g, hairs.b)), 1.0e-4), 0.0, 1.0);
    return vec4((hairs.rgb * max(open, before) + 0.012 * body.z * LIGHT_M * open + texture(sparks, uv).rgb) * glow, 1.0);
}

void main() {
    vec2 uv = isf_FragNormCoord;
    ivec2 c = ivec2(gl_FragCoord.xy);
    if (PASSINDEX == 0) gl_FragColor = weave(uv);
    else if (PASSINDEX == 1) gl_FragColor = think(c.x);
    else if (PASSINDEX == 2) gl_FragColor = FRAMEINDEX == 0 ? root(c) : texelFetch(roots, c, 0);
    else if (PASSINDEX == 3) gl_FragColor = lean(c);
    else if (PASSINDEX == 4) gl_FragColor = stand(c);
    else if (PASSINDEX == 5) gl_FragColor = hair();
    else if (PASSINDEX == 6) gl_FragColor = drift(c.x + c.y * 64, texelFetch(motes, c, 0));
    else if (PASSINDEX == 7) gl_FragColor = shine(c);
    else if (PASSINDEX == 8) gl_FragColor = spark();
    else gl_FragColor = compose(uv);
}
