"""The live look is saved into the file of a cue, and taken back."""

import os
from pathlib import Path

import pytest

from installation.commands import COMMANDS
from installation.cue.override import LOUDNESS
from installation.cue.presets import save_preset
from installation.player.player import Player
from installation.show import load_show
from installation.values import Command
from tests.installation.player.test_player import make, order
from tests.installation.stage.test_hot_reload import told
from tests.installation.stage.test_stage import stage_of

GLOW, OTHER = "/scene/one/glow", "/scene/two/glow"


def played(player: Player, *commands: Command, frames: int = 1) -> list[str]:
    """What was told or refused."""
    heard = []
    for index in range(frames):
        step = player.step(commands if index == 0 else [], 0.0)
        heard += [words for _, words in (*step.told, *step.refused)]
    return heard


def test_what_was_set_by_hand_is_in_the_file_and_nothing_moves(small_show: Path) -> None:
    file = small_show / "cues.toml"
    file.write_text("# mine\n" + file.read_text().replace("= 0.5\n\n", "= 0.5 # half\n\n", 1))
    player = make(small_show)
    played(player, order("go"), frames=90)
    played(player, order("set", GLOW, 0.8), order("set", OTHER, 0.123456789))
    before = player.tree.base.copy()
    (words,) = played(player, order("update-cue"))
    assert words == f"cue 1 of cues.toml: {GLOW} = 0.8, {OTHER} = 0.123457"
    text = file.read_text()
    assert text.startswith("# mine\n")
    assert f'"{GLOW}" = 0.8 # half\n"{OTHER}" = 0.123457\n' in text
    assert (player.tree.base == before).all()
    assert load_show(str(small_show)).cues[0].set == {GLOW: 0.8, OTHER: 0.123457}


def test_fades_and_earlier_hands_are_no_changes(small_show: Path) -> None:
    player = make(small_show)
    played(player, order("set", OTHER, 0.3))
    played(player, order("go"), frames=30)  # in the middle of the fade
    assert "nothing was changed" in played(player, order("update-cue"))[0]
    played(player, order("set", GLOW, 0.9), order("blackout", "on"), order("set", "/master", 0.5))
    assert played(player, order("update-cue")) == [f"cue 1 of cues.toml: {GLOW} = 0.9"]


def test_another_cue_gets_the_whole_look_and_its_scene(small_show: Path) -> None:
    player = make(small_show)
    played(player, order("go"), frames=90)
    played(player, order("set", OTHER, 0.3))
    words = played(player, order("update-cue", "2"))
    assert words == [f"cue 2 of cues.toml: scene one, {GLOW} = 0.5, {OTHER} = 0.3"]
    cue = load_show(str(small_show)).cues[1]
    assert (cue.scene, cue.set) == ("one", {GLOW: 0.5, OTHER: 0.3})


def test_how_loud_the_room_is_goes_into_no_cue_and_no_preset(small_show: Path) -> None:
    player = make(small_show)
    assert set(player.tree.parameters()) >= LOUDNESS
    played(
        player, order("set", "/voice/level", -20.0), order("set", "/voice/mute", 1.0), order("set", GLOW, 0.9)
    )
    assert played(player, order("update-cue", "1")) == [f"cue 1 of cues.toml: {GLOW} = 0.9"]
    kept = save_preset(player.show, player.tree, "look").presets["look"].set
    assert GLOW in kept
    assert not LOUDNESS & set(kept)


def test_it_is_taken_back_unless_the_file_was_edited(small_show: Path) -> None:
    file = small_show / "cues.toml"
    file.chmod(0o640)
    before = file.read_bytes()
    player = make(small_show)
    assert "no cue was updated" in played(player, order("undo-update"))[0]
    played(player, order("go"), frames=90)
    for value in (0.8, 0.9):
        played(player, order("set", GLOW, value))
        played(player, order("update-cue"))
    assert "as it was" in played(player, order("undo-update"))[0]
    assert b"0.8" in file.read_bytes()
    edited = file.read_bytes() + b"# later\n"
    file.write_bytes(edited)
    assert "was edited after" in played(player, order("undo-update"))[0]
    assert file.read_bytes() == edited
    file.write_bytes(edited.removesuffix(b"# later\n"))
    played(player, order("undo-update"))
    assert file.read_bytes() == before
    assert file.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("broken", ["missing", "no longer TOML", "read-only"])
def test_a_file_that_cannot_be_edited_is_left_alone(small_show: Path, broken: str) -> None:
    if broken == "read-only" and os.getuid() == 0:
        pytest.skip("root may write everywhere")
    file = small_show / "cues.toml"
    player = make(small_show)
    assert "no cue has been played" in played(player, order("update-cue"))[0]
    played(player, order("go"), frames=90)
    played(player, order("set", GLOW, 0.8))
    if broken == "missing":
        file.unlink()
    elif broken == "read-only":
        small_show.chmod(0o500)
    else:
        file.write_text("[[cue]\n")
    (words,) = played(player, order("update-cue"))
    assert "cues.toml" in words
    assert broken != "no longer TOML" or file.read_text() == "[[cue]\n"
    small_show.chmod(0o700)


def test_the_running_show_has_the_cue_as_the_file_says(small_show: Path) -> None:
    stage, parts = stage_of(small_show)
    parts.inbox.put(order("go"))
    for _ in range(90):
        stage.frame()
    parts.inbox.put(order("set", GLOW, 0.8))
    stage.frame()
    parts.inbox.put(order("update-cue"))
    stage.frame()
    told(stage, small_show / "cues.toml")
    assert stage._player.show.cues[0].set == {GLOW: 0.8}
    assert stage._player.tree.get_base(GLOW) == (0.8,)
    parts.inbox.put(order("as-authored"))
    for _ in range(300):
        stage.frame()
    assert stage._player.tree.get_base(GLOW) == (0.8,)


def test_what_a_gesture_loop_moves_is_no_part_of_the_look(small_show: Path) -> None:
    player = make(small_show)
    played(player, order("go"), frames=90)
    played(player, order("loop-record", 1))
    for value in (0.6, 0.7, 0.8):
        played(player, order("set", GLOW, value), frames=10)
    played(player, order("loop-record", 1), frames=20)
    assert player.timing.loops.slots[0].state == "playing"
    left = f"; left out, as a gesture loop moves it: {GLOW}"
    assert played(player, order("update-cue")) == [
        f"nothing was changed by hand that cue 1 does not say already{left}"
    ]
    played(player, order("set", OTHER, 0.3))
    assert played(player, order("update-cue")) == [f"cue 1 of cues.toml: {OTHER} = 0.3{left}"]


def test_a_replay_writes_no_files() -> None:
    assert not any(COMMANDS[verb].recorded or COMMANDS[verb].live for verb in ("update-cue", "undo-update"))
    assert not COMMANDS["preset-save"].recorded
