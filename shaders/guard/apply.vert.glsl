// Pass 5, vertices: one triangle over the whole target, which also fetches g and the hold once instead of at every pixel.

uniform sampler2D dimmed;
out vec2 uv;
flat out vec2 dim;

void main() {
    uv = vec2((gl_VertexID & 1) * 2, (gl_VertexID >> 1) * 2);
    gl_Position = vec4(uv * 2.0 - 1.0, 0.0, 1.0);
    dim = texelFetch(dimmed, ivec2(0), 0).xy;
}
