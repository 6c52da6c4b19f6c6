"""Starts a stage before its options are known, so that its imports run in parallel with reading the files.

The imports of a stage take half a second, and those of the command line and the keeper nearly as long. The
command line prespawns a stage first of all; the keeper, when it starts its first stage, passes it the options
and the descriptors over a socket. If that process is gone by then, a fresh one is started instead, as for
every later stage. This module imports the standard library only: its imports would delay the start.
"""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

__all__ = ["CRASHES", "MARK", "await_order", "dismiss", "send_ahead", "stage_command", "take"]

MARK: Final = "fd:"
"""Prefix of the argument that names the descriptor from which a prespawned stage reads its options."""

CRASHES: Final = {"PYTHONFAULTHANDLER": "1"}
"""Environment of a process that says, when it crashes, where each thread was, and is dead at once.

Without, pygame (2.5) handles the signal: it closes the display within the handler, which waits for ever for a
lock of Xlib or of the driver if the crash came while that was held.
"""

_MOST: Final = 8
"""Most descriptors sent to a stage; it inherits four."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    command: tuple[str, ...]
    child: "subprocess.Popen[bytes]"
    wire: socket.socket


_waiting: list[_Waiting] = []


def send_ahead(command: Sequence[str]) -> None:
    """Start a stage that waits for its options.

    Args:
        command: Program and arguments, without the options at the end.
    """
    if not hasattr(socket, "send_fds"):
        return
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    with theirs:
        child = subprocess.Popen(
            [*command, f"{MARK}{theirs.fileno()}"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=(theirs.fileno(),),
            env=os.environ | CRASHES,
            process_group=0,
        )
    _waiting.append(_Waiting(tuple(command), child, ours))


def take(
    command: Sequence[str], environment: Mapping[str, str], descriptors: Sequence[int]
) -> "subprocess.Popen[bytes] | None":
    """Pass the options to the waiting stage; None if there is none of that command, or it is gone.

    Args:
        command: Program and arguments, the options last.
        environment: Variables to add to its environment.
        descriptors: Descriptors to inherit. They get other numbers there; see ``await_order``.
    """
    if not _waiting or tuple(command[:-1]) != _waiting[-1].command:
        return None
    one = _waiting.pop()
    order = {"order": command[-1], "environment": dict(environment), "descriptors": list(descriptors)}
    data = json.dumps(order).encode() + b"\n"
    with one.wire:
        try:
            sent = socket.send_fds(one.wire, [data], list(descriptors))
            if sent < len(data):  # sending nothing fails, too, if the stage has read everything and closed
                one.wire.sendall(data[sent:])
        except OSError:  # it has died meanwhile; a fresh one will report the reason
            _end(one.child)
            return None
    return one.child


def dismiss() -> None:
    """End a stage that was not needed. Harmless if there is none."""
    while _waiting:
        one = _waiting.pop()
        one.wire.close()
        _end(one.child)


def await_order(fd: int) -> tuple[str, dict[int, int]] | None:
    """In the stage: wait for the options, and adopt the environment and descriptors that come with them.

    Returns:
        The options, and each descriptor here by its number at the sender; None if they never came.
    """
    with socket.socket(fileno=fd) as wire:
        try:
            data, received, _, _ = socket.recv_fds(wire, 65536, _MOST)
            while data and not data.endswith(b"\n"):
                more = wire.recv(65536)
                data = data + more if more else b""
        except OSError:  # the sender was killed
            return None
    if not data:
        return None
    message = json.loads(data)
    os.environ.update(message["environment"])
    return message["order"], dict(zip(message["descriptors"], received, strict=True))


def stage_command() -> list[str]:
    """Return the command that starts a stage, without its options."""
    return [sys.executable, "-m", "installation", "--stage"]


def _end(child: "subprocess.Popen[bytes]") -> None:
    child.kill()
    child.wait()
    if child.stdout is not None:
        child.stdout.close()
