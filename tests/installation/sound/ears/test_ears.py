import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from installation.ipc.feeds.ears import NAMES
from installation.sound import BLOCK, RATE
from installation.sound.ears import Ears
from tests.installation.sound.ears.sounds import click_track, hear, sine, white

RANGES = {one.name: (one.low, one.high) for one in NAMES}


def within(name: str, value: float) -> bool:
    low, high = RANGES[name]
    return low <= value <= high  # false for NaN too


BAD = (math.nan, math.inf, -math.inf, 1e30, -3e38, 1e-40)


@st.composite
def rooms(draw: st.DrawFn) -> tuple[int, list[tuple[str, float, int]]]:
    channels = draw(st.integers(1, 8))
    kinds = st.sampled_from(["silence", "noise", "dc", "clipped", "bad", "impulse"])
    parts = st.tuples(kinds, st.sampled_from([1e-6, 0.01, 0.3, 1.0, 5.0]), st.integers(1, 9))
    return channels, draw(st.lists(parts, min_size=1, max_size=4))


def blocks(channels: int, kind: str, gain: float, count: int, seed: int) -> np.ndarray:
    random = np.random.default_rng(seed)
    shape = (channels, count * BLOCK)
    if kind == "silence":
        return np.zeros(shape, np.float32)
    if kind == "dc":
        return np.full(shape, gain, np.float32)
    made = (random.standard_normal(shape) * gain).astype(np.float32)
    if kind == "clipped":
        return np.clip(made * 10.0, -1.0, 1.0)
    if kind == "impulse":
        made[:, 1:] = 0.0
    if kind == "bad":
        places = random.integers(0, made.size, 20)
        made.flat[places] = random.choice(BAD, 20)
    return made


@given(rooms(), st.integers(0, 1000))
@settings(max_examples=20, deadline=None)
def test_whatever_comes_all_names_are_told_in_their_ranges_and_the_same_each_time(
    room: tuple[int, list[tuple[str, float, int]]], seed: int
) -> None:
    channels, parts = room
    ears, twin = Ears(channels), Ears(channels)
    for kind, gain, count in parts:
        samples = blocks(channels, kind, gain, count, seed)
        told, again = hear(ears, samples), hear(twin, samples)
        assert told == again
        for heard in told:
            assert heard.values.keys() == RANGES.keys()
            assert len(heard.onsets) <= 1
            wrong = {name: value for name, value in heard.values.items() if not within(name, value)}
            assert wrong == {}
        scope = ears.scope()
        assert np.isfinite(np.frombuffer(scope.wave, "<f4")).all()
        assert np.isfinite(np.frombuffer(scope.spectrum, "<f4")).all()


def test_what_is_not_finite_or_far_too_large_is_scrubbed_and_counted() -> None:
    samples = sine(1000.0, 2.0)
    spoilt = samples.copy()
    spoilt[5000:5100] = math.nan
    spoilt[6000:6010] = math.inf
    spoilt[7000] = -1e20
    ears, clean = Ears(1), Ears(1)
    last = hear(ears, spoilt)[-1].values
    wanted = hear(clean, samples)[-1].values

    assert ears.scrubbed == 111
    assert clean.scrubbed == 0
    assert last["loudness"] == pytest.approx(wanted["loudness"], abs=0.01)
    assert last["centroid/hz"] == pytest.approx(wanted["centroid/hz"], rel=0.001)


def test_a_steady_offset_is_not_heard() -> None:
    offset = np.float32(0.4)
    with_offset = hear(Ears(1), sine(1000.0, 2.0) + offset)[-1].values
    without = hear(Ears(1), sine(1000.0, 2.0))[-1].values

    assert with_offset["loudness"] == pytest.approx(without["loudness"], abs=0.1)
    assert with_offset["centroid/hz"] == pytest.approx(1000.0, rel=0.05)


def test_a_silent_room_has_the_values_of_the_table() -> None:
    last = hear(Ears(2), np.zeros((2, RATE), np.float32))[-1].values
    resting = {one.name: one.rest for one in NAMES if one.name not in ("silence", "beat")}

    assert {name: last[name] for name in resting} == resting


def test_many_channels_hear_as_one_does() -> None:
    samples = click_track(np.arange(0.5, 3.0, 0.4), 3.0)
    one, eight = (
        [heard.at for heard in hear(Ears(channels), samples) if heard.values["onset"] > 0.3]
        for channels in (1, 8)
    )

    assert one == eight
    assert len(one) == 7


def test_onsets_do_not_depend_on_the_gain_of_the_microphone() -> None:
    samples = click_track(np.arange(0.5, 3.0, 0.4), 3.0, noise=0.002)
    for gain in (0.1, 1.0, 1.9):
        found = [one.at for one in hear(Ears(1), samples * np.float32(gain)) if one.values["onset"] > 0.3]

        assert len(found) == 7
        assert np.abs(np.array(found) - np.arange(0.5, 3.0, 0.4)).max() < 0.01


@pytest.mark.parametrize("shape", [(1, BLOCK), (2, BLOCK - 1), (BLOCK,), (BLOCK, 2)])
def test_a_block_of_another_shape_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"ears take \(2, 256\)"):
        Ears(2).hear(np.zeros(shape, np.float32), 0.0)


@pytest.mark.parametrize("channels", [0, 9])
def test_a_number_of_channels_that_no_ears_have_is_refused(channels: int) -> None:
    with pytest.raises(ValueError, match="1 to 8"):
        Ears(channels)


def test_the_callers_block_stays_as_it_was() -> None:
    block = white(0.1)[:BLOCK][None].copy()
    block[0, 7] = math.nan
    before = block.copy()
    Ears(1).hear(block, 0.0)

    assert np.array_equal(block, before, equal_nan=True)
