/*{
  "ISFVSN": "2",
  "DESCRIPTION": "The medium: water that bodies stir, and the fields that they make, for all scenes.",
  "CREDIT": "Photophore",
  "CATEGORIES": ["medium"],
  "PHOTOPHORE": {"COLOR": "linear", "READS": ["people", "gestures"]},
  "INPUTS": [
    {"NAME": "reform", "LABEL": "Reform: 1 = everybody is answered alike", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "flow", "LABEL": "Flow", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 2.0}
  ],
  "PASSES": [
    {"TARGET": "grain", "PERSISTENT": true, "FLOAT": true, "WIDTH": 64, "HEIGHT": 64, "WRAP": "repeat"},
    {"TARGET": "coarse", "FLOAT": true, "WIDTH": "floor(24*$WIDTH/$HEIGHT)", "HEIGHT": 24},
    {"TARGET": "drift", "FLOAT": true, "WIDTH": "floor(24*$WIDTH/$HEIGHT)", "HEIGHT": 24},
    {"TARGET": "near_by", "FLOAT": true, "WIDTH": "floor(24*$WIDTH/$HEIGHT)", "HEIGHT": 24, "FILTER": "nearest"},
    {"TARGET": "answered", "FLOAT": true, "WIDTH": "floor(24*$WIDTH/$HEIGHT)", "HEIGHT": 24, "FILTER": "nearest"},
    {"TARGET": "bodies", "WIDTH": "floor(96*$WIDTH/$HEIGHT)", "HEIGHT": 96},
    {"TARGET": "push", "WIDTH": "floor(72*$WIDTH/$HEIGHT)", "HEIGHT": 72},
    {"TARGET": "stream", "FLOAT": true, "WIDTH": "floor(144*$WIDTH/$HEIGHT)", "HEIGHT": 144},
    {"TARGET": "pressure", "PERSISTENT": true, "FLOAT": true, "WIDTH": "floor(144*$WIDTH/$HEIGHT)", "HEIGHT": 144, "STEPS": 4},
    {"TARGET": "water", "PERSISTENT": true, "FLOAT": true, "WIDTH": "floor(144*$WIDTH/$HEIGHT)", "HEIGHT": 144}
  ]
}*/

// Lengths are in picture heights (H), velocities in H/s. What scenes read: `bodies` and `water`, see lib/room.glsl.
//
//   grain     noise, drawn once
//   coarse    x distance to the nearest body as a plain shape, y settle, z quorum glow
//   drift     xy the slow current
//   near_by   a list of the bodies near enough to this cell to be looked at closely: three in each channel, 12 at most
//   answered  the same of the places where bodies are answered
//   bodies    distance to the nearest outline, settle, quorum glow, privilege
//   push      what answers and gestures do to the water: velocity that they give it, and how much (z); w where they
//             shed eddies
//   stream    velocity carried by itself and pushed, not yet free of divergence (Stam 1999)
//   pressure  Jacobi steps, warm-started from the frame before; y the curl of the stream
//   water     velocity free of divergence, shear, and seconds since the water was last disturbed here

#include "lib/noise.glsl"
#include "lib/room.glsl"

const float DISTURBED = 0.9;   // shear above which water counts as disturbed, 1/s
const float LONGEST = 60.0;    // s, of the age
const float NEARER = 0.35;     // of a speed along the floor's depth: what sheds eddies
const float UPRIGHT = 0.62;    // of one who stands: how wide what they stir is of how high

float wide() { return float(textureSize(water, 0).x) / float(textureSize(water, 0).y); }

float step_time() { return clamp(TIMEDELTA, 0.0, 0.1); }

float toward(float seconds) { return 1.0 - exp(-step_time() / seconds); }

vec4 weave(vec2 uv) {
    if (FRAMEINDEX > 0) return texelFetch(grain, ivec2(gl_FragCoord.xy), 0);
    return vec4(tiled(uv, 6, 611), tiled(uv, 11, 612), tiled(uv, 23, 613), 1.0);
}

// The slow current that is always there, too even to count as a disturbance (0.05 H/s and below).
vec2 current(vec2 at) {
    float t = TIME * 0.021;
    return flow * (0.026 * curl(at * 1.1 + vec2(t, -0.6 * t), 621) + vec2(0.010, -0.002));
}

// Offset from the middle line of a body, of which a plan shows a point; z how far along the line it is, 0..1 to either end.
vec3 from_line(vec2 d, vec2 reach) {
    float along = clamp(d.y, -reach.y, reach.x);
    return vec3(d.x, d.y - along, abs(along) / max(along > 0.0 ? reach.x : reach.y, 1.0e-4));
}

// Half the width of an upright body at a place along its line, of its radius: narrower towards head and feet.
float taper(float along, float upright) { return 1.0 - 0.36 * upright * along * along; }

