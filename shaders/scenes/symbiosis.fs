/*{
  "ISFVSN": "2",
  "DESCRIPTION": "Lights flash four times, then the whole room is dark together; who stands together is the shadow in a pale glow.",
  "CREDIT": "Photophore",
  "CATEGORIES": ["generator", "scene"],
  "PHOTOPHORE": {"COLOR": "linear", "SCALES": true, "READS": ["water", "bodies", "people", "hubs"], "FLOOR": "section", "MACROS": {"population": "life", "abundance": "abundance", "speed": "flow", "unison": "order"}},
  "INPUTS": [
    {"NAME": "glow", "LABEL": "Glow", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 2.0},
    {"NAME": "flow", "LABEL": "Flow", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 2.0},
    {"NAME": "life", "LABEL": "Life: how many lights", "TYPE": "float", "DEFAULT": 0.7, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "abundance", "LABEL": "Abundance: factor on how often life shows", "TYPE": "float", "DEFAULT": 1.0, "MIN": 1.0, "MAX": 3.0},
    {"NAME": "grow", "LABEL": "Grown: 0 = nothing yet, 1 = whole", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "order", "LABEL": "Order: scattered to shared dark", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "leave", "LABEL": "Going out: 0.97 = the last light flashes", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "swell", "LABEL": "Swell: breath", "TYPE": "float", "DEFAULT": 0.5, "MIN": 0.0, "MAX": 1.0, "SIGNAL": "/neuro/invitation/swell"},
    {"NAME": "invite", "LABEL": "Invitation: how far the ground breathes with the swell", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1.0, "SIGNAL": "/neuro/invitation/strength"},
    {"NAME": "sun", "LABEL": "Height of the sun", "TYPE": "float", "DEFAULT": 0.5, "MIN": 0.0, "MAX": 1.0, "SIGNAL": "/nature/daylight"},
    {"NAME": "moon", "LABEL": "Moon", "TYPE": "float", "DEFAULT": 0.5, "MIN": 0.0, "MAX": 1.0, "SIGNAL": "/nature/moon"},
    {"NAME": "tide", "LABEL": "Tide", "TYPE": "float", "DEFAULT": 0.5, "MIN": 0.0, "MAX": 1.0, "SIGNAL": "/nature/tide"},
    {"NAME": "leaf", "LABEL": "Leaf: share of what grows that stands", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 1.0, "SIGNAL": "/nature/daylength"},
    {"NAME": "warmth", "LABEL": "Warmth: from blue to green ground", "TYPE": "float", "DEFAULT": 0.5, "MIN": 0.0, "MAX": 1.0, "SIGNAL": "/nature/temperature"},
    {"NAME": "wind", "LABEL": "Wind: how far stems sway", "TYPE": "float", "DEFAULT": 0.25, "MIN": 0.0, "MAX": 1.0, "SIGNAL": "/nature/wind"},
    {"NAME": "rain", "LABEL": "Rain: drops that light what they strike", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1.0, "SIGNAL": "/nature/rain"},
    {"NAME": "seats", "LABEL": "Amber lights of the seats", "TYPE": "float", "DEFAULT": 0.5, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "pulse", "LABEL": "Pulse from a seat", "TYPE": "event", "SIGNAL": "/neuro/pulse"}
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
    {"TARGET": "squares", "FLOAT": true, "WIDTH": "ceil($WIDTH/8)", "HEIGHT": "ceil($HEIGHT/8)", "FILTER": "nearest"},
    {"TARGET": "land", "PERSISTENT": true, "POINTS": "squares", "POINT_SIZE": 8},
    {"TARGET": "sparks", "POINTS": "shown", "BLEND": "add", "POINT_SIZE": "max(4, $HEIGHT*0.030)"},
    {"TARGET": "halos", "POINTS": "shown", "BLEND": "add", "POINT_SIZE": 14, "FLOAT": true, "WIDTH": "floor(60*$WIDTH/$HEIGHT)", "HEIGHT": 60},
    {}
  ]
}*/

