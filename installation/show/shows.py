"""Reads the files of a show: ``show.toml``, ``cues.toml`` and ``presets/*.toml``."""

import math
import unicodedata
from dataclasses import replace
from pathlib import Path
from typing import Any

from installation import paths
from installation.clock import read_time, time_text
from installation.errors import nearest
from installation.show.document import Document, Table
from installation.show.fields import REQUIRED, Fields, describe, freeze, is_address
from installation.show.formats import check_format
from installation.show.macros.read import read_macros
from installation.show.model import (
    CueSpec,
    EffectSpec,
    FeedbackSpec,
    MediaSpec,
    PresetSpec,
    RouteSpec,
    SceneSpec,
    ScheduleSpec,
    ScoreSpec,
    Show,
    SignalSpec,
    SoundSpec,
    StorySpec,
    TimesSpec,
)
from installation.show.model.media import KINDS
from installation.show.outgoing.reading import read_cue_sends, read_sends
from installation.show.schema import read, values
from installation.show.steps import read_shape
from installation.values import FileValue, Finding, Seconds, Where

__all__ = ["ShowHead", "find_shader", "read_cues", "read_head", "read_preset", "read_stories"]

MOST_CHARACTERS = 84
"""Of a story: three lines of 28."""
_REFUSED = {"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"}
_JOINERS = "\u200c\u200d"

_DAY: Seconds = 86_400.0
_CYCLE: Seconds = 1800.0  # stands in for a length that could not be read
_TAKEN = {"level": "the loudness of our own output", "loop": "the acoustic loop"}  # below /sound
COMPONENTS = {"x": 0, "y": 1, "red": 0, "green": 1, "blue": 2, "alpha": 3}


class ShowHead:
    """The contents of ``show.toml``; cues and presets are in separate files."""

    def __init__(self, fields: Fields, folder: Path) -> None:
        self.scenes = {name: _scene(name, table, folder, fields) for name, table in _scenes(fields)}
        self.signals = tuple(_signal(name, table, fields) for name, table in _named(fields, "signal"))
        self.effects = {
            name: _effect(name, table, folder, fields) for name, table in _named(fields, "effect")
        }
        self.sounds = tuple(_sound(name, table, fields) for name, table in _named(fields, "sound"))
        self.routes = tuple(_route(table, fields) for table in fields.tables("route"))
        self.feedback = tuple(_feedback(table, fields) for table in fields.tables("feedback"))
        self.macros = read_macros(fields)
        self.sends = read_sends(fields)
        defaults = {"title": folder.name, "start": next(iter(self.scenes), "")}
        said = values(Show, fields, defaults=defaults)
        self.title: str = said["title"]
        self.seed: int = said["seed"]
        self.panic: Seconds = said["panic"]
        self.start: str = said["start"]
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


def read_cues(
    document: Document, findings: list[Finding]
) -> tuple[tuple[CueSpec, ...], ScoreSpec | None, tuple[ScheduleSpec, ...]]:
    """Read ``cues.toml``: the ordered list, the score, and the schedule."""
    fields = Fields(document.root, findings, "a cue list")
    check_format(fields)
    score = _score(fields.table_of("score"), fields) if "score" in document.root.members else None
    cues = tuple(_cue(table, findings) for table in fields.tables("cue"))
    schedule = tuple(
        read(ScheduleSpec, fields.inner(table, "an entry of the schedule"))
        for table in fields.tables("schedule")
    )
    fields.finish()
    return cues, score, schedule


def read_preset(document: Document, findings: list[Finding]) -> PresetSpec:
    """Read one file of ``presets/``."""
    fields = Fields(document.root, findings, "a preset")
    check_format(fields)
    preset = read(PresetSpec, fields, name=document.path.stem)
    places = {name.removeprefix("set."): where for name, where in preset.places.items()}
    return replace(preset, places=places)


def read_stories(document: Document, findings: list[Finding]) -> tuple[StorySpec, ...]:
    """Read ``stories.toml``: sentences for scenes that write."""
    fields = Fields(document.root, findings, "a list of stories")
    check_format(fields)
    stories = tuple(_story(table, fields) for table in fields.tables("story"))
    fields.finish()
    return stories


def _story(table: Table, outer: Fields) -> StorySpec:
    fields = outer.inner(table, "a story")
    story = read(StorySpec, fields)
    where = story.places.get("text", story.where)
    bad = next(
        (one for one in story.text if unicodedata.category(one) in _REFUSED and one not in _JOINERS), ""
    )
    if bad:
        hint = "write one line without control characters and without marks that turn its direction"
        fields.report(where, f"text: it has the character U+{ord(bad):04X}", hint)
    elif not story.text.strip() and "text" in story.places:
        fields.report(where, "text: it is empty", "remove this story")
    elif len(story.text) > MOST_CHARACTERS:
        message = f"text: {len(story.text)} characters, {MOST_CHARACTERS} are readable at once"
        fields.report(where, message, "shorten it, or make two of it")
    return replace(story, text=unicodedata.normalize("NFC", " ".join(story.text.split())))


def find_shader(folder: Path, name: str) -> Path:
    """Return the path of a shader: in the show's own folder, or among the shipped ones."""
    own = paths.real(folder / name)
    shipped = paths.real(paths.shaders() / name)
    return shipped if not paths.is_file(own) and paths.is_file(shipped) else own


def _places(table: Table | None) -> dict[str, Where]:
    return {name: member.node.where for name, member in (table.members if table else {}).items()}


def _named(fields: Fields, key: str) -> list[tuple[str, Table]]:
    """Read named tables whose names become part of an address."""
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


