"""How the show goes: frame times, guards, adapters, processes, errors, refusals; and the keys."""

from collections.abc import Iterable

import numpy as np
from imgui_bundle import ImVec2, imgui

from installation.commands import COMMANDS
from installation.operator import theme
from installation.operator.marks import em, label, stroke, text, wrapped
from installation.operator.model import Model
from installation.operator.theme import Rgb
from installation.status import FrameStatus, GuardStatus, Status, working

__all__ = ["bindings", "draw_health", "draw_keys"]

_LIMITS = 60.0


def draw_health(model: Model, status: Status | None) -> None:
    """Draw the state of the program."""
    if imgui.begin_child("health", ImVec2(0, 0)):
        _frames(model, status)
        if status is None:
            text("the keeper does not answer", theme.RED)
        else:
            _guards(status)
            _lines("errors in the show's files", status.errors, theme.RED)
            _lines("notes", status.notices, theme.TEXT)
            _lines("safe mode", (status.safe_mode,) if status.safe_mode else (), theme.RED)
            _lines("in quarantine", (f"{one.path}: {one.reason}" for one in status.quarantine), theme.RED)
            _lines(
                "failed, and the show went on",
                (f"{one.part}: {one.last} ({one.count})" for one in status.contained),
                theme.RED,
            )
            _lines(
                "refused",
                (
                    f"{one.source}: {one.reason}" + (f", e.g. {one.example}" if one.example else "")
                    + (f"; {one.remedy}" if one.remedy else "") + f" ({one.count})"
                    for one in status.refused
                ),
                theme.AMBER,
            )  # fmt: skip
            _adapters(status)
            _processes(status)
    imgui.end_child()


def _frames(model: Model, status: Status | None) -> None:
    found = model.frame_times()
    said = (status.frame if status is not None else None) or FrameStatus()
    width, at = imgui.get_content_region_avail().x, imgui.get_cursor_screen_pos()
    height = em(4.6)
    most = max(_LIMITS, float(np.max(found.times))) if len(found.times) else _LIMITS
    stroke(at.x, at.y, width, height, found.times, theme.BLUE, (0.0, most))
    draw = imgui.get_window_draw_list()
    for value, rgb in ((found.p50, theme.GREEN), (found.p99, theme.AMBER)):
        y = at.y + height - height * min(1.0, value / most)
        draw.add_line(ImVec2(at.x, y), ImVec2(at.x + width, y), theme.colour(rgb, 0.8), 1.0)
    label(at.x + em(0.4), at.y + em(0.1), f"{most:.0f} ms", theme.DIM, 0.85)
    imgui.dummy(ImVec2(width, height))
    text(f"p50 {found.p50:.1f} ms", theme.GREEN)
    imgui.same_line()
    text(f"p99 {found.p99:.1f} ms", theme.AMBER)
    imgui.same_line()
    scale = f"   scenes at {100 * said.scale:.0f} %" if said.scale < 1.0 else ""
    text(f"{said.fps:.0f} fps   {said.late} late{scale}", theme.DIM)


def _guards(status: Status) -> None:
    lamps = status.keeper.guard if status.keeper is not None else None
    for words, guard in (("guard of the picture", status.guard), ("guard of the lamps", lamps)):
        now = guard or GuardStatus()
        wrapped(f"{words} {working(now)}", theme.AMBER if now.cause else theme.DIM)


def _lines(title: str, lines: Iterable[str], rgb: Rgb) -> None:
    rows = [line for line in lines if line]
    if not rows:
        return
    imgui.separator_text(title)
    for line in rows[:20]:
        wrapped(line, rgb)


def _adapters(status: Status) -> None:
    if not status.adapters:
        return
    imgui.separator_text("devices and network")
    for one in status.adapters:
        text(f"{one.name}", theme.GREEN if one.state == "up" else theme.RED)
        imgui.same_line()
        counts = "".join(
            f"   {words} {count}"
            for words, count in (("in", one.rx), ("out", one.tx), ("lost", one.dropped))
            if count
        )
        wrapped(f"{one.state}   {one.detail}{counts}", theme.DIM)


def _processes(status: Status) -> None:
    imgui.separator_text("processes")
    for one in status.processes:
        rgb = theme.AMBER if one.restarts else theme.DIM
        again = f"   started again {one.restarts} times" if one.restarts else ""
        text(f"{one.name}   {one.state}{again}", rgb)
        if one.trouble:
            wrapped(one.trouble, theme.AMBER)
    if status.keeper is not None and status.keeper.last_death:
        text(f"the stage ended last by {status.keeper.last_death}", theme.AMBER)


def bindings() -> list[tuple[str, str]]:
    """Return every key as bound, with what it does, in the order of the table of commands."""
    hows = {"press": "", "shift": ", with Shift", "twice": ", twice", "hold": ", held"}
    found = [("f1", "Show the keys, or hide them.")]
    for spec in COMMANDS.values():
        for key in spec.keys:
            given = " ".join(str(one) for one in key.arguments)
            does = spec.help + (f"  ({spec.name} {given})" if given else "")
            found.append((f"{key.name}{hows[key.how]}", does))
    return found


def draw_keys(size: tuple[int, int]) -> bool:
    """Draw the live bindings of the keys over everything; returns False once it is closed."""
    # Right of the cue list and above the bar: GO, blackout and panic stay within reach.
    imgui.set_next_window_pos(ImVec2(size[0] * 0.99, em(0.5)), imgui.Cond_.always, ImVec2(1.0, 0.0))
    imgui.set_next_window_size(ImVec2(min(size[0] * 0.66, em(46)), min(size[1] * 0.88, em(40))))
    flags = imgui.WindowFlags_.no_collapse | imgui.WindowFlags_.no_move | imgui.WindowFlags_.no_resize
    shown, stays = imgui.begin("Keys, here and in the picture's window", True, flags)
    if shown and imgui.begin_table("keys", 2, imgui.TableFlags_.row_bg):
        imgui.table_setup_column("key", imgui.TableColumnFlags_.width_fixed, em(9))
        imgui.table_setup_column("does", imgui.TableColumnFlags_.width_stretch)
        for key, does in bindings():
            imgui.table_next_row()
            imgui.table_next_column()
            text(key, theme.AMBER)
            imgui.table_next_column()
            wrapped(does)
        imgui.end_table()
    imgui.end()
    return bool(stays)
