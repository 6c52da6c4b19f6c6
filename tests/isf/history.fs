/*{
  "DESCRIPTION": "Keeps 16 frames of 8 x 4 pixels and shows one of them",
  "INPUTS": [
    {"NAME": "tint", "TYPE": "color", "DEFAULT": [0, 0, 0, 1]},
    {"NAME": "age", "TYPE": "float", "DEFAULT": 1, "MIN": 0, "MAX": 80},
    {"NAME": "scale", "TYPE": "float", "DEFAULT": 1, "MIN": 1, "MAX": 2}
  ],
  "PHOTOPHORE": {"COLOR": "linear"},
  "PASSES": [
    {"TARGET": "before"},
    {"TARGET": "past", "WIDTH": "8 * $scale", "HEIGHT": "4 * $scale", "HISTORY": 16},
    {}
  ]
}*/
void main() {
    if (PASSINDEX == 0) {
        gl_FragColor = IMG_PAST(isf_FragNormCoord, age);  // the history does not hold this frame yet
    } else if (PASSINDEX == 1) {
        gl_FragColor = vec4(tint.rgb, RENDERSIZE.x);
    } else if (isf_FragNormCoord.x < 0.5) {
        gl_FragColor = IMG_PAST(isf_FragNormCoord * 3.0 - 1.0, age);  // reaches beyond every edge
    } else {
        gl_FragColor = IMG_THIS_PIXEL(before);
    }
}
