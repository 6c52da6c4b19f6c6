/*{
    "ISFVSN": "2",
    "DESCRIPTION": "Every input that is a number.",
    "INPUTS": [
        {"NAME": "level", "TYPE": "float", "LABEL": "Level", "DEFAULT": 0.25, "MIN": 0.0, "MAX": 2.0, "IDENTITY": 1.0},
        {"NAME": "lit", "TYPE": "bool", "DEFAULT": true},
        {"NAME": "mode", "TYPE": "long", "VALUES": [0, 2, 4], "LABELS": ["off", "half", "full"], "DEFAULT": 2},
        {"NAME": "count", "TYPE": "long", "MIN": 1, "MAX": 9, "DEFAULT": 3},
        {"NAME": "place", "TYPE": "point2D", "DEFAULT": [0.25, 0.75], "MIN": [0, 0], "MAX": [1, 1]},
        {"NAME": "tint", "TYPE": "color", "DEFAULT": [0.1, 0.2, 0.3, 1.0]},
        {"NAME": "hit", "TYPE": "event"}
    ]
}*/
void main() {
    vec2 at = isf_FragNormCoord;
    if (at.y > 0.5) gl_FragColor = at.x > 0.5 ? tint : vec4(place, hit ? 1.0 : 0.0, 1.0);
    else gl_FragColor = vec4(level, lit ? 1.0 : 0.0, float(mode) / 4.0, float(count) / 9.0);
}
