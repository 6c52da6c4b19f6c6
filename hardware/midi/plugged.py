"""One controller that is plugged in and lit; its profile may ask for an exchange of SysEx before that."""

from collections.abc import Callable, Mapping

from hardware.midi.korg import REMEDY, ExternalLeds
from hardware.midi.ports import Output
from installation.contract import Seconds, surface

__all__ = ["PluggedController", "messages"]

_LENGTHS = {0xC0: 2, 0xD0: 2}
"""Bytes of a message by its status; all others have three (MIDI 1.0 Detailed Specification, table 1)."""
_SYSEX, _END = 0xF0, 0xF7


def messages(data: bytes) -> list[bytes]:
    """Return the single messages of a row of whole ones: services take one at a time."""
    found = []
    start = 0
    while start < len(data):
        end = start + _LENGTHS.get(data[start] & 0xF0, 3)
        if data[start] == _SYSEX:
            end = data.index(_END, start) + 1
        found.append(data[start:end])
        start = end
    return found


class PluggedController:
    """A port of a controller that we send to.

    Args:
        profile: What the controller is.
        output: Its port.
        states: What each control shows, by name; read whenever it is told again.
        complain: Is told what went wrong, and what to do about it.
        now: When it was plugged in, monotonic seconds.

    Attributes:
        sent: Messages that were sent.
    """

    def __init__(
        self,
        profile: surface.Profile,
        output: Output,
        states: Mapping[str, surface.Shown],
        complain: Callable[[str, str], None],
        now: Seconds,
    ) -> None:
        self.profile = profile
        self.output = output
        self.sent = 0
        self._complain = complain
        self._lighting = surface.Lighting(profile, states, self._show)
        self._exchange = ExternalLeds() if profile.setup == "korg-external-leds" else None
        self._reassert = profile.bytes_of("reassert")[:-1]
        if self._exchange is None:
            self._begin(now)
        else:
            self._send(*self._exchange.begin(now))

    @property
    def due(self) -> Seconds:
        """When ``tick`` has something to do, monotonic seconds; infinity if nothing moves."""
        return self._lighting.due if self._exchange is None else self._exchange.due

    def tick(self, now: Seconds) -> None:
        """Do what is due."""
        if self._exchange is None:
            self._lighting.tick(now)
        else:
            self._send(*self._exchange.tick(now))
            self._settle(self._exchange, now)

    def hear(self, data: bytes, now: Seconds) -> None:
        """Take one SysEx message that the controller sent."""
        if self._exchange is not None:
            self._send(*self._exchange.hear(data, now))
            self._settle(self._exchange, now)
        elif self._reassert and data.startswith(self._reassert):
            self._lighting.reassert()

    def update(self, name: str) -> None:
        """Show the state of one control, now or once the controller is ready."""
        self._lighting.update(name)

    def leave(self) -> None:
        """Make all lights dark, send the bytes that the profile says last, and close the port."""
        if self.output.alive:
            self._lighting.darken()
            self._send(*messages(self.profile.bytes_of("exit")))
        self.output.close()

    def _settle(self, exchange: ExternalLeds, now: Seconds) -> None:
        """Go on once the exchange is over, however it ended."""
        if not exchange.over:
            return
        self._exchange = None
        if exchange.state == "failed":
            reason = f"the lights of {self.profile.title} cannot be set: {exchange.reason}"
            self._complain(reason, REMEDY)
        self._begin(now)

    def _begin(self, now: Seconds) -> None:
        self._send(*messages(self.profile.bytes_of("init")))
        self._lighting.begin(now)

    def _show(self, control: surface.Control, state: surface.Shown | None) -> None:
        light = self.profile.light(control)
        if light is not None:
            number = control.number
            data = light.dark(number) if state is None else light.encode(number, state)
            self._send(*messages(data))

    def _send(self, *data: bytes) -> None:
        for one in data:
            self.output.send(one)
            self.sent += 1
