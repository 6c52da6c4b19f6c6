import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from installation.light.pixelmap import pixel_rectangles, pixel_slots, rectangle
from tests.installation.light.rooms import pixels


@given(st.integers(1, 300), st.integers(1, 512), st.integers(0, 2000), st.integers(1, 16))
def test_pixels_are_whole_in_order_and_never_across_two_universes(universe, channel, count, width):
    slots = pixel_slots(universe, channel, count, width)
    last = slots + width - 1

    assert (slots // 512 == last // 512).all()
    assert (np.diff(slots) >= width).all()
    assert (slots >= (universe - 1) * 512 + channel - 1).all()


@given(st.integers(1, 20), st.integers(1, 512), st.integers(1, 500), st.integers(1, 16))
def test_no_universe_has_room_for_a_pixel_that_was_skipped(universe, channel, count, width):
    slots = pixel_slots(universe, channel, count, width)
    wanted = []
    at, on = channel, universe
    for _ in range(count):
        if at + width - 1 > 512:
            at, on = 1, on + 1
        wanted.append((on - 1) * 512 + at - 1)
        at += width

    assert slots.tolist() == wanted


def test_680_rgb_pixels_fill_four_universes():
    slots = pixel_slots(1, 1, 680, 3)

    assert slots[[0, 169, 170, 679]].tolist() == [0, 507, 512, 3 * 512 + 507]


@given(st.integers(1, 40), st.integers(1, 40), st.sampled_from(["rows", "snake"]))
def test_footprints_tile_the_area_without_gap_or_overlap(columns, rows, layout):
    spec = pixels("wall", columns, rows, area=(0.25, 0.5, 0.75, 1.0), layout=layout)
    boxes = pixel_rectangles(spec).astype(float)
    size = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])

    assert size.sum() == pytest.approx(0.25, rel=1e-4)
    assert size.min() == pytest.approx(0.25 / (columns * rows), rel=1e-3)
    assert len({tuple(box) for box in boxes.round(6)}) == columns * rows


def test_rows_begin_at_the_top_left_and_a_snake_turns_round():
    straight = pixel_rectangles(pixels("wall", 2, 2))
    snake = pixel_rectangles(pixels("wall", 2, 2, layout="snake"))

    assert straight.tolist() == [[0, 0.5, 0.5, 1], [0.5, 0.5, 1, 1], [0, 0, 0.5, 0.5], [0.5, 0, 1, 0.5]]
    assert snake[2:].tolist() == straight[[3, 2]].tolist()


def test_a_mirrored_area_runs_from_right_to_left():
    boxes = pixel_rectangles(pixels("wall", 2, area=(1.0, 0.0, 0.0, 1.0)))

    assert boxes.tolist() == [[0.5, 0, 1, 1], [0, 0, 0.5, 1]]


def test_a_fixture_at_the_edge_samples_what_is_inside():
    assert rectangle((0.0, 0.5), (0.5, 0.5)).tolist() == [[0.0, 0.25, 0.25, 0.75]]
