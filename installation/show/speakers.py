"""The loudspeakers and the sound of a room: ``[sound]`` and ``[[speaker]]`` of a venue file."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Final

from installation.show.schema import key
from installation.values import Finding, Places, Seconds, Where

if TYPE_CHECKING:
    from installation.show.venue_model import Venue

__all__ = ["MOST_SPEAKERS", "PAIR", "SoundSettings", "SpeakerSpec", "speaker_findings"]

MOST_SPEAKERS: Final = 8
_MOST_CHANNELS: Final = 64


@dataclass(frozen=True, slots=True)
class SoundSettings:
    """``[sound]``: the audio devices, and how loud the room may be."""

    output: Annotated[
        str,
        key(
            'output device: its name or a part of it, or `"none"`; `photophore list audio` shows them',
            default="the system's default",
        ),
    ] = ""
    input: Annotated[
        str, key("input device, likewise: a microphone or a line", default="the system's default")
    ] = ""
    ceiling: Annotated[
        float,
        key("most loudness of our output in LUFS, over 3 seconds (EBU R 128)", low=-60.0, high=-10.0),
    ] = -23.0
    peak: Annotated[float, key("most true peak of our output in dBTP", low=-24.0, high=-0.5)] = -3.0
    dba: Annotated[
        float | None,
        key(
            "dB(A) at the listening position while the output has -23 LUFS of pink noise, as measured there; "
            "the limits below hold once it is stated",
            low=30.0, high=110.0, default="not measured",
        ),
    ] = None  # fmt: skip
    limit_a: Annotated[
        float, key("most sound level at the listening position in dB(A), LAeq of 1 s", low=30.0, high=100.0)
    ] = 76.0
    limit_c: Annotated[float, key("most sound level there in dB(C), over 1 s", low=30.0, high=110.0)] = 84.0
    delay: Annotated[
        Seconds,
        key("delay of all sound in seconds, to coincide with a late projector", low=0.0, high=1.0),
    ] = 0.0
    places: Places = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SpeakerSpec:
    """``[[speaker]]``: one loudspeaker; up to eight. Without any there are two, at -30 and 30 degrees."""

    name: Annotated[str, key("a unique title")]
    channel: Annotated[int, key("channel of the output device, from 1", low=1, high=_MOST_CHANNELS)]
    azimuth: Annotated[
        float,
        key(
            "degrees from the middle of the picture as seen by the listeners; to the right is positive",
            low=-180.0, high=180.0,
        ),
    ]  # fmt: skip
    where: Where
    gain: Annotated[float, key("decibels", low=-40.0, high=6.0)] = 0.0
    delay: Annotated[
        Seconds, key("delay in seconds, of a speaker that stands nearer than the others", low=0.0, high=0.2)
    ] = 0.0
    places: Places = field(default_factory=dict)


_NOWHERE: Final = Where("")
PAIR: Final = (
    SpeakerSpec("left", 1, -30.0, _NOWHERE),
    SpeakerSpec("right", 2, 30.0, _NOWHERE),
)
"""The speakers of a venue that names none."""


def speaker_findings(venue: "Venue") -> Iterator[Finding]:
    """Yield speakers that are too many or alike, and limits that do not hold: the level was not measured."""
    for number, one in enumerate(venue.speakers):
        if number >= MOST_SPEAKERS:
            yield Finding(one.where, f"speaker: there are more than {MOST_SPEAKERS}", "leave this one out")
            return
        for other in venue.speakers[:number]:
            line = f'"{other.name}" in line {other.where.line}'
            if one.name == other.name:
                where = one.places.get("name", one.where)
                yield Finding(
                    where,
                    f'name: there are two speakers named "{one.name}"',
                    f"the first is in line {other.where.line}",
                )
            elif one.channel == other.channel:
                free = next(
                    n for n in range(1, _MOST_CHANNELS + 1) if n not in {s.channel for s in venue.speakers}
                )
                where = one.places.get("channel", one.where)
                yield Finding(
                    where, f"channel: channel {one.channel} belongs to {line}", f"channel {free} is free"
                )
            elif abs((one.azimuth - other.azimuth + 180.0) % 360.0 - 180.0) < 1.0:
                where = one.places.get("azimuth", one.where)
                yield Finding(
                    where,
                    f"azimuth: {line} stands in the same direction",
                    "speakers stand at least 1 degree apart",
                )
    sound = venue.sound
    for limit in ("limit_a", "limit_c"):
        if limit in sound.places and sound.dba is None:
            yield Finding(
                sound.places[limit],
                f"{limit}: it does not hold before the level was measured",
                "state `dba`, see docs/sound.md",
                "warning",
            )
