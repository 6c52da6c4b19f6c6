"""The picture's guard in numpy: the law that the GPU pass has to equal, and the proof that it can be stated.

One frame, in this order:

1. Scrub: NaN and everything negative become 0, everything above 1 becomes 1.
2. Red: no pixel keeps more than 0.72 of R + G + B in red; the excess goes to G and B in equal parts, and the
   colour is scaled so that its luminance stays what it was. So no pixel is ever saturated red, and no red
   flash exists under either definition of WCAG. (A channel of G or B may therefore exceed its input;
   "darken only" speaks of luminance.)
3. Stripes: their contrast is lowered, slowly (``patterns``).
4. Colour: a pixel that would swing to another colour too soon gets paler (``swings``), and darker where the
   paler colour cannot have the asked luminance.
5. The start's ramp: after a start all light comes up from black; as much as is no change that counts may
   stand before (``FlashLaw.steady_at``), so that words can be read.
6. Each pixel's cap (``refractory``); nothing is left near to where a counter marks (``marks``); and a lower
   cap if a group has to be held (``groups``).
7. One scalar g for the whole picture: the least of what each window's mean needs to stay under its cap
   (``strict``), and to be unlit where its colour would swing too soon. One scalar, so that no seam shows.
8. Luminance out is ``min(luminance after step 5, cap) * g``; the colour keeps the hue it has after step 4.

Claims, beside those of ``refractory`` and ``strict``: output luminance never exceeds the input's; a fall is
never delayed (no step holds light up), so a blackout is done in the same frame; everything put out is
finite.

The picture is rounded afterwards: to half floats (1/2048 of each value), and with dither to 8-bit sRGB (at
most a code and a half, 0.012 of white at 0.8). So the claims hold for counters of more than h + 0.001 on
means; a single pixel may show changes up to h + 0.024 = 0.099, still less than a transition. Of colours so
dark that a code is a large part of them (luminance under 0.004), rounding may make saturated red.

Time: ``dt`` is what refractory times are counted in. It is the smaller of the clock's step and the real
time since the last presented frame, because both a clock that runs ahead and frames that are shown late
would otherwise shorten the rest. Pixels count it in ``ticks``. A step back counts as 0.

Gaps. While a machine is busy, the display goes on showing the last frame that was presented. So the machines
still say what the eye sees, whatever the gap: they are kept, and of its time ``stall`` counts at most. Less
time than has passed only lengthens a rest, so every claim holds as for any other frame. Only after ``lost``
(has anything been shown meanwhile, by whom?) or where the gap is no number is it a start: black, resting.
A lamp is not a display: some go dark by themselves when their signal stops, so lamps start after ``stall``.
"""

import math
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from installation.safety.law import LUMINANCE, UNLIT, FlashLaw
from installation.safety.picture.groups import Groups, creep
from installation.safety.picture.marks import Marks
from installation.safety.picture.patterns import Stripes, lower, reach, valley
from installation.safety.picture.swings import Swings, light_at, place_of
from installation.safety.refractory import Refractory
from installation.safety.report import FEW, GuardReport, cuts, report_of, seen_cuts
from installation.safety.strict import Strict
from installation.safety.ticks import A_SECOND, Ticks
from installation.safety.windows import Windows
from installation.values import Seconds

__all__ = ["LATE", "PictureGuard", "limit_red", "luminance_of", "passed", "scrub"]

LATE = 2
"""Frames after which lines of the picture are looked at: the graphics card hands them over that late."""

_WEIGHTS = np.array(LUMINANCE, np.float32)
_PALER = np.array([-1.0, 0.5, 0.5], np.float32)


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
    excess = _excess(rgb, share)
    return _as_light(_moved(rgb, excess), excess, luminance_of(rgb))


def _moved(rgb: NDArray[np.float32], excess: NDArray[np.float32]) -> NDArray[np.float32]:
    """The excess of red moved to green and blue; the luminance grows by that."""
    moved: NDArray[np.float32] = rgb + excess[..., None] * _PALER
    return moved


