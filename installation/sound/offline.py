"""The sound of a film: frame by frame, to the sample, equal from run to run.

Frame i of a film begins at i/fps seconds, and a block of sound sees the newest frame that has begun by its
first sample: so sound follows the picture by up to one block (5.3 ms) and is never ahead of it.

Flashes of the picture are found some frames late (``render/readback/flashes.py``). In a room the bells are
late by as much; here a frame waits until its own flashes are known, and bells and flashes coincide.
"""

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from installation.ipc.feeds.sound import Drive, Ring, Setup, Speaker
from installation.sound import BLOCK, RATE

if TYPE_CHECKING:
    from installation.sound.desk import Controls

__all__ = [
    "CHANNELS",
    "LOOK_AHEAD",
    "Chain",
    "DirectChain",
    "Track",
    "chain_of",
    "controls_of",
    "frame_start",
    "setup_of_film",
]

CHANNELS: Final = 2
"""Of a film: stereo."""
LOOK_AHEAD: Final = 2
"""Frames after which the flashes of a frame are known."""

_SPEAKERS: Final = (
    Speaker(name="left", channel=1, azimuth=-30.0),
    Speaker(name="right", channel=2, azimuth=30.0),
)
"""Where films expect them (ITU-R BS.775: 30 degrees to either side)."""
_FADE_OUT: Final = 960
"""Samples (20 ms) over which the end of the film fades, so that it does not click."""

Floats = NDArray[np.float32]


class Chain(ABC):
    """What makes blocks of sound out of drives: voice and desk.

    Attributes:
        latency: Samples by which blocks come out late.
    """

    latency: int = 0

    @abstractmethod
    def drive(self, newest: Drive) -> None:
        """Take the newest state, for the next block."""

    @abstractmethod
    def order(self, count: int) -> None:
        """Make so many blocks."""

    @abstractmethod
    def ready(self, *, everything: bool = False) -> list[Floats]:
        """Return blocks that are made, each float32 ``(CHANNELS, BLOCK)``, in order.

        Args:
            everything: Whether to wait for all that were ordered.
        """

    @abstractmethod
    def close(self) -> None:
        """Free what it holds."""


class DirectChain(Chain):
    """Blocks that are made where they are ordered.

    Args:
        drive, render, close: What does so; ``render`` returns the next block.
        latency: Samples by which blocks come out late.
    """

    def __init__(
        self,
        drive: Callable[[Drive], None],
        render: Callable[[], Floats],
        latency: int = 0,
        close: Callable[[], None] = lambda: None,
    ) -> None:
        self._drive, self._render, self._close = drive, render, close
        self.latency = latency
        self._done: list[Floats] = []

    def drive(self, newest: Drive) -> None:
        """See ``Chain``."""
        self._drive(newest)

    def order(self, count: int) -> None:
        """See ``Chain``."""
        self._done += [self._render() for _ in range(count)]

    def ready(self, *, everything: bool = False) -> list[Floats]:
        """See ``Chain``."""
        del everything  # they are made at once
        done, self._done = self._done, []
        return done

    def close(self) -> None:
        """See ``Chain``."""
        self._close()


@dataclass(slots=True)
class _Pending:
    """A frame whose flashes are not known yet."""

    index: int
    drive: Drive
    rings: list[Ring] = field(default_factory=list)


