/*{
  "ISFVSN": "2",
  "DESCRIPTION": "Lights flash four times, then the whole room is dark together; who stands together is the shadow in a pale glow.",
  "CREDIT": "Photophore",
  "CATEGORIES": ["generator", "scene"],
  "PHOTOPHORE": {"COLOR": "linear", "SCALES": true, "READS": ["water", "bodies", "people", "hubs"], "MACROS": {"population": "life", "abundance": "abundance", "speed": "flow", "unison": "order"}},
  "INPUTS": [
    {"NAME": "glow", "LABEL": "Glow", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 2.0},
    {"NAME": "flow", "LABEL": "Flow", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 2.0},
    {"NAME": "life", "LABEL": "Life: how many lights", "TYPE": "float", "DEFAULT": 0.7, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "abundance", "LABEL": "Abundance: factor on how often life shows", "TYPE": "float", "DEFAULT": 1.0, "MIN": 1.0, "MAX": 3.0},
    {"NAME": "grow", "LABEL": "Grown: 0 = nothing yet, 1 = whole", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "order", "LABEL": "Order: scattered to shared dark", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "leave", "LABEL": "Going out: 0.97 = the last light flashes", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "swell", "LABEL": "Swell: breath", "TYPE": "float", "DEFAULT": 0.5, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "invite", "LABEL": "Invitation: how far the ground breathes with the swell", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "sun", "LABEL": "Height of the sun", "TYPE": "float", "DEFAULT": 0.5, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "moon", "LABEL": "Moon", "TYPE": "float", "DEFAULT": 0.5, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "tide", "LABEL": "Tide", "TYPE": "float", "DEFAULT": 0.5, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "leaf", "LABEL": "Leaf: share of what grows that stands", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "warmth", "LABEL": "Warmth: from blue to green ground", "TYPE": "float", "DEFAULT": 0.5, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "wind", "LABEL": "Wind: how far stems sway", "TYPE": "float", "DEFAULT": 0.25, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "rain", "LABEL": "Rain: drops that light what they strike", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "seats", "LABEL": "Amber lights of the seats", "TYPE": "float", "DEFAULT": 0.5, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "pulse", "LABEL": "Pulse from a seat", "TYPE": "event"}
  ],
  "PASSES": [
    {"TARGET": "grain", "FLOAT": true, "WIDTH": 64, "HEIGHT": 64, "WRAP": "repeat"},
    {"TARGET": "homes", "PERSISTENT": true, "FLOAT": true, "WIDTH": 64, "HEIGHT": 96, "FILTER": "nearest"},
    {"TARGET": "mind", "PERSISTENT": true, "FLOAT": true, "WIDTH": 2, "HEIGHT": 1, "FILTER": "nearest"},
    {"TARGET": "lights", "PERSISTENT": true, "FLOAT": true, "WIDTH": 64, "HEIGHT": 96, "FILTER": "nearest"},
    {"TARGET": "shown", "FLOAT": true, "WIDTH": 64, "HEIGHT": 96, "FILTER": "nearest"},
    {"TARGET": "struck", "POINTS": "lights", "BLEND": "add", "POINT_SIZE": 1, "FLOAT": true, "WIDTH": "floor(36*$WIDTH/$HEIGHT)", "HEIGHT": 36},
    {"TARGET": "rung", "PERSISTENT": true, "FLOAT": true, "WIDTH": "floor(36*$WIDTH/$HEIGHT)", "HEIGHT": 36},
    {"TARGET": "along", "FLOAT": true, "WIDTH": "floor(36*$WIDTH/$HEIGHT)", "HEIGHT": 36},
    {"TARGET": "heard", "PERSISTENT": true, "FLOAT": true, "WIDTH": "floor(36*$WIDTH/$HEIGHT)", "HEIGHT": 36},
    {"TARGET": "charge", "PERSISTENT": true, "FLOAT": true, "WIDTH": "floor(120*$WIDTH/$HEIGHT)", "HEIGHT": 120},
    {"TARGET": "plants", "FLOAT": true, "PERSISTENT": true, "WIDTH": 256, "HEIGHT": 6, "FILTER": "nearest"},
    {"TARGET": "land", "PERSISTENT": true},
    {"TARGET": "sparks", "POINTS": "shown", "BLEND": "add", "POINT_SIZE": "max(4, $HEIGHT*0.030)"},
    {"TARGET": "halos", "POINTS": "shown", "BLEND": "add", "POINT_SIZE": 14, "FLOAT": true, "WIDTH": "floor(90*$WIDTH/$HEIGHT)", "HEIGHT": 90},
    {}
  ]
}*/

