"""The stage's end of its link to the keeper: shared memory, commands, a pipe that ends with the keeper."""

import logging
import os
import select
import socket
from collections.abc import Mapping as MappingType
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from installation.contract import CHANNELS
from installation.errors import OutdatedError
from installation.ipc.lines import LineSocket
from installation.ipc.quarantine import Note, Quarantined
from installation.ipc.requests import ASKED
from installation.ipc.shared_memory import Mapping
from installation.status import GuardStatus, StageStatus
from installation.values import Command, Scalar, Seconds

__all__ = ["ALIVE", "VARIABLE", "Asked", "Inheritance", "StageLink", "Start"]

VARIABLE: Final = "PHOTOPHORE_KEEPER"
"""Environment variable that carries the inheritance as JSON."""

ALIVE: Final = "PHOTOPHORE_ALIVE"
"""Environment variable with the descriptor of a pipe that ends when the keeper does; for the panel and the
operator's screen."""


log = logging.getLogger(__name__)


class Start(msgspec.Struct, frozen=True, kw_only=True):
    """The position and the state that a new stage inherits from its predecessor.

    Attributes:
        cue: Id of the cue to begin at; empty for the show's start.
        state: The interface's state to begin in; empty for the one that the cue demands.
        state_age: Seconds since that state began.
        score: Seconds since the score's cycle began; negative where the score does not run.
        cycle: Number of the cycle.
        heal: Whether the room has chosen to heal.
        speed: Factor on the cue clock; 0 for that of the command line.
        time: Show time in seconds to continue from.
        began: Show time in seconds at which this run, possibly of several stages, began.
        safe_mode: Why the stage is to start in safe mode; empty normally.
        quarantine: Shaders in quarantine, by path; they are not loaded until they have changed.
        alive: Unix seconds at which the show was last seen playing, in this run or the one that it continues;
            0 for a run that continues none.
        restarts: Number of earlier stages of this run.
        panel: Address of the panel and pairing codes, as a line for the HUD; empty if not needed.
        touched: Bases that were set by hand, by address; they override the cue's.
        scene: The scene that was chosen by hand; empty for the cue's own.
        unclean: Whether the run that it continues ended without a clean stop.
    """

    cue: str = ""
    state: str = ""
    state_age: Seconds = 0.0
    score: Seconds = -1.0
    cycle: int = 0
    heal: bool = False
    speed: float = 0.0
    time: Seconds = 0.0
    began: Seconds = 0.0
    safe_mode: str = ""
    quarantine: dict[str, Quarantined] = {}
    alive: float = 0.0
    restarts: int = 0
    panel: str = ""
    touched: dict[str, tuple[float, ...]] = {}
    scene: str = ""
    unclean: bool = False


class Inheritance(msgspec.Struct, frozen=True, kw_only=True):
    """Descriptors that the stage inherits, and its ``Start``."""

    mapping: int
    fresh: int
    channel: int
    alive: int
    start: Start = msgspec.field(default_factory=Start)


@dataclass(frozen=True, slots=True)
class Asked:
    """A command from the control socket, and the number to answer it under."""

    id: int
    command: Command


