"""Messages between our processes: put, subscribe, get, alive, close.

On one machine the stage listens on a Unix socket in the state folder; the others connect to it, and reconnect
when it was restarted (``ZenohBus``). There is no scouting, no listening on a network, and no callback:
subscribers drain a bounded ring, because a callback would run in a foreign thread, and an unclosed session
with one hangs the exit. The bus between machines is ``installation.hub.mesh``.
"""

import contextlib
import json
import os
import re
import threading
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from installation.errors import PhotophoreError
from installation.values import Seconds

__all__ = ["Bus", "LocalBus", "LocalHub", "SessionBus", "Subscription", "ZenohBus", "contained", "matches"]

SOCKET: Final = "bus.sock"
_ROOT: Final = "photophore/"
_SETTINGS: Final[dict[str, Any]] = {
    "mode": "peer",
    "connect/exit_on_failure": False,
    "connect/retry": {"period_init_ms": 100, "period_max_ms": 500, "period_increase_factor": 2},
    "scouting/multicast/enabled": False,
    "timestamping/enabled": True,
    "transport/link/tx/lease": 2000,
    "transport/shared_memory/enabled": False,  # saves 16 MiB in each process
}
_SOURCE: Final = re.compile(r"\s+at /\S+:\d+\.?")
"""Where in zenoh's source an error was made: of no use to people."""
_CLOSING: Final[Seconds] = 1.0
"""Zenoh waits ten seconds for each connection over TCP whose cable is cut (see ``hub.settings``)."""
_LONGEST: Final = 90
"""Most bytes of our socket's path: the limit is about 104, and the name of the lock file is longer."""


class Subscription(ABC):
    """Received messages of one pattern; the oldest are dropped unless drained."""

    @abstractmethod
    def drain(self) -> list[tuple[str, bytes]]:
        """Return all ``(key, payload)`` since the last call, oldest first. Never waits."""

    @abstractmethod
    def close(self) -> None:
        """End the subscription."""


class Bus(ABC):
    """Publish, subscribe and liveliness between processes.

    Keys are like ``tree/values``; in a pattern ``*`` matches one part and ``**`` any number.
    """

    @abstractmethod
    def put(self, key: str, payload: bytes, *, keep: bool = False) -> None:
        """Send to all subscribers. The newest kept message of a key also reaches later subscribers.

        Never waits: a slow or hanging reader misses messages.
        """

    @abstractmethod
    def subscribe(self, pattern: str, *, capacity: int = 64, kept: bool = False) -> Subscription:
        """Subscribe to matching keys, with at most ``capacity`` messages between two drains.

        ``kept`` also requests the newest kept message of each key, from before or from a restarted sender.
        It is for one key, not for a pattern: of two keys of one sender, zenoh (1.x) drops the kept message of
        one if a later message of the other has already come, since it orders them by the sender's time.
        """

    @abstractmethod
    def get(self, pattern: str, timeout: Seconds = 1.0) -> dict[str, bytes]:
        """Return the newest kept message of each matching key, waiting at most ``timeout`` seconds."""

    @abstractmethod
    def alive(self, name: str) -> Callable[[], None]:
        """Declare ``name`` alive, until the returned function is called or this process ends."""

    @abstractmethod
    def living(self) -> frozenset[str]:
        """Return the names that are alive in other processes. Cheap enough for every frame."""

    @property
    def reachable(self) -> bool:
        """Return whether processes that start now could connect."""
        return True

    @abstractmethod
    def close(self) -> None:
        """Leave the bus. Harmless when already closed."""


def matches(pattern: str, key: str) -> bool:
    """Return whether the key matches: ``*`` is one part, ``**`` any number. Linear in both lengths."""
    parts, names = pattern.split("/"), key.split("/")
    reachable = {0}
    for part in parts:
        if part == "**":
            reachable = set(range(min(reachable), len(names) + 1)) if reachable else set()
        else:
            reachable = {at + 1 for at in reachable if at < len(names) and part in ("*", names[at])}
    return len(names) in reachable


class LocalHub:
    """Joins several ``LocalBus`` in one process: the bus without a network, for tests and notebooks."""

    def __init__(self) -> None:
        self.members: list[LocalBus] = []


class _LocalSubscription(Subscription):
    def __init__(self, owner: "LocalBus", pattern: str, capacity: int) -> None:
        self.pattern = pattern
        self.waiting: deque[tuple[str, bytes]] = deque(maxlen=capacity)
        self._owner = owner

    def drain(self) -> list[tuple[str, bytes]]:
        """See ``Subscription``."""
        return [self.waiting.popleft() for _ in range(len(self.waiting))]

    def close(self) -> None:
        """See ``Subscription``. Harmless when already closed."""
        with contextlib.suppress(ValueError):
            self._owner.subscriptions.remove(self)


