"""A nanoKONTROL2 on JACK plays a whole program: plug, play, unplug in a fade, plug in again; learn."""

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from installation import paths
from installation.ipc.control import request
from tests.end_to_end.program import Program, receiver, started, until, venue_file
from tests.hardware import jack
from tests.hardware.lit import LitController
from tests.small_show import write_small_show

pytestmark = [pytest.mark.gl, pytest.mark.slow, pytest.mark.timeout(300)]

MIDI = '[adapter.midi]\nkind = "midi"\napi = "jack"\noffer = false'
GLOW = "/scene/one/glow"
FADER = "/midi/nanokontrol2/cc/0"
MINE = """format = 1
# my hands
[[control]]
from = "/midi/nanokontrol2/cc/0"   # the first fader
to = "/scene/one/glow"

# the last one
[[control]]
from = "/midi/nanokontrol2/cc/7"
to = "/master"
"""


def nano() -> LitController:
    return LitController("nanoKONTROL2", "nanoKONTROL2 MIDI 1 {}", "ack")


@pytest.fixture
def playing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Program, Path]]:
    show = write_small_show(tmp_path / "small")
    text = (show / "cues.toml").read_text().replace("fade = 1.0", "fade = 30.0")
    (show / "cues.toml").write_text(text)
    (show / "show.toml").write_text(
        (show / "show.toml").read_text().replace('from = "/osc/hand"\nto = "/scene/one/glow"',
                                                 'from = "/osc/hand"\nto = "/scene/two/glow"')
    )  # fmt: skip
    (show / "controls.toml").write_text(MINE)
    with jack.running(monkeypatch), receiver() as node:
        venue = venue_file(tmp_path, node.getsockname()[1], adapters=MIDI)
        state = tmp_path / "state"
        user = {"PHOTOPHORE_USER": str(tmp_path / "user")}
        with started(state, "run", str(show), "--venue", str(venue), "--headless", **user) as program:
            program.playing()
            yield program, show


def heard(program: Program) -> str:
    """Which controllers the MIDI adapter tells of."""
    return next((str(one["detail"]) for one in program.status()["adapters"] if one["kind"] == "midi"), "")


def base(program: Program, address: str) -> float:
    return float(request("get", address, True, folder=program.state)[0])


def row(program: Program, source: str, target: str) -> dict[str, Any]:
    rows = request("controls", folder=program.state)
    return next((one for one in rows if (one["from"], one["to"]) == (source, target)), {})


def sweep(desk: LitController, control: int, *values: int) -> None:
    for value in values:
        desk.send(0xB0, control, value)


def play(
    desk: LitController, control: int, values: tuple[int, ...], so: Callable[[], object], why: str
) -> None:
    """Move a control until it shows: on a busy machine JACK loses what came in a period that it missed."""
    for _ in range(12):
        sweep(desk, control, *values)
        end = time.monotonic() + 5.0
        while time.monotonic() < end:
            if so():
                return
            time.sleep(0.05)
    raise AssertionError(why)


def test_plug_play_unplug_in_a_fade_and_plug_in_again(playing: tuple[Program, Path]) -> None:
    program, _ = playing
    desk = nano()
    try:
        until(lambda: "nanoKONTROL2" in heard(program), "it is heard")
        assert desk.until("b0297f", 20.0) > 0  # play is lit: there is a cue to go to
        play(desk, 0, (0, 20, 40), lambda: base(program, GLOW) == pytest.approx(40 / 127), "caught")
        assert row(program, FADER, GLOW)["state"] == "caught"

        play(desk, 41, (127, 0), lambda: program.status()["cue"] == "1", "GO")  # fades to 0.5 in 30 s
        until(lambda: base(program, GLOW) > 40 / 127 + 0.001, "the cue fades")
        assert row(program, FADER, GLOW)["state"] == "waits"
    finally:
        desk.unplug(torn=True)
    before = base(program, GLOW)
    until(lambda: base(program, GLOW) > before + 0.005, "the fade goes on without it")

    again = nano()
    try:
        again.until("b0297f", 20.0)  # told again after it was plugged in again
        standing = base(program, GLOW)
        play(again, 0, (127,), lambda: row(program, FADER, GLOW)["at"] == 1.0, "the fader is heard")
        assert base(program, GLOW) < 0.5  # nobody knew where the fader was: nothing jumped
        play(again, 0, (100, 20), lambda: base(program, GLOW) == pytest.approx(20 / 127), f"from {standing}")
        held = base(program, GLOW)
        assert program.status()["frame"]["index"] > 0
        assert base(program, GLOW) == held  # and the fade has ended
    finally:
        again.unplug()


