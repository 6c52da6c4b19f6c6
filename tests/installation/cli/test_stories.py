"""`photophore stories` and what starts the page, as staff use them."""

import io
import json
import os
import sys
import threading
import time
from pathlib import Path

import pytest

from installation.cli import main
from installation.cli.play import visitors_command
from installation.errors import PhotophoreError, ShowError
from installation.guestbook import Guestbook, State, Story, code_of, digest_of, folder, id_of, receipt_of
from installation.guestbook.clock import Clock, believe
from installation.show import load_venue
from tests.parts import lacking

VENUE = """format = 1
[visitors]
open = true
address = "http://stories.example"
hub = "ziva"
words = "words.txt"
"""


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PHOTOPHORE_STATE", str(tmp_path / "state"))
    return tmp_path / "state"


@pytest.fixture
def book(state: Path) -> Guestbook:
    return Guestbook(folder())


def leave(book: Guestbook, text: str, expires: float = 1e6) -> tuple[str, str]:
    receipt = receipt_of(text, text)
    code = code_of(receipt)
    now = int(time.time())
    book.add(Story(id_of(receipt), "", now, "en", text, "", int(now + expires), digest_of(code)))
    return id_of(receipt), code


def run(*arguments: str) -> int:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["photophore", "stories", *arguments])
        return main()


def test_staff_list_approve_hide_and_undo(book: Guestbook, capsys: pytest.CaptureFixture[str]) -> None:
    one, _ = leave(book, "One.")
    two, _ = leave(book, "Two.")
    assert run("list", "waiting") == 0
    assert {line.split()[0] for line in capsys.readouterr().out.splitlines()} == {one[:8], two[:8]}

    assert run("approve", one[:6], two[:8]) == 0
    assert run("hide", two) == 0
    assert run("pin", one) == 0
    assert run("theme", one, "--as", "rain") == 0
    capsys.readouterr()
    assert run("list", "--json") == 0
    told = {entry["text"]: entry for entry in json.loads(capsys.readouterr().out)}
    assert (told["One."]["state"], told["One."]["pinned"], told["One."]["theme"]) == (
        "approved",
        True,
        "rain",
    )
    assert told["Two."]["state"] == "hidden"
    assert "digest" not in told["One."]

    assert run("undo", two) == 0
    assert book.standing(two).state is State.APPROVED
    assert run("pin", one, "--off") == 0
    assert not book.standing(one).pinned


def test_pinning_what_waits_says_what_to_do_first(
    book: Guestbook, capsys: pytest.CaptureFixture[str]
) -> None:
    one, _ = leave(book, "One.")
    assert run("pin", one) == 0
    assert f"photophore stories approve {one[:8]}" in capsys.readouterr().err
    assert run("approve", one) == 0
    assert run("pin", one) == 0
    assert capsys.readouterr().err == ""


def test_what_does_not_exist_is_told_and_nothing_changes(
    book: Guestbook, capsys: pytest.CaptureFixture[str]
) -> None:
    one, _ = leave(book, "One.")
    assert run("approve", one, "ffffffff") == 1
    assert "no story" in capsys.readouterr().err
    assert book.standing(one).state is State.WAITING
    assert run("list", "nonsense") == 1
    assert "waiting, approved, hidden" in capsys.readouterr().err
    assert run("withdraw", "AAAAA-AAAAA") == 1
    assert run("withdraw", one[:8]) == 1  # deleting by the beginning of an id would be too easy
    assert len(book.stories()) == 1


def test_stories_are_deleted_by_code_by_id_by_date_and_all_together(
    book: Guestbook, state: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, code = leave(book, "By code.")
    two, _ = leave(book, "By id.")
    leave(book, "Expired.", expires=-1.0)
    leave(book, "Kept for now.")
    book.back_up(7)
    assert run("withdraw", code) == 0
    assert run("withdraw", two) == 0
    assert run("purge", "--json") == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1]) == {"deleted": 1}
    assert [one.story.text for one in book.stories()] == ["Kept for now."]
    assert run("purge", "--everything", "--yes") == 0
    held = b"".join(one.read_bytes() for one in state.rglob("*") if one.is_file())
    for text in (b"By code.", b"By id.", b"Expired.", b"Kept for now."):
        assert text not in held