// A body seen from above is drawn a little higher than wide; one that stands is so by its line.
vec2 stretch(float upright) { return mix(vec2(1.12, 0.68), vec2(1.0), upright); }

// Distance to a body as a plain oval, or upright, H.
float oval(vec2 d, float radius, vec3 figure) {
    vec3 off = from_line(d, figure.xy);
    return length(off.xy * stretch(figure.z)) - 0.95 * radius * taper(off.z, figure.z);
}

// How near counts for what grows around those who have settled: 0.11 H away it is a third.
float beside(float far) { return exp(-max(far, 0.0) * max(far, 0.0) / 0.012); }

// What can be known of all bodies at few places, so that the finer passes need to look at few of them.
vec4 survey(vec2 uv) {
    vec2 at = uv * vec2(wide(), 1.0);
    float near = 9.0, settled = 0.0, glow = 0.0;
    int last = int(people_summary().x);
    for (int i = 0; i < last; i++) {
        vec4 state = person_state(i);
        if (state.x <= 0.0) continue;
        float radius = person_level(i).y;
        vec3 figure = person_figure(i).xyz;
        vec2 d = at - person_at(i).xy;
        float far = oval(d, radius, figure) + (1.0 - state.x) * (radius + 0.02);
        near = min(near, far);
        settled = max(settled, state.y * state.x * beside(far));
        glow = max(glow, state.w * exp(-dot(d, d) / 0.09));
    }
    // Who glows shares it: in a crowd it would fill the room, and nobody would be its shadow any more.
    glow *= mix(1.0, 0.30, smoothstep(9.0, 32.0, people_summary().y));
    return vec4(near, settled, glow, 1.0);
}

const vec2 BLENDED = vec2(0.07, 0.13);   // H, where the close look gives way to the oval

// The bodies whose place, or whose answer, is so near: their numbers plus one, seven bits each, exact in a float. A list
// and not a test in the loop, because software GL passes over every body of a loop, whatever is skipped in it.
const int LISTED = 12;

// H from an oval within which a body is listed: beyond what its own outline and the middle of a cell may be away.
float near_enough(float radius, bool answers) { return answers ? max(1.2 * radius, 0.08) : max(1.6 * radius, 0.16); }

vec4 listed(vec2 uv, bool answers) {
    vec2 at = uv * vec2(wide(), 1.0);
    uvec4 list = uvec4(0u);
    int count = 0, last = int(people_summary().x);
    for (int i = 0; i < last; i++) {
        vec4 level = person_level(i);
        vec4 place = answers ? person_answer(i) : person_at(i);
        vec4 figure = person_figure(i);
        bool wanted = answers ? level.x > 0.0 && dot(place.zw, place.zw) + figure.w * figure.w >= 1.0e-4 : person_state(i).x > 0.0;
        if (!wanted || count >= LISTED || oval(at - place.xy, level.y, answers ? vec3(0.0) : figure.xyz) > near_enough(level.y, answers)) continue;
        uint entry = uint(i + 1) << uint(7 * (count % 3));
        list |= uvec4(equal(ivec4(count / 3), ivec4(0, 1, 2, 3))) * entry;
        count++;
    }
    return vec4(list);
}

// The k-th body of a list, or -1 after the last.
int body_of(uvec4 list, int k) {
    uint word = k < 3 ? list.x : k < 6 ? list.y : k < 9 ? list.z : list.w;
    return int((word >> uint(7 * (k % 3))) & 127u) - 1;
}

// A body's outline: an upright place of no regular shape, each body its own, which changes slowly. Distance in H,
// negative inside; about right near the edge, which is where scenes read it.
float outline(vec2 d, float radius, float key, vec3 figure) {
    vec3 off = from_line(d, figure.xy);
    vec2 at = d / radius;
    vec4 turns = 6.2832 * fract(key * vec4(3.7, 11.3, 23.9, 41.1) + TIME * vec4(0.0031, 0.0043, 0.0023, 0.0037));
    vec2 bent = off.xy / radius + vec2(mix(0.26, 0.13, figure.z) * sin(mix(1.7, 1.1, figure.z) * at.y + turns.x) + mix(0.14, 0.10, figure.z) * sin(3.1 * at.y + turns.y),
                          0.20 * sin(2.1 * at.x + turns.z) + 0.11 * sin(3.7 * at.x + turns.w));
    bent.x -= 0.35 * (fract(7.0 * key) - 0.5) * mix(1.0, 0.4, figure.z) * at.y;
    // Noise on a grid has edges along its axes: of two that are turned against each other nothing straight is left.
    vec2 slow = vec2(2.3 * key, key - 0.012 * TIME), turned = mat2(0.8, 0.6, -0.6, 0.8) * at;
    vec2 one = texture(grain, turned * 0.17 + slow).yz, two = texture(grain, turned.yx * vec2(0.16, -0.18) + slow.yx + 0.37).yz;
    vec2 fine = one + two - 1.0;
    return radius * (length(bent * stretch(figure.z)) - 0.97 * taper(off.z, figure.z) + 0.25 * fine.x + 0.08 * fine.y);
}

