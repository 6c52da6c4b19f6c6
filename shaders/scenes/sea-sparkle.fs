/*{
  "ISFVSN": "2",
  "DESCRIPTION": "One dark body crosses black water and its wake burns blue behind it for two seconds.",
  "CREDIT": "Photophore",
  "CATEGORIES": ["generator", "scene"],
  "PHOTOPHORE": {"COLOR": "linear"},
  "INPUTS": [
    {"NAME": "hand", "LABEL": "Body", "TYPE": "point2D", "DEFAULT": [0.36, 0.34], "MIN": [0.0, 0.0], "MAX": [1.0, 1.0]},
    {"NAME": "stir", "LABEL": "Stir: a clap, a crowd", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "glow", "LABEL": "Glow", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 2.0},
    {"NAME": "flow", "LABEL": "Flow", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 2.0},
    {"NAME": "life", "LABEL": "Life", "TYPE": "float", "DEFAULT": 0.7, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "body", "LABEL": "Width of a body in picture heights", "TYPE": "float", "DEFAULT": 0.15, "MIN": 0.04, "MAX": 0.5}
  ],
  "PASSES": [
    {"TARGET": "grain", "FLOAT": true, "WIDTH": 128, "HEIGHT": 128, "WRAP": "repeat"},
    {"TARGET": "mind", "PERSISTENT": true, "FLOAT": true, "WIDTH": 8, "HEIGHT": 1, "FILTER": "nearest"},
    {"TARGET": "drift", "FLOAT": true, "WIDTH": "floor(24*$WIDTH/$HEIGHT)", "HEIGHT": 24},
    {"TARGET": "stream", "FLOAT": true, "WIDTH": "floor(100*$WIDTH/$HEIGHT)", "HEIGHT": 100},
    {"TARGET": "pressure", "PERSISTENT": true, "FLOAT": true, "WIDTH": "floor(100*$WIDTH/$HEIGHT)", "HEIGHT": 100, "STEPS": 5},
    {"TARGET": "water", "PERSISTENT": true, "FLOAT": true, "WIDTH": "floor(100*$WIDTH/$HEIGHT)", "HEIGHT": 100},
    {"TARGET": "home", "PERSISTENT": true, "FLOAT": true, "WIDTH": "floor(180*$WIDTH/$HEIGHT)", "HEIGHT": 180},
    {"TARGET": "bloomed", "PERSISTENT": true, "FLOAT": true, "WIDTH": "floor(120*$WIDTH/$HEIGHT)", "HEIGHT": 120},
    {"TARGET": "veil", "PERSISTENT": true, "FLOAT": true, "WIDTH": "floor($WIDTH/2.8)", "HEIGHT": "floor($HEIGHT/2.8)"},
    {"TARGET": "cells", "PERSISTENT": true, "FLOAT": true, "WIDTH": 256, "HEIGHT": 128, "FILTER": "nearest"},
    {"TARGET": "lit", "FLOAT": true, "WIDTH": 256, "HEIGHT": 128, "FILTER": "nearest"},
    {"TARGET": "struck", "POINTS": "lit", "BLEND": "add", "POINT_SIZE": 1, "WIDTH": "floor(240*$WIDTH/$HEIGHT)", "HEIGHT": 240, "FILTER": "nearest"},
    {"TARGET": "resting", "PERSISTENT": true, "FLOAT": true, "WIDTH": "floor(240*$WIDTH/$HEIGHT)", "HEIGHT": 240},
    {"TARGET": "sparks", "POINTS": "lit", "BLEND": "add", "POINT_SIZE": "max(3.2, $HEIGHT*0.0085)"},
    {}
  ]
}*/

