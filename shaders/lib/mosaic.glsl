// The living map: the simulation that mosaic, critics and order share. Needs lib/noise, spectrum, room and territories.
//
// A scene that includes it has the inputs glow, flow, life, grow, gini, tilt, heals and divides, reads water, bodies,
// people and commons, and has these targets, drawn in this order by the functions below. Lengths are in picture heights (H).
//   grain   three textures of chance, made once: 8, 19 and 43 bumps
//   tiles   per territory: x light it has for its area (1 = fair), y how much of it lives, z its own clock, w its lift
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

const ivec2 CREW = ivec2(128, 42);
const int TIPS = 20 * 128;
const int HAIRS = 20 * 128;
const int PACKETS = 24;
const int CRACKS = 16;
const float SEAM_SPEED = 0.05;     // H/s, of packets
const float REST_HALF = 40.0;      // s, half-life of a path that is not used
const float FED = 0.045;           // H, within which a tip is fed
const float LOST = 7.0;            // s after which the trail of a tip counts for 1/e
const float RELIEF = 0.042;        // H around a crack in which no other starts

float off_by = 0.0;   // nm by which every hue is off: order starts again slightly wrong

float wide() { return float(textureSize(water, 0).x) / float(textureSize(water, 0).y); }
float step_time() { return clamp(TIMEDELTA, 0.0, 0.1); }
float toward(float seconds) { return 1.0 - exp(-step_time() / seconds); }
vec4 tile(int k) { return texelFetch(tiles, ivec2(k, 0), 0); }
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
    float sum = 0.55 * texture(grain, at * 0.62).x + 0.45 * texture(grain, at.yx * 0.68 + 0.3).y;
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
    return k == 0 || k == 2 || k == 8 ? mix(1.0, 1.85, apart) : mix(1.0, 0.13, apart);
}

vec4 tend(int k) {
    vec4 was = texelFetch(tiles, ivec2(k, 0), 0);
    if (k >= TERRITORIES) return vec4(0.0);
    float sum = 0.0;
    for (int j = 0; j < TERRITORIES; j++) sum += texelFetch(commons, ivec2(j, 0), 0).x;
    float share = sum > 0.01 ? texelFetch(commons, ivec2(k, 0), 0).x / sum * float(TERRITORIES) : own_share(k);   // 1 = a fair share
    share = clamp(share, 0.0, 3.0);
    bool born = was.y > 0.0;
    float has = born ? mix(was.x, share, toward(4.0)) : share;
    float lives = clamp(1.15 * life * pow(max(has, 0.001), 0.7), 0.04, 0.96);
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
    return vec4(warp, curl(at * 3.1 + 0.4 * vec2(sin(TIME / 61.0), sin(TIME / 47.0)), 806));
}

vec4 chart(vec2 uv) {
    Claim here = claim(uv * vec2(wide(), 1.0) + texture(bend, uv).xy, wide());
    return vec4(float(here.first), here.seam, here.across);
}

// ---------------------------------------------------------------- agents

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
    float tempo = TERRITORY_TEMPO[int(owner(was.xy).x + 0.5)] * flow;
    float reach = 0.011 + 0.009 * chance(i, 816), spread = 0.45;
    float ahead = smell(at + reach * vec2(cos(was.z), sin(was.z)));
    float left = smell(at + reach * vec2(cos(was.z + spread), sin(was.z + spread)));
    float right = smell(at + reach * vec2(cos(was.z - spread), sin(was.z - spread)));
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

