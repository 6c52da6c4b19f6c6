"""Reads exact texels in passes that lay a picture over one of its own size.

Reading between four of them gives the same numbers there, and on a processor without a graphics card costs a
tenth of the whole frame.
"""

from types import TracebackType

import moderngl

from installation.render.gl.context import Context

__all__ = ["Exact"]


class Exact:
    """Lets the first texture units read the nearest texel, whatever their textures say.

    Draw inside ``with exact.units(2)``.

    Args:
        context: Where it draws.
    """

    def __init__(self, context: Context) -> None:
        self._nearest: moderngl.Sampler = context.gl.sampler(
            repeat_x=False, repeat_y=False, filter=(moderngl.NEAREST, moderngl.NEAREST)
        )
        self._count = 0

    def units(self, count: int) -> "Exact":
        """For so many units, until the end of the ``with``; it does not nest."""
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
