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

// One flat colour: the mean of what lived there, under a white light of `white` (scene light).
vec3 flat_colour(int k, float white) {
    vec3 mean = texelFetch(means, ivec2(k, 0), 0).rgb;
    float level = dot(mean, vec3(0.2126, 0.7152, 0.0722));
    float rank = level / (level + 0.010);
    vec3 hue = mean / max(max(mean.r, max(mean.g, mean.b)), 1.0e-4);
    return 0.6 * mean + white * (0.39 + 1.7 * rank) * mix(LIGHT_W, hue, 0.50);
}

// Where a body shelters what lives: 0.5 m at 2.25 m per H, its edge ragged but sharp. With more than four people
// shelters shrink, down to what one body covers, so that the wall is still the wall.
float shelter(vec2 at, float distance, float reach) {
    float crowd = max(people_summary().y, 1.0);
    float far = reach * clamp(sqrt(4.0 / crowd), 0.30, 1.0) + 0.030 * (texture(grain, at * 0.75).y - 0.5)
              + 0.012 * (texture(grain, at * 0.6).z - 0.5);
    float pixel = 1.0 / RENDERSIZE.y;
    return clamp((far - distance) / (2.0 * pixel) + 0.5, 0.0, 1.0);
}
