"""The window: displays the picture and receives keys and the mouse.

A window shows one texture, letterboxed, so nothing is stretched. Keys become commands, the mouse becomes
signals; both go into the inbox like every other input.
"""

import logging
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeAlias

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")  # stdout is data
os.environ.setdefault("SDL_VIDEO_X11_WMCLASS", "photophore")  # used by window managers

import pygame

from installation.errors import GraphicsError
from installation.render.beside import LOOK, Beside, find_screen, part_of, place
from installation.render.keys import Keys
from installation.render.mapping.surface import Surface
from installation.render.part import WHOLE, Part
from installation.render.sdl import OneContext, Screen, screens
from installation.show.mapping import DisplayMapping, Polygon
from installation.show.venue_model import Display
from installation.values import Command, Reading, Seconds

log = logging.getLogger(__name__)

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

    def corners(self, window: tuple[int, int]) -> Polygon:
        """Return its lower left, lower right, upper right and upper left corner, 0..1 of the window."""
        left, right = self.x / window[0], (self.x + self.width) / window[0]
        bottom, top = self.y / window[1], (self.y + self.height) / window[1]
        return (left, bottom), (right, bottom), (right, top), (left, top)


@lru_cache(maxsize=4)  # called in every frame
def letterbox(window: tuple[int, int], picture: tuple[int, int]) -> Viewport:
    """Return the largest rectangle with the picture's aspect ratio inside a window, centred."""
    scale = min(window[0] / picture[0], window[1] / picture[1])
    width, height = max(1, round(picture[0] * scale)), max(1, round(picture[1] * scale))
    return Viewport((window[0] - width) // 2, (window[1] - height) // 2, width, height)


class Window:
    """One window with its own OpenGL 3.3 core context (or higher), and those of other displays beside it.

    Args:
        title: Text of the title bar.
        size: Size of the picture in pixels; of the drawable too, unless it covers a screen or shows a part.
        fullscreen: True covers the screen without a mode change.
        display: Its screen, and what it shows there; the first screen if that is not there.

    Attributes:
        beside: The other displays; None for one window.
        tool: Takes events that are not meant for the show; returns whether it took one.

    Raises:
        GraphicsError: There is no display, or it offers no OpenGL 3.3.
    """

    beside: Beside | None = None
    tool: Callable[[pygame.event.Event, Seconds], bool] | None = None

    def __init__(
        self, title: str, size: tuple[int, int], fullscreen: bool = False, display: Display | None = None
    ) -> None:
        os.environ.setdefault("SDL_VIDEO_X11_NET_WM_BYPASS_COMPOSITOR", "0")
        self._picture = size
        self._title = title
        self._display = display
        self._look_at: Seconds = 0.0
        self._part = part_of(display) if display is not None else WHOLE
        self._band = 0
        self._fullscreen = fullscreen
        self._keys = Keys(key_code)
        try:
            pygame.display.init()
            must_be_seen(pygame.display.get_driver())
            request_context()
            found = screens() or [Screen("", 0, 0, *size)]
            self._on = find_screen(display, found) if display is not None else None
            if display is not None and self._on is None:
                log.warning("display %s is on the first screen: its own is not there", display.name)
            position: tuple[int, int] | int = (found[0].x, found[0].y)
            fitting = size
            if display is not None:
                position, fitting = place(display, self._on or found[0], size, covers=fullscreen)
            elif not fullscreen:
                position = pygame.WINDOWPOS_CENTERED
            self._window = pygame.Window(title, fitting, opengl=True, resizable=True, position=position)
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
    def is_display(self) -> bool:
        """Whether it is a display of the venue, and not a preview of the whole canvas."""
        return self._display is not None

    @property
    def part(self) -> Part:
        """What part of the picture it shows."""
        return self._part

    @property
    def viewport(self) -> Viewport:
        """The rectangle in which the picture is shown."""
        return letterbox(self.size, self._part.size(self._picture))

    def open_beside(self, displays: Sequence[Display], *, fullscreen: bool) -> None:
        """Open the windows of other displays, now and whenever their screens come.

        Args:
            displays: The displays.
            fullscreen: Whether all of them cover their screens, whatever the venue says.

        Raises:
            GraphicsError: This machine's SDL has one window only.
        """
        context = OneContext(self._window)
        self.beside = Beside(displays, self._picture, self._title, fullscreen, context)
        self.beside.look(time.monotonic())

    def fit(self, picture: tuple[int, int], band: int = 0) -> None:
        """Set the size of the displayed picture, and how many of its lowest rows are not the show's picture.

        A window takes that aspect ratio and keeps its width; a full screen is letterboxed.
        """
        self._picture = picture
        self._band = band
        width, height = self._window.size
        shown = self._part.size(picture)
        wanted = round(width * shown[1] / shown[0])
        if not self._fullscreen and height != wanted:
            self._window.size = (width, wanted)

    def panes(self) -> list[tuple[pygame.Window | None, Part]]:
        """Return each display's window, None while its screen is away, and what it shows."""
        return [(self._window, self._part), *(self.beside.panes() if self.beside is not None else ())]

    def remap(self, index: int, mapping: DisplayMapping) -> None:
        """Bend, blend and mask a display, by its place in the venue, another way from the next frame on."""
        if index == 0:
            self._part = replace(self._part, mapping=mapping)
        elif self.beside is not None:
            self.beside.remap(index - 1, mapping)

    def point(self, *, shown: bool) -> None:
        """Show the mouse pointer, or hide it again where the window covers its screen."""
        pygame.mouse.set_visible(shown or not self._fullscreen)

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
        if now >= self._look_at:
            self._look_at = now + LOOK
            self._follow(screens())
        if self.beside is not None:
            self.beside.look(now)
        for event in pygame.event.get():
            if self.tool is not None and self.tool(event, now):
                continue
            if event.type == pygame.MOUSEMOTION:
                self._mouse(event, now, put)
            elif event.type in (pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP) and event.button <= 3:
                self._mouse(event, now, put)
                put(Reading("/mouse/down", (float(event.type == pygame.MOUSEBUTTONDOWN),), now, "mouse"))
            elif event.type == pygame.KEYDOWN and not getattr(event, "repeat", False):
                self._key_down(event.key, now, put, shift=_shift(event))
            elif event.type == pygame.KEYUP:
                self._key_up(event.key, now, put)
            elif event.type in (pygame.QUIT, pygame.WINDOWCLOSE):
                put(Command("quit", (), now, "window"))
        for command in self._keys.held(now, "keyboard"):
            put(command)

    def _follow(self, found: Sequence[Screen]) -> None:
        """Cover the screen of the display again when it has come back, or has another place or size.

        While it is away the window stands wherever the system has put it: it holds the OpenGL context.
        """
        screen = find_screen(self._display, found) if self._display is not None else None
        before, self._on = self._on, screen
        if self._display is None or screen == before or not self._fullscreen:
            return
        if screen is None:
            log.warning("the screen of display %s has gone; the show goes on", self._display.name)
            return
        log.info("display %s is on screen %s", self._display.name, screen.name or self._display.screen)
        self._window.set_windowed()
        self._window.position = screen.x, screen.y
        self._window.set_fullscreen(desktop=True)

    def _mouse(self, event: pygame.event.Event, now: Seconds, put: Put) -> None:
        size, part, picture = self.size, self._part, self._picture
        if self.beside is not None:
            for window, shown in self.beside.windows():
                if window is event.window:
                    size, part, picture = window.size, shown, self.beside.canvas
        view = letterbox(size, part.size(picture))
        s = (event.pos[0] - view.x) / view.width
        t = 1.0 - (event.pos[1] - (size[1] - view.y - view.height)) / view.height
        if part.mapping.corners or part.mapping.grid:
            surface = Surface(part.mapping, view.corners(size))
            s, t = surface.picture((event.pos[0] + 0.5) / size[0], 1.0 - (event.pos[1] + 0.5) / size[1])
        x, y = part.map().point(s, t)
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
        """Close the window, and those beside it."""
        if self.beside is not None:
            self.beside.close()
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
