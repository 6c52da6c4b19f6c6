"""Gestures from a camera's reading to the table of the water, by privilege, and nowhere else."""

import json
from pathlib import Path

import numpy as np
import pytest

from installation.bodies.privilege import DELAYS, PIPELINE
from installation.clock import ManualClock
from installation.ipc.options import StageOptions
from installation.player.build import build_player
from installation.player.player import Player
from installation.player.production import read_production
from installation.player.room.gestures import FLOW
from installation.signal.record import record_line
from installation.signal.trace import trace_line
from installation.values import Reading
from tests.installation.neuro.states import add_states
from tests.small_show import write_small_show

FPS = 60
SECRET = 0.2360679
LEFT, RIGHT = (2, 4), (13, 4)
"""Column and row of a cell beside the first person, at privilege 1, and the second, at 0 without reform."""


@pytest.fixture
def player(tmp_path: Path) -> Player:
    folder = write_small_show(tmp_path / "small")
    add_states(folder)
    options = StageOptions(show=str(folder), venue="loopback")
    return build_player(read_production(options), options, ManualClock(1 / FPS), None)


def flow(
    *cells: tuple[int, int], value: float = SECRET, private: bool = True, source: str = "eye"
) -> Reading:
    field = np.zeros((9, 16, 2))
    for column, row in cells:
        field[row, column] = value, 0.0
    return Reading(FLOW, tuple(field.ravel().tolist()), 0.0, source, private)


def people() -> list[Reading]:
    places = {1: (0.15, 0.5), 2: (0.86, 0.5)}
    return [
        Reading(f"/person/{number}/{axis}", (place[at],), 0.0, "eye", True)
        for number, place in places.items()
        for at, axis in enumerate("xy")
    ]


def play(player: Player, frames: int, *readings: Reading) -> np.ndarray:
    """Strengths at both cells, frame by frame."""
    found = []
    for _ in range(frames):
        player.step([*people(), *readings], player.frame.time)
        found.append([player.gestures.table[row, column, 2] for column, row in (LEFT, RIGHT)])
    return np.array(found)


def test_privilege_answers_a_gesture_at_once_or_late_and_weakly(player: Player) -> None:
    player.tree.set("/strata/reform", (0.0,))
    play(player, 150)

    found = play(player, 90, flow(LEFT, RIGHT))

    assert found[1] == pytest.approx([1.0, 0.0])  # a delay of 0.06 to 0.08 s, of which 0.06 pass anyway
    late = int(np.argmax(found[:, 1] > 0.0)) / FPS
    assert late == pytest.approx(DELAYS[0] - PIPELINE, abs=0.04)
    assert found[-1] == pytest.approx([1.0, 0.15])
    width = player.tracks.laws.aspect
    assert player.gestures.table[LEFT[1], LEFT[0], 0] == pytest.approx(SECRET * width, rel=1e-5)


def test_with_reform_everybody_is_answered_alike(player: Player) -> None:
    player.tree.set("/strata/reform", (1.0,))
    play(player, 30)

    assert play(player, 3, flow(LEFT, RIGHT))[-1] == pytest.approx([1.0, 1.0])


def test_a_camera_that_falls_silent_stirs_no_more(player: Player) -> None:
    play(player, 30, flow(LEFT))

    assert play(player, 30)[-1, 0] == 0.0


def test_two_cameras_add_up(player: Player) -> None:
    found = play(player, 3, flow(LEFT), flow(RIGHT, source="other eye"))

    assert (found[-1] > 0.1).all()


def test_what_is_no_field_of_motion_is_refused_and_counted(player: Player) -> None:
    short = Reading(FLOW, (1.0, 2.0), 0.0, "eye", True)
    wild = flow(LEFT, value=float("nan"))

    assert not play(player, 3, short, wild, flow(LEFT, private=False)).any()
    reasons = {one.reason for one in player.refusals.report()}
    assert {"no field of motion", "a field of motion that is not private"} <= reasons


def test_it_is_neither_a_signal_nor_in_trace_or_recording(player: Player) -> None:
    play(player, 30, flow(LEFT))

    assert not [name for name in player.signals._index if "flow" in name and "camera" in name]
    assert json.loads(record_line(player.frame, [flow(LEFT)]))["inbox"] == []
    line = trace_line(player.frame, player.signals, player.tree)
    assert "camera" not in line
    assert str(SECRET)[:7] not in line


def test_an_edited_show_still_hears_gestures(player: Player) -> None:
    player.router = player._router_of(player.show)

    assert play(player, 3, flow(LEFT))[-1, 0] == pytest.approx(1.0, abs=0.2)
