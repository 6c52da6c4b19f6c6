"""A rate limit for streams: of each address so many values a second, and always the newest in the end."""

from installation.contract import Message, Seconds

__all__ = ["Limiter"]


class Limiter:
    """Holds back values of streams that come too fast. Events pass always, at once.

    Args:
        rate: Values a second of each address.

    Attributes:
        merged: Values that a newer one, or an event at the same address, has replaced.
    """

    def __init__(self, rate: float) -> None:
        self.merged = 0
        self._interval: Seconds = 1.0 / rate
        self._free: dict[str, Seconds] = {}
        """When the next value of each address may pass."""
        self._held: dict[str, Message] = {}

    def admit(self, message: Message, now: Seconds) -> bool:
        """Whether a message may pass now; else it is held, in place of an older value of its address."""
        address = message.address
        if not message.stream:
            self.merged += self._held.pop(address, None) is not None  # it would overtake the event
            return True
        if address in self._held:
            self.merged += 1
            self._held[address] = message
            return False
        if now < self._free.get(address, 0.0):
            self._held[address] = message
            return False
        self._free[address] = now + self._interval
        return True

    def due(self, now: Seconds) -> list[Message]:
        """Return the held values whose time has come, the one that is due longest first."""
        ready = sorted(
            (address for address in self._held if self._free[address] <= now), key=self._free.__getitem__
        )
        for address in ready:
            self._free[address] = now + self._interval
        return [self._held.pop(address) for address in ready]

    def rest(self) -> list[Message]:
        """Return all held values: nothing more will come."""
        held, self._held = list(self._held.values()), {}
        return held

    def wait(self, now: Seconds) -> Seconds:
        """Return the seconds until a held value is due; infinite where none is held."""
        return min((self._free[address] - now for address in self._held), default=float("inf"))
