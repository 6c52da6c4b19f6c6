"""What a guard says that it did to one frame or tick."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["CUT", "FEW", "VISIBLE", "GuardReport", "cuts", "report_of", "seen_cuts"]

VISIBLE = 1e-3
"""Share of white by which the mean has to sink for a frame to count as darkened."""

CUT = 0.98
"""A lit pixel that keeps less than this share of its luminance is cut."""

FEW = 1e-3
"""Share of the lit pixels from which cuts are visible; a dark picture's mean says nothing of them."""


@dataclass(frozen=True, slots=True)
class GuardReport:
    """What the guard did to one frame.

    Attributes:
        active: Whether it darkened anything visibly: more than 1/1000 of white on the mean, or more than
            ``FEW`` of the lit pixels.
        reduction: Share of the picture's luminance that it took away, 0..1.
        mean: Mean luminance that it put out.
        red: Share of red in the picture's whole R + G + B, at most the law's limit.
        frame: Number of the guarded frame since the guard was made, from 0.
        window: Index of the window that dimmed the picture most, or -1.
        held: Whether no pixel was allowed to lift, because a group flashed in turn with another.
        contrast: What is left of the picture's contrast, lowered because of stripes; 1 = all.
        dimmed: g times the start's ramp: by how much the whole picture was dimmed.
        moved: Share of the picture's R + G + B that the red limit moved to green and blue.
        lit: Share of pixels that are lit: their brightest channel, as asked for, is at the law's ``lit``.
        cut: Share of the lit pixels that keep less than ``CUT`` of their luminance.
        deepest: Share of its luminance that the lit pixel loses that loses most, 0..1; about, where red is
            limited too.
        softened: Share of the picture's area that was darkened around cuts, so that their edges are soft.
    """

    active: bool
    reduction: float
    mean: float
    red: float
    frame: int
    window: int = -1
    held: bool = False
    moved: float = 0.0
    contrast: float = 1.0
    dimmed: float = 1.0
    lit: float = 0.0
    cut: float = 0.0
    deepest: float = 0.0
    softened: float = 0.0


def seen_cuts(lit: float, cut: float, left: float, g: float) -> tuple[float, float]:
    """Return ``cut`` and ``deepest`` of a report.

    Args:
        lit: Share of pixels that are lit.
        cut: Share of those that their own caps cut.
        left: What they leave of the one that is cut deepest.
        g: What was left of the whole picture after that.
    """
    if g < CUT and lit > 0:
        cut = 1.0
    return cut, max(0.0, 1.0 - left * g) if cut else 0.0


def cuts(
    lit: NDArray[np.bool_], asked: NDArray[np.float32], light: NDArray[np.float32]
) -> tuple[float, float, float]:
    """Share of pixels that are lit, of those that are cut, and what is left of the one cut deepest.

    Args:
        lit: Which are.
        asked: Luminance that was asked for.
        light: What the caps leave of it.
    """
    cut = lit & (light < np.float32(CUT) * asked)
    left = np.divide(light, asked, out=np.ones_like(light), where=cut)
    return float(lit.mean()), float(cut.sum()) / max(1, int(lit.sum())), float(left.min())


def report_of(
    clean: NDArray[np.float32],
    before: NDArray[np.float32],
    after: NDArray[np.float32],
    frame: int,
    window: int,
    limit: float,
    held: bool,
) -> GuardReport:
    """Means of a frame before and after, and what the red limit moved.

    Args:
        clean: Scrubbed linear light.
        before: Luminance as asked for.
        after: Luminance as put out.
        frame: Its number.
        window: Which dimmed most, or -1.
        limit: Largest share of red.
        held: Whether no pixel was allowed to lift.
    """
    mean_in, mean, total = float(before.mean()), float(after.mean()), float(clean.sum())
    red = clean[..., 0]
    whole = red + clean[..., 1] + clean[..., 2]  # a reduction over an axis of three takes far longer
    excess = float(np.maximum(red - limit * whole, 0).sum())
    return GuardReport(
        active=mean_in - mean > VISIBLE,
        reduction=1.0 - mean / mean_in if mean_in > 0 else 0.0,
        mean=mean,
        red=min(float(red.sum()) / total, limit) if total > 0 else 0.0,
        frame=frame,
        window=window,
        held=held,
        moved=excess / total if total > 0 else 0.0,
    )
