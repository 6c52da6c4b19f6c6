"""What the lights of a controller show: what its controls move, where that stands, and what waits for a hand.

A light is a state, computed each frame; only what has changed is told. A control that is being moved is left
alone for a moment, so that no answer fights the hand (``QUIET``).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final, TypeAlias

from installation.contract import Message
from installation.cue.override import BLACKOUT
from installation.neuro.parameters import enter_address
from installation.parameter import Kind, Parameter
from installation.player.controls.bound import Device
from installation.player.controls.line import Line
from installation.player.room.choice import asks_for
from installation.show.model import CueSpec
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

_DIM: Final = 0.35
"""Level of a cue's colour while the cue neither runs nor stands by; palettes have colours at this level."""

Shown: TypeAlias = tuple[float, int, float, float, float]
"""Level 0..1; 0 steady, 1 blinking, 2 pulsing; red, green and blue 0..1."""

_OFF: Final[Shown] = 0.0, 0, 1.0, 1.0, 1.0
_IN_USE: Final[Shown] = _HINT, 0, 1.0, 1.0, 1.0
_GREEN: Final = 0.0, 1.0, 0.0
_AMBER: Final = 1.0, 0.55, 0.0
_RED: Final = 1.0, 0.0, 0.0
_WHITE: Final = 1.0, 1.0, 1.0
_BLUE: Final = 0.1, 0.4, 1.0
_ACTS: Final = (
    _WHITE, (0.0, 0.66, 1.0), (1.0, 0.33, 0.0), (0.0, 1.0, 0.0), (1.0, 0.0, 1.0), (1.0, 1.0, 0.0),
    (0.33, 0.0, 1.0), (1.0, 0.0, 0.33),
)  # fmt: skip
"""Colours of the cues of each act, far apart on pads that have few colours; from the ninth on again."""
_STATES: Final[Mapping[str, tuple[float, float, float]]] = {
    "attuned": (0.0, 0.6, 1.0), "drifting": (0.4, 0.3, 1.0), "malfunction": (1.0, 0.3, 0.0),
    "backfire": (1.0, 0.0, 0.0), "repairing": (0.0, 1.0, 0.4), "symbiosis": (0.2, 1.0, 0.2),
}  # fmt: skip


@dataclass(slots=True)
class _Lamp:
    """One light: where it is told, the control's signal, and what computes it."""

    address: Address
    source: Address
    parts: tuple[Callable[[], Shown], ...]
    color: tuple[float, float, float] | None
    told: Shown | None = None


