"""The control socket: the protocol between the command line and a running show.

One JSON object per line. A request is ``{"verb": "set", "arguments": ["/master", 0.5]}``; the answer is
``{"ok": true, "result": ...}`` or ``{"ok": false, "error": "what, and what to do"}``. An answer with
``"more": true`` is followed by others, until the client hangs up.

``status``, ``blackout``, ``panic`` and ``stop`` are answered by the keeper alone, also when the stage hangs.
Everything else is forwarded to the stage and times out. All input of clients is checked in ``_serve``, and no
failure in answering leaves this module: it is reported, and the show goes on.
"""

import contextlib
import json
import logging
import selectors
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from installation import paths
from installation.errors import NotRunningError, PhotophoreError
from installation.ipc import folder as state
from installation.ipc.lines import LineSocket, LineTooLongError, Message
from installation.ipc.requests import ASKED, LONGEST, check_request, source_of
from installation.status import ControlStatus
from installation.values import Scalar, Seconds

__all__ = ["PATIENCE", "SOCKET", "Control", "request", "stream"]

SOCKET: Final = paths.CONTROL
"""Name of the socket in the state folder."""

_PATIENCE: Final[Seconds] = 2.0
_UNTIL_READY: Final[Seconds] = 4.0
"""Seconds that a request waits for a stage that is still starting; less than the timeout of clients."""
_CLIENTS: Final = 64
"""Most clients. A further one replaces the one idle longest, so that a panic can always get through."""
PATIENCE: Final[Seconds] = 62.0
"""The same for a request that the stage has begun; the keeper ends a stage that hangs before that."""
_OPEN: Final = 64
"""Most unanswered requests of one client."""
_LINES: Final = 32
"""Most lines of one client handled in one iteration of the keeper."""
_UNREAD: Final = 4 << 20
"""Most bytes that wait for a client to read them."""
_CROWDED: Final = "too many clients; this one was idle longest and is disconnected"
_STARTING: Final = "the stage is still starting; try again in a moment"

log = logging.getLogger(__name__)


def request(
    verb: str, *arguments: Scalar, folder: Path | None = None, timeout: Seconds = 5.0, source: str = ASKED
) -> Any:
    """Send a request to the running show and wait for the answer; ``source`` says who asks.

    Raises:
        NotRunningError: No show is running in this state folder.
        PhotophoreError: The show refused, or did not answer within ``timeout`` seconds.
    """
    for result in stream(verb, *arguments, folder=folder, timeout=timeout, source=source):
        return result
    raise PhotophoreError("the show ended before it answered")


def stream(
    verb: str, *arguments: Scalar, folder: Path | None = None, timeout: Seconds = 5.0, source: str = ASKED
) -> Iterator[Any]:
    """Send a request to the running show and yield every answer; those after the first may take any time.

    Raises as ``request`` does.
    """
    try:
        connection = state.reach(folder or paths.state_folder(), SOCKET, timeout)
    except OSError as error:
        message = "no show is running; start one with `photophore run`, `perform` or `preview`"
        raise NotRunningError(message) from error
    with connection, connection.makefile("rb") as answers:
        try:
            asked = {"verb": verb, "arguments": list(arguments)} | (
                {"source": source} if source != ASKED else {}
            )
            connection.sendall(json.dumps(asked).encode() + b"\n")
            for line in answers:
                answer: Message = json.loads(line)
                if not answer.get("ok"):
                    raise PhotophoreError(str(answer.get("error", "the show refused")))
                yield answer.get("result")
                if not answer.get("more"):
                    return
                connection.settimeout(None)
        except TimeoutError as error:
            message = f"the show did not answer {verb!r} within {timeout:g} s, and may still carry it out"
            raise PhotophoreError(message) from error
        except (ConnectionError, ValueError) as error:
            message = f"the show hung up on {verb!r}"
            raise PhotophoreError(message) from error


@dataclass(slots=True)
class _ForStage:
    """A request for the stage; it waits until that is ready."""

    client: LineSocket
    verb: str
    arguments: list[Any]
    source: str
    deadline: Seconds


