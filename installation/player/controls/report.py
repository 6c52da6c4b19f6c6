"""What is told of the map: rows of a list, and lines of the HUD."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from installation.control.map import Bind, Origin, bindings
from installation.player.controls.binding import used_by
from installation.player.controls.bound import BoundControls, Device
from installation.player.controls.learning import Learning
from installation.player.controls.line import Line
from installation.show.model import Show
from installation.surface import Profile
from installation.values import Seconds

__all__ = ["ghosts", "learning_row", "rows", "rows_of", "toast", "toasts"]

_TOAST: Final[Seconds] = 10.0
"""How long it is told that a controller came or went."""
_GHOST: Final[Seconds] = 5.0
"""How long it is shown that a control waits, after it was moved."""
_TRAVEL: Final = 24
"""Characters of a control's travel on the HUD."""
_MOST: Final = 6
"""Most lines of waiting controls."""
_WORDS: Final = 8

_ORIGINS: Final = {Origin.DEFAULT: "default map", Origin.SHOW: "show", Origin.OVERLAY: "overlay"}


def rows(controls: BoundControls) -> list[dict[str, Any]]:
    """Return a row for each binding of a running show."""
    controls.load()
    lines = [one for one in controls.lines() if not one.scene or one in controls.active(one.bind.source)]
    return [_row(line.bind, _stand(controls, line)) for line in lines] + [
        _row(bind, {"state": "idle", "why": reason}) for bind, reason in controls.idle
    ]


def rows_of(show: Show, profiles: Mapping[str, Profile]) -> list[dict[str, Any]]:
    """Return a row for each control of a show that does not run; default maps hold once one is plugged in."""
    return [_row(bind, {}) for bind in bindings(show.controls, profiles, used_by(show), ())]


def learning_row(learning: Learning) -> dict[str, Any]:
    """Return how far learning is."""
    return {
        "number": learning.number,
        "state": learning.state,
        "target": learning.target,
        "words": learning.words,
        "heard": learning.heard,
        "pending": learning.pending,
        "written": learning.written,
        "trouble": learning.trouble,
    }


def toasts(controls: BoundControls, now: Seconds) -> list[str]:
    """Return a line for each controller that came or went a moment ago."""
    return [toast(controls, device) for device in controls.devices.values() if now - device.since < _TOAST]


def toast(controls: BoundControls, device: Device) -> str:
    """Return a line about a controller that came or went."""
    profile = controls.profile(device.address)
    title = profile.title if profile else device.address.rpartition("/")[2]
    if not device.present:
        return f"{title} is unplugged"
    lines = [one for one in controls.lines() if one.bind.device == device.address]
    kinds = {one.name: one.kind for one in profile.controls} if profile else {}
    said = []
    for kind in ("fader", "knob", "encoder"):
        names = _targets(one.bind for one in lines if kinds.get(one.bind.name) == kind)
        if names:
            said.append(f"{kind}s are {', '.join(names)}")
    if said:
        return f"{title}: {'; '.join(said)}"
    return f"{title} is plugged in   ·   L learns a control for what was set last"


def ghosts(controls: BoundControls, now: Seconds) -> list[str]:
    """Return a line for each control that was moved and waits: where it is, and where the parameter is."""
    found = []
    for line in controls.lines():
        heard = controls.heard_at.get(line.bind.source, -_GHOST)
        if now - heard < _GHOST and line.waits and line in controls.active(line.bind.source):
            found.append((heard, f"  {line.bind.name} waits for {line.bind.target}  {_marks(line)}"))
    return [words for _, words in sorted(found, reverse=True)[:_MOST]]


def _marks(line: Line) -> str:
    """Return the control's travel with its place (I) and that of its parameter (o)."""
    cells = ["."] * _TRAVEL
    for place, mark in ((line.standing, "o"), (line.takeover.position, "I")):
        if place is not None:
            cells[min(max(round(place * (_TRAVEL - 1)), 0), _TRAVEL - 1)] = mark
    return f"[{''.join(cells)}]"


def _targets(binds: Iterator[Bind]) -> list[str]:
    names = list(dict.fromkeys(bind.target.rpartition("/")[2] for bind in binds if bind.target[:1] == "/"))
    return names[:_WORDS] + (["..."] if len(names) > _WORDS else [])


def _stand(controls: BoundControls, line: Line) -> dict[str, Any]:
    position = controls.position(line.bind.source)
    stands: dict[str, Any] = {"at": None if position is None else round(position, 4)}
    if line not in controls.active(line.bind.source):
        shown = controls.pages.shows(line.bind.device, line.bind.page)
        return stands | {"state": "overruled" if shown else "on another page"}
    if line.parameter is None or line.presses:
        return stands | {"state": "on press"}
    stands["stands"] = round(line.standing, 4)
    if line.bind.how == "relative" or line.bind.way == "jump":
        return stands | {"state": "at once"}
    return stands | {"state": "waits" if line.waits else "caught"}


def _row(bind: Bind, stands: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "control": bind.name,
        "from": bind.source,
        "to": bind.target,
        "page": bind.page,
        "how": bind.how,
        "takeover": bind.way,
        "at": stands.get("at"),
        "stands": stands.get("stands"),
        "state": stands.get("state", ""),
        "of": _ORIGINS[bind.origin],
        "where": f"{Path(bind.where.file).name}:{bind.where.line}" if bind.where.file else "",
        "why": stands.get("why", ""),
    }
