"""How much one address may do; of an address only a digest is remembered, with a salt, in memory."""

import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Callable
from time import monotonic
from typing import Final

from installation.values import Seconds
from installation.web.hosts import client_of

__all__ = ["Limiter"]

_REMEMBERED: Final = 4096
_SALT_LASTS: Final[Seconds] = 86_400.0


class Limiter:
    """A token bucket for each address.

    Args:
        burst: What an address may do at once.
        period: Seconds until it may do one thing more.
        now: Source of monotonic seconds.
    """

    def __init__(self, burst: int, period: Seconds, now: Callable[[], Seconds] = monotonic) -> None:
        self._burst = float(burst)
        self._period = period
        self._now = now
        self._known: OrderedDict[bytes, tuple[float, Seconds]] = OrderedDict()
        self._salt = secrets.token_bytes(16)
        self._salted = now()

    def wait(self, address: str) -> Seconds:
        """Return the seconds until an address may do one thing more; 0 for now."""
        left = self._left(self._mark(address))
        return 0.0 if left >= 1.0 else (1.0 - left) * self._period

    def count(self, address: str) -> None:
        """Count one thing that an address has done."""
        mark = self._mark(address)
        left = self._left(mark)
        self._known.pop(mark, None)
        self._known[mark] = max(left - 1.0, 0.0), self._now()
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)

    def forgive(self, address: str) -> None:
        """Take one count back: what was counted has not been done."""
        mark = self._mark(address)
        if mark in self._known:
            self._known[mark] = min(self._burst, self._left(mark) + 1.0), self._now()

    def _left(self, mark: bytes) -> float:
        left, at = self._known.get(mark, (self._burst, self._now()))
        return min(self._burst, left + (self._now() - at) / self._period)

    def _mark(self, address: str) -> bytes:
        if self._now() - self._salted > _SALT_LASTS:
            self._salt, self._salted = secrets.token_bytes(16), self._now()
            self._known.clear()
        return hashlib.blake2b(client_of(address).encode(), key=self._salt, digest_size=8).digest()
