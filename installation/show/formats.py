"""Versions of the files that people write: which are read, and what became of older ones.

A file begins with ``format = 1``. When a later program changes a key's meaning, it raises CURRENT and
adds a row to ``CHANGES`` that says in one line what a person must do; the rows are shown for old files.
"""

from installation.show.fields import REQUIRED, Fields

__all__ = ["CHANGES", "CURRENT", "check_format"]

CURRENT = 1
"""The format that this program writes."""

CHANGES: dict[int, str] = {}
"""For each older format: what to change in a file to reach the next one."""


def check_format(fields: Fields) -> None:
    """Demand ``format`` and report a version that this program cannot read."""
    if fields.member("format", None) is None:
        fields.report(fields.where, "the file does not say its format", f"begin it with `format = {CURRENT}`")
        return
    version = fields.integer("format", REQUIRED, 1, 10_000)
    if version > CURRENT:
        hint = f"this program reads format {CURRENT}: update photophore, or use the file that fits it"
        fields.report(fields.places["format"], f"format {version} was written for a newer program", hint)
    elif 0 < version < CURRENT:
        steps = "; ".join(CHANGES[number] for number in range(version, CURRENT))
        fields.report(fields.places["format"], f"format {version} is no longer read", steps)
