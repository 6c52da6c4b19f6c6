"""Body sensors: what it costs to read 32 people with 8 channels each, ten times a second.

Each has four electrodes of EEG (256 Hz), light through a finger (100 Hz), conductance of the skin (32 Hz), a
belt (25 Hz) and an accelerometer (50 Hz), all of which can be read, which costs most. The figure is processor
time over the time that the signals last. The peer is BrainFlow's ``DataFilter`` (C++) on the same EEG and
light: band powers and heart rate of each person twice a second, as a program does that calls it for each.
"""

from collections.abc import Sequence
from importlib.util import find_spec
from time import process_time
from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation.bench import Row

__all__ = ["PEOPLE", "made", "ours", "peer", "run"]

Floats = NDArray[np.float64]

PEOPLE: Final = 32
RATES: Final[dict[str, float]] = {"eeg": 256.0, "ppg": 100.0, "eda": 32.0, "breath": 25.0, "acc": 50.0}
_WARM: Final = 24.0
_SECONDS: Final = 30.0
_STEP: Final = 0.1
_GOAL: Final = 0.03


def run() -> Sequence[Row]:
    """Everything beside real time; EEG and light beside BrainFlow, where it is installed."""
    people = [made(seed) for seed in range(PEOPLE)]
    whole, told = ours(people, tuple(RATES))
    note = f"{told / PEOPLE / _SECONDS:.1f} readings a second of each person"
    rows = [
        Row(
            f"body sensors: {PEOPLE} people, 8 channels, 10 updates a second", whole, 1.0, None, "s/s",
            "real time", whole, f"<= {_GOAL:g}", whole <= _GOAL, note,
        )
    ]  # fmt: skip
    if find_spec("brainflow") is not None:
        part, _ = ours(people, ("eeg", "ppg"))
        other = peer(people)
        rows.append(
            Row(
                "body sensors: EEG and light only", part, other, None, "s/s", "BrainFlow DataFilter",
                part / other, "<= 1.0", part <= other, "ours finds each beat, ten times a second",
            )
        )  # fmt: skip
    return rows


def made(seed: int, seconds: float = _WARM + _SECONDS) -> dict[str, Floats]:
    """Signals of one person who sits still: ``(rows, samples)`` of each kind."""
    chance = np.random.default_rng(seed)
    clocks = {kind: np.arange(int(rate * seconds)) / rate for kind, rate in RATES.items()}
    breath, beat = 0.2 + 0.1 * chance.random(), 0.9 + 0.4 * chance.random()
    heads = [
        10.0 * np.sin(2.0 * np.pi * 10.0 * clocks["eeg"] + row)
        + 8.0 * chance.standard_normal(len(clocks["eeg"]))
        for row in range(4)
    ]
    turns = beat * clocks["ppg"] + 0.05 * np.sin(2.0 * np.pi * breath * clocks["ppg"])
    phase = turns - np.floor(turns)
    light = (
        500.0 + 40.0 * np.exp(-(((phase - 0.3) / 0.1) ** 2)) + 12.0 * np.exp(-(((phase - 0.6) / 0.1) ** 2))
    )
    skin = 4.0 + 0.3 * np.maximum(np.sin(2.0 * np.pi * 0.07 * clocks["eda"]), 0.0) ** 8
    still = np.zeros((3, len(clocks["acc"])))
    still[2] = 1.0
    return {
        "eeg": np.stack(heads),
        "ppg": (light + chance.standard_normal(len(light)))[np.newaxis],
        "eda": skin[np.newaxis],
        "breath": np.sin(2.0 * np.pi * breath * clocks["breath"])[np.newaxis],
        "acc": still + 0.01 * chance.standard_normal(still.shape),
    }


def ours(people: Sequence[dict[str, Floats]], kinds: Sequence[str]) -> tuple[float, int]:
    """Return processor seconds a second for all people, and how many readings were told."""
    from hardware.biosensor.bank import SensorBank

    bank, spent, told = SensorBank(len(people)), 0.0, 0
    for number in range(1, int((_WARM + _SECONDS) / _STEP)):
        now = 1000.0 + number * _STEP
        parts = [
            (seat, kind, RATES[kind], _slice(one[kind], RATES[kind], number))
            for seat, one in enumerate(people)
            for kind in kinds
        ]
        begins = process_time()
        for seat, kind, rate, samples in parts:
            bank.feed(seat, kind, rate, samples if kind in ("eeg", "acc") else samples[0], now)
        found = bank.look(now)
        for seat in range(len(people)):
            bank.state(seat)
        if number * _STEP > _WARM:
            spent += process_time() - begins
            told += len(found)
    return spent / _SECONDS, told


def _slice(signal: Floats, rate: float, number: int) -> Floats:
    return signal[:, int(rate * _STEP * (number - 1)) : int(rate * _STEP * number)]


def peer(people: Sequence[dict[str, Floats]]) -> float:
    """Return BrainFlow's processor seconds a second: band powers of 2 s, rate of 10 s, twice a second."""
    from brainflow.data_filter import DataFilter

    rate, light_rate, turns = int(RATES["eeg"]), int(RATES["ppg"]), int(_SECONDS / 0.5)
    begins = process_time()
    for turn in range(turns):
        for one in people:
            at, lit = int(rate * 0.5 * turn), int(light_rate * 0.5 * turn)
            head = np.ascontiguousarray(one["eeg"][:, at : at + 2 * rate])
            DataFilter.get_avg_band_powers(head, [0, 1, 2, 3], rate, True)
            light = np.ascontiguousarray(one["ppg"][0, lit : lit + 1024])
            DataFilter.get_heart_rate(light, light, light_rate, 1024)
    return (process_time() - begins) / _SECONDS
