"""The panel of twins as Dear ImGui runs it: a pointer over it, and nothing that is drawn."""

from collections.abc import Iterator
from typing import Any

import pytest
from imgui_bundle import imgui

from installation.operator.model import Model
from installation.operator.twin import Twin
from installation.surface.library import load_controllers
from installation.values import Address

FIRST, SECOND = "apc-mini-mk2", "nanokontrol2"


class Plugging(Model):
    """A model that hears of controllers as the test says."""

    there = ""

    def plugged(self, device: Address) -> bool:
        return device == self.there


class Given:
    """Takes what the panel gives."""

    def __init__(self) -> None:
        self.readings: list[tuple[Address, float]] = []

    def give(self, verb: str, address: Address, value: float) -> None:
        assert verb == "reading"
        self.readings.append((address, value))


@pytest.fixture
def io() -> Iterator[Any]:
    imgui.create_context()
    found = imgui.get_io()
    found.backend_flags |= imgui.BackendFlags_.renderer_has_textures
    found.display_size = imgui.ImVec2(800.0, 600.0)
    found.set_ini_filename("")
    yield found
    imgui.destroy_context()


def test_a_twin_does_not_change_while_something_on_it_is_held(io: Any) -> None:
    from installation.operator.panels.controllers import Controllers

    known = load_controllers()
    first, second = Twin(known[FIRST]), Twin(known[SECOND])
    pad = next(box for box in first.boxes() if box.control.kind == "pad")
    model, given = Plugging(), Given()
    panel: Any = Controllers(lambda: [first, second])
    at = (1.0, 1.0)

    def frame(*, held: bool) -> None:
        nonlocal at
        io.add_mouse_pos_event(*at)
        io.add_mouse_button_event(0, held)
        imgui.new_frame()
        imgui.set_next_window_pos(imgui.ImVec2(0.0, 0.0))
        imgui.set_next_window_size(imgui.ImVec2(800.0, 600.0))
        imgui.begin("panel")
        panel.draw(model, given)
        low, high = imgui.get_item_rect_min(), imgui.get_item_rect_max()
        imgui.end()
        imgui.end_frame()
        at = (
            low.x + (pad.x + 0.5 * pad.width) * (high.x - low.x),
            low.y + (pad.y + 0.5 * pad.height) * (high.y - low.y),
        )

    for held in (False, False, True, True):
        frame(held=held)
    model.there = second.profile.prefix
    for held in (True, False, False):
        frame(held=held)

    assert [value for address, value in given.readings if address == first.address(pad.control)] == [1.0, 0.0]
