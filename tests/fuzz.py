"""Mutated inputs for readers: bytes flipped, cut and doubled, and words of the format where none belong.

``PHOTOPHORE_ATTACK=N`` (``make attack``) makes N times as many of them.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

__all__ = ["CORPUS", "SCALE", "corpus", "mutated"]

CORPUS = Path(__file__).parent / "corpus"
"""Inputs that once broke something, and small ones to begin from; all made by us."""

SCALE = int(os.environ.get("PHOTOPHORE_ATTACK", "1"))
"""How many times as many variants as in a run of the tests."""


def corpus(folder: str) -> list[Path]:
    """The files of one reader's corpus."""
    return sorted(path for path in (CORPUS / folder).iterdir() if path.is_file())


def mutated(seeds: Sequence[bytes], words: Sequence[bytes], count: int, seed: int) -> Iterator[bytes]:
    """``count`` variants of some seeds, the same ones every time.

    Args:
        seeds: Good inputs, and bad ones.
        words: What the format is made of.
        count: How many, before ``SCALE``.
        seed: Of the dice.
    """
    dice = Random(seed)
    for _ in range(count * SCALE):
        data = bytearray(dice.choice(seeds))
        for _ in range(dice.choice((1, 1, 2, 4, 16))):
            at = dice.randrange(len(data) + 1)
            upto = min(len(data), at + dice.choice((1, 1, 4, 40)))
            match dice.randrange(6):
                case 0:
                    data[at:upto] = bytes(dice.randrange(256) for _ in range(upto - at))
                case 1:
                    del data[at:upto]
                case 2:
                    data[at:at] = data[at:upto] * dice.choice((1, 2, 50))
                case 3 if at < len(data):
                    data[at] ^= 1 << dice.randrange(8)
                case 4:
                    data[at:upto] = dice.choice(words)
                case _:
                    data[at:at] = dice.choice(words)
        yield bytes(data)
