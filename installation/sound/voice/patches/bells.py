"""Bells: what flashes rings, at most six times a second."""

from collections import deque
from typing import Final

from installation.ipc.feeds.sound import Ring
from installation.sound.voice.events import across
from installation.sound.voice.patches.patch import Moment, Patch, Studio
from installation.values import Seconds

__all__ = ["Bells"]

_OCTAVES: Final = 3.0
"""Above the root where the lowest flash rings: 440 Hz for a root of 55 Hz."""
_SPAN: Final = 2.4
"""Octaves from the lowest to the highest."""
_WINDOW: Final = 1.0
_KEPT: Final = 2
"""Bells of each second that are kept for flashes half as strong again as usual."""
_LOUD: Final = 0.14
"""Factor for a flash as bright as white."""


class Bells(Patch):
    """Rings flashes: left and right as in the picture, high as they stand, loud as they are bright.

    Of many only the strongest ring: a flash has to be among the strongest of the last second, as many as
    bells are allowed in one, and no second has more. Two of them are kept for flashes that stand out, so that
    many weak ones do not use up their bells. So each is decided on at once; nothing waits.

    Where sound runs ahead of the light (``Moment.ahead``) half of the bells come late by a chance part of it.
    The others cannot come before a flash that nobody knows of. So bells sound that expect one, where one has
    been, as often as flashes come: the next flash near there is taken for the one that was heard, and is
    silent; where none comes, the bell was wrong.
    """

    name = "bells"
    sounds = ("bells",)

    def __init__(self, studio: Studio, visit: int = 0) -> None:
        super().__init__(studio, visit)
        self._seen: deque[tuple[Seconds, Ring]] = deque(maxlen=512)
        self._rung: deque[Seconds] = deque(maxlen=16)
        self._weaker: deque[Seconds] = deque(maxlen=16)
        self._late: list[tuple[Seconds, Ring]] = []
        self._expected: list[tuple[Seconds, Ring]] = []
        self._next_guess = 0.0

    def step(self, now: Moment) -> None:
        """Ring what is due."""
        while self._seen and self._seen[0][0] <= now.time - _WINDOW:
            self._seen.popleft()
        self._seen.extend((now.time, ring) for ring in now.rings)
        for ring in sorted(now.rings, key=lambda one: -one.strength):
            if not self._heard_before(ring, now):
                self._take(ring, now)
        self._guess(now)
        due = [ring for time, ring in self._late if time <= now.time]
        self._late = [one for one in self._late if one[0] > now.time]
        for ring in due:
            self._ring(ring, now)

    def _take(self, ring: Ring, now: Moment) -> None:
        most = int(now["rate"])
        strengths = sorted((one.strength for _, one in self._seen), reverse=True)
        if most < 1 or ring.strength < strengths[:most][-1]:
            return
        usual = strengths[len(strengths) // 2]
        kept = most > _KEPT and ring.strength >= max(strengths[:_KEPT][-1], 1.5 * usual)
        if not kept and len(self._weaker) >= most - _KEPT and self._weaker[_KEPT - most] > now.time - _WINDOW:
            return
        if now.ahead > 0.0 and self.chance.random() < 0.5:
            self._late = [*self._late[-7:], (now.time + now.ahead * self.chance.random(), ring)]
        else:
            self._ring(ring, now)
        if not kept:
            self._weaker.append(now.time)

    def _ring(self, ring: Ring, now: Moment) -> None:
        while self._rung and self._rung[0] <= now.time - _WINDOW:
            self._rung.popleft()
        if len(self._rung) >= int(now["rate"]):
            return
        self._rung.append(now.time)
        sounds = self.studio.library["bells"]
        force = min(max(ring.strength, 0.0), 1.0)
        bright = min(max(0.35 * now["tone"] + 0.65 * now["tone"] * force + 0.25 * (force - 0.5), 0.0), 1.0)
        index = bright * (len(sounds) - 1) + self.chance.uniform(-1.5, 1.5)
        sound = sounds[min(max(round(index), 0), len(sounds) - 1)]
        tuning = self.studio.tuning
        degree = round(min(max(ring.y, 0.0), 1.0) * _SPAN * tuning.size)
        pitch = tuning.pitch(degree, _OCTAVES + now.register)
        gain = _LOUD * (0.12 + 0.88 * force**0.6) * (880.0 / pitch) ** 0.3
        self.sound(sound, now, gain, across(ring.x), pitch)

    def _heard_before(self, ring: Ring, now: Moment) -> bool:
        """Whether a bell has sounded in expectation of this flash."""
        self._expected = [one for one in self._expected if one[0] > now.time]
        for one in self._expected:
            if abs(one[1].x - ring.x) < 0.2:
                self._expected.remove(one)
                return True
        return False

    def _guess(self, now: Moment) -> None:
        if now.ahead <= 0.0 or not self._seen:
            self._next_guess = 0.0
            return
        mean = 2.0 * _WINDOW / min(len(self._seen), max(int(now["rate"]), 1))
        if self._next_guess <= 0.0:
            self._next_guess = now.time + self.chance.wait(mean)
        if now.time >= self._next_guess:
            ring = self.chance.one(self._seen)[1]
            self._expected.append((now.time + now.ahead, ring))
            self._ring(ring, now)
            self._next_guess = now.time + self.chance.wait(mean)
