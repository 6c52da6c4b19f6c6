"""Routes each input to its destination: a base of the tree, a signal, or a command.

An OSC message to a command's address gives the command, if the command table allows it over OSC; one to a
parameter's address sets its base; anything else becomes the signal ``/osc/<path>``, one per argument. Input
takes effect in the order of arrival. Unusable input is rejected, counted and reported (``Refusals``): values
of the wrong type, and addresses that look like the show's but do not exist.
"""

import math
from collections.abc import Callable, Iterable, Mapping

from installation import osc
from installation.commands import CommandSpec, addressed, arguments, pressed
from installation.errors import AddressError, CommandError, nearest
from installation.logs import Refusals
from installation.parameter import Kind, Tree
from installation.player.controls import BoundControls
from installation.player.inbox import Entry
from installation.signal import Signals
from installation.values import Address, Command, Reading, Scalar, Seconds

__all__ = ["Router"]

_MOMENTS = (Kind.EVENT, Kind.BOOL)
"""Parameters that take every value: a press and its release may arrive in one frame."""
_PATTERN = frozenset("*?[{")
_LISTED = "`photophore list parameters` shows what each address takes"
_COMMANDS = "docs/commands.md lists what each command takes"
_KNOWN = 8192
"""Size of the address cache; when it is full it is cleared."""


