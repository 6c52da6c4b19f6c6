"""Break the law in many ways: each is caught. A promise that no broken law breaks is no promise.

Each mutation changes one place in the text of a module or of a shader. The promises are run on what it makes.
"""

import inspect
import sys
from types import ModuleType

import numpy as np
import pytest
from numpy.typing import NDArray

from installation.safety import law, refractory, strict, ticks
from installation.safety.picture import groups, marks, patterns, reference
from installation.safety.picture import swings as swing_law
from installation.safety.picture.reference import PictureGuard, luminance_of, scrub
from installation.safety.windows import lay_windows
from tests.installation.safety.crossing import Crossing, sinking
from tests.installation.safety.picture.test_reference import shortest_rest
from tests.judges import judge, most_in_a_second, swings

SIZE = (16, 12)
WINDOWS = lay_windows(SIZE, 3.0, 2.0)
FRAME = lay_windows(SIZE, 60.0, 2.0)
BLACK = np.zeros((SIZE[1], SIZE[0], 3), np.float32)
DT = 1 / 60


def grey(plane: object) -> NDArray[np.float32]:
    return BLACK + np.asarray(plane, np.float32)[..., None]


def isolated() -> list[NDArray[np.float32]]:
    """Four pixels that stand and jump near the levels that decide; no mean follows them."""
    rng = np.random.default_rng(3)
    frames, levels = [], rng.random(4)
    for _ in range(420):
        jump = rng.random(4) < 0.12
        near = rng.choice([0.0, 0.045, 0.078, 0.09, 0.16, 0.3, 0.9], 4) + rng.uniform(0, 0.012, 4)
        levels = np.where(jump, near, levels)
        plane = np.zeros((SIZE[1], SIZE[0]))
        plane[[1, 4, 7, 10], [2, 13, 6, 10]] = levels
        frames.append(grey(plane))
    return frames


def flicker() -> list[NDArray[np.float32]]:
    rng = np.random.default_rng(5)
    return [grey(rng.random() * np.ones((SIZE[1], SIZE[0]))) for _ in range(150)]


def drift() -> list[NDArray[np.float32]]:
    """The mean swings three times in 1.6 s by small steps with steps back; no pixel rises twice."""
    total = SIZE[0] * SIZE[1]
    order = np.random.default_rng(5).permutation(total)
    first, end, frames = 0.0, 0.17, []
    for index in range(6 * 64):
        climbing = index // 64 % 2 == 0
        if climbing == (index % 2 == 0):
            end += 0.012 if climbing else 0.004
        else:
            first += 0.004 if climbing else 0.012
        light = np.zeros(total)
        light[order[np.arange(round(first * total), round(end * total)) % total]] = 1.0
        frames.append(grey(light.reshape(SIZE[1], SIZE[0])))
    return frames


