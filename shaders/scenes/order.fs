/*{
  "ISFVSN": "2",
  "DESCRIPTION": "Row by row the swatches are switched off; what is left starts again, slightly wrong.",
  "CREDIT": "Photophore",
  "CATEGORIES": ["generator", "scene"],
  "PHOTOPHORE": {"COLOR": "linear", "READS": ["water", "bodies", "people", "commons"]},
  "INPUTS": [
    {"NAME": "glow", "LABEL": "Glow", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 2.0},
    {"NAME": "flow", "LABEL": "Flow", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 2.0},
    {"NAME": "life", "LABEL": "Life: how much of each territory lives", "TYPE": "float", "DEFAULT": 0.7, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "grow", "LABEL": "Begins: the light of the swatches", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "rows", "LABEL": "How many rows of the lower half are off", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "alone", "LABEL": "Without cues: a row every 1.3 s by itself", "TYPE": "bool", "DEFAULT": true},
    {"NAME": "wash", "LABEL": "White light on the wall: luminance before any row is off", "TYPE": "float", "DEFAULT": 0.08, "MIN": 0.0, "MAX": 0.2},
    {"NAME": "restart", "LABEL": "Ends: what is left starts again, slightly wrong", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "gini", "LABEL": "How unequal the living is", "TYPE": "float", "DEFAULT": 0.6, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "tilt", "LABEL": "The rich float up, the poor sink", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "heals", "LABEL": "Cycles that healed: lit seams", "TYPE": "float", "DEFAULT": 120.0, "MIN": 0.0, "MAX": 4000.0},
    {"NAME": "divides", "LABEL": "Cycles that divided: black seams", "TYPE": "float", "DEFAULT": 80.0, "MIN": 0.0, "MAX": 4000.0}
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
// The lower half has 28 rows, one for each beat of 1.3 s.

#include "lib/noise.glsl"
#include "lib/points.glsl"
#include "lib/spectrum.glsl"
#include "lib/room.glsl"
#include "lib/territories.glsl"
#include "lib/mosaic.glsl"
#include "lib/swatches.glsl"

const float ROWS = 28.0;       // 37 s at one row every 1.3 s
const float BEAT = 1.3;        // s

float off_rows() {
    float own = floor(mod(TIME + 8.0, 56.0) / BEAT);
    return min(alone ? own : floor(rows * ROWS + 0.01), ROWS);
}

// The wash goes with the rows, in the same steps: nothing here is gradual.
float white() { return white_light(wash) * mix(1.0, 0.18, off_rows() / ROWS); }

// Which beat switches off the row at this height, outermost first; beyond ROWS: never.
float beat_of(float height) {
    float row = floor(height * 2.0 * ROWS);
    return row >= ROWS ? 9999.0 : row < 0.5 * ROWS ? 2.0 * row : 2.0 * (ROWS - 1.0 - row) + 1.0;
}

vec3 judge(vec2 uv) {
    vec2 size = vec2(wide(), 1.0), at = uv * size;
    vec3 alive = texture(seen, uv).rgb;
    int k = swatch_at(gl_FragCoord.xy, RENDERSIZE);
    float off = step(beat_of(floor(gl_FragCoord.y) / RENDERSIZE.y), off_rows() - 0.5);
    vec3 flat_light = vec3(0.0);
    for (int n = 0; n < (k >= 0 ? 1 : 0); n++) flat_light = flat_colour(k, white()) * glow;
    float saved = shelter(at, texture(close, uv).x, 0.11);
    vec3 light = mix(flat_light, alive * 1.6, saved) * (1.0 - off);
    // What is left starts again, one swatch after another, as the living map.
    float started = step(0.85 * chance(max(k, 0), 961) + 0.05, restart);
    return mix(light, alive, started * (1.0 - off)) * grow;
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
    if (PASSINDEX == 15) { gl_FragColor = vec4(closeness(uv, c), 0.0, 0.0, 1.0); return; }
    gl_FragColor = vec4(judge(uv), 1.0);
}
