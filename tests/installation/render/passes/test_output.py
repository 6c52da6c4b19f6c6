"""Light to display codes."""

import numpy as np
import pytest

from installation.render import Target
from installation.render.passes.blue_noise import blue_noise, load
from installation.render.passes.output import Output
from tests.installation.render.pixels import picture


def spectrum(noise):
    """Power at low and at high frequencies."""
    power = np.abs(np.fft.fftshift(np.fft.fft2(noise - noise.mean()))) ** 2
    y, x = np.indices(power.shape) - power.shape[0] // 2
    radius = np.hypot(x, y)
    return power[(radius > 0) & (radius < 8)].mean(), power[(radius > 16) & (radius < 32)].mean()


def test_noise_is_blue_and_every_level_is_there_once():
    noise = load()
    assert len(np.unique(noise)) == noise.size == 4096
    low, high = spectrum(noise)
    assert high > 20.0 * low


def test_the_shipped_noise_is_what_the_generator_makes():
    ranks = blue_noise(64, 1)
    assert np.array_equal(np.argsort(load().ravel()), np.argsort(ranks.ravel()))


@pytest.fixture
def output(context):
    made = Output(context)
    yield made
    made.release()


def encode(context, output, light, index=0):
    scene = picture(context, np.broadcast_to(np.float32([light, light, light, 1.0]), (64, 64, 4)))
    target = Target(context, (64, 64), "rgba8")
    output.encode(scene, target.framebuffer, index)
    codes = np.frombuffer(target.framebuffer.read(components=4), np.uint8).reshape(64, 64, 4)[..., 0]
    target.release()
    return codes.astype(float)


@pytest.mark.gl
@pytest.mark.parametrize(("light", "code"), [(0.0, 0), (0.002, 7), (0.2159, 128), (1.0, 255)])
def test_codes_are_those_of_srgb(context, output, light, code):
    output.dither = False
    assert np.unique(encode(context, output, light)).tolist() == [code]


@pytest.mark.gl
def test_dither_keeps_the_mean_and_moves_each_frame(context, output):
    light = 0.00402  # 12.72 codes
    exact = 255.0 * (1.055 * light ** (1 / 2.4) - 0.055)
    first, second = encode(context, output, light, 0), encode(context, output, light, 1)
    assert first.mean() == pytest.approx(exact, abs=0.06)
    assert np.ptp(first) <= 2.0
    assert not np.array_equal(first, second)


@pytest.mark.gl
def test_black_and_white_are_not_dithered(context, output):
    assert encode(context, output, 0.0).max() == 0.0
    assert encode(context, output, 1.0).min() == 255.0
