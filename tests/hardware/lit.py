"""A controller with lights on JACK, in a process of its own, so that it can also be torn out.

It has a port that it sends from and one that it is lit at, and tells what it gets. As a nanoKONTROL2 it
answers the exchange of its scene, by code that shares nothing with ours.
"""

import subprocess
import sys
import threading
import time
from collections.abc import Sequence

__all__ = ["LitController"]

READY = "ready"
SCENE = [(7 * n) % 256 for n in range(339)]
"""Of a device whose LED mode (byte 2) is not External: 14."""


class LitController:
    """One client of JACK with a port in and a port out.

    Args:
        client: Name of the client.
        port: Name of the port; ``{}`` becomes ``capture`` and ``playback``.
        korg: ``""`` for a device without SysEx, ``ack`` for one that takes its scene, ``nak`` for one that
            refuses it, ``silent`` for one that does not answer.
    """

    def __init__(self, client: str, port: str, korg: str = "") -> None:
        words = [sys.executable, "-P", __file__, client, port, korg]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(words, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True)
        assert self._process.stdout is not None
        if self._process.stdout.readline().strip() != READY:
            raise AssertionError(f"no controller on JACK can be made ({self._process.wait()})")
        self.plugged = time.monotonic()
        self._got: list[tuple[float, str]] = []
        self._news = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def got(self) -> list[str]:
        """What it was sent so far, as hexadecimal digits."""
        with self._news:
            return [data for _, data in self._got]

    def until(self, data: str, patience: float, count: int = 1) -> float:
        """Wait until a message came so many times; seconds from its plugging to that."""
        end = time.monotonic() + patience
        with self._news:
            while True:
                times = [at for at, one in self._got if one == data]
                if len(times) >= count:
                    return times[count - 1] - self.plugged
                if not self._news.wait(max(0.0, end - time.monotonic())) and time.monotonic() >= end:
                    raise AssertionError(f"{data} did not come; {[one for _, one in self._got]}")

    def send(self, *data: int) -> None:
        """Send one message."""
        assert self._process.stdin is not None
        self._process.stdin.write(bytes(data).hex() + "\n")
        self._process.stdin.flush()

    def unplug(self, *, torn: bool = False) -> None:
        """Leave JACK in order, or by dying."""
        if torn:
            self._process.kill()
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait(60)
        self._reader.join(60)
        if self._process.stdout is not None:
            self._process.stdout.close()

    def _read(self) -> None:
        for line in self._process.stdout or ():
            with self._news:
                self._got.append((time.monotonic(), line.strip()))
                self._news.notify_all()


def _pack(data: Sequence[int]) -> list[int]:
    found: list[int] = []
    while data:
        part, data = data[:7], data[7:]
        top = 0
        for place, one in enumerate(part):
            if one >= 128:
                top += 2**place
        found += [top, *(one % 128 for one in part)]
    return found


class _Korg:
    """A nanoKONTROL2 on global channel 3."""

    def __init__(self, how: str) -> None:
        self.how = how
        self.scene = list(SCENE)
        self.refused = 0

    def answer(self, data: bytes) -> bytes | None:
        head = bytes([0xF0, 0x42, 0x42, 0x00, 0x01, 0x13, 0x00])
        if self.how == "silent" or data[:7] != head:
            return None
        if data[7:] == bytes([0x1F, 0x10, 0x00, 0xF7]):
            return head + bytes([0x7F, 0x7F, 2, 3, 5, 0x40, *_pack(self.scene), 0xF7])
        if data[7:13] == bytes([0x7F, 0x7F, 2, 3, 5, 0x40]):
            wanted = [*SCENE[:2], 1, *SCENE[3:]]
            good = list(data[13:-1]) == _pack(wanted) and self.how == "ack"
            return head + bytes([0x5F, 0x23 if good else 0x24, 0x00, 0xF7])
        return None


def _main(name: str, port: str, korg: str) -> None:
    from collections import deque

    import jack

    client = jack.Client(name, no_start_server=True)
    out = client.midi_outports.register(port.format("capture"))
    lights = client.midi_inports.register(port.format("playback"))
    waiting: deque[bytes] = deque()
    got: deque[bytes] = deque()
    device = _Korg(korg) if korg else None

    def process(_frames: int) -> None:
        out.clear_buffer()
        for _, data in lights.incoming_midi_events():
            got.append(bytes(data))
        while waiting:
            out.write_midi_event(0, waiting.popleft())

    def tell() -> None:
        while True:
            while got:
                data = got.popleft()
                print(data.hex(), flush=True)
                answer = device.answer(data) if device else None
                if answer:
                    waiting.append(answer)
            time.sleep(0.001)

    client.set_process_callback(process)
    client.activate()
    print(READY, flush=True)
    threading.Thread(target=tell, daemon=True).start()
    for line in sys.stdin:
        waiting.append(bytes.fromhex(line))


if __name__ == "__main__":
    _main(*sys.argv[1:])
