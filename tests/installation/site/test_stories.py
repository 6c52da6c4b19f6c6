"""Stories of several hubs, and all that a network does to messages: nothing lost, nothing unread shown."""

import random
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from installation.guestbook import GONE, Act, GuestbookError, State, on_the_wall, stored
from installation.guestbook.clock import Clock
from installation.guestbook.versions import order, stamp
from installation.site.stories import MOST_BYTES
from installation.site.story_messages import EventRow, Give, Have, Listing, StoryRow, taken
from tests.installation.site.network import DAY, NOON, Network

HUGE = (2**63 // 3600 + 1) * 3600
"""Hours in seconds that no database takes, and that never pass."""
FAR = 2**50 // 3600 * 3600


def test_what_is_decided_at_one_hub_counts_at_all(tmp_path: Path) -> None:
    net = Network(tmp_path)
    story, _ = net["a"].leave("a stone from every shore")
    assert net.until(net.agree) < 1.0
    assert not any(on_the_wall(hub.book.stories()) for hub in net.hubs.values())

    net["b"].book.decide(story, Act.APPROVED)
    assert net.until(lambda: all(on_the_wall(hub.book.stories()) for hub in net.hubs.values())) < 0.5

    net["c"].book.decide(story, Act.THEMED, "rain")
    net.run(0.1)
    net["a"].book.decide(story, Act.PINNED)
    assert net.until(net.agree) < 1.0
    assert [(one.theme, one.pinned) for one in net["b"].book.stories()] == [("rain", True)]

    assert net["b"].book.undo().act is Act.PINNED  # the last decision of all, wherever it was made
    net.until(net.agree)
    assert [one.pinned for hub in net.hubs.values() for one in hub.book.stories()] == [False] * 3


def test_who_decides_later_is_followed_whatever_the_clocks_say(tmp_path: Path) -> None:
    net = Network(tmp_path)
    net["a"].wrong, net["b"].wrong = 5 * 3600.0, -7 * 3600.0
    story, _ = net["a"].leave("later")
    net["a"].book.decide(story, Act.APPROVED)
    net.until(net.agree)
    net["b"].book.decide(story, Act.HIDDEN)
    net.until(net.agree)
    assert {hub.book.standing(story).state for hub in net.hubs.values()} == {State.HIDDEN}


def test_what_was_withdrawn_stays_so_against_a_hub_that_was_away_for_a_day(tmp_path: Path) -> None:
    net = Network(tmp_path)
    secret, code = net["a"].leave("nobody is to read this")
    kept, _ = net["a"].leave("this may stay")
    net["a"].book.decide(secret, Act.APPROVED)
    net.until(net.agree)
    for hub in net.hubs.values():
        hub.book.back_up(7)
    net.off.add("c")
    assert net["b"].book.withdraw(code) == secret  # at another hub than where it was left
    net["c"].book.decide(secret, Act.PINNED)
    net["c"].book.decide(kept, Act.APPROVED)
    net.run(5.0)
    net.time += DAY
    net.off.clear()
    net["c"].start()
    assert net.until(net.agree) < 5.0
    assert [hub.texts() for hub in net.hubs.values()] == [{"this may stay"}] * 3
    assert net["a"].book.standing(kept).state is State.APPROVED
    for hub in net.hubs.values():
        hub.book.settle()
    held = [one for one in tmp_path.rglob("*") if one.is_file() and b"nobody is to read" in one.read_bytes()]
    assert held == []


def test_a_withdrawal_overtakes_its_story_and_passes_hubs_that_never_had_it(tmp_path: Path) -> None:
    net = Network(tmp_path)
    net.off.add("b")
    story, code = net["a"].leave("on its way")
    row, _ = net["a"].book.read([story], [])
    net.run(1.0)
    assert net["c"].texts() == {"on its way"}
    net.off = {"c"}
    net["a"].book.withdraw(code)
    net.until(lambda: GONE in net["b"].exchange._shelf.states.values())
    one = row[0]
    late = StoryRow(one.id, one.hub, one.hour, one.language, one.text, one.strokes, one.expires, one.digest)
    net["b"].exchange.take("c", Give((late,)))
    assert net["b"].texts() == set()
    net.off = {"a"}
    net.run(5.0)
    assert net["c"].texts() == set()


def test_what_has_expired_comes_back_from_nowhere(tmp_path: Path) -> None:
    net = Network(tmp_path)
    net["a"].leave("short-lived", days=0.5)
    net["a"].leave("long-lived", days=30)
    net.until(net.agree)
    for hub in net.hubs.values():
        hub.book.back_up(7)
    net.off.add("c")
    net.time += 0.6 * DAY
    net["a"].book.purge()
    net.off.clear()
    net.run(5.0)
    assert net["a"].texts() == {"long-lived"}
    assert "short-lived" in net["c"].texts()  # its own housekeeping deletes it, in this hour
    for name in "bc":
        net[name].book.purge()
    net.run(5.0)
    assert [hub.texts() for hub in net.hubs.values()] == [{"long-lived"}] * 3
    assert not [one for one in tmp_path.rglob("*.db") if b"short-lived" in one.read_bytes()]


def test_a_wrong_clock_deletes_nothing_at_others_and_is_told(tmp_path: Path) -> None:
    net = Network(tmp_path)
    net["a"].leave("it stays")
    net.until(net.agree)
    net["c"].wrong = 400.0 * DAY
    assert net["c"].book.purge() == 1
    net.run(4.0)
    assert [net[name].texts() for name in "abc"] == [{"it stays"}, {"it stays"}, set()]
    assert "hub c are 400 days apart" in net["a"].exchange.trouble
    net["c"].wrong = 0.0
    assert net.until(net.agree) < 30.0
    assert net["c"].texts() == {"it stays"}
    net.run(4.0)
    assert net["a"].exchange.trouble == ""


@pytest.mark.parametrize("loss", [0.0, 0.3])
def test_a_late_hub_gets_everything_in_bounded_messages(tmp_path: Path, loss: float) -> None:
    net = Network(tmp_path, "ab", loss=loss)
    net.off.add("b")
    strokes = stored(tuple(tuple((x % 1000, 7 * x % 500, x) for x in range(600)) for _ in range(1)))
    for i in range(150):
        story, _ = net["a"].leave(f"story {i}")
        if i % 2:
            net["a"].book.decide(story, Act.APPROVED)
    drawn = StoryRow(story, "", 0, "", "", strokes, 1, "")
    for i in range(30):
        row = net["a"].book.read([story], [])[0][0]
        other = f"{i:08x}" + story[8:]
        object.__setattr__(row, "id", other)
        object.__setattr__(row, "text", "")
        object.__setattr__(row, "strokes", drawn.strokes)
        net["a"].book.add(row)
    net.run(1.0)
    net.off.clear()
    assert net.until(net.agree, 120.0) < (12.0 if not loss else 120.0)
    assert len(net["b"].book.stories()) == 180
    assert net.largest < 1.5 * MOST_BYTES
    # a digest that was lost makes a hub look again
    net.until(lambda: net["a"].exchange.equal_to("b") and net["b"].exchange.equal_to("a"))
    net.run(0.2)
    before = net.sent
    net.run(10.0)
    assert net.sent - before <= 2 * 5  # digests every three seconds, and nothing else


def test_nothing_that_no_page_would_take_is_taken_from_a_hub(tmp_path: Path) -> None:
    net = Network(tmp_path, "ab")
    good, _ = net["a"].leave("good")
    row = net["a"].book.read([good], [])[0][0]
    fine = StoryRow(good, "a", row.hour, "en", "good", "", row.expires, row.digest)
    other = "0" + good[1:] if good[0] != "0" else "1" + good[1:]

    def changed(**fields: object) -> StoryRow:
        known = {name: getattr(fine, name) for name in StoryRow.__struct_fields__} | {"id": other} | fields
        return StoryRow(**known)

    bad = [
        changed(id="x" * 36), changed(digest=""), changed(text="a\nb"), changed(text="a\u202eb"),
        changed(text="x" * 1001), changed(expires=2**60), changed(strokes="[[1]]", text=""),
        changed(hub="h" * 65), changed(text="", strokes=""), changed(text="x", strokes="[[0,0,0,9,9,9]]"),
        changed(hour=row.hour + 1), changed(hour=row.hour + 3 * DAY, expires=row.expires + 3 * DAY),
        changed(hour=-3600), *(changed(hour=one, expires=one + DAY) for one in (HUGE, FAR)),
    ]  # fmt: skip
    for one in bad:
        net["b"].exchange.take("a", Give((one,)))
    assert net["b"].texts() == set()
    assert len(net["b"].exchange.refused) >= 2
    net["b"].exchange.take("a", Give((fine,)))
    assert net["b"].texts() == {"good"}
    late = EventRow(good, good, Act.APPROVED, "", 2**62)
    far = EventRow(other, good, Act.APPROVED, "", 1000 * (NOON + 6 * DAY))
    for event in (late, far):
        assert "days ahead of our clock" in next(iter(taken(Give((), (event,)), NOON)[3].values()))
        net["b"].exchange.take("a", Give((), (event,)))
    net["b"].exchange.take("a", Have(0.0, 0, b"short"))
    net["b"].exchange.take("a", Listing(999, {}))
    ours = net["b"].book.decide(good, Act.APPROVED)  # the clock of decisions is not spoilt
    assert ours.at == 1000 * NOON
    assert not Clock(tmp_path / "b", net["b"].unix).doubt(net["b"].book.newest())


def test_while_our_clock_is_in_doubt_dates_of_this_century_are_taken() -> None:
    identity = str(uuid4())
    row = StoryRow(identity, "", HUGE, "en", "text", "", HUGE + DAY, "0" * 64)
    now = structs.replace(row, hour=NOON, expires=NOON + DAY)
    decided = EventRow(identity, identity, Act.APPROVED, "", 1000 * NOON)
    assert taken(Give((row,)), 0.0)[3]
    assert not taken(Give((now,), (decided,)), 0.0)[3]


def test_dates_of_decisions_follow_the_clock_and_each_other() -> None:
    assert stamp(5.0, 0) == 5000
    assert stamp(5.0, 9000) == 9001
    assert order(1, "b") < order(2, "a") < order(2, "b")


ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "leave",
                "leave",
                "approve",
                "approve",
                "hide",
                "undo",
                "theme",
                "withdraw",
                "cut",
                "heal",
                "off",
                "run",
            ]
        ),
        st.integers(0, 2),
        st.integers(0, 7),
    ),
    min_size=8,
    max_size=40,
)


@settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(ACTIONS, st.integers(0, 1 << 16), st.sampled_from([0.0, 0.3]))
def test_nothing_is_lost_or_shown_unread_in_any_interleaving(
    tmp_path_factory: pytest.TempPathFactory, actions: list[tuple[str, int, int]], seed: int, loss: float
) -> None:
    net = Network(tmp_path_factory.mktemp("site"), seed=seed, loss=loss, delay=0.3)
    chance = random.Random(seed)
    for hub in net.hubs.values():
        hub.wrong = chance.uniform(-3600.0, 3600.0)
    left: list[tuple[str, str]] = []
    approved: set[str] = set()
    withdrawn: set[str] = set()

    def looked_at() -> None:
        for hub in net.hubs.values():
            told = {one.story.id for one in on_the_wall(hub.book.stories())}
            assert told <= approved
            mine = {one for one, state in hub.exchange._shelf.states.items() if state == 0}
            assert not told & mine
            assert mine <= withdrawn

    for what, number, which in actions:
        hub = net.hubs["abc"[number]]
        story, code = left[which % len(left)] if left else ("", "")
        try:
            match what:
                case "leave":
                    left.append(hub.leave(f"story {len(left)}"))
                case "approve" if story:
                    hub.book.decide(story, Act.APPROVED)
                    approved.add(story)
                case "hide" if story:
                    hub.book.decide(story, Act.HIDDEN)
                case "theme" if story:
                    hub.book.decide(story, Act.THEMED, f"theme {which}")
                case "undo":
                    hub.book.undo()
                case "withdraw" if story:
                    if hub.book.withdraw(code):
                        withdrawn.add(story)
                case "cut":
                    net.cut(hub.name)
                case "heal":
                    net.heal()
                    net.off.clear()
                case "off":
                    net.off = {hub.name}
                case _:
                    net.run(0.1 * which)
        except GuestbookError:
            pass  # it has not come to this hub yet, or is gone
        net.run(0.04)
        looked_at()
    net.heal()
    net.off.clear()
    assert net.until(net.agree, 120.0) < 120.0
    looked_at()
    assert {one.story.id for one in net["b"].book.stories()} == {one for one, _ in left} - withdrawn
