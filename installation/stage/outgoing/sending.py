"""Sends what a show says to other programs: messages of cues, then streams, to the target that each names.

Only a stage with its devices does this: a film, a notebook and a replay send nothing.
"""

import logging
import time
from collections.abc import Sequence
from typing import Final

from installation.clock import MonotonicClock
from installation.contract import Message
from installation.devices.clock_out import ClockOut, CodeOut
from installation.devices.outgoing import MessageSupervisor
from installation.errors import CommandError, nearest
from installation.player.outgoing.streams import Streams
from installation.player.player import Player
from installation.show.fields import is_address
from installation.show.model import CueSpec
from installation.show.outgoing.targets import unbound
from installation.show.venue_model import Venue
from installation.values import Frame, Scalar, Seconds

__all__ = ["Sending"]

log = logging.getLogger(__name__)

_UNBOUND: Final = "this venue has no target of this name"
_REMEDY: Final = "name it in a message output of the venue file"


class Sending:
    """The messages of a running show.

    Args:
        player: The player; it tells of cues that begin from now on.
        outputs: The message outputs; the list may change.
        venue: Its targets; those that it lacks are told once.
        off: Whether the devices are off, so that nothing is missed that cannot be sent.
    """

    def __init__(
        self, player: Player, outputs: Sequence[MessageSupervisor], venue: Venue, *, off: bool = False
    ) -> None:
        self._player = player
        self._outputs = outputs
        self._venue = venue
        self._off = off
        self._started = False
        self._clock = ClockOut()
        self._code = CodeOut()
        self._told: set[str] = set()
        self._show = player.show
        self._streams = Streams(player.show.sends, player.tree, player.signals, player.refusals)
        self._begun: list[CueSpec] = []
        player.cues.began = self._begun.append
        self._tell_unbound()

    def frame(self, frame: Frame, now: Seconds) -> None:
        """Queue what is to be sent after a frame. Waits for no device.

        Args:
            frame: The frame that was played.
            now: Monotonic seconds.
        """
        player = self._player
        if player.show is not self._show:
            self._show = player.show
            self._streams.replace(player.show.sends)
            self._tell_unbound()
        if not self._started:  # the outputs start after the first picture, which may take seconds
            self._started = True
            return
        moment = player.clock.moment if isinstance(player.clock, MonotonicClock) else None
        moment = now if moment is None else moment
        self._clock.tell(self._outputs, frame.beat, moment, now)
        score = player.score.score
        speed = player.cues.clock.rate if score.running else 0.0
        self._code.tell(self._outputs, score.time, speed, moment, now)
        messages = [
            Message(one.sent.address, one.sent.values, one.to, group=frame.index + 1)
            for cue in self._begun
            for one in cue.send
        ]
        self._begun.clear()
        messages += self._streams.messages(frame)
        if messages and not self._off:
            self._put(messages, now)

    def command(self, target: str, address: str, values: tuple[Scalar, ...]) -> None:
        """Carry out the command ``send``.

        Raises:
            CommandError: The target is unknown, cannot carry the message or is not up, or the address is
                none. One that is not up may still get the message, within a second.
        """
        if not is_address(address):
            words = f"{address[:60]!r} is not an address: it begins with / and has no spaces or wildcards"
            raise CommandError(words)
        outputs = self._bound()
        if target not in outputs:
            hint = nearest(target, outputs) or "it has no message output"
            words = f"this venue has no target {target!r}; {hint}"
            raise CommandError(words)
        message = Message(address, values, target)
        words = outputs[target].adapter.objection(message)
        if words:
            words = f"{target}: {words}"
            raise CommandError(words)
        outputs[target].put([message], time.monotonic())
        said = outputs[target].report()
        state = next((one.state for one in said.targets if one.name == target), said.state)
        if state != "up":
            words = f"{target} is not up: {state}; what was sent waits for a second at most"
            raise CommandError(words)

    def _tell_unbound(self) -> None:
        """Log each target that the show names and the venue lacks, once."""
        for finding in () if self._off else unbound(self._show.every_send, self._venue):
            if finding.message not in self._told:
                self._told.add(finding.message)
                log.warning("%s", finding)

    def _put(self, messages: Sequence[Message], now: Seconds) -> None:
        outputs = self._bound()
        given: dict[str, list[Message]] = {}
        for message in messages:
            if message.to in outputs:
                given.setdefault(outputs[message.to].adapter.name, []).append(message)
            else:
                self._player.refusals.note(_UNBOUND, f"{message.to} {message.address}", _REMEDY)
        for output in self._outputs:
            if output.adapter.name in given:
                output.put(given[output.adapter.name], now)

    def _bound(self) -> dict[str, MessageSupervisor]:
        """Return the output of each target; of two with one name the first."""
        found: dict[str, MessageSupervisor] = {}
        for output in self._outputs:
            for name in output.adapter.targets:
                found.setdefault(name, output)
        return found