// How it works, pass by pass. Lengths are in picture heights (H), speeds in H per second.
//   mind      state of the body, eight texels: position, seconds of stillness, the fish
//   drift     the constant slow current
//   stream    self-advected velocity, pushed by the body, not yet free of divergence (Stam 1999)
//   pressure  five Jacobi steps a frame, warm-started from the frame before
//   water     velocity free of divergence
//   home      displacement of the water here from its rest position
//   bloomed   x excitation (shear above a threshold, spreading at 0.3 H/s), y light of cells too small to see, z fatigue,
//             w density of cells
//   veil      visible part of that light, advected by the water: x all light, y the part that was triggered and fades,
//             z seconds since it was triggered, w 1 where no body hides it
//   cells     32,768 cells: xy position, 0..1; z seconds since the flash; w 1 + freshness, 0 before a cell has been placed
//   lit       the cells that shine now, for drawing; the others are moved outside the frame
//   struck    position of a bright point;  resting  seconds during which no other may rise there
//   sparks    one point per shining cell
//
// No cell rises twice within 1.2 s: a shining one stands still and its place rests, and glowing light keeps the time of
// its last strike. Between two strikes it only fades. It moves with the water, no faster than 0.12 H/s, so that a wake
// rolls up; the haze over it stays too dim for its changes to be a flash. This is the refractory time of the
// living cells, and the guard has next to nothing to do: 0.0002 to 0.0012 of a mean of 0.011.

#include "lib/noise.glsl"
#include "lib/spectrum.glsl"

const ivec2 CELLS = ivec2(256, 128);
const int COUNT = 32768;
const float FRONT_SPEED = 0.30;      // H/s, neighbour to neighbour
const float RECOVERY = 28.0;         // s, e-fold of a cell's freshness
const float REST = 1.2;               // s between two rises at one place
const float STRIKE_REST = 2.0;        // s, the same for the veil, whose strikes keep rising for 0.8 s
const float MARGIN = 0.06;            // margin around the frame in which cells are kept, 0..1


vec4 thought(int i) { return texelFetch(mind, ivec2(i, 0), 0); }

// Width of the whole frame in heights; equal in every pass, whatever the size of its target.
float wide() { return float(textureSize(water, 0).x) / float(textureSize(water, 0).y); }

float step_time() { return clamp(TIMEDELTA, 0.0, 0.1); }

float toward(float seconds) { return 1.0 - exp(-step_time() / seconds); }

// ---------------------------------------------------------------- mind
// texel 0: body xy (H), velocity xy
// texel 1: seconds idle, seconds still, presence 0..1, 1 = has been here before
// texel 2: fish xy (H), velocity xy
// texel 3: seconds since its passage began (< 0: none), number of the passage, -, seconds until the next
// texel 4: clap xy (H), strength, stir of the previous frame
// texel 5: exposure adaptation in stops; amount of shining light; duration of a strike in seconds
// texel 6: exhalation of the water around a still body, 0..1

vec4 think_body(vec4 was, vec4 mood) {
    float dt = step_time();
    vec2 now = hand * vec2(wide(), 1.0);
    vec2 moved = now - was.xy;
    // A jump of more than a third of a height in one frame is another person, not a movement.
    if (mood.w < 0.5 || length(moved) > 0.34) return vec4(now, 0.0, 0.0);
    vec2 velocity = dt > 0.0 ? moved / max(dt, 0.004) : vec2(0.0);
    velocity *= min(1.0, 2.0 / max(length(velocity), 1.0e-4));
    return vec4(now, mix(was.zw, velocity, toward(0.035)));
}

vec4 think_mood(float speed, vec4 mood) {
    if (mood.w < 0.5) return vec4(0.0, 0.0, 0.0, 1.0);
    float dt = step_time();
    bool moving = speed > 0.02;
    return vec4(moving ? 0.0 : mood.x + dt, speed > 0.06 ? 0.0 : mood.y + dt,
                moving ? min(1.0, mood.z + 4.0 * dt) : mood.z * exp(-dt / 240.0), 1.0);
}

vec4 think_journey(vec4 mood, vec4 was, float speed) {
    if (mood.w < 0.5) return vec4(-1.0, 0.0, 0.0, 4.4);
    float dt = step_time();
    if (was.x >= 0.0) {
        float since = was.x + dt;
        bool over = since > (wide() + 0.9) / 0.27;
        return vec4(over ? -1.0 : since, was.y, 0.0, 8.0 + 11.0 * chance(int(was.y), 71));
    }
    float rest = speed > 0.02 ? max(was.w, 8.0) : was.w - dt;
    return rest > 0.0 ? vec4(-1.0, was.y, 0.0, rest) : vec4(0.0, was.y + 1.0, 0.0, rest);
}

