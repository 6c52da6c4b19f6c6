/*{
  "ISFVSN": "2",
  "DESCRIPTION": "A bar that crosses a mark, with a scale in milliseconds: to align picture, sound and lamps by hand.",
  "CREDIT": "Photophore",
  "CATEGORIES": ["generator", "pattern"],
  "INPUTS": [
    {"NAME": "place", "TYPE": "float", "DEFAULT": 0.5, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "seconds", "TYPE": "float", "DEFAULT": 2.0, "MIN": 1.0, "MAX": 10.0}
  ]
}*/

// Display-encoded. `seconds` is what the bar takes from edge to edge. A short line stands for 20 ms, a long one for
// 100 ms; left of the mark the bar is before it. Nothing flashes: a thin bar moves, and fades at the edges.

float line(float x, float centre, float width) {
    float pixel = 1.0 / RENDERSIZE.x;
    return 1.0 - smoothstep(width, width + 1.5 * pixel, abs(x - centre));
}

void main() {
    vec2 uv = isf_FragNormCoord;
    vec3 colour = vec3(0.05, 0.06, 0.07);
    float off = (uv.x - 0.5) * seconds;
    float within = step(abs(off), 0.405);
    float tick = line(off / seconds, floor(off / 0.02 + 0.5) * 0.02 / seconds, 0.0006) * step(abs(uv.y - 0.5), 0.03);
    float hundred = line(off / seconds, floor(off / 0.1 + 0.5) * 0.1 / seconds, 0.0010) * step(abs(uv.y - 0.5), 0.10);
    colour = mix(colour, vec3(0.20, 0.23, 0.25), max(tick, hundred) * within);
    colour = mix(colour, vec3(0.45, 0.30, 0.10), line(uv.x, 0.5, 0.0016) * step(abs(uv.y - 0.5), 0.30));
    float there = smoothstep(0.0, 0.06, place) * smoothstep(1.0, 0.94, place);
    colour = mix(colour, vec3(0.62, 0.70, 0.74), line(uv.x, place, 0.0035) * there * step(abs(uv.y - 0.5), 0.42));
    gl_FragColor = vec4(colour, 1.0);
}
