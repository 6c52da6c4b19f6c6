"""The lights of all controllers that are plugged in, and what each of them shows.

States are kept by controller, not by port: they are told again to what comes back, under whatever number.
"""

from collections.abc import Iterable, Mapping

from hardware.midi.plugged import PluggedController
from hardware.midi.ports import AGAIN, Port, Ports
from installation.contract import AdapterError, Counters, Message, Refusals, Seconds, surface

__all__ = ["Lights"]


class Lights:
    """Opens the ports of controllers, and shows states on them.

    Args:
        counters: Of the adapter; ``sent`` counts MIDI messages.
        refusals: Of the adapter.

    Attributes:
        known: Profiles by the beginning of their addresses, ``/midi/<controller>``.
    """

    def __init__(self, counters: Counters, refusals: Refusals) -> None:
        self.known: Mapping[str, surface.Profile] = {}
        self._counters = counters
        self._refusals = refusals
        self._states: dict[str, dict[str, surface.Shown]] = {}
        self._plugged: dict[Port, PluggedController] = {}
        self._refused: dict[Port, Seconds] = {}

    @property
    def titles(self) -> list[str]:
        """Titles of the controllers that are lit now."""
        return sorted({one.profile.title for one in tuple(self._plugged.values())})

    @property
    def due(self) -> Seconds:
        """When ``tick`` has something to do, monotonic seconds; infinity if nothing moves."""
        return min((one.due for one in self._plugged.values()), default=float("inf"))

    def show(self, message: Message) -> None:
        """Set the state of one control: level, blink, red, green, blue."""
        prefix = "/".join(message.address.split("/", 3)[:3])
        name = message.address[len(prefix) + 1 :]
        profile = self.known.get(prefix)
        if profile is None or name not in profile.by_name:
            self._refusals.note(
                "feedback to no control", message.address, "see `photophore list controllers`"
            )
            return
        try:
            state = surface.shown(message.values)
        except ValueError as error:
            self._refusals.note("feedback that is no level", f"{message.address}: {error}", "send 0 to 1")
            return
        self._states.setdefault(profile.address, {})[name] = state
        for one in self._plugged.values():
            if one.profile.address == profile.address:
                one.update(name)
                self._count(one)

    def reach(self, ports: Ports, there: Iterable[tuple[Port, surface.Profile]], now: Seconds) -> None:
        """Leave what has gone, light what has come.

        Args:
            ports: The service.
            there: Ports of known controllers that can be sent to now.
            now: Monotonic seconds.
        """
        wanted = {port: profile for port, profile in there if profile.lights or profile.templates}
        for port, one in tuple(self._plugged.items()):
            if port not in wanted or not one.output.alive:
                del self._plugged[port]
                one.output.close()
        self._refused = {port: again for port, again in self._refused.items() if port in wanted}
        for port in sorted(wanted.keys() - self._plugged.keys()):
            if now < self._refused.get(port, now):
                continue
            profile = wanted[port]
            try:
                output = ports.open_output(port)
            except AdapterError as error:
                self._counters.errors += port not in self._refused
                self._refused[port] = now + AGAIN
                self._refusals.note(str(error), profile.address, "unplug it and plug it in again")
                continue
            self._refused.pop(port, None)
            states = self._states.setdefault(profile.address, {})
            self._plugged[port] = one = PluggedController(profile, output, states, self._complain, now)
            self._count(one)

    def hear(self, profile: surface.Profile, data: bytes, now: Seconds) -> None:
        """Take one SysEx message of a controller."""
        for one in self._plugged.values():
            if one.profile.address == profile.address:
                one.hear(data, now)
                self._count(one)

    def tick(self, now: Seconds) -> None:
        """Do what is due: set-up, the band of light, blinking."""
        for one in self._plugged.values():
            if now >= one.due:
                one.tick(now)
                self._count(one)

    def close(self) -> None:
        """Make all lights dark, and leave their ports."""
        for one in self._plugged.values():
            one.leave()
            self._count(one)
        self._plugged.clear()
        self._refused.clear()

    def _count(self, one: PluggedController) -> None:
        self._counters.sent += one.sent
        one.sent = 0

    def _complain(self, reason: str, remedy: str) -> None:
        self._refusals.note(reason, "", remedy)
