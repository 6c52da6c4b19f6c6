// What all passes of the guard share. The constants before this piece come from installation/safety/law.py;
// the law and its proofs are in refractory.py, strict.py, groups.py and reference.py beside it.

const vec3 WEIGHTS = vec3(0.2126, 0.7152, 0.0722);
const vec3 MOVED = vec3(-1.0, 0.5, 0.5);  // where excess red goes
const float NONE = 3.0e38;  // no cap

// A comparison with NaN is false, so NaN becomes 0 like everything negative; infinity becomes 1.
float scrub(float x) {
    return x > 0.0 ? min(x, 1.0) : 0.0;
}

vec3 scrub(vec3 c) {
    return vec3(scrub(c.r), scrub(c.g), scrub(c.b));
}

// A pixel's state: x = its level, negative while rising (a rising level is never 0); y = rest time in seconds.
float capOf(vec2 state, float dt) {
    return state.x < 0.0 || state.y - dt <= -TOLERANCE ? NONE : state.x + STEP;
}

// The same where no pixel may lift (installation/safety/groups.py).
float heldCapOf(vec2 state) {
    return state.x < 0.0 ? -state.x : state.x + STEP;
}

#ifdef LOWERED
// Stripes: peaks sink towards the valleys around them (installation/safety/patterns.py).
uniform sampler2D valleys;
uniform float contrast;

vec3 lower(vec3 c, ivec2 cell) {
    float luminance = dot(c, WEIGHTS);
    float peak = max(luminance - texelFetch(valleys, cell, 0).x, 0.0);
    return c * ((luminance - (1.0 - contrast) * peak) / max(luminance, 1.0e-30));
}
#endif
