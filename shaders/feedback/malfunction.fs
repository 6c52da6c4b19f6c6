/*{
  "ISFVSN": "2",
  "DESCRIPTION": "The picture watches itself: its past comes back turned, torn and in the wrong place, and heals.",
  "CREDIT": "Photophore",
  "CATEGORIES": ["filter", "feedback"],
  "PHOTOPHORE": {"COLOR": "linear", "READS": ["bodies"], "MACROS": {"half-life": "memory", "feedback": "amount", "loop-gain": "gain"}},
  "INPUTS": [
    {"NAME": "inputImage", "TYPE": "image"},
    {"NAME": "amount", "LABEL": "Amount; 0 = off", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "gain", "LABEL": "Loop gain; above 1 it sustains itself", "TYPE": "float", "DEFAULT": 0.8, "MIN": 0.0, "MAX": 2.0},
    {"NAME": "zoom", "LABEL": "Zoom per frame", "TYPE": "float", "DEFAULT": 1.004, "MIN": 0.98, "MAX": 1.03},
    {"NAME": "turn", "LABEL": "Degrees per frame", "TYPE": "float", "DEFAULT": 0.1, "MIN": -1.0, "MAX": 1.0},
    {"NAME": "memory", "LABEL": "Half-life in seconds", "TYPE": "float", "DEFAULT": 3.0, "MIN": 0.0, "MAX": 12.0},
    {"NAME": "drift", "LABEL": "Displacement along its gradient in heights", "TYPE": "float", "DEFAULT": 0.002, "MIN": 0.0, "MAX": 0.02},
    {"NAME": "delay", "LABEL": "Echo and lag of long wavelengths in frames", "TYPE": "float", "DEFAULT": 40.0, "MIN": 0.0, "MAX": 63.0},
    {"NAME": "split", "LABEL": "Spread of hue from 490 nm", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "tear", "LABEL": "Width of tears in heights", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 0.06},
    {"NAME": "mirror", "LABEL": "Share mirrored from the other side", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "cells", "LABEL": "Cells", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "repair", "LABEL": "Regrowth over tears", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "reseed", "LABEL": "Seeds of light", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1.0, "SIGNAL": "/governor/reseed"},
    {"NAME": "adrift", "LABEL": "The whole picture, smaller and late, adrift on itself", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "shock0", "LABEL": "Shock: x, y, age, energy", "TYPE": "color", "DEFAULT": [0.0, 0.0, 10.0, 0.0], "MIN": [0.0, 0.0, 0.0, 0.0], "MAX": [1.0, 1.0, 10.0, 1.0], "SIGNAL": "/neuro/shock/0/{x,y,age,energy}"},
    {"NAME": "shock1", "LABEL": "Shock: x, y, age, energy", "TYPE": "color", "DEFAULT": [0.0, 0.0, 10.0, 0.0], "MIN": [0.0, 0.0, 0.0, 0.0], "MAX": [1.0, 1.0, 10.0, 1.0], "SIGNAL": "/neuro/shock/1/{x,y,age,energy}"},
    {"NAME": "shock2", "LABEL": "Shock: x, y, age, energy", "TYPE": "color", "DEFAULT": [0.0, 0.0, 10.0, 0.0], "MIN": [0.0, 0.0, 0.0, 0.0], "MAX": [1.0, 1.0, 10.0, 1.0], "SIGNAL": "/neuro/shock/2/{x,y,age,energy}"},
    {"NAME": "shock3", "LABEL": "Shock: x, y, age, energy", "TYPE": "color", "DEFAULT": [0.0, 0.0, 10.0, 0.0], "MIN": [0.0, 0.0, 0.0, 0.0], "MAX": [1.0, 1.0, 10.0, 1.0], "SIGNAL": "/neuro/shock/3/{x,y,age,energy}"}
  ],
  "PASSES": [
    {"TARGET": "grain", "PERSISTENT": true, "WIDTH": 64, "HEIGHT": 64, "WRAP": "repeat"},
    {"TARGET": "mind", "PERSISTENT": true, "FLOAT": true, "WIDTH": 13, "HEIGHT": 1, "FILTER": "nearest"},
    {"TARGET": "stream", "WIDTH": "floor(48*$WIDTH/$HEIGHT)", "HEIGHT": 48},
    {"TARGET": "loop", "PERSISTENT": true, "WIDTH": "floor($WIDTH/2.5)", "HEIGHT": "floor($HEIGHT/2.5)"},
    {"TARGET": "tissue", "PERSISTENT": true, "FLOAT": true, "WIDTH": "floor(68*$WIDTH/$HEIGHT)", "HEIGHT": 68, "STEPS": 3},
    {"TARGET": "cut", "WIDTH": "floor(64*$WIDTH/$HEIGHT)", "HEIGHT": 64},
    {"TARGET": "wound", "PERSISTENT": true, "FLOAT": true, "WIDTH": "floor(80*$WIDTH/$HEIGHT)", "HEIGHT": 80},
    {"TARGET": "place", "WIDTH": "floor($WIDTH/2)", "HEIGHT": "floor($HEIGHT/2)"},
    {"TARGET": "light", "WIDTH": "floor($WIDTH/2.5)", "HEIGHT": "floor($HEIGHT/2.5)"},
    {"TARGET": "past", "WIDTH": "floor(max(96, $HEIGHT/4)*$WIDTH/$HEIGHT)", "HEIGHT": "floor(max(96, $HEIGHT/4))", "HISTORY": 64},
    {"TARGET": "layer", "PERSISTENT": true, "WIDTH": "floor($WIDTH/2)", "HEIGHT": "floor($HEIGHT/2)"},
    {}
  ]
}*/

