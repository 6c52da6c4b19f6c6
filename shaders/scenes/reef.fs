/*{
  "ISFVSN": "2",
  "DESCRIPTION": "One coral head breathing in black water, polyps opening as an irregular front passes.",
  "CREDIT": "Photophore",
  "CATEGORIES": ["generator", "scene"],
  "PHOTOPHORE": {"COLOR": "linear", "SCALES": true, "READS": ["water", "bodies", "people"], "FLOOR": "section", "MEAN": 0.0065, "MACROS": {"population": "life", "abundance": "abundance", "speed": "flow"}},
  "INPUTS": [
    {"NAME": "glow", "LABEL": "Glow", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 2.0},
    {"NAME": "flow", "LABEL": "Flow", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 2.0},
    {"NAME": "life", "LABEL": "Life", "TYPE": "float", "DEFAULT": 0.7, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "abundance", "LABEL": "Abundance: factor on how often life shows", "TYPE": "float", "DEFAULT": 1.0, "MIN": 1.0, "MAX": 3.0},
    {"NAME": "grow", "LABEL": "Grown: 0 = a point of tissue, 1 = whole", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 1.0}
  ],
  "PASSES": [
    {"TARGET": "grain", "FLOAT": true, "WIDTH": 128, "HEIGHT": 128, "WRAP": "repeat"},
    {"TARGET": "clock", "PERSISTENT": true, "FLOAT": true, "WIDTH": 1, "HEIGHT": 1, "FILTER": "nearest"},
    {"TARGET": "mass", "FLOAT": true, "WIDTH": "floor(160*$WIDTH/$HEIGHT)", "HEIGHT": 160},
    {"TARGET": "call", "PERSISTENT": true, "FLOAT": true, "WIDTH": "floor(96*$WIDTH/$HEIGHT)", "HEIGHT": 96, "STEPS": 2},
    {"TARGET": "seats", "PERSISTENT": true, "FLOAT": true, "WIDTH": 36, "HEIGHT": 32, "FILTER": "nearest"},
    {"TARGET": "polyps", "PERSISTENT": true, "FLOAT": true, "WIDTH": 36, "HEIGHT": 32, "FILTER": "nearest"},
    {"TARGET": "motes", "PERSISTENT": true, "FLOAT": true, "WIDTH": 64, "HEIGHT": 128, "FILTER": "nearest"},
    {"TARGET": "lit", "FLOAT": true, "WIDTH": 64, "HEIGHT": 128, "FILTER": "nearest"},
    {"TARGET": "arms", "POINTS": "polyps", "BLEND": "add", "POINT_SIZE": "$HEIGHT*0.094", "WIDTH": "floor(max(360, min($HEIGHT, 1080))*$WIDTH/$HEIGHT)", "HEIGHT": "max(360, min($HEIGHT, 1080))"},
    {"TARGET": "sparks", "POINTS": "lit", "BLEND": "add", "POINT_SIZE": "max(3.2, $HEIGHT*0.0085)"},
    {}
  ]
}*/

// Height is height: bodies stand behind the front of the reef, before what is farther back. Lengths are in picture heights (H).
//
//   grain    three textures of chance, read by position
//   clock    x seconds since the scene began, at most 60
//   mass     the coral head: x height of its surface towards us (negative outside), yz slope, w how far it has grown, 0..1
//   call     Barkley's medium, in which fronts run over the head: x excitation, y recovery;
//            w how far a place that a body hid has come back into sight
//   seats    where polyps sit: xy (H), z radius (H), w 1; spread by repulsion in the first frames. Rows 0..15 the head's
//            own 576, rows 16..31 settlers, nine for each of 64 bodies
//   polyps   xy where, 0..1; z openness 0..1; w seconds: below 0 deaf, above 0 since it was called
//   motes    what drifts in the open water and answers a wake: xy 0..1, z seconds since its flash, w 1 + freshness
//   lit      motes that shine
//   arms     x light of tips, y light of arms and tissue, z cups between polyps, w mouths
//   sparks   motes, drawn

#include "lib/noise.glsl"
#include "lib/spectrum.glsl"
#include "lib/room.glsl"
#include "lib/points.glsl"

