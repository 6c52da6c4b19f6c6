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
    title = f"Photophore {mirror.description.name}".strip()
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}: status</title>
<link rel="stylesheet" href="/static/panel.css">
</head>
<body>
<h1>{escape(title)}</h1>
<main>
{_notice(mirror, now)}
<h2>Picture</h2>
<img class="moving" src="/picture" alt="Live picture of the show" width="640" height="360">
<p><a href="/picture?still">A still picture</a></p>
<h2>State</h2>
{_table("What the show does now", ("What", "Value"), _facts(said))}
<h2>Devices</h2>
{_table("Adapters of the stage", ("Name", "Kind", "State", "Detail"), _adapters(said))}
<h2>Parameters</h2>
{_table("Effective values, natural units", ("Address", "Value", "Unit"), _parameters(mirror))}
</main>
<footer><p><a href="/health">health as JSON</a>, <a href="/?HOST_INFO">OSCQuery</a></p></footer>
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


def _facts(said: dict[str, Any]) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [
        (name, str(said[name])) for name in ("show", "cue", "scene") if said.get(name)
    ]
    for group in ("frame", "guard"):
        inner = said.get(group)
        if isinstance(inner, dict):
            rows += [(f"{group} {name}", str(value)) for name, value in inner.items()]
    return rows


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
    header = f"<caption>{escape(caption)}</caption><thead><tr>{top}</tr></thead>"
    return f"<table>{header}<tbody>\n{body}\n</tbody></table>"
