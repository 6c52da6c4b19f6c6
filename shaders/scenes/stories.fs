/*{
  "ISFVSN": "2",
  "DESCRIPTION": "A handful of amber sentences, written at the speed of a hand, in a drift of hundreds too far away to read.",
  "CREDIT": "Photophore",
  "CATEGORIES": ["generator", "scene"],
  "PHOTOPHORE": {"COLOR": "linear", "SCALES": true, "READS": ["water", "bodies", "people", "stories", "ink"], "FLOOR": "section", "MACROS": {"population": "life", "speed": "flow"}},
  "INPUTS": [
    {"NAME": "legible", "LABEL": "Sentences that can be read at once", "TYPE": "float", "DEFAULT": 3.0, "MIN": 0.0, "MAX": 3.0},
    {"NAME": "capital", "LABEL": "Height of a capital letter in picture heights", "TYPE": "float", "DEFAULT": 0.028, "MIN": 0.008, "MAX": 0.06},
    {"NAME": "pen", "LABEL": "Speed of the pen", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.25, "MAX": 4.0},
    {"NAME": "grow", "LABEL": "How much is there; below 1 sentences come apart", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "glow", "LABEL": "Glow", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 2.0},
    {"NAME": "flow", "LABEL": "Flow", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 2.0},
    {"NAME": "life", "LABEL": "Life", "TYPE": "float", "DEFAULT": 0.7, "MIN": 0.0, "MAX": 1.0}
  ],
  "PASSES": [
    {"TARGET": "mind", "PERSISTENT": true, "FLOAT": true, "WIDTH": 5, "HEIGHT": 4, "FILTER": "nearest"},
    {"TARGET": "threads", "PERSISTENT": true, "FLOAT": true, "WIDTH": 64, "HEIGHT": 2, "FILTER": "nearest"},
    {"TARGET": "specks", "PERSISTENT": true, "FLOAT": true, "WIDTH": 128, "HEIGHT": 64, "FILTER": "nearest"},
    {"TARGET": "lit", "FLOAT": true, "WIDTH": 128, "HEIGHT": 64, "FILTER": "nearest"},
    {"TARGET": "motes", "POINTS": "lit", "BLEND": "add", "POINT_SIZE": "max(4, $HEIGHT*0.0105)"},
    {"TARGET": "grain", "PERSISTENT": true, "FLOAT": true, "WIDTH": 128, "HEIGHT": 128, "WRAP": "repeat"},
    {"TARGET": "close", "PERSISTENT": true, "FLOAT": true, "WIDTH": "floor(48*$WIDTH/$HEIGHT)", "HEIGHT": 48},
    {"TARGET": "course", "FLOAT": true, "WIDTH": "floor(96*$WIDTH/$HEIGHT)", "HEIGHT": 96},
    {"TARGET": "past", "PERSISTENT": true, "FLOAT": true, "WIDTH": "floor(240*$WIDTH/$HEIGHT)", "HEIGHT": 240},
    {}
  ]
}*/

// Lengths in picture heights (H), speeds in H/s, times in seconds.
//   mind     columns 0..2, one for each sentence that can be read; 4, a story that has just come. Row 0: thread + 1 (0: none), xy the middle of the
//            sentence, time of the pen: below 0 its points are still on their way, then it writes, is read, comes apart.
//            Row 1: seconds since it was called, seconds of the way, body + 1 that called it (0: nobody), seconds of
//            rest before the next. Row 2: tilt, width and height. Row 3: number of the story, 1 if it is told because it has
//            just come, and the place that it flies from (below 0: none). Column 3: a clock, how many were told, seconds since it began, 1
//   threads  64 sentences that drift, unwound to threads. Row 0: middle xy, seconds until it may be told again, depth 0
//            near..1 far. Row 1: slot + 1 that tells it (0: none), number of the story that it told last, how much of it is
//            to be seen 0..1 (0: it waits at its hub to fly to the wall), 1
//   specks   128 points of each thread (a row): xy, stirred 0..1, share of its way back to the thread (1: it is there)
//   lit      where they are drawn: xy 0..1, light, hue 0 blue..1 green..2 amber
//   grain    four textures of chance; every fourth texel is a random number of its own
//   close    x distance to the nearest sentence (H), for the last pass to leave its work where there is none; y how far a place
//            that a body hid has come back into sight
//   course   the current: x along it, y across it (H), z how much is written there, below 0 far away, w stirred 0..1
//   past     sentences that were read before: x how much of their ink is left, y hue 0 blue..1 green, z number of the story,
//            w its row + 1 (0: not begun)
//
// Threads are pulled along by one current and towards people who have settled. A story is told where somebody stands
// still: the nearest thread comes, its points stop on the pen's way, and then it is written. Ink stands where it is put.
// A story that has just come flies from the hub where it was left, as a string of points. Several wait for each other.
// What was read stays where it stood, as dust that stands, for minutes. A story that is taken back takes that with it.
// Threads of one theme go round in a current of their own; those of older stories are farther away.

#include "lib/noise.glsl"
#include "lib/spectrum.glsl"
#include "lib/room.glsl"
#include "lib/stories.glsl"

const int THREADS = 64;
const int READ = 3;                  // sentences that can be read at once
const int SLOTS = 4;                 // the last is for a story that has just come, while another makes room for it
const int BEADS = 128;               // points of a thread
const float BEFORE = 160.0;          // s until a thread may be told again
const float APART = 6.0;             // s in which a sentence comes apart
const float READ_FIRST = 5.0;        // s for which one that has just come is read before it makes room for the next
const vec2 EDDY = vec2(0.36, 0.13); // H, half the length and height of the current of a theme
const float STANDING = 1.32;         // more light in the current: people who stand hide a third of it
const float NEAR = 0.67;             // H between a body and its story: 1.5 m at 2.25 m per H
const float INK = 0.54;              // amber that is shown at 0.28
const float FADE = 240.0;            // s in which what was read fades to a third
const int EARLIER = 18;              // sentences that were read before the scene begins
const float FRESH = 0.20;            // more of it where the ink is wet: 0.35 and, under the pen, a little over

float wide() { return float(textureSize(bodies, 0).x) / float(textureSize(bodies, 0).y); }
vec2 scale() { return vec2(wide(), 1.0); }
float step_time() { return clamp(TIMEDELTA, 0.0, 0.1); }
float toward(float seconds) { return 1.0 - exp(-step_time() / seconds); }
float cell() { return capital / CAP_HEIGHT; }
vec4 slot(int k, int row) { return texelFetch(mind, ivec2(k < READ ? k : k + 1, row), 0); }
vec4 head() { return texelFetch(mind, ivec2(READ, 0), 0); }
float clock() { return head().x; }
vec4 body_at(vec2 at) { return texture(bodies, clamp(at / scale(), 0.0, 1.0)); }

