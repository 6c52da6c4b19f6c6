"""``make soak``: whole cycles of the shipped score with their pictures, in four rooms. An hour and more.

Without PHOTOPHORE_SOAK only a minute of it is played, so that what it checks is itself checked.
"""

import json
import os
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from installation.render.gl.context import Context
from installation.values import Command
from tests.cycles import Cycle, opened
from tests.test_cues_in_pictures import in_branch

WHOLE = bool(os.environ.get("PHOTOPHORE_SOAK"))
RESULTS = Path(os.environ.get("PHOTOPHORE_SOAK") or "out/soak.json")
STEP = 0.1
ROOMS = {"16:9": (160, 90), "3:2": (135, 90), "32:9": (320, 90), "portrait": (90, 160)}
PEOPLE = {"16:9": 6, "3:2": 1, "32:9": 40, "portrait": 2}
WORKS = ("malfunction", "backfire")
"""Where the guard may work."""
IDLE = 1e-3


def play(cycle: Cycle, seconds: float, place: str = "0:00") -> dict[str, list[float]]:
    """Play a stretch of the score; returns the guard's cuts by scene, or by state where it may work."""
    cuts: dict[str, list[float]] = {}
    first = [Command("score", (place, 1.0), 0.0, "test")]
    for _ in range(round(seconds / STEP)):
        cycle.frame(*first)
        first = []
        player = cycle.player
        state = player.interface.state
        cuts.setdefault(state if state in WORKS else player.cues.scene.after, []).append(cycle.cut[-1])
    return cuts


def published(room: str, branch: str, cycle: Cycle, cuts: dict[str, list[float]]) -> None:
    """Add what was seen to the file of results."""
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    known = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    known[f"{room}, {branch}"] = {
        "frames": len(cycle.means),
        "mean": round(float(np.mean(cycle.means)), 5),
        "share of frames cut": {
            name: round(float(np.mean(np.array(each) > IDLE)), 4) for name, each in cuts.items()
        },
    }
    RESULTS.write_text(json.dumps(known, indent=2) + "\n")


@pytest.mark.gl
@pytest.mark.skipif(not WHOLE, reason="make soak")
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("room", ROOMS)
def test_a_whole_cycle_in_a_room(context: Context, room: str) -> None:
    heal = room in ("16:9", "portrait")
    with contextmanager(opened)(context, ROOMS[room], STEP, PEOPLE[room], heal=heal) as cycle:
        cuts = play(cycle, 1800.0)
        published(room, "heal" if heal else "divide", cycle, cuts)
        cues = [one.id for one in cycle.player.show.cues if in_branch(one, heal) and one.id != "92"]
        assert [one for one in cycle.stood if one in cues] == cues
        assert 0.002 < float(np.mean(cycle.means)) < 0.03


@pytest.mark.gl
def test_one_seed_gives_one_course(context: Context) -> None:
    courses = []
    for _ in range(2):
        with contextmanager(opened)(context, (96, 54), STEP, 3, seed=4) as cycle:
            play(cycle, 60.0 if WHOLE else 6.0, "12:06")
            courses.append((cycle.means, cycle.stood, cycle.player.tree.effective.tolist()))
    assert courses[0] == courses[1]
