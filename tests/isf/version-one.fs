/*{
    "DESCRIPTION": "ISF 1: persistent buffers apart from the passes, old names, old functions.",
    "PERSISTENT_BUFFERS": {"memory": {"WIDTH": "$WIDTH / 2", "HEIGHT": "$HEIGHT / 2"}},
    "PASSES": [{"TARGET": "memory"}, {}]
}*/
void main() {
    vec4 last = texture2D(memory, vv_FragNormCoord);
    if (PASSINDEX == 0) gl_FragColor = vec4(last.r + 0.125, vv_FragNormCoord, 1.0);
    else gl_FragData[0] = last;
}
