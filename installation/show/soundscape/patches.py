"""The patches of the soundscape: one table of names, inputs and parameters.

What a file may name, what the tree has below ``/voice`` and what ``sound/voice`` builds derive from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from installation.values import Address

__all__ = [
    "AHEAD", "DETUNE", "FEEDBACK", "PATCHES", "SHARED", "VOICE", "InputSpec", "PatchSpec", "level_address",
    "trim_address",
]  # fmt: skip

VOICE: Final = "/voice"
DETUNE: Final[Address] = "/voice/detune"
FEEDBACK: Final[Address] = "/voice/feedback"
AHEAD: Final[Address] = "/voice/ahead"


@dataclass(frozen=True, slots=True)
class InputSpec:
    """One input of a patch, which scenes set and signals may move; or one parameter of the tree.

    Attributes:
        meaning: One line.
        default: Value where nothing sets it.
        low, high: Range; values outside are clamped.
        unit: Unit, where it has one.
    """

    meaning: str
    default: float
    low: float = 0.0
    high: float = 1.0
    unit: str = ""


@dataclass(frozen=True, slots=True)
class PatchSpec:
    """One patch: one kind of sound, with its own module in ``sound/voice/patches/``.

    Attributes:
        name: Part of its addresses.
        meaning: What is heard, in one line.
        inputs: Its own inputs by name. All patches also have the input ``level``, a factor.
        trims: Those of its inputs that are parameters as well, ``/voice/NAME/INPUT``: factors.
    """

    name: str
    meaning: str
    inputs: Mapping[str, InputSpec]
    trims: tuple[str, ...] = ()


LEVEL: Final = InputSpec("factor on the patch's level, as authored at 1", 1.0, 0.0, 1.5)
TRIM: Final = InputSpec("factor on this input of the patch, as authored at 1", 1.0, 0.0, 2.0)

SHARED: Final[Mapping[Address, InputSpec]] = MappingProxyType(
    {
        DETUNE: InputSpec("how far the voices are out of tune with each other", 0.0, 0.0, 200.0, "cent"),
        FEEDBACK: InputSpec("how much of the mix returns into itself, late, filtered and saturated", 0.0),
        AHEAD: InputSpec("bells sound before or after the light, by up to this", 0.0, 0.0, 0.4, "s"),
    }
)
"""Parameters of the voice that all patches share, with their ranges."""

_DENSITY = InputSpec("how much happens", 0.5)
_TONE = InputSpec("from dark to bright", 0.5)


def _patch(name: str, meaning: str, trims: tuple[str, ...] = (), **inputs: InputSpec) -> PatchSpec:
    return PatchSpec(name, meaning, MappingProxyType(inputs), trims)


_ALL: Final = (
    _patch(
        "bells",
        "flashes of the picture ring, each where it stands: at most six a second, the strongest of them",
        ("tone",),
        tone=_TONE,
        rate=InputSpec("most bells in a second", 6.0, 0.0, 6.0),
    ),
    _patch(
        "tide",
        "drones of blown tubes, tuned to the scale, that rise and fall with the tide",
        ("tone",),
        tone=_TONE,
        tide=InputSpec("how high the water stands", 0.5),
    ),
    _patch(
        "water", "black water: slow swell, drops where wakes burn", ("density", "tone"),
        density=_DENSITY, tone=_TONE,
    ),
    _patch(
        "insects",
        "small life, each kind with a tempo of its own, and packets that run along seams",
        ("density",),
        density=_DENSITY,
        gini=InputSpec("how unequal the kinds are: 0 all as loud, 1 three of them left", 0.35),
    ),
    _patch(
        "reef", "polyps open with a bell, in fronts; the crackle of a living reef", ("density",),
        density=_DENSITY,
    ),
    _patch(
        "roots", "creaks of wood under ground, and pulses that travel along trunks", ("density",),
        density=_DENSITY,
    ),
    _patch(
        "strata",
        "a restless ceiling high above; crumbs fall from it and are eaten; nearly nothing below",
        ("density",),
        density=_DENSITY,
        dusk=InputSpec("how far the floor has risen to the light", 0.0),
    ),
    _patch(
        "fan",
        "room tone grows into a fan, and all voices into one held chord, which stop one after the other",
        (),
        edge=InputSpec("how far the voices have become one chord, and the room tone a fan", 0.0),
        rows=InputSpec("share of the voices that have been stopped", 0.0),
    ),
    _patch(
        "crowd",
        "a murmur of many, without a word, and their feet",
        ("density",),
        density=InputSpec("from twelve people far off to ten thousand around", 0.1),
        lock=InputSpec("above 0.5 nobody makes a sound", 0.0),
    ),
    _patch(
        "pressure", "one front of low pressure, 35 to 70 Hz, that has passed within 2 s; no bang", (),
        shock=InputSpec("a rise through 0.5 sends it, also when the scene begins with it", 0.0),
    ),
    _patch(
        "threads", "near silence: a thin bowed tone for each thread, let go together", ("density",),
        density=_DENSITY,
        let_go=InputSpec("above 0.5 all threads have been let go", 0.0),
    ),
    _patch(
        "comma",
        "two chords, a comma apart, that beat slower as they close",
        (),
        gap=InputSpec("how far they are apart: 1 a syntonic comma, 0 in unison", 1.0),
        withdraw=InputSpec("how far the second chord has gone", 0.0),
    ),
    _patch(
        "divide",
        "the same phrases in two places and two tunings, at 1.00 : 1.06",
        (),
        gap=InputSpec("how far the two places are apart", 0.14, 0.0, 0.5),
        hair=InputSpec("how far one tone has crossed", 0.0),
    ),
    _patch(
        "repair", "feedback tones that swing, slow down and come to rest one after another", (),
        haste=InputSpec("how fast they come to rest: 0.5 as written", 0.5),
        healed=InputSpec("above 0.5 all are at rest", 0.0),
    ),
    _patch(
        "stories", "many people talk, each alone, too far to be understood; pens write", ("density",),
        density=_DENSITY,
    ),
    _patch(
        "fireflies",
        "insects that fall into step; together they leave the dark between",
        (),
        order=InputSpec("how far they are in step", 0.2),
        leave=InputSpec("share of them that has gone", 0.0),
    ),
    _patch(
        "weather", "the weather outside, through walls; now and then something far off", ("density",),
        density=_DENSITY,
        wind=InputSpec("how strong the wind is", 0.4),
    ),
    _patch(
        "hub",
        "small voice of a hub of the venue: a bell for each flash of its firefly, a drone that swells",
        ("tone",),
        tone=_TONE,
        place=InputSpec("pitch of its drone before a firefly has flashed, from low to high", 0.5),
        rest=InputSpec("how loud its drone is while no firefly flashes", 0.0),
    ),
)  # fmt: skip

PATCHES: Final[Mapping[str, PatchSpec]] = MappingProxyType({one.name: one for one in _ALL})
"""All patches by name."""


def level_address(patch: str) -> Address:
    """Address of the parameter that is a factor on a patch's level; see ``LEVEL``."""
    return f"{VOICE}/{patch}/level"


def trim_address(patch: str, name: str) -> Address:
    """Address of the parameter that is a factor on an input of a patch; see ``TRIM``."""
    return f"{VOICE}/{patch}/{name}"