vec4 think_fish(vec4 was, vec4 journey) {
    if (journey.x < 0.0) return vec4(-9.0, -9.0, 0.0, 0.0);
    int n = int(journey.y);
    float key = journey.y * 3.7, t = journey.x;
    float side = chance(n, 72) < 0.5 ? 1.0 : -1.0;
    // Glide and beat: the speed varies, the path is inclined, the tail is not strictly periodic.
    float way = -0.12 + 0.27 * t + 0.10 * (bumps(vec2(t * 0.8, key), 73) - 0.5);
    float lean = 0.34 * (bumps(vec2(t * 0.24, key + 7.0), 74) - 0.5);
    float beat = 0.011 * sin(6.8 * t + 5.0 * bumps(vec2(t * 0.7, key), 75));
    vec2 at = vec2(0.5 * wide() + side * (way - 0.5 * wide()), mix(0.24, 0.56, chance(n, 76)) + lean + beat);
    vec2 velocity = was.x > -8.0 ? (at - was.xy) / max(step_time(), 0.004) : vec2(0.0);
    return vec4(at, velocity * min(1.0, 1.5 / max(length(velocity), 1.0e-4)));
}

vec4 think_clap(vec4 was) {
    float strength = was.z * exp(-step_time() / 0.10);
    if (stir < was.w + 0.04 || strength > 0.2) return vec4(was.xy, strength, stir);
    vec2 away = vec2(chance(FRAMEINDEX, 81), chance(FRAMEINDEX, 82)) - 0.5;
    return vec4(hand * vec2(wide(), 1.0) + 0.3 * away, min(1.0, 0.4 + stir), stir);
}

// Seconds of stillness turn into breath: 1 on the out-breath, 0 before eight seconds; about 0.1 Hz, never even.
float breath(float still) {
    float phase = (still - 8.0) * 0.1 + 0.35 * (bumps(vec2(still * 0.05, 1.0), 41) - 0.5);
    return still < 8.0 ? 0.0 : pow(max(0.0, sin(6.2831853 * phase)), 2.0);
}

// Regulates the mean of the frame: at most one stop up or down, time constant six seconds, like visual adaptation.
vec4 think_level(vec4 was) {
    float sum = 0.0;
    // The taps fall elsewhere in each frame, so that over seconds every place counts.
    vec2 shift = vec2(chance(FRAMEINDEX, 91), chance(FRAMEINDEX, 92));
    for (int y = 0; y < 9; y++)
        for (int x = 0; x < 16; x++) sum += texture(veil, (vec2(x, y) + shift) / vec2(16.0, 9.0)).x;
    float level = mix(was.y, sum / 144.0, toward(0.15));
    float wanted = level < 0.002 ? 0.0 : clamp(log2(0.034 / level), -1.0, 0.7);
        // The total light is limited: the more glows, the sooner all of it goes out.
    float lasts = clamp(8.5 * pow(0.048 / max(level, 0.001), 3.0), 0.8, 12.0);
    return vec4(was.x + (wanted - was.x) * toward(6.0), level, lasts, 0.0);
}

// Gain from adaptation and the glow input.
float eye() { return glow * exp2(min(thought(5).x, 0.2)); }

vec4 think(int i) {
    vec4 mood = thought(1);
    vec4 here = think_body(thought(0), mood);
    vec4 journey = think_journey(mood, thought(3), length(here.zw));
    if (i == 0) return here;
    if (i == 1) return think_mood(length(here.zw), mood);
    if (i == 2) return think_fish(thought(2), journey);
    if (i == 3) return journey;
    if (i == 4) return think_clap(thought(4));
    if (i == 5) return think_level(thought(5));
    return vec4(breath(mood.y) * mood.z, 0.0, 0.0, 0.0);
}

