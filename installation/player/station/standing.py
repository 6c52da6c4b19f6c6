"""What a player plays, as plain values: cue, cue clock, score, panic, blackout."""

from dataclasses import astuple, dataclass, replace
from typing import TYPE_CHECKING, Final

from installation.player.station.hands import macros_told
from installation.values import Address, Scalar, Seconds

if TYPE_CHECKING:
    from installation.player.player import Player

__all__ = ["ROLE", "Standing", "standing_of"]

ROLE: Final[Address] = "/site/role"
"""Reading: seconds that a GO waits for hubs that follow; 1 if another hub leads, else 0."""

_APART: Final = 0.02
"""Seconds, or beats, by which a clock may differ from one that ran on, before it counts as moved."""
_BEND: Final = 0.05
"""Beats a minute by which the tempo may change before that is told at once."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What a player plays at a moment.

    Attributes:
        cue: Id of the cue that plays, or is about to; empty before the first.
        elapsed: Seconds on the cue clock since it began; negative before that.
        rate: Seconds of the cue clock in one second, while it is not held.
        held: Whether the cue clock is stopped.
        scene: Scene chosen by hand; empty if the cues' own stands.
        score: Seconds since the score's cycle began; -1 where it does not run.
        cycle: Number of cycles before.
        panic: Seconds of the fade of a panic; -1 without one.
        blackout: Whether a blackout was set by hand.
        bpm: Tempo; 0 where nobody has set one.
        beat: Beats since the downbeat of bar 0.
        state: State in which the interface stands; empty without one.
        since: Seconds since that state began.
        macros: Macros that are off the middle (``hands.macros_told``).
    """

    cue: str = ""
    elapsed: Seconds = 0.0
    rate: float = 1.0
    held: bool = False
    scene: str = ""
    score: Seconds = -1.0
    cycle: int = 0
    panic: Seconds = -1.0
    blackout: bool = False
    bpm: float = 0.0
    beat: float = 0.0
    state: str = ""
    since: Seconds = 0.0
    macros: str = ""

    def values(self) -> tuple[Scalar, ...]:
        """The arguments of the command ``site-standing``."""
        values: tuple[Scalar, ...] = astuple(self)
        return values

    def after(self, seconds: Seconds) -> "Standing":
        """What it becomes if nothing happens for so long."""
        passed = 0.0 if self.held else seconds * self.rate
        score = self.score + passed if self.score >= 0.0 else self.score
        beat = self.beat + seconds * self.bpm / 60.0
        return replace(self, elapsed=self.elapsed + passed, score=score, beat=beat, since=self.since + passed)

    def goes_on(self, before: "Standing", seconds: Seconds) -> bool:
        """Whether it is what another one has become in so many seconds."""
        then = before.after(seconds)
        pairs = (then.elapsed, self.elapsed), (then.score, self.score), (then.beat, self.beat)
        near = all(abs(one - other) < _APART for one, other in pairs) and abs(then.bpm - self.bpm) < _BEND
        same = replace(
            self, elapsed=then.elapsed, score=then.score, beat=then.beat, bpm=then.bpm, since=then.since
        )
        return near and same == then


def standing_of(player: "Player", within: Seconds) -> Standing:
    """What a player plays, after a frame.

    Args:
        player: The player.
        within: Seconds; a cue that is about to play within that counts as playing.
    """
    cues, score, frame = player.cues, player.score.score, player.frame
    current, elapsed, rate = cues.current, cues.clock.elapsed, cues.clock.speed * cues.clock.trim
    waiting = player.timing.waiting.coming(frame.beat, frame.time, within)
    coming = score.coming(within * cues.clock.rate)
    if waiting is not None:
        current = cues.order.get(waiting[0])
        elapsed = -waiting[1] * cues.clock.rate - (current.pre_wait if current else 0.0)
    elif coming is not None:
        current, elapsed = cues.order.get(coming[0]), -coming[1]
    return Standing(
        current.id if current else "",
        elapsed,
        rate,
        cues.clock.held,
        cues.scene_by_hand,
        score.time if score.running else -1.0,
        score.cycle,
        cues.panicked.seconds if cues.calmed else -1.0,
        player.blackout.on,
        frame.beat.bpm if player.timing.tempo.known else 0.0,
        frame.beat.position,
        player.interface.state,
        player.interface.elapsed,
        macros_told(player),
    )
