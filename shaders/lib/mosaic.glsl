// The living map: the simulation that mosaic, critics and order share. Needs lib/noise, points, spectrum, room
// and territories.
//
// A scene that includes it has the inputs glow, flow, life, abundance, grow, gini, tilt, heals and divides, reads water, bodies,
// people and commons, and has these targets, drawn in this order by the functions below. Lengths are in picture heights (H).
//   grain   three textures of chance, made once: 8, 19 and 43 bumps
//   tiles   per territory, row 0: x light it has (1 = a fair share), y how much of it lives, z its own clock, w its lift;
//           row 1: x how far it has grown beyond its reach (H), y how rich and z how poor it is, 0..1
//   guests  per body: xy how the map is bent towards it, z how settled it is
//   bend    96 rows: xy what borders are bent by, zw the current that combs wetlands
//   map     180 rows: x whose it is, y distance to the border, zw the way to the border
//   agents  rows 0-19: tips of networks (xy 0..1, heading, seconds since food + 32 x the last node); rows 20-39: hairs (xy,
//           heading, seconds left); row 40: tips of cracks (xy, heading, seconds); row 41: packets in the seams (xy,
//           heading, seconds left)
//   laid    what agents leave in this frame: x network, y crack or hair, z packet
//   trails  x fresh trail, y kept path, z crack (tundra) or hairs, w light of packets
//   ground  180 rows: reef x U, y V; tundra x nearness of a crack; sea x excitement, y tiredness. Everywhere: z wake,
//           w where something grows just now
//   cells   single lights: xy where (0..1), z how often it moved, w light
//   sparks  the cells, drawn as points
//   squares the parts of `soil` that are due
//   close   xyz distance to the nearest body, as far as it has gone; w what bodies leave of the light
//   soil    full size: what stands. x light, y 0.8 x fine grain where it lives (on a border: 0 = a black mark) + 31
//           steps of what a wake wakes, z distance to the
//           border's rim, negative in it (H), w 1 + whose + 0.98 of its rank

const ivec2 CREW = ivec2(128, 42);
const int TIPS = 20 * 128;
const int HAIRS = 20 * 128;
const int PACKETS = 24;
const int CRACKS = 16;
const float SEAM_SPEED = 0.05;     // H/s, of packets
const float REST_HALF = 40.0;      // s, half-life of a path that is not used
const float FED = 0.045;           // H, within which a tip is fed
const float LOST = 7.0;            // s after which the trail of a tip counts for 1/e
const float TAKEN = 0.12;          // H, how far the rich reach into their neighbours in the end
const float RELIEF = 0.056;        // H around a crack in which no other starts

float off_by = 0.0;   // nm by which every hue is off: order starts again slightly wrong

float wide() { return float(textureSize(water, 0).x) / float(textureSize(water, 0).y); }
float step_time() { return clamp(TIMEDELTA, 0.0, 0.1); }
float toward(float seconds) { return 1.0 - exp(-step_time() / seconds); }
vec4 tile(int k) { return texelFetch(tiles, ivec2(k, 0), 0); }
vec4 caste(int k) { return texelFetch(tiles, ivec2(k, 1), 0); }
float dice(int i, int purpose) { return chance(i + FRAMEINDEX * 6151, purpose); }

vec4 owner(vec2 uv) {
    ivec2 size = textureSize(map, 0);
    return texelFetch(map, clamp(ivec2(uv * vec2(size)), ivec2(0), size - 1), 0);
}

int process_at(vec2 uv) { return TERRITORY_PROCESS[int(owner(uv).x + 0.5)]; }

bool within(vec2 uv) { return uv.x > 0.0 && uv.y > 0.0 && uv.x < 1.0 && uv.y < 1.0; }

// ---------------------------------------------------------------- chance, tiles, guests

vec4 weave(vec2 uv, ivec2 c) {
    vec4 made = texelFetch(grain, c, 0);
    for (int k = 0; k < (made.w > 0.5 ? 0 : 1); k++) made = vec4(tiled(uv, 8, 801), tiled(uv, 19, 802), tiled(uv, 43, 803), 1.0);
    return made;
}

// 0..1, about even: elements with a low rank live first. 5 and 13 bumps per H.
float rank(vec2 at) {
    at += 0.11 * (texture(grain, at * 0.9 + 0.6).xy - 0.5);   // bent: value noise by itself has square holes
    vec2 one = vec2(0.848 * at.x - 0.530 * at.y, 0.530 * at.x + 0.848 * at.y);   // turned: no squares along the frame
    float sum = 0.55 * texture(grain, one * 0.62).x + 0.45 * texture(grain, at.yx * 0.68 + 0.3).y;
    return smoothstep(0.22, 0.78, sum);
}

// Fine chance, 80 and 70 bumps per H, of two turned grids: the squares of either are not seen. About 0..1 around 0.5.
float speck(vec2 at) {
    vec2 one = vec2(0.921 * at.x - 0.389 * at.y, 0.389 * at.x + 0.921 * at.y);
    vec2 two = vec2(0.438 * at.x + 0.899 * at.y, 0.899 * at.x - 0.438 * at.y);
    return 0.5 + 0.72 * (texture(grain, one * 1.87).z + texture(grain, two * 1.63 + 0.37).z - 1.0);
}

// What gini makes of fair shares while nobody tells: three take on light, the others thin out.
float own_share(int k) {
    float apart = smoothstep(0.10, 0.80, gini);
    return k == 0 || k == 3 || k == 8 ? mix(1.0, 1.85, apart) : mix(1.0, 0.13, apart);
}

vec4 tend(ivec2 c) {
    int k = c.x;
    vec4 was = texelFetch(tiles, c, 0);
    if (k >= TERRITORIES) return vec4(0.0);
    float sum = 0.0, least = 9.0;
    for (int j = 0; j < TERRITORIES; j++) {
        float part = texelFetch(commons, ivec2(j, 0), 0).x;
        sum += part;
        least = min(least, part);
    }
    float share = sum > 0.01 ? texelFetch(commons, ivec2(k, 0), 0).x / sum * float(TERRITORIES) : own_share(k);   // 1 = a fair share
    least = sum > 0.01 ? least / sum * float(TERRITORIES) : own_share(1);
    share = clamp(share, 0.0, 3.0);
    if (c.y == 1) {
        // The poorest share falls from 0.5 to 0.1 while inequality rises from 0.35 to 0.75. In that time the rich take
        // ground too: 0.12 H in 130 s, about the 0.001 H/s of all borders.
        float apart = 1.0 - smoothstep(0.08, 0.50, least), rich = smoothstep(0.85, 1.15, share) * apart;
        vec4 now = vec4(TAKEN * rich, rich, smoothstep(0.60, 0.14, share), 1.0);
        return was.w > 0.5 ? mix(was, now, toward(6.0)) : now;
    }
    bool born = was.y > 0.0;
    float has = born ? mix(was.x, share, toward(4.0)) : share;
    // A share of 0.6 lets three quarters of it live, one of 0.1 a fifth.
    float lives = clamp(life / 0.7 * abundance * (1.0 - exp(-2.4 * has)), 0.04, 0.97);
    float clock = mod(was.z + step_time() * flow * TERRITORY_TEMPO[k], 4096.0);
    // The rich float up and the poor sink, each by its own way.
    float lift = tilt * tilt * (has > 1.0 ? 0.20 + 0.25 * chance(k, 805) : -0.16 - 0.24 * chance(k, 805));
    return vec4(has, lives, born ? clock : 40.0 * chance(k, 804), lift);
}

