"""What passes between the stage and the sound process over the bus.

==================  ====================  =======================================================
key                 payload (msgpack)     when
==================  ====================  =======================================================
``sound/setup``     ``Setup``; kept       from the stage, when the show or the venue changes
``sound/drive``     ``Drive``             from the stage, every frame while ``sound`` is alive
``sound/heard``     ``Heard``             from the sound process, for each hop that tells something new
``sound/scope``     ``Scope``             from the sound process, 30 Hz, while ``Drive.scope`` asks
``sound/report``    ``SoundStatus``       from the sound process, 2 Hz, and at once when it changes
==================  ====================  =======================================================

What was heard in the room is numbers, except for ``Scope``: while a shader reads an audio input, the stage
gets its newest samples (1,024 of each channel, 30 times a second), over this machine's bus only. Nothing
stores them, and they are in no recording of the show. Arrays are bytes, little-endian.
"""

import signal
from typing import Final

import msgspec

from installation.values import Address, Seconds

__all__ = [
    "DRIVE",
    "HEARD",
    "HUSH",
    "LOOP",
    "REPORT",
    "SCOPE",
    "SETUP",
    "SOUND",
    "Drive",
    "Heard",
    "Ring",
    "Scope",
    "Setup",
    "SoundFile",
    "Speaker",
]

SOUND: Final = "sound"
"""Name that is alive on the bus while the sound process runs."""
HUSH: Final = getattr(signal, "SIGUSR1", signal.SIGTERM)
"""Signal of the keeper to the sound process: a blackout, which does not wait for a stage that may hang."""
SETUP: Final = "sound/setup"
DRIVE: Final = "sound/drive"
HEARD: Final = "sound/heard"
SCOPE: Final = "sound/scope"
LOOP: Final[Address] = "/sound/loop"
"""Parameter, in ``Drive.values``: how much of our own output the ears hear, 0..1."""
REPORT: Final = "sound/report"


class Speaker(msgspec.Struct, frozen=True, kw_only=True):
    """One loudspeaker of the venue.

    Attributes:
        channel: Channel of the output device, from 1.
        azimuth: Degrees from the middle of the picture, seen from the listening position; positive to the
            right, -180..180.
        gain: Decibels.
        delay: Seconds.
    """

    name: str
    channel: int
    azimuth: float
    gain: float = 0.0
    delay: Seconds = 0.0


class SoundFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file that the show can play: ``[sound.NAME]``. Where it stands are parameters below ``/sound/NAME``.

    Attributes:
        file: Path below the show's folder.
        width: Degrees between the outermost channels of the file.
        fade_in, fade_out: Seconds.
    """

    name: str
    file: str
    width: float = 40.0
    fade_in: Seconds = 0.005
    fade_out: Seconds = 0.25


class Setup(msgspec.Struct, frozen=True, kw_only=True):
    """What changes with files only: ``[sound]`` of the venue, the soundscape of the show.

    Attributes:
        output, input: Names of devices, or parts of them; empty for the system's default, "none" for none.
        ceiling: Most short-term loudness of our output in LUFS (EBU R 128, 3 s).
        peak: Most true peak in dBTP.
        dba: dB(A) at the listening position when the output has -23 LUFS of pink noise, as measured in the
            venue; NaN where it is not stated.
        limit_a, limit_c: Most dB(A) (LAeq, 1 s) and dB(C) (1 s) at the listening position; hold where ``dba``
            is stated.
        delay: Seconds by which all sound is delayed, to coincide with a late projector.
        panic: Seconds in which the show fades in a panic; sound takes 1.5 at most.
        soundscape: The show's soundscape as JSON (``sound/voice``); empty for the default one.
        folder: Folder of the show, for its sound files.
        sounds: Those that it plays.
        seed: Of everything random.
    """

    output: str = ""
    input: str = ""
    speakers: tuple[Speaker, ...] = ()
    ceiling: float = -23.0
    peak: float = -3.0
    dba: float = float("nan")
    limit_a: float = 76.0
    limit_c: float = 84.0
    delay: Seconds = 0.0
    panic: Seconds = 2.0
    soundscape: bytes = b""
    folder: str = ""
    sounds: tuple[SoundFile, ...] = ()
    seed: int = 0


class Ring(msgspec.Struct, frozen=True, kw_only=True):
    """One flash of the picture, or one event that a scene reports, which may ring.

    Attributes:
        x: 0..1 from the left.
        y: 0..1 from below.
        strength: Luminance that it gained, 1.0 = white.
        time: Show time.
        hub: Name of the hub whose firefly it is, which has a small voice; empty for all others.
    """

    x: float
    y: float
    strength: float
    time: Seconds
    hub: str = ""


class Drive(msgspec.Struct, frozen=True, kw_only=True):
    """One frame of the show, as far as it is heard.

    Attributes:
        frame: Index of the frame.
        time: Show time; with ``frame`` it goes back when a show starts again.
        at: Monotonic seconds at the beginning of the frame.
        before, after: Scenes; equal except during a change.
        progress: Of that change, 0..1.
        act: Number of the act; 0 where the show has none.
        cue: Id of the cue.
        state: State of the interface; empty where the show has none.
        values: Effective values of the parameters below ``/voice`` and ``/sound``, and of the signals that
            the soundscape names.
        rings: Flashes of the picture since the last frame, and of the fireflies of hubs that have a small
            voice here, oldest first.
        dark: Whether a blackout is on: silence within 30 ms.
        calm: Whether panic is on: silence within its fade.
        silent: Whether the cue intends silence.
        scope: Whether a shader reads the waveform or the spectrum.
        played: Seconds since each sound file that plays has begun or jumped, by name: whoever comes late
            goes on from there.
    """

    frame: int
    time: Seconds
    at: Seconds
    before: str = ""
    after: str = ""
    progress: float = 1.0
    act: int = 0
    cue: str = ""
    state: str = ""
    values: dict[Address, float] = {}
    rings: tuple[Ring, ...] = ()
    dark: bool = False
    calm: bool = False
    silent: bool = False
    scope: bool = False
    played: dict[str, Seconds] = {}


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """What the ears say of one hop of the input.

    Attributes:
        at: Monotonic seconds when the last sample of the hop was sampled, as far as the device tells.
        values: Numbers by name below ``/ears``, as ``level`` or ``band/3``; all of them each time.
        onsets: Strengths of onsets in this hop, 0..1; at most one, except after a gap.
        output: Loudness of our own output, 0..1 (``/sound/level``).
        pace: Beats a second: how fast ``values["beat"]`` runs on after ``at``.
        steady: Whether only the beat has run on since the hop before. These are not sent: who is told the
            pace knows them.
    """

    at: Seconds
    values: dict[str, float] = {}
    onsets: tuple[float, ...] = ()
    output: float = 0.0
    pace: float = 0.0
    steady: bool = False


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """The newest sound of the input, for ``audio`` and ``audioFFT`` inputs of shaders.

    Attributes:
        channels: Number of channels.
        wave: float32 samples -1..1, channel after channel, 1,024 of each, oldest first.
        spectrum: float32 amplitudes 0..1, channel after channel, 512 bins of each, from 0 Hz up to half of
            the sampling rate; a sine of full scale has 1 in its bin.
    """

    channels: int = 0
    wave: bytes = b""
    spectrum: bytes = b""
