/*{
  "ISFVSN": "2",
  "DESCRIPTION": "An edge of living cells crosses an empty gap, a few leaders ahead, the sheet following.",
  "CREDIT": "Photophore",
  "CATEGORIES": ["generator", "scene"],
  "PHOTOPHORE": {"COLOR": "linear", "SCALES": true, "READS": ["water", "bodies", "people"], "MEAN": 0.014, "MACROS": {"population": "life", "abundance": "abundance", "speed": "flow"}},
  "INPUTS": [
    {"NAME": "width", "LABEL": "Which gaps heal: 1 = all, below = a strip of the channel", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "healed", "LABEL": "Haste: 1 = what is still open closes within seconds", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "grow", "LABEL": "How much of it is there", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "glow", "LABEL": "Glow", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 2.0},
    {"NAME": "flow", "LABEL": "Flow", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 2.0},
    {"NAME": "life", "LABEL": "Life", "TYPE": "float", "DEFAULT": 0.7, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "abundance", "LABEL": "Abundance: factor on how often life shows", "TYPE": "float", "DEFAULT": 1.0, "MIN": 1.0, "MAX": 3.0}
  ],
  "PASSES": [
    {"TARGET": "grain", "PERSISTENT": true, "FLOAT": true, "WIDTH": 256, "HEIGHT": 256, "WRAP": "repeat"},
    {"TARGET": "mind", "PERSISTENT": true, "FLOAT": true, "WIDTH": 1, "HEIGHT": 1, "FILTER": "nearest"},
    {"TARGET": "torn", "PERSISTENT": true, "FLOAT": true, "WIDTH": "floor(180*$WIDTH/$HEIGHT)", "HEIGHT": 180},
    {"TARGET": "calm", "PERSISTENT": true, "FLOAT": true, "WIDTH": "floor(48*$WIDTH/$HEIGHT)", "HEIGHT": 48},
    {"TARGET": "count", "POINTS": "cells", "BLEND": "add", "POINT_SIZE": 1, "FLOAT": true, "WIDTH": "floor(96*$WIDTH/$HEIGHT)", "HEIGHT": 96},
    {"TARGET": "sheet", "PERSISTENT": true, "FLOAT": true, "WIDTH": "floor(96*$WIDTH/$HEIGHT)", "HEIGHT": 96},
    {"TARGET": "cells", "PERSISTENT": true, "FLOAT": true, "WIDTH": 64, "HEIGHT": 64, "FILTER": "nearest"},
    {"TARGET": "ways", "PERSISTENT": true, "FLOAT": true, "WIDTH": 64, "HEIGHT": 64, "FILTER": "nearest"},
    {"TARGET": "laid", "POINTS": "cells", "BLEND": "add", "POINT_SIZE": 3, "FLOAT": true, "WIDTH": "floor(180*$WIDTH/$HEIGHT)", "HEIGHT": 180, "FILTER": "nearest"},
    {"TARGET": "cover", "PERSISTENT": true, "FLOAT": true, "WIDTH": "floor(180*$WIDTH/$HEIGHT)", "HEIGHT": 180},
    {"TARGET": "shown", "PERSISTENT": true, "FLOAT": true, "WIDTH": 64, "HEIGHT": 64, "FILTER": "nearest"},
    {"TARGET": "sprites", "POINTS": "shown", "BLEND": "add", "POINT_SIZE": "max(6, $HEIGHT*0.026)"},
    {"TARGET": "fibres", "PERSISTENT": true, "WIDTH": "floor($WIDTH/1.5)", "HEIGHT": "floor($HEIGHT/1.5)"},
    {}
  ]
}*/

