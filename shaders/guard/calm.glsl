// Pass 3: one texel. Is the picture calm: has every lit pixel had its colour in one disc of u'v' for some seconds? The
// disc has the size of a ball (installation/safety/picture/swings.py), so in a calm picture nothing can swing, and the passes
// over every pixel need not track colours. The first lit pixel outside gives each pixel a ball again, in the same frame.
//
// x, y: centre of the disc; z: seconds since a lit pixel was outside; w: 1 calm, 2 the frame after, 0 not.

uniform sampler2D strays;   // of pass 2: its first column is the whole width
uniform sampler2D cuts;
uniform sampler2D last;
uniform float dt;
uniform float fresh;
uniform float possible;     // 0 if each pixel's ball was tracked in this frame anyway

layout(location = 0) out vec4 calm;
layout(location = 1) out vec4 told;     // fraction of lit pixels, of cut pixels, the same held; -
layout(location = 2) out vec4 deepest;  // remaining light of the deepest cut, the same held

void main() {
    vec4 sum = vec4(0.0);
    vec4 cut = vec4(0.0, 0.0, 1.0, 1.0);
    int rows = textureSize(strays, 0).y;
    for (int y = 0; y < rows; y++) {
        vec4 c = texelFetch(cuts, ivec2(0, y), 0);
        sum += texelFetch(strays, ivec2(0, y), 0);
        cut = vec4(cut.xy + c.xy, min(cut.zw, c.zw));
    }
    vec4 was = fresh > 0.5 ? vec4(CALM_AT_START, 0.0, 0.0) : texelFetch(last, ivec2(0), 0);
    bool outside = sum.x > 0.0;
    vec2 centre = was.xy;
    if (outside && possible < 0.5) {    // towards the outside colours, until none is left
        vec2 away = sum.yz / sum.x - centre;
        float far = length(away);
        centre += away * (max(far - 0.98 * CALM_RADIUS, 0.0) / max(far, 1.0e-6));
    }
    bool may = possible > 0.5 && was.z >= CALM_AFTER && !outside;
    calm = vec4(centre, outside ? 0.0 : was.z + dt, may ? 1.0 : (was.w == 1.0 ? 2.0 : 0.0));
    told = vec4(sum.w / float(SIZE.x * SIZE.y), cut.xy / max(sum.w, 1.0), 0.0);
    deepest = cut.zwzw;
}
