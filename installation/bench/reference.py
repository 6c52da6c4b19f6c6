"""The two fragment shaders that every picture benchmark measures against, and a bench of the pair.

SIMPLE is three sines. HEAVY is value-noise fbm of five octaves, warped twice: a plain, honest load of
arithmetic, such as a scene has: about six times SIMPLE, the relation of the figures from which the goals were
set. "One heavy pass" in a goal is HEAVY drawn once over an rgba16f target.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from installation.bench import Row, interleave

if TYPE_CHECKING:
    from installation.render.gl.context import Context
    from installation.render.gl.draw import FullScreen

__all__ = ["HEAVY", "SIMPLE", "heavy_pass", "run", "simple_pass"]

SIMPLE = """#version 330 core
in vec2 uv;
out vec4 colour;
uniform float time;
void main() {
    vec3 wave = sin(vec3(uv.x * 9.0 + time, uv.y * 7.0 - time, (uv.x + uv.y) * 5.0 + 0.7 * time));
    colour = vec4(0.5 + 0.5 * wave, 1.0);
}
"""

HEAVY = """#version 330 core
in vec2 uv;
out vec4 colour;
uniform float time;
float hash(vec2 p) {
    vec3 q = fract(vec3(p.xyx) * 0.1031);
    q += dot(q, q.yzx + 33.33);
    return fract((q.x + q.y) * q.z);
}
float noise(vec2 p) {
    vec2 cell = floor(p);
    vec2 f = p - cell;
    vec2 w = f * f * (3.0 - 2.0 * f);
    float low = mix(hash(cell), hash(cell + vec2(1.0, 0.0)), w.x);
    float high = mix(hash(cell + vec2(0.0, 1.0)), hash(cell + vec2(1.0, 1.0)), w.x);
    return mix(low, high, w.y);
}
float fbm(vec2 p) {
    float sum = 0.0;
    float weight = 0.5;
    for (int octave = 0; octave < 5; octave++) {
        sum += weight * noise(p);
        p = p * 2.03 + vec2(17.1, 9.2);
        weight *= 0.5;
    }
    return sum;
}
void main() {
    vec2 p = uv * 6.0;
    vec2 first = vec2(fbm(p + 0.1 * time), fbm(p + vec2(5.3, 1.9)));
    float second = fbm(p + 2.0 * first);
    float value = fbm(p + 2.0 * vec2(-second, second));
    colour = vec4(value * first, value * second, 1.0);
}
"""


def simple_pass(context: "Context") -> "FullScreen":
    """SIMPLE, compiled; its only uniform is ``time`` in seconds."""
    from installation.render.gl.draw import FullScreen

    return FullScreen(context, SIMPLE, "simple")


def heavy_pass(context: "Context") -> "FullScreen":
    """HEAVY, compiled; its only uniform is ``time`` in seconds."""
    from installation.render.gl.draw import FullScreen

    return FullScreen(context, HEAVY, "heavy")


def run() -> Sequence[Row]:
    """How much heavier HEAVY is than SIMPLE here: if this ratio is odd, so are the others."""
    from installation.render.gl.context import Context
    from installation.render.gl.target import Target
    from installation.render.gl.wait import finish

    context = Context.create((64, 64))
    target = Target(context, (1280, 720))
    passes = (simple_pass(context), heavy_pass(context))

    def job(index: int) -> None:
        passes[index].draw(target.framebuffer, values={"time": 1.0})
        finish(context)

    simple, heavy = interleave([lambda: job(0), lambda: job(1)])
    ratio = heavy / simple
    context.release()
    return [
        Row(
            name="reference: one heavy pass against one simple pass, 1280x720",
            ours=heavy * 1e3,
            peer=simple * 1e3,
            floor=None,
            unit="CPU ms",
            peer_name="SIMPLE",
            ratio=ratio,
            goal="4..9 (a plausible machine)",
            met=4.0 <= ratio <= 9.0,
        )
    ]