const int ACROSS = 36;        // seats in a row of their texture
const int OWN = 576;          // polyps of the head
const int SETTLERS = 9;       // for each body
const int SPREADING = 40;     // frames in which the seats push each other apart
const float SPRITE = 0.094;   // H, the square of a polyp; the widest is 0.09 H from tip to tip
const float POINT = 0.0085;   // H, the square of a mote

float wide() { return float(textureSize(water, 0).x) / float(textureSize(water, 0).y); }
float step_time() { return clamp(TIMEDELTA, 0.0, 0.1); }
float toward(float seconds) { return 1.0 - exp(-step_time() / seconds); }
vec3 rough(vec2 at) { return texture(grain, at).xyz; }

// The foot of the head: left of the middle and low, nearer to the middle where the frame is narrow.
vec2 foot() { return vec2(0.5 * wide() - min(0.30, 0.17 * wide()), 0.02); }

vec4 weave(vec2 uv) { return vec4(tiled(uv, 8, 811), tiled(uv, 19, 812), tiled(uv, 41, 813), 1.0); }

// ---------------------------------------------------------------- the head

// Seven lobes: where, radius, how far in front. The surface is the nearest of them; between two lies a crease.
const vec4 LOBES[7] = vec4[7](
    vec4(0.00, 0.22, 0.235, 0.00), vec4(-0.22, 0.12, 0.165, -0.01), vec4(0.20, 0.11, 0.155, 0.03),
    vec4(0.04, 0.02, 0.175, 0.13), vec4(-0.09, 0.40, 0.120, -0.05), vec4(0.335, 0.01, 0.105, -0.03),
    vec4(0.12, 0.375, 0.085, -0.07));

// Height of the surface towards us; below -1 where there is none.
float surface(vec2 d) {
    vec2 warp = 0.055 * (vec2(rough(d * 0.42).x, rough(d * 0.42 + 0.5).x) - 0.5) + 0.016 * (vec2(rough(d * 0.55).y, rough(d.yx * 0.55).y) - 0.5);
    vec2 at = d + warp;
    float best = -9.0;
    for (int k = 0; k < 7; k++) {
        vec2 e = at - LOBES[k].xy;
        float left = LOBES[k].z * LOBES[k].z - dot(e, e);
        if (left > 0.0) best = max(best, LOBES[k].w + sqrt(left));
    }
    return best;
}

vec4 build(vec2 uv) {
    vec2 d = uv * vec2(wide(), 1.0) - foot();
    float h = surface(d);
    const float e = 0.006;
    vec2 slope = vec2(surface(d + vec2(e, 0.0)) - h, surface(d + vec2(0.0, e)) - h) / e;
    slope *= h > -1.0 ? min(1.0, 3.0 / max(length(slope), 1.0e-3)) : 0.0;
    // It grows from one point of tissue, raggedly; the farthest parts come last and go first.
    float away = length(d - vec2(0.06, 0.16)) * (0.75 + 0.5 * rough(d * 0.35 + 0.2).x);
    float grown = h > -1.0 ? smoothstep(0.0, 0.05, grow * 0.72 - away) : 0.0;
    return vec4(h, slope, grown);
}

