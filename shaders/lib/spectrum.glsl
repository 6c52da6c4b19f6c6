// Colour addressed by wavelength: a 1-D table from 440 to 600 nm in linear sRGB, largest channel 1.
//
// The anchors are the palette of the piece; between them the table is linear. Hues move along the spectrum and
// never by turning RGB. Blue to green carry 12 % white; the two ends that malfunction uses (445 and 555) carry none.

const vec3 LIGHT_B = vec3(0.12, 0.38, 1.00);   // 475 nm: single flashes, floor, threads
const vec3 LIGHT_C = vec3(0.12, 0.87, 1.00);   // 490 nm: flash cores, canopy, pivot of all hue motion
const vec3 LIGHT_G = vec3(0.12, 1.00, 0.60);   // 508 nm: hubs, growth, repair
const vec3 LIGHT_M = vec3(0.45, 1.00, 0.88);   // milky: the glow of a quorum only
const vec3 LIGHT_V = vec3(0.15, 0.00, 1.00);   // 445 nm: malfunction only
const vec3 LIGHT_L = vec3(0.29, 1.00, 0.00);   // 555 nm: malfunction only
const vec3 LIGHT_A = vec3(1.00, 0.42, 0.05);   // amber: a human voice
const vec3 LIGHT_W = vec3(0.90, 0.97, 1.00);   // white: critics only

// Linear sRGB of light of this wavelength in nanometres; clamped outside 440..600.
vec3 spectrum(float nanometres) {
    float w = clamp(nanometres, 440.0, 600.0);
    if (w < 445.0) return mix(vec3(0.19, 0.00, 1.00), LIGHT_V, (w - 440.0) / 5.0);
    if (w < 475.0) return mix(LIGHT_V, LIGHT_B, (w - 445.0) / 30.0);
    if (w < 490.0) return mix(LIGHT_B, LIGHT_C, (w - 475.0) / 15.0);
    if (w < 508.0) return mix(LIGHT_C, LIGHT_G, (w - 490.0) / 18.0);
    if (w < 555.0) return mix(LIGHT_G, LIGHT_L, (w - 508.0) / 47.0);
    if (w < 580.0) return mix(LIGHT_L, vec3(1.00, 0.78, 0.00), (w - 555.0) / 25.0);
    return mix(vec3(1.00, 0.78, 0.00), LIGHT_A, (w - 580.0) / 20.0);
}

// Transmission of light through `metres` of clear water: red goes first, blue last (R 0.34, G 0.065, B 0.02 per metre).
vec3 through_water(vec3 light, float metres) {
    return light * exp(-metres * vec3(0.34, 0.065, 0.02));
}
