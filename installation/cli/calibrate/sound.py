"""``photophore calibrate sound``: a file with the noise that a sound-level meter is read with."""

import sys
from pathlib import Path

from installation.sound import RATE
from installation.sound.desk.noise import REFERENCE, pink_noise
from installation.values import Seconds

__all__ = ["write_noise"]

_CHANNELS = 2


def write_noise(out: Path, seconds: Seconds) -> int:
    """Write the file; returns the exit status.

    Args:
        out: A WAV file, replaced if it is there.
        seconds: Its length.
    """
    try:
        import soundfile
    except (ImportError, OSError) as error:
        print(f"sound files cannot be written here: {error}; install photophore[sound]", file=sys.stderr)
        return 1
    try:
        soundfile.write(out, pink_noise(seconds, _CHANNELS).T, RATE, format="WAV", subtype="PCM_24")
    except (RuntimeError, OSError) as error:
        print(f"{out} cannot be written: {error}", file=sys.stderr)
        return 1
    print(f"{out}: pink noise of {REFERENCE:g} LUFS on two channels, {seconds:g} s")
    return 0
