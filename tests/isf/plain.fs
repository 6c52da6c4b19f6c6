/*{"ISFVSN": "2", "DESCRIPTION": "One pass, no inputs.", "CREDIT": "Photophore", "CATEGORIES": ["Test"]}*/
void main() {
    gl_FragColor = vec4(isf_FragNormCoord, 0.5 + 0.5 * sin(TIME * 20.0), 1.0);
}
