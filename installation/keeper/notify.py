"""Messages to the service manager: sd_notify(3) and sd_watchdog_enabled(3) without libsystemd."""

import os
import socket
from collections.abc import Mapping
from typing import Final

from installation.values import Seconds

__all__ = ["LifeSigns", "managed", "notify", "watchdog_period"]

_OFTEN: Final[Seconds] = 0.05


class LifeSigns:
    """Tells the service manager that the program is ready, and then that it lives, as often as that asks.

    Args:
        environment: Where it says how to reach it, and how long its patience is.
    """

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        self._environment = environment
        self._petted_at: Seconds | None = None

    def pet(self, now: Seconds, *, sound: bool) -> None:
        """Say what is due at ``now``, monotonic seconds; the first call says that the program is ready.

        Args:
            now: The time.
            sound: Whether all that has to go on does; else the manager is left to its own conclusions.
        """
        period = watchdog_period(self._environment)
        last = self._petted_at
        if last is not None and now - last < (period or _OFTEN):
            return
        self._petted_at = now
        if last is None:
            notify("READY=1\nSTATUS=running", self._environment)
        if period and sound:
            notify("WATCHDOG=1", self._environment)


def notify(message: str, environment: Mapping[str, str] = os.environ) -> bool:
    """Send e.g. ``READY=1``, ``WATCHDOG=1`` or ``STATUS=...``. False if no service manager listens."""
    address = environment.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return False
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sock:
        sock.setblocking(False)
        try:
            sock.sendto(message.encode(), "\0" + address[1:] if address[0] == "@" else address)
        except OSError:
            return False
    return True


def managed(environment: Mapping[str, str] = os.environ) -> bool:
    """Return whether a service manager has started this very process; it starts it again, too.

    What a process of a service starts inherits socket and number, and has another number (systemd.exec(5)).
    """
    number = environment.get("SYSTEMD_EXEC_PID", "")
    return environment.get("NOTIFY_SOCKET", "").startswith(("/", "@")) and number == str(os.getpid())


def watchdog_period(environment: Mapping[str, str] = os.environ) -> Seconds | None:
    """Return half the watchdog's timeout, in seconds; None without a watchdog."""
    try:
        microseconds = int(environment.get("WATCHDOG_USEC", ""))
        pid = int(environment.get("WATCHDOG_PID", "") or os.getpid())
    except ValueError:
        return None
    return microseconds / 2e6 if microseconds > 0 and pid == os.getpid() else None
