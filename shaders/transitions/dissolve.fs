/*{
  "ISFVSN": "2",
  "DESCRIPTION": "Dissolve in light: bright places of the new scene come first, bright places of the old go last.",
  "CREDIT": "Photophore",
  "CATEGORIES": ["transition"],
  "PHOTOPHORE": {"COLOR": "linear"},
  "INPUTS": [
    {"NAME": "startImage", "TYPE": "image"},
    {"NAME": "endImage", "TYPE": "image"},
    {"NAME": "progress", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1.0}
  ]
}*/

// Not a crossfade: each point of light keeps its level until its own moment, so that the middle is not grey.
#include "lib/noise.glsl"

void main() {
    vec2 uv = isf_FragNormCoord;
    vec3 old = IMG_NORM_PIXEL(startImage, uv).rgb, fresh = IMG_NORM_PIXEL(endImage, uv).rgb;
    vec2 at = uv * vec2(RENDERSIZE.x / RENDERSIZE.y, 1.0);
    float lag = 0.25 * bumps(at * 5.0, 301) + 0.15 * bumps(at * 17.0, 302);
    float leaving = 0.45 * sqrt(clamp(dot(old, vec3(0.2126, 0.7152, 0.0722)), 0.0, 1.0)) + lag;
    float coming = 0.45 * (1.0 - sqrt(clamp(dot(fresh, vec3(0.2126, 0.7152, 0.0722)), 0.0, 1.0))) + lag;
    float out_way = 1.0 - smoothstep(leaving * 0.8, leaving * 0.8 + 0.30, progress);
    float in_way = smoothstep(coming * 0.8, coming * 0.8 + 0.30, progress);
    gl_FragColor = vec4(max(old * out_way, fresh * in_way), 1.0);
}
