"""What is said about the values of cues."""

from pathlib import Path

import pytest

from installation.cue.check import check_cues
from installation.parameter import Kind, Parameter, Tree
from installation.show.model import CueSpec, PresetSpec
from installation.values import Where

HERE, AT = Where("cues.toml", 3, 1), Where("cues.toml", 7, 9)


@pytest.fixture
def tree() -> Tree:
    return Tree(
        [
            Parameter("/zoom", Kind.FLOAT, (1.0,), (0.98,), (1.03,)),
            Parameter("/hand", Kind.POINT, (0.5, 0.5), (0.0, 0.0), (1.0, 1.0)),
        ]
    )


@pytest.mark.parametrize("value", [0.98, 1.0, 1.03])
def test_values_within_the_range_pass(tree: Tree, value: float) -> None:
    assert check_cues([CueSpec("1", "one", HERE, set={"/zoom": value})], tree) == []


def test_a_value_beyond_the_range_is_an_error_with_its_place_and_the_range(tree: Tree) -> None:
    cue = CueSpec("1", "one", HERE, set={"/zoom": 9.0}, places={"set./zoom": AT})
    (found,) = check_cues([cue], tree)
    assert (found.where, found.severity) == (AT, "error")
    assert found.message == "/zoom = 9 is out of range"
    assert found.hint == "use 0.98 to 1.03"


def test_every_component_is_looked_at(tree: Tree) -> None:
    (found,) = check_cues([CueSpec("1", "one", HERE, set={"/hand": (0.5, -0.1)})], tree)
    assert found.message == "/hand = -0.1 is out of range"


def test_a_preset_that_is_older_than_the_show_is_warned_of_only(tree: Tree) -> None:
    (found,) = check_cues([], tree, [PresetSpec("old", {"/zoom": 2.0}, Where(str(Path("old.toml"))))])
    assert found.severity == "warning"