def test_learn_by_the_command_line_with_conflict_and_undo(playing: tuple[Program, Path]) -> None:
    program, show = playing
    desk = nano()
    try:
        until(lambda: "nanoKONTROL2" in heard(program), "it is heard")
        done = learn(program, desk, 5, "/scene/two/glow")
        assert done.returncode == 0, done.stderr
        assert "fader/6 of Korg nanoKONTROL2 (an absolute control of 7 bits) moves /scene/two/glow now" in (
            done.stdout
        )
        entry = '\n[[control]]\nfrom = "/midi/nanokontrol2/cc/5"\nto = "/scene/two/glow"\n'
        assert (show / "controls.toml").read_text() == MINE + entry
        assert str(show / "controls.toml") in done.stderr
        two = "/scene/two/glow"
        play(desk, 5, (127, 0, 100), lambda: base(program, two) == pytest.approx(100 / 127), "it moves")

        refused = learn(program, desk, 0, "/scene/two/glow")
        assert refused.returncode == 1
        assert "moves /scene/one/glow already" in refused.stderr
        assert "--move" in refused.stderr
        for key, code in (("c", 1), ("s", 0)):
            ours, theirs = os.openpty()
            os.write(ours, f"{key}\n".encode())
            answered = learn(program, desk, 0, "/scene/two/glow", keyboard=theirs)
            os.close(ours)
            os.close(theirs)
            assert answered.returncode == code, answered.stderr
        assert row(program, FADER, GLOW)
        assert row(program, FADER, "/scene/two/glow")
        assert program.ask("learn", "--undo").returncode == 0
        moved = learn(program, desk, 0, "/scene/two/glow", "--move")
        assert moved.returncode == 0, moved.stderr
        text = (show / "controls.toml").read_text()
        assert text.startswith(MINE.replace('to = "/scene/one/glow"', 'to = "/scene/two/glow"'))

        undone = program.ask("learn", "--undo")
        assert undone.returncode == 0, undone.stderr
        assert (show / "controls.toml").read_text() == MINE + entry
        assert row(program, FADER, GLOW)
        assert program.ask("learn", "--undo").returncode == 0
        assert (show / "controls.toml").read_text() == MINE
        assert program.ask("learn", "--undo").returncode == 1
    finally:
        desk.unplug()


def test_what_is_learned_in_a_show_that_ships_lies_in_the_users_folder_and_holds_after_a_restart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = paths.presets() / "shows" / "sea-sparkle-solo"
    before = {path: path.read_bytes() for path in shipped.iterdir() if path.is_file()}
    user = tmp_path / "user"
    with jack.running(monkeypatch), receiver() as node:
        venue = venue_file(tmp_path, node.getsockname()[1], adapters=MIDI)
        words = ("run", shipped.name, "--venue", str(venue), "--headless")
        with started(tmp_path / "state", *words, PHOTOPHORE_USER=str(user)) as program:
            program.playing()
            desk = nano()
            until(lambda: "nanoKONTROL2" in heard(program), "it is heard")
            done = learn(program, desk, 7, "/master")
            desk.unplug()
            assert done.returncode == 0, done.stderr
            assert str(user / "controls" / "sea-sparkle-solo.toml") in done.stderr
        with started(tmp_path / "again", *words, PHOTOPHORE_USER=str(user)) as program:
            program.playing()
            assert row(program, "/midi/nanokontrol2/cc/7", "/master")["of"] == "overlay"
    assert {path: path.read_bytes() for path in shipped.iterdir() if path.is_file()} == before


def test_an_edited_map_holds_without_a_restart_and_a_wrong_one_is_told(playing: tuple[Program, Path]) -> None:
    program, show = playing
    (show / "controls.toml").write_text(MINE.replace("/scene/one/glow", "/scene/one/glwo"))
    until(lambda: any("did you mean /scene/one/glow?" in one for one in program.status()["errors"]), "told")
    assert row(program, FADER, GLOW)  # the last good map goes on

    (show / "controls.toml").write_text(MINE.replace("/scene/one/glow", "/scene/two/glow"))
    until(lambda: row(program, FADER, "/scene/two/glow"), "the new map holds")


def learn(
    program: Program, desk: LitController, control: int, *arguments: str, keyboard: int = subprocess.DEVNULL
) -> "subprocess.CompletedProcess[str]":
    """Run ``photophore learn`` and move a control once it asks for it."""
    before = request("learning", folder=program.state)["number"]
    words = ["learn", *arguments]
    asked = program.begin(*words, keyboard=keyboard)
    until(lambda: request("learning", folder=program.state)["number"] > before, "it asks for a control")
    state = lambda: request("learning", folder=program.state)["state"]  # noqa: E731
    play(desk, control, (30, 31, 33, 36, 40, 44), lambda: state() != "waiting", "it is caught")
    out, err = asked.communicate(timeout=60)
    return subprocess.CompletedProcess(words, asked.returncode, out, err)
