"""The one scale: ratios to a root, turned by the season."""

from typing import Final

from installation.show.soundscape import TuningSpec

__all__ = ["Tuning"]

_GLIDE: Final = 0.15
"""Share of a degree's time in which the scale moves to the next one."""


class Tuning:
    """Pitches in Hz.

    The season turns the scale: at degree k of n it begins on its k-th ratio, over the same root. In the last
    part of each degree's time all pitches glide to the next mode, so nothing steps in a year.

    Args:
        spec: Root and ratios.
    """

    def __init__(self, spec: TuningSpec) -> None:
        self._spec = spec
        self.root = spec.root
        self.ratios = list(spec.scale)

    def adopt(self, spec: TuningSpec) -> None:
        """Go over to another scale."""
        self._spec = spec
        self.root = spec.root

    def turn(self, season: float) -> None:
        """Turn the scale to a season 0..1; what has a pitch already keeps or glides as its patch sees fit."""
        count = len(self._spec.scale)
        place = (season % 1.0) * count
        step = int(place) % count
        share = max(0.0, (place - int(place) - (1.0 - _GLIDE)) / _GLIDE)
        now, then = self._mode(step), self._mode((step + 1) % count)
        self.ratios = [a * (b / a) ** share for a, b in zip(now, then, strict=True)]

    def pitch(self, degree: int, octave: float = 0.0) -> float:
        """Frequency of a degree of the scale, 0 = root; degrees outside one octave go on in the next."""
        octaves, index = divmod(degree, len(self.ratios))
        return float(self.root * self.ratios[index] * 2.0 ** (octaves + octave))

    @property
    def size(self) -> int:
        """Degrees in an octave."""
        return len(self.ratios)

    def _mode(self, step: int) -> list[float]:
        scale = self._spec.scale
        turned = [*scale[step:], *(2.0 * one for one in scale[:step])]
        return [one / turned[0] for one in turned]