// Fireflies without a clock of their own (Photinus carolinus; Sarfati et al., eLife 78908): a silent light is ready
// after a while, or it starts shortly after it heard enough others. It flashes four times and is then deaf. How many
// are enough, and how far a light hears, is `order`: from singles to one dark that the whole room shares.
// The picture is a section: three slopes behind each other, two rows of what grows on each (grass, fronds, caps, umbels over
// hair), lights over them. Ground shines because lights flashed over it, so it sinks with them.
//
//   grain   three textures of chance, read by position
//   homes   x, y where a light belongs (0..1 of the frame), z its depth, w 1 = placed
//   mind    0: x swell -1..1, y how dark the room is 0..1 (slow), z seconds since `leave` passed 0.97 (-1 before), w pulse
//           1: x share of the lights that flash, leaky sum; y height of a metre in H; z seconds since a swarm elsewhere flashed
//   lights  6,144 lights: x, y place (0..1), z seconds left of what it does, w what it does:
//           1 silent, 2 + n about to start with flash n of a burst, 10 + n in one with n flashes to come, 20 deaf, 0 not placed yet;
//           of a hub 1 silent, 12 in the frame of a flash, 11 after it
//           Deaf is relative: after HARD seconds a swarm that another picture shows is heard all the same, and what is left of
//           its burst shared. Two swarms of which somebody is ready at once would else keep two steps for good, each deaf
//           while the other flashes.
//   shown   the lights that shine now: place, level, depth; the others outside the frame
//   struck  x lights that flash in this frame, y lights that live, by place;  rung  x the same as a leaky sum of 0.3 s
//   along, heard  both blurred over R, along x and then along y; heard.x is the share that flashes,
//           heard.w how far a place that a body hid has come back into sight, from -0.8: it waits for a second
//   charge  x light that flashes left in the ground, y the same from shear, z growth near who has settled,
//           w the same as x, later: what the ground shows
//   squares those of 8 x 8 texels of the land that are drawn in this frame, the others outside it
//   land    the slopes, drawn once, a part in each of the first frames: x how bright, y depth 0 far..1 near, z threshold of this element, w 2 + which way it
//           faces, -1 left..1 right; 0 not drawn yet
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
const float HARD = 3.4;        // s after the last flash in which nothing at all is heard
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

// What grows stands in six rows behind each other, two to a slope: 0 far..5 near. Everything of a row is drawn at `size_of` it.
const int ROWS = 6;
float size_of(int row) { return 0.32 + 0.18 * float(row) + (row == 5 ? 0.35 : 0.0); }
float plant_pitch(int row) { return 0.052 * size_of(row); }    // H between two plants

// Upper edge of the ground of a row (H): mounds along the edge of its slope. `tilt` -1..1: which way it faces here.
float mound(int row, float x, out float tilt) {
    float size = size_of(row), pitch = 0.25 * size;
    int k = row / 2;
    float low = row % 2 == 0 ? 0.0 : 0.065 * size + 0.09 * size * bumps(vec2(x * 2.3, 2.0), 825 + k);
    float top = -9.0;
    int base = int(floor(x / pitch));
    tilt = 0.0;
    for (int n = -1; n <= 1; n++) {
        ivec2 c = ivec2(base + n, row);
        float d = (x / pitch - float(c.x) - 0.2 - 0.6 * lattice(c, 826)) / mix(0.35, 1.05, lattice(c, 827));
        float dome = max(0.0, 1.0 - d * d) * (0.25 + 0.75 * lattice(c, 828));
        if (dome > top) { top = dome; tilt = clamp(d, -1.0, 1.0); }
    }
    // The farthest rows are hills of their own, or their edge lies level with the slope in front.
    if (k == 0) low -= 0.20 * (bumps(vec2(x * 2.7 + 0.35, float(row)), 829) - 0.40) + 0.05 * (bumps(vec2(x * 7.1, float(row)), 830) - 0.5);
    return ridge(k, x) - low + 0.105 * size * (top - 0.55);
}

