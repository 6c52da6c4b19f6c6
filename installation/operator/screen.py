"""The layout of the operator's screen: cues on the left, parameters in the middle, everything else right.

A part that fails is contained: it says so in its place, and the others go on.
"""

import logging
from collections.abc import Callable
from time import monotonic
from typing import Final

from imgui_bundle import ImVec2, imgui

from installation.commands import DOUBLE_PRESS
from installation.operator import theme
from installation.operator.marks import bar, button, em, label, words_in, wrapped
from installation.operator.model import Model
from installation.operator.orders import Orders
from installation.operator.panels.controllers import Controllers
from installation.operator.panels.cues import Cues
from installation.operator.panels.health import draw_health, draw_keys
from installation.operator.panels.lamps import draw_lamps
from installation.operator.panels.parameters import Parameters
from installation.operator.panels.picture import PictureFeed, Pictures
from installation.operator.panels.signals import draw_input, draw_routes, draw_signals
from installation.values import Seconds

__all__ = ["Screen"]

_HEAD: Final = 3.3
_FOOT: Final = 2.3
_TOLD: Final[Seconds] = 12.0
"""For how long a refusal is shown in the foot."""

log = logging.getLogger(__name__)


class Screen:
    """The whole window.

    Args:
        model: What is shown.
        orders: Where commands go.
        pictures: Where pictures of what is live and of the standby come from; None for none.

    Attributes:
        keys: Whether the keys are shown.
        tab: Name of the part that is shown on the right.
        failed: Why a part cannot be drawn, by its name.
    """

    def __init__(
        self, model: Model, orders: Orders, pictures: tuple[PictureFeed, PictureFeed] | None = None
    ) -> None:
        self._model = model
        self._orders = orders
        self._cues = Cues()
        self._parameters = Parameters()
        self._controllers = Controllers()
        self._pictures = Pictures(pictures)
        self.keys = False
        self.tab = "Signals"
        self.failed: dict[str, str] = {}
        self._panicked_at: Seconds = float("-inf")
        self._tabs: tuple[tuple[str, Callable[[], None]], ...] = (
            ("Signals", lambda: draw_signals(model)),
            ("Routes", lambda: draw_routes(model)),
            ("Input", lambda: draw_input(model)),
            ("Lamps", lambda: draw_lamps(model, orders)),
            ("Picture", lambda: self._pictures.draw(model, orders)),
            ("Controllers", lambda: self._controllers.draw(model, orders)),
            ("Health", lambda: draw_health(model, orders.status)),
        )

    def draw(self, size: tuple[int, int], *, stale: bool) -> None:
        """Draw everything in a window of this size in pixels.

        Args:
            size: Width and height in pixels.
            stale: Whether the stage is silent, so that what is shown is old.
        """
        width, height = size
        flags = (
            imgui.WindowFlags_.no_decoration
            | imgui.WindowFlags_.no_move
            | imgui.WindowFlags_.no_bring_to_front_on_focus
            | imgui.WindowFlags_.no_nav
            | imgui.WindowFlags_.no_saved_settings
        )
        imgui.set_next_window_pos(ImVec2(0, 0))
        imgui.set_next_window_size(ImVec2(width, height))
        imgui.begin("operator", None, flags)
        gap = imgui.get_style().item_spacing.x
        room = imgui.get_content_region_avail()
        middle = room.y - em(_HEAD + _FOOT) - 2 * imgui.get_style().item_spacing.y
        self._part("head", lambda: self._head(stale=stale), ImVec2(room.x, em(_HEAD)), framed=False)
        left = room.x * 0.31
        right = room.x * 0.34
        self._part("cues", lambda: self._cues.draw(self._model, self._orders), ImVec2(left, middle))
        imgui.same_line()
        self._part(
            "parameters",
            lambda: self._parameters.draw(self._model, self._orders),
            ImVec2(room.x - left - right - 2 * gap, middle),
        )
        imgui.same_line()
        self._part("tabs", self._tabbed, ImVec2(right, middle))
        self._part("foot", self._foot, ImVec2(room.x, em(_FOOT)), framed=False)
        imgui.end()
        self._contained("picture", self._pictures.rest)
        if self.keys:
            self.keys = draw_keys(size)

    def _part(self, name: str, draw: Callable[[], None], size: ImVec2, *, framed: bool = True) -> None:
        """Draw one part in a field of its own; a failure is told there, and logged once."""
        flags = imgui.ChildFlags_.borders if framed else imgui.ChildFlags_.none
        imgui.begin_child(name, size, flags, imgui.WindowFlags_.no_scrollbar if not framed else 0)
        self._contained(name, draw)
        imgui.end_child()

    def _contained(self, name: str, draw: Callable[[], None]) -> None:
        state = imgui.internal.ErrorRecoveryState()
        imgui.internal.error_recovery_store_state(state)
        try:
            draw()
        except Exception as error:
            imgui.internal.error_recovery_try_to_recover_state(state)
            reason = f"{type(error).__name__}: {error}"
            if self.failed.get(name) != reason:
                log.exception("%s cannot be drawn; the rest of the screen and the show go on", name)
                self._orders.note(f"the operator's screen: {name}", f"cannot be drawn: {reason}")
            self.failed[name] = reason
            wrapped(f"{name} cannot be drawn: {reason}; the show goes on", theme.RED)
        else:
            self.failed.pop(name, None)

    def _tabbed(self) -> None:
        columns = 4
        gap = imgui.get_style().item_spacing.x
        width = (imgui.get_content_region_avail().x - (columns - 1) * gap) / columns
        for number, (name, _) in enumerate(self._tabs):
            if number % columns:
                imgui.same_line()
            rgb = (0.30, 0.33, 0.38) if name == self.tab else (0.10, 0.105, 0.12)
            imgui.push_style_color(imgui.Col_.button, theme.colour(rgb))
            mark = self._mark(name)
            words = theme.AMBER if mark else theme.TEXT
            imgui.push_style_color(imgui.Col_.text, theme.colour(words))
            if imgui.button(f"{name}{mark}###tab-{name}", ImVec2(width, em(1.5))):
                self.tab = name
            imgui.pop_style_color(2)
        for name, draw in self._tabs:
            if name == self.tab:
                self._contained(name, draw)

    def _mark(self, tab: str) -> str:
        """Return what the name of a tab says besides: that something is wrong."""
        status = self._orders.status
        if tab != "Health" or status is None:
            return ""
        wrong = len(status.errors) + len(status.contained) + len(status.quarantine)
        wrong += sum(one.state != "up" for one in status.adapters)
        return f" ({wrong})" if wrong else ""

    def _head(self, *, stale: bool) -> None:
        model, live, status = self._model, self._model.live, self._orders.status
        width, at = imgui.get_content_region_avail().x, imgui.get_cursor_screen_pos()
        scene = live.after if live.before == live.after else f"{live.before} > {live.after}"
        label(at.x + em(0.2), at.y, words_in(model.outline.title or "Photophore", em(17), 1.25), size=1.25)
        label(at.x + em(0.2), at.y + em(1.65), words_in(f"scene {scene}", em(17)), theme.DIM)
        flags = [
            (words, rgb)
            for words, rgb, on in (
                ("BLACKOUT", theme.RED, live.blackout and not live.asked_by),
                ("BLACK BY CUE", theme.DIM, bool(live.asked_by)),
                ("PANIC", theme.RED, self._panics()),
                ("SAFE MODE", theme.RED, bool(status and status.safe_mode)),
                ("NO STAGE" if model.live.version else "WAITING", theme.RED, stale),
            )
            if on
        ]
        right = at.x + width
        for words, rgb in flags:
            size = imgui.calc_text_size(words).x * 1.2 + em(1.2)
            right -= size + em(0.4)
            draw = imgui.get_window_draw_list()
            draw.add_rect_filled(
                ImVec2(right, at.y + em(0.1)),
                ImVec2(right + size, at.y + em(1.9)),
                theme.colour(rgb),
                em(0.2),
            )
            label(right + em(0.6), at.y + em(0.25), words, (0.03, 0.03, 0.03), 1.2)
        self._score(at.x + em(18), at.y, max(em(8), right - at.x - em(19)))

    def _score(self, x: float, y: float, width: float) -> None:
        """Draw the strip of the score: where it is, and where its cues begin."""
        status = self._orders.status
        said = status.score if status is not None else None
        strip = self._model.score(said.time, said.running, said.cycle, said.speed) if said else None
        if strip is None:
            return
        bar(x, y + em(0.15), width, em(0.6), strip.share, theme.GREEN if strip.running else theme.DIM)
        draw = imgui.get_window_draw_list()
        last = -em(10)
        for share, name in strip.marks:
            at = x + width * share
            draw.add_line(ImVec2(at, y + em(0.05)), ImVec2(at, y + em(0.85)), theme.colour(theme.DIM), 1.0)
            if at - last > em(1.9):
                label(at - em(0.1), y + em(0.85), name, theme.DIM, 0.8)
                last = at
        now = x + width * strip.share
        draw.add_line(ImVec2(now, y), ImVec2(now, y + em(0.95)), theme.colour(theme.TEXT), em(0.16))
        act = f"   act {said.act}" if said is not None and said.act else ""
        label(x, y + em(1.8), strip.words + act)

    def _panics(self) -> bool:
        """Whether a panic holds: as the stage says, or the keeper while the stage does not."""
        status = self._orders.status
        return self._model.live.panic or bool(status and status.panic)

    def _foot(self) -> None:
        live, orders = self._model.live, self._orders
        width = imgui.get_content_region_avail().x
        answer = orders.answers[-1] if orders.answers else None
        at = imgui.get_cursor_screen_pos()
        panic = self._panics()
        room = width - em(31.5 if panic else 22.5)
        if live.prompt:
            label(at.x + em(0.3), at.y + em(0.35), words_in(live.prompt, room), theme.AMBER)
        elif answer is not None and monotonic() - answer.at < _TOLD:
            words = f"{answer.words}: {answer.error}" if answer.error else f"{answer.words}: done"
            rgb = theme.RED if answer.error else theme.DIM
            label(at.x + em(0.3), at.y + em(0.35), words_in(words, room), rgb)
        else:
            times, status = self._model.frame_times(), orders.status
            frame = status.frame if status is not None else None
            fps = f"{frame.fps:.0f} fps   " if frame is not None else ""
            words = f"{fps}p50 {times.p50:.0f} ms   p99 {times.p99:.0f} ms"
            label(at.x + em(0.3), at.y + em(0.35), words, theme.DIM)
        if panic:  # beside the others, which stay where they are
            imgui.set_cursor_screen_pos(ImVec2(at.x + width - em(30.7), at.y))
            if button("End panic", em(7.6), em(1.8), theme.AMBER):
                orders.give("panic", "off")
        imgui.set_cursor_screen_pos(ImVec2(at.x + width - em(21.7), at.y))
        if imgui.button("Keys", ImVec2(em(4.2), em(1.8))):
            self.keys = not self.keys
        imgui.same_line()
        if button("Blackout", em(7.6), em(1.8), theme.RED, lit=live.blackout and not live.asked_by):
            orders.give("blackout")
        imgui.same_line()
        if button("Panic", em(7.6), em(1.8), theme.RED, lit=panic):  # a second press never ends it
            now = monotonic()
            again = panic or now - self._panicked_at < DOUBLE_PRESS
            self._panicked_at = now
            orders.give("panic", *(("hard",) if again else ()))
