// Pass 3: one texel per window. Takes over what the last frame put out, lets dt pass, and says what the
// window's mean is now and what it may be. Texel (0, 0) is the whole frame; the rest of row 0 and column 0
// is no window and says that everything is allowed.

uniform sampler2D sums;
uniform ivec2 columns[MOST];  // first and one-past-last cell of each span
uniform ivec2 rows[MOST];
uniform sampler2D pair;     // level (negative while rising), rest, after fall, after rise
uniform sampler2D run;      // start, extreme, up, event
uniform sampler2D asked;    // the last frame: mean before the dimming, cap
uniform sampler2D dimmed;   // the last frame: g
uniform float dt;
uniform float fresh;        // 1 on the first frame after a start: there is no last frame

layout(location = 0) out vec4 pairOut;
layout(location = 1) out vec4 runOut;
layout(location = 2) out vec4 askedOut;

vec4 boxMean(ivec2 at) {
    ivec2 span = rows[at.y];
    vec4 total = vec4(0.0);
    for (int y = span.x; y < span.y; y++) {
        total += texelFetch(sums, ivec2(at.x, y), 0);
    }
    ivec2 x = min(columns[at.x] * CELL, ivec2(SIZE.x));
    ivec2 y = min(span * CELL, ivec2(SIZE.y));
    return total / float((x.y - x.x) * (y.y - y.x));
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

void main() {
    ivec2 at = ivec2(gl_FragCoord.xy);
    if ((at.x == 0) != (at.y == 0)) {
        pairOut = vec4(0.0);
        runOut = vec4(0.0);
        askedOut = vec4(0.0, NONE, 0.0, 0.0);
        return;
    }
    vec4 p = vec4(0.0, REFRACTORY, 0.0, REFRACTORY);
    vec4 r = vec4(0.0);
    if (fresh < 0.5) {
        p = texelFetch(pair, at, 0);
        r = texelFetch(run, at, 0);
        vec2 a = texelFetch(asked, at, 0).xy;
        float last = min(a.x * texelFetch(dimmed, ivec2(0), 0).x, a.y);  // g rounds; above the cap is a rise
        commitPair(p, last);
        commitRun(p, r, last);
    }
    p.yzw = max(p.yzw - dt, -1.0);
    float cap = NONE;
    if (p.x >= 0.0 && p.y > -TOLERANCE) {
        cap = p.x + STEP;
    }
    if (max(p.z, p.w) > -TOLERANCE && !(r.z > 0.5 && r.w > 0.5)) {
        cap = min(cap, (r.z > 0.5 ? r.x : r.y) + AGAIN);
    }
    if (at.x == 0 && p.z > -TOLERANCE) {  // the frame stays still after a fall
        cap = min(cap, r.y);
    }
    vec4 mean = boxMean(at);
    float all = mean.y + mean.z + mean.w;
    pairOut = p;
    runOut = r;
    askedOut = vec4(mean.x, cap, dot(mean.yzw, WEIGHTS), all > 0.0 ? min(mean.y / all, RED) : 0.0);
}
