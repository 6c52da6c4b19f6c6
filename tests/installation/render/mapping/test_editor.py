"""Calibration by hand, without windows."""

from dataclasses import replace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from installation.render.mapping.editor import Editor, Pane
from installation.render.mapping.surface import SQUARE
from installation.render.part import Part
from installation.show.mapping import MOST_POINTS, NO_MAPPING, DisplayMapping, convex

SIZE = (400, 200)
AREAS = ((0.0, 0.0, 0.6, 1.0), (0.4, 0.0, 1.0, 1.0))


def editor(*mappings: DisplayMapping, turn: int = 0) -> Editor:
    given = mappings or (NO_MAPPING, NO_MAPPING)
    panes = [Pane(SIZE, Part(area, turn), SQUARE) for area in AREAS]
    return Editor(["left", "right"], given, lambda index: panes[index])


def press(edited: Editor, *keys: str, since: float = 0.0, **held: bool) -> None:
    for step, name in enumerate(keys):
        assert edited.key(name, since + step, **held)


def test_arrows_move_the_chosen_corner_by_one_ten_and_a_tenth_of_a_pixel() -> None:
    edited = editor()
    press(edited, "tab", "right", "up")
    press(edited, "up", shift=True)
    press(edited, "left", ctrl=True)

    x, y = edited.mappings[0].corners[1]
    assert (x * 400, y * 200) == pytest.approx((400.0 + 1.0 - 0.1, 11.0))
    assert edited.mappings[1] == NO_MAPPING


def test_a_row_of_nudges_is_one_step_back_and_a_drag_another() -> None:
    edited = editor()
    press(edited, "right", "right", "up")
    nudged = edited.mappings[0]
    edited.press(0, nudged.corners[2])
    edited.drag((0.9, 0.8))
    edited.release()
    dragged = edited.mappings[0]
    assert dragged.corners[2] == pytest.approx((0.9, 0.8))

    press(edited, "u", since=1.0)
    assert edited.mappings[0] == nudged
    press(edited, "u", since=2.0)
    assert edited.mappings[0] == NO_MAPPING
    press(edited, "y", "y", since=3.0)
    assert edited.mappings[0] == dragged


def test_a_wall_cannot_be_flickered_with_undo_and_redo() -> None:
    edited = editor()
    press(edited, "right")
    before = list(edited.mappings)
    changes = 0
    for step in range(60):  # a second of a key at every frame
        edited.key("u" if step % 2 == 0 else "y", 1.0 + step / 60)
        changes += edited.mappings != before
        before = list(edited.mappings)
    assert changes <= 3


def test_corners_that_would_cross_stay_and_it_is_told() -> None:
    edited = editor()
    edited.press(0, (0.0, 0.0))
    edited.drag((0.4, 0.4))
    edited.drag((0.9, 0.9))
    edited.release()

    assert edited.mappings[0].corners[0] == pytest.approx((0.4, 0.4))
    assert any("convex" in line for line in edited.words())


def test_a_grid_gets_finer_and_its_points_follow_the_mouse() -> None:
    edited = editor(replace(NO_MAPPING, corners=((0.1, 0.0), (0.9, 0.1), (1.0, 1.0), (0.0, 0.9))), NO_MAPPING)
    press(edited, "2", "g")
    handles = edited.handles()
    assert handles is not None
    edited.press(0, handles.in_window()[4])
    edited.drag((0.55, 0.6))
    edited.release()
    handles = edited.handles()

    assert handles is not None
    assert len(edited.mappings[0].grid) == 3
    assert handles.in_window()[4] == pytest.approx((0.55, 0.6))
    press(edited, "g", since=5.0)
    assert [len(row) for row in edited.mappings[0].grid] == [4] * 4


def test_soft_edges_follow_the_overlaps_of_all_displays_and_a_drag() -> None:
    edited = editor()
    press(edited, "3", "o")
    assert edited.mappings[0].blend == pytest.approx((0.0, 0.0, 1 / 3, 0.0))
    assert edited.mappings[1].blend == pytest.approx((1 / 3, 0.0, 0.0, 0.0))

    edited.press(1, (1 / 3, 0.5))
    edited.drag((0.5, 0.9))
    edited.release()
    assert edited.mappings[1].blend == pytest.approx((0.5, 0.0, 0.0, 0.0))


def test_a_mask_is_drawn_point_by_point_moved_and_shrinks_to_nothing() -> None:
    edited = editor(turn=180)
    press(edited, "4")
    for at in ((0.2, 0.2), (0.8, 0.2), (0.5, 0.8)):
        edited.press(0, at)
        edited.release()
    for found, expected in zip(edited.mappings[0].mask[0], ((0.8, 0.8), (0.2, 0.8), (0.5, 0.2)), strict=True):
        assert found == pytest.approx(expected)  # the projector hangs upside down

    edited.press(0, (0.5, 0.8))
    edited.drag((0.5, 0.9))
    edited.release()
    assert edited.mappings[0].mask[0][2] == pytest.approx((0.5, 0.1))
    edited.press(0, (0.1, 0.9))  # between the last and the first
    assert len(edited.mappings[0].mask[0]) == 4
    press(edited, "delete", "backspace")
    assert edited.mappings[0].mask == ()


