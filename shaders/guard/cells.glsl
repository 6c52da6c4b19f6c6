// Pass 1: sums over square cells: capped luminance, luminance, red after the red limit, R + G + B.

uniform sampler2D picture;
uniform sampler2D state;
uniform float dt;
out vec4 sums;

void main() {
    ivec2 first = ivec2(gl_FragCoord.xy) * CELL;
    ivec2 last = min(first + CELL, SIZE);
    vec4 total = vec4(0.0);
    for (int y = first.y; y < last.y; y++) {
        for (int x = first.x; x < last.x; x++) {
            vec3 c = scrub(texelFetch(picture, ivec2(x, y), 0).rgb);
            float luminance = dot(c, WEIGHTS);
            float all = c.r + c.g + c.b;
            float cap = capOf(texelFetch(state, ivec2(x, y), 0).xy, dt);
            total += vec4(min(luminance, cap), luminance, min(c.r, RED * all), all);
        }
    }
    sums = total;
}
