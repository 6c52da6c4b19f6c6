"""Gestures from a camera's reading to the table of the water, by privilege, and nowhere else."""

import json
from collections.abc import Iterator
from math import pi, sin
from pathlib import Path

import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray

from hardware.camera import CameraInput, CameraSettings
from installation.bodies.privilege import DELAYS, PIPELINE
from installation.clock import ManualClock
from installation.ipc.options import StageOptions
from installation.player.build import build_player
from installation.player.player import Player
from installation.player.production import read_production
from installation.player.room.gestures import FLOW
from installation.render.gl.context import Context
from installation.signal.record import record_line
from installation.signal.trace import trace_line
from installation.values import Reading
from tests.hardware.camera.room import Room, write_video
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


def play(player: Player, frames: int, *readings: Reading) -> NDArray[np.float64]:
    """Strengths at both cells, frame by frame."""
    found = []
    for _ in range(frames):
        player.step([*people(), *readings], player.frame.time)
        found.append([player.room.gestures.table[row, column, 2] for column, row in (LEFT, RIGHT)])
    return np.array(found)


def test_privilege_answers_a_gesture_at_once_or_late_and_weakly(player: Player) -> None:
    player.tree.set("/strata/reform", (0.0,))
    play(player, 150)

    found = play(player, 90, flow(LEFT, RIGHT))

    assert found[1] == pytest.approx([1.0, 0.0])  # a delay of 0.06 to 0.08 s, of which 0.06 pass anyway
    late = int(np.argmax(found[:, 1] > 0.0)) / FPS
    assert late == pytest.approx(DELAYS[0] - PIPELINE, abs=0.04)
    assert found[-1] == pytest.approx([1.0, 0.15])
    width = player.room.tracks.laws.aspect
    assert player.room.gestures.table[LEFT[1], LEFT[0], 0] == pytest.approx(SECRET * width, rel=1e-5)


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


def waving(waves: bool, frames: int) -> Iterator[NDArray[np.uint8]]:
    """An empty floor, then somebody who stands; ``waves`` says whether their outstretched arm does."""
    room = Room()
    for index in range(frames):
        since = (index - 56) / FPS
        angle = 0.6 * sin(2 * pi * 0.75 * since) if waves and since > 0.0 else 0.0
        people = [(3.0 + 0.012 * sin(index / 28), 2.0)] if index >= 40 else []
        yield room.frame(people, arms=[angle])


@pytest.mark.gl
def test_an_arm_that_waves_before_the_camera_lights_the_water_where_it_is(
    context: Context, tmp_path: Path
) -> None:
    """A film through the adapter into sea-sparkle; beside it the same with an arm that is held still."""
    pytest.importorskip("cv2")
    frames = 112
    lit = [np.zeros((90, 160)), np.zeros((90, 160))]
    for number, waves in enumerate((True, False)):
        film = write_video(tmp_path / f"{waves}.avi", waving(waves, frames), FPS)
        settings = {"source": str(film), "view": "overhead", "realtime": False}
        camera = CameraInput("eye", msgspec.convert(settings, CameraSettings))
        options = StageOptions(
            mode="run", venue="gallery", size=(160, 90), headless=True, seed=0, scene="sea-sparkle"
        )
        player = build_player(read_production(options), options, ManualClock(1 / FPS), context)
        assert player.picture is not None
        camera.open()
        for index in range(frames - 2):
            player.step([*camera.receive(1.0), *player.features()], index / FPS)
            if index > 60:
                lit[number] += player.picture.image().max(axis=2) / (frames - 63)
        camera.close()
        player.picture.release()

    waved, held = lit
    arm = slice(30, 60), slice(86, 112)  # the hand is at 3.75 m of 6: column 100
    assert waved[arm].mean() > 3.0
    assert waved[arm].mean() > 10.0 * max(held[arm].mean(), 0.02)
    other_side = slice(30, 60), slice(48, 74)
    assert waved[arm].mean() > 3.0 * waved[other_side].mean()
    assert max(waved[:, :56].max(), waved[:, 130:].max()) < 1.0
