"""Filters over the finished picture, one after the other, whatever scene stands.

They stand between the transition and ``compose``: what they make still passes the guard, and text and the
lamps' band stay out of them. Between effects the picture is display-linear, 1.0 = white. A filter that does
not declare ``"COLOR": "linear"`` sees it display-encoded, as every ISF host hands pictures on, and what it
draws is decoded again.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import moderngl

from installation import isf
from installation.render.gl.draw import FullScreen
from installation.render.gl.glsl import load
from installation.render.gl.target import Target
from installation.render.isf_host.host import Host, SceneRenderer, Value
from installation.render.isf_host.images import Decoded
from installation.render.passes.feeds import ENCODE, Feeds
from installation.values import Frame

__all__ = ["AMOUNT", "PICTURE", "Effects", "works_on_light"]

PICTURE: Final = "inputImage"
"""The input that receives the picture."""

AMOUNT: Final = "amount"
"""The input that switches an effect off while it is 0; an effect without it is always drawn."""

Values = Mapping[str, Sequence[float] | float]

_NONE: Values = {}

_COPY = """#version 330 core
in vec2 uv;
out vec4 colour;
uniform sampler2D picture;
void main() { colour = vec4(texture(picture, uv).rgb, 1.0); }
"""


def works_on_light(shader: isf.Shader) -> bool:
    """Whether a shader takes display-linear light and gives it: a filter that declares so."""
    return shader.kind == "filter" and shader.color == "linear"


class Effects:
    """The chain.

    Args:
        host: Loads the shaders.
        size: Of the picture in pixels.
        feeds: What image inputs besides ``inputImage`` see.
    """

    def __init__(self, host: Host, size: tuple[int, int], feeds: Feeds) -> None:
        self.chain: dict[str, SceneRenderer] = {}
        """By name, in the order in which they are drawn."""
        self._host = host
        self._size = size
        self._feeds = feeds
        self._on: set[str] = set()
        self._passes: dict[str, FullScreen] = {}
        self._targets: dict[str, Target] = {}

    @property
    def bytes(self) -> int:
        """Size of all targets in bytes, those of effects that are off included."""
        own = sum(target.bytes for target in self._targets.values())
        return own + sum(renderer.bytes for renderer in self.chain.values())

    def add(self, name: str, shader: isf.Shader, decoded: Decoded | None = None) -> None:
        """Load an effect, last in the chain; a known one changes its shader in its place.

        ``decoded`` are images of it that were read before.

        Raises ShaderError; a known one then goes on as it was.
        """
        self._feeds.prepare(shader, (PICTURE,))
        if not works_on_light(shader):
            self._pass("encode")
            self._pass("decode")
        standing = self.chain.get(name)
        if standing is not None:
            standing.replace(shader, decoded, self._host.fresh(shader, self._size))
        else:
            self.chain[name] = self._host.load(shader, self._size, later=True, display=True, decoded=decoded)

    def keep(self, names: Sequence[str]) -> None:
        """Free all others, and put the rest in this order."""
        for name in [one for one in self.chain if one not in names]:
            self.chain.pop(name).release()
            self._on.discard(name)
        self.chain = {name: self.chain[name] for name in names if name in self.chain}

    def active(self, values: Mapping[str, Values]) -> Iterator[str]:
        """Names of the effects that would be drawn with these inputs."""
        for name, renderer in self.chain.items():
            given = renderer.shader.input(AMOUNT)
            if given is None or given.components != 1:
                yield name
                continue
            amount = values.get(name, _NONE).get(AMOUNT, given.initial)
            if amount if isinstance(amount, float) else any(amount):
                yield name

    def draw(self, frame: Frame, picture: moderngl.Texture, values: Mapping[str, Values]) -> moderngl.Texture:
        """Send the picture through all effects that are on.

        Args:
            frame: Now.
            picture: Display-linear, of the canvas's size.
            values: For each effect, its inputs.

        Returns:
            The picture, display-linear; the same texture when no effect is on.
        """
        active = list(self.active(values))
        for name in active:
            renderer = self.chain[name]
            if name not in self._on:  # what it remembers is of another moment, or of a black start
                renderer.restart()
            picture = self._draw(frame, renderer, picture, values.get(name, {}))
        self._on = set(active)
        return picture

    def fit(self, picture: moderngl.Texture, slot: int = 0) -> moderngl.Texture:
        """A picture in the canvas's size: one that is smaller or larger is stretched, a slot each."""
        if picture.size == self._size:
            return picture
        return self._through("copy", picture, slot)

    def release(self) -> None:
        """Free what belongs to the chain itself; the host frees the shaders."""
        for shader in self._passes.values():
            shader.release()
        for target in self._targets.values():
            target.release()

    def _draw(
        self, frame: Frame, renderer: SceneRenderer, picture: moderngl.Texture, values: Values
    ) -> moderngl.Texture:
        linear = works_on_light(renderer.shader)
        inputs: dict[str, Value] = dict(values)
        inputs |= self._feeds.draw(frame, renderer.shader, (PICTURE,))
        inputs[PICTURE] = picture if linear else self._through("encode", picture)
        drawn = renderer.draw(frame, inputs)
        return self.fit(drawn) if linear else self._through("decode", drawn)

    def _through(self, name: str, picture: moderngl.Texture, slot: int = 0) -> moderngl.Texture:
        """Draw a picture by one of our own passes; each has a target of its own."""
        key = f"{name} {slot}"
        if key not in self._targets:
            self._targets[key] = Target(self._host.context, self._size)
        self._pass(name).draw(self._targets[key].framebuffer, {"picture": picture})
        return self._targets[key].texture

    def _pass(self, name: str) -> FullScreen:
        if name not in self._passes:
            context = self._host.context
            text = {"encode": ENCODE, "copy": _COPY}.get(name)
            made = FullScreen(context, text, name) if text is not None else load(context, name)
            self._passes[name] = made
        return self._passes[name]
