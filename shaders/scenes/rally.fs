/*{
  "ISFVSN": "2",
  "DESCRIPTION": "Thousands of small lights walk in from both sides and stand.",
  "CREDIT": "Photophore",
  "CATEGORIES": ["generator", "scene"],
  "PHOTOPHORE": {"COLOR": "linear", "SCALES": true, "READS": ["water", "bodies"], "MEAN": 0.0175, "MACROS": {"population": "life", "abundance": "abundance", "speed": "flow"}},
  "INPUTS": [
    {"NAME": "gather", "LABEL": "How far the gathering has come; below 0 it takes 110 s by itself", "TYPE": "float", "DEFAULT": -1.0, "MIN": -1.0, "MAX": 1.0},
    {"NAME": "shove", "LABEL": "Shoves where they stand closest", "TYPE": "float", "DEFAULT": 0.6, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "murmur", "LABEL": "Murmur: light is handed on faster", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "voices", "LABEL": "Voices and steps of the room: more come sooner, and light is handed on faster", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1.0, "SIGNAL": "/ears/murmur"},
    {"NAME": "lock", "LABEL": "Motion locks", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "grow", "LABEL": "How many have come at all", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "glow", "LABEL": "Glow", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 2.0},
    {"NAME": "flow", "LABEL": "Flow", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 2.0},
    {"NAME": "life", "LABEL": "Life", "TYPE": "float", "DEFAULT": 0.7, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "abundance", "LABEL": "Abundance: factor on how often life shows", "TYPE": "float", "DEFAULT": 1.0, "MIN": 1.0, "MAX": 3.0}
  ],
  "PASSES": [
    {"TARGET": "mind", "PERSISTENT": true, "FLOAT": true, "WIDTH": 2, "HEIGHT": 1, "FILTER": "nearest"},
    {"TARGET": "shoves", "PERSISTENT": true, "FLOAT": true, "WIDTH": "floor(12*$WIDTH/$HEIGHT)", "HEIGHT": 12},
    {"TARGET": "ground", "PERSISTENT": true, "WIDTH": "floor(48*$WIDTH/$HEIGHT)", "HEIGHT": 48},
    {"TARGET": "homes", "PERSISTENT": true, "FLOAT": true, "WIDTH": 128, "HEIGHT": 68, "FILTER": "nearest"},
    {"TARGET": "count", "POINTS": "crowd", "BLEND": "add", "POINT_SIZE": 1, "FLOAT": true, "WIDTH": "floor(96*$WIDTH/$HEIGHT)", "HEIGHT": 96},
    {"TARGET": "near", "POINTS": "crowd", "BLEND": "none", "POINT_SIZE": 1, "FLOAT": true, "WIDTH": "floor(132*$WIDTH/$HEIGHT)", "HEIGHT": 132, "FILTER": "nearest"},
    {"TARGET": "press", "PERSISTENT": true, "FLOAT": true, "WIDTH": "floor(96*$WIDTH/$HEIGHT)", "HEIGHT": 96},
    {"TARGET": "crowd", "PERSISTENT": true, "FLOAT": true, "WIDTH": 128, "HEIGHT": 68, "FILTER": "nearest"},
    {"TARGET": "fire", "PERSISTENT": true, "FLOAT": true, "WIDTH": 128, "HEIGHT": 68, "FILTER": "nearest"},
    {"TARGET": "shown", "FLOAT": true, "WIDTH": 128, "HEIGHT": 68, "FILTER": "nearest"},
    {"TARGET": "lights", "POINTS": "shown", "BLEND": "add", "POINT_SIZE": "max(4, $HEIGHT*0.0130)"},
    {}
  ]
}*/

