from pathlib import Path

import pytest

from installation.cli.calibrate.sound import write_noise

soundfile = pytest.importorskip("soundfile")


def test_it_writes_a_file_that_players_can_play(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert write_noise(tmp_path / "noise.wav", 2.0) == 0
    samples, rate = soundfile.read(tmp_path / "noise.wav")

    assert (samples.shape, rate) == ((96_000, 2), 48_000)
    assert 0.01 < samples.std() < 0.1
    assert "pink noise of -23 LUFS" in capsys.readouterr().out


def test_a_file_that_cannot_be_written_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert write_noise(tmp_path / "none" / "noise.wav", 1.0) == 1
    assert "noise.wav cannot be written: " in capsys.readouterr().err
