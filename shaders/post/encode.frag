#version 330 core
// Display-linear light to 8-bit sRGB codes with blue noise, so that the step from black to the first code is invisible.
//
// The noise is triangular, +-1 code, from one uniform value per texel by inversion, and fades out at
// black and white, where it could only lift or clip: black stays black.

in vec2 uv;
out vec4 result;
uniform sampler2D picture;
uniform sampler2D noise;     // 64x64, 0..1, blue
uniform float turn;          // this frame's offset, 0..1: steps of the golden ratio
uniform float amount;        // 1 = on, 0 = off
uniform vec2 origin;         // place in the picture of the window's lower left corner, 0..1
uniform vec2 along;          // from there to its lower right corner
uniform vec2 up;             // and to its upper left one

void main() {
    vec3 light = clamp(texture(picture, origin + along * uv.x + up * uv.y).rgb, 0.0, 1.0);
    vec3 low = 12.92 * light;
    vec3 high = 1.055 * exp2(log2(max(light, vec3(1.0e-8))) * (1.0 / 2.4)) - 0.055;
    vec3 code = 255.0 * mix(high, low, lessThanEqual(light, vec3(0.0031308)));
    float even = fract(texelFetch(noise, ivec2(gl_FragCoord.xy) & 63, 0).r + turn) * 2.0 - 1.0;
    float triangular = sign(even) * (1.0 - sqrt(1.0 - abs(even)));
    vec3 room = clamp(min(code, 255.0 - code), 0.0, 1.0);
    result = vec4((code + amount * triangular * room) / 255.0, 1.0);
}
