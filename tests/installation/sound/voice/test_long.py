"""The whole score, again and again: a minute of it in a test run, 24 hours in ``make soak``."""

import json
import os
import random
from pathlib import Path

import numpy as np
import pytest

from installation.bench.voice.score import FPS, PlayedScore
from installation.sound.voice.events import MOST
from tests.installation.sound.voice.hearing import BLOCKS, opened

WHOLE = bool(os.environ.get("PHOTOPHORE_SOAK"))
HOURS = 24.0
CYCLE = 1800.0


def resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


def pieces() -> list[tuple[float, float, bool, bool]]:
    """Places in the score, seconds, and branches: 2 s at the beginning of each scene; or whole cycles."""
    if WHOLE:
        return [
            (0.0, CYCLE, bool(index % 2), index % 4 > 1) for index in range(round(HOURS * 3600.0 / CYCLE))
        ]
    found = []
    for heal in (True, False):
        places = PlayedScore(heal=heal, odd=not heal).places().values()
        found += [(place, 2.0, heal, not heal) for place in places]
    return found


@pytest.mark.timeout(7200)
def test_through_all_scenes_nothing_breaks_or_grows() -> None:
    sizes, peak, most = [], 0.0, 0
    with opened() as voice:
        for place, seconds, heal, odd in pieces():
            blocks = 0
            score = PlayedScore(heal=heal, odd=odd, seed=random.Random(len(sizes)).getrandbits(30))
            for frame in score.frames(place, seconds):
                voice.drive(frame)
                while blocks < (frame.frame + 1 - place * FPS) / FPS * BLOCKS:
                    block = voice.render()
                    blocks += 1
                    high = float(np.abs(block).max())
                    assert np.isfinite(high)
                    peak, most = max(peak, high), max(most, voice.sounding)
            assert len(voice.levels) < 12
            sizes.append(resident())
        assert voice.refused == 0
    assert peak < 0.7
    assert most <= MOST + 8
    settled = sizes[len(sizes) // 4 :]
    assert max(settled) - settled[0] < 12_000_000
    if WHOLE:
        results = Path(os.environ["PHOTOPHORE_SOAK"]).with_name("soak-voice.json")
        results.parent.mkdir(parents=True, exist_ok=True)
        grown = (settled[-1] - settled[0]) / 1e6
        told = {
            "hours": HOURS,
            "peak": peak,
            "most sounds": most,
            "stolen": voice.stolen,
            "grown by MB": grown,
        }
        results.write_text(json.dumps(told, indent=2) + "\n")
