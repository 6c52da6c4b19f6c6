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
uniform float shadows;       // exponent of the gain on dim light, 0 = unchanged, negative raises it
uniform float pivot;         // shown light from which on nothing is raised

void main() {
    vec3 sharp = tame(texture(picture, uv).rgb);
    vec3 shown = tone(exposure * mix(sharp, texture(bloom, uv).rgb, weight));
    float level = dot(shown, vec3(0.2126, 0.7152, 0.0722));
    result = vec4(shown * pow(clamp(level, 5.0e-4, pivot) / pivot, shadows), 1.0);
}
