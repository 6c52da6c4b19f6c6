"""Fixture files of the Open Fixture Library as profiles: one JSON file, one profile per mode.

The format is that project's (``schemas/fixture.json``, ``channel.json`` and ``capability.json`` of
OpenLightingProject/open-fixture-library; its data are MIT). Supported are intensity, the colours in
``profile.EMITTERS``, dimmers before colours (held open), shutters (held open; a position that flashes is
never sent), pan and tilt (held at their default, else in the middle) and fine channels; every other channel
is held where it has no effect. Smoke, haze, lasers, blinders and strobes are hazards. A mode whose channels
cannot be made safe, or that is made of pixels, is a finding, and the other modes stay usable.

Size, depth, channels and modes of a file are limited.
"""

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeAlias

from installation.errors import ShowError
from installation.light.profiles.profile import EMITTERS, Channel, Profile, weighed
from installation.paths import read_bytes
from installation.values import Finding, Where

__all__ = ["LARGEST", "OflFile", "read_ofl"]

LARGEST: Final = 1 << 20
"""Largest accepted file in bytes; those of the library are below 200 KiB."""
_DEEPEST: Final = 24
_MODES: Final = 128
_CHANNELS: Final = 512
_DEFAULT_LUMENS: Final = 500.0
_HAZARDS: Final = frozenset({"Smoke", "Hazer", "Laser", "Blinder", "Strobe"})
_COLOURS: Final = {name.replace("-", " ").title(): name for name in EMITTERS if name != "intensity"}
_PRIMARIES: Final = frozenset({"red", "green", "blue"})
_MOVES: Final = frozenset({"Pan", "Tilt"})
_FOG: Final = frozenset({"Fog", "FogOutput"})
_STILL: Final = frozenset({"0Hz", "0bpm", "stop", "0%"})
_HARMFUL: Final = frozenset(
    {"ShutterStrobe", "StrobeSpeed", "StrobeDuration", "Effect", "Maintenance", "PanContinuous",
     "TiltContinuous", "SoundSensitivity", "ColorPreset"}
)  # fmt: skip
"""Capabilities that an undriven channel must avoid if it has another one."""

_IDLE: Final = frozenset({"StrobeSpeed", "StrobeDuration", "ColorPreset", "SoundSensitivity"})
"""Capabilities without effect at their lowest level."""

Json: TypeAlias = Mapping[str, Any]


