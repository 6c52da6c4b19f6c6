"""Plays the test signal on each channel of an output in turn, and hears it by an input."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from installation.errors import AdapterError
from installation.sound import BLOCK, RATE
from installation.sound.align.chirp import Arrival, arrival, chirp
from installation.sound.devices.names import Device
from installation.values import Seconds

__all__ = ["Heard", "Loop", "heard_of"]

Floats = NDArray[np.float32]

_WAKE: Final[Seconds] = 2.0
"""Silence before the first chirp: a suspended sink wakes after up to two seconds."""
_APART: Final[Seconds] = 0.9
"""From one chirp to the next."""
_TAIL: Final[Seconds] = 1.0
_EARLIEST: Final[Seconds] = -0.05
_SEARCH: Final[Seconds] = 0.8
"""Longest latency that is found."""
_NEAR: Final = round(0.3 * RATE)
"""Samples around a chirp in whose time its writing is dated."""
_POLL: Final[Seconds] = 0.001
_STALLED: Final[Seconds] = 6.0


class Output(Protocol):
    """An open output; see ``devices.Output``."""

    device: Device
    channels: int

    def room(self) -> int:
        """Return the samples that can be written now."""

    def write(self, block: Floats) -> bool:
        """Write a block; True if the output had run empty before."""


class Input(Protocol):
    """An open input; see ``devices.Input``."""

    def ready(self) -> int:
        """Return the samples that can be read now."""

    def read(self, samples: int) -> tuple[Floats, bool]:
        """Return so many samples, and whether some were lost before them."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What became of the chirps of one channel.

    Attributes:
        channel: Of the output, from 1.
        latency: Seconds from making a sound to hearing it, the median; None if nothing was heard.
        spread: Seconds from the shortest to the longest.
        level: Decibels compared with what was played.
        clarity: Decibels by which it stands out of the noise, at least.
        found: Number of chirps that were heard, of ``played``.
    """

    channel: int
    latency: Seconds | None
    spread: Seconds
    level: float
    clarity: float
    found: int
    played: int


class Loop:
    """One measurement.

    Args:
        output: Opened.
        ear: The input, opened.
        repeat: Chirps for each channel.
        now: Source of monotonic seconds.
        sleep: Waits so many seconds.
    """

    def __init__(
        self,
        output: Output,
        ear: Input,
        repeat: int = 5,
        *,
        now: Callable[[], Seconds] = time.monotonic,
        sleep: Callable[[Seconds], None] = time.sleep,
    ) -> None:
        self._output, self._input = output, ear
        self._repeat = repeat
        self._now, self._sleep = now, sleep
        self.gaps = 0
        """How often sound was lost during the measurement: chirps near a gap do not count."""

    def run(self) -> list[Heard]:
        """Measure each channel, one after the other.

        Raises:
            AdapterError: A device was lost, or takes no sound.
        """
        sound, starts = self._programme()
        run = self._play(sound)
        self.gaps = len(run.gaps)
        return [
            heard_of(number, [run.arrival(place) for place in places], len(places))
            for number, places in enumerate(starts, 1)
        ]

    def _programme(self) -> tuple[Floats, list[list[int]]]:
        """Return what is played, ``(channels, samples)``, and where the chirps of each channel begin."""
        signal, channels = chirp(), self._output.channels
        apart = round(_APART * RATE)
        first = round(_WAKE * RATE)
        count = channels * self._repeat
        length = first + count * apart + round(_TAIL * RATE)
        sound = np.zeros((channels, -(-length // BLOCK) * BLOCK), np.float32)
        starts: list[list[int]] = [[] for _ in range(channels)]
        for number in range(count):
            channel, place = number // self._repeat, first + number * apart
            sound[channel, place : place + len(signal)] = signal
            starts[channel].append(place)
        return sound, starts

    def _play(self, sound: Floats) -> "_Run":
        run = _Run([], [], [], [])
        place, moved = 0, self._now()
        ended: Seconds | None = None
        while ended is None or self._now() < ended:
            now = self._now()
            while place < sound.shape[1] and self._output.room() >= BLOCK:
                if self._output.write(sound[:, place : place + BLOCK]) and place:
                    run.gaps.append(now)
                run.written.append(now)
                place += BLOCK
                moved = now
            ready = self._input.ready()
            if ready:
                run.read.append((now, run.samples + ready))
                part, lost = self._input.read(ready)
                run.parts.append(part)
                if lost and run.samples > ready:
                    run.gaps.append(now)
            if ended is None and place >= sound.shape[1]:
                ended = now + _TAIL
            if ended is None and now - moved > _STALLED:
                message = f"{self._output.device.name} takes no sound; its server hangs"
                raise AdapterError(message)
            self._sleep(_POLL)
        return run


@dataclass(slots=True)
class _Run:
    """What was written and read, and when, in monotonic seconds.

    Attributes:
        written: When each block was written.
        read: When samples were read, and how many had come by then.
        parts: The samples, ``(channels, n)`` each.
        gaps: When an output had run empty, or samples of the input were lost.
    """

    written: list[Seconds]
    read: list[tuple[Seconds, int]]
    parts: list[Floats]
    gaps: list[Seconds]

    @property
    def samples(self) -> int:
        """Number of samples that were read."""
        return self.read[-1][1] if self.read else 0

    def arrival(self, place: int) -> tuple[Seconds, Arrival] | None:
        """Return how long after its making a chirp was heard that was written at sample ``place``.

        None if it was not heard, or if sound was lost on the way.
        """
        near = range(max(place - _NEAR, 0) // BLOCK, min((place + _NEAR) // BLOCK, len(self.written)))
        # While the buffer is full, a block is made when there is room for it: as in a show.
        made = place / RATE + float(np.median([self.written[i] - i * BLOCK / RATE for i in near]))
        if any(made - _NEAR / RATE < gap < made + _SEARCH for gap in self.gaps):
            return None  # what was heard may be late by the gap
        about = [time - count / RATE for time, count in self.read if abs(time - made) < _SEARCH]
        if not about:
            return None
        began = min(about)  # the read that came soonest after its last sample
        first = max(round((made + _EARLIEST - began) * RATE), 0)
        length = round((_SEARCH - _EARLIEST) * RATE) + len(chirp())
        recording = np.concatenate(self.parts, axis=1)[:, first : first + length]
        found = [one for one in map(arrival, recording) if one is not None]
        best = max(found, key=lambda one: one.clarity, default=None)
        if best is None:
            return None
        return began + (first + best.sample) / RATE - made, best


def heard_of(channel: int, arrivals: Sequence[tuple[Seconds, Arrival] | None], played: int) -> Heard:
    """Return what became of the chirps of one channel."""
    found = [one for one in arrivals if one is not None]
    if not found:
        return Heard(channel, None, 0.0, float("-inf"), 0.0, 0, played)
    times = [time for time, _ in found]
    return Heard(
        channel,
        float(np.median(times)),
        max(times) - min(times),
        float(np.median([one.level for _, one in found])),
        min(one.clarity for _, one in found),
        len(found),
        played,
    )
