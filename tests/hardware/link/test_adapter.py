"""Ableton Link, where its library is installed, in a network of our own."""

import json
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from hardware.link import LinkInput, LinkSettings
from installation.contract import AdapterError

_NETWORK = (
    "ip link set lo up; ip link set lo multicast on; ip route add 224.0.0.0/4 dev lo; "
    f"exec {sys.executable} {Path(__file__).with_name('session.py')}"
)


@pytest.mark.skipif(find_spec("link") is not None, reason="the library is installed")
def test_without_the_library_the_reason_and_the_remedy_are_told() -> None:
    link = LinkInput("link", LinkSettings())
    with pytest.raises(AdapterError, match=r"photophore\[link\]"):
        link.open()
    assert link.detail == "closed"


@pytest.mark.device
@pytest.mark.skipif(find_spec("link") is None, reason="LinkPython-extern is not installed")
@pytest.mark.timeout(60)
def test_a_session_is_followed_in_tempo_and_bar() -> None:
    if shutil.which("unshare") is None or subprocess.run(["unshare", "-n", "true"]).returncode:
        pytest.skip("no network of our own can be made")
    done = subprocess.run(
        ["unshare", "-n", "bash", "-c", _NETWORK], capture_output=True, text=True, timeout=50, check=True
    )
    found = json.loads(done.stdout.splitlines()[-1])

    assert found["bpm"] == pytest.approx(133.0, rel=0.01)
    assert found["away"] < 0.05
    assert found["words"] == ["position", "continue", "tick"]
    assert found["detail"] == "1 peer, 133.0 bpm"
