"""What the desk is told before each block, and what it tells."""

from dataclasses import dataclass

__all__ = ["Controls", "Meters"]


@dataclass(frozen=True, slots=True)
class Controls:
    """How loud, and whether at all.

    Attributes:
        level_db: Master fader in decibels; -60 and below is silence.
        mute: Silence until it ends, by a person.
        dark: A blackout: exactly zero within 30 ms.
        calm: A panic: silence within ``Setup.panic``.
        silent: The cue intends silence: within half a second.
        closing: The process is about to end.
    """

    level_db: float = 0.0
    mute: bool = False
    dark: bool = False
    calm: bool = False
    silent: bool = False
    closing: bool = False


@dataclass(frozen=True, slots=True)
class Meters:
    """Of what really leaves, on all channels together.

    Attributes:
        momentary: LUFS over 0.4 s (EBU Tech 3341); -inf for silence.
        short_term: LUFS over 3 s.
        true_peak: dBTP, the most of the last 3 s.
        reduction_db: Decibels by which limits and limiters turn down at present, >= 0.
        dba, dbc: dB(A) (LAeq) and dB(C) over 1 s at the listening position; NaN without a calibration.
        scrubbed: Samples so far that were no number or absurdly large, and were made silent.
    """

    momentary: float
    short_term: float
    true_peak: float
    reduction_db: float
    dba: float
    dbc: float
    scrubbed: int
