"""A search for holes: random schedules through the guard, judged.

``python -m tests.installation.safety.search 0 600`` goes through the seeds from 0 on for ten minutes.

Each seed makes a room (size, distance, profile, frame rate, even or uneven frames), cuts its picture into
groups by chance, and gives every group a level over time by chance. What is found is told with its seed.
"""

import sys
import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from installation.safety.law import LAWS
from installation.safety.picture.reference import PictureGuard
from installation.safety.windows import lay_windows
from tests import judges
from tests.judges import Verdict, judge

__all__ = ["Found", "search"]

SECONDS = 4.0
STEPS = {"standard": 0.1, "strict": 0.05}
"""What counts as a transition in each profile."""

LEVELS = (0.0, 0.0, 0.05, 0.074, 0.076, 0.09, 0.099, 0.101, 0.15, 0.175, 0.2, 0.3, 0.5, 0.79, 0.9, 1.0, 1.0)
"""Around the law's step, a tenth, their sum, and where WCAG stops counting."""

Levels = NDArray[np.float64]
Groups = NDArray[np.int64]


@dataclass(frozen=True)
class Found:
    """One seed: what it was, and what was counted."""

    seed: int
    about: str
    verdict: Verdict


def _groups(rng: np.random.Generator, width: int, height: int) -> tuple[Groups, int]:
    """Which group each pixel belongs to."""
    x, y = np.meshgrid(np.arange(width), np.arange(height))
    count, wide, high = (
        int(rng.choice([1, 2, 3, 4, 5, 6, 8, 12])),
        int(rng.integers(1, 6)),
        rng.integers(1, 6),
    )
    sizes = np.cumsum(rng.dirichlet(np.ones(count)))[:-1]
    kinds: list[Groups] = [
        x * count // width,
        y * count // height,
        x // wide % count,
        (x // wide + y // high) % count,
        (x // wide + 2 * (y // high)) % count,
        rng.integers(0, count, (height, width)),
        (np.hypot(x - width / 2, y - height / 2) / width * 2 * count).astype(np.int64) % count,
        np.searchsorted(sizes, rng.random((height, width))),
    ]
    return kinds[int(rng.integers(len(kinds)))], count


def _levels(rng: np.random.Generator, frames: int, rate: float, count: int) -> Levels:
    """``(frames, count)``: a level for each group."""
    at = np.arange(frames)[:, None] / rate
    hertz, share = rng.uniform(0.5, 15.0), rng.uniform(0.05, 0.95)
    low, high = np.sort(rng.choice([*LEVELS, rng.random()], 2))
    phase = rng.random(count) if rng.random() < 0.4 else np.arange(count) / count
    turn = (at * hertz + phase) % 1
    step = max(1, int(rate / hertz))
    held = np.arange(frames) // step
    chosen = rng.integers(0, count, frames)[held]
    drawn = rng.choice(LEVELS, (frames, count))
    pulses = (np.abs(at[:, :, None] - rng.uniform(0, frames / rate, (1, count, 12))) < 0.3 * share).any(
        axis=2
    )
    kinds = [
        np.where(turn < share, high, low),
        low + (high - low) * (0.5 + 0.5 * np.sin(2 * np.pi * turn)),
        low + (high - low) * turn,
        high - (high - low) * turn,
        drawn[held * step],
        np.abs(np.cumsum(rng.normal(0, 0.3 * share, (frames, count)), axis=0) % 2 - 1),
        (at * hertz + phase).astype(np.int64) * rng.uniform(0.02, 0.2) % 1,
        at * rng.uniform(0.02, 0.5) % 1 + rng.choice(LEVELS[2:9]) * (turn < share),
        np.where(chosen[:, None] == np.arange(count), high, low),
        np.where(rng.random((frames, count))[held] < share, high, low),
        np.where(pulses, high, low),
    ]
    return kinds[int(rng.integers(len(kinds)))]


def _mixed(rng: np.random.Generator, one: Levels, two: Levels) -> Levels:
    share = rng.random()
    kinds = [one, one, np.maximum(one, two), one * two, np.abs(one - two), share * one + (1 - share) * two]
    return kinds[int(rng.integers(len(kinds)))]


def search(seed: int) -> Found:
    """Play one schedule through the reference guard, and judge what came out."""
    rng = np.random.default_rng(seed)
    width, height = ((16, 10), (20, 12), (24, 14), (32, 18))[int(rng.choice(4, p=[0.4, 0.3, 0.2, 0.1]))]
    profile, distance = str(rng.choice(["standard", "standard", "strict"])), float(rng.choice([4, 5, 8, 20]))
    windows = lay_windows((width, height), distance, 2.0)
    guard, rate = PictureGuard(windows, LAWS[profile]), float(rng.choice([60, 60, 50, 30, 25, 24]))
    frames, uneven = int(SECONDS * rate), bool(rng.random() < 0.25)
    layers = []
    for _ in range(2):
        places, count = _groups(rng, width, height)
        layers.append(_levels(rng, frames, rate, count)[:, places])
    asked = _mixed(rng, *layers)
    tint = np.ones(3) if rng.random() < 0.85 else rng.permutation([1.0, *rng.choice([0.0, 0.2, 1.0], 2)])
    base = np.full((height, width, 3), rng.choice([0, 0, 0.05, 0.07, 0.3, 1.0]), np.float32)
    for _ in range(10):
        guard.apply(base, 0.4)
    seen, index = [base], 0
    while index < frames:  # in half frames: each frame stays until the next one comes
        halves = int(rng.choice([1, 2, 2, 2, 3, 4, 6, 10])) if uneven else 2
        shown = guard.apply((asked[index][..., None] * tint).astype(np.float32), halves / (2 * rate))
        seen += [seen[-1]] * (halves - 1) + [shown]
        index += max(1, halves // 2)
    usual, judges.STEP = judges.STEP, STEPS[profile]
    try:
        verdict = judge(np.stack(seen), 2 * rate, windows)
    finally:
        judges.STEP = usual
    about = f"{width}x{height} from {distance:g} m, {profile}, {rate:g} Hz{', uneven' if uneven else ''}"
    return Found(seed, about, verdict)


def main(first: int, seconds: float) -> None:
    """Search from a seed on for so long; tell what has more than three transitions, and the counts of all."""
    end, counts, seed = time.monotonic() + seconds, dict.fromkeys(range(41), 0), first
    while time.monotonic() < end:
        found = search(seed)
        counts[found.verdict.worst] += 1
        if found.verdict.worst > 3:
            print(found, flush=True)
        seed += 1
    print(f"seeds {first} to {seed - 1}:", {worst: count for worst, count in counts.items() if count})


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
