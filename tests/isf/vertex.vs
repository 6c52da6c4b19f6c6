#if __VERSION__ <= 120
varying vec2 half_way;
#else
out vec2 half_way;
#endif
void main() {
    isf_vertShaderInit();
    half_way = isf_FragNormCoord * 0.5;
    gl_Position.x *= 0.5 + 0.1 * sin(TIME);
}
