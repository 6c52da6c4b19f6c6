/*{
  "ISFVSN": "2",
  "DESCRIPTION": "Levelling: every slope of the old scene is drawn out flat and pale, and sinks below a level line; above it the new one stands.",
  "CREDIT": "Photophore",
  "CATEGORIES": ["transition"],
  "PHOTOPHORE": {"COLOR": "linear"},
  "INPUTS": [
    {"NAME": "startImage", "TYPE": "image"},
    {"NAME": "endImage", "TYPE": "image"},
    {"NAME": "progress", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1.0}
  ]
}*/

#include "lib/noise.glsl"
#include "lib/spectrum.glsl"

const int TAPS = 11;

void main() {
    vec2 uv = isf_FragNormCoord;
    // First the old scene is averaged along the level, over 0 to 0.9 of the width; each height at its own time.
    float own = bumps(vec2(uv.y * 9.0, 0.5), 341);
    float drawn = smoothstep(0.0, 1.0, (progress - 0.22 * own) / 0.50);
    vec3 level = vec3(0.0);
    float all = 0.0;
    for (int k = 0; k < TAPS; k++) {
        float side = float(k - TAPS / 2) / float(TAPS / 2);
        // Uneven steps, shifted from row to row by up to a step: no echo of single forms.
        float x = uv.x + 0.45 * drawn * (side + 0.20 * drawn * (chance(int(gl_FragCoord.y) / 2 * TAPS + k, 342) - 0.5));
        float weight = 1.0 - 0.7 * abs(side);
        level += weight * IMG_NORM_PIXEL(startImage, vec2(abs(x) - 2.0 * max(x - 1.0, 0.0), uv.y)).rgb;
        all += weight;
    }
    level /= all;
    vec3 pale = dot(level, vec3(0.2126, 0.7152, 0.0722)) * LIGHT_W;
    level = mix(level, pale, 0.85 * smoothstep(0.15, 0.70, progress));
    // Then the line sinks, exact and level, over the last 60 % of the time.
    float line = 1.0 - smoothstep(0.38, 1.0, progress) * (1.0 + 2.0 / RENDERSIZE.y);
    float above = clamp((uv.y - line) * RENDERSIZE.y + 0.5, 0.0, 1.0);
    above = progress >= 1.0 ? 1.0 : progress <= 0.38 ? 0.0 : above;
    gl_FragColor = vec4(mix(level, IMG_NORM_PIXEL(endImage, uv).rgb, above), 1.0);
}