def test_keys_that_matter_in_a_show_stay_the_shows() -> None:
    edited = editor()
    for name in ("b", "escape", "space", "q", "f9", "f11", "h", "m"):
        assert not edited.key(name, 0.0)
    for name in ("up", "1", "n", "backspace", "d", "s", "0", "9", "y"):
        assert edited.key(name, 0.0)


def test_a_display_whose_screen_is_away_is_left_alone() -> None:
    edited = Editor(["wall"], [NO_MAPPING], lambda _index: None)
    for name in ("right", "tab", "2", "g", "3", "o", "4", "delete", "u"):
        edited.key(name, 0.0)
    edited.press(0, (0.5, 0.5))
    assert "its screen is not there" in edited.words()[0]


@settings(max_examples=15, stateful_step_count=40, deadline=None)
class Calibrating(RuleBasedStateMachine):
    """Whatever hands do, the mapping can be drawn and written, and undo leads back to the beginning."""

    def __init__(self) -> None:
        super().__init__()
        self.edited = editor()
        self.now = 0.0

    @rule(
        name=st.sampled_from([*"1234dgcoiurynsu[]", "tab", "left", "right", "up", "down", "delete"]),
        shift=st.booleans(),
    )
    def key(self, name: str, shift: bool) -> None:
        self.now += 1.0
        self.edited.key(name, self.now, shift=shift)

    @rule(
        index=st.integers(0, 1),
        start=st.tuples(*[st.floats(0, 1)] * 2),
        end=st.tuples(*[st.floats(-3, 3)] * 2),
    )
    def drag(self, index: int, start: tuple[float, float], end: tuple[float, float]) -> None:
        self.edited.press(index, start)
        self.edited.drag(end)
        self.edited.release()

    @invariant()
    def valid(self) -> None:
        assert self.edited.words()
        for one in self.edited.mappings:
            assert not one.corners or convex(one.corners)
            assert all(0.0 <= width <= 1.0 for width in one.blend)
            assert all(len(polygon) >= 3 for polygon in one.mask)
            assert sum(map(len, one.mask)) <= MOST_POINTS
            points = [*one.corners, *(p for row in one.grid for p in row), *(p for m in one.mask for p in m)]
            assert all(-1.0 <= value <= 2.0 for point in points for value in point)

    def teardown(self) -> None:
        for _ in range(300):
            self.now += 1.0
            self.edited.key("u", self.now)
        assert self.edited.mappings == [NO_MAPPING, NO_MAPPING]


TestCalibrating = Calibrating.TestCase


def test_whatever_is_clicked_can_be_stated_in_a_file() -> None:
    small = ((0.45, 0.45), (0.55, 0.45), (0.55, 0.55), (0.45, 0.55))
    edited = editor(replace(NO_MAPPING, corners=small), NO_MAPPING)
    press(edited, "4")
    for at in ((0.01, 0.01), (0.99, 0.01), (0.5, 0.99)):
        edited.press(0, at)
        edited.release()
    assert all(-1.0 <= value <= 2.0 for point in edited.mappings[0].mask[0] for value in point)

    row = ((0.0, 0.0), (2.0, 0.0), (2.0, 0.0), (0.0, 0.0))
    steep = replace(NO_MAPPING, grid=tuple(tuple((x, y / 3) for x, _ in row) for y in range(4)))
    edited = editor(steep, NO_MAPPING)
    press(edited, "2", "g", "g", "g")
    assert len(edited.mappings[0].grid) == 9
    assert max(x for points in edited.mappings[0].grid for x, _ in points) == 2.0


def test_an_edit_of_the_file_says_that_it_replaces_what_was_done_by_hand() -> None:
    edited = editor()
    press(edited, "right")
    mine = list(edited.mappings)
    edited.put([NO_MAPPING, replace(NO_MAPPING, blend_gamma=2.0)])
    assert any("U brings the other back" in line for line in edited.words())
    press(edited, "u", since=5.0)
    assert edited.mappings == mine


def test_soft_edges_stay_while_a_screen_is_away() -> None:
    blended = [
        replace(NO_MAPPING, blend=(0.0, 0.0, 1 / 3, 0.0)),
        replace(NO_MAPPING, blend=(1 / 3, 0.0, 0.0, 0.0)),
    ]
    edited = Editor(
        ["left", "right"], blended, lambda at: Pane(SIZE, Part(AREAS[0]), SQUARE) if at == 0 else None
    )
    press(edited, "3", "o")
    assert edited.mappings == blended
    assert "the screen of right is not there" in edited.said


def test_a_key_lets_the_handle_go_and_a_click_keeps_what_can_be_redone() -> None:
    edited = editor()
    edited.press(0, (0.0, 0.0))
    edited.drag((0.1, 0.1))
    press(edited, "tab")
    edited.drag((0.2, 0.2))
    edited.release()
    corners = edited.mappings[0].corners
    assert corners[0] == pytest.approx((0.1, 0.1))
    assert corners[1] == (1.0, 0.0)

    press(edited, "u", since=5.0)
    edited.press(0, (1.0, 1.0))
    edited.release()
    press(edited, "y", since=6.0)
    assert edited.mappings[0].corners == corners
