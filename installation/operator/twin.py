"""The on-screen twin of a controller: what its controls would send, without owning it.

A profile of ``installation.surface`` says what controls there are, where they lie and which message each
sends; a twin gives the same readings, as the device would.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from installation.surface.light import shown
from installation.surface.profile import TWIN, Control, Profile
from installation.values import Address, Seconds

__all__ = ["HELD", "Box", "Twin", "Twins", "step_value"]

Gesture = Literal["place", "press", "release", "step"]

HELD: Final = (0.86, 0.85, 0.82)
"""Colour, sRGB, of a button without a light while it is held on the screen."""

_AGAIN: Final[Seconds] = 5.0
"""After this a controller is told of again while the stage does not know it, as after a restart; after twice
as long each time, since one with nothing to move in this show stays unknown."""
_SELDOM: Final[Seconds] = 300.0
_LAST: Final = 127
_STEPS: Final = {"offset": (65, 63), "twos": (1, 127), "sign": (1, 65)}
"""Data byte of one step up and one step down (``ControlKeys.relative`` of the profiles)."""


def step_value(relative: str, up: bool) -> float:
    """Return the reading, 0..1, of one step of an encoder without end: its data byte by 127."""
    forwards, back = _STEPS[relative]
    return (forwards if up else back) / _LAST


@dataclass(frozen=True, slots=True)
class Box:
    """One control on the screen: its rectangle as shares of the twin's, y downwards."""

    control: Control
    x: float
    y: float
    width: float
    height: float


@dataclass(slots=True)
class Twin:
    """One controller.

    Attributes:
        profile: What it is.
        places: Positions that were set here, by the name of the control; 0..1.
        down: Names of the buttons that are held.
    """

    profile: Profile
    places: dict[str, float] = field(default_factory=dict)
    down: set[str] = field(default_factory=set)

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in units of the profile's grid."""
        left, top, right, bottom = self._edges()
        return right - left, bottom - top

    def boxes(self) -> Iterator[Box]:
        """Yield the controls with their rectangles."""
        left, top, right, bottom = self._edges()
        width, height = right - left, bottom - top
        for one in self.profile.controls:
            x, y, w, h = one.at
            yield Box(one, (x - left) / width, (y - top) / height, w / width, h / height)

    def address(self, control: Control) -> Address:
        """Return the address of a control's readings."""
        return f"{self.profile.prefix}/{control.reading}"

    def light(self, control: Control, values: Sequence[float]) -> tuple[float, float, float] | None:
        """Return the colour, sRGB 0..1, of a control's light; None if it is dark.

        A control without a light is drawn lit while it is held here.

        Args:
            control: The control.
            values: What its light shows, as ``ControlLine.light``: level, blink, red, green, blue.
        """
        light = (self.profile.lights or {}).get(control.light)
        if light is None:
            return HELD if control.name in self.down else None
        return light.looks(shown(values))

    def act(self, control: Control, gesture: Gesture, value: float = 1.0) -> tuple[Address, float] | None:
        """Return the reading that a gesture makes; None where it makes none.

        Args:
            control: What is moved.
            gesture: ``place`` to a value, ``press``, ``release``, or one ``step`` up (value > 0) or down.
            value: 0..1 of its way.
        """
        address = self.address(control)
        if gesture == "step" or control.relative:
            if gesture != "step" or not control.relative:
                return None
            return address, step_value(control.relative, value > 0)
        if gesture == "press":
            self.down.add(control.name)
            return address, 1.0
        if gesture == "release":
            if control.name not in self.down:
                return None
            self.down.discard(control.name)
            return address, 0.0
        sent = round(min(1.0, max(0.0, value)) * _LAST) / _LAST if self._coarse(control) else value
        if self.places.get(control.name) == sent:
            return None
        self.places[control.name] = sent
        return address, sent

    @staticmethod
    def _coarse(control: Control) -> bool:
        """Whether a control sends 7 bits."""
        return not control.reading.rpartition("/")[0].endswith(("cc14", "nrpn")) and "pitch" not in (
            control.reading
        )

    def _edges(self) -> tuple[float, float, float, float]:
        boxes = [one.at for one in self.profile.controls] or [(0.0, 0.0, 1.0, 1.0)]
        return (
            min(x for x, _, _, _ in boxes),
            min(y for _, y, _, _ in boxes),
            max(x + w for x, _, w, _ in boxes),
            max(y + h for _, y, _, h in boxes),
        )


class Twins:
    """All twins, and which of them is looked at: the one that was chosen, else the first that is plugged in.

    Args:
        each: The twins.

    Attributes:
        chosen: Number of the one that was chosen; None before that.
    """

    def __init__(self, each: Sequence[Twin]) -> None:
        self.each = tuple(each)
        self.chosen: int | None = None
        self._next: dict[Address, tuple[Seconds, Seconds]] = {}

    def number(self, plugged: Callable[[Address], bool]) -> int:
        """Return the number of the one that is looked at.

        Args:
            plugged: Tells whether the controller of an address is plugged in.
        """
        if self.chosen is not None:
            return self.chosen
        there = (number for number, one in enumerate(self.each) if plugged(one.profile.prefix))
        return next(there, 0)

    def announce(self, twin: Twin, bound: Iterable[Address], now: Seconds) -> tuple[Address, float] | None:
        """Return the reading by which the stage takes up the default map of a controller that is not there.

        Args:
            twin: The one that is looked at.
            bound: Addresses of all controls that do something.
            now: Monotonic seconds.

        Returns:
            None where its controls do something already, or where it was told a moment ago.
        """
        prefix = twin.profile.prefix
        if any(one.startswith(f"{prefix}/") for one in bound):
            self._next.pop(prefix, None)
            return None
        due, wait = self._next.get(prefix, (now, _AGAIN))
        if now < due:
            return None
        self._next[prefix] = now + wait, min(2.0 * wait, _SELDOM)
        return f"{prefix}/{TWIN}", 1.0
