/*{
  "ISFVSN": "2",
  "DESCRIPTION": "A moving test picture for filters: a ramp of greys, colour patches, fine lines, a rotating hand, soft shapes.",
  "CREDIT": "Photophore",
  "CATEGORIES": ["generator", "pattern"],
  "INPUTS": [
    {"NAME": "speed", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 4.0}
  ]
}*/

// Display-encoded, as ordinary ISF is. Each part reveals one fault: the ramp shows banding, the lines show lost
// sharpness, the patches show wrong colours, the hand shows missed frames, the shapes show everything else.

float disc(vec2 p, vec2 centre, float radius) {
    return 1.0 - smoothstep(radius - 0.004, radius + 0.004, length(p - centre));
}

vec3 patch_colour(float index) {
    if (index < 1.0) return vec3(0.75, 0.15, 0.12);
    if (index < 2.0) return vec3(0.75, 0.62, 0.12);
    if (index < 3.0) return vec3(0.16, 0.62, 0.25);
    if (index < 4.0) return vec3(0.12, 0.55, 0.72);
    if (index < 5.0) return vec3(0.14, 0.22, 0.72);
    return vec3(0.60, 0.18, 0.62);
}

void main() {
    vec2 uv = isf_FragNormCoord;
    float wide = RENDERSIZE.x / RENDERSIZE.y;
    vec2 at = uv * vec2(wide, 1.0);
    float time = TIME * speed;
    vec3 colour = mix(vec3(0.10, 0.13, 0.17), vec3(0.32, 0.28, 0.26), uv.y);
    for (int i = 0; i < 5; i++) {
        float k = float(i);
        vec2 centre = vec2((0.2 + 0.15 * k) * wide + 0.1 * sin(0.31 * time * (1.0 + 0.27 * k) + k),
                           0.58 + 0.2 * cos(0.23 * time * (1.0 + 0.41 * k) + 2.0 * k));
        vec3 tint = 0.45 + 0.35 * cos(vec3(0.0, 2.1, 4.2) + 1.3 * k);
        colour = mix(colour, tint, 0.85 * disc(at, centre, 0.07 + 0.025 * k));
    }
    vec2 pivot = vec2(0.82 * wide, 0.62);
    float turn = 0.9 * time;
    vec2 along = vec2(sin(turn), cos(turn));
    vec2 away = at - pivot;
    float reach = dot(away, along);
    float width = abs(dot(away, vec2(along.y, -along.x)));
    colour = mix(colour, vec3(0.95), step(0.0, reach) * step(reach, 0.22) * (1.0 - smoothstep(0.004, 0.009, width)));
    if (uv.y < 0.10) colour = vec3(floor(uv.x * 256.0) / 255.0);
    else if (uv.y < 0.20) colour = patch_colour(uv.x * 6.0);
    else if (uv.y < 0.26) colour = vec3(step(0.5, fract(gl_FragCoord.x / (2.0 + 2.0 * floor(uv.x * 4.0)))) * 0.8);
    gl_FragColor = vec4(colour, 1.0);
}
