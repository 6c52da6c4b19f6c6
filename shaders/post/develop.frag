#version 330 core
// Scene-linear light to display-linear light, 1.0 = white: optical glow, then the tone curve, in one pass.

#include "lib/tame.glsl"
#include "lib/tone.glsl"
in vec2 uv;
out vec4 result;
uniform sampler2D picture;
uniform sampler2D bloom;
uniform float weight;        // fraction of light scattered by the optics, 0.05..0.10
uniform float exposure;      // gain, 1 = unchanged

void main() {
    vec3 sharp = tame(texture(picture, uv).rgb);
    result = vec4(tone(exposure * mix(sharp, texture(bloom, uv).rgb, weight)), 1.0);
}