// Fireflies without a clock of their own (Photinus carolinus; Sarfati et al., eLife 78908): a silent light is ready
// after a while, or it starts shortly after it heard enough others. It flashes four times and is then deaf. How many
// are enough, and how far a light hears, is `order`: from singles to one dark that the whole room shares.
// The picture is a section: three slopes behind each other, drawn from points that stand as densely as what grows there,
// lights over them. Ground shines because lights flashed over it, so it sinks with them.
//
//   grain   three textures of chance, read by position
//   homes   x, y where a light belongs (0..1 of the frame), z its depth, w 1 = placed
//   mind    0: x swell -1..1, y how dark the room is 0..1 (slow), z seconds since `leave` passed 0.97 (-1 before), w pulse
//           1: x share of the lights that flash, leaky sum; y height of a metre in H
//   lights  6,144 lights: x, y place (0..1), z seconds left of what it does, w what it does:
//           1 silent, 2 about to start, 10 + n in a burst with n flashes to come, 20 deaf, 0 not placed yet;
//           of a hub 1 silent, 12 in the frame of a flash, 11 after it
//   shown   the lights that shine now: place, level, depth; the others outside the frame
//   struck  x lights that flash in this frame, y lights that live, by place;  rung  x the same as a leaky sum of 0.3 s
//   along, heard  both blurred over R, along x and then along y; heard.x is the share that flashes,
//           heard.w how far a place that a body hid has come back into sight, from -0.8: it waits for a second
//   charge  x light that flashes left in the ground, y the same from shear, z growth near who has settled,
//           w the same as x, later: what the ground shows
//   land    the slopes, drawn once: x how bright, y depth 0 far..1 near, z threshold of this element, w 1 = drawn
//   sparks  one point per light that shines
// Lengths are in picture heights (H), times in seconds.

#include "lib/noise.glsl"
#include "lib/spectrum.glsl"
#include "lib/room.glsl"

const ivec2 LIGHTS = ivec2(64, 96);
const int COUNT = 6144;
const float PERIOD = 1.25;     // s between two flashes of a burst, +-3 % (facts of P. carolinus)
const float DEAF = 7.2;        // s after the last flash
const float READY = 14.0;      // s, mean time until a silent light starts by itself
const float EAR = 0.3;         // s, leaky sum of what is heard
const float LAST = 0.97;       // of `leave`: the last light flashes
const float CEASE = 0.85;      // of `leave`: all others have ceased

float wide() { return float(textureSize(land, 0).x) / float(textureSize(land, 0).y); }
float step_time() { return clamp(TIMEDELTA, 0.0, 0.1); }
float toward(float seconds) { return 1.0 - exp(-step_time() / seconds); }

vec4 weave(vec2 uv) { return vec4(tiled(uv, 6, 801), tiled(uv, 13, 802), tiled(uv, 29, 803), 1.0); }

// ---------------------------------------------------------------- land

// Upper edges of three slopes, H. Their places hang on the width, so that each frame has one valley left of its middle.
float ridge(int k, float x) {
    float u = x / wide();
    float rough = 0.020 * (bumps(vec2(x * 6.0, 3.0), 811 + k) - 0.5) + 0.008 * (bumps(vec2(x * 23.0, 5.0), 815 + k) - 0.5);
    if (k == 0) return 0.500 + 0.30 * (bumps(vec2(x * 1.7, 1.0), 821) - 0.5) - 0.17 * u + rough;
    if (k == 1) return 0.235 + 0.17 * smoothstep(0.42, 1.0, u) + 0.10 * (bumps(vec2(x * 1.3, 1.0), 822) - 0.5) + rough;
    return 0.270 * (1.0 - smoothstep(0.02, 0.66, u)) - 0.03 + 0.06 * (bumps(vec2(x * 1.9, 1.0), 823) - 0.5) + 1.5 * rough;
}

float plant_pitch(int k) { return k == 0 ? 0.018 : k == 1 ? 0.036 : 0.070; }    // H between two plants

// The nearest of the jittered centres of a grid: offset from it, and its number.
vec3 cell(vec2 p, int purpose, out vec2 from) {
    vec2 base = floor(p);
    float best = 9.0;
    vec3 found = vec3(0.0);
    for (int y = -1; y <= 1; y++)
        for (int x = -1; x <= 1; x++) {
            ivec2 c = ivec2(base) + ivec2(x, y);
            vec2 d = p - vec2(c) - vec2(0.15) - 0.7 * vec2(lattice(c, purpose), lattice(c, purpose + 1));
            float far = dot(d, d);
            if (far < best) { best = far; from = d; found = vec3(lattice(c, purpose + 2), lattice(c, purpose + 3), lattice(c, purpose + 4)); }
        }
    return found;
}

