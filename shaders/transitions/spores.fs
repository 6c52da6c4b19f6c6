/*{
  "ISFVSN": "2",
  "DESCRIPTION": "Spores: the old scene comes apart into grains that shrink and drift off; where one has gone, a grain of the new scene grows.",
  "CREDIT": "Photophore",
  "CATEGORIES": ["transition"],
  "PHOTOPHORE": {"COLOR": "linear", "READS": ["water"]},
  "INPUTS": [
    {"NAME": "startImage", "TYPE": "image"},
    {"NAME": "endImage", "TYPE": "image"},
    {"NAME": "progress", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1.0}
  ]
}*/

#include "lib/noise.glsl"

const float GRAIN = 0.020;   // H, from one grain to the next

void main() {
    vec2 uv = isf_FragNormCoord;
    vec2 scale = vec2(RENDERSIZE.x / RENDERSIZE.y, 1.0), at = uv * scale;
    // The water carries the grains: a little, since what moves must not be bright.
    vec2 stirred = clamp(texture(water, uv).xy, -0.3, 0.3);
    float gone = 0.0, grown = 0.0;
    vec3 old = vec3(0.0);
    ivec2 home = ivec2(floor(at / GRAIN));
    for (int i = 0; i < 9; i++) {
        ivec2 cell = home + ivec2(i % 3 - 1, i / 3 - 1);
        vec2 centre = (vec2(cell) + 0.5 + 0.5 * (vec2(lattice(cell, 351), lattice(cell, 352)) - 0.5)) * GRAIN;
        // Each lets go at a moment of its own: in drifts, raggedly, the lower ones first.
        float moment = 0.42 * bumps(centre * 3.0, 353) + 0.16 * lattice(cell, 354) + 0.14 * centre.y;
        float parts = smoothstep(moment, moment + 0.10, progress), off = max(progress - moment, 0.0);
        vec2 drift = off * (vec2(0.0, 0.05) + 0.10 * stirred + 0.03 * (vec2(lattice(cell, 355), lattice(cell, 356)) - 0.5));
        float left = 1.0 - smoothstep(moment + 0.05, moment + 0.28, progress);
        float grain = 1.0 - smoothstep(0.55, 1.0, length(at - centre - drift) / (GRAIN * 0.85 * left + 1.0e-4));
        float square = step(float(i), 4.5) * step(3.5, float(i));   // until it comes apart a grain is all of its cell
        float shape = mix(square, grain * left, parts);
        old = max(old, IMG_NORM_PIXEL(startImage, mix(uv, uv - drift / scale, parts)).rgb * shape);
        float opens = moment + 0.16;
        float room = smoothstep(opens, opens + 0.22, progress);
        float reach = length(at - centre) / (GRAIN * (0.2 + 1.1 * room));
        grown = max(grown, room * (1.0 - smoothstep(0.6, 1.0, reach)));
    }
    grown = progress >= 1.0 ? 1.0 : mix(grown, 1.0, smoothstep(0.93, 1.0, progress));
    old *= 1.0 - smoothstep(0.90, 1.0, progress);
    gl_FragColor = vec4(old + IMG_NORM_PIXEL(endImage, uv).rgb * grown, 1.0);
}
