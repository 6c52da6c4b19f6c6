// Pass 5: the picture that may be shown, and each pixel's state after it.

uniform sampler2D picture;
uniform sampler2D state;
uniform sampler2D dimmed;
uniform float dt;

layout(location = 0) out vec4 colour;
layout(location = 1) out vec2 stateOut;

void main() {
    ivec2 at = ivec2(gl_FragCoord.xy);
    vec3 c = scrub(texelFetch(picture, at, 0).rgb);
    vec2 s = texelFetch(state, at, 0).xy;
    float luminance = dot(c, WEIGHTS);
    float light = min(luminance, capOf(s, dt)) * texelFetch(dimmed, ivec2(0), 0).x;

    // The red limit keeps the luminance: what is moved from red to green and blue is scaled back.
    float excess = max(c.r - RED * (c.r + c.g + c.b), 0.0);
    c += excess * vec3(-1.0, 0.5, 0.5);
    float after = luminance + excess * dot(WEIGHTS, vec3(-1.0, 0.5, 0.5));
    colour = vec4(luminance > 0.0 ? c * (light / after) : vec3(0.0), 1.0);

    float rest = max(s.y - dt, -1.0);
    float level;
    if (s.x < 0.0) {
        level = light < -s.x - STEP ? light : min(s.x, -light);
    } else if (light > s.x + STEP) {
        level = -light;
        rest = REFRACTORY;
    } else {
        level = min(s.x, light);
    }
    stateOut = vec2(level, rest);
}
