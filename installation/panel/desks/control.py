"""The controls for operators: GO, blackout, panic, faders and cues, for a phone, also without script."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from html import escape
from http import HTTPStatus
from typing import Any, Final

from aiohttp import web

from installation.errors import PhotophoreError
from installation.panel.answers import form
from installation.panel.desks.faders import faders_of, order_of, section
from installation.panel.mirror import View
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
    "neutral": ("neutral", ()),
}
"""Command and arguments of each button; that of a cue has its id."""


class ControlDesk:
    """The routes of the controls; who may use them is checked before.

    Args:
        order: Gives a command to the show and returns its result. Raises PhotophoreError with the reason of
            a refusal.
        status: The present status.
        look: Asks for a new status; what was just ordered is in it. Harmless if nobody answers.
        view: The tree, for the faders.
    """

    def __init__(
        self,
        order: Callable[[str, tuple[Scalar, ...]], Awaitable[Any]],
        status: Callable[[], Status],
        look: Callable[[], Awaitable[None]],
        view: Callable[[], View],
    ) -> None:
        self._order, self._status, self._look, self._view = order, status, look, view

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """Add the routes to those of the panel; ``NEEDS`` has the role that each needs."""
        router.add_get(CONTROL, self._page, name="control")
        router.add_post(CONTROL, self._act, name="control-act")

    async def _page(self, _request: web.Request) -> web.Response:
        return await self._show("")

    async def _act(self, request: web.Request) -> web.Response:
        """Give the command of a button, and show the page again."""
        asked = await form(request)
        button, cue, fader = (asked.get(name, "") for name in ("do", "cue", "fader"))
        order = ("cue", (cue,)) if cue else _ORDERS.get(button)
        if fader:
            order = order_of(faders_of(self._view()), fader, asked.get("value", ""))
        if order is None:
            return await self._show("This page does not know what that button asks for.")
        try:
            await self._order(*order)
        except PhotophoreError as error:
            return await self._show(f"{order[0]} was refused: {error}.")
        return web.Response(status=HTTPStatus.SEE_OTHER, headers={"Location": CONTROL})

    async def _show(self, message: str) -> web.Response:
        cues: list[dict[str, Any]] | None = None
        unknown = ""
        try:
            async with asyncio.timeout(_CUES_WAIT):
                await self._look()
                cues = await self._order("cues", ())
        except (PhotophoreError, TimeoutError) as error:
            unknown = f"The cue list is not known: {str(error) or 'the stage does not answer'}."
        faders = section(faders_of(self._view()), CONTROL)
        page = _control_page(self._status(), cues, unknown, message, faders)
        return web.Response(text=page, content_type="text/html")


def _control_page(
    said: Status, cues: list[dict[str, Any]] | None, unknown: str, message: str, faders: str
) -> str:
    """Return the page. ``control.js`` takes over ``place``, ``keys`` and ``cues`` of a newer one."""
    known, rows = cues is not None, cues or []
    current, standby = _standing(rows, "current"), _standing(rows, "standby")
    alert = f'<p class="notice" role="alert">{escape(message)}</p>' if message else ""
    return document(
        f"{said.show}: controls" if said.show else "Photophore: controls",
        f"""<header><h1>{escape(said.show or "Photophore")}</h1>
<p id="live">This page is not updated by itself. <a href="{CONTROL}">Reload</a></p>
<p><a href="/">Status</a></p></header>
<main id="control" data-known="{int(known)}" data-cue="{_id(current)}" data-standby="{_id(standby)}"
data-asked="{escape(said.asked_by)}" data-blackout="{int(said.blackout)}" data-panic="{int(said.panic)}">
<section class="whole" aria-label="Controls">
<div class="place">
<div id="place">
<p>Now: <strong>{_name(current) or ("none yet" if known else "not known")}</strong></p>
<p>Next: <strong>{_name(standby) or ("the list is at its end" if known else "not known")}</strong></p>
{_holding(said)}{f'<p role="alert">{escape(unknown)}</p>' if unknown else ""}
</div>
{alert}</div>
<form id="keys" class="keys" method="post" action="{CONTROL}">
{_button("go", "GO", "go")}
{_button("blackout", "Blackout", "plain")}
{_button("light", "End the blackout", "plain", at_rest=not said.blackout)}
{_button("back", "Back", "plain back")}
{_button("panic", "Panic", "panic")}
</form>
</section>
{faders}<section class="whole" aria-labelledby="list">
<h2 id="list">Cues</h2>
<form id="cues" class="cues" method="post" action="{CONTROL}">
{"".join(map(_row, rows))}
</form>
</section>
</main>
<script src="/static/control.js" defer></script>""",
    )


def _holding(said: Status) -> str:
    """Return what holds the light back, as HTML."""
    held = []
    if said.panic:
        held.append("A panic holds: GO brings the light back.")
    if said.held_by:
        held.append(f"A blackout holds, by {said.held_by}: no button ends it.")
    elif said.asked_by:
        held.append(f"Black, as cue {said.asked_by} asks: the next cue ends it.")
    elif said.blackout:
        held.append("A blackout holds.")
    return "".join(f"<p>{escape(one)}</p>" for one in held)


def _standing(cues: list[dict[str, Any]], what: str) -> dict[str, Any] | None:
    return next((one for one in cues if what in one["stands"].split()), None)


def _id(cue: Mapping[str, Any] | None) -> str:
    return escape(cue["id"]) if cue is not None else ""


def _name(cue: Mapping[str, Any] | None) -> str:
    return escape(_words(cue)) if cue is not None else ""


def _button(value: str, words: str, kind: str, *, at_rest: bool = False) -> str:
    rests = " disabled" if at_rest else ""
    return f'<button name="do" value="{value}" class="{kind}"{rests}>{words}</button>'


def _row(cue: Mapping[str, Any]) -> str:
    stands = cue["stands"].replace("current", "now").replace(" ", ", ").replace("standby", "next")
    mark = f' <span class="stands">{stands}</span>' if stands else ""
    here = ' aria-current="true"' if "current" in cue["stands"] else ""
    return f'<button name="cue" value="{escape(cue["id"])}"{here}>{escape(_words(cue))}{mark}</button>\n'


def _words(cue: Mapping[str, Any]) -> str:
    name = cue["name"] if cue["name"] != cue["id"] else ""
    return f"{cue['id']} {name}".strip()
