"""Colours, sizes and fonts of the operator's screen: dark, large, without blinking.

Every size is a multiple of the font's, which follows the height of the window: the same layout stands on a
laptop and on a large screen.
"""

from functools import lru_cache
from pathlib import Path
from typing import Final

import imgui_bundle
from imgui_bundle import ImVec2, ImVec4, imgui

__all__ = [
    "AMBER",
    "BLUE",
    "DIM",
    "GREEN",
    "LINE",
    "PANEL",
    "RED",
    "TEXT",
    "TRACK",
    "Rgb",
    "colour",
    "font_size",
    "fonts",
    "style",
]

Rgb = tuple[float, float, float]

TEXT: Final[Rgb] = (0.86, 0.85, 0.82)
DIM: Final[Rgb] = (0.55, 0.55, 0.54)
PANEL: Final[Rgb] = (0.055, 0.058, 0.065)
TRACK: Final[Rgb] = (0.13, 0.135, 0.15)
LINE: Final[Rgb] = (0.20, 0.205, 0.22)
GREEN: Final[Rgb] = (0.30, 0.74, 0.42)
"""What runs."""
AMBER: Final[Rgb] = (0.95, 0.68, 0.20)
"""What is next, and what a hand has moved."""
BLUE: Final[Rgb] = (0.36, 0.62, 0.95)
"""What moves by itself."""
RED: Final[Rgb] = (0.92, 0.30, 0.26)
"""What is wrong, and what takes the light away."""

_SYSTEM: Final = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path("/Library/Fonts"))
_FAMILIES: Final = ("DejaVuSans.ttf", "NotoSansCJK-Regular.ttc", "NotoSansArabic-Regular.ttf")
_SMALLEST: Final = 15.0
_LARGEST: Final = 34.0
_ROWS: Final = 44.0
"""Rows of text that fit in the height of the window."""
_COLUMNS: Final = 72.0


def font_size(width: int, height: int) -> float:
    """Return the size of the font in pixels for a window of this size."""
    return min(_LARGEST, max(_SMALLEST, round(min(height / _ROWS, width / _COLUMNS))))


@lru_cache(maxsize=256)
def colour(rgb: Rgb, alpha: float = 1.0) -> int:
    """Return a colour as Dear ImGui draws it: 8 bits each of alpha, blue, green and red."""
    red, green, blue = (int(255.0 * min(1.0, max(0.0, one)) + 0.5) for one in rgb)
    return int(255.0 * alpha + 0.5) << 24 | blue << 16 | green << 8 | red


def fonts() -> None:
    """Load the font that comes with imgui-bundle, and those of the system for what it cannot write.

    Characters are read from a file when they are first needed.
    """
    folder = Path(imgui_bundle.__file__).parent / "assets" / "fonts" / "Roboto"
    regular = folder / "Roboto-Regular.ttf"
    atlas = imgui.get_io().fonts
    if regular.is_file():
        atlas.add_font_from_file_ttf(str(regular), 0.0)
    else:
        atlas.add_font_default_vector()
    more = imgui.ImFontConfig()
    more.merge_mode = True
    for system in filter(Path.is_dir, _SYSTEM):
        for name in _FAMILIES:
            found = next(system.rglob(name), None)
            if found is not None:
                atlas.add_font_from_file_ttf(str(found), 0.0, more)


def style(size: float) -> None:
    """Set colours and sizes for a size of the font."""
    now = imgui.get_style()
    now.font_size_base = size
    now.window_padding = ImVec2(size * 0.45, size * 0.4)
    now.frame_padding = ImVec2(size * 0.4, size * 0.22)
    now.item_spacing = ImVec2(size * 0.4, size * 0.28)
    now.item_inner_spacing = ImVec2(size * 0.3, size * 0.2)
    now.cell_padding = ImVec2(size * 0.25, size * 0.12)
    now.scrollbar_size = size * 0.7
    now.grab_min_size = size * 0.6
    now.frame_rounding = now.grab_rounding = now.tab_rounding = size * 0.2
    now.window_rounding = now.child_rounding = now.popup_rounding = size * 0.25
    now.window_border_size = 0.0
    now.child_border_size = 1.0
    wanted = imgui.Col_
    for which, rgb, alpha in (
        (wanted.text, TEXT, 1.0), (wanted.text_disabled, DIM, 1.0),
        (wanted.window_bg, (0.03, 0.032, 0.036), 1.0), (wanted.child_bg, PANEL, 1.0),
        (wanted.popup_bg, (0.08, 0.085, 0.095), 1.0), (wanted.border, LINE, 1.0),
        (wanted.frame_bg, TRACK, 1.0), (wanted.frame_bg_hovered, (0.18, 0.19, 0.21), 1.0),
        (wanted.frame_bg_active, (0.22, 0.23, 0.26), 1.0), (wanted.slider_grab, (0.62, 0.64, 0.68), 1.0),
        (wanted.slider_grab_active, TEXT, 1.0), (wanted.button, (0.16, 0.17, 0.19), 1.0),
        (wanted.button_hovered, (0.22, 0.235, 0.265), 1.0), (wanted.button_active, (0.30, 0.32, 0.36), 1.0),
        (wanted.check_mark, TEXT, 1.0), (wanted.header, (0.17, 0.18, 0.21), 1.0),
        (wanted.header_hovered, (0.22, 0.235, 0.265), 1.0), (wanted.header_active, (0.26, 0.28, 0.31), 1.0),
        (wanted.tab, (0.09, 0.095, 0.105), 1.0), (wanted.tab_hovered, (0.22, 0.235, 0.265), 1.0),
        (wanted.tab_selected, (0.19, 0.20, 0.23), 1.0), (wanted.tab_selected_overline, BLUE, 1.0),
        (wanted.table_header_bg, (0.09, 0.095, 0.105), 1.0), (wanted.table_row_bg_alt, TEXT, 0.018),
        (wanted.scrollbar_bg, PANEL, 1.0), (wanted.scrollbar_grab, (0.22, 0.23, 0.25), 1.0),
        (wanted.title_bg, PANEL, 1.0), (wanted.title_bg_active, (0.13, 0.135, 0.15), 1.0),
        (wanted.plot_lines, BLUE, 1.0), (wanted.separator, LINE, 1.0),
    ):  # fmt: skip
        now.set_color_(which, ImVec4(*rgb, alpha))
