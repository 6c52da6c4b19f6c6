"""``photophore align --pattern``: what it starts, and what it says without a display."""

import pytest
from typer.testing import CliRunner

from installation.cli import application, play
from installation.cli.play import Choice


def test_without_a_display_it_says_what_it_needs_and_starts_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(play, "play", lambda choice: pytest.fail(f"started {choice}"))
    for venue in ([], ["--venue", "laptop"]):
        said = str(CliRunner().invoke(application, ["align", "--pattern", *venue]).exception)
        assert "needs a display; set DISPLAY" in said
        assert "--headless" not in said, "it has no such option"


def test_its_panel_may_have_another_port(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[Choice] = []
    monkeypatch.setenv("DISPLAY", ":77")
    monkeypatch.setattr(play, "play", lambda choice: started.append(choice) or 0)
    CliRunner().invoke(application, ["align", "--pattern", "--venue", "laptop", "--panel-port", "8999"])
    assert [(one.mode, one.venue, one.panel_port) for one in started] == [("perform", "laptop", 8999)]