// A settled body draws the nearest seam towards it, by up to 0.06 H within 20 s.
vec4 invite(int i) {
    vec4 was = texelFetch(guests, ivec2(i, 0), 0);
    vec4 state = person_state(i);
    float settled = state.x * state.y;
    vec2 uv = person_at(i).xy / vec2(wide(), 1.0);
    vec4 here = owner(uv);
    vec2 pull = within(uv) ? here.zw * min(here.y, 0.06) * settled : vec2(0.0);
    return vec4(mix(was.xy, pull, toward(7.0)), mix(was.z, settled, toward(3.0)), 1.0);
}

// Where wetlands read their stream function: turned, because the bumps of value noise are square.
const mat2 STREAMS = mat2(0.788, 0.616, -0.616, 0.788);
vec2 streams(vec2 at) { return STREAMS * at * 3.1 + 0.4 * vec2(sin(TIME / 61.0), sin(TIME / 47.0)); }

vec4 bow(vec2 uv) {
    vec2 at = uv * vec2(wide(), 1.0);
    vec2 warp = territory_warp(at, TIME);
    int last = int(people_summary().x);
    for (int i = 0; i < last; i++) {
        vec4 guest = texelFetch(guests, ivec2(i, 0), 0);
        for (int k = 0; k < (guest.z > 0.02 ? 1 : 0); k++) {
            vec2 d = at - person_at(i).xy;
            warp += guest.xy * exp(-dot(d, d) / 0.02);
        }
    }
    return vec4(warp, curl(streams(at), 806) * STREAMS);
}

vec4 chart(vec2 uv) {
    float none[11] = float[11](0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0), more[11] = none;
    for (int k = 0; k < TERRITORIES; k++) more[k] = caste(k).x;
    Claim here = claim_moved(uv * vec2(wide(), 1.0) + texture(bend, uv).xy, wide(), none, more);
    return vec4(float(here.first), here.seam, here.across);
}

// ---------------------------------------------------------------- agents

// The first seconds run faster, so that the map is there when one looks: seconds since it began, up to 99.
float map_age() { return texelFetch(agents, ivec2(CRACKS, 40), 0).w; }
float haste() { return map_age() < 12.0 ? 2.0 : 1.0; }

// The node of the cell that `at` lies in: xy, and a number of its own. Towns stand closer and more evenly.
vec3 node(vec2 at, int process) {
    float size = process == CITY ? 0.078 : 0.19;
    ivec2 cell = ivec2(floor(at / size));
    vec2 hash = vec2(lattice(cell, 807), lattice(cell, 808));
    vec2 inside = process == CITY ? 0.36 + 0.28 * hash : 0.25 + 0.5 * hash;
    return vec3((vec2(cell) + inside) * size, lattice(cell, 809));
}

float smell(vec2 at) {
    vec2 uv = at / vec2(wide(), 1.0);
    vec4 here = owner(uv);
    int k = int(here.x + 0.5), process = TERRITORY_PROCESS[k];
    bool grows = process == FOREST || process == CITY;
    if (!within(uv) || !grows || here.y < 0.008) return -1.0;
    vec4 trail = texture(trails, uv);
    vec3 food = node(at, process);
    float call = exp(-length(at - food.xy) / (process == CITY ? 0.02 : 0.05));
    float ground = texture(grain, at * 1.1).z;
    float alive = smoothstep(-0.10, 0.05, tile(k).y - rank(at));
    return min(trail.x, 1.6) + 1.2 * trail.y + 0.6 * call + 0.30 * ground + 0.5 * alive;
}

// A number for the node whose lot is `lot`, 1..999.
float name_of(float lot) { return 1.0 + floor(lot * 998.0); }

// A tip smells ahead in three directions (Jones 2010). Its trail counts only while it leads somewhere: from one node to
// another, not back to the same one, so that no tip draws rings round what it knows.
vec4 seek(int i, vec4 was) {
    float dt = step_time();
    vec2 size = vec2(wide(), 1.0);
    float age = mod(was.w, 32.0);
    if (was.w <= 0.0 || age > 18.0) {
        // Tips set out together from a node, so that trunks pulse.
        vec2 at = vec2(dice(i, 811), dice(i, 812)) * size;
        int process = process_at(at / size);
        vec3 from = node(at, process);
        bool open = bumps(vec2(from.z * 91.0, TIME * 0.45), 813) > 0.45 && dice(i, 814) < dt / 0.6;
        bool grows = (process == FOREST || process == CITY) && process_at(from.xy / size) == process && within(from.xy / size);
        return open && grows ? vec4(from.xy / size, 6.2831853 * dice(i, 815), 0.01 + 32.0 * name_of(from.z))
                             : vec4(-9.0, -9.0, 0.0, 0.0);
    }
    vec2 at = was.xy * size;
    float tempo = TERRITORY_TEMPO[int(owner(was.xy).x + 0.5)] * flow * haste();
    float reach = 0.011 + 0.009 * chance(i, 816), spread = 0.45;
    float nose[3] = float[3](0.0, 0.0, 0.0);   // right, ahead, left
    for (int n = 0; n < 3; n++) {
        float way = was.z + spread * float(n - 1);
        nose[n] = smell(at + reach * vec2(cos(way), sin(way)));
    }
    float right = nose[0], ahead = nose[1], left = nose[2];
    float lot = dice(i, 817);
    float turn = ahead >= max(left, right) ? 0.0 : ahead < min(left, right) ? sign(lot - 0.5) : sign(left - right);
    float heading = was.z + dt * tempo * (7.0 * turn + 3.0 * (lot - 0.5));
    if (max(ahead, max(left, right)) < 0.0) heading += 2.2 * (lot - 0.5) + 3.1416;
    float pace = 0.060 * (0.7 + 0.6 * chance(i, 818)) * tempo;
    vec2 gone = at + pace * dt * vec2(cos(heading), sin(heading));
    int process = process_at(gone / size);
    vec3 food = node(gone, process);
    float name = name_of(food.z), last = floor(was.w / 32.0);
    bool eats = length(gone - food.xy) < (process == CITY ? 0.018 : FED) && name != last;
    eats = eats || texture(bodies, gone / size).y > 0.4;
    return vec4(gone / size, mod(heading, 6.2831853), eats ? 0.02 + 32.0 * name : min(age + dt, 31.0) + 32.0 * last);
}

// A hair leaves a trunk at the place of some tip, wanders over uneven ground, and lives for seconds. The last 224 are
// what drifts in wetlands: they start anywhere there and follow the current.
const int DRIFTS = 224;