class Lights:
    """The lights of all controllers that are plugged in.

    Args:
        player: Whose map and state they show.
    """

    def __init__(self, player: "Player") -> None:
        self._player = player
        self._lamps: list[_Lamp] = []
        self._state: object = None

    def changes(self, now: Seconds) -> list[Message]:
        """Return what has changed since the last frame; show time ``now``. Free without controllers."""
        controls = self._player.controls
        present = [one for one in controls.devices.values() if one.present]
        if not present:
            return []
        state = controls.layout, self._player.learning.busy, *((one.address, one.since) for one in present)
        if state != self._state:
            self._plan(present)
            self._state = state
        heard, changed = controls.heard_at, []
        for lamp in self._lamps:
            shown = self._shown(lamp)
            if shown != lamp.told and now - heard.get(lamp.source, -QUIET) >= QUIET:
                lamp.told = shown
                changed.append(Message(lamp.address, shown))
        return changed

    def _plan(self, present: Sequence[Device]) -> None:
        """List the lights, with what computes each of them until the map, a page or a scene changes."""
        controls = self._player.controls
        told = {one.address: one.told for one in self._lamps}
        before = dict(self._state[2:]) if isinstance(self._state, tuple) else {}
        self._lamps = []
        for device, since in ((one.address, one.since) for one in present):
            profile = controls.profile(device)
            for control in profile.controls if profile is not None else ():
                if control.led:
                    lamp = self._lamp(f"{device}/{control.name}", f"{device}/{control.reading}")
                    lamp.told = told.get(lamp.address) if before.get(device) == since else None
                    self._lamps.append(lamp)

    def look(self, source: Address) -> Shown:
        """Return what the light of a control shows now, whether or not its device is plugged in."""
        return self._shown(self._lamp(source, source))

    def _lamp(self, address: Address, source: Address) -> _Lamp:
        """Return the light of a control, from the lines that hold now."""
        lines = self._player.controls.active(source)
        if self._player.learning.busy:  # controls that are in use are dim meanwhile
            return _Lamp(address, source, ((lambda: _IN_USE,) if lines else ()), None)
        color = next((one.bind.color for one in lines if one.bind.color is not None), None)
        return _Lamp(address, source, tuple(self._part(line) for line in lines), color)

    @staticmethod
    def _shown(lamp: _Lamp) -> Shown:
        parts = lamp.parts
        if not parts:
            return _OFF
        shown = parts[0]()
        for part in parts[1:]:
            other = part()
            if (other[1] > 0, other[0]) > (shown[1] > 0, shown[0]):
                shown = other
        return shown if lamp.color is None else (shown[0], shown[1], *lamp.color)

    def _part(self, line: Line) -> Callable[[], Shown]:
        """Return what computes the light of one line."""
        if line.parameter is not None:
            return self._parameter(line, line.parameter)
        player, spec, given = self._player, line.target.spec, line.target.arguments
        cues, controls, device = player.cues, player.controls, line.bind.device
        match spec.name if spec is not None else "":
            case "cue":
                return partial(self._cue, str(given[0]))
            case "cue-number" | "standby-number":
                return lambda: self._cue(self._numbered(int(given[0])))
            case "scene":
                return lambda: _live(player.cues.scene.after == given[0])
            case "go":
                return lambda: _lit(_GREEN) if cues.standby is not None else _OFF
            case "hold":
                return lambda: _lit(_AMBER, 1) if cues.clock.held else _OFF
            case "panic":
                return lambda: _lit(_RED, 2) if cues.calmed else (_HINT, 0, *_RED)
            case "blackout":
                return lambda: _lit(_RED, 1) if player.dark else _OFF
            case "neutral" | "neutral-one" if given:
                return partial(self._away, (f"/macro/{given[0]}", f"/trim/{given[0]}"))
            case "choose":
                heal = given[0] == "heal"
                return lambda: _live(cues.current is not None and asks_for(cues.current, heal))
            case "room-stir" | "room-shock":
                return partial(self._place, int(given[0]), int(given[1]))
            case "page":
                first = controls.pages.of(device) == controls.pages.names(device)[0]
                return lambda: _OFF if first else _lit(_BLUE)
        return self._pressed(line)

    def _parameter(self, line: Line, parameter: Parameter) -> Callable[[], Shown]:
        player, address = self._player, parameter.address
        if parameter.kind is Kind.EVENT:
            state = address.rpartition("/")[2]
            if address != enter_address(state):
                return self._pressed(line)
            color = _STATES.get(state, _WHITE)
            return lambda: _live(player.interface.state == state, color)  # lit while that state stands
        if address == BLACKOUT:
            return lambda: _lit(_RED, 1) if player.dark else _OFF
        if not line.presses:
            return partial(self._level, line, address)
        if 0.0 < line.bind.value < 1.0 and line.bind.high is None and parameter.kind is Kind.FLOAT:
            # a button that brings back: lit while its parameter is away
            return lambda: _lit(_AMBER) if abs(line.standing - line.bind.value) > _DEAD else _OFF
        return lambda: _lit(_WHITE) if line.lit else _OFF

    def _level(self, line: Line, address: Address) -> Shown:
        """A value, blinking until its control is caught."""
        shown = self._player.tree.get_shown(address)[line.bind.component or 0]
        return min(max(line.place(shown), 0.0), 1.0), int(line.waits), *_WHITE

    def _away(self, addresses: Sequence[Address]) -> Shown:
        """Lit while one of these parameters is away from neutral, the middle of its range."""
        tree = self._player.tree
        known = tree.parameters()
        for address in addresses:
            if address in known:
                low, high = known[address].minimum[0], known[address].maximum[0]
                if abs((tree.get_base(address)[0] - low) / (high - low) - 0.5) > _DEAD:
                    return _lit(_AMBER)
        return _OFF

    def _pressed(self, line: Line) -> Callable[[], Shown]:
        controls, source = self._player.controls, line.bind.source
        return lambda: _lit(_WHITE) if controls.is_down(source) else _OFF

    def _place(self, row: int, column: int) -> Shown:
        """The colour of the picture at a place of the room."""
        seen = self._player.hands.seen
        level = 0.0 if seen is None else float(seen[row, column].max())
        if seen is None or level <= 0.0:
            return _OFF
        red, green, blue = (seen[row, column] / level).tolist()
        return level, 0, red, green, blue

    def _numbered(self, number: int) -> str:
        cue = self._player.cues.order.at(number - 1)
        return cue.id if cue is not None else ""

    def _cue(self, cue: str) -> Shown:
        """A cue is lit while it runs and blinks while it stands by; else it is dim, if it has a colour."""
        cues = self._player.cues
        spec = cues.order.get(cue)
        color = _color_of(spec) if spec is not None else None
        if cues.standby is not None and cues.standby.id == cue:
            return _lit(color or _AMBER, 1)
        if cues.current is not None and cues.current.id == cue:
            return _lit(color or _GREEN)
        return (_DIM, 0, *color) if color is not None else _live(False)


def _color_of(cue: CueSpec) -> tuple[float, float, float] | None:
    """Return the colour that the show gives a cue, else that of its act; None where it has neither."""
    if cue.color is not None or cue.act is None:
        return cue.color
    return _ACTS[cue.act % len(_ACTS)]


def _lit(color: tuple[float, float, float], blink: int = 0) -> Shown:
    return (1.0, blink, *color)


def _live(live: bool, color: tuple[float, float, float] = _GREEN) -> Shown:
    return (1.0, 0, *color) if live else (0.0, 0, *color)


def fine(lines: Iterator[Line]) -> list[Address]:
    """Return the readings finer than 7 bits that a map uses, for adapters that make them on demand."""
    kinds = {"cc14", "nrpn"}
    return sorted({one.bind.source for one in lines if not kinds.isdisjoint(one.bind.source.split("/"))})