// What grows on slope k at p, `under` below its edge: how densely points stand there, 0..1. Four processes of the piece, in
// patches that run into each other: cushions (reef), a network (forest floor), combed tufts (wetland) and layers (strata).
float grown_at(vec2 p, int k, float under, float scale) {
    vec2 q = p / scale;
    vec2 warp = vec2(bumps(q * 9.0, 841 + 7 * k), bumps(q * 9.0, 842 + 7 * k)) - 0.5;
    float which = bumps(q * vec2(2.3, 3.4) + 9.0 * float(k), 845), other = bumps(q * vec2(2.9, 4.1) + 5.0 * float(k), 846);

    // Cushions lie on each other, the lower one in front; each is lit from above.
    vec2 u = (q + 0.010 * warp) / vec2(0.062, 0.046), base = floor(u);
    float lowest = 99.0, cushion = 0.0;
    for (int y = -1; y <= 1; y++)
        for (int x = -1; x <= 1; x++) {
            ivec2 c = ivec2(base) + ivec2(x, y);
            vec2 at = vec2(c) + 0.12 + 0.76 * vec2(lattice(c, 831 + k), lattice(c, 834 + k));
            float own = lattice(c, 837 + k), r = mix(0.34, 0.92, own * own);
            vec2 d = (u - at) / r;
            d += 0.16 * (vec2(bumps(q * 47.0, 851), bumps(q * 47.0, 852)) - 0.5);
            float far = dot(d, d);
            if (far < 1.0 && at.y - 0.3 * r < lowest) {
                lowest = at.y - 0.3 * r;
                float up = 0.5 + 0.5 * d.y;
                cushion = (0.02 + 1.3 * up * up * up * smoothstep(0.0, 0.8, far) + 0.20 * up * up) * (0.35 + 0.65 * lattice(c, 840));
            }
        }
    // A network: few trunks, thin threads between.
    vec2 n = q * 8.5 + 1.3 * warp + 0.35 * vec2(bumps(q * 41.0, 843), bumps(q * 41.0, 844));
    float a = abs(bumps(n, 847) - 0.5), b = abs(bumps(n.yx * 2.1 + 7.0, 848) - 0.5);
    float net = smoothstep(0.040, 0.004, a) + 0.55 * smoothstep(0.045, 0.006, b) * smoothstep(0.26, 0.04, a);
    // Tufts, combed one way.
    float lean = q.x + 0.35 * q.y + 0.03 * warp.x;
    float tuft = smoothstep(0.50, 0.86, 0.6 * bumps(vec2(lean * 62.0, q.y * 9.0 + 2.0 * warp.y), 849) + 0.4 * bumps(vec2(lean * 141.0, q.y * 17.0), 850));
    // Layers, which follow the slope and end somewhere.
    float depth = under / scale + 0.05 * warp.y + 0.02 * bumps(q * 21.0, 853);
    float layer = bumps(vec2(q.x * 1.6 + 3.0 * float(k), depth * 34.0), 854);
    layer = smoothstep(0.56, 0.90, layer) * smoothstep(0.30, 0.62, bumps(vec2(q.x * 6.0, depth * 34.0), 855));

    float reef = k == 2 ? smoothstep(0.24, 0.42, which) : smoothstep(0.40, 0.58, which), forest = 1.0 - reef;
    float wet = smoothstep(0.50, 0.66, other);
    float sum = mix(net * forest * (1.0 - 0.7 * wet) + 0.75 * tuft * wet, cushion, reef * (k == 0 ? 0.3 : 1.0));
    return min(max(sum, 0.7 * layer * (k == 0 ? 1.0 : 0.55 * forest)), 1.0);
}

// What stands on the slopes: column c of row 2 k + r holds a plant of slope k. xy its root (H), z its height (0: none),
// w a number of its own. They stand in thickets, with open ground between.
vec4 plant(ivec2 c) {
    int k = c.y / 2;
    float scale = k == 0 ? 0.42 : k == 1 ? 0.66 : 1.0;
    vec2 root = vec2((float(c.x) - 8.0 + 0.1 + 0.8 * lattice(c, 701)) * plant_pitch(k), 0.0);
    float low = c.y % 2 == 0 ? 0.03 : 0.16;
    root.y = ridge(k, root.x) - scale * (low * (0.3 + lattice(c, 702)) + 0.01);
    float thicket = smoothstep(0.40, 0.66, 0.7 * bumps(vec2(root.x * 3.7, float(c.y)), 703) + 0.3 * bumps(vec2(root.x * 11.0, float(c.y)), 704));
    float own = lattice(c, 705);
    float tall = scale * mix(0.025, k == 2 ? 0.20 : 0.15, own * own * own * own) * (0.35 + 0.65 * thicket) + 0.012 * scale * thicket;
    // The smallest stand in rows along the edge, as a dotted line.
    bool stands = thicket > 0.3 && lattice(c, 706) < 0.95 * thicket && tall > 0.019 * scale;
    return vec4(root, stands ? tall : 0.0, lattice(c, 707));
}

// Light of a bead of a row of them: `d` beside the row, `along` it (H). Beads are unequal, and some are missing.
float bead(float d, float along, float pitch, float wide_, ivec2 key) {
    float n = floor(along / pitch), own = lattice(key + ivec2(int(n), 0), 711);
    vec2 from = vec2(d + 0.5 * wide_ * (lattice(key + ivec2(int(n), 7), 712) - 0.5), (along / pitch - n - 0.5) * pitch);
    return exp(-0.9 * dot(from, from) / (wide_ * wide_)) * (0.12 + 0.88 * own * own);
}

// Plants of slope k at p: x light, y threshold. Hairs, each a row of beads.
vec2 stand(vec2 p, int k, float pixel) {
    float scale = k == 0 ? 0.42 : k == 1 ? 0.66 : 1.0, pitch = max(0.0058 * scale, 2.0 * pixel), wide_ = max(0.0013 * (0.5 + scale), 0.60 * pixel);
    int column = int(floor(p.x / plant_pitch(k))) + 8;
    vec2 best = vec2(0.0, 0.5);
    for (int n = -2; n <= 2; n++) for (int r = 0; r < 2; r++) {
        ivec2 c = ivec2(clamp(column + n, 0, 255), 2 * k + r);
        vec4 one = texelFetch(plants, c, 0);
        vec2 d = p - one.xy;
        if (one.z <= 0.0 || d.y < 0.0 || d.y > one.z || abs(d.x) > 1.1 * one.z) continue;
        for (int b = 0; b < 5; b++) {
            ivec2 key = ivec2(c.x * 37 + b * 211, c.y);
            float own = lattice(key, 713), lean = (lattice(key, 714) - 0.5) * 1.7, tall = one.z * mix(0.40, 1.0, own);
            float t = d.y / tall;
            if (t > 1.0) continue;
            // A hair that leans more the higher it gets.
            float steep = lean * (0.25 + 1.2 * t * t), x = d.x - tall * lean * (0.25 * t + 0.4 * t * t * t) - 0.05 * tall * sin(7.0 * t + 40.0 * own) * t;
            float light = bead(x / sqrt(1.0 + steep * steep), d.y, pitch, wide_, key) * (0.10 + 0.9 * t * t);
            light *= 0.45 + 0.55 * own;
            if (light > best.x) best = vec2(light, 0.15 + 0.75 * lattice(key, 716));
        }
    }
    return best;
}

