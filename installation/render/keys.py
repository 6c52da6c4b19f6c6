"""Keys of a window as commands: pressed, pressed twice, held."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from installation.commands import COMMANDS, DOUBLE_PRESS, HOLD_TO_QUIT
from installation.values import Command, Seconds

__all__ = ["Keys"]


class Keys:
    """The keys of the table of commands, for one window.

    Args:
        code: Returns the window system's code of a key by its name in the table.
    """

    def __init__(self, code: Callable[[str], int]) -> None:
        self._commands: Mapping[tuple[int, str], Command] = {
            (code(key.name), key.how): Command(one.name, key.arguments)
            for one in COMMANDS.values()
            for key in one.keys
        }
        """The command of each key, by its code and how it is pressed."""
        self._holding: dict[int, Seconds] = {}
        """Keys with a hold action that are down, and since when."""
        self._last: tuple[int, Seconds] = 0, -10.0
        """The key pressed last, and when."""

    def shifted(self, key: int) -> bool:
        """Return whether a key has another meaning with Shift."""
        return (key, "shift") in self._commands

    def down(self, key: int, now: Seconds, source: str, *, shift: bool = False) -> Command | None:
        """Return the command of a key that goes down; None if it has none.

        Args:
            key: Its code.
            now: Monotonic seconds.
            source: Of the command.
            shift: Whether Shift is held.
        """
        if shift and self.shifted(key):
            return replace(self._commands[key, "shift"], time=now, source=source)
        if (key, "hold") in self._commands:
            self._holding[key] = now
        again = self._last[0] == key and now - self._last[1] < DOUBLE_PRESS
        self._last = key, now
        twice = self._commands.get((key, "twice")) if again else None
        asked = twice or self._commands.get((key, "press"))
        return None if asked is None else replace(asked, time=now, source=source)

    def up(self, key: int) -> None:
        """Note that a key was let go."""
        self._holding.pop(key, None)

    def held(self, now: Seconds, source: str) -> list[Command]:
        """Return the commands of keys that have been held for long enough, once each."""
        due = [key for key, since in self._holding.items() if now - since >= HOLD_TO_QUIT]
        for key in due:
            del self._holding[key]
        return [replace(self._commands[key, "hold"], time=now, source=source) for key in due]

    def let_go(self) -> None:
        """Forget all keys that are down, since the window does not hear of them any more."""
        self._holding.clear()
