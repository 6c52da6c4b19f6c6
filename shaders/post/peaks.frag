#version 330 core
// The brightest pixel of each cell of a coarse grid: its luminance, and where it is (0..1, y up). For flash events.

out vec4 result;
uniform sampler2D picture;   // display-linear, before text
uniform vec2 grid;           // columns and rows of cells

void main() {
    ivec2 size = textureSize(picture, 0);
    vec2 cell = vec2(size) / grid, here = floor(gl_FragCoord.xy);
    ivec2 first = ivec2(here * cell), last = min(max(ivec2((here + 1.0) * cell), first + 1), size);
    float most = 0.0;
    ivec2 place = (first + last) / 2;
    for (int y = first.y; y < last.y; y++) {
        for (int x = first.x; x < last.x; x++) {
            // IEC 61966-2-1 weights
            float light = dot(texelFetch(picture, ivec2(x, y), 0).rgb, vec3(0.2126, 0.7152, 0.0722));
            if (light > most) {
                most = light;
                place = ivec2(x, y);
            }
        }
    }
    result = vec4(most, (vec2(place) + 0.5) / vec2(size), 1.0);
}
