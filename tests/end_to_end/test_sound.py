"""A whole show with sound: heard, muted, its process killed, and the show goes on."""

import os
import signal
from pathlib import Path

import numpy as np
import pytest

from installation.ipc.control import request
from tests.end_to_end.program import Program, started, until
from tests.installation.sound.live.server import Recorder, SoundServer, home

pytestmark = pytest.mark.device

SOUNDSCAPE = "format = 1\n[scene.one]\nfade = 0.0\npatches = { tide = 1.0 }\n"


def sound(program: Program) -> dict[str, object]:
    found: dict[str, object] = program.status().get("sound", {})
    return found


def test_a_show_is_heard_and_goes_on_without_its_sound_process(small_show: Path, tmp_path: Path) -> None:
    (small_show / "soundscape.toml").write_text(SOUNDSCAPE)
    with home() as environment:
        server = SoundServer(environment)
        server.start()
        recorder = Recorder(environment, tmp_path / "monitor.f32")
        order = ("preview", str(small_show), "--headless", "--size", "96x54", "--sound")
        user = {name: environment[name] for name in ("HOME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME")}
        try:
            with started(tmp_path / "state", *order, **user) as program:
                until(lambda: sound(program).get("state") == "up", program.output())
                until(lambda: np.abs(recorder.newest()).max(initial=0.0) > 1e-4, "it is heard")
                assert program.get("/voice/level") == [-20.0], "this machine was never heard before"
                until(lambda: program.get("/ears/level"), "the room is heard")
                for said in (
                    "sound is up on ",
                    "the sound is at -20 dB; Shift+M or `photophore mute` mutes it",
                ):
                    assert f"info: {said}" in program.output()

                request("mute", True, folder=program.state)
                until(lambda: sound(program).get("muted") == "mute", "it says so")
                until(lambda: not recorder.newest().any(), "silence")
                request("mute", False, folder=program.state)

                killed, before = program.pid("sound"), program.status()["frame"]["index"]
                os.kill(killed, signal.SIGKILL)
                until(lambda: program.pid("sound") not in (0, killed), "the keeper starts another")
                until(lambda: sound(program).get("state") == "up", "which plays")
                after = program.status()
                assert after["frame"]["index"] > before
                assert [one["restarts"] for one in after["processes"] if one["name"] == "stage"] == [0]
                request("set", "/voice/level", 0.0, folder=program.state)
                until(lambda: np.abs(recorder.newest()).max(initial=0.0) > 1e-4, "it is heard again")
        finally:
            recorder.close()
            server.kill()
