/*{
  "ISFVSN": "2",
  "DESCRIPTION": "The finished picture seen closer or from further away, with light that stays longer or goes sooner, and that breathes.",
  "CREDIT": "Photophore",
  "CATEGORIES": ["filter"],
  "PHOTOPHORE": {"COLOR": "linear", "PHASES": {"breathing": 8.0}},
  "INPUTS": [
    {"NAME": "inputImage", "TYPE": "image"},
    {"NAME": "zoom", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.5, "MAX": 4.0},
    {"NAME": "focus", "TYPE": "point2D", "DEFAULT": [0.5, 0.5], "MIN": [0.0, 0.0], "MAX": [1.0, 1.0]},
    {"NAME": "memory", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.25, "MAX": 6.0},
    {"NAME": "breath", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 2.0},
    {"NAME": "scatter", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1.0}
  ],
  "PASSES": [
    {"TARGET": "kept", "PERSISTENT": true, "FLOAT": true, "WIDTH": "floor($WIDTH/2)", "HEIGHT": "floor($HEIGHT/2)"},
    {}
  ]
}*/

// kept   xyz the light of the past, w its luminance where it was highest of late

const float STAYS = 0.22;  // s of half-life for each step of `memory` above 1
const vec3 PALE = vec3(0.22, 0.36, 0.55); // how bright what stays is beside what shone: it sinks into the blue
const float HIGHEST = 5.0; // s in which the highest luminance is halved
const float APART = 5.0;   // places a picture height whose breath has a phase of its own

const vec3 LUMINANCE = vec3(0.2126, 0.7152, 0.0722);

float chance(vec2 cell) { return fract(sin(dot(cell, vec2(127.1, 311.7))) * 43758.5453); }

// Phase of the place, 0..1, without edges.
float phase_at(vec2 at) {
    vec2 cell = floor(at), f = at - cell, s = f * f * (3.0 - 2.0 * f);
    float below = mix(chance(cell), chance(cell + vec2(1.0, 0.0)), s.x);
    return mix(below, mix(chance(cell + vec2(0.0, 1.0)), chance(cell + vec2(1.0, 1.0)), s.x), s.y);
}

vec4 keep(vec2 uv) {
    vec3 now = IMG_NORM_PIXEL(inputImage, uv).rgb;
    vec4 was = IMG_NORM_PIXEL(kept, uv);
    float left = memory > 1.0 ? exp2(-TIMEDELTA / (STAYS * (memory - 1.0) + 1e-3)) : 0.0;
    return vec4(max(now, was.rgb * left), max(dot(now, LUMINANCE), was.w * exp2(-TIMEDELTA / HIGHEST)));
}

// Bicubic (B-spline) from four bilinear reads: a picture drawn large has no edges of pixels.
vec3 smooth_at(vec2 uv) {
    vec2 size = RENDERSIZE, at = uv * size - 0.5, f = fract(at), i = at - f + 0.5;
    vec2 w0 = (1.0 - f) * (1.0 - f) * (1.0 - f) / 6.0, w3 = f * f * f / 6.0;
    vec2 w1 = 2.0 / 3.0 - 0.5 * f * f * (2.0 - f), w2 = 1.0 - w0 - w1 - w3;
    vec2 low = w0 + w1, high = w2 + w3;
    vec2 a = (i - 1.0 + w1 / low) / size, b = (i + 1.0 + w3 / high) / size;
    return low.y * (low.x * IMG_NORM_PIXEL(inputImage, a).rgb + high.x * IMG_NORM_PIXEL(inputImage, vec2(b.x, a.y)).rgb)
         + high.y * (low.x * IMG_NORM_PIXEL(inputImage, vec2(a.x, b.y)).rgb + high.x * IMG_NORM_PIXEL(inputImage, b).rgb);
}

void main() {
    vec2 uv = isf_FragNormCoord;
    if (PASSINDEX == 0) { gl_FragColor = keep(uv); return; }
    vec2 at = (uv - focus) / zoom + focus, inside = clamp(at, 0.0, 1.0);
    // Far away its edges are lost in the dark, the more so the further it is.
    vec2 edge = smoothstep(0.5, 0.5 - 0.18 * clamp(1.0 / zoom - 1.0, 1.0e-3, 1.0), abs(at - 0.5));
    vec3 light = zoom > 1.15 ? smooth_at(inside) : IMG_NORM_PIXEL(inputImage, inside).rgb;
    vec4 past = IMG_NORM_PIXEL(kept, inside);
    if (memory > 1.0) light = max(light, past.rgb * mix(vec3(0.0), PALE, min(memory - 1.0, 1.0)));
    else if (memory < 1.0) {
        float now = dot(light, LUMINANCE);
        // A light that has fallen to 2^(-t/h) of what it was is seen at 2^(-t/(h memory)).
        light *= past.w > 1e-6 ? pow(clamp(now / past.w, 0.0, 1.0), 1.0 / memory - 1.0) : 1.0;
    }
    if (zoom < 1.0) light *= edge.x * edge.y;
    if (breath > 0.0) {
        float aspect = RENDERSIZE.x / RENDERSIZE.y;
        float own = scatter * 3.0 * phase_at(vec2(at.x * aspect, at.y) * APART);
        light *= exp2(breath * sin(6.2831853 * (breathing + own)));
    }
    gl_FragColor = vec4(light, 1.0);
}
