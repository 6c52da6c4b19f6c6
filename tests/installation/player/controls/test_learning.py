"""Learn, conflict, undo, and what of it is told."""

from pathlib import Path

import pytest

from installation import paths
from installation.control.map import Origin
from installation.player.controls.learning import Change
from installation.player.controls.report import ghosts, rows, toasts
from installation.values import Command, Reading
from tests.installation.player.controls.desk import GLOW, Desk, cc, order

TWO = "/scene/two/glow"


def said(desk: Desk) -> str:
    return desk.player.learning.words


def wiggle(desk: Desk, control: str, *steps: int) -> None:
    desk.move(control, *(steps or (30, 31, 33, 36, 40)))
    desk.step(frames=2)


def moved_by(desk: Desk, control: str) -> list[tuple[str, Origin]]:
    lines = desk.player.controls.active(f"/midi/tiny/{control}")
    return [(line.bind.target, line.bind.origin) for line in lines]


def test_a_parameter_is_learned_and_the_control_moves_it_at_once(desk: Desk) -> None:
    desk.step(order("learn", TWO))
    assert desk.player.learning.prompt(desk.player.frame.time).startswith(
        f"learn {TWO}: move a control   10 s"
    )

    wiggle(desk, "cc/77")

    assert said(desk) == f"/midi/tiny/cc/77 (an absolute control of 7 bits) moves {TWO} now"
    (change,) = desk.player.learning.changes
    assert (change.added.source, change.added.target, change.added.how) == (
        "/midi/tiny/cc/77", TWO, "absolute",
    )  # fmt: skip
    desk.move("cc/77", 110)
    assert desk.glow("two") == pytest.approx(110 / 127)


def test_a_control_of_the_default_map_is_taken_and_that_is_told(desk: Desk) -> None:
    desk.step(order("learn", TWO))
    wiggle(desk, "cc/1")

    assert said(desk).startswith("fader/1 of Tiny Desk (an absolute control of 7 bits)")
    assert said(desk).endswith(f"moves {TWO} now, and no longer {GLOW}")
    assert moved_by(desk, "cc/1") == [(TWO, Origin.SHOW)]
    assert desk.player.learning.changes[0].added.page == "one"  # it has two pages


def test_while_it_is_learned_a_control_moves_nothing_but_panic(desk: Desk) -> None:
    desk.move("cc/1", 10, 40)
    desk.step(order("learn", TWO))

    desk.move("cc/1", 60, 80)
    desk.move("note/1", 90, 0)
    desk.step(cc("note/3", 90), frames=70)

    assert desk.glow() == pytest.approx(40 / 127)
    assert desk.player.cues.current is None
    assert desk.player.cues.calmed


def test_a_twin_that_is_looked_at_is_not_learned(desk: Desk) -> None:
    desk.step(order("learn", TWO))
    desk.step(Reading("/midi/tiny/twin", (1.0,), 0.0, "twin"), frames=200)
    assert desk.player.learning.changes == []
    assert desk.player.learning.busy


def use_cc_1(desk: Desk) -> Desk:
    (desk.folder / "controls.toml").write_text(
        f'format = 1\n[[control]]\nfrom = "/midi/tiny/cc/1"\nto = "{GLOW}"\n'
    )
    return Desk(desk.folder)


def test_a_control_in_use_is_moved_or_shared_or_left(desk: Desk) -> None:
    desk = use_cc_1(desk)
    desk.step(order("learn", TWO))
    wiggle(desk, "cc/1")
    assert desk.player.learning.state == "conflict"
    assert said(desk) == f"fader/1 of Tiny Desk moves {GLOW} already"

    desk.step(frames=610)
    assert said(desk) == f"no answer: {TWO} was not learned"
    assert moved_by(desk, "cc/1") == [(GLOW, Origin.SHOW)]

    desk.step(order("learn", TWO))
    wiggle(desk, "cc/1")
    desk.step(order("learn-answer", "share"))
    assert moved_by(desk, "cc/1") == [(GLOW, Origin.SHOW), (TWO, Origin.SHOW)]
    desk.step(order("learn-undo"))
    assert moved_by(desk, "cc/1") == [(GLOW, Origin.SHOW)]

    desk.step(order("learn", TWO))
    wiggle(desk, "cc/1")
    desk.step(order("learn"))  # the key: the obvious next step
    assert moved_by(desk, "cc/1") == [(TWO, Origin.SHOW)]
    desk.step(order("learn-undo"))
    assert moved_by(desk, "cc/1") == [(GLOW, Origin.SHOW)]


