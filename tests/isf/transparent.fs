/*{
    "ISFVSN": "2",
    "DESCRIPTION": "A target that only points draw into begins transparent black in every frame.",
    "PASSES": [{"TARGET": "seed", "FLOAT": true, "WIDTH": "1", "HEIGHT": "1"}, {"TARGET": "dots", "POINTS": "seed", "POINT_SIZE": "$WIDTH / 2"}, {}]
}*/
void main() {
    if (PASSINDEX == 0) gl_FragColor = vec4(0.5 + 0.25 * sin(TIME * 9.0), 0.5, 0.0, 1.0);
    else if (PASSINDEX == 1) gl_FragColor = vec4(gl_PointCoord, 0.25, 1.0);
    else gl_FragColor = IMG_THIS_PIXEL(dots);
}
