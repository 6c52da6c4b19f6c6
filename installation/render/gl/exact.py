"""Nearest-texel sampling in passes between pictures of equal size.

Linear filtering gives the same values there, but on a software rasteriser costs a tenth of the whole frame.
"""

from types import TracebackType

import moderngl

from installation.render.gl.context import Context

__all__ = ["Exact"]


class Exact:
    """Binds a nearest-texel sampler to the first texture units, overriding the textures' own filters.

    Draw inside ``with exact.units(2)``.

    Args:
        context: The OpenGL context.
    """

    def __init__(self, context: Context) -> None:
        self._nearest: moderngl.Sampler = context.gl.sampler(
            repeat_x=False, repeat_y=False, filter=(moderngl.NEAREST, moderngl.NEAREST)
        )
        self._count = 0

    def units(self, count: int) -> "Exact":
        """Apply to this many units until the end of the ``with`` block; not reentrant."""
        self._count = count
        return self

    def __enter__(self) -> None:
        for unit in range(self._count):
            self._nearest.use(unit)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for unit in range(self._count):
            self._nearest.clear(unit)

    def release(self) -> None:
        """Free it."""
        self._nearest.release()
