import math

import pytest

from installation.parameter import Kind, Parameter, Tree
from installation.player.router import Router
from installation.signal import Signals
from installation.values import Command, Reading


@pytest.fixture
def tree() -> Tree:
    return Tree(
        [
            Parameter("/scene/a/glow", Kind.FLOAT, (0.5,), (0.0,), (2.0,)),
            Parameter("/scene/b/glow", Kind.FLOAT, (0.5,), (0.0,), (2.0,)),
            Parameter("/scene/a/hand", Kind.POINT, (0.5, 0.5), (0.0, 0.0), (1.0, 1.0)),
        ]
    )


def osc(address: str, *values: float | str) -> Reading:
    return Reading(address, values, 1.0, "osc")


def test_osc_to_a_parameter_sets_its_base_in_natural_units(tree: Tree) -> None:
    signals = Signals()

    Router(tree, signals, [], ["osc"]).accept(
        [osc("/scene/a/glow", 1.5), osc("/scene/a/hand", 0.1, 0.2)], 0.0
    )

    assert tree.get_base("/scene/a/glow") == (1.5,)
    assert tree.get_base("/scene/a/hand") == (0.1, 0.2)
    assert signals.public() == {}


def test_any_other_osc_becomes_a_signal_one_per_argument(tree: Tree) -> None:
    signals = Signals()

    Router(tree, signals, [], ["osc"]).accept([osc("/hand", 0.25, 0.75), osc("/bang")], 3.0)

    assert signals.public() == {"/osc/hand": 0.25, "/osc/hand/1": 0.75, "/osc/bang": 1.0}


def test_devices_name_their_own_signals(tree: Tree) -> None:
    signals = Signals()

    Router(tree, signals, [], ["osc"]).accept([Reading("/midi/x/cc/16", (0.5,), 0.0, "midi")], 0.0)

    assert signals.public() == {"/midi/x/cc/16": 0.5}


def test_a_pattern_reaches_every_parameter_that_it_matches(tree: Tree) -> None:
    Router(tree, Signals(), [], ["osc"]).accept([osc("/scene/*/glow", 2.0)], 0.0)

    assert tree.get_base("/scene/a/glow") == tree.get_base("/scene/b/glow") == (2.0,)


def test_a_button_gives_one_go_and_not_another_when_let_go(tree: Tree) -> None:
    router = Router(tree, Signals(), ["storm"], ["osc"])

    pressed = router.accept(
        [osc("/go", 1.0), osc("/go", 0.0), osc("/cue/storm/go"), osc("/blackout", 0.0)], 0.0
    )

    assert [(one.verb, one.arguments) for one in pressed] == [
        ("go", ()),
        ("cue", ("storm",)),
        ("blackout", (0.0,)),
    ]


@pytest.mark.parametrize(
    ("values", "given"), [((), ()), ((1.0,), (1.0,)), ((False,), (False,)), (("off",), ("off",))]
)
def test_a_bare_blackout_changes_over_and_one_with_a_value_does_what_it_says(
    tree: Tree, values: tuple[float | str, ...], given: tuple[float | str, ...]
) -> None:
    tree.add([Parameter("/blackout", Kind.BOOL, (0.0,), (0.0,), (1.0,))])
    router = Router(tree, Signals(), [], ["osc"])

    (asked,) = router.accept([osc("/blackout", *values)], 0.0)

    assert (asked.verb, asked.arguments) == ("blackout", given)
    assert router.refused == 0


def test_a_command_with_arguments_that_it_does_not_take_is_counted(tree: Tree) -> None:
    router = Router(tree, Signals(), [], ["osc"])

    assert router.accept([osc("/blackout", "dark")], 0.0) == []
    assert router.refused == 1


@pytest.mark.parametrize("address", ["/quit", "/stop", "/preset-save", "/record", "/cue/unknown/go"])
def test_verbs_that_load_quit_or_write_are_out_of_reach(tree: Tree, address: str) -> None:
    assert Router(tree, Signals(), ["storm"], ["osc"]).accept([osc(address, 1.0)], 0.0) == []


def test_a_wrong_type_from_the_network_is_counted_and_changes_nothing(tree: Tree) -> None:
    router = Router(tree, Signals(), [], ["osc"])

    router.accept([osc("/scene/a/glow", "loud")], 0.0)
    router.accept([osc("/scene/a/glow", math.nan)], 0.0)

    assert router.refused == 2
    assert tree.get_base("/scene/a/glow") == (0.5,)


def test_commands_of_operators_pass_through_in_order(tree: Tree) -> None:
    commands = [Command("go", (), 0.0), Command("back", (), 1.0)]

    assert Router(tree, Signals(), [], ["osc"]).accept(commands, 0.0) == commands


def test_an_address_changes_its_meaning_when_the_tree_does(tree: Tree) -> None:
    signals = Signals()
    router = Router(tree, signals, [], ["osc"])
    router.accept([osc("/later", 0.25)], 0.0)
    tree.add([Parameter("/later", Kind.FLOAT, (0.0,), (0.0,), (1.0,))])

    router.accept([osc("/later", 0.75)], 0.0)

    assert tree.get_base("/later") == (0.75,)
    assert signals.public() == {"/osc/later": 0.25}


def test_only_the_newest_of_many_values_between_two_frames_is_set(tree: Tree) -> None:
    before = int(tree.touched[tree.slot("/scene/a/glow")])

    Router(tree, Signals(), [], ["osc"]).accept([osc("/scene/a/glow", i / 500) for i in range(1, 501)], 0.0)

    assert tree.get_base("/scene/a/glow") == (1.0,)
    assert int(tree.touched[tree.slot("/scene/a/glow")]) == before + 1


def test_a_press_and_its_release_in_one_frame_still_fire_an_event(tree: Tree) -> None:
    tree.add([Parameter("/bang", Kind.EVENT, (0.0,), (0.0,), (1.0,))])
    touched = int(tree.touched[tree.slot("/bang")])

    Router(tree, Signals(), [], ["osc"]).accept([osc("/bang", 1.0), osc("/bang", 0.0)], 0.0)

    assert int(tree.touched[tree.slot("/bang")]) == touched + 2
