"""Features of the program's own output, as readings for the next frame's inbox.

They pass through the inbox like every other input, so recordings contain them.
"""

from collections.abc import Sequence

import numpy as np

from installation.light import LightState, Rig
from installation.light.controls import PREFIX
from installation.parameter import Tree
from installation.render.readback.features import ZONES, PictureFeatures
from installation.render.readback.flashes import Flash
from installation.safety.report import GuardReport
from installation.signal import Signals
from installation.values import Address, Reading, Seconds

__all__ = [
    "CENTROID",
    "FLASH",
    "FLASHES",
    "LAMPS",
    "MOTION",
    "SOUND",
    "LampReadings",
    "flash_readings",
    "flashes_wanted",
    "guard_fields",
    "picture_readings",
    "zone_address",
]

MOTION: Address = "/picture/motion"
CENTROID: tuple[Address, Address] = ("/picture/centroid/x", "/picture/centroid/y")

_DIGITS = 7  # decimal places kept in recordings


def zone_address(row: int, column: int) -> Address:
    """Return the address of the mean luminance of one of 4 x 4 zones; row 0 is the top, column 0 the left."""
    return f"/picture/zone/{row}/{column}"


_ZONES = [(zone_address(row, column), row, column) for row in range(ZONES) for column in range(ZONES)]


def picture_readings(
    report: GuardReport, features: PictureFeatures | None, signals: Signals, now: Seconds
) -> list[Reading]:
    """Return the readings that are always published, and those of zones that have listeners.

    Args:
        report: The guard's report.
        features: Features of the guarded picture; None before there are any.
        signals: The signal store, which knows the listeners.
        now: Monotonic seconds.
    """
    said = [
        ("/picture/mean", report.mean),
        ("/picture/red", report.red),
        ("/picture/guard", report.reduction),
    ]
    if features is not None:
        x, y = features.centroid
        said += [(MOTION, features.motion), (CENTROID[0], x), (CENTROID[1], y)]
        heard = signals.index
        zones = features.zones
        said += [(one, zones[row][column]) for one, row, column in _ZONES if heard(one) is not None]
    return [Reading(address, (round(value, _DIGITS),), now, "picture") for address, value in said]


FLASH: Address = "/picture/flash"
"""Flash events: strength, then x and y as ``/1`` and ``/2``; the strength is 0 between events."""
FLASHES: Address = "/picture/flashes"
"""Number of flash events in one frame."""


def flashes_wanted(signals: Signals) -> bool:
    """Whether a route, an edge or a modulator listens to flashes."""
    wanted = (FLASH, f"{FLASH}/1", f"{FLASH}/2", FLASHES)
    return any(signals.index(address) is not None for address in wanted)


def flash_readings(flashes: Sequence[Flash], now: Seconds) -> list[Reading]:
    """Return each flash as an event, and their number.

    Args:
        flashes: The flashes of a frame.
        now: Monotonic seconds.
    """
    events = [
        Reading(FLASH, tuple(round(value, _DIGITS) for value in (one.strength, one.x, one.y)), now, "picture")
        for one in flashes
    ] or [Reading(FLASH, (0.0,), now, "picture")]
    return [*events, Reading(FLASHES, (float(len(flashes)),), now, "picture")]


LAMPS: Address = "/lamps/power"
SOUND: Address = "/sound/level"
"""Loudness of our own output: 1 is as loud as the venue's ceiling, 0 is silence."""

_FULL = 65535.0


def guard_fields(report: GuardReport) -> dict[str, object]:
    """Return the picture guard's fields of a trace line."""
    told = ("active", "reduction", "mean", "cut", "deepest")
    return {name: getattr(report, name) for name in told}


class LampReadings:
    """Computes readings of the lamp output for the next frame; readings without listeners are skipped.

    Args:
        rig: The venue's lamps.
        signals: The signal store, which knows the listeners.
        tree: Of the parameters that move the lamps.
    """

    def __init__(self, rig: Rig, signals: Signals, tree: Tree) -> None:
        self._signals, self._tree = signals, tree
        self._version, self._moved = -1, np.empty(0, np.intp)
        self._was_private = False
        emitters = rig.emitters()
        weights = emitters.weights * emitters.room[:, np.newaxis] / _FULL
        each, kind = np.unique(weights.astype(np.float64).reshape(-1), return_inverse=True)
        order = np.argsort(kind, kind="stable")
        self._slots = emitters.slots.reshape(-1)[order]
        bounds = np.searchsorted(kind[order], np.arange(len(each) + 1)).tolist()
        self._alike: list[tuple[float, int, int]] = list(zip(each.tolist(), bounds, bounds[1:], strict=False))
        self._raw, self._lit = np.empty(len(order), np.uint16), np.empty(len(order))

    def readings(self, light: LightState, now: Seconds) -> list[Reading]:
        """Return the readings of the frame just computed, for the next one."""
        index = self._signals.index(LAMPS)
        if index is None:
            return []
        private = self.private
        self._signals.private[index] = private or self._was_private  # the last frame's value still stands
        self._was_private = private
        return [Reading(LAMPS, (self.power(light),), now, "lamps", private)]

    @property
    def private(self) -> bool:
        """Whether a private signal moves a lamp, so that the power would tell it: a pulse at its own seat."""
        tree = self._tree
        if self._version != tree.version:
            self._version = tree.version
            moves = (one for one in tree.parameters() if one == "/master" or one.startswith(f"{PREFIX}/"))
            self._moved = np.array([tree.slot(one) for one in moves], np.intp)
        return bool(tree.hidden[self._moved].any())

    def power(self, light: LightState) -> float:
        """Return the mean linear light of all lamps, 0..1, weighted by their share of the room's light."""
        raw, lit = self._raw, self._lit
        light.light.reshape(-1).take(self._slots, out=raw, mode="clip")
        np.copyto(lit, raw)
        # Integer sums are exact in any order, so the result is equal on every machine.
        return min(sum(weight * float(lit[a:b].sum()) for weight, a, b in self._alike), 1.0)
