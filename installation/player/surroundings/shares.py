"""The budget of a venue: what each station's lamps would take, what they may, and how that is kept.

A machine that is no hub of a site divides the budget between the hubs of its venue itself, ten times a
second. A hub takes what the site has agreed on. Both come through the inbox as readings,
``/hub/NAME/share`` and ``/site/share`` in watts, so that a recording holds them; where they stay
away the last ones hold.
"""

from collections.abc import Mapping
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from installation.light import Rig
from installation.light.power import ROOM, ShareLimit
from installation.parameter import Kind, Parameter, Tree
from installation.player.surroundings.confirmation import Confirmation
from installation.player.surroundings.division import Division
from installation.portable_math import exp_of
from installation.share.division import FAIREST
from installation.show.budget import SUN, BudgetSettings, hours_of
from installation.signal import Signals
from installation.status import ShareStatus
from installation.values import Address, Frame, Reading, Seconds

__all__ = ["ALPHA", "PARAMETERS", "REFORM", "SHARE", "SIGNALS", "BoundShares", "share_address"]

Floats = NDArray[np.float64]

REFORM: Final[Address] = "/site/reform"
ALPHA: Final[Address] = "/site/alpha"
SHARE: Final[Address] = "/site/share"
LUMENS: Final[Address] = "/site/lumens"
SIGNALS: Final[tuple[Address, ...]] = (
    SHARE, LUMENS, "/site/power", "/site/demand", "/site/gini", "/site/jain", "/site/room/share",
)  # fmt: skip
"""Signals of the budget: what this machine may take in watts and in lumens, what its lamps take and would
take in watts, how unequal and how fair the division is; the share of lamps of no hub."""

PARAMETERS: Final = (
    Parameter(
        REFORM, Kind.FLOAT, (1.0,), (0.0,), (1.0,), "", "Reform of the site",
        "How stations divide their budget: 0 = by privilege, 1 = fairly",
    ),
    Parameter(
        ALPHA, Kind.FLOAT, (FAIREST,), (0.5,), (FAIREST,), "", "Alpha of the fair division",
        "1 = proportional to privilege, 32 = max-min fair: privilege counts for nothing",
    ),
)  # fmt: skip

_MEMORY: Final[Seconds] = 10.0
"""Time constant with which a demand that is past is forgotten."""
_SUN: Final[Address] = "/nature/sun"
_DAY: Final[Address] = "/nature/day"
_HORIZON: Final = 0.5


def share_address(hub: str, what: str = "share") -> Address:
    """Return the signal of a station's share."""
    return f"/hub/{hub}/{what}" if hub != ROOM else f"/site/room/{what}"