// A front starts at the rim every 25 to 50 s.
vec4 excite(vec2 uv) {
    ivec2 c = ivec2(gl_FragCoord.xy), top = textureSize(call, 0) - 1;
    vec4 here = texture(mass, uv);
    vec2 d = uv * vec2(wide(), 1.0) - foot();
    int turn = int(floor(TIME / 37.0));
    float angle = mix(-0.2, 3.4, chance(turn, 821));
    vec2 site = vec2(0.02, 0.17) + vec2(0.30, 0.27) * vec2(cos(angle), sin(angle));
    float since = TIME - 37.0 * float(turn) - 12.0 * chance(turn, 822);
    bool starts = (since > 0.0 && since < 0.4) || FRAMEINDEX == 0;
    vec4 was = FRAMEINDEX == 0 ? vec4(0.0, 0.0, 0.0, 1.0) : texelFetch(call, c, 0);
    float around = texelFetch(call, clamp(c + ivec2(1, 0), ivec2(0), top), 0).x + texelFetch(call, clamp(c - ivec2(1, 0), ivec2(0), top), 0).x
                 + texelFetch(call, clamp(c + ivec2(0, 1), ivec2(0), top), 0).x + texelFetch(call, clamp(c - ivec2(0, 1), ivec2(0), top), 0).x;
    // Barkley (1991): a .75, eps .02, b uneven with holes. Space step .5, so H is 48 units; D uneven, or fronts run straight.
    float uneven = rough(d * 0.33 + 0.1).x, holes = rough(d * 0.45 + 0.6).y;
    float b = mix(0.02, 0.11, uneven) + 0.30 * smoothstep(0.66, 0.74, holes);
    float spread = mix(0.3, 1.2, rough(d * 0.27 + 0.8).y);
    float dt = min(step_time() * 0.8 * flow, 0.030);
    float u = was.x, v = was.y;
    float change = u * (1.0 - u) * (u - (v + b) / 0.75) / 0.02 + spread * (around - 4.0 * u) / 0.25;
    float next = clamp(u + dt * change, 0.0, 1.0);
    if (starts && length(d - site) < 0.05) next = 1.0;
    // v recovers slowly, so that a place hears one front at a time.
    float back = v + dt * (u > v ? (u - v) : 0.35 * (u - v));
    return vec4(here.w > 0.3 ? next : 0.0, clamp(back, 0.0, 1.0), 0.0,
                min(smoothstep(-0.005, 0.012, texture(bodies, uv).x), was.w + step_time() / 3.6));   // two steps a frame: 1.8 s
}

// ---------------------------------------------------------------- polyps

// Radius of a polyp of the head, H: many small, few large.
float size_of(int i) { return mix(0.0125, 0.0300, pow(chance(i, 831), 1.7)); }

float facing(vec2 slope) { return inversesqrt(1.0 + dot(slope, slope)); }

vec4 own_seat(int i, vec4 was) {
    vec2 scale = vec2(wide(), 1.0);
    if (FRAMEINDEX == 0 || was.w < 0.5) {
        vec2 d = vec2(0.0, 0.15);
        for (int n = 0; n < 12; n++) {
            vec2 tried = vec2(mix(-0.42, 0.47, chance(i * 12 + n, 832)), mix(-0.02, 0.54, chance(i * 12 + n, 833)));
            if (surface(tried) > -1.0) { d = tried; break; }
        }
        return vec4(foot() + d, size_of(i), 1.0);
    }
    vec2 at = was.xy, push = vec2(0.0);
    int others = FRAMEINDEX < SPREADING ? OWN : 0;
    float mine = was.z * mix(0.5, 1.0, facing(texture(mass, at / scale).yz));
    for (int j = 0; j < others; j++) {
        vec4 other = texelFetch(seats, ivec2(j % ACROSS, j / ACROSS), 0);
        vec2 apart = at - other.xy;
        float far = length(apart), want = 0.86 * (mine + other.z);
        if (j != i && far < want) push += apart / max(far, 1.0e-4) * (want - far);
    }
    if (others > 0) {
        at += clamp(0.35 * push, vec2(-0.02), vec2(0.02));
        if (surface(at - foot()) < -1.0) at += 0.06 * (foot() + vec2(0.0, 0.16) - at);
    }
    return vec4(at, was.z, 1.0);
}

// Who stands still is settled by polyps, one after another, unevenly around the outline.
vec4 settler_seat(int i) {
    int n = i - OWN, column = n / SETTLERS, k = n % SETTLERS;
    vec4 state = person_state(column);
    if (column >= int(people_summary().x) || state.x < 0.02) return vec4(NOWHERE, 0.015, 1.0);
    float turn = 6.2831853 * (float(k) + 0.9 * chance(n, 834)) / float(SETTLERS);
    vec2 out_of = vec2(cos(turn), sin(turn));
    vec2 at = person_at(column).xy + person_rim(column, out_of) * (0.98 + 0.22 * chance(n, 835));
    return vec4(at, mix(0.011, 0.024, chance(n, 836)), 1.0);
}

