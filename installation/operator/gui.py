"""Dear ImGui in a window: its context, its frames, and input for it."""

from collections.abc import Iterable
from typing import Final

from imgui_bundle import ImVec2, imgui

from installation.operator import theme
from installation.render.second_window import Input

__all__ = ["Gui"]

_KEYS: Final = {
    "left": imgui.Key.left_arrow, "right": imgui.Key.right_arrow, "up": imgui.Key.up_arrow,
    "down": imgui.Key.down_arrow, "home": imgui.Key.home, "end": imgui.Key.end, "tab": imgui.Key.tab,
    "backspace": imgui.Key.backspace, "delete": imgui.Key.delete, "return": imgui.Key.enter,
    "escape": imgui.Key.escape, "page up": imgui.Key.page_up, "page down": imgui.Key.page_down,
    "a": imgui.Key.a, "c": imgui.Key.c, "v": imgui.Key.v, "x": imgui.Key.x, "z": imgui.Key.z,
}  # fmt: skip
_MODIFIERS: Final = {"ctrl": imgui.Key.mod_ctrl, "shift": imgui.Key.mod_shift, "alt": imgui.Key.mod_alt}
_FAR: Final = -1.0e6
"""Where the pointer is while it is outside the window."""


class Gui:
    """One context of Dear ImGui on the current OpenGL context.

    Raises RuntimeError when it cannot draw there.
    """

    def __init__(self) -> None:
        self._context = imgui.create_context()
        io = imgui.get_io()
        io.set_ini_filename("")  # the layout follows from the size of the window
        io.config_error_recovery_enable_assert = False
        io.config_error_recovery_enable_tooltip = False
        theme.fonts()
        if not imgui.backends.opengl3_init("#version 330 core"):
            raise RuntimeError("Dear ImGui cannot draw on this OpenGL context")
        self._size = (0, 0)

    @property
    def typing(self) -> bool:
        """Whether a text field takes the keys."""
        return bool(imgui.get_io().want_text_input)

    @property
    def dragging(self) -> bool:
        """Whether something is held with the pointer, or typed."""
        return bool(imgui.is_any_item_active())

    def hear(self, happened: Iterable[Input]) -> None:
        """Pass input on to the next frame."""
        io = imgui.get_io()
        for one in happened:
            match one.kind:
                case "move":
                    io.add_mouse_pos_event(one.x, one.y)
                case "leave":
                    io.add_mouse_pos_event(_FAR, _FAR)
                case "press" | "release":
                    io.add_mouse_pos_event(one.x, one.y)
                    io.add_mouse_button_event(one.button, one.kind == "press")
                case "wheel":
                    io.add_mouse_wheel_event(one.x, one.y)
                case "text":
                    io.add_input_characters_utf8(one.name)
                case "key" | "key up":
                    self._key(one.name, one.kind == "key")

    @staticmethod
    def _key(name: str, down: bool) -> None:
        io = imgui.get_io()
        for modifier, key in _MODIFIERS.items():
            if name.endswith(modifier):
                io.add_key_event(key, down)
        if name in _KEYS:
            io.add_key_event(_KEYS[name], down)

    def begin(self, size: tuple[int, int], dt: float) -> None:
        """Begin a frame of ``dt`` seconds in a window of this size in pixels."""
        io = imgui.get_io()
        io.display_size = ImVec2(*size)
        io.delta_time = max(dt, 1e-4)
        if size != self._size:
            self._size = size
            theme.style(theme.font_size(*size))
        imgui.backends.opengl3_new_frame()
        imgui.new_frame()

    def end(self) -> None:
        """End the frame and draw it."""
        imgui.render()
        imgui.backends.opengl3_render_draw_data(imgui.get_draw_data())

    def close(self) -> None:
        """Free everything."""
        imgui.backends.opengl3_shutdown()
        imgui.destroy_context(self._context)
