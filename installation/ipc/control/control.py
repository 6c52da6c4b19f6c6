"""The keeper's end of the control socket: clients, their requests, and who answers them.

All input of clients is checked in ``_serve``, and no failure in answering leaves this module: it is reported,
and the show goes on.
"""

import contextlib
import logging
import selectors
import socket
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from installation.errors import PhotophoreError
from installation.ipc import folder as state
from installation.ipc.control.stage_channel import StageChannel
from installation.ipc.lines import LineSocket, LineTooLongError, Message
from installation.ipc.requests import ASKED, LONGEST, check_request, source_of
from installation.status import ControlStatus
from installation.values import Scalar, Seconds

__all__ = ["Control"]

_UNTIL_READY: Final[Seconds] = 4.0
"""Seconds that a request waits for a stage that is still starting; less than the timeout of clients."""
_CLIENTS: Final = 64
"""Most clients. A further one replaces the one idle longest, so that a panic can always get through."""
_OPEN: Final = 64
"""Most unanswered requests of one client."""
_LINES: Final = 32
"""Most lines of one client handled in one iteration of the keeper."""
_UNREAD: Final = 4 << 20
"""Most bytes that wait for a client to read them."""
_CROWDED: Final = "too many clients; this one was idle longest and is disconnected"
_STARTING: Final = "the stage is still starting; try again in a moment"

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _ForStage:
    """A request for the stage; it waits until that is ready."""

    client: LineSocket
    verb: str
    arguments: list[Any]
    source: str
    deadline: Seconds


@dataclass(slots=True)
class _Counts:
    """Counters of refusals since the start, for ``status``."""

    refused: int = 0
    crowded_out: int = 0
    failed: int = 0


