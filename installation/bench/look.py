"""The rules of the look that can be computed: light, distribution, focus, hue, accent, tempo.

``measure`` watches a scene, ``rules`` judges what was seen. Every luminance is of the final picture: linear,
1.0 = white, after the tone curve and before the guard.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from math import cos, pi, sin

import numpy as np
from numpy.typing import NDArray

from installation.bench import Row
from installation.safety.report import GuardReport
from installation.values import Seconds

__all__ = [
    "Seen",
    "darkest_region",
    "guarded",
    "hue_bands",
    "luminance",
    "measure",
    "rules",
    "run",
    "tone",
    "walk",
]

Picture = NDArray[np.float32]

SLOPE, HALF, TOP, INSET, OUTSET = 1.3, 0.574779, 1.141433, 0.10, 0.10
"""The constants of ``shaders/lib/tone.glsl``; a test compares the two."""


def luminance(picture: Picture) -> Picture:
    """Relative luminance of linear sRGB (IEC 61966-2-1 weights), ``(height, width)``."""
    weights = np.array([0.2126, 0.7152, 0.0722], np.float32)
    shown: Picture = picture @ weights
    return shown


def tone(light: NDArray[np.float64]) -> NDArray[np.float64]:
    """The tone curve in numpy: scene-linear RGB in the last axis to display-linear, 1.0 = white."""
    light = np.maximum(light, 0.0)
    light = light + (light.mean(-1, keepdims=True) - light) * INSET
    power = np.maximum(light, 1e-7) ** SLOPE
    shown = TOP * power / (power + HALF)
    grey = shown.mean(-1, keepdims=True)
    result: NDArray[np.float64] = np.clip(grey + (shown - grey) / (1.0 - OUTSET), 0.0, 1.0)
    return result


def darkest_region(shown: Picture, limit: float = 0.006) -> float:
    """Share of the frame in its largest connected region below ``limit``, on a grid of about 160 columns."""
    step = max(1, shown.shape[1] // 160)
    height, width = (side // step * step for side in shown.shape)
    cells = shown[:height, :width].reshape(height // step, step, width // step, step).max((1, 3))
    dark = cells < limit
    labels = np.where(dark, np.arange(1, dark.size + 1).reshape(dark.shape), 0)
    while True:  # each cell takes the largest label of its dark neighbours until nothing changes
        grown = labels.copy()
        for axis in (0, 1):
            for shift in (1, -1):
                moved = np.roll(labels, shift, axis)
                edge = [slice(None)] * 2
                edge[axis] = slice(0, 1) if shift == 1 else slice(-1, None)
                moved[tuple(edge)] = 0
                grown = np.maximum(grown, moved)
        grown = np.where(dark, grown, 0)
        if np.array_equal(grown, labels):
            break
        labels = grown
    sizes = np.bincount(labels.ravel())[1:]
    return float(sizes.max(initial=0)) / float(dark.size)


def hue_bands(picture: Picture, floor: float = 0.01) -> list[float]:
    """Wavelengths (nm, steps of 5) that each hold at least 4 % of the light above ``floor``."""
    table = np.array(
        [[0.15, 0, 1], [0.12, 0.38, 1], [0.12, 0.87, 1], [0.12, 1, 0.6], [0.29, 1, 0], [1, 0.42, 0.05]]
    )
    anchors = np.array([445.0, 475.0, 490.0, 508.0, 555.0, 600.0])
    steps = np.arange(445.0, 601.0, 5.0)
    colours = np.stack([np.interp(steps, anchors, table[:, channel]) for channel in range(3)], 1)
    colours -= colours.min(1, keepdims=True)
    colours /= np.linalg.norm(colours, axis=1, keepdims=True)
    shown = luminance(picture)
    bright = picture[shown > floor].astype(np.float64)
    if not len(bright):
        return []
    pure = bright - bright.min(1, keepdims=True)
    nearest = np.argmax(pure @ colours.T, axis=1)
    share = np.bincount(nearest, luminance(bright.astype(np.float32)), len(steps))
    return [float(step) for step, part in zip(steps, share / share.sum(), strict=True) if part >= 0.04]


@dataclass(slots=True)
class Seen:
    """What was measured frame by frame."""

    times: list[Seconds] = field(default_factory=list)
    means: list[float] = field(default_factory=list)
    percentiles: list[tuple[float, float, float, float]] = field(default_factory=list)
    dark: list[float] = field(default_factory=list)
    centroid: list[tuple[float, float]] = field(default_factory=list)
    focus: list[float] = field(default_factory=list)
    rising: list[float] = field(default_factory=list)
    accent: list[float] = field(default_factory=list)
    bands: set[float] = field(default_factory=set)

    def add(self, time: Seconds, picture: Picture, before: Picture | None) -> Picture:
        """Measure one frame; returns its luminance, which is ``before`` of the next."""
        shown = luminance(picture)
        levels = np.percentile(shown, [50, 90, 99, 99.9])
        total = float(shown.sum())
        self.times.append(time)
        self.means.append(float(shown.mean()))
        self.percentiles.append((float(levels[0]), float(levels[1]), float(levels[2]), float(levels[3])))
        self.dark.append(darkest_region(shown))
        self.focus.append(float((shown > 0.1).mean()))
        across, down = shown.sum(0), shown.sum(1)
        if total > 0.0:
            x = float(across @ np.arange(len(across))) / total / len(across)
            y = 1.0 - float(down @ np.arange(len(down))) / total / len(down)
            self.centroid.append((x, y))
        if before is not None:
            self.rising.append(_most_rising(shown - before))
        red, green, blue = (picture[..., channel] for channel in range(3))
        self.accent.append(float(((red > 0.02) & (red > green) & (red > 2.0 * blue)).mean()))
        self.bands |= set(hue_bands(picture))
        return shown


def _most_rising(change: Picture) -> float:
    """Largest share of a 10-degree field (17.5 % of the width, square) that rises by 0.08 in one step."""
    side = max(1, round(0.175 * change.shape[1]))
    up = np.pad((change > 0.08).astype(np.float64).cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    if side >= min(change.shape):
        return float(up[-1, -1] / change.size)
    sums = up[side:, side:] - up[:-side, side:] - up[side:, :-side] + up[:-side, :-side]
    return float(sums.max() / side**2)


def walk(time: Seconds) -> tuple[float, float]:
    """A visitor, 0..1: still for 4 s, then walks, turns and rests; no two legs are alike."""
    t = max(0.0, time - 4.0)
    leg, beat = divmod(t, 9.0)
    way = 0.5 - 0.5 * cos(pi * min(beat / 2.6, 1.0))
    if beat > 3.4:
        way = 0.5 + 0.5 * cos(pi * min((beat - 3.4) / 3.1, 1.0))
    x = 0.24 + 0.05 * sin(2.3 * leg) + (0.46 + 0.05 * cos(1.7 * leg)) * way
    y = 0.33 + 0.09 * sin(1.3 * t + 0.8 * leg) * min(1.0, t)
    return min(max(x, 0.05), 0.95), y


def measure(frames: Iterator[tuple[Seconds, Callable[[], Picture]]], start: Seconds, every: int = 6) -> Seen:
    """Measure every n-th frame from ``start`` on. ``frames`` gives each frame's time and a way to read it."""
    seen = Seen()
    before: Picture | None = None
    for number, (time, read) in enumerate(frames):
        if time < start:
            continue
        if number % every == 0:
            before = seen.add(time, read(), None)
        elif number % every == 1 and before is not None:
            shown = luminance(read())
            seen.rising.append(_most_rising(shown - before))
    return seen