int story_of(int thread) { return thread % max(story_count(), 1); }
float written(int story) { return story_times(story).x; }
float whole(int story) { return dot(story_times(story), vec2(1.0)); }

// The current: where its middle is at this x.
float lane(float x) {
    float t = clock() / 170.0;
    return 0.42 + 0.10 * (x - 0.8) + 0.46 * (bumps(vec2(x * 0.75 - t, 3.0 * t), 501) - 0.5) + 0.12 * (bumps(vec2(x * 2.1 + t, t), 502) - 0.5);
}

// ---------------------------------------------------------------- mind

// Whose story comes next: a body that stands still and has none yet. Its number + 1; 0: nobody.
int caller() {
    int found = 0;
    float most = 2.5;                // s of stillness
    int columns = int(min(people_summary().x, float(MOST_BODIES)));
    for (int i = 0; i < columns; i++) {
        vec4 state = person_state(i);
        bool has = false;
        for (int k = 0; k < SLOTS; k++) has = has || (slot(k, 0).x > 0.5 && int(slot(k, 1).z) == i + 1);
        float still = state.z + 2.0 * chance(i + 64 * int(head().y), 511);
        if (state.x > 0.5 && !has && state.z > 2.5 && still > most) { most = still; found = i + 1; }
    }
    return found;
}

// The thread that is nearest to a place and may be told, + 1; 0: none.
int nearest(vec2 at) {
    int found = 0;
    float least = 1.0e6;
    for (int i = 0; i < THREADS; i++) {
        vec4 one = texelFetch(threads, ivec2(i, 0), 0);
        bool told = one.z > 0.0;
        for (int k = 0; k < SLOTS; k++) {
            int other = int(slot(k, 0).x) - 1;
            told = told || (other >= 0 && story_number(story_of(other)) == story_number(story_of(i)));
        }
        told = told || !story_there(story_of(i));
        float d = distance(one.xy, at);
        if (!told && d < least) { least = d; found = i + 1; }
    }
    return found;
}

// Whether the story of a thread has just come and is not told yet.
bool is_new(int i) {
    float urgency = story_new(story_of(i));
    bool told = texelFetch(threads, ivec2(i, 1), 0).y == urgency;
    for (int k = 0; k < SLOTS; k++) told = told || int(slot(k, 0).x) == i + 1;
    return urgency > 0.0 && !told;
}

// Whether it waits at its hub.
bool waits(int i) { return is_new(i) && story_hub(story_of(i)).x >= 0.0; }

// The thread of the next story that has just come and is not told yet, + 1; 0: none. What came first is told first, and
// one that flies waits until the one before is half way.
int next_new() {
    int found = 0;
    bool busy = false;
    for (int k = 0; k < SLOTS; k++) busy = busy || (slot(k, 0).x > 0.5 && slot(k, 3).z >= 0.0 && slot(k, 0).w < -0.5 * slot(k, 1).y);
    float least = 1.0e9;
    for (int i = 0; i < THREADS; i++) {
        float urgency = story_new(story_of(i));
        bool ready = story_hub(story_of(i)).x < 0.0 || (!busy && texelFetch(threads, ivec2(i, 1), 0).z < 0.03);
        if (urgency > 0.0 && urgency < least && ready && is_new(i)) { least = urgency; found = i + 1; }
    }
    return found;
}

// How many sentences are told in the first slots and do not come apart yet.
int told_now() {
    int count = 0;
    for (int j = 0; j < READ; j++) {
        vec4 a = slot(j, 0);
        if (a.x > 0.5 && a.w <= whole(story_of(int(a.x) - 1))) count++;
    }
    return count;
}

// Whether one of the sentences may make room for a story that has just come.
bool may_make_room() {
    bool may = false;
    for (int j = 0; j < READ; j++) {
        vec4 a = slot(j, 0);
        float read = a.x > 0.5 ? a.w - written(story_of(int(a.x) - 1)) : -1.0e3;
        may = may || read > READ_FIRST || (a.x > 0.5 && slot(j, 3).y < 0.5);
    }
    return may;
}

// Whether one of the first slots is free.
bool has_room() {
    bool free = false;
    for (int j = 0; j < READ; j++) free = free || (float(j) + 0.5 < legible && slot(j, 0).x < 0.5);
    return free;
}

// Whether this slot makes room for a story that has just come: there are too many, and this one has been told longest.
bool makes_room(int k) {
    if (k >= READ || slot(READ, 0).x < 0.5 || float(told_now()) + 0.5 < legible) return false;
    int longest = -1;
    float most = -100.0;
    for (int j = 0; j < READ; j++) {
        vec4 a = slot(j, 0);
        int story = story_of(int(a.x) - 1);
        if (a.x > 0.5 && a.w <= whole(story) && a.w - written(story) > most) { most = a.w - written(story); longest = j; }
    }
    return longest == k;
}

float gap(vec2 d, vec2 half_size) {
    vec2 q = abs(d) - half_size;
    return length(max(q, 0.0)) + min(max(q.x, q.y), 0.0);
}

// The best place for a sentence of this size near `at`: a free cell of a grid of 32 x 18. xy, z its cost.
vec3 place(vec2 at, vec2 size, int key) {
    vec3 best = vec3(at, 1.0e6);
    vec2 half_size = 0.5 * size;
    int columns = int(ceil(18.0 * wide()));
    for (int j = 1; j < 17; j++) for (int i = 1; i < columns; i++) {
        vec2 c = (vec2(i, j) + vec2(chance(i + 64 * j + 4096 * key, 512), chance(i + 64 * j + 4096 * key, 513)) - 0.5) / 18.0;
        c = clamp(c, half_size + 0.05, max(scale() - half_size - 0.05, half_size + 0.05));
        float free = 1.0;
        for (int k = 0; k < SLOTS; k++) {
            vec4 other = slot(k, 0);
            if (other.x > 0.5) free = min(free, gap(c - other.yz, half_size + 0.5 * slot(k, 2).yz) - 0.05);
        }
        if (free < 0.0) continue;
        // Never over somebody: middle, ends and corners.
        float clear = min(body_at(c).x, min(body_at(c - vec2(half_size.x, 0.0)).x, body_at(c + vec2(half_size.x, 0.0)).x));
        clear = min(clear, min(body_at(c - half_size).x, body_at(c + half_size).x));
        clear = min(clear, min(body_at(c - 0.5 * half_size * vec2(1.0, -1.0)).x, body_at(c + 0.5 * half_size * vec2(1.0, -1.0)).x));
        if (clear < 0.02) continue;
        vec2 d = (c - at) * vec2(1.0, 1.5);
        float cost = max(length(d), 0.12) + 0.05 * chance(i + 64 * j + 4096 * key, 514);
        cost += 0.25 * abs(texture(course, c / scale()).z) + 0.8 * dot(texture(motes, c / scale()).rgb, vec3(1.0));
        if (cost < best.z) best = vec3(c, cost);
    }
    return best;
}

