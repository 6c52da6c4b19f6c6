"""The interface's parameters and signals: addresses, ranges and meaning."""

from typing import Final

from installation.parameter import Kind, Parameter
from installation.show.interface import InterfaceSpec
from installation.values import Address, Seconds

__all__ = [
    "ATTRIBUTION",
    "BODY",
    "CHANNELS",
    "COHORTS",
    "FRONT",
    "INVITATION",
    "INVITED",
    "LONGEST_DELAY",
    "MEASURES",
    "MOST_PEOPLE",
    "MOST_SHOCKS",
    "SHARED",
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

BODY: Final = ("eda", "rmssd", "quality", "simulated")
"""What else a person's sensors may say; nobody is answered with it. ``eda``: how far the skin conducts, on
the person's own scale, 0..1, 0.5 the median. ``rmssd``: root mean square of successive differences of beats,
ms. ``quality``: how far the readings can be believed, 0..1. ``simulated``: 1 if there is nobody."""

MEASURES: Final = (
    ("arousal", "heart", 1.0),
    ("heart/rate", "heart", 80.0),
    ("heart/order", "pulse", 1.0),
    ("heart/locking", "heart-locking", 1.0),
    ("heart/correlation", "heart-correlation", 1.0),
    ("confidence/arousal", "heart", 1.0),
    ("coherence", "phase", 1.0),
    ("breath/order", "phase", 1.0),
    ("breath/locking", "breath-locking", 1.0),
    ("breath/correlation", "breath-correlation", 1.0),
    ("breath/rate", "rate", 20.0),
    ("confidence/coherence", "phase", 1.0),
    ("invitation/step", "step", 1.0),
    ("invitation/before", "breath-locking", 1.0),
    ("invitation/effect", "breath-locking", 1.0),
    ("calm", "calm", 1.0),
    ("disagreement", "difference", 1.0),
    ("confidence/calm", "calm", 1.0),
    ("stillness", "still", 1.0),
)
"""Measures of many people, ``/neuro/NAME``: name, cohort (the people of whom that can be computed), range for
rounding."""

COHORTS: Final = {
    "heart": 0, "pulse": 0, "heart-locking": 0, "heart-correlation": 0,
    "phase": 1, "rate": 1, "breath-locking": 1, "breath-correlation": 1, "step": 1,
    "calm": 2, "difference": 2, "still": 3,
}  # fmt: skip
"""Of which readings each cohort is made: 0 hearts, 1 breaths, 2 either, 3 stillness."""

SHARED: Final = (
    "coherence",
    "arousal",
    "calm",
    "confidence/coherence",
    "confidence/arousal",
    "confidence/calm",
    "heart/rate",
    "real",
)
"""What may always be told, ``/neuro/shared/NAME``; ``real`` is 1 where it is of people, 0 where simulated."""

INVITED: Final = ("swell", "strength", "phase", "rate")
"""What the invitation to breathe does, ``/neuro/invitation/NAME``: 0..1, 0..1, turns, breaths a minute."""

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

INVITATION: Final = (
    Parameter(
        "/neuro/invitation/amount", Kind.FLOAT, (0.0,), (0.0,), (1.0,), "", "Invitation to breathe",
        "How strongly light swells and sinks for people to breathe with it; 0 ends it",
    ),
    Parameter(
        "/neuro/invitation/target", Kind.FLOAT, (0.1,), (0.05,), (0.3,), "Hz", "Slow breath",
        "Breaths a second to which it slows down, from the people's own rate",
    ),
    Parameter(
        "/neuro/invitation/time", Kind.FLOAT, (90.0,), (0.0,), (600.0,), "s", "Time to slow down",
        "Seconds from the people's own rate to the slow one",
    ),
)  # fmt: skip

SIGNALS: Final[tuple[Address, ...]] = (
    "/neuro/state",
    "/neuro/people",
    "/neuro/simulated",
    "/neuro/brake",
    "/neuro/drive",
    "/neuro/pulse",
    *(f"/neuro/{name}" for name, _, _ in MEASURES),
    *(f"/neuro/shared/{name}" for name in SHARED),
    *(f"/neuro/invitation/{name}" for name in INVITED),
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
    return [*events, *ATTRIBUTION, *INVITATION]
