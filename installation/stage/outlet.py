"""What a frame puts out: light and reports for the keeper, values and pictures for the panel.

The way to the panel may fail at any time: a disk that is full, a folder that was emptied, a clock that the
bus cannot read. The picture does not depend on it: what failed is told, the way is closed, and tried again.
"""

import time
from collections.abc import Callable
from typing import Final

import numpy as np

from installation.cue.override import BLACKOUT
from installation.ipc.link import StageLink
from installation.ipc.shared_memory import ByHand
from installation.ipc.telemetry import Publisher
from installation.parameter import Kind
from installation.player.player import Player, Step
from installation.safety.joint import PictureEnd
from installation.stage.containment import Containment
from installation.status import StageStatus
from installation.values import Address, Seconds

__all__ = ["Outlet", "by_hand"]

_TELEMETRY: Final[Seconds] = 0.5
_HAND: Final[Seconds] = 0.1
_FIRST_WAIT: Final[Seconds] = 1.0
_LONGEST_WAIT: Final[Seconds] = 300.0
_WELL: Final[Seconds] = 60.0
_LOOK: Final[Seconds] = 2.0

_KEEPERS_OWN: Final = frozenset({BLACKOUT})
"""What the keeper itself tells the next stage."""


class Outlet:
    """The way out of the stage.

    Args:
        player: Whose frames.
        link: To the keeper; None without one.
        contained: Where the failures of the bus are told.
        publisher: Tells the panel, from the beginning.
        reach: Opens the way to the panel; None where there is none, or it cannot be opened now.
        keeps_hand: Whether what people set is kept for the next stage; not while something stands in for the
            show, whose parameters nobody has set.
    """

    def __init__(
        self,
        player: Player,
        link: StageLink | None,
        contained: Containment,
        publisher: Publisher | None,
        reach: Callable[[], Publisher | None] | None,
        *,
        keeps_hand: bool = True,
    ) -> None:
        self._player = player
        self._link = link
        self._contained = contained
        self._publisher = publisher
        self._reach = reach
        self._keeps_hand = keeps_hand
        self._wait = _FIRST_WAIT
        self._reach_at: Seconds | None = None
        self._opened_at: Seconds = 0.0
        self._looked_at: Seconds = 0.0
        self._told_at: Seconds = 0.0
        self._hand_at: Seconds = 0.0
        self._hand: tuple[bytes, str] = (b"", "")
        self._dark = (False, False)
        self._public: dict[Address, int] = {}

    def open(self, now: Seconds) -> None:
        """Open the way to the panel. What fails is tried again, later each time."""
        self._reach_at = None
        if self._reach is None:
            return
        self._publisher = self._contained.run("the way to the panel", self._reach, None)
        self._told_at = 0.0
        if self._publisher is None:
            self._try_later(now)
        self._opened_at = now

    def renew(self, now: Seconds) -> None:
        """Open another way to the panel: what it is told of the inputs has changed."""
        if self._publisher is not None:
            self._lose(now)

    def _try_later(self, now: Seconds) -> None:
        self._reach_at = now + self._wait
        self._wait = min(_LONGEST_WAIT, 2 * self._wait)

    def put(self, step: Step, now: Seconds, status: Callable[[], StageStatus]) -> None:
        """One frame; ``status`` makes the stage's part of ``status`` when it is due."""
        link = self._link
        if link is not None:
            joint = self._player.joint
            if joint is not None:
                joint.presented(time.monotonic())
            link.mapping.picture.write(joint.message() if joint is not None else PictureEnd.absent())
            link.mapping.state.write(*step.light.parts())
            if self._keeps_hand:
                self._note_hand(link, now)
        said: StageStatus | None = None
        dark = self._player.dark, self._player.cues.calmed
        changed = dark != self._dark
        if changed or now - self._told_at >= _TELEMETRY:
            self._dark, self._told_at = dark, now
            said = status()
            self._public = self._player.signals.public_indices()
            if link is not None:
                link.report(said)
        if self._publisher is None:
            if self._reach_at is not None and now >= self._reach_at:
                self.open(now)
        elif not self._contained.run("the bus", lambda: self._publish(now, said, changed), otherwise=False):
            self._lose(now)

    def _publish(self, now: Seconds, said: StageStatus | None, at_once: bool) -> bool:
        """Tell the panel; False where the way to it is gone."""
        publisher = self._publisher
        if publisher is None:
            return True
        if self._reach is not None and now - self._looked_at >= _LOOK:
            self._looked_at = now
            if not publisher.reachable:
                return False
        if said is not None:
            publisher.telemetry(now, said, at_once=at_once)
        if publisher.due(now):
            publisher.publish(now, self._player.tree, self._public, self._player.signals.shown())
        picture = self._player.picture
        if picture is not None and publisher.wants_picture(now):
            publisher.picture(now, picture.jpeg())
        return True

    def _lose(self, now: Seconds) -> None:
        """The way to the panel is broken: close it, and open another."""
        lost, self._publisher = self._publisher, None
        if lost is not None and self._reach is not None:
            self._contained.run("closing the bus", lost.close, None)
            if now - self._opened_at > _WELL:
                self._wait = _FIRST_WAIT
            self._try_later(now)
        elif self._reach is None:
            self._publisher = lost  # made by others, who alone could make another

    def _note_hand(self, link: StageLink, now: Seconds) -> None:
        """Leave for the next stage what people have set, when it has changed."""
        if now - self._hand_at < _HAND:
            return
        tree, cues = self._player.tree, self._player.cues
        touched = tree.touched > 0
        standing = (np.where(touched, tree.base, np.nan).tobytes(), cues.scene.after)
        if standing == self._hand:
            return
        self._hand, self._hand_at = standing, now
        if not link.mapping.set_by_hand(by_hand(self._player)):
            self._contained.run("keeping the values set by hand", _too_many, None)


def by_hand(player: Player) -> ByHand:
    """What people have done beside the cues: touched bases, those on their way at their ends; the scene."""
    tree, cues = player.tree, player.cues
    ends = cues.going_to()
    bases = {}
    for address, parameter in tree.parameters().items():
        slot, size = tree.slot(address), parameter.kind.components
        if (
            tree.touched[slot : slot + size].any()
            and address not in _KEEPERS_OWN
            and parameter.kind is not Kind.EVENT
        ):
            bases[address] = tuple(ends.get(address, tree.get_base(address)))
    scene = cues.scene_by_hand
    return ByHand(bases, scene)


def _too_many() -> None:
    """Raise ValueError: so many values cannot be carried over."""
    raise ValueError("so many values were set by hand that not all come back after a crash")
