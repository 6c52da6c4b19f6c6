"""The input thread: input device -> ears -> bus, for as long as there is one."""

import logging
import time
from collections.abc import Callable
from typing import Final

from installation.errors import AdapterError, PhotophoreError
from installation.ipc.feeds.sound import Drive, Heard, Scope, Setup
from installation.sound import BLOCK, RATE
from installation.sound.devices import NONE, Input, Library, refresh
from installation.sound.parts import EarsLike, Parts
from installation.sound.reference import Reference
from installation.sound.threads.device_thread import IDLE, DeviceThread
from installation.values import Seconds

__all__ = ["Listening"]

_LATENCY: Final[Seconds] = 0.02
_MOST: Final = 2
"""Channels: left and right."""
_POLL: Final[Seconds] = 0.002
_ROW: Final = 64
"""Blocks that are read without a pause: a device that gives endlessly must not keep the thread busy."""
_STALL: Final[Seconds] = 5.0
_SCOPE: Final[Seconds] = 1 / 30
_FOLLOW: Final = 0.02
"""Share of what a block seems late or early that its time follows."""
_GAP: Final[Seconds] = 0.25
"""What is later than this was lost."""
_WELL: Final[Seconds] = 10.0

log = logging.getLogger(__name__)


class _Clock:
    """When blocks ended: they are equally long, and the device tells of them in bursts."""

    def __init__(self) -> None:
        self._at: Seconds | None = None

    def after(self, seen: Seconds) -> Seconds:
        """Return the end of the next block, in monotonic seconds; ``seen``: as the device tells it."""
        before = self._at
        if before is None or abs(seen - before) > _GAP:
            self._at = seen if before is None else max(seen, before)
        else:
            expected = before + BLOCK / RATE
            self._at = expected + max(_FOLLOW * (seen - expected), -0.5 * BLOCK / RATE)
        return self._at


class Listening(DeviceThread):
    """Listens on the input of the setup, and comes back whatever happens to the device.

    Args:
        library: The devices.
        parts: Builds the ears.
        played: What is given to the output meanwhile.
        tell: Takes what was heard, in the input's thread.
        show: Takes waveform and spectrum, while they are wanted.

    Attributes:
        overruns: Gaps in the input.
        drive: The newest frame of the show.
        ears: Those that listen now; None while the input is not up.
    """

    def __init__(
        self,
        library: Library,
        parts: Parts,
        played: Reference,
        tell: Callable[[Heard], None],
        show: Callable[[Scope], None],
    ) -> None:
        super().__init__("listening", "listening")
        self._library, self._parts, self._played = library, parts, played
        self._tell, self._show = tell, show
        self.overruns = self._scrubbed = 0
        self.drive = Drive(frame=0, time=0.0, at=0.0)
        self.ears: EarsLike | None = None

    @property
    def scrubbed(self) -> int:
        """Samples of the input so far that the ears made silent."""
        ears = self.ears
        return self._scrubbed + (ears.scrubbed if ears is not None else 0)

    # In the thread.

    def _run(self) -> None:
        while not self._stop.is_set():
            self.beat = time.monotonic()
            setup = self._setup
            if setup is None:
                self._stop.wait(IDLE)
            elif setup.input.casefold() == NONE:
                self._say("off", "no input is wanted")
                self._rest(setup, IDLE)
            else:
                self._open(setup)

    def _open(self, setup: Setup) -> None:
        opened = None
        try:
            if self._lost or not self._library.inventory().able("input"):
                refresh(self._library)
            opened = self._library.input(setup.input, _MOST, _LATENCY)
            if opened is not None:
                self._listen(opened, setup)
            elif self._told.startswith("up") or self._lost:
                self._fail(setup, "there is no input device any more")
            else:
                self._say("silent", "there is no input device; plug in a microphone, if the show is to hear")
                self._rest(setup, self._backoff.next())
        except PhotophoreError as error:
            if opened is not None:
                self._library.lose(opened)
                opened = None
            self._fail(setup, str(error))
        except Exception as error:
            log.exception("%s failed", self._thread.name)
            self._fail(setup, f"{type(error).__name__}: {error}")
        finally:
            ears, self.ears = self.ears, None
            self._scrubbed += ears.scrubbed if ears is not None else 0
            if opened is not None:
                opened.close()

    def _listen(self, opened: Input, setup: Setup) -> None:
        ears = self.ears = self._parts.ears(opened.channels)
        if self._lost:
            self.reopened += 1
        self._lost = False
        self.device = opened.device.name
        self._say("up", "")
        began = moved = shown = time.monotonic()
        clock, row = _Clock(), 0
        while not (self._stop.is_set() or self._setup is not setup or self._library.wanted_back):
            now = self.beat = time.monotonic()
            waiting = opened.ready()
            row += 1
            if waiting < BLOCK or row > _ROW or not self._played.ready:
                row = 0
                if waiting < BLOCK and now - moved > _STALL:
                    message = f"{opened.device.name} gives no sound; its server hangs"
                    raise AdapterError(message)
                time.sleep(max(_POLL, (BLOCK - waiting) / RATE))  # asking costs; there is no block before
                continue
            block, lost = opened.read(BLOCK)
            self.overruns += lost
            moved = now
            if now - began > _WELL:
                self._backoff.reset()
            at = clock.after(now - (waiting - BLOCK) / RATE)
            played, skipped = self._played.take(waiting // BLOCK - 1)
            if skipped:
                ears.skip(skipped)
            with self._played.turn:
                heard = ears.hear(block, played, self.drive, at)
            self._tell(heard)
            if self.drive.scope and now - shown >= _SCOPE:
                shown = now
                self._show(ears.scope())
