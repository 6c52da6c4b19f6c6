"""What a soundscape's file says, and what is said about a wrong one."""

from dataclasses import replace
from pathlib import Path

import pytest

from installation.show import examine_show
from installation.show.document import parse
from installation.show.soundscape import PATCHES, Soundscape, default_soundscape, read_soundscape
from installation.show.soundscape.model import FollowSpec
from installation.values import Finding


def read(text: str) -> tuple[Soundscape, list[Finding]]:
    findings: list[Finding] = []
    return read_soundscape(parse("format = 1\n" + text, Path("soundscape.toml")), findings), findings


def test_the_default_one_has_nothing_wrong_and_uses_every_patch() -> None:
    table = default_soundscape()

    named = {name for scene in table.scenes.values() for name in scene.patches}
    assert named == set(PATCHES) - {"hub"}  # that one comes from a venue


def test_a_scene_is_read_with_its_levels_inputs_and_follows() -> None:
    table, findings = read("""
[scene.sea]
fade = 3.0
register = -1
patches = { water = 1, bells = 0.5 }
inputs = { "water/density" = 0.25 }
[[scene.sea.follow]]
to = "water/tone"
from = "/nature/tide"
in = [0.0, 2.0]
out = [1.0, 0.5]
""")

    assert findings == []
    scene = table.scenes["sea"]
    assert dict(scene.patches) == {"water": 1.0, "bells": 0.5}
    assert dict(scene.inputs) == {"water/density": 0.25}
    assert (scene.fade, scene.register) == (3.0, -1.0)
    assert scene.follow == (FollowSpec("water/tone", "/nature/tide", (0.0, 2.0), (1.0, 0.5)),)


@pytest.mark.parametrize(("signal", "value"), [(-1.0, 0.2), (1.0, 0.2), (3.0, 0.6), (5.0, 1.0), (9.0, 1.0)])
def test_a_follow_is_a_straight_line_with_ends(signal: float, value: float) -> None:
    follow = FollowSpec("crowd/density", "/bodies/count", (1.0, 5.0), (0.2, 1.0))

    assert follow.value(signal) == pytest.approx(value)
    assert replace(follow, span=(5.0, 1.0)).value(6.0 - signal) == pytest.approx(value)


WRONG = {
    "[scene.sea]\npatches = { watr = 1.0 }": (3, "watr", "did you mean water?"),
    "[scene.sea]\npatches = { water = 3.0 }": (3, "0..2", ""),
    '[scene.sea]\npatches = { water = "loud" }': (3, "expected a number", ""),
    "[scene.sea]\nlevel = 1.0": (3, "no key `level`", ""),
    '[scene.sea]\ninputs = { "water/densty" = 0.1 }': (3, "densty", "did you mean density?"),
    '[scene.sea]\ninputs = { "water/density" = 1.5 }': (3, "expected 0..1, got 1.5", ""),
    '[[follow]]\nto = "crowd/size"\nfrom = "/a"': (3, "size", ""),
    '[[follow]]\nto = "crowd/density"\nfrom = "a b"': (4, "not an address", ""),
    '[[follow]]\nto = "crowd/density"\nfrom = "/a"\nin = [1.0, 1.0]': (5, "begins where it ends", ""),
    '[[follow]]\nto = "crowd/density"\nfrom = "/a"\nout = [0.0, 9.0]': (5, "expected 0..1, got 9", ""),
    '[[follow]]\nfrom = "/a"': (2, "no `to`", ""),
    "[tuning]\nscale = [1.0, 1.5]": (3, "not a scale", "at least three"),
    "[tuning]\nscale = [1.0, 1.6, 1.5]": (3, "not a scale", ""),
    "[silence]\nfade = 0.0": (3, "0.02", ""),
    "[sceen.sea]\nfade = 1.0": (2, "no key `sceen`", "did you mean scene?"),
}


@pytest.mark.parametrize("text", WRONG)
def test_what_is_wrong_is_told_with_its_line_and_the_rest_is_kept(text: str) -> None:
    line, message, hint = WRONG[text]
    table, findings = read(text)

    assert [one.where.line for one in findings] == [line]
    assert message in findings[0].message
    assert hint in (findings[0].hint or "")
    assert isinstance(table, Soundscape)


def test_it_says_which_addresses_it_wants_to_know() -> None:
    table, _ = read('[[state.drifting.follow]]\nto = "tide/tide"\nfrom = "/osc/mine"')

    assert {"/osc/mine", "/nature/season", "/voice/ahead", "/voice/crowd/level", "/voice/water/tone"} <= set(
        table.addresses()
    )
    assert len(set(table.addresses())) == len(table.addresses())


def test_a_scene_or_state_that_the_show_does_not_have_is_told_with_what_was_meant(small_show: Path) -> None:
    (small_show / "states.toml").write_text("format = 1\n[state.calm]\n")
    (small_show / "soundscape.toml").write_text("format = 1\n[scene.oen]\n[state.clam]\n[scene.two]\n")
    _, findings = examine_show(small_show)

    found = [one for one in findings if "soundscape.toml" in str(one.where)]
    assert [(one.where.line, one.message) for one in found] == [
        (2, 'the show has no scene "oen"'),
        (3, 'the show has no state "clam"'),
    ]
    assert "one" in found[0].hint
    assert "calm" in found[1].hint
