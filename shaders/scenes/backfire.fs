/*{
  "ISFVSN": "2",
  "DESCRIPTION": "The crowd stands there as dust; a pressure front drags every light out of its place.",
  "CREDIT": "Photophore",
  "CATEGORIES": ["generator", "scene"],
  "PHOTOPHORE": {"COLOR": "linear", "SCALES": true, "READS": ["water", "bodies"], "MACROS": {"population": "life", "speed": "flow"}},
  "INPUTS": [
    {"NAME": "shock", "LABEL": "A rise above 0.5 sends three fronts; below 0 they come by themselves", "TYPE": "float", "DEFAULT": -1.0, "MIN": -1.0, "MAX": 1.0},
    {"NAME": "origin", "LABEL": "Where it starts: the place of most disagreement", "TYPE": "point2D", "DEFAULT": [0.60, 0.67], "MIN": [0.0, 0.0], "MAX": [1.0, 1.0], "SIGNAL": "/neuro/shock/0/{x,y}"},
    {"NAME": "grow", "LABEL": "How much of the dust is there", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "glow", "LABEL": "Glow", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 2.0},
    {"NAME": "flow", "LABEL": "Flow", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 2.0},
    {"NAME": "life", "LABEL": "Life: how much dust", "TYPE": "float", "DEFAULT": 0.7, "MIN": 0.0, "MAX": 1.0}
  ],
  "PASSES": [
    {"TARGET": "mind", "PERSISTENT": true, "FLOAT": true, "WIDTH": 2, "HEIGHT": 1, "FILTER": "nearest"},
    {"TARGET": "ground", "FLOAT": true, "WIDTH": "floor(48*$WIDTH/$HEIGHT)", "HEIGHT": 48},
    {"TARGET": "wave", "PERSISTENT": true, "FLOAT": true, "WIDTH": "floor(96*$WIDTH/$HEIGHT)", "HEIGHT": 96, "STEPS": 6},
    {"TARGET": "pull", "PERSISTENT": true, "FLOAT": true, "WIDTH": "floor(96*$WIDTH/$HEIGHT)", "HEIGHT": 96},
    {"TARGET": "dust", "PERSISTENT": true, "FLOAT": true, "WIDTH": 128, "HEIGHT": 128, "FILTER": "nearest"},
    {"TARGET": "fire", "PERSISTENT": true, "FLOAT": true, "WIDTH": 128, "HEIGHT": 128, "FILTER": "nearest"},
    {"TARGET": "shown", "FLOAT": true, "WIDTH": 128, "HEIGHT": 128, "FILTER": "nearest"},
    {"TARGET": "lights", "POINTS": "shown", "BLEND": "add", "POINT_SIZE": "max(4, $HEIGHT*0.0130)"},
    {"TARGET": "trail", "PERSISTENT": true},
    {}
  ]
}*/

// Lengths in picture heights (H), times in seconds.
//   mind    0: clock of the fronts, shock of the frame before, front now (number from 1, 0 = none), its age;
//           1: seconds since the scene began, seconds since the last front
//   ground  x speed of the front here (H/s), y how much it is damped (1/s), z source strength of the place,
//           w seconds until the rip gets here
//   wave    x height h of the pressure, y its rate: h_tt = c^2 lap h - damping h_t, six steps a frame
//   pull    xy displacement now, u = grad h scaled to 0.05 H for the first front; z 1 - div u
//   dust    16,384 lights: xy home in 0..1, zw how far the fronts have left each out of its place (H)
//   fire    x light that the front left, y the strain of late (fades in half a second), z age of its strike, w light of the crowd
//   shown   where and how bright each is drawn: xy, z light, w depth + 2 where it is half kindled, + 4 where it is, + 8 x its kind in sixteenths
//   trail   the light of late: what is dragged leaves a stroke
//
// The front is seen by what it moves: first each light leaves its place, then it lights up. Nothing is drawn for the
// front itself. Bodies are slow ground for it, so that it bends round them and leaves a shadow.

#include "lib/noise.glsl"
#include "lib/spectrum.glsl"
#include "lib/gathering.glsl"