class StageLink:
    """The stage's interface to its keeper. Never blocks.

    Args:
        mapping: The shared memory, already attached.
        channel: Connected stream socket to the keeper.
        alive: Read end of a pipe that the keeper keeps open as long as the stage is to run.
        start: Position and state inherited from the predecessor.
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
        """Return the link that the keeper has prepared, or None if this process has no keeper.

        Args:
            environment: Environment with the variable that describes it.
            numbers: Descriptor here for each number at the keeper; None if they are the same.
        """
        text = environment.get(VARIABLE)
        if not text:
            return None
        try:
            given = msgspec.json.decode(text, type=Inheritance)
        except msgspec.DecodeError as error:
            message = f"the keeper is of another version of the program ({VARIABLE}: {error})"
            raise OutdatedError(message) from error
        told = (given.mapping, given.fresh, given.channel, given.alive)
        mapping, fresh, channel, alive = told if numbers is None else (numbers[fd] for fd in told)
        for fd in (mapping, fresh, channel, alive):
            os.set_inheritable(fd, False)  # our own children must not hold the pipe open
        return cls(Mapping.attach(mapping, fresh), socket.socket(fileno=channel), alive, given.start)

    @property
    def orphaned(self) -> bool:
        """True once the keeper has closed the pipe, or is gone: finish the frame and quit."""
        if not self._lost:
            ready, _, _ = select.select([self._alive], [], [], 0.0)
            self._lost = bool(ready) and os.read(self._alive, 1) == b""
        return self._lost

    def commands(self, now: Seconds | None = None) -> list[Asked]:
        """Return the requests that arrived through the control socket since the last call."""
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
        """Answer a command with a result or an error. ``more`` announces further answers."""
        message: dict[str, Any] = {"id": id, "ok": not error}
        message |= {"error": error} if error else {"result": result}
        if more:
            message["more"] = True
        self._tell(message)

    def begin(self, ids: Sequence[int]) -> None:
        """Tell the keeper which commands are carried out in this frame: it no longer gives them up."""
        self._tell({"began": list(ids)})

    def say(self, facts: MappingType[str, Scalar]) -> None:
        """Send the keeper an unsolicited change of ``blackout``, ``panic`` or ``patch``."""
        self._tell({"said": dict(facts)})

    def _tell(self, message: dict[str, Any]) -> None:
        if self._lines.closed:
            return
        try:
            self._lines.send(message)
        except OSError:
            self._lines.close()

    def note_shader(self, note: Note | None) -> None:
        """Note for the keeper which new shader is being compiled or drawn; None when it is done."""
        data = note.to_bytes() if note is not None else b""
        self.mapping.note.write(data if len(data) <= self.mapping.note.capacity else b"")

    def quarantined(self, path: Path, mark: str) -> bool:
        """Return whether this shader is in quarantine and has not been edited since."""
        known = self._quarantine.get(str(path))
        return known is not None and known.mark == mark

    def why(self, path: Path) -> str:
        """Return why a shader is in quarantine."""
        known = self._quarantine.get(str(path))
        return known.reason if known is not None else ""

    def release(self, path: str) -> None:
        """Remove a shader from quarantine."""
        self._quarantine.pop(path, None)

    def report(self, status: StageStatus) -> None:
        """Store a status for the keeper, which uses it to answer ``status`` even if the stage hangs."""
        data = msgspec.json.encode(status)
        if len(data) <= self.mapping.report.capacity:
            self.mapping.report.write(data)
        else:
            log.warning("the status of %d bytes is too large and was not sent", len(data))

    def wire(self) -> NDArray[np.uint8] | None:
        """Return the ``(universes, 512)`` levels that the keeper sent last, None if nothing is newer."""
        found = self.mapping.wire.newest(self._wire_seen)
        if found is None:
            return None
        self._wire_seen, payload = found
        return np.frombuffer(payload, np.uint8).reshape(-1, CHANNELS)

    def lamps_guard(self) -> GuardStatus | None:
        """Return the status of the lamps' guard, updated five times per second; None before the first."""
        found = self.mapping.guard.newest()
        return msgspec.json.decode(found[1], type=GuardStatus) if found else None

    def close(self) -> None:
        """Release everything on the stage's side."""
        self._lines.close()
        os.close(self._alive)
        self.mapping.close()


def _asked(message: dict[str, Any], now: Seconds) -> Asked | None:
    id_, verb, arguments = message.get("id"), message.get("verb"), message.get("arguments", [])
    if not isinstance(id_, int) or not isinstance(verb, str) or not isinstance(arguments, list):
        return None
    scalars: list[Scalar] = [value for value in arguments if isinstance(value, (bool, int, float, str))]
    return Asked(id_, Command(verb, tuple(scalars), now, str(message.get("source") or ASKED)))
