"""Projection mapping by hand: two windows on a virtual display, a mouse, keys, and the venue file."""

import subprocess
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.end_to_end.program import started, until, xvfb
from tests.parts import require
from tests.small_show import write_small_show

VENUE = """format = 1
[canvas]
width = 480
height = 160

[[display]]
name = "left"            # on the ladder
area = [0.0, 0.0, 0.6, 1.0]

[[display]]
name = "right"
area = [0.4, 0.0, 1.0, 1.0]
"""
SCREEN = (800, 300)
LEFT, TOP, WIDTH, HEIGHT = 160, 70, 288, 160
"""Of the first window: it stands where its part lies in the canvas, in the middle of the screen."""


class Hand:
    """Mouse, keys and eyes of who calibrates."""

    def __init__(self, display: str) -> None:
        self._environment = {"DISPLAY": display, "PATH": "/usr/bin:/bin"}
        self._display = display

    def do(self, *arguments: str) -> None:
        subprocess.run(["xdotool", *arguments], env=self._environment, check=True)

    def place(self, x: float, y: float) -> tuple[str, str]:
        """The pixel of a place in the first window, 0..1, y up."""
        return str(round(LEFT + x * WIDTH)), str(round(TOP + (1.0 - y) * HEIGHT))

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        self.do("mousemove", *self.place(*start), "mousedown", "1")
        for share in (0.3, 0.7, 1.0):
            x, y = (a + (b - a) * share for a, b in zip(start, end, strict=True))
            self.do("mousemove", *self.place(x, y))
            time.sleep(0.05)
        self.do("mouseup", "1")

    def seen(self) -> NDArray[np.uint8]:
        """The screen: rows, columns, red green blue."""
        command = ["ffmpeg", "-v", "error", "-f", "x11grab", "-video_size", f"{SCREEN[0]}x{SCREEN[1]}", "-i",
                   self._display, "-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]  # fmt: skip
        done = subprocess.run(command, capture_output=True, check=True)
        return np.frombuffer(done.stdout, np.uint8).reshape(SCREEN[1], SCREEN[0], 3)

    def lit(self, x: float, y: float, reach: int = 12) -> int:
        """The brightest code around a place of the first window."""
        column, row = (int(one) for one in self.place(x, y))
        return int(self.seen()[row - reach : row + reach, column - reach : column + reach].max())


def test_corners_are_pinned_by_mouse_and_keys_saved_in_the_venue_file_and_taken_back(tmp_path: Path) -> None:
    require("Xvfb", "xdotool", "ffmpeg")
    show, venue = write_small_show(tmp_path / "small"), tmp_path / "room.toml"
    venue.write_text(VENUE)
    with (
        xvfb(f"{SCREEN[0]}x{SCREEN[1]}x24") as display,
        started(
            tmp_path / "state", "run", str(show), "--venue", str(venue), "--panel-port", "0", "--no-sound",
            DISPLAY=display,
        ) as program,
    ):  # fmt: skip
        program.playing()
        hand = Hand(display)
        hand.do("mousemove", *hand.place(0.2, 0.2))
        hand.do("key", "F9")
        until(lambda: hand.lit(0.02, 0.97, 4) > 100, "the card is shown")

        hand.drag((0.0, 1.0), (0.15, 0.75))  # the upper left corner
        until(lambda: hand.lit(0.02, 0.97, 4) < 30, "the picture has left the corner of its window")
        hand.do("key", "Tab", "shift+Up", "Up", "ctrl+Right")
        hand.do("key", "3", "o")
        hand.do("key", "s")
        until(lambda: "corners" in venue.read_text(), program.output())

        saved = venue.read_text()
        first, second = saved.split('name = "right"')
        assert saved.replace("\n\n[display.mapping]", "").count("\n") == VENUE.count("\n") + 3
        assert first.startswith(VENUE.split("\narea", maxsplit=1)[0])
        corners = eval(first.split("corners = ")[1].split("\n")[0])
        assert np.abs(np.array(corners[3]) - (0.15, 0.75)).max() < 0.01
        assert corners[0] == [round(0.1 / WIDTH, 5), round(11 / HEIGHT, 5)]
        assert "blend = [0.0, 0.0, 0.33333, 0.0]" in first
        assert "blend = [0.33333, 0.0, 0.0, 0.0]" in second

        hand.do("key", "b")
        until(lambda: program.status()["blackout"], "blackout reaches the show in spite of the calibration")
        until(lambda: hand.lit(0.5, 0.1, 12) < 8, "and the card is dark")
        hand.do("key", "b")

        hand.do("key", "shift+s")
        until(lambda: venue.read_text() == VENUE, "the file has its bytes again")
        until(lambda: hand.lit(0.02, 0.97, 4) > 100, "and the windows follow the file")
        assert program.ask("mapping", "off").returncode == 0
        until(lambda: hand.lit(0.02, 0.97, 4) < 100, "the card is gone")
