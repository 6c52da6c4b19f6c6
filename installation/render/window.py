"""The window: displays the picture and receives keys and the mouse.

A window shows one texture, letterboxed, so nothing is stretched. Keys become commands, the mouse becomes
signals; both go into the inbox like every other input.
"""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")  # stdout is data
os.environ.setdefault("SDL_VIDEO_X11_WMCLASS", "photophore")  # used by window managers

import pygame

from installation.errors import GraphicsError
from installation.render.keys import Keys
from installation.values import Command, Reading, Seconds

__all__ = ["Viewport", "Window", "key_code", "letterbox", "must_be_seen", "request_context"]

Put: TypeAlias = Callable[[Reading | Command], None]


def key_code(name: str) -> int:
    """Return pygame's code of a key by its name in the table of commands."""
    code: int = getattr(pygame, f"K_{name if len(name) == 1 else name.upper()}")
    return code


@dataclass(frozen=True, slots=True)
class Viewport:
    """The rectangle of a window that the picture fills, in pixels, origin at the lower left."""

    x: int
    y: int
    width: int
    height: int


@lru_cache(maxsize=4)  # called in every frame
def letterbox(window: tuple[int, int], picture: tuple[int, int]) -> Viewport:
    """Return the largest rectangle with the picture's aspect ratio inside a window, centred."""
    scale = min(window[0] / picture[0], window[1] / picture[1])
    width, height = max(1, round(picture[0] * scale)), max(1, round(picture[1] * scale))
    return Viewport((window[0] - width) // 2, (window[1] - height) // 2, width, height)


class Window:
    """One window with its own OpenGL 3.3 core context (or higher).

    Args:
        title: Text of the title bar.
        size: Size of the drawable in pixels.
        fullscreen: True covers the screen without a mode change.
        screen: Index of the screen, from 0; the first if it does not exist.

    Raises:
        GraphicsError: There is no display, or it offers no OpenGL 3.3.
    """

    def __init__(self, title: str, size: tuple[int, int], fullscreen: bool = False, screen: int = 0) -> None:
        os.environ.setdefault("SDL_VIDEO_X11_NET_WM_BYPASS_COMPOSITOR", "0")
        self._picture = size
        self._band = 0
        self._fullscreen = fullscreen
        self._keys = Keys(key_code)
        try:
            pygame.display.init()
            must_be_seen(pygame.display.get_driver())
            request_context()
            screens = pygame.display.get_desktop_sizes()
            position = _screen_origin(screens, screen) if fullscreen else pygame.WINDOWPOS_CENTERED
            self._window = pygame.Window(title, size, opengl=True, resizable=True, position=position)
            if fullscreen:
                self._window.set_fullscreen(desktop=True)
        except (pygame.error, ValueError) as error:
            raise GraphicsError(f"no window: {error}; without a display use --headless") from error
        pygame.mouse.set_visible(not fullscreen)

    @property
    def size(self) -> tuple[int, int]:
        """Size of the drawable in pixels."""
        width, height = self._window.size
        return width, height

    @property
    def viewport(self) -> Viewport:
        """The rectangle in which the picture is shown."""
        return letterbox(self.size, self._picture)

    def fit(self, picture: tuple[int, int], band: int = 0) -> None:
        """Set the size of the displayed picture, and how many of its lowest rows are not the show's picture.

        A window takes that aspect ratio and keeps its width; a full screen is letterboxed.
        """
        self._picture = picture
        self._band = band
        width, height = self._window.size
        wanted = round(width * picture[1] / picture[0])
        if not self._fullscreen and height != wanted:
            self._window.size = (width, wanted)

    def toggle_fullscreen(self) -> None:
        """Toggle full screen."""
        covers = self._fullscreen or self._window.size in pygame.display.get_desktop_sizes()
        if not self._fullscreen:
            # Also if the window manager made it full screen: SDL only undoes its own change.
            self._window.set_fullscreen(desktop=True)
        if covers:
            self._window.set_windowed()
        self._fullscreen = not covers
        pygame.mouse.set_visible(not self._fullscreen)

    def present(self) -> None:
        """Show the frame. SDL releases the interpreter lock while it waits."""
        self._window.flip()

    def poll(self, put: Put) -> None:
        """Pass on all key and mouse input since the last call."""
        now = time.monotonic()
        for event in pygame.event.get():
            if event.type == pygame.MOUSEMOTION:
                self._mouse(event.pos, now, put)
            elif event.type in (pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP) and event.button <= 3:
                self._mouse(event.pos, now, put)
                put(Reading("/mouse/down", (float(event.type == pygame.MOUSEBUTTONDOWN),), now, "mouse"))
            elif event.type == pygame.KEYDOWN and not getattr(event, "repeat", False):
                self._key_down(event.key, now, put, shift=_shift(event))
            elif event.type == pygame.KEYUP:
                self._key_up(event.key, now, put)
            elif event.type in (pygame.QUIT, pygame.WINDOWCLOSE):
                put(Command("quit", (), now, "window"))
        for command in self._keys.held(now, "keyboard"):
            put(command)

    def _mouse(self, position: tuple[int, int], now: Seconds, put: Put) -> None:
        view = self.viewport
        x = (position[0] - view.x) / view.width
        y = 1.0 - (position[1] - (self.size[1] - view.y - view.height)) / view.height
        band = self._band / self._picture[1]
        y = (y - band) / (1.0 - band)
        put(Reading("/mouse/x", (min(1.0, max(0.0, x)),), now, "mouse"))
        put(Reading("/mouse/y", (min(1.0, max(0.0, y)),), now, "mouse"))

    def _key_down(self, key: int, now: Seconds, put: Put, *, shift: bool = False) -> None:
        if not (shift and self._keys.shifted(key)):  # what a show does with the key alone is not meant
            put(Reading(f"/key/{pygame.key.name(key).replace(' ', '-') or key}", (1.0,), now, "keyboard"))
        asked = self._keys.down(key, now, "keyboard", shift=shift)
        if asked is not None:
            put(asked)

    def _key_up(self, key: int, now: Seconds, put: Put) -> None:
        put(Reading(f"/key/{pygame.key.name(key).replace(' ', '-') or key}", (0.0,), now, "keyboard"))
        self._keys.up(key)

    def close(self) -> None:
        """Close the window."""
        self._window.destroy()
        pygame.display.quit()


def _shift(event: pygame.event.Event) -> bool:
    """Return whether Shift was held while a key went down."""
    return bool(getattr(event, "mod", 0) & pygame.KMOD_SHIFT)


def request_context() -> None:
    """Ask for an OpenGL 3.3 core context for the next window."""
    attributes = (
        (pygame.GL_CONTEXT_MAJOR_VERSION, 3),
        (pygame.GL_CONTEXT_MINOR_VERSION, 3),
        (pygame.GL_CONTEXT_PROFILE_MASK, pygame.GL_CONTEXT_PROFILE_CORE),
        (pygame.GL_DEPTH_SIZE, 0),  # no depth buffer: clearing one costs time
        (pygame.GL_DOUBLEBUFFER, 1),
    )
    for attribute, value in attributes:
        pygame.display.gl_set_attribute(attribute, value)


def must_be_seen(driver: str) -> None:
    """Reject a driver that SDL silently falls back to without a display, unless chosen explicitly."""
    if driver in ("offscreen", "dummy") and not os.environ.get("SDL_VIDEODRIVER"):
        wanted = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or "none"
        raise GraphicsError(f"no window: the display ({wanted}) does not answer; without one use --headless")


def _screen_origin(sizes: list[tuple[int, int]], screen: int) -> tuple[int, int]:
    # SDL arranges screens from left to right by default; an invalid index shows on the first.
    index = screen if 0 <= screen < len(sizes) else 0
    return sum(width for width, _ in sizes[:index]), 0
