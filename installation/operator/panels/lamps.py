"""The lamps: where they stand in the picture, in the colours that are on the wire."""

import numpy as np
from imgui_bundle import ImVec2, imgui

from installation.operator import theme
from installation.operator.marks import bar, em, end_row, label, words_in
from installation.operator.model import Model
from installation.operator.orders import Orders

__all__ = ["draw_lamps"]

_MOST = 1500
"""Most lamps that are drawn one by one."""
_ROW = 1.7


def draw_lamps(model: Model, orders: Orders) -> None:
    """Draw a plan of the lamps, then a list with their levels."""
    lamps = model.lamps()
    if not lamps:
        imgui.text_disabled("this venue has no lamps, or nothing is on the wire yet")
        return
    width, at = imgui.get_content_region_avail().x, imgui.get_cursor_screen_pos()
    height = min(width * 9 / 16, imgui.get_content_region_avail().y * 0.5)
    draw = imgui.get_window_draw_list()
    draw.add_rect_filled(
        ImVec2(at.x, at.y), ImVec2(at.x + width, at.y + height), theme.colour((0.02, 0.02, 0.025)), 3.0
    )
    imgui.dummy(ImVec2(width, height))
    step = 1 + sum(len(colours) for _, colours, _ in lamps) // _MOST
    for _, colours, places in lamps:
        for (red, green, blue), (left, bottom, right, top) in zip(
            colours[::step].tolist(), places[::step].tolist(), strict=True
        ):
            x, y = at.x + width * (left + right) / 2, at.y + height * (1.0 - (bottom + top) / 2)
            half = max(em(0.16), min(width * (right - left), height * (top - bottom)) * 0.42)
            colour = 0xFF << 24 | blue << 16 | green << 8 | red
            draw.add_rect_filled(ImVec2(x - half, y - half), ImVec2(x + half, y + half), colour, half * 0.4)
            draw.add_rect(
                ImVec2(x - half, y - half), ImVec2(x + half, y + half), theme.colour(theme.LINE), half * 0.4
            )
    if imgui.begin_child("lamp list", ImVec2(0, 0)):
        for line, colours, _ in lamps:
            _lamp(line.name, colours, orders)
    imgui.end_child()


def _lamp(name: str, colours: "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]", orders: Orders) -> None:
    width, at = imgui.get_content_region_avail().x, imgui.get_cursor_screen_pos()
    light = (colours.astype(np.float64) / 255.0) ** 2  # as the stage encodes it
    level = float(light.max(axis=1).mean()) if len(light) else 0.0
    red, green, blue = (np.sqrt(light.mean(axis=0)) * 255.0).astype(int).tolist() if len(light) else (0, 0, 0)
    draw = imgui.get_window_draw_list()
    draw.add_rect_filled(
        ImVec2(at.x, at.y), ImVec2(at.x + em(1.6), at.y + em(1.2)), 0xFF << 24 | blue << 16 | green << 8 | red
    )
    draw.add_rect(ImVec2(at.x, at.y), ImVec2(at.x + em(1.6), at.y + em(1.2)), theme.colour(theme.LINE))
    count = f"   {len(colours)} pixels" if len(colours) > 1 else ""
    label(at.x + em(2.0), at.y, words_in(f"{name}{count}", width - em(13.5)))
    bar(at.x + width - em(11.2), at.y + em(0.35), em(4.4), em(0.5), level, theme.TEXT)
    label(at.x + width - em(6.5), at.y, f"{100 * level:.0f} %", theme.DIM)
    imgui.set_cursor_screen_pos(ImVec2(at.x + width - em(3.9), at.y))
    if imgui.small_button(f"identify##{name}"):
        orders.give("identify", name)
    end_row(at, em(_ROW))
