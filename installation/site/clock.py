"""The one time of a site: four time stamps, the sharpest answer, slewed and bounded.

The leader's clock is the site's. Everybody else asks it the time and computes, from when the question left
(t1), arrived (t2), when the answer left (t3) and arrived (t4)::

    offset = ((t2 - t1) + (t3 - t4)) / 2        delay = (t4 - t1) - (t3 - t2)

as in RFC 5905, section 8. The true offset lies within half the delay of that one, whatever the two ways took.
An answer grows old as the two oscillators drift apart; so that one counts whose bound, half the delay and the
drift since, is smallest. All bounds grow alike, so an answer that another one beats need not be kept.
Nobody's clock steps in a show: what was agreed moves to what is measured by at most ``SLEW`` of the time.
Only a hub that has just come takes over each sharper answer at once, until one is as sharp as ``CLOSE``: the
first ones come while everything starts, may be a tenth of a second wrong, and would be minutes on their way.

All times are of monotonic clocks: steps of the time of day do not exist here.
"""

from dataclasses import dataclass
from typing import Final

import msgspec

from installation.values import Seconds

__all__ = ["CLOSE", "DRIFT", "LATE", "SETTLES", "SLEW", "STEP", "Answer", "Question", "Sample", "SiteClock"]

SLEW: Final = 500e-6
"""The most by which site time runs faster or slower than our clock; the limit of adjtime and of NTP."""
DRIFT: Final = 100e-6
"""The most by which two oscillators of a site differ: 50 ppm each, which cheap quartz keeps."""
LATE: Final[Seconds] = 30.0
"""An answer that takes longer is none."""
STEP: Final[Seconds] = 0.5
"""A larger difference is no drift, but a site that has had another time; it is taken over at once."""
CLOSE: Final[Seconds] = 0.005
"""Bound of an answer that is close enough to begin with: a third of a frame."""
SETTLES: Final[Seconds] = 30.0
"""For so long a hub that has come to a time takes over sharper answers at once."""


class Question(msgspec.Struct, frozen=True):
    """From a hub to the leader.

    Attributes:
        number: Which question it is.
        left: t1, on the asker's clock.
        epoch: Of the leader that is asked.
    """

    number: int
    left: Seconds
    epoch: int


class Answer(msgspec.Struct, frozen=True):
    """From the leader to the hub that asked.

    Attributes:
        number: Of the question.
        left: t1, as it was asked.
        arrived: t2, site time.
        answered: t3, site time.
        epoch: Of the leader.
    """

    number: int
    left: Seconds
    arrived: Seconds
    answered: Seconds
    epoch: int


@dataclass(frozen=True, slots=True)
class Sample:
    """What one answer says.

    Attributes:
        at: t4, on our clock.
        offset: Site time minus our time, seconds.
        delay: Round trip without the time that the leader took, seconds.
    """

    at: Seconds
    offset: Seconds
    delay: Seconds

    def bound(self, now: Seconds) -> Seconds:
        """How far the true offset may be from this one at a time of our clock."""
        return 0.5 * self.delay + DRIFT * max(now - self.at, 0.0)


class SiteClock:
    """Our end of it.

    A hub that leads keeps the time that it has; so the time of a site goes on when its leader changes.

    Attributes:
        agreed: Whether our time is the site's: we lead, or have had an answer.
        steps: How often the time was taken over at once because another site's was met.
    """

    def __init__(self) -> None:
        self.agreed = False
        self.steps = 0
        self._leads = False
        self._epoch = -1
        self._best: Sample | None = None
        self._stale = False
        """Whether the best answer is another leader's."""
        self._offset: Seconds = 0.0
        self._at: Seconds | None = None
        self._settles: Seconds = 0.0
        """Until when sharper answers are taken over at once, on our clock."""
        self._number = 0
        self._asked: dict[int, Seconds] = {}

    def site_time(self, local: Seconds) -> Seconds:
        """Site time at a time of our clock."""
        return local + self._offset

    def local_time(self, site: Seconds) -> Seconds:
        """Time of our clock at a site time."""
        return site - self._offset

    @property
    def offset(self) -> Seconds:
        """Site time minus our time, as it is used now."""
        return self._offset

    def error(self, now: Seconds) -> Seconds:
        """Bound of the error of our site time at a time of our clock, seconds; -1 while nothing is agreed.

        It holds against the clock of the leader that answered last, also while nobody answers: then it grows.
        """
        if self._leads:
            return 0.0
        if not self.agreed or self._best is None:
            return -1.0
        return self._best.bound(now) + abs(self._best.offset - self._offset)

    def lead(self, epoch: int) -> None:
        """From now on our clock is the site's."""
        if not self._leads or epoch != self._epoch:
            self._begin(epoch)
        self._leads = self.agreed = True

    def follow(self, epoch: int) -> None:
        """From now on another's clock is the site's. What it was so far holds until it answers."""
        if self._leads or epoch != self._epoch:
            self._begin(epoch)
        self._leads = False

    def _begin(self, epoch: int) -> None:
        self._epoch = epoch
        self._stale = True
        self._asked.clear()

    def ask(self, now: Seconds) -> Question:
        """The next question, which leaves now."""
        self._number += 1
        self._asked[self._number] = now
        for number in [one for one, left in self._asked.items() if now - left > LATE]:
            del self._asked[number]
        return Question(self._number, now, self._epoch)

    def answer(self, question: Question, arrived: Seconds, now: Seconds) -> Answer | None:
        """The leader's answer, which leaves now.

        Args:
            question: What came.
            arrived: When it came, on our clock.
            now: On our clock.

        Returns:
            None if we do not lead, or were asked as the leader of another epoch.
        """
        if not self._leads or question.epoch != self._epoch:
            return None
        return Answer(
            question.number, question.left, self.site_time(arrived), self.site_time(now), self._epoch
        )

    def hear(self, answer: Answer, now: Seconds) -> Sample | None:
        """Take an answer that arrived now, on our clock.

        Returns:
            What it says; None for one that we have not asked for, that comes twice, is of another epoch, or
            cannot be: it would have taken no time at all.
        """
        left = self._asked.pop(answer.number, None)
        if self._leads or left is None or left != answer.left or answer.epoch != self._epoch:
            return None
        there = answer.answered - answer.arrived
        delay = (now - left) - there
        if there < 0.0 or not 0.0 <= delay < LATE:
            return None
        offset = ((answer.arrived - left) + (answer.answered - now)) / 2.0
        sample = Sample(now, offset, delay)
        best = self._best
        if best is None or self._stale or sample.bound(now) < best.bound(now):
            rough = best is not None and best.bound(now) > CLOSE
            self._best, self._stale = sample, False
            if not self.agreed or abs(offset - self._offset) - sample.bound(now) > STEP:
                self.steps += self.agreed
                self._offset, self.agreed = offset, True
                self._settles = now + SETTLES
            elif rough and now < self._settles:
                self._offset = offset
        return sample

    def advance(self, now: Seconds) -> None:
        """Slew towards what is measured; ``now`` is a time of our clock and does not go back."""
        passed = 0.0 if self._at is None else max(now - self._at, 0.0)
        self._at = now
        if self._leads or self._best is None:
            return
        most = SLEW * passed
        self._offset += min(max(self._best.offset - self._offset, -most), most)
