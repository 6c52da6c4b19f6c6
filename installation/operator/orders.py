"""Commands of the operator's screen, given over the control socket, and the keeper's status.

All wait for answers on threads of their own, so that the window never does. Commands that the keeper carries
out itself, panic and blackout among them, go by a way of their own, so nothing that a hung stage lets wait is
before them. The newest value of a parameter counts: while one is under way, those in between are left out. An
event that has waited too long is not given any more.
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

from installation.commands import COMMANDS, LATE
from installation.errors import PhotophoreError
from installation.ipc.control import request
from installation.status import Status, from_json
from installation.values import Command, Scalar, Seconds

__all__ = ["MOST", "SOURCE", "Answer", "Orders"]


MOST: Final = 128
"""Most commands that wait on one way; with one more, the oldest is dropped."""
SOURCE: Final = "operator"
"""Source of its commands in recordings and logs."""
_PERIOD: Final[Seconds] = 0.5
_KEPT: Final = 50
_TOLD: Final = frozenset({"set", "reading"})
"""Verbs whose success is seen elsewhere at once."""

_MASTER: Final = "/master"
"""The parameter whose setting may end a panic."""

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


@dataclass(frozen=True, slots=True)
class _Order:
    """A command, and when it was given: monotonic seconds."""

    verb: str
    arguments: tuple[Scalar, ...]
    at: Seconds

    @property
    def words(self) -> str:
        """The command as a line."""
        return " ".join(str(one) for one in (self.verb, *self.arguments))

    @property
    def panics(self) -> bool:
        """Whether it begins a panic."""
        return self.verb == "panic" and self.arguments[:1] != ("off",)

    @property
    def lasts(self) -> bool:
        """Whether it may come late: a value, or that a pad was let go."""
        return self.verb == "set" or (self.verb == "reading" and not any(self.arguments[1:]))

    @property
    def ends_panic(self) -> bool:
        """Whether it may bring the light back."""
        spec = COMMANDS.get(self.verb)
        return (spec is not None and spec.ends_panic) or (self.verb, *self.arguments[:1]) == ("set", _MASTER)


class _Way:
    """Commands that wait for one thread, in order."""

    def __init__(self) -> None:
        self._waiting: OrderedDict[object, _Order] = OrderedDict()
        self._changed = threading.Condition()
        self._numbers = count()
        self._over = False

    def put(self, order: _Order) -> _Order | None:
        """Add a command; returns the one that is dropped for it. Never waits."""
        value = order.verb == "set" and order.arguments
        key: object = (order.verb, order.arguments[0]) if value else next(self._numbers)
        with self._changed:
            self._waiting[key] = order
            dropped = self._waiting.popitem(last=False)[1] if len(self._waiting) > MOST else None
            self._changed.notify()
        return dropped

    def take(self) -> _Order | None:
        """Wait for the next command; None when it is over."""
        with self._changed:
            self._changed.wait_for(lambda: bool(self._waiting) or self._over)
            return None if self._over else self._waiting.popitem(last=False)[1]

    def close(self) -> None:
        """End the wait; what is there still is not given."""
        with self._changed:
            self._over = True
            self._changed.notify_all()


class Orders:
    """Gives commands in order, those of the keeper at once, and asks for the status twice per second.

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
        self._ways = {"orders": _Way(), "urgent orders": _Way()}
        self._panicked_at: Seconds = float("-inf")
        self._over = threading.Event()
        self.status: Status | None = None
        self.answers: deque[Answer] = deque(maxlen=_KEPT)
        self._threads = [
            *(
                threading.Thread(target=self._give, args=(way,), name=name, daemon=True)
                for name, way in self._ways.items()
            ),
            threading.Thread(target=self._look, name="status", daemon=True),
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
        order, spec = _Order(verb, arguments, monotonic()), COMMANDS.get(verb)
        if order.panics:
            self._panicked_at = order.at
        urgent = spec is not None and spec.keeper
        dropped = self._ways["urgent orders" if urgent else "orders"].put(order)
        if dropped is not None:
            self._refused(dropped, f"not given: more than {MOST} commands wait for an answer")

    def note(self, words: str, error: str) -> None:
        """Add an answer that was not the show's."""
        self.answers.append(Answer(words, error, monotonic()))

    def close(self) -> None:
        """End the threads; what still waits is not given."""
        self._over.set()
        for way in self._ways.values():
            way.close()

    def _give(self, way: _Way) -> None:
        while (order := way.take()) is not None:
            why = self._too_late(order)
            if why:
                self._refused(order, why)
                continue
            try:
                result = self._ask(order.verb, *order.arguments, folder=self._folder, source=SOURCE)
            except PhotophoreError as error:
                self._refused(order, str(error))
                continue
            note = str(result.get("note", "")) if isinstance(result, dict) else ""
            if note or order.verb not in _TOLD:
                self.answers.append(Answer(order.words, note, monotonic()))

    def _too_late(self, order: _Order) -> str:
        """Return why a command that has waited is not given any more; empty if it is."""
        spec = COMMANDS.get(order.verb)
        if spec is not None and spec.keeper:
            return ""
        if order.at <= self._panicked_at and order.ends_panic:
            return "not given: a panic came after it"
        if not order.lasts and monotonic() - order.at > LATE:
            return f"not given: it has waited more than {LATE:g} s for those before it"
        return ""

    def _refused(self, order: _Order, why: str) -> None:
        log.warning("%s: %s", order.words, why)
        self.answers.append(Answer(order.words, why, monotonic()))

    def _look(self) -> None:
        while not self._over.is_set():
            try:
                said = self._ask("status", folder=self._folder, timeout=2.0)
                self.status = from_json(said, Status)
            except (PhotophoreError, msgspec.MsgspecError) as error:
                self.status = None
                log.debug("no status: %s", error)
            self._over.wait(_PERIOD)