// How it works, pass by pass. Lengths are in picture heights (H); "frame" in inputs means 1/30 s at any frame rate.
//   grain   random textures, read by position: x large, y small, z walls between round cells, w their centres;
//           drawn once; w is never 0 after that
//   mind    thirteen texels: smoothed inputs, pivots, levels, centroid of the light
//   stream  xy displacement of light per frame (H), z which of two flows a place belongs to (-1..1), w hesitation
//   loop    xy silk: persistent light, and that light times its hue (-1 short wavelengths .. 1 long wavelengths);
//           zw echo: the current picture mixed with that of `delay` frames ago, and the same times its hue
//   tissue  x food, y cells (Gray and Scott), zw light of a wider neighbourhood, and that light times its hue
//   cut     x distance to the nearest seam (H, signed by side), yz direction across, w maximum opening, 0..1
//   wound   x width of the tear (H), y how far it is covered, z lead of the front, w activity around it
//   place   xy source position of the light seen here, minus here (0..1); z its amount: 0 in a gap,
//           more than 1 behind a shock; w light of new tissue, or below 0 how much it is seen through a cell
//   light   colour emitted by loop and tissue; w strength of the turned picture seen here
//   past    the echoes of the last 64 frames, and in zw the luminance of the input and of `light`
//   layer   the picture with its layer, half as large and half a second late: what the layer shows; w what moved there lately

#include "lib/noise.glsl"
#include "lib/spectrum.glsl"

const float PI = 3.14159265;
const float SIZE = 0.54;        // of the layer beside the picture
const float LATE = 0.45;        // s by which what it shows is late, and each layer on it once more
const float CALM = 2.0;         // s in which a place of it that moved becomes still
const float MOVES = 25.0;       // how much darker a place is where something moved: it would rise again within a second (rule 9)
const float EDGE_LIGHT = 0.9;   // how much more of the light at its edge is seen

vec4 thought(int i) { return texelFetch(mind, ivec2(i, 0), 0); }
float wide() { return float(textureSize(wound, 0).x) / float(textureSize(wound, 0).y); }
float step_time() { return clamp(TIMEDELTA, 0.0, 0.1); }
float frames() { return 30.0 * step_time(); }
float toward(float seconds) { return 1.0 - exp(-step_time() / seconds); }

// ---------------------------------------------------------------- mind
// 0: amount, gain, zoom, turn   1: memory, drift, delay, split   2: tear, mirror, cells, adrift   3: repair, reseed, echo path
// 4: first pivot, second pivot (H)   5: centroid of the light (H), tempo, -   6: luminance in, of light, gain of light, -
// 7: time of the last frame, 1 = restart, seconds since then, 1 = started
// The previous frame's values, gathered so that wide passes read few texels: 8: gain, turn, mirror, reseed   9: echo
// path, first pivot   10: cells, share of the layer, gain of light, amount   11: centroid of the light, memory, split
// 12: middle of the layer (H), its turn as cosine and sine, divided by its size

vec4 wanted(int i) {
    if (i == 0) return vec4(amount, gain, zoom, turn);
    if (i == 1) return vec4(memory, drift, delay, split);
    if (i == 2) return vec4(tear, mirror, cells, adrift);
    return vec4(repair, reseed, 0.0, 0.0);
}

// Pivots wander indefinitely and never cross the centre.
vec4 pivots() {
    float t = TIME * 0.031;
    vec2 first = vec2(0.34 + 0.16 * (bumps(vec2(t, 3.1), 11) - 0.5), 0.44 + 0.30 * (bumps(vec2(t, 9.7), 12) - 0.5));
    vec2 second = vec2(0.79 + 0.16 * (bumps(vec2(t, 5.3), 13) - 0.5), 0.60 + 0.34 * (bumps(vec2(t, 2.9), 14) - 0.5));
    return vec4(first * vec2(wide(), 1.0), second * vec2(wide(), 1.0));
}

// How much of the layer there is, 0..1: it grows with `amount`, and is whole where the states of the interface use it.
float layered() { return thought(2).w * smoothstep(0.0, 0.5, thought(0).x); }

// The layer lies across from the light, so that it hides little of it; it drifts and turns so slowly, below 0.003 H/s, that no point of it passes
// another place within a second: what moves faster has to stay dim (rule 9).
vec4 place_layer(vec4 was) {
    float t = TIME * 0.0035, turn = -0.46 + 0.4 * (bumps(vec2(1.3 * t, 6.1), 16) - 0.5);
    vec2 scale = vec2(wide(), 1.0), across = clamp(0.5 - 1.2 * (thought(5).xy / scale - 0.5), vec2(0.37, 0.42), vec2(0.63, 0.58));
    vec2 at = (across + 0.12 * (vec2(bumps(vec2(t, 4.3), 17), bumps(vec2(t, 8.9), 18)) - 0.5)) * scale;
    // Before it can be seen it goes there at once.
    return vec4(mix(was.xy, at, toward(thought(7).z < 2.0 || layered() < 0.01 ? 0.3 : 150.0)), vec2(cos(turn), sin(turn)) / SIZE);
}

// Source position of the echo of `gone` frames ago: a turn and a zoom around the first pivot, as a complex number.
vec2 way_back(vec2 turning, float gone) {
    float angle = -radians(turning.y) * gone;
    return clamp(pow(max(turning.x, 0.5), -gone), 0.5, 2.0) * vec2(cos(angle), sin(angle));
}

vec4 look_around() {
    vec3 sum = vec3(0.0);
    vec2 shine = vec2(0.0);
    for (int y = 0; y < 9; y++)
        for (int x = 0; x < 16; x++) {
            vec2 uv = (vec2(x, y) + 0.5) / vec2(16.0, 9.0);
            vec4 seen = IMG_PAST(uv, 1.0);
            sum += vec3(uv, 1.0) * seen.z;
            shine += seen.zw;
        }
    return vec4(sum.xy / max(sum.z, 1.0e-4), shine / 144.0);
}

