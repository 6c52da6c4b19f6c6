"""OSCQuery: the tree as JSON, according to Vidvox' proposal. Pure; the server is elsewhere.

Source: https://github.com/Vidvox/OSCQueryProposal (attributes, HOST_INFO, status codes). It allows 204 and
400 for attributes; we answer 204 for a known one that does not apply to this node, 400 for an unknown one.
"""

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from installation.commands import COMMANDS, CommandSpec, Kind
from installation.ipc.telemetry import Node
from installation.panel.mirror import View
from installation.values import Address
from installation.web.hosts import EVERYWHERE

__all__ = ["ATTRIBUTES", "MOST", "Answer", "answer", "large"]

ATTRIBUTES: Final = frozenset(
    {
        "FULL_PATH",
        "CONTENTS",
        "TYPE",
        "ACCESS",
        "VALUE",
        "RANGE",
        "DESCRIPTION",
        "TAGS",
        "EXTENDED_TYPE",
        "UNIT",
        "CRITICAL",
        "CLIPMODE",
        "OVERLOADS",
        "HTML",
    }
)
"""Every attribute of the proposal."""

_EXTENSIONS: Final = {
    "ACCESS": True,
    "VALUE": True,
    "RANGE": True,
    "DESCRIPTION": True,
    "TAGS": True,
    "EXTENDED_TYPE": True,
    "UNIT": True,
    "CLIPMODE": True,
    "CRITICAL": False,
    "OVERLOADS": False,
    "HTML": False,
    "LISTEN": True,
    "PATH_CHANGED": True,
    "PATH_RENAMED": True,
    "PATH_ADDED": True,
    "PATH_REMOVED": True,
}
_TYPES: Final = {
    "float": "f",
    "int": "i",
    "bool": "T",
    "event": "T",
    "choice": "i",
    "point": "ff",
    "color": "ffff",
}


MOST: Final = 4096
"""Most nodes and containers in one answer, some 2 MB."""

_COMMANDS: Final[dict[Address, CommandSpec]] = {
    one.address: one for one in COMMANDS.values() if one.osc and "{" not in one.address
}
"""Commands that an OSC message gives, by address. Those of single cues are not listed."""

_HINT: Final = "request an address further down"


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP status and its body, None for no body; ``left_out`` nodes did not fit into it."""

    status: int
    body: dict[str, Any] | None = None
    left_out: int = 0


def answer(view: View, path: str, query: str, reached: tuple[str, int] | None = None) -> Answer:
    """Return the answer to ``GET path?query``.

    Args:
        view: The tree and its values.
        path: Decoded path, beginning with a slash.
        query: The part after the question mark; one attribute or empty.
        reached: Address and port at which the client has reached us; None if not known.
    """
    attribute = query.partition("&")[0].partition("=")[0]
    if attribute == "HOST_INFO":
        return Answer(200, _host(view, reached))
    address = "/" + path.strip("/")
    if address not in view.directory.nodes and not _contains(view, address) and not _command(view, address):
        return Answer(404)
    if not attribute:
        found, left_out = _tree(view, address)
        return Answer(200, found | _note(left_out, view if address == "/" else None), left_out)
    if attribute not in ATTRIBUTES:
        return Answer(400)
    if attribute == "CONTENTS" and _contains(view, address):
        found, left_out = _tree(view, address)
        return Answer(200, {"CONTENTS": found["CONTENTS"]} | _note(left_out), left_out)
    found = _attributes(view, address)
    return Answer(200, {attribute: found[attribute]}) if attribute in found else Answer(204)


def large(view: View, path: str, query: str) -> bool:
    """Return whether the answer may contain many nodes, and should be made outside the event loop."""
    address = "/" + path.strip("/")
    attribute = query.partition("&")[0].partition("=")[0]
    return attribute in ("", "CONTENTS") and _contains(view, address)


def _contains(view: View, address: str) -> bool:
    """Return whether there is something below an address."""
    if address in view.directory.containers:
        return True
    return bool(view.description.version) and any(one.startswith(address + "/") for one in _COMMANDS)


def _command(view: View, address: str) -> CommandSpec | None:
    """Return the command of an address where no parameter has it; none before there is a show."""
    if address in view.directory.nodes or not view.description.version:
        return None
    return _COMMANDS.get(address)


def _host(view: View, reached: tuple[str, int] | None) -> dict[str, Any]:
    """Return HOST_INFO; an address that stands for all of this machine becomes the one that was reached."""
    about = view.description
    told: dict[str, Any] = {
        "NAME": f"Photophore {about.name}".strip(),
        "EXTENSIONS": _EXTENSIONS,
        "OSC_IP": about.osc_ip,
        "OSC_PORT": about.osc_port,
        "OSC_TRANSPORT": "UDP",
    }
    if about.osc_ip in EVERYWHERE:
        del told["OSC_IP"]
    if reached is not None:
        told |= {"WS_IP": reached[0], "WS_PORT": reached[1]}
        told |= {"OSC_IP": reached[0]} if about.osc_ip in EVERYWHERE else {}
    return told


def _tree(view: View, address: str) -> tuple[dict[str, Any], int]:
    """Return a node with all below it, in the stage's order, and the number of nodes that did not fit."""
    top = _attributes(view, address)
    if _contains(view, address):
        top["CONTENTS"] = {}
    made, left_out = {address: top}, 0
    below = address.rstrip("/") + "/"
    commands = [one for one in _COMMANDS if _command(view, one) is not None]
    for one in (*view.directory.nodes, *commands):
        if one == address or not one.startswith(below):
            continue
        names = one[len(below) :].split("/")
        steps = [below + "/".join(names[: count + 1]) for count in range(len(names))]
        new = [step for step in steps if step not in made]
        if len(made) + len(new) > MOST:
            left_out += 1
            continue
        for step in new:
            made[step] = _attributes(view, step)
            parent = step.rpartition("/")[0]
            above = made[parent] if len(parent) >= len(below) else top
            above.setdefault("CONTENTS", {})[step.rpartition("/")[2]] = made[step]
    return top, left_out


