"""The judges see what they have to see, and nothing else."""

import numpy as np
import pytest

from installation.safety.windows import lay_windows
from tests.film import decode, encode, from_srgb, to_srgb
from tests.installation.safety.sequences import HEIGHT, WIDTH, grey
from tests.judges import iris, judge, most_in_a_second, transitions

WINDOWS = lay_windows((WIDTH, HEIGHT), 3.0, 2.0)


def film(draw, seconds=2.0, fps=30):
    return np.stack([draw(index / fps) for index in range(round(seconds * fps))])


def test_a_transition_is_a_change_of_a_tenth_since_the_last_extreme():
    levels = np.array([0.0, 0.05, 0.09, 0.11, 0.30, 0.25, 0.19, 0.25, 0.31])[:, None]
    assert transitions(levels)[:, 0].tolist() == [0, 0, 0, 1, 0, 0, -1, 0, 1]


def test_small_ripples_and_bright_ones_do_not_count():
    ripple = 0.5 + 0.04 * np.sin(np.arange(200))[:, None]
    bright = 0.9 + 0.1 * np.sin(np.arange(200))[:, None]
    assert not transitions(ripple).any()
    assert not transitions(np.maximum(bright, 0.81)).any()


def test_the_second_slides_over_the_whole_film():
    marks = np.zeros((100, 2), bool)
    marks[[25, 31, 54, 56], 1] = True
    assert most_in_a_second(marks, 30) == 3


@pytest.mark.parametrize(("hertz", "expected"), [(10, 20), (3, 6), (1, 2)])
def test_a_flash_counts_twice_its_rate(hertz, expected):
    frames = film(lambda time: grey(float((time * hertz) % 1 < 0.5)), 3.0, 60)
    verdict = judge(frames, 60, WINDOWS)
    assert verdict.pixel == verdict.frame == verdict.window == verdict.area == expected


def test_red_counts_when_luminance_stays():
    red, grey_ = np.array([0.8, 0.0, 0.0]), np.full(3, 0.8 * 0.2126)
    frames = film(lambda time: np.broadcast_to(red if (time * 8) % 1 < 0.5 else grey_, (HEIGHT, WIDTH, 3)))
    verdict = judge(frames, 30, WINDOWS)
    assert verdict.pixel == 0
    assert verdict.red >= 14
    salmon = np.array([0.6, 0.15, 0.1])
    frames = film(lambda time: np.broadcast_to(salmon if (time * 8) % 1 < 0.5 else grey_, (HEIGHT, WIDTH, 3)))
    assert judge(frames, 30, WINDOWS).red == 0


def test_a_small_flashing_spot_is_seen_by_pixel_and_window_but_not_by_the_frame():
    def draw(time):
        picture = np.zeros((HEIGHT, WIDTH, 3), np.float32)
        picture[10:18, 20:28] = float((time * 8) % 1 < 0.5)
        return picture

    verdict = judge(film(draw), 30, WINDOWS)
    assert verdict.pixel == 16
    assert verdict.window >= 14
    assert verdict.area >= 14
    assert verdict.frame == 0


def test_groups_that_take_turns_are_seen_by_area():
    def draw(time):
        columns = np.arange(WIDTH) * 4 // WIDTH == int(time * 12) % 4
        return grey(np.broadcast_to(columns, (HEIGHT, WIDTH)))

    assert judge(film(draw), 60, WINDOWS).area > 6


def test_film_comes_back_as_it_was_written(tmp_path):
    levels = [np.full((36, 64, 3), value, np.uint8) for value in (0, 60, 128, 200, 255)]
    encode(levels, tmp_path / "film.mp4", 30)
    back = decode(tmp_path / "film.mp4")
    assert back.shape == (5, 36, 64, 3)
    for frame, level in zip(back, levels, strict=True):
        assert np.abs(frame.astype(int) - level).max() <= 3


def test_srgb_goes_there_and_back():
    codes = np.arange(256, dtype=np.uint8)
    np.testing.assert_array_equal(to_srgb(from_srgb(codes)), codes)


def test_iris_fails_a_flash_and_passes_a_fade():
    flash = film(lambda time: grey(float((time * 10) % 1 < 0.5)))
    fade = film(lambda time: grey(0.3 + 0.05 * time))
    assert iris(list(to_srgb(flash)), 30) == "Fail"
    assert iris(list(to_srgb(fade)), 30) == "Pass"
