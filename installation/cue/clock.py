"""The cue clock: which cue stands, and for how long."""

from installation.values import Seconds

__all__ = ["CueClock"]


class CueClock:
    """The current cue and the seconds since it began: the time of waits, fades and follows only.

    Attributes:
        cue: Id of the current cue, from its GO on; None before the first.
        waiting: Whether it has not begun yet, because its pre-wait is not over or this frame not processed.
        elapsed: Seconds since it began; negative during its pre-wait.
        held: Whether the clock is stopped.
        speed, trim: Factors on it.
    """

    def __init__(self) -> None:
        self.cue: str | None = None
        self.waiting = False
        self.elapsed: Seconds = 0.0
        self.held = False
        self.speed, self.trim = 1.0, 1.0
        self._stood: str | None = None

    @property
    def rate(self) -> float:
        """Seconds of this clock in one second of show time: 0 while stopped, else ``speed`` x ``trim``."""
        return 0.0 if self.held else self.speed * self.trim

    @property
    def standing(self) -> str | None:
        """Id of the cue whose state stands: while the current one waits, the one that was there before."""
        return self._stood if self.waiting else self.cue

    def hold(self, held: bool) -> None:
        """Stop or resume it; the picture keeps moving."""
        self.held = held

    def play(self, cue: str, pre_wait: Seconds) -> None:
        """Make a cue the current one, at the beginning of its pre-wait."""
        self._stood, self.cue = self.standing, cue
        self.waiting, self.elapsed = True, -pre_wait

    def begin(self) -> None:
        """Let the current cue begin."""
        self.waiting = False

    def withdraw(self) -> None:
        """Go back from a cue that has not begun to the one that stands."""
        self.cue, self.waiting = self.standing, False

    def forget(self) -> None:
        """Stand before the first cue, as when the current one was removed from the list."""
        self.cue, self.waiting = None, False

    def stand(self, cue: str | None, before: str | None, elapsed: Seconds, held: bool) -> None:
        """Stand at a cue, as after a restart.

        Args:
            cue: Its id.
            before: Id of the cue that stands while it waits.
            elapsed: Seconds since it began; it waits if they are negative.
            held: Whether the clock is stopped.
        """
        self.cue, self._stood = cue, before
        self.elapsed, self.held = elapsed, held
        self.waiting = cue is not None and elapsed < 0