class Control:
    """The keeper's end: accepts clients, answers, and forwards to the stage and back. Never blocks.

    Args:
        path: Path to listen at; None for no socket.
        selector: The keeper's; this object registers its own sockets with itself as data.
        own: Answers the keeper's own verbs; returns None for any other verb.
        after: Called with verb and success of each answer of the stage.
        said: Called with unsolicited messages of the stage, e.g. ``{"blackout": true}``.
        ready: Whether the stage plays. Requests during its start wait for it.
    """

    def __init__(
        self,
        path: Path | None,
        selector: selectors.BaseSelector,
        own: Callable[[str, list[Any]], Any],
        after: Callable[[str, bool], None] = lambda _verb, _ok: None,
        said: Callable[[Message], None] = lambda _facts: None,
        ready: Callable[[], bool] = lambda: True,
    ) -> None:
        self._selector = selector
        self._own = own
        self._ready = ready
        self._early: list[_ForStage] = []
        self._counts = _Counts()
        self._listener = state.Listener(path, selector, self._accept)
        self._clients: dict[LineSocket, None] = {}  # those idle longest come first
        self._stage = StageChannel(selector, self._answer, after, said)
        self._source = ASKED
        """Who is being served: the keeper's own orders to the stage follow from what was asked."""

    def renew(self) -> bool:
        """Listen again if the socket's file was removed; True if so. Raises OSError."""
        return self._listener.renew()

    def attach(self, channel: socket.socket | None) -> None:
        """Set the channel to the stage; None while there is none. The caller closes the channel."""
        self._stage.attach(channel)

    def tell(self, verb: str, *arguments: Scalar) -> int | None:
        """Send a message to the stage without waiting; returns its number, None without a stage."""
        return self._stage.tell(verb, list(arguments), self._source)

    def expire(self, now: Seconds) -> None:
        """Answer requests that have timed out, and continue writing to slow readers."""
        early, self._early = self._early, []
        for one in early:
            self._guarded(one.client, partial(self._consider, one, now))
        self._stage.expire(now)
        for client in list(self._clients):
            self._guarded(client, client.flush)
            if client.waiting:
                self._hear(client, now)
        self._stage.flush(now)

    def report(self) -> ControlStatus:
        """Return the number of clients, and the refusals since the start."""
        counts = self._counts
        return ControlStatus(
            clients=len(self._clients),
            refused=counts.refused,
            crowded_out=counts.crowded_out,
            failed=counts.failed,
        )

    def _consider(self, one: _ForStage, now: Seconds) -> None:
        if self._ready():
            self._hand_on(one, now)
        elif now > one.deadline:
            one.client.send({"ok": False, "error": _STARTING})
        else:
            self._early.append(one)

    def close(self) -> None:
        """Disconnect all clients and remove the socket."""
        self.attach(None)
        for client in list(self._clients):
            self._drop(client)
        self._listener.close()

    def _accept(self, connection: socket.socket) -> None:
        if len(self._clients) >= _CLIENTS:
            self._make_room()
        client = LineSocket(connection, longest=LONGEST, unread=_UNREAD, most=_LINES)
        self._clients[client] = None
        self._selector.register(connection, selectors.EVENT_READ, lambda now: self._hear(client, now))

    def _make_room(self) -> None:
        """Drop the client idle longest, preferably one without an open request."""
        busy = set(map(id, self._asking()))
        quiet = next((one for one in self._clients if id(one) not in busy), next(iter(self._clients)))
        self._counts.crowded_out += 1
        log.warning("more than %d clients at the control socket: the one idle longest was dropped", _CLIENTS)
        self._refuse(quiet, _CROWDED)
        self._drop(quiet)

    def _asking(self) -> list[LineSocket]:
        """Yield the client of each unanswered request."""
        return self._stage.asking() + [one.client for one in self._early]

    def _hear(self, client: LineSocket, now: Seconds) -> None:
        messages: list[Message] = []
        try:
            messages = client.receive()
        except LineTooLongError as error:
            self._refuse(client, str(error))
            client.closed = True
        except OSError:
            client.closed = True
        if messages and client in self._clients:
            del self._clients[client]
            self._clients[client] = None
        for message in messages:
            self._guarded(client, partial(self._serve, client, message, now))
        if client.closed and not client.waiting:
            self._drop(client)

    def _refuse(self, client: LineSocket, reason: str) -> None:
        self._counts.refused += 1
        self._guarded(client, partial(client.send, {"ok": False, "error": reason}))

    def _serve(self, client: LineSocket, message: Message, now: Seconds) -> None:
        try:
            verb, arguments = check_request(message)
            self._source = source_of(message)
            result = self._own(verb, list(arguments))
        except PhotophoreError as error:
            self._refuse(client, str(error))
            return
        finally:
            source, self._source = self._source, ASKED
        if result is not None:
            client.send({"ok": True, "result": result})
            return
        asked = _ForStage(client, verb, list(arguments), source, now + _UNTIL_READY)
        if sum(one is client for one in self._asking()) >= _OPEN:
            self._refuse(client, f"{_OPEN} requests of this client are unanswered already")
        elif self._ready():
            self._hand_on(asked, now)
        elif len(self._early) >= _CLIENTS:
            self._refuse(client, _STARTING)
        else:
            self._early.append(asked)

    def _hand_on(self, asked: _ForStage, now: Seconds) -> None:
        if not self._stage.hand_on(asked.client, asked.verb, asked.arguments, asked.source, now):
            asked.client.send({"ok": False, "error": "the stage is not running at the moment; try again"})

    def _answer(self, client: LineSocket, answer: Message) -> None:
        self._guarded(client, lambda: client.send(answer))

    def _guarded(self, client: LineSocket, act: Callable[[], None]) -> None:
        """Run an action for a client. Any failure affects that client alone."""
        try:
            act()
        except OSError:  # it disconnected, or does not read
            self._drop(client)
        except Exception:
            self._counts.failed += 1
            log.exception("a request at the control socket failed; its client is dropped")
            with contextlib.suppress(OSError):
                client.send({"ok": False, "error": "the keeper failed at this request; see its log"})
            self._drop(client)

    def _drop(self, client: LineSocket) -> None:
        if client not in self._clients:
            return
        del self._clients[client]
        self._early = [one for one in self._early if one.client is not client]
        with contextlib.suppress(KeyError, ValueError):
            self._selector.unregister(client.fileno())
        client.close()
        self._stage.forget(client)
