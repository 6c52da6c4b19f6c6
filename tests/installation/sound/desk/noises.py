"""Sounds that a desk has to stand: rough, loud, sudden, and steered by a few numbers."""

import numpy as np
from hypothesis import strategies as st

from installation.sound import BLOCK, RATE

KINDS = ("noise", "bursts", "clicks", "alternating", "tones", "squares")


def rough(kind: str, seed: int, rows: int, blocks: int, most_db: float = 40.0) -> np.ndarray:
    """Return (rows, blocks * BLOCK) samples of magnitudes from -40 dB up to ``most_db``."""
    chance = np.random.default_rng(seed)
    count = blocks * BLOCK
    time = np.arange(count)

    def steps(length: int) -> np.ndarray:
        return 10.0 ** (np.repeat(chance.uniform(-40.0, most_db, count // length + 1), length)[:count] / 20.0)

    if kind == "noise":
        sound = chance.standard_normal((rows, count)) * 10.0 ** (chance.uniform(-40.0, most_db) / 20.0)
    elif kind == "bursts":
        sound = chance.standard_normal((rows, count)) * steps(int(chance.integers(8, 20_000)))
        sound *= np.repeat(chance.random(count // 512 + 1) > 0.5, 512)[:count]
    elif kind == "clicks":
        sound = np.where(chance.random((rows, count)) > 0.999, chance.choice([-1.0, 1.0], (rows, count)), 0.0)
        sound *= steps(64)
    elif kind == "alternating":
        sound = np.tile((-1.0) ** (time // int(chance.integers(1, 4))), (rows, 1)) * steps(16)
    elif kind == "tones":
        hertz = np.exp(chance.uniform(np.log(20.0), np.log(RATE / 2), rows))[:, None]
        sound = np.sin(2 * np.pi * hertz * time / RATE + 1.0) * steps(int(chance.integers(64, 30_000)))
    else:
        hertz = np.exp(chance.uniform(np.log(20.0), np.log(2000.0), rows))[:, None]
        sound = np.sign(np.sin(2 * np.pi * hertz * time / RATE)) * steps(int(chance.integers(64, 30_000)))
    return np.clip(sound, -100.0, 100.0)


kinds = st.sampled_from(KINDS)
seeds = st.integers(0, 2**32 - 1)