// Lengths in picture heights (H), speeds in H/s; the floor seen from above: higher in the picture = further away.
//   mind    0: gathering 0..1 by its own clock, effective gathering, seconds; 1: a clock that the breath of lights uses,
//           how far the voices of the room have spread 0..1
//   shoves  one texel per 0.08 H: xy displacement now (H), z seconds since the last shove, w how many there have been
//   ground  x how many may stand here, as a share of MOST_PER_AREA; 48 rows
//   homes   xy where each light wants to stand (H); z how much of it bodies leave to be seen, 0..1, + 2 x its way; w its
//           company, and after the point when it comes: found once
//   count   x lights in this texel, y those that are lit, z those that walk
//   near    one light of each cell of 1/132 H: xy (H), z which way it walks, -1 or 1, 0 standing; w its number + 1
//   press   the same per H^2, blurred over 1.3 texels; w room for standing here (lights per H^2)
//   crowd   8,704 lights: xy 0..1, z speed, w <= -1 walking, -1 - seconds for which it has been held up; >= 0 standing: seconds for which the way has been clear
//   fire    x its light 0..1, y seconds it has stood, z stirred by a passing body 0..1, w seconds it will still stay
//   shown   where and how bright each is drawn: xy, z light, w depth + 2 where it is kindled + 4 x its kind in sixteenths
//
// Slow-to-start traffic (after Takayasu and Takayasu 1993; Helbing et al. 2007 for the crowd): a light stops when it is
// too close to those ahead and goes on only after the way has been clear for about half a second, so that gaps run
// backwards through the crowd. Walking lights stay dim; a light is kindled where it stands, by its neighbours.

#include "lib/noise.glsl"
#include "lib/spectrum.glsl"
#include "lib/gathering.glsl"

const ivec2 LIGHTS = ivec2(128, 68);
const int COUNT = 8704;
const int DUST = 8608;             // those after STANDING lie everywhere, unlit until a body stirs the place: the first of so many in backfire
const float PACE = 0.056;          // H/s
const float APART = 0.0082;        // H that they keep from each other, standing or walking
const float AHEAD = 0.0102;        // H, how near those ahead may come before a light stops
const float TOLD = 110.0;          // s that the gathering takes by its own clock
const float SPREADS = 0.3;         // share of those who are still missing that a room full of voices brings
const vec2 AWAY = vec2(-9.0);      // outside the frame: not there

float wide() { return float(textureSize(press, 0).x) / float(textureSize(press, 0).y); }
vec2 scale() { return vec2(wide(), 1.0); }
float step_time() { return clamp(TIMEDELTA, 0.0, 0.1); }
float toward(float seconds) { return 1.0 - exp(-step_time() / seconds); }
float moving() { return flow * (1.0 - lock); }
float gathering() { return texelFetch(mind, ivec2(0, 0), 0).y; }
bool watches(int i) { return i >= STANDING; }
ivec2 texel(int i) { return ivec2(i % LIGHTS.x, i / LIGHTS.x); }
int company(vec4 mine) { return int(mine.w); }
int lane_of(vec4 mine) { return int(mine.z * 0.5); }

vec4 think(int i, vec4 was) {
    float dt = step_time();
    if (i == 1) {
        // It spreads while people talk and lasts for a while: no single shout brings much.
        float spread = was.y + (voices - was.y) * toward(voices > was.y ? 5.0 : 20.0);
        return vec4(mod(was.x + dt * moving(), 4096.0), spread, 0.0, 1.0);
    }
    // By its own clock the first of them are already on their way.
    float own = was.w < 0.5 ? 0.15 : min(was.x + dt * flow * (1.0 - 0.15) / TOLD, 1.0);
    // A gathering disperses slowly, whatever a cue says.
    float now = gather < 0.0 ? own : gather;
    now += SPREADS * (1.0 - now) * texelFetch(mind, ivec2(1, 0), 0).y;
    return vec4(own, was.w < 0.5 ? now : max(now, was.y - 0.03 * dt), min(was.z + dt, 100.0), 1.0);
}

// Each texel shoves in its own time, every 1.5 to 4 s: there within 0.3 s, back in 1.2 s.
vec4 jostle(ivec2 c, vec4 was) {
    float dt = step_time() * moving();
    int key = c.x + 64 * c.y;
    int n = int(was.w) + key * 977;
    float since = was.z + dt;
    vec4 now = was;
    if (since > 1.5 + 2.5 * chance(n, 711)) { since = 0.0; now.w = mod(was.w + 1.0, 4096.0); n = int(now.w) + key * 977; }
    float turn = 6.2831853 * chance(n, 712);
    vec2 aim = since < 0.3 ? vec2(cos(turn), sin(turn)) * (0.001 + 0.022 * pow(chance(n, 713), 4.0)) : vec2(0.0);
    now.xy += (aim - now.xy) * (1.0 - exp(-dt / (since < 0.3 ? 0.16 : 0.45)));
    return vec4(now.xy, since, now.w);
}

vec4 lie(vec2 uv) { return vec4(standing_room(uv * scale(), wide()), 0.0, 0.0, 1.0); }

