"""The operator's screen: a real window on a real X server, beside a real show."""

import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.program import Program, started, until, xvfb
from tests.parts import require
from tests.small_show import write_small_show

SIZE = (1280, 800)
GO = (200, 657)
"""Within the GO button of a window of this size."""
PLAY = ("preview", "--venue", "laptop", "--size", "160x90", "--operator")


class Desk:
    """A show with its operator's screen, hands, and the recording of it."""

    def __init__(self, program: Program, display: str, record: Path) -> None:
        self.program, self.record = program, record
        self._environment = os.environ | {"DISPLAY": display}

    def xdotool(self, *arguments: str) -> str:
        done = subprocess.run(
            ["xdotool", *arguments], env=self._environment, capture_output=True, text=True, check=False
        )
        return done.stdout

    @property
    def window(self) -> str:
        return self.xdotool("search", "--class", "photophore-operator").strip()

    def ready(self) -> None:
        """Wait for the window, at a known place and size, and for what it hears of the show."""
        until(lambda: self.window, self.program.output())
        until(self.in_place, "GO is drawn in its place")

    def in_place(self) -> bool:
        """Put the window in its place, since it may just have been opened; True once GO is drawn there."""
        shape = self.xdotool("getwindowgeometry", "--shell", self.window).split()
        if {"X=0", "Y=0", f"WIDTH={SIZE[0]}", f"HEIGHT={SIZE[1]}"} <= set(shape):
            return is_green(self.pixel(GO[0] - 100, GO[1]))
        self.xdotool("windowsize", self.window, *map(str, SIZE))
        self.xdotool("windowmove", self.window, "0", "0")
        time.sleep(0.5)
        return False

    def pixel(self, x: int, y: int) -> tuple[int, int, int]:
        """The colour at a place of the screen."""
        picture = subprocess.run(
            [
                "ffmpeg", "-loglevel", "error", "-f", "x11grab", "-video_size", "2x2",
                "-i", f"{self._environment['DISPLAY']}+{x},{y}", "-frames:v", "1",
                "-f", "rawvideo", "-pix_fmt", "rgb24", "-",
            ],
            env=self._environment, capture_output=True, check=True,
        ).stdout  # fmt: skip
        red, green, blue = picture[:3]
        return red, green, blue

    def process(self) -> dict[str, object]:
        return next(one for one in self.program.status()["processes"] if one["name"] == "operator")

    def ask_to_close(self) -> None:
        """Press the close button, as a window manager does."""
        close_request(self._environment["DISPLAY"], int(self.window))

    def click(self, x: int, y: int) -> None:
        self.xdotool("mousemove", str(x), str(y), "click", "1")


class ClientMessage(ctypes.Structure):
    """``XClientMessageEvent`` of Xlib, padded to the size of ``XEvent``."""

    _fields_ = (
        ("type", ctypes.c_int), ("serial", ctypes.c_ulong), ("send_event", ctypes.c_int),
        ("display", ctypes.c_void_p), ("window", ctypes.c_ulong), ("message_type", ctypes.c_ulong),
        ("format", ctypes.c_int), ("data", ctypes.c_long * 5), ("pad", ctypes.c_long * 24),
    )  # fmt: skip


def close_request(display: str, window: int) -> None:
    """Send what a window manager sends when the close button of a window is pressed."""
    xlib = ctypes.CDLL("libX11.so.6")
    xlib.XOpenDisplay.restype = ctypes.c_void_p
    xlib.XInternAtom.restype = ctypes.c_ulong
    xlib.XInternAtom.argtypes = (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int)
    xlib.XSendEvent.argtypes = (
        ctypes.c_void_p, ctypes.c_ulong, ctypes.c_int, ctypes.c_long, ctypes.c_void_p,
    )  # fmt: skip
    xlib.XCloseDisplay.argtypes = (ctypes.c_void_p,)
    connection = xlib.XOpenDisplay(display.encode())
    event = ClientMessage(type=33, window=window, format=32)  # ClientMessage
    event.message_type = xlib.XInternAtom(connection, b"WM_PROTOCOLS", 0)
    event.data[0] = xlib.XInternAtom(connection, b"WM_DELETE_WINDOW", 0)
    xlib.XSendEvent(connection, window, 0, 0, ctypes.byref(event))
    xlib.XCloseDisplay(connection)


