"""The picture as the audience sees it, small; asked of the stage only while it is shown."""

from collections.abc import Callable
from time import monotonic
from typing import Final

from imgui_bundle import ImVec2, imgui

from installation.operator import theme
from installation.operator.marks import em, text
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


class _Shown:
    """One picture on the screen.

    Args:
        feed: Where it comes from.
    """

    def __init__(self, feed: PictureFeed) -> None:
        self.feed = feed
        self._thumbnail: Thumbnail | None = None

    def draw(self, room: float) -> bool:
        """Draw it this wide, in pixels; False while there is none."""
        if self._thumbnail is None:
            self._thumbnail = Thumbnail()
        jpeg = self.feed.take(monotonic())
        if jpeg:
            self._thumbnail.show(jpeg)
        width, height = self._thumbnail.size
        if width:
            imgui.image(imgui.ImTextureRef(self._thumbnail.name), ImVec2(room, room * height / width))
        return bool(width)


class Pictures:
    """The panel with the picture that is live, that of the standby, and what takes it.

    Args:
        feeds: Where these two come from; None for none.
    """

    def __init__(self, feeds: tuple[PictureFeed, PictureFeed] | None) -> None:
        self._shown = tuple(_Shown(one) for one in feeds or ())

    def rest(self) -> None:
        """Stop asking for pictures that nobody looks at."""
        for one in self._shown:
            one.feed.rest(monotonic())

    def draw(self, model: Model, orders: Orders) -> None:
        """Draw both as wide as the space at hand, one below the other, and what is said of them."""
        if not self._shown:
            imgui.text_disabled("no picture")
            return
        space = imgui.get_content_region_avail()
        room = min(space.x, max(em(8), (space.y - em(9)) * 0.5 * 16 / 9))
        live, standby = model.live, model.cue(model.live.standby)
        if not self._shown[0].draw(room):
            imgui.text_disabled("waiting for a picture")
        text(f"live   {live.after}", theme.GREEN)
        if standby is None:
            text("standby   end of the list", theme.DIM)
        else:
            if not self._shown[1].draw(room):
                imgui.text_disabled("waiting for a picture of the standby")
            scene = standby.scene or "the same scene"
            text(f"standby   {standby.id}   {scene}, as it begins", theme.AMBER)
            _take(orders, space.x)
        frame = orders.status.frame if orders.status is not None else None
        if frame is not None and frame.scale < 1.0:
            text(f"scenes are drawn at {100 * frame.scale:.0f} %", theme.DIM)


def _take(orders: Orders, width: float) -> None:
    """Draw the buttons that take the standby: now, or on the next beat or bar."""
    tempo = orders.status.tempo if orders.status is not None else None
    waits = tempo is not None and bool(tempo.waiting)
    choices = (("Take", "off"), ("beat", "beat"), ("bar", "bar"), ("2 bars", "2 bars"), ("4 bars", "4 bars"))
    each = (width - (len(choices) - 1) * imgui.get_style().item_spacing.x) / len(choices)
    for number, (words, length) in enumerate(choices):
        if number:
            imgui.same_line()
        if imgui.button(f"{words}###take-{length}", ImVec2(each, em(1.7))):
            orders.give("take", length)
    if tempo is not None and waits:
        text(f"cue {tempo.waiting} plays in {tempo.waiting_beats:.1f} beats; again: now", theme.AMBER)
