"""Requests on their way to the stage, and what becomes of them."""

import json
import selectors
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from installation.ipc.control.stage_channel import PATIENCE, StageChannel
from installation.ipc.lines import LineSocket


class Ends:
    """A channel, the stage at its other end, and a client who asks."""

    def __init__(self) -> None:
        self.answers: list[dict[str, Any]] = []
        self.done: list[tuple[str, bool]] = []
        self.facts: list[dict[str, Any]] = []
        self.selector = selectors.DefaultSelector()
        self.channel = StageChannel(
            self.selector,
            lambda _client, answer: self.answers.append(answer),
            lambda verb, ok: self.done.append((verb, ok)),
            self.facts.append,
        )
        self.sockets = [*socket.socketpair(), *socket.socketpair()]
        ours, self.stage, asks, _ = self.sockets
        for one in self.sockets:
            one.setblocking(False)
        self.client = LineSocket(asks)
        self.channel.attach(ours)

    def ask(self, verb: str) -> bool:
        return self.channel.hand_on(self.client, verb, [], "test", 0.0)

    def heard(self) -> list[dict[str, Any]]:
        """What the stage has received since the last call."""
        try:
            return [json.loads(line) for line in self.stage.recv(1 << 16).splitlines()]
        except BlockingIOError:
            return []

    def say(self, **message: Any) -> None:
        """Have the stage say something, and hear it."""
        self.stage.send(json.dumps(message).encode() + b"\n")
        for key, _ in self.selector.select(1.0):
            key.data(0.0)

    def close(self) -> None:
        self.channel.attach(None)
        self.selector.close()
        for one in self.sockets:
            one.close()


@pytest.fixture
def ends() -> Iterator[Ends]:
    made = Ends()
    yield made
    made.close()


def test_an_answer_goes_to_who_asked_and_its_verb_is_told(ends: Ends) -> None:
    assert ends.ask("go")
    (asked,) = ends.heard()
    assert (asked["verb"], asked["source"]) == ("go", "test")
    assert ends.channel.asking() == [ends.client]

    ends.say(id=asked["id"], ok=True, result="2")
    assert ends.answers == [{"ok": True, "result": "2"}]
    assert ends.done == [("go", True)]
    assert ends.channel.asking() == []


def test_what_the_keeper_tells_itself_is_answered_to_nobody(ends: Ends) -> None:
    number = ends.channel.tell("blackout", [True], "keeper")
    ends.say(id=number, ok=False)
    ends.say(said={"blackout": True})

    assert (ends.answers, ends.done, ends.facts) == ([], [("blackout", False)], [{"blackout": True}])


def test_what_is_not_begun_in_time_is_cancelled_and_what_is_begun_is_waited_for(ends: Ends) -> None:
    ends.ask("go")
    ends.ask("panic")
    first, second = ends.heard()
    ends.say(began=[second["id"]])
    ends.channel.expire(2.1)

    assert [one["error"] for one in ends.answers] == ["the stage did not answer 'go' within 2 s"]
    assert [(one["verb"], one["arguments"]) for one in ends.heard()] == [("cancel", [first["id"]])]
    ends.channel.expire(PATIENCE)
    assert len(ends.answers) == 1
    ends.channel.expire(PATIENCE + 0.1)
    assert len(ends.answers) == 2


def test_a_stream_has_no_end_but_that_of_its_client(ends: Ends) -> None:
    ends.ask("watch")
    (asked,) = ends.heard()
    ends.say(id=asked["id"], ok=True, more=True)
    ends.channel.expire(1e6)
    assert ends.channel.asking() == [ends.client]

    ends.channel.forget(ends.client)
    assert ends.channel.asking() == []
    assert [(one["verb"], one["arguments"]) for one in ends.heard()] == [("cancel", [asked["id"]])]


def test_when_the_stage_goes_all_are_told_and_nobody_is_handed_on(ends: Ends) -> None:
    ends.ask("go")
    ends.channel.attach(None)

    assert [one["error"] for one in ends.answers] == ["the stage went away; it is being restarted"]
    assert not ends.ask("go")
    assert ends.channel.tell("go", [], "keeper") is None
