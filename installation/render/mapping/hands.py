"""Mouse and keys of the windows for the editor of mappings, while the calibration is on."""

import os
from typing import Final

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")  # stdout is data

import pygame

from installation.render.mapping.card import Marks
from installation.render.mapping.editor import Editor, Pane
from installation.render.window import Window, letterbox
from installation.show.mapping import Point
from installation.values import Seconds

__all__ = ["Hands"]

_WAIT: Final[Seconds] = 0.4
"""How long an arrow key is held before it repeats."""
_AGAIN: Final[Seconds] = 1 / 30
_ARROWS: Final = frozenset({"left", "right", "up", "down"})


class Hands:
    """Gives the editor what happens to the windows.

    Args:
        window: The windows.
        canvas: Size of the picture in pixels.

    Attributes:
        editor: What they edit.
    """

    def __init__(self, window: Window, names: list[str], canvas: tuple[int, int]) -> None:
        self._window, self._canvas = window, canvas
        mappings = [part.mapping for _, part in window.panes()]
        self.editor = Editor(names, mappings, self._look)
        self._down: tuple[str, int, Seconds] | None = None

    def take(self, event: pygame.event.Event, now: Seconds) -> bool:
        """Take an event if it belongs to the calibration; all of the mouse does, and some keys."""
        editor = self.editor
        if event.type == pygame.MOUSEBUTTONDOWN:
            found = self._at(event)
            if found is not None and event.button == 1:
                editor.press(*found)
        elif event.type == pygame.MOUSEMOTION:
            at = self._dragged(event)
            if at is not None:
                editor.drag(at)
        elif event.type == pygame.MOUSEBUTTONUP:
            editor.release()
        elif event.type == pygame.KEYDOWN:
            name = pygame.key.name(event.key)
            if getattr(event, "repeat", False):
                return name in _ARROWS
            mod = getattr(event, "mod", 0)
            self._down = (name, mod, now + _WAIT) if name in _ARROWS else None
            return self._key(name, mod, now)
        elif event.type == pygame.KEYUP:
            self._down = None
            return pygame.key.name(event.key) in _ARROWS
        else:
            return False
        return True

    def tick(self, now: Seconds) -> None:
        """Repeat an arrow key that is held; once a frame."""
        if self._down is not None and now >= self._down[2]:
            name, mod, due = self._down
            self._down = name, mod, max(due + _AGAIN, now)
            self._key(name, mod, now)

    def show(self) -> None:
        """Give the windows what the editor has changed."""
        for index, mapping in enumerate(self.editor.mappings):
            self._window.remap(index, mapping)

    def marks(self) -> Marks:
        """Return what the test card shows."""
        editor, handles = self.editor, self.editor.handles()
        areas = [part.area for _, part in self._window.panes()]
        if handles is None:
            return Marks(editor.names, areas, editor.index, (), -1)
        seen = handles.part.map()
        points = [seen.point(*one) for one in handles.in_part()]
        lines: list[list[Point]] = []
        if editor.mode == "mask":
            first = 0
            for polygon in handles.mapping.mask:
                corners = points[first : first + len(polygon)]
                lines.append([*corners, corners[0]])
                first += len(polygon)
            draft = [seen.point(*handles.from_area(*one)) for one in editor.draft]
            lines += [draft] if len(draft) > 1 else []
            points += draft
        elif editor.mode == "blend":
            left, bottom, right, top = handles.mapping.blend
            for a, b in (
                ((left, 0.0), (left, 1.0)), ((0.0, bottom), (1.0, bottom)),
                ((1.0 - right, 0.0), (1.0 - right, 1.0)), ((0.0, 1.0 - top), (1.0, 1.0 - top)),
            ):  # fmt: skip
                lines.append([seen.point(*handles.from_area(*one)) for one in (a, b)])
        frozen = tuple(tuple(one) for one in lines)
        return Marks(editor.names, tuple(areas), editor.index, tuple(points), editor.selected, frozen)

    def _key(self, name: str, mod: int, now: Seconds) -> bool:
        shift, ctrl = bool(mod & pygame.KMOD_SHIFT), bool(mod & pygame.KMOD_CTRL)
        return self.editor.key(name, now, shift=shift, ctrl=ctrl)

    def _look(self, index: int) -> Pane | None:
        window, part = self._window.panes()[index]
        if window is None:
            return None
        width, height = window.size
        view = letterbox((width, height), part.size(self._canvas))
        return Pane((width, height), part, view.corners((width, height)))

    def _at(self, event: pygame.event.Event) -> tuple[int, Point] | None:
        """Return which display an event of the mouse belongs to, and where in its window."""
        for index, (window, _) in enumerate(self._window.panes()):
            if window is not None and window is event.window:
                return index, _place(window, event.pos)
        return None

    def _dragged(self, event: pygame.event.Event) -> Point | None:
        """Return where the mouse is in the window that is edited, also if another one has its events.

        SDL gives all motion to the window with the keyboard while a button is held.
        """
        edited, heard = self._window.panes()[self.editor.index][0], event.window
        if edited is None or heard is None:
            return None
        x, y = (
            at + other - own
            for at, other, own in zip(event.pos, heard.position, edited.position, strict=True)
        )
        return _place(edited, (x, y))


def _place(window: pygame.Window, pixel: tuple[int, int]) -> Point:
    """Return the place of a pixel of a window, 0..1, y up."""
    width, height = window.size
    return (pixel[0] + 0.5) / width, 1.0 - (pixel[1] + 0.5) / height
