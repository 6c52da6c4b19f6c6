// Pass 1: sums over square cells: capped luminance, and the scrubbed colour.
//
// The loops have constant bounds, and textureLod is used with a nearest sampler instead of texelFetch: on a
// processor without a graphics card both matter (a third of this pass).

uniform sampler2D picture;
uniform sampler2D state;
uniform float dt;
out vec4 sums;

void main() {
    ivec2 first = ivec2(gl_FragCoord.xy) * CELL;
    vec4 total = vec4(0.0);
    for (int y = 0; y < CELL; y++) {
        for (int x = 0; x < CELL; x++) {
            ivec2 at = first + ivec2(x, y);
#ifdef PARTIAL
            if (at.x >= SIZE.x || at.y >= SIZE.y) continue;
#endif
            vec2 uv = (vec2(at) + 0.5) / vec2(SIZE);
            vec3 c = scrub(textureLod(picture, uv, 0.0).rgb);
            float cap = capOf(textureLod(state, uv, 0.0).xy, dt);
            total += vec4(min(dot(c, WEIGHTS), cap), c);
        }
    }
    sums = total;
}
