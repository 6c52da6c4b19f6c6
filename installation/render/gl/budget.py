"""How much memory the targets and images of shaders may take, counted before anything is made.

A file of one kilobyte can ask for more than a machine has, and then it is the system that ends the show. The
budget is half of the graphics card's own memory where the driver tells it, else a quarter of the machine's:
graphics that share the main memory, and those that the processor draws, leave the rest to everything else.
"""

import ctypes
import os
from pathlib import Path
from typing import Final

import moderngl

from installation.render.gl.wait import library

__all__ = ["Budget", "Share", "memory_of", "said"]

UNKNOWN: Final = 4 << 30
"""Bytes that a machine is taken to have where nothing says it."""

_CONTAINER: Final = Path("/sys/fs/cgroup/memory.max")
_LEAST: Final = 256 << 20
_TOTAL_NVX: Final = 0x9048
"""GPU_MEMORY_INFO_TOTAL_AVAILABLE_MEMORY_NVX of GL_NVX_gpu_memory_info, in KiB."""
_FREE_ATI: Final = 0x87FC
"""TEXTURE_FREE_MEMORY_ATI of GL_ATI_meminfo: four numbers, the first is free memory in KiB."""


class Budget:
    """Bytes that may be taken.

    Attributes:
        limit: All of them.
        used: What is taken.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.used = 0

    @property
    def left(self) -> int:
        """What may still be taken; never below 0."""
        return max(0, self.limit - self.used)


class Share:
    """What one shader has of the budget.

    Args:
        budget: Of the context.
        aside: It is prepared while the one that it may replace is still drawn: both may stand for a moment,
            so the budget counts twice; each alone must fit into it.
    """

    def __init__(self, budget: Budget, *, aside: bool = False) -> None:
        self.bytes = 0
        self._budget = budget
        self._aside = aside

    def fit(self, count: int) -> bool:
        """Have ``count`` bytes from now on; False where the budget has not so many: nothing changes then."""
        more = count - self.bytes
        limit = self._budget.limit * (2 if self._aside else 1)
        if more > 0 and (self._budget.used + more > limit or count > self._budget.limit):
            return False
        self._budget.used += more
        self.bytes = count
        return True

    def release(self) -> None:
        """Give all of it back. Harmless twice."""
        self._budget.used -= self.bytes
        self.bytes = 0

    def __del__(self) -> None:
        """Whoever is dropped without a word gives back as well: OpenGL's objects do the same."""
        self.release()


def memory_of(gl: moderngl.Context, *, software: bool) -> int:
    """Bytes of the budget on this machine.

    Args:
        gl: The context, current on this thread.
        software: The processor draws: whatever the driver says of its memory is the machine's.
    """
    card = 0 if software else _card(gl)
    return max(_LEAST, card // 2 if card else _machine() // 4)


def said(count: int) -> str:
    """Bytes as a person reads them."""
    return f"{count / (1 << 30):.1f} GiB" if count >= 1 << 30 else f"{count / (1 << 20):.0f} MiB"


def _machine() -> int:
    """The machine's memory in bytes, or what a container leaves of it."""
    try:
        total = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return UNKNOWN
    try:
        allowed = int(_CONTAINER.read_text(encoding="ascii"))
    except (OSError, ValueError):  # no container, or one without a limit: "max"
        return total
    return min(total, allowed)


def _card(gl: moderngl.Context) -> int:
    """The graphics card's memory in bytes, or 0 where the driver does not say."""
    for extension, name in (("GL_NVX_gpu_memory_info", _TOTAL_NVX), ("GL_ATI_meminfo", _FREE_ATI)):
        if extension in gl.extensions:
            numbers = (ctypes.c_int * 4)()
            try:
                library().glGetIntegerv(name, numbers)
            except AttributeError:  # the library does not export it (Windows)
                return 0
            return max(0, numbers[0]) << 10
    return 0
