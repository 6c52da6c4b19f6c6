"""Reads a venue file: canvas, displays, adapters, patch, guard and how lamps are kept."""

import ipaddress
from dataclasses import replace
from typing import TypeVar

from installation.show.document import Document, Table
from installation.show.fields import Fields
from installation.show.formats import check_format
from installation.show.schema import read
from installation.show.venue_model import (
    AdapterSpec,
    Canvas,
    Display,
    FixtureSpec,
    GroupSpec,
    GuardSettings,
    LightSettings,
    PanelSettings,
    PixelSpec,
    Venue,
)
from installation.values import HOST, Finding

__all__ = ["read_venue"]

SpecT = TypeVar("SpecT")


def read_venue(document: Document, findings: list[Finding]) -> Venue:
    """Read a venue file; its name is the file's stem."""
    fields = Fields(document.root, findings, "a venue")
    check_format(fields)
    name = document.path.stem
    return read(
        Venue,
        fields,
        name=name,
        canvas=read(Canvas, fields.part("canvas")),
        displays=_each(Display, fields, "display", "a display"),
        adapters=tuple(_adapter(name, table, fields) for name, table in fields.named_tables("adapter")),
        fixtures=_each(FixtureSpec, fields, "fixture", "a fixture"),
        pixels=tuple(_pixels(fields.inner(table, "pixels")) for table in fields.tables("pixels")),
        groups=_each(GroupSpec, fields, "group", "a group"),
        guard=read(GuardSettings, fields.part("guard")),
        light=read(LightSettings, fields.part("light")),
        files=(document.path,),
        defaults={"title": name},
        panel=_panel(fields.part("panel")),
    )


def _each(spec: type[SpecT], fields: Fields, key: str, what: str) -> tuple[SpecT, ...]:
    """The tables of ``[[key]]``, each read into its value."""
    return tuple(read(spec, fields.inner(table, what)) for table in fields.tables(key))


def _adapter(name: str, table: Table, outer: Fields) -> AdapterSpec:
    fields = outer.inner(table, f"adapter {name}")
    return read(AdapterSpec, fields, name=name, settings=fields.tree("kind"), places=fields.deep_places)


def _pixels(fields: Fields) -> PixelSpec:
    spec = read(PixelSpec, fields)
    x0, y0, x1, y1 = spec.area
    if "area" in fields.places and not (x0 < x1 and y0 < y1):
        hint = "area = [left, bottom, right, top], 0..1, y up"
        fields.report(fields.places["area"], "area: it is empty", hint)
    return spec


def _panel(fields: Fields) -> PanelSettings:
    panel = read(PanelSettings, fields)
    try:
        ipaddress.ip_address(panel.host)
    except ValueError:
        hint = f"{HOST} is this machine alone, 0.0.0.0 the network too"
        fields.report(fields.places["host"], f"host: {panel.host!r} is no IP address", hint)
    return replace(panel, name=panel.name.lower())
