"""What is measured of the room: exponents, what it does as gain rises, how fast it heals, its trace."""

import hashlib
import math
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from installation.bench.malfunction.room import Room
from installation.show import load_show
from installation.signal import trace_line
from installation.values import Command, Seconds

__all__ = ["BOUND", "exponents", "hashes", "recoveries", "sweep", "trace_hash", "two_runs"]

Floats = NDArray[np.float64]

BOUND: Seconds = 10.0
"""From any malfunction, the loops are calm this long after the order to repair."""
CALM = 0.01
"""Calm: no parameter of the loops is farther from its base than this share of its range."""

_SURE: Seconds = 1.5
"""Calm for so long, and with a loop gain below 1, it stays calm."""
_NUDGE = 1e-7
_SETTLE: Seconds = 30.0


def _states() -> tuple[str, ...]:
    return tuple(state.name for state in load_show().states)


def exponents(seconds: Seconds) -> dict[str, float]:
    """The largest Lyapunov exponent as the show itself tells it, by state, 1/s, mean over ``seconds``."""
    found = {}
    for state in _states():
        room = Room()
        room.stand(state)
        room.run(_SETTLE)
        told = []
        for _ in range(round(seconds)):
            room.run(1.0)
            told.append(room.signal("/neuro/lyapunov"))
        found[state] = math.fsum(told) / len(told)
    return found


def two_runs(state: str, seconds: Seconds, every: Seconds = 0.5) -> float:
    """The same, offline, by two whole players that know nothing of each other (Benettin et al. 1980).

    Both play the same show to the same moment; the loop of the second is nudged, and every half second the
    distance of all that the two loops remember is noted and brought back to its first size.
    """
    one, other = Room(), Room()
    for room in (one, other):
        room.stand(state)
        room.run(_SETTLE)
    targets = other.player.chain.feedback.targets
    span = other.player.tree.span[targets]
    other.player.tree.effective[targets] += _NUDGE * span / math.sqrt(len(targets))
    growth = 0.0
    rounds = round(seconds / every)
    for index in range(rounds + 4):  # the first turn the vector towards the fastest direction
        for room in (one, other):
            room.run(every)
        pairs = list(zip(_memory(one), _memory(other), strict=True))
        away = [b - a for a, b in pairs]
        values = other.player.tree.effective[targets] - one.player.tree.effective[targets]
        squares = [float(np.sum(part**2)) for part in [*away, values / span]]
        grown = math.sqrt(math.fsum(squares)) / _NUDGE
        if grown == 0.0:
            return -math.inf
        if index >= 4:
            growth += math.log(grown)
        for (a, b), part in zip(pairs, away, strict=True):
            b[...] = a + part / grown
        other.player.tree.effective[targets] = one.player.tree.effective[targets] + values / grown
    return growth / (rounds * every)


def _memory(room: Room) -> list[Floats]:
    """Views of all that a loop remembers, its twin left out."""
    feedback = room.player.chain.feedback
    parts = [rows[:, 0::2] for rows in feedback.history.window()]
    return parts + [state[..., 0::2] for _, state in feedback.steps.states()]


def sweep(gains: Floats, settle: Seconds, seconds: Seconds, watched: str) -> list[dict[str, Any]]:
    """What the room does in the long run as the gain of its loops rises.

    Args:
        gains: In order; each goes on where the one before ended.
        settle: Before anything is noted.
        seconds: While the exponent and the local maxima of a parameter are noted.
        watched: Address of that parameter.
    """
    room = Room()
    room.stand("malfunction")
    slot = room.player.tree.slot(watched)
    points = []
    for gain in gains.tolist():
        room.set_gains(gain)
        for _ in room.loop_frames(settle):
            pass
        values, told = [], []
        for _ in room.loop_frames(seconds):
            values.append(float(room.player.tree.effective[slot]))
            told.append(room.signal("/neuro/lyapunov"))
        peaks = [b for a, b, c in zip(values, values[1:], values[2:], strict=False) if a < b >= c]
        points.append(
            {
                "gain": round(gain, 4),
                "loop_gain": round(room.signal("/neuro/loop-gain"), 4),
                "exponent": round(math.fsum(told) / len(told), 4),
                "peaks": sorted({round(peak, 4) for peak in peaks or values[-1:]}),
            }
        )
    return points


def recoveries(count: int, seed: int = 1) -> list[Seconds]:
    """How long each of many random malfunctions takes to be calm for good after the order to repair.

    Every past value of every edge, every filter and every gain (0..8) is drawn by chance; then the room runs
    for a second as it is, and is told to repair, as a pad would tell it.
    """
    chance = np.random.default_rng(seed)
    room = Room(step=1 / 30)
    times = []
    for _ in range(count):
        room.stand("malfunction")
        room.set_gains(chance.uniform(0.0, 8.0, len(room.gains)))
        room.scatter(chance)
        for _ in room.loop_frames(1.0):
            pass
        room.order("set", "/neuro/enter/repairing", 1.0)
        last = 0.0
        for frame, _ in enumerate(room.loop_frames(BOUND + 3.0)):
            if room.away() > CALM:
                last = (frame + 3) / 30  # the order took two frames
            elif frame / 30 - last > _SURE and room.signal("/neuro/loop-gain") < 1.0:
                break
        times.append(last)
    return times


def trace_hash(seconds: Seconds = 60.0, seed: int = 5) -> str:
    """SHA-256 of everything that the show was in a run through all its states, with random gains."""
    room = Room(held=False)
    chance = np.random.default_rng(seed)
    digest = hashlib.sha256()
    way = [state for state in _states() if state != "attuned"]
    part = seconds / len(way)
    for index in range(round(seconds * 60)):
        orders = []
        if index % round(part * 60) == 0 and index // round(part * 60) < len(way):
            orders.append(
                Command("set", (f"/neuro/enter/{way[index // round(part * 60)]}", 1.0), 0.0, "bench")
            )
        if index % 97 == 0:
            gain = room.gains[int(chance.integers(len(room.gains)))]
            orders.append(Command("set", (gain, float(chance.uniform(0, 8))), 0.0, "bench"))
        player = room.player
        step = player.step(orders, index / 60)
        digest.update(trace_line(step.frame, player.signals, player.tree).encode())
        digest.update(player.tree.effective.tobytes())
    return digest.hexdigest()


def hashes(seconds: Seconds = 60.0) -> tuple[str, str, str]:
    """The trace's hash of two runs, and of a third in a process without numpy's wide vectors."""
    found: list[str] = np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])
    environment = os.environ | {"NPY_DISABLE_CPU_FEATURES": " ".join(found), "PYTHONWARNINGS": "ignore"}
    command = [sys.executable, "-m", "installation.bench.malfunction", "trace", str(seconds)]
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run(command, env=environment, cwd=root, capture_output=True, text=True, check=True)
    return trace_hash(seconds), trace_hash(seconds), done.stdout.split()[-1]
