/*{
  "ISFVSN": "2",
  "DESCRIPTION": "A network that has found two sleepers and is making up its mind which path to keep.",
  "CREDIT": "Photophore",
  "CATEGORIES": ["generator", "scene"],
  "PHOTOPHORE": {"COLOR": "linear"},
  "INPUTS": [
    {"NAME": "hand", "LABEL": "Body: food while it is still", "TYPE": "point2D", "DEFAULT": [0.5, 0.4], "MIN": [0.0, 0.0], "MAX": [1.0, 1.0]},
    {"NAME": "sleeper", "LABEL": "First resting place", "TYPE": "point2D", "DEFAULT": [0.20, 0.33], "MIN": [0.0, 0.0], "MAX": [1.0, 1.0]},
    {"NAME": "other", "LABEL": "Second resting place", "TYPE": "point2D", "DEFAULT": [0.61, 0.57], "MIN": [0.0, 0.0], "MAX": [1.0, 1.0]},
    {"NAME": "glow", "LABEL": "Glow", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 2.0},
    {"NAME": "flow", "LABEL": "Flow", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 2.0},
    {"NAME": "life", "LABEL": "Life: how many tips", "TYPE": "float", "DEFAULT": 0.7, "MIN": 0.0, "MAX": 1.0}
  ],
  "PASSES": [
    {"TARGET": "grain", "FLOAT": true, "WIDTH": 128, "HEIGHT": 128, "WRAP": "repeat"},
    {"TARGET": "mind", "PERSISTENT": true, "FLOAT": true, "WIDTH": 4, "HEIGHT": 1, "FILTER": "nearest"},
    {"TARGET": "tips", "PERSISTENT": true, "FLOAT": true, "WIDTH": 256, "HEIGHT": 210, "FILTER": "nearest"},
    {"TARGET": "laid", "POINTS": "tips", "BLEND": "add", "POINT_SIZE": 1, "WIDTH": "floor(max(144, $HEIGHT/2)*$WIDTH/$HEIGHT)", "HEIGHT": "floor(max(144, $HEIGHT/2))", "FLOAT": true},
    {"TARGET": "paths", "PERSISTENT": true, "FLOAT": true, "WIDTH": "floor(max(144, $HEIGHT/2)*$WIDTH/$HEIGHT)", "HEIGHT": "floor(max(144, $HEIGHT/2))"},
    {"TARGET": "trains", "WIDTH": 512, "HEIGHT": 3},
    {"TARGET": "light", "WIDTH": "floor(max(144, $HEIGHT/2)*$WIDTH/$HEIGHT)", "HEIGHT": "floor(max(144, $HEIGHT/2))"},
    {}
  ]
}*/

// Transport network after Jones, "Characteristics of pattern formation and evolution in approximations of Physarum
// transport networks" (Artificial Life 16(2), 2010): agents sense ahead in three directions, turn to the strongest
// and leave a trail that spreads and fades. Two additions: a tip lives only while it finds something, so
// that the space between stays empty; and a slow second trail remembers which paths were kept.
//
//   grain   two random textures, read by position
//   mind    0: body xy (H), seconds still, amount of food 0..1
//   tips    53,760 agents: x y (0..1), heading, seconds left to live; 70 % are hairs, the others build trunks
//   laid    trails laid in this frame: x by trunk tips, y by hairs
//   trains  the pulses on their way from each of three places, by distance
//   light   emitted light; the main pass only reads it
//   paths   x fresh trail of the trunks, y kept path, z trail of the hairs
// Lengths are in picture heights (H), times in seconds.

#include "lib/noise.glsl"
#include "lib/spectrum.glsl"

const float REACH = 2.5;   // H, maximum distance of a pulse
const ivec2 TIPS = ivec2(256, 210);

float wide() { return float(textureSize(paths, 0).x) / float(textureSize(paths, 0).y); }

float step_time() { return clamp(TIMEDELTA, 0.0, 0.1); }

vec4 weave(vec2 uv) {
    return vec4(tiled(uv, 8, 401), tiled(uv, 16, 402), tiled(uv, 32, 403), 1.0);
}

