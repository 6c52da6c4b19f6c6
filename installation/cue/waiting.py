"""Quantised GO: a cue that waits for a beat or a bar.

While one waits, a second GO, or the same cue again, plays it at once: who presses again wants it now. Another
cue takes its place, as clips do in a launcher. A bounce within ``GO_INTERVAL`` is ignored. During a panic
nothing waits: a GO brings the light back.

On a site the leader's GO waits for the others, for a moment that nobody notices (``lead``), so that it comes
everywhere in the same frame.
"""

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from installation.cue.cuelist import CueList
from installation.cue.go import GO_INTERVAL
from installation.tempo import beats_of, read_length
from installation.values import Beat, Seconds

__all__ = ["LENGTHS", "WaitingGo"]

OFF: Final = "off"
LENGTHS: Final[Mapping[str, float]] = MappingProxyType(
    {OFF: 0.0} | {text: read_length(text) or 0.0 for text in ("beat", "bar", "2 bars", "4 bars", "8 bars")}
)
"""What a GO may wait for, as ``tempo.read_length`` has it; 0 is nothing."""

_LATE: Final = 0.05
"""Beats after a boundary within which a GO still means it: 25 ms at 120 bpm."""


class WaitingGo:
    """Plays cues, each when its beat comes.

    Args:
        cues: The list.

    Attributes:
        cue: Id of the cue that waits; empty if none does.
        due: Position of the beat clock at which it plays.
        lead: Seconds that a GO waits for other machines which follow; 0 without any.
    """

    def __init__(self, cues: CueList) -> None:
        self.cue = ""
        self.due = 0.0
        self.lead: Seconds = 0.0
        self._soon: tuple[str, Seconds] | None = None
        self._cues = cues
        self._asked: Seconds = -math.inf

    def go(self, cue: str | None, quantise: str, beat: Beat, now: Seconds, *, whatever: bool = False) -> bool:
        """Play a cue, the standby if None, on its beat; False if it is too soon or the list is at its end.

        Args:
            cue: Id of the cue.
            quantise: What it waits for where it does not say so itself; a key of ``LENGTHS``.
            beat: Musical time now.
            now: Show time.
            whatever: It waits for that, whatever the cue says.

        Raises:
            AddressError: There is no such cue.
        """
        cues = self._cues
        if (self.cue or self._soon) and 0.0 <= now - self._asked < GO_INTERVAL:
            return False
        again = self.cue and cue in (None, self.cue)
        if again:
            cue = self.cue
        standby = cues.standby
        wanted = cue if cue is not None else standby.id if standby is not None else None
        found = cues.order.get(wanted)
        own = found.quantise if found is not None and not whatever else "default"
        length = beats_of(LENGTHS[quantise if own == "default" else own], beat.meter)
        due = math.ceil((beat.position - _LATE) / length) * length if length else 0.0
        if found is None or again or cues.calmed or (due <= beat.position and not self.lead):
            self.cancel()
            return cues.go(now) if wanted is None else cues.go_to(wanted, now)
        if cues.too_soon(now):
            return False
        if due <= beat.position:
            self.cancel()
            self._soon, self._asked = (found.id, now + self.lead), now
            return True
        self.cue, self.due, self._asked = found.id, due, now
        return True

    def too_soon(self, now: Seconds) -> bool:
        """Whether a GO at show time ``now`` would be ignored as a bounce of the one before."""
        waits = self.cue or self._soon
        return self._cues.too_soon(now) or bool(waits and 0.0 <= now - self._asked < GO_INTERVAL)

    def coming(self, beat: Beat, now: Seconds, within: Seconds) -> tuple[str, Seconds] | None:
        """Return the cue that will be played within so many seconds, and in how many; None if none will."""
        if self._soon is not None:
            return self._soon[0], max(self._soon[1] - now, 0.0)
        left = (self.due - beat.position) * 60.0 / beat.bpm
        return (self.cue, left) if self.cue and 0.0 < left <= within else None

    def cancel(self) -> None:
        """Forget the cue that waits."""
        self.cue, self._soon = "", None

    def advance(self, beat: Beat, now: Seconds) -> None:
        """Play the cue whose beat has come."""
        if self.cue and self.cue not in self._cues.order:  # an edit has removed it
            self.cancel()
        if self._soon is not None and now >= self._soon[1]:
            (cue, _), self._soon = self._soon, None
            if cue in self._cues.order:
                self._cues.go_to(cue, now)
        if self.cue and beat.position >= self.due:
            cue = self.cue
            self.cancel()
            self._cues.go_to(cue, now)
