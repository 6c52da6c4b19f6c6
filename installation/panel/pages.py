"""The status page: one HTML document without script, readable by anybody with anything."""

from html import escape
from typing import Any, Final

from installation.panel.mirror import Mirror
from installation.values import Seconds

__all__ = ["status_page"]

_MOST: Final = 500


def status_page(mirror: Mirror, now: Seconds) -> str:
    """The page at ``/`` for browsers."""
    said = mirror.telemetry
    name = mirror.description.name
    title = f"{name}: status" if name else "Photophore: status"
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
<header>
<h1>{escape(name or "Photophore")}</h1>
<p>This page does not change by itself. <a href="/">Ask again</a></p>
</header>
<main>
{_notice(mirror, now)}
{_errors(said)}
<section aria-labelledby="picture">
<h2 id="picture">Picture</h2>
<img class="moving" src="/picture" alt="Live picture of the show" width="640" height="360">
<p><a href="/picture?still">A still picture</a></p>
</section>
<section aria-labelledby="state">
<h2 id="state">State</h2>
{_table("What the show does", ("What", "Now"), _facts(said))}
</section>
<section aria-labelledby="inputs">
<h2 id="inputs">Inputs</h2>
{_table("Adapters of the stage", ("Name", "Kind", "State", "Detail"), _adapters(said))}
</section>
<section aria-labelledby="parameters">
<h2 id="parameters">Parameters</h2>
{_table("Effective values, natural units", ("Address", "Value", "Unit"), _parameters(mirror))}
</section>
</main>
<footer><p>Photophore. <a href="/health">Health as JSON</a>, <a href="/?HOST_INFO">OSCQuery</a></p></footer>
</body>
</html>
"""


def _notice(mirror: Mirror, now: Seconds) -> str:
    if not mirror.stale(now):
        return ""
    age = mirror.age(now)
    since = "has not been heard yet" if age is None else f"was last heard {age:.0f} s ago"
    text = f"The stage is away: it {since}. What follows is what it last said."
    return f'<p class="notice" role="status">{text}</p>'


def _errors(said: dict[str, Any]) -> str:
    errors = said.get("errors")
    if not isinstance(errors, list) or not errors:
        return ""
    items = "".join(f"<li>{escape(str(one))}</li>" for one in errors[:_MOST])
    said_first = "<p>Wrong in the files; the last good version plays:</p>"
    return f'<div class="notice" role="status">{said_first}<ul>{items}</ul></div>'


def _facts(said: dict[str, Any]) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [
        (name, str(said[name])) for name in ("show", "scene", "cue") if said.get(name)
    ]
    frame, guard = _numbers(said.get("frame")), _numbers(said.get("guard"))
    rows += [(name, f"{frame[key]:.{digits}f}{unit}") for key, name, digits, unit in _FRAME if key in frame]
    if guard:
        takes = f"takes {100 * guard.get('reduction', 0.0):.1f} % of the light"
        rows.append(("guard", takes if guard.get("active") else "idle"))
    return rows


_FRAME: Final = (
    ("fps", "frames a second", 1, ""),
    ("p50_ms", "a frame takes, as a rule", 1, " ms"),
    ("p99_ms", "one in a hundred takes longer than", 1, " ms"),
    ("late", "late frames", 0, ""),
)
"""Key of the telemetry, words, digits after the point, unit."""


def _numbers(group: object) -> dict[str, float]:
    """The numbers of a part of the telemetry; anything else in it is left out."""
    if not isinstance(group, dict):
        return {}
    return {str(key): float(value) for key, value in group.items() if isinstance(value, int | float)}


def _adapters(said: dict[str, Any]) -> list[tuple[str, ...]]:
    adapters = said.get("adapters")
    if not isinstance(adapters, list):
        return []
    found = [adapter for adapter in adapters if isinstance(adapter, dict)]
    return [tuple(str(one.get(key, "")) for key in ("name", "kind", "state", "detail")) for one in found]


def _parameters(mirror: Mirror) -> list[tuple[str, ...]]:
    nodes = [node for node in mirror.nodes.values() if node.writable and node.access == "operator"][:_MOST]
    return [
        (node.address, " ".join(f"{value:.4g}" for value in mirror.value(node)), node.unit) for node in nodes
    ]


def _table(caption: str, head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    if not rows:
        return "<p>None.</p>"
    top = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    body = "\n".join(
        f'<tr><th scope="row">{escape(first)}</th>'
        + "".join(f"<td>{escape(cell)}</td>" for cell in rest)
        + "</tr>"
        for first, *rest in rows
    )
    # A wide table scrolls in a box of its own; it can be reached by keyboard.
    header = f"<caption>{escape(caption)}</caption><thead><tr>{top}</tr></thead>"
    box = f'<div class="wide" role="region" aria-label="{escape(caption)}" tabindex="0">'
    return f"{box}<table>{header}<tbody>\n{body}\n</tbody></table></div>"
