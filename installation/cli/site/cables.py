"""Machines that are none: private network namespaces of Linux, joined by a switch, with cables to cut.

For `make site` and for tests. Needs root, or a user namespace in which we are root, and the command ``ip``.
Nothing outside the namespaces is touched, and they go with ``close``. Those of a process that was killed go
when the next ones are made: their names say whose they are.
"""

import os
import re
import secrets
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Final

from installation.errors import PhotophoreError

__all__ = ["Cables", "possible", "sweep"]

_OURS: Final = re.compile(r"ph([0-9a-f]+)z([0-9a-f]+)z[0-9a-f]{4}-\w+")
"""Process, when it started, and a number by chance."""


def possible() -> bool:
    """Return whether this process may make network namespaces."""
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("ip") is not None


class Cables:
    """One namespace for each name, with one address each in 10.77.0.0/24.

    Args:
        names: Of the machines, at most 250.

    Raises PhotophoreError if the system refuses it.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._mark = f"ph{os.getpid():x}z{_started(os.getpid()):x}z{secrets.token_hex(2)}"
        self._names = {name: number for number, name in enumerate(names, 1)}
        self._made: list[str] = []
        sweep()
        try:
            self._build()
        except BaseException:
            self.close()
            raise

    def _build(self) -> None:
        switch = self._namespace("switch")
        _ip("-n", switch, "link", "add", "switch", "type", "bridge")
        _ip("-n", switch, "link", "set", "switch", "up")
        for name, number in self._names.items():
            space = self._namespace(str(number))
            port = f"port{number}"
            _ip("-n", space, "link", "add", "eth0", "type", "veth", "peer", "name", port, "netns", switch)
            _ip("-n", space, "address", "add", f"{self.address(name)}/24", "dev", "eth0")
            for device in ("lo", "eth0"):
                _ip("-n", space, "link", "set", device, "up")
            _ip("-n", switch, "link", "set", port, "master", "switch", "up")

    def _namespace(self, name: str) -> str:
        made = f"{self._mark}-{name}"
        _ip("netns", "add", made)
        self._made.append(made)
        return made

    def address(self, name: str) -> str:
        """Return the IP address of a machine."""
        return f"10.77.0.{self._names[name]}"

    def inside(self, name: str, command: Sequence[str]) -> list[str]:
        """Return a command that runs another on a machine."""
        return ["ip", "netns", "exec", f"{self._mark}-{self._names[name]}", *command]

    def plug(self, name: str, *, connected: bool) -> None:
        """Cut the cable of a machine, or heal it. Raises PhotophoreError."""
        state = "up" if connected else "down"
        _ip("-n", f"{self._mark}-switch", "link", "set", f"port{self._names[name]}", state)

    def close(self) -> None:
        """Remove everything. Processes inside keep what they have until they end."""
        while self._made:
            subprocess.run(["ip", "netns", "delete", self._made.pop()], capture_output=True, check=False)

    def __enter__(self) -> "Cables":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def sweep() -> list[str]:
    """Remove the namespaces of processes that ended without doing so; returns their names."""
    listed = subprocess.run(["ip", "netns", "list"], capture_output=True, text=True, check=False).stdout
    names = [line.split()[0] for line in listed.splitlines() if line.strip()]
    found = [(name, _OURS.fullmatch(name)) for name in names]
    stale = [name for name, ours in found if ours and _started(int(ours[1], 16)) != int(ours[2], 16)]
    for name in stale:
        subprocess.run(["ip", "netns", "delete", name], capture_output=True, check=False)
    return stale


def _started(pid: int) -> int:
    """Return when a process started, clock ticks since boot (proc(5), field 22 of ``stat``); 0 for none."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()[19])
    except (OSError, ValueError, IndexError):
        return 0


def _ip(*arguments: str) -> None:
    done = subprocess.run(["ip", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        message = f"ip {' '.join(arguments)}: {done.stderr.strip()}"
        raise PhotophoreError(message)
