/*{
  "ISFVSN": "2",
  "DESCRIPTION": "Thin threads show where the light came from.",
  "CREDIT": "Photophore",
  "CATEGORIES": ["generator", "scene"],
  "PHOTOPHORE": {"COLOR": "linear", "READS": ["water", "bodies", "commons"], "MACROS": {"population": "life", "speed": "flow"}},
  "INPUTS": [
    {"NAME": "draw", "LABEL": "How far the threads are drawn; below 0 by themselves in 28 s", "TYPE": "float", "DEFAULT": -1.0, "MIN": -1.0, "MAX": 1.0},
    {"NAME": "let_go", "LABEL": "The threads are let go, from their ends", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "grow", "LABEL": "How many threads there are", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "glow", "LABEL": "Glow", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 2.0},
    {"NAME": "flow", "LABEL": "Flow", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 2.0},
    {"NAME": "life", "LABEL": "Life: how many fibres", "TYPE": "float", "DEFAULT": 0.7, "MIN": 0.0, "MAX": 1.0}
  ],
  "PASSES": [
    {"TARGET": "mind", "PERSISTENT": true, "FLOAT": true, "WIDTH": 2, "HEIGHT": 1, "FILTER": "nearest"},
    {"TARGET": "flows", "PERSISTENT": true, "FLOAT": true, "WIDTH": 121, "HEIGHT": 1, "FILTER": "nearest"},
    {"TARGET": "soil", "PERSISTENT": true, "FLOAT": true, "WIDTH": "floor(45*$WIDTH/$HEIGHT)", "HEIGHT": 45},
    {"TARGET": "arrive", "PERSISTENT": true, "FLOAT": true, "WIDTH": "4*floor(45*$WIDTH/$HEIGHT)", "HEIGHT": 180, "STEPS": 4},
    {"TARGET": "before", "FLOAT": true, "WIDTH": 121, "HEIGHT": 24, "FILTER": "nearest"},
    {"TARGET": "tips", "PERSISTENT": true, "FLOAT": true, "WIDTH": 121, "HEIGHT": 24, "FILTER": "nearest"},
    {"TARGET": "laid", "POINTS": "tips", "BLEND": "add", "POINT_SIZE": "max(8, $HEIGHT*0.016)"},
    {"TARGET": "threads", "PERSISTENT": true},
    {"TARGET": "lands", "PERSISTENT": true},
    {}
  ]
}*/

// Lengths in picture heights (H), times in seconds. A flow goes from territory j, which gave, to territory i, which took;
// its threads are drawn the other way, from i back to j.
//   mind     0: seconds since the first thread, drawing 0..1, letting go 0..1, seconds between two drawings; 1: round, was drawn
//   flows    column 11 i + j: x what i took from j more than it gave (0..1 of the largest), y how many fibres, z rank of i
//   soil     x how slow the ground is for a thread: narrow easy ways, so that threads share stems as roots do; y soft noise
//   arrive   4 x 4 atlas of 45 rows: x time of travel to the site of territory k, relaxed towards |grad T| = slowness
//   tips     24 fibres for each flow: xy 0..1, z length drawn (H), w 0 not yet, > 0 alive: seconds, < 0 at its end
//   before   where the tips were a frame ago: what is laid is a stretch of thread, not a row of beads
//   laid     what the tips draw in this frame: x light, y hue of the taker
//   lands    drawn once, the territories as they are remembered: x light of points, densest where two border on each other,
//            y when a point comes, z whose it is, w 1 = drawn
//   threads  x light, y when it was drawn (s), z hue of the taker, w 1 where no body stands
//
// Each fibre goes down the time of travel at 0.05 H/s and joins threads that are there already. What it draws stays
// until all threads are let go; light is deposited once and does not move before that.

#include "lib/noise.glsl"
#include "lib/spectrum.glsl"
#include "lib/territories.glsl"

