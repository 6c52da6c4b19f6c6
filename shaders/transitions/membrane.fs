/*{
  "ISFVSN": "2",
  "DESCRIPTION": "Membranes close: uneven cells of the new scene open behind thin seams, largest first.",
  "CREDIT": "Photophore",
  "CATEGORIES": ["transition"],
  "PHOTOPHORE": {"COLOR": "linear"},
  "INPUTS": [
    {"NAME": "startImage", "TYPE": "image"},
    {"NAME": "endImage", "TYPE": "image"},
    {"NAME": "progress", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1.0}
  ]
}*/

// Twelve territories of very different reach. A membrane runs where two of them are equally near.
#include "lib/noise.glsl"
#include "lib/spectrum.glsl"

void main() {
    vec2 uv = isf_FragNormCoord;
    float wide = RENDERSIZE.x / RENDERSIZE.y;
    vec2 at = uv * vec2(wide, 1.0);
    vec2 bent = at + 0.20 * (vec2(bumps(at * 2.3, 321), bumps(at * 2.3, 322)) - 0.5)
              + 0.03 * (vec2(bumps(at * 14.0, 323), bumps(at * 14.0, 324)) - 0.5);
    float first = 9.0, second = 9.0, turn = 0.0;
    for (int cell = 0; cell < 12; cell++) {
        float size = 0.45 / (1.0 + 0.5 * float(cell));
        float reach = length(bent - vec2(wide * chance(cell, 325), chance(cell, 326))) - size;
        second = min(second, max(first, reach));
        turn = reach < first ? float(cell) / 12.0 : turn;
        first = min(first, reach);
    }
    float seam = second - first;
    float grown = smoothstep(0.0, 1.0, (progress - 0.18 - 0.45 * turn) / 0.35);
    // The new scene grows from the centre of a cell and displaces the old one; a membrane shines only while
    // its own cell grows, in packets that run along it, so that no net of cracks covers the picture.
    float edge = seam - 0.30 * (1.0 - grown);
    float begun = step(0.001, grown), growing = 4.0 * grown * (1.0 - grown);
    float open = progress >= 1.0 ? 1.0 : smoothstep(0.0, 0.02, edge) * begun;
    float old = 1.0 - smoothstep(-0.03, -0.005, edge) * begun;
    float packets = 0.2 + 0.8 * smoothstep(0.45, 0.75, bumps(at * 4.0 + vec2(2.5, -1.5) * progress, 327));
    float line = exp(-seam * seam / 0.00003) * packets + 0.6 * exp(-edge * edge / 0.00008);
    vec3 both = IMG_NORM_PIXEL(startImage, uv).rgb * old + IMG_NORM_PIXEL(endImage, uv).rgb * open;
    gl_FragColor = vec4(both + line * growing * 0.06 * mix(LIGHT_B, LIGHT_C, 0.5 * packets), 1.0);
}
