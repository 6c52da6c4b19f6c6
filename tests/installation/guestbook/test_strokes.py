"""Drawings: bounded, paced for the wall, and small."""

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from installation.guestbook import FRAME, LONGEST_DRAWING, SentenceError, read_drawing, stored, strokes_in

LINE = [0, 0, 5000, 100, 100, 5100, 200, 0, 5300]


def test_a_drawing_begins_at_once_and_keeps_its_timing() -> None:
    drawing = read_drawing(json.dumps([LINE]))

    assert drawing == (((0, 0, 0), (100, 100, 100), (200, 0, 300)),)
    assert strokes_in(stored(drawing)) == drawing


def test_long_pauses_are_shortened_and_long_drawings_hurried() -> None:
    paused = read_drawing(json.dumps([[0, 0, 0, 90, 90, 100], [0, 90, 60_000, 90, 0, 60_200]]))
    assert paused[1][0][2] == 700
    assert paused[1][1][2] == 900

    slow = read_drawing(json.dumps([[0, 0, 0, 500, 400, 60_000]]))
    assert slow[0][-1][2] == 20_000


def test_many_points_become_few_that_lie_on_the_same_line() -> None:
    flat = [n for i in range(4000) for n in (i % 1000, (i * i) % 480, i)]
    drawing = read_drawing(json.dumps([flat]))
    assert sum(map(len, drawing)) <= 600

    scribbled = random.Random(1)
    flat = [n for i in range(4000) for n in (scribbled.randrange(1000), scribbled.randrange(500), i)]
    assert sum(map(len, read_drawing(json.dumps([flat])))) == 600

    straight = read_drawing(json.dumps([[n for i in range(500) for n in (i, 100, i)]]))
    assert straight == (((0, 100, 0), (499, 100, 499)),)


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        ("[]", "empty"),
        ("[[]]", "empty"),
        ("[[5, 5, 0]]", "empty"),
        ("[[1, 2]]", "drawing"),
        ('{"a": 1}', "drawing"),
        ("<svg onload=alert(1)>", "drawing"),
        ('[["a", 2, 3]]', "drawing"),
        ("[[1e999, 2, 3]]", "drawing"),
        (json.dumps([[0, 0, 0, 90, 90, 9]] * 81), "drawing"),
        ("[" * 5000, "drawing"),
        (" " * (LONGEST_DRAWING + 1), "drawing"),
    ],
)
def test_anything_else_is_no_drawing(sent: str, reason: str) -> None:
    with pytest.raises(SentenceError) as error:
        read_drawing(sent)
    assert error.value.reason == reason


NUMBER = st.one_of(st.integers(-(10**6), 10**6), st.floats(-1e9, 1e9))


@given(st.lists(st.lists(NUMBER, max_size=60).map(lambda flat: flat[: len(flat) // 3 * 3]), max_size=20))
def test_what_is_stored_lies_in_the_frame_and_time_never_falls(strokes: list[list[float]]) -> None:
    try:
        drawing = read_drawing(json.dumps(strokes))
    except SentenceError:
        return
    times = [t for stroke in drawing for _, _, t in stroke]
    assert times == sorted(times)
    assert all(0 <= x <= FRAME[0] and 0 <= y <= FRAME[1] for stroke in drawing for x, y, _ in stroke)