const int FIBRES = 24;
const float PACE = 0.05;          // H/s of a tip
const float FAR = 1.6;            // H, the longest thread
const float ALONE = 28.0;         // s that it draws by itself
const float LET = 4.0;            // s that it lets go by itself, after 31 s
const float ROUND = 44.0;         // s until it begins again by itself
const float HALF_LIFE = 1.5;      // s of a thread that is let go
const vec2 AWAY = vec2(-9.0);

float wide() { return float(textureSize(soil, 0).x) / float(textureSize(soil, 0).y); }
vec2 scale() { return vec2(wide(), 1.0); }
float step_time() { return clamp(TIMEDELTA, 0.0, 0.1); }
float toward(float seconds) { return 1.0 - exp(-step_time() / seconds); }
vec4 thought(int i) { return texelFetch(mind, ivec2(i, 0), 0); }
bool begins() { return thought(1).y > 0.5; }       // everything is wiped in this frame

vec4 think(int i) {
    vec4 was = thought(0), before = thought(1);
    float dt = step_time() * flow;
    bool first = before.w < 0.5;
    float clock = first ? 0.0 : was.x + dt;
    float drawing = draw < 0.0 ? min(clock / ALONE, 1.0) : draw;
    float letting = draw < 0.0 ? max(let_go, clamp((clock - 31.0) / LET, 0.0, 1.0)) : let_go;
    // What has been let go does not come back before it is drawn anew.
    letting = first ? letting : max(letting, was.z);
    bool again = first || (draw < 0.0 ? clock > ROUND : draw < 0.01);
    if (again) { clock = 0.0; letting = draw < 0.0 ? 0.0 : let_go; }
    if (i == 0) return vec4(clock, drawing, letting, 0.0);
    return vec4(first ? 0.0 : mod(before.x + (again && draw < 0.0 ? 1.0 : 0.0), 256.0), again ? 1.0 : 0.0, 0.0, 1.0);
}

// Taken by i from j; a seeded stand-in if nothing was.
float taken(int i, int j) {
    float sum = 0.0;
    for (int k = 0; k < 11; k++) sum += texelFetch(commons, ivec2(k, 1), 0).x + texelFetch(commons, ivec2(k, 2), 0).x
                                      + texelFetch(commons, ivec2(k, 3), 0).x + texelFetch(commons, ivec2(k, 4), 0).x
                                      + texelFetch(commons, ivec2(k, 5), 0).x + texelFetch(commons, ivec2(k, 6), 0).x;
    if (sum > 1.0e-4) return texelFetch(commons, ivec2(j, 1 + i), 0).x;
    float appetite = i == 8 ? 1.0 : i == 1 ? 0.55 : i == 6 ? 0.32 : 0.0;
    bool rich = j == 8 || j == 1 || j == 6;
    return rich ? 0.0 : appetite * (0.15 + 0.85 * pow(chance(11 * i + j, 851), 2.0));
}

vec4 balance(int f) {
    int i = f / 11, j = f % 11;
    float amount = max(0.0, taken(i, j) - taken(j, i));
    float total = 0.0;
    for (int k = 0; k < 11; k++) total += max(0.0, taken(i, k) - taken(k, i));
    float many = amount < 0.004 ? 0.0 : clamp(ceil(float(FIBRES) * pow(amount, 0.32) * (0.35 + 0.93 * life)), 3.0, float(FIBRES));
    return vec4(amount, many, total, 1.0);
}

