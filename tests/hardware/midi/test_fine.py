"""14-bit control changes and NRPN."""

from hypothesis import given
from hypothesis import strategies as st

from hardware.midi.fine import PAIR, FineValues


def play(fine: FineValues, *messages: tuple[int, ...]) -> list[tuple[str, float]]:
    found: list[tuple[str, float]] = []
    for index, data in enumerate(messages):
        found += fine.take(data, index * 0.001)[1]
    return found


@given(st.integers(0, 16_383), st.integers(0, 31))
def test_two_halves_are_one_value(value: int, control: int) -> None:
    fine = FineValues({f"cc14/{control}"})
    found = play(fine, (0xB0, control, value >> 7), (0xB0, control + 32, value & 127))
    assert found == [(f"cc14/{control}", value / 16_383)]


@given(st.integers(0, 16_382), st.integers(0, 16_383))
def test_non_registered_parameter_is_one_value(number: int, value: int) -> None:
    fine = FineValues({f"nrpn/{number}"})
    found = play(
        fine,
        (0xB3, 99, number >> 7),
        (0xB3, 98, number & 127),
        (0xB3, 6, value >> 7),
        (0xB3, 38, value & 127),
    )
    assert found == [(f"nrpn/{number}", value / 16_383)]


def test_high_half_alone_counts_once_it_has_waited() -> None:
    fine = FineValues({"cc14/1"})
    assert play(fine, (0xB0, 1, 64)) == []
    assert list(fine.flush(PAIR / 2)) == []
    assert fine.due == PAIR
    assert list(fine.flush(PAIR)) == [("cc14/1", (64 << 7) / 16_383)]
    assert fine.due is None


def test_another_message_ends_the_wait() -> None:
    fine = FineValues({"cc14/1"})
    assert play(fine, (0xB0, 1, 64), (0x90, 60, 1)) == [("cc14/1", (64 << 7) / 16_383)]


def test_what_was_not_declared_stays_plain() -> None:
    fine = FineValues({"cc14/1"})
    assert fine.take((0xB0, 2, 64), 0.0) == (False, [])
    assert fine.take((0xB0, 34, 64), 0.0) == (False, [])
    assert fine.take((0xB0, 98, 4), 0.0) == (False, [])
    assert fine.take((0xB0, 33, 64), 0.0) == (True, []), "a low half without its high one says nothing"
    assert not FineValues({"cc/1", "note/3"})


def test_channels_are_kept_apart_where_that_was_declared() -> None:
    fine = FineValues({"2/cc14/1"})
    assert play(fine, (0xB0, 1, 64), (0xB0, 33, 64)) == []
    assert play(fine, (0xB1, 1, 127), (0xB1, 33, 127)) == [("2/cc14/1", 1.0)]


def test_registered_parameter_ends_the_choice() -> None:
    fine = FineValues({"nrpn/260"})
    choose = ((0xB0, 99, 2), (0xB0, 98, 4))
    assert play(fine, *choose, (0xB0, 101, 0), (0xB0, 6, 64)) == []
    assert fine.take((0xB0, 6, 64), 0.0) == (False, [])
    assert play(fine, *choose, (0xB0, 6, 127), (0xB0, 38, 127)) == [("nrpn/260", 1.0)]


@given(st.lists(st.tuples(st.integers(0, 255), st.integers(0, 127), st.integers(0, 127)), max_size=60))
def test_any_messages_make_values_from_0_to_1(messages: list[tuple[int, int, int]]) -> None:
    fine = FineValues({"cc14/1", "cc14/6", "nrpn/260", "nrpn/3"})
    assert all(0.0 <= value <= 1.0 for _, value in play(fine, *messages))
