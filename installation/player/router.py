"""What to do with each thing that came in: a base of the tree, a signal, or a command.

An OSC message to the address of a command gives it, if the table of commands opens it to OSC; one to a
parameter's address sets its base; everything else becomes the signal ``/osc/<path>``, one per argument.
All of it takes effect in the order of arrival.
"""

from collections.abc import Callable, Iterable

from installation import osc
from installation.commands import CommandSpec, addressed, arguments, pressed
from installation.errors import AddressError, CommandError
from installation.parameter import Kind, Tree
from installation.player.inbox import Entry
from installation.signal import Signals
from installation.values import Address, Command, Reading, Scalar, Seconds

__all__ = ["Router"]

_MOMENTS = (Kind.EVENT, Kind.BOOL)
"""A press and its release may fall into one frame: these take every value."""
_PATTERN = frozenset("*?[{")
_KNOWN = 8192
"""Addresses whose destination is remembered; beyond it the memory starts again."""


class Router:
    """Sorts the entries of a frame.

    Args:
        tree: Where bases are set.
        signals: Where everything else goes.
        cues: Ids of the show's cues, for ``/cue/ID/go``.
        network: Names of the adapters whose readings carry raw OSC addresses.
    """

    def __init__(
        self, tree: Tree, signals: Signals, cues: Iterable[str], network: Iterable[str] = ()
    ) -> None:
        self.refused = 0
        """Values that a parameter or a command could not take."""
        self._tree = tree
        self._signals = signals
        self._cues = frozenset(cues)
        self._network = frozenset(network)
        self._version = tree.version
        self._now: Seconds = 0.0
        self._newest: dict[Address, Reading] = {}
        self._destinations: dict[Address, Callable[[Reading], Command | None]] = {}

    def accept(
        self,
        entries: Iterable[Entry],
        now: Seconds,
        obey: Callable[[Command], object] = lambda _command: None,
    ) -> list[Command]:
        """Write bases and signals at show time ``now``; return what is left: commands, in order.

        Args:
            entries: In order of arrival.
            now: Show time.
            obey: Called with each command when all that came before it has been written, and nothing else.
        """
        commands: list[Command] = []
        self._now = now
        if self._version != self._tree.version or len(self._destinations) > _KNOWN:
            self._version = self._tree.version
            self._destinations.clear()
        for entry in entries:
            command = entry if isinstance(entry, Command) else self._read(entry)
            if command is not None:
                self._write_newest()
                commands.append(command)
                obey(command)
        self._write_newest()
        return commands

    def _read(self, entry: Reading) -> Command | None:
        if entry.source not in self._network:
            self._to_signal(entry.address, entry)
        elif entry.private:  # no base: those are stored in presets and told to everybody
            self._to_signal("/osc" + entry.address, entry)
        else:
            return self._from_network(entry)
        return None

    def _write_newest(self) -> None:
        for address, reading in self._newest.items():
            self._set((address,), reading.values)
        self._newest.clear()

    def _keep_newest(self, reading: Reading) -> None:
        # A fader sends hundreds of values between two frames, and only the last one can be seen.
        self._newest[reading.address] = reading

    def _from_network(self, reading: Reading) -> Command | None:
        destination = self._destinations.get(reading.address)
        if destination is None:
            destination = self._destination(reading.address)
            self._destinations[reading.address] = destination
        return destination(reading)

    def _destination(self, address: Address) -> Callable[[Reading], Command | None]:
        tree = self._tree
        found = addressed(address)
        if found is not None and found[0].osc:
            spec, held = found
            if spec.name != "cue" or held[0] in self._cues:
                return lambda reading: self._asked(spec, held, reading)
        parameter = tree.parameters().get(address)
        if parameter is not None:
            if parameter.kind in _MOMENTS:
                return lambda reading: self._set((address,), reading.values)
            return self._keep_newest
        if not _PATTERN.isdisjoint(address):
            matched = tuple(known for known in tree.parameters() if osc.match(address, known))
            return lambda reading: self._set_all(matched, reading.values)
        return lambda reading: self._to_signal("/osc" + address, reading)

    def _asked(self, spec: CommandSpec, held: tuple[str, ...], reading: Reading) -> Command | None:
        command = pressed(spec, held, reading.values, reading.time, reading.source)
        if command is not None:
            try:
                arguments(command)
            except CommandError:
                self.refused += 1
                return None
        return command

    def _set_all(self, addresses: Iterable[Address], values: tuple[Scalar, ...]) -> None:
        self._write_newest()  # what came before a pattern must not be written after it
        self._set(addresses, values)

    def _set(self, addresses: Iterable[Address], values: tuple[Scalar, ...]) -> None:
        for address in addresses:
            try:
                self._tree.set(address, values)
            except AddressError:
                self.refused += 1  # a wrong type from the network must not stop the show

    def _to_signal(self, address: Address, reading: Reading) -> None:
        if address != reading.address or not reading.values:
            # A message without arguments is a bang: it counts as 1.
            values = reading.values or (1.0,)
            reading = Reading(address, values, reading.time, reading.source, reading.private)
        self._signals.receive(reading, self._now)
