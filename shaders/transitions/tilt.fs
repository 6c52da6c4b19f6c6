/*{
  "ISFVSN": "2",
  "DESCRIPTION": "Tilt: what has much light rises, what has little sinks, and the new scene comes in above and below.",
  "CREDIT": "Photophore",
  "CATEGORIES": ["transition"],
  "PHOTOPHORE": {"COLOR": "linear"},
  "INPUTS": [
    {"NAME": "startImage", "TYPE": "image"},
    {"NAME": "endImage", "TYPE": "image"},
    {"NAME": "progress", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1.0}
  ]
}*/

#include "lib/noise.glsl"

const vec3 SEEN = vec3(0.2126, 0.7152, 0.0722);   // IEC 61966-2-1

// Light of the old scene around a place, as its compressed mean over about a tenth of the height: 0 poor, 1 rich.
float riches(vec2 uv, float wide) {
    float sum = 0.0;
    for (int i = 0; i < 12; i++) {
        float turn = 2.4 * float(i), far = 0.075 * sqrt((float(i) + 0.5) / 12.0);
        sum += dot(IMG_NORM_PIXEL(startImage, uv + far * vec2(cos(turn) / wide, sin(turn))).rgb, SEEN);
    }
    return smoothstep(0.06, 0.35, sqrt(sum / 12.0));
}

void main() {
    vec2 uv = isf_FragNormCoord;
    float wide = RENDERSIZE.x / RENDERSIZE.y;
    vec2 at = uv * vec2(wide, 1.0);
    // Slow at first, then away: heights moved so far. A place looks up where its light came from, twice, since that
    // depends on how rich the place is that it came from.
    float sunk = progress * progress * 0.40;
    float ragged = bumps(at * vec2(5.0, 1.2), 341);
    float lift = mix(-0.7, 1.0, riches(uv, wide));
    vec2 from = uv - vec2(0.0, sunk * lift * (0.6 + 0.8 * ragged));
    lift = mix(-0.7, 1.0, riches(from, wide));
    from = uv - vec2(0.0, sunk * lift * (0.6 + 0.8 * ragged));
    float inside = smoothstep(-0.02, 0.03, from.y) * smoothstep(-0.02, 0.03, 1.0 - from.y);
    // What moves dims at once (moving light stays within 0.06 of its surroundings), then goes out place by place.
    float dim = mix(1.0, 0.22, smoothstep(0.0, 0.30, progress));
    float leaves = 0.35 + 0.5 * bumps(at * 4.0, 342);
    float old = dim * mix(1.0, inside, smoothstep(0.0, 0.05, progress))
              * (1.0 - smoothstep(leaves, leaves + 0.15, progress));
    // The new scene: its ceiling first, its floor next, the starved middle last.
    float edge = min(1.0 - uv.y, 0.28 + uv.y) + 0.22 * (bumps(at * 3.1, 343) - 0.5) + 0.10 * (bumps(at * 9.0, 344) - 0.5);
    float fresh = smoothstep(0.0, 0.14, 1.25 * (progress - 0.30) - edge);
    fresh = progress >= 1.0 ? 1.0 : fresh;
    gl_FragColor = vec4(IMG_NORM_PIXEL(startImage, from).rgb * old + IMG_NORM_PIXEL(endImage, uv).rgb * fresh, 1.0);
}