// The nearer of two distances, joined over a width: bodies that stand close become one dark place.
float joined(float a, float b, float width) {
    float h = max(width - abs(a - b), 0.0) / width;
    return min(a, b) - 0.25 * h * h * width;
}

vec4 feel(vec2 uv) {
    vec2 at = uv * vec2(wide(), 1.0);
    vec4 far_off = texture(coarse, uv);
    float near = 9.0, settled = 0.0;
    uvec4 list = uvec4(texture(near_by, uv));
    for (int k = 0; k < LISTED; k++) {
        int i = body_of(list, k);
        if (i < 0) break;
        vec4 level = person_level(i), state = person_state(i);
        vec3 figure = person_figure(i).xyz;
        float far = outline(at - person_at(i).xy, level.y, level.w, figure);
        // Upright, they keep a notch between their heads.
        near = joined(near, far + (1.0 - state.x) * (level.y + 0.02), mix(0.05, 0.015, figure.z));
        settled = max(settled, state.y * state.x * beside(far));
    }
    // Where more are near than a list holds, the ovals of all of them stand in.
    if (body_of(list, LISTED - 1) >= 0) {
        near = joined(near, far_off.x, 0.05);
        settled = max(settled, far_off.y);
    }
    float coarsely = smoothstep(BLENDED.x, BLENDED.y, far_off.x);
    near = mix(near, far_off.x, coarsely);
    return vec4(near, mix(settled, far_off.y, coarsely), far_off.z, privilege_at(uv.x, reform));
}

// Gestures: velocity times strength, and strength, smooth between the middles of cells.
vec3 gesture(vec2 uv) {
    vec2 cells = vec2(textureSize(gestures, 0)), at = uv * cells - 0.5, part = fract(at);
    vec2 soft = floor(at) + part * part * (3.0 - 2.0 * part) + 0.5;
    return texture(gestures, soft / cells).xyz;
}

vec4 stir(vec2 uv) {
    vec3 arms = gesture(uv);
    vec2 at = uv * vec2(wide(), 1.0), sum = arms.xy;
    float weight = arms.z, sheds = 0.0;
    uvec4 list = uvec4(texture(answered, uv));
    for (int k = 0; k < LISTED; k++) {
        int i = body_of(list, k);
        if (i < 0) break;
        vec4 level = person_level(i), answer = person_answer(i), figure = person_figure(i);
        float speed = length(answer.zw);
        vec2 d = (at - answer.xy) * vec2(1.0, mix(1.0, UPRIGHT, figure.z)), along = speed > 1.0e-4 ? answer.zw / speed : vec2(1.0, 0.0);
        float stretch = 1.0 + 0.7 * smoothstep(0.05, 0.6, speed);
        float forward = dot(d, along) / stretch, across = dot(d, vec2(-along.y, along.x));
        float ripple = 1.0 + 0.35 * (texture(grain, d / level.y * 0.065 + level.w).x - 0.5);
        float off = length(vec2(forward, across)) / (level.y * ripple), inside = 1.0 - smoothstep(0.72, 1.04, off);
        float held = inside * smoothstep(0.015, 0.06, speed) * level.x;
        sum += held * answer.zw;
        weight += held;
        float rim = 1.0 - inside;
        sheds += speed * held * rim * rim * rim * rim;
        // Whoever comes nearer or goes moves no water across a section, and leaves eddies all the same.
        sheds += NEARER * figure.w * level.x * (1.0 - smoothstep(0.9, 1.18, length(d) / (level.y * ripple))) * smoothstep(0.015, 0.06, figure.w);
    }
    return vec4(sum / max(weight, 1.0e-4), min(weight, 1.0), min(sheds, 1.0));
}

