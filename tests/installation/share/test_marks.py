"""Marks of past cycles."""

from installation.share.marks import MOST_MARKS, Marks


def test_each_cycle_leaves_one() -> None:
    marks = Marks()
    for heal in (True, False, True):
        marks.leave(heal)
    assert (marks.heals, marks.divides) == (2, 1)
    assert Marks.of_text(marks.text()).text() == "hdh"
    assert Marks.of_text("h?d\n").text() == "hd"


def test_beyond_the_most_the_oldest_pair_becomes_one() -> None:
    marks = Marks([True, False, True] + [False] * (MOST_MARKS - 3))
    marks.leave(True)
    assert len(marks.text()) == MOST_MARKS
    assert marks.text()[:3] == "hdd", "the two oldest that healed are one"
    assert marks.text()[-1] == "h"