class _UnfitError(Exception):
    """Raised for a mode that cannot be used, with message and hint. Never leaves this module."""

    def __init__(self, key: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.key, self.message, self.hint = key, message, hint


@dataclass(frozen=True, slots=True)
class OflFile:
    """The content of a file.

    Attributes:
        title: The fixture's name.
        modes: Profiles of the usable modes, by the name of the mode.
        short: Full names of modes by their short names.
        unfit: The reason why each of the other modes cannot be used, by name.
    """

    title: str
    modes: Mapping[str, Profile]
    short: Mapping[str, str]
    unfit: Mapping[str, Finding]


def read_ofl(path: Path) -> OflFile:
    """Read one file. Raises ShowError if it is not a fixture of the Open Fixture Library."""
    text = _text(path)
    fixture = _parse(path, text)
    modes: dict[str, Profile] = {}
    unfit: dict[str, Finding] = {}
    short: dict[str, str] = {}
    for index, mode in enumerate(fixture["modes"]):
        name = mode.get("name") if isinstance(mode, dict) else None
        if not isinstance(name, str):
            raise ShowError([Finding(Where(str(path)), f"mode {index + 1} has no name")])
        if isinstance(mode.get("shortName"), str):
            short.setdefault(mode["shortName"], name)
        try:
            modes[name] = _Mode(path.stem, fixture, mode).profile()
        except _UnfitError as error:
            where = Where(str(path), _line(text, error.key))
            unfit[name] = Finding(where, f"mode {name!r}: {error.message}", error.hint)
    return OflFile(str(fixture.get("name", path.stem)), modes, short, unfit)


def _text(path: Path) -> str:
    try:
        return read_bytes(path, LARGEST).decode("utf-8")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ShowError([Finding(Where(str(path)), f"cannot be read: {reason}", "check the path")]) from None
    except UnicodeDecodeError:
        where = Where(str(path))
        raise ShowError([Finding(where, "is not UTF-8 text", "save the file as UTF-8")]) from None


def _parse(path: Path, text: str) -> Json:
    if _depth(text) > _DEEPEST:
        raise ShowError(
            [Finding(Where(str(path)), f"is nested deeper than {_DEEPEST}", "fixture files are not")]
        )
    try:
        tree = json.loads(text)
    except json.JSONDecodeError as error:
        where = Where(str(path), error.lineno, error.colno)
        raise ShowError([Finding(where, f"is not JSON: {error.msg}")]) from error
    except ValueError as error:  # a number of a million digits
        raise ShowError([Finding(Where(str(path)), f"is not JSON: {error}")]) from error
    modes = tree.get("modes") if isinstance(tree, dict) else None
    fit = isinstance(modes, list) and 1 <= len(modes) <= _MODES
    if not fit or not isinstance(tree.get("availableChannels", {}), dict):
        hint = "a fixture file of the Open Fixture Library has `availableChannels` and `modes`"
        raise ShowError([Finding(Where(str(path)), "is not a fixture of the Open Fixture Library", hint)])
    found: Json = tree
    return found


def _depth(text: str) -> int:
    """Return the nesting depth of brackets, without parsing; brackets within strings count too."""
    deepest = depth = 0
    for match in re.finditer(r"[][{}]", text):
        depth += 1 if match[0] in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _line(text: str, key: str) -> int:
    """Return the line of the first occurrence of a key."""
    at = text.find(json.dumps(key, ensure_ascii=False)) if key else -1
    return text.count("\n", 0, at) + 1 if at >= 0 else 1


@dataclass(slots=True)
class _Mode:
    """Converts one mode to a profile."""

    stem: str
    fixture: Json
    mode: Json
    notes: list[str] = field(default_factory=list)

    def profile(self) -> Profile:
        """Return the profile of this mode. Raises _UnfitError."""
        keys = self.mode.get("channels")
        if not isinstance(keys, list) or not 1 <= len(keys) <= _CHANNELS:
            raise _UnfitError(str(self.mode["name"]), "has no list of 1 to 512 channels", "correct the file")
        given = self.fixture.get("availableChannels", {})
        fine = {
            alias: (key, step)
            for key, channel in given.items()
            if isinstance(channel, dict)
            for step, alias in enumerate(_list(channel.get("fineChannelAliases")), 1)
        }
        kinds = {key: _capabilities(given[key]) for key in keys if isinstance(key, str) and key in given}
        colours = [self._colour(key, kinds[key]) for key in keys if isinstance(key, str) and key in kinds]
        self._refuse_cmy({one for one in colours if one})
        channels: list[Channel] = []
        for index, key in enumerate(keys):
            if isinstance(key, dict):
                raise _UnfitError("insert", "is made of pixels", "patch its pixels as [[pixels]]")
            before = keys[index - 1] if index else None
            channels.append(self._channel(key, before, channels, fine, given, bool(any(colours))))
        self._refuse_twice(keys, channels)
        hazard = self._hazard(kinds)
        if not any(channel.emits for channel in channels):
            raise _UnfitError(str(self.mode["name"]), "no channel emits light", "use another mode")
        title = f"{self.fixture.get('name', self.stem)}, {self.mode['name']}"
        if hazard:
            title += ": a hazard, never moved by a picture"
        name = f"{self.stem}/{self.mode['name']}"
        return Profile(name, weighed(channels), title, "linear", hazard, self._lumens(), tuple(self.notes))

    def _lumens(self) -> float:
        found = _table(_table(self.fixture.get("physical")).get("bulb")).get("lumens")
        if isinstance(found, int | float) and not isinstance(found, bool) and 0 < found <= 1e6:
            return float(found)
        return _DEFAULT_LUMENS

    def _hazard(self, kinds: Mapping[str, Sequence[Json]]) -> bool:
        told = _HAZARDS.intersection(str(one) for one in _list(self.fixture.get("categories")))
        fog = any(one.get("type") in _FOG for some in kinds.values() for one in some)
        return bool(told) or fog

    def _colour(self, key: str, capabilities: Sequence[Json]) -> str:
        """Return the colour of a channel by its name in the library; empty if it has none."""
        found = {str(one.get("color")) for one in capabilities if one.get("type") == "ColorIntensity"}
        if len(found) > 1:
            raise _UnfitError(key, f"{key} mixes several colours in one channel", "use another mode")
        return found.pop() if found else ""

    def _refuse_cmy(self, colours: set[str]) -> None:
        if {"Cyan", "Magenta", "Yellow"} <= colours and not colours & {"Red", "Green", "Blue"}:
            hint = "use a mode with red, green and blue, or write a TOML profile"
            raise _UnfitError("Cyan", "mixes by taking colours away (CMY), which is not supported", hint)

    def _refuse_twice(self, keys: Sequence[Any], channels: Sequence[Channel]) -> None:
        seen: set[str] = set()
        for key, channel in zip(keys, channels, strict=True):
            if channel.emits and channel.role in seen:
                hint = "patch its cells as [[pixels]], or each cell as a fixture"
                raise _UnfitError(str(key), f"has {channel.role} twice: it has several cells", hint)
            if channel.emits:
                seen.add(channel.role)

    def _channel(
        self,
        key: object,
        before: object,
        made: Sequence[Channel],
        fine: Mapping[str, tuple[str, int]],
        given: Json,
        coloured: bool,
    ) -> Channel:
        if key is None:
            return Channel("unused")
        if not isinstance(key, str):
            raise _UnfitError(str(self.mode["name"]), f"{key!r} is not a channel", "correct the file")
        if key in fine and key not in given:
            coarse, step = fine[key]
            follows = (
                step == 1 and before == coarse and bool(made) and (made[-1].low, made[-1].high) == (0, 255)
            )
            return Channel(made[-1].role, fine=True) if follows else Channel("unused")
        if key not in given:
            self.notes.append(f"{key} stays at 0: its function depends on another channel")
            return Channel("unused")
        capabilities = _capabilities(given[key])
        if not capabilities:
            raise _UnfitError(key, f"{key} has no capabilities", "correct the file")
        colour = self._colour(key, capabilities)
        if colour:
            return self._emitter(key, colour, capabilities)
        kinds = {str(one.get("type")) for one in capabilities}
        if "Intensity" in kinds or (kinds & _FOG and not coloured):
            return self._dimmer(key, capabilities, coloured)
        if "ShutterStrobe" in kinds:
            return self._shutter(key, capabilities)
        return self._still(key, given[key], capabilities, kinds)

    def _emitter(self, key: str, colour: str, capabilities: Sequence[Json]) -> Channel:
        role = _COLOURS.get(colour)
        if role is None:
            self.notes.append(f"{key} stays dark: {colour} is not mixed")
            return Channel("unused")
        low, high = _range(next(one for one in capabilities if one.get("type") == "ColorIntensity"), key)
        return Channel(role, low=low, high=high, color=EMITTERS[role])

    def _dimmer(self, key: str, capabilities: Sequence[Json], coloured: bool) -> Channel:
        """Convert a dimmer: held at full before colours, else the emitter itself."""
        lit = next(one for one in capabilities if one.get("type") == "Intensity" or one.get("type") in _FOG)
        low, high = _range(lit, key)
        if str(lit.get("brightnessStart", "dark")) in ("bright", "100%"):
            raise _UnfitError(key, f"{key} is brightest at its lowest level", "write a TOML profile")
        if coloured:
            return Channel("master", open=high)
        dark = next((one for one in capabilities if _range(one, key)[0] == 0), lit)
        if dark.get("shutterEffect", "Closed") not in ("Closed", "Open"):
            raise _UnfitError(key, f"{key} flashes at its lowest level", "use another mode")
        return Channel("intensity", low=low, high=high, color=EMITTERS["intensity"])

    def _shutter(self, key: str, capabilities: Sequence[Json]) -> Channel:
        """Convert a shutter: held open. A position that flashes is never sent."""
        for one in capabilities:
            if one.get("type") == "ShutterStrobe" and one.get("shutterEffect") == "Open":
                low, high = _range(one, key)
                return Channel("shutter", open=(low + high) // 2)
        for one in capabilities:
            if one.get("type") == "NoFunction":
                return Channel("shutter", open=_range(one, key)[0])
        for one in capabilities:
            low, high = _range(one, key)
            if str(one.get("speedStart")) in _STILL:
                return Channel("shutter", open=low)
            if str(one.get("speedEnd")) in _STILL:
                return Channel("shutter", open=high)
        raise _UnfitError(key, f"{key} has no position that is open and does not flash", "use another mode")

    def _still(self, key: str, channel: Json, capabilities: Sequence[Json], kinds: set[str]) -> Channel:
        """Hold an undriven channel: at its default if it moves a part, else where it has no effect."""
        if kinds & _MOVES:
            self.notes.append(f"{key} is held")
            return Channel("fixed", open=_default(channel, 128))
        safe = [one for one in capabilities if one.get("type") == "NoFunction"]
        safe += [one for one in capabilities if _slot_open(self.fixture, key, one)]
        safe += [one for one in capabilities if str(one.get("speed", one.get("speedStart"))) in _STILL]
        harmless = [one for one in capabilities if one.get("type") not in _HARMFUL]
        at_zero = next((one for one in capabilities if _range(one, key)[0] == 0), None)
        if safe:
            return Channel("fixed", open=_range(safe[0], key)[0])
        if at_zero in harmless or not harmless:
            if not harmless and not kinds <= {
                "StrobeSpeed",
                "StrobeDuration",
                "ColorPreset",
                "SoundSensitivity",
            }:
                self.notes.append(f"{key} stays at 0, possibly with an effect: {', '.join(sorted(kinds))}")
            return Channel("unused")
        return Channel("fixed", open=_range(harmless[0], key)[0])


def _slot_open(fixture: Json, key: str, capability: Json) -> bool:
    """Return whether a position of a wheel is its open one."""
    number = capability.get("slotNumber")
    if capability.get("type") != "WheelSlot" or type(number) is not int:
        return False
    slots = _list(_table(_table(fixture.get("wheels")).get(str(capability.get("wheel", key)))).get("slots"))
    return 1 <= number <= len(slots) and _table(slots[number - 1]).get("type") == "Open"


def _table(value: object) -> Json:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> Sequence[Any]:
    return value if isinstance(value, list) else ()


def _steps(channel: Json) -> int:
    """Return the number of steps of its resolution per step of an 8-bit channel: a power of 256."""
    told = channel.get("dmxValueResolution")
    size = {"8bit": 1, "16bit": 2, "24bit": 3}.get(
        str(told), 1 + len(_list(channel.get("fineChannelAliases")))
    )
    return int(256 ** (min(size, 4) - 1))


def _capabilities(channel: object) -> Sequence[Json]:
    """Return the capabilities of a channel, each with its range of levels, 0..255."""
    found = _table(channel)
    steps = _steps(found)
    some = _list(found.get("capabilities")) or [found.get("capability")]
    made = []
    for one in some[:256]:
        if not isinstance(one, dict):
            continue
        levels = one.get("dmxRange", [0, 256 * steps - 1])
        whole = isinstance(levels, list) and len(levels) == 2 and all(type(level) is int for level in levels)
        made.append(one | {"dmxRange": [level // steps for level in levels] if whole else levels})
    return made


def _range(capability: Json, key: str) -> tuple[int, int]:
    levels = capability["dmxRange"]
    fit = isinstance(levels, list) and len(levels) == 2 and all(type(level) is int for level in levels)
    if not fit or not 0 <= levels[0] <= levels[1] <= 255:
        raise _UnfitError(key, f"{key} has no range of levels: {str(levels)[:40]}", "dmxRange is [low, high]")
    return levels[0], levels[1]


def _default(channel: Json, fallback: int) -> int:
    """Return the default level of a channel, 0..255; it may be given in per cent."""
    told = channel.get("defaultValue")
    if isinstance(told, str) and told.endswith("%"):
        try:
            share = float(told[:-1])
        except ValueError:
            return fallback
        return round(share * 2.55) if math.isfinite(share) and 0 <= share <= 100 else fallback
    level = told // _steps(channel) if type(told) is int else fallback
    return level if 0 <= level <= 255 else fallback
