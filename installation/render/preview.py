"""One scene drawn small and now and then, beside the picture: what a cue would show.

It is a look and no rehearsal: a scene that grows over minutes has just begun here. Nothing of it reaches the
canvas, and it does not pass the guard: at two pictures a second it cannot flash more often than the law
allows (``safety.law``, three pairs in a second).
"""

import io
from collections.abc import Mapping
from typing import Final

import moderngl
from PIL import Image

from installation.isf import Shader
from installation.render.gl.context import Context
from installation.render.gl.draw import FullScreen
from installation.render.isf_host.host import Host, SceneRenderer, Value
from installation.render.passes.effects import works_on_light
from installation.render.passes.feeds import ENCODE, Feeds
from installation.render.passes.post import Post
from installation.render.readback.frames import Frames
from installation.values import Frame, Seconds

__all__ = ["WIDTH", "Preview"]

WIDTH: Final = 192
"""Pixels; the height follows the canvas."""
_STEP: Final[Seconds] = 1 / 30
"""Time that passes in the scene from one picture to the next."""


class Preview:
    """Draws one scene at a time.

    Args:
        host: Loads shaders.
        feeds: The pictures of image inputs.
        canvas: Size of the canvas in pixels.
    """

    def __init__(self, host: Host, feeds: Feeds, canvas: tuple[int, int]) -> None:
        self._host = host
        self._feeds = feeds
        width = min(WIDTH, canvas[0])
        self.size = width, max(1, round(width * canvas[1] / canvas[0]))
        self._of = ""
        self._renderer: SceneRenderer | None = None
        self._made: tuple[Post, FullScreen, Frames] | None = None
        self._light: moderngl.Texture | None = None
        self._index = 0

    def draw(self, scene: str, shader: Shader, values: Mapping[str, Value], exposure: float = 1.0) -> None:
        """Draw a scene; ``jpeg`` has it a frame or two later.

        Args:
            scene: Its id.
            shader: Its shader, which has been compiled for the picture before.
            values: Its inputs.
            exposure: Its gain before the tone curve.

        Raises:
            ShaderError: It does not fit into the memory beside the picture, or cannot be drawn.
        """
        if self._renderer is None or self._of != scene or self._renderer.shader is not shader:
            self.release_scene()
            self._of, self._index = scene, 0
            self._renderer = self._host.load(shader, self.size, later=True, display=works_on_light(shader))
        renderer = self._renderer
        if not renderer.prepared:
            return  # compiled a pass a frame, as everything
        post, _, frames = self._parts(self._host.context)
        frame = Frame(self._index, self._index * _STEP, _STEP)
        self._index += 1
        inputs = dict(values)
        if renderer.sees:
            inputs |= self._feeds.draw(frame, shader, of=f"/scene/{scene}")
        color = "encoded" if works_on_light(shader) else shader.color
        self._light = post.apply(renderer.draw(frame, inputs), color, exposure=exposure)
        frames.request(self._index, frame.time)

    def jpeg(self) -> bytes:
        """Return the newest picture that has arrived since the last call; empty if none has."""
        found = self._made[2].collect() if self._made is not None else []
        if not found:
            return b""
        file = io.BytesIO()
        Image.fromarray(found[-1].pixels[::-1, :, :3]).save(file, "JPEG", quality=82)
        return file.getvalue()

    def _parts(self, context: Context) -> tuple[Post, FullScreen, Frames]:
        if self._made is None:
            encoder = FullScreen(context, ENCODE, "preview")

            def encode(into: moderngl.Framebuffer, _size: tuple[int, int]) -> None:
                if self._light is not None:
                    encoder.draw(into, {"picture": self._light})

            self._made = Post(self._host, self.size), encoder, Frames(context, self.size, 0, encode)
        return self._made

    def release_scene(self) -> None:
        """Free the scene; the rest stays for the next one."""
        if self._renderer is not None:
            self._renderer.release()
            self._renderer = None

    def release(self) -> None:
        """Free everything. Safe to call twice."""
        self.release_scene()
        for part in self._made or ():
            part.release()
        self._made = self._light = None
