"""Texts of the status page that may change, and the tables that hold them."""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

__all__ = ["Cell", "facts", "row", "table"]


@dataclass(frozen=True, slots=True)
class Cell:
    """One text that changes: its key, its label, and its present content."""

    key: str
    name: str
    text: str


def row(key: str, name: str, **texts: str) -> tuple[Cell, ...]:
    """Return a row: its name, then one cell for each text; their keys begin with ``key``."""
    return (Cell(key, name, name), *(Cell(f"{key} {part}", part, text) for part, text in texts.items()))


def facts(caption: str, cells: Iterable[Cell]) -> str:
    """Return a table of names and what stands now."""
    return table(caption, ("What", "Now"), [(Cell(one.key, "", one.name), one) for one in cells], "facts")


def table(caption: str, head: tuple[str, ...], rows: list[tuple[Cell, ...]], kind: str = "list") -> str:
    """Return a table; the first cell of each row is its name."""
    if not rows:
        return "<p>None.</p>"
    top = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    body = "\n".join(
        f'<tr><th scope="row">{escape(first.text)}</th>'
        + "".join(
            f'<td data-cell="{escape(one.key)}" data-name="{escape(name)}" '
            f'data-text="{escape(one.text[:40])}">'
            f"{escape(one.text)}</td>"
            for name, one in zip(head[1:], rest, strict=True)
        )
        + "</tr>"
        for first, *rest in rows
    )
    # A wide table scrolls in its own box, which can be focused by keyboard.
    header = f"<caption>{escape(caption)}</caption><thead><tr>{top}</tr></thead>"
    box = f'<div class="wide" role="region" aria-label="{escape(caption)}" tabindex="0">'
    return f'{box}<table class="{kind}">{header}<tbody>\n{body}\n</tbody></table></div>'
