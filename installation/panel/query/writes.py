"""What clients write: OSC packets in binary messages, checked, and sent on in the order of their arrival.

Values of parameters go over the bus in batches, at most 60 in a second: between two batches only the newest
value of a parameter is kept, except of switches and events, of which each press counts. Commands go over the
control socket, one after the other, since the keeper answers every one. Those that it carries out itself,
panic and blackout, go by a way of their own, past all that a hung stage lets wait; the others are events, and
not given any more once they are late.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

import msgspec

from installation import osc
from installation.commands import COMMANDS, LATE, CommandSpec, Role, addressed, arguments, may, pressed
from installation.errors import CommandError, OscError, PhotophoreError
from installation.ipc.bus import Bus
from installation.ipc.telemetry import WRITTEN, Node, Written
from installation.logs import Refusals
from installation.values import PANEL_SOURCES, Address, Command, Scalar, Seconds

__all__ = ["MOST", "Order", "Writer", "Writes"]

MOST: Final = 4096
"""Most values in one batch; beyond it the oldest are lost."""
_PERIOD: Final[Seconds] = 1 / 60
_WAITING: Final = 32
"""Most commands that wait for the keeper, on each way."""
_PRESSED: Final = frozenset({"bool", "event"})

_UNPAIRED: Final = "writing needs a paired session or a token whose role may set parameters"
_PAIR: Final = "connect with the cookie of a paired browser, or with `?token=CODE`; docs/oscquery.md"
_UNKNOWN: Final = "no parameter and no command of this address"
_READ_ONLY: Final = "a signal can be read only"
_LIST: Final = "`photophore list parameters` shows what can be written"

Order = Callable[[str, tuple[Scalar, ...]], Awaitable[object]]
"""Gives a command to the keeper. Raises PhotophoreError with the reason of a refusal."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Writer:
    """Who writes.

    Attributes:
        name: Address of the client, for messages.
        role: Returns its present role; None without a paired session or a token.
        refuse: Called with the reason of each refusal.
        wrote: Called with what was accepted for a parameter.
    """

    name: str
    role: Callable[[], Role | None]
    refuse: Callable[[str], None]
    wrote: Callable[[Address, tuple[Scalar, ...]], None]


@dataclass(frozen=True, slots=True)
class _Sender:
    """The writer of one packet, with the role that it has at that moment."""

    writer: Writer
    role: Role

    @property
    def source(self) -> str:
        """Source of what it writes, as recordings have it."""
        return f"oscquery:{self.role.name.lower()}"


