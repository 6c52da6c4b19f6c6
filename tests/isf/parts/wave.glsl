#include "ramp.glsl"
float wave(float x) { return ramp(0.5 + 0.5 * sin(x * 6.2831853)); }
