"""Reads the file of one controller into a profile, and finds what is wrong in it, each at its place."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from installation.errors import ShowError, nearest
from installation.show.document import Document
from installation.show.document import parse as parse_document
from installation.show.document import read as read_document
from installation.show.fields import REQUIRED, Fields, color_of
from installation.show.formats import check_format
from installation.show.schema import read as read_keys
from installation.surface.light import Light
from installation.surface.pattern import expand
from installation.surface.profile import (
    Binding,
    BindingKeys,
    Control,
    ControlKeys,
    Detection,
    Profile,
)
from installation.surface.template import Template, template
from installation.values import Finding

__all__ = ["MOST_CONTROLS", "MOST_LINES", "parse_profile", "read_profile"]

MOST_CONTROLS: Final = 1024
"""Most controls of a controller."""
MOST_LINES: Final = 4096
"""Most entries of a default map."""

_ADDRESS = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_NAME = re.compile(r"[a-z0-9][a-z0-9/-]{0,63}")
_MIDI = re.compile(r"(?:(\d{1,2})/)?(?:(cc|note|pressure|cc14|nrpn)/(\d{1,5})|pitch|pressure|program)")
_LAST: Final = {"cc": 127, "note": 127, "pressure": 127, "cc14": 31, "nrpn": 16_383}
"""Highest number of each reading: 14-bit controllers are 0 to 31, their low halves 32 to 63 (MIDI 1.0)."""
_MONOME = re.compile(r"key/\d{1,3}(/\d{1,3})?|delta/\d{1,3}")
_DATA: Final = 127


def read_profile(path: Path) -> Profile:
    """Read the file of one controller. Raises ShowError with all findings."""
    return _of(read_document(path), path)


def parse_profile(text: str, path: Path) -> Profile:
    """Parse the text of one file. Raises ShowError with all findings."""
    return _of(parse_document(text, path), path)


def _of(document: Document, path: Path) -> Profile:
    findings: list[Finding] = []
    fields = Fields(document.root, findings, "the file")
    profile = _Reader(fields, path).profile()
    if findings:
        raise ShowError(findings)
    return profile


class _Reader:
    """Converts one file."""

    def __init__(self, fields: Fields, path: Path) -> None:
        self._fields = fields
        self._path = path

    def profile(self) -> Profile:
        """Return the profile, whole only if nothing was reported."""
        fields = self._fields
        check_format(fields)
        protocol = fields.text("protocol", "midi", ("midi", "monome"))
        lights = {name: self._light(name, fields.inner(table, f"[light.{name}]"), protocol) for name, table in
                  fields.named_tables("light")}  # fmt: skip
        channels = fields.flag("channels", False)
        controls: list[Control] = []
        for table in fields.tables("control"):
            controls += self._controls(fields.inner(table, "[[control]]"), lights, protocol, channels)
        self._unique(controls)
        pages = self._texts(fields, "pages")
        names = {one.name for one in controls}
        maps: list[Binding] = []
        for table in fields.tables("map"):
            maps += self._bindings(fields.inner(table, "[[map]]"), names, pages)
        if len(maps) > MOST_LINES:
            fields.report(fields.where, f"the map has {len(maps)} entries", f"{MOST_LINES} is the most")
        detect = tuple(
            read_keys(Detection, fields.inner(table, "[[detect]]")) for table in fields.tables("detect")
        )
        templates = {
            name: made for name in ("init", "exit", "reassert") if (made := self._constant(fields, name))
        }
        profile: Profile = read_keys(
            Profile, fields,
            skip=self._texts(fields, "skip"), pages=pages, init=fields.text("init", ""),
            exit=fields.text("exit", ""), reassert=fields.text("reassert", ""), controls=tuple(controls),
            lights=lights, maps=tuple(maps), detect=detect, templates=templates, path=self._path,
        )  # fmt: skip
        self._head(profile)
        return profile

    def _head(self, made: Profile) -> None:
        fields = self._fields
        places = fields.places
        if made.address and not _ADDRESS.fullmatch(made.address):
            fields.report(
                places["address"], f'address: "{made.address[:60]}" is not an address',
                "small letters, digits and -, e.g. nanokontrol2",
            )  # fmt: skip
        for port in made.ports:
            if len(port.strip()) < 3:
                message = f'ports: "{port}" would fit any port'
                fields.report(places["ports"], message, "write at least three letters of the port's name")

    def _texts(self, fields: Fields, name: str) -> tuple[str, ...]:
        return fields.texts(name) if name in fields.table.members else ()

    # ---- lights -----------------------------------------------------------------------------------------

    def _light(self, name: str, fields: Fields, protocol: str) -> Light:
        texts = {one: fields.text(one, REQUIRED if protocol == "midi" else "") for one in ("off", "on")}
        texts |= {one: fields.text(one, "") for one in ("blink", "pulse")}
        templates = {one: made for one, text in texts.items() if (made := self._template(fields, one, text))}
        palette = fields.table_of("palette")
        given = fields.values(palette)
        colors = []
        for number, color in given.items():
            where = palette.members[number].node.where if palette else fields.where
            parts = color_of(color)
            if not number.isdecimal() or int(number) > _DATA or parts is None:
                hint = 'e.g. palette = { 5 = "#FF0000" }, numbers up to 127'
                fields.report(where, f"palette: {number[:20]} = {color!r} is no colour", hint)
            elif any(parts):
                colors.append((int(number), parts))
        if any("color" in one.fields for one in templates.values()) and not colors:
            fields.report(
                fields.where, f"{fields.what} uses {{color}} and has no palette", "add palette = { ... }"
            )
        light: Light = read_keys(
            Light, fields, name=name, off=texts["off"], on=texts["on"], blink=texts["blink"],
            pulse=texts["pulse"], palette={number: str(color) for number, color in given.items()},
            templates=templates, colors=tuple(colors),
        )  # fmt: skip
        return light

    def _template(self, fields: Fields, name: str, text: str) -> Template | None:
        if not text:
            return None
        try:
            return template(text)
        except ValueError as error:
            hint = 'bytes as two hexadecimal digits, e.g. "B0 {n} 7F"'
            fields.report(fields.places[name], f"{name}: {error}", hint)
            return None

    def _constant(self, fields: Fields, name: str) -> Template | None:
        """Read bytes without fields; those of ``reassert`` are the beginning of a message only."""
        text = fields.text(name, "")
        if name == "reassert" and text:
            text = f"{text} F7"
        made = self._template(fields, name, text)
        if made is not None and made.fields:
            fields.report(fields.places[name], f"{name} belongs to no light: no fields", "write bytes only")
        return made

    # ---- controls ---------------------------------------------------------------------------------------

    def _controls(
        self, fields: Fields, lights: Mapping[str, Light], protocol: str, channels: bool
    ) -> list[Control]:
        said: ControlKeys = read_keys(ControlKeys, fields)
        names = self._expand(fields, "name", said.name)
        readings = self._expand(fields, "reading", said.reading, len(names))
        labels = self._expand(fields, "label", said.label or said.name, len(names))
        numbers = self._expand(
            fields, "number", said.number or re.sub(r".*?(\{[^{}]*\}|\d+)$", r"\1", said.reading), len(names)
        )
        if said.light and said.light not in lights:
            hint = nearest(said.light, lights, "add [light.NAME]")
            fields.report(fields.places["light"], f"there is no [light.{said.light[:40]}]", hint)
        if not all((names, readings, labels, numbers)):
            return []
        if said.at[2] <= 0.0 or said.at[3] <= 0.0:
            fields.report(
                fields.places["at"], "at: width and height must be above 0", "[x, y, width, height]"
            )
        light = lights.get(said.light)
        made = []
        for index, name in enumerate(names):
            self._check(fields, name, readings[index], numbers[index], light, protocol, channels)
            row, column = divmod(index, said.columns)
            x, y, width, height = said.at
            place = (x + column * said.step[0], y + row * said.step[1], width, height)
            number = int(numbers[index]) if numbers[index].isdecimal() else 0
            kind = light.kind if light else ""
            made.append(
                Control(name, said.kind, readings[index], said.relative, kind, place, labels[index],
                        said.light if light else "", number)
            )  # fmt: skip
        return made

    def _check(
        self, fields: Fields, name: str, reading: str, number: str, light: Light | None, protocol: str,
        channels: bool,
    ) -> None:  # fmt: skip
        places = fields.places
        if not _NAME.fullmatch(name):
            hint = "small letters, digits, - and /, e.g. fader/1"
            fields.report(places.get("name", fields.where), f'name: "{name[:60]}" is not a name', hint)
        where = places.get("reading", fields.where)
        if protocol == "monome":
            if not _MONOME.fullmatch(reading):
                hint = "key/X/Y of a grid; key/N and delta/N of an arc"
                fields.report(where, f'"{reading[:40]}" is no reading of a monome', hint)
        else:
            found = _MIDI.fullmatch(reading)
            if found is None or (found[2] and int(found[3]) > _LAST[found[2]]):
                hint = "cc/0..127, note/0..127, cc14/0..31, nrpn/0..16383, pressure, program or pitch"
                fields.report(where, f'"{reading[:40]}" is no reading', hint)
            elif bool(found[1]) is not channels or (channels and not 1 <= int(found[1]) <= 16):
                hint = (
                    "begin it with the channel, 1 to 16: 2/cc/0"
                    if channels
                    else "say channels = true, or leave the channel out"
                )
                fields.report(where, f'"{reading[:40]}" and channels = {str(channels).lower()}', hint)
        needs = light is not None and any("n" in one.fields for one in light.templates.values())
        if needs and not (number.isdecimal() and int(number) <= _DATA):
            at = places.get("number", places.get("light", fields.where))
            fields.report(at, f'the light of {name} has the number "{number[:20]}"', "give number = 0 to 127")

    def _expand(self, fields: Fields, name: str, text: str, count: int = 0) -> list[str]:
        """Expand a pattern into ``count`` texts; one without braces is repeated. Empty if that fails."""
        where = fields.places.get(name, fields.where)
        try:
            found = expand(text)
        except ValueError as error:
            fields.report(where, f"{name}: {error}", "e.g. fader/{1..8}")
            return []
        if count and len(found) == 1:
            return found * count
        if count and len(found) != count:
            message = f"{name} stands for {len(found)}, and there are {count}"
            fields.report(where, message, "make both equally many")
            return []
        return found

    def _unique(self, controls: Sequence[Control]) -> None:
        seen: set[str] = set()
        heard: dict[str, str] = {}
        where = self._fields.table.members["control"].name_where if controls else self._fields.where
        if len(controls) > MOST_CONTROLS:
            self._fields.report(where, f"{len(controls)} controls", f"{MOST_CONTROLS} is the most")
        for one in controls:
            if one.name in seen:
                self._fields.report(where, f"two controls are called {one.name}", "rename one of them")
            seen.add(one.name)
            other = heard.setdefault(one.reading, one.name)
            if other != one.name:
                message = f"{other} and {one.name} both have the reading {one.reading}"
                self._fields.report(where, message, "correct one of them")

    # ---- the map ----------------------------------------------------------------------------------------

    def _bindings(self, fields: Fields, names: set[str], pages: Sequence[str]) -> list[Binding]:
        said: BindingKeys = read_keys(BindingKeys, fields)
        controls = self._expand(fields, "control", said.control)
        targets = self._expand(fields, "to", said.to, len(controls))
        if not controls or not targets:
            return []
        for name in {*controls, *((said.held,) if said.held else ())} - names:
            key = "held" if name == said.held else "control"
            hint = nearest(name, names, "name one of [[control]]")
            fields.report(fields.places[key], f"there is no control {name[:60]}", hint)
        if said.page and said.page not in pages:
            hint = nearest(said.page, pages, "add it to pages")
            fields.report(fields.places["page"], f"there is no page {said.page[:40]}", hint)
        color = color_of(said.color) if said.color else None
        if said.color and color is None:
            fields.report(fields.places["color"], f"color: {said.color[:20]!r} is no colour", '"#FF8000"')
        return [
            Binding(control, target, said.page, said.how, said.held, said.value, color, fields.where)
            for control, target in zip(controls, targets, strict=True)
        ]
