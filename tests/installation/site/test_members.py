"""Who is let in."""

from installation.site.members import AWAY, HERE, LEFT, PROTOCOL, REFUSED, SILENCE, Bye, Hello, Members


def met(**changes: object) -> tuple[Members, Hello]:
    """A hub and what another says to it."""
    members = Members("north", "mine", 0.0)
    members.hello = Hello(hub="north", run="mine", version="1.0", show="garden")
    said = {"hub": "east", "run": "its", "version": "1.0", "show": "garden"} | changes
    return members, Hello(**said)  # type: ignore[arg-type]


def state(members: Members, name: str, now: float) -> str:
    return members.all(now)[name].state(now)


def test_a_hub_of_the_same_program_and_show_is_let_in_and_heard() -> None:
    members, hello = met()
    members.take_hello(hello, 1.0)

    assert members.advance({"its": "east"}, 1.0) == {"its"}
    assert state(members, "east", 1.0) == HERE
    assert set(members.here(1.0)) == {"north", "east"}


def test_another_version_protocol_or_show_is_refused_with_its_reason() -> None:
    for changes, words in (
        ({"version": "0.9"}, "0.9"),
        ({"protocol": PROTOCOL + 1}, f"protocol {PROTOCOL + 1}"),
        ({"show": "sea"}, '"sea"'),
    ):
        members, hello = met(**changes)
        members.take_hello(hello, 1.0)

        assert members.advance({"its": "east"}, 1.0) == frozenset()
        assert state(members, "east", 1.0) == REFUSED
        assert words in members.all(1.0)["east"].why
        assert set(members.here(1.0)) == {"north"}


def test_nobody_is_let_in_before_the_own_show_is_known() -> None:
    members, hello = met(show="")
    members.hello = Hello(hub="north", run="mine", version="1.0")
    members.take_hello(hello, 1.0)

    assert members.advance({"its": "east"}, 1.0) == frozenset()


def test_silence_a_lost_connection_and_goodbye_are_told_apart() -> None:
    members, hello = met()
    members.take_hello(hello, 1.0)
    members.advance({"its": "east"}, 1.0)
    assert state(members, "east", 1.0 + SILENCE + 0.1) == AWAY
    members.take_word("its", 4.0)
    assert state(members, "east", 4.1) == HERE

    members.advance({}, 4.2)
    assert state(members, "east", 4.2) == AWAY
    members.take_bye(Bye("east", "its"))
    assert state(members, "east", 4.3) == LEFT


def test_a_goodbye_counts_though_an_earlier_life_of_the_hub_ended_without_one() -> None:
    members, hello = met()
    members.take_hello(hello, 1.0)
    members.advance({"its": "east"}, 1.0)
    members.advance({}, 2.0)  # its goodbye was lost with its cable
    members.take_hello(met(run="next")[1], 3.0)
    members.advance({"next": "east"}, 3.0)
    members.take_bye(Bye("east", "next"))
    members.advance({}, 4.0)

    assert state(members, "east", 4.0) == LEFT


def test_who_comes_back_counts_only_when_it_has_said_anew_who_it_is() -> None:
    members, hello = met(follows="north")
    members.take_hello(hello, 1.0)
    members.advance({"its": "east"}, 1.0)
    members.advance({}, 2.0)
    members.advance({"its": "east"}, 3.0)
    assert state(members, "east", 3.0) == AWAY

    members.take_hello(met(follows="east")[1], 3.1)
    members.advance({"its": "east"}, 3.1)
    assert members.here(3.1)["east"].follows == "east"


def test_of_two_machines_of_one_name_the_first_is_heard_and_the_other_told() -> None:
    members, first = met(age=50.0)
    second = met(run="other", age=1.0)[1]
    members.take_hello(second, 60.0)
    members.take_hello(first, 60.0)
    both = {"its": "east", "other": "east"}
    assert members.advance(both, 60.0) == {"its"}
    assert "too" in members._runs["other"].why

    members.advance({"other": "east"}, 61.0)
    members.take_hello(second, 61.0)
    assert "other" in members.advance({"other": "east"}, 61.0)


def test_the_younger_of_two_with_our_name_hears_nobody() -> None:
    members, hello = met(hub="north", age=100.0)
    east = met(run="third")[1]
    members.take_hello(hello, 60.0)
    members.take_hello(east, 60.0)

    assert members.advance({"its": "north", "third": "east"}, 60.0) == frozenset()
    assert "called north" in members.why
    assert members.advance({"third": "east"}, 61.0) == {"its", "third"}
    assert members.why == ""
