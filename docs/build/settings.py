"""Tables of what shows, venues and adapters may say, from the declarations that reading derives from."""

import inspect
import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

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
from installation.show.outgoing.model import CueSend, SendSpec
from installation.show.schema import rows
from installation.surface import light, profile

__all__ = ["adapter_tables", "key_tables", "macro_tables", "table"]

TABLES: Mapping[str, type] = {
    "showhead": model.Show,
    "scene": model.SceneSpec,
    "effect": model.EffectSpec,
    "media": model.MediaSpec,
    "signal": model.SignalSpec,
    "sound-file": model.SoundSpec,
    "route": model.RouteSpec,
    "feedback": model.FeedbackSpec,
    "soundscape-part": soundscape.PartSpec,
    "soundscape-follow": soundscape.FollowSpec,
    "soundscape-tuning": soundscape.TuningSpec,
    "soundscape-silence": soundscape.SilenceSpec,
    "macro": macros.MacroSpec,
    "macro-target": macros.MacroTargetSpec,
    "cue": model.CueSpec,
    "send": SendSpec,
    "cue-send": CueSend,
    "times": model.TimesSpec,
    "score": model.ScoreSpec,
    "schedule": model.ScheduleSpec,
    "story": model.StorySpec,
    "show-control": controls.ControlSpec,
    "states": interface.InterfaceSpec,
    "people": interface.PeopleKeys,
    "drivers": interface.DriverKeys,
    "state": interface.StateSpec,
    "phase": interface.PhaseSpec,
    "shock": interface.ShockSpec,
    "trigger": interface.TriggerKeys,
    "venue": venue_model.Venue,
    "canvas": venue_model.Canvas,
    "display": venue_model.Display,
    "mapping": mapping.DisplayMapping,
    "adapter": venue_model.AdapterSpec,
    "fixtures": venue_model.FixtureSpec,
    "pixels": venue_model.PixelSpec,
    "group": venue_model.GroupSpec,
    "hub": venue_model.HubSpec,
    "place": venue_model.Place,
    "sound": speakers.SoundSettings,
    "speaker": speakers.SpeakerSpec,
    "guard": venue_model.GuardSettings,
    "light": venue_model.LightSettings,
    "panel": venue_model.PanelSettings,
    "visitors": venue_model.VisitorSettings,
    "site": site.SiteSettings,
    "budget": budget.BudgetSettings,
    "controller": profile.Profile,
    "control": profile.ControlKeys,
    "controller-light": light.Light,
    "map": profile.BindingKeys,
    "detect": profile.Detection,
}
"""What stands in each table, by the name of its block in ``docs/*.md``."""


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def key_tables() -> dict[str, str]:
    """One table for each kind of table in a show, a states file, a venue and a controller's file."""
    return {
        f"keys-{name}": table(("key", "value", "default", "meaning"), rows(spec))
        for name, spec in TABLES.items()
    }


def macro_tables() -> dict[str, str]:
    """The default set of macros and of trims, and what they move."""
    made = {}
    for prefix in (macros.MACRO, macros.TRIM):
        rows = [
            (f"`{one.address}`", one.low, one.high, ", ".join(dict.fromkeys(map(_moved, one.targets))))
            for one in macros.shipped()
            if one.prefix == prefix
        ]
        made[f"{prefix}s"] = table(("address", "at 0", "at 1", "moves"), rows)
    return made


def _moved(target: macros.MacroTargetSpec) -> str:
    return f"`{target.target}`" if target.target else f"inputs named for `{target.role}`"


def adapter_tables() -> dict[str, str]:
    """One table for each adapter that ships, from its settings and their docstring."""
    from installation.devices.installed import kinds

    made = {}
    for kind, point in sorted(kinds().items()):
        if point.value.startswith("hardware."):
            made[f"adapter-{kind}"] = _settings(point.load().Settings)
    from hardware.lsl import StreamSpec
    from hardware.osc.target import TargetSettings
    from installation.contract import UniverseSpan

    parts = (UniverseSpan, TargetSettings, StreamSpec)
    return made | {f"adapter-{_STRUCTS[one.__name__]}": _settings(one) for one in parts}


_STRUCTS = {"UniverseSpan": "send", "TargetSettings": "targets", "StreamSpec": "streams"}
"""Settings that are tables of their own: the name under which a page explains them."""


def _settings(settings: type[msgspec.Struct]) -> str:
    fields = msgspec.structs.fields(settings)
    meanings = _attributes(inspect.getdoc(settings) or "")
    rows = []
    for one in fields:
        default = "required" if one.required else _toml(_default(one))
        kind = _typed(msgspec.inspect.type_info(one.type))
        rows.append((f"`{one.encode_name}`", kind, default, meanings[one.name]))
    return table(("setting", "value", "default", "meaning"), rows) if rows else "It takes no settings."


def _default(field: msgspec.structs.FieldInfo) -> object:
    made = field.default_factory
    return field.default if made is msgspec.NODEFAULT else made()


def _attributes(doc: str) -> dict[str, str]:
    """The entries below ``Attributes:`` of a Google-style docstring."""
    entries: dict[str, str] = {}
    names: list[str] = []
    for line in doc.partition("Attributes:\n")[2].splitlines():
        found = re.match(r" {4}(\w+(?:, \w+)*): (.*)", line)
        if found:
            names = found[1].split(", ")
            entries |= dict.fromkeys(names, found[2])
        elif line.strip():
            entries |= {name: f"{entries[name]} {line.strip()}" for name in names}
    return {name: text.replace("``", "`") for name, text in entries.items()}


def _typed(info: Any) -> str:
    kind = type(info).__name__
    if kind == "LiteralType":
        return ", ".join(f"`{word}`" for word in info.values)
    if kind == "UnionType":
        return " or ".join(_typed(one) for one in info.types if type(one).__name__ != "NoneType")
    if kind in ("VarTupleType", "ListType"):
        return f"list of {_items(info.item_type)}"
    if kind == "TupleType":
        return f"list of {len(info.item_types)} {_items(info.item_types[0])}"
    if kind == "DictType":
        return f"table of {_items(info.value_type)} by name"
    words = {
        "StrType": "text", "BoolType": "`true` or `false`", "IntType": "whole number", "FloatType": "number",
        "UUIDType": "UUID",
    }  # fmt: skip
    low, high = getattr(info, "ge", None), getattr(info, "le", None)
    area = "" if low is None else f" {low:.12g}..{high:.12g}" if high is not None else f" from {low:g}"
    return words[kind] + area


def _items(info: Any) -> str:
    """What a list holds, in the plural."""
    kind = type(info).__name__
    if kind in ("VarTupleType", "ListType", "TupleType"):
        return _typed(info).replace("list", "lists", 1)
    if kind == "StructType":
        return f"tables, see `{_STRUCTS[info.cls.__name__]}`"
    if kind == "LiteralType":
        return _typed(info)
    return {"StrType": "texts"}.get(kind, "numbers")


def _toml(value: Any) -> str:
    if value is None or value in ("", (), {}):
        return "none"
    return (
        f"`{str(value).lower()}`" if isinstance(value, bool) else f"`{msgspec.json.encode(value).decode()}`"
    )
