"""No state that the guard puts out can be part of a red flash, by either definition."""

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from installation.safety.law import LAWS
from installation.safety.picture.reference import PictureGuard, limit_red, luminance_of
from installation.safety.windows import lay_windows
from tests.judges import RED_CHANGE, RED_SHARE, judge

WINDOWS = lay_windows((8, 6), 60.0, 2.0)
CORNERS = np.array(list(itertools.product((0.0, 0.03, 0.3, 1.0), repeat=3)), np.float32)


def u_v(colours: np.ndarray) -> np.ndarray:
    """CIE 1976 u', v' of linear sRGB, written out from the definition."""
    red, green, blue = colours.astype(np.float64).T
    x = 0.4124 * red + 0.3576 * green + 0.1805 * blue
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = 0.0193 * red + 0.1192 * green + 0.9505 * blue
    total = np.maximum(x + 15 * y + 3 * z, 1e-30)
    return np.stack([4 * x / total, 9 * y / total], axis=1)


def red_transitions(colours: np.ndarray) -> int:
    """Pairs of states that WCAG 2.2 calls a red transition: one is saturated red, and they lie far apart."""
    red = colours[:, 0] >= RED_SHARE * np.maximum(colours.sum(axis=1), 1e-30)
    apart = np.hypot(*(u_v(colours)[:, None] - u_v(colours)[None]).transpose(2, 0, 1)) > RED_CHANGE
    lit = colours.sum(axis=1) > 0
    return int((apart & (red[:, None] | red[None]) & lit[:, None] & lit[None]).sum())


def test_unlimited_colours_make_red_transitions_and_limited_ones_none():
    assert red_transitions(CORNERS) > 100
    assert red_transitions(limit_red(CORNERS, LAWS["standard"].red)) == 0


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_no_two_pixels_of_any_two_frames_make_a_red_transition(seed):
    rng = np.random.default_rng(seed)
    guard = PictureGuard(WINDOWS, LAWS["standard"])
    states = []
    for _ in range(12):
        frame = rng.random((6, 8, 3)) ** rng.uniform(0.2, 6) * rng.choice([0.01, 1.0, 3.0])
        frame[rng.random((6, 8)) < 0.3] *= [1.0, rng.choice([0.0, 0.1]), rng.choice([0.0, 0.1])]
        out = guard.apply(frame.astype(np.float32), 0.4)
        states.append(out.reshape(-1, 3))
    states = np.concatenate(states)
    assert np.all(states[:, 0] <= 0.7201 * states.sum(axis=1) + 1e-7)
    assert red_transitions(states[states.sum(axis=1) > 1e-4]) == 0


def test_the_judge_sees_red_by_both_definitions_and_none_of_it_guarded():
    guard = PictureGuard(WINDOWS, LAWS["standard"])
    for first, second in (((1, 0, 0), (0, 0, 1)), ((1, 0, 0), (0, 0, 0)), ((0.9, 0, 0), (0.3, 0.3, 0.3))):
        raw = np.stack(
            [np.broadcast_to(np.float32(first if k % 4 < 2 else second), (6, 8, 3)) for k in range(40)]
        )
        assert judge(raw, 20, WINDOWS).red > 3
        out = np.stack([guard.apply(frame, 0.05) for frame in raw])
        assert judge(out, 20, WINDOWS).red == 0


def test_only_the_older_definition_sees_red_that_gets_brighter():
    dim, full = np.float32([0.1, 0.0, 0.0]), np.float32([0.4, 0.0, 0.0])
    raw = np.stack([np.broadcast_to(dim if k % 4 < 2 else full, (6, 8, 3)) for k in range(40)])
    assert float(luminance_of(full) - luminance_of(dim)) < 0.1
    verdict = judge(raw, 20, WINDOWS)
    assert verdict.pixel == 0
    assert verdict.red > 3
