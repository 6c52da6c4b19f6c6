/*{
    "ISFVSN": "2",
    "DESCRIPTION": "Phases that are exact after years.",
    "PHOTOPHORE": {"PHASES": {"breath": 12.0, "tide": 44712.0}}
}*/
void main() {
    gl_FragColor = vec4(breath, tide, isf_FragNormCoord.x, 1.0);
}
