"""Sound files as samples at our rate: what the ears of a film hear, and what a film may be accompanied by."""

import math
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation.errors import MediaError
from installation.sound import RATE
from installation.sound.playback.resampler import Resampler
from installation.values import Seconds

__all__ = ["MOST_BYTES", "MOST_CHANNELS", "read_sound", "resampled"]

MOST_CHANNELS: Final = 8
"""Most channels of a file."""
MOST_BYTES: Final = 1 << 30
"""Most bytes of its samples, float32 at 48 kHz or its own higher rate: 46 minutes of stereo at 48 kHz."""

_PORTION: Final = 1 << 14
"""Samples that are interpolated in one go."""

Floats = NDArray[np.float32]


def read_sound(path: Path, seconds: Seconds = math.inf) -> Floats:
    """Return a sound file, or the beginning of it, as float32 ``(channels, samples)`` at ``RATE``.

    Args:
        path: WAV, FLAC, Ogg, MP3 or whatever else libsndfile reads.
        seconds: What lies behind is not read.

    Raises:
        MediaError: It cannot be read, is too long, or has too many channels; says what to do.
    """
    try:
        import soundfile
    except (ImportError, OSError) as error:
        message = f"{path}: sound files cannot be read here: {error}; install photophore[sound]"
        raise MediaError(message) from None
    if not path.is_file():
        message = f"{path} is no file; give a WAV, FLAC, Ogg or MP3 file"
        raise MediaError(message)
    try:
        with soundfile.SoundFile(path) as file:
            count = min(file.frames, math.ceil(min(seconds, 1e9) * file.samplerate))
            size = 4 * file.channels * count * max(1.0, RATE / file.samplerate)
            if file.channels > MOST_CHANNELS:
                message = f"{path} has {file.channels} channels; {MOST_CHANNELS} are the most: mix it down"
                raise MediaError(message)
            if size > MOST_BYTES:
                message = f"{path} needs {size / 2**20:.0f} MiB, {MOST_BYTES >> 20} are the most: cut it"
                raise MediaError(message)
            samples = file.read(count, dtype="float32", always_2d=True)
            rate = file.samplerate
    except (OSError, ValueError, soundfile.SoundFileError) as error:
        message = f"{path} cannot be read: {error}; give a WAV, FLAC, Ogg or MP3 file"
        raise MediaError(message) from None
    return resampled(np.nan_to_num(samples.T, posinf=0.0, neginf=0.0), rate)


def resampled(samples: Floats, rate: int) -> Floats:
    """Return samples ``(channels, n)`` of another rate at ``RATE``, band-limited.

    Samples before the beginning and after the end are zero.
    """
    samples = np.ascontiguousarray(samples, np.float32)
    if rate == RATE or samples.shape[1] == 0:
        return samples
    count = math.ceil(samples.shape[1] * RATE / rate)
    resampler = Resampler(rate, len(samples))
    resampler.push(samples)
    resampler.push(np.zeros((len(samples), resampler.needs(count)), np.float32))
    parts = [resampler.pull(min(_PORTION, count - first)) for first in range(0, count, _PORTION)]
    return np.concatenate(parts, axis=1)