// Lengths in picture heights (H), times in seconds.
//   grain   chance: x 24 bumps, y 90 bumps, z white
//   mind    seconds, a clock, -, 1
//   torn    x depth inside a gap (H, negative outside), y 1 where it may heal
//   calm    x how much stillness is near, 0..1; y light left by moving water; z 0 where a body is or just was
//   count   x cells in this texel, yz their velocities
//   sheet   x cells per H^2, yz their mean velocity (H/s), w emptiness, blurred
//   cells   xy 0..1 (away: a free slot), z heading, w speed (H/s)
//   ways    x 0 follows, 1 leads; y seconds until it changes its mind (< 0: it halts or goes back), z age, w 1 + seconds behind
//   laid    x 1 where a cell is now, yz its direction
//   cover   x seconds since a cell came here first (0: never), yz the direction that it came from, w scar
//   shown   xy, z light, w kind + heading
//   sprites the cells; fibres the true picture: tissue in which cells lie along each other
//
// Wound healing as in scratch assays: leaders at the rim go ahead and make fingers, the sheet follows them, cells divide
// behind (after Sepulveda et al. 2013). What they cover becomes the true picture within 20 s.

#include "lib/noise.glsl"
#include "lib/spectrum.glsl"
#include "lib/room.glsl"
#include "lib/shores.glsl"

const ivec2 CELLS = ivec2(64, 64);
const int COUNT = 4096;
const int FIRST = 2200;            // of them lie on the rims at the beginning, in a few rows
const float DENSE = 7600.0;        // cells per H^2 where the sheet is closed: one per (0.0115 H)^2
const float LEADS = 0.012;         // H/s, of a leader
const float HANDED = 30.0;         // s until a covered place shows the true picture
const float LEFT = 36.0;           // s behind the edge after which a cell has become part of the picture
const vec2 AWAY = vec2(-9.0);

float wide() { return float(textureSize(water, 0).x) / float(textureSize(water, 0).y); }
vec2 scale() { return vec2(wide(), 1.0); }
float step_time() { return clamp(TIMEDELTA, 0.0, 0.1); }
float toward(float seconds) { return 1.0 - exp(-step_time() / seconds); }
vec4 thought() { return texelFetch(mind, ivec2(0), 0); }
float dice(int i, int purpose) { return chance(i + FRAMEINDEX * COUNT, purpose); }

vec4 weave(vec2 uv) {
    ivec2 c = ivec2(gl_FragCoord.xy);
    vec4 made = texelFetch(grain, c, 0);
    for (int k = 0; k < (made.w > 0.5 ? 0 : 1); k++)
        made = vec4(tiled(uv, 24, 1101), tiled(uv, 90, 1102), lattice(c, 1103), 1.0);
    return made;
}

vec4 think(vec4 was) { return vec4(was.x + step_time(), mod(was.y + step_time() * flow, 4096.0), 0.0, 1.0); }

// ---------------------------------------------------------------- gaps

// Depth inside a tear from a to b, widest somewhere between.
float tear(vec2 at, vec2 a, vec2 b, float width, float swell) {
    vec2 d = b - a;
    float t = clamp(dot(at - a, d) / dot(d, d), 0.0, 1.0);
    return width * (0.25 + 0.75 * pow(sin(3.1415927 * pow(t, swell)), 0.8)) - length(at - a - t * d);
}

vec4 open_gaps(vec2 uv) {
    vec2 at = uv * scale();
    vec2 here = shore_of(at, wide());
    float w = wide(), room = shore_room(w);
    float channel = 0.21 * room * shore_width(here.x) - abs(here.y);
    vec2 bent = at + 0.16 * (vec2(bumps(at * 2.6, 1111), bumps(at * 2.6, 1112)) - 0.5)
                   + 0.05 * (vec2(bumps(at * 8.0, 1113), bumps(at * 8.0, 1114)) - 0.5);
    float others = tear(bent, vec2(0.70 * w, 0.20), vec2(1.04 * w, 0.62), 0.22 * room, 1.4);
    others = max(others, tear(bent, vec2(-0.05 * w, 0.86), vec2(0.22 * w, 0.30), 0.15 * room, 0.8));
    others = max(others, tear(bent, vec2(0.72 * w, 0.94), vec2(0.96 * w, 0.86), 0.07 * room, 1.0));
    float rough = 0.018 * (bumps(at * 18.0, 1115) - 0.5) + 0.010 * (bumps(at * 44.0, 1116) - 0.5);
    float strip = 0.03 + 0.9 * width;
    float may = width > 0.99 ? 1.0 : smoothstep(strip, strip - 0.03, abs(here.x - NARROWEST) + 3.0 * rough) * step(others, channel);
    return vec4(max(channel, others) + rough, may, 0.0, 1.0);
}

