"""How the picture is looked at, read from the tree: exposure, zoom, memory, breath, and rates of scenes."""

from collections.abc import Iterable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation import portable_math
from installation.parameter import Tree
from installation.player.macros.parameters import (
    ACCENTS,
    BREATH,
    EXPOSURE,
    FOCUS,
    MEMORY,
    RATE,
    SCATTER,
    WATER,
    ZOOM,
)
from installation.player.macros.pulse import Pulse
from installation.render.passes.lens import Look
from installation.signal import Signals
from installation.values import Frame

__all__ = ["Looks"]

_SEEN: Final = (EXPOSURE, ZOOM, MEMORY, BREATH, WATER, ACCENTS)
_AS_DRAWN: Final = Look()


class Looks:
    """Reads the parameters of ``render.passes.lens``.

    Args:
        tree: Has them.
        signals: Has the beat.
    """

    def __init__(self, tree: Tree, signals: Signals) -> None:
        self._tree = tree
        self._pulse = Pulse(signals)
        self._version = -1
        self._slots: NDArray[np.intp] = np.zeros(0, np.intp)
        self._plain = np.zeros(0)

    def now(self, scenes: Iterable[str], frame: Frame) -> Look:
        """Return the look of this frame, after the chain.

        Args:
            scenes: Those of the show.
            frame: Now; call once for each.
        """
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
        speed, swell = self._pulse.now(frame, float(values[len(_SEEN) - 1]))
        if (values == self._plain).all():
            return _AS_DRAWN
        stops, zoom, memory, breath, water, _, *rates = values.tolist()
        stops += swell
        exposure = float(portable_math.power(2.0, stops)) if stops else 1.0
        scatter = float(tree.effective[self._scatter])
        own = {scene: speed * rate for scene, rate in zip(self._scenes, rates, strict=True)}
        x, y = tree.effective[self._focus : self._focus + 2].tolist()
        return Look(exposure, zoom, (x, y), memory, breath, scatter, water * speed, own)
