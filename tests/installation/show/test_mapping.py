"""Displays whose light adds up where they overlap are told of."""

from pathlib import Path

import pytest

from installation.show import load_venue
from installation.show.mapping import overlaps
from installation.show.resolve import venue_references

VENUE = """format = 1
[[display]]
name = "left"
area = [0.0, 0.0, 0.6, 1.0]
{left}
[[display]]
name = "right"
screen = 1
area = [0.4, 0.0, 1.0, 1.0]
{right}
"""


@pytest.mark.parametrize(
    ("left", "right", "warned"),
    [
        ("", "", ["left", "right"]),
        ("blend = [0, 0, 0.3334, 0]", "", ["right"]),
        ("blend = [0, 0, 0.3334, 0]", "blend = [0.3334, 0, 0, 0]", []),
        ("blend = [0, 0, 0.4, 0]", "blend = [0.2, 0, 0, 0]", ["right"]),
    ],
)
def test_an_overlap_that_is_not_blended_is_a_warning_with_the_widths(
    left: str, right: str, warned: list[str], tmp_path: Path
) -> None:
    tables = {
        name: f"[display.mapping]\n{one}" if one else "" for name, one in (("left", left), ("right", right))
    }
    (tmp_path / "room.toml").write_text(VENUE.format(**tables))
    found = [
        one for one in venue_references(load_venue(str(tmp_path / "room.toml"))) if "adds up" in one.message
    ]

    assert [one.message.split('"')[1] for one in found] == warned
    assert all(one.severity == "warning" and "0.333" in one.hint for one in found)


def test_displays_that_stand_side_by_side_or_show_the_same_are_not_blended() -> None:
    assert overlaps(((0.0, 0.0, 0.5, 1.0), (0.5, 0.0, 1.0, 1.0)), 0) == (0.0, 0.0, 0.0, 0.0)
    assert overlaps(((0.0, 0.0, 1.0, 1.0), (0.0, 0.0, 1.0, 1.0)), 0) == (0.0, 0.0, 0.0, 0.0)
    assert overlaps(((0.0, 0.0, 1.0, 1.0), (0.2, 0.2, 0.8, 0.8)), 0) == (0.0, 0.0, 0.0, 0.0)
