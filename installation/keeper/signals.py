"""The signals that end the keeper, received in its own loop."""

import selectors
import signal
import socket
from collections.abc import Callable
from types import FrameType

__all__ = ["Signals"]

_ENDING = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGINT", "SIGHUP") if hasattr(signal, name))


class Signals:
    """Catches signals from ``catch`` on.

    Args:
        selector: Woken by them.
        stop: Called with the signal's name, in the main thread, between two instructions.
    """

    def __init__(self, selector: selectors.BaseSelector, stop: Callable[[str], None]) -> None:
        self._stop = stop
        self._wakeup, self._woken = socket.socketpair()
        self._wakeup.setblocking(False)
        self._woken.setblocking(False)
        selector.register(self._woken, selectors.EVENT_READ, lambda _now: self._woken.recv(4096))

    def catch(self) -> None:
        """Install the signal handlers."""
        signal.set_wakeup_fd(self._wakeup.fileno(), warn_on_full_buffer=False)
        for number in _ENDING:
            signal.signal(number, self._told)
        signal.signal(signal.SIGCHLD, _wake)

    def _told(self, number: int, _frame: FrameType | None) -> None:
        self._stop(signal.Signals(number).name)

    def ignore(self) -> None:
        """Ignore further signals: they must not turn a clean end into a death by signal."""
        for number in _ENDING:
            signal.signal(number, signal.SIG_IGN)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.set_wakeup_fd(-1)

    def close(self) -> None:
        """Close the sockets."""
        self._wakeup.close()
        self._woken.close()


def _wake(_number: int, _frame: FrameType | None) -> None:
    """Only interrupts the select: a child has ended."""
