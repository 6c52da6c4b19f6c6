"""Whether a show has a sound process."""

import sys

import pytest

from installation.cli import audio
from installation.cli.play import Choice, sound_command
from installation.sound.devices.library import EXTRA


def test_every_way_of_playing_has_sound_unless_it_is_not_wanted() -> None:
    for mode in ("preview", "perform", "run"):
        assert sound_command(Choice(mode=mode)) == [sys.executable, "-m", "installation.sound"]
        assert sound_command(Choice(mode=mode, sound=False)) is None


def test_without_the_extra_one_line_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(audio, "find_spec", lambda name: None if name == "signalflow" else object())
    assert sound_command(Choice(mode="preview")) is None
    assert capsys.readouterr().err == f"no sound: signalflow not installed: {EXTRA}\n"
    assert sound_command(Choice(mode="preview", sound=False)) is None
    assert capsys.readouterr().err == ""
    ((name, state, _, fix),) = audio.sound_checks()
    assert (name, state) == ("sound", "ok")
    assert "photophore[sound]" in fix
