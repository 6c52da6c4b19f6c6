"""From a MIDI control change to a pixel that is dark: a real controller's way, up to the X server's memory.

The method. A JACK client of this process is the controller. A fall from full light to black is measured, as
for the lamps: rises pass the flash guard, which may make them wait. The clock starts when the client's
callback has written the message, and stops when the middle pixel of the X server's framebuffer is dark: a
file which Xvfb maps into memory, looked at every 0.3 ms. What a real display adds is not in it: up to one
refresh until the pixel's row is scanned out, and the delay of the panel or projector itself.
"""

import logging
import mmap
import os
import random
import shutil
import signal
import struct
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median, quantiles

from installation.bench import Row
from installation.values import Seconds

__all__ = ["measured"]

GOAL = 3.0
"""Frames of a sixtieth of a second that 95 of 100 messages may take."""
_FRAME = 1000.0 / 60.0
_EVENTS = 40
_REST: Seconds = 1.3
"""Between a rise and a fall: longer than the guard rests after a rise."""
_LOOK: Seconds = 0.0003
_PATIENCE: Seconds = 60.0
_SIZE = (320, 180)
_LIT, _DARK = 200, 64
_PEER = Path(__file__).with_name("photon_peer.py")

_SHOW = """format = 1
[scene.plain]
shader = "plain.fs"
[scene.plain.inputs]
glow = 0.0
[[route]]
from = "/midi/knob-ctl/cc/1"
to = "/scene/plain/glow"
"""
_VENUE = """format = 1
[canvas]
width = {size[0]}
height = {size[1]}
[adapter.midi]
kind = "midi"
api = "jack"
offer = false
[[display]]
name = "wall"
"""

log = logging.getLogger(__name__)


def measured(folder: Path, shader: str) -> Sequence[Row]:
    """Return the row; none where there is no jackd or no Xvfb, or where they fail: other rows go on.

    Args:
        folder: An empty folder.
        shader: Text of a scene with an input ``glow``.
    """
    missing = [one for one in ("jackd", "Xvfb") if shutil.which(one) is None]
    if missing:
        log.warning("no %s: MIDI to photon is not measured", " and no ".join(missing))
        return []
    try:
        ours, peer = _played(folder, shader)
    except (RuntimeError, OSError) as error:
        log.warning("MIDI to photon is not measured: %s", error)
        return []
    late, other = (quantiles(times, n=20)[-1] for times in (ours, peer))
    note = (
        f"{late / _FRAME:.1f} frames; median {median(ours):.1f} ms, peer's {median(peer):.1f} ms, "
        f"{len(ours)} and {len(peer)} of {_EVENTS} falls came through JACK; up to the X server's memory, "
        "without the display's own delay"
    )
    return [
        Row(
            "latency: MIDI to photon, p95", late, other, None, "ms", "a JACK client and pygame",
            late / other, f"<= {GOAL:g} frames", late <= GOAL * _FRAME, note=note,
        )
    ]  # fmt: skip


def _played(folder: Path, shader: str) -> tuple[list[float], list[float]]:
    """Milliseconds of each fall, ours and the peer's. Raises RuntimeError and OSError."""
    import jack

    from installation.bench.tempo import jack_server

    with ExitStack() as stack:
        stack.enter_context(jack_server())
        try:
            screens = [stack.enter_context(_screen(folder / name)) for name in ("ours", "peer")]
            knob = stack.enter_context(_knob())
            stack.enter_context(_photophore(folder, shader, screens[0]))
            stack.enter_context(_peer(screens[1]))
            return _rounds(knob, screens)
        except jack.JackError as error:
            raise RuntimeError(f"JACK: {error}") from error