class Router:
    """Routes the entries of a frame.

    Args:
        tree: Tree whose bases are set.
        signals: Store of all other values.
        cues: Ids of the show's cues, for ``/cue/ID/go``.
        network: Names of the adapters whose readings carry raw OSC addresses.
        refusals: Notified of unusable input; a new one if None.
        fields: Who takes readings of adapters that are no signals, by address, with the show time.
        controls: The map of controls, which hears signals of controllers as they arrive.
    """

    def __init__(
        self,
        tree: Tree,
        signals: Signals,
        cues: Iterable[str],
        network: Iterable[str] = (),
        refusals: Refusals | None = None,
        fields: Mapping[Address, Callable[[Reading, Seconds], None]] | None = None,
        controls: BoundControls | None = None,
    ) -> None:
        self.refusals = refusals if refusals is not None else Refusals("show")
        self._tree = tree
        self._signals = signals
        self._cues = frozenset(cues)
        self._network = frozenset(network)
        self._fields = dict(fields or {})
        self._controls = controls
        self._given: list[Command] = []
        self._version = tree.version
        self._roots = _roots(tree)
        self._now: Seconds = 0.0
        self._newest: dict[Address, Reading] = {}
        self._destinations: dict[Address, Callable[[Reading], Command | None]] = {}

    def accept(
        self,
        entries: Iterable[Entry],
        now: Seconds,
        obey: Callable[[Command], object] = lambda _command: None,
    ) -> list[Command]:
        """Write bases and signals at show time ``now`` and return the remaining commands, in order.

        Args:
            entries: Input in order of arrival.
            now: Show time in seconds.
            obey: Called with each command once everything before it has been written.
        """
        commands: list[Command] = []
        self._now = now
        if self._version != self._tree.version or len(self._destinations) > _KNOWN:
            self._version, self._roots = self._tree.version, _roots(self._tree)
            self._destinations.clear()
        for entry in entries:
            command = entry if isinstance(entry, Command) else self._read(entry)
            if command is not None:
                self._write_newest()
                commands.append(command)
                obey(command)
            if self._given:
                given, self._given = self._given, []
                commands += given
                for one in given:
                    obey(one)
        self._write_newest()
        return commands

    def _read(self, entry: Reading) -> Command | None:
        if entry.source not in self._network:
            field = self._fields.get(entry.address)
            if field is not None:
                field(entry, self._now)
            else:
                self._to_signal(entry.address, entry)
        elif entry.private:  # never a base: bases are stored in presets and published
            self._to_signal("/osc" + entry.address, entry)
        else:
            return self._from_network(entry)
        return None

    def _write_newest(self) -> None:
        for address, reading in self._newest.items():
            self._set((address,), reading.values)
        self._newest.clear()

    def _keep_newest(self, reading: Reading) -> None:
        # A fader sends hundreds of values between two frames; only the last one is visible.
        before = self._newest.get(reading.address)
        if before is not None and not _alike(before.values, reading.values):
            self._write_newest()  # this one may be refused: what came before it must stand
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
            if not matched:
                why = "no parameter matches this pattern"
                return lambda _reading: self.refusals.note(why, address, _LISTED)
            return lambda reading: self._set_all(matched, reading.values)
        if address.split("/")[1] in self._roots and self._signals.index("/osc" + address) is None:
            return self._hear_stray
        return lambda reading: self._to_signal("/osc" + address, reading)

    def _asked(self, spec: CommandSpec, held: tuple[str, ...], reading: Reading) -> Command | None:
        command = pressed(spec, held, reading.values, reading.time, reading.source)
        if command is not None:
            try:
                arguments(command)
            except CommandError as error:
                self.refusals.note("invalid arguments for the command", str(error), _COMMANDS)
                return None
        return command

    def _set_all(self, addresses: Iterable[Address], values: tuple[Scalar, ...]) -> None:
        self._write_newest()  # keep the order: earlier values before the pattern
        self._set(addresses, values)

    def _hear_stray(self, reading: Reading) -> None:
        # The address looks like one of the show's but does not exist.
        address = reading.address
        if address.startswith("/cue/"):
            cues = [f"/cue/{cue}/go" for cue in self._cues]
            reason, known, otherwise = "no such cue, used as a signal", cues, "the show has no cues"
        else:
            known, otherwise = list(self._tree.parameters()), _LISTED
            reason = "no such parameter, used as a signal"
        self.refusals.note(
            reason, f"{address} from {reading.source}", lambda: nearest(address, known, otherwise)
        )
        self._to_signal("/osc" + address, reading)

    def _set(self, addresses: Iterable[Address], values: tuple[Scalar, ...]) -> None:
        for address in addresses:
            try:
                self._tree.set(address, values)
            except AddressError as error:
                plain = _as_numbers(self._tree.parameters()[address].kind, values)
                if plain is None:  # a wrong type from the network must not stop the show
                    self.refusals.note("invalid value for the address", str(error), _LISTED)
                else:
                    self._tree.set(address, plain)

    def _to_signal(self, address: Address, reading: Reading) -> None:
        if address != reading.address or not reading.values:
            # A message without arguments is a bang and counts as 1.
            values = reading.values or (1.0,)
            reading = Reading(address, values, reading.time, reading.source, reading.private)
        self._signals.receive(reading, self._now)
        if self._controls is not None and self._controls.hears(address):
            self._write_newest()  # keep the order: what arrived before is written before
            self._given += self._controls.hear(address, reading, self._now)


def _alike(before: tuple[Scalar, ...], values: tuple[Scalar, ...]) -> bool:
    """Return whether values are finite numbers, as many as the ones before."""
    if len(values) != len(before):
        return False
    return all(type(value) in (float, int) and value - value == 0 for value in values)  # type: ignore[operator]


def _roots(tree: Tree) -> frozenset[str]:
    """Return the first parts of all addresses that belong to the show."""
    return frozenset({"cue", *(address.split("/")[1] for address in tree.parameters())})


def _as_numbers(kind: Kind, values: tuple[Scalar, ...]) -> tuple[float, ...] | None:
    """Return the values as numbers for a parameter of this kind; None if that is not possible.

    Numbers may be sent as text. A single integer for a colour is an OSC colour, packed as RRGGBBAA.
    """
    if kind is Kind.COLOR and len(values) == 1 and type(values[0]) is int:
        return tuple(byte / 255 for byte in (values[0] & 0xFFFFFFFF).to_bytes(4, "big"))
    try:
        plain = tuple(float(value) for value in values)
    except ValueError:
        return None
    fits = len(plain) == kind.components or (kind is Kind.COLOR and len(plain) == 3)
    return plain if fits and all(map(math.isfinite, plain)) else None
