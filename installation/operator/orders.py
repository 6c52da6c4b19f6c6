"""Commands of the operator's screen, given over the control socket, and the keeper's status.

Both wait for answers on threads of their own, so that the window never does. The newest value of a parameter
counts: while one is under way, those in between are left out.
"""

import logging
import threading
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from time import monotonic
from typing import Any, Final

import msgspec

from installation.errors import PhotophoreError
from installation.ipc.control import request
from installation.status import Status, from_json
from installation.values import Command, Scalar, Seconds

__all__ = ["SOURCE", "Answer", "Orders"]

SOURCE: Final = "operator"
"""Source of its commands in recordings and logs."""
_PERIOD: Final[Seconds] = 0.5
_KEPT: Final = 50
_TOLD: Final = frozenset({"set", "reading"})
"""Verbs whose success is seen elsewhere at once."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a command.

    Attributes:
        error: Why it was refused; empty if it was carried out.
        at: Monotonic seconds.
    """

    words: str
    error: str
    at: Seconds


class Orders:
    """Gives commands in order, and asks for the status twice per second.

    Args:
        folder: Folder of the show's sockets.
        ask: Sends one request and returns the result; raises PhotophoreError for a refusal.

    Attributes:
        status: The keeper's newest status; None before the first, and while it does not answer.
        answers: What became of the last commands, newest last.
    """

    def __init__(self, folder: Path, ask: Callable[..., Any] = request) -> None:
        self._folder = folder
        self._ask = ask
        self._numbers = count()
        self._waiting: OrderedDict[object, tuple[str, tuple[Scalar, ...]]] = OrderedDict()
        self._changed = threading.Condition()
        """Only the thread that gives commands waits for this: a command wakes one waiter."""
        self._over = threading.Event()
        self.status: Status | None = None
        self.answers: deque[Answer] = deque(maxlen=_KEPT)
        self._threads = [
            threading.Thread(target=work, name=name, daemon=True)
            for name, work in (("orders", self._give), ("status", self._look))
        ]

    def start(self) -> None:
        """Start the threads."""
        for one in self._threads:
            one.start()

    def command(self, command: Command) -> None:
        """Give a command of the table, as of a key."""
        self.give(command.verb, *command.arguments)

    def give(self, verb: str, *arguments: Scalar) -> None:
        """Give a command. Never waits."""
        key: object = (verb, arguments[0]) if verb == "set" and arguments else next(self._numbers)
        with self._changed:
            self._waiting[key] = verb, arguments
            self._changed.notify()

    def note(self, words: str, error: str) -> None:
        """Add an answer that was not the show's."""
        self.answers.append(Answer(words, error, monotonic()))

    def close(self) -> None:
        """End the threads; what still waits is not given."""
        with self._changed:
            self._over.set()
            self._changed.notify_all()

    def _give(self) -> None:
        while True:
            with self._changed:
                while not self._waiting and not self._over.is_set():
                    self._changed.wait()
                if self._over.is_set():
                    return
                _, (verb, arguments) = self._waiting.popitem(last=False)
            words = " ".join(str(one) for one in (verb, *arguments))
            try:
                result = self._ask(verb, *arguments, folder=self._folder, source=SOURCE)
            except PhotophoreError as error:
                log.warning("%s: %s", words, error)
                self.answers.append(Answer(words, str(error), monotonic()))
                continue
            note = str(result.get("note", "")) if isinstance(result, dict) else ""
            if note or verb not in _TOLD:
                self.answers.append(Answer(words, note, monotonic()))

    def _look(self) -> None:
        while not self._over.is_set():
            try:
                said = self._ask("status", folder=self._folder, timeout=2.0)
                self.status = from_json(said, Status)
            except (PhotophoreError, msgspec.MsgspecError) as error:
                self.status = None
                log.debug("no status: %s", error)
            self._over.wait(_PERIOD)
