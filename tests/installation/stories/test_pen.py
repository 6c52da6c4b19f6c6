"""Ink to the way of a pen: thin, in order, and never late."""

import numpy as np
import pytest
from numpy.typing import NDArray

from installation.stories import (
    CELL,
    HEADER,
    MOST_STORIES,
    POINTS,
    Fonts,
    Row,
    draw,
    table_of,
    table_of_rows,
    write,
)
from installation.stories.hand import dwell
from installation.stories.pen import near, signed_distance, strokes_of, thin


def bar(height: int, width: int, top: int, left: int, high: int, wide: int) -> NDArray[np.bool_]:
    ink = np.zeros((height, width), np.bool_)
    ink[top : top + high, left : left + wide] = True
    return ink


def test_a_bar_thins_to_a_line() -> None:
    line = thin(bar(20, 40, 8, 5, 5, 30))

    assert 20 <= line.sum() <= 32
    assert (line.sum(axis=0) <= 1).all()
    assert line[10].sum() >= 18


def test_a_dot_does_not_vanish() -> None:
    for size in (1, 2, 3, 4, 5, 6):
        assert thin(bar(12, 12, 3, 3, size, size)).any(), size


def test_the_pen_runs_along_the_line_in_the_direction_of_the_hand() -> None:
    line = thin(bar(20, 60, 8, 5, 3, 50))
    for leftward in (False, True):
        strokes = strokes_of(line, leftward=leftward, small=3)
        way = strokes[0].way
        assert len(strokes) == 1
        assert bool(way[0, 1] > way[-1, 1]) is leftward
        assert (np.abs(np.diff(way, axis=0)).max(axis=1) == 1).all()


