"""The end that asks for sounds: starts the process, reads what it made, makes them itself without it."""

import contextlib
import logging
import struct
import subprocess
import sys
import threading
import time
from typing import IO, TYPE_CHECKING, Final

import msgspec
import numpy as np

from installation.values import Seconds

if TYPE_CHECKING:
    from installation.sound.voice.sounds import Made

__all__ = ["LENGTH", "Answer", "Making", "Wanted"]

LENGTH: Final = struct.Struct("<I")
"""Before each message: its bytes."""
_COMMAND: Final = (sys.executable, "-m", "installation.sound.making")
_PATIENCE: Final[Seconds] = 120.0
"""Longest time for one kind; those that take long take four seconds, and more among busy processors."""

log = logging.getLogger(__name__)


class Wanted(msgspec.Struct, frozen=True):
    """A kind of sounds, with its seed.

    Attributes:
        urgent: Whether it is as urgent as the picture.
    """

    kind: str
    seed: int
    urgent: bool = False


class Answer(msgspec.Struct, frozen=True):
    """What was made of it.

    Attributes:
        sounds: Samples, float32 little-endian, and Hz of each.
        error: Why nothing was; empty if it was.
    """

    sounds: tuple[tuple[bytes, float], ...] = ()
    error: str = ""


class Making:
    """Makes sounds in another process, which is started by the first that is wanted.

    One call at a time. What another process cannot make is made in the calling thread.

    Args:
        command: What starts it.
    """

    def __init__(self, command: tuple[str, ...] = _COMMAND) -> None:
        self._command = command
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._hurried: Seconds = 0.0
        self._slow = False

    def hurry(self, seconds: Seconds) -> None:
        """Make what is wanted from now on for so long as urgently as the picture."""
        self._hurried = time.monotonic() + seconds

    @property
    def pid(self) -> int | None:
        """Number of the process; None while there is none."""
        return self._process.pid if self._process is not None else None

    def __call__(self, kind: str, seed: int) -> "Made":
        """Return the sounds of a kind; waits for them. Raises RuntimeError if they cannot be made."""
        with self._lock:
            try:
                answer = self._ask(Wanted(kind, seed, time.monotonic() < self._hurried))
            except (OSError, EOFError, msgspec.DecodeError) as error:
                log.warning("sounds are made beside the playing, since no other process does it: %s", error)
                self._end()
                from installation.sound.voice.sounds import made

                return made(kind, seed)
        if answer.error:
            raise RuntimeError(answer.error)
        return tuple((np.frombuffer(samples, "<f4"), pitch) for samples, pitch in answer.sounds)

    def close(self) -> None:
        """End the process; harmless without one. A later call starts another."""
        with self._lock:
            self._end()

    def _ask(self, wanted: Wanted) -> Answer:
        if wanted.urgent and self._slow:
            self._end()  # it is below the picture's priority for good
        if self._process is None:
            self._slow = False
            self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._slow = self._slow or not wanted.urgent
        to, back = self._process.stdin, self._process.stdout
        assert to is not None  # noqa: S101 - both were asked for
        assert back is not None  # noqa: S101
        stuck = threading.Timer(_PATIENCE, self._process.kill)
        stuck.daemon = True
        stuck.start()
        try:
            to.write(framed(msgspec.msgpack.encode(wanted)))
            to.flush()
            return msgspec.msgpack.decode(message(back), type=Answer)
        finally:
            stuck.cancel()

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):
                pipe.close()  # type: ignore[union-attr]
        process.kill()
        process.wait()


def framed(payload: bytes) -> bytes:
    """Return a message as it is sent: its length, then itself."""
    return LENGTH.pack(len(payload)) + payload


def message(pipe: IO[bytes]) -> bytes:
    """Return the next message. Raises EOFError at the end of the pipe, OSError."""
    head = pipe.read(LENGTH.size)
    if len(head) == LENGTH.size:
        (size,) = LENGTH.unpack(head)
        payload = pipe.read(size)
        if len(payload) == size:
            return payload
    raise EOFError("it has ended")
