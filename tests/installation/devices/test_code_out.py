"""When outputs are told where the score and the beat are."""

from types import SimpleNamespace
from typing import Any

from installation.contract import Message
from installation.devices.clock_out import ClockOut, CodeOut
from installation.values import Beat


def test_outputs_are_told_when_the_score_is_not_where_they_think() -> None:
    told: list[tuple[object, ...]] = []

    def put(messages: list[Message], _now: float) -> None:
        told.extend(one.values for one in messages)

    outputs: Any = [
        SimpleNamespace(adapter=SimpleNamespace(kind=kind), put=put) for kind in ("midi-clock", "osc-out")
    ]
    code = CodeOut()

    def frame(moment: float, place: float, speed: float) -> int:
        before = len(told)
        code.tell(outputs, place, speed, moment, moment)
        return len(told) - before

    assert frame(10.0, 0.0, 0.0) == 1
    assert frame(10.1, 0.0, 0.0) == 0  # it stands
    assert frame(10.2, 0.0, 1.0) == 1  # it runs
    assert frame(10.3, 0.1, 1.0) == 0  # as they think
    assert frame(10.4, 30.0, 1.0) == 1  # a leap
    assert frame(10.5, 30.05, 0.5) == 1  # another rate
    assert frame(11.1, 30.35, 0.5) == 1  # again, now and then: ports come and go
    assert told[3] == (10.5, 30.05, 0.5)


def test_a_plan_that_waits_gives_way_to_a_newer_one_and_is_never_told_as_lost() -> None:
    told: list[Message] = []
    output: Any = SimpleNamespace(
        adapter=SimpleNamespace(kind="midi-clock"), put=lambda messages, _now: told.extend(messages)
    )
    CodeOut().tell([output], 0.0, 1.0, 10.0, 10.0)
    ClockOut().tell([output], Beat(position=0.0, bpm=120.0), 10.0, 10.0)
    assert [(one.address, one.stream) for one in told] == [("/tempo/time-code", True), ("/tempo/clock", True)]
