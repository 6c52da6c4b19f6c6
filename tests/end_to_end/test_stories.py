"""From a phone to the wall of a running show: left, approved, there again after a crash, taken back."""

import json
import re
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from installation.ipc.ports import free_port
from installation.signal.record import open_replay
from installation.values import Reading
from tests.end_to_end.program import Program, receiver, started, until, venue_file
from tests.installation.visitors.phones import Page

pytestmark = [pytest.mark.gl, pytest.mark.slow, pytest.mark.timeout(180)]

TEXT = "We counted the stars until the rain came."


def fetch(url: str, **fields: str) -> str:
    body = urllib.parse.urlencode(fields).encode() if fields else None
    with urllib.request.urlopen(url, body, timeout=20) as answer:
        found: str = answer.read().decode()
        return found


def stories(program: Program) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(program.ask("stories", "list", "--json").stdout or "[]")
    return found


def told(recording: Path) -> list[tuple[str, str]]:
    """What came to the wall and went from it, by a recording: address and text, or id."""
    entries = [one for frame in open_replay(recording) for one in frame.inbox if isinstance(one, Reading)]
    return [
        (one.address, str(one.values[1] if len(one.values) > 1 else one.values[0]))
        for one in entries
        if one.source == "stories"
    ]


def test_a_sentence_goes_from_a_phone_to_the_wall_and_back(small_show: Path, tmp_path: Path) -> None:
    state, recording = tmp_path / "state", tmp_path / "wall.jsonl"
    with receiver() as listener:
        venue = venue_file(tmp_path, listener.getsockname()[1])
        port = free_port("127.0.0.1", 18_400)
        with venue.open("a") as file:
            file.write(f"\n[visitors]\nopen = true\nport = {port}\n")
        given = ("run", str(small_show), "--venue", str(venue), "--headless", "--record", str(recording))
        with started(state, *given) as program:
            program.playing()
            found = re.search(r"visitors leave stories at (http://\S+)", program.output())
            assert found, program.output()
            until(lambda: program.pid("visitors"), "the page is started")
            form = Page()
            form.feed(until(lambda: _try(found[1]), "the page answers"))
            thanks = Page()
            thanks.feed(fetch(found[1], **form.fields | {"text": TEXT}))
            assert len(thanks.code) == 11

            (left,) = stories(program)
            assert (left["text"], left["state"]) == (TEXT, "waiting")
            assert told(recording) == []
            assert program.ask("stories", "approve", left["id"][:8]).returncode == 0
            until(lambda: told(recording) == [("/stories/told", TEXT)], "the story is on the wall")

            program.kill_stage()
            again = recording.with_stem("wall-2")
            until(lambda: again.exists() and told(again) == [("/stories/told", TEXT)], "and after a crash")

            fetch(found[1].rpartition("/")[0] + "/withdraw", code=thanks.code)
            until(lambda: told(again)[1:] == [("/stories/gone", left["id"])], "it is taken back")
            held = [one for one in state.rglob("*") if one.is_file() and TEXT.encode() in one.read_bytes()]
            assert held == []
            assert program.status()["processes"][-1]["restarts"] == 0


def _try(url: str) -> str:
    try:
        return fetch(url)
    except OSError:
        return ""
