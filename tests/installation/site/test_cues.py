"""Whom a hub follows."""

import pytest

from installation.site.cues import Following, Played
from installation.site.members import EPOCHS


def test_a_leader_that_lost_its_disk_is_followed_with_its_lower_epoch() -> None:
    following = Following()
    assert following.hear(Played("x", 50, 3, 10.0, (1,)), "x", 50)
    assert following.due("x", 50) is not None

    lost = Played("x", 1, 1, 20.0, (2,))
    assert following.hear(lost, "x", 1)
    assert following.due("x", 1) == lost
    assert not following.hear(lost, "x", 1)


def test_news_of_a_leader_that_is_not_known_yet_stay_until_it_is() -> None:
    following = Following()
    following.hear(Played("x", 1, 1, 10.0, (1,)), "x", 1)
    news = Played("y", 2, 1, 11.0, (2,))
    assert following.hear(news, "x", 1)
    assert following.due("x", 1) is None
    assert following.due("y", 2) == news


@pytest.mark.parametrize(
    ("epoch", "at"),
    [(1, float("nan")), (1, float("inf")), (1, float("-inf")), (EPOCHS + 1, 1.0), (-1, 1.0)],
)
def test_what_has_no_time_or_no_epoch_is_refused(epoch: int, at: float) -> None:
    following = Following()
    assert not following.hear(Played("x", epoch, 1, at, (1,)), "x", min(epoch, 1))
    assert following.refused == 1
