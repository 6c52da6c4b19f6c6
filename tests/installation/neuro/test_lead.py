"""The answer that moves most."""

import numpy as np

from installation.neuro.lead import GLIDE, Lead
from installation.neuro.parameters import CHANNELS, MOST_PEOPLE

STEP = 1 / 30


def walk(lead: Lead, seconds: float, *paths: tuple[float, float, float], start: float = 0.0) -> np.ndarray:
    """Let people walk along x: place, speed and y of each; returns where the lead was."""
    seen = []
    for frame in range(round(seconds / STEP)):
        answers = np.full((MOST_PEOPLE, len(CHANNELS)), np.nan)
        for person, (x, speed, y) in enumerate(paths):
            answers[person, :2] = x + speed * (start + frame * STEP), y
        with np.errstate(all="ignore"):
            found = lead.advance(answers, STEP)
        seen.append(np.full(2, np.nan) if found is None else found.copy())
    return np.array(seen)


def test_nobody_leads_where_nobody_is_and_one_alone_leads_even_when_still() -> None:
    lead = Lead()
    assert np.isnan(walk(lead, 1.0)).all()
    assert (walk(lead, 1.0, (0.3, 0.0, 0.7))[-1] == [0.3, 0.7]).all()
    assert np.isnan(walk(lead, 0.1)).all()


def test_the_lead_passes_to_who_moves_once_the_leader_stood_for_a_while_in_a_glide() -> None:
    lead = Lead()
    walk(lead, 4.0, (0.2, 0.05, 0.2), (0.8, 0.0, 0.9))
    assert lead.person == 0

    path = walk(lead, 2.0, (0.4, 0.0, 0.2), (0.8, 0.04, 0.9))
    assert lead.person == 0  # patience
    path = np.concatenate([path, walk(lead, 6.0, (0.4, 0.0, 0.2), (0.8, 0.01, 0.9))])
    assert lead.person == 0  # too slow to lead
    path = np.concatenate([path[-2:], walk(lead, 6.0, (0.4, 0.0, 0.2), (0.86, -0.05, 0.9))])
    assert lead.person == 1
    assert path[-1].tolist() == [0.86 - 0.05 * (6.0 - STEP), 0.9]
    steepest = np.abs(np.diff(path, axis=0)).max()
    assert steepest <= 1.5 * 0.75 / GLIDE * STEP + 0.06 * STEP
