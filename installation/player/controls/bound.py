"""The map of controls at work: readings of controllers move bases and give commands, in order of arrival.

A reading goes on being a signal: routes from it work as without a map. What a control moves is the base, so
the latest of hand, cue and network holds, and a fade of that parameter ends.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from installation.control import Pages
from installation.control.map import Bind, device_of
from installation.control.target import Target
from installation.errors import CommandError
from installation.logs import Refusals
from installation.parameter import Tree
from installation.player.controls.binding import BoundMap, bind_map
from installation.player.controls.line import Line
from installation.player.controls.presses import Presses
from installation.player.controls.touched import LastTouched
from installation.show.model import Show
from installation.surface import TWIN, Library, Profile
from installation.values import Address, Command, Reading, Seconds

__all__ = ["CONNECTED", "BoundControls", "Device"]

CONNECTED: Final = "connected"
"""End of the address at which an adapter tells that a controller was plugged in (1) or out (0)."""

_SURFACES: Final = ("/midi/", "/monome/")
_PRESSED: Final = 0.5
_TOLD: Final = 8
"""Names that a line of the log lists; the rest are counted."""
_MOST: Final = 4096
"""Most controls whose places are remembered; those that are bound always are."""

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Device:
    """A controller that was heard of.

    Attributes:
        address: Beginning of its readings.
        present: Whether it is plugged in; False as well where nobody tells.
        since: Show time at which it came or went.
    """

    address: Address
    present: bool
    since: Seconds


class BoundControls:
    """All bindings of a show, on its tree.

    Args:
        tree: Whose bases are moved.
        show: Whose map this is.
        controllers: Returns the known profiles; called when the first controller is heard.
        refusals: Notified of bindings that move nothing.
        scene: Returns the scene that is on.

    Attributes:
        pages: The page of each controller.
        devices: Controllers that were heard of, by address.
        heard_at: Show time of the latest input of each control.
        grip: Told of each value of a control; True where it must move nothing, as while it is learned.
        bound: Counts how often the map was bound anew.
    """

    def __init__(
        self,
        tree: Tree,
        show: Show,
        controllers: Callable[[], Library] = Library,
        refusals: Refusals | None = None,
        scene: Callable[[], str] = str,
    ) -> None:
        self.pages = Pages()
        self.devices: dict[Address, Device] = {}
        self.heard_at: dict[Address, Seconds] = {}
        self.grip: Callable[[Address, float, Seconds], bool] | None = None
        self.bound = 0
        self._tree = tree
        self._show = show
        self._controllers = controllers
        self._scene = scene
        self._refusals = refusals if refusals is not None else Refusals("show")
        self._profiles: Library | None = None
        self._map = BoundMap()
        self._values: dict[Address, float] = {}
        self._presses = Presses()
        self._met: set[Address] = set()
        self._version = -1
        self._touched = LastTouched(tree)
        if show.controls:
            self._bind()

    @property
    def profiles(self) -> Library:
        """Known controllers by the name in their address."""
        return self.load()

    def load(self) -> Library:
        """Read the profiles, once: when the first controller is heard, or when there is time for it."""
        if self._profiles is None:
            self._profiles = self._controllers()
            self._bind()
        return self._profiles

    def profile(self, device: Address) -> Profile | None:
        """Return the profile of a device; None if no file knows it."""
        return next((one for one in self.profiles.values() if one.prefix == device), None)

    def follow(self, show: Show) -> None:
        """Take over an edited map, or an edited set of parameters; what is caught stays caught."""
        self._show = show
        self._bind()

    # In.

    def hears(self, source: Address) -> bool:
        """Whether readings of this address are to be given to ``hear``."""
        return source in self._map.lines or source.startswith(_SURFACES) or self.grip is not None

    def hear(self, source: Address, reading: Reading, now: Seconds) -> Sequence[Command]:
        """Take one reading, and return the commands that it gives.

        Args:
            source: Address of its signal.
            reading: The reading; a private one moves nothing, since bases are told and stored.
            now: Show time.
        """
        value = reading.values[0] if reading.values else 1.0
        if reading.private or isinstance(value, str):
            return ()
        value, device = float(value), device_of(source)
        if device not in self._met:
            self._meet(device)
        if source == f"{device}/{CONNECTED}":
            return self._plugged(device, value >= _PRESSED, reading.time, now)
        if source == f"{device}/{TWIN}":  # met by that, and no control that could be learned
            return ()
        before, kept = self._values.get(source), self._keeps(source)
        if kept:
            self.note(source, value, now)
        gripped = self.grip is not None and self.grip(source, value, now)
        pressed = value >= _PRESSED or (value > 0.0 and "note" in source.split("/"))
        commands: list[Command | None] = []
        if not pressed:
            commands += self._presses.release(source, reading.time)
        down = source in self._presses
        struck = pressed and (not down or value == before)  # some buttons send no release
        pressing = []
        for line in self.active(source):
            if gripped and not line.safe:
                line.note(value)
            elif not line.presses:
                line.catch_up(before)
                line.move(value)
            elif struck:
                pressing.append(line)
        if struck and kept:
            commands += self._presses.press(source, pressing, now, reading.time)
        return [one for one in commands if one is not None]

    def note(self, source: Address, value: float, now: Seconds) -> None:
        """Remember where a control is, 0..1, and that it was heard."""
        self._values[source] = value
        self.heard_at[source] = now

    def advance(self, now: Seconds, arrived: Seconds = 0.0) -> list[Command]:
        """Return the commands of buttons that were held long enough; once a frame, after all input.

        Args:
            now: Show time.
            arrived: When the frame began, on the clock of arrivals, which is the time of the commands; 0 if
                that is not known.
        """
        if self._version != self._tree.version and self._version >= 0:
            self._bind()
        self._touched.advance()
        return [one for one in self._presses.advance(now, arrived) if one is not None]

    def turn(self, by: int, device: str = "") -> None:
        """Turn the pages of a controller, or of all; controls on the new page have to be caught again.

        Raises CommandError where there is nothing to turn.
        """
        wanted = device if device.startswith("/") or not device else f"/midi/{device}"
        turned = self.pages.turn(by, wanted)
        if not turned:
            message = f"{device or 'no controller'} has no further page"
            raise CommandError(message)
        for source, lines in self._map.lines.items():
            if device_of(source) in turned:
                for line in lines:
                    if line.bind.page:
                        line.takeover.let_go()

    # What there is.

    @property
    def last_touched(self) -> Address:
        """The parameter that was set last by hand; empty before the first."""
        return self._touched.address

    @property
    def idle(self) -> tuple[tuple[Bind, str], ...]:
        """Bindings that move nothing in this show, and why."""
        return self._map.idle

    @property
    def layout(self) -> tuple[object, ...]:
        """What ``active`` depends on; as long as it stays, so do the lines of each control."""
        return self.bound, self.pages.turned, self._scene(), self._presses.sources & self._map.shifts

    def active(self, source: Address) -> list[Line]:
        """Return the lines of a control that hold now: on this page, of the file that has precedence."""
        device = device_of(source)
        here = [one for one in self._map.lines.get(source, ()) if self.pages.shows(device, one.bind.page)]
        if any(one.scene for one in here):
            scene = self._scene()
            here = [one for one in here if one.scene in ("", scene)]
        if len(here) > 1:
            highest = max(one.bind.origin for one in here)
            here = [one for one in here if one.bind.origin is highest]
        if any(one.bind.held for one in here):
            shifted = [one for one in here if one.bind.held and one.bind.held in self._presses]
            here = shifted or [one for one in here if not one.bind.held]
        return here

    def lines(self) -> Iterator[Line]:
        """Yield all lines, control by control."""
        for lines in self._map.lines.values():
            yield from lines

    def targets(self, source: Address) -> list[Target]:
        """Return what a control moves, on whatever page and in whatever scene."""
        return [one.target for one in self._map.lines.get(source, ())]

    def position(self, source: Address) -> float | None:
        """Return the latest value of a control, 0..1; None if it was not moved yet."""
        return self._values.get(source)

    def is_down(self, source: Address) -> bool:
        """Whether a button is held now."""
        return source in self._presses

    def _meet(self, device: Address) -> None:
        """Take up the default map of a controller that is heard for the first time."""
        self.load()
        self._met.add(device)
        if self.profile(device) is not None:
            self._bind()
            idle = [bind.target for bind, _ in self.idle if bind.device == device]
            if idle:
                names = list(dict.fromkeys(idle))
                more = f" and {len(names) - _TOLD} more" if len(names) > _TOLD else ""
                log.info("%s: this show has no %s%s", device, ", ".join(names[:_TOLD]), more)

    def _keeps(self, source: Address) -> bool:
        """Whether the place of a control is remembered: anybody on the network may make addresses up."""
        if source in self._map.lines:
            return True
        return source.startswith(_SURFACES) and (source in self._values or len(self._values) < _MOST)

    def _plugged(self, device: Address, present: bool, time: Seconds, now: Seconds) -> list[Command]:
        """A controller came or went: nobody knows where its controls are, and its buttons are let go.

        Returns what letting them go gives.
        """
        known = self.devices.get(device)
        self.devices[device] = Device(device, present, now)
        below = f"{device}/"
        for source, lines in self._map.lines.items():
            if source.startswith(below):
                self._values.pop(source, None)
                for line in lines:
                    line.takeover.let_go(forget=True)
        released = self._presses.release_all(device, time)
        if known is None or known.present != present:
            log.info("%s is %s", device, "plugged in" if present else "gone")
        return [one for one in released if one is not None]

    def _bind(self) -> None:
        """Bind the map to the tree."""
        self._version = self._tree.version
        met, profiles = self._met, self._profiles or Library()
        self._map = bind_map(self._show, profiles, met, self._tree, self._map, self._refusals)
        for places in (self._values, self.heard_at):
            for source in [
                one for one in places if not (one in self._map.lines or one.startswith(_SURFACES))
            ]:
                del places[source]
        self._presses.follow(self._tree.parameters())
        self.bound += 1
        named = {one.prefix: one.pages for one in profiles.values()}
        self.pages.follow(named, [(bind.device, bind.page) for bind in self._map.binds])
