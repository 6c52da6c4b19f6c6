"""The flash law in numbers: how much, how often and how red the light may change.

All levels are relative luminance in linear light, 1.0 = the white of the projector or the full output of a
lamp. The limits are stricter than the texts they come from (WCAG 2.x SC 2.3.1 and 2.3.2, ITU-R BT.1702, HSE
advice for strobes): those allow three flashes in any second, this law allows one rise.

Red. WCAG 2.2 (from ISO 9241-391) counts a pair of opposing transitions of which one state has R / (R + G + B)
>= 0.8 and which differ by more than 0.2 in CIE 1976 u'v'; the older rule (Harding & Binnie 2002) needs the
same share of red and a change of (R - G - B) x 320 by more than 20. No state with more than ``red`` = 0.72
exists after the guard, so neither can be met, at any rate, area or level.

Colour. Changes of more than 0.2 in u'v' between colours of any hue are counted too, and bounded (``swings``).

Not covered, and to be said wherever the guard is described: flicker smaller than ``step``, swings of colour
smaller than 0.2 or of what is darker than ``lit``, striped patterns that are curled up, and others in the
first twenty seconds, while their contrast sinks (``patterns``); light from devices that we do not drive.
"""

import math
from dataclasses import dataclass
from typing import Literal

from installation.values import Seconds

__all__ = ["LAWS", "LUMINANCE", "TOLERANCE", "UNLIT", "FlashLaw", "law_for"]

LUMINANCE = (0.2126, 0.7152, 0.0722)
"""Weights of linear R, G, B in relative luminance (ITU-R BT.709; WCAG 2.x "relative luminance")."""

TOLERANCE: Seconds = 1e-4
"""A refractory time has passed only when it is over by this much.

Sixty steps of 1/60 s do not add up to 1 s in floats; without this a rounding error would decide, and
differently on every processor. It only ever lengthens the time.
"""

UNLIT = 0.99
"""How much of the law's ``lit`` may be that must not be lit."""

STEADY = 0.92
"""How much of what a mean may rise by, within the first refractory time, words may have at once."""

SOFTLY: Seconds = 0.1
"""How long it takes them, so that nothing jumps."""


@dataclass(frozen=True, slots=True)
class FlashLaw:
    """The constants of one profile.

    Attributes:
        step: h. A change of luminance by more than this is a rise or a fall. WCAG counts from 0.10 on; the
            room between is for what comes after the guard, dither above all (``render.output``).
        window_step: h_w. A monotone change of a window's mean by this much is an event.
        refractory: T_ref. No pixel, lamp or window begins a rise within this time of its last rise's peak.
        red: Largest share of red in R + G + B (linear). WCAG calls 0.8 and more saturated red.
        ramp: Duration of the rise from black after a start.
        stall: Of a gap between two presented frames no more time than this counts; a longer one is a new
            start for lamps, and where nothing but the clock is known.
        lost: A gap longer than this is a new start for the picture too.
        slack: How far a window's mean may turn back and still be in the same run.
        rounding: The same for a rise that is an event: no more than a sum's rounding error. Also how far
            above its cap a mean that was dimmed to it may be found, and what a higher peak has to exceed.
        again: Share of ``window_step`` that a second rise of a window may reach within ``refractory``.
        group: Share of a window whose pixels lift or sink together, as a sum that forgets (``groups``). With
            ``memory`` it is less than the quarter of a 10-degree field from which WCAG counts.
        memory: Time constant of that sum.
        slow: Change of luminance in a second up to which a pixel that is rising goes on without lifting.
        leap: The same in a single frame, however long it is.
        counted: Change of a pixel that the profile's counter marks (``marks``): WCAG's tenth, or half of it.
        darker: It counts where the darker state is below this (WCAG).
        clear: How far from a mark every pixel is kept, so that rounding does not decide when it falls.
            Whole multiples of ``marks.UNIT``.
        swing: How far apart in u'v' the colours of one epoch may lie (``swings``). WCAG's change is 0.2.
        swing_rest: No epoch of colour begins within this time of the beginning of the last.
        lit: Share of white that a colour's brightest channel has to have for its colour to count.
    """

    step: float
    window_step: float
    refractory: Seconds = 1.0
    red: float = 0.72
    ramp: Seconds = 2.0
    stall: Seconds = 0.5
    lost: Seconds = 10.0
    slack: float = 0.002
    rounding: float = 1e-5
    again: float = 0.9
    group: float = 0.15
    memory: Seconds = 0.1
    slow: float = 0.5
    leap: float = 0.02
    counted: float = 0.1
    darker: float = 0.8
    clear: float = 1 / 2048
    swing: float = 0.19
    swing_rest: Seconds = 0.5
    lit: float = 0.008

    def ramp_at(self, since_start: Seconds) -> float:
        """Largest share of the picture that may show, 0..1, so long after a start.

        A power of time (4.2, in ``strict`` 5.2) that lets a white picture come just as far, while the first
        refractory time runs, as any mean may rise then. So nothing waits at a cap and jumps when it ends.
        """
        power = math.log(self.again * self.window_step) / math.log(self.refractory / self.ramp)
        risen = math.pow(min(1.0, max(0.0, since_start / self.ramp)), power)
        return min(risen, UNLIT * self.lit + self._let_in(since_start) * risen)

    def steady_at(self, since_start: Seconds) -> float:
        """Luminance that anything may have so long after a start, however little the ramp leaves of it.

        It is for words. From a rested black it is no change that counts: less than ``step`` of a pixel, and
        less than ``window_step`` of any mean, as far as means may come before the first refractory time is
        over. Nothing has it before a colour may be lit (``swings``), and then it comes within ``SOFTLY``.
        """
        return STEADY * self.again * self.window_step * self._let_in(since_start)

    def _let_in(self, since_start: Seconds) -> float:
        """How far what may not be lit at first has been let in, 0..1."""
        return min(1.0, max(0.0, (since_start - self.swing_rest - TOLERANCE) / SOFTLY))


LAWS: dict[str, FlashLaw] = {
    "standard": FlashLaw(step=0.075, window_step=0.06),
    # Half of everything: for dark rooms, where eyes are adapted to less than a projector's white.
    "strict": FlashLaw(step=0.0375, window_step=0.03, counted=0.05, clear=1 / 4096, swing_rest=1.0),
}


def law_for(profile: Literal["standard", "strict"]) -> FlashLaw:
    """The constants of a venue's profile."""
    return LAWS[profile]