// Everything that lives here is points: how densely they stand draws what they are.
vec4 draw_land(vec2 uv) {
    vec4 was = texelFetch(land, ivec2(gl_FragCoord.xy), 0);
    int todo = was.w < 0.5 ? 1 : 0;
    for (int n = 0; n < todo; n++) {
        vec2 p = uv * vec2(wide(), 1.0);
        float pixel = 1.0 / RENDERSIZE.y;
        was = vec4(0.0, -1.0, 0.5, 1.0);
        // From the nearest slope back: the first one that this point stands on ends it.
        for (int k = 2; k >= 0; k--) {
            float scale = k == 0 ? 0.42 : k == 1 ? 0.66 : 1.0;
            vec2 up = stand(p, k, pixel);
            if (up.x * (k == 0 ? 0.7 : 1.0) > max(was.x, 0.02)) was = vec4(up.x * (k == 0 ? 0.7 : 1.0), float(k) / 2.0, up.y, 1.0);
            float pitch = max(mix(0.0027, 0.0042, scale), 1.7 * pixel);
            vec2 from;
            vec3 own = cell(p / pitch, 861 + 3 * k, from);
            vec2 q = p - from * pitch;
            float under = ridge(k, q.x) - q.y - 0.030 * scale * (bumps(q * 17.0 / scale, 874 + k) - 0.3);
            if (under < 0.0) continue;
            // Ground cover in islands; most of the slope is dark, and no line marks where it ends.
            vec2 wound = q + 0.10 * (vec2(bumps(q * 4.0, 871), bumps(q * 4.0, 872)) - 0.5) + 0.04 * (vec2(bumps(q * 13.0, 873), bumps(q * 13.0, 876)) - 0.5);
            float patchy = 0.6 * bumps(wound * vec2(2.6, 4.0) + 4.0 * float(k), 877) + 0.4 * bumps(wound * vec2(6.0, 9.0) / scale, 878);
            patchy = smoothstep(0.36, 0.64, patchy + (k == 2 ? 0.14 : 0.22 * (0.42 - q.x / wide())));
            float deep = k == 0 ? 0.16 : k == 1 ? 0.26 : 0.45;
            float lies = exp(-under / deep) * smoothstep(-0.2, 1.0, under / (0.03 * scale) + 1.6 * (patchy - 0.6));
            float much = grown_at(q, k, under, scale) * patchy;
            float width = max(mix(0.24, 0.46, own.x * own.x) * pitch, 0.55 * pixel);
            float r = length(from) * pitch / width;
            // Its own form, worn by a fine grain, and points where it is densest.
            float form = much * (0.45 + 0.55 * much) * (0.25 + 1.1 * bumps(q * 120.0 / (0.4 + scale), 879));
            float points = step(own.y * 0.62 + 0.30, much) * (0.30 + 0.70 * own.x) * exp(-0.9 * r * r);
            float here = max(0.9 * form, points * (0.35 + 0.65 * much)) * lies * (k == 0 ? 0.7 : 0.9) * smoothstep(0.0, 0.05, q.y);
            if (was.y < -0.5 || here > was.x) was = vec4(here, float(k) / 2.0, 0.75 * own.z + 0.25 * (1.0 - much), 1.0);
            break;
        }
        if (was.y < -0.5) {
            // Open water: few specks, which only a wake or somebody who has settled lights.
            vec2 from;
            vec3 own = cell(p / 0.0085, 881, from);
            float pixel_wide = max(mix(0.0010, 0.0022, own.x * own.x), 0.6 * pixel);
            float r = length(from) * 0.0085 / pixel_wide;
            was.x = step(0.55, own.y) * (0.15 + 0.85 * pow(own.x, 3.0)) * exp(-0.9 * r * r);
            was.z = own.z;
        }
    }
    return was;
}

// ---------------------------------------------------------------- lights

// Width of a light's core, H: 0.0036 far, 0.0135 near.
float core_width(float near) { return mix(0.0036, 0.0135, near * near * near); }

