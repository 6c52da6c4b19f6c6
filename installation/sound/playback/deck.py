"""One file that plays, stops, jumps and moves, and never clicks."""

import math
from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation.ipc.feeds.sound import SoundFile
from installation.sound import BLOCK, RATE, STATIONS
from installation.sound.desk.fades import Fade
from installation.sound.desk.placing import gains
from installation.sound.playback.ahead import Source
from installation.sound.playback.reader import Chunk
from installation.values import Address, Seconds

__all__ = ["Deck"]

Floats = NDArray[np.float64]

_CUT: Seconds = BLOCK / RATE
"""Fade before a jump, and where the next block is late: one block, of which the last is known to be there."""
_END: Final = 480
"""Samples before the end of a file over which it fades, if it does not begin again: 10 ms, or a fourth of
what is played of it."""
_GLIDE: Final = 0.1
"""Share of its way that a level or a direction goes in a block: 50 ms."""
_LATE: Seconds = 0.5
"""A new deck that is told to have played for longer goes on from there: the sound process was away."""
_SOFTEST: Final = -60.0
_RISE: Final = np.arange(1, BLOCK + 1) / BLOCK
_COUNT: Final = np.arange(BLOCK)


class Deck:
    """Plays one sound file on the stations.

    Args:
        spec: The file.
        source: Its blocks.

    Attributes:
        spec: The file.
        sounding: Whether it plays, or fades out.
        late: Blocks that were not there in time.
    """

    def __init__(self, spec: SoundFile, source: Source) -> None:
        self.spec = spec
        self.sounding = False
        self.late = 0
        self._source = source
        self._play = self._loop = self._jump = self._again = False
        self._new, self._resumed = True, False
        self._seek = 0.0
        self._level, self._azimuth = 1.0, 0.0
        self._gate = Fade(spec.fade_out, spec.fade_in, at=0.0)
        self._cut = Fade(_CUT, _CUT)
        self._next: Chunk | None = None
        self._laps = self._long = False
        self._end = 0
        self._weights: Floats | None = None
        source.restart(0.0)

    @property
    def reason(self) -> str:
        """Why it is silent; empty while its file can be read."""
        return self._source.reason

    def drive(self, values: Mapping[Address, float], played: Seconds = 0.0) -> None:
        """Take the newest values of its parameters.

        Args:
            values: By address.
            played: Seconds for which it plays already, wherever that was.
        """
        prefix = f"/sound/{self.spec.name}"
        level = _number(values, f"{prefix}/level")
        self._level = 10.0 ** (level / 20.0) if level > _SOFTEST else 0.0
        self._azimuth = _number(values, f"{prefix}/azimuth")
        self._loop = _number(values, f"{prefix}/loop") > 0.5
        seek, play = _number(values, f"{prefix}/seek"), _number(values, f"{prefix}/play") > 0.5
        begins = play and not self._play
        moved, self._seek = seek != self._seek, seek
        self._play = play
        self._resumed = self._new and play and played > _LATE
        self._new = False
        if self.sounding:
            self._jump = self._jump or begins or (moved and play)
            self._again = (self._again or begins) and play
        elif begins or moved:
            if moved or self._resumed:
                self._source.restart(seek, played if self._resumed else 0.0)
            self._begin(begins)

    def stop(self) -> None:
        """Fade out, whatever its parameters say; for good."""
        self.drive({})

    def render(self, out: Floats) -> None:
        """Add the next block to the stations, (8, BLOCK)."""
        if not self.sounding:
            return
        chunk = self._next or self._source.take()
        if chunk is None:
            self.late += not self._source.reason
            self._wait()
            return
        if chunk.over and not self._loop:  # it had ended while nobody was there
            self._rest()
            return
        self._lap(chunk)
        ends = not self._laps and chunk.left <= BLOCK
        self._next = None if ends else self._source.take()
        goes_on = self._next is not None or ends
        self.late += not goes_on
        # A lap too short to be faded in ends as if it were stopped.
        stays = self._play and not self._again and (self._loop or self._long or not self._laps)
        factor = self._gate.process(stays) * self._cut.process(goes_on and not self._jump)
        if not self._laps and chunk.left < self._end + BLOCK:
            way = np.clip((chunk.left - _COUNT) / self._end, 0.0, 1.0)
            factor = factor * (0.5 - 0.5 * np.cos(np.pi * way))
        self._place(chunk, factor, out)
        if self._jump and not self._cut.at:
            self._go_there()
        elif ends or not self._gate.at:
            self._rest()

    def close(self) -> None:
        """Close its file."""
        self._source.close()

    def _go_there(self) -> None:
        """Go on from where ``seek`` says; it is silent now."""
        self._source.restart(self._seek)
        self._next = None
        self._end = 0
        self._begin(self._again)
        self._jump = self._again = False

    def _begin(self, begins: bool) -> None:
        if begins:
            self.sounding = True
            amid = self._seek > 0.0 or self._resumed  # in its midst it is loud
            self._gate.at, self._cut.at = 0.0, 0.0 if amid else 1.0
            self._weights = None
            self._end = 0
            self._laps, self._long = self._loop, False

    def _lap(self, chunk: Chunk) -> None:
        """Decide whether this lap is the last; never in its end, of which a part may have faded or not."""
        if not self._end:
            self._end = min(_END, max(chunk.left // 4, 1))
        if chunk.left >= _END + BLOCK:
            self._laps, self._long, self._end = self._loop, True, _END

    def _rest(self) -> None:
        """Stop, and stand ready for the next beginning."""
        self.sounding = self._jump = self._again = False
        self._gate.at = 0.0
        self._next = None
        self._source.restart(self._seek)

    def _wait(self) -> None:
        """Nothing is there: be ready to fade in, or stop."""
        self._cut.at = 0.0
        if not self._play:
            self._rest()

    def _place(self, chunk: Chunk, factor: float | Floats, out: Floats) -> None:
        wanted = self._wanted(len(chunk.samples))
        before = self._weights
        # Another file with more or fewer channels may have been put in its place.
        if before is None or before.shape != wanted.shape:
            before = wanted
        after = before + _GLIDE * (wanted - before)
        if np.abs(wanted - after).max() < 1e-6:
            after = wanted
        self._weights = after
        samples = chunk.samples * factor
        out += before @ samples
        if before is not after:
            out += (after - before) @ (samples * _RISE)

    def _wanted(self, channels: int) -> Floats:
        """Return the factors of the stations for each channel of the file, (8, channels)."""
        apart = self.spec.width / max(channels - 1, 1)
        first = self._azimuth - apart * (channels - 1) / 2.0
        return self._level * np.stack(
            [gains(first + apart * number, STATIONS) for number in range(channels)], axis=1
        )


def _number(values: Mapping[Address, float], address: Address) -> float:
    value = values.get(address, 0.0)
    return value if math.isfinite(value) else 0.0
