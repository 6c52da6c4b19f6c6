"""A counter in every pixel dates a part's rises and falls as a judge does, so nothing creeps past a judge."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from installation.safety.law import LAWS
from installation.safety.picture.marks import UNIT, Marks
from installation.safety.picture.reference import PictureGuard
from installation.safety.ticks import A_SECOND, Ticks, rest_of
from installation.safety.windows import lay_windows
from tests import judges
from tests.film import from_srgb, to_srgb
from tests.installation.safety.crossing import Crossing, parts, sinking
from tests.judges import Verdict, judge, transitions

SIZE = (32, 18)
STEPS = {"standard": 0.1, "strict": 0.05}

CROSSINGS = {
    "quarters, as found": Crossing(),
    "at 24 Hz": Crossing(park=0.076, top=0.101, speed=0.45, kind="blocks", gap=0.13, rate=24, distance=3.0),
    "at 30 Hz, slowly": Crossing(park=0.096, top=0.12, speed=0.3, kind="blocks", gap=0.2, rate=30),
    "at 120 Hz": Crossing(park=0.085, rate=120),
    "halves": Crossing(park=0.092, count=2, gap=0.1),
    "thirds, from just below": Crossing(park=0.0985, top=0.12, speed=0.45, count=3, gap=0.13, rate=30),
    "sixths, side by side": Crossing(
        park=0.092, top=0.15, speed=0.3, count=6, kind="strips", gap=0.2, rate=24
    ),
    "fifths by chance": Crossing(park=0.096, count=5, kind="by chance", gap=0.13, rate=30),
    "by a hair": Crossing(park=0.0995, top=0.1001, speed=0.1),
    "on grey": Crossing(park=0.08, top=0.15, count=3, gap=0.13, base=0.2),
    "on light grey": Crossing(
        park=0.076, top=0.101, gap=0.13, rate=24, base=0.5, kind="blocks", distance=3.0
    ),
    "downwards": Crossing(base=0.5, down=True, rate=30),
    "downwards from near white": Crossing(base=0.85, down=True, count=3, gap=0.1),
    "one field": Crossing(distance=20.0, rate=30),
}


def play(name: str, profile: str, monkeypatch: pytest.MonkeyPatch) -> tuple[Verdict, Verdict]:
    """What is counted of what was asked for and of what came out, both from black on."""
    crossing = CROSSINGS[name]
    windows = lay_windows(SIZE, crossing.distance, 2.0)
    guard = PictureGuard(windows, LAWS[profile])
    asked = list(crossing.pictures(SIZE, profile == "strict", 4.4))
    start = [np.zeros_like(asked[0]), *(guard.apply(asked[0], 0.1) for _ in range(40))]
    start += start[-1:] * crossing.rate  # as it stands, for more than a second
    out = [guard.apply(picture, 1 / crossing.rate) for picture in asked]
    monkeypatch.setattr(judges, "STEP", STEPS[profile])
    counted = [judge(np.stack(start + frames), crossing.rate, windows) for frames in (asked, out)]
    return counted[0], counted[1]


@pytest.mark.parametrize("profile", LAWS)
@pytest.mark.parametrize("name", CROSSINGS)
def test_parts_that_cross_a_tenth_together_are_counted_as_no_more_than_three(name, profile, monkeypatch):
    asked, out = play(name, profile, monkeypatch)
    assert asked.area > 3, "the judge has to see the hazard first"
    assert out.worst <= 3, out


@pytest.mark.parametrize("rate", [30, 60, 120])
@pytest.mark.parametrize("profile", LAWS)
def test_quarters_that_creep_down_past_a_tenth_before_the_next_one_leaps_are_held(profile, rate, monkeypatch):
    size = (16, 12)
    windows = lay_windows(size, 60.0, 2.0)
    guard, half = PictureGuard(windows, LAWS[profile]), profile == "strict"
    asked = list(sinking(size, half, rate, 2.2))
    start = [guard.apply(asked[0], 0.1) for _ in range(40)]
    out = [guard.apply(picture, 1 / rate) for picture in asked]
    monkeypatch.setattr(judges, "STEP", STEPS[profile])
    assert judge(np.stack(start + asked), rate, windows).area > 3
    assert judge(np.stack(start + out), rate, windows).worst <= 3


@pytest.mark.parametrize("name", ["quarters, as found", "at 24 Hz", "on grey"])
def test_without_the_counter_they_are_counted(name, monkeypatch):
    monkeypatch.setattr(Marks, "moves", lambda self, light: (np.zeros(light.shape, np.bool_),) * 2)
    monkeypatch.setattr(Marks, "clear", lambda self, light: light)
    assert play(name, "standard", monkeypatch)[1].area > 3


@pytest.mark.parametrize("seed", range(8))
def test_parts_that_flash_in_turn_while_the_picture_comes_up_are_held_too(seed):
    """The ramp lowers light, and what it lowers has fallen: the groups have to see the light after it."""
    rng = np.random.default_rng(seed)
    rate, count = int(rng.choice([24, 30, 60])), int(rng.integers(3, 5))
    part = parts(str(rng.choice(["columns", "blocks"])), count, SIZE)
    low, hertz, profile = rng.uniform(0.2, 0.4), rng.uniform(6, 10), str(rng.choice(list(LAWS)))
    windows = lay_windows(SIZE, 5.08, 2.0)
    guard = PictureGuard(windows, LAWS[profile])
    asked, out = [], []
    for index in range(3 * rate):
        level = np.where(part == int(index / rate * hertz) % count, 1.0, low)
        asked.append(np.repeat(level[..., None], 3, axis=2).astype(np.float32))
        out.append(guard.apply(asked[-1], 1 / rate))
    assert judge(np.stack(asked), rate, windows).area > 3
    assert judge(np.stack(out), rate, windows).worst <= 3


def test_on_film_of_8_bits_points_and_means_keep_their_limits_though_quarters_may_be_dated_otherwise():
    """What the documentation says is not covered; it is to be rewritten when this no longer holds."""
    windows, base = lay_windows(SIZE, 60.0, 2.0), 0.21017
    guard = PictureGuard(windows, LAWS["standard"])
    asked = list(Crossing(park=0.0892, top=0.0977, base=base, distance=60.0).pictures(SIZE, False, 4.4))
    start = [np.zeros_like(asked[0]), *(guard.apply(asked[0], 0.1) for _ in range(40))]
    light = np.stack(start + start[-1:] * 60 + [guard.apply(picture, 1 / 60) for picture in asked])
    film = from_srgb(to_srgb(light))
    exact, seen = judge(light, 60, windows), judge(film, 60, windows)
    assert exact.worst <= 3
    assert max(seen.pixel, seen.window, seen.frame) <= 3
    assert seen.area == 8


def levels(seed: int, count: int, pixels: int) -> NDArray[np.float32]:
    """Light that walks, stands and jumps, most of it near the levels that decide."""
    rng = np.random.default_rng(seed)
    walk = np.cumsum(rng.normal(0, rng.choice([0.01, 0.05, 0.3]), (count, pixels)), axis=0)
    near = rng.choice([0.0, 0.05, 0.1, 0.2, 0.7, 0.8, 0.9], (count, pixels))
    jumps = rng.random((count, pixels)) < 0.3
    light = np.where(jumps, near + rng.normal(0, 0.001, (count, pixels)), np.abs(walk % 2 - 1))
    return np.clip(light, 0, 1).astype(np.float32)


@pytest.mark.parametrize("profile", LAWS)
@pytest.mark.parametrize("off", [0.0, -0.9, 0.9])
@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_it_marks_in_the_same_frame_as_a_judge_whose_threshold_may_be_a_little_off(profile, off, seed):
    """By up to ``clear``, on either side."""
    asked = levels(seed, 60, 8)
    asked[0] = 0.0
    marks, shown, marked = Marks(8, LAWS[profile]), [], []
    for light in asked:
        shown.append(marks.clear(light))
        rose, fell = marks.moves(shown[-1])
        marked.append(rose.astype(np.int8) - fell.astype(np.int8))
        marks.commit(shown[-1])
    usual, judges.STEP = judges.STEP, STEPS[profile] + off * LAWS[profile].clear
    try:
        np.testing.assert_array_equal(marked, transitions(np.stack(shown).astype(np.float64)))
    finally:
        judges.STEP = usual
    changed = asked - np.stack(shown)
    assert changed.min() >= 0
    assert changed.max() <= 2 * LAWS[profile].clear + UNIT
    assert np.stack(shown).min() >= 0


def test_ticks_lose_no_time_and_a_rest_is_never_shorter_than_the_laws():
    rng = np.random.default_rng(4)
    for law in LAWS.values():
        assert rest_of(law) < 256, "eight bits on the graphics card"
        assert law.clear % UNIT == 0
    for step in (1 / 240, 1 / 60, 1 / 24, 0.3):
        ticks = Ticks()
        steps = rng.uniform(0.5, 1.0, 2000) * step
        counts = np.cumsum([ticks.passed(float(one)) for one in steps])
        times = np.cumsum(steps)
        assert np.abs(counts - times * A_SECOND).max() < 1
        for first in range(0, 1000, 37):
            over = np.flatnonzero(counts - counts[first] >= rest_of(LAWS["standard"]))
            if len(over):
                assert times[over[0]] - times[first] > 1.0
