"""Messages that a show sends, as frozen values."""

from dataclasses import dataclass, field
from typing import Annotated, Final, Literal

from installation.show.schema import HOUR, key
from installation.show.steps import ModulatorSpec
from installation.values import Address, Places, Scalar, Seconds, Where

__all__ = ["MIDI_OUT", "NOTHING", "CueSend", "SendSpec", "Sent"]

MIDI_OUT: Final = "midi-out"
"""Target of MIDI and MSC that do not name one."""

_TO = "the target's name; the venue says where that is"
_ADDRESS = "OSC address"
_MIDI = "instead of `address`: a MIDI message, see [Send to your console](send.md#midi)"
_MSC = "instead of `address`: a MIDI Show Control command, e.g. `go 12`"


@dataclass(frozen=True, slots=True)
class Sent:
    """What is sent, whichever way the file says it.

    Attributes:
        address: OSC address; below ``/note``, ``/cc``, ``/msc`` and so on for MIDI.
        values: Its arguments. Of a stream those that come before the signal's numbers.
        factor: What a stream's numbers are multiplied by: 127 for a MIDI controller.
        low, high: Range of a stream's numbers after that.
        whole: Whether they are rounded to whole numbers.
        event: Whether every change counts, as of a MIDI note.
    """

    address: Address
    values: tuple[Scalar, ...] = ()
    factor: float = 1.0
    low: float = -1e12
    high: float = 1e12
    whole: bool = False
    event: bool = False


NOTHING: Final = Sent("/")
"""In place of one that could not be read; the error is reported."""


@dataclass(frozen=True, slots=True)
class CueSend:
    """One entry of a cue's ``send``: a message that is sent once, when the cue begins."""

    sent: Sent
    where: Where
    to: Annotated[str, key(_TO, kind="name", default=f"`{MIDI_OUT}`, for MIDI and MSC")]
    address: Annotated[Address, key(_ADDRESS, kind="address")] = ""
    values: Annotated[
        tuple[Scalar, ...], key("its arguments: numbers, texts, true, false", kind="a list", default="none")
    ] = ()
    midi: Annotated[str, key(_MIDI)] = ""
    msc: Annotated[str, key(_MSC)] = ""
    places: Places = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SendSpec:
    """``[[send]]``: sends a signal or a parameter to another program."""

    sent: Sent
    source: Annotated[
        Address,
        key("a signal, several as a point (`/mouse/{x,y}`), or a parameter", name="from", kind="point"),
    ]
    where: Where
    to: Annotated[str, key(_TO, kind="name", default=f"`{MIDI_OUT}`, for MIDI and MSC")]
    address: Annotated[Address, key(_ADDRESS, kind="address")] = ""
    values: Annotated[
        tuple[Scalar, ...],
        key("arguments before those that the signal gives; all of them with `rise`", kind="a list"),
    ] = ()
    midi: Annotated[str, key(_MIDI)] = ""
    msc: Annotated[str, key(f"{_MSC}; with `rise` only")] = ""
    on: Annotated[
        Literal["change", "rise"],
        key("`change`: its numbers, whenever they change; `rise`: `values`, each time it rises through 0.5"),
    ] = "change"
    type: Annotated[Literal["float", "int"], key("what the numbers are sent as over OSC")] = "float"
    shape: Annotated[
        tuple[ModulatorSpec, ...],
        key("list of modulators, in order, as of a route", kind="a list of tables", default="none"),
    ] = ()
    fallback: Annotated[
        float | None,
        key(
            'a number sent in place of a stale signal, or `"release"`: nothing; default: the last value',
            kind="a number or a word",
        ),
    ] = None
    """NaN represents ``"release"``."""
    stale: Annotated[
        Seconds, key("seconds without new values after which `fallback` applies", low=0.0, high=HOUR)
    ] = 2.0
    keep_alive: Annotated[
        Seconds,
        key("send again after so many seconds without a change; 0: never", low=0.0, high=HOUR),
    ] = 0.0
    places: Places = field(default_factory=dict)

    @property
    def sources(self) -> tuple[Address, ...]:
        """The addresses in ``source``: ``/mouse/{x,y}`` is a point of two."""
        before, brace, rest = self.source.partition("{")
        names, _, after = rest.partition("}")
        return tuple(before + name + after for name in names.split(",")) if brace else (self.source,)