// What stands in column c.x of row c.y: xy its root (H), z its height (0: none), w its kind (1 grass, 2 frond, 3 caps,
// 4 umbel) and, behind the point, a number of its own. Kinds stand in thickets of their own, with open ground between.
vec4 planted(ivec2 c) {
    int row = c.y;
    float size = size_of(row), tilt;
    vec2 root = vec2((float(c.x) - 8.0 + 0.1 + 0.8 * lattice(c, 701)) * plant_pitch(row), 0.0);
    root.y = mound(row, root.x, tilt) - 0.006 * size;
    float thicket = smoothstep(0.24, 0.48, 0.7 * bumps(vec2(root.x * 2.9, float(row) * 5.0), 703) + 0.3 * bumps(vec2(root.x * 9.0, float(row)), 704));
    float which = bumps(vec2(root.x * 2.4 / size, float(row) * 3.0), 708) + 0.30 * (lattice(c, 709) - 0.5), own = lattice(c, 705);
    float kind = which < 0.40 ? 3.0 : which < 0.52 ? 1.0 : which < 0.74 ? 2.0 : 4.0;
    float rare = own * own * own;
    float tall = kind < 1.5 ? mix(0.045, 0.13, own * own) : kind < 2.5 ? mix(0.065, row == 5 ? 0.31 : 0.25, row > 3 ? own : own * own) : kind < 3.5 ? mix(0.024, 0.15, rare) : mix(0.06, 0.21, own * own);
    tall *= size * (0.45 + 0.55 * thicket);
    bool stands = lattice(c, 706) < (kind < 1.5 ? 0.95 : kind < 2.5 ? 0.70 : kind < 3.5 ? 0.85 : 0.55) * thicket;
    return vec4(root, stands ? tall : 0.0, kind + 0.98 * lattice(c, 707));
}

vec4 plant(ivec2 c) {
    vec4 was = texelFetch(plants, c, 0);
    int todo = was.w < 0.5 ? 1 : 0;
    for (int n = 0; n < todo; n++) was = planted(c);
    return was;
}

// How much of a pixel lies within `half_width` of a line `d` away, 0..1; never thinner than a pixel, but fainter.
float covers(float d, float half_width, float pixel) {
    float drawn = max(half_width, 0.5 * pixel);
    return clamp((drawn - abs(d)) / pixel + 0.5, 0.0, 1.0) * min(1.0, half_width / drawn);
}

// Each of these: light, cover and which way it faces, of one plant at d from its root. `own` its number, `key` for more.
vec3 grass(vec2 d, float high, float own, ivec2 key, float pixel) {
    vec3 sum = vec3(0.0);
    for (int b = 0; b < 6; b++) {
        ivec2 one = key + ivec2(b * 211, 0);
        float lean = (lattice(one, 714) - 0.5) * 1.3, tall = high * mix(0.35, 1.0, lattice(one, 713)), t = d.y / tall;
        if (t > 1.0) continue;
        float x = d.x - 0.10 * high * (lattice(one, 715) - 0.5) - tall * lean * t * (0.25 + 0.75 * t * t);
        float wide_ = 0.020 * high * (1.0 - t) * (0.4 + 0.6 * smoothstep(0.0, 0.3, t));
        float cover = covers(x, wide_, pixel / sqrt(1.0 + lean * lean));
        float light = (0.06 + 0.94 * t * t) * (0.3 + 0.7 * lattice(one, 716));
        sum = mix(sum, vec3(light, 1.0, sign(lean)), cover);
    }
    return sum;
}

