"""Supervises picture outputs. A frame only leaves its newest picture; it never waits for a receiver.

Each output has one thread (``worker``), in which it is opened, used, closed on an error and reopened.
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from installation.contract import PictureFrame, PictureOutput
from installation.devices.worker import LOOK, DeviceWorker
from installation.values import Seconds

__all__ = ["Frames", "PictureOutputs", "PictureSupervisor"]


class PictureSupervisor(DeviceWorker):
    """Supervises one picture output.

    Args:
        adapter: The output.
        size: Width and height of the pictures in pixels.
    """

    adapter: PictureOutput

    def __init__(self, adapter: PictureOutput, size: tuple[int, int]) -> None:
        super().__init__(adapter, "pictures")
        adapter.size = size
        self._upright = np.zeros((size[1], size[0], 4), np.uint8)
        self._next: PictureFrame | None = None
        self._next_at: Seconds = 0.0

    def due(self, now: Seconds) -> bool:
        """Return whether it takes a picture of this frame; call once a frame.

        Args:
            now: Monotonic seconds at the beginning of the frame.
        """
        if self._health.state != "up" or not self.adapter.wanted:
            return False
        rate = self.adapter.rate
        if rate <= 0.0:
            return True
        step = 1.0 / rate
        if now < self._next_at - 0.1 * step:  # a frame that is a little early still is the one that is due
            return False
        self._next_at = max(self._next_at + step, now)
        return True

    def put(self, frame: PictureFrame) -> None:
        """Leave a picture, bottom row first, in place of one that still waits. Never waits."""
        with self._changed:
            if self._next is not None:
                self.adapter.counters.dropped += 1
            self._next = frame
            self._changed.notify()

    def missed(self) -> None:
        """Count a picture that was due and could not be read back in time."""
        self.adapter.counters.dropped += 1

    def _turn(self) -> bool:
        """Send the newest picture."""
        with self._changed:
            self._changed.wait_for(lambda: self._stop or self._next is not None, LOOK)
            if self._stop:
                return False
            frame, self._next = self._next, None
        if frame is not None:
            np.copyto(self._upright, frame.pixels[::-1])
            upright = PictureFrame(frame.index, frame.time, self._upright)
            frame = None  # its memory is free for another frame from now on
            self.adapter.send(upright)
            self._used()
        return True

    def _lost(self) -> None:
        self._next = None


class Frames(Protocol):
    """Reads finished pictures back without waiting: ``render.readback.frames``."""

    def request(self, index: int, time: Seconds) -> bool:
        """Have the latest frame read back; False if too many are on their way."""
        ...

    def collect(self) -> Sequence[PictureFrame]:
        """Return the pictures that have arrived, oldest first, rows from the bottom up."""
        ...


class PictureOutputs:
    """Hands finished pictures to picture outputs: only what has passed the guard, and only if it is wanted.

    Args:
        frames: Reads pictures back; None without a picture.
        supervisors: The outputs; the list may be filled later.
    """

    def __init__(self, frames: Frames | None, supervisors: Sequence[PictureSupervisor]) -> None:
        self._frames = frames
        self._supervisors = supervisors
        self._asked: dict[int, list[PictureSupervisor]] = {}

    def put(self, index: int, now: Seconds) -> None:
        """Pass on what has been read back, and have this frame read back if an output wants it.

        Args:
            index: Number of the frame that has just been drawn.
            now: Monotonic seconds at its beginning.
        """
        if self._frames is None:
            return
        if self._asked:
            for shot in self._frames.collect():
                for supervisor in self._asked.pop(shot.index, ()):
                    supervisor.put(shot)
        due = [one for one in self._supervisors if one.due(now)]
        if due and self._frames.request(index, now):
            self._asked[index] = due
        elif due:
            for supervisor in due:
                supervisor.missed()
