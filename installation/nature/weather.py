"""The weather of a place: what a file of any station says, and what the season lets one expect without one.

A file is CSV whose first line names its columns and whose last line counts, or TOML with the same names:

=============== ======================= =====================
name            unit                    signal: 0 to 1
=============== ======================= =====================
``temperature`` degrees Celsius         -20 to 40 degrees
``wind``        metres a second         0 to 20
``rain``        millimetres an hour     0 to 10, by its root
``cloud``       share of the sky, 0..1  0 to 1
``time``        ISO 8601; else that at which the file was saved
=============== ======================= =====================

What is expected is a mild climate by the water: 10 degrees over the year at latitude 50, less towards the
poles, more in summer and in the afternoon; a light wind, half a cloud, no rain. It is imagined, and no
forecast.
"""

import csv
import io
import math
import tomllib
from dataclasses import dataclass, fields
from datetime import UTC, datetime, tzinfo
from typing import Final

from installation.errors import nearest
from installation.portable_math import cos_turns
from installation.values import Address, Finding, Where

__all__ = ["LONGEST_FILE", "WEATHER", "Weather", "climate", "parse_weather", "weather_signals"]

WEATHER: Final[tuple[Address, ...]] = (
    "/nature/temperature",
    "/nature/wind",
    "/nature/rain",
    "/nature/cloud",
    "/nature/weather",
)
"""``weather`` is how far the others are those of the file, 0..1; the rest is imagined."""

LONGEST_FILE: Final = 1 << 20
"""Bytes of a file of weather."""

_PLAUSIBLE: Final = {
    "temperature": (-90.0, 60.0),
    "wind": (0.0, 120.0),
    "rain": (0.0, 500.0),
    "cloud": (0.0, 1.0),
}
_COLDEST, _WARMEST, _STORM, _POURS = -20.0, 40.0, 20.0, 10.0


@dataclass(frozen=True, slots=True)
class Weather:
    """The weather of a moment.

    Attributes:
        temperature: Degrees Celsius; None where unknown, as all others.
        wind: Metres a second.
        rain: Millimetres an hour.
        cloud: Share of the sky, 0..1.
        time: Unix seconds; None if the file does not say when.
    """

    temperature: float | None = None
    wind: float | None = None
    rain: float | None = None
    cloud: float | None = None
    time: float | None = None


_NAMES: Final = tuple(one.name for one in fields(Weather))


def parse_weather(text: str, file: str, zone: tzinfo = UTC) -> tuple[Weather, list[Finding]]:
    """Read a file of weather. What is wrong in it is left out and found.

    Args:
        text: Of the file.
        file: Its path, for the findings; its end says whether it is TOML.
        zone: Of times that name none.
    """
    findings: list[Finding] = []
    rows = _toml(text, file, findings) if file.lower().endswith(".toml") else _csv(text, file, findings)
    found: dict[str, float] = {}
    for name, (value, where) in rows.items():
        if name not in _NAMES:
            findings.append(Finding(where, f"{name}: no weather", nearest(name, _NAMES, _hint()), "warning"))
            continue
        if value in ("", None):
            continue
        number = _moment(value, zone) if name == "time" else _number(value)
        low, high = _PLAUSIBLE.get(name, (-math.inf, math.inf))
        if number is None or not low <= number <= high:
            unit = "an ISO 8601 time" if name == "time" else f"a number from {low:g} to {high:g}"
            findings.append(Finding(where, f"{name}: {str(value)[:40]!r} is not {unit}", "it is left out"))
        else:
            found[name] = number
    if not set(found) - {"time"} and not findings:
        findings.append(Finding(Where(file, 1), "says nothing of the weather", _hint()))
    return Weather(**found), findings


def climate(latitude: float, season: float, day: float, daylight: float) -> Weather:
    """Return the weather that one would expect.

    Args:
        latitude: Degrees.
        season: 0 where spring begins, 0.25 the longest day.
        day: 0 at midnight, 0.5 at noon.
        daylight: 0 at night, 1 by day.
    """
    far = abs(latitude) / 90.0
    yearly = 25.0 * min(far, 1.0) * _cosine(season - 0.33)  # warmest a month after the longest day
    daily = 4.0 * _cosine(day - 0.62)
    mean = 28.0 - 58.0 * far * far
    return Weather(mean + 0.6 * yearly + daily, 2.0 + 1.5 * daylight, 0.0, 0.5)


def weather_signals(said: Weather, expected: Weather, trust: float) -> dict[Address, float]:
    """Return the value of each of ``WEATHER``, 0..1.

    Args:
        said: By the file; what it does not say is as expected.
        expected: As the season lets one expect.
        trust: How far the file counts, 0..1.
    """

    def mixed(own: float | None, other: float | None) -> float:
        other = other or 0.0
        return other if own is None else other + (own - other) * trust

    values = (
        (mixed(said.temperature, expected.temperature) - _COLDEST) / (_WARMEST - _COLDEST),
        mixed(said.wind, expected.wind) / _STORM,
        math.sqrt(max(mixed(said.rain, expected.rain), 0.0) / _POURS),
        mixed(said.cloud, expected.cloud),
        trust,
    )
    return {address: min(max(value, 0.0), 1.0) for address, value in zip(WEATHER, values, strict=True)}


_Rows = dict[str, tuple[object, Where]]


def _csv(text: str, file: str, findings: list[Finding]) -> _Rows:
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if len(lines) < 2:
        findings.append(Finding(Where(file, 1), "has no line of values under its names", _hint()))
        return {}
    (_, first), (number, last) = lines[0], lines[-1]
    mark = max(",;\t", key=first.count)
    names = [one.strip().lower().lstrip("\ufeff") for one in _cells(first, mark)]
    cells = _cells(last, mark)
    if len(cells) < len(names):
        message = f"has {len(cells)} values for {len(names)} columns"
        findings.append(Finding(Where(file, number), message, "write whole lines"))
        return {}
    found: _Rows = {}
    column = 1
    for name, cell in zip(names, cells, strict=False):
        text_ = cell.strip()
        value = text_.replace(",", ".") if mark != "," else text_
        found[name] = value, Where(file, number, column)
        column += len(cell) + 1
    return found


def _cells(line: str, mark: str) -> list[str]:
    return next(csv.reader(io.StringIO(line), delimiter=mark))


def _toml(text: str, file: str, findings: list[Finding]) -> _Rows:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        findings.append(Finding(Where(file, 1), f"is no TOML: {error}", _hint()))
        return {}
    lines = text.splitlines()

    def where(name: str) -> Where:
        at = (number for number, line in enumerate(lines, 1) if line.lstrip().startswith(name))
        return Where(file, next(at, 1))

    return {name: (value, where(name)) for name, value in data.items() if name != "format"}


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _moment(value: object, zone: tzinfo) -> float | None:
    try:
        when = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        return (when if when.tzinfo is not None else when.replace(tzinfo=zone)).timestamp()
    except (ValueError, OverflowError, OSError):
        return None


def _cosine(turn: float) -> float:
    return float(cos_turns([turn])[0])


def _hint() -> str:
    return f"its names are {', '.join(_NAMES)}"
