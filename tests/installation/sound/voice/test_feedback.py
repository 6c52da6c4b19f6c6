"""The mix that returns into itself: it howls, it is bounded, it heals."""

import numpy as np

from installation.sound import RATE
from tests.installation.sound.voice.hearing import alone, drive, opened, play


def test_it_howls_within_bounds_and_heals() -> None:
    table = alone("water", "bells")
    with opened(table) as voice:
        voice.drive(drive("here"))
        before = play(voice, 4.0)
        voice.drive(drive("here", {"/voice/feedback": 1.0}))
        during = play(voice, 12.0)
        voice.drive(drive("here"))
        play(voice, 1.0)
        after = play(voice, 4.0)

    def power(heard: np.ndarray) -> float:
        return float((heard[:, -3 * RATE :].astype(float) ** 2).mean())

    assert power(during) > 4.0 * power(before)
    assert np.abs(during).max() < 0.25
    assert power(after) < 4.0 * power(before)
    assert power(after) < 0.3 * power(during)


def test_without_sound_there_is_nothing_to_howl() -> None:
    with opened(alone("threads", threads__let_go=1.0)) as voice:
        voice.drive(drive("here", {"/voice/feedback": 1.0}))
        assert np.abs(play(voice, 5.0)).max() < 1e-6
