"""Reads a venue file: canvas, displays, adapters, patch, guard and light settings."""

import ipaddress
from dataclasses import replace
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from installation.show.budget import read_budget
from installation.show.document import Document, Table
from installation.show.fields import Fields, describe, freeze
from installation.show.formats import check_format
from installation.show.mapping import read_mapping
from installation.show.schema import read
from installation.show.site import read_site
from installation.show.speakers import PAIR, SoundSettings, SpeakerSpec
from installation.show.venue_model import (
    AdapterSpec,
    Canvas,
    Display,
    FixtureSpec,
    GroupSpec,
    GuardSettings,
    HubSpec,
    LightSettings,
    PanelSettings,
    PixelSpec,
    Place,
    Venue,
    VisitorSettings,
)
from installation.values import HOST, Finding

__all__ = ["read_venue"]

SpecT = TypeVar("SpecT")

_MOST_WAVES: Final = 64
_LONGEST_WAVE: Final = 24.0 * 366.0
"""Hours: tides have a yearly wave, and none that is longer matters here."""
_MOST: Final = 1e6


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
        displays=tuple(_display(fields.inner(one, "a display")) for one in fields.tables("display")),
        adapters=tuple(_adapter(name, table, fields) for name, table in fields.named_tables("adapter")),
        fixtures=_each(FixtureSpec, fields, "fixture", "a fixture"),
        pixels=tuple(_pixels(fields.inner(table, "pixels")) for table in fields.tables("pixels")),
        groups=_each(GroupSpec, fields, "group", "a group"),
        hubs=_each(HubSpec, fields, "hub", "a hub"),
        place=_place(fields.part("place")),
        budget=read_budget(fields.part("budget")),
        sound=read(SoundSettings, fields.part("sound")),
        speakers=_each(SpeakerSpec, fields, "speaker", "a speaker") or PAIR,
        guard=read(GuardSettings, fields.part("guard")),
        light=read(LightSettings, fields.part("light")),
        files=(document.path,),
        defaults={"title": name},
        panel=_panel(fields.part("panel")),
        visitors=_visitors(fields.part("visitors")),
        site=read_site(fields),
    )


def _each(spec: type[SpecT], fields: Fields, key: str, what: str) -> tuple[SpecT, ...]:
    """Read each table of ``[[key]]`` into its value."""
    return tuple(read(spec, fields.inner(table, what)) for table in fields.tables(key))


def _adapter(name: str, table: Table, outer: Fields) -> AdapterSpec:
    fields = outer.inner(table, f"adapter {name}")
    return read(AdapterSpec, fields, name=name, settings=fields.tree("kind"), places=fields.deep_places)


def _pixels(fields: Fields) -> PixelSpec:
    spec = read(PixelSpec, fields)
    _area(spec.area, fields)
    return spec


def _area(area: tuple[float, float, float, float], fields: Fields) -> None:
    """Report an area without any extent."""
    x0, y0, x1, y1 = area
    if "area" in fields.places and not (x0 < x1 and y0 < y1):
        hint = "area = [left, bottom, right, top], 0..1, y up"
        fields.report(fields.places["area"], "area: it is empty", hint)


def _display(fields: Fields) -> Display:
    mapping = read_mapping(fields.part("mapping"))
    spec, places = read(Display, fields, mapping=mapping), fields.places
    _area(spec.area, fields)
    if spec.rotate % 90:
        fields.report(places["rotate"], f"rotate: {spec.rotate} is not possible", "it is 0, 90, 180 or 270")
    if "screen" in places and spec.screen_name:
        fields.report(places["screen"], "screen: the display has a `screen_name` too", "remove one of them")
    return spec


def _panel(fields: Fields) -> PanelSettings:
    panel = read(PanelSettings, fields)
    _check_address(panel.host, fields)
    return replace(panel, name=panel.name.lower())


def _visitors(fields: Fields) -> VisitorSettings:
    visitors = read(VisitorSettings, fields)
    _check_address(visitors.host, fields)
    given = urlsplit(visitors.address)
    if visitors.address and (given.scheme not in ("http", "https") or not given.hostname or given.query):
        hint = 'e.g. address = "http://stories.example"'
        message = f"address: {visitors.address[:60]!r} is nothing that a phone can open"
        fields.report(fields.places["address"], message, hint)
    return visitors


def _check_address(host: str, fields: Fields) -> None:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        hint = f"{HOST} is this machine only, 0.0.0.0 also the network"
        fields.report(fields.places["host"], f"host: {host!r} is not an IP address", hint)


def _place(fields: Fields) -> Place:
    place = replace(read(Place, fields, tide=_waves(fields)), places=fields.places)
    if place.timezone:
        try:
            ZoneInfo(place.timezone)
        except (KeyError, ValueError, OSError):  # no such zone, no name of one, a folder of zones
            hint = 'an IANA name such as "Europe/Berlin", or leave it out'
            message = f'timezone: there is no "{place.timezone[:60]}"'
            fields.report(fields.places["timezone"], message, hint)
            place = replace(place, timezone="")
    try:
        Path(place.weather).expanduser()
    except RuntimeError:
        message = f"weather: {place.weather[:60]!r} is in the home of nobody"
        fields.report(fields.places["weather"], message, "state the whole path")
        return replace(place, weather="")
    return place


def _waves(fields: Fields) -> tuple[tuple[float, float, float], ...]:
    """``tide = [[hours, amplitude, degrees], ...]``."""
    found = fields.member("tide", None)
    if found is None:
        return ()
    items, waves = found.node.value, []
    for item in items if isinstance(items, tuple) else ():
        value = freeze(item)
        parts = value if isinstance(value, tuple) else ()
        numbers = [float(one) for one in parts if isinstance(one, int | float) and not isinstance(one, bool)]
        whole = len(parts) == len(numbers) == 3
        if whole and 1.0 <= numbers[0] <= _LONGEST_WAVE and max(map(abs, numbers[1:])) <= _MOST:
            waves.append((numbers[0], numbers[1], numbers[2]))
        else:
            hint = "e.g. [12.4206, 1.8, 140.0] for the moon's half-daily wave"
            fields.report(
                item.where, f"tide: expected [hours, amplitude, degrees], got {describe(item)}", hint
            )
    if not isinstance(items, tuple) or len(items) > _MOST_WAVES:
        message = f"tide: expected a list of at most {_MOST_WAVES} waves, got {describe(found.node)}"
        fields.report(found.node.where, message, "tide = [[12.4206, 1.8, 140.0]]")
    return tuple(waves)
