"""Values of a header as hosts accept them, held to what the shader can receive.

A shader receives 32-bit numbers. What is larger is held at their ends when the file is read, with a warning:
later, in the middle of a show, nobody could say where it came from.
"""

import math
from typing import Any, Final

__all__ = [
    "LARGEST_FLOAT",
    "LARGEST_INT",
    "entries",
    "is_number",
    "is_text_number",
    "list_of",
    "numbers",
    "short",
    "truth",
    "upper",
]

LARGEST_FLOAT: Final = 3.4028234663852886e38
"""The largest number of IEEE 754's 32-bit floats."""

LARGEST_INT: Final = 2**31 - 1
"""The largest number of GLSL's ``int``; the least is one further from 0."""


def upper(data: Any) -> dict[str, Any]:
    """An object with its keys in capitals; anything else is empty."""
    return {key.upper(): value for key, value in entries(data).items()}


def entries(data: Any) -> dict[str, Any]:
    """An object whose keys are an author's own names; anything else is empty."""
    return {str(key): value for key, value in data.items()} if isinstance(data, dict) else {}


def list_of(data: Any) -> list[Any]:
    """A list; anything else is empty."""
    return data if isinstance(data, list) else []


def is_number(data: Any) -> bool:
    """Whether it is a finite number that a 32-bit float can hold."""
    return isinstance(data, int | float) and -LARGEST_FLOAT <= data <= LARGEST_FLOAT


def is_text_number(data: Any) -> bool:
    """Whether it is a text that reads as a number."""
    try:
        return isinstance(data, str) and math.isfinite(float(data))
    except ValueError:
        return False


def short(data: Any) -> str:
    """A value as a message quotes it."""
    said = repr(data)
    return said if len(said) <= 60 else f"{said[:57]}..."


def truth(data: Any) -> bool:
    """Booleans as hosts accept them: true, 1 or ``"true"``."""
    if isinstance(data, str):
        return data.strip().lower() in ("true", "yes", "1")
    return bool(data)


def numbers(data: Any, count: int, whole: bool, spoken: bool) -> tuple[tuple[float, ...], bool]:
    """``count`` finite numbers from a number or a list; a short colour becomes opaque, a short point 0.

    Args:
        data: What the header says.
        count: How many the shader receives.
        whole: The shader receives whole numbers.
        spoken: The texts ``true`` and ``false`` are numbers, in any case.

    Returns:
        The numbers, and whether any was held to what the shader can receive.

    Raises:
        TypeError, ValueError: It is something else.
    """
    given = data if isinstance(data, list) else [data] * (count if count != 4 else 3)
    read = [_number(one, spoken) for one in given[:count]]
    if not all(math.isfinite(one) for one in read):
        raise ValueError(data)
    least, most = (-LARGEST_INT - 1, LARGEST_INT) if whole else (-LARGEST_FLOAT, LARGEST_FLOAT)
    held = [min(max(one, least), most) for one in read]
    filler = [0.0, 0.0, 0.0, 1.0]
    return tuple(held + filler[len(held) : count]), held != read


def _number(data: Any, spoken: bool) -> float:
    if spoken and isinstance(data, str) and data.strip().lower() in ("true", "false"):
        return float(data.strip().lower() == "true")
    if isinstance(data, int):  # of any length: what no float holds is held at its end as well
        return float(min(max(data, -(10**300)), 10**300))
    return float(data)
