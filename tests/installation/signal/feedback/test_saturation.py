import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from installation.signal.feedback.saturation import LARGEST, Saturations

KINDS = ("tanh", "fold", "clip")


def look_up(kind: str, x: np.ndarray) -> np.ndarray:
    saturations = Saturations([kind] * len(x))
    return saturations.look_up(saturations.centre + saturations.scale * x)


def test_tanh_is_right_to_a_ten_millionth() -> None:
    x = np.linspace(-LARGEST, LARGEST, 100_001)

    assert np.abs(look_up("tanh", x) - np.tanh(x)).max() < 1.1e-7


def test_clip_and_fold_are_exact() -> None:
    x = np.linspace(-LARGEST, LARGEST, 100_001)
    triangle = 2 / np.pi * np.arcsin(np.sin(x * np.pi / 2))

    assert look_up("clip", x) == pytest.approx(np.clip(x, -1, 1), abs=1e-11)
    assert look_up("fold", x) == pytest.approx(triangle, abs=1e-7)
    assert look_up("fold", np.array([0, 1, 2, 3, 5, -1, 0.25, 2.5])) == pytest.approx(
        [0, 1, 0, -1, 1, -1, 0.25, -0.5], abs=1e-11
    )


@pytest.mark.parametrize("kind", KINDS)
@given(x=st.floats(-LARGEST, LARGEST))
def test_each_is_odd_and_within_one(kind: str, x: float) -> None:
    there, back = look_up(kind, np.array([x, -x]))

    assert there == pytest.approx(-back, abs=1e-9)
    assert abs(there) <= 1.0 + 1e-9


def test_a_lane_has_the_kind_that_was_asked_for() -> None:
    saturations = Saturations(["fold", "tanh", "clip", "fold"])
    values = saturations.look_up(saturations.centre + saturations.scale * 1.5)

    assert values == pytest.approx([0.5, np.tanh(1.5), 1.0, 0.5], abs=1e-6)
