// Pass 5: the picture that may be shown, and each pixel's state after it.

in vec2 uv;
flat in vec2 dim;   // g, 1 if held

uniform sampler2D picture;
uniform usampler2D state;
uniform float fresh;    // 1 on the first frame after a start
uniform float ticks;    // time that has passed
uniform float ramp;     // what the start leaves of the light

layout(location = 0) out vec4 colour;
layout(location = 1) out uvec2 stateOut;

void main() {
    vec3 c = scrub(textureLod(picture, uv, 0.0).rgb);
#ifdef LOWERED
    c = lower(c, ivec2(gl_FragCoord.xy) / CELL);
#endif
    vec4 s = unpack(textureLod(state, uv, 0.0).xy, fresh);
    float luminance = dot(c, WEIGHTS);
    float light = clearOf(min(luminance * ramp, capOf(s, ticks)), s);
    if (dim.y > 0.5) {
        light = min(light, heldCapOf(s));
    }
    light *= dim.x;

    // The red limit keeps the luminance: what is moved from red to green and blue is scaled back.
    float excess = max(c.r - RED * (c.r + c.g + c.b), 0.0);
    c += excess * MOVED;
    float after = luminance + excess * dot(WEIGHTS, MOVED);
    colour = vec4(c * (light / max(after, 1.0e-30)), 1.0);

    // Both directions are one rule when the light carries the sign of the level, which is negative while
    // rising: then it turns when it is more than STEP above, and goes further when it is below.
    float signedLight = s.x < 0.0 ? -light : light;
    float further = signedLight < s.x - ROUNDING ? signedLight : s.x;
    float level = signedLight > s.x + STEP ? -signedLight : further;
    // A rising level that is new, the first or a higher one, gives the whole rest time.
    float rest = level < min(s.x, 0.0) ? REST : max(s.y - ticks, 0.0);

    float above = light + COUNTED;
    float below = clamp(light - COUNTED, CLEAR, DARKER);
    bool marked = marks(light, s);
    float awaited = marked ? -s.w : s.w;
    float turned = awaited < 0.0 ? below : above;
    float follows = awaited < 0.0 ? max(s.z, below) : min(s.z, above);
    stateOut = pack(vec4(level, rest, marked ? turned : follows, awaited));
}
