"""The picture's guard in numpy: the law that the GPU pass has to equal, and the proof that it can be stated.

One frame, in this order:

1. Scrub: NaN and everything negative become 0, everything above 1 becomes 1.
2. Red: no pixel keeps more than 0.72 of R + G + B in red; the excess goes to G and B in equal parts, and the
   colour is scaled so that its luminance stays what it was. So no pixel is ever saturated red, and no red
   flash exists under either definition of WCAG. (A channel of G or B may therefore exceed its input;
   "darken only" speaks of luminance.)
3. Stripes: their contrast is lowered, slowly (``patterns``).
4. The start's ramp: after a start all light comes up from black.
5. Each pixel's cap (``refractory``); nothing is left near to where a counter marks (``marks``); and a lower
   cap if a group has to be held (``groups``).
6. One scalar g for the whole picture: the least of what each window's mean needs to stay under its cap
   (``strict``). One scalar, so that no seam shows.
7. Luminance out is ``min(luminance in * ramp, cap) * g``; the colour keeps its hue.

Claims, beside those of ``refractory`` and ``strict``: output luminance never exceeds the input's; a fall is
never delayed (no step holds light up), so a blackout is done in the same frame; everything put out is
finite.

The picture is rounded afterwards: to half floats (1/2048 of each value), and with dither to 8-bit sRGB (at
most a code and a half, 0.012 of white at 0.8). So the claims hold for counters of more than h + 0.001 on
means; a single pixel may show changes up to h + 0.024 = 0.099, still less than a transition. Of colours so
dark that a code is a large part of them (luminance under 0.004), rounding may make saturated red.

Time: ``dt`` is what refractory times are counted in. It is the smaller of the clock's step and the real
time since the last presented frame, because both a clock that runs ahead and frames that are shown late
would otherwise shorten the rest. Pixels count it in ``ticks``. A step back counts as 0. A gap longer than
``stall`` starts cold: black, resting.
"""

import math
from collections import deque
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from installation.safety.law import LUMINANCE, FlashLaw
from installation.safety.picture.groups import Groups, creep
from installation.safety.picture.marks import Marks
from installation.safety.picture.patterns import Stripes, lower, reach, valley
from installation.safety.refractory import Refractory
from installation.safety.strict import Strict
from installation.safety.ticks import A_SECOND, Ticks
from installation.safety.windows import Windows
from installation.values import Seconds

__all__ = ["LATE", "VISIBLE", "GuardReport", "PictureGuard", "limit_red", "luminance_of", "passed", "scrub"]

VISIBLE = 1e-3
"""Share of white by which the mean has to sink for a frame to count as darkened."""

LATE = 2
"""Frames after which lines of the picture are looked at: the graphics card hands them over that late."""

_WEIGHTS = np.array(LUMINANCE, np.float32)


