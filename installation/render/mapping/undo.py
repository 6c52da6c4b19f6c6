"""Steps back and forward through the mappings of all displays."""

from collections.abc import Sequence
from typing import Final, TypeAlias

from installation.show.mapping import DisplayMapping

__all__ = ["Undo"]

_MOST: Final = 200
"""Most steps that can be taken back."""

_Mappings: TypeAlias = tuple[DisplayMapping, ...]


class Undo:
    """What was there before each change, and what was taken back."""

    def __init__(self) -> None:
        self._before: list[_Mappings] = []
        self._after: list[_Mappings] = []

    def remember(self, mappings: Sequence[DisplayMapping]) -> None:
        """Note what is there before a change; nothing can be taken forward any more."""
        self._before.append(tuple(mappings))
        del self._before[:-_MOST]
        self._after.clear()

    def drop(self, mappings: Sequence[DisplayMapping]) -> None:
        """Forget the last step if nothing has changed since."""
        if self._before and self._before[-1] == tuple(mappings):
            self._before.pop()

    def back(self, mappings: Sequence[DisplayMapping]) -> _Mappings | None:
        """Return what was there before the last change; None if there was none."""
        return _step(self._before, self._after, mappings)

    def forward(self, mappings: Sequence[DisplayMapping]) -> _Mappings | None:
        """Return what was taken back last; None if nothing was."""
        return _step(self._after, self._before, mappings)


def _step(
    source: list[_Mappings], other: list[_Mappings], mappings: Sequence[DisplayMapping]
) -> _Mappings | None:
    if not source:
        return None
    other.append(tuple(mappings))
    return source.pop()
