"""Noise, bursts, silences, faults and people at the switches, for long.

Without PHOTOPHORE_SOAK half a minute of it is played, so that what it checks is itself checked; with it 24 h.
"""

import os
import resource
from collections.abc import Iterator

import numpy as np
import pytest

from installation.ipc.feeds.sound import Setup, Speaker
from installation.sound import BLOCK, RATE, STATIONS
from installation.sound.desk import Controls, Desk
from installation.sound.desk.limiter import TruePeak
from tests.installation.sound.desk.noises import KINDS, rough

WHOLE = bool(os.environ.get("PHOTOPHORE_SOAK"))
SECONDS = 86_400 if WHOLE else 30
PEAK, CEILING = -3.0, -23.0
ROWS = len(STATIONS)


def setups(chance: np.random.Generator) -> Setup:
    """Any two speakers anywhere."""
    speakers = tuple(
        Speaker(
            name=str(channel),
            channel=channel,
            azimuth=float(chance.uniform(-180, 180)),
            delay=0.001 * channel,
        )
        for channel in (1, 2)
    )
    return Setup(speakers=speakers, peak=PEAK, ceiling=CEILING, dba=75.0)


def sounds(chance: np.random.Generator) -> Iterator[np.ndarray]:
    """Blocks without end, some seconds of each kind, with silences and faults between."""
    while True:
        kind, seed = str(chance.choice([*KINDS, "silence"])), int(chance.integers(2**32))
        blocks = int(chance.integers(20, 400))
        if kind == "silence":
            part = np.zeros((ROWS, blocks * BLOCK))
        else:
            part = rough(kind, seed, ROWS, blocks, most_db=float(chance.uniform(-30.0, 40.0)))
        if chance.random() < 0.1:
            part[chance.integers(ROWS), chance.integers(part.shape[1])] = chance.choice(
                [np.nan, np.inf, 1e30]
            )
        yield from np.split(part.astype(np.float32), blocks, axis=1)


def switches(chance: np.random.Generator) -> Controls:
    on = chance.random(4) < 0.1
    return Controls(
        float(chance.uniform(-70.0, 0.0)) * bool(chance.random() < 0.3), *(bool(one) for one in on)
    )


@pytest.mark.slow
def test_it_stays_finite_and_within_its_limits_and_memory() -> None:
    chance = np.random.default_rng(11)
    desk, meter, controls = Desk(setups(chance), 2), TruePeak(2), Controls()
    most, loudest, level_a, sounded, first = 0.0, -np.inf, -np.inf, 0, 0
    blocks = SECONDS * RATE // BLOCK
    for number, block in zip(range(blocks), sounds(chance), strict=False):
        if chance.random() < 0.01:
            controls = switches(chance)
        if chance.random() < 0.001:
            desk.follow(setups(chance))
        out = desk.process(block, controls)
        most = max(most, float(meter.process(out.astype(np.float64)).max()))
        sounded += bool(out.any())
        if number % 8 == 0:
            meters = desk.meters
            loudest, level_a = max(loudest, meters.short_term), max(level_a, meters.dba)
        if number == min(blocks // 2, 20_000):
            first = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    assert np.isfinite(most)
    assert 20 * np.log10(most) <= PEAK
    assert -30.0 < loudest <= CEILING
    assert level_a <= 76.0
    assert blocks // 4 < sounded < blocks
    assert desk.meters.scrubbed > 0
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - first < 20_000  # KiB