vec4 feel(vec2 uv) {
    vec4 was = texture(calm, uv);
    vec2 at = uv * scale();
    float still = 0.0;
    int last = int(people_summary().x);
    for (int i = 0; i < last; i++) {
        vec4 state = person_state(i);
        vec2 d = at - person_at(i).xy;
        still = max(still, state.x * smoothstep(0.5, 3.0, state.z) * (1.0 - smoothstep(0.45, 0.70, length(d))));
    }
    float struck = smoothstep(0.9, 4.0, texture(water, uv).z), faded = was.y * exp(-step_time() / 1.4);
    float open = smoothstep(-0.006, 0.010, texture(bodies, uv).x);
    // What a body has hidden comes back slowly.
    open = open < was.z || was.w == 0.0 ? open : was.z + (open - was.z) * toward(1.2);
    return vec4(was.x + (still - was.x) * toward(1.0), struck > faded ? faded + (struck - faded) * toward(0.08) : faded, open, 1.0);
}

float empty_at(vec2 uv) {
    vec4 gap = texture(torn, uv);
    return smoothstep(0.0, 0.008, gap.x) * gap.y * (texture(cover, uv).x > 0.0 ? 0.0 : 1.0);
}

vec4 blur(vec2 uv) {
    // Taps turn from frame to frame, so that cells do not line up with the texels.
    float lot = 6.2831853 * dice(int(gl_FragCoord.x) + 400 * int(gl_FragCoord.y), 1117);
    vec2 e = 1.4 / RENDERSIZE;
    vec2 exact = uv;
    uv += 0.35 * vec2(cos(lot), sin(lot)) / RENDERSIZE;
    vec4 sum = 0.25 * texture(count, uv);
    sum += 0.125 * (texture(count, uv + vec2(e.x, 0.0)) + texture(count, uv - vec2(e.x, 0.0))
                  + texture(count, uv + vec2(0.0, e.y)) + texture(count, uv - vec2(0.0, e.y)));
    sum += 0.0625 * (texture(count, uv + e) + texture(count, uv - e)
                   + texture(count, uv + vec2(e.x, -e.y)) + texture(count, uv + vec2(-e.x, e.y)));
    uv = exact;
    float empty = 0.25 * (empty_at(uv + 0.6 * e) + empty_at(uv - 0.6 * e)
                        + empty_at(uv + vec2(0.6, -0.6) * e) + empty_at(uv + vec2(-0.6, 0.6) * e));
    vec4 around = 0.25 * (texture(sheet, uv + e) + texture(sheet, uv - e) + texture(sheet, uv + vec2(e.x, -e.y)) + texture(sheet, uv + vec2(-e.x, e.y)));
    vec4 was = texture(sheet, uv);
    vec3 now = vec3(sum.x * RENDERSIZE.y * RENDERSIZE.y, sum.yz / max(sum.x, 0.05));
    return vec4(mix(was.xyz, now, toward(0.40)), mix(empty, around.w, 0.7));
}

// ---------------------------------------------------------------- cells

vec2 slope_of(sampler2D field, vec2 uv, int channel) {
    vec2 e = 1.5 / vec2(textureSize(field, 0));
    return vec2(texture(field, uv + vec2(e.x, 0.0))[channel] - texture(field, uv - vec2(e.x, 0.0))[channel],
                texture(field, uv + vec2(0.0, e.y))[channel] - texture(field, uv - vec2(0.0, e.y))[channel]) / (2.0 * 1.5 / float(textureSize(field, 0).y));
}

bool within(vec2 uv) { return uv.x > -0.02 && uv.y > -0.02 && uv.x < 1.02 && uv.y < 1.02; }

