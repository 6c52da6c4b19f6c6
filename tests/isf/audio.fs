/*{
    "ISFVSN": "2",
    "DESCRIPTION": "Sound: wave above, spectrum below.",
    "INPUTS": [{"NAME": "wave", "TYPE": "audio"}, {"NAME": "bins", "TYPE": "audioFFT", "MAX": 64}]
}*/
void main() {
    vec2 at = isf_FragNormCoord;
    float level = at.y > 0.5 ? IMG_NORM_PIXEL(wave, at).g : IMG_NORM_PIXEL(bins, at).r;
    gl_FragColor = vec4(level, IMG_SIZE(bins).x / 64.0, IMG_SIZE(wave).x / 1024.0, 1.0);
}
