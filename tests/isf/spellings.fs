/*{
    "ISFVSN": "2",
    "DESCRIPTION": "Every way to read a picture.",
    "INPUTS": [{"NAME": "inputImage", "TYPE": "image"}]
}*/
void main() {
    vec2 at = isf_FragNormCoord;
    vec4 sum = IMG_PIXEL(inputImage, at * IMG_SIZE(inputImage)) + IMG_NORM_PIXEL(inputImage, at);
    sum += IMG_THIS_PIXEL(inputImage) + IMG_THIS_NORM_PIXEL(inputImage) + IMG_NORM_THIS_PIXEL(inputImage);
    sum += IMG_PIXEL(inputImage, at * IMG_SIZE(inputImage), 0.0) + IMG_NORM_PIXEL(inputImage, at, 0.0);
    sum += texture2D(inputImage, at + _inputImage_imgRect.xy);
    gl_FragColor = sum / 8.0;
}
