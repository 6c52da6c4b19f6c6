"""One binding at work: a control and the parameter or the command that it moves."""

from collections.abc import Sequence
from typing import Final

from installation.commands import Argument
from installation.commands import Kind as ArgumentKind
from installation.control import Takeover, ticks
from installation.control.map import Bind
from installation.control.target import Target
from installation.cue.override import BLACKOUT
from installation.parameter import Kind, Tree
from installation.parameter.parameter import Parameter
from installation.values import Command, Seconds

__all__ = ["HELD", "Line"]

HELD: Final[Seconds] = 1.0
"""How long a button with ``how = "hold"`` must be held."""

_SEVEN: Final = 1 / 127
_FOURTEEN: Final = 1 / 16_383
_FINE: Final = frozenset({"cc14", "nrpn", "pitch"})
_DISCRETE: Final = (Kind.BOOL, Kind.CHOICE, Kind.INT)


class Line:
    """A binding on a tree.

    Args:
        bind: The binding.
        target: What it moves.
        tree: The tree; a new line is made when its set of parameters changes.
        scene: The scene in which alone it holds; empty for every one.

    Attributes:
        takeover: How an absolute control gets hold of its parameter.
        before: The parameter before the latest press; None if there was none.
        set_to: What that press set.
    """

    def __init__(self, bind: Bind, target: Target, tree: Tree, scene: str = "") -> None:
        self.scene = scene
        self.bind = bind
        self.target = target
        self._tree = tree
        self.parameter: Parameter | None = tree.parameters()[target.address] if target.address else None
        self.slot = -1 if self.parameter is None else tree.slot(target.address) + (bind.component or 0)
        self._low, self._high = self._range()
        step = _SEVEN if _FINE.isdisjoint(bind.source.split("/")) else _FOURTEEN
        self.takeover = Takeover(bind.way, step, self._quantum())
        self._goal: float | None = None
        self.before: tuple[float, ...] | None = None
        self.set_to: tuple[float, ...] | None = None

    # What kind of line it is.

    @property
    def presses(self) -> bool:
        """Whether presses count, and not the value."""
        how = self.bind.how
        event = self.parameter is not None and self.parameter.kind is Kind.EVENT
        return self.parameter is None or event or how in ("momentary", "toggle", "hold")

    @property
    def waits(self) -> bool:
        """Whether the control has to be caught before it moves its parameter, and is not."""
        absolute = self.parameter is not None and self.bind.how == "absolute" and not self.presses
        return absolute and not (self.bind.way == "jump" or self.takeover.holds(self.standing))

    @property
    def safe(self) -> bool:
        """Whether it takes the light away, which must work at any time."""
        spec = self.target.spec
        return self.target.address == BLACKOUT or (spec is not None and spec.name in ("panic", "blackout"))

    def follow(self, before: "Line") -> None:
        """Go on where the line of the same binding stood before an edit."""
        self.takeover.caught, self.takeover.position = before.takeover.caught, before.takeover.position
        self.takeover.left = before.takeover.left
        self.before, self.set_to = before.before, before.set_to

    # A parameter.

    @property
    def standing(self) -> float:
        """Where the parameter stands in the control's travel; 0 for a command."""
        return 0.0 if self.parameter is None else self.place(self._tree.base.item(self.slot))

    def place(self, value: float) -> float:
        """Return the place of a value, natural units, in the control's travel."""
        parameter = self.parameter
        if parameter is not None and parameter.kind is Kind.CHOICE:
            return (parameter.values.index(round(value)) + 0.5) / len(parameter.values)
        return (value - self._low) / (self._high - self._low)

    def note(self, value: float) -> None:
        """Take notice of where the control is, without moving anything."""
        self.takeover.let_go()
        self.takeover.position = value

    def catch_up(self, before: float | None) -> None:
        """Learn where the control was before this event; it lets go if it moved while another line had it."""
        if self.takeover.position != before:
            self.takeover.let_go()
            self.takeover.position = before

    def move(self, value: float) -> None:
        """Move the parameter by an absolute control or by a relative one's step; value 0..1."""
        if self.bind.how == "relative":
            self._turn(ticks(self.bind.encoding, round(value * 127)))
            return
        if self.parameter is not None and self.parameter.kind is Kind.BOOL:
            value = self._struck(value)
        there = self.takeover.move(value, self.standing)
        if there is not None:
            self._write(there)
            self.takeover.leave(self.standing)

    def _struck(self, value: float) -> float:
        """Catch a switch by a button, which leaps from end to end and meets nothing on its way."""
        takeover = self.takeover
        if value > 0.0 and "note" in self.bind.source.split("/"):  # however hard it was struck
            value = 1.0
        if value == 1.0 and takeover.position in (None, 0.0) and not takeover.holds(self.standing):
            takeover.caught, takeover.left = True, self.standing
        return value

    def press(self, time: Seconds) -> Command | None:
        """Take a press; returns the command that it gives."""
        if self.parameter is None:
            return self._command(time, True)
        if self.parameter.kind is Kind.EVENT:
            self._tree.set(self.target.address, (1.0,))
            return None
        now = self._tree.get_base(self.target.address)
        if self.bind.how == "toggle" and now == self._on(now):
            self._restore(now)
        else:
            self.before = now
            self._tree.set(self.target.address, self._on(now))
            self.set_to = self._tree.get_base(self.target.address)
        return None

    def release(self, time: Seconds) -> Command | None:
        """Take the end of a press."""
        if self.parameter is None:
            return self._command(time, False)
        now = self._tree.get_base(self.target.address)
        if self.bind.how == "momentary" and self.set_to is not None and now == self.set_to:
            self._restore(now)
        return None

    @property
    def lit(self) -> bool:
        """Whether the parameter stands where a press sets it."""
        if self.parameter is None:
            return False
        now = self._tree.get_base(self.target.address)
        return now == self._on(now)

    def _restore(self, now: tuple[float, ...]) -> None:
        """Give the parameter back what it had before a press, or the stated low value."""
        if self.bind.low is not None:
            self._tree.set(self.target.address, self._with(now, self.bind.low))
        elif self.parameter is not None and self.parameter.kind is Kind.BOOL and self.bind.how == "toggle":
            self._tree.set(self.target.address, (0.0,))
        elif self.before is not None:
            self._tree.set(self.target.address, self.before)
        self.set_to = None

    def _on(self, now: tuple[float, ...]) -> tuple[float, ...]:
        """Return the value that a press sets."""
        if self.bind.high is not None:
            return self._with(now, self.bind.high)
        return self._values(now, self.bind.value)

    def _with(self, now: tuple[float, ...], value: float) -> tuple[float, ...]:
        which = self.bind.component
        return tuple(value if which in (None, index) else one for index, one in enumerate(now))

    def _values(self, now: tuple[float, ...], place: float) -> tuple[float, ...]:
        """Return the parameter's value at a place of the control's travel."""
        parameter, which = self.parameter, self.bind.component
        if parameter is None:
            return ()
        if parameter.kind is Kind.CHOICE:
            count = len(parameter.values)
            return (float(parameter.values[min(max(int(place * count), 0), count - 1)]),)
        if parameter.kind.components == 1 or which is not None:
            low, high = self._low, self._high
            value = high if place == 1.0 else low + place * (high - low)
            return tuple(value if which in (None, index) else one for index, one in enumerate(now))
        return tuple(
            low + place * (high - low) for low, high in zip(parameter.minimum, parameter.maximum, strict=True)
        )

    def _turn(self, steps: int) -> None:
        standing = self.standing
        start = self._goal if self._goal is not None and standing == self.takeover.left else standing
        there = start + steps * self.takeover.step
        self._goal = min(max(there, min(0.0, start)), max(1.0, start))
        self._write(self._goal)
        self.takeover.leave(self.standing)

    def _write(self, place: float) -> None:
        now = self._tree.get_base(self.target.address)
        self._tree.set(self.target.address, self._values(now, place))

    def _range(self) -> tuple[float, float]:
        if self.parameter is None:
            return 0.0, 1.0
        which = self.bind.component or 0
        low = self.parameter.minimum[which] if self.bind.low is None else self.bind.low
        high = self.parameter.maximum[which] if self.bind.high is None else self.bind.high
        return (low, high) if low != high else (low, low + 1.0)

    def _quantum(self) -> float:
        parameter = self.parameter
        if parameter is None or parameter.kind not in _DISCRETE:
            return 0.0
        if parameter.kind is Kind.CHOICE:
            return 1.0 / len(parameter.values)
        return 1.0 / abs(self._high - self._low)

    # A command.

    def _command(self, time: Seconds, pressed: bool) -> Command | None:
        """Return the command of a press, or of its end: one that has a switch follows a momentary button."""
        spec, given = self.target.spec, self.target.arguments
        if spec is None:
            return None
        source = self.bind.device.rpartition("/")[2]
        if self.bind.how == "momentary" and _switch(spec.arguments[len(given) :]):
            return Command(spec.name, (*given, pressed), time, source)
        if not pressed:
            return None
        if spec.name == "page" and len(given) == 1:  # a controller turns its own page
            given = (*given, self.bind.device)
        return Command(spec.name, given, time, source)


def _switch(arguments: Sequence[Argument]) -> bool:
    return bool(arguments) and arguments[0].kind is ArgumentKind.SWITCH