const ivec2 LIGHTS = ivec2(128, 128);
const int COUNT = 16384;
const float SPEED = 0.8;             // H/s of the front, x 0.45 to 1.5 by the ground: ragged, never a circle
const float RIP = 1.15;              // H/s at which the place that pushes runs along its line
const float HALF = 0.42;             // H, half the length of that line
const float REACH = 0.05;            // H that the first front pulls a light
const float AMPLITUDE[3] = float[3](1.0, 0.6, 0.35);
const float TURN[3] = float[3](-1.9, 2.6, -0.7);   // radians: which way each line tears
const float APART = 1.3;             // s between its own fronts
const float FIRST = 2.0;             // s before the first of them
const float AGAIN = 20.0;            // s from first to first
const float PUSHED = 0.12;           // s that the source acts
const float BREATH = 0.8;            // s from the call to the first front: the crowd goes dark and is dust
const float STANDS = 0.75;           // light of those who stand, as a share of the rally's: what is moved stays dim
const int DUST = COUNT - STANDING;   // those that the rally has not left standing: they lie everywhere else, thinly
const float STROKE = 0.20;           // s in which the stroke of what is dragged fades
const float STEPS = 6.0;
const float HELD = 1.2;              // what the rally gets on average to hold its mean; this scene holds none
const vec2 AWAY = vec2(-9.0);

float wide() { return float(textureSize(wave, 0).x) / float(textureSize(wave, 0).y); }
vec2 scale() { return vec2(wide(), 1.0); }
float step_time() { return clamp(TIMEDELTA, 0.0, 0.1); }
float toward(float seconds) { return 1.0 - exp(-step_time() / seconds); }
vec4 thought(int i) { return texelFetch(mind, ivec2(i, 0), 0); }

vec4 think(int i) {
    vec4 was = thought(0), since = thought(1);
    float dt = step_time() * flow;
    bool first = since.w < 0.5;
    float clock = first ? 0.0 : was.x + dt;
    bool called = !first && shock > 0.5 && was.y <= 0.5;
    // Called, the first front comes after one breath; until then the clock waits.
    if (called) clock = FIRST - BREATH;
    else if (shock >= 0.0 && shock <= 0.5 && clock < FIRST) clock = 0.0;
    int own = int(floor((clock - FIRST) / APART)), before = int(floor((clock - dt - FIRST) / APART));
    bool now = (clock >= FIRST && own < 3 && (own != before || clock - dt < FIRST));
    if (clock > FIRST + AGAIN) clock = shock < 0.0 ? clock - AGAIN : FIRST + AGAIN;
    float quiet = first ? 60.0 : min(since.y + dt, 60.0);
    float number = float(clamp(own, 0, 2) + 1);
    if (i == 0) return vec4(clock, shock, now ? number : first ? 0.0 : was.z, now ? 0.0 : first ? 60.0 : min(was.w + dt, 60.0));
    return vec4(first ? 0.0 : min(since.x + step_time(), 100.0), now ? 0.0 : quiet, 0.0, 1.0);
}

// A bent, ragged line through the origin, drawn anew for each front, that tears open from one end: the front leans, and it has
// no centre. x how hard this place pushes, y seconds until it does.
vec2 source(vec2 at) {
    vec4 now = thought(0);
    if (now.w > 2.0 * HALF / RIP + 3.0 * PUSHED) return vec2(0.0);
    int n = int(now.z);
    vec2 d = at - origin * scale();
    float turn = TURN[clamp(n - 1, 0, 2)] + 0.5 * (chance(n, 811) - 0.5);
    vec2 along = vec2(cos(turn), sin(turn));
    float s = dot(d, along), across = dot(d, vec2(-along.y, along.x));
    across += 0.34 * (bumps(vec2(s * 2.4, float(n)), 812) - 0.5) + 0.10 * (bumps(vec2(s * 8.0, float(n)), 810) - 0.5)
            + 0.02 * (bumps(vec2(s * 37.0, float(n)), 813) - 0.5);
    float strong = exp(-across * across / 0.0010) * smoothstep(HALF, 0.6 * HALF, abs(s)) * (0.35 + 1.3 * bumps(vec2(s * 6.0, float(n)), 814));
    return vec2(strong, (s + HALF) / RIP);
}

