"""Housekeeping of the page: what has expired goes, but not by a clock that is wrong."""

import logging
from pathlib import Path

import pytest

from installation.guestbook import Guestbook, Story
from installation.visitors.desk import Desk
from installation.visitors.options import VisitorOptions

DAY = 86_400.0
NOW = 1_800_000_000.0


def test_a_clock_a_year_ahead_deletes_neither_stories_nor_backups(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    now = [NOW]
    desk = Desk(tmp_path, VisitorOptions(backups=7), lambda: now[0])
    book = Guestbook(tmp_path, lambda: now[0])
    hour = int(NOW) // 3600 * 3600
    book.add(Story("0" * 36, "", hour, "en", "soon", "", int(NOW - 1), "0" * 64))
    book.add(Story("1" * 36, "", hour, "en", "later", "", int(NOW + 365 * DAY), "1" * 64))

    def texts() -> list[str]:
        return [one.story.text for one in book.stories()]

    def keep_house() -> int:
        desk._with_book(desk._keep_house)
        return len(list((tmp_path / "backups").glob("stories-*.db")))

    try:
        assert (keep_house(), texts()) == (1, ["later"])
        now[0] += 366 * DAY
        with caplog.at_level(logging.ERROR):
            assert (keep_house(), texts()) == (2, ["later"])
            keep_house()
        assert [one.message.split(":")[0] for one in caplog.records] == ["NO STORY EXPIRES"]
        now[0] -= 366 * DAY
        assert texts() == ["later"]
        keep_house()
        assert book.purge() == 0
    finally:
        desk.close()
        book.close()
