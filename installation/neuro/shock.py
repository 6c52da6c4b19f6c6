"""Shockwaves: fronts that run through picture and lamps from where people disagree most.

Speeds are in picture heights (H) a second, places in shares of the picture, x to the right, y up. A front's
energy is 0 when there is none.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation import portable_math
from installation.neuro.parameters import MOST_SHOCKS
from installation.neuro.people import AT_X, AT_Y
from installation.show.interface import ShockSpec
from installation.values import Seconds

__all__ = ["LIFE", "Front", "Shocks", "disagreement"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

LIFE: Final[Seconds] = 6.0
"""After this time a front has gone: at 0.8 H/s it is 4.8 H away."""
OLDEST: Final[Seconds] = 10.0
_FADE: Final[Seconds] = 3.0
"""Over this last part of its life a front loses its energy."""
_CLEAR: Final = 0.2
"""No front begins nearer to the centre of the picture than this share of it."""
_NEIGHBOUR: Final = 0.25
"""At this distance, a share of the room, a difference between two people counts half."""


@dataclass(slots=True)
class Front:
    """One front; ``age`` in seconds, ``energy`` 0..1 as it is now."""

    x: float = 0.5
    y: float = 0.5
    age: Seconds = OLDEST
    energy: float = 0.0
    speed: float = 0.8
    strength: float = 0.0


class Shocks:
    """The newest four fronts. A new one takes the place of the oldest, and no other one moves.

    Attributes:
        fronts: All four.
        resting: Whether none runs and none waits: all are as old as they get, and nothing changes with time.
    """

    def __init__(self) -> None:
        self.fronts = [Front() for _ in range(MOST_SHOCKS)]
        self._next = 0
        self._waiting: list[tuple[Seconds, Front]] = []
        self.resting = False
        self._table: Floats | None = None

    def send(self, spec: ShockSpec, origin: tuple[float, float]) -> None:
        """Send out fronts from one place: the first with the next frame, the others after it."""
        self.resting = False
        self._waiting = [
            (place * spec.apart, Front(*origin, 0.0, 0.0, spec.speed, strength))
            for place, strength in enumerate(spec.energy)
        ]

    def calm(self) -> None:
        """Take all fronts away."""
        self._waiting = []
        self._table = None
        for front in self.fronts:
            front.age, front.energy, front.strength = OLDEST, 0.0, 0.0

    def advance(self, dt: Seconds) -> None:
        """Let fronts run on, and those begin whose time has come."""
        if self.resting:
            return
        self._table = None
        for front in self.fronts:
            front.age = min(front.age + dt, OLDEST)
        due = [(wait - dt, front) for wait, front in self._waiting]
        self._waiting = [(wait, front) for wait, front in due if wait > 0.0]
        for wait, front in due:
            if wait <= 0.0:
                front.age = -wait
                self.fronts[self._next] = front
                self._next = (self._next + 1) % MOST_SHOCKS
        for front in self.fronts:
            left = min(max((LIFE - front.age) / _FADE, 0.0), 1.0)
            front.energy = front.strength * left * left * (3.0 - 2.0 * left)
        self.resting = not self._waiting and all(front.age >= OLDEST for front in self.fronts)

    def table(self) -> Floats:
        """``(4, 5)``: x, y, age, energy and speed of each; not to be written."""
        if self._table is None:
            self._table = np.array([[one.x, one.y, one.age, one.energy, one.speed] for one in self.fronts])
            self._table.flags.writeable = False
        return self._table


def disagreement(
    values: Floats, present: Flags, arousal: Floats, phase: Floats, chance: float
) -> tuple[float, float]:
    """The place between the two neighbours who differ most, and never the centre of the picture.

    How far two people differ is half the sum of the difference of their arousals and (1 - cos) / 2 of that of
    their breaths' phases; it counts less the further apart they stand. Where only one person is, it is their
    place; where nobody is, chance.

    Args:
        values: ``(40, 6)`` readings.
        present: Who is there.
        arousal: ``(40,)``, NaN where it is not known.
        phase: ``(40,)`` turns, NaN where it is not known.
        chance: 0..1, for a direction where there is none.
    """
    placed = np.flatnonzero(present & np.isfinite(values[:, AT_X]) & np.isfinite(values[:, AT_Y]))
    if not len(placed):
        return _aside(0.5, 0.5, chance)
    x, y = values[placed, AT_X], values[placed, AT_Y]
    if len(placed) == 1:
        return _aside(float(x[0]), float(y[0]), chance)
    excited = np.nan_to_num(arousal[placed])
    turns = phase[placed]
    apart = 0.5 - 0.5 * portable_math.cos_turns(turns[:, np.newaxis] - turns[np.newaxis, :])
    differ = 0.5 * np.abs(excited[:, np.newaxis] - excited[np.newaxis, :]) + 0.5 * np.nan_to_num(apart)
    dx, dy = x[:, np.newaxis] - x[np.newaxis, :], y[:, np.newaxis] - y[np.newaxis, :]
    near = 1.0 / (1.0 + (dx * dx + dy * dy) / (_NEIGHBOUR * _NEIGHBOUR))
    weight = np.triu(differ * near + 1e-9 * near, 1)
    first, second = divmod(int(np.argmax(weight)), len(placed))
    return _aside(float(x[first] + x[second]) / 2, float(y[first] + y[second]) / 2, chance)


def _aside(x: float, y: float, chance: float) -> tuple[float, float]:
    """Move a place out of the middle, straight away from the centre."""
    dx, dy = x - 0.5, y - 0.5
    distance = math.sqrt(dx * dx + dy * dy)
    if distance >= _CLEAR:
        return x, y
    if distance < 1e-6:
        turn = np.array([chance])
        dx, dy, distance = (
            float(portable_math.cos_turns(turn)[0]),
            float(portable_math.sin_turns(turn)[0]),
            1.0,
        )
    return 0.5 + dx / distance * _CLEAR, 0.5 + dy / distance * _CLEAR