vec4 lie(vec2 uv) {
    vec2 at = uv * scale();
    // In patches as large as the way that a front goes, so that it gets out of step with itself.
    float rough = 0.45 * bumps(at * 1.7, 815) + 0.55 * bumps(at * 4.6, 816);
    float c = SPEED * (0.45 + 1.05 * smoothstep(0.36, 0.58, rough));
    float body = texture(bodies, uv).x;
    c *= mix(0.12, 1.0, smoothstep(-0.02, 0.09, body));
    float rim = smoothstep(0.10, 0.0, min(min(at.x, wide() - at.x), min(at.y, 1.0 - at.y)));
    float damp = 0.16 + 9.0 * rim * rim + 5.0 * smoothstep(0.01, -0.05, body);
    return vec4(c, damp, source(at));
}

vec4 swing() {
    ivec2 c = ivec2(gl_FragCoord.xy), top = textureSize(wave, 0) - 1;
    ivec2 l = max(c - 1, ivec2(0)), h = min(c + 1, top);
    vec2 was = texelFetch(wave, c, 0).xy;
    // Nine points: a front runs equally fast in all directions.
    float side = texelFetch(wave, ivec2(l.x, c.y), 0).x + texelFetch(wave, ivec2(h.x, c.y), 0).x
               + texelFetch(wave, ivec2(c.x, l.y), 0).x + texelFetch(wave, ivec2(c.x, h.y), 0).x;
    float corner = texelFetch(wave, l, 0).x + texelFetch(wave, h, 0).x
                 + texelFetch(wave, ivec2(l.x, h.y), 0).x + texelFetch(wave, ivec2(h.x, l.y), 0).x;
    float grid = float(top.y + 1);
    float lap = (4.0 * side + corner - 20.0 * was.x) / 6.0 * grid * grid;
    vec4 here = texture(ground, isf_FragNormCoord);
    // A step is never longer than what is stable: c dt / dx below 0.65.
    float dt = min(min(step_time(), 0.034) / STEPS * flow, 0.62 / (1.21 * grid));
    vec4 now = thought(0);
    float push = here.z * AMPLITUDE[clamp(int(now.z) - 1, 0, 2)] * exp(-pow((now.w - here.w - PUSHED) / (0.5 * PUSHED), 2.0));
    float rate = was.y + dt * (here.x * here.x * lap + 125.0 * push);
    rate *= exp(-dt * here.y);
    float height = (was.x + dt * rate) * exp(-dt * 0.12 * here.y);
    return vec4(clamp(height, -20.0, 20.0), clamp(rate, -400.0, 400.0), 0.0, 1.0);
}

const float GAIN = 0.050;   // H of displacement per unit of slope: the first front reaches 0.05 H half a height away

vec2 slope(vec2 uv) {
    vec2 e = 1.0 / vec2(textureSize(wave, 0));
    return vec2(texture(wave, uv + vec2(e.x, 0.0)).x - texture(wave, uv - vec2(e.x, 0.0)).x,
                texture(wave, uv + vec2(0.0, e.y)).x - texture(wave, uv - vec2(0.0, e.y)).x) / (2.0 * e.y);
}

vec4 drag(vec2 uv) {
    vec2 e = 1.0 / vec2(textureSize(wave, 0));
    vec2 u = -GAIN * slope(uv);
    u *= 1.5 * REACH / (1.5 * REACH + length(u));
    float lap = texture(wave, uv + vec2(e.x, 0.0)).x + texture(wave, uv - vec2(e.x, 0.0)).x
              + texture(wave, uv + vec2(0.0, e.y)).x + texture(wave, uv - vec2(0.0, e.y)).x - 4.0 * texture(wave, uv).x;
    // Passing bodies move it too, a little.
    u += 0.035 * texture(water, uv).xy;
    return vec4(u, GAIN * lap / (e.y * e.y), 1.0);
}

// ---------------------------------------------------------------- dust

// The crowd stands where the rally left it; the others lie everywhere, in rows, so that one sees what has been moved.
bool lies(int i) { return i >= STANDING; }

