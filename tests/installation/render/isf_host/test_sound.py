"""Sound in ``audio`` and ``audioFFT`` inputs: what shaders read is what was heard, as ISF lays it out."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from installation.isf import parse, parse_text
from installation.render import Context, Host, SceneRenderer
from installation.render.isf_host.sound import BINS, SAMPLES, Sound, rows_texture, spectrum_rows, wave_rows
from installation.values import Frame
from tests.installation.render.pixels import pixels

FIXTURES = Path(__file__).parents[3] / "isf"
SIZE = (64, 32)
READER = """/*{"ISFVSN": "2", "INPUTS": [{"NAME": "heard", "TYPE": "%s"%s}]}*/
void main() { gl_FragColor = vec4(IMG_NORM_PIXEL(heard, isf_FragNormCoord).rgb, IMG_SIZE(heard).y); }
"""


def array(*rows: list[float]) -> NDArray[np.float32]:
    return np.array(rows, np.float32)


def test_a_wave_is_centred_and_its_columns_are_means_of_samples() -> None:
    wave = array([-1.0, -0.5, 0.0, 0.5], [1.0, 1.0, 2.0, np.nan])

    np.testing.assert_allclose(wave_rows(wave), [[0.0, 0.25, 0.5, 0.75], [1.0, 1.0, 1.0, 0.0]])
    np.testing.assert_allclose(wave_rows(wave[:1], 2), [[0.125, 0.625]])
    assert wave_rows(wave[:1], 7).shape == (1, 7)


def test_one_column_is_the_volume() -> None:
    sine = np.sin(np.arange(SAMPLES) * 2 * np.pi * 16 / SAMPLES).astype(np.float32)

    loud = wave_rows(np.stack([sine, 0.5 * sine, 0 * sine]), 1)

    np.testing.assert_allclose(loud, [[1.0], [0.75], [0.5]], atol=1e-3)


def test_bins_are_decibels_and_their_columns_mean_power() -> None:
    bins = np.zeros((1, BINS), np.float32)
    bins[0, :4] = 10 ** (np.array([-16.4, -51.4, -86.4, 10.0]) / 20)

    np.testing.assert_allclose(spectrum_rows(bins)[0, :5], [1.0, 0.5, 0.0, 1.0, 0.0], atol=1e-5)
    bins[0, :4] = 10 ** (-36.4 / 20), 0, 0, 0  # a quarter of the power is 6 dB less
    four = spectrum_rows(bins, BINS // 4)
    np.testing.assert_allclose(four[0, :2], [(50.0 - 6.0206) / 70.0, 0.0], atol=1e-4)


@pytest.fixture
def host(context: Context) -> Iterator[Host]:
    made = Host(context, today=lambda: datetime(2026, 11, 23, 12, 0, 30))
    yield made
    made.release()
    assert context.gl.error == "GL_NO_ERROR"


def audio(host: Host) -> SceneRenderer:
    return host.load(parse(FIXTURES / "audio.fs"), SIZE)


def reader(host: Host, kind: str, most: str = "") -> SceneRenderer:
    return host.load(parse_text(READER % (kind, most), Path("reader.fs")), SIZE)


def frame(index: int) -> Frame:
    return Frame(index, index / 60, 1 / 60)


def near(expected: list[float], actual: object) -> None:
    np.testing.assert_allclose(np.asarray(actual), expected, atol=2e-3)


def heard(wave: float = 0.0, level: float = 0.0, channels: int = 1) -> Sound:
    return Sound(np.full((channels, SAMPLES), wave, np.float32), np.full((channels, BINS), level, np.float32))


pytest_gl = pytest.mark.gl


@pytest_gl
def test_silence_is_a_flat_wave_and_an_empty_spectrum(host: Host) -> None:
    drawn = pixels(audio(host).draw(frame(0)))

    near([0.5, 1, 1, 1], drawn[-1, 0])
    near([0, 1, 1, 1], drawn[0, 0])


@pytest_gl
def test_what_is_heard_is_read_and_silence_returns(host: Host) -> None:
    renderer = audio(host)
    renderer.draw(frame(0))

    host.sound.hear(heard(wave=0.5, level=10 ** (-51.4 / 20)))
    drawn = pixels(renderer.draw(frame(1)))
    near([0.75, 1, 1, 1], drawn[-1, 0])
    near([0.5, 1, 1, 1], drawn[0, 0])

    host.sound.hear(None)
    drawn = pixels(renderer.draw(frame(2)))
    near([0.5, 1, 1, 1], drawn[-1, 0])
    near([0, 1, 1, 1], drawn[0, 0])


@pytest_gl
def test_each_channel_is_a_row_and_their_number_may_change(host: Host) -> None:
    renderer = reader(host, "audio")
    sound = heard(channels=2)
    sound.wave[0], sound.wave[1] = -1.0, 1.0

    host.sound.hear(sound)
    drawn = pixels(renderer.draw(frame(0)))
    near([0.0, 0.0, 0.0, 2.0], drawn[0, 32])  # the first channel is the lowest row
    near([1.0, 1.0, 1.0, 2.0], drawn[-1, 32])

    host.sound.hear(heard(wave=0.5))
    near([0.75, 0.75, 0.75, 1.0], pixels(renderer.draw(frame(1)))[0, 32])


@pytest_gl
def test_samples_go_from_left_to_right_and_bins_from_low_to_high(host: Host) -> None:
    sound = heard()
    sound.wave[0] = np.linspace(-1.0, 1.0, SAMPLES)
    sound.spectrum[0, :8] = 1.0
    host.sound.hear(sound)

    near([0.0, 1.0], np.round(pixels(reader(host, "audio").draw(frame(0)))[0, [0, -1], 0], 1))
    bins = pixels(reader(host, "audioFFT").draw(frame(0)))[0, :, 0]
    assert (bins[0], bins[1:].max()) == (1.0, 0.0)
    four = pixels(reader(host, "audioFFT", ', "MAX": 4').draw(frame(0)))[0, :, 0]
    assert four[0] > 0.9
    assert four[-1] == 0.0


@pytest_gl
def test_a_texture_that_is_given_comes_first(host: Host, context: Context) -> None:
    renderer = audio(host)
    host.sound.hear(heard(level=1.0))
    given = rows_texture(context, np.full((2, 64), 0.25, np.float32))

    near([0.25, 1, 1, 1], pixels(renderer.draw(frame(0), {"bins": given}))[0, 0])
    near([0.25, 1, 1, 1], pixels(renderer.draw(frame(1)))[0, 0])
    renderer.replace(parse(FIXTURES / "audio.fs"))
    near([0.25, 1, 1, 1], pixels(renderer.draw(frame(2)))[0, 0])
    given.release()


@pytest_gl
def test_a_shader_that_is_drawn_later_reads_what_is_heard_then(host: Host) -> None:
    renderer = host.load(parse(FIXTURES / "audio.fs"), SIZE, later=True)
    host.sound.hear(heard(wave=1.0, channels=2))
    reader(host, "audio").draw(frame(0))  # makes the texture anew, of two rows

    near([1.0, 1, 1, 1], pixels(renderer.draw(frame(0)))[-1, 0])


@pytest_gl
def test_sound_is_wanted_while_a_shader_that_reads_it_is_drawn(host: Host) -> None:
    deaf = host.load(parse(FIXTURES / "plain.fs"), SIZE)
    unread = host.load(
        parse_text(
            '/*{"INPUTS": [{"NAME": "w", "TYPE": "audio"}]}*/ void main() { gl_FragColor = vec4(0.5); }',
            Path("unread.fs"),
        ),
        SIZE,
    )
    hearing = audio(host)
    assert not host.sound.wanted  # loading one asks for nothing

    deaf.draw(frame(0))
    unread.draw(frame(0))
    assert not host.sound.wanted
    hearing.draw(frame(0))
    assert host.sound.wanted