def _note(left_out: int, view: View | None = None) -> dict[str, Any]:
    """Return the additional attributes that report nodes left out of an answer."""
    never = view.directory.left_out if view is not None else {}
    if not left_out and not never:
        return {}
    note: dict[str, Any] = {"NODES": left_out, "LIMIT": MOST, "HINT": _HINT} if left_out else {}
    return {"LEFT_OUT": note | ({"NEVER": dict(never)} if never else {})}


def _attributes(view: View, address: str) -> dict[str, Any]:
    node = view.directory.nodes.get(address)
    if node is None:
        spec = _command(view, address)
        return {"FULL_PATH": address} | (_of_command(spec) if spec is not None else {"ACCESS": 0})
    found: dict[str, Any] = {
        "FULL_PATH": address,
        "TYPE": _type(view, node),
        "ACCESS": 3 if node.writable else 1,
        "VALUE": _values(node, view.value(node)),
    }
    if node.kind not in {"bool", "event"} and node.minimum:
        found["RANGE"] = _range(node)
        found["CLIPMODE"] = ["both"] * node.components
    optional = {
        "DESCRIPTION": node.description,
        "TAGS": list(node.tags),
        "UNIT": [node.unit] * node.components if node.unit else [],
        "EXTENDED_TYPE": [f"color.rgba.{one}" for one in "rgba"] if node.kind == "color" else [],
    }
    return found | {name: value for name, value in optional.items() if value}


def _of_command(spec: CommandSpec) -> dict[str, Any]:
    """Return the attributes of a command: it is written and has no value; ``I`` is a press."""
    found: dict[str, Any] = {"TYPE": "I", "ACCESS": 2, "DESCRIPTION": spec.help}
    if spec.values and spec.arguments:
        argument = spec.arguments[-1]
        found["TYPE"] = {Kind.NUMBER: "f", Kind.WHOLE: "i", Kind.SWITCH: "T"}.get(argument.kind, "s")
        if found["TYPE"] in "fi" and math.isfinite(argument.high - argument.low):
            found |= {"RANGE": [{"MIN": argument.low, "MAX": argument.high}], "CLIPMODE": ["none"]}
    return found


def _type(view: View, node: Node) -> str:
    if node.kind in {"bool", "event"}:  # the type tag of a boolean is its value
        return "T" if view.value(node)[0] else "F"
    return _TYPES.get(node.kind, "f")


_LARGEST: Final = float(np.finfo(np.float32).max)


def _values(node: Node, values: list[float]) -> list[Any]:
    if node.kind in {"bool", "event"}:
        return [bool(values[0])]
    if node.kind in {"int", "choice"}:
        return [round(value) if math.isfinite(value) else None for value in values]
    return [_short(value) for value in values]


def _short(value: float) -> float | None:
    """Return the shortest decimal of the same float32, so 0.1 stays 0.1; infinity, not in JSON, is null."""
    if not math.isfinite(value):
        return None
    return float(str(np.float32(value))) if abs(value) <= _LARGEST else value


def _range(node: Node) -> list[dict[str, Any]]:
    if node.kind == "choice":
        return [{"VALS": list(node.values)}]
    whole = node.kind == "int"
    return [
        {"MIN": int(low) if whole else low, "MAX": int(high) if whole else high}
        for low, high in zip(node.minimum, node.maximum, strict=True)
    ]
