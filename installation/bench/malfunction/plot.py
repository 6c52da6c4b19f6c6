"""Plots of what was measured, as SVG: axes, points, lines and bars, and nothing that needs a library."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

__all__ = ["PLOTS", "draw"]

Points = Sequence[tuple[float, float]]

_WIDE, _LEFT, _RIGHT, _TOP, _BOTTOM = 760, 74, 20, 30, 46
_INK, _FAINT, _CALM, _WILD = "#222", "#ddd", "#1f6f8b", "#b3541e"


class _Panel:
    """One pair of axes.

    Args:
        top: Where it begins in the picture, in pixels.
        high: Height of the field.
        x, y: Range of each axis.
        title: What is shown.
        names: What the axes mean.
    """

    def __init__(
        self,
        top: int,
        high: int,
        x: tuple[float, float],
        y: tuple[float, float],
        title: str,
        names: tuple[str, str],
    ) -> None:
        self._top, self._high, self._x, self._y = top + _TOP, high, x, y
        self.lines: list[str] = []
        wide = _WIDE - _LEFT - _RIGHT
        self.lines.append(
            f'<rect x="{_LEFT}" y="{self._top}" width="{wide}" height="{high}" fill="none" stroke="{_INK}"/>'
        )
        self.text(_LEFT, top + 18, title, "start", 15)
        self.text(_LEFT + wide / 2, self._top + high + 38, names[0])
        side = self._top + high / 2
        turned = f'text-anchor="middle" transform="rotate(-90 18 {side:.0f})"'
        self.lines.append(f'<text x="18" y="{side:.0f}" {turned}>{names[1]}</text>')

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Pixels of a point."""
        share_x = (x - self._x[0]) / (self._x[1] - self._x[0])
        share_y = (y - self._y[0]) / (self._y[1] - self._y[0])
        return _LEFT + share_x * (_WIDE - _LEFT - _RIGHT), self._top + (1 - share_y) * self._high

    def text(self, x: float, y: float, words: str, anchor: str = "middle", size: int = 13) -> None:
        """Words at a place in pixels."""
        self.lines.append(
            f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}" font-size="{size}">{words}</text>'
        )

    def ticks(self, xs: Sequence[float], ys: Sequence[float]) -> None:
        """Numbers at the axes, and faint lines across."""
        for x in xs:
            at, _ = self.place(x, self._y[0])
            self.text(at, self._top + self._high + 18, f"{x:g}")
        for y in ys:
            _, at = self.place(self._x[0], y)
            self.text(_LEFT - 8, at + 4, f"{y:g}", "end")
            self.rule(y, _FAINT)

    def rule(self, y: float, colour: str) -> None:
        """A level line."""
        _, at = self.place(self._x[0], y)
        self.lines.append(
            f'<line x1="{_LEFT}" x2="{_WIDE - _RIGHT}" y1="{at:.1f}" y2="{at:.1f}" stroke="{colour}"/>'
        )

    def dots(self, points: Points, colour: str) -> None:
        """A small square at each point; one path for all of them."""
        places = (self.place(*point) for point in points)
        path = "".join(f"M{x:.1f} {y:.1f}h1.8v1.8h-1.8z" for x, y in places)
        self.lines.append(f'<path d="{path}" fill="{colour}"/>')

    def line(self, points: Points, colour: str) -> None:
        """A line through points."""
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in (self.place(*point) for point in points))
        self.lines.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.6"/>')

    def bar(self, left: float, right: float, value: float, colour: str) -> None:
        """A bar from 0 to a value."""
        x0, y0 = self.place(left, max(value, 0.0))
        x1, y1 = self.place(right, min(value, 0.0))
        self.lines.append(
            f'<rect x="{x0:.1f}" y="{y0:.1f}" width="{x1 - x0:.1f}" height="{y1 - y0:.1f}" fill="{colour}"/>'
        )


