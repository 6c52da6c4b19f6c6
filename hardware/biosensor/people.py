"""A crowd of simulated people: seeded, stepped by time, and plausible rather than physiological.

Each has their own numbers, drawn once. All that changes from moment to moment is chance that depends on the
seed, the person and show time alone, so the same seed and the same steps give the same bits.

Breath. 12 to 20 breaths a minute at rest, each person's own, wandering by a tenth; within 0.15 to 0.35 Hz.
Breathing in takes two fifths of a breath.

An invitation to breathe, light that swells, is followed by each as far as `follow` says: the own rate
moves to that of the light, and the phase is drawn to it.

Heart. Beats come when the integral of the rate is whole (integral pulse frequency modulation). The rate is
the person's own at rest, 58 to 84 a minute, and swings with the breath by 2 to 6 (respiratory sinus
arrhythmia: it rises while breathing in, and less the faster one breathes; Hirsch and Bishop, Am. J. Physiol.
241, 1981), with a wave of 0.1 Hz by 1 to 3 (the low-frequency band of the Task Force of ESC and NASPE,
Circulation 93, 1996), slowly by chance, and rises by 12 while walking. It stays within 50 to 110.

Alpha. The envelope of the rhythm of 8 to 13 Hz waxes and wanes over seconds (spindles; Berger 1929), higher
in people who stand still.

Place. People walk to a place of their choice at 0.4 to 0.9 m/s, as in a gallery, and stand there for 5 to
22 s where `walking` is a half: anywhere, or beside somebody at 0.6 to 1.2 m (personal distance: Hall, *The
Hidden Dimension*, 1966).
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation.contract import Reading, Seconds, portable_math

__all__ = ["MOST_PEOPLE", "STILL", "Crowd"]

Floats = NDArray[np.float64]

MOST_PEOPLE: Final = 40
STILL: Final = 0.15
"""Metres a second below which a body is still."""

_BREATH: Final = (0.15, 0.35)
_SLOWEST: Final = 0.05
"""Breaths a second of who follows a slow light."""
_DRAWN: Final = 0.08
"""Turns a second with which a breath that is a quarter turn off the light is drawn to it."""
_HEART: Final = (50.0, 110.0)
_INHALE: Final = 0.4
_WALKING: Final = 12.0
_LONGEST_STEP: Final[Seconds] = 0.05
_ROUND: Final[Seconds] = 0.6
"""How long a body takes to change its speed."""


class Crowd:
    """So many simulated people in a room.

    Args:
        count: 1 to 40.
        seed: Of everything.
        room: Width and depth of the floor in metres.
        together: How strongly their breaths fall into step, 0..1 (coupled phases: Kuramoto, 1975).
        walking: How much they walk about, 0..1; 0 lets everybody stand still.
        follow: How far their breath follows a light that invites to it, 0..1.

    Attributes:
        time: Seconds since the beginning.
        x, y: Place of each, in shares of the floor, 0..1.
        heart: Rate of the last whole beat, beats a minute.
        breath: How far the breast has risen, -1..1.
        alpha: 0..1.
        speed: Metres a second.
        beat: True for who had a beat in the last step.
    """

    def __init__(
        self,
        count: int,
        seed: int = 0,
        *,
        room: tuple[float, float] = (6.0, 4.0),
        together: float = 0.0,
        walking: float = 0.5,
        follow: float = 0.0,
    ) -> None:
        if not 1 <= count <= MOST_PEOPLE:
            message = f"a crowd has 1 to {MOST_PEOPLE} people, not {count}"
            raise ValueError(message)
        self.count = count
        self.together = together
        self.walking = walking
        self.follow = follow
        self._light: tuple[float, float] | None = None
        self.time: Seconds = 0.0
        self._room = np.array(room)
        self._who = np.arange(count, dtype=np.float64)
        self._seed = seed
        self._own_breath = 0.2 + 0.13 * self._drawn("breath")
        self._own_heart = 58.0 + 26.0 * self._drawn("heart")
        self._sinus = (2.0 + 4.0 * self._drawn("sinus")) * (0.2 / self._own_breath)
        self._slow_wave = 1.0 + 2.0 * self._drawn("slow")
        self._wave_at = self._drawn("wave")
        self._pace = 0.4 + 0.5 * self._drawn("pace")
        self._inhaled = self._drawn("phase")
        self._beaten = self._drawn("beat")
        self._since: Floats = np.zeros(count)
        self._heard: Floats = np.zeros(count)
        self._effort: Floats = np.zeros(count)
        self._moves = np.zeros(count)
        self._rest = 12.0 * self._drawn("rest")
        self._place = self._room * np.stack([self._drawn("x"), self._drawn("y")], 1)
        self._goal = self._place.copy()
        self._speed: Floats = np.zeros((count, 2))
        self.heart: Floats = self._own_heart.copy()
        self.beat = np.zeros(count, np.bool_)
        self._look()

    def advance(self, dt: Seconds) -> None:
        """Let ``dt`` seconds pass; long steps are cut into short ones."""
        self.beat[:] = False
        steps = max(1, int(np.ceil(dt / _LONGEST_STEP)))
        for _ in range(steps):
            self._step(dt / steps)
        self._look()

    def see(self, phase: float, rate: float) -> None:
        """See a light that invites to breathe.

        Args:
            phase: Of the breath that it invites to, in turns; 0 begins breathing in.
            rate: Breaths a second; 0 for no invitation.
        """
        self._light = (phase, rate) if rate > 0.0 else None

    def readings(
        self, now: Seconds, source: str, *, hearts: str = "beats", first: int = 1, shown: int | None = None
    ) -> list[Reading]:
        """What sensors would send now: all private.

        Args:
            now: Monotonic seconds.
            source: Name of the adapter.
            hearts: ``beats`` sends a heart only when it has beaten, ``all`` always.
            first: Number of the first of them.
            shown: How many have sensors: the first so many; None for all.
        """
        channels = {"x": self.x, "y": self.y, "breath": self.breath, "alpha": self.alpha}
        rows = {name: values.tolist() for name, values in channels.items()}
        still = (self.speed < STILL).tolist()
        found = []
        for person in range(self.count if shown is None else shown):
            root = f"/person/{person + first}"
            said = {name: row[person] for name, row in rows.items()} | {"still": float(still[person])}
            if hearts == "all" or self.beat[person]:
                said["heart"] = float(self.heart[person])
            found += [Reading(f"{root}/{name}", (value,), now, source, True) for name, value in said.items()]
        return found

    def _step(self, dt: Seconds) -> None:
        self.time += dt
        rate = np.clip(self._own_breath * (1.0 + 0.2 * (self._wander("tempo", 0.05) - 0.5)), *_BREATH)
        rate = self._followed(rate, dt)
        self._inhaled = _turn(self._inhaled + (rate + self._pulled()) * dt)
        self._walk(dt)
        swing = portable_math.sin_turns(_swing_at(self._inhaled))
        wave = portable_math.sin_turns(self.time * 0.1 + self._wave_at)
        effort = _WALKING * np.minimum(self._pace_now() / 0.6, 1.0)
        self._effort = self._effort + (effort - self._effort) * dt / (8.0 + dt)
        drift = 6.0 * (self._wander("drift", 0.02) - 0.5)
        heart = self._own_heart + self._sinus * swing + self._slow_wave * wave + drift + self._effort
        hertz = np.clip(heart, *_HEART) / 60.0
        self._beaten = self._beaten + hertz * dt
        self._since = self._since + dt
        beat = self._beaten >= 1.0
        late = (self._beaten - 1.0) / hertz  # a beat falls between two steps
        whole = np.clip(60.0 / np.maximum(self._since - late, 1e-3), *_HEART)
        self.heart = np.where(beat & (self._heard > 0), whole, self.heart)
        self._heard = self._heard + beat
        self._since = np.where(beat, late, self._since)
        self._beaten = np.where(beat, self._beaten - 1.0, self._beaten)
        self.beat |= beat

    def _followed(self, rate: Floats, dt: Seconds) -> Floats:
        """How fast each breathes who sees the light, in turns a second."""
        if self._light is None or self.follow <= 0.0:
            return rate
        phase, pace = self._light
        self._light = (phase + pace * dt) % 1.0, pace
        drawn = _DRAWN * portable_math.sin_turns(phase - self._inhaled)
        return np.maximum(rate + self.follow * (pace - rate + drawn), _SLOWEST)

    def _pulled(self) -> Floats:
        """How fast each breath is pulled towards the mean phase of all, in turns a second."""
        if self.together <= 0.0 or self.count < 2:
            return np.zeros(self.count)
        sines, cosines = portable_math.sin_turns(self._inhaled), portable_math.cos_turns(self._inhaled)
        x, y = sum(cosines.tolist()) / self.count, sum(sines.tolist()) / self.count
        pull: Floats = 0.25 * self.together * (y * cosines - x * sines)
        return pull

    def _walk(self, dt: Seconds) -> None:
        way = self._goal - self._place
        left = np.sqrt(way[:, 0] * way[:, 0] + way[:, 1] * way[:, 1])
        arrived = left < 0.1
        self._rest = np.where(arrived, self._rest - dt, self._rest)
        for person in np.flatnonzero(arrived & (self._rest <= 0.0)).tolist():
            self._choose(person)
        wanted = np.where(arrived, 0.0, np.minimum(self._pace, left / 0.8))
        direction = way / np.maximum(left, 1e-9)[:, np.newaxis]
        change = dt / (_ROUND + dt)
        self._speed = self._speed + (direction * wanted[:, np.newaxis] - self._speed) * change
        self._place = np.clip(self._place + self._speed * dt, 0.0, self._room)

    def _choose(self, person: int) -> None:
        """A new place to go to, and how long to stay there."""
        self._moves[person] += 1.0
        names = ("stay", "how", "who", "far", "turn", "across", "deep")
        stay, how, who, far, turn, across, deep = (self._chance(person, name) for name in names)
        if self.walking <= 0.0:
            self._rest[person] = 5.0
            return
        self._rest[person] = (6.0 + 34.0 * stay) * (1.0 - self.walking) + 2.0
        if how < 0.45 and self.count > 1:
            other = (person + 1 + int(who * (self.count - 1))) % self.count
            angle = np.array([turn])
            beside = np.array(
                [float(portable_math.cos_turns(angle)[0]), float(portable_math.sin_turns(angle)[0])]
            )
            goal = self._goal[other] + beside * (0.6 + 0.6 * far)
        else:
            goal = self._room * np.array([across, deep])
        self._goal[person] = np.clip(goal, 0.2, self._room - 0.2)

    def _look(self) -> None:
        """What can be measured of them now."""
        self.x, self.y = (self._place / self._room).T
        self.breath: Floats = -portable_math.cos_turns(_filled(self._inhaled))
        self.speed: Floats = self._pace_now()
        calm = 1.0 - np.minimum(self.speed / 0.6, 1.0)
        spindle = self._wander("alpha", 0.35)
        self.alpha: Floats = (0.1 + 0.5 * calm) * spindle + 0.3 * spindle * spindle

    def _pace_now(self) -> Floats:
        across, deep = self._speed.T
        speed: Floats = np.sqrt(across * across + deep * deep)
        return speed

    def _drawn(self, what: str) -> Floats:
        """Each person's own number, 0..1."""
        return portable_math.chance(self._who, np.array([portable_math.seed_of(self._seed, what)], np.uint64))

    def _chance(self, person: int, what: str) -> float:
        cell = np.array([person * 100_000.0 + self._moves[person]])
        seeds = np.array([portable_math.seed_of(self._seed, f"go {what}")], np.uint64)
        return float(portable_math.chance(cell, seeds)[0])

    def _wander(self, what: str, rate: float) -> Floats:
        """Smooth chance in time, 0..1, each person's own."""
        seeds = np.array([portable_math.seed_of(self._seed, f"wander {what}")], np.uint64)
        place = self.time * rate
        whole = float(np.floor(place))
        part = place - whole
        cells = self._who * 1e7 + whole
        start, end = portable_math.chance(cells, seeds), portable_math.chance(cells + 1.0, seeds)
        return start + (end - start) * (part * part * (3.0 - 2.0 * part))


def _turn(phase: Floats) -> Floats:
    return phase - np.floor(phase)


def _filled(phase: Floats) -> Floats:
    """Turns of an even breath: the first half is breathing in, which takes ``_INHALE`` of the time."""
    return np.where(phase < _INHALE, phase / _INHALE * 0.5, 0.5 + (phase - _INHALE) / (1.0 - _INHALE) * 0.5)


def _swing_at(phase: Floats) -> Floats:
    """Turns of the heart's swing: up while breathing in, down while breathing out."""
    return _filled(phase) - 0.25
