"""MIDI clock out: 24 ticks a beat at absolute times, and the transport bytes that go with them.

The schedule is a line: tick number ``position + (t - time) / period`` at time ``t``. Whoever keeps the beat
steers it when tempo or beat change; whoever sends asks what is due. A tick is never sent twice, and one that
is late shifts none of the following. MIDI 1.0 Detailed Specification, "System Real Time" and "System Common".

It imports nothing of Photophore, because ``jack_worker`` loads it in a process that has nothing else.
"""

import math
import threading
import time
from collections.abc import Callable
from typing import Final, Protocol

__all__ = ["TICKS", "Due", "Pulse", "PulseThread"]

TICKS: Final = 24
"""Ticks of a beat."""

TICK, START, CONTINUE, STOP = b"\xf8", b"\xfa", b"\xfb", b"\xfc"
_POSITION: Final = 0xF2
_SIXTEENTH: Final = 6
"""Ticks of the unit in which a song position counts."""
_LEAP: Final = 12
"""Ticks of distance from where it should be beyond which the schedule has leapt, and starts anew."""
_LATE: Final = 4
"""Ticks after a downbeat within which a start still means it: they are made up for at once."""
_LONGEST: Final = 0.05
"""Seconds after which a waiting thread looks whether it was steered."""


class Pulse:
    """One MIDI clock. ``steer`` and ``due`` may be called from two threads.

    Args:
        transport: Whether start, continue and stop are sent.
    """

    def __init__(self, transport: bool = True) -> None:
        self._transport = transport
        self._line: tuple[float, float, float, int] | None = None
        self._next: int | None = None
        self._begins = False

    def steer(self, time: float, position: float, period: float, phrase: int) -> None:
        """Set the schedule.

        Args:
            time: Monotonic seconds.
            position: Number of the tick then; between two ticks a fraction.
            period: Seconds of a tick, more than 0.
            phrase: Ticks of a phrase: at its beginning a start is sent, elsewhere a song position and a
                continue.
        """
        self._line = time, position, period, phrase

    def end(self) -> list[bytes]:
        """Return the bytes that stop what listens; the next tick starts it again."""
        running = self._next is not None and self._transport and not self._begins
        self._next = None
        return [STOP] if running else []

    def next_time(self) -> float | None:
        """Return when the next tick is due, monotonic seconds; None before the first ``steer``."""
        if self._line is None:
            return None
        begins, position, period, _ = self._line
        number = self._next if self._next is not None else math.ceil(position)
        return begins + (number - position) * period

    def due(self, until: float) -> list[tuple[float, bytes]]:
        """Return what is to be sent before ``until``, in order, each with its time in monotonic seconds."""
        line = self._line
        if line is None:
            return []
        begins, position, period, phrase = line
        here = position + (until - begins) / period
        if self._next is None or abs(self._next - here) > _LEAP:
            late = here % phrase
            whole = here - late if late < _LATE else math.ceil(here / _SIXTEENTH) * _SIXTEENTH
            self._next, self._begins = round(whole), self._transport
        found: list[tuple[float, bytes]] = []
        while self._next < here:
            at = begins + (self._next - position) * period
            if self._begins:
                found += [(at, data) for data in self._start(self._next % phrase)]
                self._begins = False
            found.append((at, TICK))
            self._next += 1
        return found

    def _start(self, place: int) -> list[bytes]:
        if place == 0:
            return [START]
        sixteenths = place // _SIXTEENTH
        return [bytes((_POSITION, sixteenths & 0x7F, sixteenths >> 7 & 0x7F)), CONTINUE]


class Due(Protocol):
    """What is sent at times of its own: a ``Pulse``, or quarter frames of a time code."""

    def next_time(self) -> float | None:
        """Return when the next message is due, monotonic seconds; None while none is."""
        ...

    def due(self, until: float) -> list[tuple[float, bytes]]:
        """Return what is to be sent before ``until``, in order, each with its time."""
        ...

    def end(self) -> list[bytes]:
        """Return the bytes that end it."""
        ...


class PulseThread:
    """Sends a pulse from a thread of its own, where the service has no clock of its own.

    Args:
        pulse: What is due when.
        send: Sends one message; waits for nothing.
    """

    def __init__(self, pulse: Due, send: Callable[[bytes], None]) -> None:
        self._pulse = pulse
        self._send = send
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="midi-pulse", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop what listens, and end. Harmless when called again."""
        if not self._ending.is_set():
            self._ending.set()
            self._thread.join(1.0)
            for data in self._pulse.end():
                self._send(data)

    def _run(self) -> None:
        while not self._ending.is_set():
            due, now = self._pulse.next_time(), time.monotonic()
            wait = _LONGEST if due is None else due - now
            if wait > _LONGEST:
                self._ending.wait(_LONGEST / 2)
                continue
            if wait > 0.0:
                time.sleep(wait)  # to an absolute deadline: what one tick is late, the next is not
            for _, data in self._pulse.due(time.monotonic()):
                self._send(data)
