// Pass 4: one texel: g, and what the report says. No number of it comes back before it is used.

uniform sampler2D asked;
uniform float ramp;
out vec4 result;            // g, mean out, mean in, red's share + 2 x the worst window's number (-1: none)

void main() {
    float g = ramp;
    int worst = -1;
    for (int y = 0; y < WINDOWS.y; y++) {
        for (int x = 0; x < WINDOWS.x; x++) {
            vec2 a = texelFetch(asked, ivec2(x, y), 0).xy;
            if (a.x * g > a.y) {
                g = a.y / a.x;
                worst = y == 0 ? 0 : 1 + (y - 1) * (WINDOWS.x - 1) + x - 1;
            }
        }
    }
    vec4 frame = texelFetch(asked, ivec2(0), 0);
    result = vec4(g, frame.x * g, frame.z, frame.w + float(worst) * 2.0);
}
