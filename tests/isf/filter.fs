/*{
    "ISFVSN": "2",
    "DESCRIPTION": "A filter: exchanges red and blue, upside down.",
    "INPUTS": [{"NAME": "inputImage", "TYPE": "image"}]
}*/
void main() {
    gl_FragColor = IMG_NORM_PIXEL(inputImage, vec2(isf_FragNormCoord.x, 1.0 - isf_FragNormCoord.y)).bgra;
}
