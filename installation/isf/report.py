"""Compiler messages, translated to the author's file, line and column.

Drivers agree on nothing, so three shapes are understood (number of the file and line as ``#line`` set them):

* Mesa: ``0:12(3): error: ...``
* NVIDIA: ``0(12) : error C1008: ...``
* Intel, AMD on Windows, Apple: ``ERROR: 0:12: ...``
"""

import re
from collections.abc import Sequence

from installation.isf.include import LINES
from installation.values import Finding, Where

__all__ = ["findings"]

_SHAPES = (
    re.compile(
        r"^(?P<file>\d+):(?P<line>\d+)\((?P<column>\d+)\):\s*(?P<kind>error|warning)?:?\s*(?P<text>.*)$"
    ),
    re.compile(
        r"^(?P<file>\d+)\((?P<line>\d+)\)\s*:\s*(?P<kind>error|warning)\s*(?:C\d+)?:?\s*(?P<text>.*)$",
        re.IGNORECASE,
    ),
    re.compile(r"^(?P<kind>error|warning):\s*(?P<file>\d+):(?P<line>\d+):\s*(?P<text>.*)$", re.IGNORECASE),
)


def findings(log: str, files: Sequence[str], vertex_files: Sequence[str]) -> list[Finding]:
    """Everything that a compiler's log says, in order, without repetitions.

    Args:
        log: What moderngl raised: a title, the stage's name underlined, then the driver's own lines.
        files: File names by string number for the fragment shader.
        vertex_files: The same for the vertex shader.
    """
    table = files
    found: dict[Finding, None] = {}
    rest: list[str] = []
    for raw in log.splitlines():
        line = raw.strip()
        if line in ("vertex_shader", "fragment_shader"):
            table = vertex_files if line == "vertex_shader" else files
            continue
        match = next((m for shape in _SHAPES if (m := shape.match(line))), None)
        if match:
            found[_finding(match, table)] = None
        elif line and line.strip("=") and line != "GLSL Compiler failed" and line != "GLSL Linker failed":
            rest.append(line)
    errors = [finding for finding in found if finding.severity == "error"]
    if errors:
        return errors
    message = " ".join(rest) or "the driver refused the shader and gave no reason"
    return [Finding(Where(files[0] if files else "shader"), message)]


def _finding(match: re.Match[str], table: Sequence[str]) -> Finding:
    parts = match.groupdict()
    by_line, line = divmod(int(parts["line"]), LINES)
    number = by_line or int(parts["file"])
    name = table[number] if number < len(table) else f"{table[0]}[{number}]"
    severity = "warning" if (parts.get("kind") or "").lower() == "warning" else "error"
    where = Where(name, max(1, line), max(1, int(parts.get("column") or 1)))
    return Finding(where, parts["text"].strip(), severity=severity)  # type: ignore[arg-type]
