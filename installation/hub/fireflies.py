"""Flashes of the site: ours told to others with their time, theirs to our stage; how far they are in step."""

import contextlib
from typing import Final

import msgspec

from installation.hub.part import Surroundings
from installation.ipc.feeds.site import FIRED, FLASH, SAID, Fired, Said
from installation.site.fireflies import Synchrony
from installation.values import Scalar, Seconds

__all__ = ["Fireflies"]

_KEY: Final = "flash"
_LATE: Final[Seconds] = 2.0
"""A flash that comes later is not passed on: it would be answered after its burst."""
_FIRED: Final = msgspec.msgpack.Decoder(Fired)


class Fireflies:
    """Part of the hub process (``hub.part``).

    Args:
        surroundings: What the parts share.
    """

    def __init__(self, surroundings: Surroundings) -> None:
        self._shared = surroundings
        self._fired = surroundings.local.subscribe(FIRED, capacity=256)
        self._flashes = surroundings.mesh.subscribe(f"{_KEY}/*", capacity=1024)
        self._synchrony = Synchrony()

    def advance(self, now: Seconds) -> None:
        """See ``Part``."""
        shared = self._shared
        agreed = shared.error >= 0.0
        for _, payload in self._fired.drain():
            with contextlib.suppress(msgspec.DecodeError):  # of a stage of another version
                fired = _FIRED.decode(payload)
                if fired.name == FLASH and agreed:
                    self._tell(fired)
        for key, payload in self._flashes.drain():
            with contextlib.suppress(msgspec.DecodeError):  # of a hub of another version
                if agreed:
                    self._hear(key.rsplit("/", 1)[-1], _FIRED.decode(payload), now)
        self._synchrony.advance(shared.site_time(now), shared.members)

    def _tell(self, fired: Fired) -> None:
        shared = self._shared
        at = shared.site_time(fired.at)
        self._count(shared.hub, fired.values, at)
        flashed = Fired(FLASH, fired.values, at, shared.hub)
        shared.mesh.put(f"{_KEY}/{shared.hub}", msgspec.msgpack.encode(flashed))

    def _hear(self, hub: str, flashed: Fired, now: Seconds) -> None:
        shared = self._shared
        at = shared.local_time(flashed.at)
        if len(flashed.values) != 4 or flashed.values[0] != hub or not abs(now - at) <= _LATE:
            return
        self._count(hub, flashed.values, flashed.at)
        shared.local.put(SAID, msgspec.msgpack.encode(Said(FLASH, flashed.values, at)))

    def _count(self, hub: str, values: tuple[Scalar, ...], at: Seconds) -> None:
        if len(values) == 4 and values[3] == 0:
            self._synchrony.begin(hub, at)

    def report(self) -> dict[str, object]:
        """See ``Part``: ``order``."""
        return {"order": self._synchrony.order}

    def close(self) -> None:
        """See ``Part``."""
        self._fired.close()
        self._flashes.close()
