"""The program writes a display's mapping into a venue file, and nothing else of it changes."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from installation.show import load_venue
from installation.show.editing.displays import with_mapping
from installation.show.mapping import NO_MAPPING, DisplayMapping

VENUE = """format = 1
# the gallery
[canvas]
width = 640
height = 360

[[display]]
name = "left"   # on the ladder
screen = 0
# before the second

[[display]]
name = "right"
screen = 1
[display.mapping]
# pinned by Ada
corners = [[0, 0], [1, 0],  # two
           [1, 1], [0, 1]]
blend = [0.25, 0, 0, 0]     # as wide as the overlap

[light]
rate = 30
"""
PINNED = ((0.1, 0.1), (0.9, 0.05), (0.95, 0.9), (0.05, 1.0))


def stated(text: str, tmp_path: Path) -> list[DisplayMapping]:
    path = tmp_path / "room.toml"
    path.write_text(text, newline="")
    return [replace(one.mapping, places={}) for one in load_venue(str(path)).displays]


def test_values_are_replaced_where_they_stand_and_every_other_byte_stays(tmp_path: Path) -> None:
    wanted = DisplayMapping(corners=PINNED, blend=(0.25, 0.0, 0.0, 0.0))
    after = with_mapping(VENUE, 1, "right", wanted)

    assert after == VENUE.replace(
        "[[0, 0], [1, 0],  # two\n           [1, 1], [0, 1]]",
        "[[0.1, 0.1], [0.9, 0.05],  # two\n           [0.95, 0.9], [0.05, 1]]",
    )
    assert stated(after, tmp_path) == [NO_MAPPING, wanted]


MASKED = (
    VENUE
    + """
