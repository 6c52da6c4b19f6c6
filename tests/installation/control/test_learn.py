"""What was moved, and what it is."""

import pytest

from installation.control import Capture, Caught, guess
from installation.control.learn import LONGEST


def sevens(*steps: int) -> list[float]:
    return [step / 127 for step in steps]


@pytest.mark.parametrize(
    ("steps", "found"),
    [
        ((40, 41, 43, 46, 50), ("absolute", None)),
        ((63, 64, 65, 66, 67), ("absolute", None)),  # a fader that passes its middle
        ((1, 2, 3, 4, 5), ("absolute", None)),  # a fader at its end
        ((3, 124), ("absolute", None)),  # a fader slammed up
        ((40, 41, 40, 41, 40), ("absolute", None)),  # one that jitters
        ((65, 65, 65, 65, 65), ("relative", "offset")),
        ((63, 63, 62, 63, 61), ("relative", "offset")),
        ((65, 63, 65, 63, 65), ("relative", "offset")),
        ((1, 1, 1, 2, 1), ("relative", "twos")),
        ((127, 127, 127, 126, 127), ("relative", "twos")),
        ((1, 127, 1, 127, 1), ("relative", "twos")),
        ((1, 65, 1, 65, 66), ("relative", "sign")),
        ((127, 0), ("button", None)),
        ((127,), ("button", None)),
        ((80, 0, 93, 0), ("button", None)),  # a pad, struck twice
    ],
)
def test_what_a_control_is(steps: tuple[int, ...], found: tuple[str, str | None]) -> None:
    assert guess(sevens(*steps)) == found


def test_values_that_are_no_steps_of_seven_bits_are_absolute() -> None:
    assert guess([0.1234, 0.5, 0.7071]) == ("absolute", None)


def learned(*events: tuple[str, float], at: float = 2.0, busy: frozenset[str] = frozenset()) -> Caught | None:
    capture = Capture(0.0, busy)
    for source, value in events:
        capture.hear(source, value, 1.0)
    return capture.look(at)


def test_five_events_of_one_control_decide() -> None:
    moved = [("/midi/x/cc/3", one) for one in sevens(1, 5, 9, 14, 20)]

    assert learned(*moved, at=1.0) == Caught("/midi/x/cc/3", "absolute", None, 7)
    assert learned(*moved[:4], at=1.0) is None
    assert learned(*moved[:4], at=1.6) is not None  # it was let go


def test_one_event_of_a_fader_is_not_a_hand_but_a_press_is() -> None:
    assert learned(("/midi/x/cc/3", 0.5)) is None
    assert learned(("/midi/x/note/3", 1.0)) == Caught("/midi/x/note/3", "button", None, 7)


def test_the_control_that_moved_most_is_meant() -> None:
    jitter = ("/midi/x/cc/9", 64 / 127)
    moved = [("/midi/x/cc/3", one) for one in sevens(1, 5, 9, 14)]

    found = learned(jitter, *moved)

    assert found is not None
    assert found.source == "/midi/x/cc/3"


def test_the_finest_form_of_a_movement_counts() -> None:
    coarse = [(f"/midi/x/cc/{one}", 0.5) for one in (99, 98, 6, 38) * 3]
    nrpn = [("/midi/x/nrpn/260", one / 16_383) for one in (10, 700, 900, 1400)]
    pairs = [(f"/midi/x/cc/{one}", 0.3) for one in (3, 35) * 4]
    fine = [("/midi/x/cc14/3", one / 16_383) for one in (10, 700, 900, 1400)]

    assert learned(*coarse, *nrpn) == Caught("/midi/x/nrpn/260", "absolute", None, 14)
    assert learned(*pairs, *fine) == Caught("/midi/x/cc14/3", "absolute", None, 14)
    assert learned(*[("/midi/x/pitch", one / 16_383) for one in (8192, 9000, 9500)]) == Caught(
        "/midi/x/pitch", "absolute", None, 14
    )


def test_parts_of_a_finer_movement_are_put_together() -> None:
    nrpn = [
        (f"/midi/x/cc/{n}", v / 127) for k in range(4) for n, v in ((99, 2), (98, 4), (6, k), (38, 9 * k))
    ]
    pairs = [(f"/midi/x/cc/{n}", v / 127) for k in range(4) for n, v in ((3, k), (35, 31 * k))]
    beside = [("/midi/x/cc/3", k / 127) for k in range(4)] + [("/midi/x/cc/35", k % 2) for k in range(4)]

    assert learned(*nrpn) == Caught("/midi/x/nrpn/260", "absolute", None, 14)
    assert learned(*pairs) == Caught("/midi/x/cc14/3", "absolute", None, 14)
    found = learned(*beside)
    assert found is not None
    assert "cc14" not in found.source


def test_what_moved_already_and_what_is_no_hand_are_left_out() -> None:
    sensor = [("/osc/breath", one) for one in (0.11, 0.22, 0.33, 0.44, 0.55)]

    assert learned(*sensor, busy=frozenset({"/osc/breath"})) is None
    assert learned(*[("/midi/x/connected", 1.0)] * 6) is None
    assert learned(*[("/midi/x/note/3", one) for one in sevens(90, 0, 80, 0)],
                   *[("/midi/x/pressure/3", one) for one in sevens(1, 9, 40, 60, 70, 80)]) == Caught(
        "/midi/x/note/3", "button", None, 7
    )  # fmt: skip


def test_learning_ends_by_itself() -> None:
    capture = Capture(5.0)

    assert not capture.over(5.0 + LONGEST - 0.1)
    assert capture.over(5.0 + LONGEST)
