"""Effects: a chain of filters over the finished picture, for every scene.

They are applied between the transition and ``compose``, so the guard still limits their output, and text and
the band of lamps are not affected. Between effects the picture is display-linear, 1.0 = white. A filter
without ``"COLOR": "linear"`` receives display-encoded light, as in every ISF host, and its output is decoded.
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
"""The input that switches an effect off at 0; an effect without it is always drawn."""

Values = Mapping[str, Sequence[float] | float]

Room = Mapping[str, moderngl.Texture]

_NONE: Values = {}
_NOBODY: Room = {}

_COPY = """#version 330 core
in vec2 uv;
out vec4 colour;
uniform sampler2D picture;
void main() { colour = vec4(texture(picture, uv).rgb, 1.0); }
"""


def works_on_light(shader: isf.Shader) -> bool:
    """Return whether a shader takes and returns display-linear light: a filter that declares so."""
    return shader.kind == "filter" and shader.color == "linear"


class Effects:
    """The chain of effects.

    Args:
        host: Loads the shaders.
        size: Size of the picture in pixels.
        feeds: Sources of image inputs other than ``inputImage``.
    """

    def __init__(self, host: Host, size: tuple[int, int], feeds: Feeds) -> None:
        self.chain: dict[str, SceneRenderer] = {}
        """Effects by name, in drawing order."""
        self._host = host
        self._size = size
        self._feeds = feeds
        self._on: set[str] = set()
        self._passes: dict[str, FullScreen] = {}
        self._targets: dict[str, Target] = {}

    @property
    def bytes(self) -> int:
        """Size of all targets in bytes, including those of effects that are off."""
        own = sum(target.bytes for target in self._targets.values())
        return own + sum(renderer.bytes for renderer in self.chain.values())

    def add(self, name: str, shader: isf.Shader, decoded: Decoded | None = None) -> None:
        """Append an effect to the chain, or replace the shader of an existing one in place.

        ``decoded`` are images of the shader that were decoded in advance.

        Raises ShaderError; an existing effect is then unchanged.
        """
        self._feeds.prepare(shader, (PICTURE,), f"/effect/{name}")
        if not works_on_light(shader):
            self._pass("encode")
            self._pass("decode")
        standing = self.chain.get(name)
        if standing is not None:
            standing.replace(shader, decoded, self._host.fresh(shader, self._size))
        else:
            self.chain[name] = self._host.load(shader, self._size, later=True, display=True, decoded=decoded)

    def keep(self, names: Sequence[str]) -> None:
        """Keep these effects in this order and free all others."""
        for name in [one for one in self.chain if one not in names]:
            self.chain.pop(name).release()
            self._on.discard(name)
        self.chain = {name: self.chain[name] for name in names if name in self.chain}

    def active(self, values: Mapping[str, Values]) -> Iterator[str]:
        """Yield the names of the effects that would be drawn with these inputs."""
        for name, renderer in self.chain.items():
            given = renderer.shader.input(AMOUNT)
            if given is None or given.components != 1:
                yield name
                continue
            amount = values.get(name, _NONE).get(AMOUNT, given.initial)
            if amount if isinstance(amount, float) else any(amount):
                yield name

    def shaders(self, values: Mapping[str, Values]) -> list[isf.Shader]:
        """Return the shaders of the effects that would be drawn with these inputs."""
        return [self.chain[name].shader for name in self.active(values)]

    def draw(
        self, frame: Frame, picture: moderngl.Texture, values: Mapping[str, Values], room: Room = _NOBODY
    ) -> moderngl.Texture:
        """Apply all effects that are on.

        Args:
            frame: The frame's time.
            picture: Display-linear picture of the canvas's size.
            values: The inputs of each effect.
            room: The textures that scenes share, by name; those of the room that is not there without it.

        Returns:
            The display-linear picture; the same texture if no effect is on.
        """
        active = list(self.active(values))
        for name in active:
            renderer = self.chain[name]
            if name not in self._on:  # its persistent state is outdated
                renderer.restart()
            picture = self._draw(frame, name, picture, values.get(name, {}), room)
        self._on = set(active)
        return picture

    def fit(self, picture: moderngl.Texture, slot: int = 0) -> moderngl.Texture:
        """Return a picture scaled to the canvas's size, with one target per slot."""
        if picture.size == self._size:
            return picture
        return self._through("copy", picture, slot)

    def release(self) -> None:
        """Free the chain's own objects; the host frees the shaders."""
        for shader in self._passes.values():
            shader.release()
        for target in self._targets.values():
            target.release()

    def _draw(
        self, frame: Frame, name: str, picture: moderngl.Texture, values: Values, room: Room
    ) -> moderngl.Texture:
        renderer = self.chain[name]
        linear = works_on_light(renderer.shader)
        inputs: dict[str, Value] = dict(values)
        inputs |= self._feeds.draw(frame, renderer.shader, (PICTURE,), f"/effect/{name}")
        inputs |= {one: room[one] for one in renderer.shader.reads if one in room}
        inputs[PICTURE] = picture if linear else self._through("encode", picture)
        drawn = renderer.draw(frame, inputs)
        return self.fit(drawn) if linear else self._through("decode", drawn)

    def _through(self, name: str, picture: moderngl.Texture, slot: int = 0) -> moderngl.Texture:
        """Draw a picture through one of our own passes; each has its own target."""
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
