"""Lamps and picture in one room, both guarded, each hearing of the other late, asked for the worst."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pytest
from numpy.typing import NDArray

from installation.safety.joint import LampsEnd, PictureEnd
from installation.safety.lamps.guard import LampGuard
from installation.safety.law import LAWS
from installation.safety.picture.reference import PictureGuard, scrub
from installation.safety.windows import lay_windows
from tests.installation.safety.turns import Post, most_in_a_second
from tests.judges import LUMINANCE

FRAMES, TICKS = 60.0, 44.0
SECONDS = 8.0
DARK = 1.0
"""Seconds at the start in which nothing is asked for."""
LAMPS = 6
SIZE = (8, 6)
STEP = {"standard": 0.1, "strict": 0.05}

Colours = NDArray[np.float64]
Asked = tuple[Colours | float, Colours | float]
"""What is asked of the lamps and of the picture: a level, levels, or colours."""


@dataclass
class Room:
    """Six lamps and a picture. ``seen``, ``wished``: moments with the light of each lamp and the picture."""

    profile: str
    seen: list[tuple[float, list[float]]] = field(default_factory=list)
    wished: list[tuple[float, list[float]]] = field(default_factory=list)
    lamps: list[float] = field(default_factory=lambda: [0.0] * LAMPS)
    picture: float = 0.0

    @property
    def light(self) -> float:
        """Of the lamps together."""
        return sum(self.lamps) / LAMPS

    def run(self, draw: Callable[[float, "Room"], Asked]) -> None:
        law = LAWS[self.profile]
        slots = np.arange(LAMPS * 3).reshape(LAMPS, 3)
        self._lamps = LampGuard(
            slots,
            np.tile(np.array(LUMINANCE, np.float32), (LAMPS, 1)),
            np.tile(np.eye(3, dtype=np.float32), (LAMPS, 1, 1)),
            np.full(LAMPS, 1 / LAMPS, np.float32),
            law,
        )
        self._picture = PictureGuard(lay_windows(SIZE, 60.0, 2.0), law)
        self._reports = [self._picture.report()] * 3
        self._ours, self._theirs = PictureEnd(law), LampsEnd(law)
        self._to_lamps, self._to_picture = Post(1 / FRAMES), Post(1 / TICKS)
        self._asked_lamps, self._asked_picture = [0.0] * LAMPS, 0.0
        frame, tick = 0, 0
        while min(frame / FRAMES, tick / TICKS) < SECONDS:
            now = min(frame / FRAMES, tick / TICKS)
            asked = draw(now, self) if now >= DARK else (0.0, 0.0)
            if frame / FRAMES <= tick / TICKS:
                self._frame(now, asked[1])
                frame += 1
            else:
                self._tick(now, asked[0])
                tick += 1
            self.seen.append((now, [*self.lamps, self.picture]))
            self.wished.append((now, [*self._asked_lamps, self._asked_picture]))

    def _frame(self, now: float, asked: Colours | float) -> None:
        if letter := self._to_picture.newest(now):
            self._ours.hear(letter)
        self._ours.begin(now)
        number = self._picture.report().frame + 1
        limit = self._ours.limit(self._reports[0], number)  # two frames late
        drawn = np.broadcast_to(_colours(asked), (SIZE[1], SIZE[0], 3))
        self._picture.apply(drawn, 1 / FRAMES, ceiling=limit.cap(self.picture))
        said = self._picture.report()
        self._reports = [*self._reports[1:], said]
        self.picture = said.mean
        self._asked_picture = float(scrub(drawn).mean(axis=(0, 1)) @ np.array(LUMINANCE))
        self._ours.presented(now)
        self._to_lamps.send(now, self._ours.message())

    def _tick(self, now: float, asked: Colours | float) -> None:
        if letter := self._to_lamps.newest(now):
            self._theirs.hear(letter)
        colours = np.broadcast_to(scrub(_colours(asked)), (LAMPS, 3))
        light = np.rint(colours * 65535).astype(np.uint16).reshape(-1)
        out = self._lamps.apply(light, 1 / TICKS, ceiling=self._theirs.ceiling(now))
        self.lamps = (out.reshape(LAMPS, 3) / 65535 @ np.array(LUMINANCE)).tolist()
        self._asked_lamps = (colours @ np.array(LUMINANCE)).tolist()
        self._theirs.put(now, self._lamps.report().mean)
        self._to_picture.send(now, self._theirs.message())


def _colours(asked: Colours | float) -> NDArray[np.float64]:
    """Levels as grey; colours as they are."""
    levels = np.asarray(asked, np.float64)
    return levels if levels.ndim == 2 else np.repeat(levels.reshape(-1, 1), 3, axis=1)[: max(1, levels.size)]


def counts(levels: list[tuple[float, list[float]]], step: float) -> dict[str, int]:
    """Most transitions in any second: of the worst lamp, the room, the picture, and both together."""
    lamps = [most_in_a_second([(at, each[k]) for at, each in levels], step) for k in range(LAMPS)]
    room = [(at, sum(each[:LAMPS]) / LAMPS) for at, each in levels]
    picture = [(at, each[LAMPS]) for at, each in levels]
    both = [(at, 0.5 * one + 0.5 * two) for (at, one), (_, two) in zip(room, picture, strict=True)]
    return {
        "lamp": max(lamps),
        "room": most_in_a_second(room, step),
        "picture": most_in_a_second(picture, step),
        "both": most_in_a_second(both, step),
    }


def on(time: float, hertz: float, phase: float = 0.0) -> float:
    return float((time * hertz + phase) % 1 < 0.5)


def one(which: float, count: int = LAMPS) -> Colours:
    return (np.arange(LAMPS) == int(which) % count).astype(float)


def by_chance(time: float, _: Room) -> Asked:
    rng = np.random.default_rng(int(time * 12))
    return rng.random(LAMPS) ** 2, float(rng.random())


def seventh(time: float, _: Room) -> Asked:
    at = int(time * 9) % (LAMPS + 1)
    return (one(at) if at < LAMPS else np.zeros(LAMPS)), float(at == LAMPS)


def whoever_is_dark(_: float, room: Room) -> Asked:
    """Lights the side that is dark and puts out the side that is lit."""
    return (1.0, 0.0) if room.picture > room.light + 0.1 else (0.0, 1.0)


def crest_and_dip(time: float, room: Room) -> Asked:
    """The picture climbs as high as it may; the lamps go out whenever it has, and come back when it falls."""
    lifted = 0.5 * room.picture + 0.5 * room.light > 0.3
    return (0.0 if lifted else 1.0), (1.0 if (time * 3) % 1 < 0.7 else room.picture - 0.25)


def small_and_large(time: float, room: Room) -> Asked:
    """Each side by just over a tenth of the whole, in turn, from wherever it stands."""
    turn = int(time * 8) % 4
    lamps = room.light + (0.21 if turn == 0 else -0.21 if turn == 2 else 0.0)
    picture = room.picture + (0.21 if turn == 1 else -0.21 if turn == 3 else 0.0)
    return min(1.0, max(0.0, lamps)), min(1.0, max(0.0, picture))


HOSTILE: dict[str, Callable[[float, Room], Asked]] = {
    "counter-phase at 10 Hz": lambda time, _: (on(time, 10), 1 - on(time, 10)),
    "counter-phase at 1.7 Hz": lambda time, _: (on(time, 1.7), 1 - on(time, 1.7)),
    "in phase at 7 Hz": lambda time, _: (on(time, 7), on(time, 7)),
    "lamps late by 80 ms at 3 Hz": lambda time, _: (on(time - 0.08, 3), on(time, 3)),
    "a chase before a bright picture": lambda time, _: (one(time * 11), 0.7),
    "a chase that the picture belongs to": seventh,
    "halves, and the picture against one": lambda time, _: (
        np.where(np.arange(LAMPS) < 3, on(time, 4), 1 - on(time, 4)),
        1 - on(time, 4),
    ),
    "just over the threshold": lambda time, _: (0.3 + 0.11 * on(time, 6), 0.5 - 0.11 * on(time, 5)),
    "levels by chance": by_chance,
    "master at 10 Hz": lambda time, _: (np.linspace(0.2, 1, LAMPS) * on(time, 10), 0.6 * on(time, 10)),
    "blackout at 10 Hz, the lamps a tenth later": lambda time, _: (on(time - 0.1, 5), on(time, 5)),
    "crossfades at 4 Hz": lambda time, _: (
        0.5 + 0.5 * math.sin(8 * math.pi * time),
        0.5 - 0.5 * math.sin(8 * math.pi * time),
    ),
    "red lamps, cyan picture": lambda time, _: (
        np.array([[1.0, 0.0, 0.0]]) * on(time, 8),
        np.array([[0.0, 1.0, 1.0]]) * (1 - on(time, 8)),
    ),
    "NaN in the picture": lambda time, _: (on(time, 9), math.nan if on(time, 9) else math.inf),
    "one lamp at 15 Hz": lambda time, _: (0.4 + 0.6 * one(0) * on(time, 15), 0.2),
    "four lamps in turn, the picture at 2 Hz": lambda time, _: (one(time * 12, 4), on(time, 2)),
    "whoever is dark": whoever_is_dark,
    "crest and dip": crest_and_dip,
    "small and large in turn": small_and_large,
}

LOOK = {"whoever is dark", "crest and dip", "small and large in turn"}
"""These look at what came out; alone, what they ask for is no sequence."""


@pytest.mark.parametrize("profile", LAWS)
@pytest.mark.parametrize("name", HOSTILE)
def test_lamps_room_picture_and_both_together_have_at_most_three_transitions_in_any_second(name, profile):
    room = Room(profile)
    room.run(HOSTILE[name])
    if name not in LOOK:
        assert max(counts(room.wished, 0.1).values()) > 3, "the judge has to see the hazard first"
    after = counts(room.seen, STEP[profile])
    assert max(after.values()) <= 3, after
    assert max(max(levels) for _, levels in room.seen) > 0.02, "there was something to see"