def _scene(name: str, table: Table, folder: Path, outer: Fields) -> SceneSpec:
    fields = outer.inner(table, f"scene {name}")
    return read(SceneSpec, fields, id=name, **_drawn(fields, folder))


def _effect(name: str, table: Table, folder: Path, outer: Fields) -> EffectSpec:
    fields = outer.inner(table, f"effect {name}")
    return read(EffectSpec, fields, name=name, **_drawn(fields, folder))


def _drawn(fields: Fields, folder: Path) -> dict[str, Any]:
    """Read the common fields of scenes and effects: a shader, and input values with their positions."""
    shader = find_shader(folder, fields.text("shader"))
    inputs = fields.table_of("inputs")
    places = {f"inputs.{name}": at for name, at in _places(inputs).items()}
    plain, media = {}, {}
    for name, member in (inputs.members if inputs else {}).items():
        if isinstance(member.node.value, Table):
            media[name] = _media(fields.inner(member.node.value, f"the picture of {name}"))
        else:
            plain[name] = member
    numbers = fields.values(Table(plain, inputs.where)) if inputs else {}
    return {"shader": shader, "inputs": numbers, "media": media, "places": places}


def _media(fields: Fields) -> MediaSpec:
    """Read a table that names a picture, a video, a camera or a stream."""
    spec = read(MediaSpec, fields)
    named = [kind for kind in KINDS if kind in spec.places]
    hint = 'write one of them, e.g. { video = "clip.mp4", loop = false }'
    if len(named) != 1:
        fields.report(fields.where, f"{fields.what}: expected one of {', '.join(KINDS)}", hint)
    elif fields.table.members[named[0]].node.value == "":
        fields.report(spec.places[named[0]], f"{named[0]}: it is empty", hint)
    for name in ("seek", "loop", "rate", "size", "fps"):
        own = "camera" if name in ("size", "fps") else "video"
        if name in spec.places and spec.kind not in ("", own):
            fields.report(spec.places[name], f"{name}: a {spec.kind} has none", f"only a {own} does")
    return spec


def _sound(name: str, table: Table, outer: Fields) -> SoundSpec:
    fields = outer.inner(table, f"sound {name}")
    if name in _TAKEN:
        fields.report(fields.where, f"sound: /sound/{name} is {_TAKEN[name]}", "call it otherwise")
    spec = read(SoundSpec, fields, name=name)
    if "file" in spec.places and spec.file.strip() in ("", ".", "/"):
        hint = 'name a WAV, FLAC, Ogg or MP3 file next to show.toml: file = "bell.wav"'
        fields.report(spec.places["file"], "file: this names no file", hint)
    return spec


def _signal(name: str, table: Table, outer: Fields) -> SignalSpec:
    fields = outer.inner(table, f"signal {name}")
    return read(SignalSpec, fields, name=name, settings=fields.rest("kind"))


def _route(table: Table, outer: Fields) -> RouteSpec:
    fields = outer.inner(table, "a route")
    parts = {"component": _component(fields), "fallback": _fallback(fields)}
    return read(RouteSpec, fields, shape=read_shape(fields), **parts)


def _feedback(table: Table, outer: Fields) -> FeedbackSpec:
    fields = outer.inner(table, "a feedback edge")
    parts = {"component": _component(fields), "source_component": _component(fields, "from_component")}
    return read(FeedbackSpec, fields, shape=read_shape(fields), **parts)


def _fallback(fields: Fields) -> float | None:
    """Read a number, or NaN for ``"release"``: a stale route is then inactive and earlier ones apply."""
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
    name = fields.text("id")
    bases, times, places = _bases(fields)
    return read(
        CueSpec, fields, id=name, at=_time(fields, "at"), set=bases, times=times, places=places,
        send=read_cue_sends(fields), defaults={"name": name},
    )  # fmt: skip


def _bases(fields: Fields) -> tuple[dict[str, FileValue], dict[str, TimesSpec], dict[str, Where]]:
    """Read the values of a cue, the times of those that have their own, and all positions."""
    bases, places = fields.addressed("set", tables=True)
    times = {}
    table = fields.table_of("set")
    for address, member in (table.members if table else {}).items():
        if isinstance(member.node.value, Table):
            own = fields.inner(member.node.value, f"the value of {address}")
            found = own.member("to", REQUIRED)
            value = freeze(found.node) if found is not None else None
            if found is not None and value is None:
                own.report(
                    found.node.where,
                    "to: it is no plain value",
                    "write a number, text, true, false or a list",
                )
            times[address] = read(TimesSpec, own, to=0.0 if value is None else value)
            if value is not None and found is not None:
                bases[address] = value
                places[f"set.{address}"] = found.node.where
    return bases, times, places


def _score(table: Table | None, outer: Fields) -> ScoreSpec | None:
    if table is None:  # not a table: reported
        return None
    fields = outer.inner(table, "the score")
    length = _time(fields, "length", required=True)
    return read(ScoreSpec, fields, length=length or _CYCLE)


def _time(fields: Fields, key: str, *, required: bool = False) -> Seconds | None:
    """Read ``M:SS`` as seconds."""
    found = fields.member(key, REQUIRED if required else None)
    if found is None:
        return None
    text = found.node.value
    if not isinstance(text, str):
        hint = 'write M:SS, e.g. "12:40"'
        if isinstance(text, int | float) and not isinstance(text, bool) and 0 <= text < _DAY:
            hint = f'write "{time_text(text)}" for {text:g} seconds'
        fields.report(found.node.where, f"{key}: expected a time in quotes, got {describe(found.node)}", hint)
        return None
    seconds = read_time(text)
    if seconds is None or (required and seconds <= 0.0):
        fields.report(fields.places[key], f'{key}: "{text[:20]}" is not a time', 'write M:SS, e.g. "12:40"')
    return seconds
