"""Which numbers of the tree go into which input of which shader."""

from collections.abc import Callable, Iterable, Sequence
from typing import Literal, TypeAlias

from installation.parameter import Tree

__all__ = ["UniformBindings"]


_Names: TypeAlias = frozenset[str] | None
_Chosen: TypeAlias = tuple[int, int, list[tuple[str, int | slice]]]


def _all(_name: str) -> _Names:
    return None


class UniformBindings:
    """Knows the slots of ``/scene/ID/INPUT`` and ``/effect/NAME/INPUT``; follows the tree when it changes.

    Args:
        tree: May gain and lose parameters later.
    """

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._version = -1
        self._slots: dict[str, list[tuple[str, int, int]]] = {}
        self._chosen: dict[tuple[str, _Names], _Chosen] = {}

    def values(
        self, kind: Literal["scene", "effect"], names: Iterable[str], wanted: Callable[[str], _Names] = _all
    ) -> dict[str, dict[str, Sequence[float] | float]]:
        """The effective values of the inputs of some scenes or effects, by the shader's own names.

        Args:
            kind: Which.
            names: Of them.
            wanted: For a name, the inputs that are needed; None for all.

        Returns:
            For each its inputs; one of a single component is a plain number.
        """
        if self._version != self._tree.version:
            self._version, self._slots = self._tree.version, _slots(self._tree)
            self._chosen.clear()
        found: dict[str, dict[str, Sequence[float] | float]] = {}
        for one in names:
            prefix, some = f"/{kind}/{one}", wanted(one)
            chosen = self._chosen.get((prefix, some))
            if chosen is None:
                chosen = self._chosen[prefix, some] = _chosen(self._slots.get(prefix, []), some)
            first, after, inputs = chosen
            numbers = tuple(self._tree.effective[first:after].tolist())  # all at once: one by one costs more
            found[one] = {name: numbers[at] for name, at in inputs}
        return found


def _chosen(slots: list[tuple[str, int, int]], wanted: _Names) -> _Chosen:
    """The first slot of the wanted inputs, the one after their last, and where each is in between."""
    some = [one for one in slots if wanted is None or one[0] in wanted]
    first, after = min((one[1] for one in some), default=0), max((one[2] for one in some), default=0)
    places: list[tuple[str, int | slice]] = [
        (name, start - first if stop - start == 1 else slice(start - first, stop - first))
        for name, start, stop in some
    ]
    return first, after, places


def _slots(tree: Tree) -> dict[str, list[tuple[str, int, int]]]:
    slots: dict[str, list[tuple[str, int, int]]] = {}
    for address, parameter in tree.parameters().items():
        parts = address.split("/", 3)
        if len(parts) == 4 and parts[1] in ("scene", "effect"):
            start, prefix = tree.slot(address), f"/{parts[1]}/{parts[2]}"
            slots.setdefault(prefix, []).append((parts[3], start, start + parameter.kind.components))
    return slots
