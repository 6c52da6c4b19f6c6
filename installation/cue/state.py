"""Where a cue list stands, as plain values."""

from dataclasses import dataclass, field

from installation.parameter.preset import Snapshot
from installation.values import Seconds

__all__ = ["CueState"]


@dataclass(frozen=True, slots=True)
class CueState:
    """State that a restarted stage needs to continue: plain values, for a file.

    Attributes:
        cue, standby: Ids, or None.
        elapsed: Seconds on the cue clock since the cue began; negative during its pre-wait.
        time: Show time in seconds.
        held: Whether the cue clock is stopped.
        bases: All bases; those being faded have their final values.
    """

    cue: str | None
    standby: str | None
    elapsed: Seconds
    time: Seconds
    held: bool = False
    bases: Snapshot = field(default_factory=dict)
