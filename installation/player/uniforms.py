"""Maps numbers of the parameter tree to shader inputs."""

from collections.abc import Callable, Iterable, Sequence
from typing import Literal, TypeAlias

from installation.parameter import Tree

__all__ = ["UniformBindings"]


_Names: TypeAlias = frozenset[str] | None
_Chosen: TypeAlias = tuple[int, int, list[tuple[str, int | slice]]]


def _all(_name: str) -> _Names:
    return None


class UniformBindings:
    """Maps ``/scene/ID/INPUT`` and ``/effect/NAME/INPUT`` to slots; follows changes of the tree.

    Args:
        tree: The tree; its parameters may change later.
    """

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._version = -1
        self._slots: dict[str, list[tuple[str, int, int]]] = {}
        self._chosen: dict[tuple[str, _Names], _Chosen] = {}

    def values(
        self, kind: Literal["scene", "effect"], names: Iterable[str], wanted: Callable[[str], _Names] = _all
    ) -> dict[str, dict[str, Sequence[float] | float]]:
        """Return the effective input values of some scenes or effects, by the shaders' own names.

        Args:
            kind: ``scene`` or ``effect``.
            names: Their names.
            wanted: Returns the required inputs of a name; None for all.

        Returns:
            The inputs of each; one with a single component is a plain number.
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
            numbers = tuple(self._tree.effective[first:after].tolist())  # one call: faster than one each
            found[one] = {name: numbers[at] for name, at in inputs}
        return found


def _chosen(slots: list[tuple[str, int, int]], wanted: _Names) -> _Chosen:
    """Return start and end of the slots that cover the wanted inputs, and the offset of each."""
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
