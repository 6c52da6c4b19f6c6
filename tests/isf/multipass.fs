/*{
    "ISFVSN": "2",
    "DESCRIPTION": "Three passes; each sees its own number and size.",
    "PASSES": [
        {"TARGET": "small", "WIDTH": "$WIDTH / 4", "HEIGHT": "max($HEIGHT / 4, 1)"},
        {"TARGET": "tiny", "WIDTH": 2, "HEIGHT": "1"},
        {}
    ]
}*/
void main() {
    if (PASSINDEX < 2) gl_FragColor = vec4(RENDERSIZE / 256.0, float(PASSINDEX), 1.0);
    else if (isf_FragNormCoord.x < 0.5) gl_FragColor = IMG_THIS_PIXEL(small);
    else gl_FragColor = vec4(IMG_SIZE(tiny) / 256.0, texture(tiny, vec2(0.5)).b, 1.0);
}
