"""The cue list, the clock of the current cue, and GO."""

from typing import Final

from imgui_bundle import ImVec2, imgui

from installation.clock import time_text
from installation.operator import theme
from installation.operator.marks import bar, button, em, label, words_in
from installation.operator.model import CueClock, CueRow, Model
from installation.operator.orders import Orders

__all__ = ["Cues"]

_PHASES: Final = {"pre-wait": "waits", "fade": "fades", "hold": "holds", "stands": "stands"}


class Cues:
    """The column of cues."""

    def __init__(self) -> None:
        self._followed = ""
        """Standby that was scrolled to last."""

    def draw(self, model: Model, orders: Orders) -> None:
        """Draw it in the space at hand."""
        self._current(model, orders)
        below = em(8.6)
        room = imgui.get_content_region_avail()
        if imgui.begin_child("cue list", ImVec2(room.x, max(em(4), room.y - below))):
            self._list(model, orders)
        imgui.end_child()
        self._go(model, orders)

    @staticmethod
    def _current(model: Model, orders: Orders) -> None:
        cue, clock = model.cue(model.live.cue), model.clock()
        score = orders.status.score if orders.status is not None else None
        next_ = model.upcoming(score.time, score.speed) if score is not None and score.running else None
        width = imgui.get_content_region_avail().x
        at = imgui.get_cursor_screen_pos()
        name = "no cue yet" if cue is None else f"{cue.id}   {cue.name or cue.scene}"
        label(at.x + em(0.2), at.y, words_in(name, width - em(0.6), 1.5), theme.GREEN, 1.5)
        words, right = _clock_words(clock)
        if clock.phase == "stands" and next_ is not None:
            right = f"{next_[0].id} in {time_text(next_[1])}"
        label(at.x + em(0.2), at.y + em(1.9), words, theme.DIM)
        size = imgui.calc_text_size(right).x * 1.25
        label(at.x + width - size - em(0.2), at.y + em(1.75), right, theme.TEXT, 1.25)
        bar(at.x, at.y + em(3.15), width, em(0.5), clock.share, theme.GREEN)
        imgui.dummy(ImVec2(width, em(3.8)))

    def _list(self, model: Model, orders: Orders) -> None:
        rows = list(model.cues())
        standby = next((row.place for row in rows if row.stands == "standby"), 0)
        for row in rows:
            self._row(row, standby, model, orders)
        if not rows:
            imgui.text_disabled("this show has no cues")

    def _row(self, row: CueRow, standby: int, model: Model, orders: Orders) -> None:
        width, height = imgui.get_content_region_avail().x, em(2.5)
        at = imgui.get_cursor_screen_pos()
        if imgui.invisible_button(f"##cue-{row.place}", ImVec2(width, height)) and row.place != standby:
            orders.give("standby", row.place - standby if standby else row.place - len(model.outline.cues))
        hovered = imgui.is_item_hovered()
        if imgui.begin_popup_context_item(f"##cue-menu-{row.place}"):
            if imgui.menu_item_simple(f"Run cue {row.id} now"):
                orders.give("cue", row.id)
            imgui.end_popup()
        edge = {"current": theme.GREEN, "standby": theme.AMBER}.get(row.stands, theme.TEXT)
        draw = imgui.get_window_draw_list()
        if row.stands or hovered:
            shade = theme.colour(edge, 0.20 if row.stands else 0.05)
            draw.add_rect_filled(ImVec2(at.x, at.y), ImVec2(at.x + width, at.y + height), shade, em(0.2))
        if row.stands:
            draw.add_rect_filled(
                ImVec2(at.x, at.y), ImVec2(at.x + em(0.3), at.y + height), theme.colour(edge), em(0.1)
            )
        label(at.x + em(0.6), at.y + em(0.15), words_in(row.id, em(3.0), 1.3), edge, 1.3)
        room = width - em(4.2)
        name = theme.TEXT if row.stands else (0.74, 0.73, 0.71)
        label(at.x + em(3.8), at.y + em(0.1), words_in(row.name, room, 1.2), name, 1.2)
        label(at.x + em(3.8), at.y + em(1.5), words_in(row.detail, room, 0.85), theme.DIM, 0.85)
        if row.stands == "standby" and self._followed != row.id:
            self._followed = row.id
            imgui.set_scroll_here_y(0.35)

    @staticmethod
    def _go(model: Model, orders: Orders) -> None:
        cue = model.cue(model.live.standby)
        width = imgui.get_content_region_avail().x
        following = "end of the list" if cue is None else f"{cue.id}   {cue.name or cue.scene}"
        at = imgui.get_cursor_screen_pos()
        label(at.x + em(0.2), at.y, "standby", theme.DIM, 0.9)
        label(at.x + em(3.6), at.y - em(0.12), words_in(following, width - em(3.8), 1.15), theme.AMBER, 1.15)
        imgui.dummy(ImVec2(width, em(1.35)))
        if button("GO", width, em(4.6), theme.GREEN, size=2.6):
            orders.give("go")
        third = (width - 3 * imgui.get_style().item_spacing.x) / 4
        for words, verb, arguments in (
            ("Back", "back", ()), ("Up", "standby", (-1,)), ("Down", "standby", (1,)), ("Hold", "hold", ()),
        ):  # fmt: skip
            held = verb == "hold" and model.live.rate == 0.0
            if verb == "hold" and held:
                if button("Held", third, em(1.7), theme.AMBER, lit=True):
                    orders.give(verb)
            elif imgui.button(words, ImVec2(third, em(1.7))):
                orders.give(verb, *arguments)
            imgui.same_line()
        imgui.new_line()


def _clock_words(clock: CueClock) -> tuple[str, str]:
    phase = _PHASES[clock.phase]
    if clock.phase == "stands":
        return f"{phase} since {time_text(clock.elapsed)}", ""
    return f"{phase}   {_seconds(abs(clock.elapsed))} so far", f"- {_seconds(clock.remaining)}"


def _seconds(seconds: float) -> str:
    """Return seconds with a tenth below a minute, minutes above."""
    return f"{seconds:.1f} s" if seconds < 60.0 else time_text(seconds)