// Each light has a cell of a grid of its own, so that no two overlap: light that rises beside light that has just
// peaked would flash twice in one place. A cell is taken as densely as lights hang over the slopes there: many far ones
// close to their edge, few near ones high over it; densest at 0.37 of the width. Without a place: z below 0.
// Place (H) and depth of light i, below 0 where its cell stays empty; w how wide its core is.
vec4 home_of(int i) {
    int across = int(floor(sqrt(float(COUNT) * wide() / 0.98)));
    int up = COUNT / across;
    vec2 at = vec2(float(i % across) + 0.12 + 0.76 * chance(i, 901), float(i / across) + 0.12 + 0.76 * chance(i, 902));
    at *= vec2(wide() / float(across), 0.98 / float(up));
    vec3 weight = vec3(0.0);
    for (int k = 0; k < 3; k++) {
        float over = at.y - ridge(k, at.x) - 0.005;
        float cloud = 0.15 + 0.85 * smoothstep(0.32, 0.62, bumps(at * vec2(3.0, 4.5), 905 + k));
        float low = k == 0 ? 2.4 * exp(-over / 0.060) : k == 1 ? 1.6 * exp(-over / 0.090) : 0.0;
        float high = (k == 0 ? 0.26 : k == 1 ? 0.20 : 0.13) * exp(-over / 0.75);
        weight[k] = over < 0.0 ? 0.0 : (low + high) * cloud;
    }
    float sum = weight.x + weight.y + weight.z;
    float crowd = min(1.25 * sum, 0.75) * (0.30 + 0.70 * exp(-pow((at.x / wide() - 0.36) / 0.28, 2.0)));
    float which = chance(i, 903) * sum;
    float layer = which < weight.x ? 0.0 : which < weight.x + weight.y ? 1.0 : 2.0;
    float depth = (layer + chance(i, 904)) / 3.0;
    return vec4(at, chance(i, 906) < crowd ? depth : -1.0, core_width(depth));
}

// Nor does one have a place within the light of a nearer one.
vec4 settle_home(int i, vec4 was) {
    int todo = was.w < 0.5 ? 1 : 0;
    for (int n = 0; n < todo; n++) {
        int across = int(floor(sqrt(float(COUNT) * wide() / 0.98)));
        vec4 own = home_of(i);
        int beside = own.z < 0.0 ? 0 : 25;
        for (int k = 0; k < beside; k++) {
            int j = i + (k % 5 - 2) + (k / 5 - 2) * across;
            if (j == i || j < 0 || j >= COUNT || own.z < 0.0) continue;
            vec4 other = home_of(j);
            if (other.z > own.z && distance(other.xy, own.xy) < 0.012 + other.w) own.z = -1.0;
        }
        was = vec4(own.x / wide(), own.y, own.z, 1.0);
    }
    return was;
}

// Place and depth of the last light: 1.1 m above the floor.
vec2 last_place() { return vec2(0.385, min(1.1 * texelFetch(mind, ivec2(1, 0), 0).y, 0.9)); }

// Stations of light that flash by themselves, here or at another machine: what the lights around them hear.
const int HUBS = 5;
const int MOST_HUBS = 16;
vec4 hub(int i) { return i >= HUBS && i < HUBS + MOST_HUBS ? texelFetch(hubs, ivec2(i - HUBS, 0), 0) : vec4(0.0); }
bool is_hub(int i) { return hub(i).w > 0.0; }

bool is_seat(int i) { return i >= 1 && i <= 4; }

// Whether a light may start. Each step of `leave` leaves two of three.
bool lives(int i) {
    if (i > 4 && texelFetch(homes, ivec2(i % LIGHTS.x, i / LIGHTS.x), 0).z < 0.0) return false;
    float steps = floor(9.0 * pow(min(leave / CEASE, 1.0), 2.2) + 1.0e-4);
    float share = life / 0.7 * 0.9 * grow * pow(2.0 / 3.0, steps) * (0.9 + 0.2 * sun);
    if (leave >= CEASE) return false;
    if (is_seat(i)) return seats * 4.0 >= float(i) && grow > 0.3 && steps < 3.0;
    // Near ones stay longest.
    float near = texelFetch(homes, ivec2(i % LIGHTS.x, i / LIGHTS.x), 0).z;
    return chance(i, 911) * (near > 0.667 ? 0.4 : 1.0) < min(share, 1.0);
}

// How many others are enough, and how far a light hears: order first lowers the one, then widens the other.
float enough() { return 0.2 * pow(0.1, smoothstep(0.0, 0.55, order)); }
float reach() { return 0.07 * pow(10.0, smoothstep(0.45, 1.0, order)); }

float period(int i) { return PERIOD * (1.0 + 0.06 * (chance(i, 912) - 0.5)); }

float dice(int i, int purpose) { return chance(i + FRAMEINDEX * COUNT, purpose); }