vec4 branch(int i, vec4 was) {
    float dt = step_time();
    vec2 size = vec2(wide(), 1.0);
    bool drifts = i >= TIPS + HAIRS - DRIFTS;
    int kind = drifts ? WETLAND : FOREST;
    if (was.w <= 0.0) {
        int from = int(dice(i, 871) * float(TIPS));
        vec4 tip = texelFetch(agents, ivec2(from % CREW.x, from / CREW.x), 0);
        tip = drifts ? vec4(dice(i, 878), dice(i, 879), 0.0, 1.0) : tip;
        float pace = drifts ? 1.2 : 22.0 / haste();
        bool leaves = tip.w > 0.0 && dice(i, 872) < dt / pace && process_at(tip.xy) == kind;
        vec2 flows = texture(bend, tip.xy).zw;
        float side = dice(i, 873) < 0.5 ? -1.0 : 1.0, lasts = dice(i, 875);
        float way = drifts ? atan(flows.y, flows.x) : tip.z + side * (0.4 + 0.9 * dice(i, 874));
        return leaves ? vec4(tip.xy, way, 1.0 + 7.0 * lasts * lasts) : vec4(-9.0, -9.0, 0.0, 0.0);
    }
    vec2 at = was.xy * size, uv = was.xy;
    vec2 left = at + 0.010 * vec2(cos(was.z + 0.5), sin(was.z + 0.5)), right = at + 0.010 * vec2(cos(was.z - 0.5), sin(was.z - 0.5));
    // It follows the grain of the ground and keeps clear of other hairs.
    float better = texture(grain, left * 1.1).z - texture(grain, right * 1.1).z
                 - 0.25 * (texture(trails, left / size).z - texture(trails, right / size).z);
    float heading = was.z + dt * (16.0 * clamp(better * 4.0, -0.5, 0.5) + 5.0 * (dice(i, 876) - 0.5));
    vec2 flows = texture(bend, uv).zw + 4.0 * texture(water, uv).xy;
    heading = drifts ? atan(flows.y, flows.x) : heading;
    float pace = drifts ? 0.040 : 0.026 * haste();
    vec2 gone = at + pace * (0.6 + 0.8 * chance(i, 877)) * flow * dt * vec2(cos(heading), sin(heading));
    vec4 here = owner(gone / size);
    bool lives = TERRITORY_PROCESS[int(here.x + 0.5)] == kind && here.y > 0.006;
    return vec4(gone / size, heading, lives ? was.w - dt : 0.0);
}

vec2 relief_slope(vec2 uv) {
    vec2 e = 1.5 / vec2(textureSize(ground, 0));
    return vec2(texture(ground, uv + vec2(e.x, 0.0)).x - texture(ground, uv - vec2(e.x, 0.0)).x,
                texture(ground, uv + vec2(0.0, e.y)).x - texture(ground, uv - vec2(0.0, e.y)).x);
}

// A crack starts at an older one, crosses the ground between, and ends at the next: T-junctions (Plug and Werner).
vec4 crack(int i, vec4 was) {
    float dt = step_time();
    vec2 size = vec2(wide(), 1.0);
    bool young = map_age() < 12.0;
    // Not more than a texel of `trails` in a frame: a crack is a line, not a row of dots.
    float tempo = min(young ? 3.5 : TERRITORY_TEMPO[2] * flow, 0.11 / max(dt, 0.001));
    if (was.w <= 0.0) {
        vec2 uv = vec2(dice(i, 821), dice(i, 822));
        float near = texture(ground, uv).x;
        for (int k = 0; k < 5 && (process_at(uv) != TUNDRA || near < 0.80 || near > 0.97); k++) {
            uv = vec2(dice(i, 880 + k), dice(i, 890 + k));
            near = texture(ground, uv).x;
        }
        vec2 slope = relief_slope(uv);
        bool edge = process_at(uv) == TUNDRA && near > 0.80 && near < 0.97 && length(slope) > 0.02;
        vec2 away = -slope / max(length(slope), 1.0e-4);
        bool room = texture(ground, uv + away * 0.070 / size).x < 0.06 && process_at(uv + away * 0.08 / size) == TUNDRA;
        float pace = young ? dt / 0.12 : dt / 0.25;
        return edge && room && dice(i, 823) < pace ? vec4(uv, atan(away.y, away.x) + 0.9 * (dice(i, 824) - 0.5), 0.01)
                                                   : vec4(-9.0, -9.0, 0.0, 0.0);
    }
    vec2 at = was.xy * size;
    vec2 on = (at + 0.014 * vec2(cos(was.z), sin(was.z))) / size;
    bool met = was.w * tempo * 0.05 > 0.012 && texture(ground, on).x > 0.90;
    if (met || process_at(was.xy) != TUNDRA || was.w > 12.0) return vec4(-9.0, -9.0, 0.0, 0.0);
    // Near an older crack it turns straight towards it: a T, and no two run side by side.
    vec2 slope = relief_slope(was.xy), ahead = vec2(cos(was.z), sin(was.z));
    float near = smoothstep(0.15, 0.45, texture(ground, (at + 0.020 * ahead) / size).x) * step(0.6, was.w * tempo);
    float turn = ahead.x * slope.y - ahead.y * slope.x;
    float heading = was.z + dt * tempo * (1.6 * (bumps(at * 22.0, 825) - 0.5) + 7.0 * near * turn / max(length(slope), 0.02));
    return vec4((at + 0.05 * tempo * dt * vec2(cos(heading), sin(heading))) / size, heading, was.w + dt);
}

// A packet of light runs along a seam. At a body that has settled it stops and feeds what is there.
vec4 run(int i, vec4 was) {
    float dt = step_time();
    vec2 size = vec2(wide(), 1.0);
    if (was.w <= 0.0) {
        vec2 uv = vec2(dice(i, 831), dice(i, 832));
        vec4 here = owner(uv);
        bool starts = here.y < 0.008 && dice(i, 833) < dt / 0.35;
        float way = atan(here.w, here.z) + (dice(i, 834) < 0.5 ? 1.5707963 : -1.5707963);
        return starts ? vec4(uv, way, 5.0 + 9.0 * dice(i, 835)) : vec4(-9.0, -9.0, 0.0, 0.0);
    }
    vec4 here = owner(was.xy), body = texture(bodies, was.xy);
    vec2 along = vec2(-here.w, here.z), heading = vec2(cos(was.z), sin(was.z));
    along *= dot(along, heading) < 0.0 ? -1.0 : 1.0;
    vec2 next = normalize(mix(heading, along, toward(0.10)) + 1.0e-4);
    float pace = SEAM_SPEED * (0.75 + 0.5 * bumps(vec2(TIME * 0.21, float(i)), 836)) * flow;
    pace *= 1.0 - smoothstep(0.25, 0.6, body.y);
    vec2 at = was.xy * size + next * pace * dt + here.zw * here.y * min(1.0, 5.0 * dt);
    vec2 uv = at / size;
    return vec4(uv, atan(next.y, next.x), within(uv) ? was.w - dt : 0.0);
}

vec4 act(ivec2 c) {
    int i = c.x + c.y * CREW.x;
    vec4 was = texelFetch(agents, c, 0), now = vec4(-9.0, -9.0, 0.0, 0.0);
    for (int n = 0; n < (c.y < 20 ? 1 : 0); n++) now = seek(i, was);
    for (int n = 0; n < (c.y >= 20 && c.y < 40 ? 1 : 0); n++) now = branch(i, was);
    for (int n = 0; n < (c.y == 40 && c.x < CRACKS ? 1 : 0); n++) now = crack(i, was);
    for (int n = 0; n < (c.y == 41 && c.x < PACKETS ? 1 : 0); n++) now = run(i, was);
    return c.y == 40 && c.x == CRACKS ? vec4(-9.0, -9.0, 0.0, min(was.w + step_time(), 99.0)) : now;
}