// Whether this slot may begin a sentence now, and for whom: body + 1, 0 nobody, -1 not now.
int called(int k, vec4 more) {
    bool turn = FRAMEINDEX % READ == k % READ;      // one after the other, so that no two take the same
    bool busy = float(told_now()) + 0.5 > legible - (slot(READ, 0).x > 0.5 ? 1.0 : 0.0);
    if (!turn || legible < 0.5 || grow < 0.75 || story_count() == 0) return -1;
    if (k >= READ) return next_new() > 0 && !has_room() && may_make_room() ? caller() : -1;
    if (float(k) + 0.5 > legible || busy) return -1;
    if (next_new() > 0) return caller();
    if (more.w > 0.0) return -1;
    int body = caller();
    if (body > 0) return body;
    // Without a call there is one, and now and then a second.
    return k == 0 || (k == 1 && slot(0, 1).x > 14.0) ? 0 : -1;
}

vec4 think(ivec2 c) {
    float dt = step_time();
    vec4 now = head();
    bool first = now.w < 0.5;
    if (c.x == READ) {
        if (c.y > 0) return vec4(0.0);
        float told = now.y;
        for (int k = 0; k < SLOTS; k++) if (slot(k, 0).x > 0.5 && slot(k, 1).x == 0.0) told += 1.0;
        return vec4(mod(now.x + dt * flow, 65536.0), mod(told, 4096.0), min(now.z + dt, 60.0), 1.0);
    }
    int k = c.x < READ ? c.x : c.x - 1;
    vec4 a = slot(k, 0), b = slot(k, 1), e = slot(k, 2);
    vec4 kind = slot(k, 3);
    float number = kind.x;
    if (first) { a = e = vec4(0.0); b = vec4(0.0, 0.0, 0.0, k == 0 ? 0.0 : 3.0 + 4.0 * float(k)); }
    if (a.x > 0.5) {
        int story = story_of(int(a.x) - 1);
        float last = whole(story);
        bool gone = story_number(story) != number || !story_there(story);
        bool writes = a.w >= 0.0 && a.w < written(story);
        a.w += dt * (a.w < 0.0 ? max(flow, 0.2) : writes ? pen : 1.0);
        b.x += dt;
        // What is no longer wanted comes apart. At the end of the scene all do, and their points keep their places.
        if ((k < READ ? float(k) + 0.5 : 0.5) > legible || story_count() == 0) a.w = max(a.w, last);
        else if (grow < 0.9) a.w = min(a.w, last);
        else if (makes_room(k)) a.w = max(a.w, last);
        if (a.w > last + APART || grow < 0.02 || gone) {
            a = vec4(0.0);
            b = vec4(0.0, 0.0, 0.0, 2.0 + 3.0 * chance(int(now.y) + k, 521));
        }
    } else {
        b.w -= dt;
        int body = called(k, b);
        if (body >= 0) {
            int key = int(now.y) * READ + k;
            vec2 at = body > 0 ? person_at(body - 1).xy
                               : vec2((0.26 + 0.42 * chance(key, 522)) * wide(), 0.28 + 0.44 * chance(key, 523));
            int thread = nearest(at), just_come = next_new();
            if (just_come > 0) {
                thread = just_come;         // it is written where its thread is, at once
                vec2 here = texelFetch(threads, ivec2(thread - 1, 0), 0).xy;
                vec2 theme = story_theme(story_of(thread - 1));
                if (theme.x >= 0.0) here = theme * scale();
                if (body == 0) at = clamp(here, vec2(0.2 * wide(), 0.25), vec2(0.75 * wide(), 0.75));
            }
            if (thread > 0) {
                int story = story_of(thread - 1);
                vec4 box = story_box(story);
                vec2 size = (box.zw - box.xy) * cell();
                vec3 there = place(at, size, key);
                bool good = there.z < (body > 0 ? NEAR * 1.5 : 10.0);
                float far = distance(texelFetch(threads, ivec2(thread - 1, 0), 0).xy, there.xy);
                vec2 hub = just_come > 0 ? story_hub(story) : vec2(-1.0);
                bool flies = hub.x >= 0.0;
                if (flies) far = distance(hub * scale(), there.xy);
                float way = flies ? clamp(far / 0.18, 6.0, 8.0) : just_come > 0 ? clamp(far / 0.22, 0.5, 7.0) : clamp(far / 0.13, 3.0, 7.0);
                // Played alone it begins in the middle of a sentence.
                bool inside = now.x < 3.0 && now.y < 0.5;
                if (good) {
                    a = vec4(float(thread), there.xy, inside ? 0.3 * written(story) : -way);
                    b = vec4(0.0, way, float(body), 0.0);
                    e = vec4((chance(key, 524) - 0.5) * 0.07, size, float(key));
                    kind = vec4(story_number(story), just_come > 0 ? 1.0 : 0.0, hub);
                } else b.w = 1.0;
            }
        }
    }
    return c.y == 0 ? a : c.y == 1 ? b : c.y == 2 ? e : kind;
}

// Place in the cell of the sentence of a slot; and back.
vec2 into_cell(vec2 at, vec4 a, vec4 e, vec4 box) {
    vec2 d = at - a.yz;
    d = vec2(d.x + e.x * d.y, d.y - e.x * d.x);
    return d / cell() + 0.5 * (box.xy + box.zw);
}
vec2 out_of_cell(vec2 at, vec4 a, vec4 e, vec4 box) {
    vec2 d = (at - 0.5 * (box.xy + box.zw)) * cell();
    return a.yz + vec2(d.x - e.x * d.y, d.y + e.x * d.x);
}

// ---------------------------------------------------------------- threads

// A random number near 0: -1..1.
float about(int i, int purpose) { return chance(i, purpose) + chance(i, purpose + 1) + chance(i, purpose + 2) - 1.5; }

