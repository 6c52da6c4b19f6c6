// Where the crowd of rally and backfire gathers. Needs lib/noise.glsl and lib/spectrum.glsl. Lengths in picture heights (H); `wide` = width of the frame in H.

const float MOST_PER_AREA = 16000.0;   // lights per H^2 where they stand closest
const float GATHERING_X = 0.38;        // of the width
const float GATHERING_Y = 0.43;        // of the height

// x of the line that the crowd walks up to: bent, never straight.
float gathering_line(float y, float wide) {
    return GATHERING_X * wide + 0.26 * (bumps(vec2(y * 1.9 + 0.3, 0.5), 701) - 0.5)
                              + 0.08 * (bumps(vec2(y * 6.0, 0.5), 702) - 0.5);
}

// How near a place is to the middle of the gathering, 1 there; wider than high, leaning.
float gathered_near(vec2 at, float wide) {
    vec2 d = at - vec2(GATHERING_X * wide, GATHERING_Y);
    d.x += 0.35 * d.y;
    return exp(-dot(d * vec2(1.0, 0.85), d * vec2(1.0, 0.85)) / 0.075);
}

// How many stand in this place, 0..1 of MOST_PER_AREA: without it the crowd has a smooth outline.
float standing_room(vec2 at) {
    float wide_one = bumps(at * 3.0, 703), fine = bumps(at * 8.0 + 0.4, 704);
    float uneven = 0.18 + 1.05 * wide_one * wide_one + 0.85 * fine * fine;
    // Paths that stay open through the crowd.
    float path = abs(bumps(at * vec2(1.7, 2.3) + 4.2, 705) - 0.5);
    return uneven * mix(0.30, 1.0, smoothstep(0.012, 0.06, path)) * mix(0.75, 1.2, at.y);
}

// They come in small groups: five share an hour, a side and nearly a place.
int company(int i) { return i / 5; }

// When light i comes, 0 = first, 1 = last of all.
float hour(int i) { return 0.97 * chance(company(i), 721) + 0.03 * chance(i, 722); }

// Where light i of `many` wants to stand. The first stand in the middle, later ones around them and between.
vec2 home(int i, int many, float wide) {
    int team = company(i);
    float late = hour(i), reach = mix(0.24, 0.74, late * late);
    vec2 place = vec2(GATHERING_X * wide, GATHERING_Y);
    float best = -1.0;
    // Of nine places for the company, the one with most room; members stand 0.02 to 0.07 H from it.
    for (int k = 0; k < 9; k++) {
        int n = team + many * k;
        float y = 0.46 + mix(0.30, 0.44, late) * (chance(n, 731) + chance(n, 732) + chance(n, 778) - 1.5);
        float across = chance(n, 733) + chance(n, 734) + chance(n, 735) - 1.5;
        // They come from the far side in a longer tail.
        float x = gathering_line(y, wide) + reach * across * (across > 0.0 ? 1.15 : 0.85);
        bool inside = x > 0.015 && x < wide - 0.015 && y > 0.03 && y < 0.97;
        float room = (inside ? 1.0 : 0.01) * pow(standing_room(vec2(x, y)), 1.6) * (0.10 + chance(n, 730));
        if (room > best) { best = room; place = vec2(x, y); }
    }
    float turn = 6.2831853 * chance(i, 737), far = sqrt(-log(1.0 - 0.98 * chance(i, 738)));
    place += (0.016 + 0.03 * chance(team, 739)) * far * vec2(cos(turn), sin(turn));
    return clamp(place, vec2(0.008), vec2(wide - 0.008, 0.99));
}

// How near to an outline a light stands: each as near as it dares, or the clearing would have a rim.
float room_beside(int i) { float c = chance(i, 768); return 0.002 + 0.16 * c * c * c; }

// Few bright, many faint; from its number alone.
float crowd_brightness(int i) {
    float c = chance(i, 761), c4 = c * c * c * c;
    return 0.13 + 0.40 * c4 + 1.3 * c4 * c4 * c4 + 3.0 * c4 * c4 * c4 * c4 * c4 * c4;
}

// Higher in the picture = further away, a little more or less for each; 0..1.
float crowd_depth(int i, float y) { return clamp(0.15 + 0.75 * y + 0.3 * (chance(i, 762) - 0.5), 0.0, 1.0); }

// A light of this level in its sprite of `height` rows: blue while it is dim, green where it is kindled (0..1).
vec3 crowd_light(float level, float far, float kindled, float height) {
    vec2 d = gl_PointCoord * 2.0 - 1.0;
    // 0.0035 H full width in the middle distance, never below 1.6 pixels; what it gains in width it loses in height.
    float wanted = 0.0035 * mix(1.4, 0.65, far) * height;
    float width = max(wanted, 1.6), sprite = max(4.0, height * 0.0105);
    float r2 = dot(d, d) * (sprite * sprite) / (width * width);       // distance squared in half widths
    float core = max(exp(-0.6931 * r2) - 0.004, 0.0);
    float kept = min(1.0, wanted / width);
    vec3 green = mix(spectrum(500.0), LIGHT_G, smoothstep(0.1, 0.5, level));
    vec3 hue = mix(LIGHT_B, green, kindled * smoothstep(0.05, 0.16, level));
    return through_water(hue, 8.0 * far) * mix(1.15, 0.55, far) * (level * core * kept * kept * 2.7);
}

// Dust that lies everywhere, unlit until something stirs it; 0..1.
vec2 dust_place(int i) { return vec2(chance(i, 741), chance(i, 742)); }
float dust_light(int i) {
    float drift = bumps(dust_place(i) * vec2(5.3, 3.1), 846);
    return (0.018 + 0.085 * drift * drift) * (0.35 + chance(i, 765));
}