def test_letters_come_one_after_another_and_a_dot_after_its_stem() -> None:
    ink = bar(40, 60, 15, 10, 20, 2) | bar(40, 60, 5, 10, 3, 3) | bar(40, 60, 15, 40, 20, 2)
    strokes = strokes_of(thin(ink), leftward=False, small=6)
    first = [(int(stroke.way[:, 1].mean()) // 30, bool(stroke.way[:, 0].max() < 10)) for stroke in strokes]

    assert first == [(0, False), (0, True), (1, False)]


def test_every_pixel_takes_the_value_of_the_nearest_place() -> None:
    at = np.array([[5, 5], [5, 15]])
    value, distance = near((11, 21), at, np.array([1.0, 2.0]), 4)

    assert value[5, 6] == 1.0
    assert value[4, 14] == 2.0
    assert distance[5, 5] == 0.0
    assert distance[5, 8] == 3.0
    assert (value[0, 0], distance[0, 0]) == (0.0, 5.0)


def test_distance_is_positive_inside_and_held_outside() -> None:
    distance = signed_distance(bar(30, 30, 10, 10, 10, 10), 6)

    assert distance[15, 15] > 3.0
    assert distance[10, 15] == 0.5
    assert distance[9, 15] == -0.5
    assert distance[0, 0] == -6.0


def test_a_story_is_ink_that_the_pen_reaches_in_time() -> None:
    fonts = Fonts(system=False)
    story = write("We shared one umbrella and both got wet.", fonts, "en", 3)

    assert story is not None
    assert story.ink.shape == (CELL[1], CELL[0], 2)
    assert np.isfinite(story.ink).all()
    inside = story.ink[..., 0] > 0.004
    when = story.ink[..., 1][inside]
    assert 0.01 < inside.mean() < 0.2
    assert (when > 0.0).mean() > 0.995
    assert when.max() <= story.seconds + 0.02
    assert (np.diff(story.points[:, 2]) >= 0.0).all()
    left, bottom, right, top = story.box
    assert 0.0 <= left < right <= 4.0
    assert 0.0 <= bottom < top <= 1.0
    # The first line, above, is written before the second.
    upper, lower = story.ink[70:, :, 1][inside[70:]], story.ink[:58, :, 1][inside[:58]]
    assert np.median(upper) < np.median(lower)


def test_arabic_is_written_from_the_right() -> None:
    story = write("تعلّمت أسماء النجوم.", Fonts(system=False), "ar")

    assert story is not None
    third = POINTS // 3
    assert story.points[:third, 0].mean() > story.points[-third:, 0].mean()


def test_equal_stories_are_equal_and_another_hand_is_another() -> None:
    fonts = Fonts(system=False)
    first, again, other = (write("Good night, bees.", fonts, "en", key) for key in (1, 1, 2))

    assert first is not None
    assert again is not None
    assert other is not None
    assert (first.ink == again.ink).all()
    assert first.seconds != other.seconds


def test_what_cannot_be_written_is_none() -> None:
    fonts = Fonts(system=False)

    assert write("word " * 30, fonts) is None
    assert write("ꙮ", fonts) is None
    assert write("  ", fonts) is None


def test_long_stories_stay_longer() -> None:
    assert dwell("Good night.") == 12.0
    assert dwell("a " * 30) == 16.0
    assert dwell("雨" * 84) > 16.0


def test_the_table_has_a_row_for_each_story() -> None:
    story = write("Good night.", Fonts(system=False))
    assert story is not None
    table = table_of([story, story])

    assert table.shape == (MOST_STORIES, HEADER + POINTS, 4)
    assert (table[:, 1, 3] == 2).all()
    assert table[1, 1, 2] == 1.0
    assert table[2, 1, 2] == 0.0
    assert np.allclose(table[0, 0], story.box)
    assert np.allclose(table[0, HEADER:, :3], story.points)


def test_a_drawing_is_drawn_where_and_when_its_hand_was() -> None:
    written = draw([[(100, 100, 0), (900, 100, 1000)], [(500, 100, 2000), (500, 400, 3000)]])

    assert written is not None
    assert written.seconds == pytest.approx(3.2, abs=0.01)
    inked = written.ink[..., 0] > 0
    when = written.ink[..., 1].astype(np.float32)
    rows, columns = np.nonzero(inked)
    across = inked & (np.arange(CELL[1])[:, None] > rows.max() - 4)
    left, right = when[across & (np.arange(CELL[0]) < 160)], when[across & (np.arange(CELL[0]) > 340)]
    assert 0.0 <= left.min() < left.max() < right.min() < right.max() <= 1.0
    assert when[rows.min() + 2, int(np.median(columns))] == pytest.approx(3.0, abs=0.1)
    assert (np.diff(written.points[:, 2]) >= 0).all()
    assert draw([]) is None
    assert draw([[(5, 5, 0)]]) is not None


def test_rows_say_what_is_new_which_story_and_where_its_ink_is() -> None:
    story = write("Good night.", Fonts(system=False))
    table = table_of_rows([Row(story, 7, 2, 7), Row(None, 0, 0), Row(story, 7, 2)])

    assert table[:3, 2, :3].tolist() == [[7, 7, 2], [0, 0, 0], [0, 7, 2]]
    assert table[:4, 1, 2].tolist() == [1, 0, 1, 0]
    assert (table[:, 1, 3] == 3).all()


@pytest.mark.parametrize(
    "text",
    [
        "x" * 84,
        "\u0905" * 84,
        "Good night \U0001f469\u200d\U0001f680 \u2764\ufe0f",
        "\u0645\u0631\u062d\u0628\u0627 \U0001f319 hello",
        "signs \U00012000 of old",
        "word " * 16 + "word",
    ],
    ids=["long", "Devanagari", "emoji", "Arabic", "unknown", "words"],
)
def test_a_visitors_sentence_is_written_in_any_case(text: str) -> None:
    written = write(text, Fonts(system=False), every=True)

    assert written is not None
    assert written.seconds <= 30.0
    left, bottom, right, top = written.box
    assert 0.0 <= left < right < CELL[0] / CELL[1]
    assert 0.0 <= bottom < top <= 1.0


def test_what_no_font_has_most_of_is_not_written_as_dots() -> None:
    assert write("\U00012000" * 9 + " yes", Fonts(system=False), every=True) is None


def test_a_sign_without_a_font_has_dots_of_its_own() -> None:
    fonts = Fonts(system=False)
    one, other, again = (
        write(f"see {sign} here", fonts, every=True) for sign in ("\U00012000", "\U00012005", "\U00012000")
    )
    assert one is not None
    assert other is not None
    assert again is not None
    assert (one.ink == again.ink).all()
    assert not (one.ink == other.ink).all()
