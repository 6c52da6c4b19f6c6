"""Merging of several sources for the same lamps.

Of the sources that cover a lamp, only those of the highest priority count. Sources of equal priority are
merged HTP, highest takes precedence, or LTP, latest takes precedence. LTP compares **changes**: a source that
only repeats its values must not take a lamp from one that has changed it since.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

__all__ = ["Merge"]

_NEVER = -1


@dataclass(slots=True, eq=False)
class _Source:
    values: NDArray[np.float32]
    covers: NDArray[np.bool_]
    priority: int
    changed: NDArray[np.int64]


class Merge:
    """Merges sources lamp by lamp.

    Args:
        lamps: Number of lamps.
        components: Values per lamp, e.g. 3 for a colour; LTP takes all of them from the same source.
        mode: Merge mode of sources of equal priority.
    """

    def __init__(self, lamps: int, components: int = 3, mode: Literal["htp", "ltp"] = "htp") -> None:
        self._shape = (lamps, components)
        self._mode = mode
        self._sources: dict[str, _Source] = {}
        self._order = 0

    @property
    def sources(self) -> tuple[str, ...]:
        """Names of the present sources."""
        return tuple(self._sources)

    def put(
        self,
        source: str,
        values: NDArray[np.float32],
        priority: int = 100,
        covers: NDArray[np.bool_] | None = None,
    ) -> None:
        """Set the present values of a source.

        Args:
            source: Its name; a new name adds a source.
            values: ``(lamps, components)``; copied.
            priority: The highest wins, as in E1.31: 0..200, usually 100.
            covers: ``(lamps,)`` the lamps that it controls; None means all.
        """
        self._order += 1
        mask = np.ones(self._shape[0], np.bool_) if covers is None else covers.copy()
        old = self._sources.get(source)
        if old is None:
            changed = np.where(mask, self._order, _NEVER)
            self._sources[source] = _Source(np.array(values, np.float32), mask, priority, changed)
            return
        moved = mask & (~old.covers | (values != old.values).any(axis=1))
        old.changed[moved] = self._order
        old.values[:] = values
        old.covers = mask
        old.priority = priority

    def drop(self, source: str) -> None:
        """Remove a source; its lamps go to the others. Unknown names are ignored."""
        self._sources.pop(source, None)

    def result(self) -> NDArray[np.float32]:
        """Return the merged values, ``(lamps, components)``; 0 where no source covers a lamp."""
        out = np.zeros(self._shape, np.float32)
        top = np.full(self._shape[0], _NEVER)
        for source in self._sources.values():
            np.maximum(top, np.where(source.covers, source.priority, _NEVER), out=top)
        latest = np.full(self._shape[0], _NEVER)
        for source in self._sources.values():
            counts = source.covers & (source.priority == top)
            if self._mode == "htp":
                np.maximum(out, source.values, out=out, where=counts[:, None])
            else:
                newer = counts & (source.changed > latest)
                out[newer] = source.values[newer]
                latest[newer] = source.changed[newer]
        return out
