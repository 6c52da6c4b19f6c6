"""The render thread: voice -> desk -> output device, for as long as there is one."""

import gc
import logging
import time
from collections import deque
from typing import Final

import msgspec
import numpy as np

from installation.errors import AdapterError, PhotophoreError
from installation.ipc.feeds.sound import Drive, Setup
from installation.sound import BLOCK, RATE
from installation.sound.desk import Controls, Desk, Meters
from installation.sound.devices import NONE, SERVER, Library, Output, choose, refresh
from installation.sound.fade import Ramp
from installation.sound.parts import Parts, VoiceLike
from installation.sound.reference import Reference
from installation.sound.threads.device_thread import IDLE, DeviceThread
from installation.sound.threads.urgency import AWAY, Urgency
from installation.values import Seconds

__all__ = ["LATENCY", "Pace", "Playout"]

LATENCY: Final[Seconds] = 0.032
"""Sound that the buffer of the device is asked to hold; PulseAudio's holds a quarter more."""
_DEEPEST: Final[Seconds] = 0.1
_DEEPER: Final = 1.5
_GAPS: Final = 5
_WITHIN: Final[Seconds] = 10.0
"""So many gaps within this time, and the output is opened again with a buffer deeper by ``_DEEPER``."""
_POLL: Final[Seconds] = 0.002
_SLACK: Final[Seconds] = 0.0005
"""By how much later than expected there is room for a block, mostly."""
_STALL: Final[Seconds] = 4.0
"""A device that takes nothing for so long is lost; a suspended null sink wakes after up to two seconds."""
_PERIOD: Final[Seconds] = BLOCK / RATE
_SMOOTH: Final = 0.01
_METER: Final = 8
"""Blocks from one reading of the desk's meters to the next: 43 ms."""
_DRIVES: Final = 64
_AWAY: Final[Seconds] = 5.0
"""The last frame of a stage that is away is played for so long; then it is faded out, as in a panic."""
_AHEAD: Final[Seconds] = 0.2
_FASTEST: Final = 2.0
"""A device may take so many times as much as it plays, and for a moment that much more than its buffer: one
that takes everything is lost, and must not keep a thread in real time busy."""
_FRESH: Final[Seconds] = 0.1
_MAKING: Final[Seconds] = 120.0
"""Patience with the making of a voice on a busy machine; it asks no device."""
_WELL: Final[Seconds] = 10.0

log = logging.getLogger(__name__)


class Pace:
    """Holds back from a device that takes faster than it plays: one that takes everything.

    A sound server may take much at once, and rightly: what it missed while it stood still, and after each gap
    what it had rendered as silence. Who holds back from that for good keeps its buffer empty. So a device may
    take twice as fast as it plays.

    Args:
        latency: Seconds of sound that its buffer holds.
        now: Monotonic seconds.
    """

    def __init__(self, latency: Seconds, now: Seconds) -> None:
        self._most = latency + _AHEAD
        self._written, self._since = 0, now

    def holds(self, now: Seconds) -> bool:
        """Return whether it has taken more than it may."""
        ahead = self._written * _PERIOD / _FASTEST - (now - self._since)
        if ahead < 0.0:
            self._written, self._since = 0, now
        return ahead > self._most

    def wrote(self) -> None:
        """Note a block."""
        self._written += 1


