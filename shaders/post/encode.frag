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

#ifdef MAPPED
// A bent window: uv is the place in its part of the picture. Soft edges and the mask only take light away.
uniform vec4 area;           // that part: left, bottom, right, top, 0..1 of the picture
uniform vec4 blend;          // widths of its soft edges in shares of it, in this order
uniform float gamma;         // exponent on their light, 1 at least
uniform sampler2D mask;      // over the area; 1 = all light passes
uniform float least;         // what passes of masked light: 0, and more while the mask is edited

float rising(float from, float width) {
    if (width <= 0.0) return 1.0;
    float t = clamp(from / width, 0.0, 1.0);
    return t < 0.5 ? 2.0 * t * t : 1.0 - 2.0 * (1.0 - t) * (1.0 - t);
}

vec3 lightAt(vec2 at) {
#if FINE
    // Four places of the pixel where it covers more than a texel of the picture: their mean.
    vec2 size = vec2(textureSize(picture, 0)), across = dFdx(at), above = dFdy(at);
    float covers = max(length(across * size), length(above * size));
    float apart = 0.25 * clamp(covers - 1.0, 0.0, 1.0);
    across *= apart;
    above *= apart;
    vec3 light = 0.25 * (
        texture(picture, at + across + above).rgb + texture(picture, at + across - above).rgb
        + texture(picture, at - across + above).rgb + texture(picture, at - across - above).rgb);
#else
    vec3 light = texture(picture, at).rgb;
#endif
    vec2 place = (at - area.xy) / (area.zw - area.xy);
#if BLENDED
    vec4 edges = vec4(place, 1.0 - place);
    float factor = rising(edges.x, blend.x) * rising(edges.y, blend.y) * rising(edges.z, blend.z) * rising(edges.w, blend.w);
    light *= pow(factor, gamma);
#endif
#if MASKED
    light *= max(texture(mask, place).r, least);
#endif
    return light;
}
#else
vec3 lightAt(vec2 at) { return texture(picture, at).rgb; }
#endif

void main() {
    vec3 light = clamp(lightAt(origin + along * uv.x + up * uv.y), 0.0, 1.0);
    vec3 low = 12.92 * light;
    vec3 high = 1.055 * exp2(log2(max(light, vec3(1.0e-8))) * (1.0 / 2.4)) - 0.055;
    vec3 code = 255.0 * mix(high, low, lessThanEqual(light, vec3(0.0031308)));
    float even = fract(texelFetch(noise, ivec2(gl_FragCoord.xy) & 63, 0).r + turn) * 2.0 - 1.0;
    float triangular = sign(even) * (1.0 - sqrt(1.0 - abs(even)));
    vec3 room = clamp(min(code, 255.0 - code), 0.0, 1.0);
    result = vec4((code + amount * triangular * room) / 255.0, 1.0);
}
