import numpy as np
import pytest

from installation.sound import RATE
from installation.sound.ears import Ears
from tests.installation.sound.ears.sounds import click_track, hear, white


@pytest.mark.parametrize("tempo", [72.0, 97.0, 133.0, 174.0])
def test_the_tempo_of_a_click_track_is_found_and_its_beats(tempo: float) -> None:
    beats = np.arange(0.4, 14.0, 60.0 / tempo)
    heard = hear(Ears(1), click_track(beats, 14.0))
    last = heard[-1].values
    rises = np.array([one.at for one in heard if one.values["beat/rise"] > 0.0 and one.at > 10.0])
    off = np.abs(rises[:, None] - beats).min(1)

    assert last["tempo"] == pytest.approx(tempo, rel=0.01)
    assert last["tempo/confidence"] > 0.8
    assert len(rises) == pytest.approx(4.0 * tempo / 60.0, abs=1.0)
    assert off.max() < 0.03


def test_the_beat_runs_on_through_a_gap_and_confidence_falls_in_it() -> None:
    beats = np.arange(0.4, 18.0, 0.5)
    played = beats[(beats < 12.0) | (beats > 16.0)]
    heard = hear(Ears(1), click_track(played, 18.0))
    in_gap = [one for one in heard if 12.5 < one.at < 15.9]
    rises = np.array([one.at for one in in_gap if one.values["beat/rise"] > 0.0])
    off = np.abs(rises[:, None] - beats).min(1)

    assert len(rises) >= 6
    assert off.max() < 0.04
    assert in_gap[-1].values["tempo/confidence"] < 0.8 * in_gap[0].values["tempo/confidence"]
    assert heard[-1].values["tempo"] == pytest.approx(120.0, rel=0.01)


def test_silence_and_noise_have_no_beat() -> None:
    ears = Ears(1)
    hear(ears, click_track(np.arange(0.4, 9.0, 0.5), 9.0))
    silent = hear(ears, np.zeros(15 * RATE, np.float32))
    noise = hear(Ears(1), white(12.0, 0.05))

    assert silent[-1].values["tempo/confidence"] < 0.05
    assert silent[-1].values["tempo"] == pytest.approx(120.0, rel=0.01)
    assert max(one.values["tempo/confidence"] for one in noise) < 0.2
    assert not any(one.values["beat/rise"] for one in noise)
