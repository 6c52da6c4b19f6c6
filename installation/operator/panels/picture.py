"""The picture as the audience sees it, small; asked of the stage only while it is shown."""

from collections.abc import Callable
from time import monotonic
from typing import Final

from imgui_bundle import ImVec2, imgui

from installation.operator import theme
from installation.operator.marks import text
from installation.operator.model import Model
from installation.operator.orders import Orders
from installation.render.thumbnail import Thumbnail
from installation.values import Seconds

__all__ = ["PictureFeed", "Pictures"]

_HELD: Final[Seconds] = 1.0
"""For how long pictures are still asked for after they were shown last."""


class PictureFeed:
    """Asks for pictures while they are shown.

    Args:
        begin: Tells the stage that somebody watches; returns what takes that back.
        newest: Returns the newest picture as a JPEG since the last call; empty if there is none.
    """

    def __init__(self, begin: Callable[[], Callable[[], None]], newest: Callable[[], bytes]) -> None:
        self._begin = begin
        self._newest = newest
        self._end: Callable[[], None] | None = None
        self._wanted_at: Seconds = 0.0

    def take(self, now: Seconds) -> bytes:
        """Return the newest picture, and go on asking; empty if there is none."""
        self._wanted_at = now
        if self._end is None:
            self._end = self._begin()
        return self._newest()

    def rest(self, now: Seconds) -> None:
        """Stop asking once nobody has looked for a while."""
        if self._end is not None and now - self._wanted_at > _HELD:
            self._end()
            self._end = None


class Pictures:
    """The panel with the picture.

    Args:
        feed: Where pictures come from; None for none.
    """

    def __init__(self, feed: PictureFeed | None) -> None:
        self._feed = feed
        self._thumbnail: Thumbnail | None = None

    def rest(self) -> None:
        """Stop asking for pictures that nobody looks at."""
        if self._feed is not None:
            self._feed.rest(monotonic())

    def draw(self, model: Model, orders: Orders) -> None:
        """Draw the picture as wide as the space at hand, and what is said of it."""
        if self._feed is None:
            imgui.text_disabled("no picture")
            return
        if self._thumbnail is None:
            self._thumbnail = Thumbnail()
        jpeg = self._feed.take(monotonic())
        if jpeg:
            self._thumbnail.show(jpeg)
        width, height = self._thumbnail.size
        if not width:
            imgui.text_disabled("waiting for a picture")
            return
        room = imgui.get_content_region_avail().x
        imgui.image(imgui.ImTextureRef(self._thumbnail.name), ImVec2(room, room * height / width))
        live, standby = model.live, model.cue(model.live.standby)
        text(f"live   {live.after}", theme.GREEN)
        text(f"standby   {(standby.scene if standby else '') or 'the same scene'}", theme.AMBER)
        frame = orders.status.frame if orders.status is not None else None
        if frame is not None and frame.scale < 1.0:
            text(f"scenes are drawn at {100 * frame.scale:.0f} %", theme.DIM)
