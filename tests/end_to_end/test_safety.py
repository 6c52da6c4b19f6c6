"""Hostile shows, seen from outside: a filmed screen and packets from the wire, while all goes wrong."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from installation.safety.law import LUMINANCE
from installation.safety.windows import lay_windows
from tests.end_to_end.program import Program, receiver, started, venue_file, xvfb
from tests.end_to_end.witness import Film, Packets, most_in_a_second, together
from tests.film import to_srgb
from tests.judges import iris, judge
from tests.parts import require

pytestmark = [pytest.mark.gl, pytest.mark.slow, pytest.mark.timeout(240)]

MOST = 3
SIZE = (320, 180)
RATE = 20.0
"""Pictures a second: over four for each flash that is drawn."""
KILLING = 14.0
TOGGLING = 9.0

COUNTER = """/*{"ISFVSN": "2", "INPUTS": []}*/
void main() {
    float on = step(0.5, fract(TIME * 4.3));
    vec2 p = isf_FragNormCoord;
    gl_FragColor = vec4(vec3(p.x < 0.35 && p.y < 0.35 ? 1.0 - on : on), 1.0);
}
"""
"""The picture flashes at 4.3 Hz, and the corner that the lamps see flashes against it."""


def hostile(folder: Path, port: int) -> tuple[Path, Path]:
    """A show and a venue."""
    show = folder / "hostile"
    show.mkdir()
    (show / "counter.fs").write_text(COUNTER)
    (show / "white.fs").write_text(COUNTER.replace("TIME * 4.3", "0.9"))
    (show / "show.toml").write_text(
        'format = 1\ntitle = "Hostile"\nstart = "counter"\n'
        '[scene.counter]\nshader = "counter.fs"\n[scene.white]\nshader = "white.fs"\n'
    )
    (show / "cues.toml").write_text('format = 1\n[[cue]]\nid = "1"\nscene = "white"\nfade = 0.0\n')
    light = "hold_s = 1.0\nfade_s = 0.5\nsafe = 0.4"
    return show, venue_file(folder, port, size=SIZE, light=light, wall=(4, 3), reach=0.3, rate=RATE)


def judged(film: Film, wire: Packets, since: float) -> dict[str, int]:
    """The most transitions in any second, of everything that has a limit."""
    light = film.light(since)
    moments, lamps = wire.light(since)
    frames = [moment for moment in film.times if moment >= since][: len(light)]
    verdict = judge(light, film.FPS, lay_windows(film.small, 3.0, 2.0))
    mean = (light @ np.array(LUMINANCE, np.float32)).mean(axis=(1, 2))
    room = lamps.mean(axis=1)
    both = together((frames, mean), (moments, room))
    return {
        "pixel": verdict.pixel,
        "window": verdict.window,
        "frame": verdict.frame,
        "lamp": most_in_a_second(moments, lamps),
        "room": most_in_a_second(moments, room[:, None]),
        "both": most_in_a_second(both[0], both[1][:, None]),
    }


@contextmanager
def witnessed(folder: Path) -> Iterator[tuple[Program, Packets, Film]]:
    """The hostile show, playing in a window that is filmed and into a wire that is listened to."""
    with receiver() as listener, xvfb("320x180x24") as display:
        show, venue = hostile(folder, listener.getsockname()[1])
        with (
            Packets(listener, venue) as wire,
            started(
                folder / "state", "preview", str(show), "--venue", str(venue), "--size", "320x180",
                DISPLAY=display,
            ) as program,
            Film(display, SIZE) as film,
        ):  # fmt: skip
            program.playing()
            yield program, wire, film


def test_a_stage_that_is_killed_again_and_again_flashes_nothing(tmp_path: Path) -> None:
    require("Xvfb", "ffmpeg")
    with witnessed(tmp_path) as (program, wire, film):
        since = time.monotonic()
        kills = kill_for(program, KILLING)
        seen = judged(film, wire, since)
        brightest = float(film.light(since).max()), float(wire.light(since)[1].max())
        verdict = iris(list(to_srgb(film.light(since))), film.FPS)
    assert kills >= 3
    assert wire.count > 30 * KILLING, "the wire never stopped"
    assert min(brightest) > 0.05, "there was something to see"
    assert max(seen.values()) <= MOST, seen
    assert verdict == "Pass"


def kill_for(program: Program, seconds: float) -> int:
    """Kill every stage as soon as it has played a while; how many there were."""
    end, kills, last, stale = time.monotonic() + seconds, 0, 0, -1
    while time.monotonic() < end:
        said = program.status()
        stage = next((p for p in said.get("processes", []) if p["name"] == "stage"), {"pid": 0})
        pid = int(stage["pid"] or 0)
        index = said.get("frame", {}).get("index", 0)
        # The report of a stage that was killed stands until the next one has something to report.
        if pid and pid != last and index != stale and index > 20 * (kills % 4):
            os.kill(pid, signal.SIGKILL)
            kills, last, stale = kills + 1, pid, index
        time.sleep(0.1)
    return kills


def test_master_and_blackout_ten_times_a_second_by_osc_flash_neither_picture_nor_lamps_nor_both(
    tmp_path: Path,
) -> None:
    require("Xvfb", "ffmpeg", "oscsend")
    with witnessed(tmp_path) as (program, wire, film):
        port = str(program.osc_port())
        since = time.monotonic()
        time.sleep(2.0)  # picture against lamps, and nothing else
        toggle(port, TOGGLING)
        seen = judged(film, wire, since)
        brightest = float(film.light(since).max()), float(wire.light(since)[1].max())
        said = program.status()
    assert min(brightest) > 0.05, "there was something to see"
    assert max(seen.values()) <= MOST, seen
    assert said["keeper"]["guard"]["interventions"] > 0
    assert said["keeper"]["guard"]["last"]["cause"]
    assert "guard of the lamps: darker by up to" in (tmp_path / "state" / "keeper.log").read_text()


def toggle(port: str, seconds: float) -> None:
    """Master and blackout in turn by real messages, ten changes a second each."""
    end, turn = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        on = turn % 2
        what = ["/master", "f", str(float(on))] if turn // 40 % 2 else ["/blackout", "i", str(on)]
        subprocess.run(["oscsend", "127.0.0.1", port, *what], check=True)
        if turn % 40 == 39:  # both back to light before the other's turn
            subprocess.run(["oscsend", "127.0.0.1", port, "/master", "f", "1.0"], check=True)
            subprocess.run(["oscsend", "127.0.0.1", port, "/blackout", "i", "0"], check=True)
        turn += 1
        time.sleep(0.05)
