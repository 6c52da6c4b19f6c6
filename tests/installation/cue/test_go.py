import pytest

from installation.cue.go import GO_INTERVAL, ManualGo
from installation.parameter import Kind, Parameter, Tree
from installation.parameter.preset import Snapshot


@pytest.fixture
def tree() -> Tree:
    return Tree([Parameter(one, Kind.FLOAT, (0.0,), (0.0,), (1.0,)) for one in ("/a", "/b")])


def test_a_second_press_right_after_a_go_is_too_soon(tree: Tree) -> None:
    manual = ManualGo(tree)
    assert not manual.too_soon(0.0)
    manual.given("1", 10.0)

    assert (manual.count, manual.cue) == (1, "1")
    assert manual.too_soon(10.0 + 0.9 * GO_INTERVAL)
    assert not manual.too_soon(10.0 + GO_INTERVAL)
    assert not manual.too_soon(5.0), "the show began anew"


def test_what_was_touched_after_the_go_of_this_frame_is_left_as_it_is(tree: Tree) -> None:
    manual = ManualGo(tree)
    tree.set("/a", (0.3,))
    manual.given("1", 0.0)
    tree.set("/b", (0.7,))
    assert manual.advance()

    ends: Snapshot = {"/a": (1.0,), "/b": (1.0,), "/gone": (1.0,)}
    assert manual.untouched(ends) == {"/a": (1.0,)}
    assert not manual.advance()
    assert manual.untouched(ends) == ends, "a hand of an earlier frame gives way to what follows"


def test_after_an_edit_of_the_parameters_nothing_is_known_to_be_touched(tree: Tree) -> None:
    manual = ManualGo(tree)
    manual.given("1", 0.0)
    tree.add([Parameter("/c", Kind.FLOAT, (0.0,), (0.0,), (1.0,))])
    tree.set("/a", (0.3,))
    manual.advance()

    assert manual.untouched({"/a": (1.0,)}) == {"/a": (1.0,)}
