"""What pygame does not pass on of SDL 2: where the screens are, and one OpenGL context in several windows.

Names and arguments: SDL 2.32, SDL_video.h. The functions are found in the library that pygame has loaded.
"""

import ctypes
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")  # stdout is data

import pygame
import pygame.window

from installation.errors import GraphicsError

__all__ = ["OneContext", "Screen", "looked_up", "screens"]


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen of the desktop, in its pixels; y grows downwards."""

    name: str
    x: int
    y: int
    width: int
    height: int


class _Rect(ctypes.Structure):
    _fields_ = [("x", ctypes.c_int), ("y", ctypes.c_int), ("w", ctypes.c_int), ("h", ctypes.c_int)]


def screens() -> list[Screen]:
    """Return the screens that are plugged in now, in the system's order; the display must be initialised.

    Where SDL's own functions cannot be reached they have no names and are taken to stand from left to right.
    """
    sizes = pygame.display.get_desktop_sizes()
    try:
        sdl = _sdl()
        found = []
        for index in range(max(0, int(sdl.SDL_GetNumVideoDisplays()))):
            bounds = _Rect()
            if sdl.SDL_GetDisplayBounds(index, ctypes.byref(bounds)) == 0:
                name = (sdl.SDL_GetDisplayName(index) or b"").decode("utf-8", "replace")
                found.append(Screen(name, bounds.x, bounds.y, bounds.w, bounds.h))
    except (AttributeError, OSError):
        left = [sum(width for width, _ in sizes[:index]) for index in range(len(sizes))]
        return [Screen("", x, 0, *size) for x, size in zip(left, sizes, strict=True)]
    return found


def looked_up() -> list[Screen]:
    """Return the screens, for a program without a window; none where no display answers."""
    try:
        pygame.display.init()
        found = screens()
        pygame.display.quit()
    except pygame.error:
        return []
    return found


class OneContext:
    """The OpenGL context of the first window, with which any other window can be drawn into.

    Every window of pygame has a context of its own; those of the others stay unused, so that there is one set
    of OpenGL objects.

    Args:
        first: The window whose context is current on this thread.

    Raises:
        GraphicsError: SDL's functions cannot be reached.
    """

    def __init__(self, first: pygame.Window) -> None:
        try:
            self._sdl = _sdl()
            self._context = self._sdl.SDL_GL_GetCurrentContext()
            self._make_current: Callable[[Any, Any], int] = self._sdl.SDL_GL_MakeCurrent
            self._swap: Callable[[Any], None] = self._sdl.SDL_GL_SwapWindow
        except (AttributeError, OSError) as error:
            raise GraphicsError(f"only one window: SDL 2 cannot be reached ({error})") from error
        self._first = self._handle(first)

    def draw_into(self, window: pygame.Window | None = None) -> None:
        """Let framebuffer 0 be that of a window; of the first one without. Raises GraphicsError."""
        handle = self._first if window is None else self._handle(window)
        if self._make_current(handle, self._context) != 0:
            raise GraphicsError(f"the window cannot be drawn into: {pygame.get_error()}")

    def show(self, window: pygame.Window) -> None:
        """Show what was drawn into a window, without waiting for its screen."""
        self._sdl.SDL_GL_SetSwapInterval(0)  # of the window that is drawn into: GLX_EXT_swap_control
        self._swap(self._handle(window))

    def _handle(self, window: pygame.Window) -> ctypes.c_void_p:
        return ctypes.c_void_p(self._sdl.SDL_GetWindowFromID(window.id))


@lru_cache(maxsize=1)
def _sdl() -> Any:
    """Return SDL's functions. Raises AttributeError or OSError where they cannot be reached."""
    library = ctypes.CDLL(pygame.window.__file__)  # looks into the libraries that it was linked with
    library.SDL_GL_GetCurrentContext.restype = ctypes.c_void_p
    library.SDL_GetWindowFromID.restype = ctypes.c_void_p
    library.SDL_GetDisplayName.restype = ctypes.c_char_p
    library.SDL_GL_MakeCurrent.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
    library.SDL_GL_SwapWindow.argtypes = [ctypes.c_void_p]
    return library