FOCUS, BUDGET = 0.04, 0.018
"""Rule 5: share of the frame above 0.1. Rule 3: the mean luminance that it is meant for."""


def rules(name: str, seen: Seen, mean: tuple[float, float]) -> list[Row]:
    """Judge what was seen. The row's ``peer`` is the limit of the rule of that number.

    Rule 5 asks for a focus of 4 % of the frame above 0.1, within a budget of 0.018. A scene given less
    light is asked for as much less of a focus: at night 4 % would take all of it, and leave no trunk brighter
    than another.
    """
    focus = FOCUS if mean[1] >= BUDGET else FOCUS * sum(mean) / 2.0 / BUDGET
    levels = np.array(seen.percentiles)
    centroid = np.array(seen.centroid)
    middle = np.average(centroid, axis=0) if len(centroid) else np.array([0.5, 0.5])
    span = max(seen.times) - min(seen.times)
    window = max(1, round(len(seen.means) * 10.0 / max(span, 10.0)))
    means = np.convolve(seen.means, np.ones(window) / window, "valid")
    aside = abs(float(middle[0]) - 0.5)
    bands = sorted(seen.bands)
    wide = (bands[-1] - bands[0]) if bands else 0.0
    checks = [
        ("3 mean over 10 s, most", float(means.max()), mean[1], float(means.max()) <= mean[1]),
        ("3 mean, whole", float(np.mean(seen.means)), mean[0], float(np.mean(seen.means)) >= mean[0]),
        ("4 median, worst", float(levels[:, 0].max()), 0.004, bool(levels[:, 0].max() <= 0.004)),
        ("4 90th percentile, worst", float(levels[:, 1].max()), 0.04, bool(levels[:, 1].max() <= 0.04)),
        ("4 99th percentile, worst", float(levels[:, 2].max()), 0.30, bool(levels[:, 2].max() <= 0.30)),
        ("4 99.9th percentile, worst", float(levels[:, 3].max()), 0.85, bool(levels[:, 3].max() <= 0.85)),
        ("4 dark region, least", min(seen.dark), 0.35, min(seen.dark) >= 0.35),
        (
            "5 focus above 0.1, median of frames",
            float(np.median(seen.focus)),
            focus,
            float(np.median(seen.focus)) >= focus,
        ),
        ("5 centroid off the centre", aside, 0.08, 0.08 <= aside <= 0.20),
        (
            "9 rising in a 10-degree field, worst",
            max(seen.rising, default=0.0),
            0.25,
            max(seen.rising, default=0.0) < 0.25,
        ),
        ("11 span of hues, nm", wide, 50.0, wide <= 50.0),
        ("12 accent, worst", max(seen.accent), 0.003, max(seen.accent) <= 0.003),
    ]
    return [
        Row(
            f"{name}: rule {rule}",
            value,
            limit,
            None,
            "",
            "ART.md",
            value / (limit or 1.0),
            f"{limit:.4g}",
            met,
        )
        for rule, value, limit, met in checks
    ]


