"""Learn: which control was moved, and what kind of control it is.

Everything that arrives while learning is heard; the control that moved is the address with the most events.
The finest form of one movement counts: NRPN, then 14 bits, then pitch bend, then 7 bits, since a controller
sends the coarse messages too. NRPN and 14 bits are also found where only their parts are heard: adapters put
parts together where a map asks for it, and nobody has asked yet. Whether a control is absolute, relative or a
button is guessed from its events.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, Literal, TypeAlias

from installation.control.relative import Encoding
from installation.values import Address, Seconds

__all__ = ["ENOUGH", "LONGEST", "QUIET", "Capture", "Caught", "Form", "guess"]

Form: TypeAlias = Literal["absolute", "relative", "button"]

LONGEST: Final[Seconds] = 10.0
"""How long learning waits for a control."""
ENOUGH: Final = 5
"""Events that decide what a control is."""
QUIET: Final[Seconds] = 0.5
"""A control that was let go after fewer events is judged by those, after this time."""

_MOST: Final = 64
"""Events kept of one address, and most addresses."""
_FINEST: Final = ("nrpn", "cc14", "pitch")
"""Parts of an address by which the finer forms of a movement are known, the finest first."""
_NUMBERS: Final = frozenset({"cc/98", "cc/99", "cc/100", "cc/101", "cc/38"})
"""Parts of an NRPN beside the upper half of its value."""
_IGNORED: Final = frozenset({"connected", "pressure", "program"})


@dataclass(frozen=True, slots=True)
class Caught:
    """A control that was learned.

    Attributes:
        source: Address of its signal.
        form: What it is.
        encoding: How a relative one counts; None for others.
        bits: 7 or 14; 0 where the value is no number of steps, as over OSC.
    """

    source: Address
    form: Form
    encoding: Encoding | None = None
    bits: int = 7

    @property
    def words(self) -> str:
        """What it is, in a few words."""
        if self.form == "button":
            return "a button"
        if self.form == "relative":
            return f"a relative encoder ({self.encoding})"
        return f"an absolute control of {self.bits} bits" if self.bits else "an absolute control"


@dataclass(slots=True)
class Capture:
    """One attempt to learn.

    Attributes:
        began: Show time at which it began, in seconds.
        busy: Addresses that were moving already: sensors and clocks, not hands.
    """

    began: Seconds
    busy: frozenset[Address] = frozenset()
    _events: dict[Address, list[float]] = field(default_factory=dict)
    _last: Seconds = 0.0

    def hear(self, source: Address, value: float, now: Seconds) -> None:
        """Take one reading, 0..1, at show time ``now``."""
        if source in self.busy or not _IGNORED.isdisjoint(source.split("/")):
            return
        if source not in self._events and len(self._events) >= _MOST:
            return
        events = self._events.setdefault(source, [])
        if len(events) < _MOST:
            events.append(value)
        self._last = now

    def heard(self) -> int:
        """Return how many events of the best candidate there are; 0 before the first."""
        best = self._best()
        return len(self._events[best]) if best else 0

    def latest(self, source: Address) -> float | None:
        """Return the latest value of an address that is kept, 0..1; None if none is."""
        events = self._events.get(source)
        return events[-1] if events else None

    def over(self, now: Seconds) -> bool:
        """Whether the time is up."""
        return now - self.began >= LONGEST

    def look(self, now: Seconds) -> Caught | None:
        """Return the control, once there is no doubt about it."""
        best = self._best()
        if best is None:
            return None
        events = self._events[best]
        if len(events) < ENOUGH and now - self._last < QUIET:
            return None
        whole = self._whole(best)
        if whole is not None:
            return Caught(whole, "absolute", None, 14)
        form, encoding = guess(events)
        if form == "absolute" and len(events) < 2:  # a fader's jitter is not a hand
            return None
        return Caught(best, form, encoding, _bits(best, events))

    def _whole(self, best: Address) -> Address | None:
        """Return the address of the NRPN or the 14 bits of which a control change is a part; None if of none.

        MIDI 1.0 Detailed Specification: 99 and 98 are the number of an NRPN, 6 and 38 its value; controls 32
        to 63 are the low halves of 0 to 31.
        """
        before, mark, number = best.rpartition("/cc/")
        if not mark or not number.isdecimal():
            return None
        parts = {cc: self._events.get(f"{before}/cc/{cc}", []) for cc in (99, 98, 6)}
        if all(parts.values()) and int(number) in (99, 98, 6, 38):
            high, low = (round(parts[cc][-1] * 127) for cc in (99, 98))
            return f"{before}/nrpn/{high * 128 + low}"
        first = int(number) % 32
        halves = [self._events.get(f"{before}/cc/{cc}", []) for cc in (first, first + 32)]
        together = (
            int(number) < 64 and min(map(len, halves)) >= 2 and abs(len(halves[0]) - len(halves[1])) <= 1
        )
        fine = together and len(set(halves[1])) > 2  # a button beside a fader knows two values
        return f"{before}/cc14/{first}" if fine else None

    def _best(self) -> Address | None:
        counts = Counter({source: len(events) for source, events in self._events.items()})
        for kind in _FINEST:
            finer = [one for one in counts if kind in one.split("/")]
            if finer and (kind != "pitch" or len(counts) == len(finer)):
                counts = Counter({one: counts[one] for one in finer})
                break
        else:
            counts = _together(counts)
        if not counts:
            return None
        return max(counts, key=lambda one: (counts[one], _travel(self._events[one])))


def guess(events: Sequence[float]) -> tuple[Form, Encoding | None]:
    """Return what a control is, by its first events, 0..1 each.

    A button sends its ends only. A relative encoder sends the same few values again and again, near 64
    (63, 65), near both ends (1, 127) or near 0 and 64 (1, 65); an absolute control never sends one twice.
    """
    steps = [round(value * 127) for value in events]
    if any(abs(value * 127 - step) > 1e-3 for value, step in zip(events, steps, strict=True)):
        return "absolute", None
    low, high = set(steps) & set(range(1, 8)), set(steps) & set(range(121, 128))
    middle, below = set(steps) & set(range(65, 72)), set(steps) & set(range(57, 64))
    again = any(one == other for one, other in pairwise(steps)) or len(steps) > len(set(steps))
    if set(steps) <= {0, 127} and (0 in steps or len(steps) < ENOUGH):
        return "button", None
    if not again and not _leaps(steps):
        return "button" if len(steps) == 1 and steps[0] in (0, 127) else "absolute", None
    found = set(steps)
    if found <= middle | below:
        return "relative", "offset"
    if found <= low | high:
        return "relative", "twos"
    if found <= low | middle:
        return "relative", "sign"
    if _struck(steps):
        return "button", None
    return "absolute", None


def _together(counts: "Counter[Address]") -> "Counter[Address]":
    """Leave out the parts of an NRPN beside its value: they are sent with each value, and count as much."""
    if not any(one.endswith("/cc/99") for one in counts) or not any(one.endswith("/cc/6") for one in counts):
        return counts
    return Counter({one: n for one, n in counts.items() if "/".join(one.split("/")[-2:]) not in _NUMBERS})


def _leaps(steps: Sequence[int]) -> bool:
    """Whether the values leap to and fro between the ends of an encoding, as no hand moves a fader."""
    far = sum(abs(one - other) >= 50 for one, other in pairwise(steps))
    near = 64 not in steps and any({one, other} == {63, 65} for one, other in pairwise(steps))
    return far > 1 or near


def _struck(steps: Sequence[int]) -> bool:
    """Whether every other value is 0, as of a pad that feels how hard it is struck."""
    return len(steps) > 1 and 0 in steps and all((one == 0) != (other == 0) for one, other in pairwise(steps))


def _travel(events: Sequence[float]) -> float:
    return max(events) - min(events)


def _bits(source: Address, events: Sequence[float]) -> int:
    parts = source.split("/")
    if any(kind in parts for kind in _FINEST):
        return 14
    whole = all(abs(value * 127 - round(value * 127)) <= 1e-3 for value in events)
    return 7 if whole else 0
