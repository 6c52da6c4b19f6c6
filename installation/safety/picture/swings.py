"""The law of colour: no light swings from one colour to another more than a few times in a second.

Red and blue that alternate at equal brightness flash for the eye although no luminance changes. What counts
is the distance of two colours in CIE 1976 u'v'; a change of more than 0.2 is a swing (the measure of
ISO 9241-391 and WCAG 2.2, here for every hue and not only for red).

A pixel, a lamp or a window's mean has a *ball*: the smallest one known to hold all colours that it had in
its *epoch*. The ball grows with what it has to hold, up to the radius R = ``swing`` / 2. A colour beyond
what it may grow to begins a new epoch, whose ball is that colour alone. The next epoch may begin only when
the last beginning is more than ``swing_rest`` old; until then a colour beyond reach is *held*: a pixel or a
lamp is mixed with light of its ball's centre, just so much that it stays within reach (it gets paler), and
the whole picture or room is dimmed for a window's mean until that is no longer lit.

*Lit* is what has its brightest channel at ``lit`` of white or above. What is darker has no colour that
counts: it is not held, and changes no ball. The ball stays meanwhile, so that black between two colours hides
no swing. A pixel is taken for lit by its brightest channel before the guard, which only darkens.

Claim 6: let a counter keep a reference colour, mark a swing when a lit colour is more than 0.2 from it, and
take any lit colour since its last mark for its next reference: the one at the mark, the furthest since, or
any other. Then it marks three swings in any second at most. Proof. All lit colours of an epoch lie in a ball
of radius R, so two of them are at most ``swing`` = 0.19 apart (0.197 in pixels, whose balls are rounded).
A mark compares two colours that are more than 0.2 apart, so an epoch has begun after the reference and not
after the mark; the reference is not older than the mark before. So between two marks an epoch begins, and
k marks within a second need k - 1 beginnings within less than a second. These lie more than half a second
apart, so there are two at most. QED. Two marks in ``strict``, where they lie a second apart.

The ball is convex, and additive mixing moves a colour on a straight line in u'v'. So what is held stays on
the line between what was asked and the centre, and the limit of red, a half plane, holds afterwards too.
Nothing gets brighter in luminance: the mixture has the asked luminance, or the most that its colour can
have. All that the rest of the guard does scales a colour and leaves its u'v' alone.

After a start nothing is lit for ``swing_rest``; the first lit colour is taken without a beginning, and no
epoch begins within a second. So a start in mid-show adds a mark, and no more. In `standard` the second that
ends with it holds half a second of dark, and at most two marks in the half before; the second that begins
with it holds one beginning at most, so one more mark. In `strict` the dark lasts the whole second before it.

What is not touched: whatever stays (however saturated), a single cut from one colour to any other, whatever
moves by less than 0.19 in half a second, in one direction: a whole colour circle in three seconds, say.
Faster hues get paler. Counters that begin with another threshold than 0.2 are not spoken of.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation.safety.law import LUMINANCE, TOLERANCE, FlashLaw
from installation.safety.ticks import A_SECOND, rest_of

__all__ = [
    "LIGHT",
    "ORIGIN",
    "PLACE",
    "SLACK",
    "STEP",
    "Swings",
    "light_at",
    "place_of",
    "reach_of",
    "swing_rest_of",
]

_XYZ = np.array([[0.4124, 0.3576, 0.1805], LUMINANCE, [0.0193, 0.1192, 0.9505]])
# Linear sRGB to CIE 1931 XYZ (IEC 61966-2-1).

STEP: Final = 0.0018
"""Unit of places in u'v', so that those of all colours of sRGB fit into eight bits."""

ORIGIN: Final = (0.10, 0.13)
"""u' and v' of place 0, 0."""

SLACK: Final = 0.02
"""How far outside its ball a colour may be found without growing it: what is held at its edge is rounded."""

_S = np.array([1.0, 15.0, 3.0]) @ _XYZ

PLACE: Final = np.array(
    [4.0 * _XYZ[0] / STEP - ORIGIN[0] / STEP * _S, 9.0 * _XYZ[1] / STEP - ORIGIN[1] / STEP * _S, _S]
).astype(np.float32)
"""Rows by which linear R, G, B become x, y, and what both are divided by."""


def _affine() -> NDArray[np.float32]:
    rows = []
    back = np.linalg.inv(_XYZ)
    for x, y in ((1.0, 0.0), (0.0, 1.0), (0.0, 0.0)):
        u, v = ORIGIN[0] + STEP * x, ORIGIN[1] + STEP * y
        rows.append(back @ np.array([u / 4.0, v / 9.0, (1.0 - u / 4.0 - 15.0 * v / 9.0) / 3.0]))
    return np.array([rows[0] - rows[2], rows[1] - rows[2], rows[2]]).astype(np.float32)


LIGHT: Final = _affine()
"""Linear R, G, B of a place: x times row 0 + y times row 1 + row 2, up to a factor."""


def swing_rest_of(law: FlashLaw) -> int:
    """Ticks after which another epoch may begin: the first count that is more than ``swing_rest``."""
    return int(np.ceil((law.swing_rest + TOLERANCE) * A_SECOND))


def reach_of(law: FlashLaw) -> np.float32:
    """How far across a ball may be, in units of places."""
    return np.float32(law.swing / STEP)


def place_of(rgb: NDArray[np.float32]) -> NDArray[np.float32]:
    """Where ``(..., 3)`` linear light lies in u'v', ``(..., 2)`` in units of places; black lies at 0, 0."""
    red, green, blue = (rgb[..., channel].copy() for channel in range(3))  # each in one piece
    x, y, s = (red * row[0] + green * row[1] + blue * row[2] for row in PLACE)
    s = np.maximum(s, np.float32(1e-30))
    places = np.empty((*s.shape, 2), np.float32)
    np.divide(x, s, out=places[..., 0])
    np.divide(y, s, out=places[..., 1])
    return places


def light_at(places: NDArray[np.float32]) -> NDArray[np.float32]:
    """The brightest linear light of each place, ``(..., 3)``: its largest channel is 1."""
    rgb = np.maximum(places[..., :1] * LIGHT[0] + places[..., 1:] * LIGHT[1] + LIGHT[2], np.float32(0.0))
    light: NDArray[np.float32] = rgb / np.maximum(rgb.max(axis=-1, keepdims=True), np.float32(1e-30))
    return light


class Swings:
    """The balls of ``count`` pixels or means.

    Args:
        count: How many.
        law: The venue's profile.
        whole: Whether centres are whole numbers and radii whole quarters, as the graphics card keeps those
            of pixels.
    """

    def __init__(self, count: int, law: FlashLaw, *, whole: bool) -> None:
        self._whole = whole
        self._across = reach_of(law)
        self._rest_after = np.float32(swing_rest_of(law))
        self._rest_at_start = np.float32(rest_of(law))
        self._centre = np.zeros((count, 2), np.float32)
        self._radius = np.zeros(count, np.float32)
        self._rest = np.zeros(count, np.float32)
        self._none = np.ones(count, np.bool_)
        self.reset()

    def reset(self) -> None:
        """Start cold: no ball, and a second's rest."""
        self._none.fill(True)
        self._centre.fill(0.0)
        self._radius.fill(0.0)
        self._rest.fill(self._rest_at_start)

    def begin(self, ticks: int) -> None:
        """Let so many ticks pass."""
        np.maximum(self._rest - np.float32(ticks), np.float32(0.0), out=self._rest)

    def hold(
        self, places: NDArray[np.float32], lit: NDArray[np.bool_]
    ) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        """Where each may be at most of where it wants to, and which are held.

        Args:
            places: ``(count, 2)``, as ``place_of`` gives them.
            lit: Which are lit.
        """
        away = places - self._centre
        distance = _length(away)
        reach = self._own_reach()
        free = self._none | (self._rest <= 0.0)
        held = lit & ~free & (distance > reach)
        if not held.any():
            return places, held
        share = np.divide(reach, distance, out=np.ones_like(reach), where=held)
        return np.where(held[:, None], self._centre + away * share[:, None], places), held

    def commit(self, places: NDArray[np.float32], lit: NDArray[np.bool_]) -> None:
        """Take over what was put out."""
        away = places - self._centre
        distance = _length(away)
        begins = lit & (self._none | ((self._rest <= 0.0) & (distance > self._own_reach())))
        grows = lit & ~begins & (distance > self._radius + np.float32(SLACK))
        if not (begins | grows).any():
            return
        half = 0.5 - 0.5 * np.divide(
            self._radius, distance, out=np.zeros_like(distance), where=distance > self._radius
        )
        centre = np.where(begins[:, None], places, self._centre + away * half[:, None].astype(np.float32))
        if self._whole:
            centre = np.floor(np.clip(centre, 0.0, 255.0) + np.float32(0.5))
        moved = np.where(begins, np.float32(0.0), self._radius + _between(centre, self._centre))
        radius = np.maximum(_between(places, centre), moved)
        if self._whole:
            radius = np.ceil((radius - np.float32(SLACK)) * 4) / 4
        changed = begins | grows
        np.copyto(self._centre, centre, where=changed[:, None])
        np.copyto(self._radius, radius, where=changed)
        np.copyto(self._rest, self._rest_after, where=begins & ~self._none)
        self._none &= ~begins

    def _own_reach(self) -> NDArray[np.float32]:
        reach: NDArray[np.float32] = np.maximum(self._radius, self._across - self._radius)
        return reach


def _between(one: NDArray[np.float32], other: NDArray[np.float32]) -> NDArray[np.float32]:
    return _length(one - other)


def _length(apart: NDArray[np.float32]) -> NDArray[np.float32]:
    x, y = apart.T
    length: NDArray[np.float32] = np.sqrt(x * x + y * y)
    return length
