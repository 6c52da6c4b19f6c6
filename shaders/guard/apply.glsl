// Pass 6: the guarded picture, and each pixel's state after it. CALM is used where no colour can swing.

in vec2 uv;
flat in vec2 dim;   // g, 1 if held
#ifndef CALM
flat in vec4 anyBall;   // as in cells.glsl
uniform sampler2D balls;
#endif

uniform sampler2D picture;
uniform usampler2D state;
uniform float fresh;    // 1 on the first frame after a start
uniform float ticks;    // elapsed time

layout(location = 0) out vec4 colour;
layout(location = 1) out uvec2 stateOut;
#ifndef CALM
layout(location = 2) out vec4 ballOut;

// The ball of a pixel after it was at a place (installation/safety/picture/swings.py).
vec4 follow(vec4 ball, vec2 place, bool lit) {
    vec2 away = place - ball.xy;
    float far = length(away);
    bool begins = lit && (ball.z < 0.0 || (ball.w <= 0.0 && far > reachOf(ball)));
    bool grows = lit && !begins && far > ball.z + SWING_SLACK;
    vec2 centre = begins ? place : ball.xy + away * (0.5 - 0.5 * ball.z / max(far, 1.0e-6));
    centre = floor(clamp(centre, 0.0, 255.0) + 0.5);
    float moved = begins ? 0.0 : ball.z + length(centre - ball.xy);
    float quarters = min(ceil((max(length(place - centre), moved) - SWING_SLACK) * 4.0), 254.0);
    float rest = begins && ball.z >= 0.0 ? SWING_REST : ball.w;
    float kept = ball.z < 0.0 ? 255.0 : ball.z * 4.0;
    return vec4(begins || grows ? vec3(centre, quarters) : vec3(ball.xy, kept), rest) / 255.0;
}
#endif

void main() {
    vec3 c = scrub(textureLod(picture, uv, 0.0).rgb);
    float bright = brightest(c);
#ifdef LOWERED
    c = lower(c, ivec2(gl_FragCoord.xy) / CELL);
#endif
    vec4 s = unpack(textureLod(state, uv, 0.0).xy, fresh);
#ifdef CALM
    float excess = max(c.r - RED * (c.r + c.g + c.b), 0.0);
    Colour seen;
    seen.asked = dot(c, WEIGHTS);
    seen.light = c + excess * MOVED;
    seen.luminance = seen.asked + excess * dot(WEIGHTS, MOVED);
#else
    vec4 ball = anyBall.z >= 0.0 ? anyBall : ballOf(textureLod(balls, uv, 0.0), fresh, ticks);
    Colour seen = colourOf(c, bright, ball);
    ballOut = follow(ball, seen.place, seen.lit);
#endif
    float light = clearOf(min(risenOf(seen.asked), capOf(s, ticks)), s);
    if (dim.y > 0.5) {
        light = min(light, heldCapOf(s));
    }
    light *= dim.x;

    // Red and colour are limited at the asked luminance: what this removes or adds is scaled back.
    colour = vec4(seen.light * (light / max(seen.luminance, 1.0e-30)), 1.0);

    // Both directions use one rule if the light carries the sign of the level, which is negative while
    // rising: then it turns if it is more than STEP above, and continues if it is below.
    float signedLight = s.x < 0.0 ? -light : light;
    float further = signedLight < s.x - ROUNDING ? signedLight : s.x;
    float level = signedLight > s.x + STEP ? -signedLight : further;
    // A new rising level, the first or a higher one, sets the full rest time.
    float rest = level < min(s.x, 0.0) ? REST : max(s.y - ticks, 0.0);

    float above = light + COUNTED;
    float below = clamp(light - COUNTED, CLEAR, DARKER);
    bool marked = marks(light, s);
    float awaited = marked ? -s.w : s.w;
    float turned = awaited < 0.0 ? below : above;
    float follows = awaited < 0.0 ? max(s.z, below) : min(s.z, above);
    stateOut = pack(vec4(level, rest, marked ? turned : follows, awaited));
}
