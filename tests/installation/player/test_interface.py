"""The interface bound to a player: what asks for a state, and what a state moves."""

import logging
from pathlib import Path

import numpy as np
import pytest

from hardware.biosensor import Crowd
from installation import isf
from installation.errors import ShowError
from installation.player.player import Player
from installation.show import load_show
from installation.values import Command, Reading
from tests.installation.neuro.states import STATES, add_states
from tests.installation.player.test_player import make, order

CUES = """format = 1
[[cue]]
id = "1"
name = "calm"
fade = 1.0
set = { "/scene/one/glow" = 0.5 }

[[cue]]
id = "2"
name = "wild"
fade = 1.0
state = "malfunction"

[[cue]]
id = "3"
name = "still wild"
fade = 1.0
set = { "/scene/one/glow" = 0.25, "/scene/two/glow" = 0.5 }
"""


def play(player: Player, seconds: float, *entries: Reading | Command) -> None:
    for frame in range(round(seconds * 60)):
        step = player.step(entries if frame == 0 else [], 0.0)
        assert step.refused == ()


def enter(state: str) -> Command:
    return order("set", f"/neuro/enter/{state}", 1.0)


@pytest.fixture
def folder(small_show: Path) -> Path:
    return add_states(small_show)


@pytest.fixture
def player(folder: Path) -> Player:
    return make(folder)


def glow(player: Player, scene: str = "one") -> float:
    return player.tree.get_base(f"/scene/{scene}/glow")[0]


def edit(folder: Path, player: Player) -> None:
    edited = load_show(str(folder))
    player.replace(edited, {scene: isf.parse(spec.shader) for scene, spec in edited.scenes.items()})


def test_an_event_parameter_brings_a_state_about_and_it_fades_what_it_names(player: Player) -> None:
    play(player, 0.1)
    assert player.interface.state == "attuned"

    play(player, 0.25, enter("malfunction"))
    halfway = glow(player)
    play(player, 0.6)

    assert player.interface.state == "malfunction"
    assert 0.3 < halfway < 0.95
    assert glow(player) == 1.0
    assert player.signals.get("/neuro/state") == 2.0


def test_a_pad_over_midi_and_a_message_over_osc_ask_for_a_state(folder: Path) -> None:
    text = (folder / "show.toml").read_text()
    route = '\n[[route]]\nfrom = "/midi/pads/note/38"\nto = "/neuro/enter/malfunction"\n'
    (folder / "show.toml").write_text(text + route)
    player = make(folder)

    play(player, 0.1, Reading("/midi/pads/note/38", (0.0,), 0.0, "midi"))
    play(player, 0.1, Reading("/midi/pads/note/38", (0.8,), 0.0, "midi"))
    assert player.interface.state == "malfunction"
    play(player, 0.1, Reading("/midi/pads/note/38", (0.0,), 0.0, "midi"))
    play(player, 0.1, Reading("/neuro/enter/repairing", (1.0,), 0.0, "osc"))
    assert player.interface.state == "repairing"
    play(player, 0.1, Reading("/midi/pads/note/38", (0.9,), 0.0, "midi"))
    assert player.interface.state == "malfunction"


def refused(player: Player) -> str:
    said = player.interface.status()
    assert said is not None
    return said.refused


