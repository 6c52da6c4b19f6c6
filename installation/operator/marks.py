"""Small drawings that several panels of the operator's screen use."""

import math

import numpy as np
from imgui_bundle import ImVec2, imgui
from numpy.typing import NDArray

from installation.operator import theme
from installation.operator.theme import Rgb

__all__ = [
    "bar",
    "button",
    "em",
    "end_row",
    "label",
    "plain",
    "search",
    "stroke",
    "text",
    "words_in",
    "wrapped",
]


def em(count: float = 1.0) -> float:
    """Return a number of font sizes in pixels."""
    return imgui.get_font_size() * count


def text(words: str, rgb: Rgb = theme.TEXT, size: float = 1.0) -> None:
    """Write a line of text; ``size`` is a factor on the font's."""
    imgui.push_font(None, imgui.get_style().font_size_base * size)
    imgui.push_style_color(imgui.Col_.text, theme.colour(rgb))
    imgui.text_unformatted(words)
    imgui.pop_style_color()
    imgui.pop_font()


def wrapped(words: str, rgb: Rgb = theme.TEXT) -> None:
    """Write a text in as many lines as it needs."""
    imgui.push_style_color(imgui.Col_.text, theme.colour(rgb))
    imgui.push_text_wrap_pos(0.0)
    imgui.text_unformatted(words)
    imgui.pop_text_wrap_pos()
    imgui.pop_style_color()


def label(x: float, y: float, words: str, rgb: Rgb = theme.TEXT, size: float = 1.0) -> None:
    """Write a line at a place of the window, without moving the cursor."""
    font, points = imgui.get_font(), imgui.get_style().font_size_base * size
    imgui.get_window_draw_list().add_text(font, points, ImVec2(x, y), theme.colour(rgb), words)


def words_in(words: str, width: float, size: float = 1.0) -> str:
    """Return the words, cut with an ellipsis to a width in pixels."""
    most = width / max(size, 1e-6)
    if imgui.calc_text_size(words).x <= most:
        return words
    low, high = 0, len(words)
    while low < high:
        middle = (low + high + 1) // 2
        fits = imgui.calc_text_size(words[:middle] + "...").x <= most
        low, high = (middle, high) if fits else (low, middle - 1)
    return words[:low] + "..."


def end_row(at: ImVec2, height: float) -> None:
    """End a row that began at a place: the next one follows ``height`` pixels below it."""
    imgui.set_cursor_screen_pos(at)
    imgui.dummy(ImVec2(1.0, height - imgui.get_style().item_spacing.y))


def bar(x: float, y: float, width: float, height: float, share: float, rgb: Rgb) -> None:
    """Draw a bar that is filled to a share of its width."""
    draw = imgui.get_window_draw_list()
    draw.add_rect_filled(ImVec2(x, y), ImVec2(x + width, y + height), theme.colour(theme.TRACK), height / 4)
    if math.isfinite(share) and share > 0.0:
        end = x + width * min(1.0, share)
        draw.add_rect_filled(ImVec2(x, y), ImVec2(end, y + height), theme.colour(rgb), height / 4)


def stroke(
    x: float, y: float, width: float, height: float, values: NDArray[np.float32], rgb: Rgb,
    limits: tuple[float, float] | None = None,
) -> tuple[float, float]:  # fmt: skip
    """Draw values, oldest first, as a line on a dark field; returns the limits that it shows."""
    draw = imgui.get_window_draw_list()
    draw.add_rect_filled(ImVec2(x, y), ImVec2(x + width, y + height), theme.colour(theme.TRACK), 2.0)
    known = np.isfinite(values)
    if not known.any():
        return 0.0, 1.0
    low, high = limits if limits is not None else span_of(values[known])
    inside = np.clip((values - low) / max(high - low, 1e-9), 0.0, 1.0)
    xs = x + np.arange(len(values)) * (width / max(1, len(values) - 1))
    ys = y + height - 1.0 - inside * (height - 2.0)
    step = max(1, len(values) // max(2, int(width / 1.5)))  # no more points than pixels
    points: list[ImVec2 | tuple[int | float, int | float] | list[int | float]] = [
        ImVec2(px, py)
        for px, py, there in zip(
            xs[::step].tolist(), ys[::step].tolist(), known[::step].tolist(), strict=True
        )
        if there
    ]
    if len(points) > 1:
        draw.add_polyline(points, theme.colour(rgb), 1.5, 0)
    return low, high


def span_of(values: NDArray[np.float32]) -> tuple[float, float]:
    """Return round limits for a scope: 0..1 where the values are within it."""
    low, high = float(values.min()), float(values.max())
    if low >= -0.001 and high <= 1.001:
        return 0.0, 1.0
    reach = 10.0 ** math.ceil(math.log10(max(abs(low), abs(high), 1e-6)))
    for share in (0.2, 0.5, 1.0):
        if max(abs(low), abs(high)) <= reach * share:
            reach *= share
            break
    return (-reach if low < 0 else 0.0), reach


def button(
    words: str, width: float, height: float, rgb: Rgb, *, lit: bool = False, size: float = 1.0
) -> bool:
    """Draw a button with a coloured edge, filled while ``lit``.

    Returns whether it was pressed: when the pointer's button goes down, not when it is let go, since it is
    for what must happen at once.
    """
    style = imgui.Col_
    fill = rgb if lit else tuple(0.16 * one + 0.055 for one in rgb)
    hover = rgb if lit else tuple(0.26 * one + 0.06 for one in rgb)
    imgui.push_style_color(style.button, theme.colour((fill[0], fill[1], fill[2])))
    imgui.push_style_color(style.button_hovered, theme.colour((hover[0], hover[1], hover[2])))
    imgui.push_style_color(style.button_active, theme.colour(rgb, 0.8))
    imgui.push_style_color(style.text, theme.colour((0.02, 0.02, 0.02) if lit else rgb))
    imgui.push_style_color(style.border, theme.colour(rgb, 0.75))
    imgui.push_style_var(imgui.StyleVar_.frame_border_size, max(1.0, em(0.08)))
    imgui.push_font(None, imgui.get_style().font_size_base * size)
    imgui.button(words, ImVec2(width, height))
    pressed = imgui.is_item_activated()
    imgui.pop_font()
    imgui.pop_style_var()
    imgui.pop_style_color(5)
    return bool(pressed)


def plain(words: str, tip: str = "", rgb: Rgb = theme.TEXT) -> bool:
    """Draw a small button; returns whether it was pressed."""
    imgui.push_style_color(imgui.Col_.text, theme.colour(rgb))
    pressed = imgui.small_button(words)
    imgui.pop_style_color()
    if tip and imgui.is_item_hovered():
        imgui.set_tooltip(tip)
    return bool(pressed)


def search(kept: dict[str, str], name: str, width: float) -> None:
    """Draw a field for a search; the text is kept under its name."""
    imgui.set_next_item_width(width)
    changed, words = imgui.input_text_with_hint(f"##search-{name}", f"search {name}", kept.get(name, ""))
    if changed:
        kept[name] = words