vec4 think(int i) {
    vec4 clock = thought(7);
    bool anew = clock.w < 0.5 || abs(TIME - clock.x) > 1.0;
    if (i == 7) return vec4(TIME, anew ? 1.0 : 0.0, anew ? 0.0 : min(clock.z + step_time(), 100.0), 1.0);
    if (i == 4) return pivots();
    if (i == 12) return place_layer(thought(12));
    if (i == 8) return vec4(thought(0).yw, thought(2).y, thought(3).y);
    if (i == 9) return vec4(thought(3).zw, thought(4).xy);
    if (i == 10) return vec4(thought(2).z, layered() * smoothstep(2.0, 4.5, clock.z), thought(6).z, thought(0).x);
    if (i == 11) return vec4(thought(5).xy, thought(1).xw);
    vec4 was = thought(i);
    vec4 slow = anew ? wanted(i) : mix(was, wanted(i), toward(0.35));
    if (i < 3) return slow;
    if (i == 3) return vec4(slow.xy, way_back(thought(0).zw, min(thought(1).z, 63.0)));
    vec4 around = look_around();
    if (i == 5) {
        vec2 at = around.xy * vec2(wide(), 1.0);
        float tempo = 0.7 + 0.6 * bumps(vec2(TIME * 0.21, 1.7), 15);
        bool dark = around.z < 1.0e-5;
        return vec4(anew || dark ? (anew ? vec2(0.4 * wide(), 0.4) : was.xy) : mix(was.xy, at, toward(0.8)), tempo, 0.0);
    }
    // Without input nothing is shown, except what has been seeded and what a self-sustaining loop keeps
    // alive: such a loop continues while everybody stands still, and only slowly learns to stop.
    float itself = 0.0060 * smoothstep(1.02, 1.2, thought(0).y);
    float into = anew ? around.z : mix(was.x, around.z, toward(4.0));
    float shown = anew ? around.w : mix(was.y, around.w, toward(2.0));
    return vec4(into, shown, min(thought(0).x * 0.80 * max(into, max(itself, 0.008 * thought(3).y)) / max(shown, 1.0e-4), 4.0), 0.0);
}

// ---------------------------------------------------------------- colour as wavelength

// Light of a pixel that can enter the loop: amber is excluded.
float energy(vec3 c) {
    float amber = smoothstep(0.0, 0.5, (c.r - max(c.g, c.b)) / max(c.r, 1.0e-4));
    return max(c.b, c.g) * (1.0 - amber);
}

// Its position between short and long wavelengths, -1..1: 475 nm is -1, 490 nm 0, 508 nm 1.
float hue(vec3 c) {
    float x = (c.g - c.b) / max(max(c.g, c.b), 1.0e-4);
    return clamp((x + 0.13) / 0.5, -1.0, 1.0);
}

// The two bands leave 490 nm in both directions: 475 and 508 nm at rest, 445 and 555 nm at the extreme. The eye sees
// long wavelengths as brighter than short ones, so they leave later.
vec3 shine(float h, float apart) {
    float worst = apart * apart * apart;
    return spectrum(490.0 + (h < 0.0 ? h * mix(15.0, 45.0, apart) : h * mix(18.0, 65.0, worst * worst)));
}

// ---------------------------------------------------------------- transport of light

vec2 swirl(vec2 away, float reach, float grow, float angle) {
    return (grow * away + angle * vec2(-away.y, away.x)) / (1.0 + dot(away, away) / (reach * reach));
}

// A pressure front: xy displacement (H), z light: rarefied in front, concentrated behind.
vec3 front(vec2 at, vec4 shock, float ragged) {
    vec2 away = at - shock.xy * vec2(wide(), 1.0);
    float r = length(away) * (0.92 + 0.16 * ragged);
    float behind = (0.8 * shock.z - r) / 0.055;
    float weak = shock.w / (1.0 + 1.1 * r);
    float push = exp(-behind * behind) * weak;
    float later = behind - 1.9;
    return vec3(away / max(r, 1.0e-3) * 0.05 * push, 1.9 * weak * exp(-0.5 * later * later) - 0.7 * push);
}

// Skip inactive fronts: branches save time on software GL.
vec3 fronts(vec2 at, float ragged) {
    vec3 sum = vec3(0.0);
    for (int k = 0; k < (shock0.w > 0.0 ? 1 : 0); k++) sum += front(at, shock0, ragged);
    for (int k = 0; k < (shock1.w > 0.0 ? 1 : 0); k++) sum += front(at, shock1, ragged);
    for (int k = 0; k < (shock2.w > 0.0 ? 1 : 0); k++) sum += front(at, shock2, ragged);
    for (int k = 0; k < (shock3.w > 0.0 ? 1 : 0); k++) sum += front(at, shock3, ragged);
    return sum;
}

vec4 carry(vec2 uv) {
    vec2 at = uv * vec2(wide(), 1.0);
    vec4 turning = thought(0), pivot = thought(4);
    float tempo = thought(5).z, t = TIME * 0.017;
    vec2 v = swirl(at - pivot.xy, 0.8, turning.z - 1.0, radians(turning.w));
    v += swirl(at - pivot.zw, 0.30, 0.7 * (turning.z - 1.0), -1.3 * radians(turning.w));
    v = v * tempo + 0.0007 * curl(at * 1.7 + vec2(t, -t), 21);
    float zone = bumps(at * 2.5 + vec2(0.3 * t, 4.0), 22) - 0.5 + 0.35 * (bumps(at * 3.1 + vec2(7.0, -0.5 * t), 23) - 0.5);
    // Where the picture turns, two flows wind around the pivot.
    vec2 away = at - pivot.xy;
    float r = length(away) + 1.0e-3;
    float bend = 2.6 * log(r) - sign(turning.w) * TIME * 0.09 * tempo + 1.5 * (bumps(at * 1.3, 25) - 0.5);
    float arm = dot(away / r, vec2(cos(bend), sign(turning.w + 1.0e-6) * sin(bend)));
    zone = mix(zone, 0.4 * arm, smoothstep(0.25, 0.6, abs(turning.w)) / (1.0 + r * r));
    return vec4(v, zone, bumps(at * 4.0 + vec2(TIME * 0.13, 0.0), 24));
}

