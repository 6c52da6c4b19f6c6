"""OSCQuery: the tree as JSON, as the proposal of Vidvox describes it. Pure; the server is elsewhere.

Source: https://github.com/Vidvox/OSCQueryProposal (attributes, HOST_INFO, status codes). It says both 204 and
400 for attributes; we answer 204 for a known one that does not apply to this node, 400 for an unknown one.
"""

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from installation.ipc.telemetry import Node
from installation.panel.mirror import Mirror

__all__ = ["ATTRIBUTES", "Answer", "answer"]

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
    "LISTEN": False,
    "PATH_CHANGED": False,
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


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP status and what goes with it, None for no body."""

    status: int
    body: dict[str, Any] | None = None


def answer(mirror: Mirror, path: str, query: str) -> Answer:
    """The answer to ``GET path?query``.

    Args:
        mirror: What is known of the stage.
        path: Decoded path, beginning with a slash.
        query: What followed the question mark; one attribute or nothing.
    """
    attribute = query.partition("&")[0].partition("=")[0]
    if attribute == "HOST_INFO":
        return Answer(200, _host(mirror))
    address = "/" + path.strip("/")
    if address not in mirror.nodes and address not in mirror.containers:
        return Answer(404)
    if not attribute:
        return Answer(200, _tree(mirror, address))
    if attribute not in ATTRIBUTES:
        return Answer(400)
    found = _tree(mirror, address) if attribute == "CONTENTS" else _attributes(mirror, address)
    return Answer(200, {attribute: found[attribute]}) if attribute in found else Answer(204)


def _host(mirror: Mirror) -> dict[str, Any]:
    about = mirror.description
    return {
        "NAME": f"Photophore {about.name}".strip(),
        "EXTENSIONS": _EXTENSIONS,
        "OSC_IP": about.osc_ip,
        "OSC_PORT": about.osc_port,
        "OSC_TRANSPORT": "UDP",
    }


def _tree(mirror: Mirror, address: str) -> dict[str, Any]:
    found = _attributes(mirror, address)
    children = mirror.containers.get(address)
    if children is not None:
        below = address.rstrip("/") + "/"
        found["CONTENTS"] = {name: _tree(mirror, below + name) for name in children}
    return found


def _attributes(mirror: Mirror, address: str) -> dict[str, Any]:
    node = mirror.nodes.get(address)
    if node is None:
        return {"FULL_PATH": address, "ACCESS": 0}
    found: dict[str, Any] = {
        "FULL_PATH": address,
        "TYPE": _type(mirror, node),
        "ACCESS": 3 if node.writable else 1,
        "VALUE": _values(node, mirror.value(node)),
    }
    if node.kind not in {"bool", "event"} and node.minimum:
        found["RANGE"] = _range(node)
        found["CLIPMODE"] = ["both"] * node.components
    optional = {
        "DESCRIPTION": node.description,
        "TAGS": list(node.tags),
        "UNIT": [node.unit] * node.components if node.unit else [],
        "EXTENDED_TYPE": ["color.rgba"] if node.kind == "color" else [],
    }
    return found | {name: value for name, value in optional.items() if value}


def _type(mirror: Mirror, node: Node) -> str:
    if node.kind in {"bool", "event"}:  # the tag of a boolean is its value
        return "T" if mirror.value(node)[0] else "F"
    return _TYPES.get(node.kind, "f")


_LARGEST: Final = float(np.finfo(np.float32).max)


def _values(node: Node, values: list[float]) -> list[Any]:
    if node.kind in {"bool", "event"}:
        return [bool(values[0])]
    if node.kind in {"int", "choice"}:
        return [round(value) if math.isfinite(value) else None for value in values]
    return [_short(value) for value in values]


def _short(value: float) -> float | None:
    """The shortest decimal of the same float32, so 0.1 stays 0.1; JSON has no infinity, so that is null."""
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
