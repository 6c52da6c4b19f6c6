/*{"ISFVSN": "2", "DESCRIPTION": "The date, the time since the last frame, and the frame's number."}*/
void main() {
    if (isf_FragNormCoord.x < 0.5) gl_FragColor = DATE / vec4(4096.0, 16.0, 32.0, 86400.0);
    else gl_FragColor = vec4(TIMEDELTA, float(FRAMEINDEX) / 16.0, TIME / 16.0, 1.0);
}
