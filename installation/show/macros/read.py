"""Reads macros and trims: those of a show's ``show.toml``, and the default set in ``presets/macros.toml``."""

import math
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import chain

from installation import paths
from installation.errors import ShowError
from installation.show.document import Document, Table, read
from installation.show.fields import Fields, describe, is_address
from installation.show.formats import check_format
from installation.show.macros.model import AUTHORED, MACRO, TRIM, MacroSpec, MacroTargetSpec, Prefix
from installation.show.schema import read as read_table
from installation.values import Finding

__all__ = ["MOST", "macros_of", "read_macros", "shipped"]

MOST = 64
"""Most macros and trims of a show, together."""


@cache
def shipped() -> tuple[MacroSpec, ...]:
    """The default set: eight macros and the trims that have something to trim. Raises ShowError."""
    findings: list[Finding] = []
    document: Document = read(paths.presets() / "macros.toml")
    fields = Fields(document.root, findings, "a set of macros")
    check_format(fields)
    found = read_macros(fields)
    fields.finish()
    if findings:
        raise ShowError(findings)
    return found


def macros_of(own: Iterable[MacroSpec]) -> tuple[MacroSpec, ...]:
    """The default set with a show's own: those of the same name replace it in place, others follow."""
    mine = {one.name: one for one in own}
    given = [mine.pop(one.name, one) for one in shipped()]
    return *given, *mine.values()


def read_macros(fields: Fields) -> tuple[MacroSpec, ...]:
    """Read ``[macro.NAME]`` and ``[trim.NAME]`` of a file's root; errors are reported."""
    found = tuple(chain(*(_group(fields, prefix) for prefix in (MACRO, TRIM))))
    names: dict[str, MacroSpec] = {}
    for one in found:
        if one.name in names:
            message = f'trim: "{one.name}" is also the name of a macro'
            fields.report(one.where, message, f"rename it; the other is at {names[one.name].where}")
        names.setdefault(one.name, one)
    if len(found) > MOST:
        fields.report(found[MOST].where, f"more than {MOST} macros and trims", "remove some")
    return found


def _group(outer: Fields, prefix: Prefix) -> Sequence[MacroSpec]:
    found = []
    for name, table in outer.named_tables(prefix):
        if is_address(f"/{name}") and "/" not in name:
            found.append(_macro(prefix, name, table, outer))
        else:
            hint = "a name has letters, digits and - only, because it becomes part of an address"
            outer.report(table.where, f'{prefix}: "{name[:60]}" is not a name', hint)
    return found


def _macro(prefix: Prefix, name: str, table: Table, outer: Fields) -> MacroSpec:
    fields = outer.inner(table, f"{prefix} {name}")
    targets = tuple(_target(one, fields) for one in fields.tables("target"))
    return read_table(
        MacroSpec, fields, name=name, prefix=prefix, targets=targets, defaults={"label": name.capitalize()}
    )


def _target(table: Table, outer: Fields) -> MacroTargetSpec:
    fields = outer.inner(table, "a target")
    ends = {key: _end(key, fields) for key in ("low", "high")}
    spec = read_table(MacroTargetSpec, fields, **ends)
    if bool(spec.target) == bool(spec.role):
        hint = 'write to = "/master", or role = "speed"'
        fields.report(fields.where, "a target has one of `to` and `role`", hint)
    if spec.low is None and spec.high is None:
        fields.report(fields.where, "a target has neither `low` nor `high`", "say what it does at one end")
    for key, end in (("low", spec.low), ("high", spec.high)):
        if end is not None and math.isnan(end) and spec.mode in ("multiply", "add"):
            hint = f'write mode = "pull", or the number that `{spec.mode}` takes'
            fields.report(spec.places[key], f'{key}: "{AUTHORED}" is a value to go to', hint)
    return spec


def _end(key: str, fields: Fields) -> float | None:
    """Read a number or ``"authored"`` as NaN; None where the macro does nothing on this side."""
    found = fields.member(key, None)
    if found is None:
        return None
    value = found.node.value
    if isinstance(value, str):
        if value == AUTHORED:
            return math.nan
        hint = f'write a number, or "{AUTHORED}"'
        fields.report(found.node.where, f"{key}: {describe(found.node)} is not a value", hint)
        return None
    number: float | None = fields.number(key, None, -1e9, 1e9)
    return number
