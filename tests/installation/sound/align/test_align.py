"""What comes back of a chirp: found where it is, with echoes, noise and other channels around it."""

from dataclasses import dataclass

import numpy as np
import pytest

from installation.sound import BLOCK, RATE
from installation.sound.align import Loop, arrival, chirp
from installation.sound.devices.names import Device
from tests.sound_films import Floats

SEEDED = np.random.default_rng(5)


def recording(at: float, seconds: float = 1.0, level: float = 1.0) -> Floats:
    """A recording with a chirp at a sample, which need not be whole."""
    found = np.zeros(round(seconds * RATE))
    found[: len(chirp())] = level * chirp()
    spectrum = np.fft.rfft(found)
    turned = spectrum * np.exp(-2j * np.pi * np.fft.rfftfreq(len(found)) * at)
    return np.fft.irfft(turned, len(found)).astype(np.float32)


@pytest.mark.parametrize("at", [0.0, 100.0, 4321.25, 20_000.5])
def test_a_chirp_is_found_to_a_fraction_of_a_sample(at: float) -> None:
    found = arrival(recording(at, level=0.5))
    assert found is not None
    assert found.sample == pytest.approx(at, abs=0.1)
    assert found.level == pytest.approx(-6.02, abs=0.3)


def test_it_is_found_in_noise_as_loud_as_itself() -> None:
    noisy = recording(7000.0) + 0.18 * SEEDED.standard_normal(RATE).astype(np.float32)
    found = arrival(noisy)
    assert found is not None
    assert found.sample == pytest.approx(7000.0, abs=1.0)


def test_the_first_sound_counts_and_not_a_louder_echo() -> None:
    found = arrival(recording(5000.0) + 1.6 * recording(6200.0))
    assert found is not None
    assert found.sample == pytest.approx(5000.0, abs=1.0)


@pytest.mark.parametrize("level", [0.0, 1e-4, 0.3])
def test_noise_and_hum_are_not_taken_for_it(level: float) -> None:
    hum = np.sin(2 * np.pi * 1000 * np.arange(RATE) / RATE) * level
    for _ in range(10):
        assert arrival((level * SEEDED.standard_normal(RATE)).astype(np.float32)) is None
    assert arrival(hum.astype(np.float32)) is None


@dataclass
class Wire:
    """An output and an input in one, in a time of its own: what is written comes back late."""

    latency: float
    gain: float = 1.0
    late: float = 0.0
    """More latency of the second channel."""
    gap_at: float = 1e9
    channels: int = 2
    device: Device = Device(index=0, name="wire", api="test")  # noqa: RUF009 - frozen
    capacity: int = 1536

    def __post_init__(self) -> None:
        self.now = 1000.0
        self._written = 0
        self._read = 0
        self._air = np.zeros((2, 60 * RATE), np.float32)
        self._began: float | None = None
        self._shift = 0

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def _played(self) -> int:
        return 0 if self._began is None else round((self.now - self._began) * RATE)

    def room(self) -> int:
        return self.capacity - (self._written - self._played())

    def write(self, block: Floats) -> bool:
        if self._began is None:
            self._began = self.now
        gap = self.now > self.gap_at
        if gap:
            self.gap_at = 1e9
            self._shift = RATE // 100
        for channel, extra in ((0, 0.0), (1, self.late)):
            # ``latency`` counts from the making: the buffer, full but for this block, is a part of it.
            start = self._written - self.capacity + BLOCK + round((self.latency + extra) * RATE) + self._shift
            self._air[channel, start : start + BLOCK] += self.gain * block[channel]
        self._written += BLOCK
        return gap

    def ready(self) -> int:
        return self._played() // 480 * 480 - self._read

    def read(self, samples: int) -> tuple[Floats, bool]:
        found = self._air[:, self._read : self._read + samples].sum(axis=0, keepdims=True)
        self._read += samples
        return found, False


def measure(wire: Wire, repeat: int = 2) -> Loop:
    return Loop(wire, wire, repeat, now=lambda: wire.now, sleep=wire.sleep)


def test_the_latency_counts_from_the_making_of_a_sound() -> None:
    first, second = measure(Wire(0.1, gain=0.25, late=0.0123)).run()
    assert first.latency == pytest.approx(0.1, abs=0.002)  # room is asked for every millisecond
    assert second.latency is not None
    assert second.latency - first.latency == pytest.approx(0.0123, abs=0.0005)
    assert first.level == pytest.approx(-12.04, abs=0.1)
    assert (first.found, first.played, first.channel, second.channel) == (2, 2, 1, 2)
    assert first.spread < 0.001


def test_an_open_loop_is_told_as_such() -> None:
    for heard in measure(Wire(0.1, gain=0.0)).run():
        assert heard.latency is None
        assert (heard.found, heard.played) == (0, 2)


def test_a_chirp_near_a_gap_does_not_count() -> None:
    loop = measure(Wire(0.1, gap_at=1002.05), 3)
    first, second = loop.run()
    assert loop.gaps == 1
    assert (first.found, first.played, second.found) == (2, 3, 3)
