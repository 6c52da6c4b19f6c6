"""The grand master and blackout: the last two words of the operator before the guard."""

import math

__all__ = ["gain"]


def gain(master: float, blackout: bool) -> float:
    """Factor on all linear light.

    Blackout is one frame, up and down; what comes back is bounded by the guard, like any rise.

    Args:
        master: 0..1, more and less are cut; what is no number counts as 0.
        blackout: True makes the factor 0 whatever the master says.
    """
    if blackout or math.isnan(master):
        return 0.0
    return min(1.0, max(0.0, master))
