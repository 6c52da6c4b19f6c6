"""Calibration by hand: what the mouse and the keys make of the mappings of all windows. No OpenGL, no window.

Changes that the whole picture shows at once (undo, redo, reset, another grid) keep a distance in time: nobody
may flicker a wall with a key.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import hypot
from typing import Final

from installation.render.mapping.changes import adjusted, figures_of, remade
from installation.render.mapping.handles import MODES, Handles, Mode, within
from installation.render.mapping.undo import Undo
from installation.render.part import Part
from installation.show.mapping import (
    MOST_POINTS,
    DisplayMapping,
    Point,
    Polygon,
    overlaps,
)
from installation.values import Seconds

__all__ = ["Editor", "Pane"]

_REACH: Final = 24.0
"""Pixels within which a press takes a handle."""
_APART: Final[Seconds] = 0.35
"""Least time between two changes of the whole picture: well below three flashes in a second."""
_ARROWS: Final = {"left": (-1.0, 0.0), "right": (1.0, 0.0), "up": (0.0, 1.0), "down": (0.0, -1.0)}
_TAKEN: Final = frozenset(
    "1234567890[]cdginorsuy" + "-=,."  # some do nothing, but they must not play the show either
) | {"tab", "backspace", "delete", "return", *_ARROWS}
_HELP: Final = {
    "corners": "",
    "grid": "G finer   C smooth or straight",
    "blend": "O as wide as the overlaps   [ ] gamma",
    "mask": "click adds a point   N new   Delete point   I hide or keep   [ ] soft",
}


@dataclass(frozen=True, slots=True)
class Pane:
    """A window as the editor needs it.

    Attributes:
        size: Its width and height in pixels.
        part: What it shows.
        fitting: Corners of the picture in it, 0..1, where no mapping pins them.
    """

    size: tuple[int, int]
    part: Part
    fitting: Polygon


class Editor:
    """Edits the mappings of a venue's displays.

    Args:
        names: Names of the displays.
        mappings: Their mappings.
        look: Returns a display's window by its number; None while it has none.

    Attributes:
        mappings: As they are now.
        index: Which display is edited.
        mode: What of it is edited.
        selected: Number of the handle that arrow keys move; -1 for none.
        wish: What is asked of the file: ``save``, ``take back``, or nothing.
        said: Why the last press did nothing.
        done: What was done with the file.
    """

    def __init__(
        self,
        names: Sequence[str],
        mappings: Sequence[DisplayMapping],
        look: Callable[[int], Pane | None],
    ) -> None:
        self.names = tuple(names)
        self.mappings = list(mappings)
        self.index, self.selected = 0, 0
        self.mode: Mode = "corners"
        self.wish, self.said, self.done = "", "", ""
        self._look = look
        self._undo = Undo()
        self._held: Point | None = None
        """Where a press has taken the handle, relative to it; None without one."""
        self._fresh = False
        """Whether that handle has not been moved yet."""
        self._nudged: tuple[int, Mode, int] | None = None
        self._jumped: Seconds = -1.0
        self._draft: list[Point] = []
        """Points of a mask that is no polygon yet."""

    # ---- What is shown --------------------------------------------------------------------------------

    def handles(self) -> Handles | None:
        """Return the handles of the display that is edited; None while its window is away."""
        pane = self._look(self.index)
        if pane is None:
            return None
        part = replace(pane.part, mapping=self.mappings[self.index])
        return Handles(part, pane.fitting, self.mode)

    @property
    def draft(self) -> tuple[Point, ...]:
        """Points of a mask that is no polygon yet, in the display's area."""
        return tuple(self._draft)

    def words(self) -> list[str]:
        """Return what is edited, and the keys, as lines of text."""
        mapping, handles = self.mappings[self.index], self.handles()
        lines = [f"mapping of {self.names[self.index]} ({self.index + 1} of {len(self.names)}): {self.mode}"]
        if handles is None:
            lines[0] += "   its screen is not there"
        elif 0 <= self.selected < handles.count():
            x, y = handles.in_window()[self.selected]
            lines[0] += f"   {handles.name(self.selected)}   {x:.4f} {y:.4f}"
        figures = figures_of(self.mode, mapping)
        lines += [figures] if figures else []
        lines += [f"!{self.said}"] if self.said else []
        lines += [self.done] if self.done else []
        return [
            *lines,
            "1 corners   2 grid   3 blend   4 mask   D display   Tab point   arrows 1 px, Shift 10, Ctrl 0.1",
            *([_HELP[self.mode]] if _HELP[self.mode] else []),
            "U undo   Y redo   R reset   S save   Shift+S take back   F9 leave",
        ]

    # ---- The mouse ------------------------------------------------------------------------------------

    def press(self, index: int, at: Point) -> None:
        """Take the handle at a place of a window, or add a point to a mask there.

        Args:
            index: Number of the display.
            at: Place in its window, 0..1, y up.
        """
        if index != self.index:
            self._turn(index)
        handles, pane = self.handles(), self._look(index)
        if handles is None or pane is None:
            return
        self.said, self.done, self._nudged = "", "", None
        width, height = pane.size
        far = [hypot((x - at[0]) * width, (y - at[1]) * height) for x, y in handles.in_window()]
        nearest = min(range(len(far)), key=far.__getitem__, default=-1)
        if nearest >= 0 and far[nearest] <= _REACH:
            self.selected, self._fresh = nearest, True
            place = handles.in_window()[nearest]
            self._held = (place[0] - at[0], place[1] - at[1])
        elif self.mode == "mask":
            self._add(within(handles.to_area(*handles.surface.picture(*at))))

    def drag(self, at: Point) -> None:
        """Move the handle that was taken."""
        if self._held is not None:
            if self._fresh:
                self._remember()
                self._fresh = False
            self._move((at[0] + self._held[0], at[1] + self._held[1]))

    def release(self) -> None:
        """Let the handle go."""
        self._held = None
        self._undo.drop(self.mappings)  # it was not moved, or back again

    # ---- The keys -------------------------------------------------------------------------------------

    def key(self, name: str, now: Seconds, *, shift: bool = False, ctrl: bool = False) -> bool:
        """Carry out a key; False if it is the show's.

        Args:
            name: Its name, as pygame says it.
            now: Monotonic seconds.
            shift: Whether Shift is held.
            ctrl: Whether Ctrl is held.
        """
        if name not in _TAKEN:
            return False
        self.said = self.done = ""
        if name in _ARROWS:
            step = 10.0 if shift else 0.1 if ctrl else 1.0
            self._nudge(_ARROWS[name], step)
            return True
        self._nudged = self._held = None
        if name in "1234":
            self._turn(self.index, MODES[int(name) - 1])
        elif name == "d":
            self._turn((self.index + (-1 if shift else 1)) % len(self.names))
        elif name == "tab":
            handles = self.handles()
            count = handles.count() if handles is not None else 0
            self.selected = (self.selected + (-1 if shift else 1)) % count if count else -1
        elif name == "s":
            self.wish = "take back" if shift else "save"
        elif name in ("[", "]"):
            self._adjust(1.0 if name == "]" else -1.0)
        elif name in ("delete", "backspace"):
            self._delete()
        elif name == "n":
            self._draft, self.selected = [], -1
        else:
            self._jump(name, now)
        return True

    def put(self, mappings: Sequence[DisplayMapping]) -> None:
        """Take mappings that the file states now."""
        if tuple(mappings) != tuple(self.mappings):
            self._remember()
            self.mappings = list(mappings)
            self.done = self.done or "the file's mapping is taken over; U brings the other back"

    # ---- Changes --------------------------------------------------------------------------------------

    def _turn(self, index: int, mode: Mode | None = None) -> None:
        self.index, self.mode, self.selected = index, mode or self.mode, 0
        self._draft, self._held = [], None

    def _remember(self) -> None:
        self._undo.remember(self.mappings)

    def _set(self, mapping: DisplayMapping) -> None:
        self.mappings[self.index] = mapping

    def _move(self, to: Point) -> bool:
        handles = self.handles()
        if handles is None or not 0 <= self.selected < handles.count():
            return False
        made = handles.moved(self.selected, to)
        self.said = "" if made is not None else "the four corners must stay a convex area"
        if made is not None:
            self._set(made)
        return made is not None

    def _nudge(self, way: Point, step: float) -> None:
        handles, pane = self.handles(), self._look(self.index)
        if handles is None or pane is None or not 0 <= self.selected < handles.count():
            return
        again = self.index, self.mode, self.selected
        if self._nudged != again:  # one step back takes all of a row of nudges
            self._remember()
            self._nudged = again
        x, y = handles.in_window()[self.selected]
        self._move((x + way[0] * step / pane.size[0], y + way[1] * step / pane.size[1]))

    def _adjust(self, way: float) -> None:
        if self.mode in ("blend", "mask"):
            self._remember()
            self._set(adjusted(self.mode, self.mappings[self.index], way))

    def _jump(self, name: str, now: Seconds) -> None:
        """Carry out what changes the whole picture at once."""
        if now - self._jumped < _APART:
            return
        self._jumped = now
        if name == "u":
            self._swap(self._undo.back(self.mappings), "nothing to undo")
        elif name == "y":
            self._swap(self._undo.forward(self.mappings), "nothing to redo")
        elif name == "o" and self.mode == "blend":
            self._overlap()
        elif name in "rgci":
            made = remade(name, self.mode, self.mappings[self.index])
            if made != self.mappings[self.index]:
                self._remember()
                self._set(made)
                self.selected = 0

    def _swap(self, made: Sequence[DisplayMapping] | None, otherwise: str) -> None:
        if made is None:
            self.said = otherwise
            return
        self.mappings = list(made)
        self._draft, self.selected = [], 0

    def _overlap(self) -> None:
        panes = [self._look(index) for index in range(len(self.names))]
        away = [name for name, pane in zip(self.names, panes, strict=True) if pane is None]
        if away:
            self.said = f"the screen of {', '.join(away)} is not there"
            return
        areas = [pane.part.area for pane in panes if pane is not None]
        made = [replace(one, blend=overlaps(areas, at)) for at, one in enumerate(self.mappings)]
        if made != self.mappings:
            self._remember()
            self.mappings = made
        elif not any(any(one.blend) for one in made):
            self.said = "no areas overlap: widen `area` in the venue file first"

    def _add(self, place: Point) -> None:
        """Add a point to the mask that is drawn; from the third point on it is a polygon."""
        mapping = self.mappings[self.index]
        if sum(map(len, mapping.mask)) + len(self._draft) >= MOST_POINTS:
            self.said = f"masks have {MOST_POINTS} points at most"
            return
        if self.selected >= 0 and mapping.mask and not self._draft:
            handles = self.handles()
            if handles is None:
                return
            polygon, point = handles.member(self.selected)
            masks = [list(one) for one in mapping.mask]
            masks[polygon].insert(point + 1, place)
            self.selected += 1
            self._remember()
            self._set(replace(mapping, mask=tuple(tuple(one) for one in masks)))
            return
        self._draft.append(place)
        self.selected = -1
        if len(self._draft) == 3:
            self._remember()
            self._set(replace(mapping, mask=(*mapping.mask, tuple(self._draft))))
            self._draft = []
            self.selected = sum(map(len, self.mappings[self.index].mask)) - 1

    def _delete(self) -> None:
        """Remove the selected point of a mask; a polygon of two is none."""
        handles, mapping = self.handles(), self.mappings[self.index]
        if self.mode != "mask" or handles is None:
            return
        if self._draft:
            self._draft.pop()
        elif 0 <= self.selected < handles.count():
            polygon, point = handles.member(self.selected)
            masks = [list(one) for one in mapping.mask]
            del masks[polygon][point]
            self._remember()
            self._set(replace(mapping, mask=tuple(tuple(one) for one in masks if len(one) >= 3)))
            self.selected = min(self.selected, sum(map(len, self.mappings[self.index].mask)) - 1)
