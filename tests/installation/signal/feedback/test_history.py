import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from installation.signal.feedback.history import ROWS, SPEED, History

FRAME = 1 / 60


def play(
    delay: float, signal: list[float], steps: list[float] | None = None, frames: bool = False
) -> list[float]:
    history = History(1, 2, np.flatnonzero([frames]))
    history.aim(np.array([delay]))
    heard = []
    for value, dt in zip(signal, steps or [FRAME] * len(signal), strict=True):
        history.write(np.array([value, -value]), dt)
        both = history.read()
        assert both[1] == -both[0]
        heard.append(float(both[0]))
    return heard


@pytest.mark.parametrize("frames", [0, 1, 7, 60, 599])
def test_a_delay_of_whole_frames_is_exact_in_seconds_and_in_frames(frames: int) -> None:
    signal = np.random.default_rng(1).uniform(0, 1, 700).tolist()
    expected = [signal[0]] * frames + signal[: len(signal) - frames]

    assert play(frames * FRAME, signal) == expected
    assert play(frames, signal, frames=True) == expected


def test_before_the_first_frame_everything_was_as_it_is_then() -> None:
    assert play(10.0, [0.3, 0.9, 0.9]) == [0.3, 0.3, 0.3]


def test_a_delay_between_two_frames_is_between_their_values() -> None:
    ramp = [i / 100 for i in range(100)]

    assert play(2.5 * FRAME, ramp)[50] == pytest.approx(0.475)
    assert play(2.5, ramp, frames=True)[50] == pytest.approx(0.475)


@settings(max_examples=40, deadline=None)
@given(
    steps=st.lists(st.floats(0.001, 0.25), min_size=3, max_size=80),
    delay=st.floats(0, 3),
)
def test_a_delay_in_seconds_holds_at_any_frame_rate(steps: list[float], delay: float) -> None:
    times = np.add.accumulate(steps)
    heard = play(delay, times.tolist(), steps)  # what is played is the time at which it was

    for now, value in zip(times, heard, strict=True):
        assert value == pytest.approx(max(now - delay, times[0]), abs=2e-6)


def test_frames_of_no_length_do_no_harm() -> None:
    assert np.isfinite(play(0.05, [0.1, 0.2, 0.3, 0.4] * 10, [0.0, 0.0, FRAME, 0.0] * 10)).all()


def test_the_memory_is_bounded_and_a_delay_beyond_it_ends_there() -> None:
    history = History(1, 2, np.zeros(0, np.intp))
    history.aim(np.array([10.0]))
    for index in range(2 * ROWS):
        history.write(np.full(2, float(index)), 0.001)  # a thousand frames a second
        heard = history.read()[0]

    assert history.rows.shape == (ROWS, 2)
    assert heard == index - (ROWS - 1)


@settings(max_examples=40, deadline=None)
@given(targets=st.lists(st.floats(0, 10), min_size=1, max_size=6), seed=st.integers(0, 99))
def test_a_change_of_delay_bends_what_is_heard_and_never_tears_it(targets: list[float], seed: int) -> None:
    history = History(1, 2, np.zeros(0, np.intp))
    chance = np.random.default_rng(seed)
    x, steepest, before, worst = 0.5, 0.0, 0.5, 0.0
    for target in targets:
        history.aim(np.array([target]))
        for _ in range(60):
            change = float(chance.uniform(-0.01, 0.01))
            steepest = max(steepest, abs(change))
            x += change
            history.write(np.full(2, x), FRAME)
            heard = float(history.read()[0])
            worst, before = max(worst, abs(heard - before)), heard

    assert worst <= (1 + SPEED) * 0.01 + 1e-9


def test_a_head_arrives_where_it_was_sent() -> None:
    history = History(1, 2, np.zeros(0, np.intp))
    for frame, wanted in enumerate([0.0] * 10 + [1.0] * 20):
        history.aim(np.array([wanted]))
        history.write(np.full(2, float(frame)), FRAME)
        history.read()

    assert history.heads[0] == 1.0


def test_a_wrapped_ring_keeps_its_delays() -> None:
    history = History(2, 2, np.zeros(0, np.intp))
    history.aim(np.array([30 * FRAME, 0.0]))
    for index in range(3 * ROWS + 17):
        history.write(np.full(4, float(index)), FRAME)
        heard = history.read()
        assert heard[0] == max(index - 30, 0)
        assert heard[2] == index
