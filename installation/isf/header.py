"""The header of an ISF file, checked.

Unknown keys are ignored, because foreign files carry them. Everything that is wrong is reported at once, at
its place in the file. Keys are read in any case: some old files write ``target`` for ``TARGET``.
"""

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from installation.errors import ShaderError
from installation.isf.coerce import (
    LARGEST_INT,
    entries,
    is_number,
    is_text_number,
    list_of,
    numbers,
    short,
    upper,
)
from installation.isf.comment import find
from installation.isf.passes import read_passes
from installation.isf.places import Places
from installation.isf.shader import IMAGES, ROLES, ROOM, Input, InputType, Pass
from installation.isf.words import reason
from installation.values import Finding, Where

__all__ = ["Header", "read"]

_TYPES: dict[str, InputType] = {
    "event": "event",
    "bool": "bool",
    "long": "long",
    "int": "long",
    "float": "float",
    "point2d": "point2D",
    "color": "color",
    "image": "image",
    "audio": "audio",
    "audiofft": "audioFFT",
}

_SIGNAL = re.compile(r"(/[\w.~-]+)+|(/[\w.~-]+)*/\{\w+(,\w+)*\}")
"""An address, or several that differ in their last part, as the ``from`` of a route has them."""

MOST_INPUTS = 512
"""Most inputs of a file, and most values of a menu."""

MOST_IMAGES = 64
"""Most imported images of a file."""

SIDES = 6
"""Pictures of a cube map."""


@dataclass(frozen=True, slots=True)
class Header:
    """What the comment says, checked.

    Attributes:
        start, end: Index of the comment's first character, and of the first after it.
        bare: Whether nothing but comments stands above it.
        imported: Name -> path as written, relative to the file.
        cubes: The same for cube maps: +x, -x, +y, -y, +z, -z.
        warnings: What was read over, and is wrong for other hosts.
    """

    start: int
    end: int
    bare: bool
    description: str
    credit: str
    categories: tuple[str, ...]
    inputs: tuple[Input, ...]
    passes: tuple[Pass, ...]
    imported: Mapping[str, str]
    cubes: Mapping[str, tuple[str, ...]]
    color: Literal["linear", "encoded"]
    phases: Mapping[str, float] = field(default_factory=dict)
    reads: tuple[str, ...] = ()
    mean: float | None = None
    scales: bool = False
    floor: Literal["plan", "section"] = "plan"
    warnings: tuple[Finding, ...] = ()
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def read(text: str, file: str) -> Header:
    """Read the header of an ISF file.

    Args:
        text: The whole file.
        file: Its name, for findings.

    Raises:
        ShaderError: There is no header, it is not JSON, or something in it is wrong.
    """
    return _Reader(text, file).read()


