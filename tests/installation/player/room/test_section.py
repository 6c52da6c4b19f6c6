"""A show goes from a plan to a section: places on the wall glide, and nothing is taken for motion."""

import numpy as np
import pytest

from installation import isf, paths
from installation.bodies import table as layout
from installation.clock import ManualClock
from installation.ipc.options import StageOptions
from installation.player.build import build_player
from installation.player.player import Player
from installation.player.production import read_production
from installation.player.room.bodies import GLIDE
from installation.values import Reading

FPS = 20
PLANS = {
    "mosaic",
    "critics",
    "order",
    "rally",
    "backfire",
    "ledger",
    "choice",
    "divide",
    "repair",
    "mycelium",
}
SECTIONS = {"sea-sparkle", "strata", "stories", "symbiosis", "reef", "night"}


def player_of(scene: str) -> Player:
    options = StageOptions(scene=scene, venue="gallery", size=(160, 90), headless=True)
    return build_player(read_production(options), options, ManualClock(1 / FPS), None)


def frame(player: Player) -> np.ndarray:
    """One frame with somebody who stands far up on the floor, and a mouse that points at the sky."""
    now = player.frame.time
    given = [("/person/1/x", 0.3), ("/person/1/y", 0.9), ("/mouse/x", 0.7), ("/mouse/y", 0.85 + 1e-9 * now)]
    entries = [Reading(address, (value,), now, "test", "person" in address) for address, value in given]
    player.step([*player.features(), *entries], now)
    table: np.ndarray = player.room.tracks.bodies.table
    return table.copy()


def test_every_scene_states_how_floor_becomes_wall() -> None:
    stated = {one.stem: isf.parse(one).floor for one in (paths.shaders() / "scenes").glob("*.fs")}

    assert {name for name, floor in stated.items() if floor == "plan"} == PLANS
    assert {name for name, floor in stated.items() if floor == "section"} == SECTIONS


def test_places_glide_with_the_scenes_and_that_is_no_motion() -> None:
    player = player_of("mosaic")
    for _ in range(3 * FPS):
        before = frame(player)
    player.to_scene("strata", 8.0)
    way = [frame(player) for _ in range(9 * FPS)]

    person, mouse = 0, 1
    heights = np.array([one[layout.PLACE, person, 1] for one in (before, *way)])
    assert heights[0] == pytest.approx(0.9, abs=0.01)
    assert 0.4 < heights[-1] < 0.55
    assert (np.diff(heights) < 1e-6).all()
    assert np.abs(np.diff(heights)).max() < 1.6 * 0.45 / 4.0 / FPS * 1.5
    for one in way:
        assert one[layout.PLACE, mouse, 1] == pytest.approx(0.85, abs=0.01)
        for row in (layout.PLACE, layout.ANSWER):
            assert np.abs(one[row, :2, 2:]).max() < 1e-3
    assert player.room.tracks.section == 1.0
    assert float(player.room.tracks.bodies.still[person]) > 10.0


def test_even_a_cut_glides() -> None:
    player = player_of("strata")
    for _ in range(FPS):
        frame(player)
    player.to_scene("mosaic", 0.0)
    way = [frame(player)[layout.PLACE, 0, 1] for _ in range(round(GLIDE * FPS) + 2)]

    assert way[0] < 0.55
    assert np.abs(np.diff(way)).max() < 0.02
    assert way[-1] == pytest.approx(0.9, abs=0.01)
