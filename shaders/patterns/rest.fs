/*{
  "ISFVSN": "2",
  "DESCRIPTION": "Fallback scene: dark water with one slow, distant breath of light.",
  "CREDIT": "Photophore",
  "CATEGORIES": ["Pattern"],
  "INPUTS": [],
  "PHOTOPHORE": {"COLOR": "linear", "PHASES": {"breath": 11.0, "drift": 97.0}}
}*/
void main() {
    vec2 at = (isf_FragNormCoord - vec2(0.36 + 0.03 * sin(6.2831853 * drift), 0.42)) * vec2(RENDERSIZE.x / RENDERSIZE.y, 1.0);
    float swell = 0.5 - 0.5 * cos(6.2831853 * breath);
    float glow = (0.3 + 0.7 * swell) * exp(-dot(at, at) * 9.0);
    gl_FragColor = vec4(vec3(0.12, 0.38, 1.0) * glow * 0.05, 1.0);
}
