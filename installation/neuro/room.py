"""One room: its people, what they are together, who is answered, and the shockwaves that run through it.

Everything comes in and goes out as numbers; which signals they are is not known here.
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
"""A mean over fewer people says too much about each: it stays as private as their readings."""

ALL_STILL: Final = 0.75
"""The brake begins to be felt when more than this share of the people stand still, and is whole at all."""


@dataclass(frozen=True, slots=True)
class Controls:
    """What parameters and files say about the room in this frame.

    Attributes:
        delays, permute, renew: Of the attribution.
        drivers: Signals that stand in, by name; NaN while they say nothing.
        brake: Share of all loop gain that is taken while everybody stands still.
        brake_time: How long that takes, in seconds.
    """

    delays: tuple[Seconds, Seconds]
    permute: float
    renew: Seconds
    drivers: Mapping[str, float]
    brake: float
    brake_time: Seconds


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What is to be said in this frame.

    Attributes:
        group: The people.
        feeling: What they are together, with the signals that stand in.
        brake: Factor on every loop gain.
        answers: ``(40, 6)``; NaN where nothing is answered.
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
    """Everything that has a memory.

    Args:
        seed: Of the show.

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
        """One frame.

        Args:
            values: ``(40, 6)`` newest reading of each person and channel, NaN if there never was one.
            times: Show time of each.
            now: Show time.
            dt: Since the frame before.
            controls: What parameters say.
            least: ``(40,)`` seconds by which each answer is late at least, by privilege.
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
        """Send out shockwaves from where people disagree most now."""
        with np.errstate(all="ignore"):
            chance = float(portable_math.chance(np.array([float(self._sent)]), self._seed)[0])
            self._sent += 1
            collective = self._collective
            origin = disagreement(
                self._group.values, self._group.present, collective.arousal, collective.phase, chance
            )
            self.shocks.send(spec, origin)

    def _driven(self, controls: Controls, found: Feeling) -> Feeling:
        """What people are together, but for what a signal stands in for."""
        given = {
            name: min(max(value, 0.0), 1.0) for name, value in controls.drivers.items() if isfinite(value)
        }
        return replace(found, **given) if given else found

    def _braked(self, feeling: Feeling, controls: Controls, dt: Seconds) -> float:
        wanted = max(feeling.stillness - ALL_STILL, 0.0) / (1.0 - ALL_STILL)
        self._still += (wanted - self._still) * (dt / (controls.brake_time + dt) if dt > 0 else 0.0)
        return 1.0 - controls.brake * self._still
