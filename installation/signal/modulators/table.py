"""The modulators by name: linear maps, curves, filters, switches."""

import math

import numpy as np

from installation import portable_math
from installation.signal.modulators.delay import Delay
from installation.signal.modulators.modulator import ONE, ZERO, Decay, Floats, Modulator, clamp
from installation.signal.spec import Setting, Spec
from installation.values import Seconds

__all__ = ["MODULATORS", "Modulator"]


class Remap(Modulator):
    """A linear map from one range to another."""

    spec = Spec(
        "remap",
        "maps in_low..in_high linearly to out_low..out_high",
        (
            Setting("in_low", 0.0),
            Setting("in_high", 1.0),
            Setting("out_low", 0.0),
            Setting("out_high", 1.0),
            Setting("clamp", 1.0, 0, 1),
        ),
    )

    def prepare(self) -> None:
        """Combine the four ends into a gain and an offset."""
        low, high, start, end = (self.column(s.name) for s in self.spec.settings[:4])
        width = high - low
        flat = width == 0  # an empty range is a step to the upper end
        self._gain = np.where(flat, 0.0, (end - start) / np.where(flat, 1.0, width))
        self._offset = np.where(flat, end, start - low * self._gain)
        clamped = self.column("clamp") >= 0.5
        self._least = np.where(clamped, np.minimum(start, end), -np.inf)
        self._most = np.where(clamped, np.maximum(start, end), np.inf)
        self._clamps = bool(np.any(clamped))

    def process(self, x: Floats, dt: Seconds) -> None:  # noqa: ARG002 - the contract's signature
        """Scale, shift, clamp."""
        x *= self._gain
        x += self._offset
        if self._clamps:
            clamp(x, self._least, self._most)


class Scale(Modulator):
    """Gain and offset."""

    spec = Spec("scale", "x * gain + offset", (Setting("gain"), Setting("offset", 0.0)))

    def prepare(self) -> None:
        """Convert both to arrays."""
        self._gain, self._offset = self.column("gain"), self.column("offset")

    def process(self, x: Floats, dt: Seconds) -> None:  # noqa: ARG002 - the contract's signature
        """Multiply and add."""
        x *= self._gain
        x += self._offset


_SHAPES = ("s", "square", "cube", "root", "power", "sine", "tanh", "linear")


class Curve(Modulator):
    """A curve from 0..1 to 0..1."""

    spec = Spec(
        "curve",
        "maps 0..1 to 0..1: s (slow ends), square, cube, root, power, sine, tanh (soft knee)",
        (Setting("shape", choices=_SHAPES), Setting("amount", 2.0, 0.01, 20)),
    )

    def prepare(self) -> None:
        """Group the lanes by shape."""
        shapes = np.array([row["shape"] for row in self._rows], np.float64)
        self._amount = np.array([row["amount"] for row in self._rows], np.float64)
        self._groups = [(_SHAPES[int(s)], np.flatnonzero(shapes == s)) for s in np.unique(shapes)]

    def process(self, x: Floats, dt: Seconds) -> None:  # noqa: ARG002 - the contract's signature
        """Clamp to 0..1 and apply the curve."""
        clamp(x, ZERO, ONE)
        if len(self._groups) == 1:
            _bend(self._groups[0][0], x, self._amount, self._scratch[0])
            return
        for shape, lanes in self._groups:
            part = x[lanes]
            _bend(shape, part, self._amount[lanes], np.empty(len(part)))
            x[lanes] = part


_MINUS_TWO, _THREE = np.array(-2.0), np.array(3.0)


def _bend(shape: str, x: Floats, amount: Floats, scratch: Floats) -> None:
    match shape:
        case "s":  # x^2 (3 - 2x)
            np.multiply(x, _MINUS_TWO, out=scratch)
            scratch += _THREE
            scratch *= x
            x *= scratch
        case "square":
            np.multiply(x, x, out=x)
        case "cube":
            np.multiply(x, np.multiply(x, x, out=scratch), out=x)
        case "root":
            np.sqrt(x, out=x)
        case "power":
            x[:] = portable_math.power(x, amount)
        case "sine":
            x[:] = 0.5 - 0.5 * portable_math.cos_turns(0.5 * x)
        case "tanh":
            x[:] = portable_math.tanh(amount * x) / portable_math.tanh(amount)


class Smooth(Modulator):
    """A one-pole low-pass."""

    spec = Spec(
        "smooth",
        "low-pass that reaches 63 % of a step in `time`",
        (Setting("time", minimum=0, maximum=600, unit="s"),),
        sync="time",
    )
    states = ("_y",)
    _y: Floats

    def prepare(self) -> None:
        """Group equal times."""
        self.retime()

    def retime(self) -> None:
        """Group equal times."""
        self._decay = Decay(self.seconds("time"))

    def process(self, x: Floats, dt: Seconds) -> None:
        """Advance by (x - y) (1 - exp(-dt / time))."""
        self.begin(self._y, x)
        y = self._y
        x -= y
        x *= self._decay.share(dt)
        x += y
        y[:] = x


