"""The site's time: asks the leader, or answers, and lets the other parts read it."""

import contextlib
import time
from collections.abc import Callable
from typing import Final

import msgspec

from installation.hub.mesh import speaker
from installation.hub.part import EACH, Surroundings
from installation.ipc.bus import Subscription
from installation.site.clock import Answer, Question
from installation.values import Seconds

__all__ = ["Time"]

_EACH: Final[Seconds] = 0.25
"""Between two questions. Both ends look every 10 ms only, so the sharpest of many answers is sought."""
_AT_FIRST: Final[Seconds] = 0.05
"""Between the first ``_FEW`` questions to a leader, so that a hub that joins has the time at once."""
_FEW: Final = 8
_TELL: Final[Seconds] = 1.0
"""Between two times at which all are told how well we know the time."""
_ERROR: Final = msgspec.msgpack.Decoder(float)
_QUESTION: Final = msgspec.msgpack.Decoder(Question)
_ANSWER: Final = msgspec.msgpack.Decoder(Answer)


class Time:
    """Part of the hub process (``hub.part``).

    Args:
        surroundings: Whose ``site_time`` and ``local_time`` are those of this clock from now on.
        clock: The monotonic clock, read when a message leaves or arrives.
    """

    def __init__(self, surroundings: Surroundings, clock: Callable[[], Seconds] = time.monotonic) -> None:
        self.clock = surroundings.clock
        self._shared = surroundings
        self._now = clock
        self._asked: Subscription = surroundings.mesh.subscribe(f"time/question/{surroundings.hub}/*")
        self._answers: Subscription = surroundings.mesh.subscribe(f"time/answer/{surroundings.hub}/*")
        self._said: Subscription = surroundings.mesh.subscribe("time/error/*")
        self._errors: dict[str, Seconds] = {}
        self._tell_at: Seconds = 0.0
        self._leader = "", -1
        self._due: Seconds = 0.0
        self._sent = 0
        surroundings.site_time = self.clock.site_time
        surroundings.local_time = self.clock.local_time

    def advance(self, now: Seconds) -> None:
        """See ``Part``."""
        shared = self._shared
        if (shared.leader, shared.epoch) != self._leader:
            self._leader = shared.leader, shared.epoch
            self._due, self._sent = now, 0
            if shared.leader == shared.hub:
                self.clock.lead(shared.epoch)
            elif shared.leader:
                self.clock.follow(shared.epoch)
        self._answer()
        self._tell(now)
        for key, payload in self._answers.drain():
            if speaker(key) == shared.leader:
                self._hear(payload)
        self.clock.advance(now)
        shared.error = self.clock.error(now)
        if shared.leader and shared.leader != shared.hub and now >= self._due:
            self._sent += 1
            self._due = now + (_AT_FIRST if self._sent < _FEW else _EACH)
            question = self.clock.ask(self._now())
            shared.mesh.put(f"time/question/{shared.leader}/{shared.hub}", msgspec.msgpack.encode(question))

    def report(self) -> dict[str, object]:
        """See ``Part``: ``offset`` and ``error``, and ``error`` of each hub as it tells it."""
        error = self.clock.error(self._now())
        each = {hub: {"error": said} for hub, said in self._errors.items()}
        each[self._shared.hub] = {"error": error}
        return {"offset": self.clock.offset, "error": error, EACH: each}

    def close(self) -> None:
        """See ``Part``."""
        self._asked.close()
        self._answers.close()
        self._said.close()

    def _tell(self, now: Seconds) -> None:
        shared = self._shared
        if now >= self._tell_at:
            self._tell_at = now + _TELL
            shared.mesh.put(f"time/error/{shared.hub}", msgspec.msgpack.encode(shared.error))
        for key, payload in self._said.drain():
            with contextlib.suppress(msgspec.DecodeError):
                self._errors[speaker(key)] = _ERROR.decode(payload)

    def _answer(self) -> None:
        for key, payload in self._asked.drain():
            arrived = self._now()
            try:
                question = _QUESTION.decode(payload)
            except msgspec.DecodeError:  # of another version; membership tells of it
                continue
            answer = self.clock.answer(question, arrived, self._now())
            if answer is not None:
                asker = speaker(key)
                self._shared.mesh.put(
                    f"time/answer/{asker}/{self._shared.hub}", msgspec.msgpack.encode(answer)
                )

    def _hear(self, payload: bytes) -> None:
        with contextlib.suppress(msgspec.DecodeError):
            self.clock.hear(_ANSWER.decode(payload), self._now())
