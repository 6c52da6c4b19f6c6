"""The process that is a client of JACK; ``hardware.midi.jack`` starts it and reads what it says.

JACK calls its clients in a thread of its own in every period, some of 1.3 ms. In the stage such a call would
wait for the interpreter, which drawing holds for tens of milliseconds, and lose what the period brought; and
a fault of the library there would end the picture. So JACK gets a process that does nothing else.

It is one client with one port for each line, in or out. A port is never unregistered while the client lives:
it is disconnected and used again, so the thread of JACK never meets a port that is just being taken away.

It imports nothing of Photophore, because it starts in a tenth of the time without. One JSON array in a line:

in: ``["offer", line, name]``, ``["connect", line, source]``, ``["reach", line, target]``, ``["send", line,
bytes as hex]``, ``["pulse", line, [transport, [time, position, period, phrase]]]`` (see ``pulse.Pulse``; null
instead of the inner list stops it), ``["close", line]``; the end of stdin ends it.
out: ``["ready", version]``, ``["ports", [names to hear], [names to send to]]``, ``["open", line]``,
``["refused", line, reason]``, ``["lost", line]``, ``["midi", [[line, bytes as hex], ...]]`` (of MIDI clock
with the monotonic time of arrival as a third item), ``["dropped", count]``, ``["gone", reason]``.
"""

import json
import os
import selectors
import signal
import sys
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

WAITING = 8192
"""Messages that may wait for the stage; the oldest go first."""
SETTLED = 8
"""Periods after which a connection that was made or taken away stands in JACK's graph."""
LONGEST = 4096
"""Bytes of the longest message; a scene of a controller has some 400."""
CLOCK = frozenset((0xF1, 0xF2, 0xF8, 0xFA, 0xFB, 0xFC))
"""First bytes of MIDI clock and time code."""
LAST = 1.5
"""Seconds in which what waits is sent after the stage hung up; the stage waits for two."""
DELIVERED = 4
"""Periods after which a message that was written has reached its client: one may pass before it is woken."""
LOOK = 0.5
"""Seconds after which ports are listed though JACK said nothing."""
SOON = 0.05
"""The same while connections are still to be looked at."""


@dataclass
class Slot:
    """One port of ours.

    Attributes:
        line: Whose events it takes; 0 is nobody's.
        peer: The port that it listens or sends to; empty if others connect to it.
        since: Period in which it got this line, or lost it.
        waiting: What is to be sent; None of a port that listens.
        sent: Period in which something was sent last.
        pulse: The MIDI clock that it sends, if any.
    """

    port: Any
    line: int = 0
    peer: str = ""
    since: int = 0
    waiting: deque[bytes] | None = None
    sent: int = -DELIVERED
    pulse: Any = None


