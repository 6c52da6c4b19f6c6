"""MIDI of JACK, and of PipeWire in its place, through a process of our own: see ``jack_worker``.

RtMidi was here before, in the stage. Its threads read a callback that ``cancel_callback`` frees meanwhile:
with one sender of 5,000 messages a second and no port that came or went, setting and cancelling the callback
ended the program by a segmentation fault within 6,000 times; so did unplugging a device that still sends.
"""

import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from ctypes.util import find_library
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from hardware.midi.ports import Port, Sink, Stamped
from installation.contract import AdapterError, Seconds, to_install

__all__ = ["LIBRARY", "JackPorts", "missing", "service"]

LIBRARY = "JACK-Client"
"""The Python package."""

ANSWER: Seconds = 10.0
"""How long the process may take to start or to connect a port; a busy machine takes long."""

_UNSENT = 1 << 20
"""Bytes of orders that may wait while the process is busy; messages beyond that are dropped and counted."""
_WORKER = Path(__file__).with_name("jack_worker.py")
_UNIX_SOCKETS = Path("/proc/net/unix")
_LISTENING = "00010000"  # __SO_ACCEPTCON in the column Flags


def missing() -> tuple[str, str]:
    """Why JACK cannot be heard and what to do; empty if a server runs and can be asked."""
    if find_spec("jack") is None:
        return f"the Python package {LIBRARY} is not installed", to_install(LIBRARY)
    if not service():
        return "no server is running", "start JACK or PipeWire"
    if find_library("jack") is None:
        return "JACK's library is not installed", "sudo apt-get install -y libjack-jackd2-0"
    return "", ""


def service() -> str:
    """The socket that a running JACK server (or PipeWire in its place) listens on; empty if there is none.

    jackd 2 names it ``jack_<server>_<uid>_0`` (libjack's ``JACK_DEFAULT_SERVER`` names the server). The inode
    is part of the answer, so that a server which was started again is another one.
    """
    own = f"jack_{os.environ.get('JACK_DEFAULT_SERVER', 'default')}_"
    names = (own, "pipewire-")
    found = sorted(socket for socket in _sockets() if Path(socket.partition(" ")[2]).name.startswith(names))
    return found[0] if found else ""


