"""Reads the files of a show: ``show.toml``, ``cues.toml`` and ``presets/*.toml``."""

import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from installation import paths
from installation.show.document import Document, Table
from installation.show.fields import Fields, is_address, nearest
from installation.show.formats import check_format
from installation.show.model import (
    CueSpec,
    EffectSpec,
    FeedbackSpec,
    PresetSpec,
    RouteSpec,
    SceneSpec,
    SignalSpec,
)
from installation.show.states import STATES
from installation.show.steps import read_shape
from installation.values import FileValue, Finding, Where

__all__ = ["ShowHead", "find_shader", "read_cues", "read_head", "read_preset"]

MODES = ("replace", "add", "multiply", "min", "max")
FEEDBACK_MODES = ("add", "multiply", "replace")
SATURATIONS = ("tanh", "fold", "clip")
LARGEST_GAIN = 8.0
LONGEST_DELAY = 10.0
MOST_DELAY_FRAMES = 600
FOLLOWS = ("none", "auto-continue", "auto-follow")
INTENDED = ("black", "still", "silent")
COMPONENTS = {"x": 0, "y": 1, "red": 0, "green": 1, "blue": 2, "alpha": 3}
HOUR = 3600.0

ItemT = TypeVar("ItemT")


class ShowHead:
    """What ``show.toml`` says; cues and presets stand in files of their own."""

    def __init__(self, fields: Fields, folder: Path) -> None:
        self.title: str = fields.text("title", folder.name)
        self.seed: int = fields.integer("seed", 0)
        self.scenes = {name: _scene(name, table, folder, fields) for name, table in _scenes(fields)}
        self.signals = tuple(_signal(name, table, fields) for name, table in _named(fields, "signal"))
        self.effects = {
            name: _effect(name, table, folder, fields) for name, table in _named(fields, "effect")
        }
        self.routes = tuple(_route(table, fields) for table in fields.tables("route"))
        self.feedback = tuple(_feedback(table, fields) for table in fields.tables("feedback"))
        self.start: str = fields.text("start", next(iter(self.scenes), ""))
        if self.scenes and self.start not in self.scenes:
            where = fields.places.get("start", fields.where)
            fields.report(where, f'start: there is no scene "{self.start}"', nearest(self.start, self.scenes))


def read_head(document: Document, folder: Path, findings: list[Finding]) -> ShowHead:
    """Read ``show.toml``."""
    fields = Fields(document.root, findings, "a show")
    check_format(fields)
    head = ShowHead(fields, folder)
    if not head.scenes and "scene" not in document.root.members:
        hint = 'add [scene.water] with shader = "scenes/sea-sparkle.fs"'
        fields.report(fields.where, "the show has no scene", hint)
    fields.finish()
    return head


def read_cues(document: Document, findings: list[Finding]) -> tuple[CueSpec, ...]:
    """Read ``cues.toml``: the ordered list."""
    fields = Fields(document.root, findings, "a cue list")
    check_format(fields)
    cues = tuple(_cue(table, findings) for table in fields.tables("cue"))
    fields.finish()
    return cues


def read_preset(document: Document, findings: list[Finding]) -> PresetSpec:
    """Read one file of ``presets/``."""
    fields = Fields(document.root, findings, "a preset")
    check_format(fields)
    values, places = fields.addressed("set")
    fields.finish()
    stripped = {name.removeprefix("set."): where for name, where in places.items()}
    return PresetSpec(document.path.stem, values, fields.where, stripped)


def find_shader(folder: Path, name: str) -> Path:
    """A shader file: in the show's own folder first, then among those that ship with the program."""
    own = paths.real(folder / name)
    shipped = paths.real(paths.shaders() / name)
    return shipped if not paths.is_file(own) and paths.is_file(shipped) else own


def _places(table: Table | None) -> dict[str, Where]:
    return {name: member.node.where for name, member in (table.members if table else {}).items()}


def _named(fields: Fields, key: str) -> list[tuple[str, Table]]:
    """Named tables whose names may stand in an address."""
    good = []
    for name, table in fields.named_tables(key):
        if is_address(f"/{name}") and "/" not in name:
            good.append((name, table))
        else:
            hint = "a name has letters, digits and - only, because it becomes part of an address"
            fields.report(table.where, f'{key}: "{name[:60]}" is not a name', hint)
    return good


def _scenes(fields: Fields) -> list[tuple[str, Table]]:
    return _named(fields, "scene")


def _nested(fields: Fields, table: Table, what: str, read: Callable[[Fields], ItemT]) -> ItemT:
    """Read a table inside another, with the same list of findings."""
    inner = fields.inner(table, what)
    item = read(inner)
    inner.finish()
    return item


