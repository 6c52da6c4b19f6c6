"""Breath, skin, variability, ECG and movement, against signals of known truth."""

import numpy as np
import pytest

from hardware.biosensor.bank import SensorBank
from hardware.biosensor.features import BreathBank, EcgBank, EdaBank, EegBank, MotionBank, rmssd
from hardware.biosensor.features.electrodermal import responses
from hardware.biosensor.features.high_pass import high_passed
from hardware.biosensor.features.running import RunningScale
from hardware.biosensor.features.variability import BeatLog, normal
from hardware.biosensor.features.windows import Windows
from tests.hardware.biosensor.made import Floats, eeg


def belt(breaths: float, seconds: float, rate: float = 25.0, noise: float = 0.05) -> Floats:
    clock = np.arange(int(seconds * rate)) / rate
    chance = np.random.default_rng(int(breaths))
    return (
        300.0
        + 20.0 * np.sin(2 * np.pi * breaths / 60.0 * clock)
        + 20.0 * noise * chance.standard_normal(len(clock))
    )


def breathed(signal: Floats, rate: float = 25.0) -> tuple[Floats, float]:
    bank, told = BreathBank(1, rate), []
    for at in range(0, len(signal), 5):
        bank.feed(0, signal[at : at + 5])
        told.append(float(bank.look()[0]))
    return np.array(told), float(bank.rate[0])


@pytest.mark.parametrize("breaths", [6.0, 12.0, 20.0])
def test_a_belt_tells_the_breath_on_its_own_scale(breaths: float) -> None:
    told, rate = breathed(belt(breaths, 60.0))
    assert rate == pytest.approx(breaths, abs=0.8)
    clock = (np.arange(len(told)) + 1) / 5.0
    known = np.isfinite(told)
    assert known[clock > 25.0].mean() > 0.9
    wanted = np.sin(2 * np.pi * breaths / 60.0 * clock[known])
    assert np.corrcoef(told[known], wanted)[0, 1] > 0.93
    assert np.abs(told[known]).max() > 0.7


@pytest.mark.parametrize("seed", range(6))
def test_no_breath_is_read_in_noise_in_nothing_and_in_a_cough(seed: int) -> None:
    chance = np.random.default_rng(seed)
    for signal in (
        chance.standard_normal(1500),
        np.full(1500, 3.0),
        np.cumsum(chance.standard_normal(1500)) ** 2,
    ):
        told, _ = breathed(signal)
        assert np.isfinite(told).mean() < 0.2
    cough = belt(12.0, 40.0)
    cough[900:910] += 400.0
    told, _ = breathed(cough)
    assert not np.isfinite(told[-10:]).any()


def conductance(
    crests: list[float], seconds: float, rate: float, height: float = 0.4, noise: float = 0.002
) -> Floats:
    clock = np.arange(int(seconds * rate)) / rate
    made = 4.0 + 0.5 * np.sin(2 * np.pi * clock / 200.0)
    for crest in crests:
        since = clock - (crest - 2.0)
        made += height * np.where(
            since > 0.0, (since / 2.0) * np.exp(1.0 - np.maximum(since, 0.0) / 2.0), 0.0
        )
    return made + noise * np.random.default_rng(1).standard_normal(len(clock))


def felt(signal: Floats, rate: float) -> tuple[list[tuple[float, float]], Floats]:
    bank, rises, level = EdaBank(1, rate), [], []
    for at in range(0, len(signal), int(rate / 2)):
        bank.feed(0, signal[at : at + int(rate / 2)])
        look = bank.look()
        rises += [(at / rate + 0.5, rise) for _, rise in look.rises]
        level.append(float(look.level[0]))
    return rises, np.array(level)


def test_each_response_of_the_skin_is_told_once_and_the_level_is_slow() -> None:
    crests = [30.0, 45.0, 62.0, 80.0]
    rises, level = felt(conductance(crests, 100.0, 32.0), 32.0)
    assert len(rises) == len(crests)
    for crest, (told, rise) in zip(crests, rises, strict=True):
        assert 0.0 < told - crest < 4.0
        assert rise == pytest.approx(0.4, rel=0.25)
    known = level[np.isfinite(level)]
    assert np.abs(np.diff(known)).max() < 0.1
    assert known.mean() == pytest.approx(4.3, abs=0.5)


