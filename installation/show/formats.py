"""Format versions of the files: which are supported, and how to update older ones.

A file begins with ``format = 1``. A program version that changes the meaning of a key increments CURRENT and
adds a row to ``CHANGES`` with instructions in one line, which are shown for old files.
"""

from installation.show.fields import REQUIRED, Fields

__all__ = ["CHANGES", "CURRENT", "check_format"]

CURRENT = 1
"""The current format version."""

CHANGES: dict[int, str] = {}
"""For each older format: how to update a file to the next one."""


def check_format(fields: Fields) -> None:
    """Require ``format`` and report an unsupported version."""
    if fields.member("format", None) is None:
        fields.report(fields.where, "the file states no format", f"begin it with `format = {CURRENT}`")
        return
    version = fields.integer("format", REQUIRED, 1, 10_000)
    if version > CURRENT:
        hint = f"this program reads format {CURRENT}: update photophore, or use an older file"
        fields.report(
            fields.places["format"], f"format {version} is for a newer version of the program", hint
        )
    elif 0 < version < CURRENT:
        steps = "; ".join(CHANGES[number] for number in range(version, CURRENT))
        fields.report(fields.places["format"], f"format {version} is no longer supported", steps)
