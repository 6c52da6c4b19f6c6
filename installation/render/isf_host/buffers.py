"""The targets that a shader's passes draw into.

Formats and behaviour of targets:

* ``FLOAT``: 32-bit floats. Otherwise half floats in a shader whose output is linear light, and 16-bit fixed
  point in 0..1 in any other, because files for other hosts rely on their buffers clamping.
* A persistent target, and any that is drawn more than once per frame, is a pair: drawing it reads its
  previous content.
* A pass that covers its target replaces it. Passes with POINTS or BLEND draw onto its content; a target that
  is not persistent is cleared to transparent black before its first draw of the frame.
* A target with HISTORY is a ``Past``: half floats, one tile per frame.
"""

import logging
from collections.abc import Collection, Mapping, Sequence

import moderngl

from installation.isf import Pass, Shader
from installation.render.gl.budget import Share, said
from installation.render.gl.context import Context
from installation.render.gl.draw import FullScreen
from installation.render.gl.target import PingPong, Target
from installation.render.isf_host.past import Past
from installation.render.isf_host.plan import OUTPUT, is_pair, needed, scaled, size_of, texel_of

__all__ = ["Buffers", "area", "largest"]

log = logging.getLogger(__name__)


class Buffers:
    """All targets of one shader at one output size.

    Args:
        context: The OpenGL context.
        shader: The shader.
        size: Width and height of the output in pixels.
        numbers: Input values for size expressions.
        miniature: Make every target as small as possible in its final format, to trigger the driver's
        deferred
            compilation. Power-of-two sides stay powers of two, since llvmpipe recompiles when that changes.
        share: The shader's memory allocation; None does not count memory.

    Attributes:
        targets: Targets by name; the empty name is the output.
        persistent: Names of the targets that keep their content.
        kept: These, and the one with a history.
        names: Variables of size expressions: WIDTH, HEIGHT and the inputs.
        sized: Whether the size of any target is an expression, so that ``fit`` has work to do.
    """

    def __init__(
        self,
        context: Context,
        shader: Shader,
        size: tuple[int, int],
        numbers: Mapping[str, float],
        *,
        miniature: bool = False,
        share: Share | None = None,
    ) -> None:
        self.context = context
        self._share = share
        self._told = False
        self.shader = shader
        self.size = size
        self.miniature = miniature
        self.names: dict[str, float] = {}
        self.targets: dict[str, Target | PingPong] = {}
        self._scale = 1.0
        self._lent: str | None = None
        self._resting: frozenset[str] = frozenset()
        self._first: dict[str, Pass] = {}
        self._drawn: set[str] = set()
        for one in shader.passes:
            self._first.setdefault(one.target or OUTPUT, one)
        self._scaled = {name for name in self._first if scaled(shader, name)}
        self.sized = any(one.width or one.height for one in shader.passes)
        self._last = shader.passes[-1].target or OUTPUT
        self.persistent = {one.target for one in shader.passes if one.persistent and one.target}
        self.kept = self.persistent | {one.target for one in shader.passes if one.history and one.target}
        # The scrub at the end of a shader does not cover additive targets: an infinity would stay forever.
        covered = {one.target for one in shader.passes if not self._onto(one)}
        self._added = self.persistent - covered
        self._scrub = FullScreen(context, _SCRUB, "scrub") if self._added else None
        self._name(numbers)
        for name in self._first:
            self.targets[name] = self._make(name)

    @property
    def output(self) -> moderngl.Texture:
        """The output of the last pass."""
        return self.targets[self._last].texture

    @property
    def bytes(self) -> int:
        """Size of all textures in bytes."""
        return sum(target.bytes for target in self.targets.values())

    def front(self, name: str) -> Target:
        """Return the target that holds the latest content of ``name``."""
        target = self.targets[name]
        return target.front if isinstance(target, PingPong) else target

    def readable(self, name: str, drawn: Target, black: moderngl.Texture) -> moderngl.Texture:
        """Return the texture that sampler ``name`` reads while ``drawn`` is drawn: never ``drawn`` itself."""
        target = self.targets[name]
        if isinstance(target, PingPong):
            return target.back.texture if target.front is drawn else target.front.texture
        return black if target is drawn else target.texture

    def sizes(self, number: int) -> Mapping[str, float]:
        """Return the variables for the point size of a pass: WIDTH and HEIGHT are as its target is scaled."""
        if self._scale == 1.0 or (self.shader.passes[number].target or OUTPUT) not in self._scaled:
            return self.names
        width, height = self._size(self.shader.passes[number].target or OUTPUT)
        return {**self.names, "WIDTH": float(width), "HEIGHT": float(height)}

    @property
    def newest(self) -> int:
        """Index of the history tile drawn last; 0 without a history."""
        one = self.shader.history
        past = self.targets[one.target] if one is not None and one.target else None
        return past.newest if isinstance(past, Past) else 0

    def spare(self, reads: Sequence[Collection[str]]) -> Target | None:
        """Return a half-float target of the output's size that is not read between two frames, if any.

        It may be used as scratch space for the rest of a frame: the next frame draws it before it reads it.

        Args:
            reads: For each pass, the names of the targets that it reads.
        """
        if self._lent is None:
            self._lent = next((name for name in self._first if self._is_spare(name, reads)), "")
        target = self.targets[self._lent] if self._lent else None
        return target if isinstance(target, Target) and target.size == self.size else None

    def _is_spare(self, name: str, reads: Sequence[Collection[str]]) -> bool:
        one = self._first[name]
        plain = type(self.targets[name]) is Target and texel_of(self.shader, name) == "rgba16f"
        plain = plain and not (one.nearest or one.repeat) and name != self._last
        return plain and self._holds_nothing(name, reads)

    def _holds_nothing(self, name: str, reads: Sequence[Collection[str]]) -> bool:
        """Return whether every frame draws a target before it reads it."""
        number = self.shader.passes.index(self._first[name])
        points = [one.points for one in self.shader.passes[: number + 1]]
        read = name in points or any(name in some for some in reads[: number + 1])
        return name not in self.kept and not read

    def rest(self, reads: Sequence[Collection[str]]) -> None:
        """Free the targets that hold nothing between two frames, until ``wake``; ``reads`` as ``spare``."""
        self._resting = frozenset(name for name in self._first if self._holds_nothing(name, reads))
        for name in self._resting:
            self._remake(name)

    def wake(self) -> None:
        """Recreate what ``rest`` has freed; without that it does nothing."""
        if self._resting:
            rested, self._resting = self._resting, frozenset()
            for name in rested:
                self._remake(name)

    def begin(self) -> None:
        """Begin a frame: mark all targets as not drawn, and remove non-finite values from persistent ones."""
        self._drawn.clear()
        for name in self._added:
            target = self.targets[name]
            if self._scrub is not None and isinstance(target, PingPong):
                self._scrub.draw(
                    target.back.framebuffer, {"picture": target.texture}, {"largest": largest(target.back)}
                )
                target.swap()

    def open(self, number: int) -> tuple[Target, bool]:
        """Return the target of a pass, and whether it must be cleared first."""
        one = self.shader.passes[number]
        name = one.target or OUTPUT
        target = self.targets[name]
        fresh = name not in self._drawn and name not in self.persistent
        self._drawn.add(name)
        if isinstance(target, Past):
            target.aim()
        if isinstance(target, PingPong):
            return (target.front if self._onto(one) else target.back), fresh
        return target, fresh

    def close(self, number: int) -> None:
        """Finish a pass: its result is what other passes read from now on."""
        one = self.shader.passes[number]
        target = self.targets[one.target or OUTPUT]
        if isinstance(target, Past):
            target.advance()
        elif isinstance(target, PingPong) and not self._onto(one):
            target.swap()

    def fit(self, numbers: Mapping[str, float]) -> None:
        """Evaluate the size expressions, once per frame, and recreate targets whose size has changed."""
        if not self.sized:
            return
        self._name(numbers)
        self._follow(numbers)

    def scale(self, scale: float, numbers: Mapping[str, float]) -> None:
        """Draw what keeps nothing at this share of the output's size, 0..1, from the next frame on."""
        if scale != self._scale:
            self._scale = scale
            self._follow(numbers)

    def resize(self, size: tuple[int, int], numbers: Mapping[str, float]) -> None:
        """Change the output size."""
        self.size = size
        self._name(numbers)
        self._follow(numbers)

    def _follow(self, numbers: Mapping[str, float]) -> None:
        """Recreate the targets whose size has changed, if the memory budget allows."""
        changed = [name for name in self._first if area(self.front(name)) != self._size(name)]
        if not changed or not self._afford(numbers):
            return
        for name in changed:
            self._remake(name)

    def _afford(self, numbers: Mapping[str, float]) -> bool:
        """Allocate memory for the requested sizes; return False if the budget is too small."""
        if self._share is None or self.miniature:
            return True
        total = sum(needed(self.shader, self.size, numbers, self.context.info.texture_size).values())
        good = self._share.fit(total)
        if not good and not self._told:
            words = "%s: its targets need %s but only %s are left; keeping their sizes"
            log.warning(words, self.shader.path.name, said(total), said(self.context.memory.left))
        self._told = not good
        return good

    def adopt(self, other: "Buffers") -> None:
        """Move the persistent content of ``other`` here if sizes and formats are equal."""
        for name in self.kept & other.kept:
            mine, theirs = self.front(name), other.front(name)
            same = mine.size == theirs.size and mine.texel == theirs.texel
            same = same and area(mine) == area(theirs) and type(mine) is type(theirs)
            if same and mine.smooth == theirs.smooth and mine.repeat == theirs.repeat:
                self.targets[name], other.targets[name] = other.targets[name], self.targets[name]

    def scissor(self, box: tuple[int, int, int, int] | None) -> None:
        """Draw only inside ``box`` (left, bottom, width, height) of every target; None removes the limit."""
        for target in self._singles():
            target.framebuffer.scissor = box  # type: ignore[assignment]  # None is allowed

    def clear(self) -> None:
        """Clear all targets to transparent black."""
        for target in self.targets.values():
            target.clear()

    def release(self) -> None:
        """Free everything. Safe to call twice."""
        for target in self.targets.values():
            target.release()
        if self._scrub is not None:
            self._scrub.release()

    def _singles(self) -> list[Target]:
        found: list[Target] = []
        for target in self.targets.values():
            found += [target.front, target.back] if isinstance(target, PingPong) else [target]
        return found

    @staticmethod
    def _onto(one: Pass) -> bool:
        """Return whether a pass draws onto the existing content of its target."""
        return one.points is not None or one.blend == "add"

    def _name(self, numbers: Mapping[str, float]) -> None:
        self.names = {**numbers, "WIDTH": float(self.size[0]), "HEIGHT": float(self.size[1])}

    def _size(self, name: str) -> tuple[int, int]:
        if name in self._resting:
            return 1, 1
        width, height = size_of(self._first[name], self.size, self.names, self.context.info.texture_size)
        if name in self._scaled and self._scale < 1.0:
            width, height = (_smaller(side, self._scale) for side in (width, height))
        if self.miniature:
            width, height = (min(side, 9 if side & (side - 1) else 8) for side in (width, height))
        return width, height

    def _make(self, name: str) -> Target | PingPong:
        one = self._first[name]
        size, texel = self._size(name), texel_of(self.shader, name)
        if one.history:
            return Past(self.context, size, one.history, smooth=not one.nearest)
        kind = PingPong if is_pair(self.shader, name) else Target
        return kind(self.context, size, texel, smooth=not one.nearest, repeat=one.repeat)

    def _remake(self, name: str) -> None:
        """Recreate a target at its new size; persistent content is scaled into it."""
        old = self.targets[name]
        made = self._make(name)
        self.targets[name] = made
        if isinstance(made, Past) and isinstance(old, Past):
            made.newest = old.newest
            made.whole()
            self._stretch(made.framebuffer, old.texture, made.side)
        elif name in self.persistent and isinstance(old, PingPong) and isinstance(made, PingPong):
            self._stretch(made.front.framebuffer, old.texture, 1)
        old.release()

    def _stretch(self, into: moderngl.Framebuffer, picture: moderngl.Texture, side: int) -> None:
        copy = FullScreen(self.context, _COPY, "copy")
        copy.draw(into, {"picture": picture}, {"side": float(side)})
        copy.release()


