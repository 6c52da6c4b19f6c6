"""How much the lamps of this machine may take at this moment, by what the keeper says that they show.

A limit holds in the frame that it was made for. Lamps show frames that are older than the newest one: by the
wire, by the venue's delay, and for seconds where the keeper holds a look, since the stage has hitched or has
just started. So the keeper says how old the oldest frame is of which they still show anything
(``keeper.light.Look.oldest``), and what counts is the highest limit of all frames since that one. A look
between two frames, in a crossfade, counts as within the higher limit of the two
(``light.power.Crossfade``). The safe look, which a keeper shows in a panic or without a stage, keeps to no
limit: it takes what it takes.
"""

from collections import deque
from typing import Final

from installation.values import Seconds

__all__ = ["Confirmation"]

_SENT: Final[Seconds] = 0.1
"""After the keeper has said that it sends a frame, the lamps have it by then."""


class Confirmation:
    """The limits of the frames that may be on the lamps."""

    def __init__(self) -> None:
        self._first: Seconds | None = None
        self._limits = _Highest(), _Highest()
        self._said: deque[tuple[Seconds, Seconds]] = deque()
        self._since: Seconds = -1.0
        self._safe_at: Seconds | None = None
        self.safe = False
        """Whether the lamps may show anything of the safe look."""

    def made(self, at: Seconds, watts: float, lumens: float) -> None:
        """Note the limits of a frame whose light was made at monotonic second ``at``; infinite for none."""
        self._first = at if self._first is None else self._first
        for limits, value in zip(self._limits, (watts, lumens), strict=True):
            limits.add(at, value)

    def shown(self, oldest: Seconds, safe: bool, now: Seconds) -> None:
        """Take what the keeper says.

        Args:
            oldest: When the oldest frame was made that lamps show anything of. -1 where it does not know;
                then what it said last holds.
            safe: Whether they show anything of the safe look.
            now: Monotonic seconds.
        """
        if safe:
            self._safe_at = now
        self.safe = self._safe_at is not None and now - self._safe_at < _SENT
        if oldest > (self._said[-1][1] if self._said else self._since):
            self._said.append((now, oldest))
        while self._said and now - self._said[0][0] >= _SENT:
            self._since = self._said.popleft()[1]
        for limits in self._limits:
            limits.forget(self._since)

    def most(self) -> tuple[float, float]:
        """Return the most watts and lumens that the lamps may take now.

        -1 where nothing limits them, or if they may show light from before the first frame.
        """
        if self._first is None or self._since < self._first:
            return -1.0, -1.0
        watts, lumens = (limits.value for limits in self._limits)
        return (watts if watts < float("inf") else -1.0), (lumens if lumens < float("inf") else -1.0)


class _Highest:
    """The highest of the values since a moment: only those are kept that no later one exceeds."""

    def __init__(self) -> None:
        self._kept: deque[tuple[Seconds, float]] = deque()

    def add(self, at: Seconds, value: float) -> None:
        while self._kept and self._kept[-1][1] <= value:
            self._kept.pop()
        self._kept.append((at, value))

    def forget(self, before: Seconds) -> None:
        while self._kept and self._kept[0][0] < before:
            self._kept.popleft()

    @property
    def value(self) -> float:
        return self._kept[0][1] if self._kept else float("inf")
