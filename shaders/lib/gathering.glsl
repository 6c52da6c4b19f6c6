// Where the crowd of rally and backfire gathers. Lengths in picture heights (H); `wide` = width of the frame in H.

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
