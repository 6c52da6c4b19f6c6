"""The state of the interface in the whole program: asked for from outside, told, and kept over a death."""

import signal
from pathlib import Path

import pytest

from installation.ipc.control import request
from tests.end_to_end.program import Program, receiver, started, until, venue_file
from tests.installation.neuro.states import STATES, add_states

pytestmark = [pytest.mark.gl, pytest.mark.slow, pytest.mark.timeout(180)]


def state(program: Program) -> str:
    return str(program.status().get("interface", {}).get("state", ""))


def test_a_state_outlives_the_stage_and_the_next_run_goes_on_in_it(small_show: Path, tmp_path: Path) -> None:
    folder = add_states(small_show, STATES.replace("longest = 20.0", "longest = 600.0"))
    cues = folder / "cues.toml"
    cues.write_text(
        cues.read_text().replace('id = "1"\n', 'id = "1"\nat = "5:00"\n') + '[score]\nlength = "10:00"\n'
    )
    with receiver() as listener:
        venue = str(venue_file(tmp_path, listener.getsockname()[1]))
        order = ("run", str(folder), "--venue", venue, "--headless")
        with started(tmp_path / "state", *order) as program:
            program.playing()
            assert state(program) == "attuned"
            request("set", "/neuro/enter/malfunction", 1.0, folder=program.state)
            until(lambda: state(program) == "malfunction", "the state begins")
            until(lambda: program.status()["interface"]["since"] > 1.0, "it lasts")
            assert program.get("/scene/one/glow") == [1.0]
            before = program.status()["interface"]["since"]
            request("score", "stop", 2.5, folder=program.state)
            until(lambda: program.status()["score"]["speed"] == 2.5, "the cue clock runs faster")

            said = program.kill_stage()
            after = said["interface"]

            assert said["score"]["speed"] == 2.5
            assert after["state"] == "malfunction"
            assert after["since"] >= before
            assert program.get("/scene/one/glow") == [1.0]
            program.process.send_signal(signal.SIGTERM)
            program.process.wait(20)
        with started(tmp_path / "state", *order) as again:
            again.playing()
            assert state(again) == "malfunction"
