// The people in the room, for scenes whose header has "PHOTOPHORE": {"READS": ["water", "bodies", "people"]}.
// Lengths are in picture heights (H) from the lower left corner, times in seconds.
//
// water   xy velocity of the water (H/s), z shear (1/s), w seconds since it was last disturbed here (0..60)
// bodies  x distance to the nearest outline (negative inside a body), y settle, z quorum glow, w privilege, 0..1
// people  the table that both are made of, for passes of few texels that need single bodies; column i is body i,
//         columns PLACES.. are resting places. `installation/bodies/table.py` has the same layout.
// hubs    stations of light, 16 x 2: row 0 xy place (0..1 of the frame), z seconds since its firefly flashed, w amount of
//         its light, 0 where there is no hub; row 1 x 1 while it stands for a swarm that another machine's picture shows, y
//         which flash of its burst the last one was, 0..3

// Where privilege falls from 1 to 0 without reform, in shares of the width; `installation/bodies/privilege.py` has the
// same numbers, and a test compares them.
const vec2 PRIVILEGE_EDGE = vec2(0.18, 0.62);

const int MOST_BODIES = 64;
const int PLACES = 64;
const int MOST_PLACES = 63;
const int SUMMARY = 127;

// Privilege at a place across the floor (0..1), where so much is reformed (0..1).
float privilege_at(float across, float reformed) {
    return mix(1.0 - smoothstep(PRIVILEGE_EDGE.x, PRIVILEGE_EDGE.y, across), 1.0, reformed);
}

// Columns in use, bodies that are there, resting places, strongest quorum glow.
vec4 people_summary() { return texelFetch(people, ivec2(SUMMARY, 0), 0); }

// Where body i is on the wall: xy, velocity. In a plan depth is height; in a section it stands on the floor, and this is
// its breast.
vec4 person_at(int i) { return texelFetch(people, ivec2(i, 0), 0); }

// Presence 0..1, settle 0..1, seconds of stillness, quorum glow 0..1. Of a resting place: strength, -, age, -.
vec4 person_state(int i) { return texelFetch(people, ivec2(i, 1), 0); }

// Where body i is answered: xy, velocity. In a malfunction that is elsewhere.
vec4 person_answer(int i) { return texelFetch(people, ivec2(i, 2), 0); }

// Gain of its answer 0..1, its radius, its privilege 0..1, a number of its own 0..1.
vec4 person_level(int i) { return texelFetch(people, ivec2(i, 3), 0); }

// How far the middle line of body i reaches up and down from its place (H; 0, 0 in a plan), how upright it is, 0..1, and how
// fast whoever is answered comes nearer or goes (H/s; 0 in a plan).
vec4 person_figure(int i) { return texelFetch(people, ivec2(i, 4), 0); }

// A metre in picture heights.
float metre() { float told = texelFetch(people, ivec2(SUMMARY, 4), 0).x; return told > 0.0 ? told : 1.0 / 2.25; }

// The place on the outline of body i, from its own place, in a direction of length 1; about.
vec2 person_rim(int i, vec2 way) {
    vec4 figure = person_figure(i);
    vec2 round_about = way * mix(vec2(1.0, 1.36), vec2(1.0), figure.z) * person_level(i).y;
    return round_about + vec2(0.0, way.y > 0.0 ? way.y * figure.x : way.y * figure.y);
}
