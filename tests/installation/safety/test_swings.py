"""Colours swing at most three times in any second: in pixels, windows, lamps and their room."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from installation.safety.lamps import swings as lamp_swings
from installation.safety.lamps.guard import LampGuard
from installation.safety.law import LAWS
from installation.safety.picture.reference import PictureGuard
from installation.safety.picture.swings import STEP, Swings, light_at, place_of
from installation.safety.windows import lay_windows
from tests.installation.safety.swinging import SWINGS, hue
from tests.judges import LUMINANCE, judge, most_in_a_second, swings

SIZE = (8, 6)
WINDOWS = lay_windows(SIZE, 3.0, 2.0)
Draw = Callable[[float], NDArray[np.float32]]


def steps(seed: int, seconds: float = 3.0, fps: float = 60.0) -> list[float]:
    """Times of frames with some jitter."""
    rng = np.random.default_rng(seed)
    return np.cumsum(rng.uniform(0.7, 1.3, round(seconds * fps)) / fps).tolist()


def most(times: list[float], colours: NDArray[np.floating]) -> int:
    """Most swings of any column within any second, counted by the clock, by both counters."""
    worst = 0
    for furthest in (False, True):
        for column in swings(colours, furthest=furthest).T:
            at = np.array(times)[column]
            worst = max([worst, *(int(np.sum((at >= one) & (at < one + 1.0))) for one in at)])
    return worst


def field(draw: Draw, kind: str) -> Draw:
    """The colour everywhere, or on a half that is opposed to the other by a sixth of a second."""

    def picture(time: float) -> NDArray[np.float32]:
        plane = np.broadcast_to(draw(time), (SIZE[1], SIZE[0], 3)).copy()
        if kind == "halves":
            plane[:, ::2] = draw(time + 0.17)
        return plane

    return picture


def guarded(draw: Draw, profile: str, times: list[float]) -> tuple[NDArray, NDArray]:
    guard = PictureGuard(WINDOWS, LAWS[profile])
    for _ in range(10):
        guard.apply(draw(0.0), 0.4)
    raw, out, last = [], [], 0.0
    for time in times:
        raw.append(draw(time))
        out.append(guard.apply(raw[-1], time - last))
        last = time
    return np.stack(raw), np.stack(out)


def means(frames: NDArray) -> NDArray:
    return np.stack([[WINDOWS.means(frame[..., c]) for c in range(3)] for frame in frames]).transpose(0, 2, 1)


@pytest.mark.parametrize(("kind", "profile"), [("everywhere", "strict"), ("halves", "standard")])
@pytest.mark.parametrize("name", SWINGS)
def test_colours_of_pixels_and_windows_swing_three_times_in_a_second_at_most(name, kind, profile):
    times = steps(len(name))
    raw, out = guarded(field(SWINGS[name], kind), profile, times)
    assert most(times, raw.reshape(len(raw), -1, 3)) > 3, "the counter has to see the hazard first"
    limit = 3 if profile == "standard" else 2
    assert most(times, out.reshape(len(out), -1, 3)) <= limit
    assert most(times, means(out)) <= limit
    assert np.all(out @ np.float32(LUMINANCE) <= raw @ np.float32(LUMINANCE) * 1.0001 + 1e-6)


def test_a_window_whose_points_only_flicker_keeps_its_colour():
    """Red stands, blue flickers below the step: no pixel has two colours, the mean has."""
    blue = np.float32([0.0, 0.0, 1.0])

    def draw(time: float) -> NDArray[np.float32]:
        plane = np.zeros((SIZE[1], SIZE[0], 3), np.float32)
        plane[:, ::2] = [0.1, 0.0, 0.0]
        plane[:, 1::2] = blue * (time * 10 % 1 < 0.5)
        return plane

    times = steps(5)
    raw, out = guarded(draw, "standard", times)
    assert most(times, means(raw)) > 3
    assert most(times, raw.reshape(len(raw), -1, 3)) == 0
    assert most(times, means(out)) <= 3


@pytest.mark.parametrize("what", ["pixel", "window"])
def test_without_the_rule_the_counter_finds_the_swings(monkeypatch, what):
    free = lambda self, places, lit: (places, np.zeros(len(places), np.bool_))  # noqa: E731
    monkeypatch.setattr(Swings, "hold", free)
    times = steps(1)
    _, out = guarded(field(SWINGS["red and blue"], "everywhere"), "standard", times)
    seen = out.reshape(len(out), -1, 3) if what == "pixel" else means(out)
    assert most(times, seen) > 20


def test_the_judge_counts_swings_of_colour_that_the_older_counts_do_not_see():
    draw = field(SWINGS["green and magenta, 7 Hz"], "everywhere")
    frames = np.stack([draw(index / 60) for index in range(120)])
    verdict = judge(frames, 60.0, WINDOWS)
    assert max(verdict.pixel, verdict.window, verdict.red) == 0
    assert verdict.colour > 6


def test_what_stays_what_cuts_once_and_what_drifts_slowly_is_not_touched():
    """Bit for bit what a guard without the rule puts out."""
    slow = hue(0.25)
    plays: list[Draw] = [
        lambda time: np.float32([0.0, 0.0, 1.0]),
        lambda time: np.float32([0.3, 0.0, 0.0] if time < 2 else [0.0, 0.0, 0.9]),
        lambda time: 0.2 * slow(time) + 0.1,
    ]
    times = [index / 60 for index in range(1, 240)]
    for draw in plays:
        _, out = guarded(field(draw, "everywhere"), "standard", times)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Swings, "hold", lambda self, places, lit: (places, np.zeros(len(places), np.bool_)))
            _, plain = guarded(field(draw, "everywhere"), "standard", times)
        np.testing.assert_array_equal(out, plain)


def test_all_colours_of_one_epoch_lie_closer_than_a_swing():
    """Also with centres in whole steps, and colours at the edges of what a display can show."""
    rng = np.random.default_rng(1)
    balls = Swings(400, LAWS["standard"], whole=True)
    lit = np.ones(400, np.bool_)
    seen = []
    for _ in range(60):
        colours = rng.random((400, 3)) ** rng.uniform(0.3, 8, (400, 1)) * (rng.random((400, 3)) < 0.7)
        colours = (colours + 1e-4).astype(np.float32)
        places, held = balls.hold(place_of(colours), lit)
        balls.commit(places, lit)
        seen.append(place_of(np.where(held[:, None], light_at(places), colours)) * STEP)
    stacked = np.stack(seen)
    apart = [np.hypot(*(stacked - one).transpose(2, 0, 1)).max() for one in stacked]
    assert max(apart) < 0.198


def lamp_guard(emitters: int, count: int, profile: str) -> LampGuard:
    """RGB lamps, or such with white and amber beside; a room of equal ones."""
    weights = np.float32([0.2126, 0.7152, 0.0722, 0.9, 0.5][:emitters])
    colours = np.float32([(1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 1), (1, 0.55, 0)][:emitters])
    return LampGuard(
        np.arange(count * emitters).reshape(count, emitters),
        np.tile(weights / (weights.sum() if emitters > 3 else 1.0), (count, 1)),
        np.tile(colours, (count, 1, 1)),
        np.full(count, 1 / count, np.float32),
        LAWS[profile],
    )


def light_of(channels: NDArray[np.uint16], emitters: int) -> NDArray[np.float64]:
    """Linear red, green and blue of lamps, as the guard understands their emitters."""
    values = channels.reshape(-1, emitters) / 65535.0
    if emitters == 3:
        return values
    weights = np.array([0.2126, 0.7152, 0.0722, 0.9, 0.5]) / 2.4
    unit = np.array([(1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 1), (1, 0.55, 0)], np.float64)
    unit /= (unit @ np.array(LUMINANCE))[:, None]
    return values @ (unit * weights[:, None])


@pytest.mark.parametrize("profile", LAWS)
@pytest.mark.parametrize("emitters", [3, 5])
@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize(
    "name", ["red and blue", "red, green and blue", "the colour circle, 4 Hz", "random colours"]
)
def test_colours_of_lamps_and_of_their_room_swing_three_times_in_a_second_at_most(
    name, together, emitters, profile
):
    count, rng = 40, np.random.default_rng(3)
    guard = lamp_guard(emitters, count, profile)
    phases = np.zeros(count) if together else rng.random(count)
    times = steps(2, 5.0, 44.0)
    raw, out, last = [], [], -3.0
    for time in [*np.linspace(-2.7, 0.0, 10), *times]:
        asked = np.zeros((count, emitters))
        asked[:, :3] = [SWINGS[name](max(time, 0.0) + phase) for phase in phases]
        if emitters > 3:
            asked[::2, 4] = 0.3
        light = (np.clip(asked, 0, 1) * 65535).astype(np.uint16)
        put = guard.apply(light.reshape(1, -1), time - last)
        last = time
        if time > 0:
            raw.append(light_of(light, emitters))
            out.append(light_of(put, emitters))
    assert most(times, np.stack(raw)) > 3
    limit = 3 if profile == "standard" else 2
    assert most(times, np.stack(out)) <= limit
    assert most(times, np.stack(out).mean(axis=1, keepdims=True)) <= limit
    assert np.stack(out).max() > 0.02, "there was something to see"


def test_lamps_that_keep_their_colour_or_change_it_once_are_not_touched():
    guard = lamp_guard(3, 4, "standard")
    blue, green = np.uint16([0, 0, 65535] * 4), np.uint16([0, 9000, 0] * 4)
    for _ in range(100):
        out = guard.apply(blue.reshape(1, -1), 0.05)
    np.testing.assert_array_equal(out.ravel(), blue)
    for _ in range(100):
        out = guard.apply(green.reshape(1, -1), 0.05)
    np.testing.assert_array_equal(out.ravel(), green)


def test_most_in_a_second_and_the_clock_agree_on_even_frames():
    colours = np.stack([SWINGS["red and blue"](index / 60) for index in range(120)])[:, None, :]
    times = [index / 60 for index in range(120)]
    assert most_in_a_second(swings(colours), 60.0) == pytest.approx(most(times, colours), abs=1)


def test_the_lamps_own_coordinates_measure_what_places_measure():
    """They are made for little work: red is their origin, and the second one is blue."""
    rng = np.random.default_rng(4)
    one, other = rng.random((2, 500, 3)).astype(np.float32) ** 3 + np.float32(1e-3)
    (green, blue), shares = lamp_swings._coordinates(7.0)

    def own(rgb: NDArray[np.float32]) -> NDArray[np.float32]:
        first, whole = rgb[:, 1] * green + rgb[:, 2] * blue, rgb @ shares
        return np.stack([first, rgb[:, 2]], axis=1) / whole[:, None]

    apart = np.hypot(*(place_of(one) - place_of(other)).T) / 7.0
    np.testing.assert_allclose(np.hypot(*(own(one) - own(other)).T), apart, atol=2e-4)
    assert np.all(one @ shares > 0)