vec4 dig(vec2 uv) {
    vec2 at = uv * scale();
    at += 0.12 * (vec2(bumps(at * 3.1, 852), bumps(at * 3.1, 853)) - 0.5);
    // Turned, each by another angle: the grid of the noise must not show as right angles.
    vec2 low = mat2(0.81, 0.59, -0.59, 0.81) * at, middle = mat2(0.45, -0.89, 0.89, 0.45) * at, high = mat2(0.91, -0.42, 0.42, 0.91) * at;
    float vein = abs(bumps(low * 2.7 + 3.0, 854) - 0.5), fine = abs(bumps(middle * 6.5, 855) - 0.5);
    float stones = bumps(high * 15.0, 857);
    float slow = 0.25 + 1.1 * smoothstep(0.55, 0.75, stones) + 1.5 * smoothstep(0.0, 0.14, vein) + 0.9 * smoothstep(0.0, 0.15, fine);
    vec2 rim = min(uv * scale(), scale() - uv * scale());
    slow += 2.5 * smoothstep(0.07, 0.0, min(rim.x, rim.y));       // nobody goes along the frame
    return vec4(slow, bumps(at * 9.0, 856), 0.0, 1.0);
}

// One upwind step of the time of travel (Rouy and Tourin 1992) in each tile of the atlas.
vec4 relax() {
    ivec2 c = ivec2(gl_FragCoord.xy), size = textureSize(soil, 0), tile = c / size, at = c - tile * size;
    int k = tile.x + 4 * tile.y;
    vec2 place = (vec2(at) + 0.5) / vec2(size) * scale();
    float far = length(place - territory(min(k, 10), wide()).xy);
    if (far < 0.045) return vec4(far * 0.8, 0.0, 0.0, 1.0);
    float was = texelFetch(arrive, c, 0).x;
    if (was <= 0.0) was = 50.0;
    ivec2 low = tile * size, high = low + size - 1;
    float l = texelFetch(arrive, max(c - ivec2(1, 0), low), 0).x, r = texelFetch(arrive, ivec2(min(c.x + 1, high.x), c.y), 0).x;
    float b = texelFetch(arrive, max(c - ivec2(0, 1), low), 0).x, t = texelFetch(arrive, ivec2(c.x, min(c.y + 1, high.y)), 0).x;
    float x = min(l <= 0.0 ? 50.0 : l, r <= 0.0 ? 50.0 : r), y = min(b <= 0.0 ? 50.0 : b, t <= 0.0 ? 50.0 : t);
    float gap = texelFetch(soil, at, 0).x / float(size.y);
    float root = 2.0 * gap * gap - (x - y) * (x - y);
    float now = root > 0.0 && abs(x - y) < gap ? 0.5 * (x + y + sqrt(root)) : min(x, y) + gap;
    return vec4(min(now, was), 0.0, 0.0, 1.0);
}

float travel(int k, vec2 uv) {
    vec2 size = vec2(textureSize(soil, 0)), tile = vec2(k % 4, k / 4);
    vec2 inside = clamp(uv * size, vec2(1.0), size - 1.0);
    return texture(arrive, (tile * size + inside) / vec2(textureSize(arrive, 0))).x;
}

// ---------------------------------------------------------------- tips

