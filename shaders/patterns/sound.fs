/*{
    "ISFVSN": "2",
    "DESCRIPTION": "Sound: the spectrum as bars from the left (low) to the right, above it the wave of each channel. A start for shaders that hear.",
    "CATEGORIES": ["Pattern", "Audio"],
    "INPUTS": [
        {"NAME": "wave", "TYPE": "audio", "LABEL": "Wave"},
        {"NAME": "spectrum", "TYPE": "audioFFT", "LABEL": "Spectrum"},
        {"NAME": "bars", "TYPE": "float", "LABEL": "Bars", "DEFAULT": 48.0, "MIN": 4.0, "MAX": 128.0},
        {"NAME": "gain", "TYPE": "float", "LABEL": "Gain of the wave", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 8.0}
    ]
}*/

// Bars have equal widths on a scale of pitch: nine octaves from 1/512 of the spectrum to all of it.
float bar(float at) {
    float low = exp2(9.0 * (floor(at * bars) / bars - 1.0));
    float high = exp2(9.0 * ((floor(at * bars) + 1.0) / bars - 1.0));
    float most = 0.0;
    for (int i = 0; i < 8; i++) {
        most = max(most, IMG_NORM_PIXEL(spectrum, vec2(mix(low, high, (float(i) + 0.5) / 8.0), 0.5)).r);
    }
    return most;
}

float trace(vec2 at, float row, float width) {
    float value = 0.5 + gain * (IMG_NORM_PIXEL(wave, vec2(at.x, row)).r - 0.5);
    float before = 0.5 + gain * (IMG_NORM_PIXEL(wave, vec2(at.x - width, row)).r - 0.5);
    float thin = 2.5 / RENDERSIZE.y;
    float low = min(value, before) - thin, high = max(value, before) + thin;
    return smoothstep(low - thin, low + thin, at.y) * (1.0 - smoothstep(high - thin, high + thin, at.y));
}

void main() {
    vec2 at = isf_FragNormCoord;
    vec3 colour = vec3(0.006, 0.010, 0.016);
    if (at.y < 0.6) {
        float height = 0.6 * bar(at.x);
        float inside = smoothstep(0.06, 0.12, fract(at.x * bars)) * (1.0 - smoothstep(0.88, 0.94, fract(at.x * bars)));
        float lit = inside * (1.0 - smoothstep(height - 0.004, height + 0.004, at.y)) * step(0.001, height);
        colour += lit * mix(vec3(0.05, 0.35, 0.55), vec3(0.45, 0.85, 0.75), at.y / 0.6);
    } else {
        float channels = IMG_SIZE(wave).y;
        float number = min(floor((1.0 - at.y) / 0.4 * channels), channels - 1.0);
        vec2 within = vec2(at.x, fract((1.0 - at.y) / 0.4 * channels));
        within.y = 1.0 - within.y;
        float lit = trace(within, (number + 0.5) / channels, 1.0 / RENDERSIZE.x);
        colour += lit * vec3(0.55, 0.85, 0.60);
    }
    gl_FragColor = vec4(colour, 1.0);
}
