/*{
  "ISFVSN": "2",
  "DESCRIPTION": "Ebb: the old scene withdraws from the edges inward and the new one is what the water leaves behind.",
  "CREDIT": "Photophore",
  "CATEGORIES": ["transition"],
  "PHOTOPHORE": {"COLOR": "linear"},
  "INPUTS": [
    {"NAME": "startImage", "TYPE": "image"},
    {"NAME": "endImage", "TYPE": "image"},
    {"NAME": "progress", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1.0}
  ]
}*/

// The shore is uneven, and it ends off the centre; a wet strip stays dark between the two.
#include "lib/noise.glsl"

void main() {
    vec2 uv = isf_FragNormCoord;
    float wide = RENDERSIZE.x / RENDERSIZE.y;
    vec2 at = uv * vec2(wide, 1.0);
    vec2 last = vec2(0.41 * wide, 0.37);
    float inland = 1.0 - length((at - last) / vec2(0.78 * wide, 0.95));
    inland += 0.30 * (bumps(at * 2.6, 331) - 0.5) + 0.13 * (bumps(at * 7.0, 332) - 0.5);
    float shore = mix(-0.37, 1.56, progress);
    float old = smoothstep(0.0, 0.14, inland - shore);
    float fresh = smoothstep(0.10, 0.34, shore - inland);
    fresh = progress >= 1.0 ? 1.0 : fresh;
    gl_FragColor = vec4(IMG_NORM_PIXEL(startImage, uv).rgb * old + IMG_NORM_PIXEL(endImage, uv).rgb * fresh, 1.0);
}
