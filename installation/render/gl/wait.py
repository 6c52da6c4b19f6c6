"""Waits for the graphics card without blocking other threads.

moderngl holds the interpreter lock while it waits for the driver, up to a whole frame. The same OpenGL calls
through ctypes release it, so OSC and MIDI threads keep running. Wait here first, then make the moderngl call
that would have blocked.
"""

import ctypes
import ctypes.util
import sys
from functools import cache
from typing import TYPE_CHECKING

from installation.errors import GraphicsError

if TYPE_CHECKING:  # avoids an import cycle: the context imports this module
    from installation.render.gl.context import Context

__all__ = ["Fence", "finish", "flush", "library"]

_SYNC_GPU_COMMANDS_COMPLETE = 0x9117
_SYNC_FLUSH_COMMANDS_BIT = 0x0001
_ALREADY_SIGNALED = 0x911A
_CONDITION_SATISFIED = 0x911C
# Values from the OpenGL 3.2 registry (GL_ARB_sync).


@cache
def library() -> ctypes.CDLL:
    """Load the platform's OpenGL library."""
    if sys.platform == "darwin":
        names = ["/System/Library/Frameworks/OpenGL.framework/OpenGL"]
    elif sys.platform == "win32":
        names = ["opengl32"]
    else:
        names = ["libGL.so.1", "libOpenGL.so.0"]
    for name in names:
        try:
            return ctypes.CDLL(name)
        except OSError:
            continue
    found = ctypes.util.find_library("GL")  # last, because it starts subprocesses
    if found is not None:
        return ctypes.CDLL(found)
    message = f"none of {', '.join(names)} can be loaded"
    raise GraphicsError(message)


@cache
def _sync_calls() -> ctypes.CDLL | None:
    """Return the library with the fence calls' types declared; None if it does not export them (Windows)."""
    gl = library()
    try:
        gl.glFenceSync.restype = ctypes.c_void_p
        gl.glFenceSync.argtypes = [ctypes.c_uint, ctypes.c_uint]
        gl.glClientWaitSync.restype = ctypes.c_uint
        gl.glClientWaitSync.argtypes = [ctypes.c_void_p, ctypes.c_uint, ctypes.c_uint64]
        gl.glDeleteSync.restype = None
        gl.glDeleteSync.argtypes = [ctypes.c_void_p]
    except AttributeError:
        return None
    return gl


def finish(_context: "Context") -> None:
    """Wait until all submitted drawing is done."""
    library().glFinish()


def flush(_context: "Context") -> None:
    """Submit pending drawing to the driver without waiting."""
    library().glFlush()


class Fence:
    """An OpenGL fence: signalled once everything submitted before it has been drawn.

    If the driver's library exports no fences, ``wait`` falls back to ``finish``.
    """

    def __init__(self, context: "Context") -> None:
        self._context = context
        calls = _sync_calls()
        self._sync: int | None = calls.glFenceSync(_SYNC_GPU_COMMANDS_COMPLETE, 0) if calls else None

    def passed(self) -> bool:
        """Return whether it is signalled; does not wait."""
        return self._wait(0)

    def wait(self, timeout: float = 1.0) -> bool:
        """Wait at most ``timeout`` seconds; return whether it is signalled."""
        return self._wait(int(timeout * 1e9))

    def release(self) -> None:
        """Free the fence. Safe to call twice."""
        calls = _sync_calls()
        if calls and self._sync is not None:
            calls.glDeleteSync(self._sync)
        self._sync = None

    def _wait(self, nanoseconds: int) -> bool:
        calls = _sync_calls()
        if calls is None or self._sync is None:
            finish(self._context)
            return True
        answer = calls.glClientWaitSync(self._sync, _SYNC_FLUSH_COMMANDS_BIT, nanoseconds)
        return answer in (_ALREADY_SIGNALED, _CONDITION_SATISFIED)
