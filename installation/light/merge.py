"""Several sources for the same lamps: who wins.

First priority: of the sources that cover a lamp, only those of the highest priority count. Among equals
HTP, highest takes precedence, or LTP, latest takes precedence. LTP compares **changes**: a source that only
repeats itself must not steal a lamp from one that moved it since.
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
        lamps: How many lamps there are.
        components: Values of a lamp, e.g. 3 for a colour; they win or lose together under LTP.
        mode: What happens between sources of equal priority.
    """

    def __init__(self, lamps: int, components: int = 3, mode: Literal["htp", "ltp"] = "htp") -> None:
        self._shape = (lamps, components)
        self._mode = mode
        self._sources: dict[str, _Source] = {}
        self._order = 0

    @property
    def sources(self) -> tuple[str, ...]:
        """Names of the sources that take part."""
        return tuple(self._sources)

    def put(
        self,
        source: str,
        values: NDArray[np.float32],
        priority: int = 100,
        covers: NDArray[np.bool_] | None = None,
    ) -> None:
        """Take what a source says now.

        Args:
            source: Its name; a new name joins.
            values: ``(lamps, components)``; copied.
            priority: The highest wins, as in E1.31: 0..200, usually 100.
            covers: ``(lamps,)`` which lamps it speaks for; None means all.
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
        """Let a source leave; what it held goes to the others. Harmless for an unknown one."""
        self._sources.pop(source, None)

    def result(self) -> NDArray[np.float32]:
        """``(lamps, components)`` of the winners; 0 where nobody speaks."""
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
