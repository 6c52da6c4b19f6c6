"""What a hub that says too much about stories can do to others: little."""

from pathlib import Path
from uuid import uuid4

import pytest

from installation.guestbook import GONE, Act, Event, State, inventory
from installation.site.stories import MOST_BYTES
from installation.site.story_messages import Ask, EventRow, Give, Have, Listing
from tests.installation.site.network import NOON, Network


def decisions(story: str, count: int, act: Act, value: str = "") -> list[Event]:
    return [Event(str(uuid4()), story, act, value, 1000 * NOON + i) for i in range(count)]


def test_lists_of_stories_that_never_come_are_bounded_and_forgotten(tmp_path: Path) -> None:
    net = Network(tmp_path, "a")
    exchange = net["a"].exchange
    exchange.take("b", Have(0.0, 1, bytes(2048)))
    exchange.take("b", Listing(0, {"00" + str(uuid4())[2:]: 5 for _ in range(4001)}))
    assert "a list of 4001 stories" in exchange.refused["b"]
    for _ in range(3):
        exchange.take("b", Listing(0, {"00" + str(uuid4())[2:]: 5 for _ in range(2000)}))
    assert len(exchange._peers["b"].stories) == 4000

    asked = [
        one.message
        for i in range(1100)
        for one in exchange.advance(float(i), NOON, {"b"})
        if isinstance(one.message, Ask)
    ]

    assert len({one for ask in asked for one in ask.stories}) == 4000
    assert not exchange._peers["b"].stories


def test_no_more_hubs_than_a_site_has_are_remembered(tmp_path: Path) -> None:
    exchange = Network(tmp_path, "a")["a"].exchange
    for i in range(300):
        exchange.take(f"hub{i}", Have(0.0, 1, bytes(2048)))
    assert len(exchange._peers) == 256
    assert len(exchange.refused) == 44


def test_withdrawals_beyond_a_list_are_refused(tmp_path: Path) -> None:
    net = Network(tmp_path, "a")
    net["a"].exchange.take("b", Give(gone=tuple(str(uuid4()) for _ in range(4001))))
    assert not net["a"].exchange._shelf.states
    assert "4001 withdrawals" in net["a"].exchange.refused["b"]


def test_ids_of_what_was_withdrawn_elsewhere_are_bounded_and_what_is_here_goes_in_any_case(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inventory, "MOST_GONE", 30)
    net = Network(tmp_path, "a")
    story, _ = net["a"].leave("to be withdrawn at another hub")
    exchange = net["a"].exchange
    for _ in range(4):
        exchange.take("b", Give(gone=tuple(str(uuid4()) for _ in range(20))))
    full = dict(exchange.refused)
    exchange.take("b", Give(gone=(story,)))

    states = list(exchange._shelf.states.values())
    assert len(full) == 50
    assert "b: 30 withdrawn stories are remembered already" in full.values()
    assert states.count(GONE) == 31
    assert exchange._shelf.states[story] == GONE


def test_many_decisions_about_one_story_pass_in_bounded_messages(tmp_path: Path) -> None:
    net = Network(tmp_path, "ab")
    story, _ = net["a"].leave("much talked about")
    net.off.add("b")
    assert not net["a"].book.merge([], decisions(story, 1100, Act.HIDDEN, "\u6d77" * 64), [], NOON)
    net.run(0.2)
    net.off.clear()
    assert net.until(net.agree) < 10.0
    assert len(net["b"].book.read([], [story])[1]) == 1100
    assert net.largest < 1.5 * MOST_BYTES


def test_decisions_about_one_story_are_bounded_and_hiding_it_stays_possible(tmp_path: Path) -> None:
    net = Network(tmp_path, "a")
    story, _ = net["a"].leave("much talked about")
    exchange = net["a"].exchange

    def take(events: list[Event]) -> None:
        exchange.take("b", Give((), tuple(EventRow(e.id, e.story, e.act, e.value, e.at) for e in events)))

    first = decisions(story, 1000, Act.APPROVED)
    take(first)
    assert not exchange.refused
    take(first[:3])
    assert not exchange.refused
    take(decisions(story, 200, Act.PINNED))
    assert len(exchange.refused) == 200
    assert len(net["a"].book.read([], [story])[1]) == 1000
    take([Event(str(uuid4()), story, Act.HIDDEN, "", 1000 * NOON + 5000)])
    assert net["a"].book.standing(story).state is State.HIDDEN
    net["a"].book.decide(story, Act.APPROVED)  # our own staff may always decide
    assert net["a"].book.standing(story).state is State.APPROVED
