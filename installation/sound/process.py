"""The sound process between bus and devices: takes setup and frames, sends what is heard and how it goes."""

import contextlib
import logging
import os
import time
from collections.abc import Callable
from typing import Final, TypeVar

import msgspec

from installation.errors import PhotophoreError
from installation.ipc.bus import Bus
from installation.ipc.feeds.ears import RISES
from installation.ipc.feeds.sound import DRIVE, HEARD, REPORT, SCOPE, SETUP, SOUND, Drive, Heard, Scope, Setup
from installation.sound.devices import Library
from installation.sound.parts import Parts
from installation.sound.reference import Reference
from installation.sound.threads.listening import Listening
from installation.sound.threads.playout import Playout
from installation.sound.threads.urgency import Urgency
from installation.status import SoundStatus
from installation.values import Seconds

__all__ = ["STUCK", "Process"]

STUCK: Final = 75
"""Exit status when only the end of the process helps: a device call does not return, or JACK has gone."""
_SILENCE: Final = -120.0
_REPORT: Final[Seconds] = 0.5
_LOOK: Final = 5
"""Steps from one look at what is reported at once to the next."""
_OUTPUT: Final[Seconds] = 0.02
"""How often our own loudness is told while nothing is heard."""
_HANGS: Final[Seconds] = 10.0
"""A thread that was at work so long ago hangs in the sound system."""
_HUSHED: Final[Seconds] = 0.3
"""Frames that began less than this after the keeper's blackout may not know of it yet."""
_FADE: Final[Seconds] = 0.4
"""Patience with the threads at the end: a fade, and the silence behind it."""

Message = TypeVar("Message")
_ENCODE: Final = msgspec.msgpack.Encoder(enc_hook=float).encode
"""Numbers of numpy are numbers."""

log = logging.getLogger(__name__)


