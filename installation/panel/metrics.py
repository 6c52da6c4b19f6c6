"""``/metrics``: every number of the status in the Prometheus text format, derived from the typed value.

A new field of ``installation.status`` appears here by itself. Format: "Exposition formats", text format 0.0.4
(prometheus.io/docs/instrumenting/exposition_formats).
"""

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from installation.status import Status, meanings

__all__ = ["exposition"]

_LABELS: tuple[str, ...] = ("name", "kind", "number", "part", "source", "reason")
"""Fields that identify an element of a list."""
_UP: Final = ("up", "running")


def exposition(status: Status, ok: bool) -> str:
    """Return the page at ``/metrics``.

    Args:
        status: The present status.
        ok: Whether the stage is reporting.
    """
    help_ = {name.replace("[]", ""): meaning for name, meaning in meanings()}
    lines = ["# HELP photophore_ok 1 while the stage is reporting", "# TYPE photophore_ok gauge"]
    lines.append(f"photophore_ok {int(ok)}")
    families: dict[str, list[str]] = {}
    for name, labels, value in _samples(status, ""):
        sample = f"photophore_{name.replace('.', '_')}{_written(labels)} {value:.10g}"
        families.setdefault(name, []).append(sample)
    for name, samples in families.items():
        full = f"photophore_{name.replace('.', '_')}"
        meaning = help_.get(name, "1 while it is up or running")
        lines += [f"# HELP {full} {_escaped(meaning)}", f"# TYPE {full} gauge", *samples]
    return "\n".join(lines) + "\n"


def _samples(
    part: msgspec.Struct, prefix: str, *, listed: bool = False
) -> Iterator[tuple[str, dict[str, Any], float]]:
    values = msgspec.structs.asdict(part)
    labels = {key: values[key] for key in _LABELS if listed and key in values}
    if "state" in values and labels:
        yield f"{prefix}up", labels, float(values["state"] in _UP)
    for key, value in values.items():
        if isinstance(value, msgspec.Struct):
            yield from _samples(value, f"{prefix}{key}.")
        elif isinstance(value, tuple):
            for one in value:
                if isinstance(one, msgspec.Struct):
                    yield from _samples(one, f"{prefix}{key}.", listed=True)
        elif isinstance(value, int | float) and key not in labels:
            yield f"{prefix}{key}", labels, float(value)


def _written(labels: dict[str, Any]) -> str:
    return (
        "{" + ",".join(f'{key}="{_escaped(str(one))}"' for key, one in labels.items()) + "}" if labels else ""
    )


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")
