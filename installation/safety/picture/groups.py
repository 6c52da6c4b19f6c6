"""The law of groups: no part of a 10-degree field flashes in turn with another part.

Four quarters of a field that light up one after another keep its mean, and no pixel of them rises twice in a
second; the eye still gets a flash at every change. WCAG counts a flash from a quarter of a 10-degree field
on. So what is limited here is the share of a field that rises at about the same time, a *group*.

A pixel *lifts* in a frame when it begins a rise (``refractory``: more than h above its lowest level), when
it is rising and reaches more than d above its highest level, where d = ``slow`` x dt, at most ``leap``, or
when the counter of WCAG in it marks a rise (``marks``). It *sinks* in the same way downwards. Each window
keeps two sums, of the shares of its pixels that lift and that sink; in a time dt they shrink to exp(-dt /
``memory``) of what they were. A *group rise* of the window is a frame in which pixels lift and the first
sum reaches ``group`` or has not sunk below it; a *group fall* a frame in which the second one has.

The rule: when a group fall follows a group rise, a rest lasts until T_ref after that rise. In a rest no
other group rise may happen: in a frame in which lifting pixels would complete one, no pixel of the whole
picture lifts. It is *held*: a fallen pixel to its lowest level + h, a rising one to its highest. All of the
picture, so that no seam shows. A frame that a window's mean dims (``strict``) counts as a group fall of
every window, because dimming makes pixels sink.

Claim 4: of three instants t1 <= t2 <= t3 at which a window shows a group rise, a group fall, a group rise,
the last lies more than T_ref after the first. Proof: at t2 the rest is set to what is left of T_ref since
the latest group rise, which is t1 or later. The sinks of a frame are known before its lifts are allowed, and
are looked at again after them, so this holds for t2 = t3 and for t1 = t2 too. While the rest lasts the first
sum stays below ``group``, so t3 lies after it. A frame whose dimming is found out later decides again, with
the rest set for every window. QED. So in any second the longest sequence of group rises and falls in turns
is fall, rise, fall: three transitions.

Claim 5: a judge who marks a rise or a fall of a tenth (half of it in ``strict``) in every pixel, from the
start on, and counts, in turns, when a quarter or more of a window was marked within 50 ms, counts three in
any second at most. Proof: a mark of the judge is one of ``marks``, in the same frame, so the pixel lifts or
sinks in it. It lifts only if it was let: a mark lies above e + h in a fallen pixel and above all levels in
a rising one (``refractory``, Claim 2 (a)), so what is held marks no rise. It was known to sink before lifts
were allowed, because holding lowers nothing to a mark: a machine that rises stands less than s - h below
the counter's highest point, one that has fallen was not yet s below it, and it is held above both. What
dimming lowers is a group fall anyway. Each share of the quarter counts for at least exp(-0.05 / 0.1) =
0.607 at the end, so the sum reaches 0.25 x 0.607 = 0.152 > ``group`` when the judge counts: he counts a
group rise or a group fall. Claim 4 says the rest.

Steady sparkling is no group rise: a pixel begins at most one rise in T_ref, and as a rule it is marked in
the same frame or the next, so what is spread evenly keeps the sum at ``memory`` / T_ref = 0.1.

Left out on purpose: what rises slowly, under ``slow`` = half of white in a second, after its beginning, but
for the frame of its mark. Otherwise every fade over a moving picture would be held. So a counter with a
threshold above a tenth may date groups later than this law does; what it then sees together are slow parts
of rises. Film of 8 bits is such a counter, because rounding and dither move its threshold by up to three
codes: Claim 5 is about the light before them, and ``docs/flash-safety.md`` says what an attack on the film
was counted with.
"""

import math

import numpy as np
from numpy.typing import NDArray

from installation.safety.law import TOLERANCE, FlashLaw
from installation.values import Seconds

__all__ = ["Groups", "creep"]


def creep(law: FlashLaw, dt: Seconds) -> np.float32:
    """d: how far beyond its extreme a pixel may go in a frame without lifting."""
    return np.float32(min(law.leap, max(law.rounding, law.slow * dt)))


class Groups:
    """The sums and rests of all windows.

    Args:
        count: Number of windows.
        law: The venue's profile.
    """

    def __init__(self, count: int, law: FlashLaw) -> None:
        self._law = law
        self._group = np.float32(law.group)
        self._ends = np.float32(-TOLERANCE)
        self._lifted = np.zeros(count, np.float32)
        self._sunk = np.zeros(count, np.float32)
        self._since_rise = np.zeros(count, np.float32)
        self._rest = np.zeros(count, np.float32)
        self._lifting = np.zeros(count, np.float32)
        self.reset()

    def reset(self) -> None:
        """Start cold: as if a group had just risen, and nothing had fallen."""
        self._lifted.fill(0.0)
        self._sunk.fill(0.0)
        self._since_rise.fill(self._law.refractory)
        self._rest.fill(0.0)
        self._lifting.fill(0.0)

    def begin(self, dt: Seconds, lifting: NDArray[np.floating], sinking: NDArray[np.floating]) -> None:
        """Let ``dt`` seconds pass.

        Args:
            dt: Seconds since the last frame.
            lifting: Share of each window's pixels that would lift in this frame.
            sinking: Share that sinks.
        """
        keep = np.float32(math.exp(-dt / self._law.memory))
        step = np.float32(dt)
        self._lifted *= keep
        self._sunk *= keep
        for left in (self._since_rise, self._rest):
            np.maximum(left - step, np.float32(-1.0), out=left)
        self._sunk += sinking.astype(np.float32)
        self._fall(self._sunk >= self._group)
        self._lifting = lifting.astype(np.float32)

    def hold(self, dimmed: bool) -> bool:
        """Whether no pixel may lift in this frame.

        Args:
            dimmed: Whether a window's mean dims it if none is held.
        """
        rest = np.maximum(self._rest, self._since_rise) if dimmed else self._rest
        completes = self._lifted + self._lifting >= self._group
        return bool((completes & (rest > self._ends)).any())

    def commit(self, held: bool, dimmed: bool) -> None:
        """Take over what was put out."""
        if not held:
            self._lifted += self._lifting
            risen = (self._lifted >= self._group) & (self._lifting > 0)
            self._since_rise[risen] = self._law.refractory
        self._fall((self._sunk >= self._group) | dimmed)

    def _fall(self, where: NDArray[np.bool_]) -> None:
        np.maximum(self._rest, self._since_rise, out=self._rest, where=where)