vec4 grow_tip(ivec2 c, vec4 was) {
    int f = c.x, i = f / 11, j = f % 11, key = f + 121 * c.y;
    vec4 one = texelFetch(flows, ivec2(f, 0), 0);
    if (begins() || float(c.y) >= one.y) return vec4(AWAY, 0.0, 0.0);
    vec4 now = thought(0);
    float dt = step_time() * flow;
    // One fibre after the other, so that later ones find the threads of the first.
    float hour = 0.3 + 5.0 * float(c.y) / float(FIBRES) + 2.0 * chance(key, 861);
    if (was.w == 0.0 || was.x < -5.0) {
        if (now.x < hour || chance(key, 862) > grow || now.y < 0.01 || now.z > 0.0) return vec4(AWAY, 0.0, 0.0);
        // Each from its own place on the side that faces the giver: the taker stays a dark place that stems come from.
        vec2 site = territory(i, wide()).xy, here = site / scale(), step_out = 1.5 / vec2(textureSize(soil, 0));
        vec2 toward_giver = vec2(travel(j, here - vec2(step_out.x, 0.0)) - travel(j, here + vec2(step_out.x, 0.0)),
                                 travel(j, here - vec2(0.0, step_out.y)) - travel(j, here + vec2(0.0, step_out.y)));
        float turn = atan(toward_giver.y, toward_giver.x) + 2.6 * (chance(key, 863) - 0.5);
        float ring = (0.35 + 0.65 * sqrt(chance(key, 864))) * (0.055 + 0.060 * min(one.z, 1.5) + 0.03 * bumps(vec2(turn * 2.0, float(i)), 874));
        vec2 start = site + ring * vec2(1.25 * cos(turn) + 0.3 * sin(turn), 0.8 * sin(turn));
        start = clamp(start, vec2(0.01), scale() - 0.01);
        return vec4(start / scale(), 0.0, 0.01);
    }
    if (was.w < 0.0 || now.z > 0.0) return vec4(was.xyz, -1.0);
    vec2 at = was.xy * scale();
    float under = texture(bodies, was.xy).x < 0.012 ? 0.5 : 1.0;     // slower where somebody stands, and not seen there
    if (was.z > now.y * FAR) return was;
    vec2 e = 0.7 / vec2(textureSize(soil, 0));
    vec2 fall = vec2(travel(j, was.xy - vec2(e.x, 0.0)) - travel(j, was.xy + vec2(e.x, 0.0)),
                     travel(j, was.xy - vec2(0.0, e.y)) - travel(j, was.xy + vec2(0.0, e.y)));
    if (length(fall) < 1.0e-5) return vec4(was.xyz, -1.0);          // nowhere to go
    vec2 way = fall / length(fall);
    float left = travel(j, was.xy);
    // Between the ends fibres run together; at both ends they fan out.
    float open = max(0.7 * smoothstep(0.05, 0.0, was.z), smoothstep(0.30, 0.02, left));
    vec2 side = vec2(-way.y, way.x);
    float reach = 0.007;
    float pull = texture(threads, (at + reach * (way + side)) / scale()).x - texture(threads, (at + reach * (way - side)) / scale()).x;
    float lean = clamp(pull * 25.0, -0.8, 0.8) * (1.0 - open);
    float own = chance(key, 865);
    float drift = (bumps(vec2(was.z * 8.0, float(key)), 866) - 0.5) * 1.0 + (bumps(vec2(was.z * 45.0, float(key)), 867) - 0.5) * 0.7;
    lean += drift * mix(0.95, 1.6, open) + (own - 0.5) * 1.7 * open;
    way = normalize(way + lean * side);
    float pace = under * PACE * (0.75 + 0.5 * chance(key, 868)) * (0.6 + 0.8 * bumps(vec2(0.4 * was.w, float(key)), 869));
    // It ends before the site, each somewhere else; thin fibres give up on the way.
    float end = mix(0.03, 0.26, pow(chance(key, 870), 1.5));
    bool ends = left < end || (c.y > 3 && was.z > 0.25 && chance(key + FRAMEINDEX * 2904, 871) < dt * 0.008);
    vec2 next = (at + way * pace * dt) / scale();
    return vec4(next, was.z + pace * dt, ends ? -1.0 : was.w + dt);
}

