// Where the crowd of rally and backfire gathers. Needs lib/noise.glsl and lib/spectrum.glsl. Lengths in picture heights (H); `wide` = width of the frame in H.

const float MOST_PER_AREA = 13000.0;    // lights per H^2 where they stand closest
const float GATHERING_X = 0.38;        // of the width
const float GATHERING_Y = 0.45;        // of the height
const int STANDING = 7776;             // lights that have a place to stand: 8 for each of 972 shares

// The places to stand are a lattice of rows that follow the gathering line, 252 x 108, about as far apart as shoulders
// allow. They are dealt to 972 shares, 28 places each, that lie evenly over all of it: 7 x 4 blocks of 36 x 27.
const ivec2 BLOCKS = ivec2(7, 4), BLOCK = ivec2(36, 27);
const float ROW = 0.0111, SHOULDER = 1.0 / 108.0;   // from row to row, and in a row
const int LANES = 6;
const float LANE_AT[6] = float[6](-0.40, -0.27, -0.09, 0.05, 0.21, 0.40), LANE_TILT[6] = float[6](0.10, -0.24, 0.30, -0.12, 0.26, -0.14);

// x of the line that the crowd walks up to: bent, never straight.
float gathering_line(float y, float wide) {
    return GATHERING_X * wide + 0.26 * (bumps(vec2(y * 1.9 + 0.3, 0.5), 701) - 0.5)
                              + 0.08 * (bumps(vec2(y * 6.0, 0.5), 702) - 0.5);
}

// How near a place is to the middle of the gathering, 1 there; wider than high, leaning.
float gathered_near(vec2 at, float wide) {
    vec2 d = at - vec2(GATHERING_X * wide, GATHERING_Y);
    d.x += 0.45 * d.y;
    d *= vec2(0.85, 1.1);
    return exp(-dot(d, d) / 0.060);
}

// y of a way on which they come and that stays open: from the edges it runs together and bends.
float lane_y(int lane, float x, float wide) {
    float s = x - GATHERING_X * wide;
    float spread = mix(0.50, 1.10, smoothstep(0.05, 0.85, abs(s)));
    return GATHERING_Y + LANE_AT[lane] * spread + LANE_TILT[lane] * s * exp(-2.2 * abs(s)) + 0.15 * (bumps(vec2(x * 2.2, float(lane) * 7.0 + 0.5), 705) - 0.5)
                       + 0.018 * (bumps(vec2(x * 9.0, float(lane) * 7.0 + 0.5), 706) - 0.5);
}

// The way that passes a place nearest, and how far from its middle the place is.
int lane_near(vec2 at, float wide, out float off) {
    int lane = 0;
    off = 9.0;
    for (int k = 0; k < LANES; k++) {
        float d = abs(at.y - lane_y(k, at.x, wide));
        if (d < off) { off = d; lane = k; }
    }
    return lane;
}

// How many stand here, 0..1 of MOST_PER_AREA: one crowd with an edge, tongues along the ways that feed it, and ways through it.
float standing_room(vec2 at, float wide) {
    float s = at.x - gathering_line(at.y, wide);
    vec2 d = vec2(s + 0.40 * (at.y - GATHERING_Y), at.y - GATHERING_Y) * vec2(s > 0.0 ? 0.80 : 0.96, at.y < GATHERING_Y ? 1.16 : 1.02);
    vec2 turned = mat2(0.8, 0.6, -0.6, 0.8) * at;   // or the edge would follow the lattice of the noise
    float edge = 0.415 + 0.26 * (bumps(turned * 2.4, 703) - 0.5) + 0.17 * (bumps(turned * 6.1 + 0.4, 704) - 0.5) - length(d);
    float room = smoothstep(-0.02, 0.02, edge) * mix(0.45, 1.0, smoothstep(0.0, 0.14, edge));
    float off;
    int lane = lane_near(at, wide, off);
    // Who comes late stands along the ways, fewer and fewer of them.
    float along = exp(-abs(s) / (s > 0.0 ? 0.42 : 0.32)), wave = bumps(vec2(at.x * 5.0, float(lane) * 3.0 + 0.5), 712);
    float tongue = smoothstep(1.0, 0.5, off / max(0.20 * along * wave * (0.5 + wave), 1.0e-3)) * smoothstep(1.1, 0.4, abs(s));
    room = max(room, tongue * mix(0.35, 0.80, along));
    float half_way = mix(0.003, 0.014, bumps(vec2(at.x * 3.0, float(lane) * 5.0), 707)) * smoothstep(0.12, 0.30, abs(s));
    return room * smoothstep(half_way, half_way + 0.004, off);
}

