/*{
  "ISFVSN": "2",
  "DESCRIPTION": "Bars that cross a mark, with a scale in milliseconds: to align picture, sound and lamps by hand.",
  "CREDIT": "Photophore",
  "CATEGORIES": ["generator", "pattern"],
  "INPUTS": [
    {"NAME": "place", "TYPE": "float", "DEFAULT": 0.5, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "seconds", "TYPE": "float", "DEFAULT": 4.0, "MIN": 1.0, "MAX": 20.0}
  ]
}*/

// Display-encoded. Two bars, half a picture apart, take `seconds` from edge to edge. A short line stands for 20 ms, a
// long one for 100 ms; left of the mark a bar is before it. Nothing flashes: bars move slowly, fade at the edges, and
// stay below a tenth of full light, where the flash law begins.

float line(float x, float centre, float width) {
    float pixel = 1.0 / RENDERSIZE.x;
    return 1.0 - smoothstep(width, width + 1.5 * pixel, abs(x - centre));
}

void main() {
    vec2 uv = isf_FragNormCoord;
    vec3 colour = vec3(0.05, 0.06, 0.07);
    float off = (uv.x - 0.5) * seconds;
    float within = step(abs(off), 0.405);
    float tick = line(off / seconds, floor(off / 0.02 + 0.5) * 0.02 / seconds, 0.0004) * step(abs(uv.y - 0.5), 0.03);
    float hundred = line(off / seconds, floor(off / 0.1 + 0.5) * 0.1 / seconds, 0.0007) * step(abs(uv.y - 0.5), 0.10);
    colour = mix(colour, vec3(0.15, 0.17, 0.18), max(tick, hundred) * within);
    colour = mix(colour, vec3(0.45, 0.30, 0.10), line(uv.x, 0.5, 0.0016) * step(abs(uv.y - 0.5), 0.30));
    for (int i = 0; i < 2; i++) {
        float at = fract(place + 0.5 * float(i));
        float there = smoothstep(0.0, 0.06, at) * smoothstep(1.0, 0.94, at);
        colour = mix(colour, vec3(0.31, 0.34, 0.35), line(uv.x, at, 0.0030) * there * step(abs(uv.y - 0.5), 0.42));
    }
    gl_FragColor = vec4(colour, 1.0);
}
