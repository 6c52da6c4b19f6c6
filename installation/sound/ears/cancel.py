"""Our own output removed from what the microphones hear.

A filter of ``LENGTH`` seconds predicts from what we play what of it comes back, and the prediction is
subtracted. It is adapted block by block in the frequency domain, in partitions of one block (Soo & Pang 1990,
"Multidelay Block Frequency Domain Adaptive Filter"), so that nothing is delayed. The step of each partition
and frequency is that of a Kalman filter (Enzner & Vary 2006, "Frequency-domain adaptive Kalman filter for
acoustic echo control"; Kuech, Mabande & Enzner 2014 for partitions): it is large while the path is unknown
and small while people speak, without a detector for either. The constraint that makes a product of spectra a
convolution is applied to some partitions at a time.

What such a filter follows badly, a change of the path, is noticed by a second, short filter that adapts at a
fixed step (two paths: Ochiai, Araseki & Ogihara 1977): where that one explains clearly more, the long one
opens its steps again. Nothing of this can make the signal much louder: see ``Output``.
"""

import copy
from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation.sound import BLOCK, RATE
from installation.sound.ears.bulk_delay import LONGEST, BulkDelay
from installation.sound.ears.subtract import TINY, Output, energy
from installation.values import Seconds

__all__ = ["LENGTH", "Canceller"]

PARTITIONS: Final = 48
LENGTH: Final[Seconds] = PARTITIONS * BLOCK / RATE
"""Length of the filter, behind the bulk delay."""

_BINS: Final = BLOCK + 1
_FARTHEST: Final = round(LONGEST * RATE) // BLOCK
"""Most partitions of bulk delay."""
_RING: Final = PARTITIONS + _FARTHEST
_SHORT: Final = 12
"""Partitions of the short filter: 64 ms, the direct sound and the early reflections."""

_MEMORY: Final = 0.9995
"""Share of the path that is the same one block later (A of the Kalman filter): it drifts within seconds."""
_DRIFT: Final = 4
"""Blocks from one look at that to the next."""
_NEAR: Final = 0.9
"""Share of the old spectrum of everything else in the microphone that is kept each block."""
_UNKNOWN: Final = (np.exp(-6.9078 * np.arange(PARTITIONS) * BLOCK / RATE / 0.5) + 1e-3).astype(np.float32)
"""Variance of a path of which nothing is known, by partition: a room that decays by 60 dB in a second."""
_AT_ONCE: Final = 4
"""Partitions of the long filter that are constrained in every second block."""
_FIXED: Final = 0.4
"""Step of the short filter."""
_BETTER: Final = 0.75
"""Share of the long filter's error power below which the short filter explains clearly more."""
_AS_GOOD: Final = 0.95
"""Share above which it explains no more, which speaks against a change, half as much."""
_USELESS: Final = 4.0
"""How many times the power of the microphone its error is when the short filter begins anew."""
_CHANGED: Final = 24
"""Blocks of that for a path that has changed: 0.13 s."""
_RESTING: Final = 94
"""Blocks that the long filter then has before it is judged again."""
_EARLY: Final = 2
"""Partitions of the filter before the bulk delay."""
_LATEST: Final = 10
"""Partitions of the filter behind which the bulk delay must not lie."""
_LIMIT: Final = np.float32(4.0)
"""Amplitude at which input is clipped: 12 dB above full scale."""

Floats = NDArray[np.float32]
Spectra = NDArray[np.complex64]


