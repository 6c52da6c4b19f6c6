"""The section on the fair share: what each station asks for, may take and can take, and the ledger."""

from datetime import datetime
from html import escape
from typing import Final

from installation.panel.sections.cells import Cell, facts, row, table
from installation.status import ShareStatus, StationShare

__all__ = ["share_cells", "share_section"]

_LINES: Final = 12
"""Of the ledger. There are always so many on the page, some of them empty: it need not be reloaded."""
_HEAD: Final = ("Station", "State", "Asks for", "May take", "At most", "Has of it", "Missed")
_WIDE: Final = 100.0


def share_cells(said: ShareStatus | None) -> dict[str, str]:
    """Return every text of the section that may change, by key; none without a budget."""
    if said is None:
        return {}
    made = {one.key: one.text for one in _facts(said)}
    made |= {one.key: one.text for line in _rows(said) for one in line[1:]}
    made |= {key: width for station in said.stations for key, width in _bars(said, station).items()}
    return made | {f"share ledger {number}": text for number, text in enumerate(_ledger(said))}


def share_section(said: ShareStatus | None) -> str:
    """Return the section as HTML; empty without a budget."""
    if said is None:
        return ""
    lines = "".join(
        f'<li data-cell="share ledger {number}">{escape(text)}</li>'
        for number, text in enumerate(_ledger(said))
    )
    return f"""<section class="whole" aria-labelledby="shares">
<h2 id="shares">Fair share</h2>
{_chart(said)}
{table("Stations of light", _HEAD, _rows(said))}
{facts("Budget of the site", _facts(said))}
<h3 id="ledger">Ledger, the newest first</h3>
<ol class="ledger" aria-labelledby="ledger">{lines}</ol>
</section>"""


def _facts(said: ShareStatus) -> list[Cell]:
    made = []
    if said.watts:
        made += [
            Cell("share budget", "power budget", f"{said.watts:.0f} W"),
            Cell("share taken", "lamps of this machine take", f"{said.taken:.0f} W"),
            Cell("share reserved", "reserved for hubs that are not reached", f"{said.reserved:.0f} W"),
        ]
    if said.lumens:
        now = "counts now" if said.quiet else "counts in the quiet hours"
        made.append(Cell("share lumens", "light budget", f"{said.lumens:.0f} lm, {now}"))
    rule = "max-min fair" if said.alpha >= 32.0 else f"alpha-fair, alpha {said.alpha:.1f}"
    made += [
        Cell("share reform", "reform (0 by privilege, 1 fair)", f"{said.reform:.2f}, {rule}"),
        Cell("share gini", "Gini (0: all alike)", f"{said.gini:.2f}"),
        Cell("share jain", "Jain (1: all alike)", f"{said.jain:.2f}"),
    ]
    if said.guessed:
        count = len(said.guessed)
        made.append(Cell("share guessed", "lamps whose power is guessed", f"{count}, e.g. {said.guessed[0]}"))
    if said.trouble:
        made.append(Cell("share trouble", "note", said.trouble))
    return made


def _name(station: StationShare) -> str:
    return station.name or "the room"


def _rows(said: ShareStatus) -> list[tuple[Cell, ...]]:
    unit = "W" if said.watts else "lm"
    return [
        row(
            f"share of {_name(one)}",
            _name(one),
            state=one.state,
            demand=f"{one.demand:.0f} {unit}",
            share=f"{one.share:.0f} {unit}",
            cap=f"{one.cap:.0f} {unit}",
            level=f"{100.0 * one.level:.0f} %",
            credit=f"{one.credit:+.0f} s",
        )
        for one in said.stations
    ]


def _bars(said: ShareStatus, one: StationShare) -> dict[str, str]:
    """Return the widths of a station's bars, percent of the widest, by key."""
    most = max((max(each.cap, each.share, each.demand) for each in said.stations), default=0.0) or 1.0
    key = f"share bar {_name(one)}"
    return {
        f"{key} {name}": f"{_WIDE * min(value / most, 1.0):.1f}"
        for name, value in (("cap", one.cap), ("demand", one.demand), ("share", one.share))
    }


def _chart(said: ShareStatus) -> str:
    """Return a bar for each station. The table below says the same in numbers."""
    made = []
    for one in said.stations:
        cap, demand, share = _bars(said, one).items()
        rects = "".join(
            f'<rect class="{name}" y="{y}" height="{height}" width="{width}" data-cell="{escape(key)}"/>'
            for name, y, height, (key, width) in (
                ("cap", 0, 10, cap),
                ("demand", 2, 6, demand),
                ("share", 4, 2, share),
            )
        )
        bar = f'<svg viewBox="0 0 100 10" preserveAspectRatio="none">{rects}</svg>'
        made.append(f"<dt>{escape(_name(one))}</dt><dd>{bar}</dd>")
    legend = (
        '<p class="legend"><span class="cap">at most</span> <span class="demand">asks for</span> '
        '<span class="share">may take</span></p>'
    )
    return f'<div class="bars" aria-hidden="true">{legend}<dl>{"".join(made)}</dl></div>'


def _ledger(said: ShareStatus) -> list[str]:
    told = [f"{datetime.fromtimestamp(one.at):%H:%M} {one.text}" for one in said.decisions[:_LINES]]
    return told + [""] * (_LINES - len(told))
