"""The interface's own parameters and signals: their addresses, ranges and meaning."""

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
"""What is known of a person. ``x`` and ``y``: place on the floor as seen in the picture, 0..1, y up.
``heart``: beats a minute. ``breath``: how far the breast has risen, about -1..1. ``alpha``: envelope of the
rhythm of 8 to 13 Hz, 0..1. ``still``: 1 while the person stands still."""

FRONT: Final = ("x", "y", "age", "energy", "speed")
"""What is said of a shockwave: its origin in the picture, 0..1; s; 0..1; picture heights a second."""

_ROOT: Final = "/neuro/attribution"

ATTRIBUTION: Final = (
    Parameter(
        f"{_ROOT}/delay-min", Kind.FLOAT, (0.06,), (0.0,), (LONGEST_DELAY,), "s", "Least delay",
        "How late the quickest answer comes",
    ),
    Parameter(
        f"{_ROOT}/delay-max", Kind.FLOAT, (0.08,), (0.0,), (LONGEST_DELAY,), "s", "Greatest delay",
        "How late the slowest answer comes",
    ),
    Parameter(
        f"{_ROOT}/permute", Kind.FLOAT, (0.0,), (0.0,), (1.0,), "", "Wrong answers",
        "Share of the people whose answer is made of somebody else's doing",
    ),
    Parameter(
        f"{_ROOT}/renew", Kind.FLOAT, (0.0,), (0.0,), (60.0,), "s", "New permutation",
        "About how often everybody is given another person's answers; 0 keeps them",
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
"""What the interface says, once a frame."""


def enter_address(state: str) -> Address:
    """The event that asks for a state."""
    return f"/neuro/enter/{state}"


def person_address(people: Address, number: int, channel: str) -> Address:
    """Where a reading of person ``number`` (from 1) stands."""
    return f"{people}/{number}/{channel}"


def answer_address(number: int, channel: str) -> Address:
    """Where the answer to person ``number`` (from 1) stands."""
    return f"/answer/{number}/{channel}"


def shock_address(number: int, name: str) -> Address:
    """One value of shockwave ``number`` (from 0)."""
    return f"/neuro/shock/{number}/{name}"


def parameters(interface: InterfaceSpec | None) -> list[Parameter]:
    """The parameters of a show's interface; none without one."""
    if interface is None:
        return []
    events = [
        Parameter(
            enter_address(state.name), Kind.EVENT, (0.0,), (0.0,), (1.0,), "", f"Enter {state.name}",
            "Asks for this state; it begins if it follows from the present one",
        )
        for state in interface.states
    ]  # fmt: skip
    return [*events, *ATTRIBUTION]
