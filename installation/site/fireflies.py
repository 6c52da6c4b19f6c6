"""Fireflies without a clock of their own, and how far they are in step.

The model is that of the scene ``symbiosis``: *Photinus carolinus* has no inner period (Sarfati et al., eLife
12, e78908, 2023). A silent light is ready after a while by chance, or starts shortly after it heard enough
others; it flashes four times and is then deaf. Who is ready first leads.

How far they are in step is told by event synchronization (Quian Quiroga, Kreuz, Grassberger, Phys. Rev. E 66,
041904, 2002): bursts of two lights that begin within ``TOGETHER`` of each other, in relation to how many
there were, as the mean of all pairs. A phase as in Kuramoto's model would need a period; there is none.
"""

import math
import random
from collections import deque
from collections.abc import Iterable
from itertools import combinations
from typing import Final

from installation.portable_math import exp_of, log
from installation.values import Seconds

__all__ = [
    "BURST", "DEAF", "EAR", "PERIOD", "READY", "TOGETHER", "Ear", "Firefly", "Synchrony", "enough",
    "envelope", "reach",
]  # fmt: skip

BURST: Final = 4
"""Flashes of a burst."""
PERIOD: Final[Seconds] = 1.25
"""Between two flashes of a burst, +-3 %; each light has its own."""
DEAF: Final[Seconds] = 7.2
"""After the last flash."""
READY: Final[Seconds] = 14.0
"""Mean time after that until a light starts by itself."""
ANSWER: Final[Seconds] = 0.15
"""Until a light starts that has heard enough, +-30 %."""
EAR: Final[Seconds] = 0.3
"""Time constant of the leaky sum of what is heard."""
TOGETHER: Final[Seconds] = 0.5 * PERIOD
"""Between two bursts that count as one: nearer than to the next flash."""
_LN10: Final = 2.302585092994046
_MEMORY: Final[Seconds] = 45.0
"""For how long bursts count: three cycles."""
_RISE: Final[Seconds] = 0.016
_FALL: Final[Seconds] = 0.21
"""Time constants of a flash, as in the scene."""


def _smoothstep(low: float, high: float, value: float) -> float:
    share = min(max((value - low) / (high - low), 0.0), 1.0)
    return share * share * (3.0 - 2.0 * share)


def enough(order: float) -> float:
    """Share of the others that a light must hear, by how ordered they are to become, 0..1."""
    return 0.2 * exp_of(-_LN10 * _smoothstep(0.0, 0.55, order))


def reach(order: float) -> float:
    """How far a light hears, 0.1..1 of the farthest that it can, by how ordered they are to become, 0..1."""
    return 0.1 * exp_of(_LN10 * _smoothstep(0.45, 1.0, order))


def envelope(age: Seconds) -> float:
    """Light of a flash so many seconds after it began, 0..1: up within a twentieth of a second, then down."""
    if not 0.0 <= age < 2.0:
        return 0.0
    up = 1.0 - exp_of(-age / _RISE)
    return up * up * exp_of(-age / _FALL) * 1.386  # its highest value is 1


class Ear:
    """The leaky sum of what one light hears: a share of the others, from flash to flash."""

    def __init__(self) -> None:
        self._sum = 0.0
        self._at: Seconds = 0.0

    def hear(self, share: float, at: Seconds) -> float:
        """Add a flash of this share of the others; return the sum at that time."""
        passed = max(at - self._at, 0.0)
        self._sum = self._sum * exp_of(-passed / EAR) + share
        self._at = max(at, self._at)
        return self._sum


class Firefly:
    """One light.

    Args:
        seed: Text; the same gives the same life.
        now: Seconds at which it begins, silent.
    """

    def __init__(self, seed: str, now: Seconds = 0.0) -> None:
        self._dice = random.Random(seed)
        self.period = PERIOD * (1.0 + 0.03 * (2.0 * self._dice.random() - 1.0))
        self._threshold = 0.7 + 0.6 * self._dice.random()
        self._ear = Ear()
        self._left = 0
        self._joins = 0
        """Which flash of the others' burst its next one begins with."""
        self._deaf_until = now
        self._start = now + self._waits()

    def _waits(self) -> Seconds:
        """Draw a time until it is ready by itself."""
        return -READY * float(log(1.0 - self._dice.random()))

    def hear(self, share: float, at: Seconds, theta: float, number: int = 0) -> None:
        """Hear others flash.

        Who hears enough while it is deaf for less than ``EAR`` more starts when it is ready. Who comes to a
        burst late flashes only what is left of it, and is deaf with the others: else it would be late for
        the next one as well, for good where many lights leave no pause between two bursts.

        Args:
            share: Which share of the others that are within reach, 0..1.
            at: When; it may have been a while ago.
            theta: Share that it must hear to start; each light has its own 70 to 130 % of it.
            number: Which flash of their burst it was, from 0.
        """
        heard = self._ear.hear(share, at)
        if self._left == 0 and at >= self._deaf_until - EAR and heard > theta * self._threshold:
            soon = max(at + ANSWER * (0.7 + 0.6 * self._dice.random()), self._deaf_until)
            if soon < self._start:
                self._start, self._joins = soon, min(max(number, 0), BURST - 1)

    def advance(self, now: Seconds, *, awake: bool = True) -> list[tuple[Seconds, int]]:
        """Return when it has flashed since the last call, and which flash of the burst each is, from 0.

        Args:
            now: Seconds.
            awake: Whether it may begin a burst; one that has begun goes on.
        """
        made: list[tuple[Seconds, int]] = []
        while self._start <= now and (awake or self._left):
            if not self._left:
                self._left, self._joins = BURST - self._joins, 0
            made.append((self._start, BURST - self._left))
            self._left -= 1
            if self._left:
                self._start += self.period
            else:
                self._deaf_until = self._start + DEAF
                self._start = self._deaf_until + self._waits()
        if self._start <= now:  # asleep: it is ready again some time after it may
            self._start, self._joins = now + self._waits(), 0
        return made


class Synchrony:
    """How far bursts of several lights come together.

    Attributes:
        order: 0: as if they did not know each other, or there is one only; 1: each burst is shared by all.
    """

    def __init__(self) -> None:
        self.order = 0.0
        self._bursts: dict[str, deque[Seconds]] = {}

    def begin(self, light: str, at: Seconds) -> None:
        """A light begins a burst."""
        self._bursts.setdefault(light, deque(maxlen=16)).append(at)

    def advance(self, now: Seconds, lights: Iterable[str] = ()) -> float:
        """Return ``order``; ``lights`` that are here count also where they have not flashed."""
        for name in lights:
            self._bursts.setdefault(name, deque(maxlen=16))
        for name, bursts in list(self._bursts.items()):
            while bursts and now - bursts[0] > _MEMORY:
                bursts.popleft()
            if not bursts and name not in lights:
                del self._bursts[name]
        pairs = [_shared(one, other) for one, other in combinations(self._bursts.values(), 2)]
        self.order = sum(pairs) / len(pairs) if pairs else 0.0
        return self.order


def _shared(one: Iterable[Seconds], other: Iterable[Seconds]) -> float:
    """Event synchronization of two trains, 0..1."""
    first, second = list(one), list(other)
    if not first or not second:
        return 0.0
    both = sum(1 for a in first for b in second if abs(a - b) <= TOGETHER)
    return min(both / math.sqrt(len(first) * len(second)), 1.0)
