// The picture with soft edges around expected cuts (installation/render/passes/soften.py).

uniform sampler2D picture;
uniform sampler2D shown;    // one texel per cell, interpolated
out vec4 colour;

void main() {
    ivec2 here = ivec2(gl_FragCoord.xy);
    vec2 at = gl_FragCoord.xy / vec2(textureSize(shown, 0) * CELL);
    float left = clamp(textureLod(shown, at, 0.0).x, 0.0, 1.0);
    colour = vec4(scrub(texelFetch(picture, here, 0).rgb) * left, 1.0);
}
