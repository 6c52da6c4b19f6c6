"""Recursive filters over blocks, without a loop over samples, and the weightings of loudness and noise.

A recursive filter of a few poles is a linear map from (state, samples) to (outputs, new state). That map is
worked out once, for short runs of samples; a block is then three matrix products. Sections of second order
in series keep the arithmetic well-conditioned for poles near 1.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from installation.sound import BLOCK, RATE

__all__ = ["CA_WEIGHTING", "K_WEIGHTING", "Bank", "Section", "System", "dc_blocker", "response"]

Floats = NDArray[np.float64]

_RUN: Final = 32
_RUNS: Final = BLOCK // _RUN
_NOTHING: Final = 1e-25
"""What dies away is 0 before it becomes a denormal number, with which processors are slow."""


@dataclass(frozen=True, slots=True)
class Section:
    """``(b0 + b1/z + b2/z^2) / (1 + a1/z + a2/z^2)``."""

    b0: float
    b1: float
    b2: float
    a1: float
    a2: float


@dataclass(frozen=True, slots=True)
class System:
    """One input, several outputs: ``s' = a s + b x``, ``y = c s + d x``.

    Attributes:
        a: (n, n). b: (n,). c: (outputs, n). d: (outputs,).
    """

    a: Floats
    b: Floats
    c: Floats
    d: Floats

    @staticmethod
    def series(sections: Sequence[Section], taps: Sequence[int], gains: Sequence[float]) -> "System":
        """Return sections in series.

        Args:
            sections: In order.
            taps: Number of sections before each output.
            gains: Factor of each output.
        """
        n = 2 * len(sections)
        a, b = np.zeros((n, n)), np.zeros(n)
        row, through = np.zeros(n), 1.0  # what the next section is given: row @ s + through * x
        seen = [(row.copy(), through)]
        for index, one in enumerate(sections):
            first, second = 2 * index, 2 * index + 1
            out = one.b0 * row
            out[first] += 1.0
            a[first] = one.b1 * row - one.a1 * out
            a[first, second] += 1.0
            a[second] = one.b2 * row - one.a2 * out
            b[first] = (one.b1 - one.a1 * one.b0) * through
            b[second] = (one.b2 - one.a2 * one.b0) * through
            row, through = out, one.b0 * through
            seen.append((row.copy(), through))
        c = np.array([seen[tap][0] * gain for tap, gain in zip(taps, gains, strict=True)])
        d = np.array([seen[tap][1] * gain for tap, gain in zip(taps, gains, strict=True)])
        return System(a, b, c, d)

    def beside(self, other: "System") -> "System":
        """Return both on the same input, the outputs of ``other`` last."""
        n, m = len(self.b), len(other.b)
        a = np.zeros((n + m, n + m))
        a[:n, :n], a[n:, n:] = self.a, other.a
        c = np.zeros((len(self.d) + len(other.d), n + m))
        c[: len(self.d), :n], c[len(self.d) :, n:] = self.c, other.c
        return System(a, np.concatenate([self.b, other.b]), c, np.concatenate([self.d, other.d]))


class Bank:
    """A system on several channels at once, block by block.

    Args:
        system: What is worked out.
        channels: Number of channels.
    """

    def __init__(self, system: System, channels: int) -> None:
        self.outputs = len(system.d)
        self._order = n = len(system.b)
        self.state: Floats = np.zeros((channels, n))
        powers = [np.eye(n)]
        for _ in range(_RUN):
            powers.append(system.a @ powers[-1])
        gather = np.array([powers[_RUN - 1 - i] @ system.b for i in range(_RUN)])
        answers = [system.d] + [system.c @ powers[j] @ system.b for j in range(_RUN - 1)]
        impulse = np.zeros((_RUN, self.outputs, _RUN))
        for i in range(_RUN):
            for j in range(i, _RUN):
                impulse[i, :, j] = answers[j - i]
        observed = np.array([system.c @ powers[j] for j in range(_RUN)]).transpose(2, 1, 0)
        # What a run answers, and what it leaves to the state: one product for both.
        self._answer = np.concatenate([impulse.reshape(_RUN, -1), gather], axis=1)
        self._observed = np.ascontiguousarray(observed.reshape(n, -1))
        self._starts = _starts(powers[_RUN], n)

    def process(self, block: Floats) -> Floats:
        """Return the outputs for the next block.

        Args:
            block: (channels, BLOCK).

        Returns:
            (channels, outputs, BLOCK).
        """
        out = self._run(block).transpose(0, 2, 1, 3)
        return out.reshape(len(block), self.outputs, BLOCK)

    def energy(self, block: Floats) -> Floats:
        """Return the mean square of each output over the next block, (channels, outputs)."""
        out = self._run(block)
        if self.outputs == 1:
            powers = [float(np.vdot(row, row)) / BLOCK for row in out]
            return np.array(powers, np.float64).reshape(-1, 1)
        out *= out
        found: Floats = np.add.reduce(out, axis=(1, 3))
        found /= BLOCK
        return found

    def _run(self, block: Floats) -> Floats:
        """Return (channels, runs, outputs, samples of a run), and go on to the next block.

        The products are small enough for BLAS not to wake threads, which would wait for a core.
        """
        channels, n = len(block), self._order
        answers = block.reshape(channels * _RUNS, _RUN) @ self._answer
        width = self.outputs * _RUN
        inner = np.empty((channels, n * (_RUNS + 1)))
        inner[:, :n] = self.state
        inner[:, n:] = answers[:, width:].reshape(channels, n * _RUNS)
        states = inner @ self._starts
        last = states[:, n * _RUNS :]
        self.state = last * (np.abs(last) > _NOTHING)
        out: Floats = states[:, : n * _RUNS].reshape(channels * _RUNS, n) @ self._observed
        out += answers[:, :width]
        return out.reshape(channels, _RUNS, self.outputs, _RUN)


def _starts(run: Floats, n: int) -> Floats:
    """Return the map from the first state and what each run adds to it, to the state before each run."""
    powers = [np.eye(n)]
    for _ in range(_RUNS):
        powers.append(run @ powers[-1])
    found = np.zeros((n * (_RUNS + 1), n * (_RUNS + 1)))
    for k in range(_RUNS + 1):
        columns = slice(n * k, n * (k + 1))
        found[:n, columns] = powers[k].T
        for before in range(k):
            found[n * (before + 1) : n * (before + 2), columns] = powers[k - 1 - before].T
    return found


def response(system: System, frequencies: ArrayLike) -> NDArray[np.complex128]:
    """Return the transfer of each output at frequencies in hertz, (outputs, frequencies)."""
    points = np.exp(2j * np.pi * np.asarray(frequencies, np.float64) / RATE)
    eye = np.eye(len(system.b))
    found = [system.c @ np.linalg.solve(z * eye - system.a, system.b) + system.d for z in points]
    return np.array(found, np.complex128).T


def dc_blocker(hertz: float = 4.0) -> System:
    """Return a high-pass of first order: a zero at 0 Hz, -3 dB at ``hertz``."""
    pole = math.exp(-2.0 * math.pi * hertz / RATE)
    gain = (1.0 + pole) / 2.0
    return System.series([Section(gain, -gain, 0.0, -pole, 0.0)], [1], [1.0])


def _high_pass(first: float, second: float) -> Section:
    """Return two zeros at 0 Hz and two real poles: bilinear transform, the poles at their frequency."""
    b, a = np.array([1.0]), np.array([1.0])
    for hertz in (first, second):
        warped = math.tan(math.pi * hertz / RATE)
        b = np.convolve(b, [1.0 / (1.0 + warped), -1.0 / (1.0 + warped)])
        a = np.convolve(a, [1.0, (warped - 1.0) / (warped + 1.0)])
    return Section(float(b[0]), float(b[1]), float(b[2]), float(a[1]), float(a[2]))


def _low_pass(hertz: float) -> Section:
    """Return a double real pole at ``hertz``, whose magnitude is that of the analogue one up to 20 kHz.

    The bilinear transform would have a zero at half of the rate, where the analogue filter has none: 5 dB too
    little at 16 kHz. Instead the poles are those of the impulse response, and the numerator is chosen so that
    the magnitude is right at 0 Hz, at ``hertz`` and at 18 kHz (after M. Vicanek, "Matched Second Order
    Digital Filters", 2016).
    """
    pole = math.exp(-2.0 * math.pi * hertz / RATE)
    a1, a2 = -2.0 * pole, pole * pole
    at = np.array([0.0, hertz, 18_000.0])
    wanted = 1.0 / (1.0 + (at / hertz) ** 2) ** 2
    half = np.sin(np.pi * at / RATE) ** 2
    basis = np.stack([1.0 - half, half, 4.0 * half * (1.0 - half)], axis=1)
    poles = np.abs(1.0 - pole * np.exp(-2j * np.pi * at / RATE)) ** 4
    zero, top, bend = np.linalg.solve(basis, wanted * poles)
    # |N|^2 = zero (1 - s) + top s + bend 4 s (1 - s), s = sin^2(w / 2); N(1)^2 = zero, N(-1)^2 = top.
    low, high = math.sqrt(max(zero, 0.0)), math.sqrt(max(top, 0.0))
    middle = (low + high) / 2.0
    b0 = (middle + math.sqrt(max(middle * middle + bend, 0.0))) / 2.0
    b1 = (low - high) / 2.0
    return Section(b0, b1, middle - b0, a1, a2)


def _sound_level() -> System:
    """Return the weightings C and A.

    Poles: IEC 61672-1:2013, annex E: 20.60, 107.7, 737.9 and 12194 Hz, where A is C with two more zeros at
    0 Hz and two more poles. 0 dB at 1 kHz.
    """
    low, mid, high, top = 20.598997, 107.65265, 737.86223, 12194.217
    sections = [_high_pass(low, low), _low_pass(top), _high_pass(mid, high)]
    at = 1.0 / np.abs(response(System.series(sections, [2, 3], [1.0, 1.0]), [1000.0]))[:, 0]
    return System.series(sections, [2, 3], [float(at[0]), float(at[1])])


K_WEIGHTING: Final = System.series(
    [
        Section(1.53512485958697, -2.69169618940638, 1.19839281085285, -1.69065929318241, 0.73248077421585),
        Section(1.0, -2.0, 1.0, -1.99004745483398, 0.99007225036621),
    ],
    [2],
    [1.0],
)
"""ITU-R BS.1770-4, annex 1, tables 1 and 2: the coefficients for 48 kHz."""

CA_WEIGHTING: Final = _sound_level()
"""IEC 61672-1: weightings C and A, two outputs."""
