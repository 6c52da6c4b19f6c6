"""Clocks that everybody is told of do not follow what is read of people."""

from pathlib import Path

import pytest

from installation.parameter import Kind, Parameter
from installation.values import Reading
from tests.installation.player.test_timing import Played
from tests.small_show import SHOW, write_small_show

ROUTES = """
[[route]]
from = "/osc/breath"
to = "/tempo/bpm"

[[route]]
from = "/osc/heart"
to = "/cue/rate"
"""


@pytest.fixture
def played(tmp_path: Path) -> Played:
    folder = write_small_show(tmp_path / "small")
    (folder / "show.toml").write_text(SHOW + ROUTES)
    return Played(folder)


def send(played: Played, address: str, value: float, private: bool) -> None:
    played.step(Reading(address, (value,), played.now, "osc", private))
    played.run(0.2)


@pytest.mark.parametrize("private", [True, False])
def test_the_tempo_is_the_base_where_a_private_signal_moves_it(played: Played, private: bool) -> None:
    base = played.player.tree.get_base("/tempo/bpm")[0]
    for value in (90.0, 150.0):
        send(played, "/breath", value, private)

        told = base if private else value
        assert played.player.frame.beat.bpm == told
        assert played.player.timing.status().bpm == told
        assert played.get("/tempo/bpm") == told
        assert played.player.tree.get("/tempo/bpm") == (value,)


@pytest.mark.parametrize("private", [True, False])
def test_the_cue_clock_is_the_base_where_a_private_signal_moves_it(played: Played, private: bool) -> None:
    for value in (0.5, 2.0):
        send(played, "/heart", value, private)

        assert played.player.cues.clock.rate == (1.0 if private else value)
        assert played.player.tree.get("/cue/rate") == (value,)


def test_an_edit_of_the_parameters_does_not_give_it_away(played: Played) -> None:
    send(played, "/breath", 90.0, True)
    base = played.player.tree.get_base("/tempo/bpm")[0]

    played.player.tree.add([Parameter("/made", Kind.FLOAT, (0.0,), (0.0,), (1.0,))])
    slot = played.player.tree.slot("/tempo/bpm")
    assert played.player.tree.shown()[slot] == base
    played.step()

    assert played.player.frame.beat.bpm == base
