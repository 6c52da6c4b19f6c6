"""The wire loop: one full frame to every lamp at a steady rate, whatever the stage does.

It runs in a thread of its own against an absolute schedule. Late frames are counted and never caught up
with a burst. A frame comes forward, by three quarters of a period at most, when light arrives that differs
from the last.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from installation.contract import LightFrame
from installation.devices.adapters import OutputSupervisor
from installation.devices.priority import ask_for_time
from installation.ipc.shared_memory import Mapping
from installation.keeper.light.frames import Encoder
from installation.keeper.light.intake import Intake
from installation.keeper.light.look import Look
from installation.keeper.light.summary import Highest
from installation.light.power import Crossfade
from installation.show.venue_model import LightSettings
from installation.status import KeeperStatus
from installation.values import Seconds

__all__ = ["Repatch", "Wire"]

_ZERO_FRAMES: Final = 3
"""Frames of the last look before a clean stop terminates the streams: policy for E1.31 and Art-Net."""
_KEPT: Final = 1024
_FORWARD: Final = 0.75
"""Share of a period by which a frame may come forward; no more of them leave than the schedule has.

The rest, 5.7 ms at 44 Hz, lies between two frames at least, so that a node with small buffers has them apart.
"""
_TELL: Final = 8
"""Frames from one guard report to the stage to the next: five reports per second at 44 Hz."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Repatch:
    """Another patch of the same venue, ready to be applied between two ticks.

    Attributes:
        encoder: The new encoder, its guard brought to the present light.
        settings: The venue's light settings.
        safe, hazard: As for ``Look``.
        shown: Present light of the lamps, in the new patch, linear light 0..1.
        stand: Seconds for which to hold it.
        outputs: Supervised adapters; those that are kept are the same objects.
        crossfade: How two looks are mixed.
    """

    encoder: Encoder
    settings: LightSettings
    safe: NDArray[np.float32]
    hazard: NDArray[np.bool_]
    shown: NDArray[np.float32]
    stand: Seconds
    outputs: Sequence[OutputSupervisor]
    crossfade: Crossfade


