import numpy as np
import pytest

from installation.sound import RATE
from installation.sound.ears import Ears
from installation.sound.ears.spectrum import BANDS, CENTRES, FRAME, Spectrum
from tests.installation.sound.ears.sounds import hear, sine, white


def bands(values: dict[str, float], group: str, count: int) -> list[float]:
    return [values[f"{group}/{number}"] for number in range(1, count + 1)]


@pytest.mark.parametrize("band", [3, 10, 17, 24, 31])
def test_a_sine_that_begins_is_in_its_band_of_each_division(band: int) -> None:
    ears = Ears(1)
    hear(ears, white(3.0, 0.001))
    values = hear(ears, sine(float(CENTRES[band]), 0.3) + white(0.3, 0.001))[-1].values

    for group, count in (("band32", 32), ("band", 8), ("band4", 4)):
        places = np.array(bands(values, group, count))
        mine = band * count // 32
        near = 4 if count == 32 else 1  # what leaks is within 35 dB
        others = np.delete(places, slice(max(mine - near, 0), mine + near + 1))
        assert places[mine] > 0.9
        assert others.max() < 0.6


@pytest.mark.parametrize("band", [3, 10, 17, 24, 31])
def test_the_power_of_a_sine_is_in_its_band(band: int) -> None:
    spectrum = Spectrum(1, 1)
    frame = sine(float(CENTRES[band]), 0.1)[:FRAME].reshape(1, 1, FRAME)
    powers = spectrum.powers(frame, np.zeros(1, np.float32))[0, 0]

    assert int(powers[:BANDS].argmax()) == band
    assert powers[BANDS + 1] == pytest.approx(0.1**2 / 2.0, rel=0.02)


@pytest.mark.parametrize("hertz", [250.0, 1000.0, 5000.0])
def test_the_centroid_of_a_sine_is_its_frequency(hertz: float) -> None:
    values = hear(Ears(1), sine(hertz, 0.5))[-1].values

    assert values["centroid/hz"] == pytest.approx(hertz, rel=0.03)
    assert values["centroid"] == pytest.approx(np.log2(hertz / 62.5) / 8.0, abs=0.01)


def test_flatness_tells_a_tone_from_noise() -> None:
    assert hear(Ears(1), sine(1000.0, 0.5))[-1].values["flatness"] < 0.02
    assert hear(Ears(1), white(0.5))[-1].values["flatness"] > 0.85


def test_flux_is_high_where_a_sound_begins_and_low_while_it_stands() -> None:
    ears = Ears(1)
    hear(ears, white(1.0, 1e-4))
    begins = [heard.values["flux"] for heard in hear(ears, sine(800.0, 1.0))]

    assert max(begins[:4]) > 0.5
    assert max(begins[40:]) < 0.1


@pytest.mark.parametrize("gain", [0.0005, 0.01, 0.3])
def test_bands_use_their_range_in_quiet_rooms_and_in_loud_ones(gain: float) -> None:
    # Half a second of noise, half a second 30 dB below.
    swell = np.where(np.arange(20 * RATE) // (RATE // 2) % 2 == 0, 1.0, 10.0**-1.5)
    heard = hear(Ears(1), (white(20.0, gain) * swell).astype(np.float32))
    late = np.array([bands(one.values, "band", 8) for one in heard[-750:]])

    assert late.max(0).min() > 0.75
    assert late.min(0).max() < 0.35


def test_steady_noise_does_not_flicker_in_the_bands() -> None:
    heard = hear(Ears(1), white(15.0, 0.02))
    late = np.array([bands(one.values, "band", 8) for one in heard[-750:]])

    assert late.max() < 0.6
    assert late.std(0).max() < 0.1


def test_the_scope_has_the_newest_samples_and_their_spectrum() -> None:
    ears = Ears(2)
    hertz = 100.0 * RATE / 1024.0
    samples = np.stack([sine(hertz, 0.2, 1.0), np.zeros(round(0.2 * RATE), np.float32)])
    hear(ears, samples)
    scope = ears.scope()
    wave = np.frombuffer(scope.wave, "<f4").reshape(2, 1024)
    spectrum = np.frombuffer(scope.spectrum, "<f4").reshape(2, 512)
    end = samples.shape[1] // 256 * 256

    assert scope.channels == 2
    assert np.allclose(wave, np.clip(samples[:, end - 1024 : end], -1.0, 1.0))
    assert spectrum[0].argmax() == 100
    assert spectrum[0, 100] == pytest.approx(1.0, abs=0.01)
    assert spectrum[1].max() == 0.0
