// Vertices of passes drawn only in a calm frame (calms = 1), only in any other (0), or always (2): one triangle over
// the whole target, or none. Deciding this on the GPU avoids a readback.

uniform sampler2D calm;
uniform float calms;
out vec2 uv;
flat out vec4 anyBall;

void main() {
    vec4 said = texelFetch(calm, ivec2(0), 0);
    bool drawn = calms > 1.5 || (said.w == 1.0) == (calms > 0.5);
    uv = vec2((gl_VertexID & 1) * 2, (gl_VertexID >> 1) * 2);
    gl_Position = drawn ? vec4(uv * 2.0 - 1.0, 0.0, 1.0) : vec4(2.0, 2.0, 2.0, 1.0);
    anyBall = calms < 1.5 && said.w == 2.0 ? vec4(said.xy, ACROSS * 0.5, 0.0) : vec4(-1.0);
}
