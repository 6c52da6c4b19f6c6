"""Parameters of the sound: the master fader, and what the table of patches states."""

from collections.abc import Iterator
from typing import Final

from installation.cue.override import LEVEL, MUTE
from installation.ipc.feeds.sound import LOOP
from installation.parameter import Kind, Parameter
from installation.show.soundscape import PATCHES, SHARED, InputSpec
from installation.show.soundscape.patches import LEVEL as FACTOR
from installation.show.soundscape.patches import TRIM, level_address, trim_address
from installation.values import Address

__all__ = ["LEVEL", "LOOP", "LOUDEST", "MUTE", "PARAMETERS", "SOFTEST", "STRIKE"]

STRIKE: Final[Address] = "/voice/strike"
SOFTEST: Final = -60.0
"""Decibels at which the master fader is shut: silence."""
LOUDEST: Final = 0.0


def _number(address: Address, spec: InputSpec, label: str, about: str = "") -> Parameter:
    return Parameter(
        address,
        Kind.FLOAT,
        (spec.default,),
        (spec.low,),
        (spec.high,),
        spec.unit,
        label,
        about or spec.meaning,
    )


def _of_patches() -> Iterator[Parameter]:
    for name, patch in PATCHES.items():
        yield _number(level_address(name), FACTOR, f"{name} level", f"{FACTOR.meaning}: {patch.meaning}")
        for trim in patch.trims:
            about = f"{TRIM.meaning}: {patch.inputs[trim].meaning}"
            yield _number(trim_address(name, trim), TRIM, f"{name} {trim}", about)


_LOOP: Final = InputSpec("how much of our own output the ears hear: the acoustic loop, which is bounded", 0.0)
_FADER: Final = InputSpec(
    "master fader; 0 dB is as loud as the venue allows, -60 dB is silence", LOUDEST, SOFTEST, LOUDEST, "dB"
)
PARAMETERS: Final = (
    _number(LEVEL, _FADER, "Level"),
    Parameter(
        MUTE, Kind.BOOL, (0.0,), (0.0,), (1.0,), label="Mute", description="no sound, whatever the level"
    ),
    _number(LOOP, _LOOP, "Acoustic loop"),
    Parameter(
        STRIKE,
        Kind.EVENT,
        (0.0,),
        (0.0,),
        (1.0,),
        label="Strike",
        description="rings a bell in the middle, as a flash of the picture would",
    ),
    *(_number(address, spec, address.rpartition("/")[2].title()) for address, spec in SHARED.items()),
    *_of_patches(),
)