def is_green(colour: tuple[int, int, int]) -> bool:
    """Whether it is the dark green of the GO button."""
    red, green, blue = colour
    return green > 1.25 * red and green > 1.2 * blue and green > 30


@pytest.fixture(scope="module")
def one_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One for all tests: a program with its screen takes ten seconds of a small machine."""
    require("Xvfb", "xdotool", "ffmpeg")
    folder = tmp_path_factory.mktemp("desk")
    show, record = write_small_show(folder / "small"), folder / "record.jsonl"
    with (
        xvfb(f"{SIZE[0]}x{SIZE[1]}x24") as display,
        started(
            folder / "state", PLAY[0], str(show), *PLAY[1:], "--record", str(record), DISPLAY=display
        ) as program,
    ):
        program.playing()
        yield Desk(program, display, record)


@pytest.fixture
def desk(one_desk: Desk) -> Desk:
    """The desk, its window in its place."""
    one_desk.ready()
    return one_desk


def test_closing_the_window_does_not_end_the_show_and_it_can_be_opened_again(desk: Desk) -> None:
    stage = desk.program.pid("stage")
    desk.ask_to_close()
    until(lambda: desk.process()["state"] == "stopped", "the window was closed")
    index = desk.program.status()["frame"]["index"]
    until(lambda: desk.program.status()["frame"]["index"] > index, "the show goes on")

    assert desk.program.pid("stage") == stage
    assert desk.program.ask("operator").returncode == 0
    until(lambda: desk.process()["state"] == "running" and desk.window, "it is open again")
    again = desk.program.ask("operator")
    assert again.returncode == 1
    assert "open already" in again.stderr


def test_a_crash_of_the_screen_leaves_the_stage_alone_and_is_told_in_status(desk: Desk) -> None:
    stage, before = desk.program.pid("stage"), desk.process()  # one row: it may just have been restarted
    os.kill(int(str(before["pid"])), signal.SIGSEGV)

    until(lambda: (row := desk.process())["state"] == "running" and row["pid"] != before["pid"], "again")

    assert desk.process()["restarts"] == int(str(before["restarts"])) + 1
    assert desk.program.pid("stage") == stage
    said = desk.program.output()
    assert "Fatal Python error: Segmentation fault" in said  # by Python, not by pygame, which may hang
    assert "the operator ended (killed by SIGSEGV)" in said


def test_a_click_on_go_and_the_space_bar_are_go_and_are_recorded_as_the_operators(desk: Desk) -> None:
    desk.click(*GO)
    until(lambda: desk.program.status().get("cue") == "1", "the click is GO")
    desk.xdotool("mousemove", "900", "780")
    desk.xdotool("windowfocus", "--sync", desk.window)
    desk.xdotool("key", "b")
    until(lambda: desk.program.status().get("blackout") is True, "B is blackout")
    desk.xdotool("key", "b")
    until(lambda: desk.program.status().get("blackout") is False, "and its end")

    lines = [json.loads(line) for line in desk.record.read_text().splitlines()[:-1]]  # the last may be half
    given = [one for line in lines for one in line.get("inbox", []) if "verb" in one or "command" in one]
    sources = {str(one.get("verb") or one.get("command")): one.get("source") for one in given}
    assert sources["go"] == "operator"
    assert sources["blackout"] == "operator"


def is_red(colour: tuple[int, int, int]) -> bool:
    """Whether it is the red of what takes the light away."""
    red, green, blue = colour
    return red > 150 and green < 110 and blue < 110


def test_a_stage_that_does_not_answer_is_told_and_the_next_one_is_heard(desk: Desk) -> None:
    corner = SIZE[0] - 26, 14
    until(lambda: not is_red(desk.pixel(*corner)), "the show is heard")
    stage = desk.program.pid("stage")
    os.kill(stage, signal.SIGSTOP)

    until(lambda: is_red(desk.pixel(*corner)), "the silence is told")

    os.kill(stage, signal.SIGKILL)
    until(lambda: desk.program.pid("stage") not in (0, stage), "another stage")
    until(lambda: not is_red(desk.pixel(*corner)), "it is heard")
    assert desk.program.ask("stop").returncode == 0
    assert desk.program.process.wait(60) == 0


BROKEN = """
import os, sys
from pathlib import Path
from installation.operator.gui import Gui
from installation.operator.orders import Orders
from installation.operator.screen import Screen
from installation.render.second_window import SecondWindow
from tests.installation.operator.playing import Playing

