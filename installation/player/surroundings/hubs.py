"""The stations of light of a venue: each has a pilot light, and a pad that other machines may hold, too."""

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation.light import Rig
from installation.light.controls import spoken_addresses
from installation.parameter import Kind, Parameter, Tree
from installation.player.surroundings.lamps import HubLamps
from installation.show.fields import is_address
from installation.show.model import Show
from installation.show.venue_model import HubSpec
from installation.signal import Signals
from installation.values import Address, Frame, Reading, Seconds

__all__ = ["AMBER", "HOLDING", "PREFIX", "Hubs", "hub_parameters", "level_address", "pad_address"]

PREFIX: Final[Address] = "/hub"
HOLDING: Final[Address] = "/site/holding"
"""A reading with the names of the other hubs of the site whose pads are held; no signal."""
_MOST_STRANGERS: Final = 256
AMBER: Final = (1.0, 0.42, 0.05)
"""The colour of a human voice, and so of pilot lights, as linear sRGB."""


def level_address(hub: str) -> Address:
    """The parameter: the pilot light of a hub, which its lamps add to what they show."""
    return f"{PREFIX}/{hub}/level"


def pad_address(hub: str) -> Address:
    """The signal: 1 while somebody holds the hub's pad."""
    return f"{PREFIX}/{hub}/pad"


def hub_parameters(show: Show, hubs: Iterable[HubSpec]) -> list[Parameter]:
    """The parameters of a venue's hubs, and of those that a show speaks of and the venue has not."""
    names = dict.fromkeys(hub.name for hub in hubs)
    for address in spoken_addresses(show):
        parts = address.split("/")
        if len(parts) == 4 and address == level_address(parts[2]) and parts[2] != "*":
            names.setdefault(parts[2])
    return [
        Parameter(
            level_address(name), Kind.FLOAT, (0.0,), (0.0,), (1.0,), "", f"Pilot light of {name}",
            "Amber light that its lamps add to what they show: 0.02 is seen in the dark and lights nothing",
        )
        for name in names
    ]  # fmt: skip


class Hubs:
    """Says whether the pads are held, and lights the pilots.

    Args:
        specs: Of the venue.
        signals: Where pads are read and said.
        tree: Has ``hub_parameters``.
    """

    def __init__(self, specs: Sequence[HubSpec], signals: Signals, tree: Tree) -> None:
        self._signals, self._tree = signals, tree
        self._declared: list[Address] = []
        self._elsewhere: frozenset[str] = frozenset()
        self._strangers: dict[str, int] = {}
        self._lamps = HubLamps(AMBER)
        self.follow(specs)

    def follow(self, specs: Sequence[HubSpec]) -> None:
        """Take the hubs of an edited venue."""
        declared, self._declared = self._declared, []
        self._strangers = {}
        self._specs = tuple(specs)
        self._pads = {one.name: (self._declare(pad_address(one.name)), one.pad) for one in specs}
        heard = [self._declare(one.pad) for one in specs if one.pad]
        self._sources = dict(zip((one.pad for one in specs if one.pad), heard, strict=True))
        self._signals.rises.listen(heard)
        self._signals.release(declared)

    @property
    def held(self) -> int:
        """Number of hubs whose pad is held now, here or at another machine of the site."""
        here = sum(bool(self._signals.values.item(index) >= 0.5) for index, _ in self._pads.values())
        return here + len(self._elsewhere - self._pads.keys())

    def own(self, name: str) -> bool:
        """Return whether the pad of a hub is held at this machine; False if that is private."""
        _, source = self._pads.get(name, (-1, ""))
        if not source or self._signals.private[self._sources[source]]:
            return False
        return bool(self._signals.hear(source) >= 0.5)

    def hear(self, reading: Reading, now: Seconds) -> None:
        """Take the names of the other hubs whose pads are held; also of hubs that the venue has not."""
        self._elsewhere = frozenset(str(one) for one in reading.values)
        for name in self._elsewhere - self._pads.keys() - self._strangers.keys():
            if len(self._strangers) < _MOST_STRANGERS and is_address(pad_address(name)):
                self._strangers[name] = self._declare(pad_address(name))
        for name, index in self._strangers.items():
            self._signals.write(index, float(name in self._elsewhere), now)

    def advance(self, frame: Frame) -> None:
        """One frame, after everything came in and before the chain.

        A pad that is pressed and released between two frames is heard as a press in this one, a release in
        the next (``signal.rises``).
        """
        signals = self._signals
        for name, (index, source) in self._pads.items():
            heard = signals.hear(source) if source else 0.0
            heard = heard if heard == heard else 0.0  # nothing has arrived there yet
            signals.values[index] = max(heard, float(name in self._elsewhere))
            signals.times[index] = frame.time
            if source:
                signals.private[index] |= signals.private[self._sources[source]]

    def level(self, name: str) -> float:
        """Return the pilot light of a hub as it may be told to others, 0..1; 0 where the venue has none."""
        address = level_address(name)
        return self._tree.get_shown(address)[0] if address in self._tree.parameters() else 0.0

    def lift(
        self, rig: Rig, other: NDArray[np.float32] | None, master: float = 1.0
    ) -> NDArray[np.float32] | None:
        """Return the light that is added to lamps: that of ``other``, and the pilots of their hubs.

        Args:
            rig: The venue's lamps.
            other: ``(lamps, 3)`` linear light; None for none.
            master: Factor on the light, where that of the lamps is not applied later.
        """
        lit = {one.name: master * self._tree.get(level_address(one.name))[0] for one in self._specs}
        return self._lamps.lift(rig, other, lit)

    def _declare(self, address: Address) -> int:
        self._declared.append(address)
        return self._signals.declare(address)
