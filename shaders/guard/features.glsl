// Not part of the guard: means of the guarded light over a coarse grid, for signals derived from the picture.
// Reads the guard's cells, so that no pixel is read twice. The column and row of a texel of the grid are the
// cells that begin in it, at least one; those that overlap the band of lamps are excluded.

uniform sampler2D cells;    // red: sums of luminance, as written by the guard's pass 1
uniform sampler2D moves;    // red: the same where all pixels are held
uniform sampler2D dimmed;   // red: the factor on the whole frame; green: 1 if pixels are held
uniform vec2 grid;
uniform float share;        // fraction of the height taken by the band of lamps, from below

out float mean;

int edge(float at, float count, int first, int last) {
    return first + int(floor(at / count * float(last - first)));
}

void main() {
    ivec2 size = textureSize(cells, 0);
    vec2 here = floor(gl_FragCoord.xy);
    int floorRow = min(int(ceil(share * float(SIZE.y) / float(CELL) - 0.01)), size.y - 1);
    int left = edge(here.x, grid.x, 0, size.x);
    int right = max(edge(here.x + 1.0, grid.x, 0, size.x), left + 1);
    int low = edge(here.y, grid.y, floorRow, size.y);
    int high = max(edge(here.y + 1.0, grid.y, floorRow, size.y), low + 1);
    vec2 dim = texelFetch(dimmed, ivec2(0), 0).rg;
    float sum = 0.0;
    float pixels = 0.0;
    for (int y = low; y < high; y++) {
        for (int x = left; x < right; x++) {
            ivec2 inside = min(SIZE - ivec2(x, y) * CELL, ivec2(CELL));
            sum += dim.y > 0.5 ? texelFetch(moves, ivec2(x, y), 0).r : texelFetch(cells, ivec2(x, y), 0).r;
            pixels += float(inside.x * inside.y);
        }
    }
    mean = sum / pixels * dim.x;
}
