// Darkening around cuts, one texel per cell (installation/render/passes/soften.py): follows the cuts of the
// guard's last frame, weighted by the fraction of the cell that is cut, and releases slowly.

uniform sampler2D cuts;         // of the guard's pass 1
uniform sampler2D dimmed;       // green: 1 if pixels are held
uniform sampler2D envelope;     // the last frame's
uniform sampler2D shown;        // factor applied to the last frame's picture
uniform float follow;           // fraction of the way down in this frame
uniform float release;          // way up in this frame
uniform float fresh;            // 1 on the first frame
out float left;

void main() {
    ivec2 here = ivec2(gl_FragCoord.xy);
    vec4 cell = texelFetch(cuts, here, 0);
    vec2 cut = texelFetch(dimmed, ivec2(0), 0).y > 0.5 ? cell.yw : cell.xz;
    ivec2 inside = min(SIZE - here * CELL, ivec2(CELL));
    float share = cut.x / float(inside.x * inside.y);
    float was = fresh > 0.5 ? 1.0 : texelFetch(envelope, here, 0).x;
    float before = fresh > 0.5 ? 1.0 : texelFetch(shown, here, 0).x;
    float wanted = share > 0.0 ? before * (1.0 - share * (1.0 - cut.y)) : 1.0;
    left = wanted < was ? mix(was, wanted, follow) : min(wanted, was + release);
}
