"""What is measured of some of those who are there: means, rhythms in common, smoothed over seconds."""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation.neuro.invitation import Invitation
from installation.neuro.measures import consistency, difference, mean, of_enough
from installation.neuro.parameters import COHORTS, MEASURES, MOST_PEOPLE
from installation.neuro.presence import PLACES
from installation.neuro.shared.company import ROWS, Company
from installation.neuro.synchrony import Synchrony, order
from installation.values import Seconds

__all__ = ["PLACE", "Measuring", "zero"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_SMOOTH: Final = {"coherence": 8.0, "calm": 8.0, "disagreement": 8.0, "breath/order": 4.0, "heart/order": 4.0}
"""Time constants in seconds; who breathes at different rates coincides now and then."""
_LOOK: Final = 5
"""Samples between two looks at the window of synchrony."""
_AGAIN: Final[Seconds] = 6.0
"""Who comes after so long is somebody else."""

PLACE: Final = {name: place for place, (name, _, _) in enumerate(MEASURES)}
"""Place of each measure."""


def zero(value: float) -> float:
    """Return 0 for NaN, and any other value as it is."""
    return value if value == value else 0.0


class Measuring:
    """Measures three groups of those who are there: ``all``, the ``real`` ones, and the ``others``.

    Attributes:
        breaths, hearts: Synchrony of both rhythms. Row 0 is the invitation, then the presences, then people.
        before: Of each group, how far its breaths were locked before the invitation began; empty without one.
    """

    def __init__(self) -> None:
        self.breaths = Synchrony(1 + ROWS)
        self.hearts = Synchrony(1 + ROWS, 70.0)
        self.before: dict[str, float] = {}
        self._count = 0
        self._looked = False
        self._seen: Floats = np.full(MOST_PEOPLE, -np.inf)
        self._smooth: dict[str, dict[str, float]] = {"all": {}, "real": {}, "others": {}}
        self._window: dict[str, dict[str, float]] = {}

    def sample(self, company: Company, now: Seconds, invitation: Invitation) -> None:
        """Take one sample of both rhythms, and look at the window now and then.

        Args:
            company: Who is there.
            now: Show time in seconds.
            invitation: To breathe.
        """
        there = company.good & company.wearing[2]
        for person in np.flatnonzero(there & (now - self._seen > _AGAIN)).tolist():
            if self._seen[person] > -math.inf:
                self.breaths.forget(1 + PLACES + person)
                self.hearts.forget(1 + PLACES + person)
        self._seen[there] = now
        known = company.weights > 0.0
        invited = [invitation.phase if invitation.standing else math.nan]
        nothing = [math.nan]
        for synchrony, phases, series, first in (
            (self.breaths, company.phases, company.breaths, invited),
            (self.hearts, company.pulses, company.hearts, nothing),
        ):
            synchrony.take(
                np.concatenate([first, np.where(known, phases, math.nan)]),
                np.concatenate([nothing, np.where(known, series, math.nan)]),
            )
        self._count += 1
        self._looked = self._count % _LOOK == 1
        if self._looked:
            self.breaths.look()
            self.hearts.look()

    def known(self, company: Company, who: Flags) -> list[Flags]:
        """Return of which people among some (``(45,)``) each cohort consists: those who count in it."""
        rows = np.concatenate([[False], who])
        breaths, hearts = self.breaths, self.hearts
        phases, arousal = company.phases == company.phases, company.arousal == company.arousal
        known = {
            "heart": who & arousal,
            "pulse": who & (company.pulses == company.pulses),
            "heart-locking": hearts.paired(hearts.locking, rows)[1:],
            "heart-correlation": hearts.paired(hearts.alike, rows)[1:],
            "phase": who & phases,
            "rate": who & np.isfinite(company.rates),
            "breath-locking": breaths.paired(breaths.locking, rows)[1:],
            "breath-correlation": breaths.paired(breaths.alike, rows)[1:],
            "step": who & breaths.locked_to(0)[1:],
            "calm": who & (company.calm == company.calm),
            "difference": who & (phases | arousal),
            "still": who & (company.still == company.still),
        }
        return [known[cohort][PLACES:] for cohort in COHORTS]

    def measured(self, source: str, company: Company, weights: Floats, dt: Seconds) -> list[float]:
        """Return the measures of a group, by ``MEASURES``; NaN where unknown.

        Args:
            source: Its name.
            company: Who is there.
            weights: ``(45,)`` how far each counts in it.
            dt: Seconds since the last sample.
        """
        there = weights > 0.0
        found = dict.fromkeys(PLACE, math.nan)
        if np.count_nonzero(there):
            rows = np.concatenate([[False], there])
            found["arousal"] = mean(company.arousal, weights)
            found["calm"] = mean(company.calm, weights)
            found["coherence"] = consistency(company.phases, weights)
            halves = company.phases[there], company.arousal[there]
            found["disagreement"] = difference(*(map(of_enough, halves) if source == "real" else halves))
            found["stillness"] = mean(company.still, there.astype(np.float64))
            found["breath/rate"] = mean(company.rates, weights)
            found["heart/rate"] = mean(company.hearts, weights)
            found["breath/order"] = order(company.phases[there])
            found["heart/order"] = order(company.pulses[there])
            found |= self._in_the_window(source, rows)
            locking, before = found["breath/locking"], self.before.get(source, math.nan)
            found["invitation/before"] = before if locking == locking else math.nan
            found["invitation/effect"] = locking - before
        if source != "others":
            heart, breath = company.sure
            found["confidence/arousal"], found["confidence/coherence"] = heart, breath
            found["confidence/calm"] = max(heart, breath)
        memory = self._smooth[source]
        for name, time in _SMOOTH.items():
            last, value = memory.get(name, 0.0), found[name]
            if source == "all" or value == value:
                memory[name] = found[name] = last + (zero(value) - last) * (dt / (time + dt))
        if found["coherence"] < 0.0:  # NaN stays
            found["coherence"] = 0.0
        return list(found.values())

    def nothing(self, source: str) -> list[float]:
        """Return that nothing is known of a group, and forget what was."""
        self._smooth[source].clear()
        self._window.pop(source, None)
        return [math.nan] * len(MEASURES)

    def forget(self, source: str, name: str) -> None:
        """Forget how a measure of a group was smoothed."""
        self._smooth[source].pop(name, None)

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
