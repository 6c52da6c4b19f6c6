"""The benchmark of sound measures what it says; in real time it is left to the bench itself."""

import numpy as np
import pytest

from installation.bench.sound.live import Frames, _frame_rows, onset
from installation.bench.sound.offline import crowded, desk_share, sound_alone, voices_share
from installation.show.soundscape import unpack
from installation.sound import RATE


def test_it_gives_shares_and_counts_at_a_tiny_length() -> None:
    parts = sound_alone(0.1, warm=0.1)
    assert set(parts) == {"player", "desk", "voice"}
    assert all(0.0 <= one < 10.0 for one in parts.values())
    share, voices = voices_share(0.3)
    assert share > 0.0
    assert voices > 4.0
    assert desk_share(2, 0.1) > 0.0


def test_a_crowded_scene_has_its_patches_at_their_densest() -> None:
    part = unpack(crowded(("bells", "reef"), "one")).scenes["one"]
    assert part.patches == {"bells": 1.0, "reef": 1.0}
    assert part.inputs == {"reef/density": 1.0}


def test_an_onset_is_found_where_it_is() -> None:
    chance = np.random.default_rng(2)
    heard = 1e-4 * chance.standard_normal((RATE, 2))
    tone = 0.1 * np.sin(2 * np.pi * 700 * np.arange(RATE // 4) / RATE) * np.exp(-np.arange(RATE // 4) / 4000)
    heard[RATE // 2 : RATE // 2 + RATE // 4] += tone[:, np.newaxis]
    assert onset(heard.astype(np.float32), 0.45) == pytest.approx(0.05, abs=0.002)
    assert onset(heard.astype(np.float32), 0.1) is None


def test_frames_beside_the_sound_are_told_by_the_clock_and_by_the_processor() -> None:
    frames = Frames(0.010, 0.012, 0.004, 0.0041, 0.1, 3)
    clock, own = _frame_rows(frames, (64, 36))
    assert (clock.ratio, clock.met) == (pytest.approx(1.2), False)
    assert (own.ratio, own.met) == (pytest.approx(1.025), True)
    assert "64x36" in clock.name
    assert "10 % of all processors" in own.note
