"""``controls.toml``: what it may say, what is wrong with it, and what lies on top of it."""

from pathlib import Path

import pytest

from installation import paths
from installation.errors import ShowError
from installation.ipc.options import StageOptions
from installation.player.authored import check, tree_of
from installation.player.production import read_production, watched
from installation.show import examine_show, load_show
from installation.show.model import Show

GOOD = """format = 1
[[control]]
from = "/midi/nanokontrol2/cc/0"
to = "/scene/one/glow"
page = "2"
takeover = "scale"
low = 0.9
high = 0.1

[[control]]
from = "/midi/knob/note/4"
to = "standby -1"
how = "hold"
held = "/midi/knob/note/1"

[[control]]
from = "/midi/knob/cc/9"
to = "/scene/one/tint"
how = "relative"
encoding = "sign"
component = "blue"
"""


def write(show: Path, text: str) -> Path:
    (show / "controls.toml").write_text(text)
    return show


def checked(show: Path) -> list[str]:
    """Findings of references, as text, with lines instead of paths."""
    options = StageOptions(show=str(show), venue="loopback")
    try:
        production = read_production(options)
        tree = tree_of(production.show, production.shaders)
        findings = list(check(production.show, tree))
    except ShowError as error:
        findings = list(error.findings)
    return [
        f"{one.where.line}:{one.where.column}: {one.severity}: {one.message}; {one.hint}" for one in findings
    ]


def test_every_key_is_read(small_show: Path) -> None:
    first, second, third = load_show(write(small_show, GOOD)).controls

    assert (first.source, first.target, first.page) == ("/midi/nanokontrol2/cc/0", "/scene/one/glow", "2")
    assert (first.takeover, first.how, first.low, first.high) == ("scale", "absolute", 0.9, 0.1)
    assert (second.target, second.how, second.held) == ("standby -1", "hold", "/midi/knob/note/1")
    assert (third.how, third.encoding, third.component) == ("relative", "sign", 2)
    assert checked(small_show) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('to = "/scene/one/glwo"', "4:6: error: to: there is no parameter /scene/one/glwo; did you mean /s"),
        ('to = "standbye 1"', "4:6: error: to: there is no command 'standbye'; did you mean standby?"),
        ('to = "/cue/3/go"', '4:6: error: to: there is no cue "3"; did you mean /cue/2/go?'),
        ('to = "stop"', "4:6: error: to: no controller may give the command stop"),
        ('to = "learn /master"', "4:6: error: to: no controller may give the command learn"),
        ('to = "scene-input x"', "4:6: error: to: 'scene-input x': scene-input is followed by a number"),
        ('to = "/master"\nhigh = 3.0', "5:8: error: high: /master is 0..1; stay within"),
        ('to = "/master"\ncomponent = 1', "5:13: error: component: /master has 1 component; leave it out"),
        ('to = "/go"\nhow = "relative"', "5:7: error: how: an encoder's steps cannot give a command"),
        ('to = "/go"\nlow = 0.5', "5:7: warning: low: a command has none; remove it"),
    ],
)
def test_wrong_references_are_told_with_their_place_and_what_is_near(
    small_show: Path, text: str, told: str
) -> None:
    write(small_show, f'format = 1\n[[control]]\nfrom = "/m/x"\n{text}\n')

    (finding,) = checked(small_show)
    assert finding.startswith(told)


def test_what_is_no_control_is_told(small_show: Path) -> None:
    write(small_show, 'format = 1\n[[control]]\nfrom = "/signal/wave"\nto = "/master"\n')

    (finding,) = checked(small_show)
    assert finding.startswith("3:8: error: from: /signal/wave is no control")
    assert finding.endswith("write a [[route]] in show.toml")


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ('form = "/m/x"\nto = "/go"', 3, "a control has no key `form`; did you mean from?"),
        ('from = "/m/x"', 2, "a control has no `to`"),
        ('from = "m"\nto = "/go"', 3, 'from: "m" is not an address'),
        ('from = "/m/x"\nto = ""', 4, "to: it is empty"),
        ('from = "/m/x"\nto = "/go"\ntakeover = "pickup"', 5, 'takeover: "pickup" is not an allowed value'),
        ('from = "/m/x"\nto = "/go"\nlow = 1.0\nhigh = 1.0', 6, "high: it equals low"),
        ('from = "/m/x"\nto = "/go"\nencoding = "twos"', 5, "encoding: only relative encoders have one"),
    ],
)
def test_wrong_keys_are_told_with_their_place(small_show: Path, text: str, line: int, told: str) -> None:
    _, findings = examine_show(write(small_show, f"format = 1\n[[control]]\n{text}\n"))

    said = [(one.where.line, f"{one.message}; {one.hint}") for one in findings]
    assert any(at == line and words.startswith(told) for at, words in said), said


def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, overlay: str) -> Show:
    monkeypatch.setenv("PHOTOPHORE_USER", str(tmp_path / "user"))
    file = paths.controls_file(paths.presets() / "shows" / "sea-sparkle-solo")
    assert file == tmp_path / "user" / "controls" / "sea-sparkle-solo.toml"
    file.parent.mkdir(parents=True)
    file.write_text(overlay)
    return load_show("sea-sparkle-solo")


def test_controls_of_a_show_that_ships_lie_on_top_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    show = shipped(tmp_path, monkeypatch, 'format = 1\n[[control]]\nfrom = "/midi/x/cc/1"\nto = "/master"\n')

    assert [(one.target, one.overlay) for one in show.controls] == [("/master", True)]
    venue = read_production(StageOptions(show=str(show.folder), venue="loopback")).venue
    assert tmp_path / "user" / "controls" / "sea-sparkle-solo.toml" in watched(show, (), venue)


def test_what_is_wrong_on_top_does_not_stop_the_show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    show = shipped(tmp_path, monkeypatch, 'format = 1\n[[control]]\nfrom = "/midi/x/cc/1"\nso = "/master"\n')

    assert show.controls == ()
    assert [one.severity for one in show.warnings] == ["warning", "warning"]


def test_a_reference_that_is_wrong_on_top_is_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    show = shipped(tmp_path, monkeypatch, 'format = 1\n[[control]]\nfrom = "/midi/x/cc/1"\nto = "/gone"\n')

    (finding,) = checked(show.folder)
    assert "warning: to: there is no parameter /gone" in finding
