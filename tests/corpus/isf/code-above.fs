#version 120
#define A 1.0
/*{"INPUTS": [{"NAME": "x", "TYPE": "float"}]}*/
void main() { gl_FragColor = vec4(A * x); }
