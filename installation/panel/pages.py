"""The status page: one HTML document without script, readable by anybody with anything."""

from html import escape
from typing import Final

from installation.panel.mirror import Mirror
from installation.status import StageStatus, working
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


def _errors(said: StageStatus) -> str:
    if not said.errors:
        return ""
    items = "".join(f"<li>{escape(one)}</li>" for one in said.errors[:_MOST])
    said_first = "<p>Wrong in the files; the last good version plays:</p>"
    return f'<div class="notice" role="status">{said_first}<ul>{items}</ul></div>'


def _facts(said: StageStatus) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [
        (name, value)
        for name, value in (("show", said.show), ("scene", said.scene), ("cue", said.cue))
        if value
    ]
    if said.frame:
        rows += [
            ("frames a second", f"{said.frame.fps:.1f}"),
            ("p50 of a frame", f"{said.frame.p50_ms:.1f} ms"),
            ("p99 of a frame", f"{said.frame.p99_ms:.1f} ms"),
            ("late frames", f"{said.frame.late}"),
        ]
    if said.guard:
        rows.append(("guard", working(said.guard)))
    return rows


def _adapters(said: StageStatus) -> list[tuple[str, ...]]:
    return [(one.name, one.kind, one.state, one.detail) for one in said.adapters]


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
