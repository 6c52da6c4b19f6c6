"""The shared state of the people in the room: coherence, arousal and calm, and how sure each is.

*Arousal* of a person is how far the heart is above its own rest (``collective``), and how far the skin
conducts more than its own median where a sensor says that; of many it is the mean. *Coherence* is the mean
cosine of the phase differences of all pairs of breaths. *Calm* of a person is the mean of what is known of: a
heart near its rest; a breath slower than 18 a minute, fully at 6; skin that conducts little; beats whose
successive differences (RMSSD) are above 20 ms, fully at 80. *Disagreement* of two people is half the
difference of their arousals and half of (1 - cos) / 2 of that of their breaths, as for the origin of a
shockwave; of many it is the mean of all pairs. People who know nothing of each other are at about 0.25.

*Confidence* of each is how many (five are enough) times how good (what the sensors say of themselves) times
how fresh (1 for a reading of now, 0 for one that is about to expire), of people only.

Two things are made of them. What *acts* in the room is of all who are there; while fewer than five real
people wear sensors, simulated presence takes the missing places (``presence``) and all of it is private,
since what is simulated can be computed and subtracted. What is *told* is of five or more real people
(``disclosure``), or of simulated ones alone; with five or more the same acts.
"""

import math
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation import portable_math
from installation.neuro.collective import Collective
from installation.neuro.disclosure import FEWEST, GLIDE, Disclosure
from installation.neuro.invitation import Invitation
from installation.neuro.measures import vector
from installation.neuro.parameters import COHORTS, MEASURES, SHARED
from installation.neuro.people import Group
from installation.neuro.presence import Presence
from installation.neuro.shared.company import Company, company_of
from installation.neuro.shared.measuring import PLACE, Measuring, zero
from installation.neuro.synchrony import PERIOD
from installation.values import Seconds