class Canceller:
    """Removes our own output from microphones.

    Args:
        channels: Number of microphones.
    """

    def __init__(self, channels: int) -> None:
        self.gate = 0.0
        """How much of our own output is let through again, 0..1; for feedback through the room."""
        self._channels = channels
        self._played: _Played | None = None
        self._filters: list[_Filter] = []
        self._bulk = BulkDelay()
        self._apart = 0
        self._alike = False

    @property
    def _working(self) -> list["_Filter"]:
        """The filters that have heard the last block: of microphones that are alike, one."""
        return self._filters[:1] if self._alike else self._filters

    @property
    def reduction_db(self) -> float:
        """By how much the microphones were quieter in the last second, in decibels; 0 while we are silent."""
        heard = sum(one.output.heard for one in self._working)
        left = sum(one.output.left for one in self._working)
        return max(0.0, 10.0 * float(np.log10((heard + TINY) / (left + TINY))))

    @property
    def echo(self) -> float:
        """Root mean square of our own output in the microphones in the last 50 ms, as predicted."""
        return float(np.sqrt(max((one.output.echo for one in self._working), default=0.0) / BLOCK))

    @property
    def delay(self) -> Seconds:
        """After how long our output comes back; 0 until that is known."""
        return (self._bulk.found or 0) / RATE

    def process(self, block: Floats, reference: Floats) -> Floats:
        """Return what the microphones heard, without our own output.

        Args:
            block: The microphones, ``(channels, BLOCK)``.
            reference: What was given to the output device, ``(outputs, BLOCK)``: one block for each block of
                the microphones. More than two outputs become two: the odd and the even ones.

        Returns:
            A new array of the shape of ``block``; the same samples, none later than they came.
        """
        block, reference = _clean(block), _two(_clean(reference))
        played = self._played
        if played is None or played.count != len(reference):
            played = self._played = _Played(len(reference))
            self._filters = [_Filter(played) for _ in range(self._channels)]
        if not played.take(reference):
            for one in self._filters:
                one.output.rest()
            return block
        if self._bulk.process(block[0], reference.sum(axis=0)):
            self._follow(played)
        self._compare(block)
        if self._alike:
            return np.repeat(self._filters[0].process(block[0], self.gate)[None], self._channels, axis=0)
        return np.stack([one.process(row, self.gate) for one, row in zip(self._filters, block, strict=True)])

    def _compare(self, block: Floats) -> None:
        """Note whether all microphones are one: sound systems give that of a laptop to both channels."""
        if not block.any():  # a gap, or a mute, says nothing about that
            return
        alike = self._channels > 1 and not (block[1:] != block[0]).any()
        if self._alike and not alike:
            first = self._filters[0]
            for at in range(1, self._channels):
                self._filters[at] = copy.deepcopy(first, {id(self._played): self._played})
        self._alike = alike

    def skip(self, blocks: int) -> None:
        """Note that so many blocks of the reference are missing before the next one: it is later by that."""
        if self._played is not None:
            self._played.first = min(max(self._played.first + blocks, 0), _FARTHEST)

    def _follow(self, played: "_Played") -> None:
        """Move the filters to a bulk delay that was found outside of where they look, twice."""
        if self._bulk.found is None:
            return
        place = self._bulk.found // BLOCK
        if played.first + 1 <= place <= played.first + _LATEST or (place == played.first == 0):
            self._apart = 0
            return
        self._apart += 1
        if self._apart >= 2:
            self._apart = 0
            first = min(max(place - _EARLY, 0), _FARTHEST)
            for one in self._filters:
                one.shift(first - played.first)
            played.first = first


class _Played:
    """The spectra of what we played, newest first, back to the longest delay.

    Attributes:
        count: Number of references.
        first: Partitions of bulk delay.
    """

    def __init__(self, count: int) -> None:
        self.count = count
        self.first = 0
        self._samples: Floats = np.zeros((count, 2 * BLOCK), np.float32)
        # Each spectrum is held twice, ``_RING`` apart, so that any window of the ring is one slice.
        self._spectra: Spectra = np.zeros((count, 2 * _RING, _BINS), np.complex64)
        self._mirrored = self._spectra.copy()
        self._power: Floats = np.zeros((count, 2 * _RING, _BINS), np.float32)
        self._at = 0
        self._window: tuple[Spectra, Spectra, Floats, Floats] | None = None
        self._windowed = 0
        self._silent = 2 * _RING

    def take(self, reference: Floats) -> bool:
        """Take the newest block. Returns False if all that could still be heard is silence."""
        self._silent = 0 if reference.any() else self._silent + 1
        if self._silent > _RING:
            return False
        self._samples[:, :BLOCK] = self._samples[:, BLOCK:]
        self._samples[:, BLOCK:] = reference
        self._at = (self._at - 1) % _RING
        self._window = None
        spectrum = np.fft.rfft(self._samples)
        power = spectrum.real**2 + spectrum.imag**2
        for place in (self._at, self._at + _RING):
            self._spectra[:, place] = spectrum
            np.conjugate(spectrum, out=self._mirrored[:, place])
            self._power[:, place] = power
        return True

    def window(self) -> tuple[Spectra, Spectra, Floats, Floats]:
        """Return what the filters hear of it, the same for each microphone: looked up once for a block.

        Returns:
            Spectra, their conjugates and powers, ``(references, PARTITIONS, bins)``, from the bulk delay
            backwards; and the power by which the short filter's step is normalised, ``(bins,)``.
        """
        first = self._at + self.first
        if self._window is None or self._windowed != first:
            here = slice(first, first + PARTITIONS)
            power = self._power[:, here]
            total = power[:, :_SHORT].sum(axis=(0, 1)) + _SHORT / PARTITIONS * power.sum(axis=(0, 1))
            total += 0.01 * float(total.mean()) + TINY
            self._window = self._spectra[:, here], self._mirrored[:, here], power, total
            self._windowed = first
        return self._window


