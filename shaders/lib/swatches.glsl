// The map as a committee would draw it: eleven rectangles, made by nested straight cuts, with the territories' areas and
// about their places. Needs lib/territories.glsl. 0..1 of a landscape frame; portrait turns it by a quarter, as the map.

// x0, y0, x1, y1; chosen from 120,000 nested cuts by distance to the territories' centroids.
const vec4 SWATCH[11] = vec4[11](
    vec4(0.0000, 0.1321, 0.5300, 0.6981), vec4(0.5300, 0.4857, 0.8800, 1.0000), vec4(0.5300, 0.0000, 0.8800, 0.3714),
    vec4(0.0000, 0.6981, 0.3313, 1.0000), vec4(0.8800, 0.0000, 1.0000, 0.6667), vec4(0.3313, 0.6981, 0.5300, 1.0000),
    vec4(0.0000, 0.0000, 0.3786, 0.1321), vec4(0.8800, 0.6667, 1.0000, 1.0000), vec4(0.5300, 0.3714, 0.7925, 0.4857),
    vec4(0.3786, 0.0000, 0.5300, 0.1321), vec4(0.7925, 0.3714, 0.8800, 0.4857));

// Whose swatch a pixel lies in, -1 in a gap. Cuts lie on whole pixels; a gap is 0.004 H, at least two pixels.
int swatch_at(vec2 pixel, vec2 size) {
    float gap = max(1.0, floor(0.002 * size.y + 0.5));
    int found = -1;
    for (int k = 0; k < TERRITORIES; k++) {
        vec4 r = SWATCH[k];
        if (size.x < size.y) r = vec4(1.0 - r.w, r.x, 1.0 - r.y, r.z);
        vec2 low = floor(r.xy * size + 0.5), high = floor(r.zw * size + 0.5);
        low += step(0.5, low) * gap;
        high -= step(high, size - 0.5) * gap;
        if (pixel.x > low.x && pixel.y > low.y && pixel.x < high.x && pixel.y < high.y) found = k;
    }
    return found;
}

// Mean light of territory k in the living picture `seen`, over 4 s. w counts what it rests on.
vec4 mean_of(int k, vec4 was) {
    vec3 sum = vec3(0.0);
    float count = 0.0;
    vec2 shift = vec2(chance(FRAMEINDEX, 951), chance(FRAMEINDEX, 952));
    for (int y = 0; y < (k < TERRITORIES ? 14 : 0); y++) {
        for (int x = 0; x < 25; x++) {
            vec2 uv = (vec2(x, y) + shift) / vec2(25.0, 14.0);
            float own = step(abs(owner(uv).x - float(k)), 0.5);
            sum += own * min(texture(seen, uv).rgb, vec3(1.0));
            count += own;
        }
    }
    if (count < 0.5) return was;
    // The first second settles fast: a swatch is there before anybody looks at it.
    float pace = was.w < 1.0 ? max(0.25, toward(4.0)) : toward(4.0);
    return vec4(mix(was.rgb, sum / count, pace), min(was.w + step_time(), 9.0));
}

// Scene light of a white wash that is shown at `luminance` of the projector's white (the tone curve, backwards).
float white_light(float luminance) { return pow(0.574779 * luminance / (1.141433 - luminance), 1.0 / 1.3); }

// One flat colour: about what lived there, judged: who is rich is bleached, who is poor keeps a dull tint. Under a white
// light of `white` (scene light); weighted with the areas, the eleven have about that light together.
vec3 flat_colour(int k, float white) {
    vec3 mean = texelFetch(means, ivec2(k, 0), 0).rgb;
    float rich = caste(k).y, own = chance(k, 964);
    vec3 tint = mix(LIGHT_W, hue_light(490.0 + 1.4 * (TERRITORY_HUE[k] + off_by - 490.0)), mix(0.70, 0.12, rich) - 0.35 * own * (1.0 - rich));
    tint /= dot(tint, vec3(0.2126, 0.7152, 0.0722));
    return 0.3 * mean + white * (0.42 + 0.62 * own + 1.25 * rich) * tint;
}

// How far a body shelters what lives: 0.5 m at 2.25 m per H for one visitor, less in a crowd, so that the wall stays the
// wall: 0.10 H for six, 0.05 H for forty.
float shelter_reach() { return 0.21 * pow(clamp(people_summary().y, 1.0, 40.0), -0.40); }

// Whether a place is sheltered, 0 or 1. The edge is where paint comes off: ragged, with crumbs of paint inside it and holes
// outside.
float shelter(vec2 at, float distance, float reach) {
    float far = reach * (1.0 + 0.55 * (texture(grain, at * 0.75).y - 0.5) + 0.5 * (texture(grain, at * 0.9).z - 0.5));
    float pixel = 1.0 / RENDERSIZE.y, holes = 0.0;
    for (int n = 0; n < (abs(distance - far) < 0.035 ? 1 : 0); n++) holes = grains(at, 0.016, 971);
    far += 0.07 * holes * (lattice(ivec2(floor(at * 90.0)), 977) < 0.5 ? -1.0 : 1.0);
    return clamp((far - distance) / (2.0 * pixel) + 0.5, 0.0, 1.0);
}

// What lives under a shelter: the map that went on meanwhile, and growth that has gathered round the body: grains of dust
// of the place, brighter towards the body, and a moss at its outline.
vec3 sheltered(vec2 uv, vec3 alive, float distance, float left, float reach) {
    vec4 own = texture(soil, uv);
    float dust = floor(own.y) / 31.0, near = 1.0 - clamp(distance / reach, 0.0, 1.0);
    float moss = exp(-max(distance, 0.0) / 0.016) * smoothstep(0.35, 0.75, texture(grain, uv * vec2(wide(), 1.0) * 2.9).z);
    float open = max(left, 0.0);
    int k = clamp(int(own.w) - 1, 0, TERRITORIES - 1);
    // A body that walks takes little light along (rule 9); around one that has settled it gathers.
    float settled = texture(bodies, uv).y;
    return 1.8 * alive + open * ((0.16 + 0.70 * settled) * dust * near * near * hue_light(TERRITORY_HUE[k] + off_by)
                                 + (0.07 + 0.32 * settled) * moss * LIGHT_G);
}
