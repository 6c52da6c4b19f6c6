import numpy as np
import pytest

from installation.sound import BLOCK, RATE
from installation.sound.ears import Ears
from installation.sound.ears.levels import LOWEST, Loudness, lufs
from installation.sound.ears.spectrum import FRAME, k_weights
from tests.installation.sound.ears.sounds import hear, sine, white


@pytest.mark.parametrize("level", [-23.0, -33.0, -10.0])
def test_a_sine_of_1_khz_in_two_channels_has_its_level_as_loudness(level: float) -> None:
    # EBU Tech 3341, cases 1 and 2: -23.0 dBFS in each of two channels is -23.0 LUFS, within 0.1.
    last = hear(Ears(2), sine(1000.0, 1.0, 10.0 ** (level / 20.0)))[-1].values

    assert last["loudness"] == pytest.approx(level, abs=0.1)
    assert last["level"] == pytest.approx((level + 60.0) / 50.0, abs=0.002)
    assert last["level/fast"] == pytest.approx(last["level"], abs=0.02)


def test_one_channel_counts_half_of_two() -> None:
    assert hear(Ears(1), sine(1000.0, 1.0, 10.0 ** (-23.0 / 20.0)))[-1].values["loudness"] == pytest.approx(
        -26.0, abs=0.1
    )


def test_loudness_lasts_for_400_ms() -> None:
    ears = Ears(2)
    hear(ears, sine(1000.0, 1.0))
    after = hear(ears, np.zeros(RATE, np.float32))
    half = after[round(0.2 * RATE / BLOCK)].values["loudness"]

    assert half == pytest.approx(-20.0 - 3.0, abs=0.8)
    assert after[round(0.45 * RATE / BLOCK)].values["loudness"] == LOWEST


def test_k_weights_are_those_of_the_filters() -> None:
    # ITU-R BS.1770-5: about 0 dB at 500 Hz, +4 dB far above 2 kHz, a high-pass below 100 Hz.
    weights = 10.0 * np.log10(k_weights())
    bins = np.arange(FRAME // 2 + 1) * RATE / FRAME

    assert np.interp(997.0, bins, weights) == pytest.approx(0.691, abs=0.03)
    assert np.interp(10_000.0, bins, weights) == pytest.approx(4.0, abs=0.1)
    assert np.interp(100.0, bins, weights) == pytest.approx(-1.1, abs=0.3)


def test_loudness_of_noise_is_that_of_the_filters_in_time() -> None:
    samples = white(1.0, 0.05)
    filtered = samples.astype(np.float64)
    for b, a in (
        ((1.53512485958697, -2.69169618940638, 1.19839281085285), (-1.69065929318241, 0.73248077421585)),
        ((1.0, -2.0, 1.0), (-1.99004745483398, 0.99007225036621)),
    ):
        source, filtered = filtered.tolist(), []
        before = (0.0, 0.0, 0.0, 0.0)
        for x in source:
            x1, x2, y1, y2 = before
            y = b[0] * x + b[1] * x1 + b[2] * x2 - a[0] * y1 - a[1] * y2
            before = (x, x1, y, y1)
            filtered.append(y)
        filtered = np.array(filtered)
    wanted = lufs(float(np.mean(filtered[-round(0.4 * RATE) :] ** 2)))

    assert hear(Ears(1), samples)[-1].values["loudness"] == pytest.approx(wanted, abs=0.3)


def test_peaks_are_those_of_samples_and_of_what_is_between_them() -> None:
    # EBU Tech 3341, case 15: a quarter of the sampling rate, 0.5 at its peak, which falls between samples.
    last = hear(Ears(1), sine(RATE / 4.0, 0.5, 0.5, phase=np.pi / 4.0))[-1].values

    assert last["peak"] == pytest.approx(0.5 / np.sqrt(2.0), abs=1e-3)
    assert -6.4 <= last["peak/true"] <= -5.8


def test_a_clipped_sine_is_said_to_be_clipped() -> None:
    clean = hear(Ears(1), sine(440.0, 0.3, 0.9))
    hard = hear(Ears(1), np.clip(sine(440.0, 0.3, 2.0), -1.0, 1.0))

    assert max(heard.values["clipped"] for heard in clean) == 0.0
    assert hard[-1].values["clipped"] == pytest.approx(2.0 / 3.0, abs=0.1)


@pytest.mark.parametrize(("gains", "balance"), [((1, 0), -1.0), ((0, 1), 1.0), ((1, 1), 0.0), ((1, -1), 0.0)])
def test_balance_says_where_the_power_is(gains: tuple[int, int], balance: float) -> None:
    samples = np.outer(np.array(gains), sine(500.0, 0.3)).astype(np.float32)

    assert hear(Ears(2), samples)[-1].values["balance"] == pytest.approx(balance, abs=0.01)


def test_channels_out_of_phase_do_not_cancel() -> None:
    tone = sine(1000.0, 1.0)
    together, apart = (hear(Ears(2), np.stack([tone, sign * tone]))[-1].values for sign in (1.0, -1.0))

    assert apart["loudness"] == pytest.approx(together["loudness"], abs=0.01)


def test_the_median_is_that_of_the_last_ten_minutes() -> None:
    loudness = Loudness()
    quiet, loud = 10.0 ** (-4.9), 10.0 ** (-2.9)  # about -49.7 and -29.7 LUFS
    for _ in range(400):
        loudness.hear([quiet] * 94, 188)
    assert loudness.median == pytest.approx(lufs(quiet), abs=0.01)

    for _ in range(290):
        loudness.hear([loud] * 94, 188)
    assert loudness.median == pytest.approx(lufs(quiet), abs=0.01)
    for _ in range(30):
        loudness.hear([loud] * 94, 188)
    assert loudness.median == pytest.approx(lufs(loud), abs=0.01)


def test_murmur_is_what_is_above_the_rooms_median() -> None:
    ears = Ears(1)
    hear(ears, white(6.0, 0.002))
    assert hear(ears, white(0.5, 0.002))[-1].values["murmur"] == pytest.approx(0.0, abs=0.03)

    assert hear(ears, white(0.5, 0.02))[-1].values["murmur"] == pytest.approx(1.0, abs=0.05)


def test_silence_counts_its_seconds() -> None:
    ears = Ears(1)
    hear(ears, white(1.0))
    silent = hear(ears, np.zeros(3 * RATE, np.float32))
    assert silent[-1].values["silence"] == pytest.approx(2.6, abs=0.1)

    assert hear(ears, white(0.1))[-1].values["silence"] == 0.0
