"""The rules of the piece that a number can hold, and the verdict on what was seen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from installation.bench import Row
from installation.bench.look.seen import Seen

__all__ = ["MEANS", "SHOW_MEAN", "across", "judged", "summary"]

SHOW_MEAN: Final = (0.014, 0.022)
"""Rule 3: mean luminance of a scene that states no other figure."""

MEANS: Final[Mapping[str, tuple[float, float]]] = {
    "sea-sparkle": (0.010, 0.018),
    "critics": (0.018, 0.12),
    "order": (0.008, 0.12),
    "drifting": (0.014, 0.024),
    "malfunction": (0.014, 0.024),
    "backfire": (0.004, 0.058),
    "ledger": (0.002, 0.018),
    "choice": (0.009, 0.015),
    "repair": (0.010, 0.018),
    "reef": (0.004, 0.008),
    "mycelium": (0.004, 0.008),
    "night": (0.004, 0.008),
    "going out": (0.0, 0.018),
}
"""Mean luminance that a scene or state is meant to have, from and to."""

FLAT: Final = ("critics", "order")
"""Scenes of straight edges and flat areas, which rules 4, 5 and 13 exempt."""
WILD: Final = ("malfunction", "backfire")
"""Where the guard may work."""

_WORDS: Final = 0.02


@dataclass(frozen=True, slots=True)
class _Check:
    rule: str
    value: float
    bound: str
    limit: float
    met: bool


def judged(name: str, kind: str, seen: Seen) -> list[Row]:
    """Judge one scene.

    Args:
        name: In the rows.
        kind: Its scene, or the state over it: which figures hold.
        seen: What was measured.
    """
    checks = [*_light(kind, seen), *_composition(kind, seen), *_time(kind, seen), *_guards(kind, seen)]
    return [_row(name, check) for check in checks]


def across(seen: Mapping[str, Seen]) -> list[Row]:
    """Judge what only the whole show can tell: one budget, and how much of it is black."""
    means = {name: float(np.mean(one.means)) for name, one in seen.items() if one.means}
    first = [mean for name, mean in means.items() if name.startswith(("mosaic", "strata"))]
    last = [mean for name, mean in means.items() if name == "symbiosis"]
    checks = []
    if first and last:
        ratio = float(np.mean(last) / np.mean(first))
        checks.append(_between("idea: the last act as dim as the first, ratio of means", ratio, 0.5, 1.25))
    if means:
        black = float(np.mean([flag for one in seen.values() for flag in one.black]))
        checks.append(_most("acceptance: share of time below 0.0005", black, 0.05))
    return [_row("whole show", check) for check in checks]


def _light(kind: str, seen: Seen) -> list[_Check]:
    low, high = MEANS.get(kind, SHOW_MEAN)
    span = max(seen.times) - min(seen.times)
    window = max(1, round(len(seen.means) * 10.0 / max(span, 10.0)))
    means = np.convolve(seen.means, np.ones(window) / window, "valid")
    checks = [
        _between("3 mean luminance", float(np.mean(seen.means)), low, high),
        _most("3 mean over 10 s, most", float(means.max()), high * 1.25),
    ]
    if kind not in FLAT:
        levels = np.median(np.array(seen.percentiles), axis=0)
        for at, limit, words in zip(range(4), (0.004, 0.04, 0.30, 0.85), _SHARES, strict=True):
            checks.append(_most(f"4 {words}, median of frames", float(levels[at]), limit))
        checks.append(_least("4 one dark region, share of the frame", float(np.median(seen.dark)), 0.35))
    return checks


_SHARES: Final = ("median", "90th percentile", "99th percentile", "99.9th percentile")


def _composition(kind: str, seen: Seen) -> list[_Check]:
    checks: list[_Check] = []
    if seen.centroid and kind not in FLAT:
        centroid = np.array(seen.centroid)
        aside = abs(float(centroid[:, 0].mean()) - 0.5)
        checks += [
            _least("5 bright pixels against the median, times", float(np.nanmedian(seen.focus)), 4.0),
            _least("5 light in the brightest 4 %", float(np.median(seen.brightest)), 0.40),
            _between("5 centre of light off the middle, of the width", aside, 0.08, 0.20),
            _most("5 mirror symmetry", float(np.median(seen.symmetry)), 0.5),
            _most("13 stripes of one width in a fifth of the frame", float(np.median(seen.stripes)), 0.35),
        ]
    bands = sorted(seen.bands)
    plain = [band for band in bands if band < 575.0]  # without the accent
    limit = 120.0 if kind in WILD else 85.0 if kind == "symbiosis" else 50.0
    checks.append(_most("11 span of hues, nm", plain[-1] - plain[0] if plain else 0.0, limit))
    accent = _WORDS if kind == "stories" else 0.0 if kind in ("critics", "order", "malfunction") else 0.003
    checks.append(_most("12 share of amber pixels, most", max(seen.accent), accent))
    return checks


def _time(kind: str, seen: Seen) -> list[_Check]:
    checks = [_most("9 rising together in a 10-degree field, most", max(seen.rise_field), 0.25)]
    if kind not in WILD:
        ragged = float(np.percentile(seen.rise_square, 95))
        checks.append(_most("9 rising in 0.1 s in a square of 0.16 H, 95 % of frames", ragged, 0.08))
    return checks


def _guards(kind: str, seen: Seen) -> list[_Check]:
    if kind in WILD:
        return []
    return [
        _most("9 frames with 0.1 % of lit pixels cut, standard", seen.standard.share, 0.0),
        _most("9 frames with 0.1 % of lit pixels cut, strict", seen.strict.share, 0.0),
    ]


def _most(rule: str, value: float, limit: float) -> _Check:
    return _Check(rule, value, f"<= {limit:.4g}", limit, value <= limit)


def _least(rule: str, value: float, limit: float) -> _Check:
    return _Check(rule, value, f">= {limit:.4g}", limit, value >= limit)


def _between(rule: str, value: float, low: float, high: float) -> _Check:
    return _Check(
        rule, value, f"{low:.4g} to {high:.4g}", high if value > high else low or high, low <= value <= high
    )


def _row(name: str, check: _Check) -> Row:
    ratio = check.value / check.limit if check.limit else check.value
    return Row(
        f"{name}: rule {check.rule}",
        check.value,
        check.limit,
        None,
        "",
        "bound",
        ratio,
        check.bound,
        check.met,
    )


def summary(rows: Sequence[Row]) -> str:
    """How many bounds hold, in a line."""
    return f"{sum(row.met for row in rows)} of {len(rows)} bounds hold"
