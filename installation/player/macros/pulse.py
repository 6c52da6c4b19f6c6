"""How the picture goes with the beat: motion that gathers after each, light that swells at accents.

The flash guard passes one rise a second, so light follows `/tempo/accent` alone, which is never faster; the
beat itself is shown as motion.
"""

from typing import Final

from installation import portable_math
from installation.player.timing.tempo import ACCENT, BPM
from installation.signal import Signals
from installation.values import Address, Frame, Seconds

__all__ = ["Pulse"]

_BEAT: Final[Address] = "/tempo/beat"
_STEEP: Final = 5.8
"""Halvings of the speed within a beat."""
_WHOLE: Final[float] = 1.0 - 2.0**-_STEEP
_SWELL: Final = 0.5
"""Stops by which light swells at an accent."""
_RISE: Final[Seconds] = 0.08
_FALL: Final[Seconds] = 0.25
"""Half-lives of the swell's beginning and end."""
_PEAK: Final = 0.4814
"""Highest value of ``(1 - 2^(-t / _RISE)) 2^(-t / _FALL)``."""
_OVER: Final[Seconds] = 4.0
"""After this long a swell is over; then light is as authored, to the bit."""


class Pulse:
    """Follows the beat.

    Args:
        signals: Has those of the tempo.
    """

    def __init__(self, signals: Signals) -> None:
        self._signals = signals
        self._began: Seconds = -_OVER

    def now(self, frame: Frame, strength: float) -> tuple[float, float]:
        """Return the factor on the time of scenes and water, and the stops of exposure to be added.

        Args:
            frame: Now; call once for each.
            strength: 0..1; 0 returns 1 and 0.
        """
        if self._signals.get(ACCENT):
            self._began = frame.time
        since = frame.time - self._began
        if strength <= 0.0:
            return 1.0, 0.0
        swell = (1.0 - _halved(since / _RISE)) * _halved(since / _FALL) / _PEAK if since < _OVER else 0.0
        return 1.0 + strength * (self._speed(frame.dt) - 1.0), strength * _SWELL * swell

    def _speed(self, dt: Seconds) -> float:
        """Return the mean speed of the frame: 1 over a whole beat, so that motion keeps its pace."""
        place, passed = self._signals.get(_BEAT) or 0.0, dt * (self._signals.get(BPM) or 0.0) / 60.0
        if not 0.0 < passed < 1.0:
            return 1.0
        before = place - passed
        gone = _way(place) - _way(before % 1.0) + (1.0 if before < 0.0 else 0.0)
        return gone / passed


def _way(place: float) -> float:
    """Return how much of a beat's motion is done at a place in it; both 0..1."""
    return (1.0 - _halved(_STEEP * place)) / _WHOLE


def _halved(times: float) -> float:
    return float(portable_math.power(2.0, -times))
