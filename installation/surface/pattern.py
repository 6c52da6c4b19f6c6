"""Patterns that stand for many texts: ``pad/{0..63}``, ``note/{41..44,57..60}``, ``key/{0..7}/{0..7}``.

A pair of braces holds numbers, names and runs of numbers between commas; a run may count down. Several pairs
are combined, the last one changing fastest.
"""

import re
from itertools import product
from typing import Final

__all__ = ["MOST", "expand"]

MOST: Final = 512
"""Most texts that one pattern may stand for: a monome of 16 by 16 has 256 keys."""

_BRACES = re.compile(r"\{([^{}]*)\}")
_RUN = re.compile(r"(\d{1,5})\.\.(\d{1,5})")


def expand(text: str) -> list[str]:
    """Return the texts that a pattern stands for; a text without braces stands for itself.

    Raises:
        ValueError: A brace has no partner, a pair is empty, or there are more than ``MOST`` texts.
    """
    parts = _BRACES.split(text)
    if "{" in "".join(parts[::2]) or "}" in "".join(parts[::2]):
        raise ValueError("a brace has no partner")
    choices = [_choices(part) if index % 2 else [part] for index, part in enumerate(parts)]
    count = 1
    for one in choices:
        count *= len(one)
    if count > MOST:
        raise ValueError(f"it stands for {count} names, more than {MOST}")
    return ["".join(one) for one in product(*choices)]


def _choices(inside: str) -> list[str]:
    found: list[str] = []
    for part in inside.split(","):
        run = _RUN.fullmatch(part.strip())
        if run is None:
            found.append(part.strip())
            continue
        first, last = int(run[1]), int(run[2])
        if abs(last - first) >= MOST:
            raise ValueError(f"{part.strip()} is longer than {MOST}")
        step = 1 if last >= first else -1
        found += [str(number) for number in range(first, last + step, step)]
    if not all(found):
        raise ValueError("a pair of braces is empty")
    return found
