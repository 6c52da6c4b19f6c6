// Code shared by all passes of the guard. The constants before this part come from installation/safety/law.py;
// the law and its proofs are in refractory.py, strict.py, groups.py and reference.py beside it.

const vec3 WEIGHTS = vec3(0.2126, 0.7152, 0.0722);
const vec3 MOVED = vec3(-1.0, 0.5, 0.5);  // mapping of excess red
const float NONE = 3.0e38;  // no cap

uniform float ramp;     // factor of the fade-in
uniform float steady;   // luminance that is always allowed

// A comparison with NaN is false, so NaN becomes 0 like everything negative; infinity becomes 1.
float scrub(float x) {
    return x > 0.0 ? min(x, 1.0) : 0.0;
}

vec3 scrub(vec3 c) {
    return vec3(scrub(c.r), scrub(c.g), scrub(c.b));
}

// A pixel's state, 64 bits: its level as a float; 1 bit whether a fall is expected (marks.py), 23 bits of the light at
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

// The same with every pixel held (installation/safety/picture/groups.py).
float heldCapOf(vec4 state) {
    return state.x < 0.0 ? -state.x : state.x + STEP;
}

// Light after the fade-in: a fraction of it, or what is always allowed (FlashLaw.steady_at).
float risenOf(float asked) {
    return min(asked, max(asked * ramp, steady));
}

// Keep light away from the next mark, where rounding would decide when it falls.
float clearOf(float light, vec4 state) {
    return light < state.z + CLEAR ? min(light, state.z - CLEAR) : light;
}

bool marks(float light, vec4 state) {
    return (light - state.z) * state.w >= 0.0;
}

// Colour (installation/safety/picture/swings.py). A ball, unpacked: centre, radius (below 0: no ball yet), rest in ticks.
vec4 ballOf(vec4 texel, float fresh, float ticks) {
    vec4 whole = fresh > 0.5 ? vec4(0.0, 0.0, 255.0, REST) : floor(texel * 255.0 + 0.5);
    return vec4(whole.xy, whole.z > 254.5 ? -1.0 : whole.z * 0.25, max(whole.w - ticks, 0.0));
}

vec2 placeOf(vec3 c) {
    return vec2(dot(c, PLACE_X), dot(c, PLACE_Y)) / max(dot(c, PLACE_S), 1.0e-30);
}

// The maximum distance of a colour from the centre; a farther one is held, or begins another epoch.
float reachOf(vec4 ball) {
    return max(ball.z, ACROSS - ball.z);
}

bool restsOf(vec4 ball) {
    return ball.z >= 0.0 && ball.w > 0.0;
}

float brightest(vec3 c) {
    return max(c.r, max(c.g, c.b));
}

// The output colour of a pixel: red is limited, and a colour that would swing too soon is held near its ball.
struct Colour {
    vec3 light;         // of any brightness
    float luminance;    // of light
    float asked;        // allowed luminance
    vec2 wanted;        // requested colour
    vec2 place;         // output colour
    bool lit;
};

Colour colourOf(vec3 c, float bright, vec4 ball) {
    float asked = dot(c, WEIGHTS);
    float excess = max(c.r - RED * (c.r + c.g + c.b), 0.0);
    Colour result = Colour(c + excess * MOVED, asked + excess * dot(WEIGHTS, MOVED), asked, vec2(0.0), vec2(0.0), bright >= LIT);
    result.wanted = placeOf(result.light);
    vec2 away = result.wanted - ball.xy;
    float reach = reachOf(ball);
    float square = dot(away, away);
    bool held = result.lit && restsOf(ball) && square > reach * reach;
    away *= held ? reach * inversesqrt(square) : 1.0;
    result.place = ball.xy + away;
    vec3 near = max(result.place.x * LIGHT_X + result.place.y * LIGHT_Y + LIGHT_0, 0.0);
    near /= max(brightest(near), 1.0e-30);
    float most = dot(near, WEIGHTS);
    result.light = held ? near : result.light;
    result.luminance = held ? most : result.luminance;
    result.asked = held ? min(asked, most) : asked;
    return result;
}

#ifdef LOWERED
// Stripes: peaks are lowered towards the valleys around them (installation/safety/picture/patterns.py).
uniform sampler2D valleys;
uniform float contrast;

vec3 lower(vec3 c, ivec2 cell) {
    float luminance = dot(c, WEIGHTS);
    float peak = max(luminance - texelFetch(valleys, cell, 0).x, 0.0);
    return c * ((luminance - (1.0 - contrast) * peak) / max(luminance, 1.0e-30));
}
#endif
