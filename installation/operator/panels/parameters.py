"""The parameters: sliders, search, favourites, what a hand has moved, and the way back."""

from typing import Final

from imgui_bundle import ImVec2, imgui

from installation.commands import COMMANDS
from installation.operator import theme
from installation.operator.marks import em, end_row, label, plain, search, words_in
from installation.operator.model import Model, ParameterRow, Shown, toggle
from installation.operator.orders import Orders

__all__ = ["Parameters"]

_FILTERS: Final[tuple[tuple[Shown, str, str], ...]] = (
    ("now", "On now", "of the scene that is shown, and of the whole show"),
    ("favourites", "Favourites", "marked with the dot in front of the name"),
    ("by hand", "By hand", "set by a hand to another value than the cue's"),
    ("all", "All", "of all scenes"),
)
_LEARN: Final = "learn"
_HEIGHT: Final = 2.55
"""Of a row, in sizes of the font."""


class Parameters:
    """The column of parameters."""

    def draw(self, model: Model, orders: Orders) -> None:
        """Draw it in the space at hand."""
        self._head(model, orders)
        if imgui.begin_child("parameter list", ImVec2(0, 0)):
            rows = model.parameters()
            clipper = imgui.ListClipper()
            clipper.begin(len(rows), em(_HEIGHT))
            while clipper.step():
                for row in rows[clipper.display_start : clipper.display_end]:
                    imgui.push_id(row.node.address)
                    self._row(row, model, orders)
                    imgui.pop_id()
            if not rows:
                imgui.text_disabled("none")
        imgui.end_child()

    @staticmethod
    def _head(model: Model, orders: Orders) -> None:
        counts = model.counts()
        for number, (shown, words, tip) in enumerate(_FILTERS):
            if number:
                imgui.same_line()
            count = f" {counts[shown]}" if counts.get(shown) else ""
            selected = model.shown == shown and not model.search.get("parameters", "").strip()
            rgb = theme.AMBER if shown == "by hand" and counts[shown] else theme.TEXT
            if selected:
                imgui.push_style_color(imgui.Col_.button, theme.colour((0.26, 0.28, 0.31)))
            if plain(f"{words}{count}##filter", tip, rgb):
                model.shown = shown
                model.search["parameters"] = ""
            if selected:
                imgui.pop_style_color()
        width = imgui.get_content_region_avail().x
        back = "All as authored"
        room = imgui.calc_text_size(back).x + em(1.4)
        search(model.search, "parameters", width - room - imgui.get_style().item_spacing.x)
        imgui.same_line()
        if imgui.button(back, ImVec2(room, 0)):
            orders.give("as-authored")
        if imgui.is_item_hovered():
            imgui.set_tooltip("fade everything that cues name back to the values of the cue")

    def _row(self, row: ParameterRow, model: Model, orders: Orders) -> None:
        node, width = row.node, imgui.get_content_region_avail().x
        at = imgui.get_cursor_screen_pos()
        imgui.begin_group()
        if imgui.invisible_button("favourite", ImVec2(em(1.1), em(1.1))):
            toggle(model.favourites, node.address)
        draw = imgui.get_window_draw_list()
        middle = ImVec2(at.x + em(0.55), at.y + em(0.62))
        if row.favourite:
            draw.add_circle_filled(middle, em(0.3), theme.colour(theme.AMBER))
        else:
            draw.add_circle(middle, em(0.28), theme.colour(theme.DIM, 0.7), 0, 1.2)
        learns = _LEARN in COMMANDS
        right = width - em(0.2)
        value = _value_words(row)
        if value:
            size = imgui.calc_text_size(value).x * 1.1
            rgb = theme.AMBER if row.by_hand else theme.TEXT
            label(at.x + right - size, at.y - em(0.05), value, rgb, 1.1)
            right -= max(size, em(4.2)) + em(0.5)
        if row.by_hand:
            right -= em(2.9)
            imgui.set_cursor_screen_pos(ImVec2(at.x + right, at.y))
            if plain("reset", f"back to {_values(row.authored)}, as authored", theme.AMBER):
                orders.give("set", node.address, *map(_short, row.authored))
        if learns:
            right -= em(3.0)
            imgui.set_cursor_screen_pos(ImVec2(at.x + right, at.y))
            if plain("learn", "then move the control that is to set it"):
                orders.give(_LEARN, node.address)
        name = words_in(node.address, right - em(1.6))
        label(at.x + em(1.3), at.y, name, theme.AMBER if row.by_hand else theme.TEXT)
        imgui.set_cursor_screen_pos(ImVec2(at.x, at.y + em(1.18)))
        self._value(row, width - em(0.2), orders)
        if imgui.is_item_hovered() and node.description and not imgui.is_item_active():
            imgui.set_tooltip(f"{node.description}\nbase {_values(row.base)}   now {_values(row.effective)}")
        imgui.end_group()
        end_row(at, em(_HEIGHT))

    def _value(self, row: ParameterRow, width: float, orders: Orders) -> None:
        """Draw what sets the value, by the kind of the parameter."""
        node = row.node
        imgui.set_next_item_width(width)
        match node.kind:
            case "bool":
                on = row.base[0] >= 0.5
                changed, value = imgui.checkbox("on" if on else "off", on)
                if changed:
                    orders.give("set", node.address, 1.0 if value else 0.0)
            case "event":
                if imgui.button("give it", ImVec2(em(6), em(1.25))):
                    orders.give("set", node.address)
            case "choice":
                self._choice(row, orders)
            case "color":
                changed, colour = imgui.color_edit4("##colour", list(row.base))
                if changed:
                    orders.give("set", node.address, *map(_short, colour))
            case "point":
                low, high = node.minimum[0], node.maximum[0]
                changed, point = imgui.slider_float2("##point", list(row.base), low, high, "%.3f")
                if changed:
                    orders.give("set", node.address, *map(_short, point))
            case _:
                self._slider(row, orders)

    @staticmethod
    def _slider(row: ParameterRow, orders: Orders) -> None:
        node, low, high = row.node, row.node.minimum[0], row.node.maximum[0]
        imgui.push_style_var(imgui.StyleVar_.frame_padding, ImVec2(em(0.4), em(0.08)))
        if node.kind == "int":
            changed, whole = imgui.slider_int("##value", round(row.base[0]), round(low), round(high), "")
            value = float(whole)
        else:
            changed, value = imgui.slider_float("##value", row.base[0], low, high, "")
        imgui.pop_style_var()
        if changed:
            orders.give("set", node.address, _short(value))
        _marks(row, low, high)

    @staticmethod
    def _choice(row: ParameterRow, orders: Orders) -> None:
        node = row.node
        now = dict(zip(node.values, node.labels, strict=False))
        if imgui.begin_combo("##choice", now.get(round(row.base[0]), f"{row.base[0]:g}")):
            for value, words in now.items():
                if imgui.selectable(words, value == round(row.base[0]))[0]:
                    orders.give("set", node.address, float(value))
            imgui.end_combo()


