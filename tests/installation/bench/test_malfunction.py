import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from installation.bench.malfunction.measure import BOUND, CALM, hashes, recoveries, two_runs
from installation.bench.malfunction.plot import PLOTS, draw
from installation.bench.malfunction.room import Room
from installation.show import load_show

STATES = tuple(state.name for state in load_show().states)

DOCS = Path(__file__).resolve().parents[3] / "docs"
DATA = json.loads((DOCS / "malfunction.json").read_text())


@pytest.mark.parametrize("state", STATES)
def test_the_exponent_of_each_state_has_the_sign_that_it_promises(state: str) -> None:
    room = Room(step=1 / 30)
    room.stand(state)
    for _ in room.loop_frames(40.0):
        pass

    assert (room.signal("/neuro/lyapunov") > 0) == (state in {"malfunction", "backfire"})
    assert (room.signal("/neuro/loop-gain") > 1) == (state in {"malfunction", "backfire"})


def test_two_whole_players_agree_that_a_malfunction_parts_them() -> None:
    assert two_runs("malfunction", 6.0) > 0


def test_random_malfunctions_are_calm_within_the_stated_bound() -> None:
    assert max(recoveries(4, seed=3)) <= BOUND


def test_a_random_malfunction_is_one() -> None:
    room = Room(step=1 / 30)
    room.stand("malfunction")
    room.set_gains(8.0)
    away = []
    for _ in room.loop_frames(8.0):
        away.append(room.away())

    assert max(away) > 20 * CALM


@pytest.mark.timeout(120)
def test_a_whole_shows_trace_is_the_same_twice_and_without_wide_vectors() -> None:
    assert len(set(hashes(6.0))) == 1


def test_the_measurements_that_are_published_keep_their_promises() -> None:
    for state, found in DATA["states"].items():
        assert (found["told"] > 0) == (found["offline"] > 0) == (state in {"malfunction", "backfire"})
        assert found["told"] == pytest.approx(found["offline"], rel=0.2, abs=0.1)
    assert len(DATA["recovery"]) == 1000
    assert DATA["recovery"][-1] == max(DATA["recovery"]) <= DATA["bound"] == BOUND
    assert DATA["trace_equal"] is True


def test_plots_are_drawn_from_the_data_as_they_stand_in_the_docs(tmp_path: Path) -> None:
    assert len(draw(DATA, tmp_path)) == len(PLOTS)
    assert draw(DATA, tmp_path) == []
    for name in PLOTS:
        text = (tmp_path / name).read_text()
        assert ET.fromstring(text).tag.endswith("svg")
        assert (DOCS / "pictures" / name).read_text() == text, "run `make docs`"