vec4 live(int i, vec4 was) {
    vec4 home = texelFetch(homes, ivec2(i % LIGHTS.x, i / LIGHTS.x), 0);
    float dt = step_time();
    if (is_hub(i)) {
        vec4 one = hub(i);
        float before = was.w > 10.5 && was.w < 12.5 ? period(i) - was.z : 99.0;
        bool anew = one.z < 0.5 && one.z < before;
        return vec4(one.xy, period(i) - one.z, one.z > 2.0 ? 1.0 : anew ? 12.0 : 11.0);
    }
    if (i == 0) home.xy = last_place();
    // Seats stand low in front.
    if (is_seat(i)) home.xy = vec2(0.12 + 0.21 * float(i) + 0.06 * chance(i, 943), 0.20 + 0.10 * chance(i, 944));
    // At the start most are silent and some are deaf, so that the first burst is already ragged.
    if (was.w < 0.5) return vec4(home.xy, 1.2 * chance(i, 921), chance(i, 922) < 0.12 ? 20.0 : 1.0);

    vec2 scale = vec2(wide(), 1.0), at = was.xy * scale;
    // It hangs about its home; near somebody who has settled it comes to the outline; a body it leaves.
    vec2 drift = vec2(texture(grain, vec2(chance(i, 923), TIME * 0.004 * flow)).y, texture(grain, vec2(chance(i, 924), TIME * 0.004 * flow + 0.5)).y) - 0.5;
    vec2 goal = home.xy * scale + 0.014 * drift;
    vec4 body = texture(bodies, was.xy);
    int close = body.x < 0.30 ? 1 : 0;
    for (int n = 0; n < close; n++) {
        vec2 e = vec2(0.02, 0.0);
        vec2 away = vec2(texture(bodies, (at + e) / scale).x - texture(bodies, (at - e) / scale).x,
                         texture(bodies, (at + e.yx) / scale).x - texture(bodies, (at - e.yx) / scale).x);
        away /= max(length(away), 1.0e-3);
        // Some come near, each to its own distance, so that they are a cloud and no outline.
        float want = 0.02 + 0.20 * chance(i, 925) * chance(i, 926);
        float drawn = body.y * step(chance(i, 927), 0.5);
        goal = mix(goal, at - away * (body.x - want), drawn * step(want, body.x));
    }
    vec2 way = goal - at;
    at += way * min(1.0, 0.035 * (0.5 + chance(i, 928)) * dt / max(length(way), 1.0e-4));
    // A light that flashes stands, so that its light falls on one place.
    if (i == 0) at = home.xy * scale;
    if (was.w > 1.5 && (was.w < 19.5 || was.z > DEAF - 2.4)) at = was.xy * scale;
    vec2 place = at / scale;

    // What a body covers is out until a burst of its own: coming back into sight in the middle of one would be a flash of its
    // own, and the next of the burst comes too soon after it.
    bool covered = i != 0 && body.x < 0.012;
    if (covered && was.w > 9.5 && was.w < 19.5) return vec4(place, DEAF - 3.0, 20.0);
    float left = was.z - dt, mode = was.w;
    vec4 memory = texelFetch(mind, ivec2(0, 0), 0);
    bool solo = i == 0 && leave >= LAST;
    if (mode < 1.5) {
        bool may = lives(i) && !covered;
        float share = texture(heard, was.xy).x;
        float theta = enough() * (0.7 + 0.6 * chance(i, 929)) * (is_seat(i) ? 0.6 : 1.0);
        bool called = share > theta, alone = dice(i, 931) < 1.0 - exp(-dt * abundance / READY);
        bool shaken = texture(water, was.xy).z > mix(0.9, 2.4, chance(i, 932));
        if (is_seat(i) && pulse) alone = true;
        if (solo) return memory.z > 0.0 && memory.z < 0.5 ? vec4(place, period(i), 10.0) : vec4(place, 0.0, 1.0);
        if (i == 0 && leave > 0.0) may = false;
        if (may && shaken) return vec4(place, 0.02 + 0.05 * chance(i, 933), 2.0);
        if (may && (called || alone)) return vec4(place, 0.10 * (0.7 + 0.6 * dice(i, 934)) + 0.74 * dice(i, 935), 2.0);
        return vec4(place, 0.0, 1.0);
    }
    if (left > 0.0 || dt <= 0.0) return vec4(place, max(left, 0.0), mode);
    if (mode < 2.5) return covered ? vec4(place, 0.0, 1.0) : vec4(place, period(i), 13.0);
    if (mode > 19.5) return vec4(place, 0.0, 1.0);
    if (mode < 10.5) return vec4(place, DEAF - period(i), 20.0);
    return vec4(place, period(i), mode - 1.0);
}

// Seconds since the flash of a light, large when it is silent.
float since(int i, vec4 light) {
    if (light.w > 9.5 && light.w < 19.5) return period(i) - light.z;
    return light.w > 19.5 ? DEAF - light.z : 99.0;
}

float flash(int i, float age) {
    float rise = mix(0.012, 0.020, chance(i, 941)), fall = mix(0.17, 0.25, chance(i, 942));
    float up = 1.0 - exp(-(age + 0.004) / rise);
    return up * up * exp(-age / fall);
}

vec4 shining(ivec2 c) {
    int i = c.x + c.y * LIGHTS.x;
    vec4 light = texelFetch(lights, c, 0);
    float level = flash(i, since(i, light)) * (is_hub(i) ? hub(i).w : 1.0);
    float body = texture(bodies, light.xy).x;
    level *= smoothstep(-0.005, 0.012, body);
    float near = i == 0 || is_seat(i) ? 0.9 : is_hub(i) ? 1.2 : texelFetch(homes, c, 0).z;
    // Amber is told apart by a negative depth.
    return level < 0.004 ? vec4(-9.0, -9.0, 0.0, 0.0) : vec4(light.xy, level, is_seat(i) ? -near : near);
}

vec4 strike(int i) {
    bool now = is_hub(i) ? isf_Point.w > 11.5 : since(i, isf_Point) < 0.0005 && TIMEDELTA > 0.0;
    return vec4(now ? is_hub(i) ? 4.0 : 1.0 : 0.0, is_hub(i) || lives(i) || isf_Point.w > 1.5 ? 1.0 : 0.0, 0.0, 1.0);
}

vec4 ring(ivec2 c) {
    vec4 was = texelFetch(rung, c, 0), now = texelFetch(struck, c, 0);
    return vec4(was.x * exp(-step_time() / EAR) + now.x, now.y, 0.0, 1.0);
}

// Blur over R along one way, sigma 0.6 R, 33 taps.
vec2 spread_of(sampler2D field, vec2 uv, vec2 way) {
    vec2 sum = vec2(0.0);
    float sigma = 0.6 * reach();
    for (int n = -16; n <= 16; n++) {
        float d = float(n) / 16.0 * 2.4;
        sum += exp(-0.5 * d * d) * texture(field, uv + way * d * sigma).xy;
    }
    return sum;
}

