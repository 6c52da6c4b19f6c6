"""Compiler messages, translated to the author's file, line and column.

Drivers agree on nothing, so three shapes are understood (number of the file and line as ``#line`` set them):

* Mesa: ``0:12(3): error: ...``; what a call might have meant follows it in more such lines
* NVIDIA: ``0(12) : error C1008: ...``
* Intel, AMD on Windows, Apple: ``ERROR: 0:12: ...``
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from installation.isf.include import LINES
from installation.values import Finding, Where

__all__ = ["MOST", "MOST_READ", "OWN", "findings", "hopeless", "inside", "left_out"]

OWN = 9999
"""The number of what the program writes around an author's text, far above that of any file."""

MOST = 24
"""Findings of one log that are kept: a missing brace makes thousands, and nobody reads past the first."""

MOST_READ = 1 << 20
"""Bytes of one log that are read; drivers are free to write more."""

_SHAPES = (
    re.compile(
        r"^(?P<file>\d{1,9}):(?P<line>\d{1,9})\((?P<column>\d{1,9})\):\s*"
        r"(?P<kind>(?:preprocessor )?(?:error|warning):)?\s*(?P<text>.*)$"
    ),
    re.compile(
        r"^(?P<file>\d{1,9})\((?P<line>\d{1,9})\)\s*:\s*(?P<kind>error|warning)\s*(?:C\d+)?:?\s*(?P<text>.*)$",
        re.IGNORECASE,
    ),
    re.compile(
        r"^(?P<kind>error|warning):\s*(?P<file>\d{1,9}):(?P<line>\d{1,9}):\s*(?P<text>.*)$", re.IGNORECASE
    ),
)


_HOPELESS = 1000
"""Errors of one log. A file that needs a later GLSL may have dozens at an earlier one."""

_LEFT_OUT = re.compile(r"\.\.\. (\d{1,18}) bytes of the log are not read$")
_LIST = "; candidates are:"
_CANDIDATE = re.compile(r"[\w ]+\([\w ,\[\]]*\)$")


def findings(log: str, files: Sequence[str], vertex_files: Sequence[str]) -> list[Finding]:
    """Everything that a compiler's log says, in order, without repetitions.

    Args:
        log: What moderngl raised: a title, the stage's name underlined, then the driver's own lines.
        files: File names by string number for the fragment shader.
        vertex_files: The same for the vertex shader.
    """
    table = files or ("shader",)
    found: dict[Finding, None] = {}
    rest: list[str] = []
    more = unread = 0
    if len(log) > 2 * MOST_READ:  # both stages may have said as much
        log = f"{log[:MOST_READ]}\n{left_out(len(log) - MOST_READ)}"
    listed: Where | None = None
    for raw in log.splitlines():
        line = raw.strip()
        if line in ("vertex_shader", "fragment_shader"):
            table = (vertex_files if line == "vertex_shader" else files) or ("shader",)
            continue
        if cut := _LEFT_OUT.match(line):
            unread += int(cut[1])
            continue
        match = next((m for shape in _SHAPES if (m := shape.match(line))), None)
        if match and match["kind"]:
            finding = _finding(match, table)
            if _CANDIDATE.match(finding.message) and finding.where == listed:
                continue
            if finding.message.endswith(_LIST):
                listed = finding.where
                finding = replace(finding, message=finding.message.removesuffix(_LIST))
            if finding.severity == "error" and finding not in found:
                if len(found) < MOST:
                    found[finding] = None
                else:
                    more += 1
        elif line and line.strip("=") and line != "GLSL Compiler failed" and line != "GLSL Linker failed":
            rest.append(line[:_LONGEST])
    errors = list(found)
    beyond = f"{unread} bytes of the driver's log that were not read" if unread else ""
    if errors and (more or beyond):
        words = " and ".join(filter(None, (f"{more} more" if more else "", beyond)))
        errors.append(
            Finding(errors[-1].where, f"and {words}", "mend the first; others often follow from it")
        )
    if errors:
        return errors
    message = " ".join(rest)[:_LONGEST] or "the driver refused the shader and gave no reason"
    return [Finding(Where(table[0]), f"{message} (and {beyond})" if beyond else message)]


def left_out(count: int) -> str:
    """The line that stands in a log for ``count`` bytes that were not read."""
    return f"... {count} bytes of the log are not read"


def hopeless(found: Sequence[Finding]) -> bool:
    """Whether so much is wrong that no dialect of GLSL will help; each try takes as long again."""
    words = found[-1].message.split() if len(found) > MOST else []
    return len(words) > 1 and words[0] == "and" and int(words[1]) >= _HOPELESS


def inside(found: Iterable[Finding], lengths: Mapping[str, int]) -> list[Finding]:
    """The same findings, none beyond the end of its file.

    Args:
        found: What a compiler said.
        lengths: How many lines each file has, by its name.
    """
    return [
        replace(one, where=Where(one.where.file, last)) if one.where.line > last else one
        for one in found
        for last in [lengths.get(one.where.file, one.where.line)]
    ]


def _finding(match: re.Match[str], table: Sequence[str]) -> Finding:
    parts = match.groupdict()
    by_line, line = divmod(int(parts["line"]), LINES)
    number = by_line or int(parts["file"])
    severity = "warning" if "warning" in parts["kind"].lower() else "error"
    text = parts["text"].strip()[:_LONGEST]
    if number == OWN:
        hint = "a name in the header, or a macro, changes what the program declares"
        return Finding(Where(table[0]), f"{text} (in the declarations of the header's names)", hint, severity)  # type: ignore[arg-type]
    where = Where(
        table[number if number < len(table) else 0], max(1, line), max(1, int(parts.get("column") or 1))
    )
    return Finding(where, text, severity=severity)  # type: ignore[arg-type]


_LONGEST = 400
"""Characters of a message that are kept."""