class Wire:
    """Look, guard, curve, adapters, echo: one ``tick`` per frame.

    Args:
        mapping: Source of the stage's frames, and destination of the echo of the bytes on the wire.
        look: Decides what the lamps should show.
        encoder: Guard and curves.
        outputs: Supervised adapters.
        rate: Frames per second.
        hold: True leaves the last look on a clean stop; otherwise it ends in black.
        now: Source of monotonic seconds.
    """

    def __init__(
        self,
        mapping: Mapping,
        look: Look,
        encoder: Encoder,
        outputs: Sequence[OutputSupervisor],
        rate: float,
        *,
        hold: bool = False,
        now: Callable[[], Seconds] = time.monotonic,
    ) -> None:
        self.blackout = False
        self.panic = False
        self.calm = False
        """Whether the stage is in a panic: its frames are not delayed."""
        self.ticked: Seconds = now()
        self.frames = 0
        self.late = 0
        self.scheduling = "none"
        self._mapping = mapping
        self.intake = Intake(mapping)
        self.look = look
        self._encoder = encoder
        self.outputs = outputs
        self._period = 1.0 / rate
        self._hold = hold
        self._now = now
        self._interrupted = False
        self._dark = np.zeros(look.shape, np.float32)
        self._freezes = False
        self._frozen: NDArray[np.float32] | None = None
        self._coming: Repatch | None = None
        self._late_by = np.zeros(_KEPT)
        self._last = LightFrame(0, self.ticked, np.zeros(self._dark.shape, np.uint8))
        self._highest = Highest()
        self.failed = 0
        self._asked: int | None = None
        self._thread = threading.Thread(target=self.run, name="wire", daemon=False)

    # Called from the main thread.

    def start(self) -> None:
        """Open the adapters and start sending."""
        self._thread.start()

    def interrupt(self) -> None:
        """Note that the stage is gone; what follows is crossfaded to."""
        self._interrupted = True

    def stop(self, *, immediate: bool = False) -> None:
        """Send at least three last frames and terminate the streams; ``immediate`` skips the frames."""
        if self._asked is None or immediate:
            self._asked = 0 if immediate else _ZERO_FRAMES

    def freeze(self) -> None:
        """Freeze the light from the next tick on, until ``repatch``; a blackout still applies."""
        self._freezes = True

    @property
    def frozen(self) -> bool:
        """Whether the light is frozen."""
        return self._frozen is not None

    def thaw(self) -> None:
        """Unfreeze the light without a new patch."""
        self._freezes, self._frozen = False, None

    def repatch(self, change: Repatch) -> None:
        """Apply another patch before the next tick."""
        self._coming = change

    @property
    def running(self) -> bool:
        """True until the streams are terminated, or the loop has failed."""
        return self._thread.is_alive()

    def join(self, timeout: Seconds) -> None:
        """Wait until the streams are terminated."""
        self._thread.join(timeout)

    def report(self) -> KeeperStatus:
        """Return the wire's part of ``status``."""
        late = self._late_by[: min(self.frames, _KEPT)]
        return KeeperStatus(
            rate=1.0 / self._period, frames=self.frames, received=self.intake.received,
            rejected=self.intake.rejected,
            failed=self.failed, late=self.late,
            p99_ms=round(float(np.percentile(late, 99)) * 1000, 3) if len(late) else 0.0,
            scheduling=self.scheduling, look=self.look.state, blackout=self.blackout, panic=self.panic,
            guard=self._encoder.report(), universes=self._highest.told(),
        )  # fmt: skip

    # The thread.

    def run(self) -> None:
        """Run the loop until ``stop``. Whatever ends it, the streams are terminated at last."""
        try:
            self._run()
        finally:
            self._goodbye()

    def _run(self) -> None:
        self.scheduling = ask_for_time()
        for output in self.outputs:
            output.open(self._now())
        due = self._now()
        last = due - self._period
        left: int | None = None
        while True:
            now = self._wait(due)
            if self._asked is not None:  # read once: the main thread may ask in the middle of a tick
                left = self._asked if left is None else min(left, self._asked)
                if left == 0:
                    break
                left -= 1
            self._late_by[self.frames % _KEPT] = max(0.0, now - due)
            if now - due > self._period:
                self.late += 1
                due = now  # the next one after a whole period: no burst
            try:
                self.tick(now, now - last, ending=left is not None)
            except Exception:
                if not self.failed:
                    log.exception("a frame of light cannot be made; the last one is repeated until one can")
                self._repeat(now, dark=left is not None and not self._hold)
            last = now
            due += self._period

    def _wait(self, due: Seconds) -> Seconds:
        """Sleep until a frame is due, or comes forward; returns the time."""
        opens = due - _FORWARD * self._period
        while (now := self._now()) < due:
            if now < opens:
                time.sleep(opens - now)
            elif self._asked is None and self._changes(now):
                return now
            else:
                self._mapping.fresh.wait(due - now)
        return now

    def _changes(self, now: Seconds) -> bool:
        """Take what the stage has sent since; returns whether its light is another one."""
        before = self.intake.light
        try:
            self.intake.take_light(self._encoder, self.look, now)
        except Exception:
            self.failed += 1
            if self.failed == 1:
                log.exception("a frame of the stage cannot be read")
        after = self.intake.light
        return before is not after and not (before is None or after is None or np.array_equal(before, after))

    def _repeat(self, now: Seconds, *, dark: bool) -> None:
        """Repeat the last frame after one could not be made; constant light satisfies every guard."""
        self.failed += 1
        levels = np.zeros(self._dark.shape, np.uint8) if dark else self._last.levels
        for output in self.outputs:
            output.send(LightFrame(self.frames, now, levels), now)
        self.frames += 1
        self.ticked = now

    def tick(self, now: Seconds, dt: Seconds, *, ending: bool = False) -> None:
        """Make and send one frame; ``ending`` is True for the last ones of a clean stop."""
        if self._coming is not None:
            self._adopt(self._coming, now)
        self._take(now)
        self.look.panic(self.panic, now)
        self.look.delay.hurried = self.blackout or self.calm
        light = self.look.step(now)
        if self._freezes:
            if self._frozen is None:
                self._frozen = self._encoder.sent.astype(np.float32) * np.float32(1 / 65535)
            light = self._frozen
        if self.blackout or (ending and not self._hold):
            light = self._dark
        live = self.look.fresh and not ending
        levels = self._encoder.encode(light, dt, now, live=live)
        frame = LightFrame(self.frames, now, levels)
        for output in self.outputs:
            output.send(frame, now)
        self._mapping.room.write(self._encoder.message())
        self._mapping.wire.write(levels.data.cast("B"))
        if not self._freezes:
            self._mapping.tell_shown(self.look.oldest, safe=self.look.shows_safe)
        if self.frames % _TELL == 0:
            self._mapping.guard.write(msgspec.json.encode(self._encoder.report()))
        self.frames += 1
        self.ticked = now
        self._last = frame
        self._highest.take(levels, now, dark=self.blackout)

    def _take(self, now: Seconds) -> None:
        if self._interrupted:
            self._interrupted = False
            self.look.interrupt()
        self.intake.hear_picture(self._encoder)
        self.intake.take_light(self._encoder, self.look, now)

    def _adopt(self, change: Repatch, now: Seconds) -> None:
        """Switch to another patch: terminate streams that are not used any more, and continue all others."""
        self._coming = None
        self.thaw()
        zeros = LightFrame(self.frames, now, np.zeros(self._last.levels.shape, np.uint8))
        kept = frozenset(place for one in change.outputs for place in one.adapter.places)
        for output in self.outputs:
            if output in change.outputs:
                continue
            for successor in change.outputs:
                if successor.adapter.name == output.adapter.name and type(successor.adapter) is type(
                    output.adapter
                ):
                    successor.adapter.resume(output.adapter)
            places = output.adapter.places
            output.finish(zeros, now, only=places - kept if places else None)
        self._encoder, self.outputs = change.encoder, change.outputs
        self._hold = change.settings.on_stop == "hold"
        self.look.repatch(
            change.settings, change.safe, change.hazard, change.shown, now, change.stand, change.crossfade
        )
        self._dark = np.zeros(self.look.shape, np.float32)
        self._last = LightFrame(self.frames, now, np.zeros(self._dark.shape, np.uint8))

    def _goodbye(self) -> None:
        now = self._now()
        levels = self._last.levels if self._hold else np.zeros(self._dark.shape, np.uint8)
        for output in self.outputs:
            output.finish(LightFrame(self.frames, now, levels), now)
        self._finished = True
