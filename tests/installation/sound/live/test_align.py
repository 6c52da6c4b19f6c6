"""``photophore align`` on a sound server whose monitor hears what it plays."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from installation.cli.align.measure import Measured, measure, proposals
from installation.errors import PhotophoreError
from installation.sound.align import Heard
from tests.installation.sound.live.server import SoundServer, home

pytestmark = pytest.mark.timeout(120)


def align(state: Path, environment: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "installation", "align", "--json", "--repeat", "1"],
        capture_output=True, text=True, check=False,
        env=environment | {"PHOTOPHORE_STATE": str(state), "NO_COLOR": "1"},
    )  # fmt: skip


def test_a_loop_is_measured_and_a_missing_server_is_told(tmp_path: Path) -> None:
    with home() as environment:
        done = align(tmp_path, environment)
        assert done.returncode == 1
        assert "there is no audio input" in done.stderr
        assert "Traceback" not in done.stderr

        server = SoundServer(environment)
        server.start()
        try:
            done = align(tmp_path, environment)
        finally:
            server.kill()
    said = json.loads(done.stdout)
    assert [(one["channel"], one["speaker"], one["played"]) for one in said["channels"]] == [
        (1, "left", 1), (2, "right", 1),
    ]  # fmt: skip
    heard = [one for one in said["channels"] if one["found"]]
    assert heard or said["gaps"], "a busy machine loses sound, and says so"
    for one in heard:
        assert 1.0 < one["latency_ms"] < 500.0
        assert one["level_db"] == pytest.approx(0.0, abs=0.5)


def speaker(name: str, latency: float | None, spread: float = 0.0) -> Measured:
    return Measured(name, Heard(1, latency, spread, 0.0, 40.0, 0 if latency is None else 5, 5))


def test_the_latest_speaker_gets_no_delay_and_the_others_wait_for_it() -> None:
    room = [speaker("left", 0.0412), speaker("right", 0.0455), speaker("sub", 0.0457), speaker("far", None)]
    assert proposals(room) == {"left": 0.0045, "right": 0.0, "sub": 0.0}
    assert proposals([speaker("left", 0.04, spread=0.01), speaker("right", 0.05)]) == {}


def test_it_does_not_play_into_a_running_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("installation.cli.align.measure.request", lambda _verb: {"show": "one"})
    with pytest.raises(PhotophoreError, match=r"a show is running.*photophore stop"):
        measure(None, None, None, 1, as_json=False)
