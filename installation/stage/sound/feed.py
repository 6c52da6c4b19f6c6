"""Tells the sound process of every frame, and takes what it hears as input of the next.

Nothing waits for the sound process: messages to one that is away are lost, and signals that it does not
renew grow old and follow their fallback like those of any other device.
"""

import logging
from collections.abc import Callable
from typing import Final, TypeVar

import msgspec

from installation import paths
from installation.errors import MediaError
from installation.ipc.bus import Subscription
from installation.ipc.feeds.sound import DRIVE, HEARD, REPORT, SCOPE, SETUP, SOUND, Heard
from installation.ipc.options import StageOptions
from installation.ipc.telemetry import Publisher
from installation.player.inbox import Entry
from installation.player.player import Player
from installation.player.sound import BEAT, LEVEL, LOUDEST, MUTE, SOFTEST, heard_readings, running_beat
from installation.player.sound.drive import Drives
from installation.player.sound.hubs import soundscape_of
from installation.player.sound.scope import Scopes
from installation.show.soundscape import default_soundscape
from installation.show.venue_model import Venue
from installation.stage.sound.begun import RememberedFiles
from installation.stage.sound.level import RememberedLevel
from installation.stage.sound.setup import setup_of
from installation.status import SoundStatus
from installation.values import Reading, Seconds

__all__ = ["SoundFeed"]

_LOOK: Final[Seconds] = 0.1
"""How often signals are told that nothing uses, so that people can look at them."""
_WAITING: Final = 64
_SILENT: Final[Seconds] = 1.0
"""Without news for so long the sound process is away."""
_RUNS_ON: Final[Seconds] = 0.25
"""The beat runs on for so long without news; it comes at least every 43 ms while something is heard."""
_SAID_FOR: Final[Seconds] = 14.0

Message = TypeVar("Message")

log = logging.getLogger(__name__)


