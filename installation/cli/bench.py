"""``photophore bench``: runs benchmarks and prints them as a table or as JSON."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict

from installation.bench import Row, names, run

__all__ = ["bench"]


def bench(wanted: Sequence[str], as_json: bool) -> int:
    """Run the named benchmarks, all of them if none is named; return 1 if a goal is missed."""
    known = names()
    unknown = [name for name in wanted if name not in known]
    if unknown:
        print(f"no benchmark {', '.join(unknown)}; there are: {', '.join(known)}", file=sys.stderr)
        return 2
    rows: list[Row] = []
    for name in wanted or known:
        print(f"{name} ...", file=sys.stderr)
        measured = run(name)
        rows.extend(measured)
        if not as_json:
            _print_rows(measured)
    if as_json:
        print(json.dumps([asdict(row) for row in rows], indent=2))
    return 0 if all(row.met for row in rows) else 1


def _print_rows(rows: Sequence[Row]) -> None:
    for row in rows:
        verdict = "ok  " if row.met else "MISS"
        if row.peer_name == "bound":
            print(f"{verdict} {row.name}: {row.ours:.4g} (bound {row.goal})")
            continue
        floor = "-" if row.floor is None else f"{row.floor:.4g}"
        print(f"{verdict} {row.name}: ratio {row.ratio:.3g} (goal {row.goal})")
        print(f"     ours {row.ours:.4g} {row.unit}, {row.peer_name} {row.peer:.4g}, floor {floor}")
        if row.note:
            print(f"     {row.note}")
