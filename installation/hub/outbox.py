"""Kept messages of this hub, and the thread that sends them."""

import threading
from collections.abc import Callable

from installation.errors import PhotophoreError
from installation.ipc.bus import contained
from installation.values import Seconds

__all__ = ["Outbox"]


class Outbox:
    """Holds the newest payload of each key and sends what is due.

    Args:
        send: Called in the thread with run (empty for all), key, number and payload; may wait. Raises
            what the bus raises.

    Attributes:
        closed: Whether it has ended.
    """

    def __init__(self, send: Callable[[str, str, int, bytes], None]) -> None:
        self._send = send
        self._kept: dict[str, tuple[int, bytes]] = {}
        self._due: dict[tuple[str, str], None] = {}
        self._number = 0
        self._changed = threading.Condition()
        self._busy = False
        self.closed = False
        self._failed = ""
        self._thread = threading.Thread(target=self._run, name="kept messages", daemon=True)
        self._thread.start()

    def put(self, key: str, payload: bytes) -> None:
        """Keep and send a message. Raises PhotophoreError if the last could not be sent."""
        with self._changed:
            failed, self._failed = self._failed, ""
            self._number += 1
            self._kept[key] = self._number, payload
            self._due["", key] = None
            self._changed.notify_all()
        if failed:
            raise PhotophoreError(failed)

    def again(self, run: str) -> None:
        """Send all of them to a run that has appeared, oldest first."""
        with self._changed:
            for key in sorted(self._kept, key=lambda key: self._kept[key][0]):
                self._due[run, key] = None
            self._changed.notify_all()

    def close(self, patience: Seconds) -> None:
        """End it, when all is sent or after ``patience`` seconds."""
        with self._changed:
            self._changed.wait_for(lambda: not self._due and not self._busy, patience)
            self.closed = True
            self._changed.notify_all()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._busy = False
                self._changed.notify_all()
                self._changed.wait_for(lambda: self._due or self.closed)
                if self.closed:
                    return
                run, key = next(iter(self._due))
                del self._due[run, key]
                number, payload = self._kept[key]
                self._busy = True
            try:
                with contained("a message to other hubs cannot be sent"):
                    self._send(run, key, number, payload)
            except PhotophoreError as error:
                with self._changed:
                    self._failed = str(error)