// ---------------------------------------------------------------- mind

vec4 think(int i) {
    vec4 was = texelFetch(mind, ivec2(i, 0), 0);
    float dt = step_time();
    if (i == 1) {
        float metre = 1.0 / 2.25;
        int last = int(people_summary().x);
        for (int n = 0; n < min(last, 1); n++) metre = person_level(n).y > 0.01 ? person_level(n).y / 0.22 : metre;
        float share = 0.0;
        for (int n = 0; n < 32; n++) share += texture(heard, vec2(chance(n, 951), 0.3 + 0.5 * chance(n, 952))).x / 32.0;
        return vec4(share, metre, 0.0, 1.0);
    }
    // Own swell of 8 to 14 s, uneven; the breath that is sent leans on it.
    float pace = TIME / mix(14.0, 8.0, tide) * flow;
    float own = bumps(vec2(2.0 * pace, 1.0), 953) - bumps(vec2(2.0 * pace, 9.0), 954);
    float rest = 1.0 - smoothstep(0.01, 0.10, texelFetch(mind, ivec2(1, 0), 0).x);
    float dark = was.y + (rest - was.y) * toward(rest > was.y ? 1.6 : 0.5);
    float last = leave < LAST ? -1.0 : was.z < 0.0 ? 0.0 : was.z + dt;
    return vec4(mix(was.x, clamp(0.6 * (1.0 - 0.8 * invite) * own + 2.0 * (swell - 0.5), -1.0, 1.0), toward(mix(0.8, 0.3, invite))), dark, last, 1.0);
}

// ---------------------------------------------------------------- light

vec4 fill(vec2 uv) {
    float dt = step_time();
    vec4 was = texture(charge, uv);
    vec2 e = 0.4 / vec2(textureSize(rung, 0));
    float rings = 0.25 * (texture(rung, uv + e).x + texture(rung, uv - e).x + texture(rung, uv + vec2(e.x, -e.y)).x + texture(rung, uv + vec2(-e.x, e.y)).x);
    // Lights shine down on the slope under them, so a slope in front of which none hangs is lit as well.
    float above = 0.5 * (texture(rung, uv + vec2(-0.2 * e.x, 0.07)).x + texture(rung, uv + vec2(0.3 * e.x, 0.15)).x);
    float light = was.x * exp(-dt / 1.9) + dt * (1.5 * rings + 1.1 * above);
    float shear = smoothstep(0.7, 4.0, texture(water, uv).z);
    float wake = max(was.y * exp(-dt / 2.0), mix(was.y, shear, toward(0.30)));
    // A drop strikes a place of its own, each cell once in some seconds, and lights what lies there.
    vec2 tile = uv * vec2(wide(), 1.0) / 0.016;
    ivec2 drop = ivec2(floor(tile));
    float wet = lattice(drop + ivec2(0, FRAMEINDEX * 977), 961) < 0.22 * rain * dt ? 1.0 - smoothstep(0.15, 0.5, length(tile - floor(tile) - 0.5)) : 0.0;
    wake = max(wake, 0.62 * wet);
    vec4 body = texture(bodies, uv);
    float grown = mix(was.z, body.y * exp(-max(body.x, 0.0) / 0.06), toward(1.5));
    // A slope follows over a whole burst, or it would rise and fall with each flash of it.
    return vec4(min(light, 4.0), wake, grown, was.w + (min(light, 4.0) - was.w) * toward(was.w < light ? 2.4 : 1.1));
}

// The fewer there are, the more light each has.
float few() { return 1.0 + 2.2 * smoothstep(0.0, CEASE, leave); }

// Hubs are told apart by a depth beyond 1.
vec3 firefly(float near) { return isf_Point.w < 0.0 ? LIGHT_A : near > 1.1 ? LIGHT_G : through_water(spectrum(530.0), mix(7.0, 0.5, near)); }

vec4 spark() {
    float near = abs(isf_Point.w);
    vec2 d = gl_PointCoord * 2.0 - 1.0;
    float box = max(4.0, RENDERSIZE.y * 0.030);
    // Never narrower than 1.6 px, its peak lowered instead.
    float want = core_width(near) * RENDERSIZE.y, width = max(want, 2.3);
    float r = length(d) * box / width;
    float core = exp(-2.2 * r * r);
    float level = 16.0 * mix(0.75, 0.7, near) * isf_Point.z * (want * want) / (width * width) * glow * min(few(), 1.8);
    return vec4(firefly(near) * level * core, 1.0);
}

// Light in the air around a near one: 0.08 H wide, soft, steeper towards its middle.
vec4 halo() {
    float near = abs(isf_Point.w);
    vec2 d = gl_PointCoord * 2.0 - 1.0;
    float r = length(d) / mix(0.35, 0.95, near);
    float soft = pow(max(0.0, 1.0 - r), 3.0);
    return vec4(firefly(near) * soft * smoothstep(0.30, 0.95, near) * 0.12 * isf_Point.z * min(few(), 1.1), 1.0);
}