vec2 stand(int i) {
    vec4 place = lies(i) ? vec4(dust_place(i - STANDING, DUST, wide()) * scale(), 0.0, 0.0) : home(i, wide());
    if (place.x < -1.0 || place.z > 0.35 + 0.93 * life) return AWAY;
    vec2 uv = place.xy / scale();
    // A body has pressed those in its place and around it together: they stand in front rows that have its shape.
    vec2 e = 1.5 / vec2(textureSize(bodies, 0));
    float far = texture(bodies, uv).x, pressed = mix(0.016, 0.10, smoothstep(-0.10, 0.10, far));
    for (int k = 0; k < 3 && !lies(i) && far < 0.10; k++) {
        vec2 out_of = vec2(texture(bodies, uv + vec2(e.x, 0.0)).x - texture(bodies, uv - vec2(e.x, 0.0)).x,
                           texture(bodies, uv + vec2(0.0, e.y)).x - texture(bodies, uv - vec2(0.0, e.y)).x);
        uv += (pressed - texture(bodies, uv).x) * out_of / max(length(out_of), 1.0e-4) / scale();
    }
    return clamp(uv, 0.002, 0.998);
}

vec4 keep(int i, vec4 was) {
    bool first = was == vec4(0.0);
    if (first) return vec4(stand(i), 0.0001, 0.0);
    if (was.x < -1.0) return was;
    vec2 place = was.xy;
    vec2 u = texture(pull, clamp(place + was.zw / scale(), 0.0, 1.0)).xy;
    // Three tenths of the way stay; long after, before a new salvo, they creep home.
    float hard = smoothstep(0.008, 0.03, length(u));
    vec2 kept = was.zw + hard * (0.30 * u * (0.5 + chance(i, 824))) * step_time() * 9.0;
    kept *= min(1.0, 0.09 / max(length(kept), 1.0e-4)) * exp(-step_time() * (thought(1).y > 8.0 ? 0.35 : 0.01));
    return vec4(place, kept);
}

// Which of the crowd stood lit at the end: nearly all, by neighbourhoods.
float came(int i, vec2 at) { return lies(i) ? 0.0 : step(0.10 + 0.35 * bumps(at * 9.0, 838), chance(i, 839)); }

vec4 kindle(int i, vec4 was, vec4 one) {
    float dt = step_time();
    vec2 uv = clamp(one.xy + one.zw / scale(), 0.0, 1.0);
    vec4 here = texture(pull, uv);
    float strain = length(here.xy) / REACH;
    // The light comes after the displacement: where the front has let go of a light, later for some than for others, and
    // once per front. While it is dragged it stays dim.
    float late = max(strain, was.y * exp(-dt / (0.25 + 0.30 * chance(i, 831))));
    float age = min(was.z + dt, 60.0);
    float wish = smoothstep(0.10 + 0.30 * chance(i, 832), 0.60, late) * (1.0 - smoothstep(0.60, 0.98, strain / max(late, 1.0e-3)));
    bool hit = wish > 0.05 && (age > 1.15 || was.w < 0.5) && chance(i + FRAMEINDEX * COUNT, 833) < 1.0 - exp(-dt * 8.0 * wish);
    if (hit) age = 0.0;
    float light = hit ? max(was.x, smoothstep(0.15, 0.7, late)) : was.x * exp(-dt / mix(0.25, 1.1, pow(chance(i, 834), 2.0)));
    // What stood lit goes out as soon as it is dragged; one in six comes back slowly, the others long after the salvo.
    float lit = was.w < 0.5 && was.z == 0.0 ? 1.0 + came(i, one.xy) : was.w;
    float still_lit = max(lit - 1.0, 0.0);
    float dragged = smoothstep(0.0025, 0.008 + 0.006 * chance(i, 835), length(here.xy));
    still_lit *= exp(-dt * 45.0 * dragged);
    bool back = chance(i, 836) < 0.17 ? thought(1).y > 1.6 && late < 0.08 : thought(1).y > 9.0 + 6.0 * chance(i, 837);
    if (back && dragged < 0.01) still_lit += (came(i, one.xy) - still_lit) * toward(2.5);
    return vec4(light, late, age, 1.0 + still_lit);
}

