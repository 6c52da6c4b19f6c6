// The channel that choice opens, divide widens and repair crosses. Needs lib/noise.glsl. Lengths in picture heights (H).

const float SHORE_LEAN = 0.62;         // H sideways for each H upwards
const float SHORE_X = 0.40;            // of the width, at half the height: areas 0.4 : 0.6
const float NARROWEST = -0.13;         // H along the channel from its middle: here the one hair crosses

// Unit vector along the channel, upwards; the one across it, to the right, is turned by a quarter.
vec2 shore_along() { return vec2(SHORE_LEAN, 1.0) / sqrt(1.0 + SHORE_LEAN * SHORE_LEAN); }
vec2 shore_across() { vec2 t = shore_along(); return vec2(t.y, -t.x); }

// How far the middle of the channel lies beside its straight axis, `s` H along it. Never straight, at any size.
float shore_bend(float s) {
    return 0.11 * (bumps(vec2(1.3 * s + 4.6, 0.5), 901) - 0.5) + 0.045 * (bumps(vec2(4.3 * s, 0.5), 902) - 0.5)
         + 0.016 * (bumps(vec2(14.0 * s, 0.5), 903) - 0.5);
}

// The place `s` H along the channel and `d` H to the right of its middle.
vec2 shore_place(float s, float d, float wide) {
    return vec2(SHORE_X * wide, 0.5) + s * shore_along() + (d + shore_bend(s)) * shore_across();
}

// x H along the channel, y H to the right of its middle, of a place.
vec2 shore_of(vec2 at, float wide) {
    vec2 d = at - vec2(SHORE_X * wide, 0.5);
    float s = dot(d, shore_along());
    return vec2(s, dot(d, shore_across()) - shore_bend(s));
}

// How wide gaps are: in a narrow frame they leave both shores in sight.
float shore_room(float wide) { return clamp(wide / 1.3, 0.45, 1.0); }

// Width of the channel relative to its mean: one narrow place, and an uneven rest.
float shore_width(float s) {
    float narrow = (s - NARROWEST) / 0.30;
    return (0.90 + 0.34 * bumps(vec2(2.2 * s + 7.3, 0.5), 904)) * (1.0 - 0.28 * exp(-narrow * narrow));
}