vec4 lay(int i) {
    float counts = exp(-mod(isf_Point.w, 32.0) / LOST);
    if (i < TIPS) return vec4(1.6 * counts * counts, 0.0, 0.0, 1.0);
    return i < TIPS + HAIRS + CREW.x ? vec4(0.0, 1.0, 0.0, 1.0) : vec4(0.0, 0.0, min(1.0, isf_Point.w), 1.0);
}

vec4 keep(vec2 uv) {
    float dt = step_time();
    ivec2 c = ivec2(gl_FragCoord.xy), top = textureSize(trails, 0) - 1;
    ivec2 low = max(c - 1, ivec2(0)), high = min(c + 1, top);
    vec4 was = texelFetch(trails, c, 0);
    // The same tips on fewer texels: what counts is how many there are in a piece of ground, not in a texel.
    float grid = RENDERSIZE.y / 180.0;
    vec4 around = 0.25 * (texelFetch(trails, ivec2(low.x, c.y), 0) + texelFetch(trails, ivec2(high.x, c.y), 0)
                        + texelFetch(trails, ivec2(c.x, low.y), 0) + texelFetch(trails, ivec2(c.x, high.y), 0));
    vec4 now = texelFetch(laid, c, 0);
    float fresh = mix(was.x, around.x, toward(3.2 / (grid * grid))) * exp(-dt / 2.4) + now.x * dt * grid * grid * 2.0;
    float worth = smoothstep(0.30, 1.5, fresh);
    float kept = worth > was.y ? mix(was.y, worth, toward(7.0)) : was.y * exp(-dt * 0.6931 / REST_HALF);
    bool frozen = process_at(uv) == TUNDRA;
    float open = frozen ? max(was.z * exp(-dt * 0.6931 / 50.0), min(now.y, 1.0))
                        : mix(was.z, around.z, toward(14.0 / (grid * grid))) * exp(-dt / 6.0) + now.y * dt * grid * 7.0;
    float seam = mix(was.w, around.w, toward(0.35 / (grid * grid))) * exp(-dt / 0.55) + now.z * dt * grid * 16.0;
    return vec4(min(fresh, 12.0), kept, min(open, 3.0), min(seam, 4.0));
}

// ---------------------------------------------------------------- ground

// What water does to the map: it wakes what stands there. Ragged by place, so that no field rises together.
float stirred(vec2 uv, vec2 at, float was) {
    vec4 water_here = texture(water, uv);
    float ragged = 0.3 + 1.5 * texture(grain, at * 0.9).z;
    float struck = smoothstep(ragged, 2.5 * ragged, water_here.z);
    float left = was * exp(-step_time() / 1.5);
    return left + max(struck - left, 0.0) * toward(0.14);
}

// Reef: Gray-Scott, from branches to single polyps by place; where it does not live the kill rate is high, and it recedes.
// Tundra: nearness of a crack. Sea: Barkley's medium, a front of 0.04 H/s set off by packets in the seams and by wakes.
// Two texels on both sides of a border are held at rest, so that nothing flows over it and no neighbour need be asked whose
// it is. One loop reads the neighbours for all three: software renderers execute every branch.
vec4 grow_ground(vec2 uv) {
    ivec2 c = ivec2(gl_FragCoord.xy), last = textureSize(ground, 0) - 1;
    vec2 at = uv * vec2(wide(), 1.0);
    vec4 was = texelFetch(ground, c, 0), here = texelFetch(map, c, 0), trail = texture(trails, uv), body = texture(bodies, uv);
    int k = int(here.x + 0.5), process = TERRITORY_PROCESS[k];
    float wake = stirred(uv, at, was.z), dt = step_time();
    float loss = 1.0 / (RELIEF * RENDERSIZE.y), near = 0.0;
    vec2 sides = vec2(0.0), corners = vec2(0.0);
    for (int n = 0; n < 9; n++) {
        ivec2 step = ivec2(n % 3 - 1, n / 3 - 1);
        vec2 one = texelFetch(ground, clamp(c + step, ivec2(0), last), 0).xy;
        bool diagonal = step.x * step.y != 0;
        corners += diagonal ? one : vec2(0.0);
        sides += diagonal || n == 4 ? vec2(0.0) : one;
        near = max(near, n == 4 ? 0.0 : one.x - loss * (diagonal ? 1.4142 : 1.0));
    }
    float pace = min(dt * 30.0, 1.0) * min(flow, 1.5), ranked = rank(at), alive = tile(k).y - ranked + 0.5 * body.y;
    vec2 broad = vec2(texture(grain, at * 0.27 + 0.7).x, texture(grain, mat2(0.777, 0.629, -0.629, 0.777) * at * 0.95 + 0.17).z);
    // Reef: nine points, so that nothing grows along the grid.
    float grows = pace * TERRITORY_TEMPO[k] * 1.3;
    vec2 flux = (4.0 * sides + corners - 20.0 * was.xy) / 6.0;
    float branches = smoothstep(0.35, 0.65, broad.x);
    float feed = mix(0.034, 0.0545, branches), kill = mix(0.0625, 0.062, branches) + 0.010 * smoothstep(0.04, -0.10, alive) + 0.004 * wake
               + 0.0050 * (ranked - 0.30)   // uneven ground: no even field of dots
               // Bad ground wanders by 0.004 H/s: what grew there dies back, and no patch ever closes into stripes.
               + 0.0080 * smoothstep(0.45, 0.62, texture(grain, at * 0.42 + vec2(0.0019, -0.0013) * TIME).y);
    float burn = was.x * was.y * was.y;
    float v = was.y + grows * (0.048 * flux.y + burn - (feed + kill) * was.y);
    float u = was.x + grows * (0.096 * flux.x - burn + feed * (1.0 - was.x));
    // Now and then a polyp settles on bare ground.
    v = alive > 0.05 && chance(c.x * 911 + c.y + FRAMEINDEX * 40961, 841) < dt * 2.0e-5 ? 0.5 : v;
    float rises = max(v - was.y, 0.0) * 60.0 / max(grows, 0.05);
    vec4 reef = vec4(clamp(u, 0.0, 1.2), clamp(v, 0.0, 1.0), wake, mix(was.w, rises, toward(0.8)));
    float seed = step(0.66, broad.y) * step(0.0, alive);
    reef = was.x + was.y < 0.01 ? vec4(1.0 - 0.6 * seed, 0.35 * seed, wake, 0.0) : reef;
    reef = here.y < 0.010 ? vec4(0.35, 0.0, wake, 0.0) : reef;   // starved: no tissue along borders
    // Tundra: what no crack holds up sinks back, so that healed ground can crack again.
    near = max(max(near, smoothstep(0.06, 0.12, trail.z)), max(1.0 - here.y / RELIEF, 0.0));
    near = near < was.x - 0.5 * loss ? max(near, was.x - dt / 4.0) : near;
    vec4 tundra = vec4(clamp(near, 0.0, 1.0), 0.0, wake, trail.z);
    // Sea.
    float spread = 0.2 * (0.45 + 0.9 * texture(grain, at * 0.5).x) * (sides.x - 4.0 * was.x);
    float excited = was.x + pace * (0.8 * was.x * (1.0 - was.x) * (was.x - (was.y + 0.05) / 0.75) + spread);
    float lit = texture(trails, uv + here.zw * 0.010 / vec2(wide(), 1.0)).w;
    excited = here.y < 0.016 && lit > 0.25 && was.y < 0.1 ? 1.0 : max(excited, step(0.45, wake) * step(was.y, 0.15));
    vec4 sea = vec4(clamp(excited, 0.0, 1.0), clamp(was.y + pace * 0.016 * (was.x - was.y), 0.0, 1.0), wake, 0.0);
    sea = here.y < 0.008 ? vec4(0.0, 0.0, wake, 0.0) : sea;
    return process == REEF ? reef : process == TUNDRA ? tundra : process == SEA ? sea : vec4(0.0, 0.0, wake, 0.0);
}

