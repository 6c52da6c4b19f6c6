"""Places of the room under fingers: where they stir, and how hard."""

import numpy as np

from installation.bodies.pads import Pads, middle_of

FRAME = 1 / 60


def strongest(pads: Pads) -> float:
    return 0.0 if pads.field is None else float(np.hypot(pads.field[..., 0], pads.field[..., 1]).max())


def test_a_press_turns_the_water_around_its_place_and_nowhere_else() -> None:
    pads = Pads()
    pads.advance(FRAME, 16 / 9)
    assert pads.field is None, "nothing is computed while nobody presses"
    pads.stir(0, 7, True)  # the top right corner
    pads.advance(FRAME, 16 / 9)

    assert pads.field is not None
    stirred = pads.field[..., 2] > 0.0
    assert stirred[7:, 13:].any()
    assert not stirred[:6].any()
    assert not stirred[:, :12].any()
    assert middle_of(0, 7) == (0.9375, 0.875)


def test_it_is_harder_the_longer_it_is_held_and_ends_after_it_was_let_go() -> None:
    pads = Pads()
    pads.stir(2, 3, True)
    pads.advance(FRAME, 16 / 9)
    first = strongest(pads)
    for _ in range(120):
        pads.advance(FRAME, 16 / 9)
    whole = strongest(pads)
    pads.stir(2, 3, False)
    for _ in range(15):
        pads.advance(FRAME, 16 / 9)

    assert first > 0.01
    assert whole > 4.0 * first
    assert 0.0 < strongest(pads) < 0.5 * whole
    for _ in range(30):
        pads.advance(FRAME, 16 / 9)
    assert pads.field is None


def test_a_stroke_ends_by_itself_and_a_short_press_is_not_lost() -> None:
    for presses in ((None,), (True, False)):
        pads = Pads()
        for down in presses:
            pads.stir(1, 1, down)
        pads.advance(FRAME, 16 / 9)
        assert strongest(pads) > 0.01
        for _ in range(60):
            pads.advance(FRAME, 16 / 9)
        assert pads.field is None


def test_all_places_at_once_are_no_stronger_than_one_place_may_be() -> None:
    pads = Pads()
    for row in range(4):
        for column in range(8):
            pads.stir(row, column, True)
    for _ in range(200):
        pads.advance(FRAME, 16 / 9)

    assert pads.field is not None
    assert pads.field[..., 2].max() <= 1.0
    assert strongest(pads) < 2.0