// A frond: leaflets on both sides of a bent rib, longest low down, each with a bright upper edge.
vec3 frond(vec2 d, float high, float own, ivec2 key, float pixel) {
    vec3 sum = vec3(0.0);
    for (int b = 0; b < 4; b++) {
        ivec2 one = key + ivec2(b * 223, 0);
        float lean = (float(b) - 1.5) * 0.46 + 0.8 * (lattice(one, 721) - 0.5), tall = high * mix(0.45, 1.0, lattice(one, 722)) * (1.0 - 0.25 * abs(lean));
        float count = clamp(floor(tall / (4.0 * pixel)), 5.0, 13.0 + 9.0 * lattice(one, 723));
        float t = d.y / tall, e = d.x - tall * lean * (0.25 * t + 0.75 * t * t * t) - 0.06 * tall * (own - 0.5) * sin(6.0 * t), s = sign(e), a = abs(e);
        // Leaflets climb from the rib, so what is seen beside it has left it lower down.
        float u = t - 0.55 * a / tall + (s > 0.0 ? 0.5 : 0.0) / count;
        if (u < 0.03 || t > 1.0) continue;
        float n = floor(u * count), in_leaf = u * count - n - 0.5, at = (n + 0.5) / count;
        float reach_ = tall * 0.30 * pow(max(1.0 - at, 0.0), 0.8) * smoothstep(0.02, 0.28, at) * (0.75 + 0.25 * lattice(one + ivec2(int(n), 3), 724));
        float along = a / max(reach_, 1.0e-4);
        float half_leaf = 0.40 * tall / count * sqrt(max(0.0, 1.0 - along * along)) * smoothstep(-0.2, 0.35, along);
        float leaf = along < 1.0 ? covers(in_leaf * tall / count, half_leaf, pixel) : 0.0;
        float rib = covers(e, 0.010 * tall * (1.1 - t), pixel);
        float edge = 0.5 + 0.5 * clamp(in_leaf * tall / count / max(half_leaf, 0.5 * pixel), -1.0, 1.0);
        float light = (0.10 + 0.90 * edge * edge) * (0.25 + 0.75 * along) * (0.12 + 0.88 * smoothstep(0.0, 0.8, t));
        sum = mix(sum, vec3(mix(light, 0.08 + 0.35 * t, rib), 1.0, s * (1.0 - rib)), max(leaf, rib));
    }
    return sum;
}

// Caps on stems: light comes through their rim and lies on their top; gills hang in their shadow.
vec3 caps(vec2 d, float high, float own, ivec2 key, float pixel) {
    vec3 sum = vec3(0.0);
    for (int b = 0; b < 3; b++) {
        ivec2 one = key + ivec2(b * 227, 0);
        float tall = high * (b == 0 ? 1.0 : mix(0.35, 0.8, lattice(one, 731))), lean = 0.7 * (lattice(one, 732) - 0.5);
        float foot = b == 0 ? 0.0 : (lattice(one, 733) - 0.5) * 0.9 * high, t = clamp(d.y / tall, 0.0, 1.0);
        float stem = d.y < tall ? covers(d.x - foot - tall * lean * t * t, tall * mix(0.045, 0.028, t), pixel) : 0.0;
        sum = mix(sum, vec3(0.05 + 0.40 * t * t * t, 1.0, 0.0), stem);
        vec2 r = tall * mix(0.26, 0.52, lattice(one, 734)) * vec2(1.0, mix(0.42, 0.95, lattice(one, 735)));
        vec2 e = d - vec2(foot + tall * lean, tall - 0.55 * r.y), q = e / r;
        float rim = -0.22 * (1.0 - q.x * q.x), far = length(vec2(q.x, max(q.y, 0.0)));
        if (abs(q.x) > 1.15 || q.y > 1.15 || q.y < -0.6) continue;
        float cap = clamp((1.0 - far) * r.y / pixel + 0.5, 0.0, 1.0) * clamp((q.y - rim) * r.y / pixel + 0.5, 0.0, 1.0);
        float skin = 0.75 + 0.5 * bumps(q * vec2(6.0, 9.0) + 9.0 * own, 736);
        float light = (0.10 + 0.75 * pow(far, 5.0) + 0.40 * smoothstep(0.1, 1.0, q.y)) * skin;
        light += 0.55 * smoothstep(0.16, 0.0, q.y - rim) * (1.0 - 0.6 * abs(q.x));
        float comb = 0.5 + 0.5 * sin(26.0 * asin(clamp(q.x, -1.0, 1.0)));
        float gills = q.y < rim && abs(q.x) < 0.9 ? clamp((q.y - rim + 0.26 * (1.0 - q.x * q.x)) * r.y / pixel + 0.5, 0.0, 1.0) : 0.0;
        sum = mix(sum, vec3(0.03 + 0.22 * comb, 1.0, 0.0), gills * (1.0 - stem));
        sum = mix(sum, vec3(light, 1.0, q.x), cap);
    }
    return sum;
}

