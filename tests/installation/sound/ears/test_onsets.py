import numpy as np
import pytest

from installation.sound import BLOCK, RATE
from installation.sound.ears import Ears
from tests.installation.sound.ears.sounds import click, hear, sine, white

MOST_DELAY = BLOCK / RATE + 0.003


@pytest.mark.parametrize("place", [0, 40, 111, 112, 180, 255])
@pytest.mark.parametrize("hop", [100, 101, 102, 103])
def test_a_click_is_told_within_a_hop_and_3_ms(place: int, hop: int) -> None:
    samples = white(1.0, 0.001)
    at = hop * BLOCK + place
    one = click()
    samples[at : at + one.size] += one
    told = [heard for heard in hear(Ears(1), samples) if heard.onsets]

    assert len(told) == 1
    assert 0.0 <= told[0].at - at / RATE <= MOST_DELAY
    assert told[0].values["onset"] == told[0].onsets[0] > 0.3


def test_steady_sound_has_no_onsets() -> None:
    for samples in (white(8.0, 0.02), sine(440.0, 4.0), np.zeros(4 * RATE, np.float32)):
        heard = hear(Ears(1), samples)

        assert sum(len(one.onsets) for one in heard[20:]) <= 1
        assert all(one.values["onset"] < 0.2 for one in heard[20:])


def test_onsets_in_the_parts_of_the_spectrum_come_by_themselves() -> None:
    t = np.arange(round(0.2 * RATE)) / RATE
    thump = (0.3 * np.sin(2.0 * np.pi * 70.0 * t) * np.minimum(t / 0.004, 1.0) * np.exp(-t / 0.05)).astype(
        "f4"
    )
    bright = np.diff(np.diff(np.diff(white(0.1, 0.05)))) * np.exp(-np.arange(4797) / 1000.0).astype("f4")
    samples = white(3.0, 0.0005)
    samples[RATE : RATE + thump.size] += thump
    samples[2 * RATE : 2 * RATE + bright.size] += bright
    heard = hear(Ears(1), samples)

    def times(name: str) -> list[float]:
        return [round(one.at, 1) for one in heard if one.values[name] > 0.0 and one.at > 0.5]

    assert times("onset/low") == [1.0]
    assert times("onset/high") == [2.0]


def test_a_gain_that_is_turned_up_is_one_onset() -> None:
    ears = Ears(1)
    hear(ears, white(3.0, 0.001))
    louder = hear(ears, white(3.0, 0.1, seed=2))

    assert sum(len(one.onsets) for one in louder[:100]) <= 1
    assert sum(one.values["onset"] > 0.2 for one in louder[100:]) == 0


def test_noise_after_a_long_silence_is_one_onset_that_counts() -> None:
    ears = Ears(1)
    hear(ears, white(1.0, 0.05))
    hear(ears, np.zeros(20 * RATE, np.float32))
    noise = hear(ears, white(4.0, 0.05, seed=3))

    assert [number for number, one in enumerate(noise) if one.values["onset"] > 0.25] == [0]


def test_strength_rises_with_the_sound() -> None:
    strengths = []
    for amplitude in (0.005, 0.05, 0.5):
        samples = white(1.0, 0.001)
        one = click(amplitude)
        samples[RATE // 2 : RATE // 2 + one.size] += one
        strengths += [heard.onsets[0] for heard in hear(Ears(1), samples) if heard.onsets]

    assert strengths == sorted(strengths)
    assert len(strengths) == 3
    assert strengths[-1] <= 1.0
