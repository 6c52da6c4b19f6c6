"""Which cues are told as begun: what a cue sends depends on it."""

from installation.cue.state import CueState
from tests.installation.cue.test_score import Played, cue


def told(show: Played) -> list[str]:
    names: list[str] = []
    show.list.began = lambda one: names.append(one.id)
    return names


def test_cues_of_the_score_are_told_once_each_in_order_in_every_cycle() -> None:
    show = Played(cue("a", 0.0), cue("b", 30.0), cue("c", 30.0))
    names = told(show)
    show.score.start(0.0)
    show.run(131.0)
    assert names == ["a", "b", "c", "a", "b", "c"]


def test_a_cue_that_is_met_in_its_middle_is_not_told_but_one_that_just_began_is() -> None:
    show = Played(cue("a", 0.0), cue("b", 30.0), cue("c", 60.0))
    names = told(show)
    show.score.start(45.0)
    show.run(1.0)
    assert names == []
    show.score.start(60.5)
    show.run(1.0)
    assert names == ["c"]


def test_a_restart_at_a_cue_tells_nothing() -> None:
    show = Played(cue("a", 0.0), cue("b", 30.0))
    show.list.restore(CueState("b", None, 5.0, 0.0))
    names = told(show)
    show.list.as_authored(0.0)
    show.run(3.0)
    assert names == []


def test_a_go_tells_after_its_wait_and_follows_are_told_in_the_same_frame() -> None:
    show = Played(
        cue("a", pre_wait=1.0, follow="auto-continue"),
        cue("b", follow="auto-continue"),
        cue("c"),
    )
    names = told(show)
    assert show.list.go(0.0)
    show.run(0.875)
    assert names == []
    show.run(0.25)
    assert names == ["a", "b", "c"]


def test_back_plays_a_cue_and_tells_it_again() -> None:
    show = Played(cue("a"), cue("b"))
    names = told(show)
    for act in (show.list.go, show.list.go, show.list.back):
        assert act(show.now + 1.0)
        show.run(2.0)
    assert names == ["a", "b", "a"]


def test_a_panic_in_the_wait_of_a_cue_keeps_it_from_being_told() -> None:
    show = Played(cue("a", pre_wait=1.0))
    names = told(show)
    show.list.go(0.0)
    show.run(0.5)
    show.list.panic(0.1)
    show.run(3.0)
    assert names == []
