"""The queue of visitors' stories for moderators: read, approve, hide, theme, delete; keys for the usual."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from html import escape
from http import HTTPStatus
from pathlib import Path
from time import localtime, strftime
from typing import Final, TypeVar

from aiohttp import web

from installation.guestbook import (
    ACTS,
    FILE,
    FRAME,
    Guestbook,
    GuestbookError,
    Hints,
    SentenceError,
    Standing,
    State,
    Story,
    hints_of,
    strokes_in,
)
from installation.panel.answers import form
from installation.panel.pages import document

__all__ = ["QUEUE", "StoriesDesk"]

T = TypeVar("T")

QUEUE: Final = "/panel/stories"
_SHOWN: Final = 100
"""Most stories of each list on the page."""
_ASKED: Final = ("approve", "hide", "pin", "unpin")
_LISTS: Final = (
    (State.WAITING, "Waiting", "Nothing waits."),
    (State.APPROVED, "On the wall", "Nothing is on the wall."),
    (State.HIDDEN, "Hidden", "Nothing is hidden."),
)


class StoriesDesk:
    """The routes of the queue; who may use them is checked before.

    Args:
        folder: Of the guest book; it need not exist.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="guest book")

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """Add the routes to those of the panel; ``NEEDS`` has the role that each needs."""
        router.add_get(QUEUE, self._page, name="stories")
        router.add_get(f"{QUEUE}/version", self._version, name="stories-version")
        router.add_post(QUEUE, self._act, name="stories-act")

    def close(self) -> None:
        """End without waiting for what is asked."""
        self._thread.shutdown(wait=False)

    async def _page(self, _request: web.Request) -> web.Response:
        return await self._show("")

    async def _version(self, _request: web.Request) -> web.Response:
        return web.Response(text=await self._do(lambda book: book.stamp, ""))

    async def _act(self, request: web.Request) -> web.Response:
        """Carry out what a button of the page asks for, and show the page again."""
        asked = await form(request)
        verb, story, theme = (asked.get(name, "") for name in ("do", "story", "theme"))
        try:
            if verb == "undo":
                await self._do(lambda book: book.undo(story), None)
            elif verb in _ASKED:
                await self._do(lambda book: book.decide(story, ACTS[verb]), None)
            elif verb == "theme":
                await self._do(lambda book: book.decide(story, ACTS[verb], theme.strip()), None)
            elif verb == "delete":  # nothing brings it back, so it is asked once more
                one = await self._do(lambda book: book.standing(story), None)
                return await self._show("", doomed=one)
            elif verb == "forget":
                await self._do(lambda book: _forget(book, story), None)
            else:
                return await self._show("This page does not know what that button asks for.")
        except GuestbookError as error:
            return await self._show(f"{error}.")
        return web.Response(status=HTTPStatus.SEE_OTHER, headers={"Location": QUEUE})

    async def _show(self, message: str, doomed: Standing | None = None) -> web.Response:
        version = await self._do(lambda book: book.stamp, "")
        none: list[Standing] = []
        found = await self._do(lambda book: book.stories(), none)
        hints = await asyncio.to_thread(hints_of, self._folder)
        page = _queue_page(found, hints, version, message, doomed)
        return web.Response(text=page, content_type="text/html")

    async def _do(self, act: Callable[[Guestbook], T], otherwise: T) -> T:
        """Call something with the book, on its thread; ``otherwise`` while there is no book."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._with, act, otherwise)

    def _with(self, act: Callable[[Guestbook], T], otherwise: T) -> T:
        if not (self._folder / FILE).exists():
            return otherwise
        with closing(Guestbook(self._folder, repairs=False)) as book:
            return act(book)


def _forget(book: Guestbook, story: str) -> None:
    """Delete a story for good. Raises GuestbookError."""
    book.standing(story)
    book.forget([story])
    book.settle()


def _queue_page(
    found: list[Standing], hints: Hints, version: str, message: str, doomed: Standing | None
) -> str:
    said = f'<p class="notice" role="alert">{escape(message)}</p>\n' if message else ""
    said += _asked_once_more(doomed) if doomed is not None else ""
    themes = sorted({one.theme for one in found if one.theme})
    said += (
        f'<datalist id="themes">{"".join(f"<option>{escape(one)}</option>" for one in themes)}</datalist>\n'
    )
    lists = "\n".join(_list(state, title, none, found, hints) for state, title, none in _LISTS)
    return document(
        "Stories",
        f"""<header><h1>Stories</h1>
