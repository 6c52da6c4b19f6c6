/*{"ISFVSN": "2"}*/
#line 7 9
#line 9
void main() { gl_FragColor = vec4(nope); }
