"""Signals of EBU Tech 3341 (2016), tables 1 and 2, made here, and what they must read."""

import numpy as np
import pytest

from installation.ipc.feeds.sound import Setup
from installation.sound import BLOCK, RATE
from installation.sound.desk.controls import Meters
from installation.sound.desk.limiter import TAPS, TruePeak
from installation.sound.desk.measure import Window, weight
from installation.sound.desk.meter import Meter
from installation.sound.desk.noise import pink_noise

STEREO = {0: -30.0, 1: 30.0}


def tone(level: float, seconds: float, hertz: float = 1000.0) -> np.ndarray:
    return 10.0 ** (level / 20.0) * np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE)


def read(meter: Meter) -> Meters:
    return meter.read(0.0, 0)


def measured(channels: np.ndarray, rows: dict[int, float], **calibration: float) -> list[Meters]:
    meter = Meter(Setup(**calibration), rows)
    found = []
    for at in range(0, channels.shape[1] - BLOCK + 1, BLOCK):
        meter.push(channels[:, at : at + BLOCK].astype(np.float32))
        found.append(read(meter))
    return found


@pytest.mark.parametrize("level", [-23.0, -33.0])
def test_a_steady_tone_reads_its_level(level: float) -> None:  # cases 1 and 2
    last = measured(np.stack([tone(level, 4.0)] * 2), STEREO)[-1]

    assert last.momentary == pytest.approx(level, abs=0.1)
    assert last.short_term == pytest.approx(level, abs=0.1)


def test_five_channels_are_weighted_by_where_they_stand() -> None:  # case 6
    levels = {0: (-28.0, -30.0), 1: (-28.0, 30.0), 2: (-24.0, 0.0), 3: (-30.0, -110.0), 4: (-30.0, 110.0)}
    channels = np.stack([tone(level, 4.0) for level, _ in levels.values()])
    last = measured(channels, {row: azimuth for row, (_, azimuth) in levels.items()})[-1]

    assert last.short_term == pytest.approx(-23.0, abs=0.1)
    assert [weight(one) for one in (0, 59, 60, -90, 120, 121, 180, 240, -300)] == [
        1.0, 1.0, 1.41, 1.41, 1.41, 1.0, 1.0, 1.41, 1.41,
    ]  # fmt: skip


def test_the_short_term_window_is_three_seconds() -> None:  # case 9
    one = np.concatenate([tone(-20.0, 1.34), tone(-30.0, 1.66)])
    found = [one.short_term for one in measured(np.stack([np.tile(one, 3)] * 2), STEREO)]

    assert np.array(found[int(3.0 * RATE / BLOCK) + 1 :]) == pytest.approx(-23.0, abs=0.1)


def test_the_momentary_window_is_four_tenths_of_a_second() -> None:  # case 12
    one = np.concatenate([tone(-20.0, 0.18), tone(-30.0, 0.22)])
    found = [one.momentary for one in measured(np.stack([np.tile(one, 10)] * 2), STEREO)]

    assert np.array(found[RATE // BLOCK + 1 :]) == pytest.approx(-23.0, abs=0.1)


@pytest.mark.parametrize("seconds", [0.4, 1.0, 3.0])
def test_a_window_is_as_long_as_it_says_to_a_part_of_a_block(seconds: float) -> None:
    window = Window(seconds)
    for _ in range(1000):
        window.push([1.0])
    assert window.mean()[0] == pytest.approx(1.0, abs=1e-12)
    window.push([0.0])
    assert window.mean()[0] == pytest.approx(1.0 - BLOCK / RATE / seconds, abs=1e-12)
    for _ in range(int(seconds * RATE / BLOCK) - 1):
        window.push([0.0])
    part = seconds * RATE / BLOCK % 1.0
    assert window.mean()[0] == pytest.approx(part * BLOCK / RATE / seconds, abs=1e-12)


def test_silence_reads_as_silence() -> None:
    last = measured(np.zeros((2, BLOCK * 4)), STEREO)[-1]

    assert last.momentary == last.short_term == last.true_peak == -np.inf
    assert np.isnan(last.dba)


@pytest.mark.parametrize(
    ("part", "degrees", "amplitude", "reading"),
    [
        (4, 0.0, 0.5, -6.0),
        (4, 45.0, 0.5, -6.0),
        (6, 60.0, 0.5, -6.0),
        (8, 67.5, 0.5, -6.0),
        (4, 45.0, 1.41, 3.0),
    ],
)  # cases 15 to 19
def test_peaks_between_samples_are_seen(part: int, degrees: float, amplitude: float, reading: float) -> None:
    samples = amplitude * np.sin(2 * np.pi * np.arange(RATE // 4) / part + np.radians(degrees))
    samples *= np.minimum(np.minimum(np.arange(len(samples)), np.arange(len(samples))[::-1]) / 2000.0, 1.0)
    last = measured(np.stack([samples] * 2), STEREO)[-1]

    assert reading - 0.4 <= last.true_peak <= reading + 0.2


def test_true_peaks_go_on_across_blocks() -> None:
    samples = np.random.default_rng(3).standard_normal((2, BLOCK * 4))
    meter = TruePeak(2)
    whole = np.concatenate([meter.process(one) for one in np.split(samples, 4, axis=1)])
    shifted = TruePeak(2)
    joined = np.concatenate([np.zeros((2, 100)), samples[:, :-100]], axis=1)
    later = np.concatenate([shifted.process(one) for one in np.split(joined, 4, axis=1)])

    assert later[100 + TAPS :] == pytest.approx(whole[TAPS:-100], abs=1e-5)


def test_sound_levels_follow_the_calibration() -> None:
    # The calibration says 70 dB(A) for pink noise of -23 LUFS: a tone of 1 kHz of as many dB(A) as that.
    meters = measured(np.stack([tone(-23.0, 2.0)] * 2), STEREO, dba=70.0)[-1]
    louder = measured(np.stack([tone(-13.0, 2.0)] * 2), STEREO, dba=70.0)[-1]
    low = measured(np.stack([tone(-23.0, 2.0, hertz=63.1)] * 2), STEREO, dba=70.0)[-1]

    assert meters.dba == pytest.approx(meters.dbc, abs=0.05)
    assert louder.dba - meters.dba == pytest.approx(10.0, abs=0.01)
    assert low.dba - meters.dba == pytest.approx(-26.2, abs=0.1)
    assert low.dbc - meters.dbc == pytest.approx(-0.8, abs=0.1)


def test_the_noise_for_calibration_is_as_loud_as_it_says_and_repeats() -> None:
    noise = pink_noise(6.0, 2)
    twice = np.tile(noise, 2)
    last = measured(twice, STEREO)[-1]
    spectrum = np.abs(np.fft.rfft(noise[0])) ** 2
    octaves = [spectrum[6 * low : 12 * low].sum() for low in (40, 160, 640, 2560, 8000)]

    assert last.short_term == pytest.approx(-23.0, abs=0.3)
    assert np.mean([one.momentary for one in measured(twice, STEREO)[100:]]) == pytest.approx(-23.0, abs=0.2)
    assert last.true_peak < -6.0
    assert 10 * np.log10(octaves) == pytest.approx(10 * np.log10(octaves[0]), abs=0.5)
    assert np.abs(noise[:, 0] - noise[:, -1]).max() < 4 * np.abs(np.diff(noise, axis=1)).std()
