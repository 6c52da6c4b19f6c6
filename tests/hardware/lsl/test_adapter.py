"""Lab Streaming Layer: real outlets in a network of our own, and what settings are refused."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from hardware.lsl import LslInput, LslSettings
from installation.contract import AdapterError

ROOT = Path(__file__).parents[3]
NETWORK = (
    "ip link set lo up; ip link set lo multicast on; ip route add 224.0.0.0/4 dev lo; "
    f"exec {sys.executable} -m tests.hardware.lsl.session"
)


@pytest.mark.device
@pytest.mark.timeout(160)
def test_streams_are_found_read_lost_and_found_again() -> None:
    if shutil.which("unshare") is None or subprocess.run(["unshare", "-n", "true"]).returncode:
        pytest.skip("no network of our own can be made")
    done = subprocess.run(
        ["unshare", "-n", "bash", "-c", NETWORK],
        capture_output=True, text=True, timeout=150, cwd=ROOT, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])

    assert found["alone"].startswith("0 of 4 streams, looks for grip-7, cap, RR, nowhere")
    assert found["connected"] == "3 of 4 streams, looks for nowhere, 3 of 3 on somebody"
    first = found["first"]
    assert first["/person/1/heart"] == pytest.approx(66.0, rel=0.05)
    assert first["/person/3/heart"] == pytest.approx(75.0)
    assert 0.0 <= first["/person/2/alpha"] <= 1.0
    assert (first["/person/1/x"], first["/person/2/x"]) == (0.2, 0.5)
    assert found["killed"].startswith("0 of 4 streams")
    assert found["again"]["/person/1/heart"] == pytest.approx(90.0, rel=0.05)
    assert found["private"] is True


def test_a_stream_of_text_is_left_out_and_the_others_are_heard() -> None:
    import pylsl

    class Inlet(SimpleNamespace):
        def __init__(self, info: pylsl.StreamInfo, **_: Any) -> None:
            super().__init__(info=info, flush=lambda: 0, close_stream=lambda: None)

        def pull_chunk(self, **_: Any) -> tuple[list[list[Any]], list[float]]:
            text = self.info.channel_format() == pylsl.cf_string
            return [["hello" if text else 800.0]], [0.0]

    infos = [
        pylsl.StreamInfo("notes", "RR", 1, 0.0, "string", "notes-1"),
        pylsl.StreamInfo("belt", "RR", 1, 0.0, "float32", "belt-1"),
        pylsl.StreamInfo("names", "ECG", 1, 250.0, "string", "names-1"),
    ]
    streams = [{"type": "ECG"}, {"type": "RR"}]
    adapter = LslInput("lsl", msgspec.convert({"streams": streams}, LslSettings))
    adapter._lsl = SimpleNamespace(
        StreamInlet=Inlet, cf_string=pylsl.cf_string, cf_undefined=pylsl.cf_undefined, util=pylsl.util
    )
    adapter._resolver = SimpleNamespace(results=lambda: infos)
    adapter.receive(0.0)

    assert adapter.detail.startswith("1 of 2 streams, looks for ECG")
    assert adapter.counters.received == 1
    assert adapter._lines[1].inlet.info.source_id() == "belt-1"
    adapter.close()


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({}, "streams"),
        ({"streams": [{"seat": 1}]}, "name, type or source"),
        ({"streams": [{"name": "a", "seat": 2}]}, "seat 2"),
        ({"streams": [{"name": "a", "channels": ["ppg", "hum"]}]}, "'hum' is none of"),
        ({"streams": [{"name": "a"}], "first": 40, "seats": [[0, 0], [1, 1]]}, "lower first"),
    ],
)
def test_settings_that_mean_nothing_are_refused(settings: dict[str, Any], reason: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=reason):
        msgspec.convert(settings, LslSettings)


def test_without_the_library_the_remedy_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pylsl", None)
    adapter = LslInput("lab", msgspec.convert({"streams": [{"name": "a"}]}, LslSettings))
    with pytest.raises(AdapterError, match=r"photophore\[lsl\]"):
        adapter.open()