vec4 think(vec4 was) {
    float dt = step_time();
    vec2 now = hand * vec2(wide(), 1.0);
    bool moved = length(now - was.xy) > 0.06 * max(dt, 0.004);
    float still = moved ? 0.0 : was.z + dt;
    float feeds = still > 2.0 ? was.w + (1.0 - was.w) * (1.0 - exp(-dt / 5.0)) : was.w * exp(-dt / 1.5);
    return vec4(now, still, feeds);
}

// Sources of food: two sleepers and the body. xy in H, z amount.
vec3 food(int which) {
    if (which == 0) return vec3(sleeper * vec2(wide(), 1.0), 1.0);
    if (which == 1) return vec3(other * vec2(wide(), 1.0), 0.9);
    vec4 here = texelFetch(mind, ivec2(0, 0), 0);
    return vec3(here.xy, here.w);
}

bool is_hair(int i) { return chance(i, 430) < 0.70; }

// What a hair senses: uneven ground and the hairs before it, which it joins, but not the trunk that it left.
float sniff(vec2 at) {
    vec4 path = texture(paths, at / vec2(wide(), 1.0));
    float ground = texture(grain, at * 1.3).z + 0.6 * texture(grain, at.yx * 3.1).z;
    return 0.7 * min(path.z, 0.20) - 0.30 * max(path.z - 0.20, 0.0) + 0.30 * ground - 0.5 * min(path.x, 1.0);
}

// What a trunk's tip senses: trails, kept paths, and the place it is heading for, across uneven ground.
float smell(vec2 at, vec3 goal) {
    vec2 uv = at / vec2(wide(), 1.0);
    vec4 path = texture(paths, uv);
    float ground = texture(grain, at * 0.55).y * 0.6 + texture(grain, at.yx * 0.9).z * 0.4;
    float call = goal.z * exp(-length(at - goal.xy) / 0.45);
    float edge = step(0.0, uv.x) * step(uv.x, 1.0) * step(0.0, uv.y) * step(uv.y, 1.0);
    return (min(path.x, 1.6) + 1.4 * path.y + 0.75 * call + 0.22 * ground) * edge;
}

vec4 sprout(int i, int home) {
    float turn = 6.2831853 * chance(i + FRAMEINDEX * 53760, 411);
    vec2 at = food(home).xy + vec2(cos(turn), sin(turn)) * (0.012 + 0.035 * chance(i, 412));
    return vec4(at / vec2(wide(), 1.0), turn, 14.0 + 46.0 * chance(i + FRAMEINDEX * 53760, 413));
}

// A hair leaves a trunk at the position of a tip that builds it, and lives for a few seconds.
vec4 branch(int i, vec4 was) {
    float dt = step_time();
    if (was.w <= 0.0) {
        int from = int(chance(i + FRAMEINDEX * 53760, 431) * 53760.0);
        vec4 tip = texelFetch(tips, ivec2(from % TIPS.x, from / TIPS.x), 0);
        // A hair waits long for its turn, so that there are hundreds but never a dense cover.
        bool turn = chance(i + FRAMEINDEX * 53760, 432) < dt * (0.3 + life) / 60.0;
        if (!turn || is_hair(from) || tip.w <= 0.0) return vec4(0.0);
        float side = chance(i + FRAMEINDEX * 53760, 433) < 0.5 ? -1.0 : 1.0;
        float length_of_life = 1.5 + 9.0 * pow(chance(i + FRAMEINDEX * 53760, 434), 2.0);
        return vec4(tip.xy, tip.z + side * (0.5 + 0.9 * chance(i, 435)), length_of_life);
    }
    vec2 at = was.xy * vec2(wide(), 1.0);
    float reach = 0.007 + 0.006 * chance(i, 436);
    float left = sniff(at + reach * vec2(cos(was.z + 0.5), sin(was.z + 0.5)));
    float right = sniff(at + reach * vec2(cos(was.z - 0.5), sin(was.z - 0.5)));
    float dice = chance(i + FRAMEINDEX * 53760, 437) - 0.5;
    float heading = was.z + dt * flow * (2.6 * clamp((left - right) * 30.0, -1.0, 1.0) + 5.0 * dice);
    float pace = 0.030 * (0.6 + 0.8 * chance(i, 438)) * flow;
    // Crowded on both sides it starves, so that the space between stays empty.
    float crowd = min(texture(paths, (at + 0.010 * vec2(-sin(was.z), cos(was.z))) / vec2(wide(), 1.0)).z,
                      texture(paths, (at - 0.010 * vec2(-sin(was.z), cos(was.z))) / vec2(wide(), 1.0)).z);
    float left_to_live = was.w - dt * (1.0 + 8.0 * smoothstep(0.04, 0.20, crowd));
    return vec4((at + pace * dt * vec2(cos(heading), sin(heading))) / vec2(wide(), 1.0), heading, left_to_live);
}

