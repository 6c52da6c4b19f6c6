// Replaces NaN by 0 and infinity by the largest half float, so that one bad pixel cannot
// spread. Tests the bits (IEEE 754: all exponent bits set), because drivers may optimise isnan() away.
vec4 finite(vec4 c) {
    uvec4 bits = floatBitsToUint(c);
    bvec4 wild = equal(bits & uvec4(0x7f800000u), uvec4(0x7f800000u));
    bvec4 nan = notEqual(bits & uvec4(0x007fffffu), uvec4(0u));
    for (int i = 0; i < 4; i++) {
        if (wild[i]) { c[i] = nan[i] ? 0.0 : ((bits[i] >> 31) == 0u ? 65504.0 : -65504.0); }
    }
    return clamp(c, vec4(-65504.0), vec4(65504.0));
}