// ---------------------------------------------------------------- the loop

// Seeds: soft drops that rise and sink within three seconds, each time at another place.
float seeds(vec2 at) {
    vec2 home = floor(at / 0.45);
    ivec2 cell = ivec2(home);
    float clock = TIME / 3.0 + lattice(cell, 41);
    int turn = 97 * int(mod(floor(clock), 4096.0));
    vec2 away = at - 0.45 * (home + 0.15 + 0.7 * vec2(lattice(cell, 42 + turn), lattice(cell, 43 + turn)));
    float swell = sin(PI * fract(clock));
    return swell * swell * step(0.55, lattice(cell, 44 + turn)) * exp(-dot(away, away) / 0.0004);
}

vec4 feed(vec2 uv) {
    vec2 scale = vec2(wide(), 1.0);
    vec4 second = thought(1), eighth = thought(8), ninth = thought(9);
    vec4 carried = texture(stream, uv);
    vec2 e = 0.011 / scale;
    vec2 came = uv - carried.xy * frames() / scale;
    // Three places around it; the triangle is flipped every frame, so that nothing grows corners.
    float over = (FRAMEINDEX & 1) == 0 ? 1.0 : -1.0;
    e *= over;
    vec4 b = texture(loop, came - vec2(0.0, e.y));
    vec4 l = texture(loop, came + vec2(-0.866, 0.5) * e), r = texture(loop, came + vec2(0.866, 0.5) * e);
    vec2 around = (l + r + b).xy / 3.0;
    // Light moves along its own gradient, at an angle: it gathers on ridges and curls around masses.
    vec2 slope = vec2(1.155 * (r.x - l.x), 0.667 * (l.x + r.x) - 1.333 * b.x) * over;
    vec2 up = slope / (length(slope) + 0.02 + 0.15 * around.x);
    vec2 own = 0.55 * up + 0.83 * vec2(-up.y, up.x) * clamp(-6.0 * carried.z, -1.0, 1.0);
    // Alternate by a quarter texel to each side: detail finer than the pattern is blurred.
    vec2 melt = (vec2(FRAMEINDEX & 1, (FRAMEINDEX >> 1) & 1) - 0.5) * 0.6 / RENDERSIZE;
    vec2 silk = texture(loop, came - own * second.y * min(frames(), 1.5) / scale + melt).xy;
    // Subtract what the neighbourhood has in common: light breaks up into threads and drops.
    silk += (silk - around) * min(0.13 * frames(), 0.26) * smoothstep(0.004, 0.04, around.x) * smoothstep(0.3, 1.0, eighth.x);

    vec3 c = min(texture(inputImage, uv).rgb, vec3(1.0));
    float now = energy(c), h = hue(c);

    // What was here `delay` frames ago, or what was on the other side.
    float age = clamp(second.z / max(frames(), 0.25), 1.0, 64.0);
    vec2 axis = vec2(0.46 + 0.1 * (ninth.z / wide() - 0.34), 0.0);
    vec2 pivot = ninth.zw, arm = uv * scale - pivot;
    vec2 far = (pivot + vec2(ninth.x * arm.x - ninth.y * arm.y, ninth.y * arm.x + ninth.x * arm.y)) / scale;
    vec2 other = vec2(2.0 * axis.x - far.x, far.y + 0.08 * (far.x - axis.x));
    float border = 1.1 * eighth.z - 0.55 - carried.z;
    bool crossed = border > 0.0;
    far = crossed ? other : far;
    // It fades towards the edge of its picture, so that no frame edge is ever visible.
    vec2 rim = min(far, 1.0 - far);
    float whole = smoothstep(0.0, 0.16, min(rim.x, rim.y)) * smoothstep(0.0, 0.05, eighth.z > 0.0 ? abs(border) : 1.0);
    vec4 echo = IMG_PAST(far, age) * whole;
    // Faint echoes die out, so that the frame never fills with haze.
    float again = 0.85 * min(eighth.x, 1.0) * smoothstep(0.0, 0.05, echo.x);
    vec2 heard = vec2(now, now * h) + again * echo.xy;
    heard /= 1.0 + 0.3 * heard.x;

    // Short wavelengths enter now, long wavelengths late.
    float apart = second.w;
    vec2 enters = mix(vec2(now, now * h), vec2(0.8 * now + 0.4 * echo.x, 0.4 * echo.x - 0.8 * now), apart);
    float lost = 0.6931 / max(second.x, 0.05) * (1.0 + 2.0 * max(0.0, 1.0 - eighth.x));
    float lives = silk.x * silk.x / (silk.x * silk.x + 0.0004);
    float grows = 1.6 * max(eighth.x - 1.0, 0.0) * lives;
    float wound_up = smoothstep(0.25, 0.6, abs(eighth.y));
    // An arm consists of fibres along it, as do sheets where the two flows part; it falls off away from its pivot:
    // distant parts are dimmer and bluer.
    float fibre = texture(grain, vec2(carried.z * 2.8, 0.0) + uv * scale * 0.22 + carried.w * 0.05).x;
    float deep = wound_up * smoothstep(0.15, 1.0, length(arm));
    float bare = max(3.0 * wound_up, 1.6 * apart * apart) * smoothstep(0.64, 0.32, fibre);
    bare += 4.0 * wound_up * smoothstep(0.05, -0.12, carried.z);
    float rate = grows - lost - 0.5 * silk.x - bare - 0.45 * deep;
    silk = silk * exp(rate * step_time()) + enters * 0.06 * frames();
    // Skip a loop without input: branches save time on software GL.
    for (int k = 0; k < (eighth.w > 0.001 ? 1 : 0); k++) silk.x += eighth.w * 0.6 * step_time() * seeds(uv * scale);
    silk = clamp(silk, vec2(0.0, -4.0), vec2(4.0, 4.0));
    // Two flows that do not mix: hue moves to one end or the other.
    float own_hue = silk.x > 1.0e-5 ? clamp(silk.y / silk.x, -1.0, 1.0) : 0.0;
    own_hue += step_time() * 1.2 * apart * (own_hue - own_hue * own_hue * own_hue + 1.6 * carried.z - 0.25 - 1.4 * deep);
    silk.y = silk.x * clamp(own_hue, -1.0, 1.0);
    if (thought(7).y > 0.5) silk = vec2(0.0);
    return vec4(silk, heard);
}

