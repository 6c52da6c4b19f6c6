"""Decodes a video file in a thread of its own, a few frames ahead of its playhead."""

import logging
import math
import threading
import time
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from installation.errors import MediaError
from installation.media.clip import Clip
from installation.media.pixels import fitted
from installation.media.source import EARLY, Pixels, Playhead, Report, Shown, State
from installation.paths import stamp
from installation.values import Seconds

__all__ = ["AHEAD", "AHEAD_BYTES", "ClipDecoder"]

AHEAD: Final = 8
"""Most frames that are decoded ahead."""
AHEAD_BYTES: Final = 64 << 20
"""Most bytes of them; two frames at least."""

_FAR: Final[Seconds] = 2.0
"""Seconds behind the playhead from which on the decoder searches instead of decoding all between."""
_LOOK: Final[Seconds] = 1.0
"""Seconds between two looks whether the file was replaced."""
_FIRST_WAIT: Final[Seconds] = 1.0
_LONGEST_WAIT: Final[Seconds] = 30.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Ready:
    """A decoded frame: the playhead's time from which on it is shown."""

    at: Seconds
    shown: Shown


class ClipDecoder:
    """Decodes one file. All methods return at once, except where ``take`` is asked to wait.

    A file that is missing or broken is tried again, also as soon as it is replaced.

    Args:
        path: The file.
        longest: Most pixels of a side.
        rows: Most rows; larger pictures are made smaller. 0 keeps their size.
    """

    def __init__(self, path: Path, longest: int = 8192, rows: int = 0) -> None:
        self._path = path
        self._longest = longest
        self._rows = rows
        self._changed = threading.Condition()
        self._queue: deque[_Ready] = deque()
        self._asked = Playhead()
        self._shows = False
        self._stop = False
        self._reason = ""
        self._length: Seconds = 0.0
        self._size = (0, 0)
        self._late = 0
        self._serial = 0
        self._ended = False
        self._epoch = -1
        self._base: Seconds = 0.0
        self._newest: Shown | None = None
        self._thread = threading.Thread(target=self._run, name=f"video {path.name}", daemon=True)
        self._thread.start()

    @property
    def length(self) -> Seconds:
        """Seconds of the clip; 0 while unknown."""
        return self._length

    def take(self, playhead: Playhead, wait: Seconds = 0.0) -> Shown | None:
        """Return the newest picture for a playhead; the last one while the right one is not ready.

        Args:
            playhead: What to show.
            wait: Seconds to wait for exactly that picture; 0 returns what is ready.
        """
        with self._changed:
            if playhead != self._asked or not self._shows:
                self._asked, self._shows = playhead, True
                self._changed.notify_all()
            if wait > 0.0:
                self._changed.wait_for(lambda: self._reason or self._stop or self._settled(), wait)
            if self._reason:
                return None
            if self._epoch == playhead.epoch:
                self._leave_behind()
                if self._queue and self._queue[0].at <= playhead.at + EARLY:
                    self._newest = self._queue[0].shown
            return self._newest

    def rest(self) -> None:
        """Keep the first frame only, until it is shown again."""
        with self._changed:
            if self._shows:
                self._shows = False
                self._asked = Playhead(self._asked.epoch + 1)
                self._newest = None
                self._changed.notify_all()

    def report(self) -> Report:
        """Return its state."""
        with self._changed:
            state: State = "playing" if self._asked.play else "paused"
            if self._reason:
                state = "lost"
            elif not self._length:
                state = "opening"
            elif not self._shows:
                state = "resting"
            elif self._ended and not self._asked.loop and len(self._queue) < 2:
                state = "ended"
            return Report(state, self._reason, self._size, self._length, self._late)

    def close(self, wait: Seconds = 0.0) -> None:
        """End the thread, and wait for that at most so long. Safe to call twice."""
        with self._changed:
            self._stop = True
            self._changed.notify_all()
        self._thread.join(wait)

    def _leave_behind(self) -> None:
        """Drop frames that are followed by another one that is due."""
        while len(self._queue) > 1 and self._queue[1].at <= self._asked.at + EARLY:
            self._queue.popleft()
            self._changed.notify_all()

    def _settled(self) -> bool:
        """Whether the picture at the playhead is known for certain."""
        if self._epoch != self._asked.epoch or not self._queue:
            return False
        self._leave_behind()
        due = self._asked.at + EARLY
        return self._queue[-1].at > due or (self._ended and not self._asked.loop)

    # The thread.

    def _run(self) -> None:
        wait = _FIRST_WAIT
        while not self._stop:
            found = stamp(self._path)
            began = time.monotonic()
            try:
                clip = Clip(self._path, self._longest, self._rows)
                try:
                    self._opened(clip)
                    self._decode(clip, found)
                finally:
                    clip.close()
                wait = _FIRST_WAIT
            except MediaError as error:
                self._lose(str(error))
                if time.monotonic() - began > _LONGEST_WAIT:
                    wait = _FIRST_WAIT
                self._pause(wait, found)
                wait = min(_LONGEST_WAIT, 2 * wait)

    def _opened(self, clip: Clip) -> None:
        with self._changed:
            if self._reason:
                log.info("%s can be read again", self._path.name)
            self._size = fitted(clip.facts.size, self._rows)
            self._reason, self._length = "", clip.facts.length
            self._epoch = -1
            self._queue.clear()
            self._changed.notify_all()

    def _lose(self, reason: str) -> None:
        with self._changed:
            if self._reason != reason and not self._stop:
                log.warning("%s: %s", self._path, reason)
            self._reason = reason
            self._queue.clear()
            self._newest = None
            self._changed.notify_all()

    def _pause(self, seconds: Seconds, found: tuple[int, int] | None) -> None:
        """Wait before the next attempt, or until the file is another one."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and not self._stop and stamp(self._path) == found:
            with self._changed:
                self._changed.wait_for(lambda: self._stop, min(_LOOK, seconds))

    def _decode(self, clip: Clip, found: tuple[int, int] | None) -> None:
        """Decode until the end, or until the file is replaced. Raises MediaError."""
        looked = time.monotonic()
        while True:
            with self._changed:
                self._changed.wait_for(self._wanted, _LOOK)
                if self._stop:
                    return
                work, asked, epoch = self._wanted(), self._asked, self._epoch
            if time.monotonic() - looked > _LOOK:
                looked = time.monotonic()
                if stamp(self._path) not in (found, None):
                    log.info("%s was replaced", self._path.name)
                    return
            if not work:
                continue
            if asked.epoch != epoch:
                self._jump(clip, asked)
            else:
                self._one(clip, asked)

    def _wanted(self) -> bool:
        """Whether there is anything to decode now."""
        if self._stop or self._asked.epoch != self._epoch:
            return True
        if self._ended and not self._asked.loop:
            return False
        size = max(1, self._size[0] * self._size[1] * 4)
        ahead = max(2, min(AHEAD, AHEAD_BYTES // size)) if self._shows else 1
        return len(self._queue) < ahead

    def _jump(self, clip: Clip, asked: Playhead) -> None:
        lap = math.floor(asked.at / clip.facts.length) if asked.loop else 0
        base = lap * clip.facts.length
        clip.seek(asked.at - base)
        with self._changed:
            self._queue.clear()
            self._epoch, self._base, self._ended = asked.epoch, base, False

    def _one(self, clip: Clip, asked: Playhead) -> None:
        """Decode one frame, the newest that is due or the next one."""
        if self._ended:
            self._base += clip.facts.length
            clip.seek(0.0)
            self._ended = False
        last = self._queue[-1].at if self._queue else self._base
        if asked.at - last > _FAR and asked.at < self._base + clip.facts.length:
            clip.seek(asked.at - self._base)
        elif asked.at - last > max(_FAR, 2 * clip.facts.length) and asked.loop:
            self._base = math.floor(asked.at / clip.facts.length) * clip.facts.length
            clip.seek(asked.at - self._base)
        found = clip.read(asked.at - self._base)
        with self._changed:
            if found is None:
                if not self._queue and self._newest is None:
                    raise MediaError(f"{self._path.name} has no frames")
                self._ended = True
            elif asked.epoch == self._asked.epoch:
                self._take_in(*found)
            self._changed.notify_all()

    def _take_in(self, at: Seconds, pixels: Pixels, skipped: int) -> None:
        self._serial += 1
        self._size = (pixels.shape[1], pixels.shape[0])
        self._late += skipped if self._queue else 0
        self._queue.append(_Ready(self._base + at, Shown(self._serial, pixels)))