// A hair leaves a trunk at the place of some tip, wanders over uneven ground, and lives for seconds.
vec4 branch(int i, vec4 was) {
    float dt = step_time();
    vec2 size = vec2(wide(), 1.0);
    if (was.w <= 0.0) {
        int from = int(dice(i, 871) * float(TIPS));
        vec4 tip = texelFetch(agents, ivec2(from % CREW.x, from / CREW.x), 0);
        bool leaves = tip.w > 0.0 && dice(i, 872) < dt / 30.0 && process_at(tip.xy) == FOREST;
        float side = dice(i, 873) < 0.5 ? -1.0 : 1.0, lasts = dice(i, 875);
        return leaves ? vec4(tip.xy, tip.z + side * (0.4 + 0.9 * dice(i, 874)), 1.0 + 7.0 * lasts * lasts)
                      : vec4(-9.0, -9.0, 0.0, 0.0);
    }
    vec2 at = was.xy * size, uv = was.xy;
    vec2 left = at + 0.010 * vec2(cos(was.z + 0.5), sin(was.z + 0.5)), right = at + 0.010 * vec2(cos(was.z - 0.5), sin(was.z - 0.5));
    // It follows the grain of the ground and keeps clear of other hairs.
    float better = texture(grain, left * 1.1).z - texture(grain, right * 1.1).z
                 - 0.25 * (texture(trails, left / size).z - texture(trails, right / size).z);
    float heading = was.z + dt * (16.0 * clamp(better * 4.0, -0.5, 0.5) + 5.0 * (dice(i, 876) - 0.5));
    vec2 gone = at + 0.026 * (0.6 + 0.8 * chance(i, 877)) * flow * dt * vec2(cos(heading), sin(heading));
    vec4 here = owner(gone / size);
    bool lives = TERRITORY_PROCESS[int(here.x + 0.5)] == FOREST && here.y > 0.006;
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
    bool young = tile(2).z < 0.0 || texelFetch(agents, ivec2(CRACKS, 40), 0).w < 9.0;
    float tempo = young ? 3.5 : TERRITORY_TEMPO[2] * flow;
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
        bool room = texture(ground, uv + away * 0.052 / size).x < 0.06 && process_at(uv + away * 0.06 / size) == TUNDRA;
        float pace = young ? 1.0 : dt / 0.25;
        return edge && room && dice(i, 823) < pace ? vec4(uv, atan(away.y, away.x) + 0.9 * (dice(i, 824) - 0.5), 0.01)
                                                   : vec4(-9.0, -9.0, 0.0, 0.0);
    }
    vec2 at = was.xy * size;
    vec2 on = (at + 0.014 * vec2(cos(was.z), sin(was.z))) / size;
    bool met = was.w * tempo * 0.05 > 0.012 && texture(ground, on).x > 0.90;
    if (met || process_at(was.xy) != TUNDRA || was.w > 12.0) return vec4(-9.0, -9.0, 0.0, 0.0);
    float heading = was.z + dt * tempo * 1.6 * (bumps(at * 22.0, 825) - 0.5);
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
    vec4 was = texelFetch(agents, c, 0);
    if (c.y < 20) return seek(i, was);
    if (c.y < 40) return branch(i, was);
    if (c.y == 40 && c.x < CRACKS) return crack(i, was);
    if (c.y == 40 && c.x == CRACKS) return vec4(-9.0, -9.0, 0.0, min(was.w + step_time(), 99.0));
    if (c.y == 41 && c.x < PACKETS) return run(i, was);
    return vec4(-9.0, -9.0, 0.0, 0.0);
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

// A neighbour of another territory counts as own value: nothing flows over a border.
vec4 beside(ivec2 c, ivec2 step, float id, vec4 own) {
    ivec2 at = clamp(c + step, ivec2(0), textureSize(ground, 0) - 1);
    return abs(texelFetch(map, at, 0).x - id) < 0.5 ? texelFetch(ground, at, 0) : own;
}

// What water does to the map: it wakes what stands there. Ragged by place, so that no field rises together.
float stirred(vec2 uv, vec2 at, float was) {
    vec4 water_here = texture(water, uv);
    float ragged = 0.5 + 2.0 * texture(grain, at * 0.9).z;
    float struck = smoothstep(ragged, 2.5 * ragged, water_here.z);
    float left = was * exp(-step_time() / 1.5);
    return left + max(struck - left, 0.0) * toward(0.10);
}

