"""A control socket that answers the panel in place of a keeper."""

import selectors
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from installation.ipc.control import SOCKET, Control

__all__ = ["Answering"]


class Answering:
    """The socket, and the thread that serves it.

    Args:
        folder: State folder.
        answer: Answers a verb with its arguments, or None. Raises PhotophoreError for a refusal.
    """

    def __init__(self, folder: Path, answer: Callable[[str, list[Any]], Any]) -> None:
        self._selector = selectors.DefaultSelector()
        self._control = Control(folder / SOCKET, self._selector, answer)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        while not self._ended.is_set():
            for key, _ in self._selector.select(0.02):
                key.data(0.0)
            self._control.expire(0.0)

    def close(self) -> None:
        """End it, and remove the socket."""
        self._ended.set()
        self._thread.join()
        self._control.close()
        self._selector.close()