// A place on a rim: from anywhere, down the depth of the gaps.
vec4 begin(int i) {
    vec2 uv = vec2(chance(i, 1121), chance(i, 1122));
    // Where only a strip heals, all of them look for their place there.
    if (width < 0.99) uv = clamp(shore_place(NARROWEST + (0.03 + 0.9 * width) * (2.0 * uv.x - 1.0), 0.3 * (uv.y - 0.5), wide()) / scale(), 0.0, 1.0);
    vec2 way = vec2(1.0, 0.0);
    for (int k = 0; k < 14; k++) {
        float depth = texture(torn, uv).x;
        way = slope_of(torn, uv, 0);
        uv = clamp(uv - clamp(depth, -0.06, 0.06) * way / max(dot(way, way), 0.2) / scale(), 0.0, 1.0);
    }
    vec4 gap = texture(torn, uv);
    bool rim = abs(gap.x) < 0.012 && gap.y > 0.5 && uv == clamp(uv, 0.002, 0.998);
    // Some rows deep, by chance: a sheet that ends there, not a string of cells.
    float back = 0.050 * chance(i, 1136) * chance(i, 1137);
    uv -= back * way / max(length(way), 1.0e-3) / scale();
    return rim && uv == clamp(uv, 0.0, 1.0) ? vec4(uv, atan(way.y, way.x), 0.0) : vec4(AWAY, 0.0, 0.0);
}

// It wakes some time after the first one, which is at the narrowest place of the channel.
float wakes(vec2 uv) {
    return length(uv * scale() - shore_place(NARROWEST, 0.1, wide())) / 0.075 + 7.0 * bumps(uv * scale() * 5.0, 1123);
}

vec4 walk(int i, vec4 was, vec4 way) {
    float dt = step_time() * flow;
    if (thought().x < 0.2) return float(i) < float(FIRST) * (width < 0.99 ? 0.38 : 1.0) ? begin(i) : vec4(AWAY, 0.0, 0.0);
    if (was.x < -5.0) {
        // A free slot: a cell at the edge divides into it.
        int j = int(dice(i, 1124) * float(COUNT));
        vec4 mother = texelFetch(cells, ivec2(j % CELLS.x, j / CELLS.x), 0);
        vec4 here = texture(sheet, clamp(mother.xy, 0.0, 1.0));
        bool may = mother.x > -5.0 && here.x < (0.45 + 0.45 * dice(i, 1128)) * DENSE && here.w > 0.03 && wakes(mother.xy) < thought().x;
        if (!may || dice(i, 1125) > flow * step_time() * abundance / 11.0 * (1.0 + texture(calm, clamp(mother.xy, 0.0, 1.0)).x + 8.0 * healed)) return was;
        float turn = 6.2831853 * dice(i, 1126);
        return vec4(mother.xy + 0.006 * vec2(cos(turn), sin(turn)) / scale(), mother.z, 0.0);
    }
    // Long behind, it has become part of the picture.
    if (way.w > LEFT) return vec4(AWAY, 0.0, 0.0);
    if (wakes(was.xy) > thought().x) return was;
    vec2 uv = clamp(was.xy, 0.0, 1.0);
    vec4 here = texture(sheet, uv);
    vec2 to_empty = slope_of(sheet, uv, 3), thins = -slope_of(sheet, uv, 0);
    float call = length(to_empty);
    vec2 aim = to_empty / max(call, 1.0e-3);
    float haste = (1.0 + texture(calm, uv).x) * (1.0 + 5.0 * healed) * mix(0.5, 1.15, life);
    vec2 v;
    float heading = was.z, speed = was.w;
    if (way.x > 0.5) {
        vec2 ahead = vec2(cos(heading), sin(heading));
        ahead = normalize(mix(ahead, aim, toward(3.0) * smoothstep(0.1, 2.0, call)) + 0.25 * toward(1.0) * curl(uv * scale() * 30.0, 1127));
        heading = atan(ahead.y, ahead.x);
        float wanted = way.y > 0.0 ? LEADS : way.y > -3.0 ? 0.0 : -0.5 * LEADS;
        // It does not leave the others: alone in its texel a cell counts as 2,300 per H^2 in its own texel.
        wanted *= wanted > 0.0 ? smoothstep(1700.0, 2900.0, here.x) : 1.0;
        speed += (wanted * haste - speed) * toward(0.5);
        v = ahead * speed;
    } else {
        float hesitates = smoothstep(0.30, 0.62, bumps(uv * scale() * 5.0 + 0.13 * thought().y, 1129));
        vec2 pull = 0.6 * here.yz + 0.4 * 0.005 * haste * hesitates * aim * smoothstep(0.05, 1.0, call);
        v = pull * (1.0 - smoothstep(0.9, 1.3, here.x / DENSE) * smoothstep(0.3, 0.0, here.w));
        v += 0.0026 * haste * thins / (length(thins) + 200000.0) * smoothstep(0.5, 0.9, here.x / DENSE * (0.8 + 0.4 * chance(i, 1130)));
        speed = length(v);
        if (speed > 0.0005) {
            vec2 turned = mix(vec2(cos(heading), sin(heading)), v / speed, toward(4.0));
            heading = atan(turned.y, turned.x);
        }
    }
    vec2 next = was.xy + v * dt / scale();
    vec4 gap = texture(torn, clamp(next, 0.0, 1.0));
    // Those behind the rim may go towards it, nobody into what is whole.
    float before = texture(torn, uv).x;
    if ((gap.x < -0.010 && gap.x <= before) || gap.y < 0.3 * step(-0.010, gap.x) || !within(next)) return vec4(was.xy, heading + (before < -0.010 ? 0.0 : 0.3), 0.0);
    return vec4(next, heading, speed);
}

