"""Which numbers of the tree go into which input of which shader."""

from collections.abc import Iterable, Sequence
from typing import Literal

from installation.parameter import Tree

__all__ = ["Wiring"]


class Wiring:
    """Knows the slots of ``/scene/ID/INPUT`` and ``/effect/NAME/INPUT``; follows the tree when it changes.

    Args:
        tree: May gain and lose parameters later.
    """

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._version = -1
        self._slots: dict[str, list[tuple[str, int, int]]] = {}

    def values(
        self, kind: Literal["scene", "effect"], names: Iterable[str]
    ) -> dict[str, dict[str, Sequence[float]]]:
        """The effective values of the inputs of some scenes or effects, by the shader's own names."""
        if self._version != self._tree.version:
            self._version, self._slots = self._tree.version, _slots(self._tree)
        numbers = self._tree.effective.tolist()  # all at once: a call for each input costs more
        return {
            one: {name: numbers[start:stop] for name, start, stop in self._slots.get(f"/{kind}/{one}", ())}
            for one in names
        }


def _slots(tree: Tree) -> dict[str, list[tuple[str, int, int]]]:
    slots: dict[str, list[tuple[str, int, int]]] = {}
    for address, parameter in tree.parameters().items():
        parts = address.split("/", 3)
        if len(parts) == 4 and parts[1] in ("scene", "effect"):
            start, prefix = tree.slot(address), f"/{parts[1]}/{parts[2]}"
            slots.setdefault(prefix, []).append((parts[3], start, start + parameter.kind.components))
    return slots