def test_fourteen_bits_are_in_conflict_with_the_seven_bits_that_they_consist_of(desk: Desk) -> None:
    desk = use_cc_1(desk)
    desk.step(order("learn", TWO))

    desk.step(*(Reading("/midi/tiny/cc14/1", (one / 16_383,), 0.0, "midi") for one in (9, 90, 900, 990, 999)))

    assert desk.player.learning.state == "conflict"


@pytest.mark.parametrize(
    ("target", "steps", "how", "encoding"),
    [
        (TWO, (1, 1, 127, 1, 1), "relative", "twos"),
        (TWO, (127, 0), "toggle", ""),
        ("/blackout", (127, 0), "toggle", ""),
        ("/go", (127, 0), "absolute", ""),
    ],
)
def test_how_a_control_acts_follows_from_what_it_is(
    desk: Desk, target: str, steps: tuple[int, ...], how: str, encoding: str
) -> None:
    desk.step(order("learn", target))
    desk.move("cc/88", *steps)
    desk.step(frames=40)

    (change,) = desk.player.learning.changes
    assert (change.added.how, change.added.encoding) == (how, encoding)


def test_an_encoder_cannot_give_a_command(desk: Desk) -> None:
    desk.step(order("learn", "/go"))
    desk.move("cc/88", 1, 1, 127, 1, 1)
    desk.step()

    assert "cannot give a command; take a button" in said(desk)
    assert desk.player.learning.changes == []


def test_nothing_moved_is_told_after_ten_seconds(desk: Desk) -> None:
    desk.step(order("learn", TWO), frames=610)

    assert said(desk) == f"no control was moved: {TWO} was not learned"
    assert desk.player.controls.grip is None


def test_what_cannot_be_learned_is_refused_with_what_is_near(desk: Desk) -> None:
    for target, words in (
        ("/scene/one/glwo", "did you mean /scene/one/glow?"),
        ("stop", "no controller may give the command stop"),
        ("learn /master", "no controller may give the command learn"),
        ("stnadby 1", "did you mean standby?"),
        ("/cue/9/go", 'there is no cue "9"'),
    ):
        ((_, reason),) = desk.step(order("learn", target)).refused
        assert words in reason
    ((_, reason),) = desk.step(order("learn", GLOW, "x")).refused
    assert "no component" in reason
    ((_, reason),) = desk.step(order("learn-undo")).refused
    assert "nothing was learned" in reason


def test_a_component_of_a_colour_is_learned(desk: Desk) -> None:
    desk.step(order("learn", "/scene/one/tint", "green"))
    wiggle(desk, "cc/77")
    desk.move("cc/77", 64, 32)

    assert desk.player.tree.get_base("/scene/one/tint") == pytest.approx((0.0, 32 / 127, 1.0, 1.0))


def test_the_key_learns_what_was_set_last(desk: Desk) -> None:
    desk.step(Reading("/scene/two/glow", (0.3,), 0.0, "osc"))
    desk.step(Command("learn", (), 0.0, "keyboard"))

    assert desk.player.learning.target == TWO
    desk.step(Command("learn", (), 0.0, "keyboard"))
    assert desk.player.learning.state == "cancelled"


def test_the_key_says_that_nothing_was_set_yet(desk: Desk) -> None:
    ((_, reason),) = desk.step(Command("learn", (), 0.0, "keyboard")).refused

    assert "name what is to be learned" in reason
    assert "then press L" in desk.player.learning.prompt(desk.player.frame.time)


def test_a_control_that_a_route_uses_is_told(desk: Desk) -> None:
    text = (desk.folder / "show.toml").read_text()
    route = '[[route]]\nfrom = "/midi/tiny/cc/77"\nto = "/scene/one/tint"\ncomponent = "red"\n'
    (desk.folder / "show.toml").write_text(text + route)
    desk = Desk(desk.folder)
    desk.step(order("learn", TWO))
    wiggle(desk, "cc/77")

    assert said(desk).endswith(f"moves {TWO} now; a route uses it as well")


