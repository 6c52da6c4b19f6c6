/*{
  "ISFVSN": "2",
  "DESCRIPTION": "Two waters side by side that do not mix, each complete, each poorer.",
  "CREDIT": "Photophore",
  "CATEGORIES": ["generator", "scene"],
  "PHOTOPHORE": {"COLOR": "linear", "READS": ["water", "bodies", "people"], "MEAN": 0.018, "MACROS": {"population": "life", "speed": "flow"}},
  "INPUTS": [
    {"NAME": "gap", "LABEL": "Width of the channel in picture heights", "TYPE": "float", "DEFAULT": 0.3, "MIN": 0.12, "MAX": 0.5},
    {"NAME": "hair", "LABEL": "How far the one hair has crossed", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "grow", "LABEL": "How much of the two waters is there", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "glow", "LABEL": "Glow", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 2.0},
    {"NAME": "flow", "LABEL": "Flow", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 2.0},
    {"NAME": "life", "LABEL": "Life", "TYPE": "float", "DEFAULT": 0.7, "MIN": 0.0, "MAX": 1.0}
  ],
  "PASSES": [
    {"TARGET": "mind", "PERSISTENT": true, "FLOAT": true, "WIDTH": 2, "HEIGHT": 1, "FILTER": "nearest"},
    {"TARGET": "calls", "PERSISTENT": true, "FLOAT": true, "WIDTH": 64, "HEIGHT": 10, "FILTER": "nearest"},
    {"TARGET": "replies", "FLOAT": true, "WIDTH": 64, "HEIGHT": 1, "FILTER": "nearest"},
    {"TARGET": "replied", "POINTS": "replies", "BLEND": "add", "POINT_SIZE": 14, "WIDTH": "floor(48*$WIDTH/$HEIGHT)", "HEIGHT": 48},
    {"TARGET": "answer", "PERSISTENT": true, "FLOAT": true, "WIDTH": "floor(96*$WIDTH/$HEIGHT)", "HEIGHT": 96},
    {"TARGET": "current", "FLOAT": true, "WIDTH": "floor(72*$WIDTH/$HEIGHT)", "HEIGHT": 72},
    {"TARGET": "phase", "PERSISTENT": true, "FLOAT": true, "WIDTH": "floor(160*$WIDTH/$HEIGHT)", "HEIGHT": 160},
    {"TARGET": "drops", "PERSISTENT": true, "FLOAT": true, "WIDTH": 128, "HEIGHT": 64, "FILTER": "nearest"},
    {"TARGET": "shown", "FLOAT": true, "WIDTH": 128, "HEIGHT": 66, "FILTER": "nearest"},
    {"TARGET": "fresh", "POINTS": "shown", "BLEND": "add", "POINT_SIZE": "max(4, $HEIGHT*0.012)"},
    {"TARGET": "trails", "PERSISTENT": true},
    {}
  ]
}*/

// Lengths in picture heights (H), times in seconds. One life, two clocks; left of the channel slow, few and large,
// right of it 1.06 times as fast, many and small.
//   mind     0: clock of the left, clock of the right, seconds, hair as shown
//   calls    column = person, row = second modulo 10: xy (H) on the far side that a gesture was meant for, z how strong
//   replies  the calls of 8 s ago: xy 0..1, z strength;  replied  the same, spread
//   answer   x light left by moving water, y light of replies, z settle, slowly, w how far a place has
//            come back into sight, from -0.08
//   current  xy velocity (H/s), z lift of the breath 0..1
//   phase    x H to the right of the channel's middle, carried by the current: what hangs into the channel curls
//            y seconds until the place has rested from a wake
//   drops    xy 0..1, z age, w how long it lives; < 0: on the right
//   shown    xy 0..1, z light, w width (H), < 0: right
//   fresh    light laid in this frame;  trails  what is left of it: lines of flow, half-life 1.5 s

#include "lib/noise.glsl"
#include "lib/spectrum.glsl"
#include "lib/room.glsl"
#include "lib/shores.glsl"

