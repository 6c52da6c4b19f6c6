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

// A pixel's state, 64 bits: its level as a float; 1 bit whether a fall is awaited (marks.py), 23 bits of the light at
// which that or a rise will be marked, 8 bits of rest time in ticks. Unpacked: x = the level, negative while
// rising (a rising level is never 0); y = the rest; z = the light of the next mark; w = 1 for a rise, -1 for a fall.
vec4 unpack(uvec2 bits, float fresh) {
    bits = fresh > 0.5 ? uvec2(0u, START) : bits;
    float next = float(int(bits.y >> 8u & 0x7FFFFFu)) * UNIT;
    return vec4(uintBitsToFloat(bits.x), float(int(bits.y & 0xFFu)), next, int(bits.y) < 0 ? -1.0 : 1.0);
}

uvec2 pack(vec4 state) {
    uint bits = uint(int(state.z * UNITS + 0.5)) << 8u | uint(int(state.y));
    return uvec2(floatBitsToUint(state.x), state.w < 0.0 ? bits | 0x80000000u : bits);
}

float capOf(vec4 state, float ticks) {
    return state.x < 0.0 || state.y <= ticks ? NONE : state.x + STEP;
}

// The same where no pixel may lift (installation/safety/picture/groups.py).
float heldCapOf(vec4 state) {
    return state.x < 0.0 ? -state.x : state.x + STEP;
}

// No light is left so close to the next mark that rounding would decide when it falls.
float clearOf(float light, vec4 state) {
    return light < state.z + CLEAR ? min(light, state.z - CLEAR) : light;
}

bool marks(float light, vec4 state) {
    return (light - state.z) * state.w >= 0.0;
}

#ifdef LOWERED
// Stripes: peaks sink towards the valleys around them (installation/safety/picture/patterns.py).
uniform sampler2D valleys;
uniform float contrast;

vec3 lower(vec3 c, ivec2 cell) {
    float luminance = dot(c, WEIGHTS);
    float peak = max(luminance - texelFetch(valleys, cell, 0).x, 0.0);
    return c * ((luminance - (1.0 - contrast) * peak) / max(luminance, 1.0e-30));
}
#endif
