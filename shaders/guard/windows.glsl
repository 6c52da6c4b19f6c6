// Pass 3: one texel per window. Takes the output of the last frame, advances time by dt, and computes the
// window's current mean and its limit. Texel (0, 0) is the whole frame; the rest of row 0 and column 0
// is not a window and allows everything.

uniform sampler2D sums;
uniform sampler2D moves;
uniform sampler2D colours;
uniform ivec2 columns[MOST];  // first and one-past-last cell of each span
uniform ivec2 rows[MOST];
uniform sampler2D pair;     // level (negative while rising), rest, after fall, after rise
uniform sampler2D run;      // start, extreme, up, event
uniform sampler2D group;    // sums of rising and falling, time left since the last group rise, rest
uniform sampler2D asked;    // the last frame: mean before the dimming, cap, mean with every pixel held
uniform sampler2D told;     // the last frame: fraction that would have risen
uniform sampler2D tint;     // the last frame: mean red and green before the dimming; the same with every pixel held
uniform sampler2D ball;     // of the mean colour: centre, radius, rest (law.glsl)
uniform sampler2D dimmed;   // the last frame: g, 1 if held, the window that dimmed most or -1
uniform float dt;
uniform float ticks;
uniform float keep;         // exp(-dt / memory)
uniform float fresh;        // 1 on the first frame after a start: there is no last frame

layout(location = 0) out vec4 pairOut;
layout(location = 1) out vec4 runOut;
layout(location = 2) out vec4 askedOut;     // w: a group rise must be held: 2 always, 1 if a window dims
layout(location = 3) out vec4 groupOut;
layout(location = 4) out vec4 toldOut;      // fraction that would rise, luminance, red's share, excess red's
layout(location = 5) out vec4 tintOut;
layout(location = 6) out vec4 ballOut;
layout(location = 7) out vec4 unlitOut;     // limit of the mean for it to be unlit, and held; NONE where its colour may be seen

void boxMeans(ivec2 at, out vec4 light, out vec4 moving, out vec4 colour) {
    ivec2 span = rows[at.y];
    light = vec4(0.0);
    moving = vec4(0.0);
    colour = vec4(0.0);
    for (int y = span.x; y < span.y; y++) {
        light += texelFetch(sums, ivec2(at.x, y), 0);
        moving += texelFetch(moves, ivec2(at.x, y), 0);
        colour += texelFetch(colours, ivec2(at.x, y), 0);
    }
    ivec2 x = min(columns[at.x] * CELL, ivec2(SIZE.x));
    ivec2 y = min(span * CELL, ivec2(SIZE.y));
    float pixels = float((x.y - x.x) * (y.y - y.x));
    light /= pixels;
    moving /= pixels;
    colour /= pixels;
}

// Blue is the remainder of the luminance.
vec3 meanColour(vec2 redGreen, float luminance) {
    return vec3(redGreen, max(luminance - dot(redGreen, WEIGHTS.rg), 0.0) / WEIGHTS.b);
}

void commitBall(inout vec4 b, vec3 c) {
    if (brightest(c) < LIT) {
        return;
    }
    vec2 away = placeOf(c) - b.xy;
    float far = length(away);
    bool begins = b.z < 0.0 || (b.w <= 0.0 && far > reachOf(b));
    if (begins) {
        b = vec4(b.xy + away, 0.0, b.z < 0.0 ? b.w : SWING_REST);
    } else if (far > b.z + SWING_SLACK) {
        vec2 centre = b.xy + away * (0.5 - 0.5 * b.z / far);
        b.z = max(length(b.xy + away - centre), b.z + length(centre - b.xy));
        b.xy = centre;
    }
}

float unlit(vec4 b, vec3 c, float mean) {
    float far = length(placeOf(c) - b.xy);
    bool held = brightest(c) >= LIT && restsOf(b) && far > reachOf(b);
    return held ? mean * (UNLIT / brightest(c)) : NONE;
}

void commitPair(inout vec4 p, float mean) {
    if (p.x < 0.0) {
        if (mean < -p.x - STEP) {
            p.x = mean;
        } else if (mean > -p.x + ROUNDING) {
            p.x = -mean;
            p.y = REFRACTORY;
        }
    } else if (mean > p.x + STEP) {
        p.x = -mean;
        p.y = REFRACTORY;
    } else {
        p.x = min(p.x, mean);
    }
}

