"""Signals that a show generates: each class computes many at once."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from installation import portable_math
from installation.signal.spec import Row, Setting, Spec, length_of
from installation.values import Frame

__all__ = ["SOURCES", "Source"]

Floats = NDArray[np.float64]
Lanes = NDArray[np.intp]
Seeds = NDArray[np.uint64]

_LOW_HIGH = (Setting("low", 0.0), Setting("high", 1.0))


class Source(ABC):
    """All signals of one kind.

    Args:
        rows: Checked settings, one row per signal.
        seeds: One number per signal, for random sources.
    """

    spec: ClassVar[Spec]
    states: ClassVar[tuple[str, ...]] = ()
    """Names of the state arrays that a hot reload carries over; NaN until the first frame."""

    def __init__(self, rows: Sequence[Row], seeds: Seeds) -> None:
        self.rows = rows
        self.seeds = seeds
        for name in self.states:
            setattr(self, name, np.full(len(rows), np.nan))
        lengths = {one.name: self.column(length_of(one.name)) for one in self.spec.lengths}
        self._lengths = {name: found for name, found in lengths.items() if not np.isnan(found).all()}
        self.prepare()

    def prepare(self) -> None:  # noqa: B027 - some have nothing to prepare
        """Convert the rows to arrays. Called once."""

    @abstractmethod
    def process(self, frame: Frame, inputs: Floats) -> Floats:
        """Return one value per signal. ``inputs`` are the signals named in settings, NaN without one."""

    def adopt(self, old: "Source", mine: Lanes, theirs: Lanes) -> None:
        """Take over the state of ``old`` where signal ``mine[i]`` is the old one's ``theirs[i]``."""
        for name in self.states:
            getattr(self, name)[mine] = getattr(old, name)[theirs]

    def column(self, name: str) -> Floats:
        """Return one setting of all signals."""
        return np.array([row[name] for row in self.rows], np.float64)

    def beats(self, name: str, meter: int) -> Floats | None:
        """Return a setting in beats where it is a length in notes or bars, NaN elsewhere; None if nowhere."""
        lengths = self._lengths.get(name)
        return None if lengths is None else np.where(lengths < 0.0, -lengths * meter, lengths)

    def seconds(self, name: str, frame: Frame) -> Floats:
        """Return a time of all signals at the present tempo."""
        times, beats = self.column(name), self.beats(name, frame.beat.meter)
        return times if beats is None else np.where(np.isnan(beats), times, beats * 60.0 / frame.beat.bpm)


class Cyclic(Source):
    """A source with a rate: stores whole cycles and phase separately, so that it stays exact for years."""

    states = ("_cycle", "_phase")
    _cycle: Floats
    _phase: Floats
    _fresh = True
    """Whether this is the first frame, in which state may be carried over from before a reload."""

    def advance(self, frame: Frame, rate: Floats) -> None:
        """Advance by dt; the first call starts at the position for the show time, as after a restart.

        A signal whose rate is a length in notes or bars stands where the beat clock says.
        """
        self._turn(frame, rate)
        beats = self.beats("rate", frame.beat.meter)
        if beats is not None:
            synced = ~np.isnan(beats)
            turned = frame.beat.position / beats[synced]
            self._cycle[synced] = np.floor(turned)
            self._phase[synced] = turned - self._cycle[synced]

    def _turn(self, frame: Frame, rate: Floats) -> None:
        if not self._fresh:
            turned = self._phase + rate * frame.dt
            whole = np.floor(turned)
            self._cycle += whole
            self._phase = turned - whole
            return
        self._fresh = False
        fresh = np.isnan(self._phase)
        turned = np.where(fresh, rate * frame.time, np.where(fresh, 0.0, self._phase) + rate * frame.dt)
        whole = np.floor(turned)
        self._cycle = np.where(fresh, 0.0, self._cycle) + whole
        self._phase = turned - whole


_WAVES = ("sine", "triangle", "saw", "square", "random")


class Lfo(Cyclic):
    """A low-frequency oscillator."""

    spec = Spec(
        "lfo",
        "a wave from low to high: sine, triangle, saw, square, random (smooth)",
        (
            Setting("rate", None, 0, 100, "Hz"),
            Setting("shape", 0.0, choices=_WAVES),
            Setting("phase", 0.0, -1, 1),
            *_LOW_HIGH,
        ),
        sync="rate",
    )

    def prepare(self) -> None:
        """Group the signals by shape."""
        self._rate, self._shift, self._low = self.column("rate"), self.column("phase"), self.column("low")
        self._width = self.column("high") - self._low
        shapes = self.column("shape")
        self._groups = [(_WAVES[int(shape)], shapes == shape) for shape in np.unique(shapes).tolist()]
        self._chance = _SmoothChance(self.seeds[shapes == _WAVES.index("random")])

    def process(self, frame: Frame, inputs: Floats) -> Floats:  # noqa: ARG002 - the contract's signature
        """Return the waves; all shapes start at the middle or the bottom and rise."""
        self.advance(frame, self._rate)
        shifted = self._phase + self._shift
        whole = np.floor(shifted)
        cycle = self._cycle + whole
        phase = shifted - whole
        out = np.empty(len(phase))
        for shape, lanes in self._groups:
            part = phase[lanes]
            out[lanes] = self._chance.at(cycle[lanes], part) if shape == "random" else _wave(shape, part)
        return self._low + self._width * out


