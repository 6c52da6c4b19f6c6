"""Buttons that are held: what they do when they are held long enough, and when they are let go."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from installation.player.controls.line import HELD, Line
from installation.values import Address, Command, Seconds

__all__ = ["Presses"]


@dataclass(slots=True)
class _Press:
    """One button, since a show time and since a time on the clock of arrivals."""

    lines: tuple[Line, ...]
    since: Seconds
    arrived: Seconds
    done: list[Line] = field(default_factory=list)

    def hold(self, arrived: Seconds) -> list[Command | None]:
        """Carry out what waits for a button that is held, and has not been carried out."""
        waiting = [line for line in self.lines if line.bind.how == "hold" and line not in self.done]
        self.done += waiting
        return [line.press(arrived) for line in waiting]


class Presses:
    """All of them, by the address of the button."""

    def __init__(self) -> None:
        self._held: dict[Address, _Press] = {}

    @property
    def sources(self) -> frozenset[Address]:
        """Addresses of the buttons that are held."""
        return frozenset(self._held)

    def __contains__(self, source: object) -> bool:
        return source in self._held

    def press(
        self, source: Address, lines: Sequence[Line], now: Seconds, arrived: Seconds
    ) -> list[Command | None]:
        """Begin to hold a button, and return what its lines give at once.

        Args:
            source: Its address.
            lines: What it does; lines that wait for a button that is held give nothing yet.
            now: Show time.
            arrived: The time of its reading.
        """
        self._held[source] = _Press(tuple(lines), now, arrived)
        return [line.press(arrived) for line in lines if line.bind.how != "hold"]

    def release(self, source: Address, time: Seconds) -> list[Command | None]:
        """Let a button go, and return what that gives.

        Args:
            source: Its address; one that is not held gives nothing.
            time: The time of the reading, on the clock of arrivals.
        """
        press = self._held.pop(source, None)
        if press is None:
            return []
        # Show time loses what a stall takes longer than a quarter of a second, and a hand does not.
        given = press.hold(time) if time - press.arrived >= HELD else []
        return [*given, *(line.release(time) for line in press.lines)]

    def release_all(self, device: Address, time: Seconds) -> list[Command | None]:
        """Let all buttons of a controller go, and return what that gives."""
        held = [source for source in self._held if source.startswith(f"{device}/")]
        return [one for source in held for one in self.release(source, time)]

    def advance(self, now: Seconds, arrived: Seconds) -> list[Command | None]:
        """Return what buttons give that have been held long enough; once a frame, after all input.

        Args:
            now: Show time.
            arrived: When the frame began, on the clock of arrivals, which is the time of the commands.
        """
        long = [press for press in self._held.values() if now - press.since >= HELD]
        return [one for press in long for one in press.hold(arrived)]

    def follow(self, known: Collection[Address]) -> None:
        """Keep what is held of parameters that are still there: what is gone is not let go either."""
        for press in self._held.values():
            press.lines = tuple(
                one for one in press.lines if one.parameter is None or one.target.address in known
            )
