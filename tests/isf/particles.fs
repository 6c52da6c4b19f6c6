/*{
    "ISFVSN": "2",
    "DESCRIPTION": "Sixteen points walk right; each adds a dot of light where it is.",
    "INPUTS": [{"NAME": "dot", "TYPE": "float", "DEFAULT": 1, "MIN": 1, "MAX": 16}],
    "PASSES": [
        {"TARGET": "walkers", "PERSISTENT": true, "FLOAT": true, "WIDTH": "4", "HEIGHT": "4", "FILTER": "nearest"},
        {"TARGET": "trail", "PERSISTENT": true},
        {"TARGET": "trail", "POINTS": "walkers", "POINT_SIZE": "$dot", "BLEND": "add"},
        {}
    ],
    "PHOTOPHORE": {"COLOR": "linear"}
}*/
void main() {
    if (PASSINDEX == 0) {
        vec4 walker = IMG_THIS_PIXEL(walkers);
        if (FRAMEINDEX == 0) walker = vec4(0.5 / 16.0, isf_FragNormCoord.y, isf_FragNormCoord.x, 0.0);
        else walker.x = fract(walker.x + 1.0 / 16.0);
        gl_FragColor = walker;
    } else if (PASSINDEX == 1) {
        gl_FragColor = 0.5 * IMG_THIS_PIXEL(trail);
    } else if (PASSINDEX == 2) {
        gl_FragColor = vec4(1.0, float(isf_PointIndex), isf_Point.z, 1.0);
    } else {
        gl_FragColor = IMG_THIS_PIXEL(trail);
    }
}
