"""The evidence: hostile sequences through the guard, counted, and judged as film."""

import functools

import numpy as np
import pytest
from numpy.typing import NDArray

from installation.safety.film import decode, encode, from_srgb, to_srgb
from installation.safety.judges import iris, iris_crops, judge
from installation.safety.law import LAWS
from installation.safety.reference import PictureGuard, scrub
from installation.safety.windows import lay_windows
from tests.installation.safety.sequences import HARMLESS, HAZARDS, HEIGHT, WIDTH, Sequence

FPS = 30
FILMED = list(HAZARDS)[:14:2]
"""What is also judged as film, and by IRIS: it takes a second or two for each."""
WINDOWS = lay_windows((WIDTH, HEIGHT), 3.0, 2.0)


@functools.lru_cache(maxsize=4)
def _play(sequence: Sequence, seconds: float, fps: int = FPS) -> tuple[NDArray, NDArray]:
    """The pictures as drawn, scrubbed, and as guarded; after a start from black."""
    guard = PictureGuard(WINDOWS, LAWS["standard"])
    for _ in range(10):
        guard.apply(sequence(0.0, 0), 0.4)
    raw = [sequence(index / fps, index) for index in range(round(seconds * fps))]
    out = [guard.apply(picture, 1 / fps) for picture in raw]
    return np.stack([scrub(picture) for picture in raw]), np.stack(out)


@pytest.mark.parametrize("name", HAZARDS)
def test_a_hazard_leaves_with_at_most_three_transitions_in_any_second_of_film(name, tmp_path):
    raw, out = _play(HAZARDS[name], 4.0)
    assert judge(raw, FPS, WINDOWS).worst > 3, "the judge has to see the hazard first"
    shown = [out, from_srgb(to_srgb(out))]
    if name in FILMED:
        encode(list(to_srgb(out)), tmp_path / "film.mp4", FPS)
        shown.append(from_srgb(decode(tmp_path / "film.mp4")))
        assert iris(list(to_srgb(out)), FPS) == "Pass"
    for frames in shown:
        after = judge(frames, FPS, WINDOWS)
        assert after.worst <= 3, after
        assert after.red == 0


@pytest.mark.parametrize("name", HARMLESS)
def test_a_harmless_picture_hardly_changes(name):
    sequence, bound = HARMLESS[name]
    raw, out = _play(sequence, 5.0)
    assert judge(out, FPS, WINDOWS).worst <= 3
    assert float(np.abs(out - raw).mean()) <= bound


@pytest.mark.parametrize("fps", [60, 25])
def test_a_flash_at_another_rate_leaves_with_at_most_three_transitions(fps):
    _, out = _play(HAZARDS["10 Hz flash"], 3.0, fps)
    assert judge(out, fps, WINDOWS).worst <= 3


@pytest.mark.parametrize("name", ["10 Hz flash", "quarters of a window in turn", "plasma", "random walk"])
def test_dropped_frames_and_a_clock_that_stumbles_change_nothing_about_it(name):
    """Judged as an eye sees it: every frame stays until the next one is presented."""
    rng = np.random.default_rng(8)
    guard = PictureGuard(WINDOWS, LAWS["standard"])
    for _ in range(10):
        guard.apply(HAZARDS[name](0.0, 0), 0.4)
    shown, last, since = [], np.zeros((HEIGHT, WIDTH, 3), np.float32), 0.0
    for index in range(300):
        since += 1 / 60
        if rng.random() > 0.3 and not 120 < index < 145:
            clock = rng.choice([since, since, since * 3, 0.0, -2.0, 0.001])
            last, since = guard.apply(HAZARDS[name](index / 60, index), clock, since), 0.0
        shown.append(last)
    assert judge(np.stack(shown), 60, WINDOWS).worst <= 3


@pytest.mark.parametrize("name", ["10 Hz flash", "random walk", "red and blue 12 Hz"])
def test_iris_fails_the_hazard_that_it_can_see(name):
    raw, _ = _play(HAZARDS[name], 4.0)
    assert iris(list(to_srgb(raw)), FPS) == "Fail"


def test_iris_needs_crops_to_see_counter_phase_and_passes_them_guarded():
    raw, out = _play(HAZARDS["counter-phase halves"], 4.0)
    before = iris_crops(to_srgb(raw), FPS, across=2)
    assert before[0] == "Pass", "IRIS is blind to it as a whole"
    assert before[1:] == ["Fail"] * 4
    assert iris_crops(to_srgb(out), FPS, across=2) == ["Pass"] * 5