// Between the crowd and the edges they stand in twos to fives, each group around its own middle.
bool in_group(vec2 at, float wide) {
    float s = (at.x - GATHERING_X * wide) * (at.x > GATHERING_X * wide ? 0.8 : 1.0);
    vec2 cell = floor(at / 0.052);
    int n = int(cell.x) * 61 + int(cell.y) * 977 + 5000;
    vec2 middle = (cell + 0.3 + 0.4 * vec2(chance(n, 731), chance(n, 732))) * 0.052;
    float many = 0.30 * smoothstep(1.05, 0.20, length(vec2(s, at.y - GATHERING_Y))) * bumps(at * 3.4, 708);
    return chance(n, 733) < many && length(at - middle) < mix(0.007, 0.0135, chance(n, 734));
}

// Place k of 28 of a share: xy in H, z its rank, 0 = taken first.
vec3 standing_place(int share, int k, float wide) {
    ivec2 slot = ivec2(k % BLOCKS.x, k / BLOCKS.x) * BLOCK + ivec2(share % BLOCK.x, share / BLOCK.x);
    int n = slot.x + 4096 * slot.y;
    vec2 at = vec2(float(slot.x) - 112.0, float(slot.y) + 0.5 * float(slot.x & 1)) + 0.30 * (vec2(chance(n, 735), chance(n, 736)) - 0.5);
    at += 0.42 * (vec2(bumps(at * 0.43, 782), bumps(at * 0.43, 783)) - 0.5);   // neighbours together, so that no row is straight
    at = vec2(at.x * ROW, (at.y + 0.5) * SHOULDER);
    at.y += 0.13 * at.y * (1.0 - at.y) + 0.012 * (bumps(at * 4.0, 737) - 0.5);   // further away they look closer
    at.x = at.x * mix(1.08, 0.92, at.y) + 0.022 * (bumps(at * 5.0, 709) - 0.5) + gathering_line(at.y, wide);
    vec2 d = at - vec2(GATHERING_X * wide, GATHERING_Y);
    at -= 0.17 * d * exp(-dot(d, d) / 0.14);   // closest in the middle
    float rank = fract(float(slot.x) * 0.75487767 + float(slot.y) * 0.56984029 + 0.22 * chance(n, 738));
    return vec3(at, rank);
}

// Where light i of the standing stands: xy, z when it comes (0 = first, 1 = last of all), w its company, one for those
// who come together. Light m of a share has the m-th place that is free; without one it does not come: z = 2.
vec4 home(int i, float wide) {
    int left = i % 8;
    for (int k = 0; k < BLOCKS.x * BLOCKS.y; k++) {
        vec3 place = standing_place(i / 8, k, wide);
        vec2 at = place.xy;
        if (min(min(at.x, wide - at.x), min(at.y, 1.0 - at.y)) < 0.006) continue;
        float room = standing_room(at, wide);
        bool group = room < 0.2 && in_group(at, wide);
        if (!group && place.z >= room) continue;
        if (left-- > 0) continue;
        // First where they stand close, in the middle; then further out and between the others.
        vec2 cell = floor((at + 0.06 * vec2(bumps(at * 13.0, 710), bumps(at * 13.0, 711))) / vec2(0.045, 0.034));
        int team = int(cell.x) * 31 + int(cell.y) + 2000;
        float late = 0.45 * (group ? chance(team, 739) : place.z / max(room, 0.05)) + 0.22 * smoothstep(0.0, 0.8, length(at - vec2(GATHERING_X * wide, GATHERING_Y)))
                   + 0.45 * chance(team, 721);
        return vec4(at, clamp(late - 0.08, 0.0, 1.0), float(team));
    }
    return vec4(-9.0, -9.0, 2.0, 0.0);
}