class _Reader:
    """Reads one header and gathers what is wrong with it."""

    def __init__(self, text: str, file: str) -> None:
        self.places = Places(text, file)

    def read(self) -> Header:
        """Parse the JSON comment of the shader.

        Raises:
            ShaderError: With all findings at once.
        """
        comment = find(self.places)
        data = upper(comment.data)
        inputs = self._inputs(data.get("INPUTS"))
        names = {one.name for one in inputs if one.type not in IMAGES}
        passes = read_passes(self.places, data.get("PASSES"), data.get("PERSISTENT_BUFFERS"), names)
        own = upper(data.get("PHOTOPHORE"))
        color = str(own.get("COLOR", "encoded")).lower()
        if color not in ("linear", "encoded"):
            self._wrong("COLOR", f"COLOR is {short(color)}", "write linear or encoded")
        imported, cubes = self._imported(data.get("IMPORTED"))
        header = Header(
            start=comment.start,
            end=comment.end,
            bare=comment.bare,
            description=str(data.get("DESCRIPTION", "")),
            credit=str(data.get("CREDIT", "")),
            categories=tuple(str(one) for one in list_of(data.get("CATEGORIES"))),
            inputs=inputs,
            passes=passes or (Pass(where=self.places.where(comment.start)),),
            imported=imported,
            cubes=cubes,
            color="linear" if color == "linear" else "encoded",
            phases=self._phases(own.get("PHASES")),
            reads=self._reads(own.get("READS")),
            mean=self._mean(own.get("MEAN")),
            scales=self._scales(own.get("SCALES")),
            floor=self._floor(own.get("FLOOR")),
            warnings=tuple(self.places.warnings),
            roles=self._roles(own.get("MACROS"), names),
        )
        self._unique(header)
        if self.places.findings:
            raise ShaderError(self.places.findings)
        return header

    def _inputs(self, data: Any) -> tuple[Input, ...]:
        given_all = list_of(data)
        if len(given_all) > MOST_INPUTS:
            self._wrong("INPUTS", f"there are {len(given_all)} inputs", f"at most {MOST_INPUTS} are read")
            return ()
        found = []
        for one in given_all:
            given = upper(one)
            name = str(given.get("NAME", ""))
            where = self.places.find("NAME", name)
            if wrong := reason(name):
                self.places.error(where, f"{short(name)} cannot name an input", wrong)
                continue
            kind = _TYPES.get(str(given.get("TYPE", "")).lower())
            if kind is None:
                message = f"input {name}: there is no type {short(given.get('TYPE'))}"
                known = ", ".join(dict.fromkeys(_TYPES.values()))
                self.places.error(where, message, f"known are {known}")
                continue
            found.append(self._input(name, kind, given, where))
        return tuple(found)

    def _input(self, name: str, kind: InputType, given: dict[str, Any], where: Where) -> Input:
        if kind == "long":
            given = _worded(given)
        values = self._menu(name, given, where) if kind == "long" else ()
        labels = tuple(str(one) for one in list_of(given.get("LABELS")))
        return Input(
            name=name,
            type=kind,
            label=str(given.get("LABEL", "")),
            default=self._numbers(name, kind, given, "DEFAULT", where),
            minimum=self._numbers(name, kind, given, "MIN", where),
            maximum=self._numbers(name, kind, given, "MAX", where),
            identity=self._numbers(name, kind, given, "IDENTITY", where),
            values=values,
            labels=labels[: len(values)],
            where=where,
            signal=self._signal(name, kind, given.get("SIGNAL"), where),
        )

    def _signal(self, name: str, kind: InputType, data: Any, where: Where) -> str:
        """The signal that an input is made for; what another host may mean by the key is read over."""
        if data is None:
            return ""
        if kind in IMAGES or not isinstance(data, str) or not _SIGNAL.fullmatch(data):
            hint = 'an input that is a number may name one: "/nature/rain"'
            self.places.warn(where, f"input {name}: SIGNAL is {short(data)}", hint)
            return ""
        return data

    def _numbers(
        self, name: str, kind: InputType, given: dict[str, Any], key: str, where: Where
    ) -> tuple[float, ...] | None:
        if given.get(key) is None:
            return None
        count = 1 if kind in IMAGES else Input(name, kind).components
        spoken = kind in ("bool", "event")
        try:
            found, held = numbers(given[key], count, kind == "long" or kind in IMAGES, spoken)
        except (TypeError, ValueError):
            hint = (
                "write true or false"
                if spoken
                else "write a number"
                if count == 1
                else f"write {count} numbers"
            )
            self.places.error(where, f"input {name}: {key} is {short(given[key])}", hint)
            return None
        if held:
            message = f"input {name}: {key} is more than the shader can receive"
            self.places.warn(where, message, f"it is held at {found[0]:.9g}")
        return found

    def _menu(self, name: str, given: dict[str, Any], where: Where) -> tuple[int, ...]:
        """The VALUES of a menu; what is no whole number of 32 bits is read over."""
        listed = [float(one) if is_text_number(one) else one for one in list_of(given.get("VALUES"))]
        values = tuple(int(one) for one in listed[:MOST_INPUTS] if is_number(one) and abs(one) <= LARGEST_INT)
        if len(values) < len(listed):
            message = f"input {name}: {len(listed) - len(values)} of its VALUES are read over"
            self.places.warn(where, message, f"write up to {MOST_INPUTS} whole numbers of 32 bits")
        return values

    def _imported(self, data: Any) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
        """Images and cube maps by name; version 1 wrote a list of objects with ``NAME``.

        An entry without a path, as exporters write it beside a target, loads nothing.
        """
        if isinstance(data, list):
            data = {str(upper(one).get("NAME", "")): one for one in data}
        images: dict[str, str] = {}
        cubes: dict[str, tuple[str, ...]] = {}
        for name, given in entries(data).items():
            where = self.places.find_key(name) if name else self.places.find_key("IMPORTED")
            path = given if isinstance(given, str) else upper(given).get("PATH")
            if wrong := reason(name):
                self.places.error(where, f"{short(name)} cannot name an image", wrong)
            elif isinstance(path, str) and path:
                images[name] = path
            elif isinstance(path, list):
                if len(path) != SIDES or not all(isinstance(one, str) and one for one in path):
                    message = f"IMPORTED {name!r} has {len(path)} paths"
                    self.places.error(where, message, "an image has one, a cube map six: +x -x +y -y +z -z")
                cubes[name] = tuple(str(one) for one in path)
            elif path:
                self.places.error(
                    where, f"IMPORTED {name!r}: PATH is {short(path)}", "write a path in quotes"
                )
            else:
                self.places.warn(where, f"IMPORTED {name!r} has no PATH", "nothing is loaded for it")
        if len(images) + len(cubes) > MOST_IMAGES:
            self._wrong("IMPORTED", f"there are {len(images) + len(cubes)} images", f"at most {MOST_IMAGES}")
        return images, cubes

    def _phases(self, data: Any) -> dict[str, float]:
        found = {}
        for name, period in entries(data).items():
            if (wrong := reason(name)) or not is_number(period) or period <= 0:
                message = f"the phase {short(name)} has the period {short(period)}"
                self._wrong("PHASES", message, wrong or "write seconds above 0")
            else:
                found[name] = float(period)
        if len(found) > MOST_INPUTS:
            self._wrong("PHASES", f"there are {len(found)} phases", f"at most {MOST_INPUTS}")
        return found

    def _reads(self, data: Any) -> tuple[str, ...]:
        """The shared textures that the shader asks for."""
        names = tuple(str(one) for one in list_of(data))
        for name in names:
            if name not in ROOM:
                self._wrong("READS", f"READS names {short(name)}", f"known are {', '.join(ROOM)}")
        return tuple(name for name in dict.fromkeys(names) if name in ROOM)

    def _scales(self, data: Any) -> bool:
        """Whether passes that keep nothing may be drawn smaller."""
        if data is not None and not isinstance(data, bool):
            self._wrong("SCALES", f"SCALES is {short(data)}", "write true or false")
        return data is True

    def _floor(self, data: Any) -> Literal["plan", "section"]:
        """How the floor becomes the wall."""
        if data not in (None, "plan", "section"):
            self._wrong("FLOOR", f"FLOOR is {short(data)}", "write plan or section")
        return "section" if data == "section" else "plan"

    def _roles(self, data: Any, known: Container[str]) -> dict[str, tuple[str, ...]]:
        """The inputs that macros move, by what they are."""
        found = {}
        if data is not None and not isinstance(data, dict):
            self._wrong("MACROS", f"MACROS is {short(data)}", 'write an object, e.g. {"speed": "pace"}')
        for role, given in entries(data).items():
            names = tuple(map(str, list_of(given) if isinstance(given, list) else [given]))
            if role.lower() not in ROLES:
                self._wrong("MACROS", f"MACROS names {short(role)}", f"known are {', '.join(ROLES)}")
            for name in names:
                if name not in known:
                    message = f"MACROS: {role} names {short(name)}"
                    self._wrong("MACROS", message, "name an input that is a number")
            found[role.lower()] = names
        return found

    def _mean(self, data: Any) -> float | None:
        """The mean luminance that the exposure aims at, 0..1."""
        if data is None:
            return None
        if not is_number(data) or not 0.0 < data <= 1.0:
            self._wrong("MEAN", f"MEAN is {short(data)}", "write a luminance above 0, at most 1")
            return None
        return float(data)

    def _unique(self, header: Header) -> None:
        """Every name becomes a global of the shader, so none may come twice."""
        seen: dict[str, str] = {}
        groups = {
            "input": [one.name for one in header.inputs],
            "target": list(dict.fromkeys(one.target for one in header.passes if one.target)),
            "imported image": [*header.imported, *header.cubes],
            "phase": list(header.phases),
            "shared texture": list(header.reads),
        }
        for kind, names in groups.items():
            for name in names:
                if name in seen:
                    message = f"{name!r} names both one {seen[name]} and another {kind}"
                    key = "TARGET" if kind == "target" else "NAME"
                    self.places.error(self.places.find(key, name), message, "rename one of them")
                seen[name] = kind

    def _wrong(self, key: str, message: str, hint: str) -> None:
        self.places.error(self.places.find_key(key), message, hint)


def _worded(given: dict[str, Any]) -> dict[str, Any]:
    """A menu whose VALUES are texts: they are its LABELS then, and it gives their numbers, from 0."""
    values = list_of(given.get("VALUES"))
    if not values or not all(isinstance(one, str) and not is_text_number(one) for one in values):
        return given
    numbered = {"VALUES": list(range(len(values))), "LABELS": list_of(given.get("LABELS")) or values}
    worded = {key: values.index(given[key]) for key in ("DEFAULT", "IDENTITY") if given.get(key) in values}
    return {**given, **numbered, **worded}
