"""The pieces of graphics memory that belong together, and are freed together."""

from typing import TypeAlias

import moderngl

from installation import paths
from installation.render.gl.context import Context
from installation.render.gl.draw import FullScreen
from installation.render.gl.program import Program
from installation.render.gl.target import Target

__all__ = ["Parts"]

_Drawn: TypeAlias = FullScreen | Program | Target | moderngl.Framebuffer
_Part: TypeAlias = _Drawn | moderngl.Texture | moderngl.Buffer | moderngl.Sampler


class Parts:
    """Makes passes, textures and buffers of the guard, and remembers them.

    Args:
        context: Where they live.
    """

    def __init__(self, context: Context) -> None:
        self.context = context
        self._parts: list[_Part] = []

    def fullscreen(self, name: str, constants: str) -> FullScreen:
        """A pass of the guard: the constants, what all passes share, and the file of this name."""
        drawn = FullScreen(self.context, _fragment(name, constants), f"{name}.glsl")
        self._parts.append(drawn)
        return drawn

    def program(self, name: str, constants: str, vertices: str = "") -> Program:
        """The same with a vertex shader of its own, or another's."""
        vertex = f"{constants}{(paths.shaders() / 'guard' / f'{vertices or name}.vert.glsl').read_text()}"
        files = (f"{name}.glsl",), (f"{vertices or name}.vert.glsl",)
        program = Program(self.context, vertex, _fragment(name, constants), *files)
        self._parts.append(program)
        return program

    def sampler(self) -> moderngl.Sampler:
        """Reads exact texels whatever filter the picture's maker has set."""
        sampler: moderngl.Sampler = self.context.gl.sampler(
            repeat_x=False, repeat_y=False, filter=(moderngl.NEAREST, moderngl.NEAREST)
        )
        self._parts.append(sampler)
        return sampler

    def target(self, size: tuple[int, int]) -> Target:
        """A target of 32-bit floats."""
        target = Target(self.context, size, "rgba32f", smooth=False)
        self._parts.append(target)
        return target

    def texture(
        self, size: tuple[int, int], components: int, dtype: str = "f4", *, smooth: bool = False
    ) -> moderngl.Texture:
        """A texture that ends at its borders."""
        texture: moderngl.Texture = self.context.gl.texture(size, components, dtype=dtype)
        mode = moderngl.LINEAR if smooth else moderngl.NEAREST
        texture.filter = (mode, mode)
        texture.repeat_x = texture.repeat_y = False
        self._parts.append(texture)
        return texture

    def framebuffer(self, textures: list[moderngl.Texture]) -> moderngl.Framebuffer:
        """All of them as one target."""
        framebuffer: moderngl.Framebuffer = self.context.gl.framebuffer(textures)
        self._parts.append(framebuffer)
        return framebuffer

    def buffer(self, size: int) -> moderngl.Buffer:
        """A buffer for what is read back later, of so many bytes."""
        buffer: moderngl.Buffer = self.context.gl.buffer(reserve=size)
        self._parts.append(buffer)
        return buffer

    def release(self) -> None:
        """Free everything. Harmless when it is gone already."""
        while self._parts:
            self._parts.pop().release()


def _fragment(name: str, constants: str) -> str:
    folder = paths.shaders() / "guard"
    return f"{constants}{(folder / 'law.glsl').read_text()}{(folder / f'{name}.glsl').read_text()}"
