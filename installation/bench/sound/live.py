"""Sound in real time: from a frame to the device, what the process takes, and what it does to the stage."""

import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from installation.bench import Row
from installation.bench.sound.offline import SCENE, crowded
from installation.bench.sound.room import Listener, SoundProcess, missing, server
from installation.ipc.feeds.sound import DRIVE, REPORT, SETUP, Drive, Ring, Setup
from installation.sound import RATE

__all__ = ["latencies", "live_rows", "onset", "stage_frames"]

LATE: Final = 0.06
"""Most seconds from a flash to its bell."""
STAGE: Final = 1.1
"""Most ratio of the stage's slowest frames with the sound process at work to those without."""
_FPS: Final = 60.0
_SIZE: Final = (320, 180)
_SEGMENT: Final = 60
_PATIENCE: Final = 30.0


def live_rows() -> Sequence[Row]:
    """Rows in real time; none, with a note in their place, where there is no sound server."""
    absent = missing()
    if absent:
        note = f"not measured: {absent} is missing"
        return [Row("sound: live", 0.0, 0.0, None, "ms", "bound", 0.0, "-", met=True, note=note)]
    with server() as environment:
        late, share = latencies(environment, 12)
        without, with_sound, gaps = stage_frames(environment, 12)
    middle, worst = statistics.median(late), max(late)
    ratio = with_sound / without
    return [
        Row(
            "sound: from a frame to the monitor of the device", 1e3 * middle, 1e3 * LATE, None, "ms", "bound",
            1e3 * middle, f"<= {1e3 * LATE:g}", middle <= LATE,
            f"worst of {len(late)}: {1e3 * worst:.1f}; a flash is found two frames after it was drawn",
        ),
        Row(
            "sound: whole process, a crowded scene", share, 0.5, None, "of a core", "bound", share, "<= 0.5",
            share <= 0.5, "voice, desk, devices, bus",
        ),
        Row(
            "sound: stage frame p99 beside it", 1e3 * with_sound, 1e3 * without, None, "ms",
            "the same stage without", ratio, f"<= {STAGE}", ratio <= STAGE, f"gaps in the sound: {gaps}",
        ),
    ]  # fmt: skip


def latencies(environment: dict[str, str], count: int) -> tuple[list[float], float]:
    """Ring bells over the bus; return seconds from each frame to the monitor, and the share of a core."""
    from installation.ipc.bus import ZenohBus

    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="snd-")))
        bus = ZenohBus(folder, listen=True)
        stack.callback(bus.close)
        reports = bus.subscribe(REPORT, capacity=8)
        sound = SoundProcess(environment, folder)
        stack.callback(sound.close)
        bus.put(SETUP, msgspec.msgpack.encode(Setup(soundscape=crowded(("bells",)), peak=-1.0)), keep=True)
        play = _Frames(bus.put)
        until = time.monotonic() + _PATIENCE
        while not any(b"up" in payload for _, payload in reports.drain()):
            play.frame()
            if time.monotonic() > until:
                raise RuntimeError("the sound process does not come up")
        ears = Listener(environment)
        for _ in range(round(3.0 * _FPS)):  # it opens, and the sink wakes
            play.frame()
        rung = []
        for _ in range(count):
            rung.append(play.frame(Ring(x=0.5, y=0.5, strength=1.0, time=0.0)))
            for _ in range(round(1.2 * _FPS)):
                play.frame()
        heard, began = ears.close()
        bus.put(SETUP, msgspec.msgpack.encode(Setup(soundscape=crowded(), peak=-1.0)), keep=True)
        for _ in range(round(3.0 * _FPS)):
            play.frame(Ring(x=0.5, y=0.5, strength=1.0, time=0.0))
        before, since = sound.spent, time.monotonic()
        for _ in range(round(5.0 * _FPS)):
            play.frame(Ring(x=0.5, y=0.5, strength=1.0, time=0.0))
        share = (sound.spent - before) / (time.monotonic() - since)
    found = [onset(heard, at - began) for at in rung]
    return [one for one in found if one is not None], share


class _Frames:
    """A stage that tells of 60 frames a second.

    Args:
        put: Of the bus.
    """

    def __init__(self, put: Callable[..., None]) -> None:
        self._put = put
        self._index = 0
        self._due = time.monotonic()

    def frame(self, *rings: Ring) -> float:
        """Wait for the next frame and tell of it; return when it began, in monotonic seconds."""
        self._due += 1 / _FPS
        time.sleep(max(self._due - time.monotonic(), 0.0))
        now = time.monotonic()
        if now - self._due > 0.1:
            self._due = now
        self._index += 1
        drive = Drive(
            frame=self._index, time=self._index / _FPS, at=now, before=SCENE, after=SCENE, rings=rings
        )
        self._put(DRIVE, msgspec.msgpack.encode(drive))
        return now


def onset(heard: NDArray[np.float32], after: float) -> float | None:
    """Return how long after a second of the recording a bell begins; None if none does within 0.3 s.

    It begins where a millisecond is six times as strong as any of the thirty before it.
    """
    step = RATE // 1000
    first = max(round((after - 0.04) * RATE), 0)
    piece = heard[first : first + round(0.34 * RATE)]
    piece = piece[: len(piece) // step * step].astype(np.float64)
    power = (piece**2).reshape(-1, step * 2).mean(axis=1)
    for place in range(30, len(power)):
        if power[place] > 1e-7 and power[place] > 6.0 * power[place - 30 : place].max():
            return first / RATE + place / 1000 - after
    return None


def stage_frames(environment: dict[str, str], rounds: int) -> tuple[float, float, int]:
    """Draw frames of a loaded stage, a second with the sound process and a second without, in turn.

    Returns:
        Seconds of the slowest frame in a hundred without and with it, and its gaps.
    """
    from installation.bench.frame import loaded_production, loaded_stage
    from installation.bench.reference import SIMPLE
    from installation.show.soundscape import unpack

    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="snd-")))
        production = loaded_production(folder, SIMPLE, _SIZE)
        show = replace(production.show, soundscape=unpack(crowded(scene="scene0")))
        stage, _, _ = stack.enter_context(
            loaded_stage(replace(production, show=show), folder, windowed=False, sound=True)
        )
        sound = SoundProcess(environment, folder)
        stack.callback(sound.close)
        feed = stage._sound  # noqa: SLF001 - nobody else has a reason to switch it
        level = feed._level  # noqa: SLF001
        until = time.monotonic() + _PATIENCE
        while feed.status(time.monotonic()).state != "up":  # type: ignore[union-attr]
            stage.frame()
            if time.monotonic() > until:
                raise RuntimeError("the sound process does not come up")
        taken: dict[bool, list[float]] = {False: [], True: []}
        for number in range(2 * rounds + 2):
            beside = bool(number % 2)
            sound.pause(not beside)
            feed._level = level if beside else None  # noqa: SLF001
            times = [_timed(stage.frame) for _ in range(_SEGMENT)]
            if number >= 2:
                taken[beside] += times[_SEGMENT // 4 :]
        gaps = feed.status(time.monotonic()).underruns  # type: ignore[union-attr]
    return float(np.percentile(taken[False], 99)), float(np.percentile(taken[True], 99)), gaps


def _timed(frame: Callable[[], object]) -> float:
    """Return the seconds of a frame, which begins a sixtieth of a second after the one before, or later."""
    began = time.perf_counter()
    frame()
    taken = time.perf_counter() - began
    time.sleep(max(1 / _FPS - taken, 0.0))
    return taken