class _Screen:
    """The framebuffer of an X server, as a file in memory: X Window Dump, version 7 (XWDFile.h)."""

    def __init__(self, display: str, memory: mmap.mmap) -> None:
        self.display = display
        self._memory = memory
        head = struct.unpack(">25I", memory[:100])
        colours, line = head[19], head[12]
        self._middle = head[0] + 12 * colours + (_SIZE[1] // 2) * line + (_SIZE[0] // 2) * head[11] // 8

    @property
    def level(self) -> int:
        """The green of the middle pixel, 0..255."""
        return int(self._memory[self._middle + 1])

    def until(self, done: Callable[[int], bool], patience: Seconds) -> float:
        """Look until it is so, and return when, in seconds of the clock; 0 if it never is."""
        end = time.perf_counter() + patience
        while (now := time.perf_counter()) < end:
            if done(self.level):
                return now
            time.sleep(_LOOK)
        return 0.0


@contextmanager
def _screen(folder: Path) -> Iterator[_Screen]:
    folder.mkdir()
    reader, writer = os.pipe()
    words = ["Xvfb", "-displayfd", str(writer), "-screen", "0", f"{_SIZE[0]}x{_SIZE[1]}x24", "-fbdir"]
    quiet = subprocess.DEVNULL
    server = subprocess.Popen(
        [*words, str(folder), "-nolisten", "tcp", "-noreset"], pass_fds=[writer], stdout=quiet, stderr=quiet
    )
    os.close(writer)
    try:
        with os.fdopen(reader) as said:
            display = f":{said.readline().strip()}"
        with (folder / "Xvfb_screen0").open("rb") as file:
            yield _Screen(display, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    finally:
        server.terminate()
        server.wait(20)


@contextmanager
def _knob() -> Iterator[Callable[[int], float]]:
    """A function that turns the controller's one knob, and returns when the message was on its way."""
    import jack

    client = jack.Client("Knob", no_start_server=True)
    port = client.midi_outports.register("ctl")
    asked: deque[int] = deque()
    written: deque[float] = deque()

    def process(_frames: int) -> None:
        port.clear_buffer()
        while asked:
            port.write_midi_event(0, (0xB0, 1, asked.popleft()))
            written.append(time.perf_counter())

    def turn(value: int) -> float:
        asked.append(value)
        end = time.monotonic() + _PATIENCE
        while not written:
            if time.monotonic() > end:
                raise RuntimeError("the JACK server went away")
            time.sleep(0.0005)
        return written.popleft()

    client.set_process_callback(process)
    client.activate()
    try:
        yield turn
    finally:
        client.deactivate()
        client.close()


@contextmanager
def _photophore(folder: Path, shader: str, screen: _Screen) -> Iterator[None]:
    show, venue = folder / "played", folder / "room.toml"
    show.mkdir()
    (show / "plain.fs").write_text(shader)
    (show / "show.toml").write_text(_SHOW)
    venue.write_text(_VENUE.format(size=_SIZE))
    command = [
        sys.executable, "-m", "installation", "run", str(show), "--venue", str(venue), "--panel-port", "0",
        "--no-sound",
    ]  # fmt: skip
    environment = dict(os.environ, PHOTOPHORE_STATE=str(folder / "kept"), DISPLAY=screen.display)
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:
        try:
            yield
        finally:
            process.send_signal(signal.SIGTERM)


@contextmanager
def _peer(screen: _Screen) -> Iterator[None]:
    import jack

    command = [sys.executable, "-P", str(_PEER), *map(str, _SIZE)]
    quiet = subprocess.DEVNULL
    environment = dict(os.environ, DISPLAY=screen.display)
    with subprocess.Popen(command, env=environment, stdout=quiet, stderr=quiet) as process:
        try:
            client = jack.Client("patch", no_start_server=True)
            client.activate()
            end = time.monotonic() + _PATIENCE
            while not client.get_ports("peer:in") and time.monotonic() < end:
                time.sleep(0.2)
            client.connect("Knob:ctl", "peer:in")
            client.close()
            yield
        finally:
            process.kill()


def _rounds(knob: Callable[[int], float], screens: Sequence[_Screen]) -> tuple[list[float], list[float]]:
    """Milliseconds of each fall; both programs hear the same message.

    JACK without real-time rights leaves out the messages of a cycle in which a client was late, so some never
    reach a program; these are told and have no time.
    """
    chance = random.Random(0)
    found: tuple[list[float], list[float]] = ([], [])
    for _ in range(_EVENTS):
        _lit(knob, screens)
        time.sleep(_REST + chance.random() * 0.05)
        sent = knob(0)
        for times, at in zip(found, _falls(screens), strict=True):
            if at:
                times.append(1000.0 * (at - sent))
    if min(map(len, found)) < _EVENTS / 2:
        raise RuntimeError("most messages were lost; is the machine overloaded?")
    return found


def _falls(screens: Sequence[_Screen]) -> list[float]:
    """Return when each picture was dark, in seconds of the clock; 0 for one that was not within a second."""
    fell, end = [0.0 for _ in screens], time.perf_counter() + 1.0
    while not all(fell) and (now := time.perf_counter()) < end:
        for place, one in enumerate(screens):
            if not fell[place] and one.level < _DARK:
                fell[place] = now
        time.sleep(_LOOK)
    return fell


def _lit(knob: Callable[[int], float], screens: Sequence[_Screen]) -> None:
    """Wait until both pictures are lit."""
    end = time.perf_counter() + _PATIENCE
    while time.perf_counter() < end:
        knob(127)
        if all(one.until(lambda level: level > _LIT, 2.0) for one in screens):
            return
    raise RuntimeError("the pictures were not lit")
