/*{
    "ISFVSN": "2",
    "DESCRIPTION": "The last pass has a target: that buffer is the output.",
    "PASSES": [{"TARGET": "first"}, {"TARGET": "last", "PERSISTENT": true}]
}*/
void main() {
    if (PASSINDEX == 0) gl_FragColor = vec4(isf_FragNormCoord.x, 0.0, 0.0, 1.0);
    else gl_FragColor = IMG_THIS_PIXEL(first) + vec4(0.0, 0.125, 0.0, 0.0) + vec4(0.0, IMG_THIS_PIXEL(last).g, 0.0, 0.0);
}