class BoundShares:
    """Keeps the lamps within the shares of their stations, and says what they would take.

    Args:
        tree: Has ``PARAMETERS``.
        signals: Where shares are heard and power is told.
        rig: The venue's lamps.

    Attributes:
        limit: Applied to each light of the lamps where there is a budget.
        taught: Status as the hub process tells it; None where this machine divides itself.
    """

    def __init__(self, tree: Tree, signals: Signals, rig: Rig) -> None:
        self._tree, self._signals = tree, signals
        self._says = [signals.declare(address) for address in SIGNALS]
        self._declared: list[Address] = []
        self.taught: ShareStatus | None = None
        self.follow(rig)

    def follow(self, rig: Rig) -> None:
        """Take the lamps of an edited venue."""
        self._hubs, self._budget = rig.hubs, rig.power.budget
        model = rig.power
        self.limit = ShareLimit(model)
        self.need: Floats = model.standby.copy()
        self.need_lumens: Floats = np.zeros_like(self.need)
        specs = {hub.name: hub for hub in rig.hubs}
        self._safe = model.load(rig.steady(model.safe).reshape(-1))
        stated = np.array([specs[one].floor if one in specs else -1.0 for one in model.stations])
        # What a panic or a stage that is away leaves alight is never less than the safe look.
        self.floor: Floats = np.minimum(np.maximum(stated, self._safe.watts), model.cap)
        privilege = [specs[one].privilege if one in specs else 1.0 for one in model.stations]
        self.division = Division(model.stations, privilege, self._budget)
        declared, self._declared = self._declared, []
        self._watts, self._lumens = (
            [self._heard(one, what) for one in model.stations] for what in ("share", "lumens")
        )
        self._signals.release(declared)
        self._hours = hours_of(self._budget.quiet)
        self.confirmation = Confirmation()

    def _heard(self, station: str, what: str) -> int:
        address = share_address(station, what)
        if station == self.limit.model.hub != ROOM:
            address = SHARE if what == "share" else LUMENS
        self._declared.append(address)
        return self._signals.declare(address)

    @property
    def budget(self) -> BudgetSettings:
        """The venue's budget."""
        return self._budget

    @property
    def there(self) -> bool:
        """Whether the venue has a budget and lamps."""
        return self._budget.there and bool(self.limit.model.stations)

    @property
    def limits(self) -> ShareLimit | None:
        """What each light of the lamps has to pass; None without a budget: nobody asks what they take."""
        return self.limit if self.there else None

    @property
    def quiet(self) -> bool:
        """Whether light counts now: in the quiet hours, by the clock or the sun of the place."""
        if self._hours is None:
            sun = self._signals.get(_SUN)
            return self._budget.quiet == SUN and sun is not None and sun < _HORIZON
        day, (begin, end) = self._signals.get(_DAY), self._hours
        if day is None:
            return False
        return begin <= day < end if begin <= end else day >= begin or day < end

    def advance(self, frame: Frame, now: Seconds) -> None:
        """Begin a frame at monotonic second ``now``: take the shares that were heard, before its light."""
        if not self.there:
            return
        limit, model = self.limit, self.limit.model
        fade = exp_of(-max(frame.dt, 0.0) / _MEMORY)
        demand = limit.demand
        self.need = np.maximum(demand.watts, self.need * fade)
        self.need_lumens = np.maximum(demand.lumens, self.need_lumens * fade)
        limit.watts = self._shares(self._watts, self._budget.watts)
        lumens = self._shares(self._lumens, self._budget.lumens)
        limit.lumens = lumens if self.quiet else np.full(len(model.stations), np.inf)
        limit.begin(frame.dt)
        # Before any light is told: of a frame that fails, lamps may show what was told of it.
        self.confirmation.made(now, self._own(limit.watts), self._own(lumens))

    @property
    def parties(self) -> int:
        """How many have a part of the budget: the hubs of the venue, or the stations of this machine."""
        return len(self._hubs) if self.limit.model.hub else len(self.limit.model.stations)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the hubs of the venue."""
        return tuple(one.name for one in self._hubs)

    @property
    def first(self) -> float:
        """Part of the budget that a station takes before anything was agreed, 0..1."""
        alone, watts = self._budget.alone, self._budget.watts
        if self.limit.model.hub and watts > 0.0 and alone >= 0.0:
            return min(alone / watts, 1.0)
        return 1.0 / max(self.parties, 1)

    def _own(self, values: Floats) -> float:
        """Return the sum over the stations of this machine: its own where it is a hub, else all."""
        model = self.limit.model
        return float(values[model.stations.index(model.hub)] if model.hub else values.sum())

    def _shares(self, heard: list[int], budget: float) -> Floats:
        """Return what each station may take of a budget; before it was agreed, what a hub takes alone."""
        if budget <= 0.0:
            return np.full(len(heard), np.inf)
        values: Floats = self._signals.values[np.array(heard, np.intp)]
        return np.where(np.isnan(values), budget * self.first, np.maximum(values, 0.0))

    def readings(self, frame: Frame, now: Seconds, unix: float) -> list[Reading]:
        """Return what the next frame is to hear of the division; nothing where a site divides.

        Called once a frame; ``now`` is its monotonic second.
        """
        if not self.there:
            return []
        load = self.limit.taken()
        self._say(frame, self._own(load.watts))
        if self.limit.model.hub:
            return []
        reform, alpha = self._rule()
        model = self.limit.model
        made = self.division.advance(
            frame.time, unix,
            needs=(self.need, self.need_lumens), floors=(self.floor, np.zeros_like(self.floor)),
            caps=(model.cap, model.lumens_cap), reform=reform, alpha=alpha,
        )  # fmt: skip
        readings = []
        for what, shares in made.items():
            for station, share in zip(model.stations, shares, strict=True):
                readings.append(Reading(share_address(station, what), (share,), now, "site"))
            whole = SHARE if what == "share" else LUMENS
            readings.append(Reading(whole, (round(sum(shares), 3),), now, "site"))
        return readings

    def _rule(self) -> tuple[float, float]:
        """Return reform and alpha; their bases where a private signal moves them."""
        tree = self._tree
        found = [
            float((tree.base if tree.hidden[slot] else tree.effective)[slot])
            for slot in (tree.slot(REFORM), tree.slot(ALPHA))
        ]
        return found[0], found[1]

    def _say(self, frame: Frame, power: float) -> None:
        told = [power, self._own(self.limit.demand.watts)]
        if not self.limit.model.hub:  # else the site says it
            told += [self.division.gini, self.division.jain]
        for index, value in zip(self._says[2:], told, strict=False):
            self._signals.write(index, value, frame.time)

    def own(self) -> Mapping[str, float]:
        """Return the fields of ``Own`` of a hub."""
        if not self.there:
            return {}
        reform, alpha = self._rule()
        watts, lumens = self.confirmation.most()
        safe, safe_lumens = self._own(self._safe.watts), self._own(self._safe.lumens)
        if self.confirmation.safe:  # -1 stays: nothing is limited, or nobody knows
            watts = max(watts, safe) if watts >= 0.0 else watts
            lumens = max(lumens, safe_lumens) if lumens >= 0.0 else lumens
        model = self.limit.model
        return {
            "demand": self._own(self.need), "floor": self._own(self.floor), "cap": self._own(model.cap),
            "lumens": self._own(self.need_lumens), "lumens_cap": self._own(model.lumens_cap),
            "limit": watts, "lumens_limit": lumens, "reform": reform, "alpha": alpha,
            "safe": safe, "safe_lumens": safe_lumens,
        }  # fmt: skip

    def status(self) -> ShareStatus | None:
        """Return what ``status`` tells; None without a budget."""
        if not self.there:
            return None
        taken = round(self._own(self.limit.taken().watts), 2)
        reform, alpha = self._rule()
        if self.limit.model.hub:
            base = self.taught or ShareStatus(
                watts=self._budget.watts, trouble="no hub process has told of the site"
            )
        else:
            model = self.limit.model
            base = self.division.status(
                (self.need, self.need_lumens), (self.floor, np.zeros_like(self.floor)),
                (model.cap, model.lumens_cap), reform, alpha,
            )  # fmt: skip
        lumens = base.lumens if self.taught and self.limit.model.hub else self._budget.lumens
        return msgspec.structs.replace(
            base, taken=taken, quiet=self.quiet, lumens=lumens, guessed=self.limit.model.guessed
        )
