"""The claims of the law, on anything that a scene could draw."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from installation.safety.law import LAWS
from installation.safety.picture.reference import PictureGuard, limit_red, luminance_of, scrub
from installation.safety.windows import lay_windows
from tests.judges import most_in_a_second, transitions

SIZE = (8, 6)
WARM = 8
ROUNDING = 1e-5
WINDOWS = lay_windows(SIZE, 3.0, 2.0)


def shortest_rest(levels: NDArray[np.floating], times: NDArray[np.float64], step: float) -> float:
    """Shortest time from the peak of a rise to the mark of the next one, for a counter of ``step``.

    Args:
        levels: ``(time, n)``; each column is counted for itself.
        times: When each frame was shown.
        step: A rise is marked this much above the lowest point since the last fall, and a fall likewise.

    Returns:
        Seconds; infinity when no column rises twice.
    """
    count = levels.shape[1]
    low, high = levels[0].astype(np.float64), levels[0].astype(np.float64)
    direction, peak = np.zeros(count), np.full(count, -np.inf)
    shortest = np.inf
    for time, level in zip(times, levels, strict=True):
        up = (direction <= 0) & (level - low >= step)
        shortest = min(shortest, float((time - peak[up]).min(initial=np.inf)))
        down = (direction >= 0) & (high - level >= step)
        low = np.where(up | down, level, np.minimum(low, level))
        peak = np.where(up | (direction > 0) & (level > high + ROUNDING), time, peak)
        high = np.where(up | down, level, np.maximum(high, level))
        direction = np.where(up, 1, np.where(down, -1, direction))
    return shortest


@st.composite
def shows(draw: st.DrawFn) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Pictures that jump, and the steps of time between them."""
    seed = draw(st.integers(0, 2**32 - 1))
    kind = draw(st.sampled_from(["blocks", "noise", "flash", "stairs", "poison", "dwell"]))
    count = draw(st.integers(20, 120))
    shortest, longest = draw(
        st.sampled_from([(1 / 240, 1 / 30), (1 / 60, 1 / 60), (1 / 240, 0.5), (0.2, 0.5)])
    )
    rng = np.random.default_rng(seed)
    steps = rng.uniform(shortest, longest, count)
    shape = (count, SIZE[1], SIZE[0], 3)
    if kind == "blocks":
        frames = np.repeat(np.repeat(rng.random((count, 3, 4, 3)), 2, axis=1), 2, axis=2)
    elif kind == "flash":
        frames = np.ones(shape) * (rng.random((count, 1, 1, 1)) > 0.5)
    elif kind == "stairs":
        wave = np.abs((np.cumsum(rng.normal(0.02, 0.07, count)) % 2) - 1)
        frames = np.ones(shape) * wave[:, None, None, None]
    elif kind == "dwell":  # each pixel stays for a while near one of the levels that decide
        turns = rng.random(shape[:3]) < rng.choice([0.02, 0.1, 0.4])
        last = np.maximum.accumulate(np.where(turns, np.arange(count)[:, None, None], 0), axis=0)
        near = rng.choice([0.0, 0.045, 0.05, 0.09, 0.12, 0.2, 0.5, 0.9], shape[:3])
        frames = np.take_along_axis(near + rng.uniform(0, 0.02, shape[:3]), last, axis=0)
        frames = np.repeat(frames[..., None], 3, axis=-1)
    else:
        frames = rng.random(shape) * rng.choice([0.1, 1.0, 3.0])
    if kind == "poison":
        frames[rng.random(shape) < 0.2] = rng.choice([np.nan, np.inf, -np.inf, -1.0])
    return frames.astype(np.float32), steps


def play(
    frames: NDArray[np.float32], steps: NDArray[np.float64], profile: str = "standard"
) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Guarded frames and their means by window, after a start from black."""
    guard = PictureGuard(WINDOWS, LAWS[profile])
    for _ in range(WARM):
        guard.apply(frames[0], 0.4)
    out = np.stack([guard.apply(frame, float(step)) for frame, step in zip(frames, steps, strict=True)])
    return out, np.stack([WINDOWS.means(luminance_of(frame)) for frame in out])


def measured(
    frames: NDArray[np.float32], steps: NDArray[np.float64], profile: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Times of all guarded frames, the start included, and the levels of all pixels and means in them."""
    frames = np.concatenate([np.repeat(frames[:1], WARM, axis=0), frames])
    steps = np.concatenate([np.full(WARM, 0.4), steps])
    guard = PictureGuard(WINDOWS, LAWS[profile])
    out = np.stack([guard.apply(frame, float(step)) for frame, step in zip(frames, steps, strict=True)])
    means = np.stack([WINDOWS.means(luminance_of(frame)) for frame in out])
    return np.cumsum(steps), np.hstack([luminance_of(out).reshape(len(out), -1), means])


