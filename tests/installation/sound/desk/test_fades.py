"""Fades have no corner, wherever they turn round, are never steeper than a whole one, and arrive in time."""

from itertools import product

import numpy as np
import numpy.typing as npt
import pytest

from installation.sound import BLOCK, RATE
from installation.sound.desk.fades import Fade

TIMES = (0.005, 0.03, 0.25)


def run(fade: Fade, blocks: int, on: bool | None) -> npt.NDArray[np.float64]:
    """Return the factors of some blocks; None lets it stand."""
    made = [fade.stand() if on is None else fade.process(on) for _ in range(blocks)]
    return np.concatenate([np.broadcast_to(one, BLOCK) for one in made])


def steepest(seconds: float) -> float:
    return np.pi / 2 / (seconds * RATE)


def assert_smooth(found: npt.NDArray[np.float64], down: float, up: float) -> None:
    fastest = steepest(min(down, up))
    slope = np.diff(found)
    assert ((found >= 0.0) & (found <= 1.0)).all()
    assert slope.max() <= steepest(up) * 1.001
    assert -slope.min() <= steepest(down) * 1.001
    # A corner bends by as much as its slopes differ; a whole fade by pi / its samples of its steepest slope.
    assert np.abs(np.diff(slope)).max() < 4.0 * fastest * np.pi / (min(down, up) * RATE)


@pytest.mark.parametrize(("down", "up"), list(product(TIMES, TIMES)))
@pytest.mark.parametrize("share", [0.03, 0.2, 0.5, 0.8, 0.97])
@pytest.mark.parametrize("first", [True, False])
def test_it_turns_round_without_a_corner_and_in_time(
    down: float, up: float, share: float, first: bool
) -> None:
    there, back = (up, down) if first else (down, up)
    blocks = max(round(share * there * RATE / BLOCK), 1)
    fade = Fade(down, up, at=0.0 if first else 1.0)
    out = [run(fade, 1, not first), run(fade, blocks, first)]
    out.append(run(fade, int(back * RATE / BLOCK) + 2, not first))

    assert_smooth(np.concatenate(out), down, up)
    end = 0.0 if first else 1.0
    assert (out[2][round(back * RATE) + 1 :] == end).all()


def test_it_stands_without_a_corner_and_goes_on() -> None:
    fade = Fade(0.03, 0.25, at=0.0)
    out = [run(fade, 20, True), run(fade, 20, None), run(fade, 60, True)]

    assert_smooth(np.concatenate(out), 0.25, 0.25)
    assert np.ptp(out[1][-5 * BLOCK :]) == 0.0
    assert 0.3 < out[1][-1] < 0.7
    assert out[2][-1] == 1.0


def test_it_may_be_switched_at_every_block() -> None:
    dice = np.random.default_rng(5)
    for down, up in product(TIMES, TIMES):
        fade = Fade(down, up)
        out = [run(fade, int(dice.integers(1, 8)), (None, False, True)[dice.integers(3)]) for _ in range(200)]
        found = np.concatenate(out)
        assert np.abs(np.diff(found)).max() <= steepest(min(down, up)) * 1.001
        assert np.abs(np.diff(found, 2)).max() < 4.0 * steepest(min(down, up)) * np.pi / (
            min(down, up) * RATE
        )


def test_other_times_while_it_goes_are_no_corner() -> None:
    fade = Fade(0.25, 0.25)
    before = run(fade, 20, False)
    fade.take(0.1, 0.25)

    assert_smooth(np.concatenate([before, run(fade, 40, False)]), 0.1, 0.25)
    assert fade.at == 0.0