def test_what_does_not_follow_is_refused_and_says_why(
    player: Player, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        play(player, 0.1, enter("repairing"))

    assert player.interface.state == "attuned"
    assert "nothing is torn" in refused(player)
    assert "nothing is torn" in caplog.text
    play(player, 0.1, enter("drifting"))
    assert not refused(player)

    play(player, 0.1, enter("symbiosis"))
    assert refused(player)
    play(player, 0.1, order("panic"))
    assert not refused(player)


def test_leaving_a_state_brings_back_what_was_authored_or_what_the_cue_says(folder: Path) -> None:
    (folder / "cues.toml").write_text(CUES)
    player = make(folder)
    play(player, 2.0, order("go"), enter("malfunction"))
    assert glow(player) == 1.0

    play(player, 2.5, enter("repairing"))
    assert glow(player) == 0.5
    again = make(folder)
    play(again, 1.0, enter("malfunction"))
    play(again, 2.5, enter("repairing"))
    assert glow(again) == 0.25


def test_a_performers_touch_takes_over_until_the_next_state(player: Player) -> None:
    play(player, 0.2, enter("malfunction"))
    play(player, 1.0, order("set", "/scene/one/glow", 0.4))
    assert glow(player) == 0.4

    play(player, 2.5, enter("repairing"))
    assert glow(player) == 0.25


def test_a_cue_leads_into_its_state_from_any_and_back_leads_out_again(folder: Path) -> None:
    (folder / "cues.toml").write_text(CUES)
    player = make(folder)
    play(player, 0.5, order("go"))
    play(player, 1.0, order("go"))
    assert (player.interface.state, glow(player)) == ("malfunction", 1.0)

    play(player, 1.5, order("go"))
    assert player.interface.state == "malfunction"
    assert glow(player) == 1.0  # the state names it: it stands above the cue
    assert glow(player, "two") == 0.5
    play(player, 0.5, order("back"))
    play(player, 0.5, order("back"))
    assert player.interface.state == "attuned"


def test_panic_calms_from_anywhere_and_nothing_begins_by_itself_meanwhile(player: Player) -> None:
    play(player, 1.0, enter("drifting"), Reading("/wild", (0.1,), 0.0, "osc"))

    play(player, 0.3, order("panic", "hard"), Reading("/wild", (0.9,), 0.0, "osc"))
    assert player.interface.state == "attuned"
    assert glow(player) == 0.25
    player.interface._machine.enter("drifting")
    play(player, 4.0)
    assert player.interface.state == "drifting"


def test_a_signal_held_beyond_its_level_brings_a_state_about(player: Player) -> None:
    play(player, 0.5, enter("drifting"), Reading("/wild", (0.1,), 0.0, "osc"))
    play(player, 1.9, Reading("/wild", (0.9,), 0.0, "osc"))
    assert player.interface.state == "drifting"
    play(player, 0.3)
    assert player.interface.state == "malfunction"


def test_a_malfunction_ends_by_itself_but_not_while_the_cue_clock_stands(player: Player) -> None:
    play(player, 19.0, enter("malfunction"))
    play(player, 5.0, order("hold"))
    assert player.interface.state == "malfunction"
    play(player, 1.2, order("hold"))
    assert player.interface.state == "repairing"


def test_as_authored_gives_back_what_the_state_says(player: Player) -> None:
    play(player, 1.0, enter("malfunction"))
    play(player, 0.1, order("set", "/scene/one/glow", 0.1))

    play(player, 4.5, order("as-authored"))

    assert glow(player) == 1.0


def test_a_restart_stands_in_the_same_state_at_once(folder: Path, player: Player) -> None:
    play(player, 13.0, enter("malfunction"))
    again = make(folder)

    again.stand_at("1", player.interface.state, player.interface.elapsed)
    again.step([], 0.0)

    assert again.interface.state == "malfunction"
    assert again.interface.elapsed == pytest.approx(player.interface.elapsed, abs=0.1)
    assert (glow(again), glow(again, "two")) == (1.0, 1.0)
    play(again, 7.5)
    assert again.interface.state == "repairing"


def test_a_plain_cue_after_a_restart_leaves_the_state_that_a_pad_brought(folder: Path) -> None:
    calm = CUES.replace("fade = 1.0\nset", 'fade = 1.0\nstate = "attuned"\nset', 1).replace(
        'state = "malfunction"', "# plain"
    )
    (folder / "cues.toml").write_text(calm)
    again = make(folder)

    again.stand_at("1", "malfunction", 1.0)
    play(again, 0.5)
    play(again, 0.5, order("go"))

    assert again.cues.current is not None
    assert again.cues.current.id == "2"
    assert again.interface.state == "malfunction"


def test_an_edited_interface_is_taken_over_and_the_state_goes_on(folder: Path, player: Player) -> None:
    play(player, 1.0, enter("drifting"))
    add_states(folder, STATES.replace('"/scene/one/glow" = 0.6', '"/scene/one/glow" = 0.9'))

    edit(folder, player)
    play(player, 1.2)

    assert player.interface.state == "drifting"
    assert glow(player) == 0.9


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"/scene/one/glow" = 0.6', '"/scene/one/glov" = 0.6', "did you mean /scene/one/glow?"),
        ('"/neuro/attribution/permute"', '"/neuro/attribution/permut"', "/neuro/attribution/permute?"),
        ('signal = "/osc/wild"', 'signal = "/neuro/arousel"', "did you mean /neuro/arousal?"),
        ('then = "repairing"', 'then = "attuned"', "attuned cannot follow malfunction"),
        ('after = ["drifting"]', 'after = ["malfunction"]', "already"),
        ('"/scene/one/glow" = 0.6', '"/neuro/enter/attuned" = true', "an event"),
        ("dwell = 2.0", "dwel = 2.0", "did you mean dwell?"),
    ],
)
def test_a_bad_edit_is_told_with_its_place_and_the_last_good_one_plays_on(
    folder: Path, player: Player, old: str, new: str, said: str
) -> None:
    play(player, 1.0, enter("drifting"))
    text = STATES.replace(old, new, 1)
    add_states(folder, text)
    line = next(n for n, row in enumerate(text.splitlines(), 1) if new in row)

    with pytest.raises(ShowError) as caught:
        edit(folder, player)
    play(player, 0.5)

    assert said in str(caught.value)
    assert f"states.toml:{line}:" in str(caught.value)
    assert (player.interface.state, glow(player)) == ("drifting", 0.6)


