"""What a loaded stage is: its show, its venue, its display, and everything that stands around it."""

import gc
import json
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from installation.player.production import Production
    from installation.render.gl.context import Context
    from installation.render.window import Window
    from installation.stage.stage import Stage

__all__ = ["ROUTES", "UNIVERSES", "display", "loaded_production", "loaded_stage"]

ROUTES = 1_000
UNIVERSES = 64

_SCENES = 8
_INPUTS = 32
_SIGNALS = 16


@contextmanager
def display(size: tuple[int, int]) -> Iterator[bool]:
    """A display to open windows on; False when there is none and Xvfb is not installed."""
    if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        yield True
        return
    server = shutil.which("Xvfb")
    if server is None:
        yield False
        return
    reading, writing = os.pipe()
    screen = f"{size[0]}x{size[1]}x24"
    # With -terminate it also ends when we crash: with the last window.
    command = [server, "-displayfd", str(writing), "-screen", "0", screen, "-nolisten", "tcp", "-noreset"]
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, pass_fds=[writing], stdout=quiet, stderr=quiet)
    os.close(writing)
    try:
        with os.fdopen(reading) as answer:
            number = answer.readline().strip()
        if number:
            os.environ["DISPLAY"] = f":{number}"
        yield bool(number)
    finally:
        os.environ.pop("DISPLAY", None)
        process.terminate()
        process.wait()


def loaded_production(folder: Path, text: str, size: tuple[int, int]) -> "Production":
    """A show of eight scenes with 32 inputs each and 1,000 routes, in a venue of 64 universes.

    Half of the routes listen to the show's own generators, so that values move; half to OSC that is silent.
    """
    from installation.ipc.options import StageOptions
    from installation.player.production import production_of
    from installation.show import load_show, load_venue
    from installation.show.venue_model import AdapterSpec, PixelSpec
    from installation.values import Where

    (folder / "scene.fs").write_text(_as_isf(text))
    lines = ["format = 1", 'title = "Load"', 'start = "scene0"']
    lines += [f'[scene.scene{index}]\nshader = "scene.fs"' for index in range(_SCENES)]
    lines += [f'[signal.wave{i}]\nkind = "noise"\nrate = {0.1 + 0.01 * i}' for i in range(_SIGNALS)]
    for index in range(ROUTES):
        source = f"/signal/wave{index % _SIGNALS}" if index % 2 else f"/osc/control/{index % 200}"
        target = f"/scene/scene{index % _SCENES}/input{index // _SCENES % _INPUTS}"
        shape = "[{ remap = [0.0, 1.0, 0.1, 0.9] }, { curve = 's' }, { smooth = 0.3 }]"
        mode = "replace" if index < _SCENES * _INPUTS else "add"
        lines.append(f'[[route]]\nfrom = "{source}"\nto = "{target}"\nmode = "{mode}"\nshape = {shape}')
    (folder / "show.toml").write_text("\n".join(lines) + "\n")
    where = Where("bench")
    port = _free_port()
    venue = replace(
        load_venue("laptop"),
        adapters=(AdapterSpec("osc", "osc", {"host": "127.0.0.1", "port": port}, where),),
        fixtures=(),
        hubs=(),
        pixels=(PixelSpec("wall", 1, 1, 170, UNIVERSES, (0.0, 0.0, 1.0, 1.0), where),),
    )
    return production_of(load_show(str(folder)), venue, StageOptions(mode="perform", size=size))


@contextmanager
def loaded_stage(
    production: "Production", folder: Path, *, windowed: bool, sound: bool = False
) -> Iterator[tuple["Stage", "Context", "Window | None"]]:
    """The stage that plays the piece, with everything open, not yet running; ``frame`` makes one frame.

    ``sound``: whether it tells a sound process, which the caller starts.
    """
    from installation.clock import MonotonicClock
    from installation.contract import InputAdapter
    from installation.devices.adapters import InputSupervisor, load_adapters
    from installation.ipc.bus import ZenohBus
    from installation.ipc.link import StageLink, Start
    from installation.ipc.options import StageOptions
    from installation.ipc.shared_memory import Mapping
    from installation.ipc.telemetry import Publisher
    from installation.player.build import build_player
    from installation.player.edits.quarantine import Quarantine
    from installation.player.inbox import Inbox
    from installation.render.gl.context import Context
    from installation.render.window import Window
    from installation.show.watch import Watch
    from installation.stage.parts import StageParts
    from installation.stage.stage import Stage

    size = (production.venue.canvas.width, production.venue.canvas.height)
    with ExitStack() as stack:
        window = Window("bench", size) if windowed else None
        if window is not None:
            stack.callback(window.close)
        context = Context.create(size, window)
        stack.callback(context.release)
        ours, theirs = socket.socketpair()
        stack.callback(theirs.close)
        reading, writing = os.pipe()
        stack.callback(os.close, writing)
        link = StageLink(Mapping.create(max(1, production.rig.universes)), ours, reading, Start())
        stack.callback(link.close)
        options = StageOptions(mode="perform", sound=sound)
        quarantine = Quarantine(link.note_shader)
        player = build_player(production, options, MonotonicClock(), context, quarantine=quarantine)
        if player.picture is not None:
            stack.callback(player.picture.release)
        bus = ZenohBus(folder, listen=True)
        stack.callback(bus.close)
        inbox = Inbox()
        inputs = [
            InputSupervisor(one, inbox.extend)
            for one in load_adapters(production.venue.adapters, "stage")
            if isinstance(one, InputAdapter)
        ]
        watch = Watch(production.watched)
        stack.callback(watch.close)
        publisher = Publisher(bus, production.show.name)
        parts = StageParts(production, lambda: production.show, link, window, inbox, watch, inputs, publisher)
        for one in inputs:
            one.start()
            stack.callback(one.stop)
        stack.enter_context(_frozen_garbage())
        yield Stage(options, player, parts), context, window


@contextmanager
def _frozen_garbage() -> Iterator[None]:
    """What stands now is left alone by the garbage collector, as in a running stage."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


def _as_isf(text: str) -> str:
    """SIMPLE or HEAVY as an ISF file with 32 inputs, four of which it uses."""
    inputs = [{"NAME": f"input{index}", "TYPE": "float", "DEFAULT": 0.5} for index in range(_INPUTS)]
    body = text.split("\n", 1)[1]
    for old, new in (
        ("in vec2 uv;\n", ""), ("out vec4 colour;\n", ""), ("uniform float time;\n", ""),
        ("uv", "isf_FragNormCoord"), ("time", "TIME"), ("colour", "gl_FragColor"),
        ("1.0);\n}\n", "1.0) + 0.01 * vec4(input0, input1, input2, input3);\n}\n"),
    ):  # fmt: skip
        body = body.replace(old, new)
    return f"/*{json.dumps({'ISFVSN': '2', 'INPUTS': inputs})}*/\n{body}"


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
