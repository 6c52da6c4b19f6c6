"""The keeper's channel to the stage, and the requests that it has not answered yet.

No request is carried out after its client was told that the stage did not answer in time: the stage says
which it has begun (``began``), and those are waited for, ``PATIENCE`` seconds at most in all.
"""

import contextlib
import logging
import selectors
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from installation.ipc.lines import LineSocket, Message
from installation.ipc.requests import ASKED
from installation.values import Seconds

__all__ = ["PATIENCE", "StageChannel"]

_PATIENCE: Final[Seconds] = 2.0
"""Seconds that a request waits for an answer."""
PATIENCE: Final[Seconds] = 62.0
"""The same for a request that the stage has begun; the keeper ends a stage that hangs before that."""

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Waiting:
    client: LineSocket
    verb: str
    deadline: Seconds | None
    begun: bool = False


class StageChannel:
    """Forwards requests to the stage, and its answers back to those who asked. Never blocks.

    Args:
        selector: The keeper's.
        answer: Sends an answer to a client; must not raise.
        after: Called with verb and success of each answer.
        said: Called with unsolicited messages.
    """

    def __init__(
        self,
        selector: selectors.BaseSelector,
        answer: Callable[[LineSocket, Message], None],
        after: Callable[[str, bool], None],
        said: Callable[[Message], None],
    ) -> None:
        self._selector = selector
        self._answer = answer
        self._after = after
        self._said = said
        self._stage: LineSocket | None = None
        self._key = -1
        self._waiting: dict[int, _Waiting] = {}
        self._told: dict[int, str] = {}
        self._next = 1

    def attach(self, channel: socket.socket | None) -> None:
        """Set the channel; None while there is none. The caller closes it."""
        if self._stage is not None:
            with contextlib.suppress(KeyError, ValueError):
                self._selector.unregister(self._key)
            self._stage = None
            self._told.clear()
            for number in list(self._waiting):
                self._give_up(number, "the stage went away; it is being restarted")
        if channel is not None:
            self._stage = LineSocket(channel)
            self._key = channel.fileno()
            self._selector.register(self._key, selectors.EVENT_READ, self._hear)

    def tell(self, verb: str, arguments: list[Any], source: str) -> int | None:
        """Send a message of the keeper without waiting; returns its number, None without a stage."""
        number = self._forward(verb, arguments, source)
        if number is not None:
            self._told[number] = verb
        return number

    def hand_on(self, client: LineSocket, verb: str, arguments: list[Any], source: str, now: Seconds) -> bool:
        """Forward the request of a client; False without a stage."""
        number = self._forward(verb, arguments, source)
        if number is None:
            return False
        self._waiting[number] = _Waiting(client, verb, now + _PATIENCE)
        return True

    def asking(self) -> list[LineSocket]:
        """Return the client of each request that is not answered."""
        return [one.client for one in self._waiting.values()]

    def expire(self, now: Seconds) -> None:
        """Answer requests that have timed out, and have the stage leave them."""
        for number, waiting in list(self._waiting.items()):
            if waiting.deadline is not None and now > waiting.deadline:
                long = PATIENCE if waiting.begun else _PATIENCE
                self._give_up(number, f"the stage did not answer {waiting.verb!r} within {long:g} s")
                self._forward("cancel", [number], ASKED)

    def flush(self, now: Seconds) -> None:
        """Continue writing, and read what was left."""
        if self._stage is not None:
            with contextlib.suppress(OSError):
                self._stage.flush()
            if self._stage.waiting:
                self._hear(now)

    def forget(self, client: LineSocket) -> None:
        """Note that a client is gone: streams to it end."""
        for number, waiting in list(self._waiting.items()):
            if waiting.client is client:
                del self._waiting[number]
                if waiting.deadline is None:
                    self._forward("cancel", [number], ASKED)

    def _forward(self, verb: str, arguments: list[Any], source: str) -> int | None:
        if self._stage is None:
            return None
        number, self._next = self._next, self._next + 1
        try:
            self._stage.send({"id": number, "verb": verb, "arguments": arguments, "source": source})
        except OSError:
            return None
        return number

    def _hear(self, _now: Seconds) -> None:
        if self._stage is None:
            return
        try:
            answers = self._stage.receive()
        except OSError as error:
            log.warning("the stage's channel failed: %s", error)
            self.attach(None)
            return
        if self._stage.closed:
            self.attach(None)
        for answer in answers:
            self._pass_back(answer)

    def _pass_back(self, answer: Message) -> None:
        facts = answer.get("said")
        if isinstance(facts, dict):
            self._said(facts)
            return
        if "began" in answer:
            self._wait_for(answer["began"])
            return
        number = answer.pop("id", None)
        waiting = self._waiting.get(number) if isinstance(number, int) else None
        if waiting is None:
            if isinstance(number, int) and number in self._told:
                self._after(self._told.pop(number), bool(answer.get("ok")))
            return
        if answer.get("more"):
            waiting.deadline = None
        else:
            self._waiting = {key: other for key, other in self._waiting.items() if other is not waiting}
            self._after(waiting.verb, bool(answer.get("ok")))
        self._answer(waiting.client, answer)

    def _wait_for(self, begun: list[int]) -> None:
        """Wait for what the stage is carrying out: a frame may take seconds while shaders are compiled."""
        for number in begun:
            waiting = self._waiting.get(number)
            if waiting is not None and waiting.deadline is not None and not waiting.begun:
                waiting.begun = True
                waiting.deadline += PATIENCE - _PATIENCE

    def _give_up(self, number: int, reason: str) -> None:
        waiting = self._waiting.pop(number, None)
        if waiting is not None:  # else its client was dropped when another of its requests was answered
            self._answer(waiting.client, {"ok": False, "error": reason})
