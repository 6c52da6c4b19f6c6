"""Supervises the outgoing side of the stage's devices. A frame only queues; it never waits for a device.

Each device has one thread (``worker``), in which it is opened, used, closed on an error and reopened.
"""

import threading
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Final

from installation.contract import ControlSurface, Message, MessageOutput
from installation.devices.adapters import InputSupervisor, Put
from installation.devices.worker import LOOK, DeviceWorker
from installation.values import Seconds

__all__ = ["LATEST", "LONGEST_QUEUE", "MOST_STATES", "MessageSupervisor", "SurfaceSupervisor"]

LONGEST_QUEUE: Final = 1024
"""Most messages queued for a device; beyond that the oldest is dropped and counted."""
LATEST: Final[Seconds] = 1.0
"""Seconds after which a queued message is dropped: a late GO does harm."""
MOST_STATES: Final = 4096
"""Most addresses with feedback on one surface; further ones are dropped and counted."""

_BATCH: Final = 256


@dataclass(slots=True, eq=False)
class _Waiting:
    """A message in the queue, and since when; of a stream the newest value, at the place of the oldest."""

    since: Seconds
    message: Message


class MessageSupervisor(DeviceWorker):
    """Supervises one message output.

    A stream has one place in the queue: a newer value replaces the one that waits there, so it is never late.
    When the queue is full, streams make room for events.

    Args:
        adapter: The output.
    """

    adapter: MessageOutput

    def __init__(self, adapter: MessageOutput) -> None:
        super().__init__(adapter, "output")
        self._queue: deque[_Waiting] = deque()
        self._streams: dict[tuple[str, str], _Waiting] = {}

    def put(self, messages: Iterable[Message], now: Seconds) -> None:
        """Queue messages, in order. Never waits for the device.

        Args:
            messages: The messages to send.
            now: Monotonic seconds.
        """
        with self._changed:
            for message in messages:
                self._add(_Waiting(now, message))
            self._changed.notify()

    def _add(self, fresh: _Waiting) -> None:
        key = (fresh.message.to, fresh.message.address)
        waiting = self._streams.get(key)
        if waiting is not None and fresh.message.stream:
            waiting.since, waiting.message = fresh.since, fresh.message
            return
        if len(self._queue) >= LONGEST_QUEUE:
            self._make_room()
        self._queue.append(fresh)
        if fresh.message.stream:
            self._streams[key] = fresh
        else:
            self._streams.pop(key, None)  # a later value of the stream must not overtake this event

    def _drop(self, message: Message) -> None:
        self.adapter.counters.dropped += 1
        self.adapter.refusals.note(
            "could not be sent in time", message.address, "`photophore status` tells how the output is"
        )

    def _make_room(self) -> None:
        oldest = next(iter(self._streams.values()), self._queue[0])
        self._queue.remove(oldest)
        self._forget(oldest)
        self._drop(oldest.message)

    def _forget(self, gone: _Waiting) -> None:
        key = (gone.message.to, gone.message.address)
        if self._streams.get(key) is gone:
            del self._streams[key]

    def _turn(self) -> bool:
        """Send what waits; when it is to stop, the rest of the queue first."""
        wait = min(LOOK, self.adapter.tend())
        with self._changed:
            self._changed.wait_for(lambda: self._stop or bool(self._queue), max(0.0, wait))
            if self._stop and not self._queue:
                self.adapter.tend()
                return False
            batch = self._fresh(monotonic())
        if batch:
            self.adapter.send(batch)
            self._used()
        return True

    def _fresh(self, now: Seconds) -> list[Message]:
        """Take the next batch from the queue; messages that are too old are dropped and counted."""
        batch: list[Message] = []
        while self._queue and len(batch) < _BATCH:
            waiting = self._queue.popleft()
            self._forget(waiting)
            if now - waiting.since > LATEST and not waiting.message.stream:
                self._drop(waiting.message)
            else:
                batch.append(waiting.message)
        return batch


class SurfaceSupervisor(InputSupervisor):
    """Supervises one control surface: readings in, and the newest feedback of each address out.

    When a lost device is back, all feedback is sent again, so that its lights are right.
    """

    adapter: ControlSurface

    def __init__(self, adapter: ControlSurface, put: Put) -> None:
        super().__init__(adapter, put)
        self._states: dict[str, Message] = {}
        self._waiting: dict[str, Message] = {}
        self._guard = threading.Lock()

    def show(self, messages: Iterable[Message]) -> None:
        """Set the feedback that the surface shows from now on. Never waits for the device."""
        news = False
        with self._guard:
            for message in messages:
                known = self._states.get(message.address)
                if known is None and len(self._states) >= MOST_STATES:
                    self.adapter.counters.dropped += 1
                elif known != message:
                    self._states[message.address] = self._waiting[message.address] = message
                    news = True
        if news:
            self._wake()

    def _opened(self) -> None:
        with self._guard:
            self._waiting = dict(self._states)

    def _between(self) -> None:
        with self._guard:
            if not self._waiting:
                return
            messages: Sequence[Message] = list(self._waiting.values())
            self._waiting = {}
        self.adapter.feedback(messages)