class _Filter:
    """The path to one microphone: the long filter and the short one."""

    def __init__(self, played: _Played) -> None:
        self._played = played
        shape = (played.count, PARTITIONS, _BINS)
        self._path: Spectra = np.zeros(shape, np.complex64)
        self._doubt: Floats = np.zeros(shape, np.float32)
        self._short: Spectra = np.zeros((played.count, _SHORT, _BINS), np.complex64)
        self._terms, self._shares = np.empty_like(self._path), np.empty_like(self._doubt)
        self._near: Floats = np.full(_BINS, 1e-6, np.float32)
        self._turn = 0
        self._better = 0
        self._errors = [0.0, 0.0]
        self._sums: Spectra = np.zeros((2, _BINS), np.complex64)
        self._padded: Floats = np.zeros((2, 2 * BLOCK), np.float32)
        self.output = Output()
        self._doubt += _UNKNOWN[:, None]

    def process(self, heard: Floats, gate: float) -> Floats:
        """Return a block of the microphone without what we played."""
        spectra, mirrored, power, normal = self._played.window()
        sums = self._sums
        np.multiply(self._path, spectra, out=self._terms).sum(axis=(0, 1), out=sums[0])
        (self._short * spectra[:, :_SHORT]).sum(axis=(0, 1), out=sums[1])
        predicted = np.fft.irfft(sums)[:, BLOCK:].astype(np.float32, copy=False)
        errors = np.subtract(heard, predicted, out=self._padded[:, BLOCK:])
        long, short = np.fft.rfft(self._padded).astype(np.complex64, copy=False)
        self._adapt(mirrored, power, long)
        # One step of the short filter, normalised to the power of what can still be heard (NLMS).
        self._short += mirrored[:, :_SHORT] * (np.float32(2.0 * _FIXED) * short / normal)
        self._constrain()
        self._compare(energy(errors[0]), energy(errors[1]))
        if self.output.lost:
            self._forget()
        return self.output.mix(heard, predicted[0], gate)

    def shift(self, by: int) -> None:
        """Follow a bulk delay that is later by so many partitions."""
        nothing = np.zeros((PARTITIONS, 1), np.float32)
        for rows, unknown in (
            (self._path, nothing), (self._doubt, _UNKNOWN[:, None]), (self._short, nothing),
        ):  # fmt: skip
            count = rows.shape[1]
            moved = np.empty_like(rows)
            moved[:] = unknown[:count]
            kept = count - abs(by)
            if kept > 0:
                source, target = max(by, 0), max(-by, 0)
                moved[:, target : target + kept] = rows[:, source : source + kept]
            rows[:] = moved

    def _adapt(self, mirrored: Spectra, power: Floats, error: Spectra) -> None:
        """One step of the Kalman filter."""
        path, doubt, terms = self._path, self._doubt, self._terms
        self._near *= _NEAR
        self._near += (1.0 - _NEAR) * (error.real**2 + error.imag**2)
        share = np.multiply(doubt, power, out=self._shares)
        # The 2 is the ratio of the transform to its new samples (Kuech et al., eq. 21).
        total = share.sum(axis=(0, 1)) + 2.0 * self._near + TINY
        np.multiply(mirrored, doubt, out=terms)
        terms *= error / total
        path += terms
        share *= np.float32(-0.5 * _MEMORY**2) / total
        share += np.float32(_MEMORY**2)
        doubt *= share
        if self._turn % _DRIFT == 0:  # a path drifts within seconds: what that adds is added for some blocks
            np.square(path.real, out=share)
            share += np.square(path.imag)
            share *= np.float32(_DRIFT * (1.0 - _MEMORY**2))
            doubt += share

    def _constrain(self) -> None:
        """Make some partitions one block long: of the long filter and of the short one by turns."""
        self._turn += 1
        whole, at_once = (self._short, 1) if self._turn % 2 else (self._path, _AT_ONCE)
        first = self._turn // 2 * at_once % whole.shape[1]
        taps = np.fft.irfft(whole[:, first : first + at_once])
        taps[..., BLOCK:] = 0.0
        whole[:, first : first + at_once] = np.fft.rfft(taps)

    def _compare(self, long: float, brief: float) -> None:
        """Take the energies of both errors; where the short filter explains more, the path has changed."""
        long = self._errors[0] = 0.9 * self._errors[0] + long
        brief = self._errors[1] = 0.9 * self._errors[1] + brief
        if brief > _USELESS * 10.0 * self.output.now:
            self._short[:] = 0.0
            brief = self._errors[1] = long
        if long > TINY:
            vote = 2 if brief < _BETTER * long else -1 if brief > _AS_GOOD * long else 0
            self._better = self._better + 1 if self._better < 0 else max(0, self._better + vote)
        if self._better >= 2 * _CHANGED:
            self._better = -_RESTING
            np.maximum(self._doubt, _UNKNOWN[:, None], out=self._doubt)
            if long > 10.0 * self.output.now:  # what it predicts is of no use at all
                self._path[:] = 0.0
                self._path[:, :_SHORT] = self._short

    def _forget(self) -> None:
        self._path[:] = 0.0
        self._short[:] = 0.0
        self._doubt[:] = _UNKNOWN[:, None]
        self.output.lost = False


def _clean(block: Floats) -> Floats:
    """Return samples without what is no number, within 12 dB above full scale."""
    plain = np.asarray(block, np.float32)
    if not np.isfinite(plain.sum()):
        plain = np.nan_to_num(plain)
    return np.clip(plain, -_LIMIT, _LIMIT)


def _two(reference: Floats) -> Floats:
    """Return at most two references."""
    if len(reference) <= 2:
        return reference if len(reference) else np.zeros((1, BLOCK), np.float32)
    return np.stack([reference[::2].sum(axis=0), reference[1::2].sum(axis=0)])