class Worker:
    """The client.

    Args:
        jack: The module, imported late because it needs JACK's library.
        name: Name under which other programs see us.
    """

    def __init__(self, jack: Any, name: str) -> None:
        self._jack = jack
        self._client = jack.Client(name, no_start_server=True)
        self._slots: tuple[Slot, ...] = ()
        self._found: deque[tuple[int, str] | tuple[int, str, float]] = deque(maxlen=WAITING)
        self._dropped = 0
        self._period = 0
        self._look = True
        self._check = False
        self._left = -SETTLED  # the period in which a port went last
        self._names: tuple[list[str], list[str]] | None = None
        self._over = ""
        self._wake_read, self._wake_write = os.pipe()
        for end in (self._wake_read, self._wake_write):
            os.set_blocking(end, False)

    def run(self) -> None:
        """Serve until the stage hangs up or the server goes."""
        client = self._client
        client.set_process_callback(self._process)
        client.set_shutdown_callback(self._shut_down)
        client.set_port_registration_callback(self._registered, only_available=False)
        client.activate()
        say("ready", self._jack.__version__)
        selector = selectors.DefaultSelector()
        selector.register(0, selectors.EVENT_READ)
        selector.register(self._wake_read, selectors.EVENT_READ)
        pending = b""
        while not self._over:
            ready = [key.fd for key, _ in selector.select(SOON if self._check else LOOK)]
            self._look = self._look or not ready
            if self._wake_read in ready:
                os.read(self._wake_read, 4096)
            self._pass_on()
            for slot in self._slots:
                if slot.line < 0 and self._delivered(slot):
                    self._free(slot)
            if self._look:
                self._list()
            if self._check:
                self._find_lost()
            if 0 in ready:
                more = os.read(0, 65536)
                if not more:
                    self._finish()
                    return
                *orders, pending = (pending + more).split(b"\n")
                for order in orders:
                    self._obey(*json.loads(order))
        say("gone", self._over)

    # ---- threads of JACK --------------------------------------------------------------------------------

    def _process(self, frames: int) -> None:
        self._period += 1
        arrived = False
        for slot in self._slots:
            line = slot.line
            if slot.waiting is not None:
                self._play(slot)
                pulse = slot.pulse  # our own thread may take it away at any time
                if pulse is not None and self._period - slot.since >= SETTLED:
                    self._beat(slot.port, pulse, frames)
                continue
            for offset, data in slot.port.incoming_midi_events():
                # Channel messages, SysEx and clock only: the others say nothing.
                first = data[0][0] if line and 0 < len(data) <= LONGEST else 0
                if 0x80 <= first <= 0xF0 or first in CLOCK:
                    self._dropped += len(self._found) == WAITING
                    stamp = (self._cycle() + offset / self._client.samplerate,) if first in CLOCK else ()
                    self._found.append((line, bytes(data).hex(), *stamp))
                    arrived = True
        if arrived:
            self._wake()

    def _cycle(self) -> float:
        """When the present period began, monotonic seconds: however late this thread was woken."""
        since = float(self._client.frames_since_cycle_start) / float(self._client.samplerate)
        return time.monotonic() - since

    def _play(self, slot: Slot) -> None:
        """Send what fits into this period; before the connection stands in the graph, JACK would drop it."""
        slot.port.clear_buffer()
        if self._period - slot.since < SETTLED:
            return
        while slot.waiting and slot.port.max_event_size >= len(slot.waiting[0]):
            slot.sent = self._period  # first, for our own thread looks at both
            slot.port.write_midi_event(0, slot.waiting.popleft())

    def _beat(self, port: Any, pulse: Any, frames: int) -> None:
        """Send the ticks that fall into this period, each at its own sample."""
        rate, begins = float(self._client.samplerate), self._cycle()
        for due, data in pulse.due(begins + frames / rate):
            port.write_midi_event(min(max(int((due - begins) * rate), 0), frames - 1), data)

    def _registered(self, _port: Any, present: bool) -> None:
        self._look = True
        if not present:
            self._left, self._check = self._period, True
        self._wake()

    def _shut_down(self, _status: Any, reason: str) -> None:
        self._over = reason or "it went away"
        self._wake()

    def _wake(self) -> None:
        with suppress(BlockingIOError):  # full: it will wake
            os.write(self._wake_write, b"x")

    # ---- our own thread ---------------------------------------------------------------------------------

    def _finish(self) -> None:
        """Send what waits: bytes that leave a controller as it was found."""
        end = time.monotonic() + LAST
        while time.monotonic() < end and not all(map(self._delivered, self._slots)):
            time.sleep(0.005)

    def _delivered(self, slot: Slot) -> bool:
        """Whether all that was to be sent has reached its client; a port that leaves takes it away."""
        return not slot.waiting and self._period - slot.sent >= DELIVERED

    def _pass_on(self) -> None:
        found: list[tuple[int, str] | tuple[int, str, float]] = []
        while self._found:
            found.append(self._found.popleft())
        if found:
            say("midi", found)
        dropped, self._dropped = self._dropped, 0
        if dropped:
            say("dropped", dropped)

    def _list(self) -> None:
        self._look = False
        try:
            names = self._others(is_output=True), self._others(is_input=True)
        except self._jack.JackError:  # one went while it was listed
            self._look = True
            self._wake()
            return
        if names != self._names:
            self._names = names
            say("ports", *names)

    def _others(self, **way: bool) -> list[str]:
        """Names of MIDI ports of all clients but ours."""
        own = f"{self._client.name}:"
        found = (port.name for port in self._client.get_ports(is_midi=True, **way))
        return [name for name in found if not name.startswith(own)]

    def _find_lost(self) -> None:
        """Say which lines lost their port. What was just connected or went is in the graph later."""
        # A controller that comes back at once under its name would else never be missed.
        self._check = self._period - self._left < SETTLED
        for slot in self._slots:
            if not slot.line or not slot.peer:
                continue
            if self._period - slot.since < SETTLED:
                self._check = True
            elif not slot.port.is_connected_to(slot.peer):
                say("lost", slot.line)
                self._free(slot)

    def _obey(self, verb: str, line: int, name: Any = "") -> None:
        if verb == "close":
            for slot in self._slots:
                if slot.line == line and not self._delivered(slot):
                    slot.line = -line  # it takes no more, and is free once the rest was sent
                elif slot.line == line:
                    self._free(slot)
            return
        if verb == "pulse":
            for slot in self._slots:
                if slot.line == line and slot.waiting is not None:
                    self._pulse(slot, *name)
            return
        if verb == "send":
            self._send(line, bytes.fromhex(name))
            return
        try:
            if verb == "offer":
                slot = self._slot(name)
            elif verb == "reach":
                slot = self._slot("", out=True)
                self._client.connect(slot.port, name)
                slot.peer = name
            else:
                slot = self._slot("")
                self._client.connect(name, slot.port)
                slot.peer = name
        except self._jack.JackError as error:
            say("refused", line, str(error))
            return
        slot.since = self._period
        slot.line = line
        self._check = True  # it may have gone between
        say("open", line)

    def _pulse(self, slot: Slot, transport: bool, steer: Any) -> None:
        if steer is None:
            pulse, slot.pulse = slot.pulse, None
            if pulse is not None and slot.waiting is not None:
                slot.waiting.extend(pulse.end())  # never another queue: JACK's thread may be taking from it
            return
        pulse = _neighbour("pulse").Pulse(transport) if slot.pulse is None else slot.pulse
        pulse.steer(*steer)
        slot.pulse = pulse

    def _send(self, line: int, data: bytes) -> None:
        for slot in self._slots:
            if slot.line != line or slot.waiting is None:
                continue
            if len(slot.waiting) < WAITING and len(data) <= LONGEST:
                slot.waiting.append(data)
            else:
                self._dropped += 1

    def _slot(self, name: str, *, out: bool = False) -> Slot:
        """A port that nobody uses, with a given name or any."""
        for slot in self._slots:
            free = not slot.line and self._period - slot.since >= SETTLED
            if not name and free and (slot.waiting is not None) is out:
                return slot
        if out:
            own = f"out-{len(self._slots) + 1}"
            slot = Slot(self._client.midi_outports.register(own), waiting=deque())
        else:
            slot = Slot(self._client.midi_inports.register(name or f"in-{len(self._slots) + 1}"))
        self._slots = (*self._slots, slot)
        return slot

    def _free(self, slot: Slot) -> None:
        slot.line = 0
        slot.pulse = None
        slot.peer = ""
        if slot.waiting is not None:
            slot.waiting.clear()
        with suppress(self._jack.JackError):  # not connected any more, which is what we want
            slot.port.disconnect()
        slot.since = self._period


def _neighbour(name: str) -> Any:
    """A module beside this file, which is on no path: there is a ``jack`` too that is not the library."""
    spec = spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    if spec is None or spec.loader is None:
        raise ImportError(name)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def say(*words: Any) -> None:
    """One line to the stage."""
    sys.stdout.buffer.write(json.dumps(words).encode() + b"\n")
    sys.stdout.buffer.flush()


def main() -> None:
    """Serve; what goes wrong outside becomes a line."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the stage, which then hangs up
    reason = ""
    try:
        import jack
    except (ImportError, OSError) as error:
        say("gone", str(error))
        return
    for quiet in (jack.set_error_function, jack.set_info_function):
        quiet(lambda _text: None)
    try:
        Worker(jack, sys.argv[1]).run()
    except BrokenPipeError:
        pass  # the stage is gone, and nobody is left to tell
    except (jack.JackError, OSError) as error:
        reason = str(error)
    if reason:
        with suppress(OSError):
            say("gone", reason)
    # JACK's library may wait for a dead server when it is left in order.
    os._exit(0)


if __name__ == "__main__":
    main()