vec4 drift(ivec2 c) {
    vec4 one = texelFetch(threads, ivec2(c.x, 0), 0), more = texelFetch(threads, ivec2(c.x, 1), 0);
    int i = c.x;
    float dt = step_time() * flow;
    float depth = pow(chance(i, 531), 0.7);
    bool waiting = waits(i);
    if (more.w < 0.5) more.z = waiting ? 0.0 : 1.0;
    if (more.w < 0.5) {
        float x = (-0.1 + 1.2 * (float(i) + chance(i, 532)) / float(THREADS)) * wide();
        one = vec4(x, lane(x) + 0.16 * about(i, 533), 0.0, depth);
    }
    float by = 0.0;
    for (int k = 0; k < SLOTS; k++) if (int(slot(k, 0).x) - 1 == i) by = float(k + 1);
    one.z = by > 0.5 ? BEFORE : max(one.z - step_time(), 0.0);
    if (by > 0.5) {
        // While it is told it rests there, and drifts on from there.
        one.xy = slot(int(by) - 1, 0).yz;
        more.z = 1.0;
    } else {
        more.z = clamp(more.z + step_time() / 0.5 * (waiting ? -1.0 : 0.4), 0.0, 1.0);
        int story = story_of(i);
        float age = story_age(story);
        vec2 theme = story_theme(story);
        float pace = 0.010 * mix(1.3, 0.6, depth) * (0.7 + 0.6 * bumps(vec2(clock() * 0.17, float(i)), 537));
        vec2 v = vec2(pace, 0.012 * (lane(one.x) + 0.20 * about(i, 533) - one.y) / 0.3);
        v += 0.007 * curl(one.xy * 0.7 + vec2(0.0, clock() * 0.006), 538);
        if (theme.x >= 0.0) {
            // Round about the place of its theme, each on its own way; one that has strayed comes back.
            vec2 off = (one.xy - theme * scale()) / EDDY;
            float round_ = max(length(off), 0.05), own = 0.40 + 0.70 * chance(i, 556);
            vec2 ahead = vec2(-off.y, off.x) / round_ * EDDY / EDDY.x;
            v = 1.3 * pace * ahead + clamp(own - round_, -1.5, 1.0) * off / round_ * EDDY * 0.06;
            v += 0.003 * curl(one.xy * 0.9 + vec2(0.0, clock() * 0.006), 538);
        }
        if (age >= 0.0) one.w += (mix(0.35 * depth, 1.0, age) - one.w) * (1.0 - exp(-dt / 20.0));
        // Towards those who have settled.
        vec4 body = body_at(one.xy);
        vec2 e = vec2(0.03, 0.0);
        vec2 slope = vec2(body_at(one.xy + e.xy).x - body_at(one.xy - e.xy).x, body_at(one.xy + e.yx).x - body_at(one.xy - e.yx).x);
        slope /= max(length(slope), 1.0e-3);
        v -= slope * 0.02 * body.y * smoothstep(0.06, 0.16, body.x);
        v += slope * 0.03 * (1.0 - smoothstep(0.0, 0.06, body.x));
        one.xy += v * dt;
        if (one.x > wide() + 0.2) one.xy = vec2(-0.2, lane(0.0) + 0.16 * about(i, 533));
        one.y = clamp(one.y, -0.1, 1.1);
    }
    return c.y == 0 ? one : vec4(by, by > 0.5 ? story_number(story_of(i)) : more.y, more.z, 1.0);
}

// Where point j of thread i is when nothing holds it: a line that wavers, as long as the sentence unwound.
vec2 unwound(int i, int j, vec2 middle, float depth) {
    // Unevenly along it; some have come off it.
    float t = (float(j) + 2.5 * (chance(j + BEADS * i, 540) - 0.5)) / float(BEADS - 1) - 0.5;
    float length_ = mix(0.46, 0.16, depth) * (0.6 + 0.8 * chance(i, 541));
    float turn = 0.5 * about(i, 542) + 0.5 * (bumps(vec2(middle.x * 1.3, float(i) * 0.37 + clock() * 0.01), 545) - 0.5);
    vec2 at = middle + length_ * t * vec2(cos(turn), sin(turn));
    vec2 wave = vec2(bumps(vec2(t * 4.0 + 0.013 * clock(), float(i) * 7.3), 546), bumps(vec2(t * 5.0 - 0.017 * clock(), float(i) * 3.1), 547)) - 0.5;
    wave += 0.35 * (vec2(bumps(vec2(t * 17.0, float(i) * 5.7), 548), bumps(vec2(t * 19.0, float(i) * 2.9), 549)) - 0.5);
    float off = chance(j + BEADS * i, 539);
    vec2 loose = 0.022 * off * off * off * off * off * vec2(about(j + BEADS * i, 552), about(j + BEADS * i, 555));
    return at + wave * length_ * 0.34 + loose;
}

// Point j of 128 on the pen's way.
vec3 way_point(int story, int j) {
    vec3 one = story_point(story, j / 2);
    return (j & 1) == 0 ? one : 0.5 * (one + story_point(story, min(j / 2 + 1, STORY_POINTS - 1)));
}

// Share of the way of a flight after which point j leaves the hub.
float leaves(int i, int j) { return 0.40 * float(j) / float(BEADS) + 0.05 * chance(j + BEADS * i, 551); }