const ivec2 DROPS = ivec2(128, 64);
const int COUNT = 8192;
const int FEW = 1900;              // of them on the left
const float LASTS = 2.2;           // s, e-fold of a trail where the waters border on the channel
const float BRIEF = 0.45;          // s, of one far inland: there they are crumbs that drift, and no lines
const float RIGHT_TEMPO = 1.06;
const float BREATH = 7.0;          // s; both breathe in together every 7 / 0.06 = 117 s
const float HEARS = 0.35;          // s in which a place answers a wake, from its first shear
const float RESTS = 1.3;           // s after that
const float SLOW = 0.014;          // H/s along the channel on the left; three times that on the right
const vec2 AWAY = vec2(-9.0);

float wide() { return float(textureSize(water, 0).x) / float(textureSize(water, 0).y); }
vec2 scale() { return vec2(wide(), 1.0); }
float step_time() { return clamp(TIMEDELTA, 0.0, 0.1); }
float toward(float seconds) { return 1.0 - exp(-step_time() / seconds); }
vec4 thought(int i) { return texelFetch(mind, ivec2(i, 0), 0); }
// Inland 0 at the bank .. 1: how far a place has gone from strands to crumbs.
float inland_of(float e) { return smoothstep(0.02, 0.26, e); }
float lasting(float e) { return mix(LASTS, BRIEF, inland_of(e)); }
float half_gap(float s) { return 0.5 * gap * shore_room(wide()) * shore_width(s); }

vec4 think(vec4 was) {
    float dt = step_time();
    float shown_hair = was.z == 0.0 ? hair : was.w + clamp(hair - was.w, -0.05 * dt, 0.05 * dt);
    return vec4(mod(was.x + dt * flow, 4096.0), mod(was.y + dt * flow * RIGHT_TEMPO, 4096.0), was.z + dt + 1.0e-4, shown_hair);
}

// ---------------------------------------------------------------- answers

// A gesture towards the far side is kept for eight seconds.
vec4 call(int i, int second, vec4 was) {
    int now = int(mod(thought(0).z, 10.0));
    if (second != now) return second == (now + 1) % 10 ? vec4(0.0) : was;
    vec4 one = person_at(i), state = person_state(i);
    if (state.x < 0.5 || i >= int(people_summary().x)) return was;
    vec2 here = shore_of(one.xy, wide());
    float across = dot(one.zw, shore_across()) * -sign(here.y);     // > 0: towards the channel
    float strong = smoothstep(0.05, 0.25, across);
    if (strong <= was.z) return was;
    return vec4(shore_place(here.x, -sign(here.y) * (half_gap(here.x) + 0.10 + 0.1 * chance(i, 1001)), wide()), strong, 1.0);
}

vec4 reply(int i) {
    int then = int(mod(thought(0).z + 2.0, 10.0));                  // 8 s ago
    vec4 kept = texelFetch(calls, ivec2(i, then), 0);
    return kept.z > 0.02 ? vec4(kept.xy / scale(), kept.z, 1.0) : vec4(AWAY, 0.0, 0.0);
}

vec4 feel(vec2 uv) {
    vec4 was = texture(answer, uv);
    float struck = smoothstep(0.9, 4.0, texture(water, uv).z);
    float faded = was.x * exp(-step_time() / 1.6);
    // In a crowd one body follows the other: a place answers the first, then it rests, or it would flash again and again.
    bool hears = texture(phase, uv).y >= RESTS;
    float now = struck > faded && hears ? faded + (struck - faded) * toward(0.08) : faded;
    float far = min(texture(replied, uv).x, 1.0);
    vec4 body = texture(bodies, uv);
    // What a body has hidden comes back over five seconds, or a whole stretch of the bank would rise at once behind it.
    float sight = body.x < 0.006 ? -0.08 : min(was.w + step_time() / 5.0, 1.0);
    return vec4(now, was.y + (far - was.y) * toward(far > was.y ? 0.5 : 2.0), was.z + (body.y - was.z) * toward(2.0), thought(0).z < 0.2 ? 1.0 : sight);
}

