"""Where the main thread's time of a frame goes: by part of the frame, and how much of it is the driver's.

Every call that is timed costs about a microsecond more, so these figures are taken in frames of their own and
only say how the time is shared out.
"""

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from installation.stage.stage import Stage

__all__ = ["Driver", "driver", "parts"]


@dataclass(frozen=True, slots=True)
class Driver:
    """Calls of OpenGL in one frame.

    Attributes:
        calls: How many.
        seconds: Processor time of the calling thread in them.
    """

    calls: int
    seconds: float


class _Meter:
    """Counts what is measured since ``begin``."""

    def __init__(self) -> None:
        self.calls = 0
        self.seconds = 0.0

    def begin(self) -> None:
        self.calls, self.seconds = 0, 0.0

    def around(self, call: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(call)
        def measured(*given: Any, **named: Any) -> Any:
            before = time.thread_time()
            try:
                return call(*given, **named)
            finally:
                self.seconds += time.thread_time() - before
                self.calls += 1

        return measured


def parts(stage: "Stage", frame: Callable[[], None], frames: int) -> dict[str, float]:
    """Median milliseconds of the main thread for each part of a frame; ``rest`` is what no part covers.

    Args:
        stage: What is measured.
        frame: Makes one frame of it.
        frames: How many.
    """
    player = stage._player  # noqa: SLF001 - a benchmark looks inside
    picture = player.picture
    places: dict[str, list[tuple[object, str]]] = {
        "input": [(stage, "_entries")],
        "signals": [(player.router, "accept"), (player.cues, "advance"), (player.chain, "process")],
        "scene": [(picture, "_scene")],
        "guard": [(picture._guard, "apply")] if picture is not None else [],  # noqa: SLF001
        "lamps": [(picture, "colours"), (player.rig, "resolve")],
        "present": [(stage, "_present")],
        "publish": [(stage._outlet, "put"), (stage._frame_stats, "mark")],  # noqa: SLF001
    }
    with ExitStack() as stack:
        meters = {name: _Meter() for name in ["whole", *places]}
        for name, methods in places.items():
            for owner, method in methods:
                if owner is not None:
                    stack.enter_context(_replaced(owner, method, meters[name]))
        once = meters["whole"].around(frame)
        taken: dict[str, list[float]] = {name: [] for name in meters}
        for _ in range(frames):
            for meter in meters.values():
                meter.begin()
            once()
            for name, meter in meters.items():
                taken[name].append(meter.seconds)
    found = {name: statistics.median(times) * 1e3 for name, times in taken.items()}
    whole = found.pop("whole")
    return found | {"rest": whole - sum(found.values())}


def driver(frame: Callable[[], None], frames: int) -> Driver:
    """What one frame asks of OpenGL, through moderngl and our own waits: medians."""
    import moderngl

    from installation.render.gl import wait

    methods = [
        (moderngl.VertexArray, "render"), (moderngl.Framebuffer, "use"), (moderngl.Framebuffer, "clear"),
        (moderngl.Framebuffer, "read_into"), (moderngl.Texture, "use"), (moderngl.Texture, "read_into"),
        (moderngl.Texture, "write"), (moderngl.Buffer, "read"), (moderngl.Buffer, "read_into"),
        (moderngl.Sampler, "use"), (moderngl.Sampler, "clear"), (moderngl.Uniform, "write"),
        (moderngl.Program, "__setitem__"), (wait, "finish"),
    ]  # fmt: skip
    meter = _Meter()
    calls, seconds = [], []
    with ExitStack() as stack:
        for owner, method in methods:
            stack.enter_context(_replaced(owner, method, meter))
        for _ in range(frames):
            meter.begin()
            frame()
            calls.append(meter.calls)
            seconds.append(meter.seconds)
    return Driver(round(statistics.median(calls)), statistics.median(seconds))


@contextmanager
def _replaced(owner: object, method: str, meter: _Meter) -> Iterator[None]:
    """A method that is measured as long as this is entered."""
    own = vars(owner).get(method) if hasattr(owner, "__dict__") else None
    setattr(owner, method, meter.around(getattr(owner, method)))
    try:
        yield
    finally:
        if own is None:
            delattr(owner, method)
        else:
            setattr(owner, method, own)
