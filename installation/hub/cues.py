"""What the leader plays: told to the site if we lead, else passed on to our stage."""

import contextlib
from typing import Final

import msgspec

from installation.hub.mesh import speaker
from installation.hub.part import Surroundings
from installation.ipc.feeds.site import FIRED, SAID, STANDING, Fired, Said
from installation.site.cues import Following, Leading, Played
from installation.values import Seconds

__all__ = ["Cues"]

_KEY: Final = "cues/played"
"""For hubs that join, kept; what is new is told by the other key as well, since that one never waits."""
_NEWS: Final = "cues/news"
_GAP: Final[Seconds] = 1.0
"""A stage that tells nothing of itself for so long was started anew."""
_FIRED: Final = msgspec.msgpack.Decoder(Fired)
_PLAYED: Final = msgspec.msgpack.Decoder(Played)


class Cues:
    """Part of the hub process (``hub.part``).

    Args:
        surroundings: What the parts share.
    """

    def __init__(self, surroundings: Surroundings) -> None:
        self._shared = surroundings
        self._leading, self._following = Leading(), Following()
        self._fired = surroundings.local.subscribe(FIRED)
        self._played = surroundings.mesh.subscribe(f"{_KEY}/*", kept=True)
        self._news = surroundings.mesh.subscribe(f"{_NEWS}/*")
        self._heard_at: Seconds | None = None

    def advance(self, now: Seconds) -> None:  # noqa: ARG002 - what came says when
        """See ``Part``."""
        shared = self._shared
        for _, payload in self._fired.drain():
            with contextlib.suppress(msgspec.DecodeError):  # of a stage of another version
                self._tell(_FIRED.decode(payload))
        for key, payload in (*self._news.drain(), *self._played.drain()):
            with contextlib.suppress(msgspec.DecodeError):  # of a hub of another version
                said = _PLAYED.decode(payload)
                if said.hub == speaker(key):
                    self._following.hear(said, shared.leader, shared.epoch)
                else:
                    shared.misname(speaker(key), said.hub)
        own, before = shared.own, self._heard_at
        if own is None or shared.error < 0.0:
            return
        self._heard_at = own.at
        if before is None or own.at - before > _GAP or shared.leader == shared.hub:
            self._following.forget()
        played = self._following.due(shared.leader, shared.epoch) if shared.leader != shared.hub else None
        if played is not None:
            event = Said(f"command:{STANDING}", played.values, shared.local_time(played.at))
            shared.local.put(SAID, msgspec.msgpack.encode(event))

    def _tell(self, fired: Fired) -> None:
        shared = self._shared
        if fired.name != STANDING or shared.leader != shared.hub or not fired.values:
            return
        changed, *values = fired.values
        played = self._leading.tell(
            shared.hub, shared.epoch, shared.site_time(fired.at), tuple(values), changed=bool(changed)
        )
        if played is not None:
            payload = msgspec.msgpack.encode(played)
            if changed:
                shared.mesh.put(f"{_NEWS}/{shared.hub}", payload)
            shared.mesh.put(f"{_KEY}/{shared.hub}", payload, keep=True)

    def report(self) -> dict[str, object]:
        """See ``Part``: nothing."""
        return {}

    def close(self) -> None:
        """See ``Part``."""
        self._fired.close()
        self._played.close()
        self._news.close()
