"""A whole room in one process and in virtual time: a real stage, a real wire, and all that leaves them.

The stage draws into a window that is no window, tells a panel that is none, and talks to the wire through the
keeper's shared memory. What reaches the window, the panel, a screenshot and the adapters is kept.
"""

import io
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from installation.clock import ManualClock
from installation.contract import LightFrame, LightOutput, Settings
from installation.devices.adapters import OutputSupervisor
from installation.ipc.link import StageLink, Start
from installation.ipc.options import StageOptions
from installation.ipc.shared_memory import Mapping
from installation.keeper.light.encoder import LampEncoder, safe_look
from installation.keeper.light.look import Look
from installation.keeper.light.wire import Wire
from installation.player.build import build_player
from installation.player.inbox import Inbox
from installation.player.production import Production, read_production
from installation.render.gl.context import Context
from installation.render.part import WHOLE
from installation.render.picture import Picture
from installation.render.window import Viewport
from installation.safety.law import law_for
from installation.stage.parts import StageParts
from installation.stage.stage import Stage
from installation.values import Command
from tests.film import from_srgb

FPS = 30
RATE = 44
SIZE = (64, 36)

VENUE = """format = 1
title = "Test"
[canvas]
width = 64
height = 36
[light]
safe = 0.3
hold_s = 0.5
fade_s = 0.5
[[pixels]]
name = "wall"
universe = 1
columns = 6
rows = 2
area = [0.0, 0.0, 1.0, 1.0]
"""

HEAD = '/*{"ISFVSN": "2", "INPUTS": []}*/\n'
SHADERS = {
    "white": "vec4(1.0)",
    "black": "vec4(0.0, 0.0, 0.0, 1.0)",
    "strobe": "vec4(vec3(step(0.5, fract(TIME * 7.5))), 1.0)",
    "halves": "vec4(vec3(abs(step(0.5, isf_FragNormCoord.x) - step(0.5, fract(TIME * 7.5)))), 1.0)",
    "red": "vec4(step(0.5, fract(TIME * 7.5)), 0.0, 0.0, 1.0)",
}


def write_show(folder: Path, start: str = "black") -> Path:
    """A show whose scenes and cues are hazards, the shipped test picture among them."""
    from installation import paths

    folder.mkdir(parents=True)
    scenes = []
    for name, colour in SHADERS.items():
        (folder / f"{name}.fs").write_text(f"{HEAD}void main() {{ gl_FragColor = {colour}; }}\n")
        scenes.append(f'[scene.{name}]\nshader = "{name}.fs"\n')
    for path in sorted((paths.shaders() / "patterns").glob("*.fs")):
        scenes.append(f'[scene.{path.stem}]\nshader = "{path}"\n')
    (folder / "show.toml").write_text(
        f'format = 1\ntitle = "Hazards"\nstart = "{start}"\n' + "\n".join(scenes)
    )
    (folder / "cues.toml").write_text(
        "format = 1\n"
        + "".join(
            f'[[cue]]\nid = "{number}"\nscene = "{scene}"\nfade = 0.2\n'
            for number, scene in enumerate(["halves", "strobe"] * 4, 1)
        )
    )
    return folder


class Ear(LightOutput):
    """What an adapter would put on the wire."""

    kind = "ear"
    Settings = Settings

    def __init__(self) -> None:
        super().__init__("ear", Settings())
        self.heard: list[LightFrame] = []

    def open(self) -> None:
        """Nothing to open."""

    def close(self) -> None:
        """Nothing to close."""

    def send(self, frame: LightFrame, now: float) -> None:
        """Keep a frame."""
        self.heard.append(frame)

    def finish(self, frame: LightFrame, now: float) -> None:
        """Keep a frame of the goodbye."""
        self.heard.append(frame)


class Glass:
    """A window that is read instead of seen."""

    def __init__(self, context: Context, kept: list[NDArray[np.uint8]]) -> None:
        self._context, self._kept = context, kept
        self.size = context.size
        self.viewport = Viewport(0, 2, self.size[0], self.size[1] - 4)  # letterboxed
        self.part, self.beside = WHOLE, None

    def poll(self, put: object) -> None:
        """Nobody touches it."""

    def present(self) -> None:
        """Keep the picture as it would be seen, rows from the top."""
        pixels = np.frombuffer(self._context.screen.read(components=4), np.uint8)
        self._kept.append(pixels.reshape(self.size[1], self.size[0], 4)[::-1, :, :3].copy())


class Looker:
    """The panel's side of the publisher."""

    def __init__(self, kept: list[NDArray[np.uint8]]) -> None:
        self._kept = kept

    def wants_picture(self, now: float) -> bool:
        """Always."""
        return True

    def picture(self, now: float, jpeg: bytes) -> None:
        """Keep what the panel would be sent."""
        self._kept.append(np.asarray(Image.open(io.BytesIO(jpeg)).convert("RGB")))

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *_, **__: None