vec4 tally(int i) {
    vec4 one = texelFetch(fire, ivec2(i % LIGHTS.x, i / LIGHTS.x), 0);
    return watches(i) ? vec4(0.0) : vec4(1.0, one.x, isf_Point.w < 0.0 ? 1.0 : 0.0, 1.0);
}

vec4 neighbour(int i) {
    if (watches(i)) return vec4(0.0);
    float goes = texelFetch(homes, texel(i), 0).x - isf_Point.x * wide() < 0.0 ? -1.0 : 1.0;
    return vec4(isf_Point.xy * scale(), isf_Point.w < 0.0 ? goes : 0.0, float(i) + 1.0);
}

vec4 blur(vec2 uv) {
    vec2 e = 1.3 / RENDERSIZE;
    vec4 sum = 0.25 * texture(count, uv);
    sum += 0.125 * (texture(count, uv + vec2(e.x, 0.0)) + texture(count, uv - vec2(e.x, 0.0))
                  + texture(count, uv + vec2(0.0, e.y)) + texture(count, uv - vec2(0.0, e.y)));
    sum += 0.0625 * (texture(count, uv + e) + texture(count, uv - e)
                   + texture(count, uv + vec2(e.x, -e.y)) + texture(count, uv + vec2(-e.x, e.y)));
    vec4 now = vec4(sum.xyz * RENDERSIZE.y * RENDERSIZE.y, 0.0);
    // A light is counted over 0.12 s: it is as wide as it is, not as wide as a texel.
    vec4 was = texture(press, uv);
    now.xyz = mix(was.xyz, now.xyz, toward(0.12));
    float grown = mix(0.30, 1.0, gathering());
    now.w = MOST_PER_AREA * texture(ground, uv).x * grown;
    return now;
}

// ---------------------------------------------------------------- walking

// How many of all are under way at this gathering, and whether this one is.
float called() {
    float g = gathering();
    float share = 12.0 / float(COUNT) + pow(max(g, 0.0), 0.32) * (0.35 + 0.93 * life);
    return min(share, 1.0) * min(grow * 1.1, 1.0);
}
bool comes(vec4 mine) { return mine.x > -5.0 && fract(mine.w) < 0.98 * called(); }

// Home, and how much of a light the bodies leave to be seen. Hidden at once, seen again slowly and each in its own
// time: what a passing body uncovers is no flash.
vec4 settle(int i, vec4 was) {
    if (was.w < 0.5) {
        vec4 place = watches(i) ? vec4(dust_place(i - STANDING, DUST, wide()) * scale(), 0.0, 1.0) : home(i, wide());
        float off;
        int lane = lane_near(place.xy, wide(), off);
        return vec4(place.xy, 2.0 * float(lane), floor(place.w) + 0.98 * min(place.z, 1.0));
    }
    vec4 one = texelFetch(crowd, texel(i), 0);
    float far = texture(bodies, clamp(one.xy, 0.0, 1.0)).x, was_seen = mod(was.z, 2.0);
    float seen = watches(i) ? smoothstep(-0.008, 0.010, far) : smoothstep(0.003, 0.012, far);
    float tau = seen < was_seen ? 0.05 : mix(1.0, 2.4, chance(i, 770));
    return vec4(was.xy, 2.0 * float(lane_of(was)) + was_seen + (seen - was_seen) * toward(tau), was.w);
}

// They come by the side on which they are going to stand, in files of three; every fourth across the open ground.
float abreast(int i) { return 0.0092 * (floor(3.0 * chance(i, 725)) - 1.0) + 0.006 * (chance(i, 726) - 0.5); }
float path_y(int i, vec4 mine, float x) {
    if (chance(i, 737) > 0.24) return lane_y(lane_of(mine), x, wide()) + abreast(i);
    float strays = 0.34 * (bumps(vec2(x * 2.3, 3.0 * float(company(mine)) + 0.5), 738) - 0.5) + 0.03 * (chance(i, 739) - 0.5);
    return clamp(mine.y + strays * smoothstep(0.03, 0.5, abs(x - mine.x)), 0.01, 0.99);
}
bool from_left(vec4 mine) { return mine.x < gathering_line(mine.y, wide()) + 0.10 * (chance(company(mine), 724) - 0.5); }
vec4 enter(int i, vec4 mine) {
    float x = from_left(mine) ? -0.005 - 0.05 * chance(i, 727) : wide() + 0.005 + 0.05 * chance(i, 727);
    return vec4(vec2(x, path_y(i, mine, x)) / scale(), 0.0, -1.0);
}