class Writes:
    """Accepts writes of all clients.

    Args:
        bus: The panel's bus.
        refusals: Notified of everything that is refused.
        order: Gives a command to the keeper; None where there is no keeper.
        now: Source of monotonic seconds.
    """

    def __init__(self, bus: Bus, refusals: Refusals, order: Order | None, now: Callable[[], Seconds]) -> None:
        self._bus = bus
        self._refusals = refusals
        self._order = order
        self._now = now
        self._fast = osc.FastPath()
        self._batch: dict[object, Written] = {}
        self._sent_at: Seconds = float("-inf")
        self._later: asyncio.TimerHandle | None = None
        self._commands: asyncio.Queue[tuple[Writer, Command]] = asyncio.Queue(_WAITING)
        self._urgent: asyncio.Queue[tuple[Writer, Command]] = asyncio.Queue(_WAITING)
        self._panicked_at: Seconds = float("-inf")

    def take(self, writer: Writer, packet: bytes, nodes: dict[Address, Node]) -> None:
        """Take one packet: a message or a bundle. Time tags are not waited for.

        Args:
            writer: Who has sent it.
            packet: An OSC packet.
            nodes: The present tree.
        """
        role = writer.role()
        if role is None or not may(role, "set"):
            self._refuse(writer, _UNPAIRED, writer.name, _PAIR)
            return
        sender = _Sender(writer, role)
        known = self._fast.read(packet)
        if known is not None:
            self._message(sender, *known, nodes)
            return
        try:
            messages = osc.decode(packet)
        except OscError as error:
            self._refuse(writer, f"an OSC packet cannot be read: {error.reason}", writer.name)
            return
        if len(messages) == 1:
            self._fast.learn(packet, messages[0])
        for message in messages:
            self._message(sender, message.address, message.scalars, nodes)

    def _message(
        self, sender: _Sender, address: Address, values: tuple[Scalar, ...], nodes: dict[Address, Node]
    ) -> None:
        node = nodes.get(address)
        found = addressed(address)
        if found is not None and found[0].osc:  # also where a parameter has its address, as over UDP
            self._command(sender, *found, values)
        elif node is not None and node.writable:
            self._value(sender, node, values)
        elif node is not None:
            self._refuse(sender.writer, _READ_ONLY, address, _LIST)
        else:
            self._refuse(sender.writer, _UNKNOWN, address, _LIST)

    def _value(self, sender: _Sender, node: Node, values: tuple[Scalar, ...]) -> None:
        now, writer = self._now(), sender.writer
        if sender.source not in PANEL_SOURCES:  # whom the stage would not believe
            self._refuse(writer, _UNPAIRED, writer.name, _PAIR)
            return
        key: object = object() if node.kind in _PRESSED else node.address
        self._batch.pop(key, None)  # the newest counts, and comes after everything before it
        self._batch[key] = Written(node.address, values, now, sender.source)
        if len(self._batch) > MOST:
            del self._batch[next(iter(self._batch))]
            self._refuse(writer, f"more than {MOST} values at a time, the oldest were dropped", writer.name)
        writer.wrote(node.address, values)
        if self._later is None:
            wait = max(0.0, self._sent_at + _PERIOD - now)
            self._later = asyncio.get_running_loop().call_later(wait, self.send)

    def _command(
        self, sender: _Sender, spec: CommandSpec, held: tuple[str, ...], values: tuple[Scalar, ...]
    ) -> None:
        writer = sender.writer
        if not may(sender.role, spec.name):
            self._refuse(writer, f"{spec.name} is not allowed for this role", writer.name)
            return
        command = pressed(spec, held, values, self._now(), sender.source)
        if command is None:
            return  # a button was let go
        try:
            given = arguments(command)
        except CommandError as error:
            self._refuse(writer, "invalid arguments for the command", str(error))
            return
        way = self._urgent if spec.keeper else self._commands
        if way.full():
            reason = f"{_WAITING} commands wait for the keeper already"
            if not spec.keeper:
                self._refuse(writer, reason, spec.name)
                return
            first, dropped = way.get_nowait()  # the newest press counts: a panic always finds a place
            self._refuse(first, reason, dropped.verb)
        way.put_nowait((writer, command))
        if spec.name == "panic" and given[0] is not False:
            self._panicked_at = command.time

    def send(self) -> None:
        """Send the values that wait for the next batch."""
        if self._later is not None:
            self._later.cancel()
            self._later = None
        if not self._batch:
            return
        batch, self._batch = list(self._batch.values()), {}
        self._sent_at = self._now()
        try:
            self._bus.put(WRITTEN, msgspec.msgpack.encode(batch))
        except PhotophoreError as error:
            self._refusals.note("the bus does not take what clients write", str(error), count=len(batch))

    async def carry(self) -> None:
        """Give commands to the keeper, on each way in order, until cancelled."""
        async with asyncio.TaskGroup() as group:
            for way in (self._urgent, self._commands):
                group.create_task(self._carry(way))

    async def _carry(self, way: asyncio.Queue[tuple[Writer, Command]]) -> None:
        while True:
            writer, command = await way.get()
            late = self._too_late(command)
            if late:
                self._refuse(writer, late, command.verb)
                continue
            self.send()  # what was written before a command comes before it
            try:
                if self._order is None:
                    raise PhotophoreError("there is no keeper that could carry it out")
                await self._order(command.verb, command.arguments)
            except PhotophoreError as error:
                self._refuse(writer, f"{command.verb} was refused", str(error))
            else:
                log.info("%s by %s at %s", command.verb, command.source, writer.name)

    def _too_late(self, command: Command) -> str:
        """Return why a command that has waited is not given any more; empty if it is."""
        spec = COMMANDS[command.verb]
        if spec.keeper:
            return ""
        if spec.ends_panic and command.time <= self._panicked_at:
            return "a panic came after a command that would end it"
        if self._now() - command.time > LATE:
            return f"a command has waited more than {LATE:g} s for those before it"
        return ""

    def _refuse(self, writer: Writer, reason: str, example: str = "", remedy: str = "") -> None:
        self._refusals.note(reason, example, remedy)
        writer.refuse(f"{reason}: {example}" if example and example != writer.name else reason)