class LocalBus(Bus):
    """One member of a hub within this process."""

    def __init__(self, hub: LocalHub) -> None:
        self._hub = hub
        self.subscriptions: list[_LocalSubscription] = []
        self.kept: dict[str, bytes] = {}
        self.names: set[str] = set()
        hub.members.append(self)

    def put(self, key: str, payload: bytes, *, keep: bool = False) -> None:
        """See ``Bus``."""
        if keep:
            self.kept[key] = payload
        for member in self._hub.members:
            if member is self:
                continue
            for subscription in member.subscriptions:
                if matches(subscription.pattern, key):
                    subscription.waiting.append((key, payload))

    def subscribe(self, pattern: str, *, capacity: int = 64, kept: bool = False) -> Subscription:
        """See ``Bus``."""
        subscription = _LocalSubscription(self, pattern, capacity)
        if kept:
            subscription.waiting.extend(self.get(pattern).items())
        self.subscriptions.append(subscription)
        return subscription

    def get(self, pattern: str, timeout: Seconds = 1.0) -> dict[str, bytes]:  # noqa: ARG002 - nothing to wait for
        """See ``Bus``."""
        return {
            key: payload
            for member in self._hub.members
            if member is not self
            for key, payload in member.kept.items()
            if matches(pattern, key)
        }

    def alive(self, name: str) -> Callable[[], None]:
        """See ``Bus``."""
        self.names.add(name)
        return lambda: self.names.discard(name)

    def living(self) -> frozenset[str]:
        """See ``Bus``."""
        return frozenset(name for member in self._hub.members if member is not self for name in member.names)

    def close(self) -> None:
        """See ``Bus``."""
        if self in self._hub.members:
            self._hub.members.remove(self)


@contextlib.contextmanager
def contained(what: str) -> Iterator[None]:
    """Raise PhotophoreError for any failure of the bus, including panics of its native code.

    A panic derives from BaseException and would end the program, e.g. with a clock before 1970.
    """
    try:
        yield
    except PhotophoreError:
        raise
    except BaseException as error:
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        message = f"{what}: {_SOURCE.sub('', str(error))}"
        raise PhotophoreError(message) from error


def _clear(stale: Path) -> None:
    """Remove the socket of an earlier stage. Raises PhotophoreError."""
    try:
        stale.unlink()
    except FileNotFoundError:
        return
    except OSError as error:
        message = f"the bus needs {stale}, where something else lies ({error.strerror}); move it away"
        raise PhotophoreError(message) from error


class _ZenohSubscription(Subscription):
    def __init__(self, subscriber: Any) -> None:
        self._subscriber = subscriber

    def drain(self) -> list[tuple[str, bytes]]:
        """See ``Subscription``."""
        found = []
        while (sample := self._subscriber.try_recv()) is not None:
            found.append((str(sample.key_expr).removeprefix(_ROOT), sample.payload.to_bytes()))
        return found

    def close(self) -> None:
        """See ``Subscription``."""
        self._subscriber.undeclare()


class SessionBus(Bus):
    """What buses over a Zenoh session share: opening it, names that are alive, closing.

    Args:
        settings: Of Zenoh's configuration, by key.
        root: First parts of all keys, with a slash at the end.
        where: What is opened, for messages.

    Raises PhotophoreError when the session cannot be opened.
    """

    def __init__(self, settings: Mapping[str, Any], root: str, where: str) -> None:
        import zenoh

        self._zenoh: Any = zenoh
        self._root, self._life_root = root, f"{root}@life/"
        with contained(f"the bus cannot be opened {where}"):
            config = zenoh.Config()
            for key, value in (_SETTINGS | dict(settings)).items():
                config.insert_json5(key, json.dumps(value))
            self._session: Any = zenoh.open(config)
        self._closing: threading.Thread | None = None
        self._names: set[str] = set()
        self._own: dict[str, Any] = {}
        self._life: Any = None

    def _watch_life(self) -> None:
        """Subscribe to the names that are alive."""
        with contained("the bus failed"):
            ring: Any = self._zenoh.handlers.RingChannel(256)
            life = self._session.liveliness()
            self._life = life.declare_subscriber(f"{self._life_root}**", ring, history=True)

    def alive(self, name: str) -> Callable[[], None]:
        """See ``Bus``."""
        token = self._session.liveliness().declare_token(self._life_root + name)
        self._own[name] = token  # an unreferenced token would be undeclared

        def end() -> None:
            """Withdraw the name from the bus. Harmless when called again."""
            if self._own.pop(name, None) is not None:
                token.undeclare()

        return end

    def _lives(self) -> list[tuple[str, bool]]:
        """Return names that have come alive (True) or gone (False) since the last call, in order."""
        found = []
        while (sample := self._life.try_recv()) is not None:
            name = str(sample.key_expr).removeprefix(self._life_root)
            if name in self._own:
                continue
            here = sample.kind == self._zenoh.SampleKind.PUT
            found.append((name, here))
            (self._names.add if here else self._names.discard)(name)
        return found

    def living(self) -> frozenset[str]:
        """See ``Bus``."""
        self._lives()
        return frozenset(self._names - self._own.keys())

    def close(self) -> None:
        """See ``Bus``. Waits for a connection that was just cut for a second at most; it ends by itself."""
        if self._closing is None:
            self._closing = threading.Thread(target=self._end, name="closing the bus", daemon=True)
            self._closing.start()
        self._closing.join(_CLOSING)

    def _end(self) -> None:
        with contextlib.suppress(PhotophoreError), contained("the bus cannot be closed"):
            self._session.close()


