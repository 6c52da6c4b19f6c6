"""Operator controls of lamps that follow the picture: level, gain and limit of fixtures, pixels and groups.

In linear light, before master, blackout and guard, a lamp shows::

    min(limit, gain x ((1 - level) x picture + level x own full white))

At level 0 it follows the picture, at level 1 it is independent of it, and in between it is never darker than
its level. Where groups overlap, the highest level takes precedence (HTP), gains multiply, and the lowest
limit applies, like submasters on a desk. A fixture that is being identified fades up and down instead of
following the picture; only its limit still applies. Hazards have none of these controls: no picture, cue or
fader drives them.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation.errors import AddressError
from installation.light.identify import share, swell
from installation.parameter import Kind, Parameter, Tree
from installation.show.model import Show
from installation.values import Address, Seconds

__all__ = [
    "KEYS",
    "MOST_GAIN",
    "PREFIX",
    "Controls",
    "Mix",
    "absent",
    "address_name",
    "parameters",
    "spoken_addresses",
]

Floats = NDArray[np.float64]

PREFIX: Final[Address] = "/light"
KEYS: Final = ("level", "gain", "limit")
MOST_GAIN: Final = 4.0
"""Highest gain: four times the light, two stops."""

_NEUTRAL: Final = (0.0, 1.0, 1.0)
_NOT_IN_ADDRESSES: Final = re.compile(r"[^A-Za-z0-9._~-]+")
_ABOUT: Final = {
    "level": "0 follows the picture; else mixed with the lamp's own full white, linear light",
    "gain": "Factor on its output, linear light",
    "limit": "Upper limit of its output, linear light",
}


@dataclass(frozen=True, slots=True, eq=False)
class Mix:
    """How each lamp's colour is changed: ``min(cap, colour x scale + add)``; arrays are ``(lamps, 1)``."""

    scale: NDArray[np.float32]
    add: NDArray[np.float32]
    cap: NDArray[np.float32]

    def apply(self, colours: NDArray[np.float32], white: float, exposure: float = 1.0) -> None:
        """Apply it in place.

        Args:
            colours: ``(lamps, 3)`` linear light.
            white: Value of full white in ``colours``: the master, if it has been applied to them already.
            exposure: Factor on the lamps' own light, which the picture's has already.
        """
        np.multiply(colours, self.scale, out=colours)
        np.add(colours, self.add * np.float32(white * exposure), out=colours)
        np.minimum(colours, self.cap * np.float32(white), out=colours)


def address_name(name: str) -> str:
    """Return a lamp's name as a part of an address; characters reserved by OSC become a hyphen."""
    return _NOT_IN_ADDRESSES.sub("-", name).strip("-") or "-"


def parameters(names: Iterable[str], absent: Iterable[str] = ()) -> list[Parameter]:
    """Return the parameters of fixtures, pixel items and groups.

    Args:
        names: Names of the items in the venue.
        absent: Names, as parts of addresses, that a show refers to and this venue has no lamp for. Their
            parameters exist, so that a show opens in every venue, but have no effect.
    """
    there = dict.fromkeys(map(address_name, names))
    made = [one for name in there for one in _parameters(name, "")]
    missing = [name for name in dict.fromkeys(absent) if name not in there]
    return made + [one for name in missing for one in _parameters(name, "; this venue has no such lamp")]


def absent(show: Show, names: Iterable[str]) -> dict[str, str]:
    """Return the lamps that a show refers to and a venue lacks, each with the most similar existing name."""
    known = {address_name(name) for name in names}
    found: dict[str, str] = {}
    for address in spoken_addresses(show):
        parts = address.split("/")
        spoken = len(parts) == 4 and f"/{parts[1]}" == PREFIX and parts[3] in KEYS
        if spoken and parts[2] == address_name(parts[2]) and parts[2] not in known:
            found[parts[2]] = next(iter(get_close_matches(parts[2], known, 1)), "")
    return found


def spoken_addresses(show: Show) -> list[Address]:
    """Return every address that a show sets, routes to or uses in a feedback edge."""
    addresses = [address for cue in show.cues for address in cue.set]
    addresses += [address for preset in show.presets.values() for address in preset.set]
    addresses += [address for state in show.states for look in state.looks for address in look.set]
    addresses += [route.target for route in show.routes]
    return addresses + [edge.target for edge in show.feedback] + [edge.source for edge in show.feedback]


