// Pass 2: for each span of columns, and for each row of cells, the sum of its cells.

uniform sampler2D cells;
uniform sampler2D moved;
uniform sampler2D hues;
uniform sampler2D strays;
uniform sampler2D cuts;
uniform ivec2 columns[MOST];    // first and one-past-last cell; a constant array is many times slower in Mesa

layout(location = 0) out vec4 sums;     // as in cells.glsl
layout(location = 1) out vec4 moves;    // luminance with every pixel held, rising, falling, excess red
layout(location = 2) out vec4 colours;  // as in cells.glsl
layout(location = 3) out vec4 strayed;
layout(location = 4) out vec4 cut;

void main() {
    ivec2 span = columns[int(gl_FragCoord.x)];
    int y = int(gl_FragCoord.y);
    vec4 total = vec4(0.0);
    vec4 moving = vec4(0.0);
    vec4 tinted = vec4(0.0);
    for (int x = span.x; x < span.y; x++) {
        total += texelFetch(cells, ivec2(x, y), 0);
        tinted += texelFetch(hues, ivec2(x, y), 0);
        vec3 cell = texelFetch(moved, ivec2(x, y), 0).xyz;
        float sinking = floor(cell.y / 128.0);
        moving += vec4(cell.x, cell.y - 128.0 * sinking, sinking, cell.z);
    }
    sums = total;
    moves = moving;
    colours = tinted;
    strayed = vec4(0.0);
    cut = vec4(0.0, 0.0, 1.0, 1.0);
    if (gl_FragCoord.x > 1.0) {
        return;     // needed for the whole width only
    }
    for (int x = span.x; x < span.y; x++) {
        vec4 c = texelFetch(cuts, ivec2(x, y), 0);
        strayed += texelFetch(strays, ivec2(x, y), 0);
        cut = vec4(cut.xy + c.xy, min(cut.zw, c.zw));
    }
}
