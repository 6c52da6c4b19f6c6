"""What `photophore align` says of its numbers."""

import os
import threading
from types import SimpleNamespace
from typing import Any, cast

import pytest

from installation.cli.align.measure import Measured, _advice, _run
from installation.devices.priority import ask_for_time
from installation.errors import AdapterError
from installation.sound.align import Heard
from installation.sound.devices import Library
from installation.sound.threads.playout import LATENCY

HEARD = Heard(1, 0.031, 0.0003, 0.0, 30.0, 5, 5)
DEAF = Heard(2, None, 0.0, float("-inf"), 0.0, 0, 5)


def advice(gaps: int, *heard: Heard) -> list[str]:
    return list(_advice(gaps, [Measured(str(one.channel), one) for one in heard]))


def test_a_speaker_that_was_not_heard_beside_gaps_is_to_be_measured_again_before_cables_are_changed() -> None:
    told = advice(7, HEARD, DEAF)
    lost = next(index for index, words in enumerate(told) if "Sound was lost 7 times" in words)
    assert told[lost + 1].startswith("Where nothing was heard: measure again")
    assert not any("measure again" in words for words in advice(0, HEARD, DEAF))
    assert not any("nothing was heard" in words for words in advice(7, HEARD))


def test_it_asks_for_the_buffers_and_the_scheduling_of_a_show() -> None:
    asked: list[tuple[Any, ...]] = []

    def given(*wanted: Any) -> Any:
        asked.append((*wanted, os.sched_getscheduler(0)))
        if len(asked) == 2:
            raise AdapterError("it has been seen")
        return SimpleNamespace(close=lambda: None)

    library = cast("Library", SimpleNamespace(input=given, output=given))
    before = os.sched_getscheduler(0), os.sched_getparam(0), os.getpriority(os.PRIO_PROCESS, 0)
    try:
        with pytest.raises(AdapterError, match="it has been seen"):
            _run(library, ("", ""), [cast("Any", SimpleNamespace(channel=2))], 1)
        here = os.getpriority(os.PRIO_PROCESS, 0)
    finally:
        os.sched_setscheduler(0, *before[:2])
        if os.getpriority(os.PRIO_PROCESS, 0) != before[2]:
            os.setpriority(os.PRIO_PROCESS, 0, before[2])
    assert [one[2] for one in asked] == [LATENCY, LATENCY]
    granted: list[str] = []
    thread = threading.Thread(target=lambda: granted.append(ask_for_time(1)))
    thread.start()
    thread.join()
    if granted == ["fifo"]:
        assert [one[3] for one in asked] == [os.SCHED_FIFO, os.SCHED_FIFO]
    elif granted == ["nice"]:
        assert here < before[2]
