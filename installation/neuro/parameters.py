"""The interface's parameters and signals: addresses, ranges and meaning."""

from typing import Final

from installation.parameter import Kind, Parameter
from installation.show.interface import InterfaceSpec
from installation.values import Address, Seconds

__all__ = [
    "ATTRIBUTION",
    "CHANNELS",
    "FRONT",
    "LONGEST_DELAY",
    "MOST_PEOPLE",
    "MOST_SHOCKS",
    "SIGNALS",
    "answer_address",
    "enter_address",
    "parameters",
    "person_address",
    "shock_address",
]

MOST_PEOPLE: Final = 40
MOST_SHOCKS: Final = 4
LONGEST_DELAY: Final[Seconds] = 8.0

CHANNELS: Final = ("x", "y", "heart", "breath", "alpha", "still")
"""Channels of a person. ``x`` and ``y``: position on the floor as seen in the picture, 0..1, y up.
``heart``: beats per minute. ``breath``: chest expansion, about -1..1. ``alpha``: envelope of the 8 to 13 Hz
band, 0..1. ``still``: 1 while the person stands still."""

FRONT: Final = ("x", "y", "age", "energy", "speed")
"""Channels of a shockwave: origin in the picture, 0..1; age in s; energy, 0..1; picture heights per
second."""

_ROOT: Final = "/neuro/attribution"

ATTRIBUTION: Final = (
    Parameter(
        f"{_ROOT}/delay-min", Kind.FLOAT, (0.06,), (0.0,), (LONGEST_DELAY,), "s", "Minimum delay",
        "Delay of the fastest answer, from the movement to its light",
    ),
    Parameter(
        f"{_ROOT}/delay-max", Kind.FLOAT, (0.08,), (0.0,), (LONGEST_DELAY,), "s", "Maximum delay",
        "Delay of the slowest answer, from the movement to its light",
    ),
    Parameter(
        f"{_ROOT}/permute", Kind.FLOAT, (0.0,), (0.0,), (1.0,), "", "Wrong answers",
        "Share of people who are answered with somebody else's readings",
    ),
    Parameter(
        f"{_ROOT}/renew", Kind.FLOAT, (0.0,), (0.0,), (60.0,), "s", "New permutation",
        "Approximate lifetime of a permutation of answers; 0 keeps it",
    ),
)  # fmt: skip

SIGNALS: Final[tuple[Address, ...]] = (
    "/neuro/state",
    "/neuro/people",
    "/neuro/arousal",
    "/neuro/coherence",
    "/neuro/stillness",
    "/neuro/brake",
    *(f"/neuro/shock/{k}/{name}" for k in range(MOST_SHOCKS) for name in FRONT),
)
"""The signals that the interface writes once per frame."""


def enter_address(state: str) -> Address:
    """Return the event parameter that requests a state."""
    return f"/neuro/enter/{state}"


def person_address(people: Address, number: int, channel: str) -> Address:
    """Return the address of a reading of person ``number`` (from 1)."""
    return f"{people}/{number}/{channel}"


def answer_address(number: int, channel: str) -> Address:
    """Return the address of a value of the answer to person ``number`` (from 1)."""
    return f"/answer/{number}/{channel}"


def shock_address(number: int, name: str) -> Address:
    """Return the address of a value of shockwave ``number`` (from 0)."""
    return f"/neuro/shock/{number}/{name}"


def parameters(interface: InterfaceSpec | None) -> list[Parameter]:
    """Return the parameters of a show's interface; an empty list without one."""
    if interface is None:
        return []
    events = [
        Parameter(
            enter_address(state.name), Kind.EVENT, (0.0,), (0.0,), (1.0,), "", f"Enter {state.name}",
            "Requests this state; it begins if the current state allows it",
        )
        for state in interface.states
    ]  # fmt: skip
    return [*events, *ATTRIBUTION]
