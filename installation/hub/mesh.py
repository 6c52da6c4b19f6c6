"""The bus between the hubs of a site: Zenoh over TCP or TLS, on stated addresses only.

Plain messages are sent at once, and lost where a hub is not reached or does not keep up. A kept message is
not: its sender holds the newest payload of each key, a thread sends it without dropping, and all of them are
sent again when a hub appears, late or after a partition. Receivers know by a number which they have.

A hub that hangs holds up the thread for less than a second, then its connection is closed. Received kept
messages stay here, so that a later subscription gets them without asking anybody.

Every ``KEY`` ends with the name of the hub that says it. A message whose key ends with another name than its
sender states, or whose sender states the run of another hub, is dropped and told. That keeps apart who is
confused; whoever forges all of it is kept out by certificates with ``admit`` only, by which a hub hears from
the certificate of each name nothing but keys that end with that name (``hub.settings``).

==================  ======================================================================================
key                 payload
==================  ======================================================================================
``now/KEY``         a plain message; attachment ``Sender`` in MessagePack
``kept/KEY``        a kept message; likewise
``to/RUN/KEY``      a kept message again, for one that has appeared
``@life/HUB/RUN``   liveliness: the hub is here. ``RUN`` is HUB-N, N differs for every start of its process
==================  ======================================================================================
"""

import contextlib
import logging
import secrets
from collections import Counter, OrderedDict, deque
from collections.abc import Callable
from typing import Any, Final

import msgspec

from installation.errors import PhotophoreError
from installation.hub.options import HubOptions
from installation.hub.outbox import Outbox
from installation.hub.settings import where, zenoh_settings
from installation.ipc.bus import SessionBus, Subscription, contained, matches
from installation.values import Seconds

__all__ = ["OPEN", "MeshSubscription", "Sender", "SiteMesh", "speaker"]

OPEN: Final = "open/"
"""Keys that begin so are heard from hubs that are not members, too."""
_WAITING: Final = 8192
"""Messages between two drains; beyond it the oldest plain ones are dropped, and kept ones wait with their
sender."""
_NOW, _KEPT, _TO = "now", "kept", "to"
_MOST_KEPT: Final = 65_536
"""Kept messages of all other hubs together; beyond it the oldest are forgotten."""
_LARGEST: Final = 1 << 20
"""Bytes of one message."""
_MOST_MISNAMED: Final = 64
"""Pairs of names in ``misnamed``."""
_LONGEST_NAME: Final = 64
"""Characters of a name in it: a message, and who sends it, may say anything."""
_FLUSH: Final[Seconds] = 0.3
"""Patience at the end with kept messages that have not been sent."""

log = logging.getLogger(__name__)


class Sender(msgspec.Struct, frozen=True, array_like=True):
    """Who sends a message.

    Attributes:
        hub: Its name.
        run: Differs for every start of its process.
        number: Of a kept message: counts upward over all keys of a run; 0 of a plain one.
    """

    hub: str
    run: str
    number: int = 0


_SENDER: Final = msgspec.msgpack.Decoder(Sender)


def speaker(key: str) -> str:
    """Return the name of the hub that says the messages of a key: its last part."""
    return key.rpartition("/")[2]


def _hub_of(run: str) -> str:
    """Return the name with which a run begins, so that no hub can take another's; empty of older versions."""
    return run.rpartition("-")[0]


class MeshSubscription(Subscription):
    """Plain messages in a ring; of kept ones the newest of each sender and key, none of which is dropped."""

    def __init__(self, mesh: "SiteMesh", pattern: str, capacity: int, *, kept: bool) -> None:
        self.pattern = pattern
        self._mesh = mesh
        self._kept = kept
        self._ring: deque[tuple[str, str, bytes]] = deque(maxlen=capacity)
        self._newest: OrderedDict[tuple[str, str], bytes] = OrderedDict()

    def put(self, sender: Sender, key: str, payload: bytes) -> None:
        """Add a message."""
        if self._kept and sender.number:
            self._newest[sender.run, key] = payload
            self._newest.move_to_end((sender.run, key))
        else:
            self._ring.append((sender.run, key, payload))

    def messages(self) -> list[tuple[str, str, bytes]]:
        """Return run of the sender, key and payload of all messages since the last call. Never waits."""
        self._mesh.receive()
        found = [*self._ring, *((run, key, payload) for (run, key), payload in self._newest.items())]
        self._ring.clear()
        self._newest.clear()
        return found

    def drain(self) -> list[tuple[str, bytes]]:
        """See ``Subscription``."""
        return [(key, payload) for _, key, payload in self.messages()]

    def close(self) -> None:
        """See ``Subscription``. Harmless when already closed."""
        self._mesh.forget(self)


