"""The JSON comment at the top of an ISF file.

Unknown keys are ignored, because foreign files carry them. Everything that is wrong is reported at once, at
its place in the file. Keys are read in any case: some old files write ``target`` for ``TARGET``.
"""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from installation.errors import ShaderError
from installation.isf.expression import Expression, ExpressionError
from installation.isf.expression import parse as parse_expression
from installation.isf.shader import IMAGES, Input, InputType, Pass
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

_HALF = re.compile(r"[\ud800-\udfff]")
_WRITTEN_HALF = re.compile(r"\\u[dD][89abAB]\w\w(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB]\w\w)\\u[dD][c-fC-F]")
_NAME = re.compile(r"[A-Za-z_]\w*\Z")

MOST_STEPS = 256
"""Most repetitions of one pass in a frame."""

HISTORIES = (4, 16, 64)
"""How many frames a target may keep: squares, because they lie side by side in one texture."""


@dataclass(frozen=True, slots=True)
class Header:
    """What the comment says, checked.

    Attributes:
        end: Index of the first character after the comment.
        imported: Name -> path as written, relative to the file.
    """

    end: int
    description: str
    credit: str
    categories: tuple[str, ...]
    inputs: tuple[Input, ...]
    passes: tuple[Pass, ...]
    imported: Mapping[str, str]
    color: Literal["linear", "encoded"]
    phases: Mapping[str, float] = field(default_factory=dict)


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
        self.text = text
        self.file = file
        self.findings: list[Finding] = []

    def read(self) -> Header:
        data, end = self._json()
        inputs = self._inputs(data.get("INPUTS"))
        names = {one.name for one in inputs if one.type not in IMAGES}
        passes = self._passes(data.get("PASSES"), data.get("PERSISTENT_BUFFERS"), names)
        own = _upper(data.get("PHOTOPHORE"))
        color = str(own.get("COLOR", "encoded")).lower()
        if color not in ("linear", "encoded"):
            self._wrong("COLOR", f"COLOR is {color!r}", "write linear or encoded")
        header = Header(
            end=end,
            description=str(data.get("DESCRIPTION", "")),
            credit=str(data.get("CREDIT", "")),
            categories=tuple(str(one) for one in _list(data.get("CATEGORIES"))),
            inputs=inputs,
            passes=passes or (Pass(where=self._where(0)),),
            imported=self._imported(data.get("IMPORTED")),
            color="linear" if color == "linear" else "encoded",
            phases=self._phases(own.get("PHASES")),
        )
        self._unique(header)
        if self.findings:
            raise ShaderError(self.findings)
        return header

    def _json(self) -> tuple[dict[str, Any], int]:
        """The object and where its comment ends."""
        start = re.match(r"\ufeff?\s*/\*\s*", self.text)
        if start is None or self.text[start.end() : start.end() + 1] != "{":
            hint = "an ISF file begins with /*{ ... }*/ (JSON)"
            raise ShaderError([Finding(Where(self.file), "there is no ISF header", hint)])
        try:
            data, at = json.JSONDecoder(strict=False).raw_decode(self.text, start.end())
        except json.JSONDecodeError as error:
            raise ShaderError(
                [Finding(self._where(error.pos), f"the header is not JSON: {error.msg}")]
            ) from None
        except ValueError as error:  # a number of thousands of digits
            raise ShaderError([Finding(Where(self.file), f"the header is not JSON: {error}")]) from None
        except RecursionError:
            raise ShaderError([Finding(Where(self.file), "the header is nested too deep")]) from None
        if _HALF.search(
            json.dumps(data, ensure_ascii=False)
        ):  # it can be neither shown nor written to a file
            written = _WRITTEN_HALF.search(self.text)
            message = "a character of the header is half of a pair"
            raise ShaderError([Finding(self._where(written.start() if written else 0), message)])
        end = self.text.find("*/", at)
        if end < 0:
            raise ShaderError([Finding(self._where(at), "the header's comment is not closed", "add */")])
        return _upper(data), end + 2

    def _inputs(self, data: Any) -> tuple[Input, ...]:
        found = []
        for one in _list(data):
            given = _upper(one)
            name = str(given.get("NAME", ""))
            where = self._find("NAME", name)
            if not _NAME.match(name):
                self.findings.append(
                    Finding(where, f"{name!r} cannot name an input", "use letters, digits and _")
                )
                continue
            kind = _TYPES.get(str(given.get("TYPE", "")).lower())
            if kind is None:
                message = f"input {name}: there is no type {given.get('TYPE')!r}"
                self.findings.append(Finding(where, message, f"known are {', '.join(_TYPES.values())}"))
                continue
            found.append(self._input(name, kind, given, where))
        return tuple(found)

    def _input(self, name: str, kind: InputType, given: dict[str, Any], where: Where) -> Input:
        blank = Input(name, kind)
        count = 1 if kind in IMAGES else blank.components

        def numbers(key: str) -> tuple[float, ...] | None:
            try:
                return _numbers(given.get(key), count)
            except (TypeError, ValueError, OverflowError):
                self.findings.append(
                    Finding(where, f"input {name}: {key} is {given[key]!r}", "write a number")
                )
                return None

        values = tuple(int(one) for one in _list(given.get("VALUES")) if _is_number(one))
        return Input(
            name=name,
            type=kind,
            label=str(given.get("LABEL", "")),
            default=numbers("DEFAULT"),
            minimum=numbers("MIN"),
            maximum=numbers("MAX"),
            identity=numbers("IDENTITY"),
            values=values,
            labels=tuple(str(one) for one in _list(given.get("LABELS")))[: len(values)],
            where=where,
        )

    def _passes(self, data: Any, buffers: Any, names: set[str]) -> tuple[Pass, ...]:
        """The passes, with version 1's ``PERSISTENT_BUFFERS`` (a list of names or an object) folded in."""
        old = (
            {str(one): {} for one in buffers}
            if isinstance(buffers, list)
            else dict(_upper(buffers, deep=False))
        )
        passes = []
        for one in _list(data):
            given = _upper(one)
            target = str(given["TARGET"]) if given.get("TARGET") else None
            if target in old:
                given = {**_upper(old[target]), **given, "PERSISTENT": True}
            passes.append(self._pass(target, given, names))
        targets = {one.target for one in passes if one.target}
        for one in passes:
            if one.points and one.points not in targets:
                message = f"POINTS names {one.points!r}, which no pass has as TARGET"
                self.findings.append(Finding(one.where, message))
        self._histories(passes)
        return tuple(passes)

    def _histories(self, passes: list[Pass]) -> None:
        """At most one pass keeps a history; its target is its own, and is not what is shown."""
        keeping = [one for one in passes if one.history]
        for one in keeping[1:]:
            message = f"{keeping[0].target} keeps a HISTORY already"
            self.findings.append(Finding(one.where, message, "one in a shader: IMG_PAST reads it"))
        for one in keeping[:1]:
            if sum(other.target == one.target for other in passes) > 1:
                self.findings.append(Finding(one.where, f"several passes draw {one.target}, a HISTORY"))
            if one is passes[-1]:
                hint = "add a pass without TARGET"
                self.findings.append(Finding(one.where, "the last pass is the picture, no HISTORY", hint))

    def _pass(self, target: str | None, given: dict[str, Any], names: set[str]) -> Pass:
        where = self._find("TARGET", target) if target else self._find_key("PASSES")
        if target is not None and not _NAME.match(target):
            message = f"{target!r} cannot name a target"
            self.findings.append(Finding(where, message, "use letters, digits and _"))
        steps = given.get("STEPS", 1)
        if not isinstance(steps, int) or not 1 <= steps <= MOST_STEPS:
            self.findings.append(
                Finding(where, f"STEPS is {steps!r}", f"write a whole number, 1 to {MOST_STEPS}")
            )
            steps = 1
        history = self._history(target, given, given.get("HISTORY"), where)
        return Pass(
            target=target,
            persistent=_truth(given.get("PERSISTENT")),
            float=_truth(given.get("FLOAT")),
            width=self._expression(given.get("WIDTH"), names, where),
            height=self._expression(given.get("HEIGHT"), names, where),
            points=str(given["POINTS"]) if given.get("POINTS") else None,
            point_size=self._expression(given.get("POINT_SIZE"), names, where),
            blend="add" if self._one_of(given, "BLEND", ("none", "add"), where) == "add" else "none",
            steps=steps,
            nearest=self._one_of(given, "FILTER", ("linear", "nearest"), where) == "nearest",
            repeat=self._one_of(given, "WRAP", ("clamp", "repeat"), where) == "repeat",
            history=history,
            where=where,
        )

    def _history(self, target: str | None, given: dict[str, Any], count: Any, where: Where) -> int:
        """How many frames the target keeps; 0 when the pass says nothing, or nothing that can be done."""
        if count is None:
            return 0
        match = re.search(rf'"HISTORY"\s*:\s*{re.escape(json.dumps(count))}', self.text, re.IGNORECASE)
        place = self._where(match.start()) if match else where
        if isinstance(count, bool) or count not in HISTORIES:
            self.findings.append(Finding(place, f"HISTORY is {count!r}", "write 4, 16 or 64 (frames)"))
            return 0
        if target is None:
            self.findings.append(Finding(place, "a HISTORY needs a TARGET"))
            return 0
        barred = [key for key in _NOT_WITH_HISTORY if given.get(key) not in _NOT_WITH_HISTORY[key]]
        if barred:
            message = f"{', '.join(barred)} cannot stand beside HISTORY"
            hint = "draw into another target first, and copy that"
            self.findings.append(Finding(place, message, hint))
        return int(count)

    def _one_of(self, given: dict[str, Any], key: str, allowed: tuple[str, str], where: Where) -> str:
        value = str(given.get(key, allowed[0])).lower()
        if value not in allowed:
            self.findings.append(Finding(where, f"{key} is {value!r}", f"write {' or '.join(allowed)}"))
        return value

    def _expression(self, given: Any, names: set[str], where: Where) -> Expression | None:
        if given is None or given == "":
            return None
        text = str(given)
        at = self.text.find(json.dumps(text)) if isinstance(given, str) else -1
        try:
            expression = parse_expression(text)
        except ExpressionError as error:
            place = self._where(at + error.column) if at >= 0 else where
            self.findings.append(Finding(place, f"the expression {text!r} is wrong: {error}"))
            return None
        unknown = sorted(expression.names - names - {"WIDTH", "HEIGHT"})
        if unknown:
            place = self._where(at + 1) if at >= 0 else where
            message = f"the expression {text!r} names {', '.join(unknown)}, which is no input with a number"
            self.findings.append(Finding(place, message))
            return None
        return expression

    def _imported(self, data: Any) -> dict[str, str]:
        """Name -> path; version 1 wrote a list of objects with ``NAME``."""
        if isinstance(data, list):
            data = {str(_upper(one).get("NAME", "")): one for one in data}
        found = {}
        for name, given in _upper(data, deep=False).items():
            path = given if isinstance(given, str) else _upper(given).get("PATH")
            if not _NAME.match(name) or not isinstance(path, str):
                self.findings.append(Finding(self._find_key("IMPORTED"), f"IMPORTED {name!r} needs a PATH"))
            else:
                found[name] = path
        return found

    def _phases(self, data: Any) -> dict[str, float]:
        found = {}
        for name, period in _upper(data, deep=False).items():
            if not _NAME.match(name) or not _is_number(period) or period <= 0:
                self._wrong(
                    "PHASES", f"the phase {name!r} has the period {period!r}", "write seconds above 0"
                )
            else:
                found[name] = float(period)
        return found

    def _unique(self, header: Header) -> None:
        """Every name becomes a global of the shader, so none may come twice."""
        seen: dict[str, str] = {}
        groups = {
            "input": [one.name for one in header.inputs],
            "target": list(dict.fromkeys(one.target for one in header.passes if one.target)),
            "imported image": list(header.imported),
            "phase": list(header.phases),
        }
        for kind, names in groups.items():
            for name in names:
                if name in seen:
                    message = f"{name!r} names both one {seen[name]} and another {kind}"
                    key = "TARGET" if kind == "target" else "NAME"
                    self.findings.append(Finding(self._find(key, name), message, "rename one of them"))
                seen[name] = kind

    def _wrong(self, key: str, message: str, hint: str) -> None:
        self.findings.append(Finding(self._find_key(key), message, hint))

    def _find(self, key: str, value: str) -> Where:
        """Where ``"KEY": "value"`` stands."""
        match = re.search(rf'"{key}"\s*:\s*"{re.escape(value)}"', self.text, re.IGNORECASE)
        return self._where(match.start() if match else 0)

    def _find_key(self, key: str) -> Where:
        match = re.search(rf'"{key}"\s*:', self.text, re.IGNORECASE)
        return self._where(match.start() if match else 0)

    def _where(self, at: int) -> Where:
        before = self.text[:at]
        return Where(self.file, before.count("\n") + 1, at - (before.rfind("\n") + 1) + 1)


