/*{
  "ISFVSN": "2",
  "DESCRIPTION": "The swatches divide into a chart; its lower half is switched off row by row; what is left starts again, slightly wrong.",
  "CREDIT": "Photophore",
  "CATEGORIES": ["generator", "scene"],
  "PHOTOPHORE": {"COLOR": "linear", "SCALES": true, "READS": ["water", "bodies", "people", "commons"], "MACROS": {"population": "life", "abundance": "abundance", "speed": "flow", "inequality": "gini"}},
  "INPUTS": [
    {"NAME": "glow", "LABEL": "Glow", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 2.0},
    {"NAME": "flow", "LABEL": "Flow", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 2.0},
    {"NAME": "life", "LABEL": "Life: how much of each territory lives", "TYPE": "float", "DEFAULT": 0.7, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "abundance", "LABEL": "Abundance: factor on how often life shows", "TYPE": "float", "DEFAULT": 1.0, "MIN": 1.0, "MAX": 3.0},
    {"NAME": "grow", "LABEL": "Begins: the light of the swatches", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "rows", "LABEL": "Divides, then rows of the lower half go off: share of 36 s", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "alone", "LABEL": "Without cues: all that by itself", "TYPE": "bool", "DEFAULT": true},
    {"NAME": "wash", "LABEL": "White light on the wall: luminance of what is on", "TYPE": "float", "DEFAULT": 0.08, "MIN": 0.0, "MAX": 0.2},
    {"NAME": "restart", "LABEL": "Ends: what is left starts again, slightly wrong", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "gini", "LABEL": "How unequal the living is", "TYPE": "float", "DEFAULT": 0.6, "MIN": 0.0, "MAX": 1.0, "SIGNAL": "/strata/gini"},
    {"NAME": "tilt", "LABEL": "The rich float up, the poor sink", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "heals", "LABEL": "Cycles that healed: lit seams", "TYPE": "float", "DEFAULT": 120.0, "MIN": 0.0, "MAX": 4000.0, "SIGNAL": "/marks/heals"},
    {"NAME": "divides", "LABEL": "Cycles that divided: black seams", "TYPE": "float", "DEFAULT": 80.0, "MIN": 0.0, "MAX": 4000.0, "SIGNAL": "/marks/divides"}
  ],
  "PASSES": [
    {"TARGET": "grain", "PERSISTENT": true, "FLOAT": true, "WIDTH": 256, "HEIGHT": 256, "WRAP": "repeat"},
    {"TARGET": "tiles", "PERSISTENT": true, "FLOAT": true, "WIDTH": 16, "HEIGHT": 2, "FILTER": "nearest"},
    {"TARGET": "guests", "PERSISTENT": true, "FLOAT": true, "WIDTH": 64, "HEIGHT": 1, "FILTER": "nearest"},
    {"TARGET": "bend", "FLOAT": true, "WIDTH": "floor(96*$WIDTH/$HEIGHT)", "HEIGHT": 96},
    {"TARGET": "map", "PERSISTENT": true, "FLOAT": true, "WIDTH": "floor(180*$WIDTH/$HEIGHT)", "HEIGHT": 180, "FILTER": "nearest"},
    {"TARGET": "agents", "PERSISTENT": true, "FLOAT": true, "WIDTH": 128, "HEIGHT": 42, "FILTER": "nearest"},
    {"TARGET": "laid", "POINTS": "agents", "BLEND": "add", "POINT_SIZE": 1, "FLOAT": true, "WIDTH": "floor(max(180, $HEIGHT/2)*$WIDTH/$HEIGHT)", "HEIGHT": "floor(max(180, $HEIGHT/2))", "FILTER": "nearest"},
    {"TARGET": "trails", "PERSISTENT": true, "FLOAT": true, "WIDTH": "floor(max(180, $HEIGHT/2)*$WIDTH/$HEIGHT)", "HEIGHT": "floor(max(180, $HEIGHT/2))"},
    {"TARGET": "ground", "PERSISTENT": true, "FLOAT": true, "WIDTH": "floor(180*$WIDTH/$HEIGHT)", "HEIGHT": 180},
    {"TARGET": "cells", "PERSISTENT": true, "FLOAT": true, "WIDTH": 80, "HEIGHT": 64, "FILTER": "nearest"},
    {"TARGET": "sparks", "POINTS": "cells", "BLEND": "add", "POINT_SIZE": "max(3.6, $HEIGHT*0.0085)"},
    {"TARGET": "squares", "FLOAT": true, "WIDTH": "ceil($WIDTH/8)", "HEIGHT": "ceil($HEIGHT/8)", "FILTER": "nearest"},
    {"TARGET": "soil", "PERSISTENT": true, "POINTS": "squares", "POINT_SIZE": 8, "FILTER": "nearest"},
    {"TARGET": "seen", "WIDTH": "$WIDTH", "HEIGHT": "$HEIGHT"},
    {"TARGET": "means", "PERSISTENT": true, "FLOAT": true, "WIDTH": 16, "HEIGHT": 1, "FILTER": "nearest"},
    {"TARGET": "close", "PERSISTENT": true, "FLOAT": true, "WIDTH": "floor(180*$WIDTH/$HEIGHT)", "HEIGHT": 180},
    {}
  ]
}*/

