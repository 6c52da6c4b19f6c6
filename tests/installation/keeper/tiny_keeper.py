"""A keeper with an adapter that writes down every frame: ``tiny_keeper FOLDER JSON``."""

import json
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from installation.contract import LightFrame, LightOutput, Settings
from installation.devices.adapters import OutputSupervisor
from installation.keeper.keeper import Keeper
from installation.keeper.light.look import Look
from installation.keeper.light.rigging import Rigging
from installation.keeper.light.wire import Wire
from installation.keeper.stage.supervisor import Limits
from installation.show.venue_model import LightSettings
from installation.status import GuardStatus
from tests.installation.keeper.tiny_light import HEAD


@dataclass(frozen=True)
class Plain:
    """Light as a stage has published it."""

    light: NDArray[np.uint16]
    time: float


class PlainEncoder:
    """Light to levels without a guard, for tests of the processes alone."""

    def decode(self, data: bytes) -> Plain:
        """Light and its show time from what ``pack`` made. Raises ValueError."""
        if len(data) < HEAD.size:
            raise ValueError("nonsense")
        _, time = HEAD.unpack_from(data)
        return Plain(np.frombuffer(data, np.uint16, offset=HEAD.size).reshape(-1, 512), time)

    def hear(self, message: bytes) -> None:
        """Take a message of the picture's guard; one is wrong on purpose. Raises ValueError."""
        if message == b"nonsense":
            raise ValueError("nonsense")

    def message(self) -> bytes:
        """What the lamps' guard tells that of the picture."""
        return b"room"

    def encode(self, light: NDArray[np.float32], dt: float, now: float, *, live: bool) -> NDArray[np.uint8]:
        """Levels of all channels, 0..255, from light 0..1."""
        return np.round(light * 255).astype(np.uint8)

    def report(self) -> GuardStatus:
        """Nothing to report."""
        return GuardStatus()


class Recorder(LightOutput):
    """One line a frame: what, when, the first level."""

    kind = "recorder"
    Settings = Settings

    def __init__(self, path: Path) -> None:
        super().__init__("recorder", Settings())
        self.path = path

    def open(self) -> None:
        """Open the file; a second keeper goes on at its end."""
        self.file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def send(self, frame: LightFrame, now: float) -> None:
        """Write one line."""
        os.write(self.file, f"send {time.monotonic():.6f} {frame.levels[0, 0]}\n".encode())

    def finish(self, frame: LightFrame, now: float) -> None:
        """Write a line of the goodbye."""
        os.write(self.file, f"finish {time.monotonic():.6f} {frame.levels[0, 0]}\n".encode())

    def close(self) -> None:
        """Leave the file open: the process ends."""


def main() -> int:
    """Run a keeper by the options of the command line; returns its exit status."""
    folder, options = Path(sys.argv[1]), json.loads(sys.argv[2])
    settings = LightSettings(**options.pop("light", {}))
    limits = Limits(**options.pop("limits", {}))
    stage = [sys.executable, "-m", "tests.installation.keeper.tiny_stage", str(folder / "stages")]

    def rigging() -> Rigging:
        look = Look(settings, np.full((2, 512), 0.2, np.float32), None, time.monotonic())
        return Rigging(PlainEncoder(), look, [OutputSupervisor(Recorder(folder / "wire"))], settings)

    stage += options.pop("stage", [])
    fault = options.pop("fault", "")
    keeper = Keeper(folder, 2, rigging, stage, limits=limits, name="tiny", **options)
    if fault:
        break_at(keeper, fault)
    return keeper.run()


def break_at(keeper: Keeper, where: str) -> None:
    """Make the verb ``fault`` break something that cannot break, as far as we know."""
    own, armed = keeper._own, []

    def hear(verb: str, arguments: list[Any]) -> Any:
        if verb == "fault" and where == "a client":
            raise RecursionError("nobody thought of this")
        if verb == "fault":
            armed.append(True)
        return own(verb, arguments)

    def step(now: float, timeout: float = 0.05) -> None:
        if armed and where == "the loop":
            raise MemoryError("nobody thought of this")
        Keeper._step(keeper, now, timeout)

    def take(now: float) -> None:
        if where == "the wire" and 0 < len(armed) < 5:
            armed.append(True)
            raise ZeroDivisionError("nobody thought of this")
        Wire._take(keeper.wire, now)

    keeper._control._own = hear  # type: ignore[method-assign]
    keeper._step = step  # type: ignore[method-assign]
    keeper.wire._take = take  # type: ignore[method-assign]


if __name__ == "__main__":
    sys.exit(main())
