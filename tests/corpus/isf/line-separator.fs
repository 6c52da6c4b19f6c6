/*{"CREDIT": "a b"}*/
// one line
#include "none.glsl"
void main() {}