// ---------------------------------------------------------------- cells

const ivec2 CELLS = ivec2(80, 64);
const float SEA_CELLS = 760.0;     // per H of width: cells of the night seas
const int TOWNS = 4096;            // cells from here on mark the towns of a city
const int LAST_CELL = 80 * 64 - PACKETS;   // from here on packets in the seams

// Sea: threads in which what drifts is gathered, 0..1.
float shoal(vec2 at) {
    vec2 bent = at + 0.05 * vec2(texture(grain, at * 0.4 + 0.3).y, texture(grain, at.yx * 0.4 + 0.6).y);
    float level = 0.62 * texture(grain, bent * 0.44 + 0.2).x + 0.38 * texture(grain, bent.yx * 0.40).y;
    return max(0.0, 1.0 - 6.0 * abs(level - 0.5));
}

// One light of its own: xy where it is drawn (0..1), z how often it has moved house, w its light. In the seas cells flash
// as the front passes and keep an afterglow; elsewhere they show only where water is stirred. Towns answer what reaches them.
vec4 light_cell(ivec2 c) {
    int i = c.x + c.y * CELLS.x;
    vec4 was = texelFetch(cells, c, 0);
    vec2 size = vec2(wide(), 1.0);
    if (i >= LAST_CELL) {
        vec4 packet = texelFetch(agents, ivec2(i - LAST_CELL, 41), 0);
        float lit = min(packet.w, 1.0) * step(0.0, packet.x) * (1.0 - smoothstep(0.0, 0.2, tilt));
        return vec4(packet.xy, 0.0, mix(was.w, 0.36 * lit, toward(0.30)));
    }
    bool sea = float(i) < SEA_CELLS * wide() && i < TOWNS, town = i >= TOWNS;
    int kind = town ? CITY : SEA;
    vec2 home = vec2(chance(i, 871 + int(was.z)), chance(i, 1871 + int(was.z)));
    bool fits = !(sea || town) || (process_at(home) == kind && (town || shoal(home * size) > 0.1 + 0.7 * chance(i, 884)));
    for (int k = 0; k < 24 && !fits; k++) {
        was.z = mod(was.z + 1.0, 900.0);
        home = vec2(chance(i, 871 + int(was.z)), chance(i, 1871 + int(was.z)));
        was.w = 0.0;
        fits = process_at(home) == kind && (town || shoal(home * size) > 0.1 + 0.7 * chance(i, 884));
    }
    vec2 stands = home;
    for (int n = 0; n < (town ? 1 : 0); n++) stands = node(home * size, CITY).xy / size;
    vec4 there = texture(ground, stands), here = owner(home);
    int k = int(here.x + 0.5);
    float own = chance(i, 881), rises = 1.5 * there.z * there.z * step(0.35, own);
    float front = smoothstep(0.25, 0.95, there.x) * smoothstep(-0.15, 0.25, tile(k).y - rank(home * size) + 0.4);
    rises += sea ? 1.3 * front * (0.10 + own * own * own) : 0.0;
    float fed = smoothstep(1.2, 5.0, texture(trails, stands).x);
    rises += town && process_at(stands) == CITY ? 0.10 * fed : 0.0;
    // A flash falls fast to an afterglow, and that slowly to the light by which one knows where it stands.
    float rest = sea ? 0.15 * (0.10 + own * own * own) * smoothstep(-0.25, 0.25, tile(k).y - rank(home * size) + 0.2) : 0.0;
    float falls = was.w > 0.10 ? 0.25 : town ? 1.2 : 5.0;
    float light = max(rest, was.w * exp(-step_time() / falls));
    light = light + max(rises - light, 0.0) * toward(mix(0.05, 0.16, chance(i, 882)));
    // A lifted territory takes its cells along.
    stands.y += tilt > 0.001 ? tile(k).w : 0.0;
    return vec4(fits && light > 0.002 ? stands : NOWHERE, was.z, fits ? light : 0.0);
}

// A point, 0.0035 H wide but at least 1.6 pixels, its light kept; those of the small sea are wider and fewer.
vec4 draw_cell(int i) {
    float own = chance(i, 883);
    float wide_by = i >= TOWNS && i < LAST_CELL ? 1.0 : i >= LAST_CELL ? 1.15 : mix(0.55, 1.0, own * own);
    float kept = kept_energy(0.0085 * wide_by, max(2.6, 0.0085 * RENDERSIZE.y * wide_by), RENDERSIZE.y);
    float size = max(wide_by, 2.6 / max(3.6, RENDERSIZE.y * 0.0085));
    return vec4(isf_Point.w * kept * soft_point(size) * mix(LIGHT_B, LIGHT_C, smoothstep(0.02, 0.25, isf_Point.w)), 1.0);
}

// Distance to the nearest body, as far as it has gone. x: where somebody leaves, it opens at 0.12 H/s behind them.
// y: a shelter stays as it was for a second and closes at 0.13 H/s. z seconds since a body last came nearer.
// w what a body leaves of the light, 1 all: it is covered within 0.13 s; uncovered, it stays dark for 0.6 s (below 0) and
// comes back over 2.2 s. So nothing rises twice in a second, and nothing together (rule 9).
vec4 closeness(vec2 uv, ivec2 c) {
    float now = texture(bodies, uv).x, dt = step_time(), open = 1.27 * smoothstep(-0.005, 0.012, now) - 0.27;
    vec4 was = texelFetch(close, c, 0);
    if (FRAMEINDEX < 1) return vec4(now, now, 0.0, open);
    float since = now <= was.y ? 0.0 : min(was.z + dt, 9.0), covers = clamp(open, was.w - dt / 0.10, was.w + dt / 2.2);
    return vec4(min(now, was.x + 0.12 * dt), min(now, was.y + (since < 1.0 ? 0.0 : 0.13 * dt)), since, covers);
}

// ---------------------------------------------------------------- soil

// Grain averaged along the current (Cabral and Leedom): strands of `length` H.
float combed(vec2 at, vec2 way, float length, float grains) {
    float sum = 0.0;
    for (int k = 0; k < 9; k++) {
        vec2 on = at + way * (float(k) / 8.0 - 0.5) * length;
        sum += texture(grain, mat2(0.829, 0.559, -0.559, 0.829) * on * grains).z * (k == 0 || k == 8 ? 0.5 : 1.0);
    }
    return sum / 8.0;
}

// A piece of ground that lives or dies as one, as the areoles of a map lichen do: the stone that the mosaic is laid of.
struct Tessera {
    float rim;      // H to its rim, > 0 inside
    float lot;      // a number of its own, 0..1; large ones have a high one
    vec2 middle;    // H from its middle
    vec2 at;        // where that is (H)
};

