"""The ears with a real sound server: the input is the monitor of the output, so all they hear is us."""

import time
from pathlib import Path

import numpy as np
import pytest

from tests.installation.sound.live.server import SoundServer, home, until
from tests.installation.sound.live.test_process import Stage

pytestmark = pytest.mark.device


def loudness(stage: Stage) -> float:
    """What the ears heard in the last half second, in LUFS."""
    values = [hop.values["loudness"] for hop in stage.hops[-90:] if hop.values]
    return float(np.mean(values)) if values else -70.0


def test_the_room_is_heard_without_us_until_the_show_opens_the_loop(tmp_path: Path) -> None:
    with home() as environment:
        server = SoundServer(environment)
        server.start()
        stage = Stage(tmp_path / "state", environment, "noise_process")
        try:
            stage.state("up")
            until(lambda: stage.said.momentary > -35.0, "we play")
            until(lambda: stage.said.removed_db > 15.0, "it is removed")
            until(lambda: loudness(stage) < stage.said.momentary - 12.0, "the ears hear less than we play")

            stage.now = {"values": {"/sound/loop": 1.0}}
            until(lambda: abs(loudness(stage) - stage.said.momentary) < 4.0, "the ears hear us")

            stage.now = {}
            time.sleep(0.5)
            until(lambda: loudness(stage) < stage.said.momentary - 12.0, "they are without us again")
        finally:
            stage.close()
            server.kill()
