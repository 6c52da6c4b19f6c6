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
    {"TARGET": "before", "FLOAT": true, "WIDTH": 121, "HEIGHT": 5, "FILTER": "nearest"},
    {"TARGET": "tips", "PERSISTENT": true, "FLOAT": true, "WIDTH": 121, "HEIGHT": 5, "FILTER": "nearest"},
    {"TARGET": "laid", "POINTS": "tips", "BLEND": "add", "POINT_SIZE": "max(8, $HEIGHT*0.016)"},
    {"TARGET": "threads", "PERSISTENT": true},
    {"TARGET": "lands", "PERSISTENT": true},
    {}
  ]
}*/

// Lengths in picture heights (H), times in seconds. A flow goes from territory j, which gave, to territory i, which took;
// its threads are drawn the other way, from i back to j.
//   mind     0: seconds since the first thread, drawing 0..1, letting go 0..1, seconds between two drawings; 1: round, was drawn
//   flows    column 11 i + j: x what i took from j more than it gave (0..1 of the largest), y how many strands, z what i took in all
//   soil     x how slow the ground is for a thread: wide, soft slopes, so that it is drawn tight in a long bend; y soft noise
//   arrive   4 x 4 atlas of 45 rows: x time of travel to the site of territory k, relaxed towards |grad T| = slowness
//   tips     5 strands for each flow: xy 0..1, z length drawn (H), w 0 not yet, > 0 alive: seconds, < 0 at its end
//   before   where the tips were a frame ago: what is laid is a stretch of thread, not a row of beads
//   laid     what the tips draw in this frame: x light, y hue of the taker
//   lands    drawn once, the territories as they are remembered: x light of points, densest where two border on each other,
//            y when a point comes, z whose it is, w 1 = drawn
//   threads  x light, y when it was drawn (s), z hue of the taker, w 1 where no body stands
//
// Each thread goes from one place to one other, down the time of travel at 0.05 H/s, alone: threads cross, none branches,
// none joins another. What it draws stays until all are let go; light is deposited once and does not move before that.

#include "lib/noise.glsl"
#include "lib/spectrum.glsl"
#include "lib/territories.glsl"

const int STRANDS = 5;            // of one flow at most, side by side
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
    float many = amount < 0.03 ? 0.0 : clamp(ceil(float(STRANDS) * amount * (0.35 + 0.93 * life)), 1.0, float(STRANDS));
    return vec4(amount, many, total, 1.0);
}

