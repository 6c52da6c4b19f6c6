"""The interface bound to a player: what asks for a state, and what a state moves."""

from pathlib import Path

import pytest

from installation.loop import Player
from installation.values import Command, Reading
from tests.installation.neuro.states import add_states
from tests.installation.test_loop import make, order


def play(player: Player, seconds: float, *entries: Reading | Command) -> None:
    for frame in range(round(seconds * 60)):
        step = player.step(entries if frame == 0 else [], 0.0)
        assert step.refused == ()


def enter(state: str) -> Command:
    return order("set", f"/neuro/enter/{state}", 1.0)


@pytest.fixture
def player(small_show: Path) -> Player:
    return make(add_states(small_show))


def glow(player: Player) -> float:
    return player.tree.get_base("/scene/one/glow")[0]


def test_an_event_parameter_brings_a_state_about_and_it_fades_what_it_names(player: Player) -> None:
    play(player, 0.1)
    assert player.interface.state == "attuned"

    play(player, 0.25, enter("malfunction"))
    halfway = glow(player)
    play(player, 0.6)

    assert player.interface.state == "malfunction"
    assert 0.3 < halfway < 0.95
    assert glow(player) == 1.0
    assert player.signals.get("/neuro/state") == 2.0
