import json
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from installation.ipc.control import request
from tests.end_to_end.program import Program, receiver, started, until, venue_file, xvfb
from tests.parts import require
from tests.small_show import write_small_show

pytestmark = [pytest.mark.gl, pytest.mark.slow, pytest.mark.timeout(180)]

DMX = 18
"""Where the levels begin in an ArtDmx packet (Art-Net 4)."""


class Wire:
    """Collects what arrives, with its time."""

    def __init__(self, listener: socket.socket) -> None:
        self.packets: list[tuple[float, bytes]] = []
        self._listener = listener
        self._stop = False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._listener.settimeout(0.2)
        self._thread.start()

    def _run(self) -> None:
        while not self._stop:
            try:
                data = self._listener.recv(2048)
            except TimeoutError:
                continue
            self.packets.append((time.monotonic(), data))

    def __enter__(self) -> "Wire":
        return self

    def __exit__(self, *_: object) -> None:
        self._stop = True
        self._thread.join()

    @property
    def levels(self) -> bytes:
        return self.packets[-1][1][DMX:]


@pytest.fixture
def bright_show(small_show: Path) -> Path:
    """The small show with its first scene at full, so that the lamps show it."""
    text = (small_show / "show.toml").read_text()
    (small_show / "show.toml").write_text(
        text.replace('shader = "plain.fs"\n', 'shader = "plain.fs"\n[scene.one.inputs]\nglow = 0.9\n', 1)
    )
    return small_show


def test_a_killed_stage_is_not_noticed_by_the_lamps_and_comes_back_where_it_was(
    bright_show: Path, tmp_path: Path
) -> None:
    with receiver() as listener, Wire(listener) as wire:
        venue = venue_file(tmp_path, listener.getsockname()[1])
        with started(
            tmp_path / "state", "run", str(bright_show), "--venue", str(venue), "--headless"
        ) as program:
            program.playing()
            request("go", folder=program.state)
            until(lambda: program.status().get("cue") == "1", "the cue runs")
            until(lambda: program.get("/scene/one/glow") == [0.5], "its fade is over")
            assert program.ask("get", "/scene/one/glow").stdout == "0.5\n"
            assert json.loads(program.ask("status", "--json").stdout)["cue"] == "1"
            until(lambda: wire.packets and wire.levels[2] > 40, "the lamps show the scene")
            before = program.status()
            stage = program.pid("stage")
            assert b"\0fd:" in Path(f"/proc/{stage}/cmdline").read_bytes()  # it was sent ahead
            shown = wire.levels
            killed = time.monotonic()

            after = program.kill_stage()

            assert after["processes"][1]["restarts"] == 1
            during = [data[DMX:] for moment, data in wire.packets if moment > killed][:8]
            assert after["cue"] == before["cue"] == "1"
            assert len(during) == 8  # the wire went on
            assert all(
                abs(a - b) <= 12 for look in during for a, b in zip(look, shown, strict=True)
            )  # and the look held


def test_oscsend_moves_a_parameter_blackout_reaches_the_wire_and_sigterm_ends_dark_and_clean(
    bright_show: Path, tmp_path: Path
) -> None:
    require("oscsend")
    with receiver() as listener, Wire(listener) as wire:
        venue = venue_file(tmp_path, listener.getsockname()[1])
        with started(
            tmp_path / "state", "run", str(bright_show), "--venue", str(venue), "--headless"
        ) as program:
            program.playing()
            port = str(program.osc_port())

            subprocess.run(["oscsend", "127.0.0.1", port, "/scene/one/glow", "f", "0.625"], check=True)

            until(lambda: program.get("/scene/one/glow") == [0.625], "the base is set")
            until(lambda: wire.packets and max(wire.levels) > 30, "the lamps show it")
            assert program.ask("blackout", "on").returncode == 0
            until(lambda: max(wire.levels) == 0, "the wire is dark")
            assert program.ask("set", "/scene/one/glov", "1").returncode == 1
            request("blackout", False, folder=program.state)
            until(lambda: wire.levels[2] > 60, "the lamps show the scene")

            program.process.send_signal(signal.SIGTERM)

            assert program.process.wait(30) == 0
    assert [max(data[DMX:]) for _, data in wire.packets[-3:]] == [0, 0, 0]


