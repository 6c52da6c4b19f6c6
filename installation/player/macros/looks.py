"""How the picture is looked at, read from the tree: exposure, zoom, memory, breath, and rates of scenes."""

from collections.abc import Iterable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation import portable_math
from installation.parameter import Tree
from installation.player.macros.parameters import BREATH, EXPOSURE, FOCUS, MEMORY, RATE, SCATTER, WATER, ZOOM
from installation.render.passes.lens import Look

__all__ = ["Looks"]

_SEEN: Final = (EXPOSURE, ZOOM, MEMORY, BREATH, WATER)
_AS_DRAWN: Final = Look()


class Looks:
    """Reads the parameters of ``render.passes.lens``.

    Args:
        tree: Has them.
    """

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._version = -1
        self._slots: NDArray[np.intp] = np.zeros(0, np.intp)
        self._plain = np.zeros(0)

    def now(self, scenes: Iterable[str]) -> Look:
        """Return the look of this frame, after the chain; ``scenes`` are those of the show."""
        tree = self._tree
        if tree.version != self._version:
            self._version = tree.version
            self._scenes = list(scenes)
            addresses = [*_SEEN, *(f"{RATE}/{scene}" for scene in self._scenes)]
            self._slots = np.array([*map(tree.slot, addresses)], np.intp)
            known = tree.parameters()
            self._plain = np.array([known[address].default[0] for address in addresses])
            self._scatter, self._focus = tree.slot(SCATTER), tree.slot(FOCUS)
        values = tree.effective[self._slots]
        if (values == self._plain).all():
            return _AS_DRAWN
        stops, zoom, memory, breath, water, *rates = values.tolist()
        exposure = float(portable_math.power(2.0, stops)) if stops else 1.0
        scatter = float(tree.effective[self._scatter])
        own = dict(zip(self._scenes, rates, strict=True))
        x, y = tree.effective[self._focus : self._focus + 2].tolist()
        return Look(exposure, zoom, (x, y), memory, breath, scatter, water, own)
