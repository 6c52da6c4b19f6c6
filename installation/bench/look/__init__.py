"""The rules of the look, measured: each scene of the default show, in the place where the score plays it.

``measures`` looks at one picture, ``seen`` at a scene over time, ``rules`` judges, ``play`` plays. What no
number can hold is judged by eye, from contact sheets (``photophore render --sheet``).
"""

import sys
from collections.abc import Sequence

from installation.bench import Row

__all__ = ["run"]


def run() -> Sequence[Row]:
    """Play every part of the score in the venue ``gallery``, with six people, and judge what was seen.

    The guards are asked by the geometry of that venue: 2.25 m a picture height, seen from 2 m.
    """
    from installation.bench.look.play import parts, watch
    from installation.bench.look.rules import across, judged, summary

    seen = {}
    rows: list[Row] = []
    for part in parts():
        seen[part.name] = watch(part)
        found = judged(part.name, part.kind, seen[part.name])
        missed = [f"    {row.name}: {row.ours:.4g} ({row.goal})\n" for row in found if not row.met]
        sys.stderr.write(f"  {part.name}: {summary(found)}\n{''.join(missed)}")
        rows += found
    return [*rows, *across(seen)]