// A tip that builds trunks turns to the strongest of three samples and moves on.
vec4 seek(int i, vec4 was, vec3 goal) {
    float dt = step_time();
    vec2 at = was.xy * vec2(wide(), 1.0);
    vec2 here = texture(paths, was.xy).xy;
    float reach = 0.011 + 0.008 * chance(i, 426);
    float spread = 0.55;
    float ahead = smell(at + reach * vec2(cos(was.z), sin(was.z)), goal);
    float left = smell(at + reach * vec2(cos(was.z + spread), sin(was.z + spread)), goal);
    float right = smell(at + reach * vec2(cos(was.z - spread), sin(was.z - spread)), goal);
    float dice = chance(i + FRAMEINDEX * 53760, 427);
    float turn = ahead >= max(left, right) ? 0.0 : ahead < min(left, right) ? sign(dice - 0.5) : sign(left - right);
    float pace = mix(0.030, 0.085, smoothstep(0.1, 0.7, here.y)) * (0.7 + 0.6 * chance(i, 428)) * flow;
    float heading = was.z + dt * flow * (7.0 * turn + 2.4 * (dice - 0.5));
    vec2 gone = at + pace * dt * vec2(cos(heading), sin(heading));
    // Where it finds nothing a tip starves four times as fast.
    float cost = mix(3.2, 0.8, smoothstep(0.02, 0.35, here.x + here.y));
    return vec4(gone / vec2(wide(), 1.0), heading, was.w - dt * cost);
}

vec4 probe(int i, vec4 was) {
    float dt = step_time();
    bool fed = chance(i, 421) < 0.30 && food(2).z > 0.25;
    int home = fed ? 2 : chance(i, 422) < 0.55 ? 0 : 1;
    int aim = home == 0 ? 1 : 0;
    if (food(2).z > 0.25 && home != 2 && chance(i, 423) < 0.45) aim = 2;
    bool unborn = was == vec4(0.0);
    // Tips set out one after another over the first forty seconds.
    if (unborn) {
        if (chance(i + FRAMEINDEX * 53760, 424) > dt / 9.0 || chance(i, 425) > 0.3 + life) return vec4(0.0);
        return sprout(i, home);
    }
    if (was.w <= 0.0) return sprout(i, home);
    return seek(i, was, food(aim));
}

vec4 wander(int i, vec4 was) {
    // Compute both and select one: software GL executes all branches, and a GPU hardly skips them here.
    return is_hair(i) ? branch(i, was) : probe(i, was);
}

vec4 lay(int i) {
    float alive = step(1.0e-6, abs(isf_Point.w));
    return is_hair(i) ? vec4(0.0, alive, 0.0, 1.0) : vec4(alive, 0.0, 0.0, 1.0);
}

