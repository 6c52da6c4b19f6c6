"""Drawings of the controllers that ship, from the places of their controls."""

from collections.abc import Iterator
from html import escape
from pathlib import Path

from installation.surface import Control, Profile, load_controllers

__all__ = ["draw", "write"]

UNIT = 32
"""Pixels of one unit of the grid."""
MARGIN = 20

_BODY, _PLATE, _LINE, _TEXT = "#1d1f23", "#2a2d33", "#5b616b", "#d6dae0"
_LIGHT = {
    "": "#3a3e46",
    "on": "#e04b3c",
    "blink": "#e58a2e",
    "level": "#e9e4d4",
    "palette": "#3fa7d6",
    "rgb": "#b05fd1",
    "ring": "#58b368",
}
"""Colour of a control by what its light can do; the page explains them."""


def draw(profile: Profile) -> str:
    """Return the drawing of one controller as SVG."""
    left = min(one.at[0] for one in profile.controls)
    top = min(one.at[1] for one in profile.controls)
    right = max(one.at[0] + one.at[2] for one in profile.controls)
    bottom = max(one.at[1] + one.at[3] for one in profile.controls)
    width, height = (right - left) * UNIT + 2 * MARGIN, (bottom - top) * UNIT + 2 * MARGIN
    size = f"{width:.0f} {height:.0f}"
    frame = f'viewBox="0 0 {size}" width="{width:.0f}" height="{height:.0f}" font-family="sans-serif"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {frame}>',
        f"<title>{escape(profile.title)}</title>",
        f'<rect width="100%" height="100%" rx="10" fill="{_BODY}"/>',
    ]
    # Larger controls first: the push of an encoder lies on it.
    for one in sorted(profile.controls, key=lambda control: -control.at[2] * control.at[3]):
        x, y = MARGIN + (one.at[0] - left) * UNIT, MARGIN + (one.at[1] - top) * UNIT
        parts += _control(one, x, y, one.at[2] * UNIT, one.at[3] * UNIT)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _control(one: Control, x: float, y: float, width: float, height: float) -> Iterator[str]:
    light = _LIGHT[one.led]
    yield f"<g><title>{escape(f'{one.name}: {one.reading}')}</title>"
    if one.kind == "fader":
        slot, grip = min(6.0, width / 5), width * 0.8
        yield _box(x, y, width, height, _PLATE, _LINE)
        yield _box(x + width / 2 - slot / 2, y + 6, slot, height - 12, "#0d0e10", "none")
        yield _box(x + (width - grip) / 2, y + height * 0.42, grip, 16, "#8a919c", _LINE)
    elif one.kind in ("knob", "encoder"):
        radius = min(width, height) / 2
        x_mid, y_mid = x + width / 2, y + height / 2
        middle = f'cx="{x_mid:.1f}" cy="{y_mid:.1f}"'
        dashes = ' stroke-dasharray="3 3"' if one.kind == "encoder" else ""
        yield f'<circle {middle} r="{radius:.1f}" fill="none" stroke="{light}" stroke-width="3"{dashes}/>'
        yield f'<circle {middle} r="{radius - 5:.1f}" fill="{_PLATE}" stroke="{_LINE}"/>'
        if one.kind == "knob":
            yield f'<path d="M{x_mid:.1f} {y_mid - radius + 7:.1f}v{radius / 2:.1f}" stroke="{_TEXT}"/>'
    else:
        yield _box(x, y, width, height, _PLATE, light, 2.0 if one.led else 1.0)
    yield _label(one, x, y, width, height)
    yield "</g>"


def _box(x: float, y: float, width: float, height: float, fill: str, line: str, thick: float = 1.0) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="3" fill="{fill}" '
        f'stroke="{line}" stroke-width="{thick:g}"/>'
    )


def _label(one: Control, x: float, y: float, width: float, height: float) -> str:
    """What is printed on it, where it fits; a name of several words is broken."""
    words = (one.label.rpartition("/")[2] if one.label == one.name else one.label).split()
    if not words or one.label.startswith(("push", "B push")):
        return ""
    longest = max(map(len, words))
    size = min(11.0, width / (0.62 * longest), height / (1.1 * len(words)))
    if size < 5.0:
        return ""
    first = y + height / 2 - (len(words) - 1) * size * 0.55 + size * 0.35
    if one.kind == "fader":
        first = y + height - 6
        words = words[-1:]
    return "".join(
        f'<text x="{x + width / 2:.1f}" y="{first + index * size * 1.1:.1f}" font-size="{size:.1f}" '
        f'text-anchor="middle" fill="{_TEXT}">{escape(word)}</text>'
        for index, word in enumerate(words)
    )


def write(folder: Path) -> Iterator[Path]:
    """Write what has changed below ``folder``; yields those files."""
    folder.mkdir(parents=True, exist_ok=True)
    for address, profile in load_controllers().items():
        path, text = folder / f"{address}.svg", draw(profile)
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            yield path