vec4 show(ivec2 c) {
    int i = c.x + c.y * LIGHTS.x;
    vec4 one = texelFetch(dust, c, 0), lit = texelFetch(fire, c, 0);
    bool there = one.x > -1.0 && (!lies(i) || chance(i, 841) < 0.3 + life) && chance(i, 842) < 1.02 * grow;
    if (!there) return vec4(AWAY, 0.0, 0.0);
    vec2 at = one.xy * scale() + one.zw;
    vec4 here = texture(pull, clamp(at / scale(), 0.0, 1.0));
    at += here.xy;
    vec2 uv = clamp(at / scale(), 0.0, 1.0);
    float far = crowd_depth(i, uv.y);
    // Pressed together they are brighter, drawn apart darker: the front is a ridge with a dark valley behind it.
    float dense = clamp(1.0 + (lies(i) ? 2.8 : 1.9) * here.z, 0.08, lies(i) ? 3.2 : 2.2);
    float body = texture(bodies, uv).x;
    // As the rally shows it: dim ones, kindled ones, brightest in the middle and around a body.
    float middle = max(mix(0.55, 1.10, gathered_near(at, wide())), 0.3 + 0.6 * exp(-pow(max(body - 0.02, 0.0) / 0.085, 2.0)));
    float level = lies(i) ? (0.016 + 1.1 * dust_light(i, at)) * mix(1.0, 0.10, smoothstep(0.30, 0.85, abs(at.x - GATHERING_X * wide()))) : 0.062 * (0.75 + 0.5 * chance(i, 765));
    level += STANDS * min(max(lit.w - 1.0, 0.0) * crowd_brightness(i) * middle, 0.20);
    // Each comes up in its own time within 1.4 s: no two of them stand exactly where the rally has left them.
    level *= smoothstep(0.0, 0.4, thought(1).x - 1.0 * chance(i, 844));
    level *= dense;
    level += lit.x * (lies(i) ? 0.40 + 1.8 * crowd_brightness(i) : 0.12 + 1.2 * crowd_brightness(i));
    level += 0.10 * smoothstep(0.8, 3.0, texture(water, uv).z) * crowd_brightness(i);
    level *= smoothstep(-0.008, 0.010, body) * smoothstep(0.0, 0.1, grow * 1.1 - chance(i, 842));
    // Kindled light is green; what the front lights is between blue and green.
    return vec4(at / scale(), level, far + (lit.x < lit.w - 1.0 ? 4.0 : lit.x > 0.1 ? 2.0 : 0.0) + 8.0 * floor(15.99 * crowd_kind(i, one.xy * scale())));
}

vec4 point_of_light() {
    float kind = floor(isf_Point.w / 8.0), left = isf_Point.w - 8.0 * kind;
    return vec4(crowd_light(isf_Point.z, mod(left, 2.0), 0.5 * floor(left / 2.0), kind / 15.0, RENDERSIZE.y) * glow * HELD, 1.0);
}

void main() {
    vec2 uv = isf_FragNormCoord;
    ivec2 c = ivec2(gl_FragCoord.xy);
    int i = c.x + c.y * LIGHTS.x;
    if (PASSINDEX == 0) gl_FragColor = think(c.x);
    else if (PASSINDEX == 1) gl_FragColor = lie(uv);
    else if (PASSINDEX == 2) gl_FragColor = swing();
    else if (PASSINDEX == 3) gl_FragColor = drag(uv);
    else if (PASSINDEX == 4) gl_FragColor = keep(i, texelFetch(dust, c, 0));
    else if (PASSINDEX == 5) gl_FragColor = kindle(i, texelFetch(fire, c, 0), texelFetch(dust, c, 0));
    else if (PASSINDEX == 6) gl_FragColor = show(c);
    else if (PASSINDEX == 7) gl_FragColor = point_of_light();
    else if (PASSINDEX == 8) gl_FragColor = max(texture(lights, uv), texelFetch(trail, c, 0) * exp(-step_time() / STROKE));
    else gl_FragColor = vec4(mix(texture(lights, uv).rgb, texture(trail, uv).rgb, 0.6), 1.0);
}
