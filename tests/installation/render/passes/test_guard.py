"""The guard on the graphics card is the guard of the reference."""

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from installation.render.gl.context import Context
from installation.render.passes.guard import _UNITS, Guard
from installation.safety.law import LAWS
from installation.safety.picture.reference import PictureGuard
from installation.safety.windows import lay_windows
from installation.show.venue_model import GuardSettings
from tests.installation.safety.sequences import HAZARDS, HEIGHT, WIDTH
from tests.judges import judge, most_in_a_second, swings

pytestmark = pytest.mark.gl


@pytest.fixture
def context() -> Iterator[Context]:
    made = Context.create((64, 36))
    yield made
    made.release()


class Stage:
    """A guard with a texture to draw into, read back as an array."""

    def __init__(self, context: Context, size: tuple[int, int], settings: GuardSettings) -> None:
        self.size = size
        self.context = context
        self.guard = Guard(context, size, settings, texel="f4")
        self.texture = context.gl.texture(size, 4, dtype="f2")

    def show(
        self, picture: NDArray[np.floating], dt: float, elapsed: float | None = None
    ) -> NDArray[np.float32]:
        shape = (self.size[1], self.size[0], 4)
        full = np.ones(shape, np.float16)
        with np.errstate(over="ignore"):
            full[..., :3] = picture
        self.texture.write(full.tobytes())
        out = self.guard.apply(self.texture, dt, elapsed)
        return np.frombuffer(out.read(), np.float32).reshape(shape)[..., :3]

    def white(self, level: float = 1.0) -> NDArray[np.float32]:
        return np.full((self.size[1], self.size[0], 3), level, np.float32)

    def warm(self, level: float = 1.0) -> None:
        for _ in range(8):
            self.show(self.white(level), 0.4)


def same(actual: NDArray[np.float32], expected: NDArray[np.float32]) -> None:
    """Equal but for a few pixels whose ball's centre lay half way between two whole numbers.

    Such a pixel may be held where the reference begins an epoch; both keep the law.
    """
    assert (np.abs(actual - expected) > 1e-5).mean() < 1e-3


@pytest.mark.parametrize(
    ("size", "settings"),
    [
        ((96, 54), GuardSettings()),
        ((131, 130), GuardSettings("strict", 1.2)),  # cells of 4 pixels that do not fit
        ((64, 36), GuardSettings("strict", 60.0)),
    ],
)
def test_it_equals_the_reference_over_200_random_frames(context, size, settings):
    stage = Stage(context, size, settings)
    windows = lay_windows(size, settings.viewing_distance, 2.0)
    reference = PictureGuard(windows, LAWS[settings.profile])
    rng = np.random.default_rng(7)
    for index in range(200):
        picture = rng.random((size[1], size[0], 3)) ** rng.uniform(0.3, 6) * rng.uniform(0, 1.3)
        if index % 7 == 0:
            picture[rng.random(picture.shape) < 0.05] = rng.choice([np.nan, np.inf, -np.inf, -2.0])
        picture = picture.astype(np.float16).astype(np.float32)
        dt = float(np.float32(rng.uniform(1 / 240, 0.1)))
        elapsed = 11.0 if index in (70, 140) else dt * rng.uniform(0.5, 2.0)  # two starts
        same(stage.show(picture, dt, elapsed), reference.apply(picture, dt, elapsed))


