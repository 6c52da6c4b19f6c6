"""The stage's end of what the keeper gave it: shared memory, commands, a pipe that ends with the keeper."""

import logging
import os
import select
import socket
from collections.abc import Mapping as MappingType
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from installation.contract import CHANNELS
from installation.errors import PhotophoreError
from installation.ipc.lines import LineSocket
from installation.ipc.quarantine import Note, Quarantined
from installation.ipc.shared_memory import Mapping
from installation.status import GuardStatus, StageStatus
from installation.values import Command, Scalar, Seconds

__all__ = ["ALIVE", "VARIABLE", "Asked", "Inheritance", "StageLink", "Start"]

VARIABLE: Final = "PHOTOPHORE_KEEPER"
"""Environment variable that carries the inheritance as JSON."""

ALIVE: Final = "PHOTOPHORE_ALIVE"
"""Environment variable with the descriptor of a pipe that ends when the keeper does; for the panel."""


log = logging.getLogger(__name__)


class Start(msgspec.Struct, frozen=True, kw_only=True):
    """What a new stage is told about its predecessor.

    Attributes:
        cue: Id of the cue to stand at; empty for the show's start.
        state: The interface's state to stand in; empty for the one that the cue wants.
        state_age: How long it has stood.
        score: Seconds since the score's cycle began; negative where the score does not run.
        cycle: Number of the cycle.
        heal: Whether the room has chosen to heal.
        time: Show time in seconds to go on from.
        began: Show time in seconds at which this run, of perhaps several stages, began.
        safe_mode: Why only the safe parts may be started; empty normally.
        quarantine: Each shader that took a stage down, by path. It is not to be loaded until it has changed.
        restarts: How many stages there were before.
        panel: Where the page is and how to pair, a line for the HUD; empty where nobody has to.
        touched: Bases that were set by hand, by address; they come back over the cue's.
        scene: The scene that was chosen by hand; empty for the cue's own.
    """

    cue: str = ""
    state: str = ""
    state_age: Seconds = 0.0
    score: Seconds = -1.0
    cycle: int = 0
    heal: bool = False
    time: Seconds = 0.0
    began: Seconds = 0.0
    safe_mode: str = ""
    quarantine: dict[str, Quarantined] = {}
    restarts: int = 0
    panel: str = ""
    touched: dict[str, tuple[float, ...]] = {}
    scene: str = ""


class Inheritance(msgspec.Struct, frozen=True, kw_only=True):
    """Descriptors that the stage inherits, and its ``Start``."""

    mapping: int
    channel: int
    alive: int
    start: Start = msgspec.field(default_factory=Start)


@dataclass(frozen=True, slots=True)
class Asked:
    """A command from the control socket, and the number to answer it under."""

    id: int
    command: Command