// ---------------------------------------------------------------- two waters

// Stream function: both run along the channel, each in its own way, and roll up where they border on it.
float stream(vec2 at, vec4 clock) {
    vec2 here = shore_of(at, wide());
    bool left = here.y < 0.0;
    float e = abs(here.y) - half_gap(here.x);
    float t = left ? clock.x : clock.y;
    float size = left ? 0.150 : 0.085, pace = left ? SLOW : 3.0 * SLOW;
    float along = (here.x + 0.6 * pace * t) / size;
    float rolls = (bumps(vec2(along, left ? 0.5 : 7.5), 1011) - 0.5) * 2.0;
    float small = (bumps(vec2(2.3 * along + 3.0, left ? 4.5 : 9.5), 1015) - 0.5) * 2.0;
    float band = exp(-e * e / (left ? 0.0040 : 0.0018));
    float sum = (left ? 0.0032 : 0.0034) * rolls * band + (left ? 0.0012 : 0.0014) * small * exp(-e * e / 0.0008);
    // Along the bank: fastest just at the channel, slower inland, and still in the middle of the channel, so that
    // what hangs into it lags behind.
    float drops_off = e > 0.0 ? 0.30 * exp(-e / 0.30) : 0.30 + 0.030 * (1.0 - exp(e / 0.030));
    sum += (left ? 1.0 : -1.0) * pace * drops_off;
    // Eddies inland; at the bank they would push it about.
    float big = left ? 1.5 : 2.7, inland = smoothstep(0.0, 0.28, e);
    sum += inland * (left ? 0.011 : 0.010) * (bumps(at * big + vec2(0.011 * t, -0.006 * t), left ? 1012 : 1013) - 0.5);
    sum += (0.25 + 0.75 * inland) * (left ? 0.0024 : 0.0030) * (bumps(at * big * 2.6 + vec2(-0.017 * t, 0.02 * t), 1014) - 0.5);
    return sum;
}

float breath(float clock, float along) {
    float turn = fract(clock / BREATH - 0.55 * along);
    return smoothstep(0.0, 0.38, turn) * (1.0 - smoothstep(0.38, 1.0, turn));
}

vec4 run(vec2 uv) {
    vec4 clock = thought(0);
    vec2 at = uv * scale();
    const float e = 0.006;
    float dx = stream(at + vec2(e, 0.0), clock) - stream(at - vec2(e, 0.0), clock);
    float dy = stream(at + vec2(0.0, e), clock) - stream(at - vec2(0.0, e), clock);
    vec2 here = shore_of(at, wide());
    float lift = breath(here.y < 0.0 ? clock.x : clock.y, here.x);
    vec2 v = vec2(dy, -dx) / (2.0 * e) * flow;
    return vec4(v + 0.3 * texture(water, uv).xy, lift, 1.0);
}

vec4 carry(vec2 uv) {
    vec2 at = uv * scale();
    float own = shore_of(at, wide()).y;
    vec4 was = texture(phase, uv);
    if (was.w < 0.5) return vec4(own, HEARS + RESTS, 0.0, 1.0);
    float came = texture(phase, uv - texture(current, uv).xy * step_time() / scale()).x;
    float left = was.y < HEARS + RESTS || texture(water, uv).z > 1.2 ? was.y - step_time() : was.y;
    return vec4(came + (own - came) * toward(6.0), left > 0.0 ? left : HEARS + RESTS, 0.0, 1.0);
}

float side_of(int i) { return i < FEW ? -1.0 : 1.0; }

