"""One room: its people, their shared measures, the attribution of answers, and the shockwaves.

Input and output are plain arrays; the mapping to signals is done elsewhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import isfinite
from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation import portable_math
from installation.neuro.attribution import NOTHING, Attribution
from installation.neuro.collective import Collective, Feeling
from installation.neuro.lead import Lead
from installation.neuro.people import NOBODY, Group, People
from installation.neuro.shock import Shocks, disagreement
from installation.show.interface import ShockSpec
from installation.values import Seconds

__all__ = ["ALL_STILL", "FEWEST", "Controls", "Outcome", "Room"]

Floats = NDArray[np.float64]

FEWEST: Final = 5
"""Minimum number of people in a mean. With fewer it says too much about each and stays private."""

ALL_STILL: Final = 0.75
"""Stillness at which the brake begins to act, and at which it acts fully."""


@dataclass(frozen=True, slots=True)
class Controls:
    """The values of parameters and files that control the room in this frame.

    Attributes:
        delays, permute, renew: See ``Attribution.advance``.
        drivers: Signals that replace a shared measure, by name; NaN while they have no value.
        brake: Share of all loop gain that is removed when everybody stands still.
        brake_time: Time in seconds to reach it.
    """

    delays: tuple[Seconds, Seconds]
    permute: float
    renew: Seconds
    drivers: Mapping[str, float]
    brake: float
    brake_time: Seconds


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """The results of one frame.

    Attributes:
        group: The people.
        feeling: Their shared measures, with replacements by signals applied.
        brake: Factor on every loop gain.
        answers: ``(40, 6)``; NaN where there is no answer.
        lead: x and y of the answer that moves most; None while nobody is answered.
        shocks: ``(4, 5)`` x, y, age, energy and speed of the newest fronts.
    """

    group: Group
    feeling: Feeling
    brake: float
    answers: Floats
    lead: Floats | None
    shocks: Floats


class Room:
    """The stateful part of the interface: people, measures, attribution, leader and shockwaves.

    Args:
        seed: The show's seed.

    Attributes:
        shocks: The fronts.
    """

    def __init__(self, seed: int) -> None:
        self.shocks = Shocks()
        self.attribution = Attribution(seed)
        self._seed = np.array([portable_math.seed_of(seed, "shock")], np.uint64)
        self._people = People()
        self._lead = Lead()
        self._collective = Collective()
        self._group = NOBODY
        self._sent = 0
        self._still = 0.0

    def advance(
        self,
        values: Floats,
        times: Floats,
        now: Seconds,
        dt: Seconds,
        controls: Controls,
        least: Floats | None = None,
    ) -> Outcome:
        """Process one frame.

        Args:
            values: ``(40, 6)`` latest reading of each person and channel, NaN if there never was one.
            times: ``(40, 6)`` show time of each reading.
            now: Show time in seconds.
            dt: Seconds since the previous frame.
            controls: Values of parameters and files.
            least: ``(40,)`` minimum delay of each answer in seconds, by privilege.
        """
        with np.errstate(all="ignore"):
            self._group = group = self._people.look(values, times, now)
            found = self._collective.advance(group, now, dt)
            feeling = self._driven(controls, found)
            answers = self.attribution.advance(
                group.values, group.present, now, dt,
                delays=controls.delays, permute=controls.permute, renew=controls.renew,
                least=least,
            )  # fmt: skip
            self.shocks.advance(dt)
            lead = None
            if answers is NOTHING:
                self._lead.rest(dt)
            else:
                lead = self._lead.advance(answers, dt)
            brake = self._braked(feeling, controls, dt)
            return Outcome(group, feeling, brake, answers, lead, self.shocks.table())

    def send(self, spec: ShockSpec) -> None:
        """Emit shockwaves from the place where people currently disagree most."""
        with np.errstate(all="ignore"):
            chance = float(portable_math.chance(np.array([float(self._sent)]), self._seed)[0])
            self._sent += 1
            collective = self._collective
            origin = disagreement(
                self._group.values, self._group.present, collective.arousal, collective.phase, chance
            )
            self.shocks.send(spec, origin)

    def _driven(self, controls: Controls, found: Feeling) -> Feeling:
        """Return the shared measures, with those replaced for which a driving signal has a value."""
        given = {
            name: min(max(value, 0.0), 1.0) for name, value in controls.drivers.items() if isfinite(value)
        }
        return replace(found, **given) if given else found

    def _braked(self, feeling: Feeling, controls: Controls, dt: Seconds) -> float:
        wanted = max(feeling.stillness - ALL_STILL, 0.0) / (1.0 - ALL_STILL)
        self._still += (wanted - self._still) * (dt / (controls.brake_time + dt) if dt > 0 else 0.0)
        return 1.0 - controls.brake * self._still
