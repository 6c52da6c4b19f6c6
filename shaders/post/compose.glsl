#version 330 core
// Combines the scene with everything else before the guard: the master's gain, the text
// of the HUD, and a band under the picture that shows the venue's lamps with their output levels.
// All values are display-linear light, 1.0 = white.

in vec2 uv;
out vec4 colour;

uniform sampler2D picture;
uniform float gain;         // master of the picture, 0..1
uniform float exposure;     // factor on its light; above 1 highlights are compressed and white stays white
uniform vec2 rise;          // fade-in factor, and the luminance up to which the guard passes all light
uniform float split;        // fraction of the height taken by the band of lamps, from below
uniform vec2 size;          // of the output, in pixels

uniform sampler2D overlay;  // text, straight alpha, 8-bit sRGB
uniform vec4 place;         // position: left, bottom, right, top, 0..1; empty when left >= right

const float PAPER = 0.04;   // most luminance under the text's backing, which takes two thirds of it away

uniform sampler2D lamps;    // row 0: fixtures, row 1: pixels; linear light
uniform ivec2 count;        // how many of each

vec3 lampsAt(vec2 at) {
    vec3 light = vec3(0.002, 0.003, 0.004);
    float aspect = size.x / (size.y * split);
    if (at.y > 0.32 && count.x > 0) {
        float x = at.x * float(count.x);
        int index = min(int(x), count.x - 1);
        vec2 off = vec2((x - float(index) - 0.5) * aspect / float(count.x), (at.y - 0.66));
        float r = length(off);
        vec3 own = texelFetch(lamps, ivec2(index, 0), 0).rgb;
        float disc = 1.0 - smoothstep(0.17, 0.19, r);
        light += own * (disc + 0.25 * exp(-r * r * 40.0)) + 0.006 * (smoothstep(0.17, 0.19, r) - smoothstep(0.20, 0.22, r));
    }
    if (at.y < 0.24 && at.y > 0.08 && count.y > 0) {
        float x = at.x * float(count.y);
        int index = min(int(x), count.y - 1);
        light += texelFetch(lamps, ivec2(index, 1), 0).rgb * smoothstep(0.0, 0.12, 0.5 - abs(fract(x) - 0.5));
    }
    return light;
}

void main() {
    vec3 light;
    if (uv.y < split) light = lampsAt(vec2(uv.x, uv.y / split));
    else {
        light = texture(picture, vec2(uv.x, (uv.y - split) / (1.0 - split))).rgb;
        if (exposure != 1.0) {
            float most = clamp(max(light.r, max(light.g, light.b)), 0.0, 1.0);
            light *= exposure / (1.0 + max(exposure - 1.0, 0.0) * most);
        }
        light *= gain;
    }
    // The scene fades in from black; text is drawn over it and need not.
    light *= dot(light, vec3(0.2126, 0.7152, 0.0722)) * rise.x < rise.y ? rise.x : 1.0;
    if (uv.x > place.x && uv.x < place.z && uv.y > place.y && uv.y < place.w) {
        vec4 ink = texture(overlay, (uv - place.xy) / (place.zw - place.xy));
        // Behind words a bright scene is dimmed as far as they need, and a dark one hardly.
        light *= min(1.0, PAPER / max(dot(light, vec3(0.2126, 0.7152, 0.0722)), PAPER));
        light = mix(light, ink.rgb * ink.rgb * 0.6, ink.a);
    }
    colour = vec4(light, 1.0);
}
