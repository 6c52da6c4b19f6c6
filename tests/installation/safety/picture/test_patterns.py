"""Stripes are found and lowered slowly; other things are left alone."""

import numpy as np
import pytest
from numpy.typing import NDArray

from installation.safety.law import LAWS
from installation.safety.picture.patterns import LASTING, RATE, Stripes, lower, striped, valley
from installation.safety.picture.reference import PictureGuard, luminance_of
from installation.safety.windows import lay_windows
from tests.judges import judge

LAW = LAWS["standard"]
WIDTH, HEIGHT = 640, 360
X, Y = np.meshgrid(np.arange(WIDTH), np.arange(HEIGHT))
WINDOWS = lay_windows((WIDTH, HEIGHT), 3.0, 2.0)


def rows(picture: NDArray[np.floating], windows=WINDOWS) -> float:
    """Mean striped share of some rows."""
    finest = windows.degree * 0.1
    lines = picture.astype(np.float32)[5::17]
    return float(np.mean([striped(line, LAW.step, finest)[0] for line in lines]))


def seen(picture: NDArray[np.floating], windows=WINDOWS) -> float:
    return max(rows(picture, windows), rows(picture.T, windows))


def noise(scale: float, seed: int = 1) -> NDArray[np.float64]:
    """Smooth noise with features of about ``scale`` pixels, 0..1."""
    spectrum = np.fft.fft2(np.random.default_rng(seed).normal(size=(HEIGHT, WIDTH)))
    distance = np.hypot(np.fft.fftfreq(HEIGHT)[:, None], np.fft.fftfreq(WIDTH)[None])
    smooth = np.real(np.fft.ifft2(spectrum * np.exp(-((distance * scale) ** 2))))
    return (smooth - smooth.min()) / np.ptp(smooth)


STRIPED = {
    "16 pairs": np.floor(X / WIDTH * 32) % 2,
    "6 pairs": np.floor(X / WIDTH * 12) % 2,
    "12 pairs across": np.floor(Y / HEIGHT * 24) % 2,
    "a soft grating": 0.5 + 0.5 * np.sin(X / WIDTH * 2 * np.pi * 40),
    "a weak grating": 0.5 + 0.05 * np.sin(X / WIDTH * 2 * np.pi * 40),
    "a slanted grating": np.floor((X + Y) / 15) % 2,
    "squares of a tenth of a degree and more": (X // 2 + Y // 2) % 2,
    "large squares": (X // 20 + Y // 20) % 2,
    "rings": np.floor(np.hypot(X - 320, Y - 180) / 10) % 2,
    "stripes under noise": 0.9 * (X // 10 % 2) + 0.1 * noise(8),
    "stripes over a slope": 0.3 + 0.3 * (X // 10 % 2) + 0.3 * Y / HEIGHT,
    "stripes on a third of the picture": (X // 10 % 2) * (Y < 120),
}
CALM = {
    "5 pairs": np.floor(X / WIDTH * 10) % 2,
    "a grating below the step": 0.5 + 0.03 * np.sin(X / WIDTH * 2 * np.pi * 40),
    "squares below a tenth of a degree": (X + Y) % 2 * 1.0,
    "white noise": np.random.default_rng(0).random((HEIGHT, WIDTH)),
    "black and white noise": (np.random.default_rng(0).random((HEIGHT, WIDTH)) < 0.5) * 1.0,
    "fine blobs": noise(6),
    "large blobs": noise(40),
    "stripes on a sixth of the picture": (X // 10 % 2) * (Y < 60),
}


@pytest.mark.parametrize("name", STRIPED)
def test_stripes_are_found(name):
    assert seen(STRIPED[name]) > 0.25


@pytest.mark.parametrize("name", CALM)
def test_what_is_no_hazard_is_no_pattern(name):
    windows = lay_windows((WIDTH, HEIGHT), 6.0, 2.0) if "tenth" in name else WINDOWS
    assert seen(CALM[name], windows) < 0.2


def run(draw, seconds: float, dt: float = 0.1) -> tuple[Stripes, list[float]]:
    stripes, contrasts = Stripes(WINDOWS, LAW), []
    for frame in range(round(seconds / dt)):
        picture = draw(frame * dt).astype(np.float32)
        across, down = stripes.places(frame)
        contrasts.append(stripes.look([*picture[across], *picture.T[down]], dt))
    return stripes, contrasts


@pytest.mark.parametrize(
    "draw",
    [
        lambda _: STRIPED["16 pairs"],
        lambda time: np.floor((X + 37 * time) / 10) % 2,
        lambda time: (X // 10 % 2 > 0) == (time % 0.2 < 0.1),
        lambda _: STRIPED["large squares"],
    ],
    ids=["standing", "drifting", "reversing", "squares"],
)
def test_the_contrast_sinks_by_a_25th_in_a_second_until_the_difference_is_below_the_step(draw):
    stripes, contrasts = run(draw, 30.0)
    assert contrasts[3] == 1.0, "not before they have lasted"
    steps = -np.diff(contrasts)
    assert steps.max() <= RATE * 0.1 + 1e-9
    assert contrasts[50] == pytest.approx(1.0 - RATE * (5.1 - LASTING), abs=3 * RATE * 0.1)
    assert stripes.contrast == pytest.approx(LAW.step, abs=1e-3)


def test_the_contrast_comes_back_as_slowly_when_the_stripes_are_gone():
    stripes, contrasts = run(lambda time: STRIPED["16 pairs"] if time < 10.0 else CALM["large blobs"], 14.0)
    assert min(contrasts) < 0.65
    assert stripes.contrast == pytest.approx(min(contrasts) + RATE * 3.5, abs=0.02)
    assert np.abs(np.diff(contrasts)).max() <= RATE * 0.1 + 1e-9


def test_stripes_that_pass_within_half_a_second_change_nothing():
    _, contrasts = run(
        lambda time: STRIPED["16 pairs"] if time % 3 < 0.25 else CALM["large blobs"], 12.0, 0.05
    )
    assert min(contrasts) == 1.0


def test_peaks_sink_towards_valleys_and_nothing_is_lighter():
    picture = (0.3 + 0.5 * (X // 10 % 2)).astype(np.float32)
    ground = valley(WINDOWS.darkest(picture), 5)
    lowered = lower(picture, ground, WINDOWS.cell, 0.25)
    assert np.all(lowered <= picture)
    np.testing.assert_allclose(lowered[:, X[0] // 10 % 2 == 0], 0.3, atol=1e-6)
    np.testing.assert_allclose(lowered[:, X[0] // 10 % 2 == 1], 0.3 + 0.25 * 0.5, atol=1e-6)


def test_the_guard_lowers_standing_stripes_without_a_flash_and_says_so():
    size = (96, 54)
    windows = lay_windows(size, 3.0, 2.0)
    guard = PictureGuard(windows, LAW)
    x = np.arange(96) // 4 % 2
    picture = np.repeat(np.broadcast_to(x * 0.8 + 0.1, (54, 96))[..., None], 3, axis=2).astype(np.float32)
    out = [guard.apply(picture, 0.25) for _ in range(110)]
    assert guard.report().contrast == pytest.approx(LAW.step / 0.8, abs=1e-3)
    light = luminance_of(out[-1])
    assert np.ptp(light) <= LAW.step + 1e-3
    assert light.min() == pytest.approx(0.1, abs=1e-3)
    assert judge(np.stack(out[20:]), 4, windows).worst == 1, "one slow fall"
