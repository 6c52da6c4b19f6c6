/*{
  "ISFVSN": "2",
  "DESCRIPTION": "Still: two scenes that show the same pass into each other, and what they share does not change.",
  "CREDIT": "Photophore",
  "CATEGORIES": ["transition"],
  "PHOTOPHORE": {"COLOR": "linear"},
  "INPUTS": [
    {"NAME": "startImage", "TYPE": "image"},
    {"NAME": "endImage", "TYPE": "image"},
    {"NAME": "progress", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1.0}
  ]
}*/

void main() {
    vec2 uv = isf_FragNormCoord;
    vec3 old = IMG_NORM_PIXEL(startImage, uv).rgb, fresh = IMG_NORM_PIXEL(endImage, uv).rgb;
    gl_FragColor = vec4(mix(old, fresh, smoothstep(0.0, 1.0, progress)), 1.0);
}
