// Light that can be worked with: not a number becomes black, and nothing is below 0 or above what half floats hold.
//
// The bits are asked, because a driver may assume that NaN does not happen and drop isnan() (IEEE 754: all
// exponent bits set and a fraction).
vec3 tame(vec3 light) {
    uvec3 bits = floatBitsToUint(light) & uvec3(0x7fffffffu);
    light = mix(light, vec3(0.0), greaterThan(bits, uvec3(0x7f800000u)));
    return clamp(light, vec3(0.0), vec3(60000.0));
}