vec4 lay() {
    int f = isf_PointIndex % 121, row = isf_PointIndex / 121, key = f + 121 * row;
    vec4 one = texelFetch(flows, ivec2(f, 0), 0);
    float alive = isf_Point.w > 0.0 ? 1.0 : 0.0;
    float left = travel(f % 11, isf_Point.xy);
    // Widest where it was taken to, thin where it was taken from: from-to is read off the taper.
    float taper = mix(0.28, 1.08, left / (left + isf_Point.z * 1.2 + 0.02));
    float far = clamp(0.1 + 0.7 * isf_Point.y + 0.4 * (chance(key, 872) - 0.5), 0.0, 1.0);
    float wanted = 0.0019 * mix(0.6, 1.6, sqrt(one.x)) * taper * mix(1.2, 0.7, far) * RENDERSIZE.y;
    float width = max(wanted, 1.35), sprite = max(8.0, RENDERSIZE.y * 0.016);
    // In pixels, y upwards: how far from the stretch between the two places, which is cut where it would leave the sprite.
    vec2 d = (gl_PointCoord - 0.5) * vec2(sprite, -sprite);
    vec2 came = (texelFetch(before, ivec2(f, row), 0).xy - isf_Point.xy) * RENDERSIZE;
    came *= min(1.0, 0.28 * sprite / max(length(came), 1.0e-4));
    d -= came * clamp(dot(d, came) / max(dot(came, came), 1.0e-6), 0.0, 1.0);
    float r2 = 4.0 * dot(d, d) / (width * width);
    float core = exp(-0.6931 * r2) - 0.01;
    float rank = chance(key, 873);
    float level = (0.085 + 0.20 * one.x) * taper * mix(1.15, 0.7, far) * (0.35 + 0.65 * rank + 1.6 * pow(rank, 9.0)) * min(1.0, wanted / width + 0.15);
    return vec4(alive * level * max(core, 0.0), 0.0, 0.0, 1.0);
}

vec4 keep(vec2 uv) {
    if (begins()) return vec4(0.0, 0.0, 0.0, 1.0);
    vec4 now = thought(0);
    vec4 was = texelFetch(threads, ivec2(gl_FragCoord.xy), 0);
    float light = was.x;
    float laid_now = min(texture(laid, uv).x, 0.5);
    float when = laid_now > was.x ? now.x : was.y;
    float body = texture(bodies, uv).x;
    float clear = smoothstep(-0.004, 0.014, body + 0.012 * (texture(soil, uv * 3.0).y - 0.5));
    float open = min(clear, was.w + (1.0 - was.w) * toward(3.6));
    return vec4(max(light, laid_now), when, 0.0, open);
}

// The map that the threads lie in, as dust: its borders, and a little of the ground beside them.
vec4 remember(vec2 uv) {
    vec4 was = texelFetch(lands, ivec2(gl_FragCoord.xy), 0);
    int todo = was.w < 0.5 ? 1 : 0;
    for (int n = 0; n < todo; n++) {
        vec2 p = uv * scale();
        float pixel = 1.0 / RENDERSIZE.y, pitch = max(0.0052, 1.8 * pixel);
        // The nearest of the jittered centres of a grid: no point is cut, none stands in a row.
        vec2 from = vec2(9.0);
        ivec2 own = ivec2(0);
        for (int k = 0; k < 9; k++) {
            ivec2 c = ivec2(floor(p / pitch)) + ivec2(k % 3, k / 3) - 1;
            vec2 d = p / pitch - vec2(c) - 0.1 - 0.8 * vec2(lattice(c, 841), lattice(c, 842));
            if (dot(d, d) < dot(from, from)) { from = d; own = c; }
        }
        vec2 at = p - from * pitch;
        Claim here = claim(at + territory_warp(at, 0.0), wide());
        float seam = abs(here.seam), broken = smoothstep(0.30, 0.62, bumps(at * 13.0, 843));
        float much = 0.85 * exp(-seam * seam / 0.000016) * (0.25 + 0.75 * broken)
                   + 0.26 * exp(-seam / 0.035) * smoothstep(0.35, 0.75, bumps(at * 7.0 + float(here.first), 844))
                   + 0.035 * smoothstep(0.4, 0.8, bumps(at * 3.1, 845));
        float size = max(mix(0.22, 0.40, lattice(own, 846)) * pitch, 0.55 * pixel), far = length(from) * pitch / size;
        float light = step(lattice(own, 847), much) * (0.25 + 0.75 * lattice(own, 848)) * exp(-0.9 * far * far);
        was = vec4(light, lattice(own, 849), float(here.first), 1.0);
    }
    return was;
}

