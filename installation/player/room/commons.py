"""The commons of a show: moved by ``/strata/reform``, told as signals once a frame. Every show has them."""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation.parameter import Kind, Parameter, Tree
from installation.player.macros.parameters import HASTE
from installation.share import SIGNALS, TILES, Commons
from installation.share.commons import PARTS
from installation.signal import Signals
from installation.values import Address, Frame

__all__ = ["FORGET", "PARAMETERS", "REFORM", "BoundCommons"]

REFORM: Final[Address] = "/strata/reform"
FORGET: Final[Address] = "/strata/forget"

PARAMETERS: Final = (
    Parameter(
        REFORM, Kind.FLOAT, (1.0,), (0.0,), (1.0,), "", "Reform",
        "How light is divided and people are answered: 0 = by privilege, 1 = fairly",
    ),
    Parameter(
        FORGET, Kind.EVENT, (0.0,), (0.0,), (1.0,), "", "Empty the ledger",
        "A new cycle begins: who took from whom is forgotten, the shares stay",
    ),
)  # fmt: skip
_DEFAULT: Final = PARAMETERS[0].default[0]


class BoundCommons:
    """Moves the commons of a show, and says how unequal they are.

    Args:
        tree: Has ``PARAMETERS``, and ``/strata/haste``.
        signals: Where ``share.SIGNALS`` are said.
        seed: Which territory has which rank.

    Attributes:
        commons: The state itself; the first frame puts it at rest where ``reform`` stands.
    """

    def __init__(self, tree: Tree, signals: Signals, seed: int) -> None:
        self.commons = Commons(seed)
        self._seed = seed
        self._tree = tree
        self._signals = signals
        self._tree_version, self._told = -1, -1
        self._reform, self._forget, self._haste = 0, 0, 0
        self._began, self._stands_in = False, False
        self._says = np.array([signals.declare(address) for address in SIGNALS], np.intp)
        self._said = np.zeros(len(SIGNALS))

    def table(self) -> NDArray[np.float32]:
        """``(17, 16, 4)`` for shaders; a new array whenever something changed (``Commons.table``)."""
        return self.commons.table()

    def stand_in(self) -> None:
        """Begin as the acts before would have left it, for a scene that is played alone.

        It stays so until somebody moves ``/strata/reform`` from its default.
        """
        self.commons = Commons.stand_in(self._seed)
        self._stands_in = True

    def advance(self, frame: Frame) -> None:
        """One frame, after the cues and before the chain."""
        tree = self._tree
        if tree.version != self._tree_version:
            self._tree_version = tree.version
            self._reform, self._forget = tree.slot(REFORM), tree.slot(FORGET)
            self._haste = tree.slot(HASTE)
        if tree.effective.item(self._forget) >= 0.5:
            self.commons.forget()
        self._move(frame)
        self._say(frame)

    def _move(self, frame: Frame) -> None:
        # Routes of this frame have not run yet; in the first frame none ever has.
        reform = (self._tree.effective if self._began else self._tree.base).item(self._reform)
        self._stands_in = self._stands_in and math.isclose(reform, _DEFAULT)
        if not self._stands_in:
            if self._began:
                self.commons.advance(frame.dt * self._tree.effective.item(self._haste), reform)
            else:
                self.commons.settle(reform)
        self._began = True

    def _say(self, frame: Frame) -> None:
        signals, commons = self._signals, self.commons
        if self._told != commons.version:
            self._told = commons.version
            self._said[:] = (commons.gini, commons.jain, *(part / PARTS for part in commons.parts[:TILES]))
        signals.values[self._says] = self._said
        signals.times[self._says] = frame.time
        if self._tree.hidden.item(self._reform):  # it can be read off the shares for as long as they move
            signals.private[self._says] = True