def _scene(name: str, table: Table, folder: Path, outer: Fields) -> SceneSpec:
    return _nested(outer, table, f"scene {name}", lambda fields: SceneSpec(name, *_drawn(fields, folder)))


def _effect(name: str, table: Table, folder: Path, outer: Fields) -> EffectSpec:
    return _nested(outer, table, f"effect {name}", lambda fields: EffectSpec(name, *_drawn(fields, folder)))


def _drawn(fields: Fields, folder: Path) -> tuple[Path, Mapping[str, FileValue], Where, dict[str, Where]]:
    """What scenes and effects have: a shader, values of its inputs, and the places of both."""
    shader = find_shader(folder, fields.text("shader"))
    inputs = fields.table_of("inputs")
    places = {**fields.places, **{f"inputs.{key}": at for key, at in _places(inputs).items()}}
    return shader, fields.values(inputs), fields.where, places


def _signal(name: str, table: Table, outer: Fields) -> SignalSpec:
    def read(fields: Fields) -> SignalSpec:
        kind = fields.text("kind")
        return SignalSpec(name, kind, fields.rest("kind"), fields.where, fields.places)

    return _nested(outer, table, f"signal {name}", read)


def _route(table: Table, outer: Fields) -> RouteSpec:
    def read(fields: Fields) -> RouteSpec:
        return RouteSpec(
            source=fields.point("from"),
            target=fields.address("to", star=True),
            mode=fields.text("mode", "replace", MODES),
            shape=read_shape(fields),
            where=fields.where,
            component=_component(fields),
            fallback=_fallback(fields),
            stale=fields.number("stale", 2.0, 0.0, HOUR),
            places=fields.places,
        )

    return _nested(outer, table, "a route", read)


def _feedback(table: Table, outer: Fields) -> FeedbackSpec:
    def read(fields: Fields) -> FeedbackSpec:
        name = fields.text("name")
        if name and (not is_address(f"/{name}") or "/" in name):
            hint = "a name has letters, digits and - only, because it becomes part of an address"
            fields.report(fields.places["name"], f'feedback: "{name[:60]}" is not a name', hint)
        return FeedbackSpec(
            name=name,
            source=fields.address("from"),
            target=fields.address("to"),
            where=fields.where,
            mode=fields.text("mode", "add", FEEDBACK_MODES),
            component=_component(fields),
            source_component=_component(fields, "from_component"),
            depth=fields.number("depth", 1.0, 0.0, 1.0),
            gain=fields.number("gain", 0.0, 0.0, LARGEST_GAIN),
            delay=fields.number("delay", 0.0, 0.0, LONGEST_DELAY),
            delay_frames=fields.integer("delay_frames", None, 0, MOST_DELAY_FRAMES),
            coupling=fields.number("coupling", 0.0, 0.0, 1.0),
            saturation=fields.text("saturation", "tanh", SATURATIONS),
            shape=read_shape(fields),
            places=fields.places,
        )

    return _nested(outer, table, "a feedback edge", read)


def _fallback(fields: Fields) -> float | None:
    """A number, or NaN for ``"release"``: a stale route then says nothing, so earlier ones are heard."""
    found = fields.member("fallback", None)
    if found is not None and isinstance(found.node.value, str):
        fields.text("fallback", "release", ("release",))
        return math.nan
    value: float | None = fields.number("fallback", None)
    return value


def _component(fields: Fields, key: str = "component") -> int | None:
    found = fields.member(key, None)
    if found is not None and isinstance(found.node.value, str):
        name: str = fields.text(key, "x", tuple(COMPONENTS))
        return COMPONENTS[name]
    component: int | None = fields.integer(key, None, 0, 3)
    return component


def _cue(table: Table, findings: list[Finding]) -> CueSpec:
    fields = Fields(table, findings, "a cue")
    name: str = fields.text("id")
    values, places = fields.addressed("set")
    cue = CueSpec(
        id=name,
        name=fields.text("name", name),
        where=fields.where,
        scene=fields.text("scene", None),
        fade=fields.number("fade", 2.0, 0.0, HOUR),
        transition=fields.text("transition", "dissolve"),
        pre_wait=fields.number("pre_wait", 0.0, 0.0, HOUR),
        post_wait=fields.number("post_wait", 0.0, 0.0, HOUR),
        hold=fields.number("hold", 0.0, 0.0, 24 * HOUR),
        follow=fields.text("follow", "none", FOLLOWS),
        intended=fields.words("intended", INTENDED),
        set=values,
        places={**fields.places, **places},
        state=fields.text("state", None, STATES),
    )
    fields.finish()
    return cue
