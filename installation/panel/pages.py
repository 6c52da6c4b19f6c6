"""The pages: status and pairing. They work without script; with it the status is updated live.

Each text of the status page that may change is a cell with a key. The same function makes the cells of the
document and of the live events.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Final

from installation.commands import Role
from installation.panel.mirror import View
from installation.panel.sections.cells import Cell, facts, row, table
from installation.panel.sections.shares import share_cells, share_section
from installation.status import (
    FrameStatus,
    GuardStatus,
    KeeperStatus,
    Status,
    gathered,
    inviting,
    sounding,
    working,
)
from installation.values import Seconds

__all__ = ["Cell", "PageData", "cells", "document", "pair_page", "status_page"]

_MOST: Final = 500


@dataclass(frozen=True, slots=True)
class PageData:
    """The data of the page.

    Attributes:
        status: The present status.
        view: The tree.
        age: Seconds since the stage has last reported; None if never.
        stale: Whether that is too long ago.
        role: Role of the viewer.
        paired: Whether the viewer has a session that can be ended.
    """

    status: Status
    view: View
    age: Seconds | None
    stale: bool
    role: str = "viewer"
    paired: bool = False


def cells(page: PageData) -> dict[str, str]:
    """Return every text of the page that may change, by key."""
    groups = (_state(page.status), _lamps(page.status), _errors(page.status), _notice(page))
    made = {cell.key: cell.text for group in groups for cell in group}
    for rows in (_adapters(page.status), _universes(page.status), _processes(page.status), _parameters(page)):
        made |= {cell.key: cell.text for line in rows for cell in line[1:]}
    return made | share_cells(page.status.shares)


def status_page(page: PageData) -> str:
    """Return the page at ``/`` for browsers."""
    said = page.status
    leave = _LEAVE if page.paired else ""
    controls = _CONTROLS if page.paired and page.role != Role.VIEWER.name.lower() else ""
    return document(
        f"{said.show}: status" if said.show else "Photophore: status",
        f"""<header>
<h1>{escape(said.show or "Photophore")}</h1>
<p id="live">This page is not updated by itself. <a href="/">Reload</a></p>
{controls}</header>
<main>
{_paragraphs(_notice(page))}
{_mistakes(said)}
<section aria-labelledby="picture">
<h2 id="picture">Picture</h2>
<img class="moving" src="/picture" alt="Live picture of the show" width="640" height="360">
<p><a href="/picture?still">A still picture</a></p>
</section>
<section aria-labelledby="lamps">
<h2 id="lamps">Lamps</h2>
{facts("Status of the lamps", _lamps(said))}
{table("Universes on the wire", ("Universe", "Channels lit", "Highest"), _universes(said))}
</section>
<section aria-labelledby="state">
<h2 id="state">Show</h2>
{facts("Status of the show", _state(said))}
</section>
<section aria-labelledby="processes">
<h2 id="processes">Processes</h2>
{table("Of this program", ("Name", "State", "Restarts"), _processes(said))}
</section>
{share_section(said.shares)}
<section class="whole" aria-labelledby="adapters">
<h2 id="adapters">Adapters</h2>
{table("Devices and protocols", _ADAPTER, _adapters(said), "stack")}
</section>
<section class="whole" aria-labelledby="parameters">
<h2 id="parameters">Parameters</h2>
{table("Effective values, natural units", ("Address", "Value", "Unit"), _parameters(page))}
</section>
</main>
<footer>
<p>Photophore. Your role: {escape(page.role)}. <a href="/health">Health as JSON</a>,
<a href="/metrics">metrics</a>, <a href="/panel/stories">stories</a>,
 <a href="/?HOST_INFO">OSCQuery</a>{_PAIR_LINK if not page.paired else ""}</p>
{leave}</footer>
<script src="/static/panel.js" defer></script>""",
    )


def pair_page(message: str = "") -> str:
    """Return the page that asks for the pairing code; ``message`` is the reason why the last try failed."""
    said = f'<p class="notice" role="alert">{escape(message)}</p>' if message else ""
    return document(
        "Photophore: pair this browser",
        f"""<header><h1>Pair this browser</h1></header>
<main>
{said}
<form method="post" action="/panel/pair" autocomplete="off">
<p><label for="code">Pairing code</label></p>
<p><input id="code" name="code" required maxlength="20" autocapitalize="characters"
spellcheck="false" autofocus></p>
<p><button>Pair</button></p>
</form>
<p><code>photophore status</code>, at the machine that plays, shows the codes: one for each role. That of
the viewer is also on the HUD. The browser stays paired for 30 days.</p>
</main>""",
    )


_ADAPTER: Final = ("Name", "State", "Detail", "Received", "Sent", "Dropped")
_PAIR_LINK: Final = ', <a href="/panel/pair">pair this browser</a>'
_CONTROLS: Final = '<p><a href="/panel/control">Controls</a></p>\n'
_LEAVE: Final = '<form method="post" action="/panel/unpair"><p><button>End this pairing</button></p></form>\n'


def document(title: str, body: str) -> str:
    """Return a page of the panel around a body of HTML."""
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="dark">
<title>{escape(title)}</title>
<link rel="stylesheet" href="/static/panel.css">
</head>
<body>
{body}
</body>
</html>
"""


