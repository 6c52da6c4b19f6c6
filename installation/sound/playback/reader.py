"""A sound file as blocks at our rate, round and round."""

import hashlib
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from installation.errors import MediaError
from installation.sound import BLOCK, RATE
from installation.sound.playback.resampler import Resampler
from installation.values import Seconds

__all__ = ["MOST_CHANNELS", "Chunk", "Reader", "probe", "stamp"]

MOST_CHANNELS: Final = 8
_SLOWEST, _FASTEST = 4_000, 384_000
_LARGEST: Final = 100.0
_RUN: Final = 1024
"""Frames that are read at once."""
_BROKEN: Final[Seconds] = 0.005
"""Fade before the place at which a file breaks off, and after the silence behind it."""
_RUN_UP: Final = 8192
"""Frames that are read and thrown away before a place in a file: what an MP3 says there refers to earlier
frames, and libsndfile 1.2 gives up to 6,300 wrong ones after a jump."""
_PIECES: Final = 32
_PIECE: Final = 32_768
"""Pieces of a file and bytes of each by which its content is known; together they are all of one of 1 MiB."""


log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Chunk:
    """One block of a file.

    Attributes:
        samples: float32 (channels, BLOCK).
        left: Samples at our rate from its first one to the end of the file.
        over: Whether the end of the file lay before the place that was asked for; of the first one behind it.
    """

    samples: NDArray[np.float32]
    left: int
    over: bool = False


@dataclass(frozen=True, slots=True)
class _Run:
    """Frames that were read at once, of which the first ``good`` were there."""

    samples: NDArray[np.float32]
    good: int