def test_an_interface_may_come_and_go_with_an_edit(small_show: Path) -> None:
    player = make(small_show)
    play(player, 0.1)
    assert player.interface.state == ""
    assert not [a for a in player.tree.parameters() if a.startswith("/neuro")]
    assert not [name for name in player.signals.names() if name.startswith("/neuro")]

    add_states(small_show)
    edit(small_show, player)
    play(player, 0.7, enter("malfunction"))
    assert (player.interface.state, glow(player)) == ("malfunction", 1.0)
    (small_show / "states.toml").unlink()
    edit(small_show, player)
    play(player, 1.2)
    assert (player.interface.state, glow(player)) == ("", 0.25)
    assert not [a for a in player.tree.parameters() if a.startswith("/neuro")]


def test_stillness_of_all_takes_a_fifth_of_every_loop_gain_smoothly(folder: Path) -> None:
    text = (folder / "show.toml").read_text()
    edge = '\n[[feedback]]\nname = "self"\nfrom = "/scene/one/glow"\nto = "/scene/one/glow"\ngain = 2.0\n'
    (folder / "show.toml").write_text(text + edge)
    add_states(folder, STATES + "\n[people]\nbrake_time = 1.0\n")
    player = make(folder)
    crowd = Crowd(3, seed=2, walking=0.0)
    gains = []
    for frame in range(60 * 7):
        crowd.advance(1 / 60)
        player.step(crowd.readings(frame / 60, "people"), 0.0)
        gains.append(player.tree.get("/feedback/self/gain")[0])

    assert gains[0] == pytest.approx(2.0, abs=0.01)
    assert gains[-1] == pytest.approx(1.6, abs=0.01)
    assert np.abs(np.diff(gains)).max() < 0.01
    assert player.tree.get_base("/feedback/self/gain") == (2.0,)


def test_any_signal_may_stand_in_for_what_people_are_together(folder: Path) -> None:
    add_states(folder, STATES + '\n[drivers]\narousal = "/midi/pads/cc/1"\nstillness = "/osc/still"\n')
    player = make(folder)

    play(
        player, 0.1,
        Reading("/midi/pads/cc/1", (0.7,), 0.0, "midi"), Reading("/still", (3.0,), 0.0, "osc"),
    )  # fmt: skip

    assert player.signals.public()["/neuro/arousal"] == 0.7
    assert player.signals.public()["/neuro/stillness"] == 1.0
    assert player.signals.public()["/neuro/coherence"] == 0.0


def test_backfire_sends_shockwaves_that_the_lamps_hear_first(player: Player) -> None:
    crowd = Crowd(2, seed=6)
    lit = []
    for frame in range(60 * 8):
        crowd.advance(1 / 60)
        orders = {60: [enter("malfunction")], 120: [enter("backfire")]}.get(frame, [])
        step = player.step([*crowd.readings(frame / 60, "people"), *orders], frame / 60)
        lit.append(float(step.light.light.mean()) / 65535)

    ages = [player.signals.get(f"/neuro/shock/{k}/age") for k in range(4)]
    assert ages == pytest.approx([6.0, 4.7, 3.4, 10.0], abs=0.1)
    assert player.signals.get("/neuro/shock/2/energy") == pytest.approx(0.35, abs=0.05)
    assert not any(lit[:120])
    assert 0.0 < max(lit[120:]) <= 0.045
    assert "/neuro/shock/0/x" not in player.signals.public()
    play(player, 0.1, order("panic"))
    assert player.signals.get("/neuro/shock/2/energy") == 0.0