vec4 float_along(ivec2 c) {
    vec4 was = texelFetch(specks, c, 0);
    int i = c.y, j = c.x;
    vec4 middle = texelFetch(threads, ivec2(i, 0), 0);
    int by = int(texelFetch(threads, ivec2(i, 1), 0).x);
    float dt = step_time();
    vec2 free = unwound(i, j, middle.xy, middle.w);
    if (was.w < 0.5) return vec4(free, 0.0, 2.0);
    vec2 from = story_hub(story_of(i));
    if (by == 0 && from.x >= 0.0 && texelFetch(threads, ivec2(i, 1), 0).z < 0.03) {
        vec2 loose = vec2(about(j + BEADS * i, 552), about(j + BEADS * i, 555));
        return vec4(from * scale() + 0.016 * loose, 0.0, 2.0);
    }
    float back = was.w - 1.0;
    vec2 aim = free;
    float pull = 0.8;
    if (by > 0) {
        vec4 a = slot(by - 1, 0), b = slot(by - 1, 1), e = slot(by - 1, 2);
        int story = story_of(i);
        vec4 box = story_box(story);
        aim = out_of_cell(way_point(story, j).xy, a, e, box);
        // Each has its own time to leave and to come.
        float come = clamp((a.w + b.y) / max(b.y, 0.1), 0.0, 1.0);
        float own = 0.35 * chance(j + BEADS * i, 551);
        vec4 kind = slot(by - 1, 3);
        if (kind.z >= 0.0 && a.w < 0.0) {
            // A string of points on a bent way, the beginning of the sentence first.
            vec2 hub = kind.zw * scale();
            own = leaves(i, j);
            float own_way = clamp((come - own) / 0.55, 0.0, 1.0), s = own_way * own_way * (3.0 - 2.0 * own_way);
            vec2 bend = vec2(hub.y - aim.y, aim.x - hub.x) * (chance(i, 557) > 0.5 ? 0.18 : -0.18);
            vec2 loose = vec2(about(j + BEADS * i, 552), about(j + BEADS * i, 555));
            loose += 1.5 * (vec2(bumps(vec2(4.0 * s, float(i)), 558), bumps(vec2(4.0 * s, float(i)), 559)) - 0.5);
            vec2 at = mix(hub, aim, s) + bend * 4.0 * s * (1.0 - s) + 0.016 * loose * (1.0 - s);
            return vec4(at, 0.0, 1.0);
        }
        pull = a.w > 0.0 ? 6.0 : 4.0 * smoothstep(own, own + 0.5, come);
        back = 0.0;
    } else {
        back = min(back + dt / 14.0, 1.0);
        pull = 0.8 * back * back;
    }
    // Towards its aim, never faster than 0.22 H/s, carried by the water.
    vec2 v = (aim - was.xy) * pull;
    v *= min(1.0, 0.22 / max(length(v), 1.0e-4));
    vec4 here = texture(water, clamp(was.xy / scale(), 0.0, 1.0));
    v += 0.7 * here.xy * (by > 0 ? 0.15 : 1.0);
    vec2 at = was.xy + v * dt;
    if (by == 0 && back >= 1.0 && distance(free, was.xy) > 0.7 * wide()) at = free;    // it came in again at the other side
    float stirred = smoothstep(0.8, 3.5, here.z) * step(0.0, body_at(at).x) * step(chance(j + BEADS * i, 552), 0.8);
    float struck = max(stirred, was.z * exp(-dt / mix(0.5, 1.4, chance(j + BEADS * i, 553))));
    struck = was.z + (struck - was.z) * (struck > was.z ? toward(0.05 + 0.1 * chance(j + BEADS * i, 554)) : 1.0);
    return vec4(at, struck, 1.0 + back);
}

// ---------------------------------------------------------------- light

// Most of it is to the left.
float side(float x) { return mix(1.0, 0.45, smoothstep(0.42, 0.94, x)); }

// How far a sentence has come apart at a place, 0 whole..1 gone; `n` is a random number of the place.
float apart(float since, float n) {
    float by_itself = smoothstep(0.0, 1.4, since - 3.2 * n);
    float ends = smoothstep(0.0, 0.16, 0.88 - grow - 0.66 * n);
    return max(by_itself, ends);
}

vec4 light_up(ivec2 c) {
    vec4 one = texelFetch(specks, c, 0);
    int i = c.y, j = c.x, key = j + BEADS * i;
    vec4 middle = texelFetch(threads, ivec2(i, 0), 0);
    int by = int(texelFetch(threads, ivec2(i, 1), 0).x);
    vec4 body = body_at(one.xy);
    vec2 uv = one.xy / scale();
    float back = one.w - 1.0;
    // Few bright, many faint.
    float own = chance(key, 561), own4 = own * own * own * own;
    float level = mix(0.115, 0.070, middle.w) * (0.4 + 0.9 * own * own);
    level *= step(chance(i, 562), 0.25 + 0.75 * life) * smoothstep(0.0, 0.12, grow - 0.2 * chance(i, 563));
    level *= side(uv.x);
    float hue = 0.55 * (1.0 - middle.w) + 0.3 * (chance(i, 564) - 0.5);
    level += one.z * one.z * (0.10 + 0.30 * own4);
    level += 0.03 * body.y * exp(-max(body.x, 0.0) / 0.06);
    if (by > 0) {
        vec4 a = slot(by - 1, 0), b = slot(by - 1, 1);
        int story = story_of(i);
        vec3 way = way_point(story, j);
        float when = way.z;
        float come = clamp((a.w + b.y) / max(b.y, 0.1), 0.0, 1.0);
        float gone = apart(a.w - whole(story), bumps(way.xy * 9.0, 571));
        // On its way, dim; under the ink it is not seen; it is what remains of it.
        float waits = mix(level, 0.085, smoothstep(0.3, 1.0, come)) * (1.0 - smoothstep(-0.3, 0.2, a.w - when));
        level = waits + gone * 0.29 * (0.4 + 0.6 * own) * smoothstep(0.02, 0.10, grow);
        hue = mix(mix(hue, 1.6, smoothstep(0.5, 1.0, come)), 2.0, step(0.0, a.w));
        if (slot(by - 1, 3).z >= 0.0 && a.w < 0.0) {
            // Amber on its way; it is seen from when it leaves its hub, and dims where it stops.
            float own_way = (come - leaves(i, j)) / 0.55;
            level = mix(0.24, 0.085, smoothstep(0.75, 1.0, own_way)) * (0.5 + 0.7 * own) * smoothstep(0.0, 0.12, own_way);
            hue = 2.0;
        }
    } else if (back < 1.0) {
        level = mix(0.30 * (0.4 + 0.6 * own) * exp(-6.0 * back), level, smoothstep(0.0, 0.4, back));
        hue = mix(2.0, hue, smoothstep(0.0, 0.35, back));
    }
    level *= by > 0 ? 1.0 : texelFetch(threads, ivec2(i, 1), 0).z;
    level *= smoothstep(-0.008, 0.010, body.x);
    level *= smoothstep(-0.02, 0.03, min(min(uv.x, 1.0 - uv.x) * wide(), min(uv.y, 1.0 - uv.y)));
    return level < 0.003 ? vec4(-9.0, -9.0, 0.0, 0.0) : vec4(uv, level, hue);
}

vec4 mote() {
    float level = isf_Point.z, hue = isf_Point.w;
    vec2 d = gl_PointCoord * 2.0 - 1.0;
    float wanted = 0.0035 * RENDERSIZE.y;
    float width = max(wanted, 1.6), sprite = max(4.0, RENDERSIZE.y * 0.0105);
    float r2 = dot(d, d) * (sprite * sprite) / (width * width);
    float core = max(exp(-0.6931 * r2) - 0.004, 0.0), kept = min(1.0, wanted / width);
    vec3 cold = mix(LIGHT_B, LIGHT_G, clamp(hue, 0.0, 1.0));
    return vec4(mix(cold, LIGHT_A, clamp(hue - 1.0, 0.0, 1.0)) * level * core * kept * kept * 1.6, 1.0);
}

