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
from installation.neuro.measures import calm_of, confidence, consistency, difference, mean, of_enough, vector
from installation.neuro.parameters import BODY, COHORTS, MEASURES, MOST_PEOPLE, SHARED
from installation.neuro.people import BREATH, FRESH, HEART, STILL, Group
from installation.neuro.presence import PLACES, Presence
from installation.neuro.synchrony import PERIOD, Synchrony, order
from installation.values import Seconds

__all__ = ["LINGER", "Shared", "SharedState"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

LINGER: Final[Seconds] = 30.0
"""How long what acts stays private after the last of few people has gone, until nothing is left of them."""

_EDA, _, _QUALITY, _SIMULATED = range(len(BODY))
_ROWS: Final = PLACES + MOST_PEOPLE
_SMOOTH: Final = {"coherence": 8.0, "calm": 8.0, "disagreement": 8.0, "breath/order": 4.0, "heart/order": 4.0}
"""Time constants in seconds; who breathes at different rates coincides now and then."""
_LOOK: Final = 5
"""Samples between two looks at the window of synchrony."""
_AGAIN: Final[Seconds] = 6.0
"""Who comes after so long is somebody else."""
_NEAR: Final = 0.005
_GOOD: Final = 0.5
"""Quality below which a person does not count as one of the five."""


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
        return float(self.values[_PLACE[name]])

    def hides(self, name: str) -> bool:
        """Return whether that is private."""
        return bool(self.private[_PLACE[name]])


_PLACE: Final = {name: place for place, (name, _, _) in enumerate(MEASURES)}
_RANGES: Final = np.array([wide for _, _, wide in MEASURES])


class SharedState:
    """Keeps the shared state, ten times a second.

    Args:
        seed: Of the show.

    Attributes:
        presence: The simulated ones.
        breaths, hearts: Synchrony of both rhythms. Row 0 is the invitation, then the presences, then people.
    """

    def __init__(self, seed: int) -> None:
        self.presence = Presence(seed)
        self.breaths = Synchrony(1 + _ROWS)
        self.hearts = Synchrony(1 + _ROWS, 70.0)
        self.shared = Shared()
        self._due: Seconds = -math.inf
        self._last: Seconds = math.nan
        self._count = 0
        self._seen: Floats = np.full(MOST_PEOPLE, -np.inf)
        self._smooth: dict[str, dict[str, float]] = {"all": {}, "real": {}, "others": {}}
        ranges = [[wide for _, of, wide in MEASURES if of == cohort] for cohort in COHORTS]
        self._gates = [Disclosure(one) for one in ranges]
        self._few_until = [-math.inf] * len(COHORTS)
        self._was_open = [False] * len(COHORTS)
        self._offset: Floats = np.zeros(len(MEASURES))
        self._begun = 0
        self._before: dict[str, float] = {}
        self._window: dict[str, dict[str, float]] = {}
        self._looked = False
        self._weights: Floats = np.zeros(_ROWS)
        self._phases: Floats = np.full(_ROWS, np.nan)

    def own_breath(self) -> tuple[float, float]:
        """Return breaths a second and mean phase of the people, to begin an invitation; NaN where unknown.

        The phase is that of one of eight parts of a turn.
        """
        rate = self.shared.of("breath/rate") / 60.0
        x, y = vector(self._phases, self._weights)
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
        self._gather(group, collective, body, ages, dt, invitation)
        self._sample(now, invitation)
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

    # Who is there.

    def _gather(
        self,
        group: Group,
        collective: Collective,
        body: Floats,
        ages: Floats,
        dt: Seconds,
        invitation: Invitation,
    ) -> None:
        """Put presences and people side by side."""
        present, values = group.present, group.values
        heart, breath = values[:, HEART] == values[:, HEART], values[:, BREATH] == values[:, BREATH]
        sensed = heart | breath
        quality = np.where(body[:, _QUALITY] == body[:, _QUALITY], body[:, _QUALITY], 1.0)
        stand_in = present & (body[:, _SIMULATED] > 0.0)
        real = present & ~stand_in
        good = real & (quality >= _GOOD)
        count, few = int(np.count_nonzero(sensed)), int(np.count_nonzero(real & sensed))
        missing = max(FEWEST - count, 0) if 0 < few < FEWEST else 0
        presence = self.presence
        if missing or not presence.resting:
            phase = invitation.phase if invitation.standing else None
            presence.advance(missing, dt, phase, 0.5 * invitation.amount)
        self.shared.sensed, self.shared.stand_ins = count, int(np.count_nonzero(stand_in & sensed))
        self.shared.simulated = missing
        self._real_people, self._good = real, good
        still = values[:, STILL]
        self._wearing = [real & heart, real & breath, real & sensed, real & (still == still)]
        eda = body[:, _EDA]
        both = 0.5 * (collective.arousal + np.where(eda > 0.5, 2.0 * eda - 1.0, 0.0))
        arousal = np.where(eda == eda, both, collective.arousal)
        weights = present * quality
        self._weights = np.concatenate([presence.weight, weights])
        self._others = np.concatenate([(presence.weight > 0.0) * 1.0, weights * stand_in])
        self._real = np.concatenate([np.zeros(PLACES), 1.0 * good])
        self._arousal = np.concatenate([presence.arousal, arousal])
        self._phases = np.concatenate([presence.phase, collective.phase])
        self._pulses = np.concatenate([presence.pulse, collective.pulse])
        self._rates = np.concatenate([60.0 * presence.rate, collective.breaths])
        stands = np.where(still == still, still >= 0.5, np.nan)
        self._still = np.concatenate([np.full(PLACES, np.nan), stands])
        self._hearts = np.concatenate([presence.heart, values[:, HEART]])
        self._breaths = np.concatenate([presence.breath, values[:, BREATH]])
        self._calm = np.concatenate(
            [calm_of(presence.arousal, 60.0 * presence.rate), calm_of(arousal, collective.breaths, body)]
        )
        self._sure = [
            confidence(mask, quality, 1.0 - ages[:, channel] / FRESH[channel])
            for mask, channel in ((real & heart, HEART), (real & breath, BREATH))
        ]

    def _sample(self, now: Seconds, invitation: Invitation) -> None:
        """Take one sample of both rhythms, and look at the window now and then."""
        there = self._good & self._wearing[2]
        for person in np.flatnonzero(there & (now - self._seen > _AGAIN)).tolist():
            if self._seen[person] > -math.inf:
                self.breaths.forget(1 + PLACES + person)
                self.hearts.forget(1 + PLACES + person)
        self._seen[there] = now
        known = self._weights > 0.0
        invited = [invitation.phase if invitation.standing else math.nan]
        nothing = [math.nan]
        for synchrony, phases, series, first in (
            (self.breaths, self._phases, self._breaths, invited),
            (self.hearts, self._pulses, self._hearts, nothing),
        ):
            synchrony.take(
                np.concatenate([first, np.where(known, phases, math.nan)]),
                np.concatenate([nothing, np.where(known, series, math.nan)]),
            )
        if invitation.begun != self._begun:
            self._begun = invitation.begun
            told = self._told("breath/locking")  # nothing of few is kept: it would outlast them
            acts = told if self.shared.hides("breath/locking") else self.shared.of("breath/locking")
            self._before = {"all": acts, "real": told, "others": told}
        self._count += 1
        self._looked = self._count % _LOOK == 1
        if self._looked:
            self.breaths.look()
            self.hearts.look()

    def _told(self, name: str) -> float:
        """Return what is told of a measure; NaN where nothing is."""
        return self._gates[_PLACES[name]].told[_WITHIN[name]]

    def _known(self, who: Flags) -> list[Flags]:
        """Return of which people among some (``(rows,)``) each cohort consists: those who count in it."""
        rows = np.concatenate([[False], who])
        breaths, hearts = self.breaths, self.hearts
        phases, arousal = self._phases == self._phases, self._arousal == self._arousal
        known = {
            "heart": who & arousal,
            "pulse": who & (self._pulses == self._pulses),
            "heart-locking": hearts.paired(hearts.locking, rows)[1:],
            "heart-correlation": hearts.paired(hearts.alike, rows)[1:],
            "phase": who & phases,
            "rate": who & np.isfinite(self._rates),
            "breath-locking": breaths.paired(breaths.locking, rows)[1:],
            "breath-correlation": breaths.paired(breaths.alike, rows)[1:],
            "step": who & breaths.locked_to(0)[1:],
            "calm": who & (self._calm == self._calm),
            "difference": who & (phases | arousal),
            "still": who & (self._still == self._still),
        }
        return [known[cohort][PLACES:] for cohort in COHORTS]

    def _say(self, group: Group, now: Seconds, dt: Seconds) -> None:
        """Compute all measures, and decide which of them may be told."""
        acting = self._measured("all", self._weights, dt)
        members = self._known(self._real > 0.0)
        counts = [int(np.count_nonzero(one)) for one in members]
        enough = [count >= FEWEST for count in counts]
        few = self._few()
        found = {
            "real": self._measured("real", self._real, dt) if any(enough) else self._nothing("real"),
            "others": self._nothing("others") if all(enough) else self._measured("others", self._others, dt),
        }
        shared = self.shared
        for place, (gate, cohort) in enumerate(zip(self._gates, COHORTS, strict=True)):
            own = _OWN[cohort]
            if not enough[place]:
                for index in own:
                    self._smooth["real"].pop(MEASURES[index][0], None)
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
                    self._offset[index] = shared.values[index] - _zero(value)
            for index, value in zip(own, source, strict=True):
                self._offset[index] *= 1.0 - dt / (GLIDE + dt)
                shared.values[index] = _zero(value) + self._offset[index]
                glides = abs(self._offset[index]) > _NEAR * _RANGES[index]
                shared.private[index] = glides if gate.open else now < self._few_until[place]
        rests = group.count == 0 and self.presence.resting
        shared.values[rests & (np.abs(shared.values) < 1e-3)] = 0.0
        told = [_zero(self._told(name)) for name in SHARED[:-1]]
        step, before, locking = (self._told(name) for name in _EFFECT)
        shared.effect = step, before, locking
        shared.real = tuple(self._gates[_PLACES[name]].real for name in SHARED[:-1])
        shared.told[:] = [*told, min(shared.real)]
        shared.told[rests & (shared.told < 1e-3)] = 0.0

    def _few(self) -> list[bool]:
        """Return in what acts of each cohort there is something of people, or could be of few."""
        known = [one & self._real_people for one in self._known(self._weights > 0.0)]
        few = [0 < int(np.count_nonzero(one)) < FEWEST for one in self._wearing]
        return [bool(one.any()) or few[of] for one, of in zip(known, COHORTS.values(), strict=True)]

    def _nothing(self, source: str) -> list[float]:
        """Return that nothing is known of some, and forget what was."""
        self._smooth[source].clear()
        self._window.pop(source, None)
        return [math.nan] * len(MEASURES)

    def _in_the_window(self, source: str, rows: Flags) -> dict[str, float]:
        """Return the measures of the last half minute, which are made anew twice a second."""
        known = self._window.get(source)
        if known is None or self._looked:
            known = {"invitation/step": self.breaths.locking_to(0, rows)}
            for name, synchrony in (("breath", self.breaths), ("heart", self.hearts)):
                known[f"{name}/locking"] = synchrony.mean_locking(rows)
                known[f"{name}/correlation"] = synchrony.mean_correlation(rows)
            self._window[source] = known
        return known

    def _measured(self, source: str, weights: Floats, dt: Seconds) -> list[float]:
        """Return the measures of some of those who are there, by ``MEASURES``; NaN where unknown."""
        there = weights > 0.0
        found = dict.fromkeys(_PLACE, math.nan)
        if np.count_nonzero(there):
            rows = np.concatenate([[False], there])
            found["arousal"] = mean(self._arousal, weights)
            found["calm"] = mean(self._calm, weights)
            found["coherence"] = consistency(self._phases, weights)
            halves = self._phases[there], self._arousal[there]
            found["disagreement"] = difference(*(map(of_enough, halves) if source == "real" else halves))
            found["stillness"] = mean(self._still, there.astype(np.float64))
            found |= {"breath/rate": mean(self._rates, weights), "heart/rate": mean(self._hearts, weights)}
            found["breath/order"] = order(self._phases[there])
            found["heart/order"] = order(self._pulses[there])
            found |= self._in_the_window(source, rows)
            locking, before = found["breath/locking"], self._before.get(source, math.nan)
            found["invitation/before"] = before if locking == locking else math.nan
            found["invitation/effect"] = locking - before
        if source != "others":
            heart, breath = self._sure
            found["confidence/arousal"], found["confidence/coherence"] = heart, breath
            found["confidence/calm"] = max(heart, breath)
        memory = self._smooth[source]
        for name, time in _SMOOTH.items():
            last, value = memory.get(name, 0.0), found[name]
            if source == "all" or value == value:
                memory[name] = found[name] = last + (_zero(value) - last) * (dt / (time + dt))
        if found["coherence"] < 0.0:  # NaN stays
            found["coherence"] = 0.0
        return list(found.values())


_PLACES: Final = {name: list(COHORTS).index(cohort) for name, cohort, _ in MEASURES}
_WITHIN: Final = {
    name: [one for one, of, _ in MEASURES if of == cohort].index(name) for name, cohort, _ in MEASURES
}
_OWN: Final = {cohort: [i for i, (_, of, _) in enumerate(MEASURES) if of == cohort] for cohort in COHORTS}
_EFFECT: Final = ("invitation/step", "invitation/before", "breath/locking")


def _zero(value: float) -> float:
    return value if value == value else 0.0
