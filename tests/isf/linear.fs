/*{"ISFVSN": "2", "DESCRIPTION": "Scene light beyond white.", "PHOTOPHORE": {"COLOR": "linear"}}*/
void main() {
    gl_FragColor = vec4(30.0 * isf_FragNormCoord.x, 1.0e6, fract(TIME), 1.0);
}
