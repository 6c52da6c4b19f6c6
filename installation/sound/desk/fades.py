"""Fades that begin and end without a corner."""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation.sound import BLOCK, RATE
from installation.values import Seconds

__all__ = ["Fade", "Level"]

Floats = NDArray[np.float64]

_STEPS: Final = np.arange(1, BLOCK + 1, dtype=np.float64)


class Fade:
    """A factor between 0 and 1 along half a period of a cosine, which can turn round at any time.

    Where it turns round or stands it brakes: value and slope are continuous, the slope is at most that of a
    whole fade, and it still arrives within the time of a whole one.

    Args:
        down, up: Seconds from 1 to 0, and back.
        at: Where it stands first.

    Attributes:
        at: Where it stands along the way, 0..1.
    """

    def __init__(self, down: Seconds, up: Seconds, at: float = 1.0) -> None:
        self.at = at
        self._speed = self._aim = self._brake = 0.0
        self.take(down, up)

    def take(self, down: Seconds, up: Seconds) -> None:
        """Take other times."""
        self._down, self._up = 1.0 / max(down * RATE, 1.0), 1.0 / max(up * RATE, 1.0)

    def process(self, on: bool) -> float | Floats:
        """Return the factor of the next block, (BLOCK,), or one number where it stands.

        Args:
            on: Whether it goes to 1; else to 0.
        """
        end = 1.0 if on else 0.0
        if self.at == end:
            return end
        return self._go(self._up if on else -self._down)

    def stand(self) -> float | Floats:
        """Return the factor of the next block where it stands, or brakes to stand."""
        if 0.0 < self.at < 1.0 and self._speed:
            return self._go(0.0)
        return 0.5 - 0.5 * math.cos(math.pi * self.at) if self.at > 0.0 else 0.0

    def _go(self, aim: float) -> Floats:
        if not 0.0 < self.at < 1.0:  # at its ends it has no slope, however fast it goes
            self._speed = self._aim = aim
        elif aim != self._aim:
            self._turn(aim)
        if self._speed == aim:
            way = self.at + aim * _STEPS
        else:
            rest = self._speed - aim
            speeds = aim + np.sign(rest) * np.maximum(abs(rest) - self._brake * _STEPS, 0.0)
            self._speed = float(speeds[-1])
            way = self.at + np.cumsum(speeds)
        way = np.clip(way, 0.0, 1.0)
        self.at = float(way[-1])
        found: Floats = 0.5 - 0.5 * np.cos(np.pi * way)
        found[way == 0.0] = 0.0
        return found

    def _turn(self, aim: float) -> None:
        """Find how much of its speed it loses in a sample.

        So much that the factor bends as in a whole fade; more where it would be late, or reach the other end.
        """
        self._aim = aim
        change, fastest = abs(self._speed - aim), max(abs(self._speed), abs(aim))
        room = self.at if (aim or -self._speed) > 0.0 else 1.0 - self.at
        samples = min(math.sin(math.pi * self.at) * change / (math.pi * fastest), room) / fastest
        self._brake = change / max(samples, 1.0)


class Level:
    """A fader in decibels that moves at a bounded speed; at its lower end it is closed.

    Args:
        lowest: Decibels at and below which the factor is 0.
        speed: Most decibels in a second.
    """

    def __init__(self, lowest: float = -60.0, speed: float = 120.0) -> None:
        self._lowest = lowest
        self._step = speed * BLOCK / RATE
        self._at: float | None = None

    def process(self, level: float) -> float | Floats:
        """Return the factor of the next block, (BLOCK,), or one number where it stands.

        Args:
            level: Decibels; what is no number closes it.
        """
        wanted = max(level, self._lowest) if math.isfinite(level) else self._lowest
        if self._at is None:
            self._at = wanted
        before = self._at
        self._at += min(max(wanted - before, -self._step), self._step)
        first, last = self._factor(before), self._factor(self._at)
        if first == last:
            return last
        found: Floats = first + (last - first) * _STEPS / BLOCK
        return found

    def _factor(self, level: float) -> float:
        return 0.0 if level <= self._lowest else 10.0 ** (level / 20.0)
