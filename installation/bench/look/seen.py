"""A scene watched for a while, frame by frame."""

from dataclasses import dataclass, field

import numpy as np

from installation.bench.look import measures
from installation.bench.look.measures import Picture
from installation.safety.report import GuardReport
from installation.values import Seconds

__all__ = ["CUT", "Cuts", "Seen"]

CUT = 1e-3
"""Share of the lit pixels that a guard may cut in a frame and still count as idle."""

_SQUARE = 0.16  # of the height, rule 9
_FIELD = 0.175  # of the width: ten degrees from 2 m before a picture 2.25 m high
_BLACK = 0.0005


@dataclass(slots=True)
class Cuts:
    """What a guard did to the frames of a scene."""

    frames: int = 0
    cut: int = 0

    def add(self, report: GuardReport) -> None:
        """Count one frame."""
        self.frames += 1
        self.cut += report.cut > CUT

    @property
    def share(self) -> float:
        """Share of the frames in which more than ``CUT`` of the lit pixels were cut, 0..1."""
        return self.cut / self.frames if self.frames else 0.0


@dataclass(slots=True)
class Seen:
    """What was measured of the frames of one scene.

    Attributes:
        times: Show time of each measured frame.
        means: Mean luminance of each.
        percentiles: 50th, 90th, 99th and 99.9th percentile of each.
        dark: Share of each in its largest connected region below 0.006.
        focus: See ``measures.focus``.
        brightest: See ``measures.brightest``.
        centroid: Middle of the light, x and y in 0..1, y up.
        rise_field: Largest share of a ten-degree field that rose within a frame.
        rise_square: Largest share of a square of 0.16 H that rose within 0.1 s.
        accent: Share of amber pixels.
        symmetry, stripes: See ``measures``.
        black: Whether the wall was below 0.0005.
        bands: Wavelengths in nm that were there.
        standard, strict: What the guard did, by its two laws.
    """

    times: list[Seconds] = field(default_factory=list)
    means: list[float] = field(default_factory=list)
    percentiles: list[tuple[float, ...]] = field(default_factory=list)
    dark: list[float] = field(default_factory=list)
    focus: list[float] = field(default_factory=list)
    brightest: list[float] = field(default_factory=list)
    centroid: list[tuple[float, float]] = field(default_factory=list)
    rise_field: list[float] = field(default_factory=list)
    rise_square: list[float] = field(default_factory=list)
    accent: list[float] = field(default_factory=list)
    symmetry: list[float] = field(default_factory=list)
    stripes: list[float] = field(default_factory=list)
    black: list[bool] = field(default_factory=list)
    bands: set[float] = field(default_factory=set)
    standard: Cuts = field(default_factory=Cuts)
    strict: Cuts = field(default_factory=Cuts)

    def add(self, time: Seconds, picture: Picture, frame_ago: Picture, tenth_ago: Picture) -> None:
        """Measure one frame.

        Args:
            time: Its show time.
            picture: ``(height, width, 3)``, linear, 1.0 = white.
            frame_ago: Luminance one frame before.
            tenth_ago: Luminance a tenth of a second before.
        """
        shown = measures.luminance(picture)
        height, width = shown.shape
        total = float(shown.sum())
        self.times.append(time)
        self.means.append(float(shown.mean()))
        self.percentiles.append(tuple(np.percentile(shown, [50, 90, 99, 99.9]).tolist()))
        self.dark.append(measures.darkest_region(shown))
        self.black.append(self.means[-1] < _BLACK)
        self.rise_field.append(measures.most_risen(shown - frame_ago, round(_FIELD * width)))
        self.rise_square.append(measures.most_risen(shown - tenth_ago, round(_SQUARE * height)))
        red, green, blue = (picture[..., channel] for channel in range(3))
        self.accent.append(float(((red > 0.02) & (red > green) & (red > 2.0 * blue)).mean()))
        self.bands |= set(measures.hue_bands(picture))
        self.stripes.append(measures.stripes(shown))
        if total > 1e-4 * shown.size:
            self.focus.append(measures.focus(shown))
            self.brightest.append(measures.brightest(shown))
            self.symmetry.append(measures.symmetry(shown))
            x = float(shown.sum(0) @ np.arange(width)) / total / width
            y = 1.0 - float(shown.sum(1) @ np.arange(height)) / total / height
            self.centroid.append((x, y))
