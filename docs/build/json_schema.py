"""JSON Schema for editors, from the declarations that reading derives from: ``docs/schema/*.json``."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from installation.show import (
    budget,
    controls,
    interface,
    macros,
    mapping,
    model,
    site,
    soundscape,
    speakers,
    venue_model,
)
from installation.show.formats import CURRENT
from installation.show.outgoing.model import CueSend, SendSpec
from installation.show.schema import properties
from installation.surface import light, profile

__all__ = ["schemas", "write"]

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_POINTS = {
    "type": "array",
    "items": {
        "type": "array",
        "items": {"type": "number", "minimum": -1, "maximum": 2},
        "minItems": 2,
        "maxItems": 2,
    },
}
_WAVES = {
    "type": "array",
    "items": {"type": "array", "items": {"type": "number"}, "minItems": 3, "maxItems": 3},
    "description": "the tide's waves: hours, amplitude, degrees; without it one is imagined",
}
_FORMAT = {"format": {"const": CURRENT, "description": "version of the file's format"}}


def schemas() -> dict[str, Mapping[str, Any]]:
    """A schema for each kind of file, by the name of its file."""
    return {
        "show": _file("show.toml", _show()),
        "cues": _file("cues.toml", _cues()),
        "controls": _file("controls.toml", _object({"control": _list(controls.ControlSpec)}, [])),
        "soundscape": _file("soundscape.toml", _soundscape()),
        "stories": _file("stories.toml", _object({"story": _list(model.StorySpec)}, [])),
        "preset": _file("a preset", _table(model.PresetSpec)),
        "states": _file("states.toml", _states()),
        "venue": _file("a venue", _venue()),
        "controller": _file("a controller", _controller()),
    }


def _show() -> dict[str, Any]:
    macro = _table(macros.MacroSpec, target=_list(macros.MacroTargetSpec))
    return _table(
        model.Show,
        scene=_named(_table(model.SceneSpec, inputs={"type": "object"})),
        effect=_named(_table(model.EffectSpec, inputs={"type": "object"})),
        signal=_named(_table(model.SignalSpec, free=True)),
        sound=_named(_table(model.SoundSpec)),
        route=_list(model.RouteSpec),
        send=_list(SendSpec),
        feedback=_list(model.FeedbackSpec),
        macro=_named(macro),
        trim=_named(macro),
    )


def _cues() -> dict[str, Any]:
    parts = {
        "score": _table(model.ScoreSpec),
        "cue": _list(model.CueSpec, send=_list(CueSend)),
        "schedule": _list(model.ScheduleSpec),
    }
    return _object(parts, [])


def _soundscape() -> dict[str, Any]:
    numbers = {"type": "object", "additionalProperties": {"type": "number"}}
    follow = _list(soundscape.FollowSpec)
    heard = _table(soundscape.PartSpec, patches=numbers, inputs=numbers, follow=follow)
    parts = {
        "tuning": _table(soundscape.TuningSpec),
        "silence": _table(soundscape.SilenceSpec),
        "follow": follow,
        "scene": _named(heard),
        "state": _named(heard),
    }
    return _object(parts, [])


def _states() -> dict[str, Any]:
    state = _table(
        interface.StateSpec,
        shock=_table(interface.ShockSpec),
        phase=_list(interface.PhaseSpec),
        trigger=_list(interface.TriggerKeys),
    )
    return _table(
        interface.InterfaceSpec,
        people=_table(interface.PeopleKeys),
        drivers=_table(interface.DriverKeys),
        state=_named(state),
    )


def _venue() -> dict[str, Any]:
    return _table(
        venue_model.Venue,
        canvas=_table(venue_model.Canvas),
        display=_list(venue_model.Display, mapping=_mapping()),
        adapter=_named(_table(venue_model.AdapterSpec, free=True)),
        fixture=_list(venue_model.FixtureSpec),
        pixels=_list(venue_model.PixelSpec),
        group=_list(venue_model.GroupSpec),
        hub=_list(venue_model.HubSpec),
        place=_table(venue_model.Place, tide=_WAVES),
        sound=_table(speakers.SoundSettings),
        speaker=_list(speakers.SpeakerSpec),
        guard=_table(venue_model.GuardSettings),
        light=_table(venue_model.LightSettings),
        panel=_table(venue_model.PanelSettings),
        visitors=_table(venue_model.VisitorSettings),
        site=_table(site.SiteSettings),
        budget=_table(budget.BudgetSettings),
    )


def _mapping() -> dict[str, Any]:
    lists = {"type": "array", "items": _POINTS}
    said, _ = properties(mapping.DisplayMapping)
    shapes = {"corners": _POINTS, "grid": lists, "mask": lists}
    return _object({**said, **{name: shape | said[name] for name, shape in shapes.items()}}, [])


def _controller() -> dict[str, Any]:
    return _table(
        profile.Profile,
        light=_named(_table(light.Light, palette={"type": "object"})),
        control=_list(profile.ControlKeys),
        map=_list(profile.BindingKeys),
        detect=_list(profile.Detection),
    )


def write(folder: Path) -> Iterator[Path]:
    """Write what has changed below ``folder``; yields those files."""
    folder.mkdir(exist_ok=True)
    for name, schema in schemas().items():
        path = folder / f"{name}.schema.json"
        text = json.dumps(schema, indent=1, ensure_ascii=False) + "\n"
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            yield path


def _object(members: Mapping[str, Any], required: list[str], *, free: bool = False) -> dict[str, Any]:
    made: dict[str, Any] = {"type": "object", "properties": dict(members), "additionalProperties": free}
    return made | ({"required": required} if required else {})


def _table(spec: type, *, free: bool = False, **inner: Any) -> dict[str, Any]:
    members, required = properties(spec)
    return _object({**members, **inner}, required, free=free)


def _list(spec: type, **inner: Any) -> dict[str, Any]:
    return {"type": "array", "items": _table(spec, **inner)}


def _named(table: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": table}


def _file(title: str, table: Mapping[str, Any]) -> dict[str, Any]:
    members = {**_FORMAT, **table["properties"]}
    required = ["format", *table.get("required", [])]
    return {"$schema": _DRAFT, "title": title, **table, "properties": members, "required": required}
