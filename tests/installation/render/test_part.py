"""Which place of the picture stands where in a window."""

import pytest

from installation.render.part import IDENTITY, WHOLE, Flip, Part

AREA = (0.5, 0.25, 1.0, 0.75)
NAMES = {
    (0.5, 0.25): "lower left",
    (1.0, 0.25): "lower right",
    (0.5, 0.75): "upper left",
    (1.0, 0.75): "upper right",
}


def corners(turn: int, flip: Flip) -> list[str]:
    """The part's corners at the window's lower left, lower right, upper left and upper right."""
    made = Part(AREA, turn, flip).map()
    return [NAMES[made.point(s, t)] for t in (0.0, 1.0) for s in (0.0, 1.0)]


@pytest.mark.parametrize(
    ("turn", "flip", "expected"),
    [
        (0, "none", ["lower left", "lower right", "upper left", "upper right"]),
        (90, "none", ["lower right", "upper right", "lower left", "upper left"]),  # its top is on the right
        (180, "none", ["upper right", "upper left", "lower right", "lower left"]),
        (270, "none", ["upper left", "lower left", "upper right", "lower right"]),
        (0, "horizontal", ["lower right", "lower left", "upper right", "upper left"]),
        (0, "vertical", ["upper left", "upper right", "lower left", "lower right"]),
        (180, "both", ["lower left", "lower right", "upper left", "upper right"]),
        (90, "horizontal", ["upper right", "lower right", "upper left", "lower left"]),
    ],
)
def test_a_part_is_turned_clockwise_and_then_mirrored(turn: int, flip: Flip, expected: list[str]) -> None:
    assert corners(turn, flip) == expected


def test_the_whole_is_as_it_is_and_a_quarter_turn_swaps_the_sides() -> None:
    assert WHOLE.map() == IDENTITY
    assert WHOLE.size((640, 360)) == (640, 360)
    assert Part(AREA).size((640, 360)) == (320, 180)
    assert Part(AREA, 270).size((640, 360)) == (180, 320)
