"""The profile of a controller: what it has, how it is lit, what it does by default.

Its file, which ``reader`` reads, is in ``hardware/controllers``, in ``controllers`` beside the venue file or
in the user's folder. Each key is declared once, here and in ``light``; the reference pages follow.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

from installation.show.schema import key
from installation.surface.light import Light
from installation.surface.template import Fill, Template
from installation.values import Address, Where

__all__ = [
    "MODES", "SETUPS", "TWIN", "Binding", "BindingKeys", "Control", "ControlKeys", "ControlKind", "Detection",
    "How", "Profile", "Relative", "profile_folder",
]  # fmt: skip

ControlKind: TypeAlias = Literal["fader", "knob", "encoder", "button", "pad"]
Relative: TypeAlias = Literal["", "offset", "twos", "sign"]
"""How an encoder without end says a step: 63 and 65; 127 and 1; 65 and 1 (see ``ControlKeys.relative``)."""
How: TypeAlias = Literal["absolute", "relative", "momentary", "toggle", "hold"]
Protocol: TypeAlias = Literal["midi", "monome"]

SETUPS = ("", "korg-external-leds")
"""Exchanges of SysEx that an adapter knows to carry out when a controller is plugged in."""

TWIN = "twin"
"""End of the address at which the operator's screen tells that the twin of a controller is looked at."""

_NOWHERE = Where("")

_BOX = (
    "x, y, width and height of the first one on the on-screen twin, in units of the grid; y grows downwards"
)


@dataclass(frozen=True, slots=True)
class ControlKeys:
    """``[[control]]``: one control, or several of a kind by patterns such as ``fader/{1..8}``."""

    name: Annotated[str, key("its name, which is part of an address; a pattern makes several")]
    kind: Annotated[ControlKind, key("what it is")]
    reading: Annotated[
        str,
        key(
            "its message below `/midi/<address>/`: `cc/0`, `note/41`, `cc14/3`, `nrpn/260`, `pitch`; "
            "a pattern"
        ),
    ]
    at: Annotated[tuple[float, float, float, float], key(_BOX, low=-1000.0, high=1000.0)]
    step: Annotated[
        tuple[float, float],
        key("from one to the next: x along a row, y from row to row", low=-100.0, high=100.0,
            otherwise=(0.0, 0.0)),
    ]  # fmt: skip
    columns: Annotated[int, key("controls in a row", low=1, high=512, otherwise=512)]
    label: Annotated[str, key("what is printed on it; a pattern", otherwise="", default="its name")]
    relative: Annotated[
        Relative,
        key(
            "steps of an encoder without end: `offset` (65 up, 63 down), `twos` (1, 127) or `sign` (1, 65)",
            otherwise="",
        ),
    ]
    light: Annotated[str, key("its `[light.NAME]`; none if it has no light", otherwise="")]
    number: Annotated[
        str, key("`{n}` of its light; a pattern", otherwise="", default="the number in `reading`")
    ]


@dataclass(frozen=True, slots=True)
class Control:
    """One control of a controller.

    Attributes:
        name: Part of the address of its feedback, ``<prefix>/<name>``.
        kind: ``fader``, ``knob``, ``encoder``, ``button`` or ``pad``.
        reading: Address of its messages below the controller's, e.g. ``cc/0``; with the channel (1 to 16) in
            front, ``2/cc/0``, where the profile keeps channels apart.
        relative: Empty, ``offset``, ``twos`` or ``sign``.
        led: What light it has: empty, ``on``, ``blink``, ``palette``, ``rgb`` or ``ring``.
        at: x, y, width and height on the twin, in units of the grid; y grows downwards.
        label: What is printed on it.
        light: Name of its light in ``Profile.lights``; empty if it has none.
        number: ``{n}`` of its light.
    """

    name: str
    kind: ControlKind
    reading: str
    relative: Relative
    led: str
    at: tuple[float, float, float, float]
    label: str = ""
    light: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class BindingKeys:
    """``[[map]]``: what a control does by default; patterns of ``control`` and ``to`` make several."""

    control: Annotated[str, key("name of a control; a pattern")]
    to: Annotated[
        str,
        key(
            "address of a parameter, or a command: `/go`, `/cue/3/go`, `standby -1`; a pattern. Where the "
            "playing show has no such thing it does nothing, and is told once"
        ),
    ]
    how: Annotated[
        How,
        key(
            "`absolute` (its value), `relative` (steps), `momentary` (while pressed), `toggle` (press by "
            "press), `hold` (after it was held for a second)",
            otherwise="absolute",
        ),
    ]
    page: Annotated[str, key("the page on which it counts; every page if left out", otherwise="")]
    held: Annotated[
        str, key("name of a control that must be held meanwhile, such as a shift key", otherwise="")
    ]
    value: Annotated[
        float, key("what a press sets, 0 to 1 of the parameter's range", low=0.0, high=1.0, otherwise=1.0)
    ]
    color: Annotated[str, key("`#RRGGBB` of its light", otherwise="", default="by what it does")]