// A bent stem that ends in a half ball of rays, each with a seed.
vec3 umbel(vec2 d, float high, float own, ivec2 key, float pixel) {
    float lean = 0.9 * (own - 0.5), t = d.y / high, x = d.x - high * lean * t * t;
    float stem = d.y < high ? covers(x, 0.011 * high * (1.2 - t), pixel) : 0.0;
    vec3 sum = vec3(0.05 + 0.5 * t * t, 1.0, 0.0) * stem;
    vec2 e = d - vec2(high * lean, high);
    float ball = high * mix(0.10, 0.24, lattice(key, 741));
    e.y /= mix(0.55, 1.0, own);
    float away = length(e);
    if (away < 1.3 * ball) {
        float pitch = clamp(3.0 * pixel / ball, 0.20, 0.7), angle = atan(e.x, e.y - 0.0001), n = floor(angle / pitch + 0.5);
        ivec2 one = key + ivec2(int(n), 5);
        float turn = (n + 0.6 * (lattice(one, 744) - 0.5)) * pitch, ray = ball * mix(0.55, 1.1, lattice(one, 742)), off = away * sin(angle - turn);
        float there = step(abs(turn), 1.5) * step(0.12, lattice(one, 745));
        float line = away < ray ? there * covers(off + 0.05 * away * away / ball, 0.0035 * high, pixel) : 0.0;
        vec2 from = vec2(off, away * cos(angle - turn) - ray);
        float seed = there * covers(length(from), high * mix(0.006, 0.013, lattice(one, 746)), pixel);
        float up = 0.4 + 0.6 * max(cos(angle), 0.0);
        sum = mix(sum, vec3(0.25 * up * away / ray, 1.0, sin(angle)), line);
        sum = mix(sum, vec3(up * (0.35 + 0.65 * lattice(one, 743)), 1.0, sin(angle)), seed);
    }
    return sum;
}

// Plants of a row at p: x light, y cover, z threshold, w which way it faces.
vec4 stand(vec2 p, int row, float pixel) {
    int column = int(floor(p.x / plant_pitch(row))) + 8;
    vec4 sum = vec4(0.0);
    for (int n = -4; n <= 4; n++) {
        ivec2 c = ivec2(clamp(column + n, 0, 255), row);
        vec4 one = texelFetch(plants, c, 0);
        vec2 d = p - one.xy;
        if (one.z <= 0.0 || d.y < 0.0 || d.y > 1.35 * one.z || abs(d.x) > 1.25 * one.z) continue;
        float own = fract(one.w);
        ivec2 key = ivec2(c.x * 37, row);
        vec3 here = one.w < 2.0 ? grass(d, one.z, own, key, pixel) : one.w < 3.0 ? frond(d, one.z, own, key, pixel) : one.w < 4.0 ? caps(d, one.z, own, key, pixel) : umbel(d, one.z, own, key, pixel);
        float shown_ = here.x / max(here.y, 1.0e-3) * mix(0.25, 1.0, lattice(key, 717));
        if (here.y > 0.02) sum = vec4(mix(sum.x, shown_, here.y), max(sum.y, here.y), here.y > 0.4 || sum.y < 0.02 ? 0.05 + 0.45 * own : sum.z, mix(sum.w, here.z, here.y));
    }
    return sum;
}

// The ground of a row, `under` below its edge: short hair that stands off it, dense at the top and dark below.
float fur(vec2 p, int row, float under, float tilt, float pixel) {
    float size = size_of(row), best = 0.0;
    vec2 pitch = max(vec2(0.0056, 0.0085) * size, vec2(2.2, 3.4) * pixel);
    ivec2 base = ivec2(floor(p / pitch));
    for (int y = -2; y <= 0; y++)
        for (int x = -1; x <= 1; x++) {
            ivec2 c = base + ivec2(x, y), key = c + ivec2(0, 4001 * row);
            float own = lattice(key, 881), many = lattice(key, 882);
            vec2 root = (vec2(c) + vec2(own, many)) * pitch, d = p - root;
            float tall = pitch.y * mix(0.7, 1.9, lattice(key, 883)), t = d.y / tall;
            if (t < 0.0 || t > 1.0) continue;
            float lean = 0.9 * tilt + 0.8 * (lattice(key, 884) - 0.5);
            float hair = covers(d.x - tall * lean * t * t, 0.16 * pitch.x * (1.15 - t), pixel);
            best = max(best, hair * (0.15 + 0.85 * t) * (0.15 + 0.85 * own * own));
        }
    float u = max(under / size, 0.0);
    vec2 q = p / size + 0.13 * (vec2(bumps(p * 9.0 / size, 871), bumps(p * 9.0 / size, 872)) - 0.5) + 0.05 * (vec2(bumps(p * 29.0 / size, 873), bumps(p * 29.0 / size, 876)) - 0.5);
    float patchy = 0.6 * bumps(q * vec2(3.4, 5.0) + float(row), 877) + 0.4 * bumps(q * 12.0, 878);
    return best * (1.0 * exp(-u / 0.024) + 0.42 * exp(-u / 0.080)) * (0.14 + 0.86 * smoothstep(0.28, 0.66, patchy));
}