def _marks(row: ParameterRow, low: float, high: float) -> None:
    """Mark on the slider what is effective, where that is not the base, and what is authored."""
    first, last = imgui.get_item_rect_min(), imgui.get_item_rect_max()
    draw, span = imgui.get_window_draw_list(), max(high - low, 1e-9)
    inner = last.x - first.x - em(0.7)

    def place(value: float) -> float:
        return first.x + em(0.35) + inner * min(1.0, max(0.0, (value - low) / span))

    if row.by_hand:
        x = place(row.authored[0])
        draw.add_line(ImVec2(x, first.y), ImVec2(x, last.y), theme.colour(theme.AMBER, 0.9), em(0.1))
    if row.moved:
        begin, end = sorted((place(row.base[0]), place(row.effective[0])))
        y = last.y - em(0.14)
        draw.add_line(ImVec2(begin, y), ImVec2(end, y), theme.colour(theme.BLUE, 0.9), em(0.16))
        x = place(row.effective[0])
        tip = ImVec2(x, last.y - em(0.55))
        draw.add_triangle_filled(
            tip, ImVec2(x + em(0.28), last.y), ImVec2(x - em(0.28), last.y), theme.colour(theme.BLUE)
        )


def _short(value: float) -> float:
    """Return a number as it is written by hand: Dear ImGui gives it in single precision."""
    return float(f"{value:.6g}")


def _value_words(row: ParameterRow) -> str:
    """Return the base for people; empty where the kind shows it otherwise."""
    node = row.node
    if node.kind not in ("float", "int"):
        return ""
    span = node.maximum[0] - node.minimum[0]
    digits = 0 if node.kind == "int" else 3 if span <= 20.0 else 1
    return f"{row.base[0]:.{digits}f} {node.unit}".strip()


def _values(values: tuple[float, ...]) -> str:
    return "  ".join(f"{one:.4g}" for one in values)