// When the scene begins in the middle of a gathering, those who have come stand there, the others are on their way.
vec4 begin(int i, vec4 mine) {
    float come = chance(company(mine), 736) * 0.8 + 0.2 * chance(i, 729);
    if (come < 0.45 + 0.5 * gathering()) return vec4(mine.xy / scale(), 0.0, 0.0);
    float x = mix(from_left(mine) ? 0.0 : wide(), mine.x, chance(i, 728));
    return vec4(vec2(x, path_y(i, mine, x)) / scale(), PACE, -1.0);
}

vec2 slope_of_bodies(vec2 uv) {
    vec2 e = 1.5 / vec2(textureSize(bodies, 0));
    vec2 d = vec2(texture(bodies, uv + vec2(e.x, 0.0)).x - texture(bodies, uv - vec2(e.x, 0.0)).x,
                  texture(bodies, uv + vec2(0.0, e.y)).x - texture(bodies, uv - vec2(0.0, e.y)).x);
    return d / max(length(d), 1.0e-4);
}

// Who is near: xy the way out of their reach, z whether somebody ahead is too close.
vec3 elbow(int i, vec2 at, vec2 way, float goes, bool among, float reach) {
    vec3 found = vec3(0.0);
    ivec2 size = textureSize(near, 0), cell = ivec2(floor(at / scale() * vec2(size)));
    float apart = APART * reach * mix(1.1, 0.9, at.y) * (1.0 - 0.14 * gathered_near(at, wide()));
    for (int k = 0; k < 9; k++) {
        ivec2 c = cell + ivec2(k % 3, k / 3) - 1;
        if (min(c.x, c.y) < 0 || c.x >= size.x || c.y >= size.y) continue;
        vec4 other = texelFetch(near, c, 0);
        if (other.w < 0.5 || int(other.w) == i + 1) continue;
        vec2 d = other.xy - at;
        float far = length(d);
        // In the same spot: each its own way.
        if (far < 1.0e-4) d = vec2(chance(i, 751) - 0.5, chance(i, 752) - 0.5) * 1.0e-3;
        found.xy -= d / max(far, 1.0e-4) * max(1.0 - far / apart, 0.0);
        bool ahead = far < AHEAD && dot(d, way) > 0.88 * far;
        if (ahead && (other.z * goes > 0.5 || (among && other.z == 0.0))) found.z = 1.0;
    }
    return found;
}