vec4 compose(vec2 uv) {
    vec4 memory = texelFetch(mind, ivec2(0, 0), 0);
    vec2 moved = uv;
    // The swell lifts near slopes more than far ones; the moon leans them.
    moved.y -= (0.006 * (1.0 - 0.7 * invite) * memory.x + 0.020 * (moon - 0.5) * (uv.x - 0.37)) * (1.0 - 0.6 * uv.y);
    // Stems sway with it, higher up more.
    vec2 sway = texture(grain, uv * vec2(wide(), 1.0) * 0.21 + vec2(0.006 * TIME * flow, 0.0)).yz - 0.5;
    moved.x += 0.003 / wide() * (sway.x * (0.5 + 2.0 * wind) + 0.4 * memory.x) * smoothstep(0.0, 0.45, uv.y);
    vec4 ground = texture(land, moved), lit = texture(charge, uv), body = texture(bodies, uv);
    float air = step(ground.y, -0.5), near = max(ground.y, 0.0);
    float slow = texture(grain, uv * vec2(wide(), 1.0) * 0.35 + vec2(0.002 * TIME, 0.0)).x;
    // Each element has its own threshold, so a slope lights up element by element.
    float power = 0.44 + 0.9 * slow * slow + 2.6 * lit.w;
    float awake = smoothstep(ground.z * 0.8 - 0.1, ground.z * 0.8 + 0.35, power);
    float level = (0.8 + 0.4 * sun) * (1.0 + 0.35 * invite) * (1.0 + (0.25 + 0.4 * invite) * memory.x) * grow * (1.0 - smoothstep(0.35 * CEASE, CEASE, leave));
    float shine = (1.0 - air) * awake * (3.9 + 70.0 * min(lit.w, 1.4)) * mix(0.75, 1.0, near) * level;
    shine += 0.55 * smoothstep(0.10 + 0.8 * ground.z, 0.35 + 0.8 * ground.z, lit.y) * (1.0 - 0.85 * leave) * (1.0 - smoothstep(0.9, 1.0, leave));
    shine += 0.7 * smoothstep(ground.z * 0.6, ground.z * 0.6 + 0.3, lit.z) * grow * (1.0 - leave);
    shine = min(shine, 19.0) * clamp(texture(heard, uv + 0.02 * (texture(grain, 1.1 * uv).yz - 0.5)).w + air, 0.0, 1.0);
    // In winter only some of it stands.
    shine *= leaf < 0.999 ? smoothstep(0.0, 0.12, leaf + 0.06 - ground.z + air) : 1.0;
    // Nothing on the ground is as bright as a light over it.
    float lies = ground.x * shine;
    vec3 light = lies / (1.0 + lies / 2.0) * spectrum(mix(476.0, 500.0, near) + 16.0 * (warmth - 0.5));
    light += texelFetch(sparks, ivec2(gl_FragCoord.xy), 0).rgb / max(glow, 1.0e-3) + texture(halos, uv).rgb;
    // The glow of those who stand together: steady, fullest in the shared dark. What grows there is seen by it, and the
    // bodies are its shadow.
    vec2 at = uv * vec2(wide(), 1.0);
    vec2 turned = mat2(0.83, 0.56, -0.56, 0.83) * at - vec2(0.0, 0.003 * TIME);
    float curd = 0.45 + 0.7 * texture(grain, turned * 0.23).y + 0.4 * texture(grain, turned.yx * 0.31 + 0.4).x;
    float quorum = body.z * (0.062 + 0.070 * memory.y) * grow * (1.0 - 0.7 * smoothstep(0.1, CEASE, leave)) * (1.0 - smoothstep(CEASE, LAST, leave));
    light += quorum * (curd + (1.0 - air) * 4.0 * ground.x) * LIGHT_M;
    float open = smoothstep(-0.006, 0.014, body.x);
    return vec4(light * open * glow, 1.0);
}

void main() {
    vec2 uv = isf_FragNormCoord;
    ivec2 c = ivec2(gl_FragCoord.xy);
    int i = c.x + c.y * LIGHTS.x;
    if (PASSINDEX == 0) gl_FragColor = weave(uv);
    else if (PASSINDEX == 1) gl_FragColor = settle_home(i, texelFetch(homes, c, 0));
    else if (PASSINDEX == 2) gl_FragColor = think(c.x);
    else if (PASSINDEX == 3) gl_FragColor = live(i, texelFetch(lights, c, 0));
    else if (PASSINDEX == 4) gl_FragColor = shining(c);
    else if (PASSINDEX == 5) gl_FragColor = strike(isf_PointIndex);
    else if (PASSINDEX == 6) gl_FragColor = ring(c);
    else if (PASSINDEX == 7) gl_FragColor = vec4(spread_of(rung, uv, vec2(1.0 / wide(), 0.0)), 0.0, 1.0);
    else if (PASSINDEX == 8) { vec2 sum = spread_of(along, uv, vec2(0.0, 1.0)); gl_FragColor = vec4(sum.x / max(sum.y, 0.05), 0.0, 0.0, texture(bodies, uv).x < 0.026 ? -0.8 : min(texelFetch(heard, c, 0).w + step_time() / 1.6, 1.0)); }
    else if (PASSINDEX == 9) gl_FragColor = fill(uv);
    else if (PASSINDEX == 10) gl_FragColor = plant(c);
    else if (PASSINDEX == 11) gl_FragColor = draw_land(uv);
    else if (PASSINDEX == 12) gl_FragColor = spark();
    else if (PASSINDEX == 13) gl_FragColor = halo();
    else gl_FragColor = compose(uv);
}