__all__ = ["LINGER", "Shared", "SharedState"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

LINGER: Final[Seconds] = 30.0
"""How long what acts stays private after the last of few people has gone, until nothing is left of them."""

_NEAR: Final = 0.005


@dataclass(slots=True, eq=False)
class Shared:
    """The shared state of one frame.

    Attributes:
        values: What acts, in the order of ``MEASURES``; 0 where unknown.
        private: Which of them are private.
        told: What may be told, in the order of ``SHARED``; 0 where unknown.
        real: How far each of these is of people, 0..1, but the last.
        sensed: How many people wear a sensor, simulated ones of an adapter included.
        stand_ins: How many of the people an adapter simulates.
        simulated: How many missing places simulated presence takes.
        effect: What may be told of the invitation to breathe: squared phase locking of the breaths to it, and
            among them before it and now; NaN where nothing is.
    """

    values: Floats = field(default_factory=lambda: np.zeros(len(MEASURES)))
    private: Flags = field(default_factory=lambda: np.zeros(len(MEASURES), np.bool_))
    told: Floats = field(default_factory=lambda: np.zeros(len(SHARED)))
    real: tuple[float, ...] = ()
    sensed: int = 0
    stand_ins: int = 0
    simulated: int = 0
    effect: tuple[float, float, float] = (math.nan, math.nan, math.nan)

    def of(self, name: str) -> float:
        """Return what acts, by name."""
        return float(self.values[PLACE[name]])

    def hides(self, name: str) -> bool:
        """Return whether that is private."""
        return bool(self.private[PLACE[name]])


_RANGES: Final = np.array([wide for _, _, wide in MEASURES])


class SharedState:
    """Keeps the shared state, ten times a second.

    Args:
        seed: Of the show.

    Attributes:
        presence: The simulated ones.
        shared: The latest.
    """

    def __init__(self, seed: int) -> None:
        self.presence = Presence(seed)
        self.shared = Shared()
        self._company = Company()
        self._measuring = Measuring()
        self._due: Seconds = -math.inf
        self._last: Seconds = math.nan
        ranges = [[wide for _, of, wide in MEASURES if of == cohort] for cohort in COHORTS]
        self._gates = [Disclosure(one) for one in ranges]
        self._few_until = [-math.inf] * len(COHORTS)
        self._was_open = [False] * len(COHORTS)
        self._offset: Floats = np.zeros(len(MEASURES))
        self._begun = 0

    def own_breath(self) -> tuple[float, float]:
        """Return breaths a second and mean phase of the people, to begin an invitation; NaN where unknown.

        The phase is that of one of eight parts of a turn.
        """
        rate = self.shared.of("breath/rate") / 60.0
        x, y = vector(self._company.phases, self._company.weights)
        if rate <= 0.0 or x == y == 0.0:
            return math.nan, math.nan
        cosines, sines = portable_math.turns(np.arange(8) / 8.0)
        return rate, int(np.argmax(cosines * x + sines * y)) / 8.0

    def advance(
        self,
        group: Group,
        collective: Collective,
        body: Floats,
        ages: Floats,
        now: Seconds,
        invitation: Invitation,
    ) -> Shared:
        """Process one frame; most of them change nothing.

        Args:
            group: The people of this frame.
            collective: Their hearts and breaths.
            body: ``(40, 4)`` what else their sensors say (``BODY``), NaN where they do not.
            ages: ``(40, 6)`` seconds since each reading.
            now: Show time in seconds.
            invitation: To breathe.
        """
        if now < self._due:
            return self.shared
        dt = now - self._last if self._last == self._last else PERIOD
        self._last, self._due = now, max(self._due + PERIOD, now + 0.5 * PERIOD)
        if self._idle(group):
            return self.shared
        company = company_of(group, collective, body, ages, self.presence, dt, invitation)
        self._company, shared = company, self.shared
        shared.sensed, shared.stand_ins = company.sensed, company.stand_ins
        shared.simulated = company.simulated
        self._hear_of(invitation)
        self._measuring.sample(company, now, invitation)
        self._say(group, now, dt)
        return self.shared

    def _idle(self, group: Group) -> bool:
        """Whether nobody is there and nothing of anybody is left."""
        return (
            group.count == 0
            and self.presence.resting
            and not self.shared.values.any()
            and not self.shared.told.any()
            and not self.shared.private.any()
        )

    def _hear_of(self, invitation: Invitation) -> None:
        """Keep how far breaths were locked before an invitation that has just begun."""
        if invitation.begun != self._begun:
            self._begun = invitation.begun
            told = self._told("breath/locking")  # nothing of few is kept: it would outlast them
            acts = told if self.shared.hides("breath/locking") else self.shared.of("breath/locking")
            self._measuring.before = {"all": acts, "real": told, "others": told}

    def _told(self, name: str) -> float:
        """Return what is told of a measure; NaN where nothing is."""
        return self._gates[_PLACES[name]].told[_WITHIN[name]]

    def _say(self, group: Group, now: Seconds, dt: Seconds) -> None:
        """Compute all measures, and decide which of them may be told."""
        company, measuring = self._company, self._measuring
        acting = measuring.measured("all", company, company.weights, dt)
        members = measuring.known(company, company.real > 0.0)
        counts = [int(np.count_nonzero(one)) for one in members]
        enough = [count >= FEWEST for count in counts]
        few = self._few()
        found = {
            source: measuring.measured(source, company, weights, dt) if wanted else measuring.nothing(source)
            for source, weights, wanted in (
                ("real", company.real, any(enough)),
                ("others", company.others, not all(enough)),
            )
        }
        shared = self.shared
        for place, (gate, cohort) in enumerate(zip(self._gates, COHORTS, strict=True)):
            own = _OWN[cohort]
            if not enough[place]:
                for index in own:
                    measuring.forget("real", MEASURES[index][0])
            gate.advance(
                members[place],
                [found["real"][i] for i in own],
                [found["others"][i] for i in own],
                now,
                dt,
            )
            if few[place] and not gate.open:
                self._few_until[place] = now + LINGER
            source = gate.told if gate.open else [acting[i] for i in own]
            if gate.open != self._was_open[place]:
                self._was_open[place] = gate.open
                for index, value in zip(own, source, strict=True):
                    self._offset[index] = shared.values[index] - zero(value)
            for index, value in zip(own, source, strict=True):
                self._offset[index] *= 1.0 - dt / (GLIDE + dt)
                shared.values[index] = zero(value) + self._offset[index]
                glides = abs(self._offset[index]) > _NEAR * _RANGES[index]
                shared.private[index] = glides if gate.open else now < self._few_until[place]
        rests = group.count == 0 and self.presence.resting
        shared.values[rests & (np.abs(shared.values) < 1e-3)] = 0.0
        told = [zero(self._told(name)) for name in SHARED[:-1]]
        step, before, locking = (self._told(name) for name in _EFFECT)
        shared.effect = step, before, locking
        shared.real = tuple(self._gates[_PLACES[name]].real for name in SHARED[:-1])
        shared.told[:] = [*told, min(shared.real)]
        shared.told[rests & (shared.told < 1e-3)] = 0.0

    def _few(self) -> list[bool]:
        """Return in what acts of each cohort there is something of people, or could be of few."""
        company = self._company
        known = [one & company.people for one in self._measuring.known(company, company.weights > 0.0)]
        few = [0 < int(np.count_nonzero(one)) < FEWEST for one in company.wearing]
        return [bool(one.any()) or few[of] for one, of in zip(known, COHORTS.values(), strict=True)]


_PLACES: Final = {name: list(COHORTS).index(cohort) for name, cohort, _ in MEASURES}
_WITHIN: Final = {
    name: [one for one, of, _ in MEASURES if of == cohort].index(name) for name, cohort, _ in MEASURES
}
_OWN: Final = {cohort: [i for i, (_, of, _) in enumerate(MEASURES) if of == cohort] for cohort in COHORTS}
_EFFECT: Final = ("invitation/step", "invitation/before", "breath/locking")
