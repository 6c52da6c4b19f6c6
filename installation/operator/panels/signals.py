"""Signals as scopes, routes with their live values, and what arrives."""

import math

from imgui_bundle import ImVec2, imgui

from installation.operator import theme
from installation.operator.marks import bar, em, end_row, label, search, stroke, words_in
from installation.operator.model import Model, SignalRow, toggle

__all__ = ["draw_input", "draw_routes", "draw_signals"]

_SCOPE = 2.7
_ROUTE = 2.3


def draw_signals(model: Model) -> None:
    """Draw the public signals, pinned ones first, with their last seconds."""
    width = imgui.get_content_region_avail().x
    words = "pinned only"
    room = imgui.calc_text_size(words).x + em(2.6)
    search(model.search, "signals", width - room)
    imgui.same_line()
    _, model.pinned_only = imgui.checkbox(words, model.pinned_only)
    if imgui.begin_child("signal list", ImVec2(0, 0)):
        rows = model.signals()
        clipper = imgui.ListClipper()
        clipper.begin(len(rows), em(_SCOPE))
        while clipper.step():
            for row in rows[clipper.display_start : clipper.display_end]:
                _scope(row, model)
        if not rows:
            imgui.text_disabled("none")
    imgui.end_child()


def _scope(row: SignalRow, model: Model) -> None:
    width, at = imgui.get_content_region_avail().x, imgui.get_cursor_screen_pos()
    if imgui.invisible_button(f"##scope-{row.address}", ImVec2(width, em(_SCOPE - 0.2))):
        toggle(model.pinned, row.address)
    if imgui.is_item_hovered():
        imgui.set_tooltip("click to take the pin away" if row.pinned else "click to pin it on top")
    rgb = theme.AMBER if row.pinned else theme.BLUE
    left = width * 0.42
    low, high = stroke(at.x + left, at.y, width - left, em(_SCOPE - 0.3), row.history, rgb)
    draw = imgui.get_window_draw_list()
    if row.pinned:
        draw.add_circle_filled(ImVec2(at.x + em(0.5), at.y + em(0.6)), em(0.26), theme.colour(theme.AMBER))
    name = words_in(row.address, left - em(1.4))
    label(at.x + (em(1.0) if row.pinned else em(0.2)), at.y + em(0.02), name)
    value = f"{row.value:.3f}" if math.isfinite(row.value) else "no value yet"
    label(at.x + em(0.2), at.y + em(1.1), value, rgb if math.isfinite(row.value) else theme.DIM, 1.1)
    if (low, high) != (0.0, 1.0):
        label(at.x + width - em(2.6), at.y, f"{high:g}", theme.DIM, 0.75)
        label(at.x + width - em(2.6), at.y + em(1.6), f"{low:g}", theme.DIM, 0.75)
    end_row(at, em(_SCOPE))


def draw_routes(model: Model) -> None:
    """Draw the routes in file order, with what leaves their shapes now."""
    search(model.search, "routes", imgui.get_content_region_avail().x)
    if imgui.begin_child("route list", ImVec2(0, 0)):
        rows = model.routes()
        clipper = imgui.ListClipper()
        clipper.begin(len(rows), em(_ROUTE))
        while clipper.step():
            for row in rows[clipper.display_start : clipper.display_end]:
                width, at = imgui.get_content_region_avail().x, imgui.get_cursor_screen_pos()
                imgui.dummy(ImVec2(width, em(_ROUTE - 0.25)))
                if imgui.is_item_hovered():
                    imgui.set_tooltip(f"{row.line.where}\n{row.line.shape or 'no modulator'}")
                quiet = not math.isfinite(row.value)
                room = width - em(4.6)
                label(at.x, at.y, words_in(row.line.source, room), theme.DIM if quiet else theme.TEXT)
                to = f"{row.line.mode} > {row.line.target}"
                label(at.x + em(0.8), at.y + em(1.02), words_in(to, room), theme.DIM)
                value = "quiet" if quiet else f"{row.value:.3f}"
                label(at.x + width - em(4.2), at.y, value, theme.DIM if quiet else theme.BLUE)
                bar(at.x + width - em(4.2), at.y + em(1.2), em(4.0), em(0.5), row.value, theme.BLUE)
                end_row(at, em(_ROUTE))
        if not rows:
            imgui.text_disabled("none")
    imgui.end_child()


def draw_input(model: Model) -> None:
    """Draw what arrives, newest first, with values and rates."""
    rows = model.heard()
    flags = imgui.TableFlags_.row_bg | imgui.TableFlags_.scroll_y
    if not rows:
        imgui.text_disabled("nothing has arrived since this window was opened")
        return
    if not imgui.begin_table("input", 4, flags):
        return
    imgui.table_setup_scroll_freeze(0, 1)
    for words, weight in (("address", 5.0), ("value", 3.0), ("from", 2.0), ("rate", 1.6)):
        imgui.table_setup_column(words, imgui.TableColumnFlags_.width_stretch, weight)
    imgui.table_headers_row()
    for row in rows:
        fresh = row.age < 1.0
        imgui.table_next_row()
        for words in (row.address, row.values, row.source, f"{row.rate:.0f}/s" if fresh else _ago(row.age)):
            imgui.table_next_column()
            rgb = theme.TEXT if fresh else theme.DIM
            imgui.push_style_color(imgui.Col_.text, theme.colour(rgb))
            imgui.text_unformatted(words)
            imgui.pop_style_color()
    imgui.end_table()


def _ago(seconds: float) -> str:
    return f"{seconds:.0f} s ago" if seconds < 120.0 else f"{seconds / 60.0:.0f} min ago"