vec4 keep(vec2 uv) {
    float dt = step_time();
    ivec2 c = ivec2(gl_FragCoord.xy), top = textureSize(paths, 0) - 1;
    ivec2 low = max(c - 1, ivec2(0)), high = min(c + 1, top);
    vec4 was = texelFetch(paths, c, 0);
    vec4 around = 0.25 * (texelFetch(paths, low, 0) + texelFetch(paths, high, 0)
                        + texelFetch(paths, ivec2(low.x, high.y), 0) + texelFetch(paths, ivec2(high.x, low.y), 0));
    vec2 spread = mix(was.xz, around.xz, 1.0 - exp(-dt * vec2(0.7, 0.015)));
    // The same tips on fewer texels: what matters is their number per area, not per texel.
    float grid = RENDERSIZE.y / 360.0;
    vec2 left_now = texelFetch(laid, c, 0).xy * dt * vec2(grid * grid, grid);
    float fresh = spread.x * exp(-dt / 2.4) + left_now.x * 0.9;
    float hairs = spread.y * exp(-dt / 3.2) + left_now.y * 0.9;
    float worth = smoothstep(0.45, 2.2, fresh);
    float kept = mix(was.y, around.y, 1.0 - exp(-dt * 0.02));
    kept = worth > kept ? mix(kept, worth, 1.0 - exp(-dt / 26.0)) : kept * exp(-dt * 0.6931 / 40.0);
    return vec4(min(fresh, 6.0), kept, min(hairs, 3.0), 1.0);
}

// Pulses leave each place of food at uneven times and run out along what was kept, 0.1 H/s: how strong the train
// from one place is, by the distance from it (0..REACH).
vec4 train(vec2 uv) {
    int k = int(gl_FragCoord.y);
    float away = uv.x * REACH, since = TIME * flow - away / 0.10;
    float beat = texture(grain, vec2(since * 0.031, 0.37 + 0.21 * float(k))).z;
    float spell = texture(grain, vec2(since * 0.0127, 0.11 + 0.29 * float(k))).x;
    return vec4(food(k).z * smoothstep(0.60, 0.88, beat) * smoothstep(0.35, 0.65, spell) * exp(-away / 0.8));
}

float pulse(vec2 at) {
    float sum = 0.0;
    for (int k = 0; k < 3; k++)
        sum += texture(trains, vec2(length(at - food(k).xy) / REACH, (float(k) + 0.5) / 3.0)).x;
    return min(sum, 1.0);
}

vec4 shine(vec2 uv) {
    vec2 at = uv * vec2(wide(), 1.0);
    vec4 path = texture(paths, uv);
    // The fresh trail shows where the stream is now, the kept one how old it is. Fibres run along a trunk, since lines
    // of equal trail do.
    float hair = 1.0 - exp(-4.0 * path.z);
    float stream = smoothstep(0.15, 2.6, path.x);
    float trunk = smoothstep(0.08, 0.80, path.y);
    float across = log2(0.02 + path.x);
    float fibre = 0.55 * texture(grain, vec2(0.21 * across, 0.45 * at.x + 0.3 * at.y)).z
                + 0.45 * texture(grain, vec2(0.47 * across + 0.5, 0.4 * at.y - 0.9 * at.x)).z;
    fibre = 0.55 + 0.9 * smoothstep(0.25, 0.75, fibre);
    // It is brightest where it has found most: one place carries the picture, the rest leads there.
    float near_home = exp(-length((at - food(0).xy) * vec2(0.9, 1.2)) / 0.55);
    vec3 sum = hair * (0.070 + 0.050 * near_home) * LIGHT_B + stream * 0.045 * mix(LIGHT_B, LIGHT_G, trunk);
    sum += trunk * (0.02 + (0.05 + 0.36 * near_home + 0.90 * pulse(at)) * stream * fibre) * LIGHT_G;
    return vec4(sum * glow, 1.0);
}

void main() {
    vec2 uv = isf_FragNormCoord;
    ivec2 c = ivec2(gl_FragCoord.xy);
    if (PASSINDEX == 0) gl_FragColor = weave(uv);
    else if (PASSINDEX == 1) gl_FragColor = think(texelFetch(mind, ivec2(0, 0), 0));
    else if (PASSINDEX == 2) gl_FragColor = wander(c.x + c.y * TIPS.x, texelFetch(tips, c, 0));
    else if (PASSINDEX == 3) gl_FragColor = lay(isf_PointIndex);
    else if (PASSINDEX == 4) gl_FragColor = keep(uv);
    else if (PASSINDEX == 5) gl_FragColor = train(uv);
    else if (PASSINDEX == 6) gl_FragColor = shine(uv);
    else gl_FragColor = texture(light, uv);
}