// The map lives on, unseen, as in mosaic (lib/mosaic.glsl); `seen` is what mosaic would show, 3 nm off and 0.01 H beside
// its place, `means` the mean colour of each territory in it, `close` as in critics.
// It begins as the flat colours that critics leaves. One swatch after another, they divide into a chart: 14 rows of broad
// swatches, 15.6 in a row at 16:9, each the flat colour of the territory that it lies in, in one of five exact steps of
// lightness. Then the rows of the lower half go off, one with each beat of 1.3 s, the lowest first, each from both ends inwards.

#include "lib/noise.glsl"
#include "lib/points.glsl"
#include "lib/spectrum.glsl"
#include "lib/room.glsl"
#include "lib/territories.glsl"
#include "lib/mosaic.glsl"
#include "lib/swatches.glsl"

const float ROWS = 14.0;       // the lower 7 go off
const float BROAD = 1.6;       // width of a swatch in heights of it
const float LASTS = 36.0;      // s that `rows` stands for
const float BEAT = 1.3;        // s
const float FIRST = 25.4;      // s: the first row; the last is off at 34.3 s
const float DIVIDED = 14.0;    // s: all of it is a chart

float clock() { return alone ? mod(TIME + 8.0, 56.0) : rows * LASTS; }

// Of a swatch, in pixels.
vec2 swatch_size() { return RENDERSIZE.y / ROWS * vec2(BROAD, 1.0); }

// 1 where a swatch is off. A row takes most of a beat, from both ends to its middle.
float is_off(vec2 swatch) {
    float inward = 1.0 - abs(2.0 * (swatch.x + 0.5) * swatch_size().x / RENDERSIZE.x - 1.0);
    return swatch.y < 0.5 * ROWS ? step(FIRST + BEAT * (swatch.y + 0.85 * clamp(inward, 0.0, 1.0)), clock()) : 0.0;
}

// The swatch that a pixel lies in: xy column and row; z 0 in a gap. Cuts lie on whole pixels; a gap is 0.004 H, at least two
// pixels.
vec3 swatch_of(vec2 pixel) {
    float gap = max(1.0, floor(0.002 * RENDERSIZE.y + 0.5));
    vec2 side = swatch_size(), at = floor(pixel / side), low = floor(at * side + 0.5), high = floor((at + 1.0) * side + 0.5);
    at += step(high, pixel) - (1.0 - step(low, pixel));
    low = floor(at * side + 0.5) + gap;
    high = floor((at + 1.0) * side + 0.5) - gap;
    bool inside = pixel.x > low.x && pixel.y > low.y && pixel.x < high.x && pixel.y < high.y;
    return vec3(at, inside ? 1.0 : 0.0);
}

// How light a swatch is, in one of five exact steps.
float lightness(ivec2 swatch) { return 0.60 + 0.20 * floor(5.0 * lattice(swatch, 982)); }