// ---------------------------------------------------------------- water

// Coverage of a point by a moving body: elongated, with an animated edge, 0..1.
float inside(vec2 at, vec4 mover, float width, float key) {
    vec2 d = at - mover.xy;
    float speed = length(mover.zw);
    vec2 along = speed > 1.0e-3 ? mover.zw / speed : vec2(0.0, 1.0);
    float stretch = 1.0 + 0.7 * smoothstep(0.05, 0.6, speed);
    float forward = dot(d, along) / stretch;
    float across = dot(d, vec2(-along.y, along.x));
    float ripple = 1.0 + 0.35 * (texture(grain, d / width * 0.13 + key).x - 0.5);
    return 1.0 - smoothstep(0.36, 0.52, length(vec2(forward, across)) / (width * ripple));
}

// The constant slow current, too even to light anything (0.05 H/s and below).
vec2 current(vec2 at) {
    float t = TIME * 0.021;
    return flow * (0.030 * curl(at * 1.1 + vec2(t, -0.6 * t), 21) + 0.012 * curl(at * 3.1 + vec2(-t, 1.3 * t), 22)
                   + vec2(0.010, -0.002));
}

vec4 carry(vec2 uv) {
    float dt = step_time();
    vec2 scale = vec2(wide(), 1.0);
    vec2 at = uv * scale;
    vec2 came = (at - texture(water, uv).xy * dt) / scale;
    // Blend in the neighbours: the pressure does not see a chequerboard, and it must not grow.
    vec2 e = 1.0 / RENDERSIZE;
    vec4 beside = texture(water, came + 0.8 * e) + texture(water, came - 0.8 * e)
                + texture(water, came + vec2(0.8, -0.8) * e) + texture(water, came + vec2(-0.8, 0.8) * e);
    vec4 was = mix(texture(water, came), 0.25 * beside, toward(0.10));
    vec2 v = was.xy;
    // Curl of the velocity keeps small eddies turning (vorticity confinement, Fedkiw, Stam and Jensen 2001).
    float turn = texture(pressure, uv).y;
    vec2 slope = vec2(abs(texture(pressure, uv + vec2(e.x, 0.0)).y) - abs(texture(pressure, uv - vec2(e.x, 0.0)).y),
                      abs(texture(pressure, uv + vec2(0.0, e.y)).y) - abs(texture(pressure, uv - vec2(0.0, e.y)).y));
    slope /= length(slope) + 1.0e-2;
    v += dt * 0.0035 * clamp(turn, -25.0, 25.0) * vec2(slope.y, -slope.x) * 8.0;
    v += (texture(drift, uv).xy - v) * (1.0 - exp(-dt * 0.55));
    vec4 here = thought(0), fish = thought(2);
    float held = inside(at, here, body, 0.0) * smoothstep(0.02, 0.08, length(here.zw));
    v = mix(v, here.zw, held * (1.0 - exp(-dt * 26.0)));
    v = mix(v, fish.zw, inside(at, fish, 0.058, 5.0) * (1.0 - exp(-dt * 26.0)));
    // A clap, and eddies that a body sheds from its rim: a wake rolls up instead of forming two straight lines.
    vec4 clap = thought(4);
    vec2 d = at - clap.xy;
    float rim = 1.0 - held;
    float sheds = 34.0 * length(here.zw) * held * rim * rim * rim * rim;
    v += dt * (9.0 * clap.z * exp(-dot(d, d) / 0.012) + sheds) * curl(at * 16.0 + TIME, 23);
    return vec4(clamp(v, -2.5, 2.5), 0.0, 1.0);
}