def test_it_equals_the_reference_over_a_strobe_with_equal_steps(context):
    stage = Stage(context, (64, 36), GuardSettings())
    reference = PictureGuard(lay_windows((64, 36), 3.0, 2.0), LAWS["standard"])
    for index in range(400):
        picture = stage.white(float(index // 3 % 2))
        picture[:, :20] = 1.0 - picture[:, :20]
        expected = reference.apply(picture, 1 / 60)
        np.testing.assert_allclose(stage.show(picture, 1 / 60), expected, atol=1e-5, rtol=0)


@pytest.mark.parametrize(
    "name", ["quarters of a window in turn", "quarters in turn on grey", "random blocks", "soft turns"]
)
def test_it_equals_the_reference_where_groups_take_turns(context, name):
    stage = Stage(context, (WIDTH, HEIGHT), GuardSettings())
    reference = PictureGuard(lay_windows((WIDTH, HEIGHT), 3.0, 2.0), LAWS["standard"])
    held = 0
    for index in range(180):
        picture = HAZARDS[name](index / 60, index).astype(np.float16).astype(np.float32)
        dt = 0.4 if index < 10 else 1 / 60
        expected = reference.apply(picture, dt)
        np.testing.assert_allclose(stage.show(picture, dt), expected, atol=1e-5, rtol=0)
        held += reference.report().held
    assert held > 40


@pytest.mark.parametrize("size", [(96, 54), (131, 130)])
def test_it_equals_the_reference_where_stripes_are_lowered(context, size):
    stage = Stage(context, size, GuardSettings())
    reference = PictureGuard(lay_windows(size, 3.0, 2.0), LAWS["standard"])
    rng = np.random.default_rng(2)
    for index in range(90):
        across = (np.arange(size[0]) + index) // 4 % 2
        picture = (
            stage.white() * (0.1 + 0.6 * across[None, :, None]) * rng.uniform(0.97, 1.0, (size[1], 1, 1))
        )
        picture = picture.astype(np.float16).astype(np.float32)
        expected = reference.apply(picture, 0.2)
        np.testing.assert_allclose(stage.show(picture, 0.2), expected, atol=1e-5, rtol=0)
    assert reference.report().contrast < 0.5


def drifting(size: tuple[int, int], *, leap: bool) -> Iterator[NDArray[np.float32]]:
    """The lit pixels' share climbs and sinks three times in 1.6 s at 240 frames a second, with steps back.

    What is lit is a stretch of a shuffled round of all pixels: it is lengthened before and shortened behind,
    so no pixel rises twice. No run is an event, but the first rise where it is a ``leap`` in one frame.
    """
    total = size[0] * size[1]
    order = np.random.default_rng(5).permutation(total)
    first, end = 0.0, 0.17  # a share for which g times the mean is sometimes the next float above the cap
    for index in range(6 * 64):
        climbing = index // 64 % 2 == 0
        if leap and index < 64:
            end += 0.26 if index == 32 else 0.0
        elif climbing == (index % 2 == 0):
            end += 0.012 if climbing else 0.004
        else:
            first += 0.004 if climbing else 0.012
        light = np.zeros(total, np.float32)
        light[order[np.arange(round(first * total), round(end * total)) % total]] = 1.0
        yield np.repeat(light.reshape(size[1], size[0], 1), 3, axis=2)


@pytest.mark.parametrize("leap", [False, True])
@pytest.mark.parametrize("profile", ["standard", "strict"])
def test_it_equals_the_reference_where_the_rule_of_two_rises_of_a_mean_decides(context, profile, leap):
    size, law = (64, 36), LAWS[profile]
    stage = Stage(context, size, GuardSettings(profile, 60.0))  # so far away the frame is the only field
    windows = lay_windows(size, 60.0, 2.0)
    reference = PictureGuard(windows, law)
    asked = list(drifting(size, leap=leap))
    shown = []
    for picture in [stage.white()] * 12 + asked[:1] * 6:  # fallen, and rested
        np.testing.assert_allclose(stage.show(picture, 0.4), reference.apply(picture, 0.4), atol=1e-5)
    for picture in asked:
        expected = reference.apply(picture, 1 / 240)
        shown.append(stage.show(picture, 1 / 240))
        np.testing.assert_allclose(shown[-1], expected, atol=1e-5, rtol=0)
    assert judge(np.stack(asked), 240, windows).frame > 3
    assert judge(np.stack(shown), 240, windows).worst <= 3


def test_poison_becomes_black_or_white_and_never_stays(context):
    stage = Stage(context, (32, 24), GuardSettings())
    stage.warm()
    bad = stage.white()
    bad[:, 0], bad[:, 1], bad[:, 2] = np.nan, -np.inf, np.inf
    out = stage.show(bad, 1 / 60)
    assert np.isfinite(out).all()
    assert not out[:, :2].any()
    np.testing.assert_allclose(out[:, 2:], 1.0, atol=1e-4)
    for _ in range(8):
        out = stage.show(stage.white(), 0.4)
    np.testing.assert_allclose(out, 1.0, atol=1e-4)


def test_the_picture_comes_up_from_black_and_again_after_a_long_gap_or_a_resize(context):
    stage = Stage(context, (32, 24), GuardSettings())
    assert stage.show(stage.white(), 1 / 60).max() < 0.01
    stage.warm()
    assert stage.show(stage.white(), 1 / 60).min() > 0.99
    assert stage.show(stage.white(), 0.25, elapsed=11.0).max() < 0.01
    stage.warm()
    larger = Stage(context, (40, 24), GuardSettings())
    larger.guard.release()
    larger.guard = stage.guard
    stage.guard.resize((40, 24))
    assert larger.show(larger.white(), 1 / 60).max() < 0.01


def test_a_picture_that_stood_while_the_machine_was_busy_goes_on(context):
    stage = Stage(context, (32, 24), GuardSettings())
    stage.warm(0.5)
    for gap in (0.6, 3.0, 9.0):
        assert stage.show(stage.white(0.5), 0.25, elapsed=gap).min() > 0.49
        assert not stage.show(stage.white(0.0), 1 / 60).any()
        assert stage.show(stage.white(0.5), 0.25, elapsed=0.6).max() < 0.2, (
            "a gap gives no rest that was not had"
        )
        stage.warm(0.5)


def test_the_share_of_lit_pixels_that_is_cut_is_told_where_the_mean_says_nothing(context):
    """A small dark picture that flashes: the mean loses less than a thousandth of white."""
    stage = Stage(context, (64, 36), GuardSettings())
    reference = PictureGuard(lay_windows((64, 36), 3.0, 2.0), LAWS["standard"])
    lit = stage.white(0.0)
    lit[10, 10:14] = 0.4
    lit[20, 20:32] = 0.05
    reports = []
    for index in range(240):
        picture = lit.copy()
        if index > 120 and index // 6 % 2:
            picture[10, 10:14] = 0.0
        picture = picture.astype(np.float16).astype(np.float32)
        dt = 0.4 if index < 10 else 1 / 60
        stage.show(picture, dt)
        reference.apply(picture, dt)
        reports.append(reference.report())
        if index > 2:
            late, expected = stage.guard.report(), reports[index - 2]
            np.testing.assert_allclose(
                [late.lit, late.cut, late.deepest], [expected.lit, expected.cut, expected.deepest], atol=2e-4
            )
            assert late.active == expected.active
    cut = [one for one in reports[130:] if one.cut > 0]
    assert cut
    assert all(one.active for one in cut)
    assert {round(one.cut, 3) for one in cut} == {0.25}
    assert max(one.deepest for one in cut) > 0.7
    assert not any(one.active or one.cut for one in reports[60:120])


def test_a_calm_picture_and_a_colourful_one_are_told_apart_in_the_same_frame(context):
    """The first frame in which colours swing is held as well as any, whether or not pixels had balls."""
    stage = Stage(context, (32, 24), GuardSettings())
    blue, red = np.float32([0.05, 0.1, 0.4]), np.float32([0.4, 0.05, 0.02])
    seen, times = [], []
    for index in range(600):
        picture = stage.white() * blue
        if 200 <= index < 320 or index >= 480:
            picture = stage.white() * (red if index // 3 % 2 else blue)
        seen.append(stage.show(picture.astype(np.float32), 1 / 60)[::8, ::8].reshape(-1, 3))
        calm = np.frombuffer(stage.guard._calm[index % 2][0].read(), np.float32)
        times.append(float(calm[3]))
    assert times[190] == 1.0
    assert times[200:203].count(2.0) == 1, "the first frame with red"
    assert times[470] == 1.0
    assert most_in_a_second(swings(np.stack(seen)), 60) <= 3
    assert swings(np.stack(seen)).sum() > 3


def test_a_picture_of_another_size_is_refused(context):
    guard = Guard(context, (32, 24), GuardSettings())
    with pytest.raises(ValueError, match="the guard has size"):
        guard.apply(context.gl.texture((24, 32), 4, dtype="f2"), 1 / 60)


def test_blackout_is_done_in_the_same_frame_while_the_guard_is_busy(context):
    stage = Stage(context, (32, 24), GuardSettings())
    for index in range(200):
        stage.show(stage.white(float(index // 3 % 2)), 1 / 60)
    assert not stage.show(stage.white(0.0), 1 / 60).any()


def test_the_report_comes_two_frames_late_and_says_what_was_done(context):
    stage = Stage(context, (32, 24), GuardSettings())
    reference = PictureGuard(lay_windows((32, 24), 3.0, 2.0), LAWS["standard"])
    reports = []
    for index in range(150):
        picture = stage.white(0.9 * float(index // 40 % 2 == 0))
        picture[..., 1:] *= 0.5
        picture = picture.astype(np.float16).astype(np.float32)
        stage.show(picture, 1 / 60)
        reference.apply(picture, 1 / 60)
        reports.append(reference.report())
        late = stage.guard.report()
        if index < 2:
            assert late.frame == -1
            continue
        expected = reports[index - 2]
        assert (late.frame, late.active, late.window) == (index - 2, expected.active, expected.window)
        assert late.held == expected.held
        np.testing.assert_allclose(
            [late.mean, late.reduction, late.red, late.moved, late.dimmed, late.contrast],
            [getattr(expected, name) for name in ("mean", "reduction", "red", "moved", "dimmed", "contrast")],
            atol=2e-5,
        )


def test_half_floats_are_never_lighter_than_what_the_law_allows(context):
    guard = Guard(context, (64, 36), GuardSettings())
    texture = context.gl.texture((64, 36), 4, dtype="f2")
    rng = np.random.default_rng(0)
    for _ in range(60):
        picture = rng.random((36, 64, 4)).astype(np.float16)
        texture.write(picture.tobytes())
        out = (
            np.frombuffer(guard.apply(texture, 0.1).read(), np.float16).reshape(36, 64, 4).astype(np.float32)
        )
        weights = np.array([0.2126, 0.7152, 0.0722], np.float32)
        assert np.all(out[..., :3] @ weights <= picture[..., :3].astype(np.float32) @ weights * 1.0005)


def test_a_linear_filter_on_the_picture_changes_nothing_and_stays(context):
    import moderngl

    stage = Stage(context, (32, 24), GuardSettings())
    stage.texture.filter = (moderngl.LINEAR, moderngl.LINEAR)
    stage.warm()
    columns = stage.white()
    columns[:, ::2] = 0.5
    np.testing.assert_allclose(stage.show(columns, 1 / 60), columns, atol=1e-3)
    assert stage.texture.filter == (moderngl.LINEAR, moderngl.LINEAR)


def test_every_texture_of_the_passes_over_all_pixels_is_read_exactly(context):
    """Whatever unit the driver's order gives the picture, the sampler without a filter is there."""
    guard = Guard(context, (32, 24), GuardSettings())
    programs = [one for pair in (*guard._cells_programs, *guard._apply_programs) for one in pair]
    assert {unit for program in programs for unit in program.units.values()} <= set(_UNITS)
    guard.release()


def test_everything_is_freed(context):
    before = dict(context.objects)
    Guard(context, (32, 24), GuardSettings()).release()
    assert dict(+context.objects) == before
