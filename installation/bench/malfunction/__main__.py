"""Measure everything for ``docs/malfunction.md``, or print the hash of one trace.

``python -m installation.bench.malfunction docs/malfunction.json`` takes ten minutes and more.
"""

import json
import logging
import sys
from pathlib import Path
from typing import Any

import numpy as np

from installation.bench.malfunction import WATCHED
from installation.bench.malfunction.measure import (
    BOUND,
    exponents,
    hashes,
    recoveries,
    sweep,
    trace_hash,
    two_runs,
)

log = logging.getLogger(__name__)


def _all() -> dict[str, Any]:
    told = exponents(40.0)
    log.info("exponents: %s", told)
    offline = {state: two_runs(state, 40.0) for state in told}
    log.info("by two runs: %s", offline)
    times = recoveries(1000)
    log.info("recoveries: up to %s s", max(times))
    points = sweep(np.arange(0.0, 8.001, 0.1), 10.0, 20.0, WATCHED)
    same = len(set(hashes())) == 1
    return {
        "states": {
            state: {"told": round(told[state], 3), "offline": round(offline[state], 3)} for state in told
        },
        "bound": BOUND,
        "recovery": sorted(round(time, 3) for time in times),
        "watched": WATCHED,
        "sweep": points,
        "trace_equal": same,
    }


def main() -> int:
    """Write the data, or print a hash."""
    if sys.argv[1:2] == ["trace"]:
        sys.stdout.write(f"{trace_hash(float(sys.argv[2]))}\n")
        return 0
    if len(sys.argv) != 2:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    logging.basicConfig(level=logging.INFO)
    data = _all()
    Path(sys.argv[1]).write_text(json.dumps(data, separators=(",", ":")) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
