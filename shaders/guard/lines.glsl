// Some rows and columns of the picture, for stripe detection (installation/safety/picture/patterns.py): one line
// of the target for each, rows first. Outside the picture it is 0.

uniform sampler2D picture;
uniform int places[2 * LINES];
out float luminance;

void main() {
    ivec2 here = ivec2(gl_FragCoord.xy);
    ivec2 at = here.y < LINES ? ivec2(here.x, places[here.y]) : ivec2(places[here.y], here.x);
    bool outside = at.x >= SIZE.x || at.y >= SIZE.y;
    vec3 c = scrub(texelFetch(picture, min(at, SIZE - 1), 0).rgb);
    luminance = outside ? 0.0 : dot(c, WEIGHTS);
}
