"""Reads a venue file: canvas, displays, adapters, patch, guard and how lamps are kept."""

from collections.abc import Sequence

from installation.show.document import Document, Table
from installation.show.fields import REQUIRED, Fields
from installation.show.formats import check_format
from installation.show.model import (
    AdapterSpec,
    Canvas,
    Display,
    FixtureSpec,
    GroupSpec,
    GuardSettings,
    LightSettings,
    PixelSpec,
    Venue,
)
from installation.values import Finding

__all__ = ["read_venue"]

CHANNELS = 512
LAST_UNIVERSE = 63_999
LARGEST_PICTURE = 16_384
FORMATS = ("rgb", "grb", "rgbw", "w")
LAYOUTS = ("rows", "snake")
CURVES = ("linear", "square", "s")
PROFILES = ("standard", "strict")
ON_STOP = ("blackout", "hold")
WHOLE_PICTURE = (0.0, 0.0, 1.0, 1.0)


def read_venue(document: Document, findings: list[Finding]) -> Venue:
    """Read a venue file; its name is the file's stem."""
    fields = Fields(document.root, findings, "a venue")
    check_format(fields)
    venue = Venue(
        name=document.path.stem,
        title=fields.text("title", document.path.stem),
        canvas=_canvas(fields.part("canvas")),
        displays=tuple(_display(fields.inner(table, "a display")) for table in fields.tables("display")),
        adapters=tuple(_adapter(name, table, fields) for name, table in fields.named_tables("adapter")),
        fixtures=_fixtures(fields.tables("fixture"), fields),
        pixels=tuple(_pixels(fields.inner(table, "pixels")) for table in fields.tables("pixels")),
        groups=tuple(_group(fields.inner(table, "a group")) for table in fields.tables("group")),
        guard=_guard(fields.part("guard")),
        light=_light(fields.part("light")),
        ambient_lux=fields.number("ambient_lux", 0.5, 0.0, 100_000.0),
        files=(document.path,),
    )
    fields.finish()
    return venue


def _canvas(fields: Fields) -> Canvas:
    canvas = Canvas(
        width=fields.integer("width", 1280, 16, LARGEST_PICTURE),
        height=fields.integer("height", 720, 16, LARGEST_PICTURE),
        metres_per_height=fields.number("metres_per_height", 2.0, 0.01, 1000.0),
    )
    fields.finish()
    return canvas


def _display(fields: Fields) -> Display:
    display = Display(
        name=fields.text("name"),
        screen=fields.integer("screen", 0, 0, 63),
        fullscreen=fields.flag("fullscreen", default=False),
        where=fields.where,
    )
    fields.finish()
    return display


def _adapter(name: str, table: Table, outer: Fields) -> AdapterSpec:
    fields = outer.inner(table, f"adapter {name}")
    kind = fields.text("kind")
    return AdapterSpec(name, kind, fields.tree("kind"), fields.where, fields.deep_places)


def _fixtures(tables: Sequence[Table], outer: Fields) -> tuple[FixtureSpec, ...]:
    fixtures = []
    for table in tables:
        fields = outer.inner(table, "a fixture")
        x, y = fields.numbers("position", 2, REQUIRED, 0.0, 1.0)
        width, height = fields.numbers("size", 2, (0.1, 0.1), 0.0, 1.0)
        fixtures.append(
            FixtureSpec(
                name=fields.text("name"),
                profile=fields.text("profile"),
                mode=fields.text("mode", ""),
                universe=fields.integer("universe", REQUIRED, 1, LAST_UNIVERSE),
                channel=fields.integer("channel", REQUIRED, 1, CHANNELS),
                position=(x, y),
                size=(width, height),
                where=fields.where,
                places=fields.places,
            )
        )
        fields.finish()
    return tuple(fixtures)


def _pixels(fields: Fields) -> PixelSpec:
    x0, y0, x1, y1 = fields.numbers("area", 4, WHOLE_PICTURE, 0.0, 1.0)
    if "area" in fields.places and not (x0 < x1 and y0 < y1):
        hint = "area = [left, bottom, right, top], 0..1, y up"
        fields.report(fields.places["area"], "area: it is empty", hint)
    spec = PixelSpec(
        name=fields.text("name"),
        universe=fields.integer("universe", REQUIRED, 1, LAST_UNIVERSE),
        channel=fields.integer("channel", 1, 1, CHANNELS),
        columns=fields.integer("columns", REQUIRED, 1, LARGEST_PICTURE),
        rows=fields.integer("rows", 1, 1, LARGEST_PICTURE),
        area=(x0, y0, x1, y1),
        where=fields.where,
        format=fields.text("format", "rgb", FORMATS),
        layout=fields.text("layout", "rows", LAYOUTS),
        curve=fields.text("curve", "linear", CURVES),
        places=fields.places,
    )
    fields.finish()
    return spec


def _group(fields: Fields) -> GroupSpec:
    group = GroupSpec(
        name=fields.text("name"),
        members=fields.texts("members"),
        where=fields.where,
        places=fields.places,
    )
    fields.finish()
    return group


def _guard(fields: Fields) -> GuardSettings:
    guard = GuardSettings(
        profile=fields.text("profile", "standard", PROFILES),
        viewing_distance=fields.number("viewing_distance", 3.0, 0.1, 1000.0),
    )
    fields.finish()
    return guard


def _light(fields: Fields) -> LightSettings:
    light = LightSettings(
        rate=fields.number("rate", 44.0, 1.0, 44.0),
        hold_s=fields.number("hold_s", 10.0, 0.0, 3600.0),
        fade_s=fields.number("fade_s", 4.0, 0.1, 3600.0),
        safe=fields.number("safe", 0.0, 0.0, 1.0),
        on_stop=fields.text("on_stop", "blackout", ON_STOP),
    )
    fields.finish()
    return light
