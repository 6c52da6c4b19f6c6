/*{"ISFVSN": "2", "DESCRIPTION": "Includes: beside the file, nested, twice, and from the library."}*/
#include "parts/wave.glsl"
#include "parts/ramp.glsl"
#include "finite.glsl"
/* #include "parts/missing.glsl" */
void main() {
    gl_FragColor = finite(vec4(wave(isf_FragNormCoord.x + TIME), ramp(isf_FragNormCoord.y), 0.0, 1.0));
}
