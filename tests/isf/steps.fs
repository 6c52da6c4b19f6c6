/*{
    "ISFVSN": "2",
    "DESCRIPTION": "A pass that is drawn five times a frame; its target wraps and is not smoothed.",
    "PASSES": [
        {"TARGET": "ring", "PERSISTENT": true, "STEPS": 5, "FILTER": "nearest", "WRAP": "repeat", "WIDTH": "10", "HEIGHT": "1"},
        {}
    ],
    "PHOTOPHORE": {"COLOR": "linear"}
}*/
void main() {
    if (PASSINDEX == 1) { gl_FragColor = IMG_THIS_PIXEL(ring); return; }
    float x = gl_FragCoord.x - 0.5;
    if (FRAMEINDEX == 0 && texture(ring, vec2(0.05, 0.5)).a == 0.0) gl_FragColor = vec4(x == 0.0 ? 1.0 : 0.0, 0.0, 0.0, 1.0);
    else gl_FragColor = vec4(texture(ring, isf_FragNormCoord - vec2(0.1, 0.0)).r, isf_FragNormCoord.x, 0.0, 1.0);
}
