import gc
import weakref

from installation.clock import MAX_DT, GivenClock, ManualClock, MonotonicClock, Pacer, Sweep


def test_manual_frames_stand_at_exact_multiples_of_the_step() -> None:
    clock = ManualClock(1 / 30)

    frames = [clock.tick() for _ in range(10_000)]

    assert [frame.time for frame in frames] == [i * (1 / 30) for i in range(10_000)]
    assert frames[0].dt == 0.0


def test_a_changed_step_counts_from_the_frame_before() -> None:
    clock = ManualClock(0.5)
    for _ in range(3):
        clock.tick()

    clock.step = 0.25

    assert [clock.tick().time for _ in range(2)] == [1.25, 1.5]


def test_a_stall_loses_time_instead_of_making_everything_jump() -> None:
    now = [100.0]
    clock = MonotonicClock(now=lambda: now[0])
    clock.tick()
    now[0] += 8 * 3600

    frame = clock.tick()

    assert frame.dt == MAX_DT
    assert clock.late == 8 * 3600 - MAX_DT


def test_a_clock_that_steps_back_stands_still() -> None:
    now = [100.0]
    clock = MonotonicClock(now=lambda: now[0])
    clock.tick()
    now[0] -= 50

    assert clock.tick().dt == 0.0


def test_replayed_time_equals_live_time_bit_for_bit() -> None:
    now = [0.0]
    live = MonotonicClock(now=lambda: now[0])
    times, steps = [], []
    for i in range(1000):
        frame = live.tick()
        times.append(frame.time)
        steps.append(frame.dt)
        now[0] += 0.016 + 0.0001 * (i % 7)
    again = GivenClock()

    replayed = []
    for dt in steps:
        again.dt = dt
        replayed.append(again.tick().time)

    assert replayed == times


def test_a_late_frame_starts_a_new_grid_and_is_counted() -> None:
    now = [0.0]

    def tick() -> float:
        now[0] += 0.0001
        return now[0]

    pacer = Pacer(60.0, spin=1.0, now=tick)
    pacer.wait()
    now[0] += 1.0

    pacer.wait()

    assert pacer.late == 1
    before = now[0]
    pacer.wait()
    assert now[0] - before >= pacer.period - 0.001


class _Ring:
    """Refers to itself, so that only the collector can free it."""

    def __init__(self) -> None:
        self.itself = self


def test_a_sweep_frees_rings_and_python_does_not_collect_meanwhile() -> None:
    gc.collect()
    with Sweep() as sweep:
        automatic = gc.isenabled()
        dropped = [weakref.ref(_Ring()) for _ in range(2_000)]
        alive = sum(one() is not None for one in dropped)
        sweep.step()
        left = sum(one() is not None for one in dropped)

    assert not automatic
    assert (alive, left) == (2_000, 0)
    assert gc.isenabled()


def test_a_sweep_with_little_new_does_nothing() -> None:
    gc.collect()
    with Sweep() as sweep:
        ring = weakref.ref(_Ring())
        sweep.step()

        assert ring() is not None


def test_rings_that_lived_on_are_freed_by_a_later_sweep() -> None:
    gc.collect()
    with Sweep() as sweep:
        ring = _Ring()
        gone = weakref.ref(ring)
        old = [_Ring() for _ in range(1_000)]
        sweep.step()
        del ring, old
        for _ in range(4):
            kept = [_Ring() for _ in range(1_000)]
            sweep.step()
        del kept

    assert gone() is None
