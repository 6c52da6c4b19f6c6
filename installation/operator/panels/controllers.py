"""Twins of the controllers: each control at its place; moved, it sends what the device would."""

import math
from collections.abc import Callable
from time import monotonic

from imgui_bundle import ImVec2, imgui

from installation.ipc.feeds.operator import ControlLine
from installation.operator import theme
from installation.operator.marks import em, label, words_in
from installation.operator.model import Model
from installation.operator.orders import Orders
from installation.operator.twin import Box, Twin, Twins
from installation.surface.library import load_controllers

__all__ = ["Controllers"]

_DARK = (0.0, 0, 1.0, 1.0, 1.0)
"""What a light shows whose control does nothing."""


class Controllers:
    """The panel of twins.

    Args:
        known: Returns the controllers that there are.
    """

    def __init__(self, known: Callable[[], list[Twin]] | None = None) -> None:
        self._known = known or _load
        self._twins: Twins | None = None

    def draw(self, model: Model, orders: Orders) -> None:
        """Draw the chosen twin in the space at hand."""
        if self._twins is None:
            self._twins = Twins(self._known())
        twins = self._twins
        if not twins.each:
            imgui.text_disabled("no controller is known")
            return
        shown = twins.number(model.plugged)
        twin = twins.each[shown]
        _give(orders, twins.announce(twin, (one.source for one in model.live.controls), monotonic()))
        imgui.set_next_item_width(imgui.get_content_region_avail().x)
        if imgui.begin_combo("##controller", twin.profile.title):
            for number, one in enumerate(twins.each):
                words = one.profile.title + ("   plugged in" if model.plugged(one.profile.prefix) else "")
                if imgui.selectable(words, number == shown)[0]:
                    twins.chosen = number
            imgui.end_combo()
        imgui.text_disabled(f"click and drag: sends {twin.profile.prefix}/...")
        width, room = imgui.get_content_region_avail().x, imgui.get_content_region_avail().y
        columns, rows = twin.size
        height = min(room, width * rows / max(columns, 1e-6) * 1.25)
        at = imgui.get_cursor_screen_pos()
        for box in twin.boxes():
            imgui.push_id(box.control.name)
            self._control(twin, box, _Area(at.x, at.y, width, height), model, orders)
            imgui.pop_id()
        imgui.set_cursor_screen_pos(at)
        imgui.dummy(ImVec2(width, height))
        # It does not change under a hand, whose own button is what is active.
        over = imgui.is_item_hovered(imgui.HoveredFlags_.allow_when_blocked_by_active_item)
        if imgui.is_any_item_active() and over:
            twins.chosen = shown

    def _control(self, twin: Twin, box: Box, area: "_Area", model: Model, orders: Orders) -> None:
        x, y, width, height = area.inside(box)
        control = box.control
        imgui.set_cursor_screen_pos(ImVec2(x, y))
        imgui.invisible_button("control", ImVec2(max(2.0, width), max(2.0, height)))
        value = model.position(twin.address(control))
        if value is None:
            value = twin.places.get(control.name, 0.0)
        sent = None
        if control.kind in ("button", "pad"):
            if imgui.is_item_activated():
                sent = twin.act(control, "press")
            elif imgui.is_item_deactivated():
                sent = twin.act(control, "release")
        elif control.relative:
            steps = self._steps()
            for _ in range(abs(steps)):
                _give(orders, twin.act(control, "step", steps))
        elif imgui.is_item_active():
            sent = twin.act(control, "place", _dragged(control.kind, value, y, height))
        _give(orders, sent)
        line = model.control(twin.address(control))
        if imgui.is_item_hovered():
            does = "" if line is None else f"\n{line.target}" + ("   waits" if line.waits else "")
            imgui.set_tooltip(f"{control.label or control.name}\n{twin.address(control)}   {value:.3f}{does}")
        light = _DARK if line is None else line.light
        _draw(box, x, y, width, height, value, twin.light(control, light), blinks=bool(light[1]))
        if line is not None:
            _mark(control.kind, x, y, width, height, line)

    @staticmethod
    def _steps() -> int:
        """Return the steps that an encoder makes: by the wheel, and by dragging up and down."""
        io = imgui.get_io()
        if imgui.is_item_hovered() and io.mouse_wheel:
            return round(io.mouse_wheel) or int(math.copysign(1, io.mouse_wheel))
        if imgui.is_item_active():
            moved = imgui.get_mouse_drag_delta(0, 0.0)
            steps = int(-moved.y / em(0.5))
            if steps:
                imgui.reset_mouse_drag_delta(0)
            return steps
        return 0


