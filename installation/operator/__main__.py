"""``python -m installation.operator``: the operator's screen, until it is closed or the keeper is gone."""

import argparse
import contextlib
import json
import logging
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from installation import paths
from installation.errors import PhotophoreError
from installation.ipc.bus import ZenohBus
from installation.ipc.child import Watchdog
from installation.ipc.feeds.operator import STANDBY_WATCHED
from installation.ipc.telemetry import WATCHING
from installation.logs import set_up
from installation.operator.mirror import Mirror
from installation.operator.model import Model, ordered
from installation.operator.orders import Orders
from installation.values import Seconds

__all__ = ["Loop", "main"]

_SIZE: Final = (1280, 800)
_EAGER: Final = 4
"""Frames drawn at once after input: Dear ImGui takes moving, pressing and letting go one frame each."""
_NICE: Final = 5
"""Priority below the stage's: on a machine without a graphics card both draw with the same cores."""
_FASTEST: Final[Seconds] = 1 / 30
_SLOWEST: Final[Seconds] = 0.25
_SHARE: Final = 0.05 * (os.cpu_count() or 1)
"""Most processor time that drawing takes, in cores; while something is held with the pointer, twice that."""
_KEPT: Final = "operator.json"
_POLL: Final[Seconds] = 0.01

log = logging.getLogger(__name__)


class Pace:
    """How often the screen is drawn: as often as its share of the time allows, 4 to 30 times per second."""

    def __init__(self) -> None:
        self.cost: Seconds = 0.01

    def spent(self, seconds: Seconds) -> None:
        """Note what a frame has cost in seconds of the processor; a smoothed value counts."""
        self.cost += 0.1 * (seconds - self.cost)

    def period(self, *, busy: bool) -> Seconds:
        """Return the seconds from one frame to the next; ``busy`` while something is held or typed."""
        share = 2 * _SHARE if busy else _SHARE
        return min(_SLOWEST, max(_FASTEST, self.cost / share))


class Loop:
    """The window with everything in it.

    Args:
        folder: Folder of the show's sockets.
        picture_on: Screens that the picture covers, each by index or part of its name.
        anywhere: Whether the window may open on that screen if there is no other.

    Raises:
        PhotophoreError: There is no window, or no bus.
    """

    def __init__(self, folder: Path, picture_on: Sequence[str], *, anywhere: bool) -> None:
        from installation.operator.gui import Gui
        from installation.operator.panels.picture import PictureFeed
        from installation.operator.screen import Screen
        from installation.render.second_window import SecondWindow

        self.window = SecondWindow("Photophore: operator", _SIZE, picture_on, anywhere=anywhere)
        self.gui = Gui()
        self.bus = ZenohBus(folder, listen=False)
        self.mirror = Mirror(self.bus)
        self.orders = Orders(folder)
        self.model = Model()
        live = PictureFeed(lambda: self.bus.alive(WATCHING), self.mirror.picture)
        standby = PictureFeed(lambda: self.bus.alive(STANDBY_WATCHED), self.mirror.standby)
        self.screen = Screen(self.model, self.orders, (live, standby))
        self.pace = Pace()
        self._last = time.monotonic()
        self._due = self._last
        self._eager = 0
        self.orders.start()

    def step(self, now: Seconds) -> bool:
        """Process input, and draw if that is due; False once the window was closed."""
        happened, commands = self.window.poll(typing=self.gui.typing)
        self.gui.hear(happened)
        for command in commands:
            self.orders.command(command)
        for one in happened:
            if one.kind == "close":
                return False
            if one.kind == "key" and one.name == "f1":
                self.screen.keys = not self.screen.keys
        if happened:
            self._eager = _EAGER
        if self._eager:  # what a hand does is seen at once
            self._due = min(self._due, self._last + _FASTEST)
        if now >= self._due:
            self._draw(now)
        return True

    def _draw(self, now: Seconds) -> None:
        mirror, model = self.mirror, self.model
        live = mirror.refresh(now)
        model.describe(mirror.description, mirror.outline)
        for one in live:
            model.take(one)
        for values in mirror.fresh:
            model.sample(values)
        self._eager = max(0, self._eager - 1)
        began = time.process_time()
        self.gui.begin(self.window.size, now - self._last)
        self.screen.draw(self.window.size, stale=mirror.stale(now))
        self.gui.end()
        self.window.flip()
        self._last = now
        self.pace.spent(time.process_time() - began)
        self._due = now + self.pace.period(busy=self.gui.dragging)

    def close(self) -> None:
        """Close the window and leave the bus."""
        self.orders.close()
        self.gui.close()
        self.window.close()
        self.bus.close()


def keep(model: Model, file: Path) -> None:
    """Write favourites and pins, so that they are there at the next start. A failure is only logged."""
    kept = {"favourites": ordered(model.favourites), "pinned": ordered(model.pinned)}
    fresh = file.with_suffix(".new")  # a full disk, or a power cut, must not take those that are kept
    try:
        fresh.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
        fresh.replace(file)
    except OSError as error:
        log.warning("favourites and pins are not kept: %s", error)


def recall(model: Model, file: Path) -> None:
    """Read favourites and pins; a missing or damaged file means none."""
    with contextlib.suppress(OSError, ValueError):
        kept = json.loads(file.read_text(encoding="utf-8"))
        for name, into in (("favourites", model.favourites), ("pinned", model.pinned)):
            addresses = kept.get(name) if isinstance(kept, dict) else None
            if isinstance(addresses, list):
                into.update(one for one in addresses if isinstance(one, str))


def run(picture_on: Sequence[str], *, anywhere: bool) -> None:
    """Show the screen until it is closed or the keeper is gone. Raises PhotophoreError."""
    watchdog = Watchdog()
    loop = Loop(paths.run_folders()[0], picture_on, anywhere=anywhere)
    kept = paths.state_folder() / _KEPT
    recall(loop.model, kept)
    try:
        while not watchdog.orphaned and loop.step(time.monotonic()):
            watchdog.beat()
            time.sleep(_POLL)
    finally:
        watchdog.close()
        keep(loop.model, kept)
        loop.close()


def main() -> int:
    """Parse the arguments and run; returns the exit status: 0 after the window was closed."""
    parser = argparse.ArgumentParser(prog="python -m installation.operator", description=__doc__)
    parser.add_argument(
        "--picture-on", action="append", default=[], help="a screen that the picture covers: index or name"
    )
    parser.add_argument("--anywhere", action="store_true", help="open on that screen if there is no other")
    given = parser.parse_args()
    set_up(paths.state_folder(), name="operator")
    with contextlib.suppress(OSError):
        os.nice(_NICE)
    os.environ.setdefault("LP_NUM_THREADS", "1")  # llvmpipe: leave the other cores to the picture
    try:
        run(given.picture_on, anywhere=given.anywhere)
    except PhotophoreError as error:
        sys.stderr.write(f"operator: {error}\n")
    return 0


if __name__ == "__main__":
    status = main()
    sys.stderr.flush()
    os._exit(status)  # threads of the bus may still run
