"""The heartbeat: that the stage lives, and where the next one would continue."""

from installation.ipc.link import StageLink
from installation.ipc.shared_memory import Heartbeat
from installation.player.player import Player
from installation.values import Frame, Seconds

__all__ = ["Pulse"]


class Pulse:
    """Sends the keeper the heartbeat.

    Args:
        player: The player of the stage.
        link: Link to the keeper; None without one.
        stands_in: Whether something else plays in place of the show.
    """

    def __init__(self, player: Player, link: StageLink | None, stands_in: bool) -> None:
        self._player = player
        self._link = link
        self._stands_in = stands_in

    def send(self, frame: Frame, now: Seconds) -> bool:
        """Send it, with the position at which the next stage is to continue; False if the keeper is gone.

        Args:
            frame: The frame that was shown.
            now: Monotonic seconds.
        """
        if self._link is None:
            return True
        self._link.mapping.mark(self._heartbeat(self._link, frame, now))
        return not self._link.orphaned

    def _heartbeat(self, link: StageLink, frame: Frame, now: Seconds) -> Heartbeat:
        if self._stands_in:  # the show itself continues where its last stage was
            start = link.start
            said = start.cue, start.state, start.state_age, start.score, start.cycle, start.heal, start.speed
        else:
            player = self._player
            cue, interface, score = player.cues.current, player.interface, player.score.score
            standing = cue.id if cue else "", interface.state, interface.elapsed
            at = score.time if score.running else -1.0
            said = (*standing, at, score.cycle, player.room.choice.healed, player.cues.clock.speed)
        return Heartbeat(frame.index, now, frame.time, *said)
