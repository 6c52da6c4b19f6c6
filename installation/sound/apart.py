"""The voice of a film in a process of its own, so that it is made beside the picture and the desk.

signalflow holds the interpreter while it renders. ``python -m installation.sound.apart`` reads orders from
its standard input and writes blocks to its standard output. Orders are answered in their order, so the
result is that of one process, bit for bit.
"""

import os
import struct
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from importlib.util import find_spec
from typing import IO, Final

import msgspec
import numpy as np

from installation.errors import PhotophoreError
from installation.ipc.feeds.sound import Drive, Setup
from installation.sound import BLOCK, STATIONS
from installation.sound.offline import CHANNELS, Chain, Floats, controls_of

__all__ = ["ApartChain", "Order", "chain_apart", "main"]

AHEAD: Final = 64
"""Blocks (0.34 s) that may be ordered before the first of them is waited for."""
_TOGETHER: Final = 20
"""Blocks whose orders are sent together: each message wakes the other process."""
_PIPE: Final = 1 << 20
_READ: Final = 1 << 17
"""Bytes that are read and written at once, at most: a call for each block would cost as much as its fades."""
_LENGTH: Final = struct.Struct("<I")
_SIZE: Final = len(STATIONS) * BLOCK * 4
"""Bytes of a block: float32, station after station."""


class Order(msgspec.Struct, frozen=True):
    """So many blocks, after this drive."""

    blocks: int
    drive: Drive | None = None


class ApartChain(Chain):
    """Voice apart, sound files and desk here.

    Args:
        setup: The sound.
    """

    def __init__(self, setup: Setup) -> None:
        from installation.sound.desk import Controls, Desk
        from installation.sound.playback import Playback

        self._files = Playback(setup.sounds, setup.folder, exact=True)
        self._desk, self._controls = Desk(setup, CHANNELS, metered=False), Controls()
        self.latency = self._desk.latency
        self._next: Drive | None = None
        self._orders: deque[Order] = deque()
        self._ahead = self._unsent = 0
        self._process = subprocess.Popen(
            [sys.executable, "-m", "installation.sound.apart"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=_READ,
        )  # fmt: skip
        assert self._process.stdin is not None  # noqa: S101 - both were asked for
        assert self._process.stdout is not None  # noqa: S101
        self._to: IO[bytes] = self._process.stdin
        self._from: IO[bytes] = self._process.stdout
        _widen(self._from)
        self._send(msgspec.msgpack.encode(setup))

    @property
    def pid(self) -> int:
        """Number of the voice's process."""
        return self._process.pid

    def order(self, count: int) -> None:
        """See ``Chain``."""
        order = Order(count, self._next)
        self._next = None
        self._orders.append(order)
        self._ahead += count
        self._unsent += count
        self._send(msgspec.msgpack.encode(order), flush=self._unsent >= _TOGETHER)

    def ready(self, *, everything: bool = False) -> list[Floats]:
        """See ``Chain``."""
        done: list[Floats] = []
        if everything and self._unsent:
            self._flush()
        while self._orders and (everything or self._ahead > AHEAD):
            order = self._orders.popleft()
            self._ahead -= order.blocks
            if order.drive is not None:
                self._controls = controls_of(order.drive)
                self._files.drive(order.drive)
            done += [self._made() for _ in range(order.blocks)]
        return done

    def drive(self, newest: Drive) -> None:
        """See ``Chain``."""
        self._next = newest

    def _made(self) -> Floats:
        return self._desk.process(self._block() + self._files.render(), self._controls)

    def _block(self) -> Floats:
        data = self._from.read(_SIZE)
        if len(data) < _SIZE:
            self._lost()
        return np.frombuffer(data, np.float32).reshape(len(STATIONS), BLOCK)

    def _send(self, message: bytes, *, flush: bool = True) -> None:
        try:
            self._to.write(_LENGTH.pack(len(message)) + message)
        except BrokenPipeError:
            self._lost()
        if flush:
            self._flush()

    def _flush(self) -> None:
        self._unsent = 0
        try:
            self._to.flush()
        except BrokenPipeError:
            self._lost()

    def _lost(self) -> None:
        status = self._process.wait()
        message = f"the voice has ended with status {status}; its last words are above"
        raise PhotophoreError(message)

    def close(self) -> None:
        """End the process; safe to call twice."""
        for pipe in (self._to, self._from):
            with suppress(OSError):
                pipe.close()
        self._process.wait()
        self._files.close()


def chain_apart(setup: Setup) -> Chain:
    """Return voice, sound files and desk as one; the voice in a process of its own.

    Raises:
        ImportError: The sound extra is not installed.
    """
    if find_spec("signalflow") is None:
        raise ModuleNotFoundError("No module named 'signalflow'", name="signalflow")
    return ApartChain(setup)


def _widen(pipe: IO[bytes]) -> None:
    """Let a pipe hold a few more blocks, where the system can."""
    with suppress(ImportError, AttributeError, OSError):
        import fcntl

        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE)


def _messages(pipe: IO[bytes]) -> Iterator[bytes]:
    while len(head := pipe.read(_LENGTH.size)) == _LENGTH.size:
        yield pipe.read(_LENGTH.unpack(head)[0])


def main() -> int:
    """Render what is ordered until the standard input ends. Returns the exit status."""
    from installation.sound.voice import Voice, load

    orders, blocks = sys.stdin.buffer, os.fdopen(os.dup(1), "wb", _READ)
    os.dup2(2, 1)  # libraries print on stdout
    messages = _messages(orders)
    setup = msgspec.msgpack.decode(next(messages), type=Setup)
    voice = Voice(load(setup.soundscape), setup.seed)
    try:
        for message in messages:
            order = msgspec.msgpack.decode(message, type=Order)
            if order.drive is not None:
                voice.drive(order.drive)
            for _ in range(order.blocks):
                blocks.write(voice.render().tobytes())
            blocks.flush()
    except BrokenPipeError:
        return 1
    finally:
        voice.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
