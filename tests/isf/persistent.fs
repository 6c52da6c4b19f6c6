/*{
    "ISFVSN": "2",
    "DESCRIPTION": "A spot that leaves a fading trail in a persistent buffer.",
    "INPUTS": [{"NAME": "keep", "TYPE": "float", "DEFAULT": 0.9, "MIN": 0, "MAX": 1}],
    "PASSES": [{"TARGET": "trail", "PERSISTENT": true}, {}]
}*/
void main() {
    if (PASSINDEX == 0) {
        vec2 spot = vec2(0.5) + 0.3 * vec2(cos(TIME * 9.0), sin(TIME * 9.0));
        float light = step(distance(isf_FragNormCoord, spot), 0.1);
        gl_FragColor = max(vec4(light, light, light, 1.0), keep * IMG_THIS_PIXEL(trail));
    } else {
        gl_FragColor = IMG_THIS_PIXEL(trail);
    }
}
