"""The stage with a picture output: what receivers get is what the projector gets, behind the guard."""

import http.client
import io
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from hardware.mjpeg import MjpegOutput, MjpegSettings
from installation.clock import ManualClock
from installation.devices.pictures import PictureSupervisor
from installation.ipc.options import StageOptions
from installation.player.build import build_player
from installation.player.production import read_production
from installation.render.gl import wait
from installation.stage.main import _picture_outputs
from installation.stage.stage import Stage
from tests.installation.stage.test_stage import company_of
from tests.small_show import write_small_show

SIZE = (96, 54)
STROBE = """/*{"ISFVSN": "2"}*/
void main() { gl_FragColor = vec4(vec3(mod(float(FRAMEINDEX), 6.0) < 3.0 ? 1.0 : 0.0), 1.0); }
"""


@pytest.fixture
def show(tmp_path: Path) -> Path:
    folder = write_small_show(tmp_path / "small")
    (folder / "plain.fs").write_text(STROBE)
    (folder / "show.toml").write_text('format = 1\n[scene.one]\nshader = "plain.fs"\n')
    for other in ("cues.toml", "states.toml"):
        (folder / other).unlink(missing_ok=True)
    return folder


@pytest.fixture
def stage(show: Path, context: Any) -> Any:
    options = StageOptions(show=str(show), venue="loopback", headless=True, size=SIZE)
    production = read_production(options)
    player = build_player(production, options, ManualClock(1 / 60), context)
    output = MjpegOutput("stream", MjpegSettings(port=0, quality=95))
    made = Stage(options, player, company_of(production, options, pictures=[PictureSupervisor(output, SIZE)]))
    made._settle()
    yield made, output
    for supervisor in made._parts.devices:
        supervisor.stop()
    made._hot_reload.close()
    player.picture.release()  # type: ignore[union-attr]


def until(true: Any) -> bool:
    end = time.monotonic() + 10.0
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.01)
    return False


def test_pictures_that_are_read_back_are_the_guarded_ones_bit_for_bit(stage: tuple[Stage, Any]) -> None:
    made, _ = stage
    picture = made._player.picture
    assert picture is not None
    shown, arrived = {}, {}
    for _ in range(40):
        made.frame()
        picture.frames.request(made._player.frame.index, 0.0)
        shown[made._player.frame.index] = picture.image()
        wait.finish(picture.context)
        arrived |= {one.index: one.pixels[::-1, :, :3].copy() for one in picture.frames.collect()}

    assert len(arrived) == 40
    for index, pixels in arrived.items():
        assert np.array_equal(pixels, shown[index])
    assert picture.report().active  # the strobe was darkened, so the comparison means something


def test_a_receiver_sees_the_guarded_picture_and_status_counts(stage: tuple[Stage, MjpegOutput]) -> None:
    made, output = stage
    assert until(lambda: output.port)
    client = http.client.HTTPConnection("127.0.0.1", output.port, timeout=10)
    client.request("GET", "/stream.mjpg")
    answer = client.getresponse()
    assert until(lambda: output.wanted)
    brightest = []
    for _ in range(60):
        made.frame()
        time.sleep(0.005)
    assert until(lambda: output.counters.sent > 5)
    for _ in range(3):
        while answer.readline().strip() != b"Content-Type: image/jpeg":
            pass
        length = int(answer.readline().split(b":")[1])
        answer.readline()
        pixels = np.asarray(Image.open(io.BytesIO(answer.read(length))))
        assert pixels.shape == (SIZE[1], SIZE[0], 3)
        brightest.append(pixels.max())

    told = {one.name: one for one in made.status().adapters}["stream"]
    assert (told.state, told.kind) == ("up", "mjpeg")
    assert told.tx == output.counters.sent
    assert max(brightest) < 250


def test_nothing_is_read_back_without_receivers(stage: tuple[Stage, MjpegOutput]) -> None:
    made, output = stage
    assert until(lambda: output.port)
    made.frame()
    before = made._player.picture.context.objects["target"]  # type: ignore[union-attr]
    for _ in range(5):
        made.frame()
    assert made._player.picture.context.objects["target"] == before  # type: ignore[union-attr]
    assert not made._outlet._pictures._asked


def test_the_venue_says_which_outputs_there_are(tmp_path: Path) -> None:
    from installation.show import load_venue

    file = tmp_path / "venue.toml"
    file.write_text(
        'format = 1\n[canvas]\nwidth = 320\nheight = 180\n[adapter.s]\nkind = "mjpeg"\nport = 0\n'
    )
    found = _picture_outputs(load_venue(str(file)))

    assert [(one.adapter.name, one.adapter.size) for one in found] == [("s", (320, 180))]
