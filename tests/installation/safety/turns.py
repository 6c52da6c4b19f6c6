"""Picture and lamps that flash in turn, each hearing of the other late: schedules for the law of both."""

import bisect
import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from installation.safety.joint import FREE, LampsEnd, PictureEnd
from installation.safety.law import FlashLaw
from installation.safety.report import GuardReport
from installation.safety.strict import Strict

Wish = Callable[[float], float]


def most_in_a_second(levels: Sequence[tuple[float, float]], step: float) -> int:
    """Most transitions in any second of a level that is given at the moments of its changes."""
    low = high = levels[0][1]
    direction, marks = 0, []
    for time, level in levels:
        low, high = min(low, level), max(high, level)
        if direction <= 0 and level - low >= step:
            direction, low, high = 1, level, level
            marks.append(time)
        elif direction >= 0 and high - level >= step:
            direction, low, high = -1, level, level
            marks.append(time)
    return max((bisect.bisect_left(marks, time + 1.0) - at for at, time in enumerate(marks)), default=0)


def wish(rng: random.Random) -> Wish:
    """What one side would show: flashes of any rate, random jumps, pulses, saws, or something still."""
    hertz, phase, share = rng.uniform(0.3, 25.0), rng.random(), rng.uniform(0.02, 0.95)
    slow, base = rng.uniform(0.5, 10.0), rng.choice([0.0, 0.1, 0.3])
    times = sorted(rng.uniform(1.0, 6.0) for _ in range(rng.randrange(2, 30)))
    levels = [0.0, *(rng.choice([0.0, 0.0, 1.0, 1.0, rng.random()]) for _ in times)]
    still = rng.choice([0.0, 0.05, 0.1, 0.15, 0.3, 1.0])
    kinds: list[Wish] = [
        lambda time: float((time * hertz + phase) % 1 < share),
        lambda time: levels[bisect.bisect(times, time)],
        lambda time: base + (1 - base) * ((time * hertz / 5 + phase) % 1 < share / 5),
        lambda time: (time * slow + phase) % 1,
        lambda time: 1 - (time * slow + phase) % 1,
        lambda _: still,
    ]
    return rng.choice(kinds)


@dataclass(frozen=True)
class Room:
    """How fast and how late both sides are.

    Attributes:
        frames, ticks: A second, of the picture and of the wire.
        late: Further frames that the picture's message takes, beyond the two of its report.
        slow: Further ticks that the lamps' message takes.
        jitter: Share of a frame by which frames may be longer.
    """

    frames: float
    ticks: float
    late: int
    slow: int
    jitter: float


def a_room(rng: random.Random) -> Room:
    """A room at random: rates, lateness, slowness, jitter."""
    return Room(
        rng.choice([60.0, 60.0, 30.0, 44.0, 25.0, 120.0]),
        rng.choice([44.0, 44.0, 60.0, 30.0]),
        rng.randrange(4),
        rng.randrange(3),
        rng.choice([0.0, 0.0, 0.3, 0.9]),
    )


def wishes(rng: random.Random) -> tuple[Wish, Wish]:
    """Of the picture and of the lamps: apart, or the lamps after the picture or against it."""
    picture, lamps, late = wish(rng), wish(rng), rng.uniform(0.0, 0.2)
    match rng.randrange(4):
        case 0:
            return picture, lambda time: picture(time - late)
        case 1:
            return picture, lambda time: 1.0 - picture(time - late)
    return picture, lamps


class Side:
    """What one side was asked for and may do, under its own law too or not."""

    def __init__(self, asked: Wish, law: FlashLaw, *, alone: bool) -> None:
        self._asked = asked
        self._law = Strict(law, still=True) if alone else None
        self._last: float | None = None
        self.level = 0.0

    def step(self, now: float, cap: float) -> float:
        """Level that is shown at ``now`` seconds where no more than ``cap`` may be."""
        passed = 0.0 if self._last is None else min(0.5, now - self._last)
        self._last = now
        if self._law is not None:
            cap = min(cap, self._law.cap(passed))
        asked = min(1.0, max(0.0, self._asked(now))) if now >= 1.0 else 0.0  # dark for a second at first
        self.level = min(asked, cap)
        if self._law is not None:
            self._law.commit(self.level)
        return self.level


class Post:
    """Messages that arrive after a while; only the newest is found."""

    def __init__(self, delay: float) -> None:
        self._delay = delay
        self._times: list[float] = []
        self._letters: list[bytes] = []
        self._read = 0

    def send(self, now: float, letter: bytes) -> None:
        """Send a letter; it arrives after the delay."""
        self._times.append(now + self._delay)
        self._letters.append(letter)

    def newest(self, now: float) -> bytes | None:
        """The newest that has arrived since the last call; None for none."""
        count = bisect.bisect_right(self._times, now)
        if count <= self._read:
            return None
        self._read = count
        return self._letters[count - 1]


def play(
    rng: random.Random,
    law: FlashLaw,
    room: Room,
    *,
    joint: bool = True,
    alone: bool = True,
    seconds: float = 6.0,
) -> list[tuple[float, float]]:
    """The mean of picture and lamps, at the moments at which either changed."""
    asked = wishes(rng)
    picture, lamps = Side(asked[0], law, alone=alone), Side(asked[1], law, alone=alone)
    ours, theirs = PictureEnd(law), LampsEnd(law)
    to_lamps, to_picture = Post(room.late / room.frames), Post(room.slow / room.ticks)
    frame_at, tick_at = rng.uniform(0, 1 / room.frames), rng.uniform(0, 1 / room.ticks)
    put: list[float] = []
    changes: list[tuple[float, int, float]] = []
    while min(frame_at, tick_at) < seconds:
        if frame_at <= tick_at:
            limit, shown = FREE, frame_at + rng.uniform(0.0, 0.9) / room.frames
            if joint:
                if letter := to_picture.newest(frame_at):
                    ours.hear(letter)
                ours.begin(frame_at)
                known = len(put) - 2  # the report is two frames late
                mean = put[known] if known >= 0 else 0.0
                limit = ours.limit(GuardReport(False, 0.0, mean, 0.0, max(known, -1)), len(put))
            put.append(picture.step(frame_at, limit.cap(picture.level)))
            changes.append((shown, 0, picture.level))
            ours.presented(shown)
            to_lamps.send(shown, ours.message())
            frame_at = max(shown, frame_at + (1 + room.jitter * rng.random()) / room.frames)
        else:
            if joint and (letter := to_lamps.newest(tick_at)):
                theirs.hear(letter)
            lamps.step(tick_at, theirs.ceiling(tick_at) if joint else math.inf)
            changes.append((tick_at, 1, lamps.level))
            theirs.put(tick_at, lamps.level)
            to_picture.send(tick_at, theirs.message())
            tick_at += (1 + 0.3 * room.jitter * rng.random()) / room.ticks
    levels, both = [0.0, 0.0], []
    for time, side, level in sorted(changes):
        levels[side] = level
        both.append((time, 0.5 * sum(levels)))
    return both
