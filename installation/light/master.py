"""Grand master and blackout: the last operator controls before the guard."""

import math

__all__ = ["gain"]


def gain(master: float, blackout: bool) -> float:
    """Return the factor on all linear light, 0..1.

    Blackout acts within one frame, on and off; the guard bounds the return of the light like any rise.

    Args:
        master: Clamped to 0..1; NaN counts as 0.
        blackout: True makes the factor 0 whatever the master is.
    """
    if blackout or math.isnan(master):
        return 0.0
    return min(1.0, max(0.0, master))
