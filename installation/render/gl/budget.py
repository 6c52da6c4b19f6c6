"""The memory budget of shaders' targets and images, checked before anything is allocated.

A 1 KB file can request more memory than the machine has, and then the system kills the show. The budget is
half of the graphics card's memory if the driver reports it, otherwise a quarter of the machine's: integrated
graphics and software rasterisers share it with everything else.
"""

import ctypes
import os
from pathlib import Path
from typing import Final

import moderngl

from installation.render.gl.wait import library

__all__ = ["Budget", "Share", "memory_of", "said"]

UNKNOWN: Final = 4 << 30
"""Assumed memory of a machine in bytes if it cannot be determined."""

_CONTAINER: Final = Path("/sys/fs/cgroup/memory.max")
_LEAST: Final = 256 << 20
_TOTAL_NVX: Final = 0x9048
"""GPU_MEMORY_INFO_TOTAL_AVAILABLE_MEMORY_NVX of GL_NVX_gpu_memory_info, in KiB."""
_FREE_ATI: Final = 0x87FC
"""TEXTURE_FREE_MEMORY_ATI of GL_ATI_meminfo: four numbers, the first is free memory in KiB."""


class Budget:
    """Bytes that may be allocated.

    Attributes:
        limit: The budget.
        used: Bytes allocated so far.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.used = 0

    @property
    def left(self) -> int:
        """Bytes still available; never below 0."""
        return max(0, self.limit - self.used)


class Share:
    """One shader's allocation from the budget.

    Args:
        budget: The context's budget.
        aside: The shader is prepared while the one that it may replace is still drawn. Both may coexist for a
            moment, so the budget counts twice; each alone must fit.
    """

    def __init__(self, budget: Budget, *, aside: bool = False) -> None:
        self.bytes = 0
        self._budget = budget
        self._aside = aside

    def fit(self, count: int) -> bool:
        """Set the allocation to ``count`` bytes; return False, unchanged, if the budget is too small."""
        more = count - self.bytes
        limit = self._budget.limit * (2 if self._aside else 1)
        if more > 0 and (self._budget.used + more > limit or count > self._budget.limit):
            return False
        self._budget.used += more
        self.bytes = count
        return True

    def release(self) -> None:
        """Release the allocation. Safe to call twice."""
        self._budget.used -= self.bytes
        self.bytes = 0

    def __del__(self) -> None:
        """Release on garbage collection, as OpenGL objects do."""
        self.release()


def memory_of(gl: moderngl.Context, *, software: bool) -> int:
    """Return the budget in bytes on this machine.

    Args:
        gl: The context, current on this thread.
        software: Whether a software rasteriser draws: then the memory that the driver reports is the
        machine's.
    """
    card = 0 if software else _card(gl)
    return max(_LEAST, card // 2 if card else _machine() // 4)


def said(count: int) -> str:
    """Format a number of bytes for display."""
    return f"{count / (1 << 30):.1f} GiB" if count >= 1 << 30 else f"{count / (1 << 20):.0f} MiB"


def _machine() -> int:
    """Return the machine's memory in bytes, or a container's limit."""
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
    """Return the graphics card's memory in bytes, or 0 if the driver does not report it."""
    for extension, name in (("GL_NVX_gpu_memory_info", _TOTAL_NVX), ("GL_ATI_meminfo", _FREE_ATI)):
        if extension in gl.extensions:
            numbers = (ctypes.c_int * 4)()
            try:
                library().glGetIntegerv(name, numbers)
            except AttributeError:  # the library does not export it (Windows)
                return 0
            return max(0, numbers[0]) << 10
    return 0