class JackPorts:
    """One client of JACK in a process of its own. Raises AdapterError when it does not come up.

    Args:
        client: Name under which others see us.
    """

    api = "jack"

    def __init__(self, client: str) -> None:
        self.dropped = 0
        self._service = service()
        self._names: Sequence[str] = ()
        self._targets: Sequence[str] = ()
        self._reason = ""
        self._lines: dict[int, _Line] = {}
        self._unsent = bytearray()
        self._count = 0
        self._answers: queue.SimpleQueue[tuple[str, ...]] = queue.SimpleQueue()
        self._listed = threading.Event()
        # -P: the folder of the file has a module of the same name as JACK-Client's.
        words = [sys.executable, "-P", str(_WORKER), client]
        pipe = subprocess.PIPE
        try:
            self._process = subprocess.Popen(words, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL)
        except OSError as error:
            raise AdapterError(f"the process for JACK does not start: {error}", "") from error
        if self._process.stdin is not None:
            os.set_blocking(self._process.stdin.fileno(), False)
        self._reader = threading.Thread(target=self._read, name="midi-jack", daemon=True)
        self._reader.start()
        if not self._listed.wait(ANSWER) or self._reason:
            reason = self._reason or f"no answer within {ANSWER:g} s"
            self.close()
            raise AdapterError(f"JACK cannot be used: {reason}", "look whether its server is this user's")

    @property
    def library(self) -> str:
        """JACK-Client and its version."""
        try:
            return f"{LIBRARY} {version(LIBRARY)}"
        except PackageNotFoundError:
            return LIBRARY

    def ports(self) -> Sequence[Port]:
        """Inputs that there are now; a number at the end is part of the name. Raises AdapterError."""
        self._ensure()
        return [Port(name, name) for name in self._names]

    def outputs(self) -> Sequence[Port]:
        """Ports that can be sent to now. Raises AdapterError."""
        self._ensure()
        return [Port(name, name) for name in self._targets]

    def _ensure(self) -> None:
        """Raise AdapterError if the server or the process is gone."""
        self._push()
        if self._service and self._service not in _sockets():
            raise AdapterError("the JACK server went away", "start it again")
        if self._reason:
            raise AdapterError(f"the JACK server went away: {self._reason}", "start it again")

    def connect(self, port: Port, sink: Sink) -> "_Line":
        """Listen to one port. Raises AdapterError."""
        return self._ask("connect", port.key, sink, f"cannot listen to MIDI port {port.name!r}")

    def open_output(self, port: Port) -> "_Out":
        """Send to one port. Raises AdapterError."""
        line = self._ask("reach", port.key, None, f"cannot send to MIDI port {port.name!r}")
        return _Out(line, self._tell)

    def offer(self, name: str, sink: Sink) -> "_Line":
        """Open a port of our own. Raises AdapterError."""
        return self._ask("offer", name, sink, "cannot open a MIDI port of our own")

    def close(self) -> None:
        """End the process."""
        self._lines.clear()
        stdin = self._process.stdin
        if stdin is not None and not stdin.closed:
            with suppress(OSError):  # it has ended, and what it was still to be told does not matter
                stdin.close()
        try:
            self._process.wait(2.0)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join(2.0)
        if self._process.stdout is not None:
            self._process.stdout.close()

    def _ask(self, verb: str, name: str, sink: Sink | None, failure: str) -> "_Line":
        self._count += 1
        line = _Line(self._count, sink, self._leave)
        self._lines[line.number] = line
        self._tell(verb, line.number, name)
        try:
            while True:
                answer = self._answers.get(timeout=ANSWER)
                if answer[0] == "gone" or answer[1] == str(line.number):
                    break
        except queue.Empty:
            answer = ("gone", f"no answer within {ANSWER:g} s")
        if answer[0] == "open":
            return line
        line.close()
        raise AdapterError(f"{failure}: {answer[-1]}", "look whether it and the JACK server are still there")

    def _leave(self, line: "_Line") -> None:
        self._lines.pop(line.number, None)
        self._tell("close", line.number)

    def _tell(self, *order: object) -> None:
        """Hand an order to the process, without waiting for it to read."""
        if order[0] == "send" and len(self._unsent) > _UNSENT:
            self._push()  # it may have caught up
            if len(self._unsent) > _UNSENT:
                self.dropped += 1
                return
        self._unsent += json.dumps(order).encode() + b"\n"
        self._push()

    def _push(self) -> None:
        stdin = self._process.stdin
        if stdin is None or stdin.closed:
            return
        try:
            while self._unsent:
                del self._unsent[: os.write(stdin.fileno(), self._unsent)]
        except BlockingIOError:
            return  # it is busy: the rest goes with the next order, or the next look at the ports
        except OSError:
            self._unsent.clear()  # it has ended: the reading thread says so, with the reason

    # ---- the reading thread -----------------------------------------------------------------------------

    def _read(self) -> None:
        stdout = self._process.stdout
        for line in stdout or ():
            self._hear(*json.loads(line))
        if not self._reason:
            self._reason = f"its process ended ({self._process.wait()})"
        self._listed.set()
        self._answers.put(("gone", self._reason))

    def _hear(self, word: str, *rest: Any) -> None:
        match word, rest:
            case "midi", [found]:
                for number, data, *stamp in found:
                    line = self._lines.get(number)
                    if line is not None:
                        whole = bytes.fromhex(data)
                        line.take(Stamped.at(whole, stamp[0]) if stamp else whole)
            case "ports", [names, targets]:
                self._names, self._targets = names, targets
                self._listed.set()
            case "open" | "refused", _:
                self._answers.put((word, *map(str, rest)))
            case "lost", [number]:
                line = self._lines.get(number)
                if line is not None:
                    line.alive = False
            case "dropped", [count]:
                self.dropped += count
            case "gone", [reason]:
                self._reason = reason


class _Line:
    """One port of the process."""

    def __init__(self, number: int, sink: Sink | None, leave: Callable[["_Line"], None]) -> None:
        self.number = number
        self.alive = True
        self._sink = sink
        self._open = True
        self._leave = leave

    def close(self) -> None:
        """Leave the port. Harmless when called again."""
        if self._open:
            self._open, self._sink = False, None
            self._leave(self)

    def take(self, data: bytes) -> None:
        """One message."""
        sink = self._sink
        if sink is not None:
            sink(data)


class _Out:
    """One port that we send to."""

    def __init__(self, line: _Line, tell: Callable[..., None]) -> None:
        self._line = line
        self._tell = tell

    @property
    def alive(self) -> bool:
        """Whether it is still connected."""
        return self._line.alive

    def send(self, data: bytes) -> None:
        """Hand one message to the process."""
        if self._line.alive:
            self._tell("send", self._line.number, data.hex())

    def pulse(self, steer: tuple[float, float, float, int] | None, transport: bool) -> None:
        """Send a MIDI clock from JACK's own thread; None stops it."""
        if self._line.alive:
            self._tell("pulse", self._line.number, [transport, steer])

    def close(self) -> None:
        """Stop sending. Harmless when called again."""
        self._line.close()


def _sockets() -> set[str]:
    """``inode path`` of all listening Unix sockets (proc(5)); empty where the system does not tell."""
    try:
        rows = _UNIX_SOCKETS.read_text(errors="replace").splitlines()[1:]
    except OSError:
        return set()
    columns = (row.split(maxsplit=7) for row in rows)
    return {f"{column[6]} {column[7]}" for column in columns if len(column) == 8 and column[3] == _LISTENING}
