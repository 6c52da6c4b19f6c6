"""What the lights of a controller show: what its controls move, where that stands, and what waits for a hand.

A light is a state, computed each frame; only what has changed is told. A control that is being moved is left
alone for a moment, so that no answer fights the hand (``QUIET``).
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final, TypeAlias

from installation.contract import Message
from installation.cue.override import BLACKOUT
from installation.neuro.parameters import enter_address
from installation.parameter import Kind
from installation.player.controls.line import Line
from installation.values import Address, Seconds

if TYPE_CHECKING:
    from installation.player.player import Player

__all__ = ["QUIET", "Lights", "fine"]

QUIET: Final[Seconds] = 0.15
"""How long after its own input a control's light is left alone."""

_DEAD: Final = 0.03
"""How far from neutral a parameter counts as neutral: the dead zone of the macros."""
_HINT: Final = 0.15
"""Level of a light that only says that a button does something."""

Shown: TypeAlias = tuple[float, int, float, float, float]
"""Level 0..1; 0 steady, 1 blinking, 2 pulsing; red, green and blue 0..1."""

_OFF: Final[Shown] = 0.0, 0, 1.0, 1.0, 1.0
_GREEN: Final = 0.0, 1.0, 0.0
_AMBER: Final = 1.0, 0.55, 0.0
_RED: Final = 1.0, 0.0, 0.0
_WHITE: Final = 1.0, 1.0, 1.0
_BLUE: Final = 0.1, 0.4, 1.0
_STATES: Final[Mapping[str, tuple[float, float, float]]] = {
    "attuned": (0.0, 0.6, 1.0), "drifting": (0.4, 0.3, 1.0), "malfunction": (1.0, 0.3, 0.0),
    "backfire": (1.0, 0.0, 0.0), "repairing": (0.0, 1.0, 0.4), "symbiosis": (0.2, 1.0, 0.2),
}  # fmt: skip


class Lights:
    """The lights of all controllers that are plugged in.

    Args:
        player: Whose map and state they show.
    """

    def __init__(self, player: "Player") -> None:
        self._player = player
        self._told: dict[Address, Shown] = {}
        self._since: dict[Address, Seconds] = {}

    def changes(self, now: Seconds) -> list[Message]:
        """Return what has changed since the last frame; show time ``now``. Free without controllers."""
        controls = self._player.controls
        changed = []
        for device in controls.devices.values():
            if not device.present:
                continue
            if self._since.get(device.address) != device.since:  # it came, or came again
                self._since[device.address] = device.since
                self._told = {a: s for a, s in self._told.items() if not a.startswith(device.address + "/")}
            profile = controls.profile(device.address)
            for control in profile.controls if profile else ():
                if not control.led or profile is None:
                    continue
                source = f"{profile.prefix}/{control.reading}"
                address = f"{profile.prefix}/{control.name}"
                if now - controls.heard_at.get(source, -QUIET) < QUIET:
                    continue
                shown = self.of(source)
                if self._told.get(address) != shown:
                    self._told[address] = shown
                    changed.append(Message(address, shown))
        return changed

    def of(self, source: Address) -> Shown:
        """Return what the light of a control shows now."""
        if self._player.learning.state in ("waiting", "conflict"):
            return self._learning(source)
        lines = self._player.controls.active(source)
        shown = [self._line(line) for line in lines]
        found = max(shown, key=lambda one: (one[1] > 0, one[0]), default=_OFF)
        color = next((line.bind.color for line in lines if line.bind.color is not None), None)
        return found if color is None else (*found[:2], *color)

    def _learning(self, source: Address) -> Shown:
        """While something is learned, controls that are in use are dim."""
        return (_HINT, 0, *_WHITE) if self._player.controls.active(source) else _OFF

    def _line(self, line: Line) -> Shown:
        if line.parameter is not None:
            return self._parameter(line)
        spec = line.target.spec
        if spec is None:
            return _OFF
        given = line.target.arguments
        cues, dark = self._player.cues, self._player.dark
        match spec.name:
            case "cue" | "cue-number" | "standby-number":
                return self._cue(self._cue_of(spec.name, str(given[0])))
            case "scene":
                return self._live(self._player.cues.scene.after == given[0])
            case "go":
                return (1.0 if cues.standby is not None else 0.0, 0, *_GREEN)
            case "hold":
                return (1.0, 1, *_AMBER) if cues.held else _OFF
            case "panic":
                return (1.0, 2, *_RED) if cues.calmed else (_HINT, 0, *_RED)
            case "blackout":
                return (1.0, 1, *_RED) if dark else _OFF
            case "page":
                pages = self._player.controls.pages
                first = pages.of(line.bind.device) == pages.names(line.bind.device)[0]
                return _OFF if first else (1.0, 0, *_BLUE)
        return (1.0, 0, *_WHITE) if self._player.controls.is_down(line.bind.source) else _OFF

    def _parameter(self, line: Line) -> Shown:
        parameter, player = line.parameter, self._player
        if parameter is None:
            return _OFF
        address = parameter.address
        if parameter.kind is Kind.EVENT:
            return self._event(address, line)
        if address == BLACKOUT:
            return (1.0, 1, *_RED) if player.dark else _OFF
        if line.presses:
            neutral = 0.0 < line.bind.value < 1.0 and line.bind.high is None
            if neutral and parameter.kind is Kind.FLOAT:  # a button that brings back: lit while away
                away = abs(line.standing - line.bind.value) > _DEAD
                return (1.0, 0, *_AMBER) if away else _OFF
            return (1.0, 0, *_WHITE) if line.lit else _OFF
        shown = player.tree.get_shown(address)[line.bind.component or 0]
        level = min(max(line.place(shown), 0.0), 1.0)
        return level, int(line.waits), *_WHITE

    def _event(self, address: Address, line: Line) -> Shown:
        """Events that enter a state are lit while it stands."""
        state = address.rpartition("/")[2]
        if address == enter_address(state) and self._player.interface.state:
            return self._live(self._player.interface.state == state, _STATES.get(state, _WHITE))
        return (1.0, 0, *_WHITE) if self._player.controls.is_down(line.bind.source) else _OFF

    def _cue_of(self, verb: str, given: str) -> str:
        """Return the id of the cue that a command names."""
        if verb == "cue":
            return given
        number = int(given)
        cue = self._player.cues.order.at(number - 1)
        return cue.id if cue is not None else ""

    def _cue(self, cue: str) -> Shown:
        """A cue is lit while it runs, and blinks while it stands by."""
        current, standby = self._player.cues.current, self._player.cues.standby
        if standby is not None and standby.id == cue:
            return (1.0, 1, *_AMBER)
        return self._live(current is not None and current.id == cue)

    @staticmethod
    def _live(live: bool, color: tuple[float, float, float] = _GREEN) -> Shown:
        return (1.0, 0, *color) if live else (0.0, 0, *color)


def fine(lines: Iterator[Line]) -> list[Address]:
    """Return the readings finer than 7 bits that a map uses, for adapters that make them on demand."""
    kinds = {"cc14", "nrpn"}
    return sorted({one.bind.source for one in lines if not kinds.isdisjoint(one.bind.source.split("/"))})