// One Jacobi step of the pressure, and in y the curl of the stream for the next frame.
vec4 relax(vec2 uv) {
    ivec2 c = ivec2(gl_FragCoord.xy), top = textureSize(stream, 0) - 1;
    ivec2 l = max(c - ivec2(1, 0), ivec2(0)), r = min(c + ivec2(1, 0), top);
    ivec2 b = max(c - ivec2(0, 1), ivec2(0)), t = min(c + ivec2(0, 1), top);
    vec2 vl = texelFetch(stream, l, 0).xy, vr = texelFetch(stream, r, 0).xy;
    vec2 vb = texelFetch(stream, b, 0).xy, vt = texelFetch(stream, t, 0).xy;
    float gap = 1.0 / RENDERSIZE.y;
    float divergence = 0.5 * (vr.x - vl.x + vt.y - vb.y) * gap;
    float around = texelFetch(pressure, l, 0).x + texelFetch(pressure, r, 0).x
                 + texelFetch(pressure, b, 0).x + texelFetch(pressure, t, 0).x;
    return vec4(0.25 * (around - divergence), 0.5 * (vr.y - vl.y - vt.x + vb.x) / gap, 0.0, 1.0);
}

vec4 settle() {
    ivec2 c = ivec2(gl_FragCoord.xy), top = textureSize(stream, 0) - 1;
    float l = texelFetch(pressure, max(c - ivec2(1, 0), ivec2(0)), 0).x;
    float r = texelFetch(pressure, min(c + ivec2(1, 0), top), 0).x;
    float b = texelFetch(pressure, max(c - ivec2(0, 1), ivec2(0)), 0).x;
    float t = texelFetch(pressure, min(c + ivec2(0, 1), top), 0).x;
    vec4 was = texelFetch(stream, c, 0);
    return vec4(was.xy - 0.5 * vec2(r - l, t - b) * RENDERSIZE.y, 0.0, 1.0);
}

// What the water carries returns to rest within seconds, so its grain is never smeared out.
vec4 lead(vec2 uv) {
    float dt = step_time();
    vec2 v = texture(water, uv).xy;
    vec2 came = uv - v * dt / vec2(wide(), 1.0);
    vec2 e = 0.6 / RENDERSIZE;
    vec2 was = 0.5 * (texture(home, came + e).xy + texture(home, came - e).xy);
    return vec4((was + v * dt) * exp(-dt / 4.0), 0.0, 1.0);
}

// ---------------------------------------------------------------- life

// Density of cells in the water, 0..1: clouds and threads, densest a fifth of a height below the middle.
float settled(vec2 at) {
    float layer = exp(-pow((at.y - 0.30) / 0.42, 2.0));
    float cloud = texture(grain, at * 0.17 + 0.3).x * 0.65 + texture(grain, at.yx * 0.41).x * 0.35;
    // The bank lies to one side; the far side is sparse.
    float bank = 1.0 - 0.85 * smoothstep(0.28, 0.62, at.x / wide());
    return clamp(layer * bank * (0.25 + 1.5 * smoothstep(0.28, 0.72, cloud)), 0.0, 1.0);
}

float shear(vec2 uv) {
    vec2 e = 1.0 / vec2(textureSize(water, 0));
    vec2 dx = texture(water, uv + vec2(e.x, 0.0)).xy - texture(water, uv - vec2(e.x, 0.0)).xy;
    vec2 dy = texture(water, uv + vec2(0.0, e.y)).xy - texture(water, uv - vec2(0.0, e.y)).xy;
    float gap = 2.0 * e.y;
    return length(vec2(dx.x - dy.y, dx.y + dy.x)) / gap;
}

vec4 excite(vec2 uv) {
    float dt = step_time();
    vec2 scale = vec2(wide(), 1.0);
    vec2 came = uv - texture(water, uv).xy * dt / scale;
    vec4 was = texture(bloomed, came);
    // The front: the strongest neighbour within its travel distance, attenuated by the distance.
    float reach = max(FRONT_SPEED * dt, 1.0 / RENDERSIZE.y);
    float pace = FRONT_SPEED * dt / reach;
    float best = 0.0;
    for (int k = 0; k < 6; k++) {
        float turn = 1.0471976 * float(k) + 0.3;
        best = max(best, texture(bloomed, came + reach * vec2(cos(turn), sin(turn)) / scale).x);
    }
    float passed = mix(was.x, max(was.x, best - 3.0 * reach), pace);
    float stress = smoothstep(0.9, 3.6, shear(uv));
    float excited = max(passed * exp(-dt / 0.60), stress);
    float fresh = 1.0 - was.z;
    float light = excited * excited * fresh;
    float shine = mix(was.y, light, light > was.y ? toward(0.04) : toward(1.4));
    float tired = was.z + (1.0 - was.z) * (1.0 - exp(-dt * 0.30 * shine));
    tired *= exp(-dt / RECOVERY);
    vec2 rest = uv * scale - texture(home, uv).xy;
    return vec4(excited, shine, min(tired, 0.40), life * settled(rest));
}

