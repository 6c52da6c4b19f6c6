"""The controls for operators: GO, back, blackout, panic and the cue list, for a phone and without script."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from html import escape
from http import HTTPStatus
from typing import Any, Final

from aiohttp import web

from installation.errors import PhotophoreError
from installation.panel.answers import form
from installation.panel.pages import document
from installation.status import Status
from installation.values import Scalar

__all__ = ["CONTROL", "ControlDesk"]

CONTROL: Final = "/panel/control"
_CUES_WAIT: Final = 1.0
"""A stage that hangs must not keep anybody from the button for panic."""
_ORDERS: Final[dict[str, tuple[str, tuple[Scalar, ...]]]] = {
    "go": ("go", ()),
    "back": ("back", ()),
    "blackout": ("blackout", (True,)),
    "light": ("blackout", (False,)),
    "panic": ("panic", ()),
}
"""Command and arguments of each button; that of a cue has its id."""


class ControlDesk:
    """The routes of the controls; who may use them is checked before.

    Args:
        order: Gives a command to the show and returns its result. Raises PhotophoreError with the reason of
            a refusal.
        status: The present status.
    """

    def __init__(
        self, order: Callable[[str, tuple[Scalar, ...]], Awaitable[Any]], status: Callable[[], Status]
    ) -> None:
        self._order, self._status = order, status

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """Add the routes to those of the panel; ``NEEDS`` has the role that each needs."""
        router.add_get(CONTROL, self._page, name="control")
        router.add_post(CONTROL, self._act, name="control-act")

    async def _page(self, _request: web.Request) -> web.Response:
        return await self._show("")

    async def _act(self, request: web.Request) -> web.Response:
        """Give the command of a button, and show the page again."""
        asked = await form(request)
        button, cue = (asked.get(name, "") for name in ("do", "cue"))
        order = ("cue", (cue,)) if cue else _ORDERS.get(button)
        if order is None:
            return await self._show("This page does not know what that button asks for.")
        try:
            await self._order(*order)
        except PhotophoreError as error:
            return await self._show(f"{order[0]} was refused: {error}.")
        return web.Response(status=HTTPStatus.SEE_OTHER, headers={"Location": CONTROL})

    async def _show(self, message: str) -> web.Response:
        cues: list[dict[str, Any]] = []
        try:
            async with asyncio.timeout(_CUES_WAIT):
                cues = await self._order("cues", ())
        except (PhotophoreError, TimeoutError) as error:
            why = str(error) or "the stage does not answer"
            message = message or f"The cue list is not known: {why}."
        return web.Response(text=_control_page(self._status(), cues, message), content_type="text/html")


def _held(said: Status) -> str:
    """Return why there is no light, and what brings it back; empty while there is."""
    if said.panic:
        return "A panic holds: GO brings the light back."
    return f"Black, as cue {escape(said.asked_by)} asks: the next cue ends it." if said.asked_by else ""


def _control_page(said: Status, cues: list[dict[str, Any]], message: str) -> str:
    alert = f'<p class="notice" role="alert">{escape(message)}</p>' if message else ""
    current = _standing(cues, "current") or ("none yet" if cues else "not known")
    coming = _standing(cues, "standby") or ("the list is at its end" if cues else "not known")
    held_dark = said.blackout and not said.asked_by  # a cue's black can be made one that stays
    dark = ("light", "End the blackout") if held_dark else ("blackout", "Blackout")
    held = _held(said)
    rows = "\n".join(_row(one) for one in cues)
    return document(
        f"{said.show}: controls" if said.show else "Photophore: controls",
        f"""<header><h1>{escape(said.show or "Photophore")}</h1>
<p><a href="/">Status</a></p></header>
<main id="control" data-cue="{escape(said.cue)}" data-asked="{escape(said.asked_by)}"
data-blackout="{int(said.blackout)}" data-panic="{int(said.panic)}">
<section class="whole" aria-label="Controls">
<div class="place">
<p>Now: <strong>{escape(current)}</strong></p>
<p>Next: <strong>{escape(coming)}</strong></p>
<p>{held}</p>
{alert}</div>
<form class="keys" method="post" action="{CONTROL}">
{_button("go", "GO", "go")}
{_button("back", "Back", "plain")}
{_button(*dark, "plain")}
{_button("panic", "Panic", "panic")}
</form>
</section>
<section class="whole" aria-labelledby="cues">
<h2 id="cues">Cues</h2>
<form class="cues" method="post" action="{CONTROL}">
{rows}
</form>
</section>
</main>
<script src="/static/control.js" defer></script>""",
    )


def _standing(cues: list[dict[str, Any]], what: str) -> str:
    return next((_words(one) for one in cues if one["stands"] == what), "")


def _button(value: str, words: str, kind: str) -> str:
    return f'<button name="do" value="{value}" class="{kind}">{words}</button>'


def _row(cue: Mapping[str, Any]) -> str:
    stands = {"current": "now", "standby": "next"}.get(cue["stands"], "")
    mark = f' <span class="stands">{stands}</span>' if stands else ""
    here = ' aria-current="true"' if stands == "now" else ""
    return f'<button name="cue" value="{escape(cue["id"])}"{here}>{escape(_words(cue))}{mark}</button>'


def _words(cue: Mapping[str, Any]) -> str:
    name = cue["name"] if cue["name"] != cue["id"] else ""
    return f"{cue['id']} {name}".strip()
