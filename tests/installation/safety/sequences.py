"""Hostile and harmless pictures, as functions of time: the sequences of the design's evidence."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT = 64, 36
Picture = NDArray[np.float32]
Sequence = Callable[[float, int], Picture]

_X, _Y = np.meshgrid((np.arange(WIDTH) + 0.5) / WIDTH, (np.arange(HEIGHT) + 0.5) / HEIGHT)


def grey(level: object) -> Picture:
    """A picture of this luminance, a number or ``(HEIGHT, WIDTH)``."""
    plane = np.broadcast_to(np.asarray(level, np.float32), (HEIGHT, WIDTH))
    return np.repeat(plane[..., None], 3, axis=2).astype(np.float32)


def on(time: float, hertz: float, phase: float = 0.0) -> bool:
    """Whether a square wave of so many hertz is in its first half."""
    return (time * hertz + phase) % 1.0 < 0.5


def coloured(first: tuple[float, float, float], second: tuple[float, float, float], hertz: float) -> Sequence:
    """The whole picture changes between two linear colours."""

    def draw(time: float, _: int) -> Picture:
        return np.broadcast_to(np.array(first if on(time, hertz) else second, np.float32), (HEIGHT, WIDTH, 3))

    return draw


def groups(count: int, hertz: float) -> Sequence:
    """Columns of the picture light up in turn."""

    def draw(time: float, _: int) -> Picture:
        return grey(np.floor(_X * count) == int(time * hertz) % count)

    return draw


def nan_strobe(time: float, _: int) -> Picture:
    """A strobe of 10 Hz, and rows of it that are no numbers."""
    picture = grey(1.0 if on(time, 10) else 0.0)
    picture[::2] = np.nan if on(time, 10) else -np.inf
    picture[1::3] = np.inf if on(time, 10) else 0.0
    return picture


def random_walk() -> Sequence:
    """The level of the whole picture walks at random and is reflected at black and white."""
    rng = np.random.default_rng(3)
    level = np.cumsum(rng.normal(0, 0.25, 4000))
    level = np.abs((level % 2.0) - 1.0)
    return lambda _, index: grey(level[index])


def random_level(_: float, index: int) -> Picture:
    """Another level of the whole picture in each frame."""
    return grey(np.random.default_rng(index).random())


def counter_phase(time: float, _: int) -> Picture:
    """Both halves of the picture flash at 10 Hz, one against the other."""
    return grey((_X < 0.5) == on(time, 10))


def checkerboard(time: float, _: int) -> Picture:
    """Fields of 4 x 4 pixels change places at 10 Hz."""
    board = (np.floor(_X * WIDTH / 4) + np.floor(_Y * HEIGHT / 4)) % 2 > 0
    return grey(board == on(time, 10))


def blobs(time: float, _: int) -> Picture:
    """Five soft lights that wander slowly: harmless."""
    total = np.zeros((HEIGHT, WIDTH))
    for k in range(5):
        x = 0.5 + 0.4 * np.sin(0.21 * time + 2.1 * k)
        y = 0.5 + 0.35 * np.cos(0.17 * time + 1.3 * k)
        total += 0.3 * np.exp(-((_X - x) ** 2 + (_Y - y) ** 2) / 0.004)
    return grey(np.minimum(total, 1.0))


def sparkles() -> Sequence:
    """48 points a second that light up and fade, as plankton does."""
    rng = np.random.default_rng(9)
    births = np.sort(rng.random(48 * 40) * 40)
    places = rng.integers(0, WIDTH * HEIGHT, len(births))
    strength = rng.uniform(0.3, 1.0, len(births))

    def draw(time: float, _: int) -> Picture:
        alive = slice(*np.searchsorted(births, [time - 1.0, time]))
        light = np.zeros(WIDTH * HEIGHT)
        np.add.at(light, places[alive], strength[alive] * np.exp(-(time - births[alive]) / 0.15))
        return grey(np.minimum(light.reshape(HEIGHT, WIDTH), 1.0))

    return draw


def in_turn(count: int, hertz: float, low: float = 0.0, high: float = 1.0) -> Sequence:
    """Groups in a window of the picture: columns of a tile of 8 x 8 pixels."""
    tile = (np.floor(_X * WIDTH) // 2 % count).astype(int)
    return lambda time, _: grey(np.where(tile == int(time * hertz) % count, high, low))


def soft_turns(time: float, _: int) -> Picture:
    """Four groups that swell and fade in turn, each over the next."""
    tile = np.floor(_X * WIDTH) // 2 % 4
    return grey(np.maximum(0.0, np.sin(2 * np.pi * (2.5 * time - tile / 4))) ** 2)


def parked(time: float, _: int) -> Picture:
    """Everything rises by a little less than a transition; from there the groups flash in turn."""
    phase = time % 1.6
    if phase < 0.3:
        return grey(0.09)
    tile = np.floor(_X * WIDTH) // 2 % 4
    return grey(np.where(tile == int((phase - 0.3) * 12), 0.6, 0.09) if phase < 0.7 else 0.0)


def sectors(time: float, _: int) -> Picture:
    """Four sectors that turn three times a second."""
    angle = np.arctan2(_Y - 0.5, (_X - 0.5) * 16 / 9) / (2 * np.pi)
    return grey(np.floor((angle - 3.0 * time) * 4) % 4 == 0)


def rings(time: float, _: int) -> Picture:
    """Rings that run outwards, six a second."""
    radius = np.hypot((_X - 0.5) * 16 / 9, _Y - 0.5)
    return grey((radius * 4 - 6 * time) % 1 < 0.5)


def storm(time: float, _: int) -> Picture:
    """Other points at random, fifteen times a second."""
    rng = np.random.default_rng(int(time * 15))
    return grey(rng.random((HEIGHT, WIDTH)) < 0.27)


def blocks(time: float, _: int) -> Picture:
    """Blocks of a quarter of a window, light or dark at random twelve times a second."""
    rng = np.random.default_rng(int(time * 12))
    return grey(np.kron(rng.random((HEIGHT // 4, WIDTH // 4)) < 0.4, np.ones((4, 4))))


def stairs(time: float, _: int) -> Picture:
    """Down in steps with steps up between them, then up at once."""
    step = int(time * 20) % 12
    return grey(0.95 - step * 0.08 + (0.2 if step % 2 else 0.0))


def beat(time: float, _: int) -> Picture:
    """Two stripes, each slow enough for itself, half a beat apart, over a flickering ground."""
    left = on(time, 2.0)
    right = on(time, 2.0, 0.25)
    return grey(np.where(_X < 0.5, left, right) * 0.8 + 0.07 * on(time, 15))


def sweep(time: float, _: int) -> Picture:
    """A bar of a sixth of the width that crosses the picture five times a second."""
    return grey((_X - 5.0 * time) % 1.0 < 1 / 6)


def plasma(time: float, _: int) -> Picture:
    """What a random shader does: sums of fast waves, in colour."""
    waves = [np.sin(7 * _X * k + (19 - 4 * k) * time) + np.cos(9 * _Y * k - 23 * time) for k in (1, 2, 3)]
    return np.stack([0.5 + 0.25 * wave for wave in waves], axis=-1).astype(np.float32) ** 2


HAZARDS: dict[str, Sequence] = {
    "10 Hz flash": lambda time, _: grey(float(on(time, 10))),
    "12 Hz dark blips": lambda time, _: grey(float((time * 12) % 1 > 0.25)),
    "NaN strobe": nan_strobe,
    "3 Hz flash": lambda time, _: grey(float(on(time, 3))),
    "counter-phase halves": counter_phase,
    "checkerboard reversal": checkerboard,
    "grey on a third of the area": lambda time, _: grey(0.26 * ((_X < 0.3) & on(time, 10))),
    "4 groups in turn": groups(4, 12),
    "8 groups in turn": groups(8, 16),
    "5 Hz wave": lambda time, _: grey(0.5 + 0.5 * np.sin(2 * np.pi * (5 * time - _X))),
    "random level": random_level,
    "random walk": random_walk(),
    "red 10 Hz": coloured((1, 0, 0), (0, 0, 0), 10),
    "red and blue 12 Hz": coloured((1, 0, 0), (0, 0, 1), 12),
    "quarters of a window in turn": in_turn(4, 12),
    "quarters in turn, 20 Hz": in_turn(4, 20),
    "quarters in turn, faint": in_turn(4, 12, 0.0, 0.13),
    "quarters in turn on grey": in_turn(4, 12, 0.31, 0.95),
    "dark quarters in turn on white": in_turn(4, 12, 0.75, 0.0),
    "thirds in turn": in_turn(3, 9),
    "soft turns": soft_turns,
    "turns from a parked level": parked,
    "turning sectors": sectors,
    "rings that grow": rings,
    "storm of sparks": storm,
    "random blocks": blocks,
    "staircase with steps back": stairs,
    "two beats": beat,
    "bar that sweeps": sweep,
    "plasma": plasma,
    "blobs under a master at 10 Hz": lambda time, index: 3 * blobs(time, index) * on(time, 10),
    "white under a blackout at 10 Hz": lambda time, _: grey(0.3 * (1 + _X) * (time * 10 % 1 < 0.6)),
    "blue and green 10 Hz": coloured((0, 0, 1), (0, 1, 0), 10),
}

HARMLESS: dict[str, tuple[Sequence, float]] = {
    "slow fade": (lambda time, _: grey(0.5 + 0.5 * np.sin(2 * np.pi * 0.2 * time)), 0.0014),
    "drifting blobs": (blobs, 0.0002),
    "sparkles": (sparkles(), 0.0004),
}
"""With the bound of the mean absolute change."""