@dataclass(slots=True)
class _Waiting:
    client: LineSocket
    verb: str
    deadline: Seconds | None
    begun: bool = False


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

    No request is carried out after its client was told that the stage did not answer in time: the stage says
    which it has begun (``began``), and those are waited for, ``PATIENCE`` seconds at most in all.
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
        self._after = after
        self._said = said
        self._ready = ready
        self._early: list[_ForStage] = []
        self._counts = _Counts()
        self._listener = state.Listener(path, selector, self._accept)
        self._clients: dict[LineSocket, None] = {}  # those idle longest come first
        self._stage: LineSocket | None = None
        self._stage_key = -1
        self._waiting: dict[int, _Waiting] = {}
        self._told: dict[int, str] = {}
        self._next = 1
        self._source = ASKED
        """Who is being served: the keeper's own orders to the stage follow from what was asked."""

    def renew(self) -> bool:
        """Listen again if the socket's file was removed; True if so. Raises OSError."""
        return self._listener.renew()

    def attach(self, channel: socket.socket | None) -> None:
        """Set the channel to the stage; None while there is none. The caller closes the channel."""
        if self._stage is not None:
            with contextlib.suppress(KeyError, ValueError):
                self._selector.unregister(self._stage_key)
            self._stage = None
            self._told.clear()
            for number in list(self._waiting):
                self._give_up(number, "the stage went away; it is being restarted")
        if channel is not None:
            self._stage = LineSocket(channel)
            self._stage_key = channel.fileno()
            self._selector.register(self._stage_key, selectors.EVENT_READ, self._hear_stage)

    def tell(self, verb: str, *arguments: Scalar) -> int | None:
        """Send a message to the stage without waiting; returns its number, None without a stage."""
        number = self._forward(verb, list(arguments), self._source)
        if number is not None:
            self._told[number] = verb
        return number

    def expire(self, now: Seconds) -> None:
        """Answer requests that have timed out, and continue writing to slow readers."""
        early, self._early = self._early, []
        for one in early:
            self._guarded(one.client, partial(self._consider, one, now))
        for number, waiting in list(self._waiting.items()):
            if waiting.deadline is not None and now > waiting.deadline:
                long = PATIENCE if waiting.begun else _PATIENCE
                self._give_up(number, f"the stage did not answer {waiting.verb!r} within {long:g} s")
                self._forward("cancel", [number], ASKED)
        for client in list(self._clients):
            self._guarded(client, client.flush)
            if client.waiting:
                self._hear(client, now)
        if self._stage is not None:
            with contextlib.suppress(OSError):
                self._stage.flush()
            if self._stage.waiting:
                self._hear_stage(now)

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
        return [one.client for one in self._waiting.values()] + [one.client for one in self._early]

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
        number = self._forward(asked.verb, asked.arguments, asked.source)
        if number is None:
            asked.client.send({"ok": False, "error": "the stage is not running at the moment; try again"})
            return
        self._waiting[number] = _Waiting(asked.client, asked.verb, now + _PATIENCE)

    def _forward(self, verb: str, arguments: list[Any], source: str) -> int | None:
        if self._stage is None:
            return None
        number, self._next = self._next, self._next + 1
        try:
            self._stage.send({"id": number, "verb": verb, "arguments": arguments, "source": source})
        except OSError:
            return None
        return number

    def _hear_stage(self, _now: Seconds) -> None:
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
        self._guarded(waiting.client, lambda: waiting.client.send(answer))

    def _wait_for(self, begun: list[int]) -> None:
        """Wait for what the stage is carrying out: a frame may take seconds while shaders are compiled."""
        for number in begun:
            waiting = self._waiting.get(number)
            if waiting is not None and waiting.deadline is not None and not waiting.begun:
                waiting.begun = True
                waiting.deadline += PATIENCE - _PATIENCE

    def _give_up(self, number: int, reason: str) -> None:
        waiting = self._waiting.pop(number, None)
        if waiting is None:  # its client was dropped when another of its requests was answered
            return
        self._guarded(waiting.client, lambda: waiting.client.send({"ok": False, "error": reason}))

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
        for number, waiting in list(self._waiting.items()):
            if waiting.client is client:
                del self._waiting[number]
                if waiting.deadline is None:
                    self._forward("cancel", [number], ASKED)
