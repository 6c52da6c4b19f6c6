/*{
  "ISFVSN": "2",
  "DESCRIPTION": "A picture, a video, a camera or a stream, whole or over the whole canvas.",
  "CREDIT": "Photophore",
  "CATEGORIES": ["generator"],
  "INPUTS": [
    {"NAME": "photo", "TYPE": "image"},
    {"NAME": "glow", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "fill", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1.0, "LABEL": "0 whole, 1 fills the canvas"},
    {"NAME": "zoom", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.25, "MAX": 4.0},
    {"NAME": "place", "TYPE": "point2D", "DEFAULT": [0.5, 0.5], "MIN": [0.0, 0.0], "MAX": [1.0, 1.0]}
  ]
}*/

void main() {
    vec2 size = IMG_SIZE(photo);
    vec2 share = size / RENDERSIZE;
    float whole = 1.0 / max(share.x, share.y);
    float full = 1.0 / min(share.x, share.y);
    vec2 shown = share * mix(whole, full, fill) * zoom;  // of the canvas
    vec2 at = (isf_FragNormCoord - place) / shown + 0.5;
    vec2 inside = step(vec2(0.0), at) * step(at, vec2(1.0));
    vec4 colour = IMG_NORM_PIXEL(photo, at);
    gl_FragColor = vec4(colour.rgb * colour.a * glow * inside.x * inside.y, 1.0);
}