class ZenohBus(SessionBus):
    """The bus over a Unix socket in the state folder.

    Args:
        folder: State folder.
        listen: True in the process that the others connect to: the stage.

    Raises PhotophoreError when the bus cannot be opened.
    """

    def __init__(self, folder: Path, *, listen: bool) -> None:
        from zenoh import ext

        self._ext: Any = ext
        self._folder: int | None = None
        endpoint = f"unixsock-stream/{self._address(folder, listen=listen)}"
        settings: dict[str, Any] = {
            "listen/endpoints": [endpoint] if listen else [],
            "connect/endpoints": [] if listen else [endpoint],
            "connect/timeout_ms": 0 if listen else -1,
            "scouting/gossip/enabled": False,
        }
        self._listens = folder / SOCKET if listen else None
        super().__init__(settings, _ROOT, f"in {folder}")
        self._publishers: dict[tuple[str, bool], Any] = {}
        self._watch_life()

    def _address(self, folder: Path, *, listen: bool) -> Path:
        path = folder / SOCKET
        if listen:  # left by a killed stage; the lock of the folder excludes a running one
            for stale in (path, path.with_name(SOCKET + ".lock")):
                _clear(stale)
        if len(os.fsencode(path)) > _LONGEST:  # Linux: a short path by way of the folder's descriptor
            self._folder = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
            return Path(f"/proc/self/fd/{self._folder}") / SOCKET
        return path

    def put(self, key: str, payload: bytes, *, keep: bool = False) -> None:
        """See ``Bus``."""
        with contained("the bus failed"):
            publisher = self._publishers.get((key, keep))
            if publisher is None:
                publisher = self._publishers[key, keep] = self._publisher(key, keep=keep)
            publisher.put(payload)

    def _publisher(self, key: str, *, keep: bool) -> Any:
        zenoh = self._zenoh
        if not keep:
            return self._session.declare_publisher(
                _ROOT + key, congestion_control=zenoh.CongestionControl.DROP, express=True
            )
        return self._ext.declare_advanced_publisher(
            self._session,
            _ROOT + key,
            cache=self._ext.CacheConfig(1),
            congestion_control=zenoh.CongestionControl.DROP,  # blocking would let a hung panel stop the stage
            reliability=zenoh.Reliability.RELIABLE,
            publisher_detection=True,
        )

    def subscribe(self, pattern: str, *, capacity: int = 64, kept: bool = False) -> Subscription:
        """See ``Bus``."""
        ring: Any = self._zenoh.handlers.RingChannel(capacity)
        if not kept:
            return _ZenohSubscription(self._session.declare_subscriber(_ROOT + pattern, ring))
        history = self._ext.HistoryConfig(detect_late_publishers=True, max_samples=1)
        return _ZenohSubscription(
            self._ext.declare_advanced_subscriber(self._session, _ROOT + pattern, ring, history=history)
        )

    def get(self, pattern: str, timeout: Seconds = 1.0) -> dict[str, bytes]:
        """See ``Bus``."""
        import time

        subscription = self.subscribe(pattern, kept=True)
        try:
            end = time.monotonic() + timeout
            while not (found := dict(subscription.drain())) and time.monotonic() < end:
                time.sleep(0.005)
            return found
        finally:
            subscription.close()

    @property
    def reachable(self) -> bool:
        """Return False once our socket was removed: connections persist, but new ones are impossible."""
        return self._listens is None or self._listens.is_socket()

    def close(self) -> None:
        """See ``Bus``."""
        super().close()
        if self._folder is not None:
            os.close(self._folder)
            self._folder = None