vec3 judge(vec2 uv) {
    vec2 size = vec2(wide(), 1.0), at = uv * size;
    vec3 alive = texture(seen, uv).rgb, swatch = swatch_of(gl_FragCoord.xy), flat_light = vec3(0.0);
    ivec2 cell = ivec2(swatch.xy);
    float off = is_off(swatch.xy), lot = lattice(cell, 983);
    // Each in its own time, over 1.5 s.
    float apart = smoothstep(0.0, 1.5, clock() - 0.3 - (DIVIDED - 2.0) * lattice(cell, 984));
    float white = white_light(wash);
    for (int n = 0; n < (apart < 1.0 ? 1 : 0); n++) {
        int k = swatch_at(gl_FragCoord.xy, RENDERSIZE);
        if (k >= 0) flat_light = (1.0 - apart) * flat_colour(k, white) * glow;
    }
    for (int n = 0; n < (swatch.z * (1.0 - off) * apart > 0.0 ? 1 : 0); n++) {
        vec2 middle = min((swatch.xy + 0.5) * swatch_size(), RENDERSIZE - 1.5);   // the frame cuts the last ones
        int k = swatch_at(middle, RENDERSIZE);
        if (k < 0) k = max(swatch_at(middle + 0.008 * RENDERSIZE.y, RENDERSIZE), 0);   // its middle lies in a cut of the critics
        flat_light += apart * flat_colour(k, white) * lightness(cell) * glow;
    }
    vec4 gone = texture(close, uv);
    float distance = gone.x, reach = shelter_reach(), saved = shelter(at, gone.y, reach);
    // What is sheltered has less and less light, too.
    float spared = mix(1.0, 0.55, smoothstep(FIRST, LASTS, clock()));
    vec3 light = flat_light;
    for (int n = 0; n < (saved > 0.0 ? 1 : 0); n++) light = mix(light, sheltered(uv, alive, distance, gone.w, reach) * glow * spared, saved);
    // Then all of it starts again, one swatch after another, first those that are still on, as the living map.
    float due = 0.05 + (off < 0.5 ? 0.35 : 0.50) * lot + 0.30 * off, started = smoothstep(due, due + 0.10, restart);
    return mix(light, alive, started * (1.0 - saved)) * grow;
}

vec3 wrong(vec2 uv) {
    off_by = 3.0;
    return living(uv + vec2(0.010 / wide(), 0.0));
}

void main() {
    vec2 uv = isf_FragNormCoord;
    ivec2 c = ivec2(gl_FragCoord.xy);
    // Every pass returns here in main: behind calls and loops the compiler would keep the code of all passes in each.
    if (PASSINDEX == 0) { gl_FragColor = weave(uv, c); return; }
    if (PASSINDEX == 1) { gl_FragColor = tend(c); return; }
    if (PASSINDEX == 2) { gl_FragColor = invite(c.x); return; }
    if (PASSINDEX == 3) { gl_FragColor = bow(uv); return; }
    if (PASSINDEX == 4) { gl_FragColor = chart(uv); return; }
    if (PASSINDEX == 5) { gl_FragColor = act(c); return; }
    if (PASSINDEX == 6) { gl_FragColor = lay(isf_PointIndex); return; }
    if (PASSINDEX == 7) { gl_FragColor = keep(uv); return; }
    if (PASSINDEX == 8) { gl_FragColor = grow_ground(uv); return; }
    if (PASSINDEX == 9) { gl_FragColor = light_cell(c); return; }
    if (PASSINDEX == 10) { gl_FragColor = draw_cell(isf_PointIndex); return; }
    if (PASSINDEX == 11) { gl_FragColor = square_due(c); return; }
    if (PASSINDEX == 12) { gl_FragColor = stand(gl_FragCoord.xy / RENDERSIZE); return; }
    if (PASSINDEX == 13) { gl_FragColor = vec4(wrong(uv), 1.0); return; }
    if (PASSINDEX == 14) { gl_FragColor = mean_of(c.x, texelFetch(means, c, 0)); return; }
    if (PASSINDEX == 15) { gl_FragColor = closeness(uv, c); return; }
    gl_FragColor = vec4(judge(uv), 1.0);
}