vec4 walk(int i, vec4 was, vec4 lit) {
    bool first = was == vec4(0.0);
    vec4 mine = texelFetch(homes, texel(i), 0);
    if (watches(i)) return first ? vec4(mine.xy / scale(), 0.0, 0.0) : was;
    if (!comes(mine)) return first || lit.x < 0.004 ? vec4(AWAY, 0.0, 0.0) : vec4(was.xy, 0.0, 0.0);
    if (first) return begin(i, mine);
    float dt = step_time() * moving();
    // One after the other, not all at once, and no door takes more than can go on from it.
    if (was.x < -5.0) {
        vec4 door = enter(i, mine);
        vec2 ahead = clamp(door.xy, 0.004 / scale(), 1.0 - 0.004 / scale());
        bool free = texelFetch(near, ivec2(ahead * vec2(textureSize(near, 0))), 0).w < 0.5;
        return free && chance(i + FRAMEINDEX * COUNT, 743) < dt * 0.8 ? door : was;
    }
    if (lit.w < 0.0 && lit.x < 0.004) return vec4(AWAY, 0.0, 0.0);   // it has gone out; it comes again by a door
    vec2 at = was.xy * scale(), uv = clamp(was.xy, 0.0, 1.0), left = mine.xy - at;
    float to_go = length(left), goes = left.x < 0.0 ? -1.0 : 1.0;
    // Along its way, in a file, until it comes to its row; then between the rows.
    float x = at.x + 0.03 * goes;
    vec2 file = vec2(0.03 * goes, path_y(i, mine, x) - at.y);
    float follows = smoothstep(0.012, 0.05, abs(left.x));
    vec2 way = mix(left / max(to_go, 0.01), file / length(file), follows);
    // The curious go to the nearest body instead, more of them to one that stays; each from its own side.
    vec4 body = texture(bodies, uv);
    vec2 off = slope_of_bodies(uv);
    float room = room_beside(i), own = 0.7 + 0.6 * chance(i, 745);
    float curious = step(chance(i, 744), 0.04 + 0.30 * body.y) * (1.0 - smoothstep(0.10, 0.30, body.x));
    float slant = 1.6 * (chance(i, 750) - 0.5);
    way = mix(way, -off + slant * vec2(-off.y, off.x), 0.85 * curious);
    way /= max(length(way), 0.2);
    bool among = to_go < 0.03 || curious > 0.5;
    // Round a body that stands in the way.
    vec2 round = vec2(-off.y, off.x);
    round *= dot(round, left) + 0.02 * (chance(i, 749) - 0.5) < 0.0 ? -1.0 : 1.0;
    way = mix(way, round, (1.0 - curious) * smoothstep(0.055, 0.02, body.x) * smoothstep(0.2, -0.2, dot(way, off)));
    vec3 close = elbow(i, at, way, goes, among, was.w < 0.0 ? 1.0 : 0.8);
    bool inside = was.x > 0.0 && was.x < 1.0;
    // At home, behind the others at a body, or a body stands in the way.
    bool beside = texture(bodies, (at + way * 0.012) / scale()).x < room && body.x > room - 0.02 && (to_go < 0.06 || curious > 0.5);
    bool there = inside && body.x > 0.0 && ((curious < 0.5 && to_go < (was.w < 0.0 ? 0.0045 : 0.02)) || beside || (among && close.z > 0.5));
    float state = was.w;
    int draw = i + COUNT * (FRAMEINDEX & 1023);
    if (state >= 0.0) {
        state = there ? 0.0 : state + dt;
        if (state > 0.5 * own) state = -1.0;
    } else if (there) state = 0.0;
    // Held up by those ahead, it goes on only after the way has been clear for a moment; now and then one lingers.
    else if (close.z > 0.5) state = min(state, -1.0 - 0.28 * own);
    else if (inside && chance(draw, 746) < dt * 0.008) state = -2.0 - 1.5 * chance(draw, 747);
    else state = min(state + dt, -1.0);
    float far = mix(1.12, 0.72, uv.y);            // further away = slower
    float pace = PACE * own * far * (0.8 + 0.4 * bumps(vec2(0.23 * texelFetch(mind, ivec2(1, 0), 0).x, float(company(mine))), 748));
    pace *= mix(0.6, 1.0, smoothstep(0.0, 0.02, to_go));
    float speed = was.z + ((state == -1.0 ? pace : 0.0) - was.z) * toward(0.15);
    vec2 v = way * speed;
    // Nobody comes closer than a shoulder; a light that is lit gives way least.
    float yields = (1.0 - 0.97 * lit.x) * (state < 0.0 ? 1.0 : 0.7);
    v += 0.08 * yields * close.xy / max(length(close.xy), 1.0);
    // Out of the way of a body: slowly beside it, faster where it stands, where they are not seen.
    // One that only passes leaves them where they are: nobody is herded.
    float stays = 1.0 - smoothstep(0.03, 0.12, length(texture(water, uv).xy));
    v += stays * off * (0.03 * smoothstep(room, room - 0.012, body.x) + 0.10 * smoothstep(0.0, -0.03, body.x));
    return vec4((at + v * dt) / scale(), speed, state);
}

// ---------------------------------------------------------------- light

// How far a light is shoved now: only where they stand closest.
vec2 shoved(vec2 uv) {
    vec4 around = texture(press, uv);
    float close = smoothstep(0.62, 1.0, around.x / max(around.w, 1.0)) * smoothstep(4000.0, 7500.0, around.x);
    // Looked up aside by uneven steps, or each shove would be a disc.
    vec2 at = uv * scale();
    vec2 aside = 0.14 * (vec2(bumps(at * 6.0, 718), bumps(at * 6.0, 719)) - 0.5);
    vec2 way = texture(shoves, (at + aside) / scale()).xy * shove * close * smoothstep(0.5, 0.9, gathering());
    return way;
}