// The tessera at a place. Sizes are added to distances, as those of territories are, so that no rim is straight.
Tessera tessera(vec2 at, float size, float uneven, int purpose) {
    vec2 bent = at + 0.16 * size * (vec2(texture(grain, at * 0.045 / size).z, texture(grain, at.yx * 0.045 / size + 0.3).z) - 0.5) * 2.0;
    vec2 on = bent / size, u1 = vec2(0.0), u2 = vec2(0.0), from = vec2(0.0);
    ivec2 cell = ivec2(floor(on));
    float d1 = 9.0, d2 = 9.0, lot = 0.0;
    for (int n = 0; n < 9; n++) {
        ivec2 c = cell + ivec2(n % 3 - 1, n / 3 - 1);
        vec2 d = on - vec2(c) - 0.14 - 0.72 * vec2(lattice(c, purpose), lattice(c, purpose + 1));
        float number = lattice(c, purpose + 2), far = length(d), reached = far - uneven * number;
        vec2 unit = d / max(far, 1.0e-4);
        if (reached < d1) { d2 = d1; u2 = u1; d1 = reached; u1 = unit; lot = number; from = d; }
        else if (reached < d2) { d2 = reached; u2 = unit; }
    }
    return Tessera(size * (d2 - d1) / max(length(u1 - u2), 0.6), lot, from * size, at - from * size);
}

// Single round grains, one in each square of `size` H at most, few of them large: light at a place, 0..1. No grain is
// drawn narrower than two pixels; a finer one is dimmer instead.
float grains(vec2 at, float size, int purpose) {
    vec2 on = mat2(0.545, 0.839, -0.839, 0.545) * at / size;
    ivec2 c = ivec2(floor(on));
    float lot = lattice(c, purpose + 2), radius = (0.14 + 0.24 * lot * lot) * size;
    float far = length(on - vec2(c) - 0.38 - 0.24 * vec2(lattice(c, purpose), lattice(c, purpose + 1))) * size;
    float least = 1.1 / RENDERSIZE.y, drawn = max(radius, least);
    return smoothstep(drawn, 0.35 * drawn, far) * min(1.0, radius * radius / (least * least)) * lattice(c, purpose + 3);
}

// A line of `wide_by` H whose middle is `off` away; it is never drawn narrower than a pixel and a half.
float line(float off, float wide_by) {
    float drawn = max(wide_by, 1.5 / RENDERSIZE.y);
    return smoothstep(drawn, 0.25 * drawn, abs(off)) * wide_by / drawn;
}

// Forest: plates that lie over each other like slates, each with a bright hem and a shadow under it. x light, y its own
// number, zw its middle (H); y above 1 where there is none.
vec4 plates(vec2 at, vec2 outward, float size, float fine) {
    vec2 bent = 0.22 * (vec2(texture(grain, at * 0.55).z, texture(grain, at.yx * 0.55 + 0.4).z) - 0.5);
    vec2 on = at / size + bent, middle = at;
    ivec2 cell = ivec2(floor(on));
    float top = -1.0, shade = 1.0, lot = 9.0, far = 1.0, facing = 0.0, around = 0.0, number[9], gap[9];
    for (int n = 0; n < 9; n++) {
        ivec2 c = cell + ivec2(n % 3 - 1, n / 3 - 1);
        number[n] = lattice(c, 822);
        vec2 d = on - vec2(c) - 0.18 - 0.64 * vec2(lattice(c, 820), lattice(c, 821));
        float turn = atan(d.y, d.x), lobes = 3.0 + floor(number[n] * 4.0), away = length(d);
        float radius = (0.34 + 0.54 * number[n] * number[n]) * (1.0 + 0.09 * cos(lobes * turn + 20.0 * number[n]));
        gap[n] = away - radius;
        if (number[n] > top && gap[n] < 0.0) {
            top = number[n]; lot = fract(top * 71.3); far = away / radius; middle = at - d * size;
            facing = dot(d / max(away, 1.0e-4), outward);
            around = turn;
        }
    }
    for (int n = 0; n < 9; n++) shade = number[n] > top ? min(shade, smoothstep(0.0, 0.34, gap[n])) : shade;
    // Zones of growth, as on a bracket fungus, and fibres that fork outwards.
    float uneven = texture(grain, at * 1.2 + 0.7).z - 0.5, zone = fract(far * 3.6 + 0.55 * uneven + lot);
    float hem = smoothstep(0.80, 0.93, far) * smoothstep(1.0, 0.96, far) * smoothstep(-0.30, 0.25, uneven);
    float fibres = 0.5 + 0.5 * cos((far > 0.55 ? 44.0 : 22.0) * around + 6.0 * uneven + 40.0 * lot);
    float body = (0.10 + zone * zone * zone) * (0.25 + 0.75 * fibres) * (0.25 + 1.1 * fine) * far * far;
    float light = (0.006 + 0.190 * body + 0.40 * hem) * mix(0.25, 1.0, smoothstep(-0.8, 0.7, facing)) * shade * shade;
    return vec4(top < 0.0 ? 0.0 : light, lot, middle);
}

// Wetland: terraces that follow the current, the near one over the far one: a bright edge, a slope of grain, black water
// under the next edge.
float terraces(vec2 at, vec2 way, float fine, float steps) {
    vec2 bent = 0.10 * (vec2(texture(grain, at * 0.23 + 0.1).x, texture(grain, at.yx * 0.23 + 0.6).x) - 0.5);
    float psi = bumps(streams(at + bent), 806) + 0.020 * (texture(grain, at * 0.45).z - 0.5)
              + 0.006 * (texture(grain, at * 1.3).z - 0.5);
    float terrace = psi * steps, number = lattice(ivec2(int(floor(terrace)), 7), 828), inner = fract(terrace);
    float across = inner / (steps * 3.1 * max(length(way), 0.10));   // H behind the edge
    float edge = line(across - 0.003, 0.0036), slope = exp(-across / (0.015 + 0.040 * number));
    float strand = smoothstep(0.48, 0.66, combed(at, way / max(length(way), 0.3), 0.060, 2.6));
    return (0.40 * edge * (0.5 + fine) + slope * strand * (0.06 + 0.22 * fine * fine)) * (0.35 + 1.2 * number * number);
}

// City garden: beds with a wall round each, ribs that run down from it to a dark mouth.
float beds(Tessera one, float fine, float lot) {
    float far = length(one.middle), turn = atan(one.middle.y, one.middle.x), ribs = 9.0 + floor(lot * 13.0);
    float rib = 0.5 + 0.5 * cos(ribs * turn + 31.0 * lot + 18.0 * far);
    float wall = line(one.rim - 0.0045, 0.0034), inner = smoothstep(0.004, 0.010, one.rim);
    float mouth = smoothstep(0.004 + 0.006 * lot, 0.022 + 0.010 * lot, far);
    float slope = exp(-max(one.rim - 0.005, 0.0) / 0.0115);
    return 0.30 * wall * (0.4 + 0.8 * fine) + inner * mouth * (0.006 + 0.13 * slope * rib * rib * (0.3 + fine))
         + 0.22 * line(far - 0.005 * lot, 0.0030) * step(0.55, lot);
}

// Marks of earlier cycles: which of some 250 stretches of seam are lit, which are black for good. The borders lie still in
// bent coordinates, and so do the marks, however the map creeps.
vec2 marks(vec2 bent, int first, int second) {
    ivec2 cell = ivec2(floor(bent * 26.0));
    int pair = min(first, second) * 16 + max(first, second);
    float lot = lattice(cell, 900 + pair), other = lattice(cell, 1300 + pair);
    float black = step(other, divides / 4000.0 - 1.0e-6);
    return vec2(step(lot, heals / 4000.0 - 1.0e-6) * (1.0 - black), black);
}

