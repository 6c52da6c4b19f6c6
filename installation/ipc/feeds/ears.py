"""Everything that the ears tell, by name: ``values`` of ``ipc.feeds.sound.Heard`` holds these, all of them.

A name is an address below ``/ears``: ``band/3`` becomes the signal ``/ears/band/3``. The ears
(``sound/ears``), the signals that the stage makes of them and the documentation derive from this table.
"""

from dataclasses import dataclass
from typing import Final, Literal

__all__ = ["NAMES", "RISES", "Name"]


@dataclass(frozen=True, slots=True)
class Name:
    """One number that is told.

    Attributes:
        name: Below ``/ears``.
        unit: Empty for a share, a likelihood or a place.
        low, high: Least and most value; values are held between them, and finite.
        meaning: In one phrase.
        rest: Value in a silent room, and before anything was heard.
        fold: What a frame takes of the hops that it spans: the ``last`` one, or the ``most``, for what
            is not 0 for one hop only.
    """

    name: str
    unit: str
    low: float
    high: float
    meaning: str
    rest: float = 0.0
    fold: Literal["last", "most"] = "last"


def _bands(group: str, count: int) -> tuple[Name, ...]:
    meaning = f"power of one of {count} bands, 30 Hz to 16 kHz, as its own last half minute ranges"
    return tuple(Name(f"{group}/{number}", "", 0.0, 1.0, meaning) for number in range(1, count + 1))


NAMES: Final[tuple[Name, ...]] = (
    Name("level", "", 0.0, 1.0, "momentary loudness: -60 LUFS is 0, -10 LUFS is 1"),
    Name("level/fast", "", 0.0, 1.0, "the same over 21 ms"),
    Name("loudness", "LUFS", -70.0, 10.0, "loudness of 400 ms, K-weighted (ITU-R BS.1770)", rest=-70.0),
    Name("median", "LUFS", -70.0, 10.0, "median of the loudness of the last ten minutes", rest=-70.0),
    Name("murmur", "", 0.0, 1.0, "loudness above that median: 1 is 20 dB"),
    Name("silence", "s", 0.0, 86_400.0, "how long the loudness has been below -60 LUFS"),
    Name("peak", "", 0.0, 1.0, "largest sample; 1 is full scale", fold="most"),
    Name("peak/true", "dBTP", -60.0, 12.0, "true peak, four times oversampled", rest=-60.0, fold="most"),
    Name("clipped", "", 0.0, 1.0, "share of samples at full scale", fold="most"),
    Name("balance", "", -1.0, 1.0, "where the power is: -1 left, 1 right"),
    *_bands("band", 8),
    *_bands("band4", 4),
    *_bands("band32", 32),
    Name("centroid", "", 0.0, 1.0, "middle of the spectrum by octaves: 62.5 Hz is 0, 16 kHz is 1"),
    Name("centroid/hz", "Hz", 0.0, 24_000.0, "the same as a frequency"),
    Name("flux", "", 0.0, 1.0, "how fast the spectrum rises"),
    Name("flatness", "", 0.0, 1.0, "0 a tone, 1 white noise"),
    Name("onset", "", 0.0, 1.0, "strength of a sound that begins, in its hop; else 0", fold="most"),
    Name("onset/low", "", 0.0, 1.0, "the same below 250 Hz", fold="most"),
    Name("onset/mid", "", 0.0, 1.0, "the same from 250 Hz to 2.5 kHz", fold="most"),
    Name("onset/high", "", 0.0, 1.0, "the same above 2.5 kHz", fold="most"),
    Name("tempo", "BPM", 60.0, 180.0, "beats a minute; the last one that was sure", rest=120.0),
    Name("tempo/confidence", "", 0.0, 1.0, "how sure tempo and beat are; 0 in silence"),
    Name("beat", "", 0.0, 1.0, "place in the beat, 0 on it; runs on through gaps"),
    Name("beat/rise", "", 0.0, 1.0, "1 in the hop of a beat, with a confidence of 0.2 or more", fold="most"),
    Name("voice", "", 0.0, 1.0, "likelihood that somebody speaks"),
    Name("applause", "", 0.0, 1.0, "likelihood that people clap"),
)  # fmt: skip
"""In the order in which the documentation lists them."""

RISES: Final = tuple(one.name for one in NAMES if one.name.startswith("onset") or one.name.endswith("rise"))
"""Not 0 for one hop only: each of them is an event of its own."""
