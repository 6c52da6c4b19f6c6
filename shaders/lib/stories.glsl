// Stories of visitors, for scenes whose header has "PHOTOPHORE": {"READS": ["stories", "ink"]}.
//
// stories  the table, at most 64 rows, each with a story; `installation/stories/hand.py` has the same layout
// ink      their ink, a cell of 512 x 128 texels each, four beside each other: x distance to the outline in cell heights,
//          positive inside the ink; y seconds until the pen is there
//
// Places in a story are in cell heights from the lower left corner of its cell: x 0..4, y 0..1. There may be no story
// yet: they are written while the show plays.

const int STORY_POINTS = 64;
const int STORY_HEADER = 8;
const vec2 STORY_CELL = vec2(512.0, 128.0);
const float CAP_HEIGHT = 0.21;       // of a capital letter, in cell heights
const float HALF_STROKE = 0.010;     // of a line of the pen, in cell heights

// How many stories there are.
int story_count() { return int(texelFetch(stories, ivec2(1, 0), 0).w); }

// Whether there is one in this row: visitors' stories come and go while the show plays.
bool story_there(int s) { return texelFetch(stories, ivec2(1, s), 0).z > 0.5; }

// Tells it from all others; rows of one story have the same.
float story_number(int s) { return texelFetch(stories, ivec2(2, s), 0).y; }

// 0; or above it if the story has just come: of those that have, the lowest is told first.
float story_new(int s) { return texelFetch(stories, ivec2(2, s), 0).x; }

// 0 for the newest of the visitors' stories..1 for the oldest; below 0 for the show's own.
float story_age(int s) { return texelFetch(stories, ivec2(2, s), 0).w; }

// Where it was left, and where stories of its theme gather, 0..1 of the picture; below 0: nowhere.
vec2 story_hub(int s) { return texelFetch(stories, ivec2(3, s), 0).xy; }
vec2 story_theme(int s) { return texelFetch(stories, ivec2(3, s), 0).zw; }

// Left, bottom, right and top of the ink.
vec4 story_box(int s) { return texelFetch(stories, ivec2(0, s), 0); }

// Seconds that the pen takes; seconds for which the story is to be read after that.
vec2 story_times(int s) { return texelFetch(stories, ivec2(1, s), 0).xy; }

// A point on the pen's way, in order: its place, and seconds until the pen is there.
vec3 story_point(int s, int i) { return texelFetch(stories, ivec2(STORY_HEADER + i, s), 0).xyz; }

// Distance to the outline, and seconds until the pen is there.
vec2 story_ink(int s, vec2 at) {
    vec2 held = clamp(at, vec2(0.005), vec2(3.995, 0.995));
    int cell = int(texelFetch(stories, ivec2(2, s), 0).z);
    vec2 texel = vec2(cell % 4, cell / 4) * STORY_CELL + held * STORY_CELL.y;
    vec2 found = texture(ink, texel / vec2(textureSize(ink, 0))).xy;
    return held == at ? found : vec2(-1.0, 0.0);
}

// Share of a pixel that ink covers; a pixel is `pixel` cell heights wide. No line gets thinner than 1.25 pixels.
float story_cover(float distance, float pixel) {
    float thin = max(0.0, 0.62 * pixel - HALF_STROKE);
    return clamp((distance + thin) / pixel + 0.5, 0.0, 1.0);
}
