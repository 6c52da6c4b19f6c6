// The minimum of each cell's neighbourhood (first along rows, then along columns), then the mean there.

uniform sampler2D cells;
uniform ivec2 direction;
uniform int smoothing;      // 0: minimum of the cells' w; 1: minimum of x; 2: mean of x
out float lowest;

void main() {
    ivec2 here = ivec2(gl_FragCoord.xy);
    ivec2 last = textureSize(cells, 0) - 1;
    float least = NONE;
    float total = 0.0;
    for (int by = -REACH; by <= REACH; by++) {
        vec4 cell = texelFetch(cells, clamp(here + by * direction, ivec2(0), last), 0);
        float value = smoothing == 0 ? cell.w : cell.x;
        least = min(least, value);
        total += value;
    }
    lowest = smoothing == 2 ? total / float(2 * REACH + 1) : least;
}
