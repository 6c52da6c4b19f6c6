"""Budgets that hubs of one site state differently."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from installation.hub.part import Surroundings
from installation.hub.share.stated import StatedBudgets
from installation.site.fair import PARTS, Agreement, Statement


class Site:
    """This hub, ``a``, and what ``b`` says."""

    def __init__(self, folder: Path) -> None:
        self.around: Any = Surroundings.__new__(Surroundings)
        self.around.hub, self.around.folder, self.around.endings = "a", folder, []
        self.around.members = frozenset({"a", "b"})
        self.agreement = Agreement("a", PARTS // 2, lambda: 1)
        self.stated = StatedBudgets("watts", 400.0, self.around, self.agreement.others, ("a", "b"))

    def hear(self, watts: float) -> None:
        other = Agreement("b", PARTS // 2, lambda: 2, budget=round(watts * 1000.0))
        said = msgspec.convert(msgspec.to_builtins(other.statement()), Statement)
        self.agreement.hear(said, 1.0)

    def close(self) -> None:
        self.stated.close()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path)
    yield made
    made.close()


def test_the_lowest_of_all_counts_and_says_where_they_differ(site: Site) -> None:
    assert (site.stated.lowest, site.stated.differing()) == (400.0, "")
    site.hear(100.0)
    site.stated.look()

    assert site.stated.all() == {"a": 400.0, "b": 100.0}
    assert site.stated.lowest == 100.0
    assert site.stated.differing() == "the venue files differ, and the lowest counts, 100 watts: a 400, b 100"


def test_a_hub_that_lowers_it_and_is_away_may_be_released(site: Site) -> None:
    site.hear(100.0)
    site.around.members = frozenset({"a"})
    site.stated.look()
    assert "b is not reached" in site.stated.differing()
    assert "`photophore release-hub b`" in site.stated.differing()

    site.stated.forget("b")
    site.stated.look()
    assert (site.stated.lowest, site.stated.differing()) == (400.0, "")


def test_what_was_stated_counts_after_a_restart_before_it_is_heard_again(site: Site, tmp_path: Path) -> None:
    site.hear(100.0)
    site.stated.look()
    site.close()

    again = Site(tmp_path)
    again.stated.look()
    assert again.stated.lowest == 100.0
    again.close()