class Playout(DeviceThread):
    """Plays the soundscape on the output of the setup, and comes back whatever happens to the device.

    Args:
        library: The devices.
        parts: Builds the voice.
        played: Takes each block that is given to the output.
        urgency: Takes real time when the buffer runs low; None never does.

    Attributes:
        channels: Channels in use.
        underruns: Gaps, because sound came too late.
        load: Share of real time that a block takes, smoothed.
        latency: Seconds of sound in the buffer.
    """

    def __init__(
        self, library: Library, parts: Parts, played: Reference, urgency: Urgency | None = None
    ) -> None:
        super().__init__("playout", "sound")
        self._library, self._parts, self._played = library, parts, played
        self.channels = self.underruns = 0
        self.load: float = 0.0
        self.latency: Seconds = 0.0
        self.drive = Drive(frame=0, time=0.0, at=time.monotonic(), silent=True)
        self._waiting: deque[Drive] = deque(maxlen=_DRIVES)
        self._built: Setup | None = None
        self._voice: VoiceLike | None = None
        self._desk: Desk | None = None
        self._meters: Meters | None = None
        self._blocks = 0
        self._buffer = LATENCY
        self._gaps: deque[Seconds] = deque(maxlen=_GAPS)
        self._ramp = Ramp()
        self._urgency = urgency

    # Called by the main thread.

    def take(self, drive: Drive) -> None:
        """Take one frame of the show."""
        self.drive = drive
        if self.state == "up":
            self._waiting.append(drive)

    @property
    def meters(self) -> Meters | None:
        """What the desk measured last; None while nothing plays."""
        return self._meters if self.state == "up" else None

    @property
    def voices(self) -> int:
        """Number of voices that sound."""
        voice = self._voice
        return voice.sounding if voice is not None and self.state == "up" else 0

    @property
    def refused(self) -> int:
        """Blocks of the voice that were no numbers, since it was made."""
        voice = self._voice
        return voice.refused if voice is not None else 0

    @property
    def unplayable(self) -> dict[str, str]:
        """Sound files of the show that cannot be played, by name, and why; empty while nothing plays."""
        voice = self._voice
        return dict(voice.unplayable) if voice is not None else {}

    @property
    def scrubbed(self) -> int:
        """Samples that the desk made silent, since it was made."""
        return self._meters.scrubbed if self._meters is not None else 0

    # In the thread.

    def _run(self) -> None:
        while not self._stop.is_set():
            self.beat = time.monotonic()
            setup = self._setup
            if setup is None:
                self._stop.wait(IDLE)
            elif setup.output.casefold() == NONE:
                self._say("off", "no output is wanted")
                self._rest(setup, IDLE)
            else:
                self._open(setup)
        self._close_voice()

    def _open(self, setup: Setup) -> None:
        """Open the output and play until it is lost or the setup wants another; else wait."""
        channels = _device(setup)[1]
        output = None
        try:
            if self._lost or not self._library.inventory().able("output"):
                refresh(self._library)
            if choose(setup.output, self._library.inventory(), "output") is not None:
                self._build(setup, channels)
                output = self._library.output(setup.output, channels, self._buffer)
            if output is None:
                self._nothing(setup)
                return
            self._leave_out(setup, output)
            self._play(output)
        except PhotophoreError as error:
            if output is not None:
                self._library.lose(output)
                output = None
            self._fail(setup, str(error))
        except Exception as error:
            log.exception("%s failed", self._thread.name)
            self._close_voice()
            self._fail(setup, f"{type(error).__name__}: {error}")
        finally:
            if output is not None:
                output.close()
            if self._urgency is not None:
                self._urgency.idle()

    def _nothing(self, setup: Setup) -> None:
        """There is no output at all: that is normal, unless there was one before."""
        if self.reopened or self._told.startswith("up") or self._lost:
            self._fail(setup, "there is no output device any more")
        else:
            self._say("silent", f"there is no audio device; {SERVER}")
            self._rest(setup, self._backoff.next())

    @property
    def _moves(self) -> bool:
        """Whether the newest setup needs another device; else voice and desk follow it without a break."""
        new, old = self._setup, self._built
        return new is not None and old is not None and _device(new) != _device(old)

    def _build(self, setup: Setup, channels: int) -> None:
        if self._voice is None:
            self.beat = time.monotonic() + _MAKING
            self._say("opening", "the soundscape is being made")
            self._voice = self._parts.voice(setup)
        elif self._built is not setup:
            self._voice.follow(setup)
        if self._built is None or self._desk is None or self._desk.channels != channels:
            self._desk = Desk(setup, channels)
            gc.collect()
            gc.freeze()  # a full collection would stop the output for longer than its buffer holds
        elif self._built is not setup:
            self._desk.follow(setup)
        self._built = setup

    def _leave_out(self, setup: Setup, output: Output) -> None:
        """Let the other speakers take the part of those whose channels the device does not have."""
        missing = [one for one in setup.speakers if one.channel > output.channels]
        if missing or output.channels < 2:
            self._desk = Desk(setup, output.channels)
        if missing:
            words = ", ".join(f"{one.name} (channel {one.channel})" for one in missing)
            log.warning(
                "%s has %d channels: no sound from %s; name another output in [sound], or change [[speaker]]",
                output.device.name, output.channels, words,
            )  # fmt: skip

    def _close_voice(self) -> None:
        voice, self._voice, self._desk, self._built = self._voice, None, None, None
        if voice is not None:
            voice.close()

    def _play(self, output: Output) -> None:
        """Play until the end; an output that is wanted back or replaced is faded out first."""
        if self._lost:
            self.reopened += 1
        self._lost = False
        self.device, self.channels = output.device.name, output.channels
        self.latency = output.capacity / RATE
        self._waiting.clear()
        self._waiting.append(msgspec.structs.replace(self.drive, rings=()))  # it knows the scene at once
        self._gaps.clear()
        if self._urgency is not None:
            self._urgency.begin(time.monotonic())
        self._ramp = Ramp()
        self._ramp.open()
        self._say("up", "")
        began = moved = fresh = self.beat = time.monotonic()
        pace = Pace(self.latency, began)
        left = -1
        while left:
            now = time.monotonic()
            if now - self.beat > AWAY:
                fresh = now
            self.beat = now
            room = 0 if pace.holds(now) else output.room()
            if self._urgency is not None:
                self._urgency.watch(room / output.capacity, now)
            if room < BLOCK:
                if now - moved > _STALL:
                    message = f"{output.device.name} takes no sound; its server hangs"
                    raise AdapterError(message)
                time.sleep(max(_POLL, (BLOCK - room) / RATE + _SLACK))  # asking costs
                continue
            with self._played.turn:
                block = self._next(output.channels)
            late = output.write(block)
            self._played.put(block)
            if late and now - began > _FRESH:  # the first blocks find an empty buffer
                self.underruns += 1
                if now - fresh > _FRESH:
                    self._gaps.append(now)
            pace.wrote()
            moved = now
            if now - began > _WELL:
                self._backoff.reset()
            if left > 0:
                left -= 1
            elif self._ramp.silent:
                left = max(1, output.capacity // BLOCK + 2)  # silence behind the last sound
            elif self._stop.is_set() or self._moves or self._library.wanted_back or self._shallow(now):
                self._ramp.shut()

    def _shallow(self, now: Seconds) -> bool:
        """Whether the buffer is too small for this machine; then a deeper one is asked for from now on."""
        gaps = self._gaps
        if len(gaps) < _GAPS or now - gaps[0] > _WITHIN or self._buffer >= _DEEPEST:
            return False
        gaps.clear()
        self._buffer = min(_DEEPEST, _DEEPER * self._buffer)
        log.warning("the machine is busy: the sound's buffer is now %.0f ms", 1000 * self._buffer)
        return True

    def _next(self, channels: int) -> "np.ndarray[tuple[int, int], np.dtype[np.float32]]":
        """Return the next block ``(channels, BLOCK)``."""
        voice, desk = self._voice, self._desk
        if self._ramp.silent or voice is None or desk is None:
            return np.zeros((channels, BLOCK), np.float32)
        began = time.perf_counter()
        setup = self._setup
        if setup is not None and setup is not self._built and not self._moves:
            voice.follow(setup)
            desk.follow(setup)
            self._built = setup
        while self._waiting:
            voice.drive(self._waiting.popleft())
        block = self._ramp.apply(desk.process(voice.render(), _controls(self.drive)))
        self._blocks += 1
        if self._blocks % _METER == 0:
            self._meters = desk.meters
        self.load += _SMOOTH * ((time.perf_counter() - began) / _PERIOD - self.load)
        return block


def _device(setup: Setup) -> tuple[str, int]:
    return setup.output, max((one.channel for one in setup.speakers), default=2)


def _controls(drive: Drive) -> Controls:
    """Return what the desk obeys; a stage that is away is faded out as by a panic."""
    return Controls(
        level_db=drive.values.get("/voice/level", 0.0),
        mute=drive.values.get("/voice/mute", 0.0) >= 0.5,
        dark=drive.dark,
        calm=drive.calm or time.monotonic() - drive.at > _AWAY,
        silent=drive.silent,
    )