vec4 decide(int i, vec4 was, vec4 one) {
    float dt = step_time();
    if (one.x < -5.0) return vec4(0.0);
    if (wakes(one.xy) > thought().x) return vec4(0.0, 0.0, 0.0, 1.0);
    vec2 uv = clamp(one.xy, 0.0, 1.0);
    vec4 here = texture(sheet, uv);
    vec2 ahead = vec2(cos(one.z), sin(one.z));
    bool open = empty_at(clamp(uv + 0.016 * ahead / scale(), 0.0, 1.0)) > 0.3;
    float age = was.z + dt, behind = here.w < 0.02 ? max(was.w, 1.0) + dt : 1.0;
    if (was.x > 0.5) {
        // Goes on for 3-9 s, then halts, and one in four goes back for 3-6 s.
        float mood = was.y;
        if (mood > 0.0) { mood -= dt; if (mood <= 0.0) mood = dice(i, 1131) < 0.25 ? -3.01 - 3.0 * dice(i, 1132) : -0.3 - 1.6 * dice(i, 1133); }
        else { mood += dt; if (mood > -3.0 && mood - dt <= -3.0) mood = 0.1; if (mood >= 0.0) mood = 3.0 + 6.0 * dice(i, 1134); }
        bool goes = here.w > 0.02 && (open || age < 20.0 || was.w < 1.5);
        return vec4(goes ? 1.0 : 0.0, mood, age, behind);
    }
    bool rim = here.w > 0.15 && here.w < 0.75 && open;
    bool leads = rim && here.x > 500.0 && wakes(one.xy) < thought().x && dice(i, 1135) < dt / 50.0 * (1.0 + texture(calm, uv).x);
    if (leads) return vec4(1.0, 4.0, 0.0, 1.0);
    return vec4(0.0, 0.0, age, behind);
}

vec4 mark(int i) {
    vec2 d = gl_PointCoord * 2.0 - 1.0;
    float here = isf_Point.x > -5.0 && dot(d, d) < 1.3 && wakes(isf_Point.xy) < thought().x ? 1.0 : 0.0;
    return vec4(here, here * vec2(cos(isf_Point.z), sin(isf_Point.z)), 0.0);
}

