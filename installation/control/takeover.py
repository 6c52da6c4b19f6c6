"""Takeover: how a control that stands elsewhere gets hold of its parameter, so that nothing jumps.

Everything is in the control's own travel: 0 is its lower end, 1 its upper end, and ``standing`` is the place
in that travel at which the parameter stands now; outside of 0..1 where the parameter is beyond the range of
the control. The three ways are those of Ableton Live ("Takeover Mode"):

* ``pick-up``: nothing happens until the control meets the parameter, or passes it between two events;
* ``scale``: the parameter moves at once, in the direction of the hand, so that both meet at the end of the
  travel; at most twice as fast as the hand, or it would leap at the end;
* ``jump``: the parameter goes where the control is.
"""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

__all__ = ["FASTEST", "Takeover", "Way"]

Way: TypeAlias = Literal["pick-up", "scale", "jump"]

FASTEST: Final = 2.0
"""How much faster than the hand a parameter may move that was not caught yet."""


@dataclass(slots=True)
class Takeover:
    """One control and one parameter.

    Attributes:
        way: How the control takes over.
        step: The control's smallest move, 0..1: 1/127 for 7 bits.
        quantum: The parameter's smallest move, in the control's travel; 0 for a continuous one.
        caught: Whether the control has hold of the parameter.
        position: Where the control is; None while nobody knows, as before its first event.
        left: Where the parameter was left by this control.
    """

    way: Way = "pick-up"
    step: float = 1 / 127
    quantum: float = 0.0
    caught: bool = False
    position: float | None = None
    left: float | None = None

    @property
    def reach(self) -> float:
        """How near counts as met: a step of the control, or half a step of the parameter if that is more."""
        return max(self.step, self.quantum / 2.0)

    def holds(self, standing: float) -> bool:
        """Whether the control has hold of the parameter, and nothing else has moved it since."""
        return self.caught and standing == self.left

    def let_go(self, *, forget: bool = False) -> None:
        """Let the control wait again, as after a change of page.

        Args:
            forget: Whether the control may have been moved meanwhile, as after it was unplugged.
        """
        self.caught = False
        if forget:
            self.position = None

    def move(self, position: float, standing: float) -> float | None:
        """Return where the parameter is to go; None if it is to stay. Call ``leave`` after it went there.

        Args:
            position: Where the control is now.
            standing: Where the parameter stands.
        """
        before, self.position = self.position, position
        if self.way == "jump" or self.holds(standing):
            self.caught = True
            return position
        self.caught = False
        if self._met(before, position, standing):
            self.caught = True
            return position
        if before is None or before == position:
            return None
        if not 0.0 <= standing <= 1.0:
            return self._pull(before, position, standing)
        return self._scale(before, position, standing) if self.way == "scale" else None

    def leave(self, standing: float) -> None:
        """Note where the parameter stands after it went where ``move`` or ``turn`` said."""
        self.left = standing

    def _met(self, before: float | None, position: float, standing: float) -> bool:
        if abs(position - standing) <= (self.quantum / 2.0 if self.way == "scale" and before else self.reach):
            return True
        return before is not None and min(before, position) <= standing <= max(before, position)

    def _pull(self, before: float, position: float, standing: float) -> float | None:
        """Bring a parameter back that stands beyond the end of the travel, which the control cannot meet."""
        move = position - before
        if (move < 0.0) != (standing > 1.0):  # towards the parameter: it stays
            return None
        there = standing + FASTEST * move
        self.caught = (there - position) * move >= 0.0
        return position if self.caught else there

    def _scale(self, before: float, position: float, standing: float) -> float:
        move = position - before
        left, ahead = (1.0 - before, 1.0 - standing) if move > 0.0 else (before, standing)
        there = standing + move * (min(ahead / left, FASTEST) if left > 0.0 else 1.0)
        if abs(there - position) <= self.reach / 2.0:
            self.caught = True
            return position
        return min(max(there, 0.0), 1.0)