class Reader:
    """Reads a file from a place on, and begins again behind its end, without a gap.

    A file that is overwritten in its place while it is read fades, and is silent to the end of that lap; the
    next lap is of the new file. One that has another time of change, and the same content, is read on.

    Args:
        path: WAV, FLAC, Ogg Vorbis, Opus, MP3, AIFF and whatever else libsndfile reads.

    Attributes:
        channels: Number of channels.
        length: Seconds.
        reason: Why it is silent; empty while it is not.

    Raises:
        MediaError: There is no such file, it is no sound, or soundfile is not installed.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._open()

    def _open(self) -> None:
        """Open what lies at the path now, and go to its beginning. Raises MediaError."""
        path = self._path
        self.reason = ""
        self._stamp = stamp(path)
        self._file = _opened(path)
        self._content = _content(path, self._stamp[2])
        self.channels: int = self._file.channels
        self._frames: int = self._file.frames
        self._rate: int = self._file.samplerate
        self.length: Seconds = self._frames / self._rate
        reason = ""
        if not self._frames:
            reason = "it is empty"
        elif self.channels > MOST_CHANNELS:
            reason = f"it has {self.channels} channels, {MOST_CHANNELS} can be placed"
        elif not _SLOWEST <= self._rate <= _FASTEST:
            reason = f"its rate is {self._rate} Hz; {_SLOWEST} to {_FASTEST} Hz can be played"
        if reason:
            self.close()
            raise MediaError(f"{path.name}: {reason}")
        self.seek(0.0)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def seek(self, share: float, skip: Seconds = 0.0) -> None:
        """Go to a share of the length, 0..1, and so many seconds on, across its end. Raises MediaError."""
        start = min(int(share * self._frames), self._frames - 1) + round(skip * self._rate)
        self._start = start % self._frames
        self._over = start >= self._frames
        self._read = max(self._start - _RUN_UP, 0)
        self._skip = self._start - self._read
        self._done = 0
        self._broken = self._heard = False
        self._ahead: _Run | None = None
        self._left = self._frames
        self._resampler = Resampler(self._rate, self.channels)
        self._place()

    def read(self) -> Chunk:
        """Return the next block. Raises MediaError."""
        anew = bool(self.reason) and self._left <= BLOCK
        if anew:
            self.close()
            self._open()
        missing = self._resampler.needs(BLOCK)
        while missing > 0:
            part = self._frame_run()
            self._resampler.push(part)
            missing -= part.shape[1]
        up, down = self._resampler.up, self._resampler.down
        at = (self._start * up + self._done * down) % (self._frames * up)
        self._left = left = -(-(self._frames * up - at) // down)
        self._done += BLOCK
        samples = np.ascontiguousarray(self._resampler.pull(BLOCK))
        if anew:
            _fade(samples[:, ::-1], RATE)  # after silence; a loop may begin loudly
        over, self._over = self._over, False
        return Chunk(samples, left, over)

    def _frame_run(self) -> NDArray[np.float32]:
        """Return the next frames of the file, (channels, count), and begin again behind its end.

        A file that is shorter than it says fades before it breaks off, and goes on in silence: so the run
        behind the next one is read, too.
        """
        run = self._ahead
        if run is None:
            run = self._next_run()
            if run.good < run.samples.shape[1]:
                _fade(run.samples[:, : run.good], self._rate)
        ahead = self._ahead = self._next_run()
        count = run.samples.shape[1]
        if run.good == count and ahead.good < ahead.samples.shape[1]:
            both = np.concatenate([run.samples, ahead.samples[:, : ahead.good]], axis=1)
            _fade(both, self._rate)
            run.samples[...], ahead.samples[:, : ahead.good] = both[:, :count], both[:, count:]
        skip = min(self._skip, count)
        self._skip -= skip
        return run.samples[:, skip:]

    def _next_run(self) -> "_Run":
        wanted = min(_RUN, self._frames - self._read)
        found = np.zeros((0, self.channels), np.float32)
        if not self._broken and not self.reason:
            try:
                found = self._file.read(wanted, dtype="float32", always_2d=True)
            except (RuntimeError, OSError) as error:
                if not self._heard:
                    raise MediaError(f"{self._path.name}: {_reason(error)}") from None
                self._broken = True  # to try again would play its beginning, again and again
                log.warning(
                    "%s breaks off after %.1f s: %s",
                    self._path.name,
                    self._read / self._rate,
                    _reason(error),
                )
            if len(found) and self._overwritten():  # what was read may be of either
                found = found[:0]
                self.reason = f"{self._path.name}: it was overwritten while it played"
        self._heard = self._heard or len(found) > 0
        self._read += wanted
        if self._read >= self._frames:
            self._read, self._broken = 0, False
            self._place()
        samples = np.zeros((self.channels, wanted), np.float32)
        samples[:, : len(found)] = found.T
        samples[~(np.abs(samples) <= _LARGEST)] = 0.0
        return _Run(samples, len(found))

    def _overwritten(self) -> bool:
        """Whether the content of the file that is open has changed; another file in its place is not it."""
        now = stamp(self._path)
        if now[0] != self._stamp[0] or now == self._stamp:
            return False
        if now[2] != self._stamp[2] or _content(self._path, now[2]) != self._content:
            return True
        self._stamp = now
        return False

    def _place(self) -> None:
        try:
            self._file.seek(self._read)
        except (RuntimeError, OSError) as error:
            raise MediaError(f"{self._path.name}: {_reason(error)}") from None


def probe(path: Path) -> Seconds:
    """Return the length of a file whose first block could be read. Raises MediaError."""
    reader = Reader(path)
    try:
        reader.read()
    finally:
        reader.close()
    return reader.length


def stamp(path: Path) -> tuple[int, int, int]:
    """Return what says which file lies at a path, and what changes with its content; 0 for none."""
    try:
        found = path.stat()
    except OSError:
        return (0, 0, 0)
    return (found.st_ino, found.st_mtime_ns, found.st_size)


def _content(path: Path, size: int) -> bytes:
    """Return what tells two contents of the same size apart; nothing where it cannot be read."""
    digest = hashlib.blake2b()
    apart = max((size - _PIECE) / (_PIECES - 1), _PIECE)
    try:
        with path.open("rb") as file:
            for number in range(_PIECES):
                file.seek(round(number * apart))
                digest.update(file.read(_PIECE))
    except OSError:
        return b""
    return digest.digest()


def _fade(samples: NDArray[np.float32], rate: int) -> None:
    """Fade the end of samples in place."""
    count = min(round(_BROKEN * rate), samples.shape[1])
    if count:
        samples[:, -count:] *= 0.5 + 0.5 * np.cos(np.pi * np.arange(1, count + 1, dtype=np.float32) / count)


def _opened(path: Path) -> Any:
    if not path.is_file():
        raise MediaError(f"there is no file {path.name} in {path.parent}")
    try:
        import soundfile
    except (ImportError, OSError) as error:
        raise MediaError(f"{path.name}: sound files need the sound extra of Photophore: {error}") from None
    try:
        file = soundfile.SoundFile(path)
    except (RuntimeError, OSError, TypeError) as error:
        raise MediaError(f"{path.name}: {_reason(error)}") from None
    # Else it jumps after each read to where it is, which an MP3 does not survive.
    file.seekable = lambda: False
    return file


def _reason(error: Exception) -> str:
    """Return what libsndfile says, without the path that it puts before."""
    return str(getattr(error, "error_string", error)).rstrip(".").lower() or "it cannot be read"
