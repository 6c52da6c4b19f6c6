// Pass 5: three texels: g and whether pixels are held; data for the report. Nothing is read back before it is used.

uniform sampler2D asked;
uniform sampler2D told;
uniform sampler2D unlit;
uniform sampler2D shares;   // of calm.glsl: report of cuts
uniform sampler2D deepest;
uniform sampler2D calm;
uniform sampler2D last;     // this pass's result for the last frame
uniform vec4 joint;         // allowed beside the lamps: low, least, most, creep (safety/joint.py, Limit)
out vec4 result;    // first: g, 1 if held, index of the window that dims most or -1; second and third: for the report

// The maximum of the frame's mean beside the lamps.
float together() {
    float mean = texelFetch(last, ivec2(1, 0), 0).x;
    return mean >= joint.y && mean <= joint.z ? NONE : max(mean, min(joint.x, mean) + joint.w);
}

// The minimum g, and the window that requires it.
vec2 least(bool held) {
    vec2 g = vec2(1.0, -1.0);
    float beside = together();
    for (int y = 0; y < WINDOWS.y; y++) {
        for (int x = 0; x < WINDOWS.x; x++) {
            vec3 a = texelFetch(asked, ivec2(x, y), 0).xyz;
            float mean = held ? a.z : a.x;
            vec2 u = texelFetch(unlit, ivec2(x, y), 0).xy;
            float cap = min(x + y == 0 ? min(a.y, beside) : a.y, held ? u.y : u.x);
            if (mean * g.x > cap) {
                g = vec2(cap / mean, y == 0 ? 0 : 1 + (y - 1) * (WINDOWS.x - 1) + x - 1);
            }
        }
    }
    return g;
}

void main() {
    vec2 g = least(false);
    float enough = g.y >= 0.0 ? 0.5 : 1.5;      // dimming counts as a group fall of every window
    bool held = false;
    for (int y = 1; y < WINDOWS.y; y++) {
        for (int x = 1; x < WINDOWS.x; x++) {
            held = held || texelFetch(asked, ivec2(x, y), 0).w > enough;
        }
    }
    held = held || texelFetch(asked, ivec2(0), 0).w > enough;
    if (held) {
        g = least(true);
    }
    if (gl_FragCoord.x < 1.0) {
        result = vec4(g.x, held ? 1.0 : 0.0, g.y, 0.0);
        return;
    }
    if (gl_FragCoord.x > 2.0) {
        vec3 share = texelFetch(shares, ivec2(0), 0).xyz;
        vec2 left = texelFetch(deepest, ivec2(0), 0).xy;
        result = vec4(share.x, held ? share.z : share.y, held ? left.y : left.x, texelFetch(calm, ivec2(0), 0).z);
        return;
    }
    vec4 frame = texelFetch(asked, ivec2(0), 0);
    result = vec4((held ? frame.z : frame.x) * g.x, texelFetch(told, ivec2(0), 0).yzw);
}
