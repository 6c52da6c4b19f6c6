import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from installation.render.gl.context import Context
from installation.render.passes.guard import Guard
from installation.render.readback.features import BRISK, COLUMNS, ROWS, Features, features_of
from installation.show.venue_model import GuardSettings
from tests.installation.render.pixels import picture, pixels

DARK = np.zeros((ROWS, COLUMNS))


def spot(row: int, column: int, level: float = 0.5) -> np.ndarray:
    light = DARK.copy()
    light[row, column] = level
    return light


def test_motion_is_a_half_at_a_brisk_change_and_none_in_a_still_picture() -> None:
    assert features_of(DARK + 0.3, DARK + 0.3, 1 / 60).motion == 0.0
    assert features_of(DARK + BRISK / 60, DARK, 1 / 60).motion == pytest.approx(0.5)
    assert features_of(DARK, DARK + BRISK / 30, 1 / 30).motion == pytest.approx(0.5), "whatever the rate"
    assert 0.9 < features_of(DARK + 1.0, DARK, 1 / 60).motion < 1.0
    assert features_of(DARK + 1.0, DARK, 0.0).motion == features_of(DARK + 1.0, None, 1 / 60).motion == 0.0


def test_the_centroid_is_where_the_light_is_and_the_middle_in_the_dark() -> None:
    assert features_of(DARK, None, 0.0).centroid == (0.5, 0.5)
    x, y = features_of(spot(ROWS - 1, 0), None, 0.0).centroid
    assert x == pytest.approx(0.5 / COLUMNS, abs=1e-3)
    assert y == pytest.approx(1 - 0.5 / ROWS, abs=1e-3)


def test_zones_are_counted_from_the_upper_left() -> None:
    zones = np.array(features_of(spot(ROWS - 1, COLUMNS - 1, 0.64), None, 0.0).zones)

    assert zones[0, 3] == pytest.approx(0.64 / 32)
    assert zones.sum() == zones[0, 3]


@given(st.lists(st.floats(0.0, 1.0), min_size=4, max_size=4), st.floats(1e-4, 1.0))
def test_every_feature_stays_in_its_range(levels: list[float], dt: float) -> None:
    light, before = (
        np.kron(np.reshape(part, (1, 2)), np.ones((16, 16))) for part in (levels[:2], levels[2:])
    )

    found = features_of(light, before, dt)

    assert 0.0 <= found.motion <= 1.0
    assert all(0.0 < one < 1.0 for one in found.centroid)
    assert all(0.0 <= one <= 1.0 for row in found.zones for one in row)


@pytest.mark.gl
@pytest.mark.parametrize("size", [(160, 90), (170, 98), (20, 12)])
@pytest.mark.parametrize("share", [0.0, 0.25])
def test_the_grid_is_of_the_guarded_picture_two_frames_late(
    context: Context, size: tuple[int, int], share: float
) -> None:
    guard = Guard(context, size, GuardSettings())
    look = Features(guard, share)
    low = round(size[1] * share)
    array = np.zeros((size[1], size[0], 4), np.float32)
    array[:low] = 0.9  # the band
    array[low:, : size[0] // 2, :3] = 0.25
    shown = picture(context, array)
    for _ in range(45):
        guarded = guard.apply(shown, 1 / 15)
        settled = look.read(1 / 15)
    assert settled is not None
    assert settled.frame == 45 - 3

    light = pixels(guarded)[low:, :, :3] @ np.array([0.2126, 0.7152, 0.0722])
    zones = np.array(settled.zones)[:, [0, 3]]
    assert zones[:, 0] == pytest.approx(light[:, : size[0] // 4].mean(), rel=0.15)
    if share == 0.0:
        assert np.array(settled.zones).mean() == pytest.approx(light.mean(), rel=0.1)
        assert zones[:, 1] == pytest.approx(0.0, abs=1e-6)
        assert settled.motion < 0.05
    for part in (look, guard, shown):
        part.release()


@pytest.mark.gl
def test_a_flash_is_seen_two_frames_later_as_the_guard_let_it_through(context: Context) -> None:
    guard = Guard(context, (64, 32), GuardSettings())
    look = Features(guard)
    dark, lit = (picture(context, np.full((32, 64, 4), level, np.float32)) for level in (0.0, 0.1))
    for _ in range(150):
        guard.apply(dark, 1 / 60)
        look.read(1 / 60)

    moved, through = [], []
    for _ in range(5):
        guarded = guard.apply(lit, 1 / 60)
        found = look.read(1 / 60)
        assert found is not None
        moved.append(found.motion)
        through.append(float(pixels(guarded)[0, 0, 1]))

    assert moved[:2] == [0.0, 0.0]
    rise = through[0] * 60 / BRISK
    assert moved[2] == pytest.approx(rise / (1 + rise), rel=0.02)
    for part in (look, guard, dark, lit):
        part.release()