vec4 grow_ground(vec2 uv) {
    ivec2 c = ivec2(gl_FragCoord.xy);
    vec2 at = uv * vec2(wide(), 1.0);
    vec4 was = texelFetch(ground, c, 0), here = texelFetch(map, c, 0);
    int k = int(here.x + 0.5), process = TERRITORY_PROCESS[k];
    float wake = stirred(uv, at, was.z);
    vec4 l = beside(c, ivec2(-1, 0), here.x, was), r = beside(c, ivec2(1, 0), here.x, was);
    vec4 b = beside(c, ivec2(0, -1), here.x, was), t = beside(c, ivec2(0, 1), here.x, was);
    vec4 flux = l + r + b + t - 4.0 * was;
    float pace = min(step_time() * 30.0, 1.0) * min(flow, 1.5), alive = tile(k).y - rank(at) + 0.5 * texture(bodies, uv).y;
    if (process == REEF) {
        if (was.x + was.y < 0.01) {
            float seed = step(0.55, texture(grain, at * 0.9 + 0.17).y) * step(0.0, alive);
            return vec4(1.0 - 0.6 * seed, 0.35 * seed, 0.0, 0.0);
        }
        // Gray-Scott; where it does not live the kill rate is high, and it recedes by itself.
        // From branches to single polyps, by place.
        float branches = smoothstep(0.35, 0.65, texture(grain, at * 0.27 + 0.7).x);
        float feed = mix(0.034, 0.0545, branches), kill = mix(0.0625, 0.062, branches) + 0.010 * smoothstep(0.04, -0.10, alive) + 0.004 * wake;
        vec4 corners = beside(c, ivec2(1, 1), here.x, was) + beside(c, ivec2(-1, 1), here.x, was)
                     + beside(c, ivec2(1, -1), here.x, was) + beside(c, ivec2(-1, -1), here.x, was);
        flux = (4.0 * (l + r + b + t) + corners - 20.0 * was) / 6.0;   // nine points: no growth along the grid
        float burn = was.x * was.y * was.y;
        float v = was.y + pace * (0.065 * flux.y + burn - (feed + kill) * was.y);
        float u = was.x + pace * (0.13 * flux.x - burn + feed * (1.0 - was.x));
        // Now and then a polyp settles on bare ground.
        bool settles = alive > 0.05 && chance(c.x * 911 + c.y + FRAMEINDEX * 40961, 841) < step_time() * 2.0e-5;
        v = settles ? 0.5 : v;
        float rises = max(v - was.y, 0.0) * 60.0 / max(pace, 0.05);
        return vec4(clamp(u, 0.0, 1.2), clamp(v, 0.0, 1.0), wake, mix(was.w, rises, toward(0.8)));
    }
    if (process == TUNDRA) {
        float loss = 1.0 / (RELIEF * RENDERSIZE.y);
        float near = max(max(l.x, r.x), max(b.x, t.x)) - loss;
        vec4 ne = beside(c, ivec2(1, 1), here.x, was), nw = beside(c, ivec2(-1, 1), here.x, was);
        vec4 se = beside(c, ivec2(1, -1), here.x, was), sw = beside(c, ivec2(-1, -1), here.x, was);
        near = max(near, max(max(ne.x, nw.x), max(se.x, sw.x)) - 1.4142 * loss);
        float open = smoothstep(0.06, 0.12, texture(trails, uv).z);
        float rim = 1.0 - here.y / RELIEF;
        near = max(max(near, open), max(rim, 0.0));
        // What no crack holds up sinks back, so that healed ground can crack again.
        near = near < was.x - 0.5 * loss ? max(near, was.x - step_time() / 4.0) : near;
        return vec4(clamp(near, 0.0, 1.0), 0.0, wake, texture(trails, uv).z);
    }
    if (process == SEA) {
        // Barkley's medium: a front of 0.04 H/s, set off by packets in the seams and by wakes.
        float gain = 0.45 + 0.9 * texture(grain, at * 0.5).x;
        float rest = (was.y + 0.05) / 0.75;
        float u = was.x + pace * (0.8 * was.x * (1.0 - was.x) * (was.x - rest) + 0.2 * gain * flux.x);
        float lit = texture(trails, uv + here.zw * 0.010 / vec2(wide(), 1.0)).w;
        u = here.y < 0.014 && lit > 0.25 && was.y < 0.1 ? 1.0 : max(u, step(0.45, wake) * step(was.y, 0.15));
        float v = was.y + pace * 0.016 * (was.x - was.y);
        return vec4(clamp(u, 0.0, 1.0), clamp(v, 0.0, 1.0), wake, 0.0);
    }
    return vec4(0.0, 0.0, wake, 0.0);
}

// ---------------------------------------------------------------- what one sees

// One point per cell of a grid, 0.0035 H wide but at least 1.6 pixels, its light kept; the second layer is a grid that is
// wider and turned, so that none is seen. x light, yz where it stands.
vec3 point_at(vec2 at, int layer, float least) {
    float size = layer == 0 ? 0.0131 : 0.0187;
    mat2 turn = layer == 0 ? mat2(0.9553, 0.2955, -0.2955, 0.9553) : mat2(0.6216, -0.7833, 0.7833, 0.6216);
    vec2 own = turn * at;
    ivec2 cell = ivec2(floor(own / size)) + layer * 4096;
    vec2 inside = 0.17 + 0.66 * vec2(lattice(cell, 851), lattice(cell, 852));
    vec2 stands = (vec2(cell - layer * 4096) + inside) * size;
    float c = lattice(cell, 853), radius = mix(0.0009, 0.0021, c * c);
    float drawn = max(radius, least);
    vec2 d = (own - stands) / drawn;
    float shrunk = radius / drawn;
    return vec3(exp(-dot(d, d)) * shrunk * shrunk * (0.06 + 1.3 * c * c * c * c) * step(0.35, c), transpose(turn) * stands);
}