vec4 kindle(int i, vec4 was, vec4 one) {
    float dt = step_time();
    vec4 mine = texelFetch(homes, texel(i), 0);
    vec2 uv = clamp(one.xy, 0.0, 1.0);
    float stirred = smoothstep(0.8, 3.5, texture(water, uv).z) * step(0.0, texture(bodies, uv).x) * (1.0 - was.x);
    // Ragged: one in nine of them within 0.1 s, and none again before it has faded.
    bool hit = was.z < 0.12 && chance(i + FRAMEINDEX * COUNT, 751) < 1.0 - exp(-dt * 1.2 * stirred * abundance);
    float struck = hit ? 1.0 : was.z * exp(-dt / mix(0.5, 1.1, chance(i, 752)));
    if (watches(i) || one.x < -5.0) return vec4(0.0, 0.0, struck, 0.0);
    bool first = was.w == 0.0;
    if (lock > 0.5 && !first) return was;      // nothing stirs, nothing is kindled, nothing goes out
    // At the beginning some have stood for long already: others walk in from the first second on.
    float least = texelFetch(mind, ivec2(0, 0), 0).z < 0.5 ? 0.5 : 25.0;
    float stays = first ? mix(least, 85.0, chance(i + FRAMEINDEX * COUNT, 753)) : was.w;
    vec4 around = texture(press, uv);
    // One that is shoved goes out at once and has to be kindled again.
    float jolt = length(shoved(uv));
    bool held = one.w >= 0.0 && one.z < 0.010 && jolt < 0.0042 + 0.0012 * chance(i, 767) && texture(bodies, uv).x > 0.5 * room_beside(i);
    float stands = first ? 10.0 : held ? min(was.y + dt, 1000.0) : 0.0;
    // A light that has stood for long goes out, and its place is taken from behind.
    stays -= held ? dt * moving() : 0.0;
    bool leaves = stays < 0.0 || !comes(mine);
    float light = was.x;
    // Caught from neighbours that are lit, seldom by itself; sooner beside a body, and with the murmur of the room.
    float lit_share = around.y / max(around.x, 1500.0);
    float beside = exp(-max(texture(bodies, uv).x, 0.0) / 0.09);
    float heard = min(murmur + voices, 1.0);
    float rate = 0.20 + 2.2 * lit_share * (1.0 + 2.0 * heard) + 2.2 * beside + 0.3 * heard + 0.8 * struck;
    rate *= smoothstep(0.2, 0.9, around.x / max(around.w, 800.0)) + beside;
    // The first to stand wait for nobody: without them the beginning would be dark.
    rate += 0.30 * smoothstep(0.45, 0.10, gathering());
    // One that went out stays dark for a second at least.
    bool caught = stands > 1.05 + 1.2 * chance(i, 754) && (light > 0.02 || chance(i + FRAMEINDEX * COUNT, 755) < dt * rate);
    float wanted = caught && !leaves && held ? 1.0 : 0.0;
    if (first && held && one.w >= 0.0 && chance(i, 756) < gathering()) light = 1.0;
    light += (wanted - light) * (wanted > light ? toward(0.9 + 1.4 * chance(i, 757)) : toward(leaves ? 1.4 : held ? 0.45 : 0.07));
    if (wanted > 0.5) light = max(light, 0.021);
    return vec4(light, stands, struck, stays);
}

