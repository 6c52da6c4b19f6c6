"""MIDI time code."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from installation.tempo.time_code import RATES, TimeCode, seconds_of


def quarters(hours: int, minutes: int, seconds: int, frames: int, rate: int) -> list[int]:
    """The eight messages of one time."""
    values = [frames, seconds, minutes, hours | rate << 5]
    return [
        2 * place + half << 4 | (value >> 4 if half else value & 0xF)
        for place, value in enumerate(values)
        for half in (0, 1)
    ]


@given(
    st.integers(0, 23), st.integers(0, 59), st.integers(0, 59), st.integers(0, 23), st.sampled_from(range(4))
)
def test_a_whole_time_is_that_of_its_first_quarter(
    hours: int, minutes: int, seconds: int, frames: int, rate: int
) -> None:
    code = TimeCode()
    for number, data in enumerate(quarters(hours, minutes, seconds, frames, rate)):
        code.quarter(data, 50.0 + number / 4 / RATES[rate])

    assert code.rate == RATES[rate]
    assert code.at(50.0) == pytest.approx(seconds_of(hours, minutes, seconds, frames, rate))


def test_drop_frame_numbers_are_real_seconds() -> None:
    assert seconds_of(1, 0, 0, 0, 2) == pytest.approx(3600.0, abs=0.005)
    assert seconds_of(0, 10, 0, 0, 2) == pytest.approx(600.0, abs=0.001)
    assert seconds_of(0, 1, 0, 2, 2) == pytest.approx(1800 * 1001 / 30000)


def test_lost_messages_and_backward_play_give_no_wrong_time() -> None:
    code = TimeCode()
    for number, data in enumerate(quarters(1, 2, 3, 4, 1)):
        if number != 3:
            code.quarter(data, number * 0.01)
    assert code.at(0.0) is None
    for number, data in enumerate(reversed(quarters(1, 2, 3, 4, 1))):
        code.quarter(data, 1.0 + number * 0.01)
    assert code.at(1.0) is None


@given(st.lists(st.tuples(st.integers(0, 127), st.floats(0.0, 0.1)), max_size=200))
def test_any_bytes_give_a_time_of_a_day_or_none(events: list[tuple[int, float]]) -> None:
    code, now = TimeCode(), 0.0
    for data, passed in events:
        now += passed
        code.quarter(data, now)
    found = code.at(now)
    assert found is None or -30.0 <= found <= 86400.0 + 30.0


def test_jitter_is_smoothed() -> None:
    code, dice = TimeCode(), random.Random(1)
    for frame in range(0, 500, 2):
        for number, data in enumerate(quarters(0, 0, frame // 25, frame % 25, 1)):
            at = (frame + number / 4) / 25
            code.quarter(data, at + dice.uniform(0.0, 0.01))
    assert code.at(20.0) == pytest.approx(20.0 - 0.005, abs=0.003)
