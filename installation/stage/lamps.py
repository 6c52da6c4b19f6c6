"""The stage's side of the lamps: the joint flash limit, the preview's band, and a changed patch."""

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
    """The stage's tasks for the lamps other than resolving their light.

    Args:
        player: The running player.
        production: What is played.
        link: Link to the keeper, which drives the lamps; None without one.

    Attributes:
        venue: The venue of its file, with the patch in use.
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
        """Pass the room's light, up to the last tick of the wire, to the picture's guard."""
        joint = self._player.joint
        if joint is None or self._link is None:
            return
        joint.begin(now)
        found = self._link.mapping.room.newest(self._seen)
        if found is not None:
            self._seen, message = found
            joint.hear(message)

    def draw(self) -> None:
        """Draw the levels that are really on the wire in the preview's band."""
        picture, link = self._player.picture, self._link
        if picture is None or link is None or not picture.band:
            return
        levels = link.wire()
        if levels is None or len(levels) != self._player.rig.universes:  # levels of the previous patch
            return
        shown = self._player.rig.appearance(levels)
        fixtures, pixels = self._rows
        picture.lamps.write(shown[fixtures], shown[pixels])

    def repatch(self, repatched: Repatched) -> None:
        """Switch to the lamps of an edited venue, and let the keeper do the same."""
        self.venue = repatched.venue
        self._rows = fixtures, pixels = band_rows(repatched.rig, repatched.venue)
        self._player.repatch(repatched.rig, len(fixtures), len(pixels))
        self._join()
        self.tell()

    def tell(self) -> None:
        """Tell the keeper which patch is in use; a fallback scene has none of its own."""
        if self._link is not None and not self._rests:
            self._link.say({"patch": number_of(self.venue, self._player.rig.patch)})

    def _join(self) -> None:
        """Limit flashes of picture and lamps jointly, if there are both and a keeper."""
        player = self._player
        if self._link is None or player.picture is None or player.joint is not None:
            return
        if len(player.rig):
            player.joint = PictureEnd(self._law)