// ---------------------------------------------------------------- cells

vec4 grow(vec2 uv) {
    vec2 scale = vec2(wide(), 1.0), e = 1.0 / RENDERSIZE;
    vec4 third = thought(2);
    vec4 carried = texture(stream, uv);
    float dt = min(frames(), 1.0);
    vec2 came = uv - carried.xy * frames() / (3.0 * scale);
    vec4 was = texture(tissue, came);
    vec4 spread = texture(tissue, came + vec2(e.x, 0.0)) + texture(tissue, came - vec2(e.x, 0.0))
                + texture(tissue, came + vec2(0.0, e.y)) + texture(tissue, came - vec2(0.0, e.y)) - 4.0 * was;
    vec2 lit = mix(was.zw + 0.2 * spread.zw, texture(loop, uv).xy, 0.05);
    float wider = lit.x;
    float food = wider / (wider + 0.03);
    float u = was.x, v = was.y;
    float size = 0.42 * (0.75 + 0.5 * carried.w);
    const float feeds = 0.030;
    float kills = mix(0.075, 0.0628, smoothstep(0.25, 0.6, food) * smoothstep(0.0, 0.2, third.z));
    float eats = u * v * v;
    u += dt * (0.20 * size * spread.x - eats + feeds * (1.0 - u));
    v += dt * (0.10 * size * spread.y + eats - (feeds + kills) * v);
    // A first cell where there is light and no other lives near.
    ivec2 plot = ivec2(gl_FragCoord.xy) / 7;
    float seed = lattice(plot + FRAMEINDEX * 7, 31);
    float near = length(mod(gl_FragCoord.xy, 7.0) - 3.5);
    if (food > 0.5 && seed > 0.993 && third.z > 0.05) v = max(v, 0.4 * smoothstep(3.4, 1.0, near));
    if (thought(7).y > 0.5) return vec4(1.0, 0.0, 0.0, 0.0);
    return vec4(clamp(u, 0.0, 1.2), clamp(v, 0.0, 1.0), lit);
}

// ---------------------------------------------------------------- tears

// Distance to the nearest seam (H, signed: which side), and the direction across it; how far it may open.
vec4 seam(vec2 uv) {
    vec2 e = vec2(0.03) / vec2(wide(), 1.0);
    float here = texture(stream, uv).z;
    vec2 slope = vec2(texture(stream, uv + vec2(e.x, 0.0)).z - texture(stream, uv - vec2(e.x, 0.0)).z,
                      texture(stream, uv + vec2(0.0, e.y)).z - texture(stream, uv - vec2(0.0, e.y)).z) / 0.06;
    float steep = length(slope) + 0.15;
    float lit = texture(tissue, uv).z;
    float gapes = smoothstep(0.15, 0.60, texture(grain, uv * vec2(wide(), 1.0) * 0.45 + 0.37).x);
    // Further seams on both sides of the first: the sign alternates from sheet to sheet.
    const float TIMES = 8.5;
    return vec4(sin(TIMES * here) / (TIMES * steep), slope / steep * cos(TIMES * here), gapes * (0.3 + 0.7 * smoothstep(0.0, 0.1, lit)));
}

vec4 heal(vec2 uv) {
    vec2 scale = vec2(wide(), 1.0);
    float dt = step_time();
    vec4 was = texture(wound, uv);
    vec4 seam = texture(cut, uv);
    float aim = thought(2).x * seam.w;
    float mends = thought(3).x;
    float width = was.x + (aim - was.x) * toward(aim > was.x ? 1.2 : (mends > 0.02 ? 25.0 : 4.0));
    float outside = smoothstep(-0.012, 0.006, abs(seam.x) - width);
    // New tissue grows from the edges as a front (Fisher 1937), faster in some channels, with hesitation.
    float hesitates = smoothstep(0.30, 0.65, texture(stream, uv).w);
    float finger = smoothstep(0.45, 0.75, texture(grain, uv * scale * 1.1).y);
    float speed = mends * (0.12 + hesitates) * (0.4 + 2.4 * finger) * min(dt, 0.05);
    // Neighbours offset by half a texel: the sheet shows no grid, and its edge is several texels wide.
    vec2 e = 0.75 / RENDERSIZE;
    float around = 0.25 * (texture(wound, uv + e).y + texture(wound, uv - e).y
                           + texture(wound, uv + vec2(e.x, -e.y)).y + texture(wound, uv + vec2(-e.x, e.y)).y);
    float covered = was.y + min(7.0 * speed, 0.9) * (around - was.y) + 0.6 * speed * was.y * (1.0 - was.y);
    covered += 0.06 * mends * dt * smoothstep(0.45, 0.60, covered);
    covered = mends > 0.02 ? covered - 0.015 * dt * (1.0 - hesitates) : covered * exp(-dt / 0.4);
    covered = mix(covered, mends > 0.02 ? 1.0 : 0.0, outside);
    float lives = mix(was.w, smoothstep(0.0, 0.06, texture(tissue, uv).z), toward(2.0));
    if (thought(7).y > 0.5) return vec4(0.0);
    return vec4(width, clamp(covered, 0.0, 1.0), finger, lives);
}