// Ink that is too small to be drawn sharply: where a pixel is wider than a stroke it is a grey.
// And water lies between: strokes are softened by `soft` cell heights, so that words stay unread on a large wall.
float small_cover(float distance_, float pixel, float soft) {
    float blur = clamp(pixel, soft, 0.074);          // the ink knows distances up to 0.039
    return clamp((distance_ + 0.5 * blur) / (blur + 0.02), 0.0, 1.0) * min(1.0, 0.06 / blur + 0.2) * min(1.0, 0.10 / pixel);
}

// Four textures of chance, 32 bumps a period; made once.
vec4 weave(vec2 uv, vec4 was) {
    int todo = was == vec4(0.0) ? 1 : 0;
    for (int n = 0; n < todo; n++) was = vec4(tiled(uv, 32, 631), tiled(uv, 32, 632), tiled(uv, 32, 633), tiled(uv, 32, 634));
    return was;
}

// The current as everything that was ever written in it: lines too small to read, along and across.
vec4 run(vec2 uv) {
    vec2 at = uv * scale();
    float t = clock() / 90.0;
    vec2 bend = 0.09 * (vec2(bumps(at * 2.3 + vec2(t, 0.0), 601), bumps(at * 2.3 - vec2(0.0, t), 602)) - 0.5);
    bend += 0.018 * (vec2(bumps(at * 7.0 + vec2(0.0, t), 603), bumps(at * 7.0 - vec2(t, 0.0), 604)) - 0.5);
    vec4 here = texture(water, uv);
    float fresh = exp(-here.w / 1.2);
    vec2 pushed = 0.02 * here.xy * fresh;
    float n = at.y - lane(at.x) + bend.y - pushed.y, along = at.x + bend.x - pushed.x;
    // Lines run together and apart as hair does under water: rows are no rows.
    n += 0.060 * (bumps(vec2(along * 2.3 - 0.6 * t, n * 7.0), 608) - 0.5) + 0.026 * (bumps(vec2(along * 3.9 - t, n * 19.0), 609) - 0.5);
    // It comes in streams, near ones and far ones, and half of the frame stays empty.
    float streams = bumps(vec2(along * 1.3 - 0.9 * t, n * 5.0), 605) * 0.55 + bumps(vec2(along * 2.7 - t, n * 14.0), 606) * 0.45;
    float depth = bumps(vec2(along * 0.7 - 0.5 * t, n * 9.0 + 4.0), 610) - 0.50;
    float much = (0.22 + 0.78 * exp(-n * n / 0.20)) * smoothstep(0.26, 0.62, streams) * side(uv.x);
    // It gathers around those who have settled.
    vec4 body = texture(bodies, uv);
    much = max(much, body.y * exp(-max(body.x, 0.0) / 0.10) * smoothstep(0.16, 0.50, streams));
    float stirred = smoothstep(0.8, 4.0, here.z) * fresh;
    // Streams come one after another.
    much *= sign(depth) * smoothstep(0.0, 0.05, abs(depth)) * smoothstep(0.0, 2.5, head().z - 3.5 * (1.0 - smoothstep(0.3, 0.7, streams)));
    return vec4(along, n, much * smoothstep(0.0, 0.25, grow), stirred);
}

// Light of single lines, `pitch` apart, that run along the current. A story that nobody reads is a thread with the rhythm of
// words in it; here and there a near one has come so close that it is writing. When sentences come apart, so do they.
// y: how much of a strand it is here, 0..1: one that may be bright.
vec2 lines(vec3 there, float pitch, float pace, int key, bool writing, float height) {
    float row = floor(there.y / pitch), v = there.y / pitch - row - 0.5;
    int r = int(row) + 512 * key;
    vec4 own = texelFetch(grain, ivec2((r * 4) & 127, (r * 28 + 60 * key) & 127), 0);
    float x = there.x - clock() * pace * (0.7 + 0.6 * own.x) + 32.0 * (own.z + 0.37 * own.w);
    vec4 slow = texture(grain, vec2(1.3 * x, float(r) + 0.5) / 32.0), fast = texture(grain, vec2(0.50 * x / pitch, float(r) + 9.5) / 32.0);
    float there_is = smoothstep(0.0, 0.30, there.z * (0.8 + 0.9 * life) - 0.95 * own.y);
    float runs = smoothstep(0.34, 0.64, slow.x), words = fast.x;
    float strand = smoothstep(0.62, 0.95, own.z) * smoothstep(0.40, 0.62, slow.z);
    v += (1.0 - strand) * (0.26 * (words - 0.5) + 0.14 * (fast.y - 0.5)) + 0.40 * (slow.y - 0.5);
    float own4 = own.z * own.z * own.z * own.z;
    float wanted = 0.062 + 0.05 * own4, thin = max(wanted, 0.60 / (pitch * height));
    float stroke = exp(-v * v / (thin * thin)) * min(1.0, 1.5 * wanted / thin) * mix(0.25 + 1.3 * words * words, 0.5 + 0.25 * words, strand);    // a strand is even: it must not flicker as it goes by
    // Dust of letters: a thread as points, some of it always, all of it at the end. It is slower: a point must not pass
    // a place twice a second.
    float loose = smoothstep(0.30, 0.55, slow.z + 0.9 * smoothstep(0.9, 0.3, grow) - 0.1) * (1.0 - strand * smoothstep(0.3, 0.9, grow));
    float grainy = max(0.16 * pitch, 1.1 / height), bead = (x + 0.8 * clock() * pace * (0.7 + 0.6 * own.x)) / (2.6 * grainy), n = floor(bead);
    vec4 grit = texelFetch(grain, ivec2(int(n) * 4 & 127, (r * 52 + 8) & 127), 0);
    float part = grit.x;
    vec2 from = vec2((bead - n - 0.5) * 2.6 * grainy, (v - 0.5 * (grit.y - 0.5)) * pitch) / grainy;
    float dust = exp(-1.2 * dot(from, from)) * part * part * part * 2.2 * min(1.0, 0.25 * pitch / grainy + 0.5);
    stroke = mix(stroke, dust, loose);
    int near = writing && loose < 0.5 && strand < 0.05 && there_is * runs > 0.0 && slow.w > 0.60 ? 1 : 0;
    for (int k = 0; k < near; k++) {
        float size = 3.0 * pitch, along = x / size, column = floor(along / 2.9);
        int id = r * 8191 + int(column), story = int(chance(id, 620) * float(story_count()));
        vec4 box = story_box(story);
        float count = box.w - box.y > 0.7 ? 3.0 : box.w - box.y > 0.35 ? 2.0 : 1.0;
        float line = floor(chance(id, 621) * count);
        vec2 at = vec2(along - 2.9 * column + box.x - 0.05, 0.5 + (line - 0.5 * count + there.y / pitch - row) / 3.0);
        stroke = mix(stroke, 0.8 * small_cover(story_ink(story, at).x, 1.0 / (size * height), 0.050), smoothstep(0.60, 0.68, slow.w));
    }
    return vec2(there_is * runs * stroke * (0.10 + 0.4 * own.w + 2.6 * own4), strand);
}