void commitRun(inout vec4 p, inout vec4 r, float mean) {
    if (r.z > 0.5) {
        if (mean < r.y - (r.w > 0.5 ? ROUNDING : SLACK)) {
            r = vec4(r.y, mean, 0.0, 0.0);
        } else {
            if (r.w > 0.5 && mean > r.y + ROUNDING) {
                p.w = REFRACTORY;
            }
            r.y = max(r.y, mean);
        }
    } else if (mean > r.y + SLACK) {
        r = vec4(r.y, mean, 1.0, 0.0);
    } else {
        r.y = min(r.y, mean);
    }
    if (r.w < 0.5) {
        if (r.z > 0.5 && r.y - r.x >= WINDOW_STEP) {
            r.w = 1.0;
            p.w = REFRACTORY;
        } else if (r.z < 0.5 && r.x - r.y >= WINDOW_STEP) {
            r.w = 1.0;
            p.z = REFRACTORY;
        }
    }
}

void commitGroup(inout vec4 k, float lifting, bool held, bool dims) {
    if (!held) {
        k.x += lifting;
        if (k.x >= GROUP && lifting > 0.0) {
            k.z = REFRACTORY;
        }
    }
    if (dims || k.y >= GROUP) {
        k.w = max(k.w, k.z);
    }
}

void main() {
    ivec2 at = ivec2(gl_FragCoord.xy);
    if ((at.x == 0) != (at.y == 0)) {
        pairOut = vec4(0.0);
        runOut = vec4(0.0);
        askedOut = vec4(0.0, NONE, 0.0, 0.0);
        groupOut = vec4(0.0);
        toldOut = vec4(0.0);
        tintOut = vec4(0.0);
        ballOut = vec4(0.0);
        unlitOut = vec4(NONE);
        return;
    }
    vec4 p = vec4(0.0, REFRACTORY, 0.0, REFRACTORY);
    vec4 r = vec4(0.0);
    vec4 k = vec4(0.0, 0.0, REFRACTORY, 0.0);
    vec4 b = vec4(0.0, 0.0, -1.0, REST);
    if (fresh < 0.5) {
        p = texelFetch(pair, at, 0);
        r = texelFetch(run, at, 0);
        k = texelFetch(group, at, 0);
        b = texelFetch(ball, at, 0);
        vec4 hue = texelFetch(tint, at, 0);
        vec3 a = texelFetch(asked, at, 0).xyz;
        vec3 dim = texelFetch(dimmed, ivec2(0), 0).xyz;
        bool held = dim.y > 0.5;
        float last = min((held ? a.z : a.x) * dim.x, a.y);  // g rounds; above the cap is a rise
        commitPair(p, last);
        commitRun(p, r, last);
        commitBall(b, meanColour(held ? hue.zw : hue.xy, held ? a.z : a.x) * dim.x);
        commitGroup(k, texelFetch(told, at, 0).x, held, dim.z > -0.5);
    }
    p.yzw = max(p.yzw - dt, -1.0);
    k.zw = max(k.zw - dt, -1.0);
    k.xy *= keep;
    b.w = max(b.w - ticks, 0.0);
    float cap = NONE;
    if (p.x >= 0.0 && p.y > -TOLERANCE) {
        cap = p.x + STEP;
    }
    if (max(p.z, p.w) > -TOLERANCE && !(r.z > 0.5 && r.w > 0.5)) {
        cap = min(cap, (r.z > 0.5 ? r.x : r.y) + AGAIN);
    }
    if (at.x == 0 && p.z > -TOLERANCE) {  // keep the frame steady after a fall
        cap = min(cap, r.y);
    }
    vec4 light, moving, colour;
    boxMeans(at, light, moving, colour);
    k.y += moving.z;
    if (k.y >= GROUP) {
        k.w = max(k.w, k.z);
    }
    float hold = 0.0;
    if (k.x + moving.y >= GROUP) {
        hold = k.w > -TOLERANCE ? 2.0 : (k.z > -TOLERANCE ? 1.0 : 0.0);
    }
    pairOut = p;
    runOut = r;
    askedOut = vec4(light.x, cap, moving.x, hold);
    groupOut = k;
    tintOut = colour;
    ballOut = b;
    unlitOut = vec4(
        unlit(b, meanColour(colour.xy, light.x), light.x), unlit(b, meanColour(colour.zw, moving.x), moving.x), 0.0, 0.0
    );
    float all = light.w;
    toldOut = vec4(moving.y, light.y, all > 0.0 ? min(light.z / all, RED) : 0.0, all > 0.0 ? moving.w / all : 0.0);
}