# The content of the page, as cells.


def _notice(page: PageData) -> list[Cell]:
    made = []
    if page.stale:
        since = "has not reported yet" if page.age is None else "is away"
        text = f"The stage {since}. The following is its last status of the show."
        made.append(Cell("stale", "", text))
    said = page.status
    if said.safe_mode:
        made.append(Cell("safe_mode.notice", "", f"Safe mode: {said.safe_mode}"))
    if said.asked_by:
        made.append(Cell("blackout.notice", "", f"Black, as cue {said.asked_by} asks: the next cue ends it."))
    elif said.blackout:
        made.append(Cell("blackout.notice", "", "Blackout: picture and lamps are dark on purpose."))
    if said.panic:
        made.append(Cell("panic.notice", "", "Panic: everything is faded to the safe look."))
    return made


def _errors(said: Status) -> list[Cell]:
    return [Cell(f"errors.{number}", "", text) for number, text in enumerate(said.errors[:_MOST])]


def _state(said: Status) -> list[Cell]:
    frame, guard = said.frame or FrameStatus(), said.guard or GuardStatus()
    name = said.cue_name if said.cue_name != said.cue else ""
    made = [
        Cell("scene", "scene", said.scene or "-"),
        Cell("cue", "cue", f"{said.cue} {name}".strip() or "-"),
        Cell("guard", "guard of the picture", working(guard)),
        Cell("frame.fps", "frames a second", f"{frame.fps:.1f}"),
        Cell("frame.p50_ms", "frame time, p50", f"{frame.p50_ms:.1f} ms"),
        Cell("frame.p99_ms", "frame time, p99", f"{frame.p99_ms:.1f} ms"),
        Cell("frame.late", "late frames", f"{frame.late}"),
    ]
    if said.interface:
        made.append(Cell("interface", "interface", said.interface.state))
        made.append(Cell("interface.people", "people", gathered(said.interface)))
        if said.interface.invitation:
            invites = inviting(said.interface.invitation)
            made.append(Cell("interface.invitation", "invites to", invites))
    if said.sound:
        made.append(Cell("sound", "sound", sounding(said.sound)))
    if said.loop:
        made.append(Cell("loop", "loop gain", f"{said.loop.gain:.2f}"))
    return made


def _lamps(said: Status) -> list[Cell]:
    keeper = said.keeper or KeeperStatus()
    guard = keeper.guard or GuardStatus()
    return [
        Cell("keeper.look", "look", keeper.look or "not known"),
        Cell("blackout", "blackout", "on" if said.blackout else "off"),
        Cell("panic", "panic", "on" if said.panic else "off"),
        Cell("safe_mode", "safe mode", said.safe_mode or "off"),
        Cell("keeper.guard", "guard of the lamps", working(guard)),
        Cell("keeper.rate", "frames a second", f"{keeper.rate:.0f}"),
        Cell("keeper.late", "late frames", f"{keeper.late}"),
    ]


def _universes(said: Status) -> list[tuple[Cell, ...]]:
    found = said.keeper.universes if said.keeper else ()
    return [
        row(
            f"universe.{one.number}",
            f"{one.number}",
            lit=f"{one.lit} of 512",
            peak=f"{100 * one.peak:.0f} %",
        )
        for one in found
    ]


def _adapters(said: Status) -> list[tuple[Cell, ...]]:
    return [
        row(
            f"adapter.{one.name}",
            f"{one.name} ({one.kind})",
            state=one.state,
            detail=one.detail,
            rx=f"{one.rx}",
            tx=f"{one.tx}",
            dropped=f"{one.dropped}",
        )
        for one in said.adapters
    ]


def _processes(said: Status) -> list[tuple[Cell, ...]]:
    return [
        row(f"process.{one.name}", one.name, state=one.state, restarts=f"{one.restarts}")
        for one in said.processes
    ]


def _parameters(page: PageData) -> list[tuple[Cell, ...]]:
    nodes = [one for one in page.view.directory.nodes.values() if one.writable and one.access == "operator"]
    return [
        row(
            node.address,
            node.address,
            value=" ".join(f"{value:.4g}" for value in page.view.value(node)),
            unit=node.unit,
        )
        for node in nodes[:_MOST]
    ]


# HTML.


def _paragraphs(notices: Iterable[Cell]) -> str:
    return "\n".join(
        f'<p class="notice" role="status" data-cell="{escape(one.key)}">{escape(one.text)}</p>'
        for one in notices
    )


def _mistakes(said: Status) -> str:
    if not said.errors:
        return ""
    items = "".join(f'<li data-cell="{escape(one.key)}">{escape(one.text)}</li>' for one in _errors(said))
    said_first = "<p>Errors in the files; the last good version plays:</p>"
    return f'<div class="notice" role="status">{said_first}<ul>{items}</ul></div>'