vec4 drop(int i, vec4 was) {
    float dt = step_time();
    bool first = was.w == 0.0;
    if (first || was.z > was.w) {
        int n = i + (first ? 0 : FRAMEINDEX) * COUNT;
        // Denser towards the channel.
        float inland = chance(n, 1021);
        float reach = side_of(i) < 0.0 ? SHORE_X * wide() + 0.3 : (1.0 - SHORE_X) * wide() + 0.4;
        float s = 1.7 * (chance(n, 1022) - 0.5), d = half_gap(s) + reach * inland * inland;
        float lasts = 9.0 + 14.0 * chance(n, 1023);
        return vec4(shore_place(s, side_of(i) * d, wide()) / scale(), first ? lasts * chance(n, 1024) : 0.0, lasts);
    }
    vec2 v = texture(current, clamp(was.xy, 0.0, 1.0)).xy;
    vec2 uv = was.xy + v * dt / scale();
    bool out_of = uv.x < -0.05 || uv.x > 1.05 || uv.y < -0.05 || uv.y > 1.05;
    return vec4(uv, out_of ? was.w + 1.0 : was.z + dt, was.w);
}

vec4 show_drop(int i) {
    vec4 one = texelFetch(drops, ivec2(i % DROPS.x, i / DROPS.x), 0);
    vec2 uv = clamp(one.xy, 0.0, 1.0), at = one.xy * scale();
    vec4 mark = texture(answer, uv), run_here = texture(current, uv);
    float side = side_of(i);
    float along = shore_of(at, wide()).x, e = side * texture(phase, uv).x - half_gap(along);
    // The bank is frayed, or where it lies still it would be a cut edge.
    e -= 0.020 * (bumps(vec2(along * 17.0, side), 1051) + bumps(vec2(along * 43.0, side), 1052) - 0.7) + 0.016 * chance(i, 1053);
    bool comes = chance(i, 1031) < 0.25 + 0.9 * life && chance(i, 1032) < grow * 1.05;
    float ages = smoothstep(0.0, 2.5, one.z) * (1.0 - smoothstep(one.w - 2.5, one.w, one.z));
    float open = smoothstep(-0.006, 0.010, texture(bodies, uv).x);
    float light = smoothstep(-0.004, 0.010, e) * ages * open * (comes ? 1.0 : 0.0);
    float c = chance(i, 1033);
    float bright = 0.05 + 0.24 * c + (side < 0.0 ? 3.2 : 4.6) * c * c * c * c * c * c * c * c;
    float shoal = smoothstep(0.35, 0.70, bumps(at * (side < 0.0 ? 2.2 : 3.4), 1034));
    // Some stretches of the bank carry most of the light.
    float stretch = smoothstep(0.28, 0.72, bumps(vec2(along * 2.6 + 0.01 * thought(0).x, side), 1036));
    float level = 0.046 + (0.05 + 0.15 * stretch) * exp(-e / 0.055) + 0.15 * shoal * exp(-e / (side < 0.0 ? 0.34 : 0.20));
    // A wake is answered at once; the rest of the bank comes back behind a body slowly.
    level *= (side < 0.0 ? 1.8 : 0.72) * (0.8 + 0.4 * run_here.z) * clamp(mark.w, 0.0, 1.0);
    // Each answers at its own strength of the wake, so that they do not all rise at once.
    float own = chance(i, 1037);
    // What moves stays pale, in a crowd more so.
    float stirs = length(texture(water, uv).xy), still = mix(1.0, 0.45, smoothstep(8.0, 40.0, people_summary().y)) / (1.0 + 50.0 * stirs * stirs);
    level += 0.22 * still * smoothstep(own, own + 0.4, 1.4 * mark.x) + 0.11 * mark.y * step(own, 0.6) + 0.12 * mark.z;
    float width = side < 0.0 ? 0.0034 + 0.0030 * chance(i, 1035) : 0.0015 + 0.0011 * chance(i, 1035);
    float speed = length(run_here.xy);
    light *= level * mix(min(bright, 0.5), bright, 1.0 / (1.0 + 50.0 * stirs * stirs)) * step_time() * max(speed / width, 1.0 / lasting(e));
    return light < 1.0e-6 ? vec4(AWAY, 0.0, 0.0) : vec4(one.xy, light, side * width);
}

