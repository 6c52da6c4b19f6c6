"""Writes a state file in a thread of its own, so that a slow card does not hold up the process."""

import threading
from pathlib import Path
from typing import Any

from installation.ipc.state_file import StateFile

__all__ = ["Saver"]


class Saver:
    """The newest state that was handed over is written; one that was overtaken is not.

    Args:
        folder: State folder.
        name: Of the file.

    Attributes:
        saved: Number of the last state that is on disk; -1 before the first.
        trouble: Why the last one could not be written; empty if it was.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self._file = StateFile(folder, name)
        self.loaded: dict[str, Any] = self._file.load()
        self.saved = -1
        self.trouble = ""
        self._next: tuple[int, dict[str, Any]] | None = None
        self._ends = False
        self._wake = threading.Condition()
        self._thread = threading.Thread(target=self._work, name=f"saving {name}", daemon=True)
        self._thread.start()

    def put(self, number: int, state: dict[str, Any]) -> None:
        """Hand over a state; ``number`` counts upward. Never waits."""
        with self._wake:
            self._next = number, state
            self._wake.notify()

    def end(self) -> bool:
        """Have it write what was handed over last, and end; return whether it has. Never waits."""
        with self._wake:
            self._ends = True
            self._wake.notify()
        return not self._thread.is_alive()

    def close(self, patience: float = 2.0) -> None:
        """Write what was handed over last, and end; gives up after ``patience`` seconds."""
        if not self.end():
            self._thread.join(max(patience, 0.0))

    def _work(self) -> None:
        while True:
            with self._wake:
                while self._next is None and not self._ends:
                    self._wake.wait()
                if self._next is None:
                    return
                (number, state), self._next = self._next, None
            done = self._file.save(state)
            self.trouble = self._file.trouble
            if done:
                self.saved = number
