"""The stage's side of the lamps: the law of picture and lamps together, the preview's band, another patch."""

from installation.ipc.link import StageLink
from installation.light.band import band_rows
from installation.light.patch import number_of
from installation.player.player import Player
from installation.player.production import Production
from installation.safety.joint import PictureEnd
from installation.safety.law import law_for
from installation.stage.edits.edit_reader import Repatched
from installation.values import Seconds

__all__ = ["StageLamps"]


class StageLamps:
    """What the stage has to do with the lamps beside resolving their light.

    Args:
        player: Plays.
        production: What is played.
        link: To the keeper, who drives the lamps; None when played without one.

    Attributes:
        venue: The room as its file says it, with the patch that is played.
    """

    def __init__(self, player: Player, production: Production, link: StageLink | None) -> None:
        self._player = player
        self._link = link
        self.venue = production.written or production.venue
        self._law = law_for(production.venue.guard.profile)
        self._rests = production.rests
        self._rows = band_rows(player.rig, production.venue)
        self._seen = 0
        self._join()

    def hear(self, now: Seconds) -> None:
        """Let the picture's guard know what the room's light was, up to the last tick of the wire."""
        joint = self._player.joint
        if joint is None or self._link is None:
            return
        joint.begin(now)
        found = self._link.mapping.room.newest(self._seen)
        if found is not None:
            self._seen, message = found
            joint.hear(message)

    def draw(self) -> None:
        """Show in the preview's band what is really on the wire."""
        picture, link = self._player.picture, self._link
        if picture is None or link is None or not picture.band:
            return
        levels = link.wire()
        if levels is None or len(levels) != self._player.rig.universes:  # of the patch before
            return
        shown = self._player.rig.appearance(levels)
        fixtures, pixels = self._rows
        picture.lamps.write(shown[fixtures], shown[pixels])

    def repatch(self, repatched: Repatched) -> None:
        """Play on the lamps of an edited venue, and let the keeper take them over."""
        self.venue = repatched.venue
        self._rows = fixtures, pixels = band_rows(repatched.rig, repatched.venue)
        self._player.repatch(repatched.rig, len(fixtures), len(pixels))
        self._join()
        self.tell()

    def tell(self) -> None:
        """Let the keeper know which patch is played; a stage that rests has none of its own."""
        if self._link is not None and not self._rests:
            self._link.say({"patch": number_of(self.venue, self._player.rig.patch)})

    def _join(self) -> None:
        """Limit picture and lamps together, where there are both and a keeper."""
        player = self._player
        if self._link is None or player.picture is None or player.joint is not None:
            return
        if len(player.rig):
            player.joint = PictureEnd(self._law)
