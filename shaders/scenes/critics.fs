/*{
  "ISFVSN": "2",
  "DESCRIPTION": "The lights go on: a straight edge passes over the map, and behind it every territory is one flat swatch of its own mean colour.",
  "CREDIT": "Photophore",
  "CATEGORIES": ["generator", "scene"],
  "PHOTOPHORE": {"COLOR": "linear", "SCALES": true, "READS": ["water", "bodies", "people", "commons"], "MACROS": {"population": "life", "abundance": "abundance", "speed": "flow", "inequality": "gini"}},
  "INPUTS": [
    {"NAME": "glow", "LABEL": "Glow", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 2.0},
    {"NAME": "flow", "LABEL": "Flow", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 2.0},
    {"NAME": "life", "LABEL": "Life: how much of each territory lives", "TYPE": "float", "DEFAULT": 0.7, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "abundance", "LABEL": "Abundance: factor on how often life shows", "TYPE": "float", "DEFAULT": 1.0, "MIN": 1.0, "MAX": 3.0},
    {"NAME": "grow", "LABEL": "Begins: nothing is flat yet", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "edge", "LABEL": "Where the edge stands, across the width", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "alone", "LABEL": "Without cues: the edge crosses by itself in 85 s", "TYPE": "bool", "DEFAULT": true},
    {"NAME": "wash", "LABEL": "White light on the wall: luminance behind the edge", "TYPE": "float", "DEFAULT": 0.08, "MIN": 0.0, "MAX": 0.2},
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

// The map lives on, unseen, as in mosaic (lib/mosaic.glsl); `seen` is what mosaic would show, `means` the mean colour of
// each territory in it, `close` the distance to bodies as it has spread. Behind the edge nothing moves
// and nothing has a gradient; a body shelters the place it stands on.

#include "lib/noise.glsl"
#include "lib/points.glsl"
#include "lib/spectrum.glsl"
#include "lib/room.glsl"
#include "lib/territories.glsl"
#include "lib/mosaic.glsl"
#include "lib/swatches.glsl"

// Without cues it starts a third of the way, so that there is something to see.
float edge_place() { return (alone ? mod(TIME / 85.0 + 0.28, 1.12) : edge) * grow; }

vec3 judge(vec2 uv) {
    vec2 size = vec2(wide(), 1.0), at = uv * size;
    vec3 alive = texture(seen, uv).rgb;
    // The edge is exact and moves by fractions of a pixel.
    float behind = clamp(edge_place() * (RENDERSIZE.x + 1.0) - gl_FragCoord.x, 0.0, 1.0);
    int k = swatch_at(gl_FragCoord.xy, RENDERSIZE);
    vec3 flat_light = vec3(0.0);
    for (int n = 0; n < (k >= 0 ? 1 : 0); n++) flat_light = flat_colour(k, white_light(wash)) * glow;
    // The wall before the edge has only what is scattered there: the living map goes pale, no more.
    vec3 ahead = alive + 0.022 * white_light(wash) * LIGHT_W * glow;
    vec4 gone = texture(close, uv);
    float distance = gone.x, reach = shelter_reach(), saved = shelter(at, gone.y, reach);
    vec3 kept = vec3(0.0);
    for (int n = 0; n < (saved * behind > 0.0 ? 1 : 0); n++) kept = sheltered(uv, alive, distance, gone.w, reach) * glow;
    return mix(mix(ahead, flat_light, behind), kept, saved * behind);
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
    if (PASSINDEX == 13) { gl_FragColor = vec4(living(uv), 1.0); return; }
    if (PASSINDEX == 14) { gl_FragColor = mean_of(c.x, texelFetch(means, c, 0)); return; }
    if (PASSINDEX == 15) { gl_FragColor = closeness(uv, c); return; }
    gl_FragColor = vec4(judge(uv), 1.0);
}
