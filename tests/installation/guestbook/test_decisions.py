"""Rows of decisions: their dates, and which one stands last."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import pytest

from installation.guestbook.decisions import all_events, latest, note
from installation.guestbook.model import Act
from installation.guestbook.storage.schema import connect, prepare

STORY, OTHER = str(uuid4()), str(uuid4())


@pytest.fixture
def book(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(connect(tmp_path / "stories.db")) as opened:
        prepare(opened)
        for story in (STORY, OTHER):
            row = (story, "", 0, "en", "a sentence", "", 1 << 40, "0" * 64)
            opened.execute("INSERT INTO story VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
        yield opened


def test_a_later_decision_has_a_later_date_also_where_the_clock_was_set_back(
    book: sqlite3.Connection,
) -> None:
    first = note(book, STORY, Act.APPROVED, "", 2000.0)
    second = note(book, STORY, Act.HIDDEN, "", 1000.0)

    assert second.at > first.at
    assert latest(book) == second


def test_what_was_taken_back_stands_no_more(book: sqlite3.Connection) -> None:
    assert latest(book) is None
    first = note(book, STORY, Act.APPROVED, "", 1000.0)
    second = note(book, OTHER, Act.PINNED, "", 1001.0)
    note(book, OTHER, Act.UNDONE, second.id, 1002.0)

    assert latest(book) == first
    assert latest(book, OTHER) is None
    assert latest(book, STORY) == first


def test_decisions_are_found_by_story_and_a_theme_is_cut_to_what_a_row_holds(
    book: sqlite3.Connection,
) -> None:
    note(book, STORY, Act.THEMED, "t" * 100, 1000.0)
    note(book, OTHER, Act.APPROVED, "", 1001.0)

    found = all_events(book)
    assert {story: [one.act for one in events] for story, events in found.items()} == {
        STORY: [Act.THEMED], OTHER: [Act.APPROVED],
    }  # fmt: skip
    assert found[STORY][0].value == "t" * 64