class SiteMesh(SessionBus):
    """This hub's end of the site's network. To be used by one thread.

    The names that are alive on it are those of hubs.

    Args:
        options: Of this hub.

    Attributes:
        run: Of this end.
        heard: Runs from which something has come; emptied by who reads it.
        withheld: Messages of hubs that are not members.
        dropped: Messages that were no messages of ours, or too large.
        misnamed: Messages that a sender sent in another's name, by the names of both, sender first; emptied
            by who reads it.

    Raises PhotophoreError if an address cannot be listened on, or a certificate cannot be read.
    """

    def __init__(self, options: HubOptions) -> None:
        self.hub, self.run = options.hub, f"{options.hub}-{secrets.token_hex(8)}"
        self.heard: set[str] = set()
        self.withheld = 0
        self.dropped = 0
        self.misnamed: Counter[tuple[str, str]] = Counter()
        self._subscriptions: list[MeshSubscription] = []
        self._received: OrderedDict[tuple[str, str], tuple[Sender, bytes]] = OrderedDict()
        self._early: OrderedDict[tuple[str, str], tuple[Sender, bytes]] = OrderedDict()
        self._runs: dict[str, str] = {}
        self._admitted: frozenset[str] | None = None
        self._publishers: dict[str, Any] = {}
        super().__init__(zenoh_settings(options), f"photophore/site/{options.site}/", where(options))
        try:
            with contained("the site's network failed"):
                handlers, declare = self._zenoh.handlers, self._session.declare_subscriber
                # Before our name is alive: whoever sees it reaches these.
                queue: Any = handlers.FifoChannel(_WAITING)
                self._kept: Any = declare(f"{self._root}{_KEPT}/**", queue)
                own: Any = handlers.FifoChannel(_WAITING)
                self._again: Any = declare(f"{self._root}{_TO}/{self.run}/**", own)
                self._now: Any = declare(f"{self._root}{_NOW}/**", handlers.RingChannel(_WAITING))
            self._watch_life()
            self._outbox = Outbox(self._send_kept)
            self._end_life = self.alive(options.hub)
        except BaseException:
            super().close()
            raise

    # Sending.

    def put(self, key: str, payload: bytes, *, keep: bool = False) -> None:
        """See ``Bus``. A kept message is sent by a thread; of one key the newest counts.

        Raises PhotophoreError if it is too large, or the session failed; ValueError if the key does not end
        with the name of this hub.
        """
        if speaker(key) != self.hub:
            message = f"{key} does not end with the name of this hub, {self.hub}"
            raise ValueError(message)
        if len(payload) > _LARGEST:
            message = f"{key}: {len(payload)} bytes are more than the {_LARGEST} of a message to other hubs"
            raise PhotophoreError(message)
        if keep:
            self._outbox.put(key, payload)
            return
        publisher = self._publishers.get(key)
        with contained("the site's network failed"):
            if publisher is None:
                publisher = self._publishers[key] = self._session.declare_publisher(
                    f"{self._root}{_NOW}/{key}",
                    congestion_control=self._zenoh.CongestionControl.DROP,
                    express=True,
                )
            publisher.put(payload, attachment=self._signed(0))

    def _signed(self, number: int) -> bytes:
        return msgspec.msgpack.encode(Sender(self.hub, self.run, number))

    def _send_kept(self, run: str, key: str, number: int, payload: bytes) -> None:
        """In the thread: reliable, as all is by default; waits while a hub's queue is full."""
        self._session.put(
            f"{self._root}{_TO}/{run}/{key}" if run else f"{self._root}{_KEPT}/{key}",
            payload,
            attachment=self._signed(number),
            congestion_control=self._zenoh.CongestionControl.BLOCK,
        )

    # Receiving.

    def admit(self, runs: frozenset[str]) -> None:
        """Hear only these runs from now on, besides keys that begin with ``OPEN``. Before that all are heard.

        Kept messages of others wait here until they are admitted.
        """
        if runs == self._admitted:
            return
        self._admitted = runs
        early, self._early = self._early, OrderedDict()
        for (_, key), (sender, payload) in early.items():
            self._take(sender, key, payload)

    @property
    def runs(self) -> dict[str, str]:
        """Name of the hub by run, of those whose connection stands; without this one."""
        self.receive()
        return dict(self._runs)

    def receive(self) -> None:
        """Take what has come. Never waits."""
        for name, here in self._lives():
            hub, _, run = name.partition("/")
            if _hub_of(run) not in ("", hub):
                if here:
                    self.misname(hub, _hub_of(run))
            elif here:
                self._runs[run] = hub
                self._outbox.again(run)
            else:
                self._runs.pop(run, None)
        for channel in (self._kept, self._again, self._now):
            while (sample := channel.try_recv()) is not None:
                self._hear(sample)

    def _hear(self, sample: Any) -> None:
        attachment, payload = sample.attachment, sample.payload.to_bytes()
        kind, _, key = str(sample.key_expr).removeprefix(self._root).partition("/")
        if kind == _TO:
            key = key.partition("/")[2]
        try:
            sender = _SENDER.decode(attachment.to_bytes()) if attachment is not None else None
        except msgspec.DecodeError:
            sender = None
        if sender is None or len(payload) > _LARGEST or bool(sender.number) == (kind == _NOW):
            self.dropped += 1
        elif (name := speaker(key)) != sender.hub or _hub_of(sender.run) not in ("", name):
            self.misname(_hub_of(sender.run) or sender.hub, name)
        elif sender.run != self.run:
            self.heard.add(sender.run)
            self._take(sender, key, payload)

    def misname(self, sender: str, name: str) -> None:
        """Count a message of a hub in another's name; it is dropped, and told by who reads ``misnamed``."""
        if len(self.misnamed) < _MOST_MISNAMED:
            self.misnamed[sender[:_LONGEST_NAME], name[:_LONGEST_NAME]] += 1

    def _take(self, sender: Sender, key: str, payload: bytes) -> None:
        at = sender.run, key
        known = self._received.get(at)
        if sender.number and known is not None and known[0].number >= sender.number:
            return  # sent again, to somebody else
        if self._admitted is not None and sender.run not in self._admitted and not key.startswith(OPEN):
            if sender.number:
                _bounded(self._early, at, (sender, payload))
            else:
                self.withheld += 1
            return
        if sender.number:
            if known is None:
                self._forget_former(sender)
            _bounded(self._received, at, (sender, payload))
        for one in self._subscriptions:
            if matches(one.pattern, key):
                one.put(sender, key, payload)

    def _forget_former(self, sender: Sender) -> None:
        """Forget what an earlier run of the same hub kept, once that run is gone."""
        former = [
            at for at, (one, _) in self._received.items()
            if one.hub == sender.hub and one.run != sender.run and one.run not in self._runs
        ]  # fmt: skip
        for at in former:
            del self._received[at]

    def subscribe(self, pattern: str, *, capacity: int = 64, kept: bool = False) -> MeshSubscription:
        """See ``Bus``; ``kept`` is also for patterns here.

        It gets the newest kept message of each hub and key, at once those that are here already, and is not
        bounded by ``capacity`` in that.
        """
        made = MeshSubscription(self, pattern, capacity, kept=kept)
        self.receive()
        if kept:
            for (_, key), (sender, payload) in self._received.items():
                if matches(pattern, key):
                    made.put(sender, key, payload)
        self._subscriptions.append(made)
        return made

    def forget(self, subscription: MeshSubscription) -> None:
        """End a subscription. Harmless when already ended."""
        with contextlib.suppress(ValueError):
            self._subscriptions.remove(subscription)

    def get(self, pattern: str, timeout: Seconds = 1.0) -> dict[str, bytes]:  # noqa: ARG002 - all is here
        """Return the kept messages that are here, by key. Never waits."""
        self.receive()
        return {key: payload for (_, key), (_, payload) in self._received.items() if matches(pattern, key)}

    def alive(self, name: str) -> Callable[[], None]:
        """See ``Bus``."""
        return super().alive(f"{name}/{self.run}")

    def living(self) -> frozenset[str]:
        """See ``Bus``."""
        return frozenset(self.runs.values())

    def close(self) -> None:
        """See ``Bus``: kept messages leave before, as far as hubs take them."""
        if not self._outbox.closed:
            self._outbox.close(_FLUSH)
            with contextlib.suppress(PhotophoreError), contained("the site's network failed"):
                self._end_life()
        super().close()


def _bounded(kept: OrderedDict[tuple[str, str], tuple[Sender, bytes]], at: tuple[str, str], one: Any) -> None:
    kept[at] = one
    kept.move_to_end(at)
    if len(kept) > _MOST_KEPT:
        kept.popitem(last=False)
