"""Sound in real time: from a frame to the device, what the process takes, and what it does to the stage."""

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from multiprocessing import get_context
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
from installation.values import Seconds

__all__ = ["latencies", "live_rows", "onset", "stage_frames"]

LATE: Final = 0.06
"""Most seconds from a flash to its bell."""
STAGE: Final = 1.1
"""Most ratio of the stage's slowest frames with the sound process at work to those without."""
_FPS: Final = 60.0
_SIZE: Final = (320, 180)
_SMALL: Final = (64, 36)
"""A picture that leaves the processors time, as where a graphics card draws: one thread draws it."""
_ROUNDS: Final = 20
_SEGMENT: Final = 60
_PATIENCE: Final = 30.0
_BEGINS: Final[Seconds] = 12.0
"""So long after an output was opened, the sound is made as it is from then on."""


def live_rows() -> Sequence[Row]:
    """Rows in real time; none, with a note in their place, where there is no sound server."""
    absent = missing()
    if absent:
        note = f"not measured: {absent} is missing"
        return [Row("sound: live", 0.0, 0.0, None, "ms", "bound", 0.0, "-", met=True, note=note)]
    with server() as environment:
        late, share = latencies(environment, 12)
        frames = [
            *_frame_rows(stage_frames(environment, _ROUNDS, _SIZE), _SIZE),
            *_frame_rows(_drawn_by_one_thread(environment), _SMALL),
        ]
    middle, worst = statistics.median(late), max(late)
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
        *frames,
    ]  # fmt: skip


def _frame_rows(frames: "Frames", size: tuple[int, int]) -> Sequence[Row]:
    """Return what frames took by the clock, and what the stage's own thread took of a processor."""
    width, height = size
    alone = f"alone it has {100 * frames.busy:.0f} % of all processors"
    note = f"{alone}; gaps in the sound, which is stopped every other second: {frames.gaps}"
    return [
        Row(
            f"sound: stage frame p99 beside it, {width}x{height}{what}", 1e3 * beside, 1e3 * without, None,
            "ms", "the same stage without", beside / without, f"<= {STAGE}", beside <= STAGE * without, note,
        )
        for what, beside, without in (
            ("", frames.beside, frames.without),
            (", processor time of its main thread", frames.own_beside, frames.own_without),
        )
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


@dataclass(frozen=True, slots=True)
class Frames:
    """What the frames of a stage took, without the sound process and with it.

    Attributes:
        without, beside: Seconds of the slowest frame in a hundred.
        own_without, own_beside: Processor seconds of the stage's main thread, of the frame that took most of
            a hundred: what does not wait for others.
        busy: Share of all processors that the stage takes alone.
        gaps: In the sound.
    """

    without: Seconds
    beside: Seconds
    own_without: Seconds
    own_beside: Seconds
    busy: float
    gaps: int


def stage_frames(environment: dict[str, str], rounds: int, size: tuple[int, int] = _SIZE) -> Frames:
    """Draw frames of a loaded stage, a second with the sound process and a second without, in turn."""
    from installation.bench.frame import loaded_production, loaded_stage
    from installation.bench.reference import SIMPLE
    from installation.show.soundscape import unpack

    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="snd-")))
        production = loaded_production(folder, SIMPLE, size)
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
        until = time.monotonic() + _BEGINS
        while time.monotonic() < until:
            _timed(stage.frame)
        taken: dict[bool, list[tuple[Seconds, Seconds]]] = {False: [], True: []}
        busy = []
        for number in range(2 * rounds + 2):
            beside = bool(number % 2)
            sound.pause(not beside)
            feed._level = level if beside else None  # noqa: SLF001
            began, spent = time.monotonic(), time.process_time()
            times = [_timed(stage.frame) for _ in range(_SEGMENT)]
            if number >= 2:
                taken[beside] += times[_SEGMENT // 4 :]
                if not beside:
                    busy.append((time.process_time() - spent) / (time.monotonic() - began))
        gaps = feed.status(time.monotonic()).underruns  # type: ignore[union-attr]
    (without, own_without), (with_sound, own_beside) = (
        np.percentile(np.array(taken[beside]), 99, axis=0).tolist() for beside in (False, True)
    )
    share = statistics.median(busy) / (os.cpu_count() or 1)
    return Frames(without, with_sound, own_without, own_beside, share, gaps)


def _drawn_by_one_thread(environment: dict[str, str]) -> Frames:
    """Measure the small picture in a process of its own, whose driver has no threads."""
    before = os.environ.get("LP_NUM_THREADS")
    os.environ["LP_NUM_THREADS"] = "0"
    try:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as apart:
            return apart.submit(stage_frames, environment, _ROUNDS, _SMALL).result()
    finally:
        del os.environ["LP_NUM_THREADS"]
        if before is not None:
            os.environ["LP_NUM_THREADS"] = before


def _timed(frame: Callable[[], object]) -> tuple[Seconds, Seconds]:
    """Return the seconds of a frame, and of the processor in this thread.

    It begins a sixtieth of a second after the one before, or later.
    """
    began, spent = time.perf_counter(), time.thread_time()
    frame()
    own, taken = time.thread_time() - spent, time.perf_counter() - began
    time.sleep(max(1 / _FPS - taken, 0.0))
    return taken, own
