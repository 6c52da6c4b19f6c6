"""MIDI to photon beside the other rows of its benchmark."""

from pathlib import Path

import pytest

from installation.bench.latency.photon import measured
from tests.parts import require

pytestmark = [pytest.mark.device]


def test_a_screen_that_does_not_start_costs_its_row_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    require("jackd", "Xvfb")
    program = tmp_path / "bin" / "Xvfb"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")

    assert measured(tmp_path, "") == []

    assert "MIDI to photon is not measured" in caplog.text
