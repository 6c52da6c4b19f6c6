"""The show's own loops: exponents by state, what they do as gain rises, how fast they heal, and their trace.

Everything is the show that ships, played without a picture and with nobody in the room. The exponent that the
show tells as ``/neuro/lyapunov`` is held against an estimate by two whole players that know nothing of each
other; the sign is what a state promises.
"""

import numpy as np

from installation.bench import Row
from installation.bench.malfunction.measure import BOUND, exponents, hashes, recoveries, sweep, two_runs

__all__ = ["WATCHED", "run"]

WATCHED = "/scene/mosaic/flow"
"""The parameter whose long-run values are noted as gain rises."""

_CHAOTIC = {"malfunction", "backfire"}


def run() -> list[Row]:
    """Measure it all; takes some minutes."""
    rows = []
    for state, told in exponents(30.0).items():
        offline = two_runs(state, 30.0)
        chaotic = state in _CHAOTIC
        met = told > 0 < offline if chaotic else told < 0 > offline
        goal = "> 0: differences grow" if chaotic else "< 0: differences die out"
        name = f"malfunction: largest Lyapunov exponent, {state}"
        rows.append(Row(name, told, offline, None, "1/s", "two players, offline", told, goal, met))
    points = sweep(np.arange(0.0, 8.01, 0.5), 15.0, 15.0, WATCHED)
    edge = next((point["gain"] for point in points if point["exponent"] > 0.05), float("nan"))
    most = max(points, key=lambda point: point["exponent"])
    calm = max((p["loop_gain"] for p in points if p["exponent"] < 0), default=0.0)
    name = "malfunction: gain at which the room becomes chaotic"
    peer = f"gain of the greatest exponent ({most['exponent']:.2f} 1/s)"
    goal = "> 1 and < 6.5, that of the malfunction"
    note = f"at rest or swinging up to a loop gain of {calm:.2f}"
    rows.append(Row(name, edge, most["gain"], None, "", peer, edge, goal, 1.0 < edge < 6.5, note))
    times = recoveries(1000)
    slowest, usual = max(times), float(np.median(times))
    name = "malfunction: recovery from 1,000 random states, the slowest"
    goal = f"<= {BOUND:g} s"
    rows.append(Row(name, slowest, usual, None, "s", "the median", slowest, goal, slowest <= BOUND))
    same = len(set(hashes()))
    note = "two runs with one seed, and one without numpy's wide vectors"
    goal = "1: all three equal"
    rows.append(
        Row("malfunction: different traces", same, 1, None, "", "equal runs", same, goal, same == 1, note)
    )
    return rows