playing = Playing(sys.argv[1])
playing.play(frames=10)
window, gui = SecondWindow("broken", (1280, 800)), Gui()
orders = Orders(Path("."), lambda *_args, **_more: {})
screen = Screen(playing.model, orders)

def broken(*_):
    from imgui_bundle import imgui
    imgui.begin_child("left open")
    imgui.push_id("left open")
    raise ValueError("no such row")

screen._parameters.draw = broken
for number in range(6):
    for screen.tab in ("Signals", "Routes", "Input", "Lamps", "Picture", "Controllers", "Health"):
        screen.keys = number == 3
        gui.begin(window.size, 0.03)
        screen.draw(window.size, stale=False)
        gui.end()
        window.flip()
print(screen.failed, [one.error for one in orders.answers])
sys.stdout.flush()
os._exit(0)
"""


def test_a_part_that_cannot_be_drawn_is_told_once_and_the_others_go_on(small_show: Path) -> None:
    require("Xvfb")
    with xvfb(f"{SIZE[0]}x{SIZE[1]}x24") as display:
        done = subprocess.run(
            [sys.executable, "-c", BROKEN, str(small_show)],
            env=os.environ | {"DISPLAY": display}, capture_output=True, text=True, timeout=200, check=False,
        )  # fmt: skip

    assert done.stdout.strip().splitlines()[-1] == (
        "{'parameters': 'ValueError: no such row'} ['cannot be drawn: ValueError: no such row']"
    ), done.stderr


def test_every_part_is_drawn_at_every_size_without_a_failure(small_show: Path) -> None:
    require("Xvfb")
    script = BROKEN.replace("screen._parameters.draw = broken", "").replace("(1280, 800)", "(1900, 1000)")
    script = script.replace("for number in range(6):", "for number, size in TURNS:")
    script = script.replace("window.size", "size")
    sizes = "((800, 500), (1280, 800), (1900, 1000))"
    script = f"TURNS = [(number, size) for size in {sizes} for number in range(6)]\n{script}"
    with xvfb("1920x1080x24") as display:
        done = subprocess.run(
            [sys.executable, "-c", script, str(small_show)],
            env=os.environ | {"DISPLAY": display}, capture_output=True, text=True, timeout=200, check=False,
        )  # fmt: skip
    assert done.stdout.strip().splitlines()[-1:] == ["{} []"], done.stderr
    assert "imgui-error" not in done.stderr


PICTURE = """
import io
import moderngl
from PIL import Image
from installation.operator.panels.picture import PictureFeed

def feed_of(name, colour):
    data = io.BytesIO()
    Image.new("RGB", (161, 90), colour).save(data, "JPEG", quality=95)
    waiting = [data.getvalue()]
    return PictureFeed(lambda: lambda: ends.append(name), lambda: waiting.pop() if waiting else b"")

ends = []
live, standby = feed_of("live", (250, 10, 20)), feed_of("standby", (10, 20, 250))
screen = Screen(playing.model, orders, (live, standby))
screen.tab = "Picture"
for _ in range(4):
    gui.begin(window.size, 0.03)
    screen.draw(window.size, stale=False)
    gui.end()
    seen = [moderngl.create_context().screen.read((1000, 800 - y, 1, 1), 3) for y in (250, 500)]
    window.flip()
