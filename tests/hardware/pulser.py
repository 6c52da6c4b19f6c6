"""A sequencer on JACK, in a process of its own: it sends MIDI clock as it is told, and hears what is sent it.

stdin: a line ``BPM COUNT JITTER_MS`` sends so many ticks, a line of hex sends these bytes at once. stdout:
for every message heard, hex and the monotonic time.
"""

import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator

__all__ = ["Pulser"]

READY = b"ready\n"
TRIES = 40


class Pulser:
    """One output, ``NAME:out``, and one input, ``NAME:in``, of one client."""

    def __init__(self, name: str = "Pulser") -> None:
        words = [sys.executable, "-P", __file__, name]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(words, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL)
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == READY
        self.heard: deque[tuple[bytes, float]] = deque()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def send(self, *data: int) -> None:
        """Send one message."""
        self._write(bytes(data).hex())

    def ticks(self, bpm: float, count: int, jitter_ms: float = 0.0) -> None:
        """Send ticks; returns at once."""
        self._write(f"{bpm} {count} {jitter_ms}")

    def unplug(self) -> None:
        """Leave JACK."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(60)
        self._reader.join(5)
        assert self._process.stdout is not None
        self._process.stdout.close()

    def _write(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line.encode() + b"\n")
        self._process.stdin.flush()

    def _read(self) -> None:
        for line in self._process.stdout or ():
            data, _, time_of = line.decode().partition(" ")
            self.heard.append((bytes.fromhex(data), float(time_of)))


def _schedule(bpm: float, count: int, jitter_ms: float) -> Iterator[float]:
    import random

    dice, begins = random.Random(3), time.monotonic() + 0.05
    for number in range(count):
        yield begins + number * 60.0 / bpm / 24.0 + dice.uniform(0.0, jitter_ms / 1000.0)


def _main(name: str) -> None:
    import jack

    for attempt in range(TRIES):
        try:
            client = jack.Client(name, no_start_server=True)
            break
        except jack.JackError:
            if attempt == TRIES - 1:
                raise
            time.sleep(0.5)
    out, heard_at = client.midi_outports.register("out"), client.midi_inports.register("in")
    waiting: deque[bytes] = deque()
    due: deque[float] = deque()
    heard: deque[str] = deque()

    def process(frames: int) -> None:
        rate = float(client.samplerate)
        begins = time.monotonic() - float(client.frames_since_cycle_start) / rate
        for offset, data in heard_at.incoming_midi_events():
            heard.append(f"{bytes(data).hex()} {begins + offset / rate!r}")
        out.clear_buffer()
        while waiting:
            out.write_midi_event(0, waiting.popleft())
        while due and due[0] < begins + frames / rate:
            out.write_midi_event(min(max(int((due.popleft() - begins) * rate), 0), frames - 1), b"\xf8")

    client.set_process_callback(process)
    client.activate()

    def tell() -> None:
        while True:
            while heard:
                print(heard.popleft(), flush=True)
            time.sleep(0.005)

    sys.stdout.buffer.write(READY)
    sys.stdout.buffer.flush()
    threading.Thread(target=tell, daemon=True).start()
    for line in sys.stdin:
        if " " in line.strip():
            bpm, count, jitter = line.split()
            due.extend(_schedule(float(bpm), int(count), float(jitter)))
        else:
            waiting.append(bytes.fromhex(line))


if __name__ == "__main__":
    _main(*sys.argv[1:])
