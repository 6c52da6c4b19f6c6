"""What the verbs that play say before they play."""

from pathlib import Path
from typing import Any

import pytest

from installation.cli import play
from installation.cli.play import NOBODY, Choice, stage_command
from installation.errors import PhotophoreError
from installation.ipc.options import StageOptions
from installation.show import load_venue
from tests.installation.neuro.states import add_states


@pytest.mark.parametrize(("people", "replayed"), [(True, True), (True, False), (False, True)])
def test_a_replay_of_a_show_with_people_says_that_nobody_is_in_the_room(
    small_show: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    people: bool,
    replayed: bool,
) -> None:
    served: list[Any] = []
    monkeypatch.setattr(play, "serve", lambda *given, **_: served.append(given) or 0)
    if people:
        add_states(small_show)
    recording = small_show / "evening.jsonl" if replayed else None
    choice = Choice(mode="preview", show=str(small_show), replay=recording, headless=True, panel_port=0)

    assert play.play(choice) == 0

    assert len(served) == 1
    assert (NOBODY in capsys.readouterr().err) == (people and replayed)


def test_a_folder_whose_name_is_no_text_is_refused() -> None:
    with pytest.raises(PhotophoreError, match="is not UTF-8; rename"):
        stage_command(StageOptions(mode="run", show="shows/caf\udce9"))


def test_the_panel_stays_on_this_machine_unless_the_venue_or_the_command_line_says_otherwise(
    tmp_path: Path,
) -> None:
    (tmp_path / "hall.toml").write_text("format = 1\n[panel]\nhost = '0.0.0.0'\nname = 'Hall.Local'\n")
    hall, bare = load_venue(tmp_path / "hall.toml"), load_venue("loopback")

    assert play.panel_host(Choice(mode="run"), bare) == "127.0.0.1"
    assert play.panel_host(Choice(mode="run"), hall) == "0.0.0.0"
    assert play.panel_host(Choice(mode="run", panel_host="127.0.0.1"), hall) == "127.0.0.1"
    assert hall.panel.name == "hall.local"
    with pytest.raises(PhotophoreError, match=r"--panel-host 192\.0\.2\.77: .*0\.0\.0\.0 is every"):
        play.panel_host(Choice(mode="run", panel_host="192.0.2.77"), bare)
    with pytest.raises(PhotophoreError, match="--panel-host hall"):
        play.panel_host(Choice(mode="run", panel_host="hall.invalid"), bare)


def test_a_venue_whose_profiles_lie_beside_it_is_run(tmp_path: Path) -> None:
    (tmp_path / "fixtures").mkdir()
    (tmp_path / "fixtures" / "cellar.toml").write_text(
        'format = 1\ntitle = "Cellar"\n[[channel]]\nrole = "intensity"\n'
    )
    hall = tmp_path / "hall.toml"
    hall.write_text(
        "format = 1\n[[fixture]]\nname = 'a'\nprofile = 'cellar'\nuniverse = 1\nchannel = 1\n"
        "position = [0.5, 0.5]\n"
    )

    venue, notes = play._venue("run", ("sea", str(hall)))

    assert len(venue.fixtures) == 1
    assert notes == ()


def test_codes_are_new_at_each_start_and_the_network_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    first, second = play.pairing_note("0.0.0.0", 8137), play.pairing_note("0.0.0.0", 8137)

    assert first.network
    assert not set(first.codes.values()) & set(second.codes.values())
    assert not play.pairing_note("127.0.0.1", 1).network
    assert play.pairing_note("::1", 1).address == "http://[::1]:1/"