@dataclass
class Left:
    """What left the room, frame by frame.

    Attributes:
        window, panel, still: Pictures as 8-bit sRGB.
        wire: Adapters' frames.
    """

    window: list[NDArray[np.uint8]] = field(default_factory=list)
    panel: list[NDArray[np.uint8]] = field(default_factory=list)
    still: list[NDArray[np.uint8]] = field(default_factory=list)

    def light(self, which: str, frames: int) -> NDArray[np.float32]:
        """The last frames of one path in linear light, the letterbox cut off.

        The panel's JPEGs are averaged over 4 x 4 pixels: what is lost on the way there flickers by itself.
        """
        shown = from_srgb(np.stack(getattr(self, which)[-frames:]))
        if which == "panel":
            count, height, width, _ = shown.shape
            return shown.reshape(count, height // 4, 4, width // 4, 4, 3).mean(axis=(2, 4))
        return shown[:, 2:-2] if which == "window" else shown


class Room:
    """The stage, the wire, and what leaves them; made by ``a_room``."""

    def __init__(
        self, production: Production, options: StageOptions, context: Context, notes: tuple[str, ...]
    ) -> None:
        self.production = production
        self.now = 1000.0
        self.left, self.ear = Left(), Ear()
        self.mapping = Mapping.create(production.rig.universes)
        self._ours, theirs = socket.socketpair()
        watch, self._alive = os.pipe()
        self.link = StageLink(Mapping.attach(os.dup(self.mapping.fd)), theirs, watch, Start())
        self.player = build_player(production, options, ManualClock(1 / FPS), context)
        self.inbox = Inbox()
        watching = SimpleNamespace(changed=frozenset, close=lambda: None)
        parts: Any = StageParts(
            production=production,
            read=lambda: production.show,
            link=self.link,
            window=Glass(context, self.left.window),  # type: ignore[arg-type]
            inbox=self.inbox,
            watch=watching,  # type: ignore[arg-type]
            publisher=Looker(self.left.panel),  # type: ignore[arg-type]
            notes=notes,
        )
        self.stage = Stage(options, self.player, parts)
        law = law_for(production.venue.guard.profile)
        self.encoder = LampEncoder(production.rig, law)
        light = production.venue.light
        look = Look(light, safe_look(production.rig, light.safe), production.rig.hazard, self.now)
        supervisor = OutputSupervisor(self.ear)
        supervisor.open(self.now)
        self.wire = Wire(self.mapping, look, self.encoder, [supervisor], RATE, now=lambda: self.now)
        self._tick_at = self.now

    @property
    def picture(self) -> Picture:
        """The player's picture."""
        assert self.player.picture is not None
        return self.player.picture

    def order(self, verb: str, *arguments: str | float) -> None:
        """What somebody asks of the stage, for its next frame."""
        self.inbox.put(Command(verb, arguments, self.now, "test"))

    def frame(self, *, publish: bool = True) -> None:
        """A frame of the stage, and the ticks of the wire until the next; without ``publish`` ticks only."""
        if publish:
            self.stage.frame()
            self.left.still.append(self.picture.image())
        end = self.now + 1 / FPS
        while self._tick_at < end:
            self.now = self._tick_at
            self.wire.tick(self.now, 1 / RATE)
            self._tick_at += 1 / RATE
        self.now = end

    def lamps(self, seconds: float) -> NDArray[np.float32]:
        """``(ticks, lamps, 3)`` light of the last ticks, as the bytes on the wire make the lamps show it."""
        heard = self.ear.heard[-round(seconds * RATE) :]
        return np.stack([self.production.rig.appearance(frame.levels) for frame in heard])

    def close(self) -> None:
        """Release everything that it holds."""
        self.picture.release()
        self.link.close()
        self._ours.close()
        os.close(self._alive)
        self.mapping.close()


@contextmanager
def a_room(
    folder: Path,
    patch: pytest.MonkeyPatch,
    *,
    scene: str = "black",
    production: Production | None = None,
    notes: tuple[str, ...] = (),
) -> Iterator[Room]:
    """A room that plays the show of hazards, or a piece."""
    venue = folder / "venue.toml"
    venue.write_text(VENUE)
    options = StageOptions(
        show=str(write_show(folder / "show", scene)), venue=str(venue), headless=True, mode="run"
    )
    context = Context.create(SIZE)
    room = Room(production or read_production(options), options, context, notes)
    patch.setattr("installation.stage.stage.time", SimpleNamespace(monotonic=lambda: room.now))
    try:
        yield room
    finally:
        room.close()
        context.release()
