"""Boards that BrainFlow brings itself: synthetic, a recording played back, one sent over a network."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Any

import msgspec
import numpy as np
import pytest

from hardware.brainflow import BrainFlowInput, BrainFlowSettings
from installation.contract import AdapterError, Reading
from tests.hardware.biosensor.made import ppg

pytest.importorskip("brainflow")

ROOT = Path(__file__).parents[3]
SPEED = 12.0
NETWORK = (
    "ip link set lo up; ip link set lo multicast on; ip route add 224.0.0.0/4 dev lo; "
    f"exec {sys.executable} -m tests.hardware.brainflow.session"
)


def made(**settings: Any) -> BrainFlowInput:
    return BrainFlowInput("board", msgspec.convert(settings, BrainFlowSettings))


def until(adapter: BrainFlowInput, done: Callable[[dict[str, Reading]], bool]) -> dict[str, Reading]:
    found: dict[str, Reading] = {}
    end = monotonic() + 15.0
    while not done(found):
        assert monotonic() < end, found
        found |= {one.address: one for one in adapter.receive(0.25)}
    return found


def recording(folder: Path, bpm: float) -> Path:
    """A recording of the synthetic board, but with a pulse and a body at rest; pressed in time."""
    light = ppg(bpm, 24.0, 250.0)[0]
    rows = np.zeros((32, len(light)))
    rows[24], rows[19] = 1000.0 * light, 1.0
    rows[30] = 1.7e9 + np.arange(len(light)) / (250.0 * SPEED)
    file = folder / "recording.csv"
    np.savetxt(file, rows.T, delimiter="\t", fmt="%.6f")
    return file


def test_a_recording_is_somebody_with_a_pulse_who_sits_still(tmp_path: Path) -> None:
    adapter = made(
        board="playback-file", master="synthetic", file=str(recording(tmp_path, 66.0)),
        signals=["ppg", "acc"], seats=[[0.2, 0.3]], first=4,
    )  # fmt: skip
    adapter.open()
    try:
        found = until(adapter, lambda found: "/person/4/heart" in found and "/person/4/still" in found)
    finally:
        adapter.close()
    assert found["/person/4/heart"].values[0] == pytest.approx(66.0, rel=0.05)
    assert found["/person/4/still"].values[0] == 1.0
    assert all(one.private for one in found.values())


def test_the_synthetic_board_streams_and_its_head_is_moved_so_that_no_alpha_is_read() -> None:
    adapter = made(board="Synthetic_Board")
    adapter.open()
    try:
        end = monotonic() + 15.0
        while adapter.counters.received < 700:
            assert monotonic() < end
            assert adapter.receive(0.25) == []
        given = "acc 250/s, eda 250/s, eeg 250/s, ppg 250/s"
        assert adapter.detail == f"board Synthetic_Board, {given}, 0 of 1 on somebody"
    finally:
        adapter.close()
    with pytest.raises(AdapterError, match="not open"):
        adapter.receive(0.0)


@pytest.mark.device
@pytest.mark.timeout(60)
def test_a_board_of_another_process_is_heard_over_the_network() -> None:
    if shutil.which("unshare") is None or subprocess.run(["unshare", "-n", "true"]).returncode:
        pytest.skip("no network of our own can be made")
    done = subprocess.run(
        ["unshare", "-n", "bash", "-c", NETWORK],
        capture_output=True, text=True, timeout=50, cwd=ROOT, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert "/person/1/quality" in found["heard"]
    assert found["detail"] == "board streaming, eeg 250/s, 1 of 1 on somebody"


def test_a_board_that_falls_silent_is_given_back_to_be_opened_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hardware.brainflow.adapter._SILENT", 0.3)
    adapter = made(board="synthetic")
    adapter.open()
    try:
        adapter._shim.stop_stream()
        with pytest.raises(AdapterError, match="sent nothing"):
            until(adapter, lambda _: False)
    finally:
        adapter.close()
    adapter.open()
    adapter.close()


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"board": "ganglin"}, "no board 'ganglin'"),
        ({"board": "no"}, "no board 'no'"),
        ({"board": "synthetic", "signals": ["ecg"], "rows": {"ecg": [99]}}, "has none of ecg"),
        ({"board": "playback-file", "master": "synthetic", "file": "/nowhere.csv"}, "board playback-file"),
        ({"board": "ganglion", "serial_port": "/dev/none"}, "board ganglion"),
    ],
)
def test_a_board_that_cannot_be_opened_says_why(settings: dict[str, Any], reason: str) -> None:
    adapter = made(**settings)
    with pytest.raises(AdapterError, match=reason):
        adapter.open()
    adapter.close()


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"board": "streaming"}, "needs `master`"),
        ({"board": "synthetic", "seats": [[0, 0], [1, 1]]}, "on one person"),
        ({"board": "synthetic", "signals": ["hum"]}, "signals"),
    ],
)
def test_settings_that_mean_nothing_are_refused(settings: dict[str, Any], reason: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=reason):
        made(**settings)


def test_without_the_library_the_remedy_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "brainflow", None)
    with pytest.raises(AdapterError, match=r"photophore\[brainflow\]"):
        made(board="synthetic").open()
