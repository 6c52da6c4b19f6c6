"""Videos in image inputs of a show that plays: frames by the clock, parameters, what goes wrong."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from installation.cli.check import check_all
from installation.cli.render.job import Job, render_job
from installation.clock import ManualClock
from installation.errors import ShowError
from installation.ipc.options import StageOptions
from installation.media import probe
from installation.player.build import build_player
from installation.player.player import Player
from installation.player.production import read_production
from installation.stage.stage import Stage
from installation.values import Command
from tests.clips import HEIGHT, WIDTH, number_of, write_clip
from tests.installation.stage.test_stage import company_of, order, settle

RATE = 30
FRAMES = 50
SIZE = (64, 36)
PATIENCE = 15.0

PHOTO = """/*{"ISFVSN": "2", "INPUTS": [
{"NAME": "photo", "TYPE": "image"}, {"NAME": "gain", "TYPE": "float", "DEFAULT": 1.0}]}*/
void main() { gl_FragColor = vec4(IMG_NORM_PIXEL(photo, isf_FragNormCoord).rgb * gain, 1.0); }
"""
MIX = """/*{"ISFVSN": "2", "INPUTS": [
{"NAME": "inputImage", "TYPE": "image"}, {"NAME": "photo", "TYPE": "image"},
{"NAME": "amount", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 1.0}]}*/
void main() { gl_FragColor = IMG_NORM_PIXEL(photo, isf_FragNormCoord) * amount; }
"""
SHOW = """format = 1
title = "Clips"
start = "one"

[scene.one]
shader = "photo.fs"
[scene.one.inputs]
photo = PHOTO