class Noise(Cyclic):
    """Smooth noise that does not repeat."""

    spec = Spec(
        "noise",
        "smooth noise from low to high; each octave is twice as fast and half as strong",
        (Setting("rate", None, 0, 100, "Hz"), Setting("octaves", 1.0, 1, 8), *_LOW_HIGH),
        sync="rate",
    )

    def prepare(self) -> None:
        """Compute rate, amplitude and seed of each octave."""
        self._rate, self._low = self.column("rate"), self.column("low")
        self._width = self.column("high") - self._low
        octaves = np.rint(self.column("octaves"))
        self._octaves: list[tuple[float, Floats, _SmoothChance]] = []
        self._weight = np.zeros(len(octaves))
        for octave in range(int(octaves.max(initial=0))):
            strength = np.where(octave < octaves, 0.5**octave, 0.0)
            self._octaves.append((2.0**octave, strength, _SmoothChance(self.seeds + np.uint64(octave))))
            self._weight += strength

    def process(self, frame: Frame, inputs: Floats) -> Floats:  # noqa: ARG002 - the contract's signature
        """Return value noise over the cycles, with octaves added from the slowest."""
        self.advance(frame, self._rate)
        total = np.zeros(len(self._weight))
        for speed, strength, chance in self._octaves:
            place = self._phase * speed
            whole = np.floor(place)
            cell = self._cycle * speed + whole
            total += strength * chance.at(cell, place - whole)
        return self._low + self._width * (total / self._weight)


class Constant(Source):
    """A constant."""

    spec = Spec("constant", "a number", (Setting("value"),))

    def prepare(self) -> None:
        """Store the values as an array."""
        self._value = self.column("value")

    def process(self, frame: Frame, inputs: Floats) -> Floats:  # noqa: ARG002 - the contract's signature
        """Return the constant values."""
        return self._value


class Phase(Source):
    """Show time, wrapped."""

    spec = Spec(
        "clock",
        "rises from 0 to 1 every `period`, locked to show time, or to the beat with `sync`",
        (Setting("period", None, 1e-3, 1e9, "s"),),
        sync="period",
    )

    def prepare(self) -> None:
        """Store the periods as an array; that of a synced signal is not used."""
        period = self.column("period")
        self._period = np.where(period > 0.0, period, 1.0)

    def process(self, frame: Frame, inputs: Floats) -> Floats:  # noqa: ARG002 - the contract's signature
        """Return the elapsed fraction of the period."""
        turned = frame.time / self._period
        beats = self.beats("period", frame.beat.meter)
        if beats is not None:
            turned = np.where(np.isnan(beats), turned, frame.beat.position / beats)
        return turned - np.floor(turned)


class Adsr(Source):
    """An envelope that is triggered by another signal."""

    spec = Spec(
        "envelope",
        "rises to 1 when `trigger` exceeds 0.5, falls to `sustain`, and to 0 when it is released",
        (
            Setting("trigger", address=True),
            Setting("attack", 0.05, 0, 600, "s"),
            Setting("decay", 0.2, 0, 600, "s"),
            Setting("sustain", 0.7, 0, 1),
            Setting("release", 1.0, 0, 600, "s"),
        ),
        sync="release",
    )
    states = ("_level", "_rising", "_held")
    _level: Floats
    _rising: Floats
    _held: Floats

    def process(self, frame: Frame, inputs: Floats) -> Floats:
        """Return linear segments; each time is for the full range."""
        for state in (self._level, self._rising, self._held):
            state[np.isnan(state)] = 0.0
        held = inputs >= 0.5
        rising = held & ((self._held == 0.0) | ((self._rising == 1.0) & (self._level < 1.0)))
        sustain = self.column("sustain")
        up = np.minimum(self._level + self._step("attack", frame), 1.0)
        fallen = self._level - (1.0 - sustain) * self._step("decay", frame)
        # A level below sustain (after a reload) rises to it at the attack's rate.
        settled = np.where(self._level > sustain, np.maximum(fallen, sustain), np.minimum(up, sustain))
        released = np.maximum(self._level - self._step("release", frame), 0.0)
        self._level = np.where(rising, up, np.where(held, settled, released))
        self._rising, self._held = rising.astype(np.float64), held.astype(np.float64)
        return self._level

    def _step(self, name: str, frame: Frame) -> Floats:
        time = self.seconds(name, frame)
        return np.where(time > 0, frame.dt / np.where(time > 0, time, 1.0), 1.0)


class _SmoothChance:
    """Random values at integers, interpolated with zero slope and curvature there.

    Args:
        seeds: One number per signal.
    """

    def __init__(self, seeds: Seeds) -> None:
        self._seeds = seeds
        self._cell: Floats = np.full(len(seeds), np.nan)
        self._start = self._rise = np.zeros(len(seeds))

    def at(self, cell: Floats, part: Floats) -> Floats:
        """Return the value at ``cell + part``, with integer ``cell`` and ``part`` in 0..1."""
        if np.count_nonzero(cell == self._cell) != len(cell):  # a new cell once per cycle
            self._cell = cell
            self._start = portable_math.chance(cell, self._seeds)
            self._rise = portable_math.chance(cell + 1.0, self._seeds) - self._start
        eased: Floats = part * _SIX
        eased -= _FIFTEEN
        eased *= part
        eased += _TEN
        eased *= part * part * part
        eased *= self._rise
        eased += self._start
        return eased


_SIX, _FIFTEEN, _TEN = np.array(6.0), np.array(15.0), np.array(10.0)


def _wave(shape: str, phase: Floats) -> Floats:
    match shape:
        case "triangle":
            return 1.0 - np.abs(2.0 * phase - 1.0)
        case "saw":
            return phase
        case "square":
            return (phase < 0.5).astype(np.float64)
    return 0.5 + 0.5 * portable_math.sin_turns(phase)


SOURCES: dict[str, type[Source]] = {kind.spec.kind: kind for kind in (Constant, Phase, Lfo, Noise, Adsr)}
"""Every source by its name in files; envelopes come last, so that other sources can trigger them at once."""