def turns() -> list[NDArray[np.float32]]:
    tile = np.arange(SIZE[0]) // 4 + np.zeros((SIZE[1], 1))
    return [grey(0.13 * (tile == index // 5 % 4)) for index in range(200)]


def crossing() -> list[NDArray[np.float32]]:
    """Points rise one by one to just under a tenth, and cross it together, in quarters."""
    return list(Crossing().pictures(SIZE, half=False, seconds=4.4))


def ramp_hides_no_fall(make: type[PictureGuard]) -> bool:
    """Quarters flash in turn, not down to black, while the picture comes up."""
    guard, quarter = make(FRAME, law.LAWS["standard"]), np.arange(SIZE[0]) % 4 + np.zeros((SIZE[1], 1))
    frames = [grey(np.where(quarter == int(index / 60 * 8) % 4, 1.0, 0.37)) for index in range(180)]
    return judge(np.stack([guard.apply(frame, DT) for frame in frames]), 60.0, FRAME).worst <= 3


def guarded(guard: PictureGuard, frames: list[NDArray[np.float32]], dt: float = DT) -> NDArray[np.float32]:
    for _ in range(10):
        guard.apply(frames[0], 0.4)
    return np.stack([guard.apply(frame, dt) for frame in frames])


def rest_is_kept(make: type[PictureGuard], frames: list[NDArray[np.float32]]) -> bool:
    out = luminance_of(guarded(make(WINDOWS, law.LAWS["standard"]), frames))
    levels = out.reshape(len(out), -1)
    times = np.arange(len(out)) * DT
    return all(shortest_rest(levels, times, step) > 1.0 - 1e-6 for step in (0.0751, 0.1, 0.2))


def judged(
    make: type[PictureGuard], frames: list[NDArray[np.float32]], windows=FRAME, fps: float = 60.0
) -> bool:
    return judge(guarded(make(windows, law.LAWS["standard"]), frames, 1 / fps), fps, windows).worst <= 3


def frame_is_still_after_a_fall(make: type[PictureGuard]) -> bool:
    guard = make(FRAME, law.LAWS["standard"])
    guarded(guard, [grey(0.5 * np.ones((12, 16)))])
    guard.apply(grey(0.3 * np.ones((12, 16))), DT)
    return bool(guard.apply(grey(0.36 * np.ones((12, 16))), DT).max() < 0.301)


def second_rise_is_small(make: type[PictureGuard]) -> bool:
    guard = make(FRAME, law.LAWS["standard"])
    guarded(guard, [grey(0.2 * np.ones((12, 16)))])
    for level in (0.19, 0.19, 0.5):
        guard.apply(grey(level * np.ones((12, 16))), 0.45)
    guard.apply(grey(0.46 * np.ones((12, 16))), DT)
    return bool(guard.apply(grey(0.53 * np.ones((12, 16))), DT).mean() < 0.46 + 0.0541)


def growth_is_an_event(make: type[PictureGuard]) -> bool:
    """A rise that stands, grows, and steps back a little, may not go on at once."""
    guard = make(FRAME, law.LAWS["standard"])
    guarded(guard, [grey(0.2 * np.ones((12, 16)))])
    for level in (0.19, 0.19, 0.19, 0.3, 0.3, 0.3, 0.3, 0.3):
        guard.apply(grey(level * np.ones((12, 16))), 0.45)
    for level in (0.8, 0.75):
        guard.apply(grey(level * np.ones((12, 16))), DT)
    return bool(guard.apply(grey(0.85 * np.ones((12, 16))), DT).mean() < 0.75 + 0.0541)


def only_darker(make: type[PictureGuard]) -> bool:
    rng = np.random.default_rng(1)
    frames = [rng.choice([np.nan, -1.0, 0.2, 1.0, np.inf], BLACK.shape).astype(np.float32) for _ in range(40)]
    out = guarded(make(WINDOWS, law.LAWS["standard"]), frames)
    before = np.stack([luminance_of(scrub(frame)) for frame in frames])
    return bool(np.isfinite(out).all() and (luminance_of(out) <= before * 1.00001 + 1e-7).all())


def blackout_is_immediate(make: type[PictureGuard]) -> bool:
    guard = make(WINDOWS, law.LAWS["standard"])
    guarded(guard, flicker()[:40])
    return not guard.apply(BLACK, DT).any()


def steady_light_passes(make: type[PictureGuard]) -> bool:
    rng = np.random.default_rng(2)
    still = (0.2 + 0.5 * rng.random(BLACK.shape)).astype(np.float32)
    return bool(np.abs(guarded(make(WINDOWS, law.LAWS["standard"]), [still] * 3) - still).max() < 1e-4)


def start_is_soft(make: type[PictureGuard]) -> bool:
    guard = make(WINDOWS, law.LAWS["standard"])
    white = BLACK + 1
    first = [float(guard.apply(white, DT).mean()) for _ in range(130)]
    for _ in range(10):
        guard.apply(white, 0.4)
    again = float(guard.apply(white, 0.6).mean())
    late = [float(guard.apply(white, 0.3, 1e-3).mean()) for _ in range(10)]
    return max(first[:60]) < 0.08 and max(np.diff(first)) < 0.05 and again < 0.01 and max(late) < 0.01


def no_red(make: type[PictureGuard]) -> bool:
    red = BLACK + np.float32([0.9, 0.02, 0.02])
    out = guarded(make(WINDOWS, law.LAWS["standard"]), [red] * 3)
    return bool(
        (out[..., 0] <= 0.7201 * out.sum(axis=-1)).all() and abs(luminance_of(out - red)).max() < 1e-3
    )


def stripes_sink(make: type[PictureGuard]) -> bool:
    windows = lay_windows((96, 54), 3.0, 2.0)
    guard = make(windows, law.LAWS["standard"])
    across, rows = np.arange(96), np.zeros((54, 1))
    bars = np.repeat((across // 4 % 2 * 0.8 + 0.1 + rows)[..., None], 3, 2).astype(np.float32)
    spans = [float(np.ptp(guard.apply(bars, 0.25)[20])) for _ in range(50)]
    slow = np.abs(np.diff(spans[12:])).max() < 0.04 * 0.25
    five = np.repeat((across // 10 % 2 * 0.8 + rows)[..., None], 3, 2).astype(np.float32)
    other = make(windows, law.LAWS["standard"])
    return slow and 0.4 < spans[-1] < 0.5 and np.ptp([other.apply(five, 0.25) for _ in range(20)][-1]) > 0.79


def colours_are_held(make: type[PictureGuard]) -> bool:
    """Of pixels, and of means over pixels whose own colours stand."""
    two = ([0.2, 0.02, 0.02], [0.0, 0.0, 0.5])
    fast, mixed = [BLACK.copy() for _ in range(150)], [BLACK.copy() for _ in range(150)]
    for index in range(150):
        fast[index][:, ::2], fast[index][:, 1::2] = two[index // 3 % 2], two[1 - index // 3 % 2]
        mixed[index][:, ::2], mixed[index][:, 1::2] = [0.1, 0.0, 0.0], [0.0, 0.0, float(index // 3 % 2)]
    verdicts = []
    for frames in (fast, mixed):
        out = guarded(make(FRAME, law.LAWS["standard"]), frames)
        means = out.mean(axis=(1, 2))[:, None]
        verdicts += [most_in_a_second(swings(one), 60.0) for one in (out.reshape(150, -1, 3), means)]
    return max(verdicts) <= 3


PROMISES = {
    "pixel": lambda make: rest_is_kept(make, isolated()),
    "flicker": lambda make: judged(make, flicker()),
    "drift": lambda make: judged(make, drift(), fps=240.0),
    "groups": lambda make: judged(make, turns()),
    "crossing": lambda make: judged(make, crossing()),
    "sinking": lambda make: judged(make, list(sinking(SIZE, half=False, rate=60, seconds=2.0))),
    "ramp": ramp_hides_no_fall,
    "still": frame_is_still_after_a_fall,
    "second": second_rise_is_small,
    "growth": growth_is_an_event,
    "darker": only_darker,
    "blackout": blackout_is_immediate,
    "steady": steady_light_passes,
    "start": start_is_soft,
    "red": no_red,
    "stripes": stripes_sink,
    "colours": colours_are_held,
}


@pytest.mark.parametrize("promise", PROMISES)
def test_the_law_as_it_is_keeps_every_promise(promise):
    assert PROMISES[promise](PictureGuard)


MUTATIONS = [
    (law, "step=0.075", "step=0.11", "groups"),
    (law, "window_step=0.06", "window_step=0.3", "still"),
    (law, "refractory: Seconds = 1.0", "refractory: Seconds = 0.9", "groups"),
    (law, "red: float = 0.72", "red: float = 0.85", "red"),
    (law, "since_start / self.ramp)), power)", "since_start / self.ramp)), 3)", "start"),
    (law, "stall: Seconds = 0.5", "stall: Seconds = 5.0", "start"),
    (law, "group: float = 0.15", "group: float = 0.4", "groups"),
    (refractory, "free = self._direction > 0", "free = self._direction > -2", "pixel"),
    (refractory, "free |= rest <= self._ends", "free |= rest <= 0.5", "pixel"),
    (refractory, "np.copyto(self._rest, self._refractory, where=further)", "pass", "pixel"),
    (refractory, "self._rest[risen] = self._refractory", "pass", "pixel"),
    (
        refractory,
        "turned = signed < level - self._step",
        "turned = signed < level - 2 * self._step",
        "stripes",
    ),
    (
        refractory,
        "rest, np.float32(dt), out=rest",
        "rest, np.float32(2 * dt), out=rest",
        "pixel",
    ),
    (strict, "cap = self.level + self._law.step", "cap = self.level + 9.0", "drift"),
    (strict, "self.after_rise = law.refractory\n                self.extreme", "self.extreme", "growth"),
    (strict, "if self._still and self.after_fall > -TOLERANCE", "if False", "still"),
    (strict, "if resting and not (self.up and self.event)", "if False", "second"),
    (strict, "self.event, self.after_fall = True, law.refractory", "self.event = True", "still"),
    (strict, "self.level, self.rest = mean, self._law.refractory", "self.level = mean", "drift"),
    (groups, "self._fall(self._sunk >= self._group)", "pass", "groups"),
    (groups, "return bool((completes & (rest > self._ends)).any())", "return False", "groups"),
    (groups, "self._since_rise[risen] = self._law.refractory", "pass", "groups"),
    (groups, "self._lifted += self._lifting", "pass", "groups"),
    (reference, "clean = np.where(rgb > 0, np.minimum(rgb, 1.0), 0.0)", "clean = rgb", "darker"),
    (reference, "if mean * g > cap", "if mean * g > cap + 0.2", "still"),
    (reference, "light = (held if hold else free) * np.float32(g)", "light = free * np.float32(g)", "second"),
    (reference, "self._pixels.commit(light.ravel())", "pass", "pixel"),
    (reference, "self._marks.commit(light.ravel())", "pass", "sinking"),
    (reference, "rose, fell = self._marks.moves(free)", "rose, fell = lifting, sinking", "crossing"),
    (reference, "luminance * np.float32(ramp)", "luminance", "start"),
    (marks, "above = light + self._counted", "above = light + 0.8 * self._counted", "crossing"),
    (marks, "below = np.clip(light - self._counted", "below = np.clip(light - 2 * self._counted", "sinking"),
    (marks, "self._risen ^= rose | fell", "pass", "sinking"),
    (ticks, "self._left -= whole", "pass", "pixel"),
    (reference, "min(max(dt, 0.0), real, law.stall) if dt == dt", "max(dt, 0.0) if dt == dt", "start"),
    (
        reference,
        "limited = _as_light(pale, excess, asked)",
        "limited = clean",
        "red",
    ),
    (reference, "moved * scale[..., None]", "moved", "red"),
    (law, "swing: float = 0.19", "swing: float = 0.6", "colours"),
    (law, "swing_rest: Seconds = 0.5", "swing_rest: Seconds = 0.1", "colours"),
    (law, "lit: float = 0.008", "lit: float = 0.9", "colours"),
    (swing_law, "held = lit & ~free & (distance > reach)", "held = lit & False", "colours"),
    (swing_law, "free = self._none | (self._rest <= 0.0)", "free = self._rest <= 9.0e9", "colours"),
    (swing_law, "np.copyto(self._rest, self._rest_after, where=begins & ~self._none)", "pass", "colours"),
    (reference, "self._swings.commit(places, lit)", "pass", "colours"),
    (reference, "self._colours.commit(place_of", "(lambda *_: None)(place_of", "colours"),
    (
        reference,
        "caps[window] = min(caps[window], unlit",
        "caps[window] = min(caps[window], 9.0 + unlit",
        "colours",
    ),
    (patterns, "EDGES = 11", "EDGES = 40", "stripes"),
    (patterns, "EDGES = 11", "EDGES = 8", "stripes"),
    (patterns, "RATE = 0.04", "RATE = 0.4", "stripes"),
    (patterns, "target = min(1.0, self._least", "target = max(1.0, self._least", "stripes"),
    (
        patterns,
        "luminance - np.float32(1.0",
        "luminance + np.float32(1.0",
        "stripes",
    ),
]


def mutate(monkeypatch: pytest.MonkeyPatch, module: ModuleType, old: str, new: str) -> type[PictureGuard]:
    """The guard of a module whose text is changed in one place."""
    text = inspect.getsource(module)
    assert old in text, f"{module.__name__} has no {old!r}"
    changed = ModuleType(f"{module.__name__}_broken")
    monkeypatch.setitem(sys.modules, changed.__name__, changed)
    exec(compile(text.replace(old, new, 1), changed.__name__, "exec"), changed.__dict__)
    if module is reference:
        made: type[PictureGuard] = changed.PictureGuard
        return made
    if module is law:
        monkeypatch.setattr(law, "LAWS", changed.LAWS)
        return PictureGuard
    for name in changed.__dict__["__all__"]:
        if hasattr(reference, name):
            monkeypatch.setattr(reference, name, getattr(changed, name))
    return PictureGuard


@pytest.mark.parametrize(
    ("module", "old", "new", "promise"),
    MUTATIONS,
    ids=[f"{m.__name__[20:]}: {n}" for m, _, n, _ in MUTATIONS],
)
def test_a_law_that_is_broken_in_one_place_breaks_a_promise(monkeypatch, module, old, new, promise):
    make = mutate(monkeypatch, module, old, new)
    with np.errstate(all="ignore"):
        assert not PROMISES[promise](make)
