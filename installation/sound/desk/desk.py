"""The desk: eight stations in, the channels of the device out, block by block."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation.ipc.feeds.sound import Setup
from installation.sound import BLOCK, STATIONS
from installation.sound.desk.chain import LATENCY, Chain
from installation.sound.desk.controls import Controls, Meters
from installation.sound.desk.fades import Fade, Level
from installation.sound.desk.meter import Meter
from installation.sound.desk.placing import History
from installation.values import Seconds

__all__ = ["CHANGE", "Desk"]

Floats = NDArray[np.float64]

_LARGEST: Final = 100.0
"""Magnitude of a sample above which it is a fault, and silenced: 40 dB above full scale."""
_LEAST: Final = 1e-15
"""Magnitude below which a sample is 0: long before it is a denormal number."""
_WARM: Final = 24
"""Blocks that a new setup runs before it is heard, besides its delays: its filters settle."""
CHANGE: Seconds = 0.5
"""Crossfade from one setup to the next."""
OPEN: Seconds = 2.0
CLOSE: Seconds = 0.3
MUTE: Seconds = 0.03
DARK: Seconds = 0.02
CALM: Seconds = 1.5
SILENT: Seconds = 0.5
BACK: Seconds = 0.5
"""Seconds of the fades: in at the start, out at the end; those of ``Controls``, and back from them. A panic
takes as long as ``Setup`` says, but at most ``CALM``."""


class Desk:
    """Places, limits, delays and fades what the voice makes.

    Args:
        setup: Speakers and limits.
        channels: Channels of the device; what a speaker beyond them would play is given to the others.
        metered: Whether ``meters`` are wanted; measuring takes a fourth of the desk's time.

    Attributes:
        latency: Samples from ``process``'s argument to its result, without the delays of the venue.
    """

    latency: Final = LATENCY

    def __init__(self, setup: Setup, channels: int, *, metered: bool = True) -> None:
        self.channels = channels
        self._history = History(len(STATIONS))
        self._chain = Chain(setup, channels)
        self._history.reach(self._chain.reach)
        self._meter = Meter(setup, self._chain.directions)
        self._metered = metered
        self._next: Chain | None = None
        self._waiting: Setup | None = None
        self._warm = 0
        self._change = Fade(CHANGE, CHANGE)
        self._level = Level()
        self._open = Fade(CLOSE, OPEN, at=0.0)
        self._mute = Fade(MUTE, MUTE)
        self._dark = Fade(DARK, BACK)
        self._calm = Fade(min(setup.panic, CALM), BACK)
        self._silent = Fade(SILENT, BACK)
        self._scrubbed = 0
        self._exact_silence = True
        self._begun = False

    @property
    def closed(self) -> bool:
        """Whether what leaves is exactly zero because of a fade: the device can be closed without a click."""
        return self._exact_silence

    @property
    def meters(self) -> Meters:
        """Of what has left so far; of a desk that is not metered, as of silence."""
        reduction = (self._next or self._chain).reduction
        return self._meter.read(reduction, self._scrubbed)

    def follow(self, setup: Setup) -> None:
        """Go over to another setup, without a click; one after the other if they come fast."""
        self._waiting = setup

    def process(self, stations: NDArray[np.floating], controls: Controls) -> NDArray[np.float32]:
        """Return the next block of the device: what leaves, also for the echo canceller.

        Args:
            stations: float32 (8, BLOCK), one row for each of ``STATIONS``.
            controls: Faders and switches.

        Returns:
            float32 (channels, BLOCK), a new array.

        Raises:
            ValueError: The block has another shape.
        """
        if stations.shape != (len(STATIONS), BLOCK):
            raise ValueError(f"a block of stations is {(len(STATIONS), BLOCK)}, not {stations.shape}")
        self._history.push(self._scrub(stations))
        self._begin_change()
        level = self._level.process(controls.level_db)
        chain = self._chain
        made = chain.process(self._history, level)
        if self._next is None and len(chain.rows) == self.channels:
            out = made
        else:
            out = np.zeros((self.channels, BLOCK))
            if self._next is None:
                out[list(chain.rows)] = made
            else:
                self._cross(out, made, level)
        fades = self._fades(controls)
        if not (isinstance(fades, float) and fades == 1.0):
            out *= fades
        found = out.astype(np.float32)
        if self._metered:
            self._meter.push(found)
        return found

    def _scrub(self, stations: NDArray[np.floating]) -> Floats:
        size = np.abs(stations)
        if not np.maximum.reduce(size, axis=None) <= _LARGEST:  # also where one is no number
            good = size <= _LARGEST
            self._scrubbed += int(good.size - np.count_nonzero(good))
            stations = np.where(good, stations, 0.0)
        block: Floats = np.multiply(stations, size >= _LEAST, dtype=np.float64)
        return block

    def _begin_change(self) -> None:
        if self._waiting is None or self._next is not None:
            return
        setup, self._waiting = self._waiting, None
        self._calm.take(min(setup.panic, CALM), BACK)
        self._next = Chain(setup, self.channels)
        self._chain.hand_over(self._next)
        self._history.reach(self._next.reach)
        self._meter.listen(setup, self._chain.directions | self._next.directions)
        self._warm = _WARM + self._next.reach // BLOCK + 1
        self._change.at = 0.0

    def _cross(self, out: Floats, made: Floats, level: float | Floats) -> None:
        assert self._next is not None  # noqa: S101 - the caller has looked
        other = self._next.process(self._history, level)
        self._warm -= 1
        share = self._change.process(self._warm < 0)
        out[list(self._chain.rows)] += made * (1.0 - share)
        out[list(self._next.rows)] += other * share
        if self._change.at >= 1.0:
            self._chain, self._next = self._next, None

    def _fades(self, controls: Controls) -> float | Floats:
        factor = self._open.process(not controls.closing)
        switches = (
            (self._mute, controls.mute),
            (self._dark, controls.dark),
            (self._calm, controls.calm),
            (self._silent, controls.silent),
        )
        if not self._begun:  # what is silent at the start was never heard: nothing fades out
            self._begun = True
            for fade, off in switches:
                fade.at = 0.0 if off else fade.at
        # While one of them closes, no other opens: between two silences there is no sound.
        shut = any(off for _, off in switches)
        for fade, off in switches:
            factor = factor * (fade.stand() if shut and not off else fade.process(not off))
        self._exact_silence = not factor if isinstance(factor, float) else not factor.any()
        return factor