vec4 dig(vec2 uv) {
    vec2 at = uv * scale();
    // Turned: the grid of the noise must not show as right angles.
    vec2 low = mat2(0.81, 0.59, -0.59, 0.81) * at, middle = mat2(0.45, -0.89, 0.89, 0.45) * at;
    float slow = 0.42 + 1.9 * smoothstep(0.25, 0.75, bumps(low * 2.3 + 3.0, 854)) + 0.5 * bumps(middle * 4.3, 855);
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
    // One flow after the other; the strands of one set out together.
    float hour = 0.3 + 5.0 * chance(f, 861) + 0.7 * float(c.y);
    if (was.w == 0.0 || was.x < -5.0) {
        if (now.x < hour || chance(key, 862) > grow || now.y < 0.01 || now.z > 0.0) return vec4(AWAY, 0.0, 0.0);
        // Tied side by side along the edge of the taker's place, each flow at its own knot: no star.
        vec2 site = territory(i, wide()).xy, here = site / scale(), step_out = 1.5 / vec2(textureSize(soil, 0));
        vec2 toward_giver = vec2(travel(j, here - vec2(step_out.x, 0.0)) - travel(j, here + vec2(step_out.x, 0.0)),
                                 travel(j, here - vec2(0.0, step_out.y)) - travel(j, here + vec2(0.0, step_out.y)));
        vec2 off = toward_giver / max(length(toward_giver), 1.0e-5);
        float knot = (float(j) + 0.6 * chance(f, 863)) / 11.0 - 0.5;
        float along = 0.20 * knot + 0.0042 * (float(c.y) - 2.0), lean_off = 0.5 + 0.9 * chance(i, 864);
        vec2 rail = vec2(cos(lean_off + float(i)), sin(lean_off + float(i)));
        vec2 start = site + along * rail + 0.03 * off + 0.02 * (bumps(vec2(7.0 * knot, float(i)), 874) - 0.5) * vec2(-rail.y, rail.x);
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
    // Drawn tight, and yet no ruler's line; the strands of a flow stay together, their ends part.
    float open = smoothstep(0.12, 0.03, left);
    vec2 side = vec2(-way.y, way.x);
    float own = chance(key, 865);
    float lean = 1.15 * (bumps(vec2(was.z * 3.1, float(f)), 866) - 0.5) + 0.22 * (bumps(vec2(was.z * 11.0, float(key)), 867) - 0.5);
    lean += (own - 0.5) * 1.5 * open;
    way = normalize(way + lean * side);
    float pace = under * PACE * (0.80 + 0.6 * chance(f, 868)) * (0.7 + 0.7 * bumps(vec2(0.4 * was.w, float(f)), 869));
    bool ends = left < mix(0.015, 0.05, chance(key, 870));
    vec2 next = (at + way * pace * dt) / scale();
    return vec4(next, was.z + pace * dt, ends ? -1.0 : was.w + dt);
}

vec4 lay() {
    int f = isf_PointIndex % 121, row = isf_PointIndex / 121, key = f + 121 * row;
    vec4 one = texelFetch(flows, ivec2(f, 0), 0);
    float alive = isf_Point.w > 0.0 ? 1.0 : 0.0;
    float left = travel(f % 11, isf_Point.xy);
    // Widest where it was taken to, thin where it was taken from: from-to is read off the taper.
    float taper = mix(0.45, 1.08, left / (left + isf_Point.z * 1.2 + 0.02));
    float far = clamp(0.1 + 0.7 * isf_Point.y + 0.4 * (chance(key, 872) - 0.5), 0.0, 1.0);
    float wanted = 0.0019 * mix(0.7, 1.5, sqrt(one.x)) * taper * mix(1.2, 0.7, far) * RENDERSIZE.y;
    float width = max(wanted, 1.35), sprite = max(8.0, RENDERSIZE.y * 0.016);
    // In pixels, y upwards: how far from the stretch between the two places, which is cut where it would leave the sprite.
    vec2 d = (gl_PointCoord - 0.5) * vec2(sprite, -sprite);
    vec2 came = (texelFetch(before, ivec2(f, row), 0).xy - isf_Point.xy) * RENDERSIZE;
    came *= min(1.0, 0.28 * sprite / max(length(came), 1.0e-4));
    d -= came * clamp(dot(d, came) / max(dot(came, came), 1.0e-6), 0.0, 1.0);
    float r2 = 4.0 * dot(d, d) / (width * width);
    float core = exp(-0.6931 * r2) - 0.01;
    float rank = chance(key, 873);
    float level = (0.17 + 0.20 * one.x) * taper * mix(1.15, 0.7, far) * (0.6 + 0.5 * rank) * min(1.0, wanted / width + 0.15);
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
        float much = 0.30 * exp(-seam * seam / 0.000016) * broken + 0.025 * smoothstep(0.4, 0.8, bumps(at * 3.1, 845));
        // The places of the account: a heap where somebody took, an emptied hollow with a rim where somebody gave.
        float heap = 0.0;
        for (int k = 0; k < 11; k++) {
            float took = 0.0, gave = 0.0;
            for (int m = 0; m < 11; m++) {
                took += texelFetch(flows, ivec2(11 * k + m, 0), 0).x;
                gave += texelFetch(flows, ivec2(11 * m + k, 0), 0).x;
            }
            vec2 d = at - territory(k, wide()).xy;
            float r = length(d * vec2(0.85, 1.15)) * (0.45 + 1.1 * bumps(at * 8.0, 848)) + 0.03 * (bumps(at * 27.0, 849) - 0.5);
            float size = took > gave ? 0.035 + 0.055 * sqrt(min(took, 2.5) / 2.5) : 0.035 + 0.04 * sqrt(min(gave, 1.5) / 1.5);
            float rim = (r - size) / 0.013;
            heap = max(heap, took > gave ? 0.95 * smoothstep(size, 0.3 * size, r) : gave > 0.02 ? 0.50 * exp(-rim * rim) : 0.0);
        }
        much = max(much * smoothstep(0.9, 0.2, heap), heap);
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
    // What was taken still runs along the threads, towards those who took it, in lots of uneven size: 0.03 H/s, so that none passes a place within a second of another, more of it
    // where more was taken.
    float phase = here.y * 0.50 + now.x * 0.32;
    float run = bumps(vec2(phase * 2.6, 3.0 * uv.x + 2.0 * uv.y), 891);
    float lot = smoothstep(0.64, 0.78, run + 0.25 * min(here.x, 0.4)) * smoothstep(2.0, 6.0, now.x - here.y);
    float beat = 0.62 + 0.20 * smoothstep(0.40, 0.70, run) + 1.1 * lot;
    vec4 body = texture(bodies, uv);
    float held = 1.0 + 0.9 * body.y * exp(-max(body.x, 0.0) / 0.035);
    float level = here.x * beat * texture(threads, uv).w * held * left;
    level /= 1.0 + 4.5 * level;                // stems that many share stay near the single thread: width tells the amount
    vec3 hue = mix(LIGHT_B, spectrum(mix(486.0, 489.0, lot)), max(smoothstep(0.10, 0.30, level), lot));
    level *= 1.0 + 0.25 * lot;
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