screen.tab = "Input"
live.rest(1e9)
standby.rest(1e9)
red, blue = seen
print(max(red[1:]) < 60 < 200 < red[0], max(blue[:2]) < 60 < 200 < blue[2], ends, screen.failed)
sys.stdout.flush()
os._exit(0)
"""


def test_the_picture_is_shown_and_asked_for_only_while_it_is(small_show: Path) -> None:
    require("Xvfb")
    with xvfb("1400x900x24") as display:
        done = subprocess.run(
            [sys.executable, "-c", BROKEN.partition("def broken")[0] + PICTURE, str(small_show)],
            env=os.environ | {"DISPLAY": display}, capture_output=True, text=True, timeout=200, check=False,
        )  # fmt: skip

    assert done.stdout.strip().splitlines()[-1:] == ["True True ['live', 'standby'] {}"], done.stderr


HANDS = """
import msgspec
from installation.render.second_window import Input

given = []
orders.give = lambda *words: given.append(words)

def hands(*inputs):
    gui.hear(inputs)
    for _ in range(3):
        gui.begin((1280, 800), 0.03)
        screen.draw((1280, 800), stale=False)
        gui.end()

hands()
y = 163  # the slider of the first parameter, /master
hands(Input("press", 500, y))
hands(Input("move", 700, y))
hands(Input("release", 700, y))
print([one[:2] for one in given][:1], given[0][2] < given[-1][2] < 1.0)
given.clear()
hands(Input("key", name="left ctrl"))
hands(Input("press", 600, y))
hands(Input("release", 600, y), Input("key up", name="left ctrl"))
print(gui.typing)
hands(Input("text", name="0.3"))
hands(Input("key", name="return"))
print(given, gui.typing)
given.clear()
hands(Input("press", 1190, 767))
print(given)
hands(Input("release", 1190, 767))
given.clear()
hands(Input("press", 1190, 767))  # twice at once, before the stage has said anything
hands(Input("release", 1190, 767))
screen._panicked_at -= 60.0
playing.model.live = msgspec.structs.replace(playing.model.live, panic=True)
hands(Input("press", 1190, 767))
hands(Input("release", 1190, 767))
at = (1280 - 10 - 30.7 * 18 + 40, 767)
hands(Input("press", *at))
hands(Input("release", *at))
print(given)
given.clear()
screen.tab = "Controllers"
hands(Input("move", 868, 222))
hands(Input("press", 868, 222))
hands(Input("release", 868, 222))
print(given)
sys.stdout.flush()
os._exit(0)
"""


def test_sliders_numbers_panic_and_the_pad_of_a_twin_answer_to_the_pointer(small_show: Path) -> None:
    require("Xvfb")
    with xvfb("1400x900x24") as display:
        done = subprocess.run(
            [sys.executable, "-c", BROKEN.partition("def broken")[0] + HANDS, str(small_show)],
            env=os.environ | {"DISPLAY": display}, capture_output=True, text=True, timeout=200, check=False,
        )  # fmt: skip

    assert done.stdout.strip().splitlines()[-6:] == [
        "[('set', '/master')] True", "True", "[('set', '/master', 0.3)] False", "[('panic',)]",
        "[('panic', 'hard'), ('panic', 'hard'), ('panic', 'off')]",
        (
            "[('reading', '/midi/apc-mini-mk2/twin', 1.0), ('reading', '/midi/apc-mini-mk2/note/56', 1.0), "
            "('reading', '/midi/apc-mini-mk2/note/56', 0.0)]"
        ),
    ], done.stdout + done.stderr  # fmt: skip


def test_without_a_display_a_wish_for_the_screen_is_refused_with_the_reason(
    small_show: Path, tmp_path: Path
) -> None:
    with started(tmp_path / "state", PLAY[0], str(small_show), *PLAY[1:]) as program:
        assert program.process.wait(60) == 1
        assert "there is no display for the operator's screen" in program.output()
