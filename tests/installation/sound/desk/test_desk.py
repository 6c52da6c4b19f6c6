import copy

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from installation.ipc.feeds.sound import Setup, Speaker
from installation.sound import BLOCK, RATE, STATIONS
from installation.sound.desk import Controls, Desk
from installation.sound.desk.limiter import TruePeak
from tests.installation.sound.desk.noises import kinds, rough, seeds

ON = Controls()
SPEAKERS = tuple(
    Speaker(name=str(number), channel=number + 1, azimuth=azimuth, delay=0.003 * number, gain=-number)
    for number, azimuth in enumerate((-30.0, 30.0, 110.0, -110.0))
)
FOUR = Setup(speakers=SPEAKERS)
TWO = Setup(speakers=SPEAKERS[:2])
ROWS = len(STATIONS)


def play(desk: Desk, samples: np.ndarray, controls: Controls = ON) -> np.ndarray:
    blocks = np.split(samples.astype(np.float32), samples.shape[1] // BLOCK, axis=1)
    return np.concatenate([desk.process(one, controls) for one in blocks], axis=1)


def tone(blocks: int, level: float = -40.0, hertz: float = 300.0, first: int = 0) -> np.ndarray:
    time = np.arange(first * BLOCK, (first + blocks) * BLOCK) / RATE
    return np.tile(10 ** (level / 20) * np.sin(2 * np.pi * hertz * time), (ROWS, 1))


_OPENED: dict[tuple[Setup, int], Desk] = {}


def opened(setup: Setup = FOUR, channels: int = 4) -> Desk:
    """A desk whose first fade is over."""
    if (setup, channels) not in _OPENED:
        _OPENED[setup, channels] = Desk(setup, channels)
        play(_OPENED[setup, channels], np.zeros((ROWS, BLOCK * 380)))
    return copy.deepcopy(_OPENED[setup, channels])


def true_peak(samples: np.ndarray) -> float:
    meter = TruePeak(len(samples))
    blocks = np.split(samples.astype(np.float64), samples.shape[1] // BLOCK, axis=1)
    return 20.0 * float(np.log10(max(max(meter.process(one).max() for one in blocks), 1e-12)))


def test_the_latency_is_as_stated_to_the_sample() -> None:
    desk = opened(Setup(speakers=(Speaker(name="one", channel=1, azimuth=0.0),)), 1)
    samples = np.zeros((ROWS, BLOCK * 6))
    samples[2, 100] = 0.1
    out = play(desk, samples)[0]

    assert int(np.abs(out).argmax()) == 100 + Desk.latency
    assert Desk.latency / RATE < 0.010


@pytest.mark.parametrize("channels", [1, 2, 8])
def test_a_quiet_station_in_the_middle_is_as_loud_through_any_number_of_channels(channels: int) -> None:
    desk = opened(Setup(), channels)
    samples = tone(60) * (np.arange(ROWS) == 2)[:, None]
    out = play(desk, samples)[:, BLOCK * 20 :]

    assert out.dtype == np.float32
    assert out.shape == (channels, BLOCK * 40)
    assert 10 * np.log10((out**2).mean(axis=1).sum()) == pytest.approx(-43.0, abs=0.1)


def test_without_channels_it_runs_and_says_nothing() -> None:
    desk = opened(Setup(), 0)

    assert play(desk, tone(4)).shape == (0, 4 * BLOCK)
    assert desk.meters.momentary == -np.inf


def test_the_same_blocks_give_the_same_bits() -> None:
    samples = rough("bursts", 5, ROWS, 300, most_db=0.0)

    assert play(Desk(FOUR, 4), samples).tobytes() == play(Desk(FOUR, 4), samples).tobytes()


@settings(max_examples=20)
@given(kinds, seeds, st.sampled_from([-3.0, -1.0, -12.0]), st.sampled_from([-14.0, -23.0]))
def test_whatever_comes_peak_and_loudness_stay_below_their_limits(
    kind: str, seed: int, peak: float, ceiling: float
) -> None:
    desk = opened(replace_setup(TWO, peak=peak, ceiling=ceiling), 2)
    out, loudest = [], -np.inf
    for one in np.split(rough(kind, seed, ROWS, 96), 96, axis=1):
        out.append(desk.process(one, ON))
        loudest = max(loudest, desk.meters.short_term)

    assert true_peak(np.concatenate(out, axis=1)) <= peak
    assert loudest <= ceiling


def replace_setup(setup: Setup, **changes: float) -> Setup:
    fields = {name: getattr(setup, name) for name in setup.__struct_fields__}
    return Setup(**(fields | changes))


def test_what_goes_on_settles_a_little_below_each_limit() -> None:
    noise = np.random.default_rng(4).standard_normal((ROWS, BLOCK * 750))
    quiet = opened(TWO, 2)
    play(quiet, noise)
    loud = quiet.meters
    bounded = opened(replace_setup(TWO, ceiling=0.0, dba=80.0, limit_a=76.0, limit_c=200.0), 2)
    play(bounded, noise[:, : BLOCK * 500])
    boom = opened(replace_setup(TWO, ceiling=0.0, dba=80.0, limit_a=200.0, limit_c=84.0), 2)
    play(boom, tone(500, 0.0, 50.0))

    assert -25.0 < loud.short_term <= -23.0
    assert 74.0 < bounded.meters.dba <= 76.0
    assert 82.0 < boom.meters.dbc <= 84.0
    assert np.isnan(loud.dba)
    assert loud.reduction_db > 20.0


def test_what_is_no_number_is_silent_and_counted() -> None:
    desk, plain = opened(), opened()
    samples = tone(40)
    broken = samples.copy()
    broken[0, 500], broken[3, 900], broken[5, 901], broken[1, 7] = np.nan, np.inf, -np.inf, 1e30
    clean = samples.copy()
    clean[0, 500] = clean[3, 900] = clean[5, 901] = clean[1, 7] = 0.0

    assert play(desk, broken).tobytes() == play(plain, clean).tobytes()
    assert desk.meters.scrubbed == 4


@pytest.mark.parametrize(
    ("off", "seconds"),
    [
        (Controls(dark=True), 0.030),
        (Controls(mute=True), 0.040),
        (Controls(silent=True), 0.5),
        (Controls(calm=True), 2.02),
        (Controls(closing=True), 0.35),
    ],
)
def test_each_switch_ends_in_exact_silence_in_time_and_without_a_click(off: Controls, seconds: float) -> None:
    desk = opened()
    before = play(desk, tone(50))
    blocks = int((seconds + 0.1) * RATE / BLOCK)
    after = play(desk, tone(blocks, first=50), off)
    silent = int(seconds * RATE)

    assert np.abs(before[0, -4000:]).max() > 0.005
    assert not after[:, silent:].any()
    assert desk.closed
    assert smooth(np.concatenate([before[:, -4000:], after], axis=1))

    back = play(desk, tone(450 if off.closing else 120, first=50 + blocks))
    assert smooth(np.concatenate([after[:, -1000:], back], axis=1))
    assert np.abs(back[0, -4000:]).max() == pytest.approx(np.abs(before[0, -4000:]).max(), rel=0.01)
    assert not desk.closed


def smooth(out: np.ndarray, hertz: float = 300.0) -> bool:
    """Whether a tone has no corner: its second difference is hardly above that of the steady tone."""
    bend = np.abs(np.diff(out.astype(np.float64), 2, axis=1)).max(axis=1)
    steady = np.abs(out).max(axis=1) * (2 * np.pi * hertz / RATE) ** 2
    return bool((bend < 1.3 * steady + 1e-7).all())


def test_a_panic_takes_no_longer_than_promised_whatever_the_show_says() -> None:
    changed = opened(TWO, 2)
    changed.follow(replace_setup(TWO, panic=30.0))
    play(changed, tone(200))
    for desk in (opened(replace_setup(TWO, panic=30.0), 2), changed):
        out = play(desk, tone(2 * RATE // BLOCK), Controls(calm=True))
        assert np.abs(out[:, RATE : RATE + 4800]).max() > 0.0
        assert not out[:, round(1.55 * RATE) :].any()
        assert desk.closed


def test_a_panic_takes_as_long_as_the_show_says_also_after_a_change() -> None:
    for desk in (opened(replace_setup(TWO, panic=0.3), 2), opened(TWO, 2)):
        desk.follow(replace_setup(TWO, panic=0.3))
        play(desk, tone(10))
        out = play(desk, tone(80, first=10), Controls(calm=True))

        assert out[:, int(0.25 * RATE)].any()
        assert not out[:, int(0.32 * RATE) :].any()


def test_that_the_test_of_clicks_hears_one() -> None:
    out = play(opened(), tone(50))[:, -4000:]
    cut = out.copy()
    cut[:, 2000:] *= 0.97

    assert smooth(out)
    assert not smooth(cut)


def test_it_begins_in_silence_and_is_open_after_two_seconds() -> None:
    out = play(Desk(FOUR, 4), tone(600))

    assert np.abs(out[:, :2000]).max() < 1e-4
    assert np.abs(out[0, RATE * 2 :]).max() == pytest.approx(np.abs(out[0, -4000:]).max(), rel=0.001)
    assert smooth(out)


def test_a_switch_that_is_turned_back_half_way_clicks_neither() -> None:
    desk = opened()
    out = [play(desk, tone(20))]
    for number in range(40):
        out.append(play(desk, tone(3, first=20 + 3 * number), Controls(mute=number % 2 == 0)))

    assert smooth(np.concatenate(out, axis=1)[:, 4000:])


def test_the_master_fader_moves_without_a_click_and_shuts() -> None:
    desk = opened()
    out = [play(desk, tone(50))[:, 4000:]]
    for number, level in enumerate((-6.0, 0.0, -60.0, -20.0, float("nan"))):
        out.append(play(desk, tone(120, first=50 + 120 * number), Controls(level_db=level)))
    levels = [20 * np.log10(np.abs(one[0, -4000:]).max() + 1e-12) for one in out]

    assert smooth(np.concatenate(out, axis=1))
    assert np.array(levels[1:3]) - levels[0] == pytest.approx([-6.0, 0.0], abs=0.05)
    assert levels[4] - levels[0] == pytest.approx(-20.0, abs=0.05)
    assert not out[3][:, -2000:].any()
    assert not out[5][:, -2000:].any()


def test_another_setup_is_faded_to_without_a_click() -> None:
    desk = opened(FOUR, 6)
    moved = (
        Speaker(name="a", channel=1, azimuth=20.0, delay=0.02),
        Speaker(name="b", channel=6, azimuth=-20.0),
    )
    out = [play(desk, tone(60))[:, 4000:]]
    desk.follow(Setup(speakers=moved))
    out.append(play(desk, tone(300, first=60)))
    desk.follow(Setup(speakers=moved[:1]))
    desk.follow(replace_setup(FOUR, delay=0.3))
    out.append(play(desk, tone(300, first=360)))
    whole = np.concatenate(out, axis=1)

    assert [bool(row.any()) for row in out[1][:, -2000:]] == [True, False, False, False, False, True]
    assert [bool(row.any()) for row in out[2][:, -2000:]] == [True, True, True, True, False, False]
    assert smooth(whole)
    # Loudness stays while speakers change: the eight stations are the same tone, so they only add up.
    assert true_peak(whole[:, : whole.shape[1] // BLOCK * BLOCK]) < -20.0


def test_a_constant_is_not_put_on_a_loudspeaker() -> None:
    out = play(opened(), np.full((ROWS, BLOCK * 400), 0.3))

    assert np.abs(out[:, -BLOCK:]).max() < 1e-3


def test_a_block_of_another_shape_is_refused() -> None:
    with pytest.raises(ValueError, match="a block of stations"):
        Desk(FOUR, 4).process(np.zeros((2, BLOCK), np.float32), ON)


@pytest.mark.parametrize("off", [Controls(calm=True), Controls(silent=True), Controls(mute=True)])
def test_what_begins_in_a_silence_is_silent_from_its_first_sample(off: Controls) -> None:
    assert not play(Desk(FOUR, 4), tone(40), off).any()


def test_between_two_silences_there_is_no_sound() -> None:
    desk = opened()
    play(desk, tone(600), Controls(calm=True))
    assert not play(desk, tone(200, first=600), Controls(silent=True)).any()
    assert play(desk, tone(600, first=800))[:, -BLOCK:].any(), "it opens again"


def test_a_desk_that_is_not_metered_plays_the_same() -> None:
    samples = rough("noise", 3, ROWS, 40) * 0.3
    metered, bare = Desk(FOUR, 4), Desk(FOUR, 4, metered=False)

    assert np.array_equal(play(bare, samples), play(metered, samples))
    assert np.isfinite(metered.meters.momentary)
    assert bare.meters.momentary == -np.inf
