"""The ears with a real sound server: the input is the monitor of the output, so all they hear is us."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.installation.sound.live.server import SoundServer, home, until
from tests.installation.sound.live.test_process import Stage

pytestmark = pytest.mark.device


def apart(stage: Stage) -> float:
    """By how much the ears heard less than we played, in the last half second, in LU."""
    values = [hop.values["loudness"] for hop in stage.hops[-90:] if hop.values]
    return stage.said.momentary - (float(np.mean(values)) if values else stage.said.momentary)


def wait(stage: Stage, what: Callable[[], bool], why: str) -> None:
    """Wait for it. A sound server that starves on a busy machine ends the process, which begins again."""

    def ask() -> bool:
        stage.keep()
        return what()

    until(ask, why)


def test_the_room_is_heard_without_us_until_the_show_opens_the_loop(tmp_path: Path) -> None:
    with home() as environment:
        server = SoundServer(environment)
        server.start()
        stage = Stage(tmp_path / "state", environment, "noise_process")
        try:
            stage.state("up")
            wait(stage, lambda: stage.said.momentary > -35.0, "we play")
            wait(stage, lambda: stage.said.removed_db > 15.0, "it is removed")
            wait(stage, lambda: apart(stage) > 12.0, "the ears hear less than we play")

            stage.now = {"values": {"/sound/loop": 1.0}}
            wait(stage, lambda: abs(apart(stage)) < 4.0, "the ears hear us")

            stage.now = {}
            wait(stage, lambda: apart(stage) > 12.0, "they are without us again")
        finally:
            stage.close()
            server.kill()
