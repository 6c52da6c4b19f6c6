"""More hostile pictures: near the law's limits, at the edges of windows, in colour, in pieces, by chance."""

import numpy as np

from tests.installation.safety.sequences import _X, _Y, HEIGHT, WIDTH, Picture, Sequence, blobs, grey, on

__all__ = ["WORSE"]

WINDOW = 9
"""Pixels along a 10-degree window of the sequences' picture (3 m away, 2 m high)."""

_COLUMN, _ROW = np.meshgrid(np.arange(WIDTH), np.arange(HEIGHT))


def near_threshold(time: float, _: int) -> Picture:
    """Every column alternates by just over a transition, each about a level of its own."""
    return grey(0.68 * _X + 0.105 * on(time, 6))


def climbing_stairs(time: float, _: int) -> Picture:
    """Two steps up and one back, again and again, from black to white."""
    step = int(time * 14)
    return grey((step // 2 * 0.11 + step % 2 * 0.23) % 1.0)


def small_steps(time: float, _: int) -> Picture:
    """Steps of half a transition that add up, and a drop."""
    return grey(0.05 * (int(time * 45) % 9))


def ripple_on_a_ramp(time: float, _: int) -> Picture:
    return grey(np.minimum(1.0, (0.12 * time) % 0.7 + 0.13 * on(time, 9)))


def window_hops(time: float, _: int) -> Picture:
    """A square as large as a window that jumps by a window and back."""
    at = (0, 1, 2, 1)[int(time * 9) % 4] * WINDOW + 10
    return grey((np.abs(_COLUMN - at) <= WINDOW // 2) & (np.abs(_ROW - HEIGHT // 2) <= WINDOW // 2))


def groups_across_windows(time: float, _: int) -> Picture:
    """Four groups in turn in each window, each window a step later than the one beside it."""
    cell = _COLUMN // 4 % 2 + 2 * (_ROW // 4 % 2)
    return grey((cell + _COLUMN // WINDOW + _ROW // WINDOW) % 4 == int(time * 11) % 4)


def edge_rider(time: float, _: int) -> Picture:
    """A bar that swings over the edge between two windows."""
    return grey(np.abs(_COLUMN - 18 - 5 * np.sin(2 * np.pi * 4 * time)) < 4)


def board_of_windows(time: float, _: int) -> Picture:
    return grey(((_COLUMN // WINDOW + _ROW // WINDOW) % 2 == 0) == on(time, 7))


def quadrants(time: float, _: int) -> Picture:
    turn = (2 * (_Y > 0.5) + ((_X > 0.5) ^ (_Y > 0.5))).astype(int)
    return grey(turn == int(time * 10) % 4)


def wave(hertz: float, lengths: float) -> Sequence:
    return lambda time, _: grey(0.5 + 0.5 * np.sin(2 * np.pi * (hertz * time - lengths * (_X + 0.3 * _Y))))


def standing_wave(time: float, _: int) -> Picture:
    return grey(0.5 + 0.5 * np.sin(2 * np.pi * 3 * _X) * np.sin(2 * np.pi * 6 * time))


def whirl_of_dots(time: float, _: int) -> Picture:
    """Isolated pixels, each at a rate of its own, on black."""
    rate = 4 + (_COLUMN * 7 + _ROW * 13) % 11
    dots = (_COLUMN % 4 == 1) & (_ROW % 4 == 2)
    return grey(dots & ((time * rate) % 1.0 < 0.5))


def one_pixel(time: float, _: int) -> Picture:
    picture = grey(0.2)
    picture[17, 31] = float(on(time, 8))
    return picture


def interlaced(time: float, _: int) -> Picture:
    return grey((_ROW // 2 % 2 == 0) == on(time, 13))


def iris_wipe(time: float, _: int) -> Picture:
    radius = np.hypot((_X - 0.5) * 16 / 9, _Y - 0.5)
    return grey(radius < 0.5 + 0.45 * np.sin(2 * np.pi * 5 * time))


def reversal(time: float, index: int) -> Picture:
    """A picture and its negative."""
    scene = blobs(time, index)
    return scene if on(time, 8) else 1.0 - scene


def crossfades(time: float, index: int) -> Picture:
    """Two scenes that fade into one another three times a second."""
    share = 0.5 - 0.5 * np.cos(2 * np.pi * 3 * time)
    return (1 - share) * blobs(time, index) * 2 + share * grey(0.2 + 0.7 * (_Y > 0.4))


def budget(time: float, index: int) -> Picture:
    """A bright scene whose light is limited to a fifth, on and off."""
    scene = 0.8 * grey(0.4 + 0.6 * np.sin(5 * _X + time) ** 2)
    return scene * (min(1.0, 0.2 / float(scene.mean())) if on(time, 10) else 1.0)


def bursts(time: float, _: int) -> Picture:
    """Three flashes at once, then rest."""
    return grey(float(time % 1.1 < 0.36 and on(time % 1.1, 8)))


def lightning() -> Sequence:
    rng = np.random.default_rng(5)
    strikes = np.sort(rng.uniform(0, 12, 60))

    def draw(time: float, _: int) -> Picture:
        past = time - strikes[strikes <= time]
        return grey(float(min(1.0, np.exp(-past / 0.06).sum())) * (0.3 + 0.7 * _X))

    return draw


def jumping_walk() -> Sequence:
    """A random walk of every column that jumps now and then."""
    rng = np.random.default_rng(11)
    walk = np.cumsum(rng.normal(0, 0.05, (1200, WIDTH)) + (rng.random((1200, WIDTH)) < 0.15) * 0.7, axis=0)
    levels = np.abs(walk % 2.0 - 1.0)
    return lambda _, index: grey(np.broadcast_to(levels[index], (HEIGHT, WIDTH)))


def stripes_that(move: str) -> Sequence:
    """Ten light-dark pairs that drift, reverse or flicker."""

    def draw(time: float, _: int) -> Picture:
        if move == "drift":
            return grey((10 * _X - 3.7 * time) % 1.0 < 0.5)
        if move == "reverse":
            return grey(((10 * _X) % 1.0 < 0.5) == on(time, 6))
        return grey(((10 * _Y) % 1.0 < 0.5) & on(time, 11))

    return draw


def bad_numbers() -> Sequence:
    """NaN and infinity in blocks, in bursts, over a calm picture."""
    rng = np.random.default_rng(2)

    def draw(time: float, index: int) -> Picture:
        picture = 2 * blobs(time, index) + 0.05
        if time % 0.3 < 0.15:
            column, row = rng.integers(0, WIDTH - 16), rng.integers(0, HEIGHT - 16)
            picture[:, ::2] = np.inf
            picture[row : row + 16, column : column + 16] = np.nan
        return picture

    return draw


def shader(seed: int) -> Sequence:
    """What somebody might type at random: warped waves, cut and coloured."""
    rng = np.random.default_rng(seed)
    a, b, c = rng.uniform(2, 25, 3), rng.uniform(-30, 30, 3), rng.uniform(0, 6, 3)
    cut = rng.random(3) < 0.5

    def draw(time: float, _: int) -> Picture:
        warp = np.sin(a[0] * _Y + b[0] * time) + np.sin(a[1] * _X + c[1])
        layers = [0.5 + 0.5 * np.sin(a[k] * _X + 3 * warp + b[k] * time + c[k]) for k in range(3)]
        planes = [layer > 0.6 if hard else layer**2 for layer, hard in zip(layers, cut, strict=True)]
        return np.stack(planes, axis=-1).astype(np.float32)

    return draw


def two_colours(
    first: tuple[float, float, float], second: tuple[float, float, float], hertz: float
) -> Sequence:
    pair = np.array([second, first], np.float32)
    return lambda time, _: np.broadcast_to(pair[int(on(time, hertz))], (HEIGHT, WIDTH, 3))


def hues(time: float, _: int) -> Picture:
    """The colour circle, five times a second, each pixel at another place of it."""
    turns = 2 * np.pi * (5 * time + _X)
    return np.stack([0.5 + 0.5 * np.cos(turns - 2 * np.pi * k / 3) for k in range(3)], -1).astype(np.float32)


WORSE: dict[str, Sequence] = {
    "just over the threshold": near_threshold,
    "stairs that climb": climbing_stairs,
    "small steps that add up": small_steps,
    "fast ripple on a slow ramp": ripple_on_a_ramp,
    "square that hops from window to window": window_hops,
    "groups in turn across windows": groups_across_windows,
    "bar that rides a window's edge": edge_rider,
    "board of windows in counter-phase": board_of_windows,
    "quadrants in turn": quadrants,
    "long wave, 4 Hz": wave(4.0, 0.5),
    "short wave, 9 Hz": wave(9.0, 4.0),
    "short wave, 2.4 Hz": wave(2.4, 5.0),
    "standing wave": standing_wave,
    "isolated pixels": whirl_of_dots,
    "one pixel": one_pixel,
    "interlaced rows": interlaced,
    "iris that opens and shuts": iris_wipe,
    "picture and negative": reversal,
    "crossfades of two scenes": crossfades,
    "light budget at 10 Hz": budget,
    "bursts of three": bursts,
    "lightning": lightning(),
    "walk with jumps": jumping_walk(),
    "stripes that drift": stripes_that("drift"),
    "stripes that reverse": stripes_that("reverse"),
    "stripes that flicker": stripes_that("flicker"),
    "bursts of NaN and infinity": bad_numbers(),
    "random shader 1": shader(1),
    "random shader 2": shader(2),
    "random shader 3": shader(3),
    "red at the limit and blue": two_colours((1.0, 0.3, 0.08), (0.05, 0.1, 1.0), 8),
    "red and cyan of one luminance": two_colours((1.0, 0.0, 0.0), (0.0, 0.27, 0.27), 9),
    "dark red": two_colours((0.12, 0.0, 0.0), (0.0, 0.0, 0.0), 7),
    "colour circle": hues,
}