def test_a_window_hears_the_mouse_and_keys_and_q_must_be_held(bright_show: Path, tmp_path: Path) -> None:
    require("Xvfb", "xdotool")
    with xvfb() as display:
        environment = os.environ | {"DISPLAY": display}

        def xdotool(*arguments: str) -> None:
            subprocess.run(["xdotool", *arguments], env=environment, check=True)

        with started(
            tmp_path / "state",
            "preview",
            str(bright_show),
            "--venue",
            "laptop",
            "--size",
            "320x180",
            DISPLAY=display,
        ) as program:
            program.playing()
            shape = subprocess.run(
                ["xdotool", "search", "--class", "photophore", "getwindowgeometry", "--shell"],
                env=environment,
                check=True,
                capture_output=True,
                text=True,
            ).stdout
            assert "WIDTH=320" in shape
            assert "HEIGHT=204" in shape  # the picture and the lamps' band, nothing letterboxed
            watcher = watch(program, "/mouse")
            for x in range(300, 500, 10):
                xdotool("mousemove", str(x), "300")
            heard = [json.loads(watcher.stdout.readline()) for _ in range(4)]  # type: ignore[union-attr]
            watcher.kill()
            watcher.communicate()
            assert {one["address"] for one in heard} == {"/mouse/x", "/mouse/y"}
            assert all(0.0 <= one["values"][0] <= 1.0 for one in heard)

            xdotool("key", "space")
            until(lambda: program.status().get("cue") == "1", "Space is GO")
            xdotool("keydown", "q")
            assert program.process.wait(60) == 0


def watch(program: Program, address: str) -> "subprocess.Popen[str]":
    import sys

    environment = os.environ | {"PHOTOPHORE_STATE": str(program.state)}
    made = subprocess.Popen(
        [sys.executable, "-m", "installation", "watch", address, "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )
    made.stderr.readline()  # type: ignore[union-attr]
    time.sleep(1.0)  # the subscription crosses two processes
    return made


def test_commands_without_a_show_exit_with_3(tmp_path: Path) -> None:
    import sys

    environment = os.environ | {"PHOTOPHORE_STATE": str(tmp_path)}
    for verb in (["status"], ["get", "/master"], ["go"], ["panic"]):
        said = subprocess.run(
            [sys.executable, "-m", "installation", *verb],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert said.returncode == 3
        assert "no show is running" in said.stderr


def test_a_taken_osc_port_ends_a_show_with_the_holders_name_and_moves_a_preview(
    bright_show: Path, tmp_path: Path
) -> None:
    with receiver() as taken, receiver() as listener:
        port = taken.getsockname()[1]
        venue = venue_file(tmp_path, listener.getsockname()[1])
        venue.write_text(venue.read_text().replace("port = 0", f"port = {port}"))

        with started(tmp_path / "a", "run", str(bright_show), "--venue", str(venue), "--headless") as show:
            assert show.process.wait(60) == 1
            assert f"{port} is in use by" in show.output()
            assert str(os.getpid()) in show.output()
        with started(
            tmp_path / "b", "preview", str(bright_show), "--venue", str(venue), "--headless"
        ) as program:
            program.playing()
            assert program.osc_port() > port


@pytest.fixture(scope="module")
def preview(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Program, Path]]:
    """A preview and its show. What looks at it stands last: it plays until the last test of this file."""
    folder = tmp_path_factory.mktemp("preview")
    show = write_small_show(folder / "small")
    order = ("preview", str(show), "--headless", "--venue", "loopback", "--size", "96x54")
    with started(folder / "state", *order) as program:
        program.playing()
        yield program, show


def test_a_broken_shader_keeps_the_last_good_one_and_says_where(preview: tuple[Program, Path]) -> None:
    program, folder = preview
    shader, show = folder / "plain.fs", folder / "show.toml"
    good, well = shader.read_text(), show.read_text()
    shader.write_text(good.replace("tint.rgb * glow", "tint.rgb * "))

    errors = until(lambda: program.status().get("errors"), "the error is reported")
    assert "plain.fs:8:" in errors[0]
    index = program.status()["frame"]["index"]
    until(lambda: program.status()["frame"]["index"] > index, "the show goes on")
    shader.write_text(good)
    until(lambda: program.status().get("errors") == [], "the error is gone")
    show.write_text("format = 1\ntitel = 3\n")
    errors = until(lambda: program.status().get("errors"), "the error is reported")
    assert any("show.toml:2:1" in error and "title" in error for error in errors)
    show.write_text(well)
    until(lambda: program.status().get("errors") == [], "all is well again")


def test_two_shows_do_not_share_a_state_folder(preview: tuple[Program, Path]) -> None:
    program, show = preview

    second = program.ask("preview", str(show), "--headless", "--seconds", "1")

    assert second.returncode == 1
    assert "running" in second.stderr
    assert "end it with `photophore stop`" in second.stderr