class OneEuro(Modulator):
    """The 1-euro filter: Casiez, Roussel, Vogel, "1 euro filter", CHI 2012."""

    spec = Spec(
        "one-euro",
        "low-pass whose cutoff rises with speed: smooth at rest, little lag in motion",
        (
            Setting("cutoff", 1.0, 0.001, 1000, "Hz"),
            Setting("beta", 0.01, 0, 1000),
            Setting("derivative", 1.0, 0.001, 1000, "Hz"),
        ),
    )
    states = ("_x", "_y", "_speed")
    _x: Floats
    _y: Floats
    _speed: Floats

    def prepare(self) -> None:
        """Convert the three settings to arrays."""
        self._cutoff, self._beta = self.column("cutoff"), self.column("beta")
        self._derivative = self.column("derivative")

    def process(self, x: Floats, dt: Seconds) -> None:
        """Low-pass with alpha = 1 / (1 + 1 / (2 pi cutoff dt)), with cutoff = cutoff + beta |speed|."""
        self.begin(self._x, x)
        self.begin(self._y, x)
        self.begin(self._speed, np.zeros_like(x))
        if dt > 0:
            turn = 2.0 * math.pi * dt
            speed = (x - self._x) / dt
            step = turn * self._derivative
            self._speed += (speed - self._speed) * (step / (1.0 + step))
            step = turn * (self._cutoff + self._beta * np.abs(self._speed))
            self._y += (x - self._y) * (step / (1.0 + step))
            self._x[:] = x
        x[:] = self._y


class Slew(Modulator):
    """A slew rate limit."""

    spec = Spec(
        "slew",
        "at most `rise` up and `fall` down per second",
        (Setting("rise", None, 0, 1e6, "1/s"), Setting("fall", math.nan, 0, 1e6, "1/s")),
    )
    states = ("_y",)
    _y: Floats

    def prepare(self) -> None:
        """Use ``rise`` for ``fall`` if it is not given."""
        self._rise, fall = self.column("rise"), self.column("fall")
        self._fall = -np.where(np.isnan(fall), self._rise, fall)

    def process(self, x: Floats, dt: Seconds) -> None:
        """Move towards x at the limited rate."""
        self.begin(self._y, x)
        x -= self._y
        clamp(x, self._fall * dt, self._rise * dt)
        x += self._y
        self._y[:] = x


class Gate(Modulator):
    """A switch with hysteresis."""

    spec = Spec(
        "gate",
        "1 from `on` upwards, until x falls below `off`",
        (Setting("on"), Setting("off", math.nan)),
    )
    states = ("_y",)
    waits = True
    _y: Floats

    def prepare(self) -> None:
        """Use ``on`` for ``off`` if it is not given; ``off`` is never above ``on``."""
        self._on, off = self.column("on"), self.column("off")
        self._off = np.minimum(np.where(np.isnan(off), self._on, off), self._on)

    def process(self, x: Floats, dt: Seconds) -> None:  # noqa: ARG002 - the contract's signature
        """Keep the state between the two thresholds."""
        on, off = x >= self._on, x < self._off
        self._y[:] = np.where(on, 1.0, np.where(off, 0.0, np.where(self._y == 1.0, 1.0, 0.0)))
        self._y[np.isnan(x)] = np.nan
        x[:] = self._y


class Quantise(Modulator):
    """Quantisation to levels."""

    spec = Spec("quantise", "the nearest of `steps` levels from 0 to 1", (Setting("steps", None, 2, 1e6),))

    def prepare(self) -> None:
        """Compute the number of gaps between levels."""
        self._gaps = np.rint(self.column("steps")) - 1.0

    def process(self, x: Floats, dt: Seconds) -> None:  # noqa: ARG002 - the contract's signature
        """Round to multiples of a gap."""
        np.multiply(x, self._gaps, out=x)
        np.rint(x, out=x)
        np.divide(x, self._gaps, out=x)


class Envelope(Modulator):
    """An envelope follower."""

    spec = Spec(
        "envelope",
        "follows the magnitude of x, with time constants `attack` (up) and `release` (down)",
        (Setting("attack", 0.01, 0, 600, "s"), Setting("release", 0.3, 0, 600, "s")),
        sync="release",
    )
    states = ("_y",)
    waits = True
    _y: Floats

    def prepare(self) -> None:
        """Group equal times."""
        self.retime()

    def retime(self) -> None:
        """Group equal times."""
        self._attack, self._release = Decay(self.seconds("attack")), Decay(self.seconds("release"))

    def process(self, x: Floats, dt: Seconds) -> None:
        """Apply a one-pole filter with two time constants to the magnitude of x."""
        np.abs(x, out=x)
        self.begin(self._y, x)
        x -= self._y
        x *= np.where(x > ZERO, self._attack.share(dt), self._release.share(dt))
        x += self._y
        self._y[:] = x


class Invert(Modulator):
    """Inversion."""

    spec = Spec("invert", "1 - x")

    def process(self, x: Floats, dt: Seconds) -> None:  # noqa: ARG002 - the contract's signature
        """Compute 1 - x."""
        np.subtract(1.0, x, out=x)


class Absolute(Modulator):
    """Absolute value."""

    spec = Spec("abs", "the absolute value of x")

    def process(self, x: Floats, dt: Seconds) -> None:  # noqa: ARG002 - the contract's signature
        """Compute the absolute value."""
        np.abs(x, out=x)


MODULATORS: dict[str, type[Modulator]] = {
    kind.spec.kind: kind
    for kind in (
        Absolute, Curve, Delay, Envelope, Gate, Invert, OneEuro, Quantise, Remap, Scale, Slew, Smooth,
    )
}  # fmt: skip
"""Every modulator by its name in files; ``check``, ``list`` and the reference page are derived from it."""
