// Pass 1: sums over square cells: capped luminance, the scrubbed colour, and which pixels lift or sink.
//
// The loops have constant bounds, and textureLod is used with a nearest sampler instead of texelFetch: on a
// processor without a graphics card both matter (a third of this pass).

uniform sampler2D picture;
uniform usampler2D state;
uniform sampler2D balls;
uniform float fresh;    // 1 on the first frame after a start
uniform float ticks;    // time that has passed
uniform float creep;
uniform float ramp;     // what the start leaves of the light

layout(location = 0) out vec4 sums;     // capped luminance, luminance, red, R + G + B
layout(location = 1) out vec4 moves;    // luminance with every pixel held, lifting + 128 x sinking, excess red, darkest
layout(location = 2) out vec4 hues;     // red and green that are put out; the same with every pixel held

void main() {
    ivec2 first = ivec2(gl_FragCoord.xy) * CELL;
    vec4 total = vec4(0.0);
    vec4 moving = vec4(0.0);
    vec4 colours = vec4(0.0);
    float darkest = NONE;
    for (int y = 0; y < CELL; y++) {
        for (int x = 0; x < CELL; x++) {
            ivec2 at = first + ivec2(x, y);
#ifdef PARTIAL
            if (at.x >= SIZE.x || at.y >= SIZE.y) continue;
#endif
            vec2 uv = (vec2(at) + 0.5) / vec2(SIZE);
            vec3 c = scrub(textureLod(picture, uv, 0.0).rgb);
            darkest = min(darkest, dot(c, WEIGHTS));
            float bright = brightest(c);
#ifdef LOWERED
            c = lower(c, ivec2(gl_FragCoord.xy));
#endif
            vec4 s = unpack(textureLod(state, uv, 0.0).xy, fresh);
            float luminance = dot(c, WEIGHTS);
            float all = c.r + c.g + c.b;
            Colour seen = colourOf(c, bright, ballOf(textureLod(balls, uv, 0.0), fresh, ticks));
            float light = clearOf(min(seen.asked * ramp, capOf(s, ticks)), s);
            float turning = s.x < 0.0 ? -light : light;     // as in apply.glsl
            bool marked = marks(light, s);
            bool turned = turning > s.x + STEP;
            bool further = turning < s.x - creep;
            float moved = (s.x < 0.0 ? further : turned) || (marked && s.w > 0.0) ? 1.0 : 0.0;
            moved += (s.x < 0.0 ? turned : further) || (marked && s.w < 0.0) ? 128.0 : 0.0;
            total += vec4(light, luminance, c.r, all);
            float held = min(light, heldCapOf(s));
            colours += seen.light.rgrg * (vec4(light, light, held, held) / max(seen.luminance, 1.0e-30));
            moving += vec4(held, moved, max(c.r - RED * all, 0.0), 0.0);
        }
    }
    sums = total;
    moves = vec4(moving.xyz, darkest);
    hues = colours;
}