def _as_light(
    moved: NDArray[np.float32], excess: NDArray[np.float32], before: NDArray[np.float32]
) -> NDArray[np.float32]:
    """What is ``moved``, where it is, with the luminance of before."""
    after = luminance_of(moved)
    scale = np.divide(before, after, out=np.ones_like(before), where=excess > 0)
    limited: NDArray[np.float32] = moved * scale[..., None]
    return limited


def _excess(rgb: NDArray[np.float32], share: float) -> NDArray[np.float32]:
    red, green, blue = rgb[..., 0], rgb[..., 1], rgb[..., 2]
    excess: NDArray[np.float32] = np.maximum(red - np.float32(share) * (red + green + blue), 0)
    return excess


def _brightest(rgb: NDArray[np.float32]) -> NDArray[np.float32]:
    """The largest channel; a reduction over an axis of three takes numpy five times as long."""
    brightest: NDArray[np.float32] = np.maximum(np.maximum(rgb[..., 0], rgb[..., 1]), rgb[..., 2])
    return brightest


def passed(
    law: FlashLaw, dt: Seconds, elapsed: Seconds | None, *, keeps: bool = False
) -> tuple[Seconds, bool]:
    """Seconds that may count as passed, and whether the light has to start cold.

    Args:
        law: Whose ``stall`` and ``lost`` apply.
        dt: The clock's step.
        elapsed: Real seconds since the last presented frame; None when nothing but the clock is known.
        keeps: Whether what was put out last certainly stands until the next, as on a display.
    """
    real = dt if elapsed is None else elapsed
    if not (0.0 <= real <= (law.lost if keeps else law.stall)):  # also true of NaN
        return 0.0, not real < 0.0  # a clock that went back gives no time
    return (min(max(dt, 0.0), real, law.stall) if dt == dt else 0.0), False


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
        self._swings = Swings(windows.width * windows.height, law, whole=True)
        self._colours = Swings(windows.count, law, whole=False)
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
        self._swings.reset()
        self._colours.reset()
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
        dt, cold = passed(self._law, dt, elapsed, keeps=elapsed is not None)
        if cold:
            self.reset()
        self._since += dt
        ticks = self._ticks.passed(dt)
        self._colours.begin(ticks)
        clean = scrub(picture)
        asked = luminance_of(clean)
        ramp = self._law.ramp_at(self._since)
        luminance, colour = self._held_near(clean, asked, self._lowered(asked, dt), ticks)
        risen = np.maximum(luminance * np.float32(ramp), np.float32(self._law.steady_at(self._since)))
        free, held = self._capped(np.minimum(luminance, risen), dt, ticks)
        g, window, hold = self._dim(colour, free, held, dt, ceiling)
        light = (held if hold else free) * np.float32(g)
        self._pixels.commit(light.ravel())
        self._marks.commit(light.ravel())
        out = colour(light)
        self._frame += 1
        report = report_of(clean, asked, light, self._frame, window, self._law.red, hold)
        lit, cut, left = cuts(_brightest(clean) >= self._law.lit, asked, held if hold else free)
        cut, deepest = seen_cuts(lit, cut, left, g)
        self._report = replace(
            report, active=report.active or cut > FEW, contrast=self._stripes.contrast, dimmed=g * ramp,
            lit=lit, cut=cut, deepest=deepest,
        )  # fmt: skip
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

    def _held_near(
        self, clean: NDArray[np.float32], asked: NDArray[np.float32], lowered: NDArray[np.float32], ticks: int
    ) -> tuple[NDArray[np.float32], Callable[[NDArray[np.float32]], NDArray[np.float32]]]:
        """The luminance that the colour may have, and what makes a picture of luminance."""
        self._swings.begin(ticks)
        lit = _brightest(clean).ravel() >= self._law.lit
        excess = _excess(clean, self._law.red)
        pale = _moved(clean, excess)
        wanted = place_of(pale.reshape(-1, 3))
        places, held = self._swings.hold(wanted, lit)
        self._swings.commit(places, lit)
        limited = _as_light(pale, excess, asked)
        if not held.any():
            return lowered, partial(_lit_as, limited, asked)
        near = light_at(places[held])
        which = held.reshape(asked.shape)
        most = lowered.copy()
        most[which] = np.minimum(lowered[which], luminance_of(near))
        limited[which], full = near, asked.copy()
        full[which] = luminance_of(near)
        return most, partial(_lit_as, limited, full)

    def _capped(
        self, luminance: NDArray[np.float32], dt: Seconds, ticks: int
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The luminance under each pixel's cap, and the same with every pixel held."""
        shape, asked, most = luminance.shape, luminance.ravel(), creep(self._law, dt)
        caps = self._pixels.caps(ticks / A_SECOND)
        free = self._marks.clear(np.minimum(asked, caps))
        lifting, sinking = self._pixels.moves(free, most)
        rose, fell = self._marks.moves(free)
        lifting, sinking = lifting | rose, sinking | fell
        moving = self._windows.means(np.stack([lifting, sinking]).reshape(2, *shape))
        self._groups.begin(dt, *moving)
        return free.reshape(shape), np.minimum(free, self._pixels.held(caps)).reshape(shape)

    def _dim(
        self,
        colour: Callable[[NDArray[np.float32]], NDArray[np.float32]],
        free: NDArray[np.float32],
        held: NDArray[np.float32],
        dt: Seconds,
        ceiling: float,
    ) -> tuple[float, int, bool]:
        """g, the window that dims most or -1, and whether pixels are held."""
        caps = [machine.cap(dt) for machine in self._means]
        caps[0] = min(caps[0], ceiling)
        means, colours = self._windows.means(free), self._mean_colours(colour(free))
        g, worst = self._least(means, self._unlit(caps, means, colours))
        hold = self._groups.hold(dimmed=worst >= 0)
        if hold:
            means, colours = self._windows.means(held), self._mean_colours(colour(held))
            g, worst = self._least(means, self._unlit(caps, means, colours))
        for machine, mean in zip(self._means, means.tolist(), strict=True):
            machine.commit(mean * g)
        colours *= np.float32(g)
        self._colours.commit(place_of(colours), _brightest(colours) >= self._law.lit)
        self._groups.commit(hold, dimmed=worst >= 0)
        return g, worst, hold

    def _mean_colours(self, picture: NDArray[np.float32]) -> NDArray[np.float32]:
        """``(windows, 3)`` of light that is put out."""
        return self._windows.means(picture.transpose(2, 0, 1)).T.astype(np.float32)

    def _unlit(
        self, caps: list[float], means: NDArray[np.float64], colours: NDArray[np.float32]
    ) -> list[float]:
        """The caps, and where a mean would swing to another colour, what it may have to be unlit."""
        brightest = _brightest(colours)
        _, held = self._colours.hold(place_of(colours), brightest >= self._law.lit)
        caps = [*caps]
        for window in np.flatnonzero(held).tolist():
            unlit = UNLIT * self._law.lit / float(brightest[window])
            caps[window] = min(caps[window], unlit * float(means[window]))
        return caps

    def _least(self, means: NDArray[np.float64], caps: list[float]) -> tuple[float, int]:
        g, worst = 1.0, -1
        for index, (mean, cap) in enumerate(zip(means.tolist(), caps, strict=True)):
            if mean * g > cap:
                g, worst = cap / mean, index
        return g, worst


def _lit_as(
    colours: NDArray[np.float32], of: NDArray[np.float32], light: NDArray[np.float32]
) -> NDArray[np.float32]:
    """The colours, which have the luminance ``of``, with that of ``light``."""
    ratio = np.divide(light, of, out=np.zeros_like(light), where=of > 0)
    lit: NDArray[np.float32] = colours * ratio[..., None]
    return lit