vec4 show(ivec2 c) {
    int i = c.x + c.y * LIGHTS.x;
    vec4 one = texelFetch(crowd, c, 0), lit = texelFetch(fire, c, 0), mine = texelFetch(homes, c, 0);
    if (one.x < -5.0) return vec4(AWAY, 0.0, 0.0);
    vec2 uv = clamp(one.xy, 0.0, 1.0), at = one.xy * scale();
    vec4 body = texture(bodies, uv);
    float far = crowd_depth(i, uv.y);
    // Each has a period of its own, 1.4 to 3.5 s; it fades for long and comes back shortly.
    float clock = texelFetch(mind, ivec2(1, 0), 0).x;
    float turn = fract(clock / mix(1.4, 3.5, chance(i, 763)) + chance(i, 764));
    float breath = 1.0 - 0.16 / (1.0 + 8.0 * lit.x * crowd_brightness(i)) * smoothstep(0.0, 0.65, turn) * (1.0 - smoothstep(0.65, 1.0, turn));
    vec2 pushed = shoved(uv);
    pushed *= max(0.0, 1.0 - 0.005 / max(length(pushed), 1.0e-5));
    float sways = 6.2831853 * turn;
    at += pushed + 0.0007 / (1.0 + 12.0 * lit.x * crowd_brightness(i)) * vec2(cos(sways), 0.4 * sin(sways));
    // At the beginning all of it comes up within 6 s.
    float still = smoothstep(0.0, 1.2, texelFetch(mind, ivec2(0, 0), 0).z - 4.5 * chance(i, 766));
    float middle = mix(0.70, 1.08, gathered_near(at, wide())) * (0.65 + 0.7 * bumps(at * 5.0, 755));
    float ring = exp(-pow(max(body.x - 0.02, 0.0) / 0.085, 2.0)) * smoothstep(-0.03, 0.02, body.x);
    middle = max(middle, 0.4 + (0.2 + 0.9 * body.y) * ring);
    // Dim ones that stand, dim ones that walk, kindled ones, and those that a passing body stirs.
    // Where many pass, a place would rise twice within a second: there those who walk are dimmer.
    float packed = smoothstep(600.0, 2600.0, texture(press, uv).x);
    float level = (one.w < 0.0 ? mix(0.095, 0.038, packed) : 0.095) * (0.75 + 0.5 * chance(i, 765));
    // What is told goes through those who stand: companies brighten one after another, slowly, and sink again.
    float told = bumps(at * 2.9 + vec2(0.12 * clock, 0.03 * clock), 772) + 0.35 * (chance(company(mine), 773) - 0.5);
    told = mix(0.40 + 1.35 * smoothstep(0.30, 0.80, told), 1.1, 0.7 * gathered_near(at, wide()));
    level += lit.x * crowd_brightness(i) * middle * breath * still * told;
    // Towards the end the ground itself begins to show.
    if (watches(i)) level = dust_light(i, at) * smoothstep(0.72, 0.98, gathering() - 0.12 * chance(i, 777)) * min(grow, 1.0);
    // Where bodies press them on top of each other they are no brighter for it.
    float pile = texture(press, uv).x / MOST_PER_AREA;
    level *= 1.0 / (1.0 + pow(max(pile - 1.0, 0.0), 2.0) * 4.0);
    level += lit.z * lit.z * (0.06 + 0.5 * crowd_brightness(i)) / (1.0 + 30.0 * one.z);
    level *= mod(mine.z, 2.0) * smoothstep(-0.001, 0.007, texture(bodies, at / scale()).x);   // a visitor is a dark place
    float edge = smoothstep(0.0, 0.02, min(uv.x, 1.0 - uv.x));
    return vec4(at / scale(), level * edge, far + (lit.x > 0.3 ? 2.0 : 0.0) + 4.0 * floor(15.99 * crowd_kind(i, at)));
}

vec4 point_of_light() {
    float kind = floor(isf_Point.w / 4.0), left = isf_Point.w - 4.0 * kind;
    return vec4(crowd_light(isf_Point.z, mod(left, 2.0), left >= 2.0 ? 1.0 : 0.0, kind / 15.0, RENDERSIZE.y) * glow, 1.0);
}

void main() {
    vec2 uv = isf_FragNormCoord;
    ivec2 c = ivec2(gl_FragCoord.xy);
    int i = c.x + c.y * LIGHTS.x;
    if (PASSINDEX == 0) gl_FragColor = think(c.x, texelFetch(mind, c, 0));
    else if (PASSINDEX == 1) gl_FragColor = jostle(c, texelFetch(shoves, c, 0));
    else if (PASSINDEX == 2) gl_FragColor = lie(uv);
    else if (PASSINDEX == 3) gl_FragColor = settle(i, texelFetch(homes, c, 0));
    else if (PASSINDEX == 4) gl_FragColor = tally(isf_PointIndex);
    else if (PASSINDEX == 5) gl_FragColor = neighbour(isf_PointIndex);
    else if (PASSINDEX == 6) gl_FragColor = blur(uv);
    else if (PASSINDEX == 7) gl_FragColor = walk(i, texelFetch(crowd, c, 0), texelFetch(fire, c, 0));
    else if (PASSINDEX == 8) gl_FragColor = kindle(i, texelFetch(fire, c, 0), texelFetch(crowd, c, 0));
    else if (PASSINDEX == 9) gl_FragColor = show(c);
    else if (PASSINDEX == 10) gl_FragColor = point_of_light();
    else gl_FragColor = texelFetch(lights, c, 0);
}
