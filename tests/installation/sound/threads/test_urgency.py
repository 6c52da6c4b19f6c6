"""When the sound asks for real time, and when it gives it back."""

from installation.sound.threads.urgency import PRIORITY, Urgency

FULL, LOW = 0.1, 0.7
STEP = 0.25


class System:
    """Counts what is asked of it."""

    def __init__(self) -> None:
        self.hurried = self.asked = 0

    def hurry(self, priority: int) -> str:
        assert priority == PRIORITY
        self.asked += 1
        self.hurried = 1
        return "fifo"

    def relax(self, priority: int) -> None:
        assert priority == PRIORITY
        self.hurried = 0


def watched() -> tuple[System, Urgency]:
    system = System()
    return system, Urgency(system.hurry, system.relax)


def play(urgency: Urgency, empty: float, begin: float, seconds: float) -> float:
    """Look at a buffer like that for so long; return when that ends."""
    for step in range(round(seconds / STEP)):
        urgency.watch(empty, begin + step * STEP)
    return begin + seconds


def test_a_buffer_that_runs_low_asks_for_real_time_and_one_that_is_filled_part_by_part_does_not() -> None:
    system, urgency = watched()
    now = play(urgency, 0.4, 100.0, 5.0)
    now = play(urgency, FULL, now, 5.0)
    now = play(urgency, 0.4, now, 5.0)
    assert not system.hurried
    play(urgency, LOW, now, STEP)
    assert system.hurried
    assert system.asked == 1


def test_at_first_much_is_done_at_once() -> None:
    """A buffer that runs low then does not count, but there is real time for it."""
    system, urgency = watched()
    for begin in (0.0, 100.0):
        urgency.begin(begin)
        assert system.hurried
        now = play(urgency, 1.0, begin, 2.0)
        now = play(urgency, FULL, now, 7.5)
        assert system.hurried
        play(urgency, FULL, now, 5.0)
        assert not system.hurried
    assert system.asked == 2


def test_a_process_that_was_stopped_may_fill_its_buffer_again() -> None:
    system, urgency = watched()
    now = play(urgency, FULL, 0.0, 5.0)
    now = play(urgency, 1.0, now + 3.0, 2.0)
    assert not system.hurried
    play(urgency, LOW, now + STEP, STEP)
    assert system.hurried


def test_real_time_is_given_back_after_ten_seconds_that_begin_with_the_last_low_buffer() -> None:
    system, urgency = watched()
    now = play(urgency, FULL, 0.0, 5.0)
    now = play(urgency, LOW, now, STEP)
    now = play(urgency, FULL, now, 8.0)
    now = play(urgency, LOW, now, STEP)
    now = play(urgency, FULL, now, 8.0)
    assert system.hurried
    play(urgency, FULL, now, 5.0)
    assert not system.hurried
    assert system.asked == 2, "new threads are asked for, too"


def test_it_is_kept_for_longer_each_time_when_it_was_given_back_too_soon() -> None:
    system, urgency = watched()
    now = play(urgency, FULL, 0.0, 5.0)
    held = []
    for _ in range(11):
        now = play(urgency, LOW, now, STEP)
        begun = now
        while system.hurried:
            now = play(urgency, FULL, now, 1.0)
        held.append(round(now - begun))
        now = play(urgency, FULL, now, 5.0)
    assert held[:4] == [11, 21, 41, 81]
    assert held[-1] == 3601
    now = play(urgency, FULL, now, 3700.0)
    now = play(urgency, LOW, now, STEP)
    play(urgency, FULL, now, 15.0)
    assert not system.hurried, "after a quiet hour it is ten seconds again"


def test_threads_of_an_output_that_is_opened_again_are_hurried_for_as_long_as_the_others() -> None:
    system, urgency = watched()
    now = play(urgency, FULL, 0.0, 5.0)
    for wait in (STEP, 11.0):
        now = play(urgency, LOW, now, STEP)
        now = play(urgency, FULL, now, wait)
    now = play(urgency, LOW, now, STEP)
    urgency.begin(now)
    assert system.asked == 3
    now = play(urgency, FULL, now, 15.0)
    assert system.hurried, "for twenty seconds, since ten were too short"
    urgency.idle()
    assert not system.hurried