@dataclass(frozen=True, slots=True)
class GuardReport:
    """What the guard did to one frame.

    Attributes:
        active: Whether it darkened anything visibly (more than 1/1000 of white on the mean).
        reduction: Share of the picture's luminance that it took away, 0..1.
        mean: Mean luminance that it put out.
        red: Share of red in the picture's whole R + G + B, at most the law's limit.
        frame: Number of the guarded frame since the guard was made, from 0.
        window: Index of the window that dimmed the picture most, or -1.
        held: Whether no pixel was allowed to lift, because a group flashed in turn with another.
        contrast: What is left of the picture's contrast, lowered because of stripes; 1 = all.
        dimmed: g times the start's ramp: by how much the whole picture was dimmed.
        moved: Share of the picture's R + G + B that the red limit moved to green and blue.
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


def scrub(rgb: NDArray[np.floating]) -> NDArray[np.float32]:
    """NaN and negatives to 0, everything above 1 to 1."""
    with np.errstate(invalid="ignore", over="ignore"):
        clean = np.where(rgb > 0, np.minimum(rgb, 1.0), 0.0)
    return clean.astype(np.float32)


def luminance_of(rgb: NDArray[np.float32]) -> NDArray[np.float32]:
    """Relative luminance of ``(..., 3)`` linear light."""
    luminance: NDArray[np.float32] = rgb @ _WEIGHTS
    return luminance


def limit_red(rgb: NDArray[np.float32], share: float) -> NDArray[np.float32]:
    """Move the excess of red to green and blue, and keep the luminance."""
    total = rgb.sum(axis=-1)
    excess = np.maximum(rgb[..., 0] - np.float32(share) * total, 0)
    moved = rgb + excess[..., None] * np.array([-1.0, 0.5, 0.5], np.float32)
    before, after = luminance_of(rgb), luminance_of(moved)
    scale = np.divide(before, after, out=np.ones_like(before), where=excess > 0)
    limited: NDArray[np.float32] = moved * scale[..., None]
    return limited


def passed(law: FlashLaw, dt: Seconds, elapsed: Seconds | None) -> tuple[Seconds, bool]:
    """Seconds that may count as passed, and whether the picture has to start cold.

    Args:
        law: Whose ``stall`` applies.
        dt: The clock's step.
        elapsed: Real seconds since the last presented frame; None when nothing but the clock is known.
    """
    real = dt if elapsed is None else elapsed
    if not (0.0 <= real <= law.stall):  # also true of NaN; a clock that went back gives no time
        return 0.0, not real < 0.0
    return (min(max(dt, 0.0), real) if dt == dt else 0.0), False


class PictureGuard:
    """The guard for pictures of one size. Plain, exact and slow.

    Args:
        windows: Where the 10-degree windows lie.
        law: The venue's profile.
    """

    def __init__(self, windows: Windows, law: FlashLaw) -> None:
        self._law = law
        self._windows = windows
        self._pixels = Refractory(windows.width * windows.height, law)
        self._marks = Marks(windows.width * windows.height, law)
        self._ticks = Ticks()
        self._means = [Strict(law, still=index == 0) for index in range(windows.count)]
        self._groups = Groups(windows.count, law)
        self._stripes = Stripes(windows, law)
        self._lines: deque[list[NDArray[np.float32]]] = deque()
        self._darkest = np.zeros(windows.grid[::-1], np.float32)
        self._since = 0.0
        self._frame = -1
        self._report = GuardReport(False, 0.0, 0.0, 0.0, -1)

    def reset(self) -> None:
        """Start cold: the picture comes up from black."""
        self._since = 0.0
        self._pixels.reset()
        self._marks.reset()
        self._groups.reset()
        for mean in self._means:
            mean.reset()

    def apply(
        self,
        picture: NDArray[np.floating],
        dt: Seconds,
        elapsed: Seconds | None = None,
        ceiling: float = math.inf,
    ) -> NDArray[np.float32]:
        """Guard one frame.

        Args:
            picture: ``(height, width, 3)`` display-linear light, 1.0 = white, anything allowed.
            dt: The clock's step in seconds.
            elapsed: Real seconds since the last presented frame, if known.
            ceiling: The most that the frame's mean may be: what ``joint`` leaves beside the lamps.

        Returns:
            What may be shown, of the same shape.
        """
        dt, cold = passed(self._law, dt, elapsed)
        if cold:
            self.reset()
        self._since += dt
        clean = scrub(picture)
        asked = luminance_of(clean)
        ramp = self._law.ramp_at(self._since)
        luminance = self._lowered(asked, dt) * np.float32(ramp)
        free, held = self._capped(luminance, dt)
        g, window, hold = self._dim(self._windows.means(free), self._windows.means(held), dt, ceiling)
        light = (held if hold else free) * np.float32(g)
        self._pixels.commit(light.ravel())
        self._marks.commit(light.ravel())
        ratio = np.divide(light, asked, out=np.zeros_like(light), where=asked > 0)
        out: NDArray[np.float32] = limit_red(clean, self._law.red) * ratio[..., None]
        self._frame += 1
        self._report = _report(clean, asked, light, self._frame, window, self._law.red, hold)
        self._report = replace(self._report, contrast=self._stripes.contrast, dimmed=g * ramp)
        return out

    def report(self) -> GuardReport:
        """What was done to the last frame."""
        return self._report

    def _lowered(self, luminance: NDArray[np.float32], dt: Seconds) -> NDArray[np.float32]:
        """The luminance with less contrast where there were stripes, two frames ago, and valleys, one ago."""
        frame = self._frame + 1
        if len(self._lines) == LATE:
            self._stripes.look(self._lines.popleft(), dt)
        rows, columns = self._stripes.places(frame)
        self._lines.append([*luminance[rows], *luminance.T[columns]])
        contrast, least = self._stripes.contrast, self._darkest
        self._darkest = self._windows.darkest(luminance)
        if contrast >= 1.0:
            return luminance
        grounds = valley(least, reach(self._windows))
        return lower(luminance, grounds, self._windows.cell, contrast)

    def _capped(
        self, luminance: NDArray[np.float32], dt: Seconds
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The luminance under each pixel's cap, and the same with every pixel held."""
        shape, asked, most = luminance.shape, luminance.ravel(), creep(self._law, dt)
        caps = self._pixels.caps(self._ticks.passed(dt) / A_SECOND)
        free = self._marks.clear(np.minimum(asked, caps))
        lifting, sinking = self._pixels.moves(free, most)
        rose, fell = self._marks.moves(free)
        lifting, sinking = lifting | rose, sinking | fell
        self._groups.begin(
            dt,
            *(self._windows.means(moved.reshape(shape).astype(np.float32)) for moved in (lifting, sinking)),
        )
        return free.reshape(shape), np.minimum(free, self._pixels.held(caps)).reshape(shape)

    def _dim(
        self, free: NDArray[np.float64], held: NDArray[np.float64], dt: Seconds, ceiling: float
    ) -> tuple[float, int, bool]:
        """g, the window that dims most or -1, and whether pixels are held."""
        caps = [machine.cap(dt) for machine in self._means]
        caps[0] = min(caps[0], ceiling)
        g, worst = self._least(free, caps)
        hold = self._groups.hold(dimmed=worst >= 0)
        if hold:
            g, worst = self._least(held, caps)
        for machine, mean in zip(self._means, (held if hold else free).tolist(), strict=True):
            machine.commit(mean * g)
        self._groups.commit(hold, dimmed=worst >= 0)
        return g, worst, hold

    def _least(self, means: NDArray[np.float64], caps: list[float]) -> tuple[float, int]:
        g, worst = 1.0, -1
        for index, (mean, cap) in enumerate(zip(means.tolist(), caps, strict=True)):
            if mean * g > cap:
                g, worst = cap / mean, index
        return g, worst


def _report(
    clean: NDArray[np.float32],
    before: NDArray[np.float32],
    after: NDArray[np.float32],
    frame: int,
    window: int,
    limit: float,
    held: bool,
) -> GuardReport:
    mean_in, mean, total = float(before.mean()), float(after.mean()), float(clean.sum())
    excess = float(np.maximum(clean[..., 0] - limit * clean.sum(axis=-1), 0).sum())
    return GuardReport(
        active=mean_in - mean > VISIBLE,
        reduction=1.0 - mean / mean_in if mean_in > 0 else 0.0,
        mean=mean,
        red=min(float(clean[..., 0].sum()) / total, limit) if total > 0 else 0.0,
        frame=frame,
        window=window,
        held=held,
        moved=excess / total if total > 0 else 0.0,
    )
