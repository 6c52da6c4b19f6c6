"""The output of a frame: light and reports for the keeper, values and pictures for the panel.

The connection to the panel may fail at any time: a full disk, an emptied folder, a clock that the bus cannot
read. The picture does not depend on it: a failure is reported, the connection closed and opened again later.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np

from installation.cue.override import BLACKOUT
from installation.devices.pictures import PictureOutputs, PictureSupervisor
from installation.errors import CommandError
from installation.ipc.link import StageLink
from installation.ipc.shared_memory import ByHand
from installation.ipc.telemetry import Publisher
from installation.light import LightState
from installation.parameter import Kind
from installation.player.inbox import Entry
from installation.player.player import Player, Step
from installation.safety.joint import PictureEnd
from installation.stage.clients.operator_feed import OperatorFeed
from installation.stage.clients.standby_feed import StandbyFeed
from installation.stage.clients.stories_feed import StoriesFeed
from installation.stage.containment import Containment
from installation.stage.site import SiteFeed
from installation.stage.sound import SoundFeed
from installation.status import StageStatus
from installation.values import Address, Reading, Seconds

__all__ = ["Outlet", "by_hand"]

_TELEMETRY: Final[Seconds] = 0.5
_HAND: Final[Seconds] = 0.1
_FIRST_WAIT: Final[Seconds] = 1.0
_LONGEST_WAIT: Final[Seconds] = 300.0
_WELL: Final[Seconds] = 60.0
_LOOK: Final[Seconds] = 2.0

_UNHEARD: Final = "a value of an OSCQuery client, since inputs are off in safe mode"
_LEAVE: Final = "wait until safe mode ends, or end it: `photophore leave-safe-mode`"

_KEEPERS_OWN: Final = frozenset({BLACKOUT})
"""Bases that the next stage gets from the keeper itself."""


class Outlet:
    """The output of the stage.

    Args:
        player: The player whose frames are put out.
        link: Link to the keeper; None without one.
        contained: Contains and reports failures of the bus.
        publisher: An open connection to the panel; None without one.
        reach: Opens the connection to the panel and returns None if that fails; None without a panel.
        pictures: Outputs of whole pictures to other programs.
        sound: The end of the sound process.
        site: The end of the hub process; None without one.
        keeps_hand: Whether values set by hand are kept for the next stage; False for a fallback, whose
            parameters are not those of the show.
    """

    def __init__(
        self,
        player: Player,
        link: StageLink | None,
        contained: Containment,
        publisher: Publisher | None,
        reach: Callable[[], Publisher | None] | None,
        pictures: Sequence[PictureSupervisor] = (),
        *,
        sound: SoundFeed,
        site: SiteFeed | None = None,
        keeps_hand: bool = True,
    ) -> None:
        self._player = player
        self._link = link
        self._contained = contained
        self._publisher = publisher
        self._reach = reach
        self._keeps_hand = keeps_hand
        self._pictures = PictureOutputs(player.picture.frames if player.picture else None, pictures)
        self._wait = _FIRST_WAIT
        self._reach_at: Seconds | None = None
        self._opened_at: Seconds = 0.0
        self._looked_at: Seconds = 0.0
        self._told_at: Seconds = 0.0
        self._hand_at: Seconds = 0.0
        self._hand: tuple[bytes, str] = (b"", "")
        self._dark = (False, False)
        self._public: Mapping[Address, int] = {}
        self.sound, self.site = sound, site
        if link is not None:
            player.lamp_light.ahead = self.light
        self._standby = StandbyFeed(player)
        self.operator = OperatorFeed(player, link)
        """What the operator's screen is told."""
        self.stories = StoriesFeed()
        """What visitors have left, and where their form is."""

    def open(self, now: Seconds) -> None:
        """Open the connection to the panel. A failure is retried with back-off."""
        self._reach_at = None
        if self._reach is None:
            return
        self._publisher = self._contained.run("the way to the panel", self._reach, None)
        self._told_at = 0.0
        if self._publisher is None:
            self._try_later(now)
        self._opened_at = now

    def entries(self, now: Seconds, *, safe_mode: bool = False) -> list[Entry]:
        """Return what came over the bus since the last frame; in safe mode nothing from outside."""
        none: list[Entry] = []
        heard = self._contained.run("sound", lambda: self.sound.entries(now, safe_mode=safe_mode), none)
        said = self._contained.run("the site", lambda: self._said(now, safe_mode=safe_mode), none)
        return [*self.written(safe_mode=safe_mode), *heard, *said]

    def _said(self, now: Seconds, *, safe_mode: bool) -> list[Entry]:
        """Return what other hubs of the site have said since the last frame."""
        if self._publisher is None or self.site is None:
            return []
        return self.site.entries(self._publisher, now, safe_mode=safe_mode)

    def site_words(self) -> list[str]:
        """Return the site in a line or two, for the HUD; nothing where there is none."""
        return self.site.words() if self.site is not None else []

    def release_hub(self, hub: str) -> None:
        """Tell the hub process that a hub will not return. Raises CommandError if there is none."""
        if self.site is None or not self.site.release(hub):
            message = "this machine is no hub of a site with a [budget]; nothing is reserved"
            raise CommandError(message)

    def written(self, *, safe_mode: bool = False) -> list[Reading]:
        """Return what clients of the panel have written since the last frame; in safe mode it is refused.

        And what has changed on the wall of stories.
        """
        if self._publisher is None:
            return []
        found = self._contained.run("the bus", self._publisher.written, None)
        if found is None:
            self._lose(time.monotonic())
        if found and safe_mode:
            self._player.refusals.note(_UNHEARD, found[-1].address, _LEAVE, len(found))
            found = []
        return [*(found or []), *self._told(time.monotonic())]

    def _told(self, now: Seconds) -> list[Reading]:
        """Return what has come to the wall of stories and gone from it; also in safe mode: staff chose it."""
        publisher = self._publisher
        if publisher is None:
            return []
        none: list[Reading] = []
        return self._contained.run("stories", lambda: self.stories.readings(publisher, now), none)

    def renew(self, now: Seconds) -> None:
        """Reopen the connection to the panel, since the inputs described there have changed."""
        if self._publisher is not None:
            self._lose(now)

    def _try_later(self, now: Seconds) -> None:
        self._reach_at = now + self._wait
        self._wait = min(_LONGEST_WAIT, 2 * self._wait)

    def put(self, step: Step, now: Seconds, status: Callable[[], StageStatus]) -> None:
        """Put out one frame; ``status`` is called for the stage's part of ``status`` when that is due."""
        self._contained.run("sending pictures", lambda: self._pictures.put(step.frame.index, now), None)
        link = self._link
        self.operator.frame(now)
        if link is not None:
            joint = self._player.joint
            if joint is not None:
                joint.presented(time.monotonic())
            link.mapping.picture.write(joint.message() if joint is not None else PictureEnd.absent())
            link.mapping.put_light(*step.light.parts())
            self._player.shares.confirmation.shown(*link.mapping.told_shown(), now)
            if self._keeps_hand:
                self._note_hand(link, now)
        said: StageStatus | None = None
        dark = self._player.dark, self._player.cues.calmed
        changed = dark != self._dark
        if changed or now - self._told_at >= _TELEMETRY:
            self._dark, self._told_at = dark, now
            said = self._contained.run("telling the status", status, None)
            self._public = self._player.signals.public_indices()
            if link is not None and said is not None:
                link.report(said)
        if self._publisher is None:
            if self._reach_at is not None and now >= self._reach_at:
                self.open(now)
            return
        publisher = self._publisher
        self._contained.run("the picture of the standby", lambda: self._standby.put(now, publisher), None)
        if not self._contained.run("the bus", lambda: self._publish(now, said, changed), otherwise=False):
            self._lose(now)

    def light(self, light: LightState) -> None:
        """Put out light that is newer than that of the last frame put out."""
        if self._link is not None:
            self._link.mapping.put_light(*light.parts())

    def _publish(self, now: Seconds, said: StageStatus | None, at_once: bool) -> bool:
        """Publish to the panel; False if the connection is lost."""
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
        self.operator.put(now, publisher)
        self.sound.put(now, publisher)
        if self.site is not None:
            self.site.put(publisher, now)
        return True

    def _lose(self, now: Seconds) -> None:
        """Close a broken connection to the panel, and open another."""
        lost, self._publisher = self._publisher, None
        if lost is not None and self._reach is not None:
            self._contained.run("closing the bus", lost.close, None)
            if now - self._opened_at > _WELL:
                self._wait = _FIRST_WAIT
            self._try_later(now)
        elif self._reach is None:
            self._publisher = lost  # given by the caller, who alone could make another

    def _note_hand(self, link: StageLink, now: Seconds) -> None:
        """Store what was set by hand for the next stage, if it has changed."""
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
    """Return what was set besides the cues: touched bases, with fades at their targets, and the scene."""
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
    """Raise ValueError: too many values to carry over."""
    raise ValueError("too many values were set by hand to restore all of them after a crash")