vec4 keep(ivec2 c) {
    vec4 was = texelFetch(cover, c, 0), now = texelFetch(laid, c, 0);
    if (was.x > 0.0) return vec4(min(was.x + step_time(), 600.0), was.yz, was.w);
    if (now.x < 0.5) return was;
    vec2 came = now.yz / max(length(now.yz), 1.0e-3);
    // A scar where they meet from two sides.
    float met = 0.0;
    for (int k = 0; k < 4; k++) {
        ivec2 n = clamp(c + ivec2[4](ivec2(3, 0), ivec2(-3, 0), ivec2(0, 3), ivec2(0, -3))[k], ivec2(0), textureSize(cover, 0) - 1);
        vec4 beside = texelFetch(cover, n, 0);
        if (beside.x > 0.0 && dot(beside.yz, came) < -0.2) met = 1.0;
    }
    return vec4(1.0e-3, came, met);
}

vec4 show(int i, ivec2 c) {
    vec4 one = texelFetch(cells, c, 0), way = texelFetch(ways, c, 0);
    if (one.x < -5.0 || wakes(one.xy) > thought().x) return vec4(AWAY, 0.0, 0.0);
    vec2 uv = clamp(one.xy, 0.0, 1.0);
    vec4 here = texture(sheet, uv);
    float fades = 1.0 - smoothstep(10.0, LEFT - 2.0, way.w), calms = texture(calm, uv).x;
    float level = (0.125 + 0.10 * chance(i, 1141)) * (1.0 + 0.9 * calms) + 0.31 * smoothstep(0.12, 0.55, here.w) * (0.4 + 1.2 * chance(i, 1145)) + 0.10 * calms * smoothstep(0.03, 0.3, here.w);
    // What moves stays close to what it moves over: a cell that hurries is pale, one that rests is bright.
    level = mix(level, min(level, 0.08), smoothstep(0.0020, 0.0050, one.w));
    if (way.x > 0.5) level = 0.46 * (0.6 + 0.8 * chance(i, 1146));
    level *= smoothstep(0.0, 2.5, way.z) * fades * smoothstep(0.2, 0.6, grow);
    // Its light changes slowly, whatever it meets.
    vec4 was = texelFetch(shown, c, 0);
    float lit = distance(was.xy, one.xy) < 0.05 ? was.z : 0.0;
    level = lit + (level - lit) * toward(level > lit ? 1.6 : 0.7);
    return vec4(one.xy, level, (way.x > 0.5 ? 10.0 : 0.0) + mod(one.z + 6.2831853, 6.2831853));
}

vec4 draw_cell() {
    float leads = isf_Point.w > 8.0 ? 1.0 : 0.0, heading = mod(isf_Point.w, 10.0);
    vec2 d = (gl_PointCoord * 2.0 - 1.0) * vec2(1.0, -1.0) * 0.013 * max(1.0, 6.0 / (RENDERSIZE.y * 0.026));
    vec2 along = vec2(cos(heading), sin(heading));
    vec2 p = vec2(dot(d, along), dot(d, vec2(-along.y, along.x)));
    float size = 0.0088 * (0.80 + 0.4 * chance(isf_PointIndex, 1142));
    float r = length(p / (size * (leads > 0.5 ? vec2(1.5, 0.75) : vec2(1.12, 0.9))));
    float body = 1.0 - smoothstep(0.78, 1.02, r);
    float rim = smoothstep(0.45, 0.80, r) * body;
    vec2 off = 0.3 * size * (vec2(chance(isf_PointIndex, 1143), chance(isf_PointIndex, 1144)) - 0.5);
    float nucleus = 1.0 - smoothstep(0.10, 0.45, length(p - off) / size);
    // One soft hump with a dark membrane: a cell that passes lights a place once.
    // A leader is brightest at its front.
    float front = mix(1.0, smoothstep(-1.2, 1.2, p.x / size), leads);
    float light = isf_Point.z * (mix(0.42, 1.0, leads) * (1.0 - 0.75 * rim) * body * front + mix(0.80, 0.10, leads) * nucleus);
    vec3 hue = mix(LIGHT_G, LIGHT_C, leads);
    return vec4(light * hue, light);
}