def test_a_control_over_osc_is_learned_but_not_a_sensor_that_runs(desk: Desk) -> None:
    def osc(address: str, value: float) -> Reading:
        return Reading(address, (value,), 0.0, "osc")

    desk.step(osc("/breath", 0.1))
    desk.step(order("learn", TWO))
    for step in range(8):
        desk.step(osc("/breath", 0.1 * step), osc("/breath", 0.07 * step), osc("/1/fader3", 0.123 * step))

    assert moved_by_osc(desk) == [TWO]
    desk.step(osc("/1/fader3", 0.2))
    assert desk.glow("two") == pytest.approx(0.2)


def moved_by_osc(desk: Desk) -> list[str]:
    return [line.bind.target for line in desk.player.controls.active("/osc/1/fader3")]


def test_what_is_learned_in_a_show_that_ships_lies_on_top_of_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    overlay = tmp_path / "user" / "controls" / "small.toml"
    desk = use_cc_1(desk)
    monkeypatch.setattr(paths, "controls_file", lambda _show: overlay)
    desk.step(order("learn", TWO))
    wiggle(desk, "cc/1")

    desk.step(order("learn-answer", "share"))

    (change,) = desk.player.learning.changes
    assert [one.target for one in change.copied] == [GLOW]
    assert moved_by(desk, "cc/1") == [(GLOW, Origin.OVERLAY), (TWO, Origin.OVERLAY)]
    desk.step(order("learn-undo"))
    assert moved_by(desk, "cc/1") == [(GLOW, Origin.SHOW)]
    assert desk.player.learning.changes[-1] == Change(change.added, (), change.copied, undo=True)


def test_people_are_told_what_a_controller_does_and_what_waits(desk: Desk) -> None:
    desk.step(Reading("/midi/tiny/connected", (1.0,), 0.0, "midi"))
    now = desk.player.frame.time

    assert toasts(desk.player.controls, now) == ["Tiny Desk: faders are glow; encoders are glow"]
    desk.move("cc/1", 127)
    (ghost,) = ghosts(desk.player.controls, now)
    assert ghost == f"  fader/1 waits for {GLOW}  [......o................I]"
    row = next(
        one for one in rows(desk.player.controls) if (one["from"], one["to"]) == ("/midi/tiny/cc/1", GLOW)
    )
    assert (row["control"], row["state"], row["at"], row["stands"], row["of"]) == (
        "fader/1", "waits", 1.0, 0.25, "default map",
    )  # fmt: skip

    desk.step(Reading("/midi/tiny/connected", (0.0,), 0.0, "midi"))
    assert toasts(desk.player.controls, now) == ["Tiny Desk is unplugged"]


@pytest.mark.parametrize("how", ["absolute", "toggle", "momentary"])
def test_while_it_is_learned_a_blackout_that_is_a_parameter_goes_on(desk: Desk, how: str) -> None:
    (desk.folder / "controls.toml").write_text(
        f'format = 1\n[[control]]\nfrom = "/midi/tiny/note/9"\nto = "/blackout"\nhow = "{how}"\n'
    )
    again = Desk(desk.folder)
    again.step(order("learn", TWO))

    again.move("note/9", 127)

    assert again.player.dark


def test_addresses_that_somebody_makes_up_are_not_kept(desk: Desk) -> None:
    controls = desk.player.controls
    desk.step(order("learn", TWO))
    for batch in range(5):
        numbers = range(batch * 1000, batch * 1000 + 1000)
        desk.step(*(Reading(f"/made/{one}", (1.0,), 0.0, "osc") for one in numbers))
        desk.step(*(Reading(f"/midi/tiny/up/{one}", (1.0,), 0.0, "midi") for one in numbers))

    assert not [one for one in controls.heard_at if one.startswith("/osc/")]
    assert len(controls.heard_at) == 4096
    assert controls.position("/osc/made/1") is None
    assert not controls.is_down("/osc/made/1")