// A place in a tear or at its edge: visibility of the picture (x) and light of new tissue (y).
vec2 torn(vec2 at, vec4 seam, vec4 hurt) {
    float width = hurt.x;
    vec4 small = texture(grain, at * 4.3 + 0.4 * seam.w);
    // Fibres hang into the tear from their roots on its edge, at an angle, each with its own length, and taper.
    vec2 root = at - seam.x * (seam.yz + (small.x - 0.2) * 1.1 * vec2(-seam.z, seam.y));
    vec2 fibre = texture(grain, root * 3.1).xy;
    float away = abs(seam.x) + (0.3 * width + 0.001) * (fibre.x + small.x - 1.0);
    float beyond = max(away - width, 0.0), within = max(width - away, 0.0);
    float left = 1.0 - within / (0.004 + width * (0.15 + 2.2 * fibre.x * fibre.x));
    float hair = smoothstep(0.22 * left, 0.08 * left - 0.03, abs(fibre.y - 0.5)) * smoothstep(0.0, 0.5, left);
    float open = smoothstep(0.002, 0.010, width);
    float sheet = mix(1.0, max(smoothstep(0.014, 0.0, within), 0.7 * hair), open);
    // New tissue: leaders ahead, round and separate; behind them a soft sheet of cells with dark walls.
    float edge = hurt.y + 0.22 * (small.x - 0.5) * smoothstep(0.0, 0.1, hurt.y);
    float young = smoothstep(0.22, 0.55, edge), old = smoothstep(0.80, 1.0, hurt.y);
    float ahead = smoothstep(0.05, 0.16, edge) * (1.0 - smoothstep(0.25, 0.5, edge));
    float leads = ahead * (0.15 + 1.1 * hurt.z) * smoothstep(0.40, 0.85, small.w);
    float flesh = young * (1.0 - 0.85 * old) * (0.012 + 0.045 * small.z * (0.4 + 0.6 * small.w));
    float glow = (1.0 - sheet) * hurt.w * (flesh + 0.25 * leads);
    // Healed areas show the picture again with a faint scar; torn edges gather light.
    sheet = max(sheet, 0.85 * old * (1.0 - 0.5 * exp(-away * away / 0.00003)));
    return vec2(sheet * (1.0 + 0.9 * exp(-beyond / 0.005) * open), glow);
}

vec4 find(vec2 uv) {
    vec2 scale = vec2(wide(), 1.0), at = uv * scale;
    float a = thought(0).x;
    vec4 seam = texture(cut, uv), hurt = texture(wound, uv);
    float width = hurt.x, away = abs(seam.x);
    vec2 slip = vec2(-seam.z, seam.y);
    vec2 off = (seam.x < 0.0 ? 1.0 : -1.0) * (seam.yz + 0.9 * slip) * width * exp(-max(away - width, 0.0) / 0.20);
    // Skip fibres far from tears: branches save time on software GL.
    vec2 seen = vec2(1.0, 0.0);
    for (int k = 0; k < (width > 0.002 && away < 1.3 * width + 0.016 ? 1 : 0); k++) seen = torn(at, seam, hurt);
    vec3 shocked = fronts(at, seam.w);
    vec2 moved = (off - shocked.xy) / scale * a;
    // In a cell one sees the map of another place, bent as in a drop: at its middle as it is, towards its rim ever more of
    // what lies around, and all of it nearer to where the light is.
    float cell = 0.0, lens = thought(10).x * thought(10).w;
    for (int k = 0; k < (lens > 0.01 ? 1 : 0); k++) {
        vec2 from = uv + moved, e = 0.015 / scale;
        float body = texture(tissue, from).y;
        cell = smoothstep(0.06, 0.11, body) * lens;
        vec2 slope = vec2(texture(tissue, from + vec2(e.x, 0.0)).y, texture(tissue, from + vec2(0.0, e.y)).y) - body;
        moved += cell * (0.28 * (thought(11).xy / scale - from) - 1.5 * slope / scale);
    }
    return vec4(moved, mix(1.0, seen.x * (1.0 + clamp(shocked.z, -0.8, 2.0)), a), a * seen.y - cell);
}

// ---------------------------------------------------------------- the layer

// What a place of the layer shows: xy there (0..1), z how much of the layer is here, 0..1; w how much is left of what lies below it; `near_edge` 1 at its edge,
// 0 within.
vec4 inside(vec2 uv, out float near_edge) {
    vec2 scale = vec2(wide(), 1.0), at = uv * scale;
    vec4 own = thought(12);
    vec2 arm = at - own.xy;
    vec2 from = vec2(own.z * arm.x - own.w * arm.y, own.w * arm.x + own.z * arm.y) + 0.5 * scale;
    vec2 q = 2.0 * from / scale - 1.0;
    q *= q;
    q *= q;
    float even_depth = 1.0 - sqrt(sqrt(sqrt(dot(q, q)))), grown = smoothstep(0.0, 1.0, thought(10).y);
    vec4 sum = vec4(from / scale, 0.0, 1.0);
    near_edge = 0.0;
    // Its edge is ragged, and crumbles into round pieces; around it is black.
    for (int k = 0; k < (even_depth > -0.75 ? 1 : 0); k++) {
        vec4 coarse = texture(grain, from * 0.55 + 0.21), fine = texture(grain, from * 1.7);
        float depth = even_depth - (1.0 - grown) - 0.20 * (1.0 - coarse.x) - 0.06 * fine.y + 0.07;
        float uneven = bumps(at * 4.3 + 0.004 * TIME, 19);
        sum.z = smoothstep(0.0, 0.012, depth) * mix(smoothstep(0.05, 0.35, fine.z), 1.0, smoothstep(0.05, 0.13, depth));
        near_edge = exp(-max(depth, 0.0) / 0.06);
        sum.z *= smoothstep(-0.012, 0.0, texture(bodies, uv).x);
        sum.w = 1.0 - smoothstep(0.0, 0.15, grown) * smoothstep(-0.42 + 0.30 * uneven, -0.30 + 0.30 * uneven, depth);
    }
    return sum;
}