class Controls:
    """The level, gain and limit of every lamp, read from the tree.

    Args:
        rows: Rows of the lamps of each fixture and pixel item that may be driven, by name.
        groups: Names of the members of each group, by name; members that may not be driven are ignored.
        lamps: Number of lamps of the rig.
        tree: Contains the parameters of all these names.
    """

    def __init__(
        self,
        rows: Mapping[str, NDArray[np.int64]],
        groups: Mapping[str, Sequence[str]],
        lamps: int,
        tree: Tree,
    ) -> None:
        self._tree = tree
        self._version = -1
        self._items = list(rows)
        self._names = [*rows, *groups]
        self._slots: NDArray[np.intp] = np.zeros(0, np.intp)
        self._of_row = np.full(lamps, len(self._items))  # the extra index is for lamps that nothing may drive
        for item, mine in enumerate(rows.values()):
            self._of_row[mine] = item
        place = {name: index for index, name in enumerate(self._items)}
        self._member = np.zeros((len(groups), len(self._items)), np.bool_)
        for line, members in zip(self._member, groups.values(), strict=True):
            line[[place[name] for name in members if name in place]] = True
        self._identified: dict[int, Seconds] = {}
        self._before: bytes = b""
        self._mix: Mix | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Names of fixtures, pixel items and groups, as in the venue file."""
        return tuple(self._names)

    def identify(self, name: str, now: Seconds) -> None:
        """Fade a fixture, a pixel item or a group up and down from now on, for ``identify.LASTS`` seconds.

        Raises:
            AddressError: No item or group has that name; the message suggests similar ones.
        """
        chosen = [i for i, one in enumerate(self._names) if name in (one, address_name(one))]
        if not chosen:
            near = get_close_matches(name, self._names, 3, 0.4)
            listed = ", ".join(near or self._names[:12]) or "none"
            hint = f"did you mean {listed}?" if near else f"there are {listed}"
            message = f"no fixture or group {name!r}; {hint}"
            raise AddressError(message)
        for index in chosen:
            group = index - len(self._items)
            members = np.flatnonzero(self._member[group]).tolist() if group >= 0 else [index]
            self._identified |= dict.fromkeys(members, now)

    def now(self, time: Seconds) -> Mix | None:
        """Return the mix of all lamps at a show time; None if all follow the picture."""
        if not self._items:
            return None
        values = self._values()
        swelling = self._swelling(time)
        plain = not swelling and values.tobytes() == self._before
        if not plain:
            self._before = values.tobytes() if not swelling else b""
            self._mix = None if not swelling and (values == _NEUTRAL).all() else self._mixed(values, swelling)
        return self._mix

    def _values(self) -> Floats:
        """Return ``(names, 3)`` effective level, gain and limit."""
        tree = self._tree
        if tree.version != self._version:
            self._version = tree.version
            names = [address_name(name) for name in self._names]
            slots = [[tree.slot(f"{PREFIX}/{name}/{key}") for key in KEYS] for name in names]
            self._slots = np.array(slots, np.intp).reshape(len(names), len(KEYS))
        return tree.effective[self._slots]

    def _swelling(self, time: Seconds) -> dict[int, tuple[float, float]]:
        """Return the items being identified: the share of the identify light, and its level, 0..1 each."""
        found = {}
        for item, began in list(self._identified.items()):
            mine = share(time - began)
            if mine is None:
                del self._identified[item]
            else:
                found[item] = (mine, swell(time - began))
        return found

    def _mixed(self, values: Floats, swelling: Mapping[int, tuple[float, float]]) -> Mix:
        count, member = len(self._items), self._member[:, :, np.newaxis]
        own, shared = values[:count], np.where(member, values[count:, np.newaxis], _NEUTRAL)
        level = np.maximum(own[:, 0], shared[:, :, 0].max(axis=0, initial=0.0))
        gain = own[:, 1] * shared[:, :, 1].prod(axis=0)
        cap = np.minimum(own[:, 2], shared[:, :, 2].min(axis=0, initial=1.0))
        scale, add = gain * (1.0 - level), gain * level
        for item, (mine, light) in swelling.items():
            scale[item] *= 1.0 - mine
            add[item] = add[item] * (1.0 - mine) + mine * light
        rows = self._of_row
        each = [np.append(one, rest) for one, rest in ((scale, 1.0), (add, 0.0), (cap, 1.0))]
        return Mix(*(one.astype(np.float32)[rows][:, np.newaxis] for one in each))


def _parameters(name: str, note: str) -> list[Parameter]:
    most = {"level": 1.0, "gain": MOST_GAIN, "limit": 1.0}
    return [
        Parameter(
            f"{PREFIX}/{name}/{key}",
            Kind.FLOAT,
            (default,),
            (0.0,),
            (most[key],),
            label=f"{name} {key}",
            description=_ABOUT[key] + note,
        )
        for key, default in zip(KEYS, _NEUTRAL, strict=True)
    ]
