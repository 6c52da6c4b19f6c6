/*{
  "ISFVSN": "2",
  "DESCRIPTION": "Ink drops of dark: black spreads from a few uneven places and from who stands there, and the new scene wakes where it is darkest longest.",
  "CREDIT": "Photophore",
  "CATEGORIES": ["transition"],
  "PHOTOPHORE": {"COLOR": "linear", "READS": ["bodies", "water"]},
  "INPUTS": [
    {"NAME": "startImage", "TYPE": "image"},
    {"NAME": "endImage", "TYPE": "image"},
    {"NAME": "progress", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1.0}
  ]
}*/

#include "lib/noise.glsl"

void main() {
    vec2 uv = isf_FragNormCoord;
    float wide = RENDERSIZE.x / RENDERSIZE.y;
    vec2 at = uv * vec2(wide, 1.0);
    vec2 bent = at + 0.16 * (vec2(bumps(at * 3.0, 311), bumps(at * 3.0, 312)) - 0.5)
              + 0.06 * (vec2(bumps(at * 9.0, 313), bumps(at * 9.0, 314)) - 0.5);
    // The water bends it, and it spreads from the people in the room too, if there are any.
    bent -= 0.25 * progress * clamp(texture(water, uv).xy, -0.4, 0.4);
    vec4 body = texture(bodies, clamp(bent / vec2(wide, 1.0), 0.0, 1.0));
    float nearest = body.x < 8.0 ? max(body.x, 0.0) + 0.06 : 9.0;
    for (int drop = 0; drop < 7; drop++) {
        vec2 centre = vec2(wide * chance(drop, 315), chance(drop, 316));
        nearest = min(nearest, length(bent - centre) + 0.35 * chance(drop, 317));
    }
    float old = smoothstep(0.0, 0.10, nearest + 0.12 - 1.15 * progress);
    float fresh = smoothstep(0.0, 0.16, 1.5 * (progress - 0.30) - nearest);
    fresh = progress >= 1.0 ? 1.0 : fresh;
    gl_FragColor = vec4(IMG_NORM_PIXEL(startImage, uv).rgb * old + IMG_NORM_PIXEL(endImage, uv).rgb * fresh, 1.0);
}
