/*{
    "ISFVSN": "2",
    "DESCRIPTION": "Counts frames in a float buffer, beyond 1 and below 0.",
    "PASSES": [{"TARGET": "count", "PERSISTENT": true, "FLOAT": true, "WIDTH": "1", "HEIGHT": "1"}, {}]
}*/
void main() {
    vec4 last = IMG_NORM_PIXEL(count, vec2(0.5));
    if (PASSINDEX == 0) gl_FragColor = last + vec4(1.0, -1.0, 100000.0, 1.0);
    else gl_FragColor = vec4(last.r / 8.0, -last.g / 8.0, last.b / 800000.0, 1.0);
}
