"""Gestures: how people move in themselves, answered like the people: by the same law of gain and delay.

A grid over the picture says where something of a body moves, and which way; the motion of bodies as a whole
is not in it. Each cell belongs to whoever is nearest. Person N is answered with the gestures of the person
whom the attribution names, those of some time ago, as strongly as N's privilege says: so in a malfunction it
is somebody else's arm that stirs, late, where that arm was. What belongs to nobody stirs nothing.

The grid is one of the floor. In a scene that shows a section (``bodies.wall``) an arm stirs beside the breast
of its body, and what moves along the floor's depth stirs nothing.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation.bodies.wall import nearness, on_wall
from installation.values import Seconds

__all__ = ["COLUMNS", "ROWS", "Gestures"]

Floats = NDArray[np.float64]

COLUMNS: Final = 16
ROWS: Final = 9
"""Cells of the picture across and up."""

REACH: Final = 1.2
"""Metres from a body within which a cell belongs to it: an outstretched arm, and a cell."""

WHOLE: Final = 0.15
"""Heights a second from which a gesture takes the water along entirely; slower ones do so in part."""

_FASTEST: Final = 2.0
"""Heights a second."""
_KEPT: Final = 600
"""Moments that are remembered: the longest delay, 8 s, at one moment in ``_STEP``."""
_STEP: Final[Seconds] = 0.015
"""Time between two of them, at least."""
_STALE: Final[Seconds] = 0.1
"""How far a moment may be from the one that was asked for: in a longer pause nobody moved."""
_LONGEST: Final[Seconds] = 8.2

_ACROSS = (np.arange(COLUMNS) + 0.5) / COLUMNS
_UP = (np.arange(ROWS) + 0.5) / ROWS


class Gestures:
    """Remembers gestures, and gives the answers.

    Attributes:
        field: ``(9, 16, 4)`` float32, bottom row first: velocity in heights a second times strength, strength
            0..1, 0. What shaders read.
    """

    def __init__(self) -> None:
        self.field = np.zeros((ROWS, COLUMNS, 4), np.float32)
        self._times: Floats = np.full(_KEPT, -np.inf)
        self._motion: Floats = np.zeros((0, ROWS, COLUMNS, 3))
        self._breasts: Floats = np.zeros((0, 0))
        self._owners = np.zeros((0, ROWS, COLUMNS), np.int64)
        self._next = 0
        self._last: Seconds = -np.inf

    def advance(
        self,
        motion: Floats | None,
        seen: Floats,
        sources: NDArray[np.intp],
        delays: Floats,
        gains: Floats,
        now: Seconds,
        heights: tuple[float, float],
        section: float = 0.0,
    ) -> None:
        """One frame. It costs nothing while nobody has moved for eight seconds.

        Args:
            motion: ``(9, 16, 3)`` to the right, up, and along the floor's depth, which is up in a plan, in
                heights a second; None where nothing moves.
            seen: ``(n, 2)`` where people are, in shares of the floor; NaN where nobody is.
            sources: ``(n,)`` whose gestures each is answered with.
            delays: ``(n,)`` seconds by which each answer is held back.
            gains: ``(n,)`` strength of each answer, 0..1; 0 for who is not there.
            now: Show time in seconds.
            heights: Width of the picture in heights, and metres that a height stands for.
            section: What the scene on show is: 0 = plan .. 1 = section.
        """
        if motion is not None and now - self._last >= _STEP:
            self._remember(np.clip(motion, -_FASTEST, _FASTEST), seen, now, heights)
        if now - self._last > _LONGEST:
            return
        sums, weights = np.zeros((ROWS, COLUMNS, 2)), np.zeros((ROWS, COLUMNS))
        for person in np.flatnonzero(gains > 0.0).tolist():
            when = now - float(delays[person])
            self._add(int(sources[person]), when, float(gains[person]), section, sums, weights)
        # Two answers at one place share it: together they are no stronger than one.
        crowd = np.maximum(weights, 1.0)
        self.field[..., :2] = sums / crowd[..., np.newaxis]
        self.field[..., 2] = weights / crowd

    def _remember(self, motion: Floats, seen: Floats, now: Seconds, heights: tuple[float, float]) -> None:
        if not len(self._motion):
            self._motion = np.zeros((_KEPT, ROWS, COLUMNS, 3))
            self._breasts = np.zeros((_KEPT, len(seen)))
            self._owners = np.full((_KEPT, ROWS, COLUMNS), -1, np.int64)
        moment = self._next
        self._next = (self._next + 1) % _KEPT
        self._times[moment], self._last = now, now
        self._motion[moment] = motion
        self._owners[moment] = _owners(seen, heights)
        near = nearness(seen[:, 1], heights[1])
        self._breasts[moment] = on_wall(seen, near, np.ones(len(seen)), heights[1])[:, 1]

    def _add(
        self, source: int, when: Seconds, gain: float, section: float, sums: Floats, weights: Floats
    ) -> None:
        """Add one answer: what ``source`` did at ``when``."""
        past = when - self._times
        past[past < -1e-9] = np.inf
        moment = int(past.argmin())
        if past[moment] > _STALE:
            return
        motion = self._motion[moment, ..., :2].copy()
        motion[..., 1] += self._motion[moment, ..., 2] * (1.0 - section)
        own = self._owners[moment] == source
        if not own.any():
            return
        speed = np.sqrt((motion * motion).sum(axis=2))
        strength = gain * own * np.minimum(speed / WHOLE, 1.0)
        moved = np.concatenate([motion * strength[..., np.newaxis], strength[..., np.newaxis]], axis=2)
        if section > 0.0:
            moved = _raised(moved, float(self._breasts[moment, source]), section)
        sums += moved[..., :2]
        weights += moved[..., 2]


def _raised(cells: Floats, breast: float, section: float) -> Floats:
    """Shift the rows of a grid towards a height, in shares of the picture, by a share of the way."""
    up = ((_UP + (breast - _UP) * section) * ROWS - 0.5).clip(0.0, ROWS - 1.0)
    below = np.minimum(up.astype(np.intp), ROWS - 2)
    part = (up - below)[:, np.newaxis, np.newaxis]
    raised = np.zeros_like(cells)
    np.add.at(raised, below, cells * (1.0 - part))
    np.add.at(raised, below + 1, cells * part)
    return raised


def _owners(seen: Floats, heights: tuple[float, float]) -> NDArray[np.int64]:
    """Who is nearest to each cell, within ``REACH``; -1 for nobody."""
    aspect, metres = heights
    there = np.flatnonzero(np.isfinite(seen).all(axis=1))
    if not len(there):
        return np.full((ROWS, COLUMNS), -1, np.int64)
    across = (_ACROSS[np.newaxis, :, np.newaxis] - seen[there, 0]) * aspect
    up = _UP[:, np.newaxis, np.newaxis] - seen[there, 1]
    far = across * across + up * up
    nearest = far.argmin(axis=2)
    within = far.min(axis=2) <= (REACH / metres) ** 2
    return np.where(within, there[nearest], -1)