// Two currents behind each other, which cross at a small angle: the far one is smaller, slower, bluer and softer, and is
// there wherever the near one leaves room.
vec3 current(vec2 uv) {
    vec4 there = texture(course, uv);
    vec3 light = vec3(0.0);
    float much = abs(there.z), front = max(there.z, 0.0);
    int some = much > 0.01 && story_count() > 0 ? 1 : 0;
    for (int k = 0; k < some; k++) {
        // What moves stays within 0.05 of what is around it; where a body stirs it, within a little more.
        float most = 0.070 * (1.0 + 0.7 * there.w);
        float warm = 0.5 + 0.3 * sin(1.3 * there.x + 9.0 * there.y - 0.005 * clock()) + 0.2 * sin(3.1 * there.x - 23.0 * there.y);
        vec2 bent = vec2(there.x + 0.2 * there.y, there.y - 0.16 * there.x + 0.10 * (texture(grain, there.xy * vec2(0.028, 0.05)).y - 0.5));
        float far = 2.3 * lines(vec3(bent, much * mix(1.0, 0.55, smoothstep(0.1, 0.5, front))), 0.0058, 0.0035, 2, false, RENDERSIZE.y).x * (0.25 + 1.1 * much);
        light += through_water(LIGHT_B, 8.0) * (far * most / (most + far) * 1.4);
        // Water in which so much is written has a light of its own, below that of all strokes.
        light += through_water(LIGHT_B, 8.0) * 0.042 * smoothstep(0.15, 0.8, much);
        int before = front > 0.01 ? 1 : 0;
        for (int n = 0; n < before; n++) {
            vec2 found = lines(vec3(there.xy, front), 0.0125, 0.0060, 1, true, RENDERSIZE.y);
            float near = 3.6 * found.x * (0.30 + 1.3 * front), strand = found.y * smoothstep(0.25, 0.7, front);
            vec3 hue = through_water(mix(LIGHT_B, mix(LIGHT_C, LIGHT_G, 0.6), max(smoothstep(0.30, 0.75, warm), 0.5 * strand)), 4.0);
            // A few strands are bright; they are even, and go by so slowly that no place is lit twice in a second.
            near *= 1.0 + 2.0 * strand;
            most *= 1.0 + 7.0 * strand;
            light += hue * (near * most / (most + near) * 1.5);
        }
    }
    return light;
}

// A place comes back slowly after a body has hidden it: those who pass do not make it flicker.
float in_sight(float outside, vec4 was) {
    float open = smoothstep(-0.030, 0.040, outside);
    return was.w < 0.5 ? open : min(open, was.y + step_time() / 1.4);
}

float beside_all(vec2 at) {
    float least = 9.0;
    for (int k = 0; k < SLOTS; k++) {
        vec4 a = slot(k, 0), e = slot(k, 2);
        vec2 d = at - a.yz;
        if (a.x > 0.5) least = min(least, gap(vec2(d.x + e.x * d.y, d.y - e.x * d.x), 0.5 * e.yz));
    }
    return least;
}

vec3 amber(vec2 at, inout float others) {
    vec3 light = vec3(0.0);
    float pixel = 1.0 / (cell() * RENDERSIZE.y);
    int some = texture(close, at / scale()).x < 0.10 ? SLOTS : 0;
    for (int k = 0; k < some; k++) {
        vec4 a = slot(k, 0);
        vec4 e = slot(k, 2);
        vec2 d = a.x < 0.5 ? vec2(99.0) : at - a.yz;
        float beside = gap(vec2(d.x + e.x * d.y, d.y - e.x * d.x), 0.5 * e.yz);
        // A loop of zero or one turn skips its work on a CPU; `if` and `continue` do not.
        int near = beside < 0.07 ? 1 : 0;
        for (int n_ = 0; n_ < near; n_++) {
        int story = story_of(int(a.x) - 1);
        float last = whole(story), since = a.w - last;
        float there = smoothstep(-2.0, 0.0, a.w) * (1.0 - smoothstep(0.0, APART, since));
        others *= 1.0 - 0.8 * there * (1.0 - smoothstep(0.0, 0.07, beside));
        int inside = beside < 0.02 && a.w >= 0.0 ? 1 : 0;
        for (int m_ = 0; m_ < inside; m_++) {
        vec2 in_cell = into_cell(at, a, e, story_box(story));
        in_cell.y += 0.05 * (bumps(vec2(in_cell.x * 1.1, e.w), 595) - 0.5);     // no hand keeps to a line
        vec2 here = story_ink(story, in_cell);
        float age = a.w - here.y;
        int inked = here.x >= -0.036 && age > 0.0 ? 1 : 0;
        for (int i_ = 0; i_ < inked; i_++) {
        // The pen presses, lifts and runs dry along its way; paper breaks the edge of a fast stroke.
        float press = 0.60 * texture(grain, vec2(here.y * 2.6, e.w + 0.5) / 32.0).x + 0.40 * texture(grain, vec2(here.y * 8.3, e.w + 0.5) / 32.0).y;
        press = smoothstep(0.18, 0.80, press);
        float tooth = bumps(in_cell * 46.0, 597) - 0.5;
        float dry = 0.006 * (0.5 - press) + 0.012 * tooth * (1.1 - press);
        float cover = story_cover(here.x - dry, pixel);
        float n = bumps(in_cell * 9.0, 571);
        // Wet ink glitters until it has dried, about four seconds; it only ever loses light by it.
        float wet = exp(-age / 2.2), glitter = 1.0 - 0.30 * wet * bumps(in_cell * 24.0 + vec2(0.0, 1.9 * age), 598);
        float level = (INK * mix(0.50, 1.22, press) + FRESH * (0.5 * wet + exp(-age / 0.35))) * glitter * smoothstep(0.0, 0.14, age);
        level *= 0.88 + 0.5 * tooth;
        // Light stands in the water around a stroke.
        float halo = 0.045 * exp(min(here.x, 0.0) / 0.011) * (0.3 + 0.7 * press + 0.8 * wet) * smoothstep(-0.036, -0.024, here.x) * smoothstep(0.0, 0.5, age);
        float kept = smoothstep(0.0, 1.6, slot(k, 1).x - 2.2 * n) * (1.0 - apart(since, n));
        light += LIGHT_A * kept * max(level * cover, halo);
        }
        }
        }
    }
    return light;
}

