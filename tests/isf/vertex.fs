/*{"ISFVSN": "2", "DESCRIPTION": "A vertex shader that moves the corners and passes a value on."}*/
#if __VERSION__ <= 120
varying vec2 half_way;
#else
in vec2 half_way;
#endif
void main() {
    gl_FragColor = vec4(half_way, 1.0, 1.0);
}
