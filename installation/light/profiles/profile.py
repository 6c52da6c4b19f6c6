"""The profile of a lamp: the role of each channel, and the curve from level to light.

A profile is one TOML file in ``hardware/fixtures``, named like the profile. Only channels with a known role
are ever driven: an unknown role stays at 0, and levels in strobe, macro, effect and sound ranges are never
sent, because a profile cannot name them.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

import spanned_toml

from installation.errors import ShowError
from installation.show.document import read
from installation.values import Finding, Where

__all__ = [
    "EMITTERS", "Channel", "Curve", "Profile", "parse_profile", "profile_folder", "read_profile", "weighed",
]  # fmt: skip

Curve: TypeAlias = Literal["linear", "square", "s"]
"""Light as a function of the level x: x, x squared, or 3x^2 - 2x^3."""

EMITTERS: Final[Mapping[str, tuple[float, float, float]]] = {
    "intensity": (1.0, 1.0, 1.0),
    "red": (1.0, 0.0, 0.0),
    "green": (0.0, 1.0, 0.0),
    "blue": (0.0, 0.0, 1.0),
    "white": (1.0, 1.0, 1.0),
    "warm-white": (1.0, 0.78, 0.45),
    "cold-white": (0.88, 0.94, 1.0),
    "amber": (1.0, 0.4, 0.0),
    "lime": (0.55, 1.0, 0.1),
    "cyan": (0.0, 1.0, 1.0),
}
"""Roles that emit light, with their colour as linear red, green and blue. White, amber and so on take their
share of a colour before red, green and blue do. The tints are round figures for common LEDs; a profile
may state its own."""

_PRIMARIES: Final = frozenset({"red", "green", "blue"})

_HELD: Final = frozenset({"shutter", "master", "fixed"})
"""Roles held at one fixed level: an open shutter, a dimmer before colours, a pan that does not move. The
light then depends on the colour channels alone, so that the guard can sum them."""

_LUMINANCE: Final = (0.2126, 0.7152, 0.0722)
"""Luminance of linear red, green and blue (ITU-R BT.709, IEC 61966-2-1)."""

_KEYS: Final = frozenset(
    {"format", "title", "curve", "hazard", "lumens", "watts", "standby", "load", "channel"}
)
_CHANNEL_KEYS: Final = frozenset({"role", "fine", "open", "range", "color", "weight", "strobe", "watts"})
_MOST_WATTS: Final = 1e5


@dataclass(frozen=True, slots=True)
class Channel:
    """One DMX channel of a profile.

    Attributes:
        role: Its function; a role that is neither an emitter nor held stays at 0.
        fine: Whether it is the low byte of the channel before it.
        open: Level of a held channel, 0..255.
        low, high: Levels of the least and the full light, 0..255; no light is always level 0.
        color: Linear red, green and blue of an emitter.
        weight: Luminance of an emitter at full; red + green + blue of the same lamp are 1.
        watts: Power of an emitter at full; None for an equal part of what the lamp takes.
    """

    role: str
    fine: bool = False
    open: int = 255
    low: int = 0
    high: int = 255
    color: tuple[float, float, float] = (0.0, 0.0, 0.0)
    weight: float = 0.0
    watts: float | None = None

    @property
    def emits(self) -> bool:
        """True for a channel whose level is light."""
        return self.role in EMITTERS and not self.fine

    @property
    def held(self) -> bool:
        """True for a channel that is held open while the lamp is in use."""
        return self.role in _HELD and not self.fine


@dataclass(frozen=True, slots=True)
class Profile:
    """One kind of lamp in one mode.

    Attributes:
        name: Its name in venue files.
        channels: In DMX order.
        title: Name of the lamp for people.
        curve: Light as a function of the level.
        hazard: True for blinders, fog and the like: off on every failure, and never driven by a picture.
        lumens: Light of the whole lamp at full; its weight in the mean of the room.
        notes: Functions of the lamp that are not used, one line each.
        watts: Power of the whole lamp with every emitter at full, standby included; None if unknown.
        standby: Power that it takes while it is dark, watts.
        load: How its power follows its light: an LED in proportion, a filament less.
    """

    name: str
    channels: tuple[Channel, ...]
    title: str = ""
    curve: Curve = "linear"
    hazard: bool = False
    lumens: float = 500.0
    notes: tuple[str, ...] = ()
    watts: float | None = None
    standby: float = 0.0
    load: Literal["led", "filament"] = "led"


def profile_folder() -> Path:
    """Return the folder of the shipped profiles."""
    spec = find_spec("hardware")
    places = list(spec.submodule_search_locations or ()) if spec else []
    return Path(places[0], "fixtures") if places else Path("hardware", "fixtures")


def read_profile(path: Path) -> Profile:
    """Read the file of one profile. Raises ShowError with all findings."""
    return parse_profile(path.stem, read(path).text, str(path))


def parse_profile(name: str, text: str, file: str) -> Profile:
    """Parse the text of one profile. Raises ShowError with all findings."""
    try:
        tree = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # TOML's own error is a ValueError
        raise ShowError([Finding(Where(file), f"is not TOML: {error}")]) from error
    return _Reader(name, text, file, tree).profile()


class _Reader:
    """Converts one parsed file to a profile and collects findings."""

    def __init__(self, name: str, text: str, file: str, tree: dict[str, object]) -> None:
        self._name = name
        self._text = text.replace("\r\n", "\n")
        self._file = file
        self._tree = tree
        self._findings: list[Finding] = []
        self._spans = spanned_toml.loads(text)

    def profile(self) -> Profile:
        """Return the profile. Raises ShowError with all findings."""
        tree = self._tree
        self._refuse_others(tree, _KEYS, ())
        if tree.get("format") != 1:
            self._complain(("format",), f"format is {tree.get('format')!r}", "this program reads format = 1")
        curve = tree.get("curve", "linear")
        if curve not in ("linear", "square", "s"):
            self._complain(("curve",), f"curve is {curve!r}", 'use "linear", "square" or "s"')
        hazard = tree.get("hazard", False)
        if not isinstance(hazard, bool):
            self._complain(("hazard",), f"hazard is {hazard!r}", "use true or false")
        lumens = self._number(tree.get("lumens", 500.0), ("lumens",), 0.0, 1e6)
        watts, standby = (
            self._watts(tree, ()),
            self._number(tree.get("standby", 0.0), ("standby",), 0.0, _MOST_WATTS),
        )
        load = tree.get("load", "led")
        if load not in ("led", "filament"):
            self._complain(("load",), f"load is {load!r}", 'use "led" or "filament"')
        if watts is not None and standby > watts:
            self._complain(("standby",), f"standby is {standby:g}", f"it is part of the {watts:g} watts")
        items = tree.get("channel")
        if not isinstance(items, list) or not 1 <= len(items) <= 512:
            self._complain(
                ("channel",), "there are no channels", "add 1 to 512 [[channel]] tables with a role"
            )
            items = []
        channels = self._channels(items)
        if self._findings:
            raise ShowError(self._findings)
        title = str(tree.get("title", self._name))
        return Profile(
            self._name, weighed(channels), title, curve, bool(hazard), lumens,  # type: ignore[arg-type]
            watts=watts, standby=standby, load=load,  # type: ignore[arg-type]
        )  # fmt: skip

    def _watts(self, table: Mapping[str, object], at: tuple[str | int, ...]) -> float | None:
        """Return the power at full; None if it is not stated."""
        return self._number(table["watts"], (*at, "watts"), 0.0, _MOST_WATTS) if "watts" in table else None

    def _channels(self, items: list[object]) -> list[Channel]:
        channels: list[Channel] = []
        seen: set[str] = set()
        told = False
        for i, item in enumerate(items):
            if not isinstance(item, dict):
                self._complain(("channel", i), "a channel is a table", "write [[channel]] and a role")
                continue
            channel = self._channel(item, ("channel", i))
            before = channels[-1] if channels else None
            if channel.fine and (before is None or before.role != channel.role or before.fine):
                self._complain(
                    ("channel", i, "fine"),
                    f"no coarse {channel.role} before",
                    "a fine byte follows its coarse one",
                )
            elif channel.fine and before is not None and (before.low, before.high) != (0, 255):
                self._complain(
                    ("channel", i, "fine"), "a channel with a range is 8 bit", "remove range or fine"
                )
            elif channel.emits and channel.role in seen:
                self._complain(
                    ("channel", i, "role"), f"{channel.role} occurs twice", "patch cells as pixels"
                )
            seen.add(channel.role)
            if "intensity" in seen and seen & _PRIMARIES and not told:
                told = True
                self._complain(("channel", i, "role"), "intensity with colours", 'call the dimmer "master"')
            channels.append(channel)
        if items and not seen & EMITTERS.keys():
            self._complain(("channel",), "no channel emits light", f"use one of {', '.join(EMITTERS)}")
        return channels

    def _channel(self, item: dict[str, object], at: tuple[str | int, ...]) -> Channel:
        self._refuse_others(item, _CHANNEL_KEYS, at)
        role = item.get("role")
        if not isinstance(role, str):
            self._complain(at, "a channel needs a role", 'e.g. role = "red"')
            role = ""
        fine = item.get("fine", False)
        if not isinstance(fine, bool):
            self._complain((*at, "fine"), f"fine is {fine!r}", "use true or false")
        low, high = self._range(item.get("range", [0, 255]), (*at, "range"))
        held = int(self._number(item.get("open", 255), (*at, "open"), 0, 255))
        for first, last in self._ranges(item.get("strobe", []), (*at, "strobe")):
            if (role in _HELD and first <= held <= last) or (
                role in EMITTERS and first <= high and last >= low
            ):
                self._complain(
                    at, f"{role} would be sent inside its strobe range {first}..{last}", "move it out"
                )
        color = self._color(item.get("color", EMITTERS.get(role, (0.0, 0.0, 0.0))), (*at, "color"))
        weight = self._number(item.get("weight", 0.0), (*at, "weight"), 0.0, 100.0)
        return Channel(role, bool(fine), held, low, high, color, weight, self._watts(item, at))

    def _range(self, value: object, at: tuple[str | int, ...]) -> tuple[int, int]:
        whole = isinstance(value, list) and len(value) == 2 and all(type(v) is int for v in value)
        if not whole or not 0 <= value[0] < value[1] <= 255:  # type: ignore[index]
            self._complain(at, f"{value!r} is not a range of levels", "write [low, high] within 0..255")
            return 0, 255
        return value[0], value[1]  # type: ignore[index]

    def _ranges(self, value: object, at: tuple[str | int, ...]) -> list[tuple[int, int]]:
        if not isinstance(value, list):
            self._complain(at, f"{value!r} is not a list of ranges", "write [[low, high], ...]")
            return []
        return [self._range(item, at) for item in value]

    def _color(self, value: object, at: tuple[str | int, ...]) -> tuple[float, float, float]:
        if not isinstance(value, list | tuple) or len(value) != 3:
            self._complain(at, f"{value!r} is not a colour", "write linear [red, green, blue], 0..1")
            return 0.0, 0.0, 0.0
        red, green, blue = (self._number(v, at, 0.0, 1.0) for v in value)
        return red, green, blue

    def _number(self, value: object, at: tuple[str | int, ...], low: float, high: float) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            self._complain(at, f"{at[-1]} is {value!r}", f"use a number from {low:g} to {high:g}")
            return low
        return float(value)

    def _refuse_others(self, table: Iterable[str], known: frozenset[str], at: tuple[str | int, ...]) -> None:
        for key in table:
            if key not in known:
                self._complain((*at, key), f"unknown key {key}", f"use one of {', '.join(sorted(known))}")

    def _complain(self, at: tuple[str | int, ...], message: str, hint: str = "") -> None:
        self._findings.append(Finding(self._locate(at), message, hint))

    def _locate(self, at: tuple[str | int, ...]) -> Where:
        """Return the position of a key; that of the closest enclosing element if the key is missing."""
        offset = 0
        node: Any = self._spans
        for step in at:
            inner = node.inner()
            keys = {key.inner(): key for key in inner} if isinstance(inner, dict) else {}
            if step in keys:
                offset = keys[step].span().start
                node = inner[step]
            elif isinstance(inner, list) and isinstance(step, int) and step < len(inner):
                node = inner[step]
                # A table in a list has no span of its own: the span of its first key is used.
                first = next(iter(node.inner()), None) if isinstance(node.inner(), dict) else None
                offset = first.span().start if first is not None else node.span().start or offset
            else:
                break
        before = self._text[:offset]
        return Where(self._file, before.count("\n") + 1, offset - before.rfind("\n"))


def weighed(channels: list[Channel]) -> tuple[Channel, ...]:
    """Set the weight of every emitter without one to the luminance of its colour.

    Emitters of a lamp without red, green and blue all show the same level; together they are its white.
    """
    weights = [
        (c.weight or sum(part * share for part, share in zip(c.color, _LUMINANCE, strict=True)))
        if c.emits
        else 0.0
        for c in channels
    ]
    colored = any(c.role in _PRIMARIES for c in channels)
    whole = 1.0 if colored else max(1.0, sum(weights))
    return tuple(replace(c, weight=w / whole) for c, w in zip(channels, weights, strict=True))
