"""Waiting for the graphics card without holding up the other threads.

moderngl keeps the interpreter lock while it waits for the driver, a whole frame long. The same OpenGL calls
through ctypes release it, so OSC and MIDI threads go on. Wait here first, then make the moderngl call that
would have waited.
"""

import ctypes
import ctypes.util
import sys
from functools import cache
from typing import TYPE_CHECKING

from installation.errors import GraphicsError

if TYPE_CHECKING:  # the context asks this module for the library
    from installation.render.gl.context import Context

__all__ = ["Fence", "finish", "flush", "library"]

_SYNC_GPU_COMMANDS_COMPLETE = 0x9117
_SYNC_FLUSH_COMMANDS_BIT = 0x0001
_ALREADY_SIGNALED = 0x911A
_CONDITION_SATISFIED = 0x911C
# Values from the OpenGL 3.2 registry (GL_ARB_sync).


@cache
def library() -> ctypes.CDLL:
    """The platform's OpenGL, by the names under which it is installed."""
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
    found = ctypes.util.find_library("GL")  # last, for it asks three other programs
    if found is not None:
        return ctypes.CDLL(found)
    message = f"none of {', '.join(names)} can be loaded"
    raise GraphicsError(message)


@cache
def _sync_calls() -> ctypes.CDLL | None:
    """The library with the fence calls' types declared; None where it does not export them (Windows)."""
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
    """Wait until everything that was asked for is drawn."""
    library().glFinish()


def flush(_context: "Context") -> None:
    """Hand what was asked for to the driver, without waiting for it."""
    library().glFlush()


class Fence:
    """A mark in the stream of drawing: has everything before it been drawn?

    Where the driver's library exports no fences, ``wait`` falls back to ``finish``.
    """

    def __init__(self, context: "Context") -> None:
        self._context = context
        calls = _sync_calls()
        self._sync: int | None = calls.glFenceSync(_SYNC_GPU_COMMANDS_COMPLETE, 0) if calls else None

    def passed(self) -> bool:
        """Whether it is reached; does not wait."""
        return self._wait(0)

    def wait(self, timeout: float = 1.0) -> bool:
        """Wait at most ``timeout`` seconds; return whether it was reached."""
        return self._wait(int(timeout * 1e9))

    def release(self) -> None:
        """Free the mark. Harmless when it is gone already."""
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
