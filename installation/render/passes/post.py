"""Develops a scene's light: bloom, tone curve, decoding.

Scenes that declare ``"COLOR": "linear"`` write scene-linear light: they get optical scatter (bloom without
threshold, since every light scatters) and the tone curve of ``shaders/lib/tone.glsl``. All others are
display-encoded sRGB, as ISF specifies, and are only decoded.

It does not limit flashes (``guard``) and does not encode for the window (``output``).
"""

from typing import Literal, TypeAlias

import moderngl

from installation.render.gl.context import Context
from installation.render.gl.glsl import load
from installation.render.gl.target import Target
from installation.render.isf_host.host import Host
from installation.render.passes.exposure import Shadows

__all__ = ["Color", "Post", "Quality"]

Quality: TypeAlias = Literal["fast", "high"]
"""``fast``: four taps per level from quarter size. ``high``: thirteen taps from half size, for GPUs."""

Color: TypeAlias = Literal["linear", "encoded"]
"""Meaning of a scene's values: scene-linear light, or display-encoded sRGB."""

_FIRST, _DOWN, _UP, _RICH = range(4)

LEVELS = 5
"""Levels of the pyramid; at 720p the widest of five from quarter size spreads over a third of the height."""


class Post:
    """Bloom and tone curve at one size. The result is display-linear, half float, 1.0 = white.

    Args:
        host: The ISF host, for its context.
        size: Width and height of the picture in pixels.
        quality: See ``Quality``.

    Attributes:
        weight: Share of the light that scatters, 0.05 to 0.10.
        spread: Contribution of each wider level to the next narrower one, 0..1.
        exposure: Gain before the tone curve; 1 leaves the scene unchanged.
        shadows: How dim light is raised after it.
    """

    def __init__(self, host: Host, size: tuple[int, int], quality: Quality = "fast") -> None:
        self.context: Context = host.context
        self.size = size
        self.quality: Quality = quality
        self.weight = 0.08
        self.spread = 0.62
        self.exposure = 1.0
        self.shadows = Shadows()
        first = {"STEP": _RICH, "FIRST_LEVEL": 1} if quality == "high" else {"STEP": _FIRST}
        down = {"STEP": _RICH, "FIRST_LEVEL": 0} if quality == "high" else {"STEP": _DOWN}
        self._first = load(self.context, "bloom", first)
        self._down = load(self.context, "bloom", down)
        self._up = load(self.context, "bloom", {"STEP": _UP})
        self._develop = load(self.context, "develop")
        self._decode = load(self.context, "decode")
        self._pictures: dict[int, Target] = {}
        divisor = 2 if quality == "high" else 4
        self._downs: list[Target] = []
        for level in range(LEVELS):
            part = divisor << level
            self._downs.append(Target(self.context, (max(1, size[0] // part), max(1, size[1] // part))))
        self._ups = [Target(self.context, level.size) for level in self._downs[:-1]]

    @property
    def bytes(self) -> int:
        """Size of its targets in bytes."""
        return sum(target.bytes for target in self._targets)

    def apply(
        self,
        scene: moderngl.Texture,
        color: Color = "linear",
        slot: int = 0,
        into: Target | None = None,
        exposure: float = 1.0,
    ) -> moderngl.Texture:
        """Develop one frame.

        Args:
            scene: The scene's output, sampled between texels at its edges: use linear filtering.
            color: Meaning of its values.
            slot: Index of the result: during a transition two scenes are needed at once.
            into: Destination, instead of a target of our own.
            exposure: Gain of this scene before the tone curve.

        Returns:
            The picture, valid until the next call for the same slot.
        """
        if into is not None:
            self.free(slot)
        target = into or self._picture(slot)
        if color == "encoded":
            self._decode.draw(target.framebuffer, {"picture": scene})
        else:
            values = {
                "weight": self.weight, "exposure": self.exposure * exposure,
                "shadows": self.shadows.power - 1.0, "pivot": self.shadows.pivot,
            }  # fmt: skip
            textures = {"picture": scene, "bloom": self._bloom(scene)}
            self._develop.draw(target.framebuffer, textures, values)
        return target.texture

    def _picture(self, slot: int) -> Target:
        if slot not in self._pictures:
            self._pictures[slot] = Target(self.context, self.size)
        return self._pictures[slot]

    def free(self, slot: int) -> None:
        """Free the target of a slot that is no longer needed; the next ``apply`` recreates it."""
        unused = self._pictures.pop(slot, None)
        if unused is not None:
            unused.release()

    def release(self) -> None:
        """Free everything. Safe to call twice."""
        for target in self._targets:
            target.release()
        for shader in (self._first, self._down, self._up, self._develop, self._decode):
            shader.release()

    @property
    def _targets(self) -> list[Target]:
        return [*self._pictures.values(), *self._downs, *self._ups]

    def _bloom(self, scene: moderngl.Texture) -> moderngl.Texture:
        source = scene
        for number, level in enumerate(self._downs):
            shader = self._down if number else self._first
            shader.draw(level.framebuffer, {"picture": source})
            source = level.texture
        for below, level in zip(reversed(self._downs[:-1]), reversed(self._ups), strict=True):
            textures = {"picture": source, "narrow": below.texture}
            self._up.draw(level.framebuffer, textures, {"spread": self.spread})
            source = level.texture
        return source