// How near to an outline a light stands: nearly all as near as the others, in a front row that has the body's shape.
float room_beside(int i) { return 0.0155 + 0.004 * chance(i, 768); }

// How bright a light is beside the others: people carry much the same.
float crowd_brightness(int i) {
    float c = chance(i, 761), c4 = c * c * c * c;
    return 0.170 + 0.19 * c * c + 0.36 * c4 * c4 * c4;
}

// How large light i of the crowd is beside the others at its depth: most are small.
float crowd_size(int i) { float c = chance(i, 781); return 0.80 + 0.65 * c * c * c; }

// Higher in the picture = further away; 0..1.
float crowd_depth(int i, float y) { return clamp(0.12 + 0.76 * y + 0.12 * (chance(i, 762) - 0.5), 0.0, 1.0); }

// Which green light i is kindled in, 0 bluest..1 yellowest: neighbours are of one kind, with strangers among them.
float crowd_kind(int i, vec2 at) { return clamp(1.6 * bumps(at * 3.7 + 0.3, 778) - 0.3 + 0.5 * (chance(i, 779) - 0.5), 0.0, 1.0); }

// A light of this level and kind in its sprite of `height` rows: blue while it is dim, green where it is kindled (0..1).
vec3 crowd_light(float level, float far, float kindled, float kind, float height) {
    vec2 d = gl_PointCoord * 2.0 - 1.0;
    // 0.0035 H full width in the middle distance, never below 2 pixels; what it gains in width it loses in height.
    float wanted = 0.0035 * mix(1.3, 0.72, far) * crowd_size(isf_PointIndex) * height;
    float width = max(wanted, 2.0), sprite = max(4.0, height * 0.0130);
    float r2 = dot(d, d) * (sprite * sprite) / (width * width);       // distance squared in half widths
    float core = max(exp(-0.6931 * r2) - 0.004, 0.0);
    float kept = min(1.0, wanted / width);
    vec3 green = mix(spectrum(mix(488.0, 510.0, kind)), spectrum(mix(494.0, 516.0, kind)), smoothstep(0.1, 0.5, level));
    vec3 hue = mix(LIGHT_B, green, kindled * smoothstep(0.05, 0.16, level));
    return through_water(hue, 8.0 * far) * mix(1.06, 0.66, far) * (level * core * kept * kept * 2.7);
}

// Dust of `many` lights lies everywhere in bent rows that leave out the crowd, unlit until something stirs it. xy in 0..1;
// outside the frame where there is none. The first few of them lie everywhere too.
vec2 dust_place(int i, int many, float wide) {
    // A little more than the frame, whose edges are bent too.
    float pitch = max(0.0150, sqrt((wide + 0.10) * 1.10 * 1.1547 / float(many)));
    ivec2 size = ivec2(int((wide + 0.10) / pitch), int(1.10 * 1.1547 / pitch));
    int cells = size.x * size.y;
    if (i >= cells) return vec2(-9.0);
    // One in each row in turn, so that the first few lie everywhere.
    int step = size.x % 29 == 0 ? 31 : 29;
    int row = i % size.y, column = ((i / size.y) * step + int(chance(row, 740) * float(size.x))) % size.x;
    int n = column + 512 * row;
    vec2 at = vec2(float(column) + 0.5 * float(row & 1), float(row)) + 0.36 * (vec2(chance(n, 741), chance(n, 742)) - 0.5);
    at = at * pitch * vec2(1.0, 0.866) - 0.05;
    at += 0.09 * (vec2(bumps(at * 2.3, 847), bumps(at * 2.3, 848)) - 0.5);
    bool inside = min(min(at.x, wide - at.x), min(at.y, 1.0 - at.y)) > 0.004;
    return !inside || standing_room(at, wide) > 0.2 ? vec2(-9.0) : at / vec2(wide, 1.0);
}
float dust_light(int i, vec2 at) {
    float drift = bumps(at * vec2(3.0, 3.1), 846);
    return (0.004 + 0.11 * drift * drift) * (0.6 + 0.5 * chance(i, 765));
}
