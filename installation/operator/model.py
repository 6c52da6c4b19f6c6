"""What the operator's screen shows, as plain rows: no window, no drawing, no show.

The model keeps only what belongs to looking: histories of signals and frame times, what is searched for,
favourites and pins.
"""

import math
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from installation.clock import time_text
from installation.ipc.feeds.operator import ControlLine, CueLine, Heard, LampLine, Live, Outline, RouteLine
from installation.ipc.telemetry import Description, Node
from installation.values import Address, Seconds

__all__ = [
    "SCOPE",
    "CueClock",
    "CueRow",
    "FrameTimes",
    "Model",
    "ParameterRow",
    "RouteRow",
    "ScoreStrip",
    "Shown",
    "SignalRow",
]

SCOPE: Final = 240
"""Values in a scope: 8 s at 30 Hz."""
_FRAMES: Final = 600
_GLOBAL: Final = ("/master", "/macro/", "/trim/", "/tempo/", "/effect/")
"""Beginnings of parameters that count whatever scene is shown."""

Shown = Literal["now", "favourites", "by hand", "all"]
"""Which parameters are listed."""


@dataclass(frozen=True, slots=True)
class CueRow:
    """One line of the cue list.

    Attributes:
        stands: ``current``, ``standby`` or empty.
        detail: Its times and condition, in a few words.
    """

    place: int
    id: str
    name: str
    stands: str
    detail: str


@dataclass(frozen=True, slots=True)
class CueClock:
    """The clock of the current cue.

    Attributes:
        phase: ``pre-wait``, ``fade``, ``hold`` until the next cue, or ``stands``.
        remaining: Seconds to the end of that phase; 0 where it stands.
        share: How much of the phase is over, 0..1.
    """

    phase: str
    elapsed: Seconds
    remaining: Seconds
    share: float


@dataclass(frozen=True, slots=True)
class ScoreStrip:
    """The score as a strip: where it is and where its cues begin, as shares of a cycle."""

    share: float
    marks: tuple[tuple[float, str], ...]
    words: str
    running: bool


@dataclass(frozen=True, slots=True)
class ParameterRow:
    """One parameter; values in natural units by component."""

    node: Node
    base: tuple[float, ...]
    effective: tuple[float, ...]
    authored: tuple[float, ...]
    by_hand: bool
    favourite: bool

    @property
    def moved(self) -> bool:
        """Whether routes make it something else than its base."""
        span = max(high - low for low, high in zip(self.node.minimum, self.node.maximum, strict=True))
        return any(
            abs(a - b) > 0.002 * max(span, 1e-9) for a, b in zip(self.base, self.effective, strict=True)
        )


@dataclass(frozen=True, slots=True)
class SignalRow:
    """One public signal with its last seconds, oldest first."""

    address: Address
    value: float
    history: NDArray[np.float32]
    pinned: bool


@dataclass(frozen=True, slots=True)
class RouteRow:
    """One route with its live value; NaN where it has none."""

    line: RouteLine
    value: float


@dataclass(frozen=True, slots=True)
class FrameTimes:
    """Milliseconds between frames, oldest first, with median and 99th percentile."""

    times: NDArray[np.float32]
    p50: float
    p99: float


