/*{
  "ISFVSN": "2",
  "DESCRIPTION": "A living map seen from above: eleven territories that grow in different ways, and black borders in which light runs.",
  "CREDIT": "Photophore",
  "CATEGORIES": ["generator", "scene"],
  "PHOTOPHORE": {"COLOR": "linear", "SCALES": true, "READS": ["water", "bodies", "people", "commons"], "MEAN": 0.018, "MACROS": {"population": "life", "abundance": "abundance", "speed": "flow", "inequality": "gini"}},
  "INPUTS": [
    {"NAME": "glow", "LABEL": "Glow", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 2.0},
    {"NAME": "flow", "LABEL": "Flow", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 2.0},
    {"NAME": "life", "LABEL": "Life: how much of each territory lives", "TYPE": "float", "DEFAULT": 0.7, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "abundance", "LABEL": "Abundance: factor on how often life shows", "TYPE": "float", "DEFAULT": 1.0, "MIN": 1.0, "MAX": 3.0},
    {"NAME": "grow", "LABEL": "Begins: membranes close, territories fill", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "gini", "LABEL": "How unequal the living is", "TYPE": "float", "DEFAULT": 0.45, "MIN": 0.0, "MAX": 1.0, "SIGNAL": "/strata/gini"},
    {"NAME": "tilt", "LABEL": "Ends: the rich float up, the poor sink", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1.0},
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
    {"TARGET": "close", "PERSISTENT": true, "FLOAT": true, "WIDTH": "floor(96*$WIDTH/$HEIGHT)", "HEIGHT": 96},
    {"TARGET": "squares", "FLOAT": true, "WIDTH": "ceil($WIDTH/8)", "HEIGHT": "ceil($HEIGHT/8)", "FILTER": "nearest"},
    {"TARGET": "soil", "PERSISTENT": true, "POINTS": "squares", "POINT_SIZE": 8, "FILTER": "nearest"},
    {}
  ]
}*/

// The passes are those of lib/mosaic.glsl, which critics and order share; the last one is what one sees.

#include "lib/noise.glsl"
#include "lib/points.glsl"
#include "lib/spectrum.glsl"
#include "lib/room.glsl"
#include "lib/territories.glsl"
#include "lib/mosaic.glsl"

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
    if (PASSINDEX == 11) { gl_FragColor = closeness(uv, c); return; }
    if (PASSINDEX == 12) { gl_FragColor = square_due(c); return; }
    if (PASSINDEX == 13) { gl_FragColor = stand(gl_FragCoord.xy / RENDERSIZE); return; }
    gl_FragColor = vec4(living(uv), 1.0);
}
