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


def clap(seed: int, amplitude: float) -> np.ndarray:
    """Hands in a room: noise that rises in a millisecond and dies away in 4, and a tenth of it in 0.1 s."""
    t = np.arange(round(0.3 * RATE)) / RATE
    shape = np.exp(-t / 0.004) + 0.1 * np.exp(-t / 0.1)
    made = np.random.default_rng(seed).standard_normal(t.size) * shape * np.minimum(t / 0.001, 1.0)
    return (amplitude * made / np.abs(made).max()).astype(np.float32)


@pytest.mark.parametrize("hum", [0.0, 0.03])
@pytest.mark.parametrize("decibels", [25.0, 40.0])
def test_a_clap_counts_wherever_in_a_hop_it_begins(decibels: float, hum: float) -> None:
    places = range(0, BLOCK, 12)
    gap = 200 * BLOCK
    samples = white((len(places) + 2) * gap / RATE, 0.001) + sine(50.0, (len(places) + 2) * gap / RATE, hum)
    for number, place in enumerate(places, start=1):
        begin = number * gap + place
        one = clap(number, 0.003 * 10.0 ** (decibels / 20.0))
        samples[begin : begin + one.size] += one
    heard = hear(Ears(1), samples)
    strongest = {
        name: [
            max(one.values[name] for one in heard[200 * number : 200 * number + 8])
            for number in range(1, len(places) + 1)
        ]
        for name in ("onset", "onset/mid", "onset/high")
    }

    assert {
        name: place for name, told in strongest.items() for place in places if told[place // 12] < 0.6
    } == {}


def test_what_was_hardly_a_sound_hides_none_after_it() -> None:
    samples = white(3.0, 0.001)
    faint, loud = click(0.004), click(0.3, seed=2)
    samples[RATE : RATE + faint.size] += faint
    samples[RATE + 1500 : RATE + 1500 + loud.size] += loud
    told = [one.onsets[0] for one in hear(Ears(1), samples) if one.onsets and 1.0 < one.at < 1.1]

    assert len(told) == 2
    assert told[0] < 0.5 < 0.9 < told[1]