@dataclass(slots=True)
class Model:
    """Everything that is looked at.

    Attributes:
        search: Text searched for, by list: ``parameters`` and ``signals``.
        shown: Which parameters are listed.
    """

    description: Description = field(default_factory=lambda: Description(version=0))
    outline: Outline = field(default_factory=Outline)
    live: Live = field(default_factory=lambda: Live(version=0, time=0.0))
    values: NDArray[np.float32] = field(default_factory=lambda: np.zeros(0, np.float32))
    search: dict[str, str] = field(default_factory=dict)
    shown: Shown = "now"
    favourites: set[Address] = field(default_factory=set)
    pinned: set[Address] = field(default_factory=set)
    _history: NDArray[np.float32] = field(default_factory=lambda: np.zeros((0, 0), np.float32))
    _at: int = 0
    _nodes: tuple[Node, ...] = ()
    """The parameters that are shown to people."""
    _signals: dict[Address, Node] = field(default_factory=dict)
    """The public signals."""
    _frames: deque[float] = field(default_factory=lambda: deque(maxlen=_FRAMES))

    def describe(self, description: Description, outline: Outline) -> None:
        """Take another tree or another show."""
        if description.version != self.description.version:
            self._history = np.full((description.slots, SCOPE), np.nan, np.float32)
            self._at = 0
            self._signals = {one.address: one for one in description.nodes if not one.writable}
            self._nodes = tuple(one for one in description.nodes if one.writable and one.access == "operator")
        self.description, self.outline = description, outline

    def take(self, live: Live) -> None:
        """Take a state of the show."""
        self.live = live
        self._frames.extend(np.frombuffer(live.frames, "<f4").tolist())

    def sample(self, values: NDArray[np.float32]) -> None:
        """Take effective values and signals, one column of the scopes."""
        self.values = values
        if len(values) == len(self._history):
            self._history[:, self._at] = values
            self._at = (self._at + 1) % SCOPE

    # Cues.

    def cues(self) -> Iterator[CueRow]:
        """Yield the cue list in order."""
        for place, cue in enumerate(self.outline.cues, 1):
            stands = (
                "current" if cue.id == self.live.cue else "standby" if cue.id == self.live.standby else ""
            )
            yield CueRow(place, cue.id, cue.name or cue.scene or cue.id, stands, _detail(cue))

    def cue(self, id_: str) -> CueLine | None:
        """Return a cue by its id."""
        return next((one for one in self.outline.cues if one.id == id_), None)

    def clock(self) -> CueClock:
        """Return the clock of the current cue on the cue clock, without the score."""
        cue, elapsed = self.cue(self.live.cue), self.live.elapsed
        if cue is None:
            return CueClock("stands", 0.0, 0.0, 0.0)
        if elapsed < 0:
            share = 1.0 + elapsed / cue.pre_wait if cue.pre_wait else 1.0
            return CueClock("pre-wait", elapsed, -elapsed, min(1.0, max(0.0, share)))
        fade = min(cue.fade, cue.length) if cue.follow != "none" else cue.fade
        if elapsed < fade:
            return CueClock("fade", elapsed, fade - elapsed, elapsed / fade)
        if cue.follow != "none" and elapsed < cue.length:
            span = max(cue.length - fade, 1e-9)
            return CueClock("hold", elapsed, cue.length - elapsed, (elapsed - fade) / span)
        return CueClock("stands", elapsed, 0.0, 1.0)

    def upcoming(self, time: Seconds, speed: float) -> tuple[CueLine, Seconds] | None:
        """Return the cue that a running score plays next, and in how many seconds; None at its end."""
        later = [one for one in self.outline.cues if one.at > time]
        following = min(later, key=lambda one: one.at, default=None)
        return None if following is None else (following, (following.at - time) / max(speed, 1e-6))

    def score(self, time: Seconds, running: bool, cycle: int, speed: float) -> ScoreStrip | None:
        """Return the score's strip, by its status; None for a show without a score."""
        length = self.outline.length
        if length <= 0:
            return None
        marks = tuple((one.at / length, one.id) for one in self.outline.cues if one.at >= 0)
        words = f"{time_text(time)} / {time_text(length)}"
        words += f"   cycle {cycle + 1}" if cycle else ""
        words += f"   x{speed:g}" if speed != 1.0 else ""
        words += "" if running else "   stopped"
        return ScoreStrip(min(1.0, max(0.0, time / length)), marks, words, running)

    # Parameters.

    def parameters(self) -> list[ParameterRow]:
        """Return the parameters that are searched for and shown, favourites first."""
        bases = np.frombuffer(self.live.bases, "<f4").tolist()
        authored = np.frombuffer(self.outline.authored, "<f4").tolist()
        known = min(len(bases), len(authored), len(self.live.by_hand), len(self.values))
        rows = []
        for node in self._nodes:
            part = slice(node.slot, node.slot + node.components)
            by_hand = 1 in self.live.by_hand[part]
            if part.stop <= known and self._lists(node, by_hand):
                row = ParameterRow(
                    node=node,
                    base=tuple(bases[part]),
                    effective=tuple(self.values[part].tolist()),
                    authored=tuple(authored[part]),
                    by_hand=by_hand,
                    favourite=node.address in self.favourites,
                )
                rows.append(row)
        rows.sort(key=lambda row: not row.favourite)  # stable: else in the order of the tree
        return rows

    def _lists(self, node: Node, by_hand: bool) -> bool:
        words, favourite = self.search.get("parameters", ""), node.address in self.favourites
        if words.strip():  # a search looks everywhere
            return matches(words, f"{node.address} {node.description}")
        match self.shown:
            case "favourites":
                return favourite
            case "by hand":
                return by_hand
            case "now":
                return favourite or by_hand or self._plays(node.address)
        return True

    def _plays(self, address: Address) -> bool:
        """Return whether a parameter has an effect on what is shown now."""
        if address.startswith("/scene/"):
            scene = address.split("/")[2]
            return scene in (self.live.before, self.live.after)
        return address.startswith(_GLOBAL) or address.count("/") == 1

    def counts(self) -> dict[Shown, int]:
        """Return the number of favourites and of parameters moved by hand, for the names of the filters."""
        by_hand = self.live.by_hand
        moved = sum(1 in by_hand[one.slot : one.slot + one.components] for one in self._nodes)
        return {"favourites": len(self.favourites), "by hand": moved}

    # Signals, routes, frames.

    def signals(self) -> list[SignalRow]:
        """Return the public signals that are searched for, pinned ones first."""
        words = self.search.get("signals", "")
        if len(self.values) != len(self._history):
            return []
        order = np.r_[self._at : SCOPE, 0 : self._at]
        rows = [
            SignalRow(
                node.address,
                float(self.values[node.slot]),
                self._history[node.slot][order],
                node.address in self.pinned,
            )
            for node in self._signals.values()
            if (node.address in self.pinned if not words.strip() and self.pinned_only else True)
            and matches(words, node.address)
        ]
        rows.sort(key=lambda row: not row.pinned)
        return rows

    pinned_only: bool = False
    """Whether only pinned signals are listed while nothing is searched for."""

    def routes(self) -> list[RouteRow]:
        """Return the routes in file order, with what leaves their shapes."""
        values = np.frombuffer(self.live.routes, "<f4")
        if len(values) != len(self.outline.routes):
            return [RouteRow(line, math.nan) for line in self.outline.routes]
        words = self.search.get("routes", "")
        return [
            RouteRow(line, value)
            for line, value in zip(self.outline.routes, values.tolist(), strict=True)
            if matches(words, f"{line.source} {line.target} {line.shape}")
        ]

    def control(self, address: Address) -> ControlLine | None:
        """Return what a control does now; None if it does nothing."""
        return next((one for one in self.live.controls if one.source == address), None)

    def position(self, address: Address) -> float | None:
        """Return the last value of a controller's control; None if none has arrived."""
        line = self.control(address)
        if line is not None and line.at >= 0.0:
            return line.at
        node = self._signals.get(address)
        if node is not None and node.slot < len(self.values) and math.isfinite(self.values[node.slot]):
            return float(self.values[node.slot])
        for one in self.live.heard:
            if one.address == address:
                return _number(one.values)
        return None

    def plugged(self, device: Address) -> bool:
        """Return whether the controller of an address is plugged in."""
        node = self._signals.get(f"{device}/connected")
        return node is not None and node.slot < len(self.values) and bool(self.values[node.slot] >= 0.5)

    def heard(self) -> tuple[Heard, ...]:
        """Return what arrives, newest first."""
        return self.live.heard

    def frame_times(self) -> FrameTimes:
        """Return the times of the last frames."""
        times = np.array(self._frames, np.float32)
        if not len(times):
            return FrameTimes(times, 0.0, 0.0)
        p50, p99 = np.percentile(times, [50, 99])
        return FrameTimes(times, float(p50), float(p99))

    # Lamps.

    def lamps(self) -> list[tuple[LampLine, NDArray[np.uint8], NDArray[np.float32]]]:
        """Return each fixture and pixel item with its colours, ``(n, 3)``, and its places, ``(n, 4)``."""
        colours = np.frombuffer(self.live.lamps, np.uint8).reshape(-1, 3)
        places = np.frombuffer(self.outline.places, "<f4").reshape(-1, 4)
        return [
            (
                line,
                colours[line.first : line.first + line.count],
                places[line.first : line.first + line.count],
            )
            for line in self.outline.lamps
            if line.first + line.count <= min(len(colours), len(places))
        ]


def matches(words: str, text: str) -> bool:
    """Return whether a text contains every word, in any order and any case."""
    lower = text.lower()
    return all(word in lower for word in words.lower().split())


def toggle(kept: set[Address], address: Address) -> None:
    """Add an address to a set, or take it out."""
    kept.symmetric_difference_update({address})


def ordered(addresses: Iterable[Address]) -> list[Address]:
    """Return addresses for a file."""
    return sorted(addresses)


def _number(text: str) -> float | None:
    try:
        return float(text.split(maxsplit=1)[0])
    except (ValueError, IndexError):
        return None


def _detail(cue: CueLine) -> str:
    parts = [f"{cue.fade:g} s"]
    if cue.at >= 0:
        parts.insert(0, f"at {time_text(cue.at)}")
    if cue.pre_wait:
        parts.append(f"after {cue.pre_wait:g} s")
    if cue.follow == "auto-follow":
        parts.append(f"follows in {cue.length:g} s")
    elif cue.follow == "auto-continue":
        parts.append(f"continues in {cue.length:g} s")
    if cue.condition:
        parts.append(f"if {cue.condition}")
    return "   ".join(parts)