SCENES: dict[str, tuple[tuple[float, float], float, float, int]] = {
    "sea-sparkle": ((0.010, 0.018), 6.0, 34.0, 30),
    "mycelium": ((0.004, 0.008), 40.0, 90.0, 12),
}
"""Scene -> mean luminance from, to; first and last second that count; frames a second."""


CUTS = 1e-3
"""Share of the lit pixels that the guard may cut, over all frames that count."""


def run() -> Sequence[Row]:
    """Play each scene at 640x360 with the scripted visitor and judge it, and what the guard cuts of it."""
    rows: list[Row] = []
    for name, (mean, start, end, fps) in SCENES.items():
        reports: list[tuple[Seconds, GuardReport]] = []
        rows += rules(name, measure(_play(name, (640, 360), end, fps, reports), start), mean)
        rows.append(guarded(name, [report for time, report in reports if time >= start]))
    return rows


def guarded(name: str, reports: Sequence[GuardReport]) -> Row:
    """How many of the lit pixels of a scene the guard cuts, seen from 2 m at 2.25 m a picture height."""
    lit = sum(one.lit for one in reports)
    cut = sum(one.lit * one.cut for one in reports) / lit if lit else 0.0
    deepest = max((one.deepest for one in reports), default=0.0)
    return Row(
        f"{name}: lit pixels that the guard cuts",
        cut,
        CUTS,
        None,
        "",
        "the law",
        cut / CUTS,
        f"< {CUTS:.4g}",
        cut < CUTS,
        note=f"the deepest cut takes {100 * deepest:.0f} %",
    )


def _play(
    name: str,
    size: tuple[int, int],
    seconds: Seconds,
    fps: int,
    reports: list[tuple[Seconds, GuardReport]],
) -> Iterator[tuple[Seconds, Callable[[], Picture]]]:
    from installation.bench.visitor import Visitor
    from installation.isf import parse
    from installation.paths import shaders
    from installation.render.gl.context import Context
    from installation.render.isf_host.host import Host
    from installation.render.passes.guard import Guard
    from installation.render.passes.post import Post
    from installation.show.venue_model import GuardSettings
    from installation.values import Frame

    context = Context.create((64, 64))
    host = Host(context)
    guard = Guard(context, size, GuardSettings(viewing_distance=2.0), metres_per_height=2.25)
    scene = host.load(parse(shaders() / "scenes" / f"{name}.fs"), size)
    post, visitor = Post(host, size), Visitor(host, size)
    for index in range(round(seconds * fps)):
        frame = Frame(index, index / fps, 1.0 / fps if index else 0.0)
        drawn = scene.draw(frame, visitor.room(frame, scene, walk(frame.time)))
        shown = post.apply(drawn, "linear")
        guard.apply(shown, frame.dt)
        reports.append((frame.time, guard.report()))

        def read(texture: object = shown) -> Picture:
            half = np.frombuffer(texture.read(), np.float16)  # type: ignore[attr-defined]
            return half.reshape(size[1], size[0], 4)[::-1, :, :3].astype(np.float32)

        yield frame.time, read
    guard.release()
    visitor.release()
    host.release()
    context.release()
