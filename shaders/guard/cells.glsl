// Pass 1: sums over square cells: capped luminance, the scrubbed colour, and which pixels rise or fall.
//
// It is compiled twice. CALM only checks whether any lit pixel has left the calm disc (calm.glsl); if one
// has, the other variant is drawn over it and holds colours to their balls.
//
// The loops have constant bounds, and textureLod is used with a nearest sampler instead of texelFetch: on a
// software rasteriser both matter (a third of this pass).

#ifndef CALM
flat in vec4 anyBall;   // the ball of every pixel after a calm frame; radius below 0: each has its own
uniform sampler2D balls;
#endif
uniform sampler2D picture;
uniform usampler2D state;
uniform sampler2D last;     // result of calm.glsl for the last frame
uniform float fresh;    // 1 on the first frame after a start
uniform float ticks;    // elapsed time
uniform float creep;

layout(location = 0) out vec4 sums;     // capped luminance, luminance, red, R + G + B
layout(location = 1) out vec4 moves;    // luminance with every pixel held, rising + 128 x falling, excess red, darkest
layout(location = 2) out vec4 hues;     // red and green of the output; the same with every pixel held
layout(location = 3) out vec4 strays;   // lit pixels outside the calm disc: count, sum of their positions; number of lit pixels
layout(location = 4) out vec4 cuts;     // cut lit pixels, and with every pixel held; remaining light of the deepest cut of both

void main() {
    ivec2 first = ivec2(gl_FragCoord.xy) * CELL;
    vec4 total = vec4(0.0);
    vec4 moving = vec4(0.0);
    vec4 colours = vec4(0.0);
    vec4 strayed = vec4(0.0);
    vec4 cut = vec4(0.0, 0.0, 1.0, 1.0);
    float darkest = NONE;
    vec2 disc = texelFetch(last, ivec2(0), 0).xy;
    vec3 awayX = PLACE_X - disc.x * PLACE_S;
    vec3 awayY = PLACE_Y - disc.y * PLACE_S;
    vec3 radius = CALM_RADIUS * PLACE_S;
    for (int y = 0; y < CELL; y++) {
        for (int x = 0; x < CELL; x++) {
            ivec2 at = first + ivec2(x, y);
#ifdef PARTIAL
            if (at.x >= SIZE.x || at.y >= SIZE.y) continue;
#endif
            vec2 uv = (vec2(at) + 0.5) / vec2(SIZE);
            vec3 c = scrub(textureLod(picture, uv, 0.0).rgb);
            float bright = brightest(c);
            float luminance = dot(c, WEIGHTS);
            darkest = min(darkest, luminance);
#ifdef LOWERED
            c = lower(c, ivec2(gl_FragCoord.xy));
            luminance = dot(c, WEIGHTS);
#endif
            vec4 s = unpack(textureLod(state, uv, 0.0).xy, fresh);
            float all = c.r + c.g + c.b;
            float excess = max(c.r - RED * all, 0.0);
#ifdef CALM
            vec3 shown = c + excess * MOVED;
            float seen = luminance + excess * dot(WEIGHTS, MOVED);
            float asked = luminance;
            vec2 away = vec2(dot(shown, awayX), dot(shown, awayY));
            float reach = dot(shown, radius);
#else
            vec4 ball = anyBall.z >= 0.0 ? anyBall : ballOf(textureLod(balls, uv, 0.0), fresh, ticks);
            Colour colour = colourOf(c, bright, ball);
            vec3 shown = colour.light;
            float seen = colour.luminance;
            float asked = colour.asked;
            vec2 away = colour.wanted - disc;
            float reach = CALM_RADIUS;
#endif
            float lit = bright >= LIT ? 1.0 : 0.0;
            float stray = dot(away, away) > reach * reach ? lit : 0.0;
            float light = clearOf(min(risenOf(asked), capOf(s, ticks)), s);
            float turning = s.x < 0.0 ? -light : light;     // as in apply.glsl
            bool marked = marks(light, s);
            bool turned = turning > s.x + STEP;
            bool further = turning < s.x - creep;
            float moved = (s.x < 0.0 ? further : turned) || (marked && s.w > 0.0) ? 1.0 : 0.0;
            moved += (s.x < 0.0 ? turned : further) || (marked && s.w < 0.0) ? 128.0 : 0.0;
            float held = min(light, heldCapOf(s));
            vec2 left = vec2(light, held) / max(seen, 1.0e-30);
            vec2 isCut = vec2(lessThan(vec2(light, held), vec2(CUT * luminance))) * lit;
            total += vec4(light, luminance, c.r, all);
            moving += vec4(held, moved, excess, 0.0);
            colours += shown.rgrg * left.xxyy;
#ifdef CALM
            strayed += vec4(stray, 0.0, 0.0, lit);
#else
            strayed += vec4(stray, colour.wanted * stray, lit);
#endif
            cut = vec4(cut.xy + isCut, min(cut.zw, mix(vec2(1.0), left, isCut)));
        }
    }
    sums = total;
    moves = vec4(moving.xyz, darkest);
    hues = colours;
    strays = strayed;
    cuts = cut;
}