// All at once would be seen as a halt without a graphics card. Points skip the rest of the frame on any driver.
const float SQUARE = 8.0;
const int PARTS = 24;
vec4 square_due(ivec2 c) {
    vec2 size = vec2(textureSize(land, 0)), middle = min(vec2(c) * SQUARE + 0.5 * SQUARE, size - 1.0);
    bool due = texelFetch(land, ivec2(middle), 0).w < 0.5 && FRAMEINDEX % PARTS == int(float(PARTS) * 0.999 * lattice(c, 891));
    return vec4(due ? middle / size : vec2(-9.0), 0.0, 1.0);
}

// Everything that grows, drawn from the nearest row to the farthest: what stands in front hides what is behind it.
vec4 draw_land(vec2 uv) {
    vec2 p = uv * vec2(wide(), 1.0);
    float pixel = 1.0 / RENDERSIZE.y, through = 1.0, most = 0.0;
    vec4 was = vec4(0.0, -1.0, 0.5, 2.0);
    for (int row = ROWS - 1; row >= 0; row--) {
        float depth = float(row) / float(ROWS - 1), far = mix(0.5, 1.0, depth) * mix(1.16, 0.39, smoothstep(0.30, 0.95, uv.x)), size = size_of(row), tilt;
        float under = mound(row, p.x, tilt) - p.y;
        float rough = 0.012 * size * bumps(vec2(p.x * min(110.0 / size, 0.4 / pixel), float(row)), 874);
        float covered = clamp((under + rough) / pixel + 0.5, 0.0, 1.0);
        vec4 up = covered < 1.0 || under < 0.02 ? stand(p, row, pixel) : vec4(0.0);
        float light = through * up.y * up.x * far;
        if (up.y > 0.0 && (light > most || was.y < -0.5 && up.y > 0.5)) was.yzw = vec3(depth, up.z, 2.0 + clamp(up.w, -0.95, 0.95));
        was.x += light;
        most = max(most, light);
        through *= 1.0 - up.y;
        if (covered > 0.0) {
            light = through * covered * far * fur(p, row, max(under + rough, 0.0), tilt, pixel);
            if (light > most || was.y < -0.5 && covered > 0.5) was.yzw = vec3(depth, mix(0.25, 0.75, lattice(ivec2(floor(p / (0.007 * size))), 875)), 2.0 + 0.9 * tilt);
            was.x += light;
            most = max(most, light);
            through *= 1.0 - covered;
        }
        if (through < 0.01) break;
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

// Seconds since the swarm of another picture flashed for which hub i stands; 99 of other hubs.
float elsewhere(int i) { return texelFetch(hubs, ivec2(i - HUBS, 1), 0).x > 0.5 ? hub(i).z : 99.0; }

// Which flash of its burst a swarm elsewhere calls the lights at a place (H) with, 0..3; -1: none does. It is as many as they
// are. How far its hub is heard rises with `order` from nowhere at 0.45 to the whole frame at 0.9.
float called_from_elsewhere(vec2 at) {
    int last = texelFetch(mind, ivec2(1, 0), 0).z < EAR ? HUBS + MOST_HUBS : HUBS;
    float far = 4.0 * (reach() - 0.07), which = -1.0;
    for (int i = HUBS; i < last; i++)
        if (elsewhere(i) < EAR && distance(hub(i).xy * vec2(wide(), 1.0), at) < far)
            which = max(which, texelFetch(hubs, ivec2(i - HUBS, 1), 0).y);
    return which;
}

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
    bool hears = mode < 1.5 || (mode > 19.5 && DEAF - left > HARD);
    float afar = hears && !covered && !(i == 0 && leave > 0.0) ? called_from_elsewhere(at) : -1.0;
    if (afar >= 0.0 && lives(i)) return vec4(place, 0.10 * (0.7 + 0.6 * dice(i, 934)) + 0.74 * dice(i, 935), 2.0 + afar);
    if (mode < 1.5) {
        bool may = lives(i) && !covered && !(i == 0 && leave > 0.0);
        float share = texture(heard, was.xy).x;
        float theta = enough() * (0.7 + 0.6 * chance(i, 929)) * (is_seat(i) ? 0.6 : 1.0);
        bool called = share > theta, alone = dice(i, 931) < 1.0 - exp(-dt * abundance / READY);
        bool shaken = texture(water, was.xy).z > mix(0.9, 2.4, chance(i, 932));
        if (is_seat(i) && pulse && dice(i, 945) > order) alone = true;   // in step with the others at last
        if (solo) return memory.z > 0.0 && memory.z < 0.5 ? vec4(place, period(i), 10.0) : vec4(place, 0.0, 1.0);
        if (may && shaken) return vec4(place, 0.02 + 0.05 * chance(i, 933), 2.0);
        if (may && (called || alone)) return vec4(place, 0.10 * (0.7 + 0.6 * dice(i, 934)) + 0.74 * dice(i, 935), 2.0);
        return vec4(place, 0.0, 1.0);
    }
    if (left > 0.0 || dt <= 0.0) return vec4(place, max(left, 0.0), mode);
    if (mode < 5.5) return covered ? vec4(place, 0.0, 1.0) : vec4(place, period(i), 15.0 - mode);
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
        float share = 0.0;
        for (int n = 0; n < 32; n++) share += texture(heard, vec2(chance(n, 951), 0.3 + 0.5 * chance(n, 952))).x / 32.0;
        float since_one = 99.0;
        for (int n = HUBS; n < HUBS + MOST_HUBS; n++) since_one = min(since_one, elsewhere(n));
        return vec4(share, metre(), since_one, 1.0);
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
    vec2 high = vec2(1.0 / wide(), 1.0);
    float above = 0.5 * (texture(rung, uv + high * vec2(-0.02, 0.06)).x + texture(rung, uv + high * vec2(0.03, 0.11)).x)
        + 0.4 * (texture(rung, uv + high * vec2(-0.07, 0.15)).x + texture(rung, uv + high * vec2(0.05, 0.20)).x + texture(rung, uv + high * vec2(-0.03, 0.27)).x);
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
    return vec4(min(light, 4.0), wake, grown, was.w + (min(light, 4.0) - was.w) * toward(was.w < light ? 3.0 : 1.3));
}

// The fewer there are, the more light each has.
float few() { return 1.0 + 2.2 * smoothstep(0.0, CEASE, leave); }

// Hubs are told apart by a depth beyond 1.
vec3 firefly(float near) { return isf_Point.w < 0.0 ? LIGHT_A : near > 1.1 ? LIGHT_G : through_water(spectrum(530.0), mix(15.0, 0.5, sqrt(near))); }

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

// Light in the air around a near one: 0.1 H wide, soft, steeper towards its middle; w what falls from it on what grows.
vec4 halo() {
    float near = abs(isf_Point.w);
    vec2 d = gl_PointCoord * 2.0 - 1.0;
    float away = length(d), r = away / mix(0.23, 0.64, near);
    float soft = pow(max(0.0, 1.0 - r), 3.0), window = max(0.0, 1.0 - away * away);
    float falls = window * window / (1.0 + 14.0 * away * away) * mix(0.25, 1.0, near);
    return vec4(firefly(near) * soft * smoothstep(0.30, 0.95, near) * 0.12 * isf_Point.z * min(few(), 1.1), falls * isf_Point.z);
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
    // People stand between the far slope and the two before it: what grows there is in front of them.
    float before = (1.0 - air) * smoothstep(0.28, 0.42, near);
    float slow = texture(grain, uv * vec2(wide(), 1.0) * 0.35 + vec2(0.002 * TIME, 0.0)).x;
    // Each element has its own threshold, so a slope lights up element by element.
    float power = 0.44 + 0.9 * slow * slow + 2.6 * lit.w;
    float awake = smoothstep(ground.z * 0.8 - 0.1, ground.z * 0.8 + 0.35, power);
    float level = (0.8 + 0.4 * sun) * (1.0 + 0.35 * invite) * (1.0 + (0.25 + 0.4 * invite) * memory.x) * grow * (1.0 - smoothstep(0.35 * CEASE, CEASE, leave));
    float shine = (1.0 - air) * awake * (0.3 + 122.0 * lit.w * lit.w / (lit.w + 0.22)) * mix(0.75, 1.0, near) * level;
    shine += 0.55 * smoothstep(0.10 + 0.8 * ground.z, 0.35 + 0.8 * ground.z, lit.y) * (1.0 - 0.85 * leave) * (1.0 - smoothstep(0.9, 1.0, leave));
    shine += 0.7 * smoothstep(ground.z * 0.6, ground.z * 0.6 + 0.3, lit.z) * grow * (1.0 - leave);
    shine = min(shine, 19.0) * clamp(texture(heard, uv + 0.02 * (texture(grain, 1.1 * uv).yz - 0.5)).w + air + 2.0 * before, 0.0, 1.0);
    // In winter only some of it stands.
    shine *= leaf < 0.999 ? smoothstep(0.0, 0.12, leaf + 0.06 - ground.z + air) : 1.0;
    // What faces the light has more of it; a flash is seen on what is close to it while it lasts.
    float face = ground.w - 2.0, side = texture(charge, uv + vec2(0.03 / wide(), 0.0)).w - texture(charge, uv - vec2(0.03 / wide(), 0.0)).w;
    shine *= 1.0 + 0.8 * face * clamp(6.0 * side / (lit.w + 0.02), -1.0, 1.0) * (1.0 - air);
    vec4 round_ = texture(halos, uv);
    // Nothing on the ground is as bright as a light over it.
    float lies = ground.x * shine;
    lies = lies / (1.0 + 2.2 * lies);
    // It lies in pools, each slope in others; between them is dusk.
    float pool = texture(grain, vec2(uv.x * wide() * 0.37 + 0.31 * floor(2.99 * near), uv.y * 0.60 - 0.0012 * TIME)).y;
    lies *= 0.46 + 0.98 * smoothstep(0.29, 0.58, pool);
    lies += ground.x * (1.0 - air) * 0.40 * round_.w / (1.0 + round_.w) * grow;
    vec3 land_light = 1.34 * lies * spectrum(mix(476.0, 502.0, near) + 16.0 * (warmth - 0.5));
    vec3 light = texelFetch(sparks, ivec2(gl_FragCoord.xy), 0).rgb / max(glow, 1.0e-3) + round_.rgb;
    // The glow of those who stand together: steady, fullest in the shared dark. What grows there is seen by it, and the
    // bodies are its shadow.
    vec2 at = uv * vec2(wide(), 1.0);
    vec2 turned = mat2(0.83, 0.56, -0.56, 0.83) * at - vec2(0.0, 0.003 * TIME);
    float curd = 0.45 + 0.7 * texture(grain, turned * 0.23).y + 0.4 * texture(grain, turned.yx * 0.31 + 0.4).x;
    curd *= 0.30 + 0.70 * curd;
    float quorum = body.z * (0.062 + 0.070 * memory.y) * grow * (1.0 - 0.7 * smoothstep(0.1, CEASE, leave)) * (1.0 - smoothstep(CEASE, LAST, leave));
    light += quorum * (curd * (1.0 - 0.75 * before) + (1.0 - air) * 4.0 * ground.x) * LIGHT_M;
    float open = smoothstep(-0.006, 0.014, body.x);
    return vec4((light * open + land_light * max(open, before)) * glow, 1.0);
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
    else if (PASSINDEX == 11) gl_FragColor = square_due(c);
    else if (PASSINDEX == 12) gl_FragColor = draw_land(gl_FragCoord.xy / RENDERSIZE);
    else if (PASSINDEX == 13) gl_FragColor = spark();
    else if (PASSINDEX == 14) gl_FragColor = halo();
    else gl_FragColor = compose(uv);
}