// The past is bluer: 490 nm becomes 475, and what moves stays dim.
vec3 bluer(vec3 c) { return c * vec3(1.18, 1.04, 1.30) / (1.0 + 4.5 * max(c.g, c.b)); }

vec4 draw_layer(vec2 uv) {
    vec4 was = texelFetch(layer, ivec2(gl_FragCoord.xy), 0);
    for (int k = 0; k < (thought(10).y > 0.001 ? 1 : 0); k++) {
        float near_edge;
        vec4 own = inside(uv, near_edge);
        vec3 now = min(texture(inputImage, uv).rgb, vec3(1.0)) * own.w;
        vec3 seen = vec3(0.0);
        for (int n = 0; n < (own.z > 0.0 ? 4 : 0); n++) seen += 0.25 * bluer(texture(layer, own.xy + (vec2(n & 1, n >> 1) - 0.5) * 1.1 / RENDERSIZE).rgb);
        now = mix(now, seen * (1.0 + EDGE_LIGHT * near_edge), own.z);
        vec3 differs = now - was.rgb, moves = abs(differs);
        was = vec4(was.rgb + differs * toward(LATE), max(was.a * exp(-step_time() / CALM), max(moves.g, moves.b)));
    }
    return thought(7).y > 0.5 ? vec4(0.0) : was;
}

// ---------------------------------------------------------------- light

// Where the echo of a place comes from: turned about the first pivot by what the loop turns in `delay`.
vec2 turned_back(vec2 uv, vec2 scale) {
    vec4 back = thought(9);
    vec2 arm = uv * scale - back.zw;
    return (back.zw + vec2(back.x * arm.x - back.y * arm.y, back.y * arm.x + back.x * arm.y)) / scale;
}

vec4 colour(vec2 uv) {
    vec2 scale = vec2(wide(), 1.0), at = uv * scale;
    vec4 tenth = thought(10), mood = thought(11);
    float share = tenth.z;
    vec4 flesh = texture(tissue, uv);
    float body = flesh.y;
    // Each cell is a drop that refracts what lies behind it.
    vec2 e = 0.015 / scale;
    vec2 slope = vec2(texture(tissue, uv + vec2(e.x, 0.0)).y, texture(tissue, uv + vec2(0.0, e.y)).y) - body;
    vec4 fed = texture(loop, uv + 0.30 * slope * tenth.x / scale);
    // Silk and echo show where they exceed their surroundings: what is left is lines and forms, no haze.
    vec2 beside = 0.035 / scale;
    float around = 0.25 * (texture(loop, uv + beside * vec2(1.0, 0.6)).z + texture(loop, uv + beside * vec2(-0.8, 0.9)).z
                         + texture(loop, uv + beside * vec2(-0.7, -1.0)).z + texture(loop, uv + beside * vec2(0.9, -0.7)).z);
    fed.zw *= 1.6 * smoothstep(0.75, 1.6, fed.z / (around + 0.012));
    float stays = smoothstep(0.6, 4.0, mood.z);
    vec2 silk = fed.xy * stays * smoothstep(0.85, 1.7, fed.x / (flesh.z + 0.006));
    vec2 both = silk + (1.0 - 0.9 * stays) * fed.zw;
    float level = both.x * both.x / (both.x + 0.05);
    float h = both.x > 1.0e-5 ? clamp(both.y / both.x, -1.0, 1.0) : 0.0;
    h = mix(h, clamp(flesh.w / max(flesh.z, 1.0e-4), -1.0, 1.0), tenth.x);
    // A cell has no body of its own: it is a place where `show` sees another part of the picture. Here it only gets a
    // thin skin, lit on the side that faces the light, and the loop's light is gathered in it.
    vec2 gaze = mood.xy - at;
    gaze /= length(gaze) + 0.25;
    float cell = smoothstep(0.05, 0.15, body), facing = 0.5 - 0.5 * dot(slope / (length(slope) + 0.02), gaze);
    float skin = cell * smoothstep(0.17, 0.10, body);
    float celled = level * (0.10 + 0.40 * cell) + skin * facing * facing * (0.03 + 1.0 * level);
    level = mix(level, celled * smoothstep(0.0, 0.05, flesh.z), tenth.x);
    // The far ends of the spectrum are for lines and edges; a mass stays near 490 nm.
    h *= mix(1.0, 0.25 + 0.75 * smoothstep(0.85, 1.30, fed.x / (flesh.z + 0.006)), smoothstep(0.2, 0.6, mood.w) * (1.0 - 0.6 * smoothstep(0.9, 1.0, mood.w)));
    // Compensate short wavelengths for the eye's lower sensitivity.
    level *= 1.0 + mood.w * (1.2 * max(-h, 0.0) - 0.4 * max(h, 0.0));
    float clear = texture(grain, at * 0.9 + 0.11).y;   // in some places hardly any
    level *= share * (0.45 + 1.6 * clear * clear);
    // While the loop forgets soon it is heard as echoes; when it remembers, as silk.
    float echoes = (1.0 - smoothstep(0.8, 3.5, mood.z)) * tenth.w * (1.0 - tenth.y), ghost = 0.0;
    for (int k = 0; k < (echoes > 0.01 ? 1 : 0); k++) {
        vec2 was = turned_back(uv, scale), rim = min(was, 1.0 - was);
        float age = clamp(thought(1).z / max(frames(), 0.25), 1.0, 64.0);
        ghost = 0.8 * echoes * smoothstep(0.0, 0.012, IMG_PAST(was, age).z) * smoothstep(0.0, 0.16, min(rim.x, rim.y));
    }
    return vec4(level / (1.0 + 0.5 * level) * shine(h, mood.w), ghost);
}

