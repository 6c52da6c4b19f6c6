"""A show whose stage dies, whose bus cannot be opened, and whose state folder cannot be used."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from installation.ipc.control import request
from tests.end_to_end.program import PATIENCE, receiver, started, until, venue_file
from tests.end_to_end.witness import Packets
from tests.parts import lacking

pytestmark = [pytest.mark.gl, pytest.mark.timeout(240)]


def own_cache(state: Path) -> dict[str, str]:
    """The environment of a program with this state folder, which keeps the driver's cache there."""
    shared = "MESA_SHADER_CACHE_DIR"
    return {name: value for name, value in os.environ.items() if name != shared} | {
        "PHOTOPHORE_STATE": str(state)
    }


def test_a_killed_or_stopped_stage_costs_neither_light_nor_what_was_set_by_hand(
    tmp_path: Path, small_show: Path
) -> None:
    """Beside it, the bus cannot be opened all the time: something lies where its socket should be."""
    state = tmp_path / "state"
    (state / "bus.sock" / "in the way").mkdir(parents=True)
    with receiver() as listener:
        venue = venue_file(tmp_path, listener.getsockname()[1], light="rate = 44\nhold_s = 30")
        with (
            Packets(listener, venue) as wire,
            started(state, "run", str(small_show), "--venue", str(venue), "--headless") as program,
        ):
            program.playing()
            said = program.status()
            assert "bus.sock" in " ".join(one["last"] for one in said["contained"]) + program.output()
            request("set", "/scene/one/tint", 1.0, 1.0, 1.0, 1.0, folder=state)
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
                message = b"/scene/one/glow\0,f\0\0\x3f\x00\x00\x00"
                sender.sendto(message, ("127.0.0.1", program.osc_port()))
            until(lambda: program.get("/scene/one/glow") == [0.5], "the value from the network")
            until(lambda: program.status()["keeper"]["look"] == "live", "live")
            level = until(lambda: steady(wire), "steady light")

            killed = time.monotonic()
            program.kill_stage()
            until(lambda: program.status()["keeper"]["look"] == "live", "live again")
            assert program.get("/scene/one/glow") == [0.5]
            assert program.get("/scene/one/tint") == [1.0, 1.0, 1.0, 1.0]
            time.sleep(1.5)  # the crossfade has to be seen too
            assert lowest(wire, killed) > 0.9 * level

            stopped = time.monotonic()
            stage = program.pid("stage")
            os.kill(stage, signal.SIGSTOP)
            time.sleep(3.0)
            os.kill(stage, signal.SIGCONT)
            until(lambda: program.status()["keeper"]["look"] == "held", "held")
            until(lambda: program.status()["keeper"]["look"] == "live", "live again")
            time.sleep(1.5)
            assert program.pid("stage") == stage
            assert lowest(wire, stopped) > 0.9 * level


def lowest(wire: Packets, since: float) -> float:
    """Least light of the room since then."""
    return float(wire.light(since)[1].mean(axis=1).min())


def steady(wire: Packets) -> float:
    """The light of the room, once it has stood for a second and a half; else 0."""
    moments, lamps = wire.light(time.monotonic() - 1.5)
    room = lamps.mean(axis=1) if len(lamps) else None
    if room is None or moments[-1] - moments[0] < 1.0 or room.max() - room.min() > 0.002:
        return 0.0
    return float(room[-1])


@pytest.mark.skipif(sys.platform != "linux", reason="mount namespaces are Linux's")
@pytest.mark.parametrize("mount", ["size=64k", "size=300k", "ro"])
def test_a_show_plays_without_a_state_folder_that_can_be_used_and_says_what_it_cannot_keep(
    tmp_path: Path, small_show: Path, mount: str
) -> None:
    if os.geteuid():
        lacking("root, who alone may mount a small disk of its own,")
    state = tmp_path / "state"
    state.mkdir()
    venue = venue_file(tmp_path, 9)
    command = [sys.executable, "-m", "installation", "run", str(small_show), "--venue", str(venue)]
    command += ["--headless", "--seconds", "3", "--panel-port", "0"]
    shell = f'mount -t tmpfs -o {mount} tmpfs "$0" && exec "$@"'
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", shell, str(state), *command],
        env=own_cache(state),
        capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "no shader cache" in done.stderr
    assert "crashed" not in done.stderr
    if mount != "size=300k":  # the state fits in there
        assert "cannot be written" in done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="what a disk has given a file, Linux tells")
def test_the_drivers_cache_has_its_room_before_a_disk_can_fill_up(tmp_path: Path, small_show: Path) -> None:
    command = [sys.executable, "-m", "installation", "run", str(small_show), "--venue"]
    command += [str(venue_file(tmp_path, 9)), "--headless", "--seconds", "1", "--panel-port", "0"]
    done = subprocess.run(
        command,
        env=own_cache(tmp_path / "state"),
        capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = [*(tmp_path / "state" / "shader-cache").rglob("index")]
    if not found:
        pytest.skip("this driver keeps no index there")
    assert all(one.stat().st_blocks * 512 >= one.stat().st_size for one in found)
