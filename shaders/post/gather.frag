#version 330 core
// The mean light over each lamp's footprint; one texel per lamp, in universe order, so that the readback needs
// no sorting.
//
// The footprint is cut into cells of at most two texels per side, and one bilinear tap at a cell's centre is the mean
// of the texels under it: exact where footprints fall on texel edges.

out vec4 result;
uniform sampler2D picture;   // display-linear, linear filter
// CELLS: maximum cells per side of any footprint in this table; with 1 each footprint is one tap.
#if CELLS == 1
uniform sampler2D middles;   // u v of the centre, v upward

void main() {
    result = vec4(textureLod(picture, texelFetch(middles, ivec2(gl_FragCoord.xy), 0).xy, 0.0).rgb, 1.0);
}
#else
uniform sampler2D rects;     // u0 v0 u1 v1, v upward

void main() {
    vec4 rect = texelFetch(rects, ivec2(gl_FragCoord.xy), 0);
    vec2 extent = (rect.zw - rect.xy) * vec2(textureSize(picture, 0));
    ivec2 cells = clamp(ivec2(ceil(0.5 * abs(extent) - 0.01)), ivec2(1), ivec2(CELLS));
    vec2 pitch = (rect.zw - rect.xy) / vec2(cells);
    vec3 sum = vec3(0.0);
    for (int y = 0; y < cells.y; y++) {
        for (int x = 0; x < cells.x; x++) {
            sum += textureLod(picture, rect.xy + pitch * (vec2(x, y) + 0.5), 0.0).rgb;
        }
    }
    result = vec4(sum / float(cells.x * cells.y), 1.0);
}
#endif