def test_a_clock_in_doubt_is_told_and_staff_may_believe_it(
    book: Guestbook, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    leave(book, "Expired.", expires=-1.0)
    keeper = Clock(folder(), now=lambda: time.time() + 366 * 86_400)
    believe(folder(), time.time())
    assert keeper.doubt(book.newest())
    assert run("list") == 0
    assert "NO STORY EXPIRES: the clock says" in capsys.readouterr().err
    monkeypatch.setattr(sys, "stdin", io.StringIO("no\n"))
    assert run("purge") == 1
    assert len(book.stories()) == 1
    assert run("purge", "--yes") == 0
    assert book.stories() == []
    run("list")
    assert "NO STORY EXPIRES" not in capsys.readouterr().err


def test_stories_are_exported(book: Guestbook, tmp_path: Path) -> None:
    one, _ = leave(book, "One.")
    leave(book, "Two.")
    run("approve", one)
    out = tmp_path / "out.json"
    assert run("export", str(out), "--approved") == 0
    assert [entry["text"] for entry in json.loads(out.read_text())] == ["One."]
    assert run("export", str(tmp_path / "no" / "folder.json")) == 1
    assert run("withdraw", one) == 0
    assert run("export", str(out)) == 1
    assert "One." in out.read_text(), "what is deleted here is kept there"
    assert run("export", str(out), "--replace") == 0
    assert [entry["text"] for entry in json.loads(out.read_text())] == ["Two."]
    assert list(tmp_path.glob("out*")) == [out]
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    heard: list[str] = []
    reader = threading.Thread(target=lambda: heard.append(pipe.read_text()))
    reader.start()
    assert run("export", str(pipe)) == 0  # no file that could be lost
    reader.join()
    assert "Two." in heard[0]
    assert pipe.is_fifo()


def test_a_venue_says_how_the_page_is_started(
    state: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "hall.toml").write_text(VENUE)
    with pytest.raises(PhotophoreError, match=r"no file .*words\.txt"):
        visitors_command("run", load_venue(tmp_path / "hall.toml"))
    (tmp_path / "words.txt").write_text("One\n")
    command = visitors_command("preview", load_venue(tmp_path / "hall.toml"))
    assert command is not None
    options = json.loads(command[-1])
    assert (options["hub"], options["words"]) == ("ziva", str(tmp_path / "words.txt"))
    assert "visitors leave stories at http://stories.example/" in capsys.readouterr().err
    assert visitors_command("run", load_venue("loopback")) is None

    leave(Guestbook(folder()), "One.")
    assert run("list") == 0
    assert "hint: One" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("host = 'hall'", "not an IP address"),
        ("address = 'ftp://x'", "nothing that a phone can open"),
        ("address = 'http://x/?a=b'", "nothing that a phone can open"),
        ("port = 0", "port"),
        ("code = 'weekly'", "code"),
        ("keep_days = 0", "keep_days"),
        ("opne = true", "opne"),
    ],
)
def test_mistakes_in_the_venue_are_found_with_their_place(tmp_path: Path, line: str, message: str) -> None:
    (tmp_path / "hall.toml").write_text(f"format = 1\n[visitors]\n{line}\n")
    with pytest.raises(ShowError) as error:
        load_venue(tmp_path / "hall.toml")
    assert message in str(error.value)
    assert "hall.toml:3:" in str(error.value)


def test_the_code_is_drawn_with_the_address_of_the_page(
    state: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        import segno  # noqa: F401
    except ImportError:
        lacking("segno")
    assert run("qr", str(tmp_path / "code.svg")) == 1
    assert "start a show first" in capsys.readouterr().err
    (tmp_path / "hall.toml").write_text(VENUE.replace('words = "words.txt"\n', ""))
    visitors_command("preview", load_venue(tmp_path / "hall.toml"))
    for name in ("code.svg", "code.png"):
        assert run("qr", str(tmp_path / name)) == 0
        assert (tmp_path / name).stat().st_size > 300
    where = capsys.readouterr().err.splitlines()[-1]
    assert where.startswith("http://stories.example/")
    assert len(where.rpartition("/")[2]) == 6
    assert run("qr", str(tmp_path / "code.doc")) == 1