// ---------------------------------------------------------------- the true picture

// Cells that lie along each other: chance averaged along the way that they lie in.
vec4 weave_fibres(vec2 uv) {
    vec2 at = uv * scale();
    float clock = thought().y;
    vec2 flowing = curl(at * 1.5 + vec2(0.004, -0.003) * clock, 1151) + 0.6 * curl(at * 3.7 - vec2(0.005, 0.004) * clock, 1152)
                 + 4.0 * texture(water, uv).xy;
    vec2 along = flowing / max(length(flowing), 1.0e-3);
    float sum = 0.0;
    for (int k = -3; k <= 3; k++) {
        vec2 p = at + along * float(k) * 0.0052;
        sum += texture(grain, p * 2.2).y;
    }
    sum /= 7.0;
    float line = smoothstep(0.50, 0.70, sum);
    float shoal = smoothstep(0.30, 0.72, 0.65 * bumps(at * 1.9 + 3.7, 1153) + 0.35 * bumps(at * 5.3, 1154));
    return vec4(line * (0.05 + shoal * shoal), line, 0.0, 1.0);
}

vec3 compose(vec2 uv) {
    // Where two edges meet, single texels may stay uncovered; they are not seen.
    vec2 e = 0.75 / vec2(textureSize(cover, 0));
    vec4 covered = max(max(texture(cover, uv + e), texture(cover, uv - e)), max(texture(cover, uv + vec2(e.x, -e.y)), texture(cover, uv + vec2(-e.x, e.y))));
    vec4 gap = texture(torn, uv), lines = texture(fibres, uv), near = texture(calm, uv);
    float outside = 1.0 - smoothstep(-0.006, 0.004, gap.x);
    float healed_here = smoothstep(5.0, HANDED, covered.x) * (1.0 - 0.15 * covered.w);
    float there = max(outside, healed_here);
    float open = min(near.z, smoothstep(-0.006, 0.010, texture(bodies, uv).x));
    vec3 light = there * (mix(0.114, 0.094, width) * lines.x * mix(1.0, 1.5, healed_here) + (0.16 * near.y + 0.06 * near.x) * lines.y * lines.y) * mix(LIGHT_B, LIGHT_G, healed_here * (1.0 - outside) * 0.7 + 0.15);
    // Cells that crowd are no brighter than few: what crawls over what shines would light a place twice.
    vec4 cell = texture(sprites, uv);
    return (light * smoothstep(0.0, 1.0, grow) + cell.xyz / (1.0 + 1.4 * cell.w)) * open * glow;
}

void main() {
    ivec2 c = ivec2(gl_FragCoord.xy);
    int i = c.x + c.y * CELLS.x;
    vec2 uv = isf_FragNormCoord;
    if (PASSINDEX == 0) gl_FragColor = weave(uv);
    else if (PASSINDEX == 1) gl_FragColor = think(thought());
    else if (PASSINDEX == 2) gl_FragColor = open_gaps(uv);
    else if (PASSINDEX == 3) gl_FragColor = feel(uv);
    else if (PASSINDEX == 4) gl_FragColor = vec4(1.0, isf_Point.w * vec2(cos(isf_Point.z), sin(isf_Point.z)), 1.0);
    else if (PASSINDEX == 5) gl_FragColor = blur(uv);
    else if (PASSINDEX == 6) gl_FragColor = walk(i, texelFetch(cells, c, 0), texelFetch(ways, c, 0));
    else if (PASSINDEX == 7) gl_FragColor = decide(i, texelFetch(ways, c, 0), texelFetch(cells, c, 0));
    else if (PASSINDEX == 8) gl_FragColor = mark(isf_PointIndex);
    else if (PASSINDEX == 9) gl_FragColor = keep(c);
    else if (PASSINDEX == 10) gl_FragColor = show(i, c);
    else if (PASSINDEX == 11) gl_FragColor = draw_cell();
    else if (PASSINDEX == 12) gl_FragColor = weave_fibres(uv);
    else gl_FragColor = vec4(compose(uv), 1.0);
}