<p>Keys: <kbd>A</kbd> approves the first that waits, <kbd>H</kbd> hides it,
<kbd>U</kbd> undoes the last decision.
<a href="/">Status</a></p>
<form method="post" action="{QUEUE}"><p><button name="do" value="undo" data-key="u">Undo</button></p></form>
</header>
<main id="queue" data-version="{escape(version)}">
{said}{lists}
</main>
<script src="/static/stories.js" defer></script>""",
    )


def _list(state: State, title: str, none: str, found: list[Standing], hints: Hints) -> str:
    mine = [one for one in found if one.state is state]
    if state is State.WAITING:
        mine.reverse()  # who came first is read first
    items = "\n".join(_item(one, hints) for one in mine[:_SHOWN]) or f"<p>{none}</p>"
    more = f"<p>And {len(mine) - _SHOWN} more.</p>" if len(mine) > _SHOWN else ""
    return f"""<section class="whole" aria-labelledby="{state}">
<h2 id="{state}">{title}: {len(mine)}</h2>
{items}
{more}</section>"""


def _item(one: Standing, hints: Hints) -> str:
    story = one.story
    told = [
        strftime("%d.%m. %Hh", localtime(story.hour)),
        *filter(None, (story.hub, story.language, one.theme)),
    ]
    words = hints.found(story.text)
    warned = f' <strong data-text="on">look: {escape(", ".join(words))}</strong>' if words else ""
    buttons = {
        State.WAITING: (("approve", "Approve", "a"), ("hide", "Hide", "h")),
        State.APPROVED: (("unpin", "Unpin", "") if one.pinned else ("pin", "Pin", ""), ("hide", "Hide", "")),
        State.HIDDEN: (("approve", "Approve", ""),),
    }[one.state]
    made = "\n".join(
        f'<button name="do" value="{verb}" data-key="{key}">{words}</button>' for verb, words, key in buttons
    )
    key = f'<input type="hidden" name="story" value="{escape(story.id)}">'
    field = (
        f'<input name="theme" list="themes" maxlength="64" value="{escape(one.theme)}" autocomplete="off">'
    )
    # Forms of their own: Enter in the field must not press the first button of the story.
    return f"""<div class="story">
<form method="post" action="{QUEUE}">
{_said(story)}
<p>{escape(" · ".join(told))}{warned}</p>
<p>{key}{made}</p>
</form>
<details><summary>Theme, delete</summary>
<form method="post" action="{QUEUE}">{key}<p><label>Theme {field}</label>
<button name="do" value="theme">Set the theme</button></p></form>
<form method="post" action="{QUEUE}">{key}<p>
<button name="do" value="delete" class="plain">Delete for good ...</button></p></form>
</details>
</div>"""


def _said(story: Story) -> str:
    shown = _drawing(story.strokes) if story.strokes else escape(story.text)
    return f'<p class="said" dir="auto" lang="{escape(story.language)}">{shown}</p>'


def _asked_once_more(one: Standing) -> str:
    return f"""<section class="whole notice" aria-labelledby="doomed">
<h2 id="doomed">Delete this story for good?</h2>
{_said(one.story)}
<p>It goes from the wall, the guest book, its backups and the other hubs; nothing brings it back.</p>
<form method="post" action="{QUEUE}"><p><input type="hidden" name="story" value="{escape(one.story.id)}">
<button name="do" value="forget" class="panic">Delete it</button> <a href="{QUEUE}">Keep it</a></p></form>
</section>
"""


def _drawing(strokes: str) -> str:
    try:
        found = strokes_in(strokes)
    except SentenceError:
        return "(a drawing that cannot be read)"
    width, height = FRAME
    lines = "".join(
        '<polyline points="{}"/>'.format(" ".join(f"{x},{y}" for x, y, _ in stroke)) for stroke in found
    )
    return f"""<svg viewBox="-10 -10 {width + 20} {height + 20}" width="320" height="160" role="img"
aria-label="A drawing of {len(found)} strokes" fill="none" stroke="currentColor" stroke-width="7"
stroke-linecap="round" stroke-linejoin="round">{lines}</svg>"""
