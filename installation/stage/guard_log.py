"""Log of the interventions of the picture's guard: how many, why, where, and what was playing."""

import msgspec

from installation.player.player import Player
from installation.safety.interventions import Interventions, cause_of, place_in
from installation.safety.windows import Windows, lay_windows
from installation.show.venue_model import Venue
from installation.status import GuardStatus
from installation.values import Seconds

__all__ = ["GuardLog"]


class GuardLog:
    """Reads the guard's report once per frame.

    Args:
        player: The player of the guarded picture; without a picture there is no guard.
        venue: Gives the size of the picture on the wall and the viewing distance.
    """

    def __init__(self, player: Player, venue: Venue) -> None:
        self._player = player
        self._venue = venue
        self._windows: Windows | None = None
        self._account = Interventions("picture", self._place)

    def see(self, now: Seconds) -> None:
        """Record what the guard did to the frame before the last one; ``now`` is monotonic seconds."""
        if self._player.picture is not None:
            self._account.see(now, self._player.picture.report(), self._playing())

    def status(self) -> GuardStatus:
        """Return its part of ``status``."""
        report = self._player.picture.report() if self._player.picture is not None else None
        said = {
            "active": bool(report and report.active),
            "reduction": round(report.reduction, 4) if report else 0.0,
            "cut": round(report.cut, 4) if report else 0.0,
            "deepest": round(report.deepest, 4) if report else 0.0,
            "moved": round(report.moved, 4) if report else 0.0,
            "contrast": round(report.contrast, 4) if report else 1.0,
            "softened": round(report.softened, 4) if report else 0.0,
            "cause": cause_of(report) if report else "",
            **self._account.report(),
        }
        return msgspec.convert(said | {"last": said["last"] or None}, GuardStatus)

    def _playing(self) -> str:
        cue = self._player.cues.current
        return f"scene {self._player.cues.scene.after}" + (f", cue {cue.id}" if cue else "")

    def _place(self, window: int) -> str:
        picture, venue = self._player.picture, self._venue
        if picture is None or window < 0:
            return ""
        size = picture.full_size
        if self._windows is None or (self._windows.width, self._windows.height) != size:
            metres = venue.canvas.metres_per_height
            self._windows = lay_windows(size, venue.guard.viewing_distance, metres)
        return place_in(self._windows, window)
