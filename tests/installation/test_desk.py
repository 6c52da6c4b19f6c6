from pathlib import Path
from typing import Any

import pytest

from installation.app import build_player
from installation.clock import ManualClock
from installation.desk import Desk
from installation.keeper.link import Asked
from installation.options import StageOptions
from installation.piece import read_piece
from installation.values import Command, Reading


class Link:
    """The keeper's end: asks what it is told to ask, and remembers the answers by number."""

    def __init__(self) -> None:
        self.asks: list[Asked] = []
        self.answers: list[tuple[int, Any, str]] = []
        self.said: list[dict[str, bool]] = []

    def commands(self) -> list[Asked]:
        asks, self.asks = self.asks, []
        return asks

    def answer(self, number: int, result: Any = None, *, error: str = "", more: bool = False) -> None:
        self.answers.append((number, result, error))

    def say(self, facts: dict[str, bool]) -> None:
        self.said.append(facts)


@pytest.fixture
def desk(small_show: Path) -> tuple[Desk, Link]:
    options = StageOptions(show=str(small_show), venue="loopback")
    player = build_player(read_piece(options), options, ManualClock(1 / 60), None)
    link = Link()
    return Desk(link, player), link  # type: ignore[arg-type]


def ask(desk: Desk, link: Link, verb: str, *arguments: Any) -> list[Command]:
    link.asks.append(Asked(7, Command(verb, arguments)))
    return desk.commands()


def test_a_question_is_answered_at_once(desk: tuple[Desk, Link]) -> None:
    made, link = desk

    assert ask(made, link, "get", "/scene/two/glow") == []

    assert link.answers == [(7, [0.75], "")]
    ask(made, link, "get", "/scene/two/glov")
    assert "/scene/two/glow" in link.answers[1][2]
    ask(made, link, "parameters")
    assert {one["address"] for one in link.answers[2][1]} >= {"/master", "/scene/one/glow"}


def test_an_order_is_answered_when_it_was_carried_out_refused_or_not_known(desk: tuple[Desk, Link]) -> None:
    made, link = desk
    (first,) = ask(made, link, "go")
    made.settle([], [])
    (second,) = ask(made, link, "set")
    made.settle([], [(second, "no parameter")])
    (third,) = ask(made, link, "dance")
    made.settle([third], [])

    assert first.verb == "go"
    assert link.answers[0] == (7, {"done": "go"}, "")
    assert link.answers[1] == (7, None, "no parameter")
    assert "dance" in link.answers[2][2]


def test_what_the_program_says_of_itself_in_every_frame_is_told_only_when_asked_for(
    desk: tuple[Desk, Link],
) -> None:
    made, link = desk
    arrived = [
        Reading("/lamps/power", (0.1,), 0.0, "lamps"),
        Reading("/picture/mean", (0.1,), 0.0, "picture"),
    ]
    knob = Reading("/midi/desk/cc/1", (0.5,), 0.0, "midi")
    ask(made, link, "watch", "/")
    made.tell_watchers([*arrived, knob])
    assert [one["address"] for one in link.answers[-1][1]["readings"]] == ["/midi/desk/cc/1"]

    ask(made, link, "cancel", 7)
    ask(made, link, "watch", "/picture")
    made.tell_watchers([*arrived, knob])
    assert [one["address"] for one in link.answers[-1][1]["readings"]] == ["/picture/mean"]


def test_a_watcher_hears_what_it_asked_for_until_it_hangs_up(desk: tuple[Desk, Link]) -> None:
    made, link = desk
    ask(made, link, "watch", "/osc/hand")
    flood = [Reading(f"/hand/{index}", (1.0,), 0.0, "osc") for index in range(100)]

    made.tell_watchers([*flood, Reading("/foot", (1.0,), 0.0, "osc"), Command("go")])
    ask(made, link, "cancel", 7)
    made.tell_watchers(flood)

    number, said, _ = link.answers[1]
    assert number == 7
    assert len(said["readings"]) == 64
    assert said["left_out"] == 36
    assert len(link.answers) == 3
