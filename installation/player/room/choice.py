"""The choice of a show: opened by a cue, gathered from bodies and hub pads, told as signals.

What was chosen passes through the next frame's inbox: it comes from people, whose readings are private, and a
recording has to hold what they decided.
"""

from typing import Final

import numpy as np

from installation.bodies import Bodies, Choice, Laws, caring
from installation.bodies.choice import ChoiceLaws
from installation.cue.condition import parse_condition
from installation.neuro.room import FEWEST
from installation.parameter import Kind, Parameter, Tree
from installation.show.model import CueSpec
from installation.signal import Signals
from installation.values import Address, Frame, Reading, Seconds

__all__ = ["HEAL", "OPEN", "PARAMETERS", "PROGRESS", "SECONDS", "BoundChoice", "asks_for"]

OPEN: Final[Address] = "/choice/open"
SECONDS: Final[Address] = "/choice/seconds"
PROGRESS: Final[Address] = "/choice/progress"
HEAL: Final[Address] = "/choice/heal"

PARAMETERS: Final = (
    Parameter(
        OPEN, Kind.BOOL, (0.0,), (0.0,), (1.0,), "", "Choice is open",
        "While it is on, stillness counts; switching it on begins anew",
    ),
    Parameter(
        SECONDS, Kind.FLOAT, (75.0,), (1.0,), (600.0,), "s", "Length of the choice",
        "Of the window whose person-seconds are counted",
    ),
)  # fmt: skip


def asks_for(cue: CueSpec, heal: bool) -> bool:
    """Whether a cue plays only after the room has chosen so."""
    terms = [one for one in parse_condition(cue.condition).terms if one.address == HEAL]
    return bool(terms) and all(one.holds(float(heal)) for one in terms)


class BoundChoice:
    """Lets the room choose.

    Args:
        tree: Has ``PARAMETERS``.
        signals: Where progress and outcome are said.
    """

    def __init__(self, tree: Tree, signals: Signals) -> None:
        self.choice = Choice()
        self._tree = tree
        self._signals = signals
        self._progress = signals.declare(PROGRESS)
        self._heal = signals.declare(HEAL)
        signals.write(self._heal, 0.0, 0.0)
        self._decided: list[float] = []
        self._manual_moves = 0
        self._settled = False
        """Whether somebody has decided by hand: until it is opened again nothing counts."""

    @property
    def healed(self) -> bool:
        """What was chosen last, by the recorded signal: so a replay knows it too."""
        return bool((self._signals.get(HEAL) or 0.0) >= 0.5)

    def restore(self, heal: bool) -> None:
        """Take over what was chosen before a restart."""
        tree = self._tree
        self.choice.heal = heal
        self.choice.open = bool(tree.base[tree.slot(OPEN)] >= 0.5)  # what is open goes on, with new care
        self._signals.write(self._heal, float(heal), 0.0)
        self._decided.append(float(heal))

    def decide(self, heal: bool) -> None:
        """Decide by hand; what is open counts no more."""
        self.choice.heal = heal
        self._signals.write(self._heal, float(heal), 0.0)
        self._decided.append(float(heal))
        self._settled = True

    def advance(
        self, frame: Frame, bodies: Bodies, laws: Laws, pads: int, rate: float, manual_moves: int = 0
    ) -> None:
        """One frame, after the bodies.

        Args:
            frame: Now.
            bodies: Who is in the room.
            laws: Aspect of the picture and scale of the piece.
            pads: Hub pads that are held; each counts as a person who gives care.
            rate: Of the cue clock.
            manual_moves: Changes when people moved the score: an open choice then begins anew.
        """
        tree, choice = self._tree, self.choice
        wanted = bool(tree.base[tree.slot(OPEN)] >= 0.5)
        moved, self._manual_moves = manual_moves != self._manual_moves, manual_moves
        self._settled &= wanted
        if wanted and (moved or not choice.open) and not self._settled:
            choice.begin()
            self._decided.append(0.0)
        elif choice.open and not wanted:
            choice.end()
        if choice.open and not self._settled:
            self._count(frame.dt * rate, bodies, laws, pads)
        self._signals.write(self._progress, choice.progress, frame.time)
        self._signals.private[self._progress] = 0 < bodies.count < FEWEST

    def readings(self, now: Seconds) -> list[Reading]:
        """What was decided in this frame, for the next one's inbox."""
        decided, self._decided = self._decided, []
        return [Reading(HEAL, (value,), now, "choice") for value in decided]

    def _count(self, dt: Seconds, bodies: Bodies, laws: Laws, pads: int) -> None:
        tree = self._tree
        rules = ChoiceLaws(seconds=float(tree.effective[tree.slot(SECONDS)]))
        there = bodies.presence > 0.5
        metres = laws.metres_per_height
        care = caring(bodies.at * metres, bodies.still, there, laws.aspect * metres, rules)
        if self.choice.advance(dt, int(np.count_nonzero(there)) + pads, care + pads, rules):
            self._decided.append(1.0)