def frame_start(index: int, fps: float) -> int:
    """Return the sample at which a frame of a film begins: the first that is not before it."""
    rate = _rate(fps)
    return -(-index * RATE * rate.denominator // rate.numerator)


@cache
def _rate(fps: float) -> Fraction:
    return Fraction(fps).limit_denominator(1001)


def setup_of_film(setup: Setup) -> Setup:
    """Return the sound of a film of this show: stereo, without what belongs to the venue.

    Delays of the venue compensate for its projectors and distances, and its sound-level calibration says
    nothing about the listener of a film.
    """
    return msgspec.structs.replace(
        setup, output="none", input="none", speakers=_SPEAKERS, delay=0.0, dba=float("nan")
    )


class Track:
    """Turns the drives of a film's frames into its samples.

    Args:
        chain: Makes the blocks. It belongs to the track from now on.
        fps: Frames per second of the film.
        look_ahead: Frames after which the flashes of a frame are known; 0 without a picture.
    """

    def __init__(self, chain: Chain, fps: float, look_ahead: int = LOOK_AHEAD) -> None:
        self._chain = chain
        self._fps = fps
        self._look_ahead = look_ahead
        self._frames = 0
        self._pending: deque[_Pending] = deque()
        self._next: Drive | None = None
        self._late = chain.latency
        """Samples to leave out yet, by which all are late."""
        self._made = 0
        """Samples that were ordered."""
        self._out: list[Floats] = []
        self._given = 0
        """Samples that were returned."""

    def add(self, drive: Drive) -> Floats:
        """Take the next frame and return the samples that are finished, ``(CHANNELS, n)``, n >= 0."""
        self._pending.append(_Pending(self._frames, drive))
        self._frames += 1
        for ring in drive.rings:
            self._frame_of(ring).rings.append(ring)
        while len(self._pending) > self._look_ahead:
            self._play(self._pending.popleft())
        made = self._take()
        held = min(made.shape[1], _FADE_OUT + BLOCK)  # the end may be among them
        self._out.append(made[:, made.shape[1] - held :])
        return self._counted(made[:, : made.shape[1] - held])

    def finish(self) -> Floats:
        """Return the rest: with it the track is as long as its frames, to the sample."""
        while self._pending:
            self._play(self._pending.popleft())
        end = frame_start(self._frames, self._fps)
        self._render_before(end + self._chain.latency)
        rest = self._take(everything=True)[:, : end - self._given].copy()
        fade = min(_FADE_OUT, rest.shape[1])
        rest[:, rest.shape[1] - fade :] *= np.cos(np.linspace(0.0, np.pi / 2, fade, dtype=np.float32))
        return self._counted(rest)

    def close(self) -> None:
        """Free the voice. Safe to call twice."""
        self._chain.close()

    def _frame_of(self, ring: Ring) -> _Pending:
        """Return the frame in which a flash was seen; the oldest that waits, if it is not known."""
        found = (one for one in self._pending if one.drive.time == ring.time)
        return next(found, self._pending[0])

    def _play(self, frame: _Pending) -> None:
        self._render_before(frame_start(frame.index, self._fps))
        rings = tuple(sorted(frame.rings, key=lambda ring: ring.time))
        if self._next is not None:  # frames shorter than a block: none of their flashes is lost
            rings = (*self._next.rings, *rings)
        self._next = msgspec.structs.replace(frame.drive, rings=rings)

    def _render_before(self, sample: int) -> None:
        """Order the blocks that begin before ``sample``."""
        count = -((self._made - sample) // BLOCK)
        if count <= 0:
            return
        if self._next is not None:
            self._chain.drive(self._next)
            self._next = None
        self._chain.order(count)
        self._made += count * BLOCK

    def _take(self, *, everything: bool = False) -> Floats:
        """Return what is finished and was not returned, without the latency of the chain at its beginning."""
        out, self._out = [*self._out, *self._chain.ready(everything=everything)], []
        made = np.concatenate(out, axis=1) if out else np.zeros((CHANNELS, 0), np.float32)
        late = min(self._late, made.shape[1])
        self._late -= late
        return made[:, late:]

    def _counted(self, samples: Floats) -> Floats:
        self._given += samples.shape[1]
        return samples


def controls_of(drive: Drive) -> "Controls":
    """Return what the desk obeys in a film."""
    from installation.sound.desk import Controls

    return Controls(
        level_db=drive.values.get("/voice/level", 0.0),
        mute=drive.values.get("/voice/mute", 0.0) >= 0.5,
        dark=drive.dark,
        calm=drive.calm,
        silent=drive.silent,
    )


def chain_of(setup: Setup) -> Chain:
    """Return voice, sound files and desk as one. Raises ImportError without the sound extra."""
    from installation.sound.desk import Controls, Desk
    from installation.sound.playback import Playback
    from installation.sound.voice import Voice, load

    files = Playback(setup.sounds, setup.folder, exact=True)
    voice, desk = Voice(load(setup.soundscape), setup.seed), Desk(setup, CHANNELS, metered=False)
    controls = Controls()

    def drive(newest: Drive) -> None:
        nonlocal controls
        controls = controls_of(newest)
        voice.drive(newest)
        files.drive(newest)

    def render() -> Floats:
        return desk.process(voice.render() + files.render(), controls)

    def close() -> None:
        voice.close()
        files.close()

    return DirectChain(drive, render, desk.latency, close)
