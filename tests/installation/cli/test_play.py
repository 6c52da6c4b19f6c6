"""What the verbs that play say before they play."""

from pathlib import Path
from typing import Any

import pytest

from installation.cli import play
from installation.cli.play import NOBODY, Choice, stage_command
from installation.errors import PhotophoreError
from installation.ipc.options import StageOptions
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
