#version 330 core
// Display-encoded sRGB, as ordinary ISF files write it, to display-linear light (IEC 61966-2-1).

#include "lib/tame.glsl"
in vec2 uv;
out vec4 result;
uniform sampler2D picture;

void main() {
    vec3 code = min(tame(texture(picture, uv).rgb), vec3(1.0));
    vec3 low = code / 12.92;
    vec3 high = exp2(2.4 * log2((code + 0.055) / 1.055));
    result = vec4(mix(high, low, lessThanEqual(code, vec3(0.04045))), 1.0);
}