// What stands: all of a territory that changes slower than once a second.
vec4 stand(vec2 uv) {
    vec2 size = vec2(wide(), 1.0), at = uv * size;
    vec4 bent_here = texture(bend, uv);
    // The map tilts: each territory is drawn where its lift has brought it, and only what is its own.
    float lift[11] = float[11](0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0), more[11] = lift;
    for (int k = 0; k < TERRITORIES; k++) more[k] = caste(k).x;
    for (int k = 0; k < (tilt > 0.001 ? TERRITORIES : 0); k++) lift[k] = tile(k).w;
    Claim here = claim_moved(at + bent_here.xy, wide(), lift, more);
    float lifted = tilt > 0.001 ? tile(here.first).w : 0.0;
    at.y -= lifted;
    uv.y -= lifted;
    bool own = within(uv) && (lifted == 0.0 || int(owner(uv).x + 0.5) == here.first);
    int k = here.first, process = TERRITORY_PROCESS[k];
    float crisp = texture(grain, at).z - 0.5, wider = texture(grain, at * 0.55).y;
    vec2 mark = marks(at + bent_here.xy, k, here.second);
    // The edge of a territory is crenate, each to its own measure, and no border is of even width.
    float half_width = (0.0036 + 0.0046 * smoothstep(0.25, 0.8, wider)) * (1.0 + 1.5 * mark.y);
    float seam = here.seam + (0.004 + 0.010 * chance(k, 862)) * crisp - half_width;
    float inside = smoothstep(0.0, max(0.003, 1.2 / RENDERSIZE.y), seam);
    // Grit of 165 bumps per H in grains of 75: seen at 1 m.
    float grit = texture(grain, mat2(0.643, 0.766, -0.766, 0.643) * at * 3.83).z;
    float fine = clamp(speck(at) + 0.75 * (grit - 0.5), 0.0, 1.2), light = 0.0;
    bool small = k == 4 || k == 7 || k == 10;
    vec4 body = texture(bodies, uv);
    float halo = body.y * exp(-max(body.x, 0.0) / 0.10);
    vec4 wealth = caste(k), theirs = caste(here.second);
    float powder = grains(at, 0.0052, 826), dots = grains(at + 0.3, 0.0120, 831);
    // What lives and dies as one.
    float piece = process == CITY ? 0.066 : process == TUNDRA ? 0.058 : process == FOREST ? 0.060 : process == REEF ? 0.085 : 0.110;
    Tessera one = tessera(at, small && process != WETLAND ? 0.7 * piece : piece, 0.55, 823);
    vec4 plate = vec4(0.0);
    vec2 outward = normalize(at + bent_here.xy - territory(k, wide()).xy + 1.0e-4);
    for (int n = 0; n < (process == FOREST ? 1 : 0); n++) plate = plates(at, outward, small ? 0.040 : 0.066, fine);
    float lot = process == FOREST ? plate.y : fract(one.lot * 57.7);
    // Groups of neighbours live and die together, and single ones among them.
    float ranked = clamp(mix(rank(process == FOREST ? plate.zw : one.at), min(lot, 1.0), process == CITY ? 0.5 : 0.22), 0.0, 1.0);
    if (process == WETLAND || process == SEA) ranked = rank(at);
    float alive = smoothstep(-0.015, 0.015, tile(k).y + 0.6 * halo - ranked);
    if (process == WETLAND || process == SEA) alive = smoothstep(-0.07, 0.07, tile(k).y + 0.6 * halo - ranked + 0.3 * (fine - 0.5));
    vec2 way = bent_here.zw;
    for (int n = 0; n < (process == FOREST ? 1 : 0); n++) light = plate.x;
    for (int n = 0; n < (process == WETLAND ? 1 : 0); n++) light = terraces(at, way, fine, small ? 6.0 : 8.0);
    for (int n = 0; n < (process == CITY ? 1 : 0); n++) light = beds(one, fine, lot);
    for (int n = 0; n < (process == TUNDRA ? 1 : 0); n++)
        light = 0.20 * line(one.rim - 0.0040, 0.0030) * (0.2 + fine) + 0.012 * smoothstep(0.004, 0.010, one.rim) * fine * fine;
    for (int n = 0; n < (process == REEF ? 1 : 0); n++) light = 0.010 * smoothstep(0.55, 0.85, fine) * (0.3 + wider);
    float drifts = 0.0;
    for (int n = 0; n < (process == SEA ? 1 : 0); n++) {
        drifts = max(shoal(at), 0.8 * halo);   // what drifts gathers round who rests
        light = drifts * drifts * (0.9 * dots * dots + 0.45 * powder * powder + 0.06 * drifts * drifts * fine);
    }
    // Few are bright, and many are not.
    float bright = process == WETLAND || process == SEA ? 1.0 : 0.34 + 1.9 * pow(fract(lot * 13.1), 3.0);
    light *= bright * mix(1.0, 1.7, wealth.y);
    // The border of privilege: a moat, the rich shore bright above it, the poor one in its shadow.
    float under = theirs.y * (1.0 - wealth.y), over = wealth.y * (1.0 - theirs.y);
    light *= mix(1.0, smoothstep(0.0, 0.09, seam), under) * (1.0 + 1.6 * over * exp(-max(seam, 0.0) / 0.035));
    seam -= 0.010 * under + 0.002;
    inside = smoothstep(0.0, max(0.003, 1.2 / RENDERSIZE.y), seam);
    light += over * 0.30 * line(seam - 0.004, 0.0040) * (0.3 + fine);
    // What is left of the poor: single grains of dust, and the outline of what stood here.
    float outline = process == WETLAND || process == SEA ? 0.0 : line(one.rim, 0.0018);
    float left = process == SEA ? 0.0 : 0.050 * outline * (0.3 + fine) * smoothstep(0.48, 0.66, wider);
    // What a wake wakes, also where nothing lives.
    float sleeps = clamp(dots + 2.5 * light / (0.05 + light) * bright + 0.6 * outline, 0.0, 1.0) * inside;
    // A coast of single grains, by which one sees whose ground it is.
    light += 0.16 * powder * fine * exp(-max(seam, 0.0) / (0.006 + 0.022 * wider)) * (1.0 - under) * smoothstep(0.35, 0.6, crisp + 0.5);
    // What was at the edge of the frame frays as it moves in: no straight end.
    float rim = 1.0;
    for (int n = 0; n < (lifted != 0.0 ? 1 : 0); n++) {
        float frayed = 0.05 * wider + 0.03 * crisp + 0.20 * smoothstep(0.30, 0.75, texture(grain, at * 0.31 + 0.17).x);
        rim = min(uv.y, 1.0 - uv.y) - frayed * min(6.0 * abs(lifted), 1.0);
        inside *= smoothstep(0.0, 0.05, rim);
    }
    light = own ? (light * alive + left * wealth.z * (1.0 - alive)) * inside : 0.0;
    seam = own ? seam : -0.1;
    seam = min(seam, rim);
    float thin = (seam + half_width) / 0.0022;
    light += 0.030 * mark.x * exp(-thin * thin) * (0.4 + 1.2 * wider) * (1.0 - inside);
    return vec4(light, (seam < 0.0 ? 0.8 - 0.8 * mark.y : min(0.8 * fine * alive, 0.95)) + floor(31.99 * sleeps), seam, 1.0 + float(k) + 0.98 * ranked);
}

