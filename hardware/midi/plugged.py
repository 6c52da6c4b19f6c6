"""One controller that is plugged in: from its first byte to its lights as they should be.

What was plugged in is first set up (an exchange of SysEx, where its profile asks for one), then all its
lights are made dark, then a band of light runs over it once, and then it shows what it should. Nothing here
waits: each call does what is due at its time.
"""

from collections.abc import Callable, Mapping
from typing import Literal

from hardware.midi.korg import REMEDY, ExternalLeds
from hardware.midi.ports import Output
from installation.contract import Seconds, surface

__all__ = ["BAND", "BLINK", "PluggedController", "messages"]

BAND: Seconds = 0.4
"""How long the band of light takes to cross a controller."""
BLINK: Seconds = 0.25
"""How long a light that we blink is on, and off: 2 Hz."""

_STEPS = 16
_FULL = surface.Shown(1.0)
_LENGTHS = {0xC0: 2, 0xD0: 2}


def messages(data: bytes) -> list[bytes]:
    """Return the single messages of a row of whole ones: services take one at a time."""
    found = []
    start = 0
    while start < len(data):
        end = (
            data.index(0xF7, start) + 1
            if data[start] == 0xF0
            else start + _LENGTHS.get(data[start] & 0xF0, 3)
        )
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
        self._states = states
        self._complain = complain
        self._controls = profile.by_name
        self._lit = [one for one in profile.controls if one.light]
        self._exchange = ExternalLeds() if profile.setup == "korg-external-leds" else None
        self._stage: Literal["setup", "band", "live"] = "setup"
        self._step = 0
        self._due = now
        self._dim = False
        self._reassert = profile.bytes_of("reassert")[:-1]
        if self._exchange is None:
            self._begin(now)
        else:
            self._send(*self._exchange.begin(now))

    @property
    def due(self) -> Seconds:
        """When ``tick`` has something to do, monotonic seconds; infinity if nothing moves."""
        if self._stage == "setup" and self._exchange is not None:
            return self._exchange.due
        if self._stage == "band":
            return self._due
        return self._due if any(self._blinks(one) for one in self._lit) else float("inf")

    def tick(self, now: Seconds) -> None:
        """Do what is due."""
        if self._stage == "setup" and self._exchange is not None:
            self._send(*self._exchange.tick(now))
            self._settle(now)
        elif self._stage == "band" and now >= self._due:
            self._move(now)
        elif self._stage == "live":
            self._blink(now)

    def hear(self, data: bytes, now: Seconds) -> None:
        """Take one SysEx message that the controller sent."""
        if self._stage == "setup" and self._exchange is not None:
            self._send(*self._exchange.hear(data, now))
            self._settle(now)
        elif self._reassert and data.startswith(self._reassert):
            self.assert_all()

    def show(self, name: str) -> None:
        """Show the state of one control, once the controller is ready."""
        control = self._controls.get(name)
        if control is not None and control.light and self._stage == "live":
            self._light(control)

    def assert_all(self) -> None:
        """Show the states of all controls; what has none is dark."""
        for control in self._lit:
            self._light(control)

    def leave(self) -> None:
        """Make all lights dark, send the bytes that the profile says last, and close the port."""
        if self.output.alive:
            for control in self._lit:
                self._dark(control)
            self._send(*messages(self.profile.bytes_of("exit")))
        self.output.close()

    def _settle(self, now: Seconds) -> None:
        """Go on once the exchange is over, however it ended."""
        if self._exchange is None or not self._exchange.over:
            return
        if self._exchange.state == "failed":
            self._complain(
                f"the lights of {self.profile.title} cannot be set: {self._exchange.reason}", REMEDY
            )
        self._begin(now)

    def _begin(self, now: Seconds) -> None:
        self._send(*messages(self.profile.bytes_of("init")))
        for control in self._lit:
            self._dark(control)
        left = min((one.at[0] for one in self._lit), default=0.0)
        width = max((one.at[0] for one in self._lit), default=0.0) - left + 1e-6
        self._bands: list[list[surface.Control]] = [[] for _ in range(_STEPS)]
        for control in self._lit:
            self._bands[int((control.at[0] - left) / width * _STEPS)].append(control)
        self._stage, self._step, self._due = "band", 0, now
        self._move(now)

    def _move(self, now: Seconds) -> None:
        """Let the band go on; a call that comes late catches up."""
        while self._due <= now and self._step <= _STEPS:
            if self._step:
                for control in self._bands[self._step - 1]:
                    self._dark(control)
            if self._step < _STEPS:
                for control in self._bands[self._step]:
                    self._encode(control, _FULL)
            self._step += 1
            self._due += BAND / _STEPS
        if self._step > _STEPS:
            self._stage = "live"
            self._due = now
            self.assert_all()

    # ---- lights -----------------------------------------------------------------------------------------

    def _blinks(self, control: surface.Control) -> bool:
        light, state = self.profile.light(control), self._states.get(control.name)
        return light is not None and state is not None and light.blinks(state)

    def _blink(self, now: Seconds) -> None:
        """Switch those lights that cannot blink by themselves, all in step."""
        dim = int(now / BLINK) % 2 == 1
        self._due = (int(now / BLINK) + 1) * BLINK
        if dim != self._dim:
            self._dim = dim
            for control in self._lit:
                if self._blinks(control):
                    self._light(control)

    def _light(self, control: surface.Control) -> None:
        state = self._states.get(control.name)
        if state is None or (self._dim and self._blinks(control)):
            self._dark(control)
        else:
            self._encode(control, state)

    def _encode(self, control: surface.Control, state: surface.Shown) -> None:
        light = self.profile.light(control)
        if light is not None:
            self._send(*messages(light.encode(control.number, state)))

    def _dark(self, control: surface.Control) -> None:
        light = self.profile.light(control)
        if light is not None:
            self._send(*messages(light.dark(control.number)))

    def _send(self, *data: bytes) -> None:
        for one in data:
            self.output.send(one)
            self.sent += 1
