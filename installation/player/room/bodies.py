"""The people in the room as bodies in the picture, bound to a show's signals and parameters."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation import isf
from installation.bodies import Bodies, Laws
from installation.bodies.privilege import delay, gain, privilege
from installation.cue.changes.scenes import SceneChange
from installation.neuro.parameters import MOST_PEOPLE
from installation.neuro.people import AT_X, AT_Y
from installation.neuro.room import FEWEST
from installation.parameter import Tree
from installation.player.macros.parameters import RESPONSE
from installation.player.room.commons import REFORM
from installation.player.room.people import PeopleReadings
from installation.signal import Signals
from installation.values import Address, Frame, Seconds

__all__ = ["GLIDE", "SIGNALS", "BodyTracks", "section_of"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

SIGNALS: Final[tuple[Address, ...]] = (
    "/bodies/count", "/bodies/stillness", "/bodies/settled", "/bodies/quorum",
)  # fmt: skip
"""How many there are; share of them who stand still; how far the most settled one is; the strongest glow."""

GLIDE: Final[Seconds] = 4.0
"""Seconds in which everybody's place on the wall goes from one kind of scene to the other, at least."""

_FRESH: Final = 2.0
_AT: Final = [AT_X, AT_Y]


def section_of(change: SceneChange, shaders: Mapping[str, isf.Shader]) -> float:
    """Return what the scenes on show are: 0 = plan .. 1 = section; in between while one follows the other."""
    before, after = (float(shaders[one].floor == "section") for one in (change.before, change.after))
    return before + (after - before) * change.progress


class BodyTracks:
    """Follows everybody who is in the room.

    Args:
        tree: Has ``/strata/reform`` and ``/bodies/response``.
        signals: Where the counts are said.
        laws: Aspect of the picture and scale of the piece.

    Attributes:
        laws: As given.
        bodies: With the table that scenes read.
        seen: ``(40, 2)`` where people are on the floor, in shares of it; NaN where nobody is.
        pointing: ``(40,)`` who points at the wall instead: their place is one in the picture.
        gains: ``(40,)`` strength of the answer to each by privilege; 0 where nobody is.
        delays: ``(40,)`` seconds by which privilege delays the answer to each person, for the attribution.
    """

    def __init__(self, tree: Tree, signals: Signals, laws: Laws) -> None:
        self.bodies = Bodies()
        self.seen: Floats = np.full((MOST_PEOPLE, 2), np.nan)
        self.gains: Floats = np.zeros(MOST_PEOPLE)
        self.delays: Floats = np.zeros(MOST_PEOPLE)
        self.pointing: Flags = np.zeros(MOST_PEOPLE, np.bool_)
        self._tree = tree
        self._signals = signals
        self.laws = self._held = laws
        self._section: float | None = None
        self._version, self._slot, self._response = -1, -1, -1
        self._says = np.array([signals.declare(address) for address in SIGNALS], np.intp)

    @property
    def reform(self) -> float:
        """How equal the answers are, 0..1."""
        self._bind()
        return float(self._tree.effective[self._slot])

    @property
    def section(self) -> float:
        """How the floor becomes the wall now: 0 = depth is height .. 1 = height is height."""
        return self._held.section

    def _bind(self) -> None:
        tree = self._tree
        if tree.version != self._version:
            self._version, self._slot, self._response = tree.version, tree.slot(REFORM), tree.slot(RESPONSE)

    def advance(
        self,
        frame: Frame,
        people: PeopleReadings,
        answers: Floats | None,
        sources: NDArray[np.intp] | None = None,
        section: float = 0.0,
    ) -> None:
        """One frame.

        Args:
            frame: Now.
            people: Newest readings.
            answers: ``(40, 6)`` of the attribution; None where everybody is answered where they are.
            sources: ``(40,)`` whose doing each is answered with; None where it is their own.
            section: What the scene on show is: 0 = plan .. 1 = section; between them in a transition.
        """
        values, times, pointing = people.values, people.times, people.pointing
        seen = np.where(frame.time - times[:, _AT] <= _FRESH, values[:, _AT], np.nan)
        seen = np.where((seen >= 0.0) & (seen <= 1.0), seen, np.nan)
        reform = self.reform
        answered = seen if answers is None else answers[:, _AT]
        response = float(self._tree.effective[self._response])
        section = self._glide(section, frame.dt)
        held = self._held
        if (reform, response, section) != (held.reform, held.response, held.section):
            self._held = replace(self.laws, reform=reform, response=response, section=section)
        points = pointing if sources is None else pointing[sources]
        self.bodies.advance(seen, answered, frame.dt, self._held, np.stack([pointing, points], axis=1))
        here = np.isfinite(seen).all(axis=1)
        by = privilege(np.where(np.isfinite(seen[:, 0]), seen[:, 0], 0.0), reform)
        self.seen, self.gains, self.delays = seen, gain(by) * here, delay(by)
        self.pointing = pointing
        self._say(frame)

    def _glide(self, wanted: float, dt: Seconds) -> float:
        """Follow the scenes on show, so slowly that nobody's place leaps; eased at both ends."""
        if self._section is None:
            self._section = wanted
        step = dt / GLIDE
        self._section += min(max(wanted - self._section, -step), step)
        way = self._section
        return way * way * (3.0 - 2.0 * way)

    def _say(self, frame: Frame) -> None:
        bodies, signals = self.bodies, self._signals
        count = bodies.count
        said = (float(count), bodies.stillness, float(bodies.settle.max()), float(bodies.glow.max()))
        signals.values[self._says] = said
        signals.times[self._says] = frame.time
        signals.confidence[self._says] = 1.0
        signals.private[self._says[1:]] = 0 < count < FEWEST
