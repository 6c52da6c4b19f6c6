// Pass 2: for each span of columns, and for each row of cells, the sum of its cells.

uniform sampler2D cells;
out vec4 sums;

void main() {
    ivec2 span = COLUMNS[int(gl_FragCoord.x)];
    int y = int(gl_FragCoord.y);
    vec4 total = vec4(0.0);
    for (int x = span.x; x < span.y; x++) {
        total += texelFetch(cells, ivec2(x, y), 0);
    }
    sums = total;
}
