"""What two threads of JACK's process do with one port."""

from collections import deque

from hardware.midi.jack_worker import Slot, Worker
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
