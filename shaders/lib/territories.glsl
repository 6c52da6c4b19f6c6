// The eleven territories of the map: where they lie, how far they reach, how they grow, what they own.
// Needs lib/noise.glsl. Lengths are in picture heights (H) from the lower left corner; `wide` is the frame's width in H.
//
// A point x belongs to the territory k of least d_k = |warp(x) - site_k| - reach_k. Sizes that are added to distances
// (not weights on squared distances) give curved borders and enclaves. The reaches were fitted so that the areas follow
// the wanted power law at 9:16, 1:1, 16:9 and 32:9; in between they are interpolated over log2(wide). Portrait frames
// show the same map turned by a quarter, so that neighbours stay neighbours.
//
//   float wide = float(textureSize(water, 0).x) / float(textureSize(water, 0).y);
//   vec2 bent = at + territory_warp(at, TIME);   // 6 bumps: for passes of few texels, smooth enough to be interpolated
//   Claim here = claim(bent, wide);              // cheap, once the warp is known: also at full size

const int TERRITORIES = 11;

// How a territory grows; no two neighbours share a process.
const int FOREST = 0;    // transport network of the forest floor
const int REEF = 1;      // reaction and diffusion
const int TUNDRA = 2;    // ground that cracks into polygons
const int WETLAND = 3;   // grain combed by a current
const int SEA = 4;       // single cells that flash
const int CITY = 5;      // network between fixed nodes

const int TERRITORY_PROCESS[11] = int[11](FOREST, REEF, TUNDRA, WETLAND, FOREST, CITY, SEA, WETLAND, SEA, REEF, CITY);

// Share of the area, and of the light as long as nobody has taken any.
const float TERRITORY_SHARE[11] = float[11](0.30, 0.18, 0.13, 0.10, 0.08, 0.06, 0.05, 0.04, 0.03, 0.02, 0.01);

// Tempo: no two are in a ratio of small whole numbers (0.6 to 1.7).
const float TERRITORY_TEMPO[11] = float[11](1.0, 0.707, 0.618, 1.272, 0.866, 1.175, 1.414, 1.618, 1.694, 0.786, 0.927);

// Wavelength in nm, 6 to 10 nm around 490 from neighbour to neighbour.
const float TERRITORY_HUE[11] = float[11](493.0, 485.0, 481.0, 487.0, 491.0, 495.0, 482.0, 490.0, 483.0, 494.0, 486.0);

// Sites in 0..1 of a landscape frame.
const vec2 TERRITORY_SITE[11] = vec2[11](
    vec2(0.31, 0.40), vec2(0.74, 0.68), vec2(0.66, 0.17), vec2(0.12, 0.86), vec2(0.93, 0.30), vec2(0.50, 0.88),
    vec2(0.06, 0.14), vec2(0.90, 0.93), vec2(0.545, 0.46), vec2(0.43, 0.10), vec2(0.80, 0.44));

// Reaches in H at wide = 0.5625, 1, 1.7778 and 3.5556.
const vec4 TERRITORY_REACH[11] = vec4[11](
    vec4(-0.054, 0.028, 0.241, 0.341), vec4(0.085, 0.178, 0.028, 0.252), vec4(0.165, 0.070, 0.150, 0.242),
    vec4(-0.173, -0.048, 0.109, 0.051), vec4(0.170, 0.089, -0.087, -0.128), vec4(-0.099, 0.027, -0.101, -0.064),
    vec4(-0.059, -0.145, -0.058, -0.348), vec4(-0.069, -0.081, -0.114, -0.119), vec4(-0.030, 0.010, -0.008, -0.124),
    vec4(0.007, -0.132, -0.041, -0.040), vec4(0.057, 0.004, -0.119, -0.064));

struct Claim {
    int first;      // whose it is
    int second;     // whose it would be next
    float seam;     // H to the border between the two, about; 0 on it
    vec2 across;    // unit vector over the border, towards the neighbour
};

// xy site, z reach of territory k.
vec3 territory(int k, float wide) {
    vec2 site = wide >= 1.0 ? TERRITORY_SITE[k] * vec2(wide, 1.0)
                            : vec2((1.0 - TERRITORY_SITE[k].y) * wide, TERRITORY_SITE[k].x);
    vec4 reach = TERRITORY_REACH[k];
    float knot = log2(clamp(wide, 0.5, 4.0));
    float low = mix(reach.x, reach.y, clamp((knot + 0.83) / 0.83, 0.0, 1.0));
    float high = mix(reach.z, reach.w, clamp(knot - 0.83, 0.0, 1.0));
    return vec3(site, mix(low, high, clamp(knot / 0.83, 0.0, 1.0)));
}

// What borders are bent by: masses, forms, and a fine edge. They creep by about 0.001 H/s and never far.
vec2 territory_warp(vec2 at, float time) {
    vec2 creep = 0.22 * vec2(sin(time / 83.0) - sin(time / 211.0), sin(time / 113.0) + sin(time / 173.0));
    vec2 low = at * 2.3 + creep, middle = at * 7.1, high = at * 23.0;
    vec2 turned = mat2(0.766, 0.643, -0.643, 0.766) * at * 4.7;   // no border runs along the squares of the noise
    return 0.24 * (vec2(bumps(low, 701), bumps(low, 702)) - 0.5)
         + 0.075 * (vec2(bumps(turned, 707), bumps(turned, 708)) - 0.5)
         + 0.07 * (vec2(bumps(middle, 703), bumps(middle, 704)) - 0.5)
         + 0.016 * (vec2(bumps(high, 705), bumps(high, 706)) - 0.5);
}

// `lift` moves a site, for scenes in which territories float; `more` adds to its reach (H): pass zeros where none does.
Claim claim_moved(vec2 bent, float wide, float lift[11], float more[11]) {
    float d1 = 99.0, d2 = 99.0;
    vec2 toward1 = vec2(0.0), toward2 = vec2(0.0);
    int first = 0, second = 0;
    for (int k = 0; k < TERRITORIES; k++) {
        vec3 t = territory(k, wide);
        vec2 away = bent - t.xy - vec2(0.0, lift[k]);
        float far = length(away), d = far - t.z - more[k];
        vec2 unit = away / max(far, 1.0e-4);
        if (d < d1) { d2 = d1; second = first; toward2 = toward1; d1 = d; first = k; toward1 = unit; }
        else if (d < d2) { d2 = d; second = k; toward2 = unit; }
    }
    // The difference of two distances changes by |u1 - u2| per H: divided by it, it is a length.
    vec2 across = toward1 - toward2;
    float slope = max(length(across), 0.15);
    return Claim(first, second, (d2 - d1) / slope, across / slope);
}

Claim claim(vec2 bent, float wide) {
    float none[11] = float[11](0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
    return claim_moved(bent, wide, none, none);
}