class StageLink:
    """What the stage does with its keeper. Never blocks.

    Args:
        mapping: The shared memory, already attached.
        channel: Connected stream socket to the keeper.
        alive: Read end of a pipe that the keeper holds open as long as the stage may live.
        start: What happened before.
    """

    def __init__(self, mapping: Mapping, channel: socket.socket, alive: int, start: Start) -> None:
        self.mapping = mapping
        self.start = start
        self._lines = LineSocket(channel)
        self._alive = alive
        self._lost = False
        self._wire_seen = 0
        self._quarantine = dict(start.quarantine)

    @classmethod
    def inherited(
        cls, environment: MappingType[str, str] = os.environ, numbers: MappingType[int, int] | None = None
    ) -> "StageLink | None":
        """The link that the keeper prepared, or None when this process has no keeper.

        Args:
            environment: Where it is told of.
            numbers: Of each descriptor here, by its number at the keeper; None when they are the same.
        """
        text = environment.get(VARIABLE)
        if not text:
            return None
        try:
            given = msgspec.json.decode(text, type=Inheritance)
        except msgspec.DecodeError as error:
            message = f"{VARIABLE} is damaged ({error}); start the stage by the keeper"
            raise PhotophoreError(message) from error
        told = (given.mapping, given.channel, given.alive)
        mapping, channel, alive = told if numbers is None else (numbers[fd] for fd in told)
        for fd in (mapping, channel, alive):
            os.set_inheritable(fd, False)  # our own children must not hold the pipe open
        return cls(Mapping.attach(mapping), socket.socket(fileno=channel), alive, given.start)

    @property
    def orphaned(self) -> bool:
        """True once the keeper wants us gone, or is gone itself: finish the frame and quit."""
        if not self._lost:
            ready, _, _ = select.select([self._alive], [], [], 0.0)
            self._lost = bool(ready) and os.read(self._alive, 1) == b""
        return self._lost

    def commands(self, now: Seconds | None = None) -> list[Asked]:
        """Everything that people asked for through the control socket since the last call."""
        if self._lines.closed:
            return []
        moment = monotonic() if now is None else now
        try:
            messages = self._lines.receive()
            self._lines.flush()
        except OSError:
            self._lines.close()
            return []
        return [asked for message in messages if (asked := _asked(message, moment)) is not None]

    def answer(self, id: int, result: Any = None, *, error: str = "", more: bool = False) -> None:  # noqa: A002 - the protocol's word
        """Answer a command: with ``result``, or with what went wrong. ``more`` says that others follow."""
        if self._lines.closed:
            return
        message: dict[str, Any] = {"id": id, "ok": not error}
        message |= {"error": error} if error else {"result": result}
        if more:
            message["more"] = True
        try:
            self._lines.send(message)
        except OSError:
            self._lines.close()

    def say(self, facts: MappingType[str, Scalar]) -> None:
        """Tell the keeper, unasked, what it must know about us: ``blackout``, ``panic``, ``patch``."""
        if self._lines.closed:
            return
        try:
            self._lines.send({"said": dict(facts)})
        except OSError:
            self._lines.close()

    def note_shader(self, note: Note | None) -> None:
        """Note which new shader is compiled or drawn now, so that the keeper knows; None when it is done."""
        data = note.to_bytes() if note is not None else b""
        self.mapping.note.write(data if len(data) <= self.mapping.note.capacity else b"")

    def quarantined(self, path: Path, mark: str) -> bool:
        """True if this very shader took a stage down and was not edited since."""
        known = self._quarantine.get(str(path))
        return known is not None and known.mark == mark

    def why(self, path: Path) -> str:
        """Why a shader is in quarantine."""
        known = self._quarantine.get(str(path))
        return known.reason if known is not None else ""

    def release(self, path: str) -> None:
        """This shader is not in quarantine any more."""
        self._quarantine.pop(path, None)

    def report(self, status: StageStatus) -> None:
        """Leave a status for the keeper, which answers ``status`` from it even when we hang."""
        data = msgspec.json.encode(status)
        if len(data) <= self.mapping.report.capacity:
            self.mapping.report.write(data)
        else:
            log.warning("the status of %d bytes is too large and was not told", len(data))

    def wire(self) -> NDArray[np.uint8] | None:
        """The ``(universes, 512)`` levels that the keeper really sent last, None if nothing is newer."""
        found = self.mapping.wire.newest(self._wire_seen)
        if found is None:
            return None
        self._wire_seen, payload = found
        return np.frombuffer(payload, np.uint8).reshape(-1, CHANNELS)

    def lamps_guard(self) -> GuardStatus | None:
        """What the lamps' guard does, five times a second; None before its first word."""
        found = self.mapping.guard.newest()
        return msgspec.json.decode(found[1], type=GuardStatus) if found else None

    def close(self) -> None:
        """Release everything on our side."""
        self._lines.close()
        os.close(self._alive)
        self.mapping.close()


def _asked(message: dict[str, Any], now: Seconds) -> Asked | None:
    id_, verb, arguments = message.get("id"), message.get("verb"), message.get("arguments", [])
    if not isinstance(id_, int) or not isinstance(verb, str) or not isinstance(arguments, list):
        return None
    scalars: list[Scalar] = [value for value in arguments if isinstance(value, (bool, int, float, str))]
    return Asked(id_, Command(verb, tuple(scalars), now, "socket"))
