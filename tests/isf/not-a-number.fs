/*{
    "ISFVSN": "2",
    "DESCRIPTION": "Makes NaN and infinities in a feedback buffer; none may reach the picture or stay.",
    "INPUTS": [{"NAME": "zero", "TYPE": "float", "DEFAULT": 0, "MIN": 0, "MAX": 1}],
    "PASSES": [{"TARGET": "memory", "PERSISTENT": true, "FLOAT": true}, {}]
}*/
void main() {
    if (PASSINDEX == 1) { gl_FragColor = vec4(IMG_THIS_PIXEL(memory).rgb * zero + IMG_THIS_PIXEL(memory).aaa, 1.0); return; }
    vec4 last = IMG_THIS_PIXEL(memory);
    if (FRAMEINDEX < 2) gl_FragColor = vec4(zero / zero, 1.0 / zero, -1.0 / zero, isf_FragNormCoord.x);
    else gl_FragColor = vec4(0.0, 0.0, 0.0, last.a + 0.0625);
}
