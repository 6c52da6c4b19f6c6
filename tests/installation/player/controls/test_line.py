"""One binding on parameters of every kind."""

from dataclasses import replace

import pytest

from installation.control.map import Bind, Origin
from installation.control.target import Target
from installation.parameter import Kind, Parameter, Tree
from installation.player.controls.line import Line
from installation.values import Where

PARAMETERS = (
    Parameter("/whole", Kind.INT, (2.0,), (0.0,), (10.0,)),
    Parameter("/choice", Kind.CHOICE, (5.0,), (5.0,), (9.0,), values=(5, 7, 9), labels=("a", "b", "c")),
    Parameter("/switch", Kind.BOOL, (1.0,), (0.0,), (1.0,)),
    Parameter("/event", Kind.EVENT, (0.0,), (0.0,), (1.0,)),
    Parameter("/point", Kind.POINT, (0.5, 0.25), (0.0, 0.0), (1.0, 2.0)),
    Parameter("/wide", Kind.FLOAT, (0.0,), (-5.0,), (5.0,)),
)


def line(target: str, **more: object) -> tuple[Tree, Line]:
    tree = Tree(PARAMETERS)
    bind = Bind("/midi/x/cc/1", target, Origin.SHOW, Where(""), **more)  # type: ignore[arg-type]
    return tree, Line(bind, Target(address=target), tree)


def sent(one: Line, *steps: int) -> None:
    for step in steps:
        one.move(step / 127)


def test_an_encoder_moves_a_whole_number_although_one_tick_is_less_than_one() -> None:
    tree, one = line("/whole", how="relative", encoding="twos")

    sent(one, *[1] * 6)
    assert tree.get_base("/whole") == (2.0,)
    sent(one, *[1] * 2)

    assert tree.get_base("/whole") == (3.0,)  # 2 + 8 ticks of 10 / 127
    tree.set("/whole", (9.0,))
    sent(one, *[1] * 40)
    assert tree.get_base("/whole") == (10.0,)


def test_a_choice_is_picked_up_where_its_share_of_the_travel_is() -> None:
    tree, one = line("/choice")

    sent(one, 127, 90)
    assert tree.get_base("/choice") == (5.0,)
    sent(one, 30)
    sent(one, 64)

    assert tree.get_base("/choice") == (7.0,)


def test_a_switch_follows_a_fader_from_the_middle_on() -> None:
    tree, one = line("/switch")

    sent(one, 127, 60)
    assert tree.get_base("/switch") == (0.0,)
    sent(one, 70)
    assert tree.get_base("/switch") == (1.0,)


def test_a_toggle_turns_a_switch_off_that_was_on_already() -> None:
    tree, one = line("/switch", how="toggle")

    one.press(0.0)
    assert tree.get_base("/switch") == (0.0,)
    one.press(0.0)
    assert tree.get_base("/switch") == (1.0,)


def test_a_press_gives_an_event() -> None:
    tree, one = line("/event")
    assert one.presses

    one.press(0.0)

    assert tree.get_base("/event") == (1.0,)


def test_one_number_of_a_point_moves_alone_and_both_move_within_their_own_ranges() -> None:
    tree, one = line("/point", component=1, way="jump")
    sent(one, 127)
    assert tree.get_base("/point") == (0.5, 2.0)

    tree, both = line("/point", way="jump")
    sent(both, 127)
    assert tree.get_base("/point") == (1.0, 2.0)


def test_the_ends_of_the_travel_are_exact_also_upside_down() -> None:
    tree, one = line("/wide", low=0.3, high=-0.1, way="jump")

    sent(one, 127)
    assert tree.get_base("/wide") == (-0.1,)
    sent(one, 0)
    assert tree.get_base("/wide") == (0.3,)


def test_an_encoder_brings_back_what_is_beyond_its_range_without_a_leap() -> None:
    tree, one = line("/wide", low=0.0, high=1.0, how="relative", encoding="twos")
    tree.set("/wide", (3.0,))

    sent(one, 1)
    assert tree.get_base("/wide") == (3.0,)  # not further away
    sent(one, 127)

    assert tree.get_base("/wide") == pytest.approx((3.0 - 1 / 127,))


def test_momentary_gives_back_unless_somebody_else_was_there() -> None:
    tree, one = line("/wide", how="momentary", high=2.0)
    tree.set("/wide", (1.0,))
    one.press(0.0)
    one.release(0.0)
    assert tree.get_base("/wide") == (1.0,)

    one.press(0.0)
    tree.set("/wide", (4.0,))
    one.release(0.0)

    assert tree.get_base("/wide") == (4.0,)


@pytest.mark.parametrize("source", ["cc/1", "note/1"])
def test_a_button_holds_a_switch_on_from_its_first_press(source: str) -> None:
    tree, one = line("/switch")
    tree.set("/switch", (0.0,))
    one.bind = replace(one.bind, source=f"/midi/x/{source}")

    for _ in range(2):
        sent(one, 127 if source == "cc/1" else 30)
        assert tree.get_base("/switch") == (1.0,)
        sent(one, 0)
        assert tree.get_base("/switch") == (0.0,)


def test_a_button_takes_a_switch_that_somebody_else_has_moved() -> None:
    tree, one = line("/switch")
    tree.set("/switch", (0.0,))
    sent(one, 127, 0)
    tree.set("/switch", (1.0,))

    sent(one, 127, 0)

    assert tree.get_base("/switch") == (0.0,)