def _smaller(side: int, scale: float) -> int:
    """Scale a side; never to a power of two that it was not, since llvmpipe recompiles for those."""
    scaled_side = max(round(side * scale), 1)
    return scaled_side + 1 if scaled_side & (scaled_side - 1) == 0 and side & (side - 1) else scaled_side


def largest(target: Target) -> float:
    """Return the largest number that a target can hold."""
    return 3.0e38 if target.texel == "rgba32f" else 65504.0


def area(target: Target) -> tuple[int, int]:
    """Return width and height of the area that one draw covers, in pixels."""
    return target.tile if isinstance(target, Past) else target.size


_SCRUB = """#version 330 core
out vec4 color;
uniform sampler2D picture;
uniform float largest;
void main() {
    vec4 c = texelFetch(picture, ivec2(gl_FragCoord.xy), 0);
    bvec4 nan = greaterThan(floatBitsToUint(c) & uvec4(0x7fffffffu), uvec4(0x7f800000u));
    color = clamp(mix(c, vec4(0.0), nan), vec4(-largest), vec4(largest));
}
"""

_COPY = """#version 330 core
in vec2 uv;
out vec4 color;
uniform sampler2D picture;
uniform float side;
void main() {
    vec2 tile = vec2(textureSize(picture, 0)) / side;
    vec2 at = clamp(fract(uv * side) * tile, vec2(0.5), tile - 0.5) + floor(uv * side) * tile;
    color = texture(picture, at / (tile * side));
}
"""