vec4 remember(vec2 uv) {
    vec3 c = min(texture(inputImage, uv).rgb, vec3(1.0));
    const vec3 LUMA = vec3(0.2126, 0.7152, 0.0722);
    return vec4(texture(loop, uv).zw, dot(c, LUMA), dot(texture(light, uv).rgb, LUMA) / max(thought(6).z, 1.0e-3));
}

vec3 picture_at(vec2 uv) { return texelFetch(inputImage, ivec2(clamp(uv, 0.0, 0.9999) * IMG_SIZE(inputImage)), 0).rgb; }

vec4 show(vec2 uv) {
    vec2 scale = vec2(wide(), 1.0);
    vec4 here = texture(place, uv), tenth = thought(10);
    vec2 from = 1.0 - abs(1.0 - abs(uv + here.xy));   // mirrored at the frame
    vec4 fed = texture(light, from);
    float lens = tenth.x * tenth.w, cell = max(-here.w, 0.0), silk = smoothstep(0.8, 3.5, thought(11).z);
    // Nearest texel: interpolation is expensive. A cell shows more of the picture than it has pixels.
    vec3 itself = picture_at(from);
    vec2 spread = clamp(0.4 * fwidth(from), 0.5 / IMG_SIZE(inputImage), 5.0 / IMG_SIZE(inputImage));
    for (int k = 0; k < (cell > 0.02 ? 1 : 0); k++)
        itself = 0.25 * (picture_at(from + spread * vec2(0.4, 1.0)) + picture_at(from + spread * vec2(-1.0, 0.4))
                       + picture_at(from - spread * vec2(0.4, 1.0)) + picture_at(from + spread * vec2(1.0, -0.4)));
    itself *= mix((1.0 - mix(0.75 * tenth.w, 0.20, tenth.y)) * (1.0 - 0.72 * lens), 2.8, cell) / (1.0 + 14.0 * lens * max(itself.g, itself.b));   // nothing whites out
    // The picture turned, as sharp as itself, lit as it was `delay` frames ago; and that one turned again.
    float left = fed.a;
    for (int k = 0; k < (fed.a > 0.04 ? 2 : 0); k++) {
        from = turned_back(from, scale);
        vec3 moves = picture_at(from);
        // The past is bluer: 490 nm becomes 475. What moves stays below 0.06.
        itself += left * moves * vec3(1.0, 0.55, 1.25) / (1.0 + 14.0 * max(moves.g, moves.b));
        left *= 0.6;
    }
    // The loop's light is seen in points that stand, 66 and 97 per H, so that an echo is as sharp as what it repeats.
    float one = texture(grain, mat2(6.80, 4.76, -4.76, 6.80) * (uv * scale)).w, two = texture(grain, uv.yx * scale.yx * 12.1 + 0.3).w;
    fed.rgb *= mix(0.45, 0.72, silk) * (0.07 + 1.7 * one * one * one + 1.5 * two * two * two) + 0.72 * silk;
    fed.rgb *= 1.0 - tenth.y;
    for (int k = 0; k < (tenth.y > 0.001 ? 1 : 0); k++) {
        float near_edge;
        vec4 own = inside(uv, near_edge);
        itself *= own.w;
        for (int n = 0; n < (own.z > 0.0 ? 1 : 0); n++) {
            vec4 seen = texture(layer, own.xy);
            itself = mix(itself, 1.7 * bluer(seen.rgb) * (1.0 + EDGE_LIGHT * near_edge) / (1.0 + MOVES * seen.a), own.z);
        }
    }
    vec3 grown = max(here.w, 0.0) * mix(LIGHT_G, LIGHT_C, smoothstep(0.08, 0.2, here.w));
    return vec4(min((itself + fed.rgb) * here.z + grown, vec3(1.0)), 1.0);
}

// Round cells (Worley 1996) with a period of eight: x walls, 0 between two cells; y 1 at the centre of one.
vec2 round_cells(vec2 uv) {
    vec2 at = uv * 8.0;
    ivec2 home = ivec2(floor(at));
    float first = 9.0, second = 9.0;
    for (int k = 0; k < 9; k++) {
        ivec2 cell = home + ivec2(k % 3 - 1, k / 3 - 1), same = (cell + 8) % 8;
        float away = length(at - vec2(cell) - 0.1 - 0.8 * vec2(lattice(same, 51), lattice(same, 52)));
        second = min(second, max(first, away));
        first = min(first, away);
    }
    return vec2(smoothstep(0.0, 0.35, second - first), smoothstep(0.62, 0.1, first));
}

vec4 weave(vec2 uv) {
    vec4 done = texelFetch(grain, ivec2(gl_FragCoord.xy), 0);
    for (int k = 0; k < (done.w > 0.0 ? 0 : 1); k++) {
        vec2 round_ones = round_cells(uv);
        done = vec4(tiled(uv, 8, 35), tiled(uv, 16, 36), round_ones.x, 0.05 + 0.95 * round_ones.y);
    }
    return done;
}

void main() {
    vec2 uv = isf_FragNormCoord;
    if (PASSINDEX == 0) gl_FragColor = weave(uv);
    else if (PASSINDEX == 1) gl_FragColor = think(int(gl_FragCoord.x));
    else if (PASSINDEX == 2) gl_FragColor = carry(uv);
    else if (PASSINDEX == 3) gl_FragColor = feed(uv);
    else if (PASSINDEX == 4) gl_FragColor = grow(uv);
    else if (PASSINDEX == 5) gl_FragColor = seam(uv);
    else if (PASSINDEX == 6) gl_FragColor = heal(uv);
    else if (PASSINDEX == 7) gl_FragColor = find(uv);
    else if (PASSINDEX == 8) gl_FragColor = colour(uv);
    else if (PASSINDEX == 9) gl_FragColor = remember(uv);
    else if (PASSINDEX == 10) gl_FragColor = draw_layer(uv);
    else gl_FragColor = show(uv);
}
