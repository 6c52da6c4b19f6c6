"""The page in a real browser: typed, drawn, pasted, sent twice, gone back to, without script, by keyboard."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from installation.guestbook import strokes_in
from installation.visitors.languages import languages
from tests.installation.visitors.axe import serious
from tests.installation.visitors.browser import Tab, browser
from tests.installation.visitors.phones import Served

pytestmark = pytest.mark.device

SEND = "document.querySelector('button[type=submit]').click()"
SCRIPTED = "<script>document.title='taken'</script>"


def url(served: Served) -> str:
    return f"http://127.0.0.1:{served.port}{served.home}"


async def typed(tab: Tab, served: Served, text: str) -> str:
    """Type a sentence, send it, and return the code."""
    await tab.go(url(served))
    await tab.js("document.getElementById('text').focus()")
    await tab.type(text)
    await tab.loads(tab.js(SEND))
    return str(await tab.js("document.getElementById('code').textContent"))


async def writes_in_any_script(tab: Tab, served: Served) -> None:
    texts = ["مرحبا بالليل", "नमस्ते दुनिया", "Night 👩\u200d🚀 🏳️\u200d🌈", SCRIPTED]
    for text in texts:
        assert len(await typed(tab, served, text)) == 11
        assert await tab.js("document.title") == "Thank you"
    assert set(texts) <= set(served.texts())


async def counts_and_stops_a_paste(tab: Tab, served: Served) -> None:
    await tab.go(url(served))
    await tab.js("document.getElementById('text').focus()")
    await tab.type("न" * 80)
    assert await tab.js("document.getElementById('count').textContent") == "4 left"
    await tab.type("海海海")
    assert await tab.js("document.getElementById('count').textContent") == "2 too many"
    await tab.type("x" * 10_000_000)
    assert await tab.js("document.getElementById('text').value.length") == 500


async def draws_with_the_time_of_the_hand(tab: Tab, served: Served) -> None:
    await tab.go(url(served))
    await tab.js("document.getElementById('change').click()")
    box = json.loads(
        str(await tab.js("JSON.stringify(document.getElementById('canvas').getBoundingClientRect())"))
    )
    x, y = box["x"], box["y"]
    await tab.mouse("mousePressed", x + 20, y + 20)
    await tab.mouse("mouseMoved", x + 100, y + 60)
    await tab.mouse("mouseMoved", x + 200, y + 20)
    await tab.mouse("mouseReleased", x + 200, y + 20)
    await tab.loads(tab.js(SEND))
    assert await tab.js("document.getElementById('code').textContent.length") == 11
    drawings = [strokes_in(one.story.strokes) for one in served.book().stories() if one.story.strokes]
    assert len(drawings) == 1
    assert len(drawings[0]) == 1
    times = [t for _, _, t in drawings[0][0]]
    assert times[0] == 0
    assert times == sorted(times)
    assert drawings[0][0][-1][0] == pytest.approx(1000 * 200 / box["width"], abs=6)


async def may_go_back_and_send_again(tab: Tab, served: Served) -> None:
    first = await typed(tab, served, "Sent, gone back, sent again.")
    await tab.loads(tab.js("history.back()"))
    assert await tab.js("document.getElementById('text').value") == "Sent, gone back, sent again."
    await tab.loads(tab.js(SEND))
    assert await tab.js("document.getElementById('code').textContent") == first
    await tab.loads(tab.do("Page.reload"))
    assert await tab.js("document.getElementById('code').textContent") == first
    assert served.texts().count("Sent, gone back, sent again.") == 1


async def works_without_script(tab: Tab, served: Served) -> None:
    await tab.do("Emulation.setScriptExecutionDisabled", value=True)
    await tab.go(url(served))
    assert await tab.js("document.getElementById('drawing').hidden") is True
    assert await tab.js("document.getElementById('change-row').hidden") is True
    await tab.js("document.getElementById('text').focus()")
    await tab.type("Written without script.")
    await tab.loads(tab.js(SEND))
    assert len(str(await tab.js("document.getElementById('code').textContent"))) == 11
    assert "Written without script." in served.texts()
    await tab.do("Emulation.setScriptExecutionDisabled", value=False)


async def works_by_keyboard(tab: Tab, served: Served) -> None:
    await tab.go(url(served))
    visited: list[str] = []
    for _ in range(8):
        await tab.key("Tab", 9)
        visited.append(
            str(await tab.js("document.activeElement.id || document.activeElement.type || 'link'"))
        )
        if visited[-1] == "text":
            await tab.type("Written by keyboard.")
        if visited[-1] == "submit":
            break
    assert visited == ["text", "change", "submit"]
    await tab.loads(tab.key("Enter", 13, "\r"))
    assert "Written by keyboard." in served.texts()


CONTRAST = """
(() => {
  const light = (c) => { const v = c.match(/[\\d.]+/g).slice(0, 3).map((n) => n / 255)
    .map((n) => n <= 0.04045 ? n / 12.92 : ((n + 0.055) / 1.055) ** 2.4);
    return 0.2126 * v[0] + 0.7152 * v[1] + 0.0722 * v[2]; };
  const behind = (e) => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor;
    if (c !== 'rgba(0, 0, 0, 0)') return light(c); } return 0; };
  const found = [...document.querySelectorAll('h1,p,a,label,button,textarea,li')]
    .filter((e) => e.offsetParent);
  return {
    least: Math.min(...found.map((e) => (light(getComputedStyle(e).color) + 0.05) / (behind(e) + 0.05))),
    brightest: Math.max(...[...document.querySelectorAll('*')].map((e) =>
      Math.max(light(getComputedStyle(e).backgroundColor === 'rgba(0, 0, 0, 0)' ? 'rgb(0,0,0)'
        : getComputedStyle(e).backgroundColor)))),
    unnamed: [...document.querySelectorAll('input:not([type=hidden]),textarea,button,canvas')]
      .filter((e) => !(e.labels && e.labels.length) && !e.textContent.trim()
        && !e.getAttribute('aria-labelledby')).length,
    wide: document.documentElement.scrollWidth <= innerWidth,
    small: found.filter((e) => e.tagName === 'BUTTON' && e.offsetHeight < 44).length,
    ids: [...document.querySelectorAll('[aria-describedby],[aria-labelledby]')].every((e) =>
      (e.getAttribute('aria-describedby') || e.getAttribute('aria-labelledby')).split(' ')
        .every((id) => document.getElementById(id))),
    jumps: [...document.querySelectorAll('h1')].length,
  };
})()
"""


async def is_dark_and_can_be_read(tab: Tab, served: Served) -> None:
    for path in ("", "?lang=ar", "?lang=hi"):
        await tab.go(url(served) + path)
        found: dict[str, Any] = await tab.js(CONTRAST)
        assert found["least"] >= 4.5  # WCAG 2.2, 1.4.3
        assert found["brightest"] < 0.02
        assert found | {"least": 0, "brightest": 0} == {
            "least": 0, "brightest": 0, "unnamed": 0, "wide": True, "small": 0, "ids": True, "jumps": 1,
        }  # fmt: skip


TRIES: list[Callable[[Tab, Served], Awaitable[None]]] = [
    writes_in_any_script,
    counts_and_stops_a_paste,
    draws_with_the_time_of_the_hand,
    may_go_back_and_send_again,
    works_without_script,
    works_by_keyboard,
    is_dark_and_can_be_read,
]


def test_the_page_in_a_browser(served: Served) -> None:
    """One browser for all: it takes seconds to start."""

    async def run() -> None:
        async with browser() as tab:
            for one in TRIES:
                await one(tab, served)
                assert tab.said == [], one.__name__

    asyncio.run(run())


def test_axe_finds_nothing_serious_on_any_page(served: Served) -> None:
    async def run() -> None:
        async with browser() as tab:
            home = url(served)
            base = home.removesuffix(served.home)
            paths = [f"{served.home}?lang={tag}" for tag in languages()]
            for path in (*paths, "/withdraw", "/privacy", "/nothing"):
                await tab.go(base + path)
                assert await serious(tab) == [], path
            await tab.go(home)
            await tab.js("document.getElementById('change').click()")
            assert await serious(tab) == [], "while a drawing is made"
            await typed(tab, served, "Judged by a program.")
            assert await serious(tab) == [], "the page with the code"
            await tab.go(home)
            await tab.loads(tab.js(SEND))
            assert await tab.js("document.querySelector('[role=alert]') !== null")
            assert await serious(tab) == [], "the form with a message"

    asyncio.run(run())
