"""One hub of a site: follows what the leader plays, or says what is to be followed.

The others come to what the leader plays by its time: fades are where its are, and a cue that it has told
ahead begins in the same frame. So whoever joins in the middle, or hears of it late, looks like the others at
once.

The light of this hub is in the hands of those who stand beside it. While they have set a panic, no cue of
the leader brings the light back; a panic or blackout that the leader ends is ended here only if it began it.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from installation.errors import CommandError
from installation.ipc.feeds.site import FLASH
from installation.player.station.hands import follow_macros
from installation.player.station.standing import ROLE, Standing, standing_of
from installation.values import Address, Frame, Reading, Scalar, Seconds

if TYPE_CHECKING:
    from installation.player.player import Player

__all__ = ["Station"]

_SAME: Final[Seconds] = 0.1
"""By which our cue clock may differ from the leader's before the cue is played again."""
_REPEAT: Final[Seconds] = 2.0
"""Show time after which what stands is told again, for a hub process that has been started anew."""


class Station:
    """The part of a player that knows of other hubs.

    Args:
        player: The player.
    """

    def __init__(self, player: "Player") -> None:
        self._player = player
        self._lead: Seconds = 0.0
        self._led = False
        self._followed: Standing | None = None
        self._followed_at: Seconds = 0.0
        self._coming = False
        """Whether the leader's cue is still to be played."""
        self._joins = True
        """Whether it is met in its middle, since we did not follow before."""
        self._turns = self._meets = False
        """Whether the leader's state is still to be followed, and whether it is met in its middle."""
        self._panic = self._dark = False
        """Whether the panic, and the blackout, that stand here are the leader's."""
        self._told: Standing | None = None
        self._told_at: Seconds = 0.0
        self._said_at: Seconds = 0.0

    @property
    def fields(self) -> Mapping[Address, Callable[[Reading, Seconds], None]]:
        """Who takes the readings that are no signals."""
        return {ROLE: self._take_role, FLASH: self._hear_flash}

    def _hear_flash(self, reading: Reading, now: Seconds) -> None:
        arrivals = self._player.timing.tempo.arrivals
        late = arrivals - reading.time if arrivals is not None else 0.0
        self._player.room.fireflies.hear(reading, now, late)

    def _take_role(self, reading: Reading, _now: Seconds) -> None:
        lead, led = (*reading.values, 0.0, 0.0)[:2]
        self._lead = min(max(float(lead), 0.0), 1.0)
        self._led = bool(led)
        self._player.timing.waiting.lead = self._lead
        self._player.score.score.led = self._led
        self._player.interface.led = self._led
        if not self._led:
            self._followed, self._coming, self._turns = None, False, False
            self._player.timing.tempo.follow_site(0.0, 0.0, 0.0)

    def told(self, frame: Frame) -> tuple[Scalar, ...] | None:
        """Return what others are to follow, after each frame: 1 if it has changed, else 0; then its values.

        Mostly None: what goes on as it was told need not be told again.
        """
        now = standing_of(self._player, self._lead)
        before = self._told
        changed = before is None or not now.goes_on(before, frame.time - self._told_at)
        self._told, self._told_at = now, frame.time
        if not changed and frame.time - self._said_at < _REPEAT:
            return None
        self._said_at = frame.time
        return (int(changed), *now.values())

    def stand(
        self,
        cue: str | None,
        elapsed: Seconds,
        rate: float,
        held: bool,
        scene: str | None,
        score: Seconds,
        cycle: int,
        panic: Seconds,
        blackout: bool,
        bpm: float,
        beat: float,
        state: str | None = None,
        since: Seconds | None = None,
        macros: str | None = None,
    ) -> str:
        """Carry out the command ``site-standing``; see ``Standing`` for the arguments.

        Raises:
            CommandError: This show lacks the leader's cue; everything else is done.
            AddressError: It lacks a scene that was chosen by hand.
        """
        player = self._player
        given = Standing(
            cue or "", elapsed, rate, held, scene or "", score, cycle, panic, blackout, bpm, beat,
            state or "", since or 0.0, macros or "",
        )  # fmt: skip
        before, self._followed = self._followed, given.after(player.timing.late)
        self._followed_at = player.frame.time
        self._joins = before is None or (self._joins and self._coming)
        self._darken(before, given)
        player.cues.clock.speed = rate / player.cues.clock.trim if player.cues.clock.trim > 0.0 else rate
        player.cues.clock.hold(held)
        player.timing.tempo.follow_site(bpm, beat, player.timing.late)
        player.score.score.led_to(self._followed.score, cycle)
        self._coming = bool(given.cue) and panic < 0.0
        if since is not None:  # an earlier recording tells of neither state nor macros
            follow_macros(player, before.macros if before is not None else None, given.macros)
        if given.state != (before.state if before is not None else ""):
            self._turns, self._meets = True, before is None
        if given.cue and given.cue not in player.cues.order:
            self._coming = False
            message = f"this show has no cue {given.cue!r}, which the leading hub plays; what stands goes on"
            raise CommandError(message)
        if given.scene and (before is None or given.scene != before.scene):
            player.to_scene(given.scene)
        return ""

    def panic(self, seconds: Seconds, *, leader: bool = False) -> None:
        """Fade everything to the safe look.

        Args:
            seconds: Length of the fade.
            leader: Whether the leader asks for it, or somebody here.
        """
        player = self._player
        self._panic = leader
        player.timing.waiting.cancel()
        player.cues.panic(seconds)
        player.interface.panic(seconds)

    def _darken(self, before: Standing | None, given: Standing) -> None:
        """Begin and end what takes the light away; never delayed, and nothing that was set here is ended."""
        cues, blackout = self._player.cues, self._player.blackout
        if given.blackout and not (before is not None and before.blackout) and not blackout.on:
            self._dark = True
            blackout.switch(True)
        elif not given.blackout and self._dark:
            self._dark = False
            blackout.switch(False)
        if given.panic >= 0.0 and not (before is not None and before.panic >= 0.0) and not cues.calmed:
            self.panic(given.panic, leader=True)
        elif given.panic < 0.0 and self._panic:
            self._panic = False
            cues.end_panic()

    def advance(self, frame: Frame) -> None:
        """One frame, after the cue list: take the leader's state, and play its cue when its time has come."""
        followed, cues = self._followed, self._player.cues
        if followed is not None and self._turns and not cues.calmed:
            self._turns = False
            since = followed.after(frame.time - self._followed_at).since
            self._player.interface.follow(followed.state, since, at_once=self._meets)
        if followed is None or not self._coming or cues.panicked.stopped:
            return
        now = followed.after(frame.time - self._followed_at)
        found = cues.order.get(now.cue)
        if now.elapsed < (-found.pre_wait if found is not None else 0.0):
            return
        self._coming = False
        current = cues.current
        if current is not None and current.id == now.cue and abs(cues.clock.elapsed - now.elapsed) < _SAME:
            return
        self._player.timing.waiting.cancel()
        if not self._joins:
            cues.follow(now.cue, now.elapsed, catch_up=True)
            return
        before = cues.order.before(now.cue)
        cues.jump(now.cue, before.id if before is not None else None, now.elapsed)
        interface = self._player.interface
        interface.stand_in(now.state or cues.wanted_state or "", now.since if now.state else now.elapsed)