// What is left of a story at a place of its cell: strokes that water has softened and taken pieces of.
float remains(int story, vec2 in_cell) {
    return smoothstep(-0.016, 0.004, story_ink(story, in_cell).x) * smoothstep(0.30, 0.52, bumps(in_cell * 7.0, 641 + story));
}

// One of the sentences that were read before: in four sizes, along the current.
vec4 earlier(vec2 at) {
    vec4 found = vec4(0.0, 0.0, 0.0, 1.0);
    int many = min(story_count(), 1) * EARLIER;    // not constant: no compiler unrolls it
    for (int n = 0; n < many; n++) {
        int story = int(chance(n, 643) * float(story_count()));
        float size = cell() * mix(0.9, 3.4, pow(chance(n, 644), 1.7)), x = wide() * (0.02 + 0.88 * pow((float(n) + chance(n, 645)) / float(EARLIER), 1.15));
        vec2 d = at - vec2(x, lane(x) + 0.9 * (fract(0.618 * float(n) + 0.2 * chance(n, 646)) - 0.5));
        float tilt = 0.16 * (chance(n, 650) - 0.5);
        vec4 box = story_box(story);
        d = vec2(d.x + tilt * d.y, d.y - tilt * d.x);
        int inside = gap(d, 0.5 * size * (box.zw - box.xy)) < 0.01 && story_there(story) ? 1 : 0;
        for (int k = 0; k < inside; k++) {
            float left = remains(story, d / size + 0.5 * (box.xy + box.zw)) * mix(0.35, 1.0, chance(n, 651));
            if (left > found.x) found = vec4(left, chance(n, 652), story_number(story), float(story + 1));
        }
    }
    return found;
}

vec4 outlast(vec2 uv, vec4 was) {
    vec2 at = uv * scale();
    int begins = was.w < 0.5 && story_count() > 0 ? 1 : 0;
    for (int n = 0; n < begins; n++) was = earlier(at);
    // A story may have come to another row; one that was taken back is not there any more.
    int row = int(was.w) - 1, lost = was.x > 0.0 && (!story_there(row) || story_number(row) != was.z) ? story_count() : 0;
    float there = lost > 0 ? 0.0 : 1.0;
    for (int s = 0; s < lost; s++) if (story_there(s) && story_number(s) == was.z) { was.w = float(s + 1); there = 1.0; }
    was.x *= exp(-step_time() / mix(0.4, FADE, there));
    int some = texture(close, uv).x < 0.10 ? SLOTS : 0;
    for (int k = 0; k < some; k++) {
        vec4 a = slot(k, 0), e = slot(k, 2);
        int story = story_of(int(a.x) - 1);
        float since = a.w - whole(story);
        int leaves_ = a.x > 0.5 && since > 0.0 ? 1 : 0;
        for (int n = 0; n < leaves_; n++) {
            vec2 in_cell = into_cell(at, a, e, story_box(story));
            float left = remains(story, in_cell) * apart(since, bumps(in_cell * 9.0, 571));
            if (left > was.x) was = vec4(left, chance(int(e.w), 652), story_number(story), float(story + 1));
        }
    }
    return was;
}

// Light of what was read: strokes that water has worn, here and there a grain that still shines. It stands, so it may be
// brighter than what drifts; most of it is where somebody stands still.
vec3 residue(vec2 at, vec4 old, vec4 body) {
    vec3 light = vec3(0.0);
    int some = old.x > 0.01 ? 1 : 0;
    for (int n = 0; n < some; n++) {
        // Of two that are turned against each other: grains of one alone are squares.
        vec2 one = mat2(0.8, 0.6, -0.6, 0.8) * at, two = mat2(0.97, -0.26, 0.26, 0.97) * at;
        float worn = bumps(one * 34.0, 653), grit = 0.5 * (bumps(two * 88.0, 655) + bumps(one * 117.0, 656)), share = smoothstep(0.30, 0.72, bumps(at * 2.3 + 0.004 * clock(), 654));
        float level = old.x * old.x * (0.16 + 0.5 * worn * worn + 2.0 * smoothstep(0.58, 0.82, grit));
        level *= (0.25 + 1.0 * share + 1.6 * body.y * exp(-max(body.x, 0.0) / 0.12)) * side(at.x / wide());
        light = mix(LIGHT_B, LIGHT_C, 0.15 + 0.7 * old.y) * level * 0.95 * smoothstep(0.0, 0.4, grow);
    }
    return light;
}

void main() {
    vec2 uv = isf_FragNormCoord;
    ivec2 c = ivec2(gl_FragCoord.xy);
    if (PASSINDEX == 0) gl_FragColor = think(c);
    else if (PASSINDEX == 1) gl_FragColor = drift(c);
    else if (PASSINDEX == 2) gl_FragColor = float_along(c);
    else if (PASSINDEX == 3) gl_FragColor = light_up(c);
    else if (PASSINDEX == 4) gl_FragColor = mote();
    else if (PASSINDEX == 5) gl_FragColor = weave(uv, texelFetch(grain, c, 0));
    else if (PASSINDEX == 6) gl_FragColor = vec4(beside_all(uv * scale()), in_sight(texture(bodies, uv).x, texelFetch(close, c, 0)), 0.0, 1.0);
    else if (PASSINDEX == 7) gl_FragColor = run(uv);
    else if (PASSINDEX == 8) gl_FragColor = outlast(uv, texelFetch(past, c, 0));
    else {
        vec2 at = uv * scale();
        float others = 1.0;
        vec4 body = texture(bodies, uv);
        vec3 light = amber(at, others);
        light += 0.014 * body.z * LIGHT_M + others * STANDING * texture(close, uv).y * (current(uv) + residue(at, texture(past, uv), body)) + mix(0.3, 1.0, others) * texelFetch(motes, c, 0).rgb;
        gl_FragColor = vec4(light * smoothstep(-0.005, 0.012, body.x) * glow, 1.0);
    }
}
