// Single lights: how they rise and fall, and how they are drawn. For passes with POINTS.

// Light of one flash `age` seconds after it began, 0..1: I(t) = (1 - exp(-t / rise))^2 exp(-t / fall), rise 8..20 ms,
// fall 110..230 ms, by the light's own numbers `a` and `b` in 0..1. One frame's half is added to the age, or a flash that
// begins with a frame would be black in it.
float flash_light(float age, float a, float b) {
    float up = 1.0 - exp(-(max(age, 0.0) + 0.006) / mix(0.008, 0.020, a));
    return 1.25 * up * up * exp(-max(age, 0.0) / mix(0.11, 0.23, b));
}

// A soft point in its square; `size` 0..1 of the square, zero at the rim.
float soft_point(float size) {
    vec2 d = gl_PointCoord * 2.0 - 1.0;
    return max(exp(-6.5 * dot(d, d) / (size * size)) - 0.0015, 0.0);
}

// What a point's peak keeps when it is drawn larger than it is: a square of `size` heights, at least `least` pixels.
float kept_energy(float size, float least, float height) {
    float shrunk = min(1.0, size * height / least);
    return shrunk * shrunk;
}

// Where points are put that are not to be drawn.
const vec2 NOWHERE = vec2(-9.0);
