"""What two threads of JACK's process do with one port."""

import json
from collections import deque

import pytest

from hardware.midi.jack_worker import SETTLED, Slot, Worker
from hardware.midi.pulse import Pulse


def test_the_end_of_a_clock_leaves_the_queue_that_jacks_thread_may_be_taking_from() -> None:
    pulse = Pulse()
    pulse.steer(0.0, 0.0, 0.5, 4)
    list(pulse.due(1.0))  # it runs
    waiting = deque([b"\x90\x01\x02"])
    slot = Slot(None, 1, waiting=waiting, pulse=pulse)

    worker = Worker.__new__(Worker)  # without a server
    worker._pulse(slot, True, None)

    assert slot.waiting is waiting
    assert list(waiting) == [b"\x90\x01\x02", b"\xfc"]
    assert slot.pulse is None


class Slow:
    """A port whose connection JACK takes out of its graph a period after it told that the other one went."""

    connected = True

    def is_connected_to(self, _name: str) -> bool:
        return self.connected

    def disconnect(self) -> None:
        """Nothing to do."""


def test_a_port_that_went_is_missed_though_jack_takes_the_connection_away_later(
    capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    port = Slow()
    worker = Worker.__new__(Worker)  # without a server
    worker._slots = (Slot(port, 7, "desk:out"),)
    worker._period, worker._check, worker._left = 100, False, -SETTLED
    monkeypatch.setattr(worker, "_wake", lambda: None)
    monkeypatch.setattr(worker, "_jack", type("Library", (), {"JackError": OSError}), raising=False)
    worker._registered(None, False)
    worker._find_lost()
    assert worker._check, "it looks again"

    port.connected = False
    worker._period += 1
    worker._find_lost()

    assert json.loads(capfdbinary.readouterr().out) == ["lost", 7]
    worker._period += SETTLED
    worker._find_lost()
    assert not worker._check, "and is done once JACK's graph has settled"
