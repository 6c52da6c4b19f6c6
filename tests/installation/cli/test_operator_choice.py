from typing import Any

import pytest

from installation.cli import play
from installation.cli.play import Choice, operator_command
from installation.errors import PhotophoreError
from installation.show import load_venue

VENUE = load_venue("laptop")


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> dict[str, bool]:
    has = {"display": True, "package": True}
    monkeypatch.setattr(play, "has_display", lambda: has["display"])
    monkeypatch.setattr(play, "find_spec", lambda _name: object() if has["package"] else None)
    return has


def command(mode: Any, operator: bool | None = None, *, headless: bool = False) -> list[str] | None:
    found = operator_command(Choice(mode=mode, operator=operator), VENUE, headless=headless)
    return None if found is None else found[3:]


def test_perform_opens_it_by_itself_and_the_others_where_they_are_asked(machine: dict[str, bool]) -> None:
    assert command("perform") == ["--picture-on", "0"]
    assert command("perform", operator=True) == ["--picture-on", "0", "--anywhere"]
    assert command("perform", operator=False) is None
    assert command("preview") is None
    assert command("preview", operator=True) == ["--anywhere"]
    assert command("run") is None


def test_without_the_package_one_line_says_how_to_get_it(
    machine: dict[str, bool], capsys: pytest.CaptureFixture[str]
) -> None:
    machine["package"] = False

    assert command("perform") is None
    assert "pip install 'photophore[operator]'" in capsys.readouterr().err
    with pytest.raises(PhotophoreError, match=r"photophore\[operator\]"):
        command("preview", operator=True)
    assert command("preview") is None
    assert capsys.readouterr().err == ""


def test_without_a_display_a_wish_for_it_is_refused(machine: dict[str, bool]) -> None:
    with pytest.raises(PhotophoreError, match="no display"):
        command("preview", operator=True, headless=True)
    machine["display"] = False
    with pytest.raises(PhotophoreError, match="no display"):
        command("preview", operator=True)