[scene.two]
shader = "photo.fs"
[scene.two.inputs]
photo = "clip.mp4"
"""
CUES = """format = 1
[[cue]]
id = "1"
scene = "one"
[[cue]]
id = "2"
scene = "two"
fade = 0.0
[[cue]]
id = "3"
scene = "one"
fade = 0.0
"""


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_clip(tmp_path_factory.mktemp("clips") / "clip.mp4", FRAMES, RATE)


@pytest.fixture
def show(tmp_path: Path, clip: Path) -> Callable[[str], Path]:
    """A show whose first scene has the given source."""

    def write(photo: str, more: str = "") -> Path:
        folder = tmp_path / "clips"
        folder.mkdir(exist_ok=True)
        (folder / "clip.mp4").write_bytes(clip.read_bytes())
        (folder / "photo.fs").write_text(PHOTO)
        (folder / "mix.fs").write_text(MIX)
        (folder / "cues.toml").write_text(CUES)
        (folder / "show.toml").write_text(SHOW.replace("PHOTO", photo) + more)
        return folder

    return write


def make(folder: Path, context: Any, *, exact: bool = True, **more: Any) -> Player:
    options = StageOptions(show=str(folder), venue="loopback", size=SIZE, **more)
    read = read_production(options)
    return build_player(read, options, ManualClock(1 / RATE), context, repeatable=exact)


def step(player: Player, *orders: Command) -> None:
    done = player.step(list(orders), player.frame.time)
    assert not done.refused, done.refused


def pixels(player: Player, prefix: str = "/scene/one") -> NDArray[np.uint8]:
    assert player.picture is not None
    texture = player.picture.media.textures(prefix)["photo"]
    return np.frombuffer(texture.read(), np.uint8).reshape(texture.height, texture.width, 4)[::-1]


def number(player: Player, prefix: str = "/scene/one") -> int:
    return number_of(pixels(player, prefix))


def set_to(address: str, value: float) -> Command:
    return Command("set", (address, value), 0.0, "test")


def close(player: Player) -> None:
    if player.picture is not None:
        player.picture.release()


def test_each_frame_of_a_film_shows_the_frame_of_its_time(show: Any, context: Any) -> None:
    player = make(show('"clip.mp4"'), context)
    found = []
    for _ in range(FRAMES + 10):
        step(player)
        found.append(number(player))
    close(player)

    assert found == [i % FRAMES for i in range(FRAMES + 10)]


def test_a_film_is_the_same_again(show: Any, context: Any) -> None:
    folder = show('{ video = "clip.mp4", rate = 1.3, seek = 0.2 }')
    films = []
    for _ in range(2):
        player = make(folder, context)
        film = []
        for _ in range(40):
            step(player)
            film.append(player.picture.image().tobytes())  # type: ignore[union-attr]
        films.append(film)
        close(player)

    assert films[0] == films[1]
    assert len(set(films[0])) > 20


def test_the_picture_shows_the_clip(show: Any, context: Any) -> None:
    player = make(show('{ video = "clip.mp4", seek = 0.41, play = false }'), context)
    for _ in range(90):  # the guard lets it rise from black
        step(player)
    image = player.picture.image()  # type: ignore[union-attr]
    close(player)

    row = image[SIZE[1] // 4].astype(int).max(axis=1)
    bits = [row[int((bit + 0.5) * SIZE[0] / 8)] for bit in range(8)]
    shown = int(0.41 * probe_frames(player))
    lit = [level for bit, level in enumerate(bits) if shown >> bit & 1]
    dark = [level for bit, level in enumerate(bits) if not shown >> bit & 1]
    assert min(lit) > max(dark) + 20
    assert image[3 * SIZE[1] // 4, 5, 0] > 2 * image[3 * SIZE[1] // 4, 5, 1]  # the red half is below


def probe_frames(player: Player) -> float:
    """Number of frames in the length that the file states."""
    return probe(player.show.folder / "clip.mp4").length * RATE


def test_play_seek_loop_and_rate_are_parameters(show: Any, context: Any) -> None:
    player = make(show('{ video = "clip.mp4", loop = false, rate = 2.0, seek = 0.0 }'), context)
    tree = player.tree
    assert [tree.get_base(f"/scene/one/photo/{one}") for one in ("play", "seek", "loop", "rate")] == [
        (1.0,), (0.0,), (0.0,), (2.0,),
    ]  # fmt: skip
    for _ in range(6):
        step(player)
    assert number(player) == 10
    step(player, set_to("/scene/one/photo/play", 0))
    step(player)
    assert number(player) == 10
    step(player, set_to("/scene/one/photo/seek", 0.51))
    assert number(player) == int(0.51 * probe_frames(player))
    step(player, set_to("/scene/one/photo/play", 1), set_to("/scene/one/photo/rate", 1.0))
    assert number(player) == int(0.51 * probe_frames(player)) + 1
    for _ in range(FRAMES):
        step(player)
    assert number(player) == FRAMES - 1
    step(player, set_to("/scene/one/photo/loop", 1))
    assert number(player) == 0
    close(player)


def test_a_video_begins_again_when_its_scene_does(show: Any, context: Any) -> None:
    player = make(show('"clip.mp4"'), context)
    for _ in range(8):
        step(player)
    assert number(player) == 7
    step(player, order("cue", "2"))
    assert number(player, "/scene/two") == 0
    for _ in range(12):
        step(player)
    assert number(player, "/scene/two") == 12
    step(player, order("cue", "3"))
    assert number(player) == 0
    step(player)
    assert number(player) == 1
    close(player)


def test_an_effect_has_sources_too_and_its_picture_is_not_one(show: Any, context: Any) -> None:
    effect = '\n[effect.mix]\nshader = "mix.fs"\n[effect.mix.inputs]\n'
    player = make(show('"clip.mp4"', effect + 'photo = { video = "clip.mp4", seek = 0.51 }\n'), context)
    step(player)
    assert number(player, "/effect/mix") == int(0.51 * probe_frames(player))
    assert "/effect/mix/photo/seek" in player.tree.parameters()
    close(player)

    with pytest.raises(ShowError, match="an effect gets the picture there"):
        make(show('"clip.mp4"', effect + 'inputImage = "clip.mp4"\n'), None)


def test_one_texture_serves_all_frames(show: Any, context: Any) -> None:
    player = make(show('"clip.mp4"'), context)
    step(player)
    assert player.picture is not None
    before = player.picture.media.textures("/scene/one")["photo"].glo, dict(context.objects)
    for _ in range(20):
        step(player)
    assert (player.picture.media.textures("/scene/one")["photo"].glo, dict(context.objects)) == before
    close(player)


def test_large_pictures_can_be_made_smaller_while_they_are_decoded(show: Any, context: Any) -> None:
    player = make(show('{ video = "clip.mp4", rows = 48 }'), context)
    for _ in range(6):
        step(player)
    found = pixels(player)
    status = {one.input: one for one in player.media.status()}["/scene/one/photo"]
    close(player)

    assert found.shape == (48, 80, 4)
    assert number_of(found) == 5
    assert (status.width, status.height) == (80, 48)


def test_status_tells_no_password_of_a_stream(show: Any, context: Any) -> None:
    player = make(show('"rtsp://me:secret@192.168.0.9:554/door?key=secret"'), context)
    status = player.media.status()[0]
    close(player)

    assert status.source == "rtsp://192.168.0.9:554/door"


def test_images_are_sources_too(show: Any, context: Any) -> None:
    from PIL import Image

    folder = show('"still.png"')
    Image.new("RGB", (8, 4), (10, 200, 30)).save(folder / "still.png")
    player = make(folder, context)
    step(player)
    found = pixels(player)
    assert not [one for one in player.tree.parameters() if one.startswith("/scene/one/photo/")]
    close(player)

    assert found.shape == (4, 8, 4)
    assert tuple(found[0, 0]) == (10, 200, 30, 255)


@pytest.mark.parametrize(
    ("photo", "words", "column"),
    [
        ('"nowhere.mp4"', "photo: there is no file nowhere.mp4", 9),
        ('{ video = "broken.mp4" }', "broken.mp4 cannot be decoded", 19),
        ('"nowhere.png"', "photo:", 9),
    ],
)
def test_check_names_files_that_cannot_be_shown(
    show: Any, context: Any, photo: str, words: str, column: int
) -> None:
    folder = show(photo)
    (folder / "broken.mp4").write_bytes(b"broken" * 100)

    wrong = [one for page in check_all([folder]) for one in page.findings if one.severity == "error"]

    assert [(one.where.line, one.where.column) for one in wrong] == [(8, column)]
    assert words in wrong[0].message
    assert wrong[0].hint


@pytest.mark.parametrize(
    ("photo", "words"),
    [
        ("{ loop = false }", "expected one of image, video, camera, stream"),
        ('{ video = "a.mp4", camera = "/dev/video0" }', "expected one of"),
        ('{ camera = "/dev/video0", loop = true }', "a camera has none"),
        ('{ stream = "udp://127.0.0.1:9", rate = 2.0 }', "a stream has none"),
        ('{ video = "clip.mp4", size = [640, 480] }', "a video has none"),
        ('{ video = "clip.mp4", rate = 9.0 }', "rate: expected a number 0..4"),
        ('{ video = "clip.mp4", speed = 1.0 }', "speed"),
        ('"file:///etc/hostname"', "photo: 'file' is no way to receive a stream"),
        ('{ stream = "concat:a|b" }', "is no way to receive a stream"),
        ('{ video = "clip.mp4", rows = 4 }', "rows: expected a whole number 16..8192"),
        ('"clip.mp4"\nother = { video = "clip.mp4" }', "has no image input of that name"),
        ('"clip.mp4"\ngain = { video = "clip.mp4" }', "has no image input of that name"),
    ],
)
def test_mistakes_in_the_table_are_named(show: Any, photo: str, words: str) -> None:
    with pytest.raises(ShowError, match=words):
        make(show(photo), None)


@pytest.mark.parametrize("exact", [True, False])
def test_a_missing_file_is_black_and_told_and_the_show_plays(show: Any, context: Any, exact: bool) -> None:
    player = make(show('"nowhere.mp4"'), context, exact=exact)
    end = time.monotonic() + PATIENCE
    states = {"opening"}
    while "opening" in states and time.monotonic() < end:
        step(player)
        states = {one.state for one in player.media.status()}
    status = {one.input: one for one in player.media.status()}

    assert status["/scene/one/photo"].state == "lost"
    assert "there is no file nowhere.mp4" in status["/scene/one/photo"].reason
    assert not pixels(player).any()
    assert status["/scene/two/photo"].state == "resting"
    close(player)


def test_what_does_not_fit_the_memory_is_black_and_told(show: Any, context: Any) -> None:
    player = make(show('"clip.mp4"'), context)
    limit, context.memory.limit = context.memory.limit, context.memory.used + WIDTH * HEIGHT * 4 - 1
    try:
        step(player)
        status = {one.input: one for one in player.media.status()}["/scene/one/photo"]
        assert "of memory" in status.reason
        assert not pixels(player).any()
        context.memory.limit = limit
        step(player)
        assert number(player) == 1
        assert not {one.input: one for one in player.media.status()}["/scene/one/photo"].reason
    finally:
        context.memory.limit = limit
        close(player)


def test_live_sources_stay_black_in_a_film_and_are_not_opened(show: Any, context: Any) -> None:
    player = make(show('{ stream = "udp://127.0.0.1:18991" }'), context)
    assert [one for one in player.tree.parameters() if one.startswith("/scene/one/photo/")] == [
        "/scene/one/photo/play"
    ]
    for _ in range(3):
        step(player)
    assert not pixels(player).any()
    assert player.media.status()[0].state == "resting"
    player.media.must_be_storable()
    close(player)


def test_input_of_the_command_line_may_be_a_video(show: Any, context: Any) -> None:
    folder = show('"clip.mp4"')
    options = StageOptions(
        shader=str(folder / "photo.fs"), input=str(folder / "clip.mp4"), venue="loopback", size=SIZE
    )
    player = build_player(read_production(options), options, ManualClock(1 / RATE), context, repeatable=True)
    for _ in range(4):
        step(player)
    assert number(player, "/scene/shader") == 3
    close(player)


def live_stage(folder: Path, context: Any) -> Stage:
    options = StageOptions(show=str(folder), venue="loopback", headless=True, size=SIZE)
    production = read_production(options)
    player = build_player(production, options, ManualClock(1 / RATE), context)
    return Stage(options, player, company_of(production, options))


def test_an_edit_of_the_show_changes_the_clip_and_leaves_others_alone(show: Any, context: Any) -> None:
    folder = show('"clip.mp4"')
    write_clip(folder / "other.mp4", 20, RATE, first=100)
    stage = live_stage(folder, context)
    player = stage._player
    player.media.exact = True
    stage.frame()
    before = player.picture.media._moving  # type: ignore[union-attr]
    two = before["/scene/two/photo"]
    stage._parts.inbox.put(order("reload", str(folder / "show.toml")))
    (folder / "show.toml").write_text(SHOW.replace("PHOTO", '{ video = "other.mp4", loop = false }'))
    settle(stage)
    stage.frame()

    assert number(player) >= 100
    assert player.tree.get_base("/scene/one/photo/loop") == (0.0,)
    assert before["/scene/two/photo"] is two
    (folder / "show.toml").write_text(SHOW.replace("PHOTO", "0.5"))
    stage._parts.inbox.put(order("reload", str(folder / "show.toml")))
    settle(stage)
    assert stage._hud.errors  # a number is no picture: the last good goes on
    assert number(player) >= 100
    close(player)
    stage._hot_reload.close()


def test_no_screenshot_is_stored_while_a_live_picture_is_shown(
    show: Any, context: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    stage = live_stage(show('{ camera = "/dev/video-none" }'), context)
    stage.frame()
    stage._parts.inbox.put(order("screenshot"))
    with pytest.raises(Exception, match="what may show people is not stored"):
        stage._screenshot()
    stage.frame()

    assert not list(tmp_path.rglob("*.png"))
    close(stage._player)
    stage._hot_reload.close()


def test_a_film_says_which_inputs_were_black(
    show: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = show('{ stream = "udp://127.0.0.1:18991" }')
    (folder / "clip.mp4").unlink()

    job = Job(
        show=str(folder), venue="loopback", scene=None, cue="2", shader=None, input=None, replay=None,
        out=tmp_path / "film", seconds=0.1, fps=30.0, size="64x36", seed=0, settings=(), trace=None,
        sheet=None,
    )  # fmt: skip
    assert render_job(job) == 0

    told = capsys.readouterr().err
    assert "/scene/one/photo: the stream is black in films" in told
    assert "clip.mp4 was black: there is no file clip.mp4" in told
