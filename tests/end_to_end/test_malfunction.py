"""The malfunction at its worst, by hand and from outside: a pad, a window, a wire."""

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from installation.paths import presets
from installation.safety.law import LUMINANCE
from installation.safety.windows import lay_windows
from installation.show import load_show
from tests.end_to_end.program import receiver, started, until, xvfb
from tests.end_to_end.witness import Film, Packets, most_in_a_second, together
from tests.film import to_srgb
from tests.hardware import jack
from tests.hardware.knob import Knob
from tests.judges import STEP, iris, judge, transitions
from tests.judges import most_in_a_second as most_of_a_film
from tests.parts import require

pytestmark = [pytest.mark.gl, pytest.mark.slow, pytest.mark.timeout(240)]

MOST = 3
SECONDS = 9.0
SIZE = (160, 90)
"""Small enough to be filmed pixel by pixel: the law speaks of pixels and fields, not of means of a few."""
CODES = 0.012
"""Eight bits and dither may move a point so far: a rise that ends just under a tenth would be dated late."""
FORCE = 47
"""The pad that forces every loop's gain while it is held."""
STROBE = 46
"""The pad that lets a strobe loose over it, without which no flash would be there for the guard to catch."""

VENUE = """format = 1
title = "Test"
[canvas]
width = 160
height = 90
rate = 30
[[display]]
name = "window"
[adapter.midi]
kind = "midi"
api = "jack"
[adapter.people]
kind = "virtual-people"
people = 6
[adapter.node]
kind = "artnet"
host = "127.0.0.1"
port = {port}
send = [{{ universe = 1, address = 0, count = 1 }}]
[[pixels]]
name = "wall"
universe = 1
columns = 12
rows = 8
area = [0.0, 0.0, 1.0, 1.0]
"""

ROUTE = """
[[route]]
from = "/midi/pads/note/{pad}"
to = "{to}"
mode = "max"
shape = [{{ remap = [0, 1, 0, {most}] }}]
"""

EFFECT = """
[effect.strobe]
shader = "strobe.fs"
"""

FLASHES = """/*{
  "ISFVSN": "2", "CATEGORIES": ["filter"], "PHOTOPHORE": {"COLOR": "linear"},
  "INPUTS": [
    {"NAME": "inputImage", "TYPE": "image"}, {"NAME": "amount", "TYPE": "float", "DEFAULT": 0, "MAX": 1}
  ]
}*/
void main() {
    vec4 seen = IMG_THIS_PIXEL(inputImage);
    gl_FragColor = vec4(seen.rgb + amount * step(0.5, fract(TIME * 4.3)), 1.0);
}
"""


def forced(folder: Path) -> tuple[Path, list[str]]:
    """The shipped show with two pads and a strobe more; and every gain that the pad forces."""
    show = folder / "forced"
    shutil.copytree(presets() / "shows" / "eco-symbiotic-collective", show)
    gains = [f"/feedback/{edge.name}/gain" for edge in load_show(show).feedback]
    gains.append("/effect/malfunction/gain")
    (show / "strobe.fs").write_text(FLASHES)
    with (show / "show.toml").open("a") as file:
        file.writelines(ROUTE.format(pad=FORCE, to=gain, most=8) for gain in gains)
        file.write(EFFECT + ROUTE.format(pad=STROBE, to="/effect/strobe/amount", most=0.6))
    cues = (show / "cues.toml").read_text()
    assert "wall-clock" in cues
    (show / "cues.toml").write_text(
        cues.replace("wall-clock", "by-hand")
    )  # the pads alone lead through the states
    states = (show / "states.toml").read_text()
    assert "brake = 0.2" in states
    (show / "states.toml").write_text(states.replace("brake = 0.2", "brake = 0.0"))  # stillness takes nothing
    return show, gains


def press(pad: Knob, note: int, done: Callable[[], bool], why: str) -> None:
    """Press a pad, again after a while: JACK loses what falls into a period that a busy machine misses."""
    pressed = [0.0]

    def heard() -> bool:
        if time.monotonic() - pressed[0] > 3.0:
            pressed[0] = time.monotonic()
            pad.send_message([0x90, note, 0])
            pad.send_message([0x90, note, 127])
        return done()

    until(heard, why)


def test_pads_force_every_loop_to_gain_8_and_add_a_strobe_and_nothing_flashes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    require("Xvfb", "ffmpeg")
    show, gains = forced(tmp_path)
    with jack.running(monkeypatch), receiver() as listener, xvfb("160x90x24") as display:
        pad = Knob("pads", "pads")
        venue = tmp_path / "venue.toml"
        venue.write_text(VENUE.format(port=listener.getsockname()[1]))
        with (
            Packets(listener, venue) as wire,
            started(
                tmp_path / "state", "run", str(show), "--venue", str(venue), DISPLAY=display
            ) as program,
            Film(display, SIZE, SIZE) as film,
        ):  # fmt: skip
            program.playing()
            until(lambda: "pads" in str(program.status().get("adapters")), "the pads are heard")
            for state, note in (("drifting", 37), ("malfunction", 38)):
                press(
                    pad,
                    note,
                    lambda state=state: program.status().get("interface", {}).get("state") == state,  # type: ignore[misc]
                    f"the pad leads to {state}",
                )
            press(pad, FORCE, lambda: program.get(gains[0]) == [8.0], "the pad forces the gain")
            since = time.monotonic()
            time.sleep(SECONDS / 2)
            strobe = "/effect/strobe/amount"
            press(pad, STROBE, lambda: program.get(strobe)[0] > 0.0, "the pad lets the strobe loose")
            time.sleep(SECONDS / 2)
            said = program.status()
            light, (moments, lamps) = film.light(since), wire.light(since)
            frames = [moment for moment in film.times if moment >= since][: len(light)]
        pad.unplug()
    assert said["interface"]["state"] == "malfunction"
    assert len(light) > 20 * SECONDS, "the film is whole"
    assert np.abs(np.diff(light, axis=0)).max() > 0.05, "there was something to see"

    luminance = light @ np.array(LUMINANCE, np.float32)
    mean, room = luminance.mean(axis=(1, 2)), lamps.mean(axis=1)
    both = together((frames, mean), (moments, room))
    verdict = judge(light, film.FPS, lay_windows(film.small, 3.0, 2.0))
    assert max(verdict.window, verdict.frame, verdict.area, verdict.red) <= MOST, verdict
    marks = transitions(luminance.reshape(len(light), -1), STEP + CODES)
    assert most_of_a_film(marks, film.FPS) <= MOST
    assert most_in_a_second(moments, lamps) <= MOST
    assert most_in_a_second(moments, room[:, None]) <= MOST
    assert most_in_a_second(both[0], both[1][:, None]) <= MOST
    assert iris(list(to_srgb(light)), film.FPS) == "Pass"
