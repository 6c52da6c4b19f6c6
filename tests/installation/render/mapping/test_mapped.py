"""Windows that are bent, blended and masked, pixel by pixel."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from installation.render import Target
from installation.render.mapping.handles import Handles
from installation.render.mapping.surface import SQUARE, Surface, regular, resampled
from installation.render.mapping.weights import MASK_SIZE, mask_texels
from installation.render.part import Part
from installation.render.passes.output import Output
from installation.show.mapping import NO_MAPPING, DisplayMapping, Point, convex, overlaps
from tests.installation.render.pixels import picture

Light = NDArray[np.float64]

PINNED = ((0.08, 0.12), (0.9, 0.03), (0.97, 0.88), (0.2, 0.95))
BULGED = (
    ((0.0, 0.0), (0.5, -0.05), (1.0, 0.0)),
    ((-0.02, 0.5), (0.56, 0.47), (1.03, 0.5)),
    ((0.0, 1.0), (0.5, 1.08), (1.0, 1.0)),
)
WINDOW = (320, 240)


@pytest.fixture
def output(context: Any) -> Iterator[Output]:
    made = Output(context)
    made.dither = False
    yield made
    made.release()


def shown(output: Output, canvas: Light, part: Part, window: tuple[int, int] = WINDOW) -> Light:
    """What a window shows of a canvas (height x width, linear grey), as linear light, bottom row first."""
    grey = np.repeat(canvas[..., None], 4, 2).astype(np.float32)
    light, target = picture(output.context, grey), Target(output.context, window, "rgba16f")
    output.encode_mapped(light, target.framebuffer, 0, part, SQUARE)
    codes = np.frombuffer(target.framebuffer.read(components=4, dtype="f4"), np.float32)
    target.release()
    light.release()
    code = codes.reshape(window[1], window[0], 4)[..., 0].astype(np.float64)
    return np.where(code <= 0.04045, code / 12.92, ((np.maximum(code, 0.04045) + 0.055) / 1.055) ** 2.4)


def pinned(corners: tuple[Point, ...], x: float, y: float) -> Point:
    """The projective map of the unit square, by the eight equations of its corners."""
    rows, goals = [], []
    for (s, t), (a, b) in zip(SQUARE, corners, strict=True):
        rows += [[s, t, 1, 0, 0, 0, -a * s, -a * t], [0, 0, 0, s, t, 1, -b * s, -b * t]]
        goals += [a, b]
    h = np.append(np.linalg.solve(np.array(rows), np.array(goals)), 1.0)
    w = h[6] * x + h[7] * y + 1.0
    return (h[0] * x + h[1] * y + h[2]) / w, (h[3] * x + h[4] * y + h[5]) / w


@pytest.mark.gl
def test_lines_stay_straight_under_a_corner_pin_and_are_where_four_points_say(output: Output) -> None:
    canvas = np.zeros((300, 400))
    for middle in (80, 200, 320):
        canvas[:, middle - 2 : middle + 2] = 1.0

    seen = shown(output, canvas, Part(mapping=DisplayMapping(corners=PINNED)))

    for x in (0.2, 0.5, 0.8):
        (x0, y0), (x1, y1) = (pinned(PINNED, x, y) for y in (0.1, 0.9))
        rows = np.arange(round(y0 * 240), round(y1 * 240))
        expected = (x0 + (x1 - x0) * ((rows + 0.5) / 240 - y0) / (y1 - y0)) * 320 - 0.5
        found = []
        for row, near in zip(rows, expected, strict=True):
            columns = np.arange(round(near) - 8, round(near) + 9)
            found.append(np.average(columns, weights=seen[row, columns]))
        assert np.abs(np.array(found) - expected).max() < 0.25
        bend = np.polynomial.Polynomial.fit(rows, found, 1)
        assert np.abs(np.array(found) - bend(rows)).max() < 0.25


@pytest.mark.gl
def test_what_lies_outside_the_four_points_is_black(output: Output) -> None:
    seen = shown(output, np.ones((30, 40)), Part(mapping=DisplayMapping(corners=PINNED)))

    ys, xs = np.mgrid[0:240, 0:320]
    inside = np.ones((240, 320), bool)
    for index in range(4):
        (ax, ay), (bx, by) = PINNED[index], PINNED[(index + 1) % 4]
        away = (bx - ax) * 320 * (ys + 0.5 - ay * 240) - (by - ay) * 240 * (xs + 0.5 - ax * 320)
        inside &= away > -200.0
    assert seen[~inside].max() == 0.0
    assert seen.max() == pytest.approx(1.0, abs=0.002)


@pytest.mark.gl
def test_the_grid_goes_through_its_points_and_a_regular_one_changes_nothing(output: Output) -> None:
    canvas = np.zeros((300, 400))
    canvas[146:154, 196:204] = 1.0  # the middle of the picture
    plain = shown(output, canvas, Part(mapping=DisplayMapping(grid=regular(4, 3))))
    bent = shown(output, canvas, Part(mapping=DisplayMapping(corners=PINNED, grid=BULGED)))

    assert np.abs(plain - shown(output, canvas, Part())).max() < 0.002
    x, y = pinned(PINNED, *BULGED[1][1])
    ys, xs = np.mgrid[0:240, 0:320]
    assert np.average(xs, weights=bent) == pytest.approx(x * 320 - 0.5, abs=0.3)
    assert np.average(ys, weights=bent) == pytest.approx(y * 240 - 0.5, abs=0.3)


@pytest.mark.gl
@pytest.mark.parametrize("canvas", [1.0, 0.18])
def test_soft_edges_of_neighbours_add_up_to_the_canvas_in_linear_light(output: Output, canvas: float) -> None:
    areas = ((0.0, 0.0, 0.6, 1.0), (0.4, 0.0, 1.0, 1.0))
    wall, light = np.zeros((50, 500)), np.full((50, 500), canvas)
    for index, area in enumerate(areas):
        mapping = DisplayMapping(blend=overlaps(areas, index))
        wall[:, index * 200 : index * 200 + 300] += shown(
            output, light, Part(area, mapping=mapping), (300, 50)
        )

    assert np.abs(wall / canvas - 1.0).max() < 0.004  # half floats of the target


@pytest.mark.gl
def test_soft_edges_add_up_on_the_wall_also_where_both_projectors_stand_askew(output: Output) -> None:
    areas = ((0.0, 0.0, 0.6, 1.0), (0.4, 0.0, 1.0, 1.0))
    maps = (
        DisplayMapping(corners=PINNED, blend=overlaps(areas, 0)),
        DisplayMapping(corners=PINNED[2:] + PINNED[:2], grid=BULGED, blend=overlaps(areas, 1)),
    )
    views = [
        shown(output, np.ones((50, 500)), Part(area, mapping=one))
        for area, one in zip(areas, maps, strict=True)
    ]
    for x in np.linspace(0.41, 0.59, 19):
        total = 0.0
        for area, one, view in zip(areas, maps, views, strict=True):
            place = Surface(one, SQUARE).window((x - area[0]) / (area[2] - area[0]), 0.5)
            column, row = (place[0] * 320 - 0.5, place[1] * 240 - 0.5)
            i, j, u, v = int(column), int(row), column % 1.0, row % 1.0
            total += float(
                (1 - v) * ((1 - u) * view[j, i] + u * view[j, i + 1])
                + v * ((1 - u) * view[j + 1, i] + u * view[j + 1, i + 1])
            )
        assert total == pytest.approx(1.0, abs=0.01)


@pytest.mark.gl
def test_four_projectors_add_up_where_all_of_them_meet_and_gamma_only_darkens(output: Output) -> None:
    areas = [(x, y, x + 0.6, y + 0.6) for y in (0.0, 0.4) for x in (0.0, 0.4)]
    walls = []
    for gamma in (1.0, 2.2):
        wall = np.zeros((200, 200))
        for index, area in enumerate(areas):
            mapping = DisplayMapping(blend=overlaps(areas, index), blend_gamma=gamma)
            x, y = round(area[0] * 200), round(area[1] * 200)
            wall[y : y + 120, x : x + 120] += shown(
                output, np.ones((200, 200)), Part(area, mapping=mapping), (120, 120)
            )
        walls.append(wall)
    assert np.abs(walls[0] - 1.0).max() < 0.006
    assert walls[1].max() < 1.006
    assert walls[1].min() < 0.3


@pytest.mark.gl
def test_a_mask_hides_all_light_and_its_soft_edge_lies_outside(output: Output) -> None:
    canvas = np.ones((30, 40))
    square = ((0.25, 0.25), (0.75, 0.25), (0.75, 0.75), (0.25, 0.75))
    hard = shown(output, canvas, Part(mapping=DisplayMapping(mask=(square,))))
    soft = shown(output, canvas, Part(mapping=DisplayMapping(mask=(square,), mask_soft=0.1)))
    kept = shown(output, canvas, Part(mapping=DisplayMapping(mask=(square,), mask_mode="keep")))

    assert hard[61:179, 81:239].max() == 0.0
    assert hard[:59].min() == pytest.approx(1.0, abs=0.002)
    assert soft[61:179, 81:239].max() == 0.0
    assert (soft <= hard + 0.001).all()
    assert 0.2 < soft[120, 72] < 0.95
    assert np.abs(hard + kept - 1.0)[:, :78].max() < 0.002
    assert kept[61:179, 81:239].min() == pytest.approx(1.0, abs=0.002)


@pytest.mark.gl
def test_soft_edges_and_masks_belong_to_the_canvas_however_the_projector_hangs(output: Output) -> None:
    mapping = DisplayMapping(blend=(0.5, 0.0, 0.0, 0.0))
    upright = shown(output, np.ones((30, 40)), Part(mapping=mapping))
    hanging = shown(output, np.ones((30, 40)), Part(turn=180, mapping=mapping))

    assert upright[100, 0] < 0.01
    assert upright[100, -1] == pytest.approx(1.0, abs=0.002)
    assert np.abs(hanging - upright[::-1, ::-1]).max() < 0.002


AWAY = st.floats(-0.3, 0.3)
MAPPINGS = st.builds(
    lambda moves, grid, blend, gamma, soft: DisplayMapping(
        corners=tuple((x + dx, y + dy) for (x, y), (dx, dy) in zip(SQUARE, moves, strict=True)),
        grid=tuple(
            tuple((x + dx, y + dy) for (x, y), (dx, dy) in zip(row, away, strict=True))
            for row, away in zip(regular(3, 3), grid, strict=True)
        ),
        blend=(blend, blend / 2, blend, blend / 3),
        blend_gamma=gamma,
        mask=(((0.1, 0.1), (0.5, 0.2), (0.3, 0.7)),),
        mask_soft=soft,
    ),
    st.tuples(*[st.tuples(AWAY, AWAY)] * 4),
    st.tuples(*[st.tuples(*[st.tuples(AWAY, AWAY)] * 3)] * 3),
    st.floats(0.0, 0.5),
    st.floats(1.0, 4.0),
    st.floats(0.0, 0.5),
)


@pytest.mark.gl
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(mapping=MAPPINGS)
def test_no_mapping_shows_more_light_than_the_guarded_picture_has(
    output: Output, mapping: DisplayMapping
) -> None:
    canvas = np.tile(np.array([[0.0, 0.5], [0.5, 0.0]]), (15, 20))

    assert shown(output, canvas, Part(mapping=mapping), (64, 48)).max() <= 0.501
    assert shown(output, np.zeros((30, 40)), Part(mapping=mapping), (64, 48)).max() == 0.0  # a blackout


@pytest.mark.parametrize(
    "mapping", [DisplayMapping(corners=PINNED), DisplayMapping(corners=PINNED, grid=BULGED)]
)
def test_a_place_of_the_window_is_found_in_the_picture_again(mapping: DisplayMapping) -> None:
    surface = Surface(mapping, SQUARE)
    for s, t in ((0.1, 0.2), (0.5, 0.5), (0.93, 0.71)):
        assert surface.picture(*surface.window(s, t)) == pytest.approx((s, t), abs=1e-6)


@pytest.mark.parametrize("grid", [(), BULGED])
def test_many_places_are_found_at_once_where_each_of_them_is(
    grid: tuple[tuple[Point, ...], ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    mapping = DisplayMapping(corners=PINNED, grid=grid, mask=(((0.1, 0.2), (0.93, 0.71), (0.5, 1.3)),))
    surface = Surface(mapping, SQUARE)
    singly = [surface.window(*one) for one in mapping.mask[0]]
    assert surface.windows([]) == []

    monkeypatch.setattr(Surface, "window", None)  # 200 points of a mask are asked for in every frame
    found = Handles(Part(mapping=mapping), SQUARE, "mask").in_window()
    assert np.array(found) == pytest.approx(np.array(singly), abs=1e-12)


def test_a_finer_grid_bends_as_the_coarse_one_did_at_its_points() -> None:
    before = DisplayMapping(grid=BULGED)
    after = replace(before, grid=resampled(before, 5, 5))

    assert after.grid[2][2] == pytest.approx(BULGED[1][1])
    for s, t in ((0.25, 0.5), (0.75, 0.25)):
        assert Surface(after, SQUARE).window(s, t) == pytest.approx(Surface(before, SQUARE).window(s, t))


def test_corners_that_cross_or_lie_on_a_line_are_no_area() -> None:
    assert convex(SQUARE)
    assert not convex((SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3]))
    assert not convex(((0.0, 0.0), (1.0, 0.0), (0.5, 0.0), (0.0, 1.0)))
    assert not convex(SQUARE[::-1])
    assert NO_MAPPING.plain


def test_soft_edges_are_found_where_neighbours_overlap() -> None:
    three = ((0.0, 0.0, 0.4, 1.0), (0.3, 0.0, 0.7, 1.0), (0.6, 0.0, 1.0, 1.0))

    assert overlaps(three, 0) == pytest.approx((0.0, 0.0, 0.25, 0.0))
    assert overlaps(three, 1) == pytest.approx((0.25, 0.0, 0.25, 0.0))
    assert overlaps(((0.0, 0.0, 0.5, 1.0), (0.5, 0.0, 1.0, 1.0)), 0) == (0.0, 0.0, 0.0, 0.0)


def test_a_place_is_found_in_few_steps_since_every_event_of_the_mouse_asks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[int] = []
    bent = Surface._bent

    def counted(self: Surface, s: NDArray[np.float64], t: NDArray[np.float64]) -> NDArray[np.float64]:
        asked.append(s.size * t.size)
        return bent(self, s, t)

    surface = Surface(DisplayMapping(corners=PINNED, grid=BULGED), SQUARE)
    x, y = surface.window(0.93, 0.71)
    monkeypatch.setattr(Surface, "_bent", counted)
    surface.picture(x, y)
    assert len(asked) <= 6


@pytest.mark.gl
def test_what_many_windows_draw_is_made_once_and_edits_of_one_leave_the_others(
    output: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[DisplayMapping] = []

    def counted(mapping: DisplayMapping, aspect: float = 1.0) -> NDArray[np.uint8]:
        made.append(mapping)
        return np.full((8, 8), 255, np.uint8)

    def masked(number: int) -> DisplayMapping:
        return DisplayMapping(mask=(((0.1, 0.1), (0.5, 0.1), (0.3, 0.2 + number / 100)),))

    monkeypatch.setattr("installation.render.mapping.mapped.mask_texels", counted)
    windows = [masked(number) for number in range(12)]
    for _ in range(2):
        for one in windows:
            shown(output, np.ones((3, 4)), Part(mapping=one), (8, 6))
    assert len(made) == 12
    for number in range(50):  # a hand drags a point of another one
        shown(output, np.ones((3, 4)), Part(mapping=windows[0]), (8, 6))
        shown(output, np.ones((3, 4)), Part(mapping=masked(20 + number)), (8, 6))
    assert made.count(windows[0]) == 1


def test_a_soft_edge_of_a_mask_is_as_wide_across_as_up() -> None:
    square = ((0.3, 0.3), (0.7, 0.3), (0.7, 0.7), (0.3, 0.7))
    texels = mask_texels(DisplayMapping(mask=(square,), mask_soft=0.1), 16 / 9)
    half = MASK_SIZE // 2
    across, up = (
        int(np.argmax(line[round(0.7 * MASK_SIZE) :] > 127)) for line in (texels[half], texels[:, half])
    )

    assert across * 16 / 9 == pytest.approx(up, abs=2.0)
    assert up > 20


def test_three_displays_that_overlap_at_one_place_get_edges_that_a_file_may_state() -> None:
    areas = ((0.0, 0.0, 0.6, 1.0), (0.3, 0.0, 0.7, 1.0), (0.4, 0.0, 1.0, 1.0))
    wall = np.zeros(200)
    for index, area in enumerate(areas):
        left, _, right, _ = overlaps(areas, index)
        assert max(left, right) <= 1.0
        x = ((np.arange(200) + 0.5) / 200 - area[0]) / (area[2] - area[0])
        light = np.where((x > 0.0) & (x < 1.0), 1.0, 0.0)
        for width, t in ((left, x / max(left, 1e-9)), (right, (1.0 - x) / max(right, 1e-9))):
            t = np.clip(t, 0.0, 1.0)
            light *= np.where(t < 0.5, 2 * t**2, 1 - 2 * (1 - t) ** 2) if width else 1.0
        wall += light
    assert wall.min() > 0.99
    assert wall.max() < 1.1
