from collections.abc import Sequence
from typing import Any

import pytest

from installation.commands import COMMANDS
from installation.render.keys import Keys
from installation.render.sdl import Screen
from installation.render.second_window import place

SCREENS = [
    Screen("eDP-1", 0, 0, 1920, 1080),
    Screen("HDMI-1", 1920, 0, 1280, 800),
    Screen("DP-2", 3200, 0, 2560, 1440),
]


@pytest.mark.parametrize(
    ("picture_on", "left"),
    [
        ((), 40), (("0",), 1960), (("1",), 40), (("2",), 40), (("7",), 1960),
        (("0", "1"), 3240), (("edp", "hdmi"), 3240), (("1", "7"), 40),
    ],
)  # fmt: skip
def test_it_is_never_on_a_screen_that_the_picture_covers(picture_on: Sequence[str], left: int) -> None:
    found = place(SCREENS, (1000, 700), picture_on, anywhere=False)

    assert found == ((left, 40), (1000, 700))


def test_with_one_screen_it_opens_only_where_that_was_asked_for() -> None:
    assert place(SCREENS[:1], (1000, 700), ["0"], anywhere=False) is None
    assert place(SCREENS[:1], (1000, 700), ["0"], anywhere=True) == ((40, 40), (1000, 700))
    assert place(SCREENS[:1], (1000, 700), [], anywhere=False) == ((40, 40), (1000, 700))


def test_a_window_larger_than_its_screen_is_made_to_fit() -> None:
    (left, top), (width, height) = place([Screen("", 0, 0, 1024, 600)], (1280, 800), [], anywhere=True) or (
        (0, 0),
        (0, 0),
    )

    assert left + width <= 1024
    assert top + height <= 600
    assert width > 900


def keys() -> tuple[Keys, dict[str, int]]:
    codes: dict[str, int] = {}
    return Keys(lambda name: codes.setdefault(name, len(codes) + 1)), codes


def said(command: Any) -> tuple[str, tuple[Any, ...]] | None:
    return None if command is None else (command.verb, command.arguments)


def test_each_key_of_the_table_gives_its_command() -> None:
    made, codes = keys()
    bound = [(spec, key) for spec in COMMANDS.values() for key in spec.keys]
    for at, (spec, key) in enumerate(bound):
        now = 10.0 * at
        first = made.down(codes[key.name], now, "operator", shift=key.how == "shift")
        made.up(codes[key.name])
        if key.how in {"press", "shift"}:
            assert said(first) == (spec.name, key.arguments)
            assert first is not None
            assert first.source == "operator"
        elif key.how == "twice":
            assert said(made.down(codes[key.name], now + 0.2, "operator")) == (spec.name, key.arguments)
            made.up(codes[key.name])


def test_a_key_with_shift_is_another_key() -> None:
    made, codes = keys()
    assert said(made.down(codes["m"], 1.0, "operator", shift=True)) == ("mute", ())
    assert made.down(codes["m"], 2.0, "operator") is None
    assert said(made.down(codes["b"], 3.0, "operator", shift=True)) == ("blackout", ()), "as without"
    assert made.shifted(codes["m"])
    assert not made.shifted(codes["b"])


def test_a_key_that_must_be_held_gives_its_command_once_and_not_after_it_was_let_go() -> None:
    made, codes = keys()
    made.down(codes["q"], 1.0, "operator")
    assert made.held(1.5, "operator") == []
    assert [one.verb for one in made.held(2.1, "operator")] == ["quit"]
    assert made.held(9.0, "operator") == []

    made.down(codes["q"], 20.0, "operator")
    made.up(codes["q"])
    made.down(codes["q"], 30.0, "operator")
    made.let_go()  # the window lost the keyboard
    assert made.held(40.0, "operator") == []
