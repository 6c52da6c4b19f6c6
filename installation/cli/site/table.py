"""``photophore site``: the hubs of the site, live in the terminal."""

import json
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

import msgspec

from installation.ipc.control import request
from installation.ipc.feeds.site import Station, View
from installation.values import Seconds

__all__ = ["lines", "site"]

_EACH: Final[Seconds] = 0.5
_STALE: Final[Seconds] = 2.0
"""What is older is marked; a hub process tells twice a second, a stage ten times."""
_LINES: Final = 6
"""Of the ledger."""
_HEAD: Final = ("hub", "state", "version", "cue", "pad", "people", "demand", "share", "has", "clock", "")


def site(*, as_json: bool, once: bool) -> int:
    """Print the site, again and again in a terminal until Ctrl+C.

    Raises NotRunningError if no show is running, PhotophoreError if it is no part of a site.
    """
    if as_json:
        print(json.dumps(request("site"), indent=2))
        return 0
    live = sys.stdout.isatty() and not once
    try:
        while True:
            shown = "\n".join(lines(request("site")))
            print(f"\x1b[H\x1b[J{shown}" if live else shown, flush=True)
            if not live:
                return 0
            time.sleep(_EACH)
    except KeyboardInterrupt:
        return 0


def lines(told: dict[str, Any]) -> Iterator[str]:
    """Return the lines of a table of what the keeper tells; nothing in them steers a terminal."""
    for line in _lines(told):
        yield "".join(one if one.isprintable() else "?" for one in line)


def _lines(told: dict[str, Any]) -> Iterator[str]:
    view, age = msgspec.convert(told, View), float(told.get("age_s", 0.0))
    here = sum(one.state == "here" for one in view.stations)
    known = len(view.stations)
    if age > _STALE:
        yield f"OLD: the hub process has been silent for {age:.0f} s; so the site looked then"
    yield f"site {view.site}, hub {view.hub} ({view.role}), {here} of {known} hubs here"
    yield f"leader {view.leader or 'nobody'}, epoch {view.epoch}; clock {_clock(view.error)}"
    if view.budget >= 0.0:
        kept = f", {view.reserved:.0f} W reserved" if view.reserved >= 0.5 else ""
        yield f"budget {view.budget:.0f} W{kept}, Gini {view.gini:.2f}, Jain {view.jain:.2f}"
    yield f"fireflies in step {view.order:.2f}; stories {view.stories}"
    if view.trouble:
        yield view.trouble
    yield ""
    rows = [_HEAD, *(_row(one, view) for one in view.stations)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
    if view.ledger:
        yield ""
        yield from (f"{datetime.fromtimestamp(one.at):%H:%M} {one.text}" for one in view.ledger[:_LINES])


def _row(one: Station, view: View) -> tuple[str, ...]:
    name = one.name + ("*" if one.name == view.leader else "")
    return (
        name, one.state, one.version, one.cue or "-", "held" if one.pad else "-", str(one.people),
        f"{one.demand:.1f} W", f"{one.share:.1f} W" if one.share >= 0.0 else "-",
        f"{100.0 * one.has:.0f} %" if one.has >= 0.0 else "-", _clock(one.error), _note(one),
    )  # fmt: skip


def _note(one: Station) -> str:
    """Return what is to be said of a hub, first of all that its row is old."""
    said = [one.note] if one.note else []
    if one.state == "here" and one.age > _STALE:
        said.append(f"OLD: its stage has been silent for {one.age:.0f} s")
    elif one.state == "here" and one.age < 0.0:
        said.append("its stage has said nothing yet")
    if one.reserved:
        said.append("keeps its share")
    return "; ".join(said) or (_light(one) if one.state == "here" else "")


def _light(one: Station) -> str:
    """Return what is to be seen in the lamps of a hub: stories and fireflies come and go in seconds."""
    if one.leaving or one.coming:
        return "a story sets out" if one.leaving else "a story comes"
    return "lit" if one.flashing else ""


def _clock(error: Seconds) -> str:
    return f"+-{1000.0 * error:.1f} ms" if error >= 0.0 else "-"