@pytest.mark.parametrize("profile", ["standard", "strict"])
@settings(max_examples=60, deadline=None)
@given(show=shows())
def test_a_rise_of_a_pixel_or_a_mean_is_marked_more_than_a_second_after_the_last_ones_peak(profile, show):
    times, levels = measured(*show, profile)
    law = LAWS[profile]
    for step in (law.step + ROUNDING, 0.1, 0.15, 0.25):
        assert shortest_rest(levels, times, step) > law.refractory - 1e-6


@pytest.mark.parametrize(("profile", "seed", "steps"), [("strict", 39, (60, 60)), ("strict", 116, (30, 240))])
def test_a_mean_that_is_dimmed_to_its_cap_does_not_rise_by_rounding(profile, seed, steps):
    """``mean * (cap / mean)`` was the next float above the cap: a rise in a rest, which freed the mean."""
    rng = np.random.default_rng(seed)
    passing = rng.uniform(1 / steps[1], 1 / steps[0], 120)
    frames = rng.random((120, SIZE[1], SIZE[0], 3)) * rng.choice([0.1, 1.0, 3.0])
    times, levels = measured(frames.astype(np.float32), passing, profile)
    law = LAWS[profile]
    assert shortest_rest(levels, times, law.step + ROUNDING) > law.refractory - 1e-6


@pytest.mark.parametrize("profile", ["standard", "strict"])
def test_a_slow_rise_rests_from_its_peak_and_not_from_its_beginning(profile):
    """Begun at h and marked at 0.10, a rise, a fall, a rise and a fall were four in one second."""
    level = np.concatenate([np.zeros(6), np.full(56, 0.09), np.tile([0.5, 0.0], 40).repeat(3)])
    frames = np.zeros((len(level), SIZE[1], SIZE[0], 3), np.float32)
    frames[:, 0, 0] = level[:, None]  # one pixel, so that no mean limits it
    _, levels = measured(frames, np.full(len(level), 1 / 60), profile)
    marks = transitions(levels)
    assert (marks > 0).any()
    assert most_in_a_second(marks, 60) <= 3


@settings(max_examples=60, deadline=None)
@given(show=shows())
def test_output_is_finite_and_never_lighter_than_the_input(show):
    out, _ = play(*show)
    assert np.isfinite(out).all()
    assert out.min() >= 0.0
    assert np.all(luminance_of(out) <= luminance_of(scrub(show[0])) * (1 + 1e-5) + 1e-7)


@settings(max_examples=60, deadline=None)
@given(show=shows())
def test_a_frame_that_has_fallen_does_not_rise_for_a_second(show):
    law = LAWS["standard"]
    _, means = play(*show)
    times = np.cumsum(show[1])
    for mean in means.T[:1]:
        high, low, fallen, reached = mean[0], mean[0], None, None
        for time, level in zip(times, mean, strict=True):
            if fallen is not None and time - fallen <= law.refractory:
                assert level <= low + 1e-5
            if level > low + law.slack:
                high, low, reached = level, level, None
                fallen = None if fallen is not None and time - fallen > law.refractory else fallen
            high = max(high, level)  # a rise within the slack is the same run, and its fall begins there
            if level < low:
                low = level
                if high - low >= law.window_step - 1e-5 and reached is None:
                    reached = time  # from here on the guard may have marked it
                if high - low >= law.window_step + law.slack + 1e-5 and fallen is None:
                    fallen = reached  # surely marked: its run may begin as much as the slack lower


@settings(max_examples=40, deadline=None)
@given(show=shows())
def test_no_pixel_is_ever_saturated_red(show):
    out, _ = play(*show)
    assert np.all(out[..., 0] <= 0.7201 * out.sum(axis=-1) + 1e-6)


@settings(max_examples=40, deadline=None)
@given(show=shows(), at=st.integers(0, 19))
def test_a_blackout_is_done_in_the_same_frame(show, at):
    frames, steps = show
    frames = frames.copy()
    frames[at:] = 0.0
    out, _ = play(frames, steps)
    assert not out[at:].any()


