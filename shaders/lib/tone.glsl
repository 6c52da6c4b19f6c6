// Tone curve for light in darkness: scene-linear light in, display-linear light out, 1.0 = white.
//
// Of the AgX family: the primaries are moved a little towards grey before a sigmoid over log2 exposure and moved
// back after it, so that a saturated blue keeps its hue while its brightest cores whiten. The fit is original.
// A logistic sigmoid over log2 exposure, 1 / (1 + 2^(-n (log2 x - log2 s))), is the Hill (Naka-Rushton) function
// x^n / (x^n + s^n) in linear light, which needs one log2 and one exp2. Two conditions determine s and the scale:
//   0.18 stays 0.18, and 4.03 EV above it (x = 2.941) is white:  0.18 = top 0.18^n / (0.18^n + s^n),
//   1 = top 2.941^n / (2.941^n + s^n).  n = 1.3 gives s^n = 0.574779 and top = 1.141433.
// The lower end, 12.47 EV below 0.18, lies at 6e-6 of white and needs no term of its own.
// `installation.bench.look.tone` is the same function in numpy; a test compares the two.

const float TONE_SLOPE = 1.3;
const float TONE_HALF = 0.574779;
const float TONE_TOP = 1.141433;
const float TONE_INSET = 0.10;
const float TONE_OUTSET = 0.10;

vec3 tone(vec3 light) {
    light = max(light, vec3(0.0));
    light = mix(light, vec3(dot(light, vec3(1.0 / 3.0))), TONE_INSET);
    vec3 power = exp2(TONE_SLOPE * log2(max(light, vec3(1.0e-7))));
    vec3 shown = TONE_TOP * power / (power + TONE_HALF);
    vec3 grey = vec3(dot(shown, vec3(1.0 / 3.0)));
    return clamp(grey + (shown - grey) * (1.0 / (1.0 - TONE_OUTSET)), 0.0, 1.0);
}
