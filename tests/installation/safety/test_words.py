"""After a start, words can be read before the picture has come up; the law holds all the same."""

import numpy as np
import pytest
from numpy.typing import NDArray

from installation.safety.law import LAWS
from installation.safety.picture.reference import PictureGuard
from installation.safety.windows import lay_windows
from tests.judges import judge, most_in_a_second, swings

SIZE = (16, 12)
WINDOWS = lay_windows(SIZE, 3.0, 2.0)
FPS = 60


def words() -> NDArray[np.float32]:
    """A few strokes on black, as bright as text is drawn."""
    picture = np.zeros((SIZE[1], SIZE[0], 3), np.float32)
    picture[3:9:2, 2:14] = 0.6
    return picture


@pytest.mark.parametrize(("profile", "after", "level"), [("standard", 0.5, 0.045), ("strict", 1.0, 0.022)])
def test_words_are_there_a_tenth_of_a_second_after_a_colour_may_be_lit(profile, after, level):
    guard = PictureGuard(WINDOWS, LAWS[profile])
    for index in range(round(1.5 * FPS)):
        out = guard.apply(words(), 1 / FPS)
        lit = out[words() > 0]
        if index / FPS > after + 0.1 + 1 / FPS:
            assert lit.min() >= level
        if (index + 1) / FPS <= after:
            assert lit.max() < LAWS[profile].lit, "nothing may be lit yet"
        assert not out[words() == 0].any()


def test_a_start_is_no_rise_of_any_pixel_or_window():
    """White everywhere, the most there can be: what stands at once is below every step."""
    for law in LAWS.values():
        assert law.steady_at(2.0) < min(law.step, law.again * law.window_step)
        assert law.steady_at(law.swing_rest) == 0.0


@pytest.mark.parametrize("profile", LAWS)
@pytest.mark.parametrize("every", [31, 36, 47, 61, 75])
def test_starts_in_mid_show_again_and_again_keep_the_law(profile, every):
    """Red and blue, bright and dark, beside strokes that stand; anything may have been before each start."""
    guard = PictureGuard(WINDOWS, LAWS[profile])
    for _ in range(10):
        guard.apply(words(), 0.4)
    out, raw = [], []
    for index in range(5 * FPS):
        picture = words()
        colour = ((0.5, 0.02, 0.0), (0.0, 0.05, 0.8))[index // 4 % 2]
        picture[:, 8:] = np.float32(colour) * (1.0 if index // 7 % 2 else 0.1)
        raw.append(picture)
        if index % every == every - 1:
            guard.reset()
        out.append(guard.apply(picture, 1 / FPS))
    assert judge(np.stack(raw), FPS, WINDOWS).worst > 3, "the judge has to see the hazard first"
    verdict = judge(np.stack(out), FPS, WINDOWS)
    assert max(verdict.pixel, verdict.window, verdict.red) <= 3
    colours = np.stack(out).reshape(len(out), -1, 3)
    most = max(most_in_a_second(swings(colours, furthest=furthest), FPS) for furthest in (False, True))
    assert most <= (3 if profile == "standard" else 2)