class Process:
    """Everything but the devices' threads.

    Args:
        bus: The bus.
        library: The devices.
        parts: Builds voice, desk and ears.
        leave: Ends the process at once with an exit status.
        urgency: Takes real time when the output's buffer runs low; None never does.
    """

    def __init__(
        self,
        bus: Bus,
        library: Library,
        parts: Parts,
        leave: Callable[[int], None] = os._exit,
        urgency: Urgency | None = None,
    ) -> None:
        self._bus, self._library, self._leave = bus, library, leave
        self._setups = bus.subscribe(SETUP, capacity=8, kept=True)
        self._drives = bus.subscribe(DRIVE, capacity=64)
        self._setup: Setup | None = None
        self._level = 0.0
        self._cause = ""
        self._risen = False
        self._hushed: Seconds | None = None
        played = Reference()
        self.playout = Playout(library, parts, played, urgency)
        self.listening = Listening(library, parts, played, self._heard, self._scope)
        self._said: tuple[object, ...] = ()
        self._due: Seconds = 0.0
        self._steps = 0
        self._output_due: Seconds = 0.0
        self._stop_living = bus.alive(SOUND)
        self.playout.start()
        self.listening.start()

    def hush(self) -> None:
        """Be silent as in a blackout, until the stage has said since what holds. Safe in a signal handler."""
        self._hushed = time.monotonic()

    def step(self, now: Seconds) -> bool:
        """Process what has come by monotonic second ``now``; False if a thread has ended: a fault."""
        for _, payload in self._setups.drain():
            self._set_up(payload)
        for _, payload in self._drives.drain():
            drive = _decoded(payload, Drive)
            if drive is not None:
                self._take(drive)
        if self._hushed is not None and not self.playout.drive.dark:
            self._take(msgspec.structs.replace(self.playout.drive, rings=(), dark=True))
        self._report(now)
        if self.listening.state != "up" and now >= self._output_due:
            self._output_due = now + _OUTPUT
            self._heard(Heard(at=now))
        for thread, what in ((self.playout, "output"), (self.listening, "input")):
            if now - thread.beat > _HANGS:
                log.error("the sound system does not answer (%s); the sound process starts again", what)
                self._leave(STUCK)
        if self._library.spent:
            log.info("the JACK server has gone; the sound process starts again to see what is there")
            self._leave(STUCK)
        return self.playout.running and self.listening.running

    def _take(self, drive: Drive) -> None:
        if self._hushed is not None:
            if drive.at < self._hushed + _HUSHED:
                drive = msgspec.structs.replace(drive, dark=True)
            else:
                self._hushed = None
        self.playout.take(drive)
        self.listening.drive = drive
        self._level, self._cause = _fader(drive)

    def _set_up(self, payload: bytes) -> None:
        setup = _decoded(payload, Setup)
        if setup is None or (self._setup is not None and payload == msgspec.msgpack.encode(self._setup)):
            return  # the same again, from a stage that was restarted
        self._setup = setup
        self.playout.set_up(setup)
        self.listening.set_up(setup)

    # In the input's thread.

    def _heard(self, heard: Heard) -> None:
        if heard.steady and not self._risen:
            return  # a message costs more than the analysis of a hop
        # What rises is 0 again in the hop behind it, and the stage has to know.
        self._risen = any(heard.values.get(name, 0.0) > 0.0 for name in RISES)
        with contextlib.suppress(PhotophoreError):  # the bus connects again by itself
            told = msgspec.structs.replace(heard, output=self._loudness())
            self._bus.put(HEARD, _ENCODE(told))

    def _scope(self, scope: Scope) -> None:
        with contextlib.suppress(PhotophoreError):
            self._bus.put(SCOPE, _ENCODE(scope))

    def _loudness(self) -> float:
        """Return our loudness as a share of the venue's ceiling, 0..1: a ratio of amplitudes."""
        setup = self._setup
        meters = self.playout.meters
        if setup is None or meters is None:
            return 0.0
        over = meters.momentary - setup.ceiling
        return min(1.0, 10.0 ** (over / 20.0)) if over > -100.0 else 0.0

    def _report(self, now: Seconds) -> None:
        self._steps += 1
        if self._steps % _LOOK != 1:
            return
        urgent = self._urgent()
        if urgent != self._said or now >= self._due:  # a whole report takes as long as a step
            self._said, self._due = urgent, now + _REPORT
            with contextlib.suppress(PhotophoreError):
                self._bus.put(REPORT, _ENCODE(self.status()))

    def _urgent(self) -> tuple[object, ...]:
        """Return what is reported at once when it changes."""
        playout, listening = self.playout, self.listening
        return playout.state, playout.reason, listening.state, listening.reason, playout.unplayable

    def status(self) -> SoundStatus:
        """Return the report."""
        playout, listening = self.playout, self.listening
        meters, ears = playout.meters, listening.ears
        up, hears = playout.state == "up", listening.state == "up"
        return SoundStatus(
            state=playout.state,
            reason=playout.reason,
            output=playout.device if up else "",
            channels=playout.channels if up else 0,
            latency_ms=round(1000 * playout.latency, 1) if up else 0.0,
            input_state=listening.state,
            input_reason=listening.reason,
            input=listening.device if hears else "",
            muted=self._cause,
            level_db=self._level,
            momentary=_decibels(meters.momentary if meters else _SILENCE),
            short_term=_decibels(meters.short_term if meters else _SILENCE),
            true_peak=_decibels(meters.true_peak if meters else _SILENCE),
            reduction_db=_decibels(meters.reduction_db if meters else 0.0),
            dba=_decibels(meters.dba) if meters and meters.dba == meters.dba else None,
            dbc=_decibels(meters.dbc) if meters and meters.dbc == meters.dbc else None,
            voices=playout.voices,
            load=round(playout.load, 3) if up else 0.0,
            underruns=playout.underruns,
            removed_db=_decibels(ears.reduction_db if ears is not None else 0.0),
            overruns=listening.overruns,
            refused=playout.refused,
            scrubbed=playout.scrubbed,
            input_scrubbed=listening.scrubbed,
            reopened=playout.reopened + listening.reopened,
            lost=playout.unplayable,
        )

    def close(self) -> None:
        """Fade out, close the devices and leave the bus."""
        until = time.monotonic() + _FADE
        self.playout.stop(_FADE)
        self.listening.stop(max(0.0, until - time.monotonic()))
        with contextlib.suppress(PhotophoreError):
            self._stop_living()
        self._bus.close()


def _decibels(value: float) -> float:
    """Return a number that JSON has, too."""
    return round(max(_SILENCE, float(value)), 1)


def _fader(drive: Drive) -> tuple[float, str]:
    """Return the master fader in dB, and what silences the output; empty for nothing."""
    muted = drive.values.get("/voice/mute", 0.0) >= 0.5
    causes = (("panic", drive.calm), ("blackout", drive.dark), ("mute", muted), ("cue", drive.silent))
    return drive.values.get("/voice/level", 0.0), next((name for name, on in causes if on), "")


def _decoded(payload: bytes, kind: type[Message]) -> Message | None:
    try:
        return msgspec.msgpack.decode(payload, type=kind)
    except msgspec.DecodeError as error:
        log.warning("a message of the stage cannot be read: %s", error)
        return None
