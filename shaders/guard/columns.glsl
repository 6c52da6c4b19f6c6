// Pass 2: for each span of columns, and for each row of cells, the sum of its cells.

uniform sampler2D cells;
uniform ivec2 columns[MOST];    // first and one-past-last cell; a constant array is many times slower in Mesa
out vec4 sums;

void main() {
    ivec2 span = columns[int(gl_FragCoord.x)];
    int y = int(gl_FragCoord.y);
    vec4 total = vec4(0.0);
    for (int x = span.x; x < span.y; x++) {
        total += texelFetch(cells, ivec2(x, y), 0);
    }
    sums = total;
}