// Properties of one cell, from its index alone: its peak in scene light, and its depth. Many faint, few bright.
float brightness(int i) {
    float c = chance(i, 51), c4 = c * c * c * c, c8 = c4 * c4;
    return 1.8 + 9.0 * c4 + 30.0 * c8 * c8 * c8;
}
float depth(int i) { return chance(i, 52); }

// Proximity to the body of a place in which still water breathes, 0..1.
float shore(vec2 at) {
    // Nearer on one side than on the other: a shore, not a ring.
    float away = length(at - thought(0).xy) / body * (0.6 + 0.8 * texture(grain, at * 0.23 + 0.4).x);
    return smoothstep(0.55, 0.8, away) * (1.0 - smoothstep(1.0, 2.6, away));
}

vec4 live(int i, vec4 was) {
    float dt = step_time();
    vec2 room = vec2(1.0 + 2.0 * MARGIN);
    if (was.w < 0.5) return vec4(vec2(chance(i, 61), chance(i, 62)) * room - MARGIN, 100.0, 2.0);
    float age = was.z + dt;
    float fresh = 1.0 - (2.0 - was.w) * exp(-dt / RECOVERY);
    vec4 here = texture(bloomed, was.xy);
    float breathing = thought(6).x * shore(was.xy * vec2(wide(), 1.0));
    float threshold = mix(0.05, 0.7, chance(i, 53));
    float rate = 14.0 * max(0.0, here.x - threshold) + 0.10 * breathing;
    // Where a strike is due a point rises with it, not before and not after, or the place would rise twice.
    vec4 seen = texture(veil, was.xy);
    bool apart = seen.z < 0.30 || (seen.y < 0.2 && here.x < 0.35);
    bool rested = texture(resting, was.xy).x < 0.05 && apart;
    bool ready = age > REST + 0.5 * chance(i, 55) && rested && chance(i, 54) < 2.0 * here.w;
    if (ready && chance(i + FRAMEINDEX * COUNT, 56) < 1.0 - exp(-dt * rate)) return vec4(was.xy, 0.0, 1.0 + 0.6 * fresh);
    // A shining one stands still, so that its light falls on one place. Far cells drift more slowly: the same
    // water seen from further away.
    vec2 v = texture(water, clamp(was.xy, 0.0, 1.0)).xy * (step(0.5, age) * mix(1.0, 0.55, depth(i)));
    vec2 at = was.xy + v * dt / vec2(wide(), 1.0);
    return vec4(mod(at + MARGIN, room) - MARGIN, age, 1.0 + fresh);
}

// I(t) = A (1 - exp(-t / rise))^2 exp(-t / fall), scaled to a peak of about A.
float flash(int i, float age, float fresh) {
    float rise = mix(0.008, 0.020, chance(i, 57));
    float fall = mix(0.13, 0.25, chance(i, 58));
    float up = 1.0 - exp(-(age + 0.006) / rise);
    // After its flash every third cell continues to glow for seconds, as Pyrocystis does.
    float after = chance(i, 59) < 0.34 ? 0.035 * exp(-age / 1.6) : 0.0;
    return 1.25 * brightness(i) * fresh * up * up * (exp(-age / fall) + after);
}

