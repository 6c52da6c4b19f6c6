import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from installation.signal import Signals
from installation.signal.store import CAPACITY
from installation.values import Reading


def reading(address: str, *values: float | str, private: bool = False) -> Reading:
    return Reading(address, values, 0.0, "test", private)


def test_arguments_after_the_first_are_signals_of_their_own() -> None:
    signals = Signals()
    signals.receive(reading("/osc/hand", 0.1, "left", 0.3), 1.0)

    assert signals.public() == {"/osc/hand": 0.1, "/osc/hand/2": 0.3}


def test_age_counts_show_time_and_is_infinite_before_the_first_value() -> None:
    signals = Signals()
    never, once = signals.declare("/osc/never"), signals.declare("/osc/once")
    signals.write(once, 1.0, 2.0)

    assert signals.age(5.0)[once] == 3
    assert signals.age(5.0)[never] == math.inf
    assert math.isnan(signals.values[never])
    assert signals.get("/osc/never") is None


def test_numbers_that_are_not_finite_are_refused_and_counted() -> None:
    signals = Signals()
    signals.receive(reading("/osc/a", 1.0), 0)
    signals.receive(reading("/osc/a", math.nan), 1)
    signals.receive(reading("/osc/a", -math.inf), 1)

    assert signals.get("/osc/a") == 1
    assert signals.refusals.total == 2


def test_the_signal_that_was_silent_longest_makes_room() -> None:
    signals = Signals(capacity=3)
    for name in "abc":
        signals.receive(reading(f"/osc/{name}", 1), 0)
    signals.receive(reading("/osc/a", 1), 1)
    signals.receive(reading("/osc/d", 1), 1)

    assert signals.names() == ("/osc/a", "/osc/c", "/osc/d")
    assert signals.refusals.total == 1
    assert signals.refusals.report()[0].example == "/osc/b"


def test_a_flood_of_addresses_costs_neither_memory_nor_a_declared_signal() -> None:
    signals = Signals(capacity=100)
    mine = signals.declare("/osc/mine")
    signals.write(mine, 0.5, 0)
    for index in range(1000):
        signals.receive(reading(f"/osc/{index}", index), 0)

    assert len(signals.names()) == 101
    assert len(signals.values) <= 256
    assert signals.values[mine] == 0.5


def test_a_slot_that_was_evicted_says_nothing_of_its_former_owner() -> None:
    signals = Signals(capacity=1)
    signals.receive(reading("/osc/secret", 1, private=True), 0)
    signals.receive(reading("/osc/b", 2), 5)
    index = signals.declare("/osc/c")

    assert signals.names() == ("/osc/b", "/osc/c")
    assert math.isnan(signals.values[index])
    assert signals.index("/osc/secret") is None


def test_private_signals_are_in_no_list() -> None:
    signals = Signals()
    signals.receive(reading("/osc/heart", 70, private=True), 0)
    signals.declare("/signal/breath", private=True)

    assert signals.names() == ()
    assert signals.public() == {}
    assert signals.get("/osc/heart") == 70


def test_declaring_twice_is_one_signal_that_stays_until_both_let_go() -> None:
    signals = Signals(capacity=0)
    first = signals.declare("/osc/a", components=2)
    assert signals.declare("/osc/a") == first
    assert signals.names() == ("/osc/a", "/osc/a/1")

    signals.release(["/osc/a"])
    assert "/osc/a" in signals.names()
    signals.release(["/osc/a"])
    assert "/osc/a" not in signals.names()


@given(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.floats(), st.booleans())), st.integers(0, 5))
def test_the_newest_finite_value_is_kept_for_each_address(
    events: list[tuple[str, float, bool]], capacity: int
) -> None:
    signals, newest = Signals(capacity), dict[str, float]()
    declared: set[str] = set()
    for name, value, declare in events:
        address = f"/osc/{name}"
        if declare:
            signals.declare(address)
            declared.add(address)
        signals.receive(reading(address, value), 0)
        if math.isfinite(value):
            newest[address] = value

    assert len(set(signals.names()) - declared) <= capacity
    for address, index in ((a, signals.index(a)) for a in signals.names()):
        kept = signals.values[index or 0] if index is not None else math.nan
        assert math.isnan(kept) or kept == pytest.approx(newest[address])


def test_text_that_is_no_number_is_told_with_its_address_and_nothing_of_people() -> None:
    signals = Signals()
    signals.receive(Reading("/osc/a", ("hello",), 0.0, "osc"), 0)
    assert signals.refusals.report()[0].example == "/osc/a got the text 'hello'"

    signals.receive(Reading("/person/1/name", ("Ada",), 0.0, "room", private=True), 0)
    assert signals.refusals.report()[0].example == "a private signal"
    assert signals.refusals.total == 2


def test_what_is_public_is_listed_once_and_again_when_it_changes() -> None:
    signals = Signals()
    later, first = signals.declare("/osc/b"), signals.declare("/osc/a")
    listed = signals.public_indices()

    assert listed == {"/osc/a": first, "/osc/b": later}
    signals.write(first, 0.5, 1.0)
    assert signals.public_indices() is listed
    signals.private[first] = True
    assert signals.names() == ("/osc/b",)
    signals.private[first] = False
    assert signals.public_indices() == listed
    signals.hide(["/osc/b"])
    assert signals.names() == ("/osc/a",)
    signals.receive(reading("/osc/c", 1.0), 1.0)
    assert signals.names() == ("/osc/a", "/osc/c")
    signals.release(["/osc/a"])
    for number in range(CAPACITY):
        signals.receive(reading(f"/osc/many/{number}", 1.0), 1.0)
    assert not {"/osc/a", "/osc/c"} & set(signals.names())