vec4 carry(vec2 uv) {
    float dt = step_time();
    vec2 scale = vec2(wide(), 1.0), at = uv * scale;
    ivec2 c = ivec2(gl_FragCoord.xy), top = textureSize(water, 0) - 1;
    vec2 came = (at - texelFetch(water, c, 0).xy * dt) / scale;
    // A touch of the neighbours, of one diagonal and then of the other: the pressure does not see a chequerboard, and it
    // must not grow.
    vec2 e = 0.8 / RENDERSIZE * vec2(1.0, FRAMEINDEX % 2 == 0 ? 1.0 : -1.0);
    vec2 around = texture(water, came + e).xy + texture(water, came - e).xy;
    vec2 v = mix(texture(water, came).xy, 0.5 * around, toward(0.10));
    // Curl of the velocity keeps small eddies turning (vorticity confinement, Fedkiw, Stam and Jensen 2001).
    float turn = texelFetch(pressure, c, 0).y;
    vec2 slope = vec2(abs(texelFetch(pressure, min(c + ivec2(1, 0), top), 0).y)
                      - abs(texelFetch(pressure, max(c - ivec2(1, 0), ivec2(0)), 0).y),
                      abs(texelFetch(pressure, min(c + ivec2(0, 1), top), 0).y)
                      - abs(texelFetch(pressure, max(c - ivec2(0, 1), ivec2(0)), 0).y));
    slope /= length(slope) + 1.0e-2;
    v += dt * 0.018 * clamp(turn, -25.0, 25.0) * vec2(slope.y, -slope.x);
    v += (texture(drift, uv).xy - v) * (1.0 - exp(-dt * 0.55));
    vec4 pushed = texture(push, uv);
    v = mix(v, pushed.xy, pushed.z * (1.0 - exp(-dt * 26.0)));
    // A body sheds eddies from its rim: a wake rolls up instead of lying there as two rails.
    v += dt * 24.0 * pushed.w * curl(at * 16.0 + TIME, 623);
    return vec4(clamp(v, -2.5, 2.5), 0.0, 1.0);
}

// One Jacobi step of the pressure, and in y the curl of the stream for the next frame.
vec4 relax() {
    ivec2 c = ivec2(gl_FragCoord.xy), top = textureSize(stream, 0) - 1;
    ivec2 l = max(c - ivec2(1, 0), ivec2(0)), r = min(c + ivec2(1, 0), top);
    ivec2 b = max(c - ivec2(0, 1), ivec2(0)), t = min(c + ivec2(0, 1), top);
    vec2 vl = texelFetch(stream, l, 0).xy, vr = texelFetch(stream, r, 0).xy;
    vec2 vb = texelFetch(stream, b, 0).xy, vt = texelFetch(stream, t, 0).xy;
    float gap = 1.0 / RENDERSIZE.y;
    float divergence = 0.5 * (vr.x - vl.x + vt.y - vb.y) * gap;
    float around = texelFetch(pressure, l, 0).x + texelFetch(pressure, r, 0).x
                 + texelFetch(pressure, b, 0).x + texelFetch(pressure, t, 0).x;
    return vec4(0.25 * (around - divergence), 0.5 * (vr.y - vl.y - vt.x + vb.x) / gap, 0.0, 1.0);
}

vec4 settle_water(vec2 uv) {
    ivec2 c = ivec2(gl_FragCoord.xy), top = textureSize(stream, 0) - 1;
    ivec2 l = max(c - ivec2(1, 0), ivec2(0)), r = min(c + ivec2(1, 0), top);
    ivec2 b = max(c - ivec2(0, 1), ivec2(0)), t = min(c + ivec2(0, 1), top);
    vec2 v = texelFetch(stream, c, 0).xy
           - 0.5 * vec2(texelFetch(pressure, r, 0).x - texelFetch(pressure, l, 0).x,
                        texelFetch(pressure, t, 0).x - texelFetch(pressure, b, 0).x) * RENDERSIZE.y;
    vec2 dx = texelFetch(stream, r, 0).xy - texelFetch(stream, l, 0).xy;
    vec2 dy = texelFetch(stream, t, 0).xy - texelFetch(stream, b, 0).xy;
    float shear = length(vec2(dx.x - dy.y, dx.y + dy.x)) * 0.5 * RENDERSIZE.y;
    vec2 came = uv - v * step_time() / vec2(wide(), 1.0);
    float age = FRAMEINDEX == 0 ? LONGEST : min(texture(water, came).w + step_time(), LONGEST);
    return vec4(v, shear, shear > DISTURBED ? 0.0 : age);
}

void main() {
    vec2 uv = isf_FragNormCoord;
    if (PASSINDEX == 0) gl_FragColor = weave(uv);
    else if (PASSINDEX == 1) gl_FragColor = survey(uv);
    else if (PASSINDEX == 2) gl_FragColor = vec4(current(uv * vec2(wide(), 1.0)), 0.0, 1.0);
    else if (PASSINDEX == 3) gl_FragColor = listed(uv, false);
    else if (PASSINDEX == 4) gl_FragColor = listed(uv, true);
    else if (PASSINDEX == 5) gl_FragColor = feel(uv);
    else if (PASSINDEX == 6) gl_FragColor = stir(uv);
    else if (PASSINDEX == 7) gl_FragColor = carry(uv);
    else if (PASSINDEX == 8) gl_FragColor = relax();
    else gl_FragColor = settle_water(uv);
}
