"""The windows beside the first one: each shows its part of the canvas on its own screen.

They are drawn with the first window's OpenGL context, one after the other, and none of them waits for its
screen. A screen that is not there is told once, and the show goes on; when it comes, it gets its window.
"""

import logging
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")  # stdout is data

import pygame

from installation.errors import GraphicsError
from installation.logs import Refusals
from installation.render.part import Part
from installation.render.sdl import OneContext, Screen, screens
from installation.show.mapping import DisplayMapping
from installation.show.venue_model import Display
from installation.values import Seconds

__all__ = ["LOOK", "Beside", "find_screen", "part_of", "place"]

LOOK: Final[Seconds] = 1.0
"""How often screens are looked at."""

log = logging.getLogger(__name__)


def part_of(display: Display) -> Part:
    """Return the part of the canvas that a display shows."""
    return Part(display.area, display.rotate, display.flip, display.mapping)


def find_screen(display: Display, found: Sequence[Screen]) -> Screen | None:
    """Return the screen of a display, by part of its name or by its index; None if it is not there."""
    if display.screen_name:
        name = display.screen_name.casefold()
        return next((one for one in found if name in one.name.casefold()), None)
    return found[display.screen] if display.screen < len(found) else None


def place(
    display: Display, screen: Screen, canvas: tuple[int, int], *, covers: bool
) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return position and size of a display's window, in the desktop's pixels.

    One that does not cover its screen lies there as its part lies in the canvas, so that windows on one
    screen stand side by side.

    Args:
        display: The display.
        screen: Its screen.
        canvas: Size of the canvas in pixels.
        covers: Whether it covers the screen.
    """
    if covers:
        return (screen.x, screen.y), (screen.width, screen.height)
    share = min(1.0, screen.width / canvas[0], screen.height / canvas[1])
    width, height = (max(1, round(one * share)) for one in part_of(display).size(canvas))
    left, bottom, right, top = display.area
    x = screen.x + screen.width / 2 + ((left + right) / 2 - 0.5) * canvas[0] * share - width / 2
    y = screen.y + screen.height / 2 + (0.5 - (bottom + top) / 2) * canvas[1] * share - height / 2
    return (round(x), round(y)), (width, height)


@dataclass(slots=True)
class _Pane:
    """One display and its window while its screen is there."""

    display: Display
    part: Part
    window: pygame.Window | None = None
    screen: Screen | None = None
    missed: bool = False


@dataclass(slots=True)
class Beside:
    """The other windows of a venue.

    Args:
        displays: Its displays but the first.
        canvas: Size of the canvas in pixels.
        title: Of their title bars.
        fullscreen: Whether all of them cover their screens, whatever the venue says.
        context: That of the first window.
        look_up: Returns the screens; tests bring their own.

    Attributes:
        refusals: Counts looks at screens that were not there; those of the show once there is one.
    """

    displays: Sequence[Display]
    canvas: tuple[int, int]
    title: str
    fullscreen: bool
    context: OneContext
    look_up: Callable[[], list[Screen]] = screens
    refusals: Refusals = field(default_factory=lambda: Refusals("displays"))
    _panes: list[_Pane] = field(default_factory=list)
    _next: Seconds = 0.0

    def __post_init__(self) -> None:
        self._panes = [_Pane(one, part_of(one)) for one in self.displays]

    def look(self, now: Seconds) -> None:
        """Open and close windows as screens come and go; a look a second at most, and free between."""
        if now < self._next:
            return
        self._next = now + LOOK
        found = self.look_up()
        for pane in self._panes:
            screen = find_screen(pane.display, found)
            if pane.window is not None and screen != pane.screen:
                self._shut(pane)
            if screen is None:
                self._miss(pane, found)
            elif pane.window is None:
                self._open(pane, screen)

    def windows(self) -> Iterator[tuple[pygame.Window, Part]]:
        """Yield the windows that are open, each with what it shows."""
        for pane in self._panes:
            if pane.window is not None:
                yield pane.window, pane.part

    def panes(self) -> list[tuple[pygame.Window | None, Part]]:
        """Return the window of each display, None while it has none, and what it shows."""
        return [(pane.window, pane.part) for pane in self._panes]

    def remap(self, index: int, mapping: DisplayMapping) -> None:
        """Bend, blend and mask a display another way from the next frame on."""
        pane = self._panes[index]
        pane.part = replace(pane.part, mapping=mapping)

    def draw(self, draw: Callable[[tuple[int, int], Part], None]) -> None:
        """Draw into each window and show it; after that the first window is drawn into again.

        Args:
            draw: Draws over a window of this size, in pixels, into framebuffer 0.
        """
        drawn = False
        for window, part in self.windows():
            try:
                self.context.draw_into(window)
            except GraphicsError as error:  # its screen has just gone
                self.refusals.note("a window that cannot be drawn into", str(error), "plug its screen in")
                continue
            width, height = window.size
            draw((width, height), part)
            self.context.show(window)
            drawn = True
        if drawn:
            self.context.draw_into()

    def close(self) -> None:
        """Close all of them."""
        for pane in self._panes:
            self._shut(pane)

    def _open(self, pane: _Pane, screen: Screen) -> None:
        display, covers = pane.display, self.fullscreen or pane.display.fullscreen
        position, size = place(display, screen, self.canvas, covers=covers)
        title = f"{self.title}: {display.name}"
        try:
            window = pygame.Window(title, size, opengl=True, resizable=True, position=position)
            if covers:
                window.set_fullscreen(desktop=True)
        except pygame.error as error:
            self.context.draw_into()
            self._tell(pane, str(error), "see `photophore doctor`")
            return
        self.context.draw_into()  # a new window makes a context of its own current
        pane.window, pane.screen, pane.missed = window, screen, False
        log.info("display %s is on screen %s", display.name, screen.name or display.screen)

    def _shut(self, pane: _Pane) -> None:
        if pane.window is not None:
            self.context.draw_into()
            pane.window.destroy()
            pane.window = pane.screen = None

    def _miss(self, pane: _Pane, found: Sequence[Screen]) -> None:
        display = pane.display
        wanted = repr(display.screen_name) if display.screen_name else f"number {display.screen}"
        there = ", ".join(f"{at} {one.name!r} {one.width}x{one.height}" for at, one in enumerate(found))
        self._tell(pane, f"its screen {wanted} is not there; there are {there}", "plug it in, or correct it")

    def _tell(self, pane: _Pane, reason: str, remedy: str) -> None:
        """Tell why a display has no window: in the log once, counted as long as it lasts."""
        if not pane.missed:
            log.warning("display %s has no window: %s; the show goes on", pane.display.name, reason)
        pane.missed = True
        self.refusals.note("a display without its screen", f"{pane.display.name}: {reason}", remedy)
