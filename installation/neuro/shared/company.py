"""Who is there in one frame: simulated presences and people side by side, in rows."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation.neuro.collective import Collective
from installation.neuro.disclosure import FEWEST
from installation.neuro.invitation import Invitation
from installation.neuro.measures import calm_of, confidence
from installation.neuro.parameters import BODY, MOST_PEOPLE
from installation.neuro.people import BREATH, FRESH, HEART, STILL, Group
from installation.neuro.presence import PLACES, Presence
from installation.values import Seconds

__all__ = ["ROWS", "Company", "company_of"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

ROWS: Final = PLACES + MOST_PEOPLE
_EDA, _, _QUALITY, _SIMULATED = range(len(BODY))
_GOOD: Final = 0.5
"""Quality below which a person does not count as one of the five."""


def _unknown() -> Floats:
    return np.full(ROWS, np.nan)


@dataclass(slots=True, eq=False)
class Company:
    """The presences and after them the people of one frame: ``(45,)`` each, NaN where unknown.

    Attributes:
        weights: How far each counts for what acts.
        others, real: How far each counts as simulated, and as one of the people of whom something is told.
        arousal, calm: -1..1 and 0..1.
        phases, pulses: Of breath and heartbeat in turns.
        rates, hearts: Breaths and beats a minute.
        breaths: How far the breast has risen.
        still: 1 for who stands still.
        people, good: ``(40,)`` who is no simulation, and whose sensors are good besides.
        wearing: Of these: with a heart, with a breath, with either, with stillness.
        sure: Confidence of hearts and breaths.
        sensed, stand_ins, simulated: As ``Shared`` says.
    """

    weights: Floats = field(default_factory=lambda: np.zeros(ROWS))
    others: Floats = field(default_factory=lambda: np.zeros(ROWS))
    real: Floats = field(default_factory=lambda: np.zeros(ROWS))
    arousal: Floats = field(default_factory=_unknown)
    calm: Floats = field(default_factory=_unknown)
    phases: Floats = field(default_factory=_unknown)
    pulses: Floats = field(default_factory=_unknown)
    rates: Floats = field(default_factory=_unknown)
    hearts: Floats = field(default_factory=_unknown)
    breaths: Floats = field(default_factory=_unknown)
    still: Floats = field(default_factory=_unknown)
    people: Flags = field(default_factory=lambda: np.zeros(MOST_PEOPLE, np.bool_))
    good: Flags = field(default_factory=lambda: np.zeros(MOST_PEOPLE, np.bool_))
    wearing: tuple[Flags, ...] = ()
    sure: tuple[float, float] = (0.0, 0.0)
    sensed: int = 0
    stand_ins: int = 0
    simulated: int = 0


def company_of(
    group: Group,
    collective: Collective,
    body: Floats,
    ages: Floats,
    presence: Presence,
    dt: Seconds,
    invitation: Invitation,
) -> Company:
    """Put presences and people side by side; presence takes the places that are missing to five.

    Args:
        group: The people of this frame.
        collective: Their hearts and breaths.
        body: ``(40, 4)`` what else their sensors say (``BODY``), NaN where they do not.
        ages: ``(40, 6)`` seconds since each reading.
        presence: The simulated ones, who live on.
        dt: Seconds since the last call.
        invitation: To breathe, which draws them.
    """
    present, values = group.present, group.values
    heart, breath = values[:, HEART] == values[:, HEART], values[:, BREATH] == values[:, BREATH]
    sensed = heart | breath
    quality = np.where(body[:, _QUALITY] == body[:, _QUALITY], body[:, _QUALITY], 1.0)
    stand_in = present & (body[:, _SIMULATED] > 0.0)
    real = present & ~stand_in
    good = real & (quality >= _GOOD)
    count, few = int(np.count_nonzero(sensed)), int(np.count_nonzero(real & sensed))
    missing = max(FEWEST - count, 0) if 0 < few < FEWEST else 0
    if missing or not presence.resting:
        phase = invitation.phase if invitation.standing else None
        presence.advance(missing, dt, phase, 0.5 * invitation.amount)
    still = values[:, STILL]
    arousal = _arousal_of(collective, body[:, _EDA])
    weights = present * quality
    calm = calm_of(arousal, collective.breaths, body)
    heart_sure, breath_sure = (
        confidence(mask, quality, 1.0 - ages[:, channel] / FRESH[channel])
        for mask, channel in ((real & heart, HEART), (real & breath, BREATH))
    )
    return Company(
        weights=np.concatenate([presence.weight, weights]),
        others=np.concatenate([(presence.weight > 0.0) * 1.0, weights * stand_in]),
        real=np.concatenate([np.zeros(PLACES), 1.0 * good]),
        arousal=np.concatenate([presence.arousal, arousal]),
        calm=np.concatenate([calm_of(presence.arousal, 60.0 * presence.rate), calm]),
        phases=np.concatenate([presence.phase, collective.phase]),
        pulses=np.concatenate([presence.pulse, collective.pulse]),
        rates=np.concatenate([60.0 * presence.rate, collective.breaths]),
        hearts=np.concatenate([presence.heart, values[:, HEART]]),
        breaths=np.concatenate([presence.breath, values[:, BREATH]]),
        still=np.concatenate([np.full(PLACES, np.nan), np.where(still == still, still >= 0.5, np.nan)]),
        people=real,
        good=good,
        wearing=(real & heart, real & breath, real & sensed, real & (still == still)),
        sure=(heart_sure, breath_sure),
        sensed=count,
        stand_ins=int(np.count_nonzero(stand_in & sensed)),
        simulated=missing,
    )


def _arousal_of(collective: Collective, eda: Floats) -> Floats:
    """Return the arousal of each person: of the heart, and half of the skin where a sensor knows it."""
    both = 0.5 * (collective.arousal + np.where(eda > 0.5, 2.0 * eda - 1.0, 0.0))
    return np.where(eda == eda, both, collective.arousal)