// Grain averaged along the current; the window of the mean moves, and so does what one sees of it (Cabral and Leedom).
float combed(vec2 at, vec2 way, float clock) {
    float sum = 0.0, all = 0.0;
    for (int k = 0; k < 9; k++) {
        float s = float(k) / 9.0;
        float weight = 0.55 - 0.45 * cos(6.2831853 * (s + clock));
        sum += weight * texture(grain, mat2(0.829, 0.559, -0.559, 0.829) * (at + way * (s - 0.5) * 0.050) * 3.0).z;
        all += weight;
    }
    return sum / all;
}

// Light of one place of a territory: x its amount before budget, y shift of its wavelength in nm.
vec2 texture_of(int k, vec2 at, vec2 uv, vec4 here, vec4 flow_here, float least, float seam) {
    int process = TERRITORY_PROCESS[k];
    vec4 own = tile(k), land = texture(ground, uv);
    float halo = here.y * exp(-max(here.x, 0.0) / 0.05);
    float ranked = rank(at), wake = land.z;
    float alive = smoothstep(-0.07, 0.09, own.y + 0.6 * halo + 0.7 * wake - ranked);
    float lift = 1.0 + 2.2 * halo + 5.0 * wake;
    float fine = speck(at);
    float light = 0.0, shift = 0.0;
    if (process == FOREST || process == CITY) {
        vec4 trail = texture(trails, uv);
        float trunk = smoothstep(0.15, 0.85, trail.y), stream = smoothstep(0.4, 10.0, trail.x);
        float hair = 1.0 - exp(-2.0 * trail.z * trail.z);
        light = 0.055 * hair * (0.4 + 1.2 * fine) + trunk * (0.045 + 0.65 * stream * stream) * (0.3 + 1.4 * fine) + 0.04 * stream;
        light *= mix(0.2, 1.0, alive);
        shift = 8.0 * trunk * stream;
        if (process == CITY) {
            vec3 town = node(at, CITY);
            float far = length(at - town.xy) * (0.85 + 0.3 * fine), size = 0.006 + 0.010 * town.z * town.z;
            float beats = smoothstep(0.35, 0.75, bumps(vec2(own.z * 0.13, town.z * 57.0), 861));
            float ring = exp(-pow((far - size) / 0.0022, 2.0)) + 0.5 * exp(-pow(far / 0.0030, 2.0));
            light += ring * (0.07 + 0.40 * beats * step(0.4, town.z)) * smoothstep(-0.05, 0.1, own.y + 0.5 * wake - 0.8 * town.z);
        }
    } else if (process == REEF) {
        float v = land.y, edge = smoothstep(0.12, 0.22, v), core = smoothstep(0.24, 0.34, v);
        float tips = smoothstep(0.04, 0.35, land.w);
        light = edge * (1.0 - 0.75 * core) * (0.060 + 0.16 * fine * fine) + core * (0.006 + 0.085 * smoothstep(0.62, 0.85, fine)) + edge * tips * 0.40 * fine;
        light *= 0.35 + 1.1 * smoothstep(0.3, 0.75, texture(grain, at * 0.31 + 0.5).x);
        shift = -6.0 * tips;
    } else if (process == TUNDRA) {
        float far = (1.0 - land.x) * RELIEF * (0.8 + 0.4 * fine);
        float ridge = exp(-pow((far - 0.0075) / 0.0028, 2.0)) * (0.25 + 1.0 * fine * fine);
        float trough = smoothstep(0.0015, 0.0045, far);
        float pool = smoothstep(0.020, 0.034, far) * smoothstep(0.45, 0.7, texture(grain, at * 0.5).y);
        float tip = smoothstep(0.90, 1.0, texture(trails, uv).z);
        light = (0.10 * ridge + 0.012 * pool * fine) * trough * alive + 0.55 * tip;
        shift = 6.0 * tip - 2.0 * pool;
    } else if (process == WETLAND) {
        vec2 way = flow_here.zw + 4.0 * texture(water, uv).xy;
        way /= max(length(way), 0.3);
        float strand = 0.0;
        strand = combed(at, way, fract(own.z * 0.11));
        float line = smoothstep(0.50, 0.66, strand), pool = smoothstep(0.30, 0.60, texture(grain, at * 0.42 + 0.2).x);
        light = (0.02 + 0.42 * line * line * fine) * line * pool * alive;
        shift = 4.0 * line - 3.0 * (1.0 - pool);
    }
    // Cells: in the night sea they flash as its front passes, elsewhere only where the water is stirred.
    float cells = 0.0;
    bool sea = process == SEA;
    for (int layer = 0; layer < 2; layer++) {
        vec3 cell = point_at(at, layer, least);
        vec4 there = texture(ground, uv + (cell.yz - at) / vec2(wide(), 1.0));
        float rises = sea ? smoothstep(0.25, 0.95, there.x) + 0.12 * smoothstep(0.5, 0.0, abs(there.y - 0.25)) : 0.0;
        cells += cell.x * (rises * 2.0 * smoothstep(-0.15, 0.25, own.y - ranked + 0.4) + 2.4 * there.z * there.z);
    }
    if (sea) light = 0.030 * smoothstep(0.55, 0.85, fine) * smoothstep(0.02, 0.4, land.y);
    // Crust: every territory ends in a fringe of grains, thinner inwards, so that two of them leave a black border.
    float grains = smoothstep(0.50, 0.78, fine) * smoothstep(0.30, 0.62, texture(grain, at * 0.8).y);
    light += 0.085 * grains * exp(-seam / (0.014 + 0.05 * ranked)) * alive;
    light = light * lift + cells;
    return vec2(light * (0.42 + 0.58 * min(own.x, 1.6)), shift - 5.0 * min(wake, 1.0));
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

vec3 living(vec2 uv) {
    vec2 size = vec2(wide(), 1.0), at = uv * size;
    float least = 0.8 / float(RENDERSIZE.y);
    vec4 bent_here = texture(bend, uv), body = texture(bodies, uv);
    vec2 bent = at + bent_here.xy;
    float crisp = texture(grain, at * 1.0).z - 0.5, wider = texture(grain, at * 0.55).y;
    float lift[11] = float[11](0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
    for (int k = 0; k < (tilt > 0.001 ? 11 : 0); k++) lift[k] = tile(k).w;
    Claim here = claim_lifted(bent, wide(), lift);
    vec2 from = at - vec2(0.0, lift[here.first]), from_uv = from / size;
    // The edge of a territory is crenate, each to its own measure, and no border is of even width.
    float seam = here.seam + (0.004 + 0.010 * chance(here.first, 862)) * crisp;
    vec2 mark = marks(bent - vec2(0.0, lift[here.first]), here.first, here.second);
    float half_width = (0.0025 + 0.0055 * smoothstep(0.25, 0.8, wider)) * (1.0 + 1.8 * mark.y);
    float inside = smoothstep(half_width, half_width + max(0.003, 2.0 * least), seam);
    // Beginning: membranes close, then each territory fills from within, in its own time.
    float late = 0.45 * chance(here.first, 863);
    float filled = smoothstep(0.0, 1.0, (grow - 0.25 - 0.6 * late) / 0.45);
    float front = here.seam - 0.35 * (1.0 - filled) - 0.05 * crisp;
    inside *= smoothstep(0.0, 0.02, front + 0.35 * step(1.0, grow)) * step(0.001, filled);
    inside *= within(from_uv) && abs(owner(from_uv).x - float(here.first)) < 0.5 ? 1.0 : 0.0;
    vec2 shines = vec2(0.0);
    for (int k = 0; k < (inside > 0.0 ? 1 : 0); k++) shines = texture_of(here.first, from, from_uv, body, bent_here, least, seam);
    // A rich tile keeps its light when it floats, a poor one loses it as it sinks.
    shines.x *= 1.0 + min(lift[here.first], 0.0) * 2.2;
    vec3 light = shines.x * inside * spectrum(TERRITORY_HUE[here.first] + off_by + clamp(shines.y, -10.0, 10.0));
    float thin = here.seam / max(0.0022, 1.4 * least), line = exp(-thin * thin);
    float runs = texture(trails, uv).w * exp(-here.seam * here.seam / 0.00006) * (1.0 - mark.y);
    float membrane = 4.0 * grow * (1.0 - grow) * smoothstep(0.35, 0.75, texture(grain, at * 0.5 + 0.03 * TIME).x + grow - 0.5);
    light += LIGHT_C * (0.30 * runs + 0.05 * line * membrane);
    light += LIGHT_G * line * mark.x * 0.035 * (0.4 + 1.2 * texture(grain, at * 1.3).y) * smoothstep(0.4, 0.8, grow);
    light += LIGHT_M * 0.014 * body.z;
    return light * smoothstep(-0.005, 0.012, body.x) * glow;
}
