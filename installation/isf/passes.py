"""The passes of a header, with version 1's ``PERSISTENT_BUFFERS`` folded in."""

import json
import re
from typing import Any

from installation.isf.coerce import entries, list_of, short, truth, upper
from installation.isf.expression import Expression, ExpressionError
from installation.isf.expression import parse as parse_expression
from installation.isf.places import Places
from installation.isf.shader import Pass
from installation.isf.words import reason
from installation.values import Where

__all__ = ["HISTORIES", "MOST_PASSES", "MOST_STEPS", "read_passes"]

MOST_PASSES = 128
"""Most passes of a file: each is a program that the driver compiles on its own."""

MOST_STEPS = 256
"""Most repetitions of one pass in a frame."""

HISTORIES = (4, 16, 64)
"""How many frames a target may keep: squares, because they lie side by side in one texture."""


def read_passes(places: Places, data: Any, buffers: Any, numbers: set[str]) -> tuple[Pass, ...]:
    """Read ``PASSES``.

    Args:
        places: Of the file; what is wrong is noted there.
        data: What stands under ``PASSES``.
        buffers: What stands under ``PERSISTENT_BUFFERS``: a list of names, or an object.
        numbers: Names of the inputs that a size may depend on.
    """
    return _Passes(places, numbers).read(data, buffers)


class _Passes:
    def __init__(self, places: Places, numbers: set[str]) -> None:
        self.places = places
        self.numbers = numbers

    def read(self, data: Any, buffers: Any) -> tuple[Pass, ...]:
        """Read the passes in the order in which they are drawn; see ``read_passes`` for the arguments.

        Findings are noted in ``places``; with too many passes the result is empty.
        """
        old = {str(one): {} for one in buffers} if isinstance(buffers, list) else entries(buffers)
        given_all = list_of(data)
        if len(given_all) > MOST_PASSES:
            where = self.places.find_key("PASSES")
            self.places.error(where, f"there are {len(given_all)} passes", f"at most {MOST_PASSES} are drawn")
            return ()
        passes = []
        for one in given_all:
            given = upper(one)
            target = str(given["TARGET"]) if given.get("TARGET") else None
            if target in old:
                given = {**upper(old[target]), **given, "PERSISTENT": True}
            passes.append(self._pass(target, given))
        targets = {one.target for one in passes if one.target}
        for one in passes:
            if one.points and one.points not in targets:
                message = f"POINTS names {short(one.points)}, which no pass has as TARGET"
                self.places.error(one.where, message)
        self._histories(passes)
        return tuple(passes)

    def _histories(self, passes: list[Pass]) -> None:
        """At most one pass keeps a history; its target is its own, and is not what is shown."""
        keeping = [one for one in passes if one.history]
        for one in keeping[1:]:
            message = f"{keeping[0].target} keeps a HISTORY already"
            self.places.error(one.where, message, "one in a shader: IMG_PAST reads it")
        for one in keeping[:1]:
            if sum(other.target == one.target for other in passes) > 1:
                self.places.error(one.where, f"several passes draw {one.target}, a HISTORY")
            if one is passes[-1]:
                hint = "add a pass without TARGET"
                self.places.error(one.where, "the last pass is the picture, no HISTORY", hint)

    def _pass(self, target: str | None, given: dict[str, Any]) -> Pass:
        where = self.places.find("TARGET", target) if target else self.places.find_key("PASSES")
        if target is not None and (wrong := reason(target)):
            self.places.error(where, f"{short(target)} cannot name a target", wrong)
        steps = given.get("STEPS", 1)
        if not isinstance(steps, int) or not 1 <= steps <= MOST_STEPS:
            self.places.error(where, f"STEPS is {short(steps)}", f"write a whole number, 1 to {MOST_STEPS}")
            steps = 1
        history = self._history(target, given, given.get("HISTORY"), where)
        return Pass(
            target=target,
            persistent=truth(given.get("PERSISTENT")),
            float=truth(given.get("FLOAT")),
            width=self._expression(given.get("WIDTH"), where),
            height=self._expression(given.get("HEIGHT"), where),
            points=str(given["POINTS"]) if given.get("POINTS") else None,
            point_size=self._expression(given.get("POINT_SIZE"), where),
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
        match = re.search(rf'"HISTORY"\s*:\s*{re.escape(json.dumps(count))}', self.places.text, re.IGNORECASE)
        place = self.places.where(match.start()) if match else where
        if isinstance(count, bool) or count not in HISTORIES:
            self.places.error(place, f"HISTORY is {short(count)}", "write 4, 16 or 64 (frames)")
            return 0
        if target is None:
            self.places.error(place, "a HISTORY needs a TARGET")
            return 0
        barred = [key for key in _NOT_WITH_HISTORY if given.get(key) not in _NOT_WITH_HISTORY[key]]
        if barred:
            message = f"{', '.join(barred)} cannot stand beside HISTORY"
            hint = "draw into another target first, and copy that"
            self.places.error(place, message, hint)
        return int(count)

    def _one_of(self, given: dict[str, Any], key: str, allowed: tuple[str, str], where: Where) -> str:
        value = str(given.get(key, allowed[0])).lower()
        if value not in allowed:
            self.places.error(where, f"{key} is {short(value)}", f"write {' or '.join(allowed)}")
        return value

    def _expression(self, given: Any, where: Where) -> Expression | None:
        if given is None or given == "":
            return None
        text = str(given)
        at = self.places.text.find(json.dumps(text)) if isinstance(given, str) else -1
        try:
            expression = parse_expression(text)
        except ExpressionError as error:
            place = self.places.where(at + error.column) if at >= 0 else where
            self.places.error(place, f"the expression {short(text)} is wrong: {error}")
            return None
        unknown = sorted(expression.names - self.numbers - {"WIDTH", "HEIGHT"})
        if unknown:
            place = self.places.where(at + 1) if at >= 0 else where
            names = ", ".join(unknown)[:200]
            message = f"the expression {short(text)} names {names}, which is no input with a number"
            self.places.error(place, message)
            return None
        return expression


_NOT_WITH_HISTORY: dict[str, tuple[Any, ...]] = {
    "PERSISTENT": (None, False, 0),
    "FLOAT": (None, False, 0),
    "POINTS": (None, ""),
    "BLEND": (None, "none"),
    "STEPS": (None, 1),
    "WRAP": (None, "clamp"),
}
"""Keys of a pass that mean nothing for a history, and the values that are harmless all the same."""
