// Pass 6, vertices: as calm.vert.glsl, which also fetches g and the hold once instead of at every pixel.

uniform sampler2D dimmed;
uniform sampler2D calm;
uniform float calms;
out vec2 uv;
flat out vec2 dim;
flat out vec4 anyBall;

void main() {
    vec4 said = texelFetch(calm, ivec2(0), 0);
    bool drawn = (said.w == 1.0) == (calms > 0.5);
    uv = vec2((gl_VertexID & 1) * 2, (gl_VertexID >> 1) * 2);
    gl_Position = drawn ? vec4(uv * 2.0 - 1.0, 0.0, 1.0) : vec4(2.0, 2.0, 2.0, 1.0);
    anyBall = said.w == 2.0 ? vec4(said.xy, ACROSS * 0.5, 0.0) : vec4(-1.0);
    dim = texelFetch(dimmed, ivec2(0), 0).xy;
}
