"""A thread that writes to MIDI ports, so that a device that is slow makes nobody wait."""

import threading
from collections import deque
from collections.abc import Callable
from typing import TypeAlias

__all__ = ["WAITING", "Writer"]

WAITING = 4096
"""Messages that may wait; beyond that the newest is dropped and counted."""

Send: TypeAlias = Callable[[bytes], None]


class Writer:
    """Sends messages in order, each by its own function; one that raises loses its message.

    Attributes:
        dropped: Messages that were not sent.
    """

    def __init__(self, name: str) -> None:
        self.dropped = 0
        self._name = name
        self._queue: deque[tuple[Send, bytes]] = deque()
        self._news = threading.Condition()
        self._ending = False
        self._thread: threading.Thread | None = None

    def put(self, send: Send, data: bytes) -> None:
        """Queue one message. Waits for nothing."""
        with self._news:
            if self._ending or len(self._queue) >= WAITING:
                self.dropped += 1
                return
            self._queue.append((send, data))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
                self._thread.start()
            self._news.notify()

    def close(self, timeout: float = 1.0) -> None:
        """Send what waits, for at most so many seconds, and end. Harmless when called again."""
        with self._news:
            self._ending = True
            self._news.notify()
        if self._thread is not None:
            self._thread.join(timeout)

    def _run(self) -> None:
        while True:
            with self._news:
                self._news.wait_for(lambda: self._ending or bool(self._queue))
                if not self._queue:
                    return
                send, data = self._queue.popleft()
            try:
                send(data)
            except (OSError, RuntimeError, ValueError):  # it was unplugged, or its library refuses
                self.dropped += 1
