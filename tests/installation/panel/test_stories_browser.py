"""The moderators' queue in a real browser: no key decides about what nobody has read."""

import asyncio
import time
from pathlib import Path

import pytest

from installation.guestbook import Act, Guestbook, State, Story, folder
from tests.installation.panel.running import Panel
from tests.installation.panel.test_access import CODES, cookie
from tests.installation.visitors.axe import serious
from tests.installation.visitors.browser import Tab, browser

pytestmark = pytest.mark.device

STILL = "performance.now = () => globalThis.passed || 0"
"""The clock of a page stands until a test moves it."""


def leave(book: Guestbook, number: int) -> str:
    story = f"{number:036}"
    text, expires = f"Story {number}.", int(time.time()) + 10**6
    book.add(Story(story, "", 3600 * number, "en", text, "", expires, f"{number:064}"))
    return story


async def shows(tab: Tab, expression: str) -> None:
    """Wait until an expression in the page is true."""
    end = time.monotonic() + 20.0
    while not await tab.js(expression):
        assert time.monotonic() < end, expression
        await asyncio.sleep(0.05)


async def decides_what_was_read(tab: Tab, book: Guestbook, url: str) -> None:
    first, second = leave(book, 1), leave(book, 2)

    await tab.loads(tab.do("Page.navigate", url=url))
    await tab.key("a", 65, "a")
    assert book.standing(first).state is State.WAITING  # the page has only just come
    third = leave(book, 3)
    await shows(tab, f"document.querySelector('input[value=\\'{third}\\']') !== null")
    assert await tab.js("document.getElementById('changed')") is None  # the first stays the first

    book.decide(first, Act.HIDDEN)  # somebody else does
    await shows(tab, "document.getElementById('changed') !== null")
    assert await tab.js("document.querySelector('button[data-key=a]').form.elements.story.value") == first
    await tab.js("globalThis.passed = 1100")
    await tab.loads(tab.key("a", 65, "a"))
    assert book.standing(first).state is State.APPROVED  # what is seen is what the key is for
    assert {book.standing(one).state for one in (second, third)} == {State.WAITING}
    await tab.key("a", 65, "a")
    await tab.js("globalThis.passed = 1100")
    assert book.standing(second).state is State.WAITING
    await tab.loads(tab.key("a", 65, "a"))
    assert book.standing(second).state is State.APPROVED

    await tab.js("document.querySelector('details').open = true; globalThis.passed = 1100")
    await tab.js("document.querySelector('[name=theme]').focus()")
    await tab.key("h", 72, "h")
    assert await tab.js("document.querySelector('[name=theme]').value") == "h"
    fourth = leave(book, 4)
    await shows(tab, "document.getElementById('changed') !== null")
    assert await tab.js("document.querySelector('[name=theme]').value") == "h", "what is typed is not lost"
    assert {book.standing(one).state for one in (third, fourth)} == {State.WAITING}


def test_keys_decide_about_the_story_that_was_read(tmp_path: Path) -> None:
    panel = Panel(tmp_path, codes=CODES)
    book = Guestbook(folder(tmp_path))

    async def run() -> None:
        async with browser() as tab:
            await tab.pair(f"http://127.0.0.1:{panel.port}/", cookie(panel, "moderator"))
            await tab.do("Page.addScriptToEvaluateOnNewDocument", source=STILL)
            await decides_what_was_read(tab, book, f"http://127.0.0.1:{panel.port}/panel/stories")
            assert [one for one in tab.said if "404" not in one] == []  # there is no icon

    try:
        asyncio.run(run())
    finally:
        book.close()
        panel.close()


def test_axe_finds_nothing_serious_on_the_moderators_page(tmp_path: Path) -> None:
    panel = Panel(tmp_path, codes=CODES)
    book = Guestbook(folder(tmp_path))

    async def run() -> None:
        async with browser() as tab:
            await tab.pair(f"http://127.0.0.1:{panel.port}/", cookie(panel, "moderator"))
            book.decide(leave(book, 1), Act.APPROVED)
            leave(book, 2)
            book.decide(leave(book, 3), Act.HIDDEN)
            await tab.go(f"http://127.0.0.1:{panel.port}/panel/stories")
            assert await tab.js("document.querySelectorAll('.story').length") == 3
            await tab.js("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
            assert await serious(tab) == []

    try:
        asyncio.run(run())
    finally:
        book.close()
        panel.close()