vec4 sit(ivec2 c) {
    int i = c.x + c.y * ACROSS;
    return i < OWN ? own_seat(i, texelFetch(seats, c, 0)) : settler_seat(i);
}

// The head breathes: 6 to 11 s, never even, a little later at the rim.
float breath(vec2 d) {
    return bumps(vec2(TIME * 0.23 * flow - 0.9 * length(d), 3.0), 841) - 0.5;
}

vec4 behave(ivec2 c) {
    float dt = step_time();
    int i = c.x + c.y * ACROSS;
    vec4 was = texelFetch(polyps, c, 0), seat = texelFetch(seats, c, 0);
    vec2 scale = vec2(wide(), 1.0), uv = seat.xy / scale;
    if (seat.x < -1.0) return vec4(NOWHERE, was.z * exp(-dt / 0.3), 0.0);
    bool own = i < OWN;
    vec4 here = texture(mass, uv), body = texture(bodies, uv), stirred = texture(water, uv);
    float open = was.z, clock = was.w, wanted;
    if (FRAMEINDEX == 0) {
        // As if a front had passed some of it already.
        bool passed = own && chance(i, 845) < smoothstep(0.35, 0.75, rough(uv * 0.6).x + 0.25 * (uv.y - 0.3));
        open = passed ? 0.7 + 0.3 * chance(i, 846) : 0.0;
        clock = passed ? 2.0 + 6.0 * chance(i, 847) : 0.0;
    }
    bool disturbed = stirred.z > 1.1 || length(stirred.xy) > 0.13;
    if (disturbed) clock = -(8.0 + 7.0 * chance(i + FRAMEINDEX * 1152, 842));
    if (own) {
        bool hears = clock == 0.0 && texture(call, uv).x > 0.5 && chance(i, 843) < 0.35 + life;
        if (clock < 0.0) clock = min(clock + dt, 0.0);
        else if (clock > 0.0 || hears) clock += dt;
        float stays = 16.0 + 12.0 * chance(i, 844);
        if (clock > stays + 8.0) clock = 0.0;
        float waits = 1.5 * chance(i, 848);
        wanted = clock > waits && clock < stays ? 1.0 : 0.0;
        wanted = max(wanted, clock < 0.0 ? 0.0 : smoothstep(0.05, 0.5, body.y));
        wanted = max(wanted, clock < 0.0 ? 0.0 : 0.35 * step(chance(i, 849), 0.16));
        wanted *= (0.72 + 0.28 * chance(i, 850)) * here.w;
    } else {
        int n = i - OWN, column = n / SETTLERS;
        float rank = chance(n, 851);
        vec4 state = person_state(column);
        wanted = smoothstep(0.7 * rank, 0.7 * rank + 0.3, state.x * state.y) * mix(0.35, 1.0, person_level(column).z);
        clock = wanted > 0.1 ? clock + dt : 0.0;
    }
    float slow = disturbed || (own && clock < 0.0) ? 0.10 : wanted > open ? 1.9 : 1.3;
    open += (wanted - open) * toward(slow);
    // Carried a little by the breath and by the water that passes.
    vec2 sway = 0.05 * stirred.xy * open - here.yz * facing(here.yz) * 0.006 * breath(seat.xy - foot()) * float(own);
    return vec4((seat.xy + sway) / scale, clamp(open, 0.0, 1.0), clock);
}

