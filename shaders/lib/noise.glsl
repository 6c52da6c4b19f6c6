// Hashes and noise without sine, so that every driver draws the same picture.
//
// `pcg` is the permuted congruential hash that Jarzynski and Olano recommend for graphics (JCGT 9(3), 2020).

uint pcg(uint key) {
    uint state = key * 747796405u + 2891336453u;
    uint word = ((state >> ((state >> 28u) + 4u)) ^ state) * 277803737u;
    return (word >> 22u) ^ word;
}

// A random number in [0, 1) for an index and a purpose; equal arguments give equal numbers.
float chance(int index, int purpose) {
    return float(pcg(uint(index) ^ pcg(uint(purpose))) >> 8u) * (1.0 / 16777216.0);
}

float lattice(ivec2 cell, int purpose) {
    return float(pcg(uint(cell.x) + pcg(uint(cell.y) + uint(purpose) * 1013u)) >> 8u) * (1.0 / 16777216.0);
}

// Smooth value noise in 0..1; one bump per unit of `at`.
float bumps(vec2 at, int purpose) {
    vec2 base = floor(at);
    vec2 f = at - base;
    f = f * f * f * (f * (f * 6.0 - 15.0) + 10.0);
    ivec2 c = ivec2(base);
    float low = mix(lattice(c, purpose), lattice(c + ivec2(1, 0), purpose), f.x);
    float high = mix(lattice(c + ivec2(0, 1), purpose), lattice(c + ivec2(1, 1), purpose), f.x);
    return mix(low, high, f.y);
}

// The same, tiling seamlessly with a period of `cells` bumps; `uv` 0..1 spans one period.
float tiled(vec2 uv, int cells, int purpose) {
    vec2 at = uv * float(cells);
    vec2 base = floor(at);
    vec2 f = at - base;
    f = f * f * f * (f * (f * 6.0 - 15.0) + 10.0);
    ivec2 c = ivec2(base), d = ivec2(mod(base + 1.0, float(cells)));
    float low = mix(lattice(c, purpose), lattice(ivec2(d.x, c.y), purpose), f.x);
    float high = mix(lattice(ivec2(c.x, d.y), purpose), lattice(d, purpose), f.x);
    return mix(low, high, f.y);
}

// Divergence-free velocity: the curl of value noise (Bridson, Hourihan and Nordenstam 2007), about unit size.
vec2 curl(vec2 at, int purpose) {
    const float e = 0.35;
    float dx = bumps(at + vec2(e, 0.0), purpose) - bumps(at - vec2(e, 0.0), purpose);
    float dy = bumps(at + vec2(0.0, e), purpose) - bumps(at - vec2(0.0, e), purpose);
    return vec2(dy, -dx) / (2.0 * e);
}
