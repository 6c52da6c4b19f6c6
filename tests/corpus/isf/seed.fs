/*{"INPUTS": [{"NAME": "seed", "TYPE": "long", "MAX": 4294967295, "DEFAULT": 4294967295},
{"NAME": "k", "TYPE": "float", "MAX": 1e39, "DEFAULT": 3e38}, {"NAME": "n", "TYPE": "long", "VALUES": [1e300]}]}*/
void main() { gl_FragColor = vec4(float(seed) * k); }