// Let go, the threads drift apart and fade. They are looked up aside, once: nothing is smeared.
vec4 compose(vec2 uv) {
    vec4 now = thought(0);
    vec2 at = uv * scale();
    float since = LET * now.z, loose = 0.0;
    vec2 came = uv;
    if (since > 0.0) {
        // Some stretches come free half a second before others.
        loose = max(0.0, since - 0.7 * bumps(at * 5.0, 884));
        vec2 way = 0.030 * curl(at * 3.0, 881) + 0.018 * curl(at * 9.0, 882) + 0.012 * curl(at * 23.0, 885) + vec2(0.0, -0.014);
        came = uv - way * loose * loose / (loose + 0.8) / scale();
    }
    vec4 here = texture(threads, came);
    // What was drawn last goes first, and thin threads before thick ones: it comes apart and does not turn to smoke.
    float late = clamp(here.y / max(now.x, 1.0), 0.0, 1.0);
    float sooner = (0.5 + 1.1 * late) * (0.5 + 2.4 * smoothstep(0.3, 0.8, bumps(came * scale() * 31.0, 883)));
    float left = exp2(-loose / HALF_LIFE * sooner) * smoothstep(1.0, 0.8, now.z);
    // What was taken still runs along the threads, towards those who took it, in lots of uneven size: 0.06 H/s, more of it
    // where more was taken.
    float phase = here.y * 0.42 + now.x * 0.50;
    float run = bumps(vec2(phase * 2.1, 3.0 * uv.x + 2.0 * uv.y), 891);
    float lot = smoothstep(0.60, 0.82, run + 0.25 * min(here.x, 0.4)) * smoothstep(2.0, 6.0, now.x - here.y);
    float beat = 0.62 + 0.30 * smoothstep(0.40, 0.70, run) + 1.7 * lot;
    vec4 body = texture(bodies, uv);
    float held = 1.0 + 0.9 * body.y * exp(-max(body.x, 0.0) / 0.035);
    float level = here.x * beat * texture(threads, uv).w * held * left;
    level /= 1.0 + 4.5 * level;                // stems that many share stay near the single thread: width tells the amount
    vec3 hue = mix(LIGHT_B, spectrum(mix(486.0, 489.0, lot)), max(smoothstep(0.10, 0.30, level), lot));
    level *= 1.0 + 0.5 * lot;
    vec3 light = through_water(hue, 7.0 * uv.y) * 1.55 * level * smoothstep(0.0, 0.05, grow);
    // The map comes back point by point in the first six seconds and goes with the threads.
    vec4 land = texture(lands, uv);
    float comes = smoothstep(5.0 * land.y, 5.0 * land.y + 1.2, now.x) * (1.0 - smoothstep(0.1 + 0.6 * land.y, 0.4 + 0.6 * land.y, now.z));
    light += 0.105 * land.x * comes * smoothstep(0.0, 0.05, grow) * texture(threads, uv).w * through_water(LIGHT_B, 6.0);
    return vec4(light * glow * 3.0, 1.0);
}

void main() {
    vec2 uv = isf_FragNormCoord;
    ivec2 c = ivec2(gl_FragCoord.xy);
    if (PASSINDEX == 0) gl_FragColor = think(c.x);
    else if (PASSINDEX == 1) gl_FragColor = balance(c.x);
    else if (PASSINDEX == 2) gl_FragColor = dig(uv);
    else if (PASSINDEX == 3) gl_FragColor = relax();
    else if (PASSINDEX == 4) gl_FragColor = texelFetch(tips, c, 0);
    else if (PASSINDEX == 5) gl_FragColor = grow_tip(c, texelFetch(tips, c, 0));
    else if (PASSINDEX == 6) gl_FragColor = lay();
    else if (PASSINDEX == 7) gl_FragColor = keep(uv);
    else if (PASSINDEX == 8) gl_FragColor = remember(uv);
    else gl_FragColor = compose(uv);
}
