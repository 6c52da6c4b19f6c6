"""Reads ``controls.toml``."""

from typing import Final

from installation.show.controls.model import ControlSpec
from installation.show.document import Document, Table
from installation.show.fields import Fields
from installation.show.formats import check_format
from installation.show.schema import read
from installation.values import Finding

__all__ = ["COMPONENTS", "MOST_CONTROLS", "read_controls"]

COMPONENTS: Final = {"x": 0, "y": 1, "red": 0, "green": 1, "blue": 2, "alpha": 3}
"""Names of the components of points and colours."""

MOST_CONTROLS: Final = 2000
"""Most entries of one file."""


def read_controls(
    document: Document, findings: list[Finding], *, overlay: bool = False
) -> tuple[ControlSpec, ...]:
    """Read the map of controls; ``to`` is checked later, against the parameters.

    Args:
        document: The file.
        findings: Takes what is wrong in it.
        overlay: Whether it lies on top of another one.
    """
    fields = Fields(document.root, findings, "a map of controls")
    check_format(fields)
    tables = fields.tables("control")
    for table in tables[MOST_CONTROLS:][:1]:
        fields.report(table.where, f"more than {MOST_CONTROLS} controls", "remove some")
    controls = tuple(_control(table, findings, overlay) for table in tables[:MOST_CONTROLS])
    fields.finish()
    return controls


def _control(table: Table, findings: list[Finding], overlay: bool) -> ControlSpec:
    fields = Fields(table, findings, "a control")
    target: str = fields.text("to", "")
    if target.startswith("/"):
        fields.address("to")
    elif "to" in table.members and not target.strip():
        hint = 'write a parameter\'s address or a command, e.g. to = "/master"'
        fields.report(fields.places["to"], "to: it is empty", hint)
    component = _component(fields)
    control = read(ControlSpec, fields, component=component, overlay=overlay)
    if control.low is not None and control.low == control.high:
        hint = "an upside-down range (low above high) turns the control round"
        fields.report(fields.places["high"], "high: it equals low, so the control moves nothing", hint)
    if control.encoding and control.how != "relative":
        hint = 'write how = "relative", or remove it'
        fields.report(fields.places["encoding"], "encoding: only relative encoders have one", hint)
    return control


def _component(fields: Fields) -> int | None:
    found = fields.member("component", None)
    if found is not None and isinstance(found.node.value, str):
        name: str = fields.text("component", "x", tuple(COMPONENTS))
        return COMPONENTS[name]
    component: int | None = fields.integer("component", None, 0, 3)
    return component
