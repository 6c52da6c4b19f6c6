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
from installation.neuro.disclosure import FEWEST, GroupPulse
from installation.neuro.invitation import Invitation
from installation.neuro.lead import Lead
from installation.neuro.parameters import BODY, MOST_PEOPLE, SHARED
from installation.neuro.people import NOBODY, Group, People
from installation.neuro.presence import Presence
from installation.neuro.shared import Shared, SharedState
from installation.neuro.shock import Shocks, disagreement
from installation.show.interface import ShockSpec
from installation.values import Seconds

__all__ = ["ALL_STILL", "FEWEST", "Controls", "Outcome", "Room"]

Floats = NDArray[np.float64]

ALL_STILL: Final = 0.75
"""Stillness at which the brake begins to act, and at which it acts fully."""


_RELEASED: Final = 1e-3
"""What is left of a brake that counts as released."""
CHANCE: Final = 0.25
"""Disagreement of people who know nothing of each other: gains are as authored."""
_DRIVES: Final[Seconds] = 2.0
"""Time constant with which gains follow it."""

_RATE: Final = SHARED.index("heart/rate")
_NOTHING_ELSE: Final = np.full((MOST_PEOPLE, len(BODY)), np.nan)


@dataclass(frozen=True, slots=True)
class Controls:
    """The values of parameters and files that control the room in this frame.

    Attributes:
        delays, permute, renew: See ``Attribution.advance``.
        drivers: Signals that replace a shared measure, by name; NaN while they have no value.
        brake: Share of all loop gain that is removed when everybody stands still.
        brake_time: Time in seconds to reach it.
        drive: Share by which disagreement raises all loop gains, and agreement lowers them.
        invitation: Amount, slow breath in Hz and time to reach it of the invitation to breathe.
    """

    delays: tuple[Seconds, Seconds]
    permute: float
    renew: Seconds
    drivers: Mapping[str, float]
    brake: float
    brake_time: Seconds
    drive: float = 0.0
    invitation: tuple[float, float, Seconds] = (0.0, 0.1, 90.0)


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """The results of one frame.

    Attributes:
        group: The people.
        feeling: Their shared measures, with replacements by signals applied.
        brake: Factor on every loop gain, by stillness.
        drive: Factor on every loop gain, by disagreement.
        shared: The shared state.
        pulse: 1 in a beat of the group, else 0.
        invited: Swell and strength (0..1), phase in turns and breaths a minute of the invitation to breathe.
        secretive: Whether these are private: the invitation began at the breath of fewer than five people.
        brake_private: Whether the brake is: something of the stillness of fewer than five is left in it.
        answers: ``(40, 6)``; NaN where there is no answer.
        lead: x and y of the answer that moves most; None while nobody is answered.
        shocks: ``(4, 5)`` x, y, age, energy and speed of the newest fronts.
    """

    group: Group
    feeling: Feeling
    brake: float
    drive: float
    shared: Shared
    pulse: float
    invited: tuple[float, float, float, float]
    secretive: bool
    brake_private: bool
    answers: Floats
    lead: Floats | None
    shocks: Floats


class Room:
    """The stateful part of the interface: people, measures, attribution, leader and shockwaves.

    Args:
        seed: The show's seed.

    Attributes:
        shocks: The fronts.
        invitation: To breathe.
    """

    def __init__(self, seed: int) -> None:
        self.shocks = Shocks()
        self.attribution = Attribution(seed)
        self._seed = np.array([portable_math.seed_of(seed, "shock")], np.uint64)
        self._people = People()
        self._lead = Lead()
        self._group_pulse = GroupPulse()
        self._collective = Collective()
        self._state = SharedState(seed)
        self.invitation = Invitation()
        self._secretive = False
        self._group = NOBODY
        self._sent = 0
        self._still = self._driving = self._of_few = 0.0

    @property
    def presence(self) -> Presence:
        """Those who are simulated beside few people."""
        return self._state.presence

    def advance(
        self,
        values: Floats,
        times: Floats,
        now: Seconds,
        dt: Seconds,
        controls: Controls,
        least: Floats | None = None,
        body: Floats = _NOTHING_ELSE,
    ) -> Outcome:
        """Process one frame.

        Args:
            values: ``(40, 6)`` latest reading of each person and channel, NaN if there never was one.
            times: ``(40, 6)`` show time of each reading.
            now: Show time in seconds.
            dt: Seconds since the previous frame.
            controls: Values of parameters and files.
            least: ``(40,)`` minimum delay of each answer in seconds, by privilege.
            body: ``(40, 4)`` what else their sensors say now, NaN where they do not.
        """
        with np.errstate(all="ignore"):
            self._group = group = self._people.look(values, times, now)
            found = self._collective.advance(group, now, dt)
            self._invite(controls, dt)
            invitation = self.invitation
            shared = self._state.advance(group, self._collective, body, now - times, now, invitation)
            found = replace(
                found, **{name: shared.of(name) for name in ("arousal", "coherence", "stillness")}
            )
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
            hides = shared.hides("stillness")
            brake = self._braked(feeling, controls, dt, hides)
            self._driving += (_driving(shared) - self._driving) * (dt / (_DRIVES + dt) if dt > 0 else 0.0)
            drive = 1.0 + controls.drive * self._driving
            pulse = self._group_pulse.advance(float(shared.told[_RATE]), dt)
            rate = 60.0 * invitation.rate * invitation.standing
            invited = invitation.swell, invitation.amount, invitation.phase, rate
            return Outcome(
                group, feeling, brake, drive, shared, pulse, invited, self._secretive,
                hides or self._of_few > _RELEASED, answers, lead, self.shocks.table(),
            )  # fmt: skip

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

    def _invite(self, controls: Controls, dt: Seconds) -> None:
        """Advance the invitation, and note whose breath it began with."""
        invitation, begun = self.invitation, self.invitation.begun
        amount, target, time = controls.invitation
        invitation.advance(amount, target, time, dt, self._state.own_breath)
        if invitation.begun != begun:
            shared = self._state.shared
            self._secretive = shared.hides("breath/rate") or shared.hides("coherence")
        self._secretive &= invitation.standing and not invitation.arrived

    def _driven(self, controls: Controls, found: Feeling) -> Feeling:
        """Return the shared measures, with those replaced for which a driving signal has a value."""
        given = {
            name: min(max(value, 0.0), 1.0) for name, value in controls.drivers.items() if isfinite(value)
        }
        return replace(found, **given) if given else found

    def _braked(self, feeling: Feeling, controls: Controls, dt: Seconds, private: bool) -> float:
        """Advance the brake, and how much of it is of the stillness of few."""
        wanted = max(feeling.stillness - ALL_STILL, 0.0) / (1.0 - ALL_STILL)
        share = dt / (controls.brake_time + dt) if dt > 0 else 0.0
        self._still += (wanted - self._still) * share
        self._of_few = self._still if private else self._of_few * (1.0 - share)
        return 1.0 - controls.brake * self._still


def _driving(shared: Shared) -> float:
    """Return how far people differ more than by chance, -1..1; 0 where nothing is known of two."""
    if shared.sensed + shared.simulated < 2:
        return 0.0
    return min(max(shared.of("disagreement") / CHANCE - 1.0, -1.0), 1.0)