[[display]]
name = "masked"
[display.mapping]
grid = [
    [[0, 0], [1, 0]],   # along the floor
    [[0, 1], [1, 1]],   # under the beam
]
mask = [
    # the door
    [[0.1, 0.1], [0.2, 0.1],
     [0.1, 0.3]],  # its handle
    [[0.5, 0.5], [0.6, 0.5], [0.5, 0.6]],  # the lamp
]
"""
)


def test_comments_in_a_grid_and_in_masks_stay_beside_what_they_are_about(tmp_path: Path) -> None:
    door, lamp = ((0.1, 0.1), (0.25, 0.1), (0.1, 0.3)), ((0.5, 0.5), (0.6, 0.5), (0.5, 0.6))
    sign = ((0.7, 0.7), (0.8, 0.7), (0.7, 0.8))
    wanted = DisplayMapping(
        grid=(((0.0, 0.0), (1.0, 0.0)), ((0.0, 1.0), (0.9, 1.0))), mask=(door, lamp, sign)
    )

    after = with_mapping(MASKED, 2, "masked", wanted)

    assert after == MASKED.replace("[0, 1], [1, 1]],   # under", "[0, 1], [0.9, 1]],   # under").replace(
        "[0.1, 0.1], [0.2, 0.1],\n", "[0.1, 0.1], [0.25, 0.1],\n"
    ).replace(
        "[0.5, 0.6]],  # the lamp", "[0.5, 0.6]],  # the lamp\n    [[0.7, 0.7], [0.8, 0.7], [0.7, 0.8]],"
    )
    assert stated(after, tmp_path)[2] == wanted
    fewer = with_mapping(after, 2, "masked", replace(wanted, mask=(lamp,)))
    assert stated(fewer, tmp_path)[2].mask == (lamp,)
    assert "# under the beam" in fewer


def test_a_display_without_mapping_gets_its_table_and_other_lines_stay(tmp_path: Path) -> None:
    wanted = DisplayMapping(
        grid=(((0.0, 0.0), (1.0, 0.0)), ((0.0, 1.0), (0.9, 1.0))),
        mask=(((0.1, 0.1), (0.2, 0.1), (0.1, 0.3)),),
    )
    after = with_mapping(VENUE, 0, "left", wanted)

    added = (
        "\n\n[display.mapping]\ngrid = [\n    [[0.0, 0.0], [1.0, 0.0]],\n    [[0.0, 1.0], [0.9, 1.0]],\n]\n"
        "mask = [\n    [[0.1, 0.1], [0.2, 0.1], [0.1, 0.3]],\n]"
    )
    assert after == VENUE.replace("screen = 0", f"screen = 0{added}")
    assert stated(after, tmp_path)[0] == wanted


@pytest.mark.parametrize(
    "table",
    [
        "mapping = { blend = [0.1, 0, 0, 0] }",
        "mapping = {}",
        "mapping.blend = [0.1, 0, 0, 0]",
        "[display.mapping]",
        "  [display.mapping]\n  blend = [0.1, 0, 0, 0] # x",
        "",
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_way_to_state_it_is_edited(table: str, end: str, tmp_path: Path) -> None:
    text = f'format = 1\n[[display]]\nname = "a"\n{table}\n[light]\nrate = 30\n'.replace("\n", end)
    wanted = DisplayMapping(corners=PINNED, blend=(0.0, 0.0, 0.2, 0.0), blend_gamma=1.5)
    after = with_mapping(text, 0, "a", wanted)

    assert stated(after, tmp_path) == [wanted]
    assert after.endswith(f"[light]{end}rate = 30{end}")
    assert with_mapping(after, 0, "a", wanted) == after


def test_a_file_that_has_other_displays_now_is_left_alone() -> None:
    with pytest.raises(LookupError, match='display 1 of the file is not "middle" any more'):
        with_mapping(VENUE, 0, "middle", NO_MAPPING)
    with pytest.raises(LookupError):
        with_mapping(VENUE, 2, "left", NO_MAPPING)
    with pytest.raises(ValueError, match="array declaration"):
        with_mapping("[[display", 0, "left", NO_MAPPING)


UNIT = st.floats(-1.0, 2.0)


@settings(max_examples=15, deadline=None)
@given(
    blend=st.tuples(*[st.floats(0.0, 0.5)] * 4),
    mask=st.lists(st.lists(st.tuples(UNIT, UNIT), min_size=3, max_size=5).map(tuple), max_size=3).map(tuple),
    gamma=st.floats(1.0, 4.0),
)
def test_what_was_written_is_read_again(
    blend: tuple[float, float, float, float], mask: tuple[object, ...], gamma: float, tmp_path_factory: object
) -> None:
    wanted = DisplayMapping(blend=blend, mask=mask, blend_gamma=gamma)  # type: ignore[arg-type]
    text = VENUE
    for index, name in ((0, "left"), (1, "right")):
        text = with_mapping(text, index, name, wanted)
    folder: Path = tmp_path_factory.mktemp("venue")  # type: ignore[attr-defined]
    for one in stated(text, folder):
        assert one.blend == pytest.approx(blend, abs=1e-5)
        assert one.blend_gamma == pytest.approx(gamma, abs=1e-5)
        assert len(one.mask) == len(mask)
    assert "# pinned by Ada" in text


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("corners = [[0, 0], [1, 1], [1, 0], [0, 1]]", "corners: they must form a convex area"),
        ("corners = [[0, 0], [1, 0], [1, 1]]", "corners: expected four points"),
        ("corners = [[0, 0], [1, 0], [1, 1], [0, 9]]", "corners: expected four points"),
        ("grid = [[[0, 0], [1, 0]], [[0, 1]]]", "grid: expected 2 to 9 rows"),
        ("grid = [[[0, 0], [1, 0]]]", "grid: expected 2 to 9 rows"),
        ("mask = [[[0, 0], [1, 0]]]", "mask: expected polygons of three points"),
        ("mask = 3", "mask: expected polygons of three points"),
        ("blend = [1.1, 0, 0, 0]", "blend"),
        ("blend_gamma = 0.5", "blend_gamma"),
        ("bend = 1", "has no key `bend`"),
    ],
)
def test_what_cannot_be_mapped_is_told_with_its_line(line: str, told: str, tmp_path: Path) -> None:
    from installation.errors import ShowError

    path = tmp_path / "room.toml"
    path.write_text(f'format = 1\n[[display]]\nname = "a"\n[display.mapping]\n{line}\n')
    with pytest.raises(ShowError) as caught:
        load_venue(str(path))
    assert any(told in one.message and one.where.line == 5 for one in caught.value.findings)


def test_edges_that_face_each_other_may_overlap_as_three_projectors_at_one_place_need_it(
    tmp_path: Path,
) -> None:
    wide = DisplayMapping(blend=(0.75, 0.0, 0.75, 0.0))
    assert stated(with_mapping(VENUE, 0, "left", wide), tmp_path)[0] == wide


def test_line_ends_of_both_kinds_stay_as_they_are() -> None:
    lines = VENUE.splitlines()
    text = "".join(f"{line}{chr(13) if number % 3 else ''}\n" for number, line in enumerate(lines))
    wanted = DisplayMapping(corners=PINNED, blend=(0.5, 0.0, 0.0, 0.0), blend_gamma=2.0)
    after = with_mapping(text, 1, "right", wanted)

    assert after.replace("\r\n", "\n") == with_mapping(VENUE, 1, "right", wanted)
    kept = {*after.splitlines(keepends=True)} & {*text.splitlines(keepends=True)}
    assert len(kept) == len({*text.splitlines(keepends=True)}) - 3  # two of the corners, one of the edges
    assert with_mapping(after, 1, "right", wanted) == after
