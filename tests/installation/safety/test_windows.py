"""Windows lie where a viewer's 10-degree fields are."""

import numpy as np
import pytest

from installation.safety.windows import lay_windows


@pytest.mark.parametrize("size", [(1280, 720), (640, 360), (64, 36), (97, 61), (1080, 1920)])
@pytest.mark.parametrize("distance", [0.5, 1.0, 3.0, 12.0, 100.0])
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
    assert covered.all() or distance <= 1.0


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
