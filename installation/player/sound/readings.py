"""What the sound process says, as readings for the inbox."""

from collections.abc import Callable, Sequence
from typing import Final

from installation.ipc.feeds.ears import NAMES, RISES
from installation.ipc.feeds.sound import Heard
from installation.values import Address, Reading, Seconds

__all__ = ["BEAT", "EARS", "SOURCE", "heard_readings", "running_beat"]

SOURCE: Final = "sound"

_ROOT: Final = "/ears/"
EARS: Final[tuple[Address, ...]] = tuple(_ROOT + one.name for one in NAMES)
"""Every signal that the ears give."""
_MOST: Final = tuple(one.name for one in NAMES if one.fold == "most")
BEAT: Final[Address] = "/ears/beat"
"""Place in the beat, which runs on between two hops that are told."""
_DIGITS: Final = 6


def heard_readings(
    hops: Sequence[Heard], listened: Callable[[Address], bool], everything: bool
) -> list[Reading]:
    """Return what was heard since the last frame, oldest first.

    Of values that last, the newest counts; of those that are not 0 for one hop only, the greatest. Each rise
    of those is an event of its own at the time of its hop, so that none is lost between two frames.

    Args:
        hops: In order of arrival; those without values tell of our own output only.
        listened: Whether anything uses a signal.
        everything: Whether signals that nothing uses are told as well, for people who look at them.
    """
    found: list[Reading] = []
    told = [one for one in hops if one.values]
    if not told:
        return found
    newest, at = told[-1].values, told[-1].at
    events = {name for name in RISES if everything or listened(_ROOT + name)}
    for name, value in newest.items():
        if name in events or not (everything or listened(_ROOT + name)):
            continue
        most = max(one.values.get(name, value) for one in told) if name in _MOST else value
        found.append(_reading(_ROOT + name, most, at))
    for name in sorted(events):
        found += _events(_ROOT + name, [(one.at, one.values.get(name, 0.0)) for one in told])
    return found


def running_beat(newest: Heard, now: Seconds) -> Reading:
    """Return the place in the beat now: it has run on since the newest hop that was told."""
    phase = newest.values.get(BEAT.removeprefix(_ROOT), 0.0) + max(now - newest.at, 0.0) * newest.pace
    return _reading(BEAT, phase % 1.0, newest.at)


def _events(address: Address, hops: Sequence[tuple[Seconds, float]]) -> list[Reading]:
    """Return each value above 0, behind a 0, so that it is a rise; one 0 where there is none."""
    rises = [(at, value) for at, value in hops if value > 0.0]
    if not rises:
        return [_reading(address, 0.0, hops[-1][0])]
    return [_reading(address, one, at) for at, value in rises for one in (0.0, value)]


def _reading(address: Address, value: float, at: Seconds) -> Reading:
    return Reading(address, (round(value, _DIGITS),), at, SOURCE)
