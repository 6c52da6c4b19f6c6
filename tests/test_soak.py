"""Nothing grows while a show plays on: objects, OpenGL objects, threads, open files."""

import gc
import math
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from installation import isf
from installation.clock import ManualClock
from installation.ipc.options import StageOptions
from installation.player.build import build_player
from installation.player.player import Player
from installation.player.production import production_of
from installation.render.gl.context import Context
from installation.show import load_show, load_venue
from installation.signal.record import record_line
from installation.signal.trace import trace_line
from installation.values import Command, Reading

WARM = 0.25
"""Share of the frames after which nothing may grow any more."""


def open_show(folder: Path, context: Context | None = None) -> Player:
    options = StageOptions(mode="run", venue="loopback", size=(96, 54) if context else None, headless=True)
    production = production_of(load_show(str(folder)), load_venue("loopback"), options)
    return build_player(production, options, ManualClock(1 / 60), context, repeatable=True)


def crowd(index: int) -> list[Reading | Command]:
    """Known and unknown addresses, presses, changes of scene, cues; the same again every 3,000 frames."""
    turn = index % 3000
    entries: list[Reading | Command] = [
        Reading("/hand", (0.5 + 0.5 * math.sin(turn / 17),), 0.0, "osc"),
        Reading(f"/stranger/{turn % 100}", (turn / 3000, "text", 1), 0.0, "osc"),
        Reading("/scene/one/glow", (turn % 11 / 10,), 0.0, "osc"),
        Reading("/mouse/x", (turn % 7 / 7,), 0.0, "mouse"),
        Reading("/heart", (60.0 + turn % 9,), 0.0, "belt", private=True),
    ]
    if turn % 40 == 0:
        entries.append(Command(("go", "back", "next-scene", "panic")[turn // 40 % 4], (), 0.0, "test"))
    if turn % 90 == 0:
        entries.append(Command("set", ("/master", 1.0), 0.0, "test"))
    if turn % 100 == 0:
        entries.append(Command("no-such-verb", (), 0.0, "test"))
    return entries


def open_files() -> int:
    """How many descriptors this process holds; 0 where that cannot be asked."""
    folder = Path("/proc/self/fd")
    return len(list(folder.iterdir())) if folder.is_dir() else 0


def counts() -> tuple[int, int, int]:
    """Live objects that the collector knows, threads, open files."""
    gc.collect()
    return len(gc.get_objects()), threading.active_count(), open_files()


def play(player: Player, frames: range) -> None:
    for index in frames:
        entries = [*player.features(), *crowd(index)]
        step = player.step(entries, index / 60)
        record_line(step.frame, entries)
        if index % 20 == 0:
            trace_line(step.frame, player.signals, player.tree, player.guard_trace())
        if player.picture is not None:
            if index % 10 == 0:
                player.picture.overlay.write([f"frame {index}"] if index % 20 == 0 else [])
            player.picture.context.collect()


def assert_flat(before: tuple[int, int, int], after: tuple[int, int, int]) -> None:
    assert after[0] - before[0] < 300, "objects of Python grow"
    assert after[1] <= before[1], "threads grow"
    assert after[2] <= before[2], "open files grow"


@pytest.fixture
def blocks() -> Iterator[None]:
    """Leave the collector as it was."""
    yield
    gc.collect()


@pytest.mark.slow
@pytest.mark.timeout(180)
@pytest.mark.usefixtures("blocks")
def test_nothing_grows_in_9000_frames_without_a_picture(small_show: Path) -> None:
    player = open_show(small_show)
    play(player, range(3000))
    before, memory = counts(), sys.getallocatedblocks()

    play(player, range(3000, 9000))

    assert_flat(before, counts())
    assert sys.getallocatedblocks() - memory < 1000


@pytest.mark.gl
@pytest.mark.slow
@pytest.mark.timeout(180)
def test_nothing_grows_in_500_frames_with_a_picture(context: Context, small_show: Path) -> None:
    player = open_show(small_show, context)
    picture = player.picture
    assert picture is not None
    play(player, range(200))
    before, graphics = counts(), +context.objects

    play(player, range(200, 700))
    picture.overlay.write([])

    assert +context.objects == graphics
    assert_flat(before, counts())
    picture.release()


@pytest.mark.gl
@pytest.mark.slow
def test_edits_of_a_show_leave_nothing_behind(context: Context, small_show: Path) -> None:
    """A scene comes, changes its shader, and goes, thirty times."""
    player = open_show(small_show, context)
    picture = player.picture
    assert picture is not None
    text = (small_show / "show.toml").read_text()
    shader = (small_show / "plain.fs").read_text()
    (small_show / "other.fs").write_text(shader.replace("glow", "gleam"))
    with_third = text + '\n[scene.three]\nshader = "plain.fs"\n'
    with_other = text + '\n[scene.three]\nshader = "other.fs"\n'

    def edit(to: str) -> None:
        (small_show / "show.toml").write_text(to)
        edited = load_show(str(small_show))
        player.replace(edited, {scene: isf.parse(spec.shader) for scene, spec in edited.scenes.items()})
        play(player, range(3))
        while picture.host.waiting() is not None:  # what the driver knows already is compiled later
            player.prepare()

    for to in (with_third, with_other, text) * 8:  # meanwhile a cue shows the second scene for the first time
        edit(to)
    before, graphics = counts(), +context.objects
    for _ in range(30):
        for to in (with_third, with_other, text):
            edit(to)

    assert +context.objects == graphics
    assert set(picture.scenes) == {"one", "two"}
    assert_flat(before, counts())
    picture.release()


def test_the_counts_would_notice(tmp_path: Path) -> None:
    before = counts()
    hoard = [[index] for index in range(400)]
    files = [(tmp_path / str(index)).open("w") for index in range(2)]
    with pytest.raises(AssertionError):
        assert_flat(before, counts())
    for file in files:
        file.close()
    assert len(hoard) == 400
    assert len(list(tmp_path.iterdir())) == 2