class _Area:
    """The rectangle of a twin on the screen, in pixels."""

    def __init__(self, x: float, y: float, width: float, height: float) -> None:
        self._x, self._y, self._width, self._height = x, y, width, height

    def inside(self, box: Box) -> tuple[float, float, float, float]:
        """Return left, top, width and height of a control."""
        return (
            self._x + box.x * self._width,
            self._y + box.y * self._height,
            box.width * self._width,
            box.height * self._height,
        )


def _dragged(kind: str, value: float, y: float, height: float) -> float:
    """Return where the pointer moves a control: a fader follows it, a knob turns by what it is dragged."""
    io = imgui.get_io()
    if kind == "fader":
        return 1.0 - (io.mouse_pos.y - y - 0.08 * height) / max(1.0, 0.84 * height)
    return value - io.mouse_delta.y / em(8)


def _draw(
    box: Box,
    x: float,
    y: float,
    width: float,
    height: float,
    value: float,
    led: theme.Rgb | None,
    *,
    blinks: bool,
) -> None:
    draw, control = imgui.get_window_draw_list(), box.control
    edge, fill = theme.colour(theme.DIM), theme.colour(theme.TRACK)
    if control.kind == "fader":
        middle = x + width / 2
        draw.add_rect_filled(
            ImVec2(middle - width * 0.1, y + height * 0.04), ImVec2(middle + width * 0.1, y + height * 0.96),
            fill,
        )  # fmt: skip
        at = y + height * (0.92 - 0.84 * value)
        draw.add_rect_filled(
            ImVec2(x + width * 0.08, at - height * 0.045), ImVec2(x + width * 0.92, at + height * 0.045),
            theme.colour(theme.TEXT), 2.0,
        )  # fmt: skip
    elif control.kind in ("knob", "encoder"):
        radius, centre = min(width, height) * 0.42, ImVec2(x + width / 2, y + height / 2)
        draw.add_circle_filled(centre, radius, fill)
        draw.add_circle(centre, radius, edge, 0, 1.2)
        angle = math.pi * (0.75 + 1.5 * value)
        if not control.relative:
            end = ImVec2(centre.x + radius * math.cos(angle), centre.y + radius * math.sin(angle))
            draw.add_line(centre, end, theme.colour(theme.TEXT), max(1.5, radius * 0.16))
    else:
        inset = min(width, height) * 0.06
        first, last = ImVec2(x + inset, y + inset), ImVec2(x + width - inset, y + height - inset)
        draw.add_rect_filled(first, last, fill if led is None or blinks else theme.colour(led), inset * 2)
        if led is not None and blinks:  # nothing blinks on this screen: a frame says that the light does
            draw.add_rect(first, last, theme.colour(led), inset * 2, thickness=em(0.2))
        else:
            draw.add_rect(first, last, edge, inset * 2)
        words = control.label or control.name
        room = width - 3 * inset
        if room > em(0.8) and height > em(0.8):
            bright = led is not None and not blinks and max(led) > 0.4
            rgb = (0.02, 0.02, 0.02) if bright else theme.DIM
            words = words_in(words, room, 0.75)
            size = imgui.calc_text_size(words).x * 0.75
            label(x + (width - size) / 2, y + height / 2 - em(0.42), words, rgb, 0.75)


def _mark(kind: str, x: float, y: float, width: float, height: float, line: ControlLine) -> None:
    """Mark a control that does something, and where it has to be moved to be caught."""
    draw = imgui.get_window_draw_list()
    rgb = theme.AMBER if line.waits else theme.GREEN
    if not line.waits:
        draw.add_circle_filled(ImVec2(x + width * 0.86, y + height * 0.1), em(0.16), theme.colour(rgb))
    elif kind == "fader":
        at = y + height * (0.92 - 0.84 * line.standing)
        draw.add_line(ImVec2(x, at), ImVec2(x + width, at), theme.colour(rgb), em(0.14))
    else:
        centre, radius = ImVec2(x + width / 2, y + height / 2), min(width, height) * 0.42
        angle = math.pi * (0.75 + 1.5 * line.standing)
        end = ImVec2(centre.x + radius * math.cos(angle), centre.y + radius * math.sin(angle))
        draw.add_circle_filled(end, em(0.22), theme.colour(rgb))


def _give(orders: Orders, sent: tuple[str, float] | None) -> None:
    if sent is not None:
        orders.give("reading", *sent)


def _load() -> list[Twin]:
    return [Twin(one) for one in load_controllers().values()]
