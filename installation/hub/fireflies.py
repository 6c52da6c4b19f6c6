"""Flashes of the site: ours told to others with their time, theirs to our stage.

How far they are in step, the stage works out, from what its inbox holds; its number is what the site is told.
"""

import contextlib
from typing import Final

import msgspec

from installation.hub.mesh import speaker
from installation.hub.part import Surroundings
from installation.ipc.feeds.site import FIRED, FLASH, SAID, Fired, Said
from installation.values import Seconds

__all__ = ["Fireflies"]

_KEY: Final = "flash"
_LATE: Final[Seconds] = 2.0
"""A flash that comes later is not passed on: it would be answered after its burst."""
_VALUES: Final = 5
"""Of a flash: hub, place x and y, which of its burst, whether the hub stands for a picture's lights."""
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
                    self._hear(speaker(key), _FIRED.decode(payload), now)

    def _tell(self, fired: Fired) -> None:
        shared = self._shared
        flashed = Fired(FLASH, fired.values, shared.site_time(fired.at), shared.hub)
        shared.mesh.put(f"{_KEY}/{shared.hub}", msgspec.msgpack.encode(flashed))

    def _hear(self, hub: str, flashed: Fired, now: Seconds) -> None:
        shared = self._shared
        at = shared.local_time(flashed.at)
        if len(flashed.values) != _VALUES or not abs(now - at) <= _LATE:
            return
        if flashed.values[0] != hub:
            shared.misname(hub, str(flashed.values[0]))
            return
        shared.local.put(SAID, msgspec.msgpack.encode(Said(FLASH, flashed.values, at)))

    def report(self) -> dict[str, object]:
        """See ``Part``: ``order``."""
        own = self._shared.own
        return {"order": own.order} if own is not None else {}

    def close(self) -> None:
        """See ``Part``."""
        self._fired.close()
        self._flashes.close()
