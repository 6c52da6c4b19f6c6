"""Live values for browsers: server-sent events, made once for all who listen.

Events (https://html.spec.whatwg.org/multipage/server-sent-events.html): ``status`` with the whole status as
JSON, ``cells`` with the texts of the page that have changed, by key, and ``layout`` when the page has got
other rows and is to be asked for again.
"""

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

__all__ = ["MOST", "Live", "Queue"]

MOST: Final = 32
"""Listeners at the same time."""

_WAITING: Final = 16
"""Events that may wait for one listener; who is slower is let go, and comes again by itself."""

Queue = asyncio.Queue[bytes | None]


class Live:
    """Knows what the page said last, and tells everybody what has changed.

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
        """A queue of events, which begins with everything; None in it ends it."""
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
        """Tell what has changed; cheap while nobody listens."""
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
        """Tell the whole status."""
        if self._queues:
            self._send(_event("status", self._status()))

    def close(self) -> None:
        """Let everybody go."""
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