vec4 draw() {
    int i = isf_PointIndex;
    vec4 seat = texelFetch(seats, ivec2(i % ACROSS, i / ACROSS), 0);
    bool own = i < OWN;
    vec2 d = vec2(gl_PointCoord.x - 0.5, 0.5 - gl_PointCoord.y) * SPRITE;
    vec4 here = own ? texture(mass, seat.xy / vec2(wide(), 1.0)) : vec4(0.0, 0.0, 0.0, 1.0);
    float open = isf_Point.z, up = facing(here.yz), radius = seat.z;
    vec2 downhill = -here.yz / max(length(here.yz), 1.0e-3);
    // On a slope a polyp is seen from the side: flattened, and its crown lifted off the head.
    vec2 crown = d - downhill * (1.0 - up) * radius * 0.75 * open;
    float flat_by = mix(1.0, max(up, 0.42), step(0.05, length(here.yz)));
    vec2 g = length(here.yz) > 0.05 ? downhill : vec2(0.0, 1.0);
    vec2 seen = vec2(dot(crown, g) / flat_by, dot(crown, vec2(-g.y, g.x))) / radius;
    vec2 base = vec2(dot(d, g) / flat_by, dot(d, vec2(-g.y, g.x))) / radius;
    float r = length(seen), rim = length(base);
    if (min(r, rim) > 1.95) discard;
    float own_turn = 6.2831853 * chance(i, 861), count = floor(8.0 + 4.0 * chance(i, 862));
    // Arms bend in the water, each crown in its own time.
    float bend = 0.9 * (bumps(vec2(TIME * 0.31 * flow + 7.0 * chance(i, 863), float(i)), 864) - 0.5);
    float angle = atan(seen.y, seen.x) + own_turn + bend * (r - 0.3) * 0.55 + 0.5 * (chance(i, 865) - 0.5) * r;
    float turn = angle / 6.2831853 * count, arm_of = floor(turn + 0.5);
    int key = i * 16 + int(mod(arm_of, count));
    float off = (turn - arm_of - 0.30 * (chance(key, 866) - 0.5)) * 6.2831853 / count * r;
    float reach = (0.25 + 1.40 * (0.62 + 0.38 * chance(key, 867)) * open);
    float thick = mix(0.105, 0.055, r / max(reach, 0.1));
    float pixel = 1.0 / (radius * RENDERSIZE.y);
    float soft = 1.0 - smoothstep(thick - 0.5 * pixel, thick + 0.8 * pixel, abs(off));
    float along = smoothstep(0.20, 0.34, r) * (1.0 - smoothstep(reach - 0.10, reach + 0.02, r));
    float arm = soft * along * smoothstep(0.06, 0.3, open);
    float tip = arm * exp(-pow((r - reach + 0.07) / 0.10, 2.0));
    // Closed it is a dimple with a thin rim.
    float closed = exp(-pow((rim - 0.42) / 0.13, 2.0)) * (1.0 - 0.7 * open);
    float mouth = exp(-rim * rim / 0.05);
    float cup = exp(-pow((rim - 0.92) / 0.17, 2.0));
    float new_one = open * exp(-max(isf_Point.w, 0.0) / 9.0);
    float seen_here = own ? here.w : smoothstep(0.02, 0.2, open);
    return vec4(tip * (0.30 + 0.9 * new_one) * (0.35 + 0.65 * chance(key, 868)),
                arm * (0.35 + 0.35 * new_one) + 0.45 * closed * seen_here * float(own), cup * float(own), mouth * float(own)) * seen_here;
}

// ---------------------------------------------------------------- open water

vec4 drift(int i, vec4 was) {
    float dt = step_time();
    if (FRAMEINDEX == 0 || was.w < 0.5) return vec4(chance(i, 871), chance(i, 872), 100.0, 2.0);
    float age = min(was.z + dt, 1000.0), fresh = 1.0 - (2.0 - was.w) * exp(-dt / 28.0);
    vec4 stirred = texture(water, was.xy);
    float rate = abundance * 7.0 * max(0.0, smoothstep(0.8, 3.2, stirred.z) - 0.6 * chance(i, 873));
    bool ready = age > 1.3 + chance(i, 874) && chance(i, 875) < 0.3 + life;
    if (ready && chance(i + FRAMEINDEX * 8192, 876) < 1.0 - exp(-dt * rate)) return vec4(was.xy, 0.0, 1.0 + 0.6 * fresh);
    vec2 at = was.xy + stirred.xy * step(0.6, age) * dt / vec2(wide(), 1.0);
    // The current gathers what it carries at the frame's edges: unseen, one looks for another place.
    int dice = i + FRAMEINDEX * 8192;
    if (age > 4.0 && chance(dice, 881) < dt / 15.0) at = vec2(chance(dice, 882), chance(dice, 883));
    return vec4(fract(at), age, 1.0 + fresh);
}