_NOT_WITH_HISTORY: dict[str, tuple[Any, ...]] = {
    "PERSISTENT": (None, False, 0),
    "FLOAT": (None, False, 0),
    "POINTS": (None, ""),
    "BLEND": (None, "none"),
    "STEPS": (None, 1),
    "WRAP": (None, "clamp"),
}
"""Keys of a pass that mean nothing for a history, and the values that are harmless all the same."""


def _upper(data: Any, *, deep: bool = True) -> dict[str, Any]:
    """An object with its keys in capitals; anything else is empty. Names keep their case (``deep=False``)."""
    if not isinstance(data, dict):
        return {}
    return {str(key).upper() if deep else str(key): value for key, value in data.items()}


def _list(data: Any) -> list[Any]:
    return data if isinstance(data, list) else []


def _is_number(data: Any) -> bool:
    """Whether it is a number that a 64-bit float can hold."""
    return isinstance(data, int | float) and -1e300 < data < 1e300


def _truth(data: Any) -> bool:
    """Booleans as hosts accept them: true, 1 or ``"true"``."""
    if isinstance(data, str):
        return data.strip().lower() in ("true", "yes", "1")
    return bool(data)


def _numbers(data: Any, count: int) -> tuple[float, ...] | None:
    """``count`` finite numbers from a number or a list; a short colour becomes opaque, a short point 0.

    Raises:
        TypeError, ValueError, OverflowError: It is something else.
    """
    if data is None:
        return None
    given = data if isinstance(data, list) else [data] * (count if count != 4 else 3)
    numbers = [float(one) for one in given][:count]
    if not all(math.isfinite(one) for one in numbers):
        raise ValueError(data)
    filler = [0.0, 0.0, 0.0, 1.0]
    return tuple(numbers + filler[len(numbers) : count])