@dataclass(frozen=True, slots=True)
class Binding:
    """One entry of a default map.

    Attributes:
        control: Name of the control.
        to: Address of a parameter, or a command with its arguments.
        page: Page on which it counts; empty is every page.
        how: ``absolute`` (a fader's value), ``relative`` (an encoder's steps), ``momentary`` (``value`` while
            pressed, then what was there before), ``toggle`` (``value``, and back at the next press), ``hold``
            (once it was held for a second). A command runs at the press, with ``hold`` after that second.
        held: Control that must be held meanwhile; empty is none. An entry with it goes before one without.
        value: What a press sets, 0 to 1 of the parameter's range.
        color: Red, green and blue of its light, 0 to 1 each; None leaves that to what it does.
        where: Its place in the file.
    """

    control: str
    to: str
    page: str = ""
    how: How = "absolute"
    held: str = ""
    value: float = 1.0
    color: tuple[float, float, float] | None = None
    where: Where = _NOWHERE


@dataclass(frozen=True, slots=True)
class Detection:
    """``[[detect]]``: messages by which a controller shows that it is set up otherwise."""

    readings: Annotated[
        tuple[str, ...],
        key("beginnings of readings that no control of this file has, e.g. `note` or `pitch`"),
    ]
    means: Annotated[str, key("what is wrong, in a line")]
    remedy: Annotated[str, key("what to do about it, in a line")]
    where: Where


MODES: Mapping[str, str] = {"midi": "/midi", "monome": "/monome"}
"""Beginning of the addresses of each protocol."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One kind of controller.

    Attributes:
        controls: In the order of the file.
        by_name: Controls by name.
        lights: Kinds of light by name.
        maps: What controls do by default.
        path: The file.
    """

    title: Annotated[str, key("a line for people")]
    address: Annotated[str, key("its part of the address: small letters, digits and `-`", kind="name")]
    ports: Annotated[
        tuple[str, ...], key("how names of its ports begin, in any case; the longest that fits decides")
    ]
    sources: Annotated[
        tuple[str, ...], key("where each number and byte comes from, with the licence where there is one")
    ]
    skip: Annotated[
        tuple[str, ...],
        key("parts of names of further ports of the device, which are left alone", otherwise=(),
            default="none", kind="list of texts"),
    ]  # fmt: skip
    protocol: Annotated[Protocol, key("what it speaks; readings of `monome` are below `/monome/`")] = "midi"
    channels: Annotated[
        bool, key("whether readings begin with the MIDI channel: `2/cc/0`, where numbers are used twice")
    ] = False
    pages: Annotated[
        tuple[str, ...], key("pages of its map, the first at the start", default="none", kind="list of texts")
    ] = ()
    init: Annotated[
        str, key("bytes that are sent when it is plugged in, before its lights", kind="bytes")
    ] = ""
    exit: Annotated[str, key("bytes that are sent when the show ends, after its lights", kind="bytes")] = ""
    setup: Annotated[
        str, key("an exchange of SysEx that makes its lights ours, before `init`", choices=SETUPS)
    ] = ""
    reassert: Annotated[
        str, key("beginning of a SysEx message after which it has lost its lights", kind="bytes")
    ] = ""
    controls: tuple[Control, ...] = ()
    lights: Mapping[str, Light] | None = None
    maps: tuple[Binding, ...] = ()
    detect: tuple[Detection, ...] = ()
    templates: Mapping[str, Template] | None = None
    path: Path = Path()
    by_name: Mapping[str, Control] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the controls: lights are shown by name, many in a frame."""
        object.__setattr__(self, "by_name", {one.name: one for one in self.controls})

    @property
    def prefix(self) -> Address:
        """Beginning of the addresses of its readings and its feedback, e.g. ``/midi/nanokontrol2``."""
        return f"{MODES[self.protocol]}/{self.address}"

    def light(self, control: Control) -> Light | None:
        """Return the kind of light of a control; None if it has none."""
        return (self.lights or {}).get(control.light)

    def bytes_of(self, name: str) -> bytes:
        """Return the bytes of ``init`` or ``exit``; none if the file gives none."""
        found = (self.templates or {}).get(name)
        return b"" if found is None else found.fill(Fill())


def profile_folder() -> Path:
    """Return the folder of the profiles that ship."""
    spec = find_spec("hardware")
    folders = list(spec.submodule_search_locations or ()) if spec else []
    return Path(folders[0], "controllers") if folders else Path("hardware", "controllers")