vec4 shining(ivec2 c) {
    int i = c.x + c.y * 64;
    vec4 mote = texelFetch(motes, c, 0);
    float c4 = pow(chance(i, 877), 4.0);
    float light = (1.2 + 5.5 * c4) * (flash_light(mote.z, chance(i, 878), chance(i, 879)) + 0.10 * smoothstep(0.0, 0.1, mote.z) * exp(-mote.z / 1.1)) * (mote.w - 1.0) / 0.6;
    vec2 rim = min(mote.xy, 1.0 - mote.xy) * vec2(wide(), 1.0);
    light *= smoothstep(-0.004, 0.010, texture(bodies, mote.xy).x) * smoothstep(0.0, 0.3, grow) * smoothstep(0.002, 0.03, min(rim.x, rim.y));
    return light < 0.004 ? vec4(NOWHERE, 0.0, 0.0) : vec4(mote.xy, light, chance(i, 880));
}

vec4 spark() {
    float light = isf_Point.z * soft_point(mix(1.0, 0.55, isf_Point.w)) * kept_energy(POINT, 3.2, RENDERSIZE.y);
    return vec4(LIGHT_B * light, 1.0);
}

vec4 compose(vec2 uv) {
    vec2 d = uv * vec2(wide(), 1.0) - foot();
    vec4 here = texture(mass, uv), polyp = texture(arms, uv), body = texture(bodies, uv);
    float open = min(smoothstep(-0.005, 0.012, body.x), texture(call, uv).w), up = facing(here.yz);
    vec3 skin = rough(d * 0.9), pores = rough(d * 2.6 + 0.3);
    // Tissue has light of its own: walls between the cups, pores, less of it where it turns away and in the creases.
    float walls = 1.0 - exp(-1.1 * polyp.z);
    float relief = (0.10 + 1.05 * walls * (0.45 + 0.9 * smoothstep(0.35, 0.70, pores.z))) * (1.0 - 0.8 * min(polyp.w, 1.0));
    float turned = 0.10 + 0.90 * up * up;
    float patchy = 0.22 + 1.5 * smoothstep(0.30, 0.70, 0.65 * skin.x + 0.35 * skin.y);
    float tissue = relief * turned * patchy * here.w * (1.0 + 0.5 * breath(d));
    float metres = mix(11.0, 3.0, smoothstep(-0.05, 0.30, here.x));   // back lobes are farther away
    vec3 far = exp(-(metres - 3.0) * vec3(0.34, 0.12, 0.05));
    far = here.x > -1.0 ? far : vec3(1.0);
    vec3 light = 0.042 * tissue * LIGHT_G * far;
    light += 0.122 * polyp.y * mix(LIGHT_G, LIGHT_C, 0.5) * far + 0.85 * polyp.x * mix(LIGHT_B, LIGHT_C, 0.35) * far;
    light += texture(sparks, uv).rgb + 0.030 * body.z * LIGHT_M;
    open = max(open, smoothstep(0.02, 0.10, here.x) * here.w);
    return vec4(light * open * glow * smoothstep(-0.13, 3.7, texelFetch(clock, ivec2(0), 0).x), 1.0);
}

void main() {
    vec2 uv = isf_FragNormCoord;
    ivec2 c = ivec2(gl_FragCoord.xy);
    if (PASSINDEX == 0) gl_FragColor = weave(uv);
    else if (PASSINDEX == 1) gl_FragColor = vec4(min(texelFetch(clock, ivec2(0), 0).x + step_time(), 60.0));
    else if (PASSINDEX == 2) gl_FragColor = build(uv);
    else if (PASSINDEX == 3) gl_FragColor = excite(uv);
    else if (PASSINDEX == 4) gl_FragColor = sit(c);
    else if (PASSINDEX == 5) gl_FragColor = behave(c);
    else if (PASSINDEX == 6) gl_FragColor = drift(c.x + c.y * 64, texelFetch(motes, c, 0));
    else if (PASSINDEX == 7) gl_FragColor = shining(c);
    else if (PASSINDEX == 8) gl_FragColor = draw();
    else if (PASSINDEX == 9) gl_FragColor = spark();
    else gl_FragColor = compose(uv);
}
