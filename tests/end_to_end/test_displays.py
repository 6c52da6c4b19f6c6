"""Several windows: real ones, of one OpenGL context, on a virtual display."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from installation.render.beside import find_screen, place
from installation.render.sdl import Screen
from installation.show.venue_model import Display
from installation.values import Where
from tests.end_to_end.program import xvfb
from tests.parts import require

ROOT = Path(__file__).resolve().parents[2]
SCREENS = [Screen("eDP-1", 0, 0, 1280, 800), Screen('EPSON 12"', 1280, 200, 1920, 1080)]

# Four colours in the corners; the left half in the first window, the right half, turned, in the second one.
# Its screen is there from the first second on, is unplugged, and comes back.
SCRIPT = """
import json, sys, time
import numpy as np
from installation.render.beside import Beside
from installation.render.gl.context import Context
from installation.render.passes.output import Output
from installation.render.sdl import OneContext, Screen
from installation.render.part import Part
from installation.render.window import Window, letterbox
from installation.show.venue_model import Display
from installation.values import Where
import pygame

where = Where("")
left = Display("left", 0, False, where, area=(0.0, 0.0, 0.5, 1.0))
right = Display("right", 1, False, where, area=(0.5, 0.0, 1.0, 1.0), rotate=90)
window = Window("test", (200, 100), display=left)
context = Context.create((200, 100), window)
output = Output(context)
output.dither = False
pixels = np.zeros((2, 4, 4), np.float16)  # bottom row first: red green | blue white, and darker above
pixels[0] = [(1, 0, 0, 1), (0, 1, 0, 1), (0, 0, 1, 1), (1, 1, 1, 1)]
pixels[1] = pixels[0] * np.float16(0.25)
picture = context.gl.texture((4, 2), 4, pixels.tobytes(), dtype="f2")
picture.filter = (0x2600, 0x2600)  # GL_NEAREST
there = [Screen("one", 0, 0, 400, 300), Screen("two", 400, 0, 400, 300)]
window.beside = Beside([right], (200, 100), "test", False, OneContext(window._window), lambda: list(there))

def fill(size, part):
    view = letterbox(size, part.size((200, 100)))
    context.screen.viewport = (0, 0, *size)
    context.screen.clear()
    context.screen.viewport = (view.x, view.y, view.width, view.height)
    output.encode(picture, context.screen, 0, part.map())
    seen.append(np.frombuffer(context.screen.read(viewport=(0, 0, *size), components=3), np.uint8)
                .reshape(size[1], size[0], 3))

def frame(now):
    seen.clear()
    window.beside.look(now)
    window.beside.draw(fill)
    fill(window.size, window.part)
    window.present()
    pygame.event.get()
    return [[one[y, x].tolist() for y in (5, -5) for x in (5, -5)] for one in seen]

seen, told = [], []
for now in range(4):
    drawn = frame(now)
told.append(drawn)
gone = there.pop()
told.append(frame(4))
told.append([one.reason for one in window.beside.refusals.report()])
there.append(gone)
frame(5)
told.append(frame(6))
told.append([one.position[0] for one, _ in window.beside.windows()])
json.dump(told, sys.stdout)
window.close()
"""


def display(**keys: object) -> Display:
    said = {"name": "wall", "screen": 0, "fullscreen": False, "where": Where("")} | keys
    return Display(**said)  # type: ignore[arg-type]


@pytest.mark.gl
def test_each_window_shows_its_part_and_one_whose_screen_was_unplugged_comes_back(tmp_path: Path) -> None:
    require("Xvfb")
    script = tmp_path / "windows.py"
    script.write_text(SCRIPT)
    with xvfb("800x300x24") as name:
        environment = {
            "DISPLAY": name,
            "PYTHONPATH": str(Path.cwd()),
            "PATH": "/usr/bin:/bin",
            "HOME": str(tmp_path),
        }
        done = subprocess.run(
            [sys.executable, str(script)],
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    both, alone, reasons, again, left = json.loads(done.stdout)

    red, green, blue, white = [255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255]
    dark = [[137 * (one > 0) for one in colour] for colour in (red, green, blue, white)]  # a quarter, in sRGB
    ours = [red, green, dark[0], dark[1]]
    assert both == [[white, dark[3], blue, dark[2]], ours]  # the right half: its top is on the right
    assert alone == [ours]
    assert reasons == ["a display without its screen"]
    assert again == both
    assert 400 <= left[0] < 800
    assert "display right has no window: its screen number 1 is not there" in done.stderr
    assert done.stderr.count("has no window") == 1


@pytest.mark.parametrize(
    ("keys", "found"),
    [
        ({"screen": 1}, 1),
        ({"screen": 2}, None),
        ({"screen_name": "epson"}, 1),
        ({"screen_name": "edp"}, 0),
        ({"screen_name": "HDMI"}, None),
    ],
)
def test_a_screen_is_found_by_its_index_or_by_part_of_its_name(
    keys: dict[str, object], found: int | None
) -> None:
    assert find_screen(display(**keys), SCREENS) == (None if found is None else SCREENS[found])


def test_windows_that_cover_nothing_lie_as_their_parts_lie_in_the_canvas() -> None:
    halves = [display(area=(0.0, 0.0, 0.5, 1.0)), display(area=(0.5, 0.0, 1.0, 1.0))]

    assert [place(one, SCREENS[1], (1000, 400), covers=False) for one in halves] == [
        ((1740, 540), (500, 400)),
        ((2240, 540), (500, 400)),
    ]
    assert place(halves[0], SCREENS[1], (1000, 400), covers=True) == ((1280, 200), (1920, 1080))
