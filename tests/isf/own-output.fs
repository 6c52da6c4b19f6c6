/*{"ISFVSN": "2", "DESCRIPTION": "Modern GLSL: a version, an extension and an output of its own."}*/
#version 330
#extension GL_ARB_shading_language_packing : enable
layout(location = 0) out vec4 colour;
void main() {
    if (isf_FragNormCoord.x > 2.0) return;
    colour = vec4(isf_FragNormCoord, fract(TIME), 1.0);
}