// The one hair: it leaves the right bank at the narrowest place.
vec4 show_hair(int j) {
    float t = float(j) / 255.0, done = thought(0).w;
    if (done <= 0.0 || t > done) return vec4(AWAY, 0.0, 0.0);
    float s = NARROWEST + 0.05 * (bumps(vec2(4.0 * t, 3.3), 1041) - 0.5) + 0.018 * (bumps(vec2(13.0 * t, 5.3), 1042) - 0.5);
    float d = half_gap(NARROWEST) * 1.25 * (1.0 - 2.0 * t);
    vec2 at = shore_place(s, d, wide());
    float ahead = exp(-(done - t) / 0.02) * (1.0 - smoothstep(0.97, 1.0, done));
    float open = smoothstep(-0.006, 0.010, texture(bodies, clamp(at / scale(), 0.0, 1.0)).x);
    return vec4(at / scale(), open * (0.06 + 0.30 * ahead) * step_time() / LASTS, 0.0020 * sign(d + 1.0e-5));
}

vec4 point_of_light() {
    float width = abs(isf_Point.w);
    vec2 d = gl_PointCoord * 2.0 - 1.0;
    float wanted = width * RENDERSIZE.y, drawn = max(wanted, 1.6), sprite = max(4.0, RENDERSIZE.y * 0.012);
    float r2 = dot(d, d) * (sprite * sprite) / (drawn * drawn);
    float core = max(exp(-0.6931 * r2) - 0.004, 0.0), kept = min(1.0, wanted / drawn);
    return vec4(isf_Point.w < 0.0 ? vec2(1.0, 0.0) : vec2(0.0, 1.0), 0.0, 1.0) * isf_Point.z * core * kept;
}

// Where a body is the light goes at once, so that none jumps up behind it.
vec4 fade(ivec2 c, vec2 uv) {
    float hidden = 1.0 - smoothstep(-0.004, 0.014, texture(bodies, uv).x);
    vec2 here = shore_of(uv * scale(), wide());
    float kept = exp(-step_time() * (1.0 / lasting(abs(here.y) - half_gap(here.x)) + 12.0 * hidden));
    return texelFetch(trails, c, 0) * kept + texelFetch(fresh, c, 0) * (1.0 - hidden);
}

vec3 compose(vec2 uv) {
    // Where strands lie on each other they are no brighter than a few of them: texture, not a mass.
    vec2 laid = texture(trails, uv).xy;
    laid /= 1.0 + laid / 0.55;
    float open = smoothstep(-0.006, 0.010, texture(bodies, uv).x);
    return open * glow * (laid.x * spectrum(482.0) + laid.y * spectrum(500.0));
}

void main() {
    ivec2 c = ivec2(gl_FragCoord.xy);
    vec2 uv = isf_FragNormCoord;
    if (PASSINDEX == 0) gl_FragColor = think(thought(0));
    else if (PASSINDEX == 1) gl_FragColor = call(c.x, c.y, texelFetch(calls, c, 0));
    else if (PASSINDEX == 2) gl_FragColor = reply(c.x);
    else if (PASSINDEX == 3) gl_FragColor = vec4(isf_Point.z * exp(-5.0 * dot(gl_PointCoord - 0.5, gl_PointCoord - 0.5) * 4.0));
    else if (PASSINDEX == 4) gl_FragColor = feel(uv);
    else if (PASSINDEX == 5) gl_FragColor = run(uv);
    else if (PASSINDEX == 6) gl_FragColor = carry(uv);
    else if (PASSINDEX == 7) gl_FragColor = drop(c.x + c.y * DROPS.x, texelFetch(drops, c, 0));
    else if (PASSINDEX == 8) gl_FragColor = c.y < DROPS.y ? show_drop(c.x + c.y * DROPS.x) : show_hair(c.x + (c.y - DROPS.y) * DROPS.x);
    else if (PASSINDEX == 9) gl_FragColor = point_of_light();
    else if (PASSINDEX == 10) gl_FragColor = fade(c, uv);
    else gl_FragColor = vec4(compose(uv), 1.0);
}