def test_a_fall_is_never_delayed_when_nothing_dims_the_picture():
    frames = np.ones((3, SIZE[1], SIZE[0], 3), np.float32) * np.array([0.9, 0.5, 0.2])[:, None, None, None]
    out, _ = play(frames.astype(np.float32), np.full(3, 1 / 60))
    np.testing.assert_allclose(out[:, 0, 0, 0], [0.9, 0.5, 0.2], atol=1e-5)


@pytest.mark.parametrize("every", [1, 4])
@pytest.mark.parametrize("profile", LAWS)
def test_the_picture_comes_up_from_black_without_a_jump(profile, every):
    """White, and points of white: nothing has waited at a cap when the first rest ends."""
    law = LAWS[profile]
    guard = PictureGuard(WINDOWS, law)
    white = np.zeros((SIZE[1], SIZE[0], 3), np.float32)
    white[::every, ::every] = 1.0
    levels = [float(guard.apply(white, 1 / 60).max()) for _ in range(200)]
    assert max(levels[:60]) <= law.step
    assert max(np.diff(levels[:70])) < 0.01
    assert max(np.diff(levels)) < 0.05
    assert levels[-1] == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("dt", "elapsed"), [(0.51, None), (0.25, 10.1), (0.25, float("inf")), (float("nan"), float("nan"))]
)
def test_what_nobody_knows_to_have_stood_starts_from_black_again(dt, elapsed):
    guard = PictureGuard(WINDOWS, LAWS["standard"])
    white = np.ones((SIZE[1], SIZE[0], 3), np.float32)
    for _ in range(200):
        before = guard.apply(white, 1 / 60)
    assert before.mean() == pytest.approx(1.0)
    assert guard.apply(white, dt, elapsed).mean() < 0.01
    assert guard.apply(white, 1 / 60).mean() < 0.01


@pytest.mark.parametrize(("dt", "elapsed"), [(1 / 60, 0.51), (0.25, 3.0), (9.0, 9.0)])
def test_a_picture_that_stood_meanwhile_goes_on_and_rests_for_what_it_has_rested(dt, elapsed):
    guard = PictureGuard(WINDOWS, LAWS["standard"])
    white = np.ones((SIZE[1], SIZE[0], 3), np.float32)
    for _ in range(200):
        guard.apply(white, 1 / 60)
    assert guard.apply(white, dt, elapsed).mean() == pytest.approx(1.0)
    assert not guard.apply(0 * white, 1 / 60, 1 / 60).any()
    assert guard.apply(white, dt, elapsed).mean() < 0.1, "half a second of a gap counts at most"


def test_time_is_the_smaller_of_the_clock_and_what_really_passed():
    guard = PictureGuard(WINDOWS, LAWS["standard"])
    white = np.ones((SIZE[1], SIZE[0], 3), np.float32)
    for _ in range(100):
        out = guard.apply(white, 1 / 30, elapsed=1 / 1000)
    assert out.mean() < 0.01, "a clock that runs ahead shortens no rest"
    guard.reset()
    for _ in range(100):
        out = guard.apply(white, 1 / 1000, elapsed=1 / 30)
    assert out.mean() < 0.01, "nor does a frame that is shown late"
    for _ in range(100):
        out = guard.apply(white, -1.0, elapsed=-1.0)
    assert out.mean() < 0.01, "a clock that goes back gives no time and does no harm"
    assert np.isfinite(out).all()


def test_the_red_limit_keeps_luminance_and_leaves_other_colours_alone():
    colours = np.random.default_rng(0).random((500, 3)).astype(np.float32)
    limited = limit_red(colours, 0.72)
    np.testing.assert_allclose(luminance_of(limited), luminance_of(colours), rtol=1e-5)
    calm = colours[:, 0] <= 0.72 * colours.sum(axis=1)
    np.testing.assert_array_equal(limited[calm], colours[calm])
    assert np.all(limited[:, 0] <= 0.7201 * limited.sum(axis=1))


def test_the_report_says_what_was_taken_away():
    guard = PictureGuard(WINDOWS, LAWS["standard"])
    white = np.ones((SIZE[1], SIZE[0], 3), np.float32)
    for _ in range(200):
        guard.apply(white, 1 / 60)
    assert not guard.report().active
    guard.apply(white * 0, 1 / 60)
    guard.apply(white, 1 / 60)
    report = guard.report()
    assert report.active
    assert report.reduction == pytest.approx(1.0)
    assert report.frame == 201
