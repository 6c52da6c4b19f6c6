"""How evenly MIDI clock goes out, beside a bare loop and a bare JACK callback that do nothing else.

Both of a pair run at the same time, in one process or on one server, so that neighbours on the machine
disturb both, while Python works as it does while frames are drawn. The figure is how far ticks are from a
straight line, 99th percentile.
"""

import logging
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from installation.bench import Row

__all__ = ["jack", "jack_server", "run", "threads", "unevenness"]

BPM = 130.0
GOAL = 1.1
_PERIOD = 60.0 / BPM / 24.0
_SECONDS = 16.0
log = logging.getLogger(__name__)

_RAW = Path(__file__).with_name("raw.py")


def run() -> Sequence[Row]:
    """Ticks of our thread beside a loop; ticks through JACK beside a client of its own, where JACK is."""
    return [threads(_SECONDS), *jack(_SECONDS)]


def unevenness(times: Sequence[float]) -> float:
    """99th percentile of the distance of ticks from a straight line in seconds; missing ones do not count."""
    stamps = np.sort(np.array(times))
    numbers = np.rint((stamps - stamps[0]) / _PERIOD)
    numbers += np.rint(np.median((stamps - stamps[0]) / _PERIOD - numbers))
    slope, start = np.polyfit(numbers, stamps, 1)
    return float(np.quantile(np.abs(stamps - (start + slope * numbers)), 0.99))


def threads(seconds: float) -> Row:
    """Our thread beside a loop that sleeps to deadlines of its own, half a tick apart, at the same time."""
    from hardware.midi.pulse import Pulse, PulseThread

    ours: list[float] = []
    peer: list[float] = []
    with _busy():
        pulse = Pulse(transport=False)
        begins = time.monotonic()
        pulse.steer(begins, 0.0, _PERIOD, 768)
        sender = PulseThread(pulse, lambda _data: ours.append(time.monotonic()))
        loop = threading.Thread(target=_loop, args=(begins + _PERIOD / 2.0, seconds, peer))
        loop.start()
        loop.join()
        sender.close()
    return _row(
        "tempo: MIDI clock from a thread", unevenness(ours) * 1e6, unevenness(peer) * 1e6, "a bare loop"
    )


def _loop(begins: float, seconds: float, sent: list[float]) -> None:
    for number in range(int(seconds / _PERIOD)):
        rest = begins + number * _PERIOD - time.monotonic()
        if rest > 0.0:
            time.sleep(rest)
        sent.append(time.monotonic())


def jack(seconds: float) -> list[Row]:
    """Our output and a bare client, both heard at once by a third; nothing where there is no jackd."""
    if shutil.which("jackd") is None:
        log.warning("no jackd: MIDI clock through JACK is not measured")
        return []
    with jack_server():
        ours, peer = _through_jack(seconds)
    return [_row("tempo: MIDI clock through JACK", ours * 1e6, peer * 1e6, "a bare JACK callback")]


def _through_jack(seconds: float) -> tuple[float, float]:
    from hardware.midi.jack import JackPorts
    from hardware.midi.ports import Stamped
    from hardware.midi_clock import MidiClockOutput, MidiClockSettings
    from installation.contract import Message

    heard: tuple[list[float], list[float]] = [], []

    def note(number: int, data: Sequence[int]) -> None:
        if isinstance(data, Stamped) and data[0] == 0xF8:
            heard[number].append(data.time)

    hearing = JackPorts("hearing")
    hearing.offer("ours", lambda data: note(0, data))
    hearing.offer("raw", lambda data: note(1, data))
    out = MidiClockOutput("clock", MidiClockSettings(device="hearing:ours", api="jack", transport=False))
    out.open()
    words = [sys.executable, "-P", str(_RAW), "hearing:raw", str(_PERIOD), str(seconds + 1.0)]
    begins = time.monotonic()
    with subprocess.Popen(words) as raw, _busy():
        while time.monotonic() - begins < seconds:
            now = time.monotonic()
            out.send([Message("/tempo/clock", (now, (now - begins) * BPM / 60.0, BPM, 32))])
            time.sleep(0.5)
        out.close()
        raw.wait()
    hearing.close()
    ours, peer = (times[48:] for times in heard)  # the first second is spent on connecting
    return unevenness(ours), unevenness(peer)


@contextmanager
def jack_server() -> Iterator[None]:
    """A JACK server with the dummy driver under a name of its own."""
    name = f"photophore-bench-{os.getpid()}"
    before = os.environ.get("JACK_DEFAULT_SERVER")
    os.environ["JACK_DEFAULT_SERVER"], os.environ["JACK_NO_START_SERVER"] = name, "1"
    words = ["jackd", "--no-realtime", "--no-mlock", "--name", name, "-d", "dummy", "-r", "48000", "-p", "64"]
    quiet = subprocess.DEVNULL
    server = subprocess.Popen(words, stdin=quiet, stdout=quiet, stderr=quiet)
    try:
        time.sleep(2.0)
        yield
    finally:
        server.terminate()
        server.wait(20)
        if before is None:
            del os.environ["JACK_DEFAULT_SERVER"]
        else:
            os.environ["JACK_DEFAULT_SERVER"] = before


@contextmanager
def _busy() -> Iterator[None]:
    """Python that works about 2 ms in every 16, as between two pictures."""
    ending = threading.Event()

    def work() -> None:
        while not ending.wait(0.014):
            sum(number * number for number in range(30_000))

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ending.set()
        thread.join()


def _row(name: str, ours: float, peer: float, peer_name: str) -> Row:
    ratio = ours / peer
    return Row(
        name=f"{name}, p99 of a tick's error", ours=ours, peer=peer, floor=None, unit="us",
        peer_name=peer_name, ratio=ratio, goal=f"<= {GOAL}", met=ratio <= GOAL,
    )  # fmt: skip
