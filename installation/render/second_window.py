"""A window beside the picture's, in a process of its own: an OpenGL context, and input as plain values.

It is never on the screen that the picture covers, unless there is no other and that was asked for.
"""

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")  # stdout is data

import pygame

from installation.errors import GraphicsError
from installation.render.keys import Keys
from installation.render.sdl import Screen, screens
from installation.render.window import key_code, must_be_seen, request_context
from installation.values import Command

__all__ = ["Input", "SecondWindow", "place"]

Kind: TypeAlias = Literal["move", "leave", "press", "release", "wheel", "key", "key up", "text", "close"]

_CLASS: Final = "photophore-operator"
"""By which window managers know it from the picture's."""
_MARGIN: Final = 40
"""Pixels between a new window and the edge of its screen."""
_SHARE: Final = 0.92
"""Share of a screen's width and height that a new window takes at most."""


@dataclass(frozen=True, slots=True)
class Input:
    """One thing that happened to a window.

    Attributes:
        kind: What happened.
        x, y: Pixels from the upper left, or how far the wheel was turned.
        button: 0 left, 1 right, 2 middle.
        name: Name of a key, e.g. ``left shift``; or text that was typed.
    """

    kind: Kind
    x: float = 0.0
    y: float = 0.0
    button: int = 0
    name: str = ""


class SecondWindow:
    """One window with its own OpenGL 3.3 core context (or higher).

    Args:
        title: Text of the title bar.
        size: Wanted size in pixels; it is reduced to the screen's.
        picture_on: Screens that the picture covers, each by index or part of its name.
        anywhere: Whether it may open on that screen if there is no other.

    Raises:
        GraphicsError: There is no display, no OpenGL 3.3, or no screen but the picture's.
    """

    def __init__(
        self, title: str, size: tuple[int, int], picture_on: Sequence[str] = (), *, anywhere: bool = True
    ) -> None:
        os.environ["SDL_VIDEO_X11_WMCLASS"] = _CLASS
        try:
            pygame.display.init()
            must_be_seen(pygame.display.get_driver())
            request_context()
            found = place(screens(), size, picture_on, anywhere=anywhere)
            if found is None:
                raise GraphicsError(
                    "the picture covers the only screen, so the operator's screen does not open; "
                    "connect another, or start with --operator to have it there"
                )
            position, fitting = found
            self._window = pygame.Window(title, fitting, opengl=True, resizable=True, position=position)
            self._window.minimum_size = (800, 500)
        except (pygame.error, ValueError) as error:
            raise GraphicsError(f"no window: {error}") from error
        self._keys = Keys(key_code)

    @property
    def size(self) -> tuple[int, int]:
        """Size of the drawable in pixels."""
        width, height = self._window.size
        return width, height

    def flip(self) -> None:
        """Show what was drawn."""
        self._window.flip()

    def poll(self, *, typing: bool) -> tuple[list[Input], list[Command]]:
        """Return what happened since the last call, and the commands that keys gave.

        Args:
            typing: Whether keys belong to a text field, so that they give no commands.
        """
        now = time.monotonic()
        happened: list[Input] = []
        commands: list[Command] = []
        for event in pygame.event.get():
            found = _input(event)
            if found is not None:
                happened.append(found)
            if event.type == pygame.KEYDOWN and not typing and not getattr(event, "repeat", False):
                command = self._keys.down(
                    event.key, now, "operator", shift=bool(getattr(event, "mod", 0) & pygame.KMOD_SHIFT)
                )
                commands += [command] if command is not None else []
            elif event.type == pygame.KEYUP:
                self._keys.up(event.key)
            elif event.type == pygame.WINDOWFOCUSLOST:
                self._keys.let_go()
        return happened, [*commands, *self._keys.held(now, "operator")]

    def copy_text(self, text: str) -> None:
        """Put text on the clipboard."""
        pygame.scrap.put_text(text)

    def close(self) -> None:
        """Close the window."""
        self._window.destroy()
        pygame.display.quit()


def place(
    screens: Sequence[Screen], size: tuple[int, int], picture_on: Sequence[str], *, anywhere: bool
) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """Return position and size of a new window; None if no screen is left for it.

    Args:
        screens: The screens.
        size: Wanted size.
        picture_on: Screens that the picture covers, each by index or part of its name; the first one is
            covered if none of them is there.
        anywhere: Whether the picture's screens count, too, if there is no other.
    """
    covered = {at for at, one in enumerate(screens) if any(_names(text, at, one) for text in picture_on)}
    if picture_on and not covered:
        covered = {0}
    free = [one for at, one in enumerate(screens) if at not in covered]
    if not free and not anywhere:
        return None
    screen = free[0] if free else screens[0]
    width, height = min(size[0], round(_SHARE * screen.width)), min(size[1], round(_SHARE * screen.height))
    left, top = min(_MARGIN, screen.width - width), min(_MARGIN, screen.height - height)
    return (screen.x + left, screen.y + top), (width, height)


def _names(text: str, index: int, screen: Screen) -> bool:
    """Whether a text is the index of a screen, or part of its name."""
    return text == str(index) if text.isdecimal() else text.casefold() in screen.name.casefold()


def _input(event: pygame.event.Event) -> Input | None:
    """Return an event as plain values; None for one that nobody needs."""
    match event.type:
        case pygame.MOUSEMOTION:
            return Input("move", event.pos[0], event.pos[1])
        case pygame.WINDOWLEAVE:
            return Input("leave")
        case pygame.MOUSEBUTTONDOWN | pygame.MOUSEBUTTONUP if event.button <= 3:
            kind: Kind = "press" if event.type == pygame.MOUSEBUTTONDOWN else "release"
            return Input(kind, event.pos[0], event.pos[1], {1: 0, 2: 2, 3: 1}[event.button])
        case pygame.MOUSEWHEEL:
            return Input("wheel", event.precise_x, event.precise_y)
        case pygame.KEYDOWN:
            return Input("key", name=pygame.key.name(event.key))
        case pygame.KEYUP:
            return Input("key up", name=pygame.key.name(event.key))
        case pygame.TEXTINPUT:
            return Input("text", name=event.text)
        case pygame.QUIT | pygame.WINDOWCLOSE:
            return Input("close")
    return None
