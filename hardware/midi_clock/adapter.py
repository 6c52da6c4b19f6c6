"""Sends the show's beat as MIDI clock, and the score's time as MIDI time code, to every port of a name.

The beat arrives as ``/tempo/clock`` when it changes, not tick by tick: they are made where they are sent, in
JACK's own thread, or in a thread that does nothing else.
"""

import time
from collections.abc import Callable, Sequence
from typing import Annotated, Literal

import msgspec

from hardware.midi.backend import Api, is_own, open_ports
from hardware.midi.ports import Output, Port, Ports, PulseOutput
from hardware.midi.pulse import TICKS, Pulse, PulseThread
from hardware.midi.quarter_frames import QuarterFrames
from hardware.midi.sender import MidiSender
from installation.contract import AdapterError, Message, Seconds, Settings

__all__ = ["ADDRESS", "CODE", "SCAN", "MidiClockOutput", "MidiClockSettings"]

ADDRESS = "/tempo/clock"
"""Of the beat: monotonic seconds, position in beats then, beats a minute, beats of a phrase."""

CODE = "/tempo/time-code"
"""Of the score: monotonic seconds, its time in seconds then, its seconds per second; 0 stands still."""

SCAN: Seconds = 0.5
"""How often ports are listed, to notice what was plugged in or out."""

_Steer = tuple[float, float, float, int]


class MidiClockSettings(Settings, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a venue file says about MIDI clock out.

    Attributes:
        device: Part of the port's name, in any case.
        api: The system's service, or the first that answers.
        client: Name under which other programs see us.
        transport: Send start, continue and stop too.
        delay_ms: Milliseconds by which all of it is sent later; negative is earlier.
        clock: Send the beat.
        time_code: Send the score's time too, with so many frames a second; 29.97 is drop frame.
    """

    device: Annotated[str, msgspec.Meta(min_length=1)]
    api: Literal["auto", "alsa", "jack"] = "auto"
    client: Annotated[str, msgspec.Meta(min_length=1, max_length=32, pattern="^[A-Za-z0-9 _-]+$")] = (
        "Photophore clock"
    )
    transport: bool = True
    delay_ms: Annotated[float, msgspec.Meta(ge=-200.0, le=200.0)] = 0.0
    clock: bool = True
    time_code: Literal["off", "24", "25", "29.97", "30"] = "off"


class MidiClockOutput(MidiSender):
    """Sends MIDI clock, bound to ports by name: one that returns is sent to again, from its song position on.

    Args:
        name: Name of the adapter.
        settings: What the venue says.
        ports: Opens the system's service and says why not another one; tests bring their own.
    """

    kind = "midi-clock"
    Settings = MidiClockSettings
    settings: MidiClockSettings

    def __init__(
        self,
        name: str,
        settings: MidiClockSettings,
        ports: Callable[[Api, str], tuple[Ports, str]] = open_ports,
    ) -> None:
        super().__init__(name, settings, settings.api, settings.client, ports)
        self._lines: dict[Port, tuple[Output, PulseThread | None, Pulse]] = {}
        self._refused: set[Port] = set()
        self._steer: _Steer | None = None
        self._code: tuple[float, float, float] | None = None
        self._codes: dict[Port, tuple[PulseThread, QuarterFrames]] = {}

    @property
    def detail(self) -> str:
        """Which ports are sent to, and at what tempo."""
        ports = self._ports
        if ports is None:
            return "closed"
        sent = ", ".join(sorted(port.name for port in tuple(self._lines)))
        bpm = f", {60.0 / (self._steer[2] * TICKS):.1f} bpm" if self._steer is not None else ""
        return f"{ports.api}: {sent or f'waiting for {self.settings.device!r}'}{bpm}"

    def _leave_all(self) -> None:
        """Stop what listens."""
        for thread, _ in self._codes.values():
            thread.close()
        self._codes.clear()
        for line in self._lines.values():
            self._leave(*line)
        self._lines.clear()
        self._refused.clear()

    def send(self, messages: Sequence[Message]) -> None:
        """Take the beat. Raises AdapterError when the service is gone."""
        ports = self._opened()
        for message in messages:
            if message.address == CODE and len(message.values) == 3:
                begins, place, speed = (float(value) for value in message.values)
                self._code = begins + self.settings.delay_ms / 1000.0, place, speed
                for _, code in self._codes.values():
                    code.steer(*self._code)
                self.counters.sent += 1
            elif message.address == ADDRESS and len(message.values) == 4 and self.settings.clock:
                begins, position, bpm, phrase = (float(value) for value in message.values)
                self._steer = (
                    begins + self.settings.delay_ms / 1000.0,
                    position * TICKS,
                    60.0 / (bpm * TICKS),
                    round(phrase * TICKS),
                )
                for line in self._lines.values():
                    self._play(*line)
                self.counters.sent += 1
        now = time.monotonic()
        if now >= self._next_scan:
            self._scan(ports, now)

    def _scan(self, ports: Ports, now: Seconds) -> None:
        """Leave what has gone, send to what has come."""
        self._next_scan = now + SCAN
        device = self.settings.device.strip().casefold()
        others = [port for port in ports.outputs() if not is_own(port.name)]
        wanted = {port for port in others if device == "*" or device in port.name.casefold()}
        for port, line in tuple(self._lines.items()):
            if port not in wanted or not line[0].alive:
                del self._lines[port]
                if port in self._codes:
                    self._codes.pop(port)[0].close()
                self._leave(*line)
        self._refused &= wanted
        for port in sorted(wanted - self._lines.keys() - self._refused):
            try:
                output = ports.open_output(port)
            except AdapterError as error:
                self._refused.add(port)
                self.counters.errors += 1
                self.refusals.note(str(error), port.name, "unplug it and plug it in again")
                continue
            pulse = Pulse(self.settings.transport)
            thread = None if isinstance(output, PulseOutput) else PulseThread(pulse, output.send)
            self._lines[port] = output, thread, pulse
            self._play(output, thread, pulse)
            if self.settings.time_code != "off":
                code = QuarterFrames(self.settings.time_code)
                if self._code is not None:
                    code.steer(*self._code)
                self._codes[port] = PulseThread(code, output.send), code

    def _play(self, output: Output, thread: PulseThread | None, pulse: Pulse) -> None:
        if self._steer is None:
            return
        if isinstance(output, PulseOutput):
            output.pulse(self._steer, self.settings.transport)
        elif thread is not None:
            pulse.steer(*self._steer)

    def _leave(self, output: Output, thread: PulseThread | None, _pulse: Pulse) -> None:
        if thread is not None:
            thread.close()
        elif isinstance(output, PulseOutput):
            output.pulse(None, self.settings.transport)
        output.close()
