#version 330 core
// One step of the bloom pyramid, down or up. STEP is set by installation/render/passes/post.py.
//
//   FIRST  four bilinear taps, each the mean of 2x2 texels: the exact mean of a 4x4 block (quarter size)
//   DOWN   four bilinear taps half a texel outside: a smooth halving without shimmer
//   UP     a tent of four taps over the wider level, mixed into this one
//   RICH   thirteen taps for graphics cards: five overlapping 4x4 boxes, the middle one with half the weight (the layout
//          that Jimenez showed at SIGGRAPH 2014); on the first level each box is weighted by 1 / (1 + its light),
//          so that one hot texel cannot flicker through the whole pyramid (Karis's average)

#include "lib/tame.glsl"
in vec2 uv;
out vec4 result;
uniform sampler2D picture;   // the level that is read
uniform sampler2D narrow;    // UP: the level that is added to
uniform float spread;        // UP: fraction of the wider level, 0..1

vec3 tap(vec2 at) { return tame(texture(picture, at).rgb); }

#if STEP == 3
vec3 weighed(vec3 box, float share, inout float total) {
    float weight = FIRST_LEVEL == 1 ? share / (1.0 + max(box.r, max(box.g, box.b))) : share;
    total += weight;
    return box * weight;
}
#endif

void main() {
    vec2 texel = 1.0 / vec2(textureSize(picture, 0));
#if STEP == 0 || STEP == 1
    vec3 sum = tap(uv + texel * vec2(-1.0, -1.0)) + tap(uv + texel * vec2(1.0, -1.0))
             + tap(uv + texel * vec2(-1.0, 1.0)) + tap(uv + texel * vec2(1.0, 1.0));
    result = vec4(0.25 * sum, 1.0);
#elif STEP == 2
    vec3 wide = tap(uv + texel * vec2(-0.75, -0.35)) + tap(uv + texel * vec2(0.35, -0.75))
              + tap(uv + texel * vec2(0.75, 0.35)) + tap(uv + texel * vec2(-0.35, 0.75));
    result = vec4(mix(texture(narrow, uv).rgb, 0.25 * wide, spread), 1.0);
#else
    vec3 a = tap(uv + texel * vec2(-2.0, 2.0)), b = tap(uv + texel * vec2(0.0, 2.0)), c = tap(uv + texel * vec2(2.0, 2.0));
    vec3 d = tap(uv + texel * vec2(-2.0, 0.0)), e = tap(uv), f = tap(uv + texel * vec2(2.0, 0.0));
    vec3 g = tap(uv + texel * vec2(-2.0, -2.0)), h = tap(uv + texel * vec2(0.0, -2.0)), i = tap(uv + texel * vec2(2.0, -2.0));
    vec3 j = tap(uv + texel * vec2(-1.0, 1.0)), k = tap(uv + texel * vec2(1.0, 1.0));
    vec3 l = tap(uv + texel * vec2(-1.0, -1.0)), m = tap(uv + texel * vec2(1.0, -1.0));
    float total = 0.0;
    vec3 sum = weighed(0.25 * (j + k + l + m), 0.5, total) + weighed(0.25 * (a + b + d + e), 0.125, total)
             + weighed(0.25 * (b + c + e + f), 0.125, total) + weighed(0.25 * (d + e + g + h), 0.125, total)
             + weighed(0.25 * (e + f + h + i), 0.125, total);
    result = vec4(sum / total, 1.0);
#endif
}
