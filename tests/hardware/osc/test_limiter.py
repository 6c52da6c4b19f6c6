"""The rate limit of streams."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from hardware.osc.limiter import Limiter
from installation.contract import Message


def value(number: float, address: str = "/a") -> Message:
    return Message(address, (number,), stream=True)


def test_the_first_passes_the_newest_follows_and_those_between_are_merged() -> None:
    limiter = Limiter(10)
    assert limiter.admit(value(1), 0.0)
    assert not limiter.admit(value(2), 0.01)
    assert not limiter.admit(value(3), 0.02)
    assert limiter.admit(value(9, "/b"), 0.02)
    assert limiter.due(0.05) == []
    assert abs(limiter.wait(0.05) - 0.05) < 1e-9
    assert limiter.due(0.1) == [value(3)]
    assert limiter.merged == 1
    assert limiter.rest() == []


def test_an_event_is_never_held_and_takes_the_place_of_a_value_that_is() -> None:
    limiter = Limiter(1)
    assert limiter.admit(value(1), 0.0)
    assert not limiter.admit(value(2), 0.1)
    for number in range(100):
        assert limiter.admit(Message("/a", (number,)), 0.1)
    assert limiter.due(5.0) == []


@given(st.lists(st.tuples(st.floats(0, 0.05), st.sampled_from("abc")), max_size=200), st.floats(1, 100))
def test_of_each_address_the_last_value_arrives_and_never_faster_than_the_rate(steps, rate) -> None:
    limiter, now, last, sent = Limiter(rate), 0.0, {}, {}
    for number, (pause, name) in enumerate(steps):
        now += pause
        last[name] = number
        for one in limiter.due(now):
            sent.setdefault(one.address, []).append((now, one.values[0]))
        if limiter.admit(value(number, name), now):
            sent.setdefault(name, []).append((now, number))
    for one in limiter.due(now + 1.0 / rate + 1e-9):
        sent.setdefault(one.address, []).append((now + 1.0 / rate, one.values[0]))
    for name, number in last.items():
        assert sent[name][-1][1] == number
        times = [at for at, _ in sent[name]]
        assert all(b - a >= 1.0 / rate - 1e-6 for a, b in pairwise(times))