vec4 shining(ivec2 c) {
    int i = c.x + c.y * CELLS.x;
    vec4 cell = texelFetch(cells, c, 0);
    // A flash leaves a cell 0.6 of its freshness; the freshness before is its height.
    float level = flash(i, cell.z, (cell.w - 1.0) / 0.6) * texture(veil, cell.xy).w;
    return level < 0.01 ? vec4(-9.0, -9.0, 0.0, 0.0) : vec4(cell.xy, level, depth(i));
}

vec4 rest(ivec2 c) {
    float left = texelFetch(resting, c, 0).x - step_time();
    return vec4(texelFetch(struck, c, 0).x > 0.15 ? REST : max(left, 0.0), 0.0, 0.0, 1.0);
}

vec4 spark() {
    float far = isf_Point.w;
    vec2 d = gl_PointCoord * 2.0 - 1.0;
    float size = mix(1.0, 0.5, far);
    float r2 = dot(d, d) / (size * size);
    float core = exp(-6.5 * r2) - 0.0015;
    float level = isf_Point.z * eye();
    vec3 near_light = mix(LIGHT_B, LIGHT_C, smoothstep(0.3, 3.0, level));
    vec3 light = through_water(near_light, 8.0 * far) * mix(1.0, 0.45, far);
    // On small pictures a point cannot be drawn at its true size: its peak is lowered, so that its light is preserved.
    float shrunk = min(1.0, 0.0085 * RENDERSIZE.y / 3.2);
    return vec4(light * level * max(core, 0.0) * shrunk * shrunk, 1.0);
}

// Three seamless random textures, read by position, so that no pixel of the frame computes noise.
vec4 weave(vec2 uv) {
    return vec4(tiled(uv, 8, 35), tiled(uv, 19, 36), tiled(uv, 37, 37), 1.0);
}

// Predicted position of a body: it would immediately hide what it lights there, so nothing lights.
float bow(vec2 at, vec4 mover, float width) {
    vec2 d = at - mover.xy;
    float speed = length(mover.zw);
    vec2 along = mover.zw / max(speed, 1.0e-3);
    float ahead = smoothstep(-0.1 * width, 0.5 * width, dot(d, along));
    float aside = 1.0 - smoothstep(0.25, 0.75, abs(dot(d, vec2(-along.y, along.x))) / width);
    return 1.0 - ahead * aside * smoothstep(0.03, 0.12, speed) * (1.0 - smoothstep(0.8, 1.7, length(d) / width));
}

// One octave of the grain, fading to its mean where the water is stretched too much for the veil to resolve it.
float octave(float value, float bumps_per_texel) {
    return mix(value, 0.5, smoothstep(0.30, 0.85, bumps_per_texel));
}

// The grain of the light, carried with the water: x density of the haze, y brightness of a strike here.
vec2 threads(vec2 at) {
    vec2 change = fwidth(at);
    float texel = max(change.x, change.y);
    float wide_one = octave(texture(grain, at * 1.3).y, 25.0 * texel);
    float fine = octave(texture(grain, at.yx * 1.9).z, 70.0 * texel);
    float smoke = smoothstep(0.25, 0.75, wide_one * 0.55 + fine * 0.45);
    float ridge = max(0.0, 1.0 - 6.5 * abs(0.55 * wide_one + 0.45 * fine - 0.5));
    return vec2(smoke * smoke, 0.06 + 0.34 * smoke * smoke + 0.95 * ridge * ridge);
}