def test_what_is_above_the_level_is_a_response_while_it_lasts() -> None:
    bank, rate = EdaBank(1, 32.0), 32
    signal, told = conductance([45.0], 70.0, 32.0), {}
    for at in range(0, len(signal), rate // 2):
        bank.feed(0, signal[at : at + rate // 2])
        told[at / rate + 0.5] = float(bank.look().phasic[0])
    assert abs(told[42.0]) < 0.05
    assert told[45.0] == pytest.approx(0.35, abs=0.1)
    assert told[60.0] < 0.1


def test_small_rises_noise_and_loose_electrodes_are_no_responses() -> None:
    assert felt(conductance([40.0], 60.0, 32.0, height=0.03), 32.0)[0] == []
    assert felt(conductance([], 90.0, 32.0, noise=0.2), 32.0)[0] == []
    for value in (0.01, 80.0, np.nan):
        signal = conductance([], 60.0, 32.0)
        signal[:] = value
        rises, level = felt(signal, 32.0)
        assert rises == []
        assert not np.isfinite(level).any()
    jump = conductance([], 60.0, 32.0)
    jump[50 * 32 :] += 5.0
    _, level = felt(jump, 32.0)
    assert not np.isfinite(level[101:109]).any(), "a jump silences it for 5 s"


def test_a_response_is_from_trough_to_crest() -> None:
    line = np.concatenate([np.full(20, 2.0), np.linspace(2.0, 2.5, 16), np.linspace(2.5, 2.2, 40)])
    assert [(at, round(rise, 2)) for at, rise in responses(line, 8.0)] == [(35, 0.5)]


def beats(interval: Floats, start: float = 100.0) -> tuple[Floats, Floats]:
    return start + np.cumsum(interval), interval


def test_variability_is_that_of_successive_normal_intervals() -> None:
    chance = np.random.default_rng(2)
    intervals = 0.85 + 0.03 * chance.standard_normal(70)
    times, _ = beats(intervals)
    wanted = 1000.0 * np.sqrt(np.mean(np.diff(intervals) ** 2))
    assert rmssd(times, intervals) == pytest.approx(wanted)


def test_one_missed_beat_changes_variability_little_and_many_leave_none() -> None:
    chance = np.random.default_rng(3)
    intervals = 0.85 + 0.03 * chance.standard_normal(70)
    wanted = rmssd(*beats(intervals))
    missed = intervals.copy()
    missed[30] += missed[31]
    missed = np.delete(missed, 31)
    raw = 1000.0 * np.sqrt(np.mean(np.diff(missed) ** 2))
    assert raw > 2.5 * wanted
    assert rmssd(*beats(missed)) == pytest.approx(wanted, rel=0.1)
    missed[::6] *= 2.0
    assert np.isnan(rmssd(*beats(missed)))
    assert np.isnan(rmssd(*beats(intervals[:15])))
    assert not normal(np.array([0.8] * 10 + [1.6] + [0.8] * 10))[10]


@pytest.mark.parametrize(("breaths", "swing"), [(15.0, 0.05), (6.0, 0.16)])
def test_the_breath_is_in_the_intervals(breaths: float, swing: float) -> None:
    log, time = BeatLog(1), 100.0
    found, phases = [], []
    for _ in range(120):
        turn = breaths / 60.0 * time
        interval = 0.85 * (1.0 - 0.5 * swing * np.sin(2 * np.pi * turn))
        time += interval
        log.add(0, time, interval)
        value, rate = log.breath(0, time)
        if rate == rate:
            found.append((value, rate))
            phases.append(np.sin(2 * np.pi * breaths / 60.0 * (time - interval)))
    assert len(found) > 60
    assert np.median([rate for _, rate in found]) == pytest.approx(breaths, abs=1.0)
    assert np.corrcoef([value for value, _ in found], phases)[0, 1] > 0.8


def test_a_small_slow_wave_of_the_heart_is_no_breath_and_noise_is_none() -> None:
    chance = np.random.default_rng(4)
    for swing, jitter in ((0.04, 0.0), (0.0, 0.03)):
        log, time = BeatLog(1), 100.0
        told = 0
        for _ in range(150):
            interval = (
                0.85 * (1.0 + 0.5 * swing * np.sin(2 * np.pi * 0.1 * time))
                + jitter * chance.standard_normal()
            )
            time += interval
            log.add(0, time, interval)
            told += log.breath(0, time)[1] == log.breath(0, time)[1]
        assert told < 15


def ecg(bpm: float, seconds: float, rate: float, upside_down: bool = False) -> tuple[Floats, Floats]:
    clock = np.arange(int(seconds * rate)) / rate
    crests = np.arange(0.5, seconds, 60.0 / bpm)
    made = 0.2 * np.sin(2 * np.pi * 0.3 * clock) + 0.02 * np.random.default_rng(1).standard_normal(len(clock))
    for crest in crests:
        for at, height, width in (
            (-0.18, 0.12, 0.03),
            (-0.03, -0.15, 0.01),
            (0.0, 1.0, 0.012),
            (0.28, 0.3, 0.05),
        ):
            made += height * np.exp(-(((clock - crest - at) / width) ** 2))
    return (-made if upside_down else made), crests


@pytest.mark.parametrize(("bpm", "rate", "down"), [(58, 250.0, False), (90, 500.0, True), (75, 130.0, False)])
def test_beats_of_an_ecg_are_found_whichever_way_round(bpm: int, rate: float, down: bool) -> None:
    signal, crests = ecg(bpm, 30.0, rate, down)
    bank, times = EcgBank(1, rate), []
    step = int(rate / 10)
    for at in range(0, len(signal), step):
        bank.feed(0, signal[at : at + step])
        times += [beat.time for beat in bank.look()]
    wanted = crests[(crests > 8.0) & (crests < 29.0)]
    assert np.abs(np.array(times)[:, np.newaxis] - wanted).min(axis=0).max() < 0.03
    assert len([one for one in times if 8.0 < one < 29.0]) == len(wanted)


def test_the_hum_of_the_mains_and_a_loose_lead_have_no_heart() -> None:
    clock = np.arange(0.0, 20.0, 1 / 250.0)
    for signal in (
        np.sin(2 * np.pi * 50.0 * clock),
        np.full(len(clock), 3.0),
        np.random.default_rng(1).standard_normal(5000),
    ):
        bank = EcgBank(1, 250.0)
        for at in range(0, len(signal), 25):
            bank.feed(0, signal[at : at + 25])
            assert not [one for one in bank.look() if one.bpm == one.bpm]


def test_who_moves_is_not_read() -> None:
    still = MotionBank(2, 50.0)
    chance = np.random.default_rng(1)
    still.feed(0, 0.01 * chance.standard_normal((3, 200)))
    assert still.still()[0] == 1.0
    assert np.isnan(still.still()[1])
    still.feed(0, 0.3 * chance.standard_normal((3, 50)))
    assert still.still()[0] == 0.0


def test_alpha_of_good_electrodes_only_and_of_none_nothing() -> None:
    calm, tense = eeg(20.0, 4.0), eeg(1.0, 4.0, seed=5)
    bank = EegBank(3, 2, 256.0)
    for row, rows in enumerate(([calm, calm * 0.0], [tense, tense * 300.0], [calm * 0.0, calm * 0.0])):
        bank.feed(row, np.stack(rows))
    nobody = np.zeros(3, np.bool_)
    alpha = bank.look(nobody)
    assert alpha[0] > 2.0 * alpha[1] > 0.0
    assert np.isnan(alpha[2])
    assert bank.touches.tolist() == [True, True, False]
    bank.feed(0, np.stack([calm, calm]))
    assert np.isnan(bank.look(np.array([True, False, False]))[0]), "a head that moves"


def test_an_electrode_that_blinks_counts_for_nothing() -> None:
    calm = eeg(20.0, 2.0)
    blink = calm + 300.0 * np.exp(-(((np.arange(512) - 200) / 25.0) ** 2))
    alone, beside, all_ = EegBank(1, 1, 256.0), EegBank(1, 2, 256.0), EegBank(1, 1, 256.0)
    alone.feed(0, calm[np.newaxis])
    beside.feed(0, np.stack([calm, blink]))
    all_.feed(0, blink[np.newaxis])
    still = np.zeros(1, np.bool_)
    assert beside.look(still)[0] == alone.look(still)[0] > 0.0
    assert np.isnan(all_.look(still)[0])
    assert all_.touches[0], "it touches, and moves"


def test_a_high_pass_takes_drift_and_leaves_the_rest() -> None:
    clock = np.arange(512) / 256.0
    fast, slow = np.sin(2 * np.pi * 10.0 * clock), 50.0 * np.sin(2 * np.pi * 0.2 * clock + 1.0) + 30.0
    passed = high_passed(fast + slow, 256.0, 1.0)
    assert (passed - fast).std() < 0.06 * slow.std()
    assert high_passed(slow, 256.0, 1.0).std() < 0.06 * slow.std()


def test_windows_hold_the_newest_however_they_come() -> None:
    chance = np.random.default_rng(7)
    whole, step = chance.standard_normal((3, 2, 400)), 3
    once, often = (Windows(3, 1.0, 90.0, channels=2, step=step) for _ in range(2))
    for row in range(3):
        once.feed(row, whole[row])
        at = 0
        while at < 400:
            size = int(chance.integers(1, 40))
            often.feed(row, whole[row, :, at : at + size])
            if chance.random() < 0.5:
                often.settle()
            at += size
    once.settle()
    often.settle()
    assert np.allclose(once.values, often.values)
    assert once.counts.tolist() == often.counts.tolist() == [133] * 3
    assert np.allclose(once.values[1, 0, -1], whole[1, 0, 396:399].mean())


def test_quartiles_are_those_of_what_is_known() -> None:
    scale, chance = RunningScale(1, 60), np.random.default_rng(1)
    values = chance.standard_normal(90)
    for value in values:
        placed = float(scale.place(np.array([value]))[0])
    low, middle, high = np.percentile(values[-60:], (25, 50, 75))
    assert placed == pytest.approx(np.clip(0.5 + 0.25 * (values[-1] - middle) / (high - low), 0, 1))


def test_a_seat_with_everything_tells_everything() -> None:
    bank, now = SensorBank(1), 100.0
    light = np.tile(np.exp(-(((np.arange(100) / 100.0 - 0.3) / 0.1) ** 2)), 80)
    signals = {
        "ppg": (100.0, 500.0 + 40.0 * light), "breath": (25.0, belt(12.0, 80.0)),
        "eda": (32.0, conductance([30.0, 50.0, 70.0], 80.0, 32.0)),
    }  # fmt: skip
    brain = np.stack([eeg(10.0, 80.0, seed=seed) for seed in range(2)])
    rest = np.zeros((3, 80 * 50))
    channels = set()
    for number in range(800):
        now += 0.1
        for kind, (rate, signal) in signals.items():
            bank.feed(0, kind, rate, signal[int(rate * number / 10) : int(rate * (number + 1) / 10)], now)
        bank.feed(0, "eeg", 256.0, brain[:, int(25.6 * number) : int(25.6 * (number + 1))], now)
        bank.feed(0, "acc", 50.0, rest[:, 5 * number : 5 * number + 5], now)
        channels |= {channel for _, channel, _, _ in bank.look(now)}
    assert channels == {
        "heart", "pulse", "breath", "breaths", "rmssd", "alpha", "still", "eda", "phasic", "scr",
    }  # fmt: skip
    assert bank.state(0) == (True, True)
    assert bank.odd_rates() == []


def test_a_rate_that_is_not_what_was_stated_is_found() -> None:
    bank, now = SensorBank(1), 100.0
    for _ in range(150):
        now += 0.1
        bank.feed(0, "ppg", 100.0, np.zeros(8), now)
    ((seat, kind, stated, measured),) = bank.odd_rates()
    assert (seat, kind, stated) == (0, "ppg", 100.0)
    assert measured == pytest.approx(80.0, rel=0.02)


def test_a_belt_and_an_accelerometer_that_are_lost_say_nothing_more() -> None:
    chance, bank, now = np.random.default_rng(1), SensorBank(1), 0.0

    def play(seconds: float, *, all_of_them: bool) -> dict[str, list[float]]:
        nonlocal now
        said = dict[str, list[float]]()
        for _ in range(round(10 * seconds)):
            now += 0.1
            at = now - 0.1 + np.arange(1, 6) / 50.0
            turns = 2.0 * np.pi * at
            bank.feed(0, "eda", 50.0, 5.0 + 0.5 * np.sin(0.01 * turns), now)
            bank.feed(0, "rr", 0.0, np.array([100.0]), now)  # no beat, and out of range
            if all_of_them:
                bank.feed(0, "breath", 50.0, 10.0 + np.sin(0.25 * turns) + chance.normal(0.0, 0.01, 5), now)
                bank.feed(0, "acc", 50.0, chance.normal(0.0, 0.3, (3, 5)), now)
            for _, channel, value, _ in bank.look(now):
                said.setdefault(channel, []).append(value)
        return said

    told = play(30.0, all_of_them=True)
    assert {"breath", "breaths", "still"} <= set(told)
    assert "eda" not in told  # who moves is not measured
    play(2.0, all_of_them=False)
    told = play(20.0, all_of_them=False)

    assert not {"breath", "breaths", "still"} & set(told)
    assert "eda" in told


def test_breath_comes_from_beats_again_when_the_belt_is_lost() -> None:
    bank, now, beat, told = SensorBank(1), 0.0, 0.0, set[str]()
    for _ in range(900):
        now += 0.1
        if now < 30.0:
            at = now - 0.1 + np.arange(1, 6) / 50.0
            bank.feed(0, "breath", 50.0, np.sin(2.0 * np.pi * 0.25 * at), now)
        interval = 800.0 + 60.0 * np.sin(2.0 * np.pi * 0.25 * now)
        if now - beat >= interval / 1000.0:
            beat = now
            bank.feed(0, "rr", 0.0, np.array([interval]), now)
        found = {channel for _, channel, _, _ in bank.look(now)}
        told |= found if now > 60.0 else set()

    assert {"heart", "breath", "breaths"} <= told
