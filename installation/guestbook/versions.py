"""The hybrid clock that dates decisions: near the time of day, and later than whatever was seen before.

After Kulkarni, Demirbas, Madappa, Avva and Leone, "Logical Physical Clocks" (2014), with both parts in one
number: the time of day in milliseconds, or one more than the latest date that is known here, whichever is
later. So who decides after having seen another decision is dated after it, on any machine and with any clock;
decisions that did not know of each other are ordered by time of day, and by their ids where that is equal.
"""

from installation.values import Seconds

__all__ = ["order", "stamp"]


def stamp(now: Seconds, latest: int) -> int:
    """Return the date of a decision.

    Args:
        now: Unix seconds, as the clock of this machine says, right or wrong.
        latest: The latest date of any decision that is known here; 0 for none.

    Returns:
        Milliseconds, later than ``latest``.
    """
    return max(int(1000 * now), latest + 1)


def order(at: int, decision: str) -> tuple[int, str]:
    """Return what decisions are sorted by, alike on every machine; of two that differ, the later one counts.

    Args:
        at: Its date.
        decision: Its id.
    """
    return at, decision
