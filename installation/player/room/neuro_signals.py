"""The interface's signals: all that it says of the people in the room, and which of it is private."""

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation.neuro.parameters import (
    CHANNELS,
    FRONT,
    INVITED,
    MEASURES,
    MOST_PEOPLE,
    MOST_SHOCKS,
    SHARED,
    SIGNALS,
    answer_address,
    shock_address,
)
from installation.neuro.room import Outcome
from installation.signal import Signals
from installation.values import Address, Frame

__all__ = ["NeuroSignals"]

Floats = NDArray[np.float64]

_NAMES: Final = (
    "state",
    "people",
    "simulated",
    "brake",
    "drive",
    "pulse",
    *(name for name, _, _ in MEASURES),
    *(f"shared/{name}" for name in SHARED),
    *(f"invitation/{name}" for name in INVITED),
)
"""Written once per frame, ``/neuro/NAME``, in this order."""
_BRAKE, _DRIVE, _FIRST = _NAMES.index("brake"), _NAMES.index("drive"), _NAMES.index(MEASURES[0][0])
_STILLNESS: Final = _NAMES.index("stillness")
_INVITED: Final = _NAMES.index(f"invitation/{INVITED[0]}")
_DISAGREEMENT: Final = _NAMES.index("disagreement")


class NeuroSignals:
    """Declares and writes them.

    Args:
        signals: Where they are.
        drivers: Signals that replace a measure, by its name.

    Attributes:
        declared: Their addresses, to be released.
    """

    def __init__(self, signals: Signals, drivers: Mapping[str, Address]) -> None:
        self.declared: list[Address] = []
        self._signals = signals
        numbers = range(1, MOST_PEOPLE + 1)
        says = {address: self._declare(address) for address in SIGNALS}
        shocks = [says[shock_address(k, name)] for k in range(MOST_SHOCKS) for name in FRONT]
        self._own = np.array([says[f"/neuro/{name}"] for name in _NAMES], np.intp)
        self._speaks = np.array([*self._own, *shocks], np.intp)
        self._said = np.zeros(len(self._speaks))
        self._private = np.zeros(len(self._own), np.bool_)
        self._driven = np.array([name in drivers for name in _NAMES], np.bool_)
        # The origin of a shockwave is the position of one or two people.
        for k in range(MOST_SHOCKS):
            signals.private[[says[shock_address(k, name)] for name in ("x", "y")]] = True
        self._answers = np.array(
            [[self._declare(answer_address(n, c), private=True) for c in CHANNELS] for n in numbers]
        )
        self._leads = [self._declare(f"/answer/lead/{axis}", private=True) for axis in ("x", "y")]

    def write(self, outcome: Outcome, state: int, frame: Frame) -> None:
        """Write what came of one frame.

        Args:
            outcome: Of the people.
            state: Number of the state that stands.
            frame: Its time.
        """
        signals = self._signals
        if outcome.group.count:
            spoken = np.isfinite(outcome.answers)
            answered = self._answers[spoken]
            signals.values[answered] = outcome.answers[spoken] + 0.0
            signals.times[answered] = frame.time
        if outcome.lead is not None:
            signals.values[self._leads] = outcome.lead + 0.0
            signals.times[self._leads] = frame.time
        shared, own = outcome.shared, len(self._own)
        said = self._said
        said[:_FIRST] = (
            state,
            outcome.group.count,
            shared.simulated,
            outcome.brake,
            outcome.drive,
            outcome.pulse,
        )
        measures = said[_FIRST : _FIRST + len(MEASURES)]
        measures[:] = shared.values
        said[_FIRST + len(MEASURES) : _INVITED] = shared.told
        said[_INVITED:own] = outcome.invited
        for name in ("arousal", "coherence"):
            said[_NAMES.index(name)] = getattr(outcome.feeling, name)
            confidence = shared.of(f"confidence/{name}")
            signals.confidence[self._own[_NAMES.index(name)]] = confidence
        said[_STILLNESS] = outcome.feeling.stillness
        said[own:] = outcome.shocks.reshape(-1)
        said += 0.0
        signals.values[self._speaks] = said
        signals.times[self._speaks] = frame.time
        signals.private[self._own] = self._hidden(outcome)

    def _hidden(self, outcome: Outcome) -> NDArray[np.bool_]:
        """Return which of them are private in this frame."""
        private = self._private
        private[_BRAKE] = outcome.brake_private
        private[_FIRST : _FIRST + len(MEASURES)] = outcome.shared.private
        private[_DRIVE] = private[_DISAGREEMENT]
        private[_INVITED:] = outcome.secretive
        hidden: NDArray[np.bool_] = private & ~self._driven
        if self._driven[_STILLNESS]:
            hidden[_BRAKE] = False
        return hidden

    def _declare(self, address: Address, *, private: bool = False) -> int:
        self.declared.append(address)
        return self._signals.declare(address, private=private)
