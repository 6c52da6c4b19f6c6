"""Live values for browsers: server-sent events, made once for all listeners.

Events (https://html.spec.whatwg.org/multipage/server-sent-events.html): ``status`` with the whole status as
JSON, ``cells`` with the texts of the page that have changed, by key, and ``layout`` when the rows of the page
have changed and it must be reloaded.
"""

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

__all__ = ["MOST", "Live", "Queue"]

MOST: Final = 32
"""Most simultaneous listeners."""

_WAITING: Final = 16
"""Most events queued for one listener; a slower one is disconnected, and reconnects by itself."""

Queue = asyncio.Queue[bytes | None]


class Live:
    """Compares the page with its last state, and sends changes to all listeners.

    Args:
        cells: Makes the page's texts by key.
        status: Makes the status as JSON.
    """

    def __init__(self, cells: Callable[[], dict[str, str]], status: Callable[[], dict[str, Any]]) -> None:
        self._cells = cells
        self._status = status
        self._last: dict[str, str] = {}
        self._queues: set[Queue] = set()

    def __len__(self) -> int:
        return len(self._queues)

    @contextmanager
    def listening(self) -> Iterator[Queue]:
        """Add a listener: return a queue of events, the full state first; None marks its end."""
        queue: Queue = asyncio.Queue(_WAITING)
        if not self._queues:
            self._last = self._cells()
        queue.put_nowait(_event("status", self._status()) + _event("cells", self._last))
        self._queues.add(queue)
        try:
            yield queue
        finally:
            self._queues.discard(queue)

    def tell(self) -> None:
        """Send changes; cheap without listeners."""
        if not self._queues:
            return
        now, before, self._last = self._cells(), self._last, {}
        self._last = now
        if now.keys() != before.keys():
            self._send(_event("layout", {}))
        changed = {key: text for key, text in now.items() if before.get(key) != text}
        if changed:
            self._send(_event("cells", changed))

    def tell_status(self) -> None:
        """Send the whole status."""
        if self._queues:
            self._send(_event("status", self._status()))

    def close(self) -> None:
        """Disconnect all listeners."""
        for queue in list(self._queues):
            self._end(queue)

    def _send(self, event: bytes) -> None:
        for queue in list(self._queues):
            try:
                queue.put_nowait(event)
            except asyncio.QueueFull:
                self._end(queue)

    def _end(self, queue: Queue) -> None:
        self._queues.discard(queue)
        while not queue.empty():
            queue.get_nowait()
        queue.put_nowait(None)


def _event(name: str, data: dict[str, Any]) -> bytes:
    return f"event: {name}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n".encode()
