/*{
    "ISFVSN": "2",
    "DESCRIPTION": "A buffer whose size follows an input.",
    "INPUTS": [{"NAME": "columns", "TYPE": "float", "DEFAULT": 8, "MIN": 1, "MAX": 64}],
    "PASSES": [{"TARGET": "line", "WIDTH": "floor($columns)", "HEIGHT": "1", "PERSISTENT": true}, {}]
}*/
void main() {
    if (PASSINDEX == 0) gl_FragColor = vec4(isf_FragNormCoord.x, fract(TIME), 0.0, 1.0);
    else gl_FragColor = vec4(IMG_SIZE(line).x / 64.0, IMG_THIS_PIXEL(line).xy, 1.0);
}
