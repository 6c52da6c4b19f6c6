"""The score of a show: its command, its conditions, and where it stands as signals."""

from collections.abc import Callable
from typing import Final

import numpy as np

from installation.clock import read_time
from installation.cue.condition import Condition, parse_condition
from installation.cue.cuelist import CueList
from installation.cue.score import Presence, Score
from installation.errors import CommandError
from installation.ipc.options import StageOptions
from installation.parameter import Tree
from installation.show.model import CueSpec, ScoreSpec, Show
from installation.signal import Signals
from installation.status import ScoreStatus
from installation.values import Address, Frame, Reading, Seconds

__all__ = ["SIGNALS", "BoundScore", "first_place"]

SIGNALS: Final[tuple[Address, ...]] = ("/score/time", "/score/cycle", "/score/odd", "/score/act")
"""Seconds since the cycle began, cycles before it, 1 in every other cycle, number of the act."""

EMPTY: Final[Address] = "/score/empty"
"""1 while the room is empty."""

START: Final = "0:00"
STOP: Final = "stop"


def first_place(options: StageOptions, show: Show, *, by_itself: bool) -> str:
    """Where the score starts in the first frame.

    Args:
        options: What the command line asked for.
        show: The show.
        by_itself: Whether it starts at its beginning although nobody asked for a place.

    Returns:
        ``M:SS`` or ``act-N``; empty where it does not start.
    """
    elsewhere = options.scene or options.cue or options.shader or options.replay
    if options.score or not show.score or elsewhere:
        return options.score
    return START if by_itself else ""


class BoundScore:
    """Moves the score, and lets conditions read the show.

    Args:
        spec: The show's; None for a show without a score.
        cues: The cue list; its conditions are asked here from now on.
        tree: Values that conditions read.
        signals: Values that conditions read, and where the score says its place.
        stand_in: Enters a state of the interface that has stood for so many seconds already.
    """

    def __init__(
        self,
        spec: ScoreSpec | None,
        cues: CueList,
        tree: Tree,
        signals: Signals,
        stand_in: Callable[[str, Seconds], None],
    ) -> None:
        self.score = Score(spec, cues)
        self._cues = cues
        self._tree = tree
        self._signals = signals
        self._stand_in = stand_in
        self._conditions: dict[str, Condition] = {}
        self._presence = Presence()
        self._manual_moves = 0
        self._said: list[float] = []
        signals.write(signals.declare(EMPTY), 0.0, 0.0)
        self._says = np.array([signals.declare(address) for address in SIGNALS], np.intp)
        cues.next.holds = self._holds

    def advance(self, frame: Frame, present: int) -> None:
        """One frame, after the cue list; ``present`` people were in the room in the frame before."""
        score, signals = self.score, self._signals
        if self._presence.advance(frame.dt, present, score.empty_after):
            self._said.append(float(self._presence.empty))
        score.advance(frame.dt, (signals.get(EMPTY) or 0.0) >= 0.5)
        if score.manual_moves != self._manual_moves:
            self._manual_moves = score.manual_moves
            if self._presence.empty:
                self._said.append(0.0)
            self._presence.begin(empty=False)
        signals.values[self._says] = score.time, score.cycle, score.cycle % 2, score.act
        signals.times[self._says] = frame.time
        signals.confidence[self._says] = 1.0

    def readings(self, now: Seconds) -> list[Reading]:
        """Whether the room became empty, for the next frame's inbox: a recording holds no people."""
        said, self._said = self._said, []
        return [Reading(EMPTY, (value,), now, "score") for value in said]

    def resume(self, time: Seconds, cue: str) -> None:
        """Go on after a restart of the stage.

        Args:
            time: Seconds since the score's cycle began; negative where it did not run.
            cue: Id of the cue that stood; it stands again.
        """
        score = self.score
        if time < 0.0 or not score.length:
            return
        rests = bool(score.empty_cue) and cue == score.empty_cue
        if rests:
            score.restore(time, resting=True)
            self._presence.begin(empty=True)
            self._signals.write(self._signals.declare(EMPTY), 1.0, 0.0)
        elif score.place_of(time) == cue:
            score.start(time)
            score.manual_moves = self._manual_moves  # nobody moved it
        else:
            score.restore(time)

    def command(self, place: str, speed: float | None) -> None:
        """Carry out the command ``score``.

        Args:
            place: ``M:SS``, ``act-N`` or ``stop``.
            speed: Factor on the cue clock from now on; None keeps it.

        Raises:
            CommandError: There is no such place, or the show has no score.
        """
        if not self.score.length:
            raise CommandError("this show has no score: its cues.toml has no [score]")
        at = 0.0 if place == STOP else self._place(place)
        self._cues.clock.speed = speed or self._cues.clock.speed
        if place == STOP:
            self.score.stop(by_hand=True)
            return
        cue, since = self.score.start(at)
        self._stand_in((self._cues.wanted_state or "") if cue else "", since)

    def stand(self) -> None:
        """Enter the state that the score's place asks for, after somebody has moved it."""
        self._stand_in(self._cues.wanted_state or "", 0.0)

    def status(self) -> ScoreStatus | None:
        """Return the score's part of ``status``; None for a show without one."""
        score = self.score
        if not score.length:
            return None
        return ScoreStatus(
            time=round(score.time, 2),
            length=score.length,
            running=score.running,
            cycle=score.cycle,
            act=score.act,
            speed=self._cues.clock.speed,
        )

    def _place(self, text: str) -> Seconds:
        if text.startswith("act-"):
            number = text.removeprefix("act-")
            begins = self.score.act_begins(int(number)) if number.isdecimal() else None
            if begins is None:
                message = f"no cue of the score belongs to act {number}"
                raise CommandError(message)
            return begins
        at = read_time(text)
        if at is None:
            message = f'score: "{text}" is not a place; write M:SS, act-N or stop'
            raise CommandError(message)
        if at >= self.score.length:
            message = f"score: {text} is beyond its end, which is {self.score.length / 60:g} minutes"
            raise CommandError(message)
        return at

    def _holds(self, cue: CueSpec) -> bool:
        if not cue.condition:
            return True
        if cue.condition not in self._conditions:
            self._conditions[cue.condition] = parse_condition(cue.condition)
        return self._conditions[cue.condition].holds(self._value)

    def _value(self, address: Address) -> float:
        """The present value at an address; 0 where there is none."""
        score = self.score
        own = dict(zip(SIGNALS, (score.time, score.cycle, score.cycle % 2, score.act), strict=True))
        if address in own:  # the signals are those of the frame before
            return float(own[address])
        if address in self._tree.parameters():
            return float(self._tree.effective[self._tree.slot(address)])
        return self._signals.get(address) or 0.0
