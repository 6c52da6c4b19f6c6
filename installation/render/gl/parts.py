"""Groups of GPU objects that are freed together."""

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
    """Creates the guard's passes, textures and buffers, and frees them together.

    Args:
        context: The OpenGL context.
    """

    def __init__(self, context: Context) -> None:
        self.context = context
        self._parts: list[_Part] = []

    def fullscreen(self, name: str, constants: str) -> FullScreen:
        """Create a pass of the guard from the constants, the shared code and the file of this name."""
        drawn = FullScreen(self.context, _fragment(name, constants), f"{name}.glsl")
        self._parts.append(drawn)
        return drawn

    def program(self, name: str, constants: str, vertices: str = "") -> Program:
        """Create a pass with a vertex shader: the one of this name, or of the name ``vertices``."""
        vertex = f"{constants}{(paths.shaders() / 'guard' / f'{vertices or name}.vert.glsl').read_text()}"
        files = (f"{name}.glsl",), (f"{vertices or name}.vert.glsl",)
        program = Program(self.context, vertex, _fragment(name, constants), *files)
        self._parts.append(program)
        return program

    def sampler(self) -> moderngl.Sampler:
        """Create a sampler that reads exact texels, overriding the texture's filter."""
        sampler: moderngl.Sampler = self.context.gl.sampler(
            repeat_x=False, repeat_y=False, filter=(moderngl.NEAREST, moderngl.NEAREST)
        )
        self._parts.append(sampler)
        return sampler

    def target(self, size: tuple[int, int]) -> Target:
        """Create a target of 32-bit floats."""
        target = Target(self.context, size, "rgba32f", smooth=False)
        self._parts.append(target)
        return target

    def texture(
        self, size: tuple[int, int], components: int, dtype: str = "f4", *, smooth: bool = False
    ) -> moderngl.Texture:
        """Create a texture that clamps at its borders."""
        texture: moderngl.Texture = self.context.gl.texture(size, components, dtype=dtype)
        mode = moderngl.LINEAR if smooth else moderngl.NEAREST
        texture.filter = (mode, mode)
        texture.repeat_x = texture.repeat_y = False
        self._parts.append(texture)
        return texture

    def framebuffer(self, textures: list[moderngl.Texture]) -> moderngl.Framebuffer:
        """Create a framebuffer with all of these textures attached."""
        framebuffer: moderngl.Framebuffer = self.context.gl.framebuffer(textures)
        self._parts.append(framebuffer)
        return framebuffer

    def buffer(self, size: int) -> moderngl.Buffer:
        """Create a buffer of ``size`` bytes for asynchronous readback."""
        buffer: moderngl.Buffer = self.context.gl.buffer(reserve=size)
        self._parts.append(buffer)
        return buffer

    def release(self) -> None:
        """Free everything. Safe to call twice."""
        while self._parts:
            self._parts.pop().release()


def _fragment(name: str, constants: str) -> str:
    folder = paths.shaders() / "guard"
    return f"{constants}{(folder / 'law.glsl').read_text()}{(folder / f'{name}.glsl').read_text()}"
