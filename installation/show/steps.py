"""Reads a route's ``shape``: a list of one-key inline tables, one per modulator.

The signal chain defines and checks modulators and their settings.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from installation.show.document import Node, Table
from installation.show.fields import Fields, describe, freeze
from installation.values import FileValue, Where

__all__ = ["LONE", "ModulatorSpec", "read_shape"]

LONE = "value"
"""Name of a single value: ``{ smooth = 0.3 }``. The modulator uses it as its first setting, and a list as its
settings in order."""


@dataclass(frozen=True, slots=True)
class ModulatorSpec:
    """One step of a route's ``shape``, e.g. ``{ smooth = 0.3 }`` or ``{ remap = [0, 127, 0, 1] }``."""

    kind: str
    settings: Mapping[str, FileValue]
    """Settings by name; a single value in the file becomes the modulator's first setting."""
    where: Where


def read_shape(fields: Fields, key: str = "shape") -> tuple[ModulatorSpec, ...]:
    """Read the steps of a route, in order."""
    found = fields.member(key, None)
    if found is None:
        return ()
    if not isinstance(found.node.value, tuple):
        hint = "e.g. shape = [{ smooth = 0.3 }]"
        fields.report(found.node.where, f"{key}: expected a list, got {describe(found.node)}", hint)
        return ()
    steps = (_step(fields, item) for item in found.node.value)
    return tuple(step for step in steps if step is not None)


def _step(fields: Fields, item: Node) -> ModulatorSpec | None:
    if not isinstance(item.value, Table) or len(item.value.members) != 1:
        message = f"shape: expected a table with one name, got {describe(item)}"
        fields.report(item.where, message, "e.g. { smooth = 0.3 }; two steps are two tables")
        return None
    ((kind, member),) = item.value.members.items()
    settings: dict[str, FileValue]
    if isinstance(member.node.value, Table):
        settings = fields.values(member.node.value)
    else:
        value = freeze(member.node)
        if value is None:
            fields.report(member.node.where, f"{kind}: expected a number, got {describe(member.node)}")
            return None
        settings = {LONE: value}
    return ModulatorSpec(kind, settings, member.name_where)
