"""Parameters of macros and trims, and those of ours that the default set moves."""

from collections.abc import Iterable
from typing import Final

from installation.parameter import Kind, Parameter
from installation.show.macros import macros_of
from installation.show.model import Show
from installation.values import Address

__all__ = [
    "ACCENTS", "BREATH", "CROWD", "CUE_RATE", "EXPOSURE", "FOCUS", "HASTE", "MEMORY", "OWN", "RATE",
    "RESPONSE", "SCATTER", "SEASON", "WATER", "ZOOM", "macro_parameters", "rates",
]  # fmt: skip

EXPOSURE: Final[Address] = "/picture/exposure"
ZOOM: Final[Address] = "/picture/zoom"
FOCUS: Final[Address] = "/picture/focus"
MEMORY: Final[Address] = "/picture/memory"
BREATH: Final[Address] = "/picture/breath"
SCATTER: Final[Address] = "/picture/scatter"
ACCENTS: Final[Address] = "/picture/accents"
RATE: Final[Address] = "/picture/rate"
WATER: Final[Address] = "/water/flow"
HASTE: Final[Address] = "/strata/haste"
RESPONSE: Final[Address] = "/bodies/response"
CROWD: Final[Address] = "/bodies/crowd"
SEASON: Final[Address] = "/nature/season-shift"
CUE_RATE: Final[Address] = "/cue/rate"


def _number(
    address: Address, default: float, low: float, high: float, unit: str, label: str, about: str
) -> Parameter:
    return Parameter(address, Kind.FLOAT, (default,), (low,), (high,), unit, label, about)


OWN: Final = (
    _number(
        EXPOSURE, 0.0, -6.0, 2.0, "EV", "Exposure",
        "Brightness of picture and lamps, before the guard; highlights are compressed, not cut",
    ),
    _number(ZOOM, 1.0, 0.5, 4.0, "", "Zoom", "How close the picture is; 1 = as the scene draws it"),
    Parameter(
        FOCUS, Kind.POINT, (0.5, 0.5), (0.0, 0.0), (1.0, 1.0), "", "Focus",
        "What place of the picture the zoom leaves where it is, in shares of the picture",
    ),
    _number(
        MEMORY, 1.0, 0.25, 6.0, "", "Memory",
        "Factor on how long light stays once it is there; 1 = as the scene draws it",
    ),
    _number(
        BREATH, 0.0, 0.0, 2.0, "EV", "Breath",
        "How far all light swells and falls, once in eight seconds; 0 = off",
    ),
    _number(
        SCATTER, 0.0, 0.0, 1.0, "", "Scatter", "Phases of the breath: 0 = everywhere the same, 1 = by place"
    ),
    _number(
        ACCENTS, 0.0, 0.0, 1.0, "", "Accents",
        "How far the picture goes with the beat: motion gathers after each, light swells at accents; 0 = off",
    ),
    _number(WATER, 1.0, 0.0, 2.5, "", "Current", "Factor on the slow current of the water that scenes share"),
    _number(
        HASTE, 1.0, 1.0, 10.0, "", "Haste", "Factor on how quickly shares of light follow what is allocated"
    ),
    _number(RESPONSE, 1.0, 0.0, 2.0, "", "Response", "Factor on how strongly people are answered"),
    _number(
        CROWD, 1.0, 0.0, 2.0, "", "Crowd",
        "Factor on the number of simulated people, of the adapter virtual-people; 0 = none",
    ),
    _number(
        SEASON, 0.0, -0.5, 0.5, "years", "Season", "By how much /nature/season is ahead of the calendar's"
    ),
    _number(CUE_RATE, 1.0, 0.25, 4.0, "", "Rate", "Factor on the cue clock: waits, fades and follows"),
)  # fmt: skip


def rates(scenes: Iterable[str]) -> list[Parameter]:
    """Return the parameter ``/picture/rate/SCENE`` of each scene: the speed of its time."""
    about = "Factor on the scene's time; it changes speed without a jump"
    return [_number(f"{RATE}/{one}", 1.0, 0.0, 4.0, "", f"{one} rate", about) for one in scenes]


def macro_parameters(show: Show) -> list[Parameter]:
    """Return the parameters ``/macro/NAME`` and ``/trim/NAME`` of a show."""
    made = []
    for one in macros_of(show.macros):
        ends = "; ".join(f"{at} = {what}" for at, what in ((0, one.low), (1, one.high)) if what)
        about = f"0.5 = as authored{'; ' if ends else ''}{ends}"
        made.append(_number(one.address, 0.5, 0.0, 1.0, "", one.label or one.name, about))
    return made
