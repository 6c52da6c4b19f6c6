"""Windows lie where a viewer's 10-degree fields are."""

import math

import numpy as np
import pytest

from installation.safety.windows import MOST, lay_windows

SIZES = [(1280, 720), (640, 360), (64, 36), (97, 61), (1080, 1920), (300, 3000), (5, 3), (1, 1)]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("distance", [0.1, 0.5, 1.0, 3.0, 12.0, 100.0])
def test_windows_stay_in_the_picture_and_leave_no_gap(size, distance):
    windows = lay_windows(size, distance, 2.0)
    boxes = windows.pixels
    assert len(boxes) == windows.count == len(windows.pairs)
    assert boxes[0].tolist() == [0, 0, *size]
    assert boxes.min() >= 0
    assert np.all(boxes[:, [2, 3]] <= np.array(size))
    assert np.all(boxes[:, [2, 3]] > boxes[:, [0, 1]])
    covered = np.zeros((size[1], size[0]), bool)
    for x0, y0, x1, y1 in boxes[1:]:
        covered[y0:y1, x0:x1] = True
    assert covered.all()
    assert max(len(windows.columns), len(windows.rows)) <= MOST + 1


@pytest.mark.parametrize("size", [(1280, 720), (1080, 1920), (640, 360)])
@pytest.mark.parametrize("distance", [1.5, 3.0, 6.0])
def test_every_field_of_a_viewer_is_mostly_in_one_window(size, distance):
    windows = lay_windows(size, distance, 2.0)
    field = 2 * distance * math.tan(math.radians(5)) / 2.0 * size[1]
    for spans, length in ((windows.columns, size[0]), (windows.rows, size[1])):
        own = np.minimum(spans[1:] * windows.cell, length)
        if field >= length:
            assert own[0].tolist() == [0, length]
            continue
        starts = np.arange(0, length - field)[:, None]
        shared = np.minimum(starts + field, own[:, 1]) - np.maximum(starts, own[:, 0])
        assert (shared.max(axis=1) >= 0.7 * field).all()


@pytest.mark.parametrize("distance", [0.1, 0.3, 0.6, 1.0])
def test_nearer_than_the_windows_go_they_are_larger_than_the_field_and_still_overlap(distance):
    windows = lay_windows((1280, 720), distance, 2.0)
    field = 2 * distance * math.tan(math.radians(5)) / 2.0 * 720
    for spans in (windows.columns[1:], windows.rows[1:]):
        assert ((spans[:, 1] - spans[:, 0]) * windows.cell >= field - windows.cell).all()
        assert (spans[1:, 0] < spans[:-1, 1]).all()


def test_a_degree_follows_from_distance_and_wall():
    assert lay_windows((1280, 720), 3.0, 2.0).degree == pytest.approx(math.tan(math.radians(1)) * 1.5 * 720)


def test_the_darkest_of_cells_that_reach_beyond_the_picture_is_of_the_picture():
    windows = lay_windows((131, 130), 3.0, 2.0)
    image = np.random.default_rng(3).random((130, 131)).astype(np.float32) + 1.0
    least = windows.darkest(image)
    assert least.shape == windows.grid[::-1]
    assert (
        least[-1, -1]
        == image[(130 - 1) // windows.cell * windows.cell :, 131 // windows.cell * windows.cell :].min()
    )


def test_a_window_is_ten_degrees_wide():
    windows = lay_windows((1280, 720), 3.0, 2.0)
    x0, _, x1, _ = windows.pixels[1]
    assert x1 - x0 == pytest.approx(0.1749 * 3.0 / 2.0 * 720, abs=windows.cell)
    assert len(windows.columns) - 1 >= 5
    assert len(windows.rows) - 1 >= 5


def test_far_away_the_frame_is_the_only_field():
    windows = lay_windows((1280, 720), 100.0, 2.0)
    assert len(set(map(tuple, windows.pixels.tolist()))) == 1


def test_means_are_the_means_of_the_boxes():
    windows = lay_windows((97, 61), 3.0, 2.0)
    image = np.random.default_rng(1).random((61, 97))
    expected = [image[y0:y1, x0:x1].mean() for x0, y0, x1, y1 in windows.pixels]
    np.testing.assert_allclose(windows.means(image), expected, rtol=1e-9)
