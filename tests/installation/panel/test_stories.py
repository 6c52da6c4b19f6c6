"""The moderators' queue on a real panel: who may see it, what its buttons do, what it shows of a story."""

import re
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import msgspec
import pytest

from installation.guestbook import NOTE, Guestbook, State, Story, folder
from tests.installation.panel.running import Panel
from tests.installation.panel.test_access import CODES, cookie, origin

HARMFUL = "<script>alert(1)</script> d4mn"


@pytest.fixture(scope="module")
def panel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Panel]:
    running = Panel(tmp_path_factory.mktemp("state"), codes=CODES)
    yield running
    running.close()


@pytest.fixture(scope="module")
def mine(panel: Panel) -> str:
    return cookie(panel, "moderator")


def leave(panel: Panel, number: int, text: str = "", strokes: str = "") -> str:
    book = Guestbook(folder(panel.folder))
    story = f"{number:036}"
    digest = f"{number:064}"
    book.add(Story(story, "ziva", 0, "ar" if text else "", text, strokes, int(time.time()) + 10**6, digest))
    book.close()
    return story


def state(panel: Panel, story: str) -> State:
    return Guestbook(folder(panel.folder)).standing(story).state


def push(panel: Panel, cookie_: str, **fields: str) -> tuple[int, str]:
    """Press a button of the page."""
    told = {
        "Origin": origin(panel), "Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie_,
    }  # fmt: skip
    status, _, body = panel.request("/panel/stories", "POST", headers=told, body=urlencode(fields).encode())
    return status, body.decode()


def page(panel: Panel, cookie_: str) -> str:
    status, _, body = panel.get("/panel/stories", Cookie=cookie_)
    assert status == 200
    return body.decode()


def test_without_a_guest_book_the_queue_is_empty_and_none_is_made(panel: Panel, mine: str) -> None:
    assert "Nothing waits." in page(panel, mine)
    assert not folder(panel.folder).exists()


@pytest.mark.parametrize("role", ["", "viewer", "operator"])
def test_nobody_below_a_moderator_sees_or_decides(panel: Panel, role: str) -> None:
    story = leave(panel, 1, "Private until approved.")
    given = cookie(panel, role) if role else ""
    for path in ("/panel/stories", "/panel/stories/version"):
        status, _, body = panel.get(path, Cookie=given)
        assert status in (401, 403)
        assert b"Private" not in body
    assert push(panel, given, do="approve", story=story)[0] in (401, 403)
    assert state(panel, story) is State.WAITING


def test_buttons_approve_hide_and_undo(panel: Panel, mine: str) -> None:
    story = leave(panel, 2, "A lamp was left on.")
    before = panel.get("/panel/stories/version", Cookie=mine)[2]
    for do, becomes in (
        ("approve", State.APPROVED), ("hide", State.HIDDEN), ("approve", State.APPROVED),
    ):  # fmt: skip
        assert push(panel, mine, do=do, story=story)[0] == 303
        assert state(panel, story) is becomes
    assert push(panel, mine, do="undo")[0] == 303
    assert state(panel, story) is State.HIDDEN
    assert panel.get("/panel/stories/version", Cookie=mine)[2] != before


def test_a_story_gets_a_theme_in_a_form_of_its_own(panel: Panel, mine: str) -> None:
    story = leave(panel, 6, "Rain on the roof.")
    assert push(panel, mine, do="theme", story=story, theme=" rain <b> ")[0] == 303
    assert Guestbook(folder(panel.folder)).standing(story).theme == "rain <b>"
    assert state(panel, story) is State.WAITING
    shown = page(panel, mine)
    assert "<option>rain &lt;b&gt;</option>" in shown
    for form in re.findall(r"<form.*?</form>", shown, re.DOTALL):
        if 'name="theme"' in form:
            assert re.findall(r'name="do" value="(\w+)"', form) == ["theme"], (
                "what Enter in the field presses"
            )


def test_a_story_is_deleted_for_good_after_one_more_question(panel: Panel, mine: str) -> None:
    story = leave(panel, 7, "Take <me> away.")
    status, body = push(panel, mine, do="delete", story=story)
    assert (status, "Delete this story for good?" in body) == (200, True)
    assert "Take &lt;me&gt; away." in body.partition("doomed")[2].partition("Keep it")[0]
    assert state(panel, story) is State.WAITING, "it was only asked"
    assert push(panel, mine, do="forget", story=story)[0] == 303
    assert not Guestbook(folder(panel.folder)).has(story)
    assert "Take &lt;me&gt; away." not in page(panel, mine)
    for verb in ("delete", "forget"):
        assert "there is no story" in push(panel, mine, do=verb, story=story)[1]
    assert push(panel, cookie(panel, "operator"), do="forget", story=leave(panel, 8, "x"))[0] == 403


def test_a_page_of_another_site_cannot_approve(panel: Panel, mine: str) -> None:
    story = leave(panel, 3, "Not by others.")
    told = {
        "Origin": "http://evil.example", "Content-Type": "application/x-www-form-urlencoded", "Cookie": mine,
    }  # fmt: skip
    body = urlencode({"do": "approve", "story": story}).encode()
    assert panel.request("/panel/stories", "POST", headers=told, body=body)[0] == 403
    assert state(panel, story) is State.WAITING


def test_a_button_for_what_is_gone_is_told_in_words(panel: Panel, mine: str) -> None:
    status, body = push(panel, mine, do="approve", story="no such")
    assert status == 200
    assert "there is no story" in body
    assert "does not know" in push(panel, mine, do="burn", story="x")[1]


def test_what_visitors_wrote_is_shown_and_is_no_markup(panel: Panel, mine: str) -> None:
    words = folder(panel.folder) / "words.txt"
    words.write_text("damn\n")
    (folder(panel.folder) / NOTE).write_bytes(msgspec.json.encode({"words": str(words), "port": 1}))
    leave(panel, 4, HARMFUL)
    leave(panel, 5, strokes="[[0,0,0,900,400,900],[10,10,1000,20,300,1200]]")
    shown = page(panel, mine)

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert shown.count("<script") == 1
    assert "look: damn" in shown
    assert re.search(r'<p class="said" dir="auto" lang="ar">', shown)
    assert '<polyline points="0,0 900,400"/><polyline points="10,10 20,300"/>' in shown
    assert "A drawing of 2 strokes" in shown


def test_each_key_of_the_page_has_a_button(panel: Panel, mine: str) -> None:
    shown = page(panel, mine)
    script = panel.get("/static/stories.js", Cookie=mine)[2].decode()
    assert "data-key" in script
    for key in "ahu":
        assert f'data-key="{key}"' in shown


def test_the_book_of_a_folder_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "stories" / "stories.db").mkdir(parents=True)
    running = Panel(tmp_path, codes=CODES)
    try:
        status, _, _ = running.get("/panel/stories", Cookie=cookie(running, "moderator"))
        assert status == 500
        assert running.get("/health")[0] in (200, 503)
    finally:
        running.close()