vec4 see(vec2 uv) {
    float dt = step_time();
    vec2 at = uv * vec2(wide(), 1.0);
    vec4 here = thought(0), fish = thought(2);
    // Glowing light moves with the water, no faster than a form may move: a wake rolls up while it glows.
    vec2 v = texture(water, uv).xy;
    vec2 came = uv - v * min(1.0, 0.12 / max(length(v), 1.0e-3)) * dt / vec2(wide(), 1.0);
    // Alternate by up to a quarter texel to each side, so that the rests of neighbours do not show as steps.
    came += (vec2(FRAMEINDEX & 1, (FRAMEINDEX >> 1) & 1) - 0.5) * 0.45 * sqrt(min(30.0 * dt, 1.0)) / RENDERSIZE;
    vec4 was = texture(veil, came), shines = texture(bloomed, uv);
    // Bodies are dark: light behind one does not reach the eye.
    float open = 1.0 - 0.97 * inside(at, here, body * 0.92, 0.0) * thought(1).z;
    open *= smoothstep(0.3, 0.55, length(at - fish.xy) / 0.05);
    vec2 grains = threads(at - texture(home, uv).xy);
    float clear = bow(at, here, body) * bow(at, fish, 0.07) * open;
    // A place is triggered once, brightens while the shear lasts, and then only fades until it has rested.
    float fresh = (1.0 - shines.z) * shines.w * clear * glow;
    // A dark-adapted eye sees the wake further out, not brighter; while much glows, only the strongest
    // shear is seen.
    float least = 0.30 - 0.20 * thought(5).x + 0.45 * smoothstep(0.022, 0.045, thought(5).y)
                + 0.18 * smoothstep(0.20, 0.55, length(here.zw));
    float wanted = 2.0 * smoothstep(least, least + 0.45, shines.x) * fresh * grains.y;
    float clock = min(was.z + dt, 60.0);
    if (clock > STRIKE_REST && wanted > was.y + 0.05 && texture(resting, uv).x < 0.3) clock = 0.0;
    float burning = was.y * open * exp(-dt / thought(5).z);
    // It lights at once and rises after that: a whole field that jumps to its height would be one flash.
    // Only the threads jump: they are few, and the ground between them rises.
    float swell = max(0.20 + 0.9 * grains.y - burning, 0.0) + 0.33 * dt;
    burning += min(max(wanted - burning, 0.0) * toward(0.045), swell) * (1.0 - smoothstep(0.3, 0.5, clock));
    float breathing = 0.30 * thought(6).x * shore(at) * open * shines.w;
    float smoke = (shines.y * fresh + breathing) * grains.x;
    smoke = 0.15 * smoke / (0.5 + smoke);
    // It glows evenly for about two seconds and is gone soon after, thin places first.
    // Its core fades first, slowly enough not to be a flash of a whole field; the current shapes the rest.
    float square = burning * burning, steep = square * square * square, even = steep / (steep + 0.0005);
    float core = 0.28 * square / (0.6 + burning) * exp(-clock / 1.1);
    return vec4(smoke + 0.735 * even * (0.59 + 0.38 * grains.x) + core, burning, clock, open);
}

vec4 compose(vec2 uv) {
    float milk = texture(veil, uv).x;
    vec3 points = texelFetch(sparks, ivec2(gl_FragCoord.xy), 0).rgb;
    return vec4(points + milk * mix(LIGHT_B, LIGHT_C, smoothstep(0.3, 1.6, milk)), 1.0);
}

void main() {
    vec2 uv = isf_FragNormCoord;
    ivec2 c = ivec2(gl_FragCoord.xy);
    int i = c.x + c.y * CELLS.x;
    if (PASSINDEX == 0) gl_FragColor = weave(uv);
    else if (PASSINDEX == 1) gl_FragColor = think(c.x);
    else if (PASSINDEX == 2) gl_FragColor = vec4(current(uv * vec2(wide(), 1.0)), 0.0, 1.0);
    else if (PASSINDEX == 3) gl_FragColor = carry(uv);
    else if (PASSINDEX == 4) gl_FragColor = relax(uv);
    else if (PASSINDEX == 5) gl_FragColor = settle();
    else if (PASSINDEX == 6) gl_FragColor = lead(uv);
    else if (PASSINDEX == 7) gl_FragColor = excite(uv);
    else if (PASSINDEX == 8) gl_FragColor = see(uv);
    else if (PASSINDEX == 9) gl_FragColor = live(i, texelFetch(cells, c, 0));
    else if (PASSINDEX == 10) gl_FragColor = shining(c);
    else if (PASSINDEX == 11) gl_FragColor = vec4(isf_Point.z);
    else if (PASSINDEX == 12) gl_FragColor = rest(c);
    else if (PASSINDEX == 13) gl_FragColor = spark();
    else gl_FragColor = compose(uv);
}
