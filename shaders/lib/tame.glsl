// Clamps light to valid values: NaN becomes black, and the rest is clamped to 0 and the largest half float.
//
// The bits are tested, because a driver may assume that NaN does not occur and drop isnan() (IEEE 754: all
// exponent bits set and a fraction).
vec3 tame(vec3 light) {
    uvec3 bits = floatBitsToUint(light) & uvec3(0x7fffffffu);
    light = mix(light, vec3(0.0), greaterThan(bits, uvec3(0x7f800000u)));
    return clamp(light, vec3(0.0), vec3(60000.0));
}