def _svg(high: int, panels: Sequence[_Panel], says: str) -> str:
    body = "\n".join(line for panel in panels for line in panel.lines)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} {high}" role="img" '
        f'aria-label="{says}" font-family="sans-serif" font-size="13" fill="{_INK}">\n'
        f'<rect width="{_WIDE}" height="{high}" fill="#fff"/>\n{body}\n</svg>\n'
    )


def _rising_gain(data: Mapping[str, Any]) -> str:
    sweep = data["sweep"]
    last = sweep[-1]["gain"]
    peaks = [(point["gain"], peak) for point in sweep for peak in point["peaks"]]
    above = _Panel(
        0,
        300,
        (0, last),
        (0, 2),
        "Long-run values as the gain of the loops rises",
        ("gain", "flow, local maxima"),
    )
    above.ticks(range(int(last) + 1), (0, 0.5, 1, 1.5, 2))
    above.dots(peaks, _CALM)
    exponents = [point["exponent"] for point in sweep]
    low, high = min(-3.0, *exponents), max(1.0, *exponents)
    below = _Panel(376, 180, (0, last), (low, high), "Largest Lyapunov exponent", ("gain", "1/s"))
    below.ticks(range(int(last) + 1), (-3, -2, -1, 0, 1))
    below.rule(0.0, _INK)
    below.line([(point["gain"], point["exponent"]) for point in sweep], _WILD)
    return _svg(632, (above, below), "Bifurcation diagram of the room, and the exponent, over the gain")


def _by_state(data: Mapping[str, Any]) -> str:
    states = data["states"]
    values = [one[key] for one in states.values() for key in ("told", "offline")]
    low, high = min(-3.0, *values), max(1.0, *values)
    panel = _Panel(0, 260, (0, len(states)), (low, high), "Largest Lyapunov exponent by state", ("", "1/s"))
    panel.ticks((), (-3, -2, -1, 0, 1))
    panel.rule(0.0, _INK)
    for index, (name, one) in enumerate(states.items()):
        panel.bar(index + 0.18, index + 0.48, one["told"], _WILD if one["told"] > 0 else _CALM)
        panel.bar(index + 0.52, index + 0.82, one["offline"], "#999")
        x, _ = panel.place(index + 0.5, low)
        panel.text(x, _TOP + 260 + 18, name)
    panel.text(_WIDE - _RIGHT, 18, "colour: as the show tells it; grey: by two players, offline", "end", 12)
    return _svg(
        _TOP + 260 + 34, (panel,), "Exponents by state: above 0 in malfunction and backfire, else below"
    )


def _recovery(data: Mapping[str, Any]) -> str:
    times = data["recovery"]
    bound = data["bound"]
    panel = _Panel(
        0,
        220,
        (0, bound + 1),
        (0, 100),
        "Recovery from random malfunctions",
        ("seconds after the order to repair", "per cent are calm"),
    )
    panel.ticks(range(int(bound) + 2), (0, 25, 50, 75, 100))
    panel.line(
        [(0, 0), *((time, 100 * (i + 1) / len(times)) for i, time in enumerate(times)), (bound + 1, 100)],
        _CALM,
    )
    x, y = panel.place(bound, 100)
    panel.lines.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{y:.1f}" y2="{y + 220:.1f}" stroke="{_WILD}"/>')
    panel.text(x - 6, y + 110, "bound", "end")
    return _svg(
        _TOP + 220 + _BOTTOM + 4,
        (panel,),
        f"All of {len(times)} random malfunctions are calm within {bound:g} s",
    )


PLOTS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "malfunction-gain.svg": _rising_gain,
    "malfunction-recovery.svg": _recovery,
    "malfunction-states.svg": _by_state,
}
"""Every plot by the name of its file."""


def draw(data: Mapping[str, Any], folder: Path) -> list[Path]:
    """Write every plot into a folder; returns those whose text has changed."""
    changed = []
    for name, make in PLOTS.items():
        path, text = folder / name, make(data)
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            changed.append(path)
    return changed