// Of `soil` a sixteenth is made anew in each frame, in squares of SQUARE texels drawn as points; all of it in the first.
// That skips the work on any driver, which branches and loops of no turn do not.
const float SQUARE = 8.0;

vec4 square_due(ivec2 c) {
    vec2 size = vec2(textureSize(soil, 0));
    int round = tilt > 0.001 ? 4 : 16;   // while the map tilts, oftener
    bool due = FRAMEINDEX < 1 || int(15.99 * lattice(c, 891)) % round == FRAMEINDEX % round;
    return vec4(due ? min(vec2(c) * SQUARE + 0.5 * SQUARE, size - 1.0) / size : NOWHERE, 0.0, 1.0);
}

// ---------------------------------------------------------------- what one sees

// What moves on the soil. x light before the share of its territory, y shift of its wavelength in nm.
vec2 moving(int process, vec4 own, float ranked, float alive, vec4 land, vec4 trail) {
    float fine = own.y, grained = 0.15 + 1.7 * fine;
    // Networks and what drifts in wetlands.
    float hair = min(1.6 * trail.z * trail.z, 1.0);
    float trunk = smoothstep(0.25, 0.90, trail.y), stream = smoothstep(0.6, 10.0, trail.x);
    vec2 net = vec2((0.045 * hair + trunk * (0.045 + 0.40 * stream * stream)) * grained * grained + 0.004 * stream, 8.0 * trunk * stream);
    net.x *= mix(0.25, 1.0, alive) * (process == CITY ? 0.45 : 1.0);
    // Polyps.
    float v = land.y, edge = smoothstep(0.12, 0.22, v), core = smoothstep(0.24, 0.34, v), tips = smoothstep(0.04, 0.35, land.w);
    vec2 reef = vec2(edge * (1.0 - 0.75 * core) * (0.022 + 0.20 * fine * fine + 0.35 * tips * fine)
                     + core * (0.006 + 0.085 * smoothstep(0.62, 0.85, fine)), -6.0 * tips);
    reef.x *= mix(1.15, 0.22, smoothstep(0.20, 0.75, ranked));   // in patches, so that tissue is no field of stripes
    // Two ridges along each crack, a black trough between them; no soil in it.
    float far = (1.0 - land.x) * RELIEF * (0.8 + 0.4 * fine), high = (far - 0.0085) / 0.0034, tip = smoothstep(0.96, 1.0, land.w);
    vec2 tundra = vec2(0.110 * exp(-high * high) * (0.03 + fine) * (0.3 + 0.7 * alive) - own.x * (1.0 - smoothstep(0.004, 0.010, far)) + 0.30 * tip, 6.0 * tip);
    return process == REEF ? reef : process == TUNDRA ? tundra : process == SEA ? vec2(0.0) : net;
}

// Light of 475 to 508 nm, as `spectrum`, in two steps instead of six.
vec3 hue_light(float nanometres) {
    vec3 low = mix(LIGHT_B, LIGHT_C, clamp((nanometres - 475.0) / 15.0, 0.0, 1.0));
    return mix(low, LIGHT_G, clamp((nanometres - 490.0) / 18.0, 0.0, 1.0));
}

vec3 living(vec2 uv) {
    vec4 body = texture(bodies, uv), own = texture(soil, uv);
    float dust = floor(own.y) / 31.0;
    own.y = 1.25 * fract(own.y);
    int k = clamp(int(own.w) - 1, 0, TERRITORIES - 1);
    float ranked = fract(own.w) / 0.98, inside = smoothstep(0.0, max(0.003, 1.2 / RENDERSIZE.y), own.z);
    vec4 mine = tile(k);
    vec2 from_uv = uv - vec2(0.0, tilt > 0.001 ? mine.w : 0.0);
    vec4 land = texture(ground, from_uv), trail = texture(trails, from_uv);
    float halo = body.y * exp(-max(body.x, 0.0) / 0.07);
    vec2 shines = moving(TERRITORY_PROCESS[k], own, ranked, smoothstep(-0.07, 0.09, mine.y + 0.6 * halo - ranked), land, trail);
    float light = (own.x + shines.x * inside) * mix(0.55, 1.25, smoothstep(0.10, 0.90, mine.x)) * (1.0 + 0.6 * body.w * exp(-max(body.x, 0.0) / 0.03)) * (1.0 + 2.2 * halo + 1.6 * land.z / (1.0 + 9.0 * own.x)) * (1.0 + 1.2 * min(mine.w, 0.0));
    float hue = TERRITORY_HUE[k] + off_by + shines.y - 5.0 * min(land.z, 1.0);
    // The rich draw in what they take: it runs from their borders inwards, from one piece to the next.
    float tide = fract(0.085 * mine.z - 1.7 * own.z - 0.22 * ranked);
    light *= 1.0 + 0.8 / (1.0 + 3.0 * light) * smoothstep(0.10, 0.60, mine.x - 0.9) * (tide * tide * smoothstep(1.0, 0.8, tide) - 0.25);
    // What sleeps wakes where somebody passes or rests, also where nothing lives.
    light += (0.34 * land.z + 0.42 * halo) * dust * inside;
    float across = (own.z + 0.005) / 0.0045;   // the border's middle, about
    across = max(1.0 - 0.4 * across * across, 0.0);
    float runs = 0.42 * trail.w * across * across * (1.0 - inside) * (own.z < 0.0 ? own.y : 1.0);
    vec3 single = texelFetch(sparks, ivec2(uv * vec2(textureSize(sparks, 0))), 0).rgb;
    // Beginning: membranes close, then each territory fills from its border inwards, in its own time.
    float filled = smoothstep(0.0, 1.0, (grow - 0.30 - 0.27 * chance(k, 863)) / 0.42);
    float thin = (own.z + 0.006) / 0.0050;
    thin = max(1.0 - 0.4 * thin * thin, 0.0);
    float shown = max(smoothstep(0.0, 0.03, 0.36 * filled - own.z - 0.03 + 0.04 * (ranked - 0.5) * step(0.02, filled)), step(1.0, grow));
    float closes = smoothstep(0.35, 0.75, ranked + 3.0 * grow - 1.0) * (1.0 - smoothstep(0.55, 1.0, grow)) * step(0.001, grow);
    // What moves stays near its surroundings (rule 9): floating, all of it is dim.
    float floats = smoothstep(0.0, 0.06, tilt);
    light *= mix(1.0, mix(1.3, 0.8, tilt) / (1.0 + 15.0 * light), floats);
    single *= mix(1.0, 1.0 / (1.0 + 16.0 * single.b), floats);
    light *= shown / (1.0 + 0.5 * light);
    single *= mix(shown, 1.0, smoothstep(0.8, 1.0, grow));
    runs = runs * shown + 0.10 * thin * thin * closes;
    vec3 all = max(light, 0.0) * (own.z < 0.0 ? LIGHT_G : hue_light(hue)) + runs * LIGHT_C + single + LIGHT_M * 0.014 * body.z;
    // In a crowd bodies would cover the map: what lives shines through them.
    float covers = mix(1.0, 0.55, smoothstep(8.0, 40.0, people_summary().y));
    return all * mix(1.0 - covers, 1.0, max(texture(close, uv).w, 0.0)) * glow;
}