class SoundFeed:
    """The stage's end of the bus for sound.

    Args:
        options: Whether there is a sound process at all, and how it is played.
        player: The running player.
        venue: Returns the venue as it is now.
        first: Whether this is the first stage of its run: a later one has the level of the one before.
        continues: Whether it continues a show, in this run or another: sound files that played go on.
    """

    def __init__(
        self,
        options: StageOptions,
        player: Player,
        venue: Callable[[], Venue],
        *,
        first: bool = True,
        continues: bool = False,
    ) -> None:
        self._player, self._venue = player, venue
        self._wanted = options.sound
        self._greets = options.mode == "preview"
        self._seed = options.seed
        self._level = (
            RememberedLevel(paths.state_folder(), player.tree, replays=bool(options.replay))
            if self._wanted
            else None
        )
        self._opening = self._level is not None and first and not options.replay
        self._begins = first
        self._publisher: Publisher | None = None
        self._heard: Subscription | None = None
        self._scopes: Subscription | None = None
        self._reports: Subscription | None = None
        live = self._wanted and not options.replay
        self._begun = RememberedFiles(paths.state_folder(), continues=continues) if live else None
        self._drives = Drives(player, left=self._begun.left if self._begun is not None else None)
        player.sounding = False
        self._files: tuple[object, object] = (None, None)
        self._payload = b""
        self._news: Seconds = float("-inf")
        self._look_due: Seconds = 0.0
        self._newest: Heard | None = None
        self._said_until: Seconds | None = None
        self._status = SoundStatus()
        self._shown = Scopes(player.picture)

    @property
    def prompt(self) -> str:
        """What newcomers must read now; empty normally."""
        until = self._said_until
        if until is None or self._news > until:
            return ""
        level, muted = self._fader()
        return (
            "sound is muted; Shift+M ends that" if muted else f"sound is on at {level:.0f} dB; Shift+M mutes"
        )

    def entries(self, now: Seconds, *, safe_mode: bool = False) -> list[Entry]:
        """Return input: level and mute of the last run in the first frame, then what was heard since.

        Args:
            now: Monotonic seconds.
            safe_mode: What is heard is left out, like all input.
        """
        if self._level is None:
            return []
        found: list[Entry] = []
        if self._opening:
            self._opening = False
            found += self._level.commands(now)
        self._take_reports(now)
        hops = _drained(self._heard, Heard)
        if hops:
            self._news = now
            self._player.sound.level = hops[-1].output
        elif now - self._news > _SILENT:
            self._player.sound.level = 0.0
        self._show(now)
        if not safe_mode:
            found += self._readings(hops, now)
        return found

    def _readings(self, hops: list[Heard], now: Seconds) -> list[Reading]:
        """Return what was heard since the last frame, and where the beat is by now."""
        found: list[Reading] = []
        listened = self._player.signals.declared
        everything = now >= self._look_due
        if hops:
            if everything:
                self._look_due = now + _LOOK
            found = heard_readings(hops, listened, everything)
            self._newest = next((one for one in reversed(hops) if one.values), self._newest)
        newest = self._newest
        if newest is not None and now - newest.at < _RUNS_ON and listened(BEAT):
            found.append(running_beat(newest, now))
        return found

    def _show(self, now: Seconds) -> None:
        for _, payload in (self._scopes.drain() if self._scopes is not None else [])[-1:]:
            try:
                self._shown.receive(payload, now)
            except MediaError as error:
                self._player.refusals.note("a sound for shaders that cannot be shown", str(error))

    def _take_reports(self, now: Seconds) -> None:
        for one in _drained(self._reports, SoundStatus):
            self._news, self._status = now, one
            if one.state == "up" and self._level is not None:
                self._begin(self._level, now)
                self._level.heard()

    def _begin(self, level: RememberedLevel, now: Seconds) -> None:
        """Say once how loud the first sound of this run is, if nobody was told before or it is muted."""
        if not self._begins:
            return
        self._begins = False
        decibels, muted = self._fader()
        words = (
            "muted, as it was left; Shift+M or `photophore mute off` ends that"
            if muted
            else f"at {decibels:.0f} dB; Shift+M or `photophore mute` mutes it"
        )
        log.info("the sound is %s", words)
        if self._greets and (level.first or muted):
            self._said_until = now + _SAID_FOR

    def put(self, now: Seconds, publisher: Publisher) -> None:
        """Tell the frame just played, if the sound process is there; ``now``: when the frame began."""
        if self._level is None:
            return
        if publisher is not self._publisher:
            self._connect(publisher)
        self._level.frame(now)
        self._set_up(publisher)
        there = publisher.watched_by(SOUND)
        self._player.sounding = there
        self._player.sound.left_muted = self._level.mutes
        if not there:
            self._drives.note()
        else:
            drive = self._drives.of(now, scope=self._shown.wanted(now))
            if LEVEL in drive.values:
                level = drive.values[LEVEL] + self._level.lift
                drive.values[LEVEL] = min(LOUDEST, max(SOFTEST, level))
            if self._level.mutes:
                drive.values[MUTE] = 1.0
            publisher.put(DRIVE, msgspec.msgpack.encode(drive))
        if self._begun is not None:
            self._begun.keep(self._drives.begun, now)

    def _connect(self, publisher: Publisher) -> None:
        self._publisher = publisher
        self._heard = publisher.subscribe(HEARD, capacity=_WAITING)
        self._scopes = publisher.subscribe(SCOPE, capacity=4)
        self._reports = publisher.subscribe(REPORT, capacity=8)
        self._payload = b""

    def _set_up(self, publisher: Publisher) -> None:
        show, venue = self._player.show, self._venue()
        if self._payload and self._files[0] is show and self._files[1] is venue:
            return
        self._files = show, venue
        seed = show.seed if self._seed is None else self._seed
        heard = soundscape_of(show, venue) or default_soundscape()
        self._drives = Drives(self._player, heard.addresses(), self._drives)
        payload = msgspec.msgpack.encode(setup_of(show, venue, seed))
        if payload != self._payload:
            self._payload = payload
            publisher.put(SETUP, payload, keep=True)

    def _fader(self) -> tuple[float, bool]:
        """Return the level in decibels, and whether it is muted."""
        base, level = self._player.tree.get_base, self._level
        lift, mutes = (level.lift, level.mutes) if level is not None else (0.0, False)
        return base(LEVEL)[0] + lift, mutes or base(MUTE)[0] >= 0.5

    def close(self) -> None:
        """Store what this machine remembers."""
        if self._level is not None:
            self._level.close()
        if self._begun is not None:
            self._begun.close()

    def status(self, now: Seconds) -> SoundStatus | None:
        """Return how the sound goes; None where it is not wanted. ``now``: monotonic seconds."""
        if not self._wanted:
            return None
        if now - self._news > 2 * _SILENT:
            self._take_reports(now)  # a frame that took long, as one with a new shader, has not read them
        if now - self._news > 2 * _SILENT:
            return SoundStatus(state="away", reason="the sound process is not there", input_state="away")
        return self._status


def _drained(subscription: Subscription | None, kind: type[Message]) -> list[Message]:
    """Return the messages since the last call, oldest first; what cannot be read is left out and logged."""
    found: list[Message] = []
    for _, payload in subscription.drain() if subscription is not None else ():
        try:
            found.append(msgspec.msgpack.decode(payload, type=kind))
        except msgspec.DecodeError as error:
            log.warning("a message of the sound process cannot be read: %s", error)
    return found
