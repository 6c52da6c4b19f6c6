"""A controller of another program on JACK, in a process of its own, so that it can also be torn out.

python-rtmidi plays it, which shares nothing with our input; JACK-Client does where it has no wheel.
"""

import subprocess
import sys
import time
from collections.abc import Callable, Sequence

__all__ = ["Knob"]

READY = b"ready\n"
TRIES = 40


class Knob:
    """One port of one client.

    Args:
        client: Name of the client.
        port: Name of the port.
        rate: Messages a second that it sends by itself, of control 1, the values counting up; 0 sends none.
    """

    def __init__(self, client: str = "Knob", port: str = "ctl", rate: float = 0.0) -> None:
        # -P: the folder of this file has a module of the same name as JACK-Client's.
        words = [sys.executable, "-P", __file__, client, port, str(rate)]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(words, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL)
        assert self._process.stdout is not None
        if self._process.stdout.readline() != READY:
            raise AssertionError(f"no controller on JACK can be made ({self._process.wait()})")

    def send_message(self, data: Sequence[int]) -> None:
        """Send one message."""
        assert self._process.stdin is not None
        self._process.stdin.write(bytes(data).hex().encode() + b"\n")
        self._process.stdin.flush()

    def unplug(self, *, torn: bool = False) -> None:
        """Leave JACK in order, or by dying."""
        if torn:
            self._process.kill()
        self._process.communicate(timeout=60)


def _player(client: str, port: str) -> Callable[[bytes], None]:
    try:
        import rtmidi
    except ImportError:
        return _jack_player(client, port)
    out = rtmidi.MidiOut(rtmidi.API_UNIX_JACK, name=client)
    out.open_virtual_port(port)
    return lambda data: out.send_message(list(data))


def _jack_player(name: str, port: str) -> Callable[[bytes], None]:
    from collections import deque

    import jack

    client = jack.Client(name, no_start_server=True)
    out = client.midi_outports.register(port)
    waiting: deque[bytes] = deque()

    def process(_frames: int) -> None:
        out.clear_buffer()
        while waiting:
            out.write_midi_event(0, waiting.popleft())

    client.set_process_callback(process)
    client.activate()
    return waiting.append


def _patient(client: str, port: str) -> Callable[[bytes], None]:
    """A server on a busy machine does not take every client at once."""
    for _ in range(TRIES - 1):
        try:
            return _player(client, port)
        except Exception:  # noqa: BLE001 - each library has its own
            time.sleep(0.5)
    return _player(client, port)


def _main(client: str, port: str, rate: str) -> None:
    play = _patient(client, port)
    sys.stdout.buffer.write(READY)
    sys.stdout.buffer.flush()
    if float(rate):
        import threading

        def go_on() -> None:
            count = 0
            while True:
                play(bytes([0xB0, 1, count % 128]))
                count += 1
                time.sleep(1 / float(rate))

        threading.Thread(target=go_on, daemon=True).start()
    for line in sys.stdin:
        play(bytes.fromhex(line))


if __name__ == "__main__":
    _main(*sys.argv[1:])
