"""Sound files at our rate: what is read is what is in the file, and what cannot be is told."""

from pathlib import Path

import numpy as np
import pytest

from installation.errors import MediaError
from installation.sound import BLOCK, RATE
from installation.sound.files import read_sound, resampled
from installation.sound.hearing import FileHearing

soundfile = pytest.importorskip("soundfile")


def sine(frequency: float, rate: int, seconds: float = 0.5) -> np.ndarray:
    return (0.5 * np.sin(2 * np.pi * frequency * np.arange(round(seconds * rate)) / rate)).astype("f4")


def test_a_file_at_our_rate_is_read_as_it_is(tmp_path: Path) -> None:
    given = np.stack([sine(440, RATE), sine(880, RATE)])
    soundfile.write(tmp_path / "two.wav", given.T, RATE, subtype="FLOAT")

    np.testing.assert_array_equal(read_sound(tmp_path / "two.wav"), given)
    assert read_sound(tmp_path / "two.wav", 0.1).shape == (2, 4800)


@pytest.mark.parametrize("rate", [8000, 44_100, 96_000])
def test_another_rate_is_resampled_without_images_or_aliases(rate: int) -> None:
    ours = resampled(sine(1000, rate)[None], rate)

    assert ours.shape == (1, RATE // 2)
    inner = slice(2000, -2000)
    assert np.abs(ours[0, inner] - sine(1000, RATE)[inner]).max() < 1e-3


def test_what_lies_above_our_band_is_gone() -> None:
    ours = resampled(sine(30_000, 96_000)[None], 96_000)

    assert np.abs(ours[0, 2000:-2000]).max() < 1e-3


def test_what_is_no_sound_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "text.wav").write_text("this is no sound")
    with pytest.raises(MediaError, match=r"text\.wav cannot be read.*give a WAV"):
        read_sound(tmp_path / "text.wav")
    with pytest.raises(MediaError, match=r"none\.wav is no file"):
        read_sound(tmp_path / "none.wav")
    soundfile.write(tmp_path / "nine.wav", np.zeros((8, 9), "f4"), RATE)
    with pytest.raises(MediaError, match="9 channels; 8 are the most"):
        read_sound(tmp_path / "nine.wav")


def test_a_film_hears_nothing_that_comes_later(tmp_path: Path) -> None:
    silence_then_loud = np.concatenate([np.zeros(RATE // 10, "f4"), np.ones(RATE // 10, "f4")])
    soundfile.write(tmp_path / "step.wav", silence_then_loud, RATE, subtype="FLOAT")
    hearing = FileHearing(tmp_path / "step.wav", 10.0)

    assert list(hearing.until(0.0)) == []
    heard = list(hearing.until(0.1))
    assert len(heard) == 4800 // BLOCK
    assert heard[-1][0] <= 0.1
    assert not any(block.any() for _, block in heard)
    blocks = [block for _, block in hearing.until(0.15)]
    assert blocks[-1].min() == 1.0
    blocks = [block for _, block in hearing.until(0.4)]
    assert blocks[-1].max() == 0.0  # the file is over
    assert blocks[-1].shape == (1, BLOCK)


def test_a_file_is_added_to_the_sound_of_a_film_where_it_belongs(tmp_path: Path) -> None:
    steps = np.repeat([0.25, 0.5], 500).astype("f4")
    soundfile.write(tmp_path / "mono.wav", steps, RATE, subtype="FLOAT")
    soundfile.write(tmp_path / "four.wav", np.stack([steps, 0 * steps, steps, 0.5 * steps], 1), RATE)
    film = np.full((2, 700), 0.1, "f4")

    hearing = FileHearing(tmp_path / "mono.wav", 1.0)
    first, second = hearing.mixed(film), hearing.mixed(film)
    np.testing.assert_allclose(first[:, [0, 499, 500]], [[0.35, 0.35, 0.6]] * 2)
    np.testing.assert_allclose(second[:, [0, 299, 300]], [[0.6, 0.6, 0.1]] * 2)
    both = FileHearing(tmp_path / "four.wav", 1.0).mixed(film)
    np.testing.assert_allclose(both[:, 0], [0.35, 0.1 + 0.0625], atol=1e-4)
