/*{"ISFVSN": "2", "DESCRIPTION": "Leans on conversions of GLSL 4.20, as some old files do."}*/
float half_of(float x) { if (x > 2.0) return 1; return 0.5 * x; }
void main() {
    uint whole = 1;
    gl_FragColor = vec4(half_of(isf_FragNormCoord.x), isf_FragNormCoord.y, float(whole) * fract(TIME), 1.0);
}
