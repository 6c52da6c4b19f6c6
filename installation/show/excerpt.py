"""Formats findings for display: position, message, source line and a caret under it."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from installation.paths import read_bytes
from installation.values import Finding, Where

__all__ = ["excerpt", "report", "shorten"]

WIDTH = 100
"""Maximum characters of a source line to show."""


def shorten(where: Where, base: Path | None = None) -> Where:
    """Return the position with its file relative to the working folder, if it is below it."""
    try:
        return replace(where, file=str(Path(where.file).relative_to(base or Path.cwd())))
    except (ValueError, OSError):
        return where


def excerpt(finding: Finding, lines: list[str] | None = None) -> str:
    """Format one finding in up to four lines.

    Args:
        finding: The finding.
        lines: The file's lines; None reads the file, and shows no source if that fails.
    """
    where = shorten(finding.where)
    words = [f"{where}: {finding.severity}: {finding.message}"]
    source = _line(finding.where, lines)
    if source:
        column = max(1, finding.where.column)
        start = max(0, column - WIDTH + 20)
        shown = source[start : start + WIDTH]
        gutter = f"{finding.where.line:>5} | "
        words.append(gutter + shown)
        words.append(" " * (len(gutter) - 2) + "| " + " " * min(column - 1 - start, len(shown)) + "^")
    if finding.hint:
        words.append(f"      = {finding.hint}")
    return "\n".join(words)


def report(findings: Iterable[Finding]) -> str:
    """Format all findings in order of position, reading each file once."""
    files: dict[str, list[str]] = {}
    texts = []
    for finding in sorted(findings, key=lambda item: item.where):
        name = finding.where.file
        if name not in files:
            files[name] = _read(name)
        texts.append(excerpt(finding, files[name]))
    return "\n".join(texts)


def _read(file: str) -> list[str]:
    try:
        return read_bytes(Path(file), 1_000_000).decode("utf-8", "replace").replace("\r\n", "\n").split("\n")
    except OSError:
        return []


def _line(where: Where, lines: list[str] | None) -> str:
    lines = _read(where.file) if lines is None else lines
    if not 1 <= where.line <= len(lines):
        return ""
    text = lines[where.line - 1].replace("\t", " ")
    return "".join(letter if letter.isprintable() else "?" for letter in text)
