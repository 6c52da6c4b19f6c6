"""What a show's files say of messages to other programs, and what is wrong with it."""

import math
from pathlib import Path

import pytest

from installation.errors import ShowError
from installation.show import load_show, load_venue
from installation.show.outgoing.targets import bound_targets, duplicates, unbound

HEAD = 'format = 1\n[scene.one]\nshader = "plain.fs"\n'


def show(folder: Path, sends: str = "", cues: str = ""):
    (folder / "plain.fs").write_text("")
    (folder / "show.toml").write_text(HEAD + sends)
    (folder / "cues.toml").write_text("format = 1\n" + cues)
    return load_show(folder)


def wrong(folder: Path, sends: str = "", cues: str = "") -> list[str]:
    with pytest.raises(ShowError) as caught:
        show(folder, sends, cues)
    return [str(one).removeprefix(f"{folder}/") for one in caught.value.findings]


def test_a_cue_sends_osc_midi_and_show_control_in_order(tmp_path: Path) -> None:
    cues = """[[cue]]
id = "1"
send = [
  { to = "console", address = "/eos/cue/1/fire" },
  { to = "console", address = "/x", values = [1, 0.5, "a", true] },
  { to = "rig", midi = "cc 1 7 64" },
  { msc = "go 12 1" },
]
"""
    (cue,) = show(tmp_path, cues=cues).cues
    assert [(one.to, one.sent.address, one.sent.values) for one in cue.send] == [
        ("console", "/eos/cue/1/fire", ()),
        ("console", "/x", (1, 0.5, "a", True)),
        ("rig", "/cc/1/7", (64,)),
        ("midi-out", "/msc/go", ("12", "1")),
    ]
    assert [type(one) for one in cue.send[1].sent.values] == [int, float, str, bool]


def test_a_show_sends_signals_as_osc_and_as_midi(tmp_path: Path) -> None:
    sends = """[[send]]
from = "/mouse/{x,y}"
to = "visuals"
address = "/pad"
values = [3]
shape = [{ smooth = 0.1 }]
keep_alive = 2.0
fallback = "release"
[[send]]
from = "/scene/one/glow"
midi = "cc 1 7"
[[send]]
from = "/osc/pad"
on = "rise"
msc = "timed-go 0:05 3"
"""
    first, second, third = show(tmp_path, sends).sends
    assert first.sources == ("/mouse/x", "/mouse/y")
    assert (first.to, first.sent.address, first.sent.values) == ("visuals", "/pad", (3,))
    assert (first.keep_alive, [one.kind for one in first.shape]) == (2.0, ["smooth"])
    assert math.isnan(first.fallback)
    assert (second.to, second.sent.address, second.sent.factor, second.sent.whole) == (
        "midi-out",
        "/cc/1/7",
        127.0,
        True,
    )
    assert (third.on, third.sent.values) == ("rise", (5.0, "3"))


@pytest.mark.parametrize(
    ("send", "said"),
    [
        ('{ to = "c" }', "cues.toml:4:9: a send has no `address`; say one of: address (OSC), midi, msc"),
        ('{ to = "c", address = "x" }', 'cues.toml:4:31: address: "x" is not an address'),
        ('{ address = "/x" }', "cues.toml:4:9: a send has no `to`; add `to = ...`"),
        (
            '{ to = "c", address = "/x", msc = "go" }',
            "cues.toml:4:43: a send has `address` and `msc`; say one of",
        ),
        ('{ to = "c", address = "/x", values = 1 }', "cues.toml:4:46: values: expected a list"),
        ('{ to = "c", address = "/x", values = [[1]] }', "cues.toml:4:46: values: expected a list"),
        ('{ to = "a b", address = "/x" }', 'cues.toml:4:16: to: "a b" is not a name'),
        ('{ to = "c", adress = "/x" }', "cues.toml:4:9: a send has no `address`"),
        (
            '{ midi = "cc 1 7" }',
            'cues.toml:4:18: midi: "cc 1 7" has 2 numbers; write cc CHANNEL',
        ),
        ('{ midi = "cc 0 7 1" }', "cues.toml:4:18: midi: cc: channel is 1..16, not 0"),
        ('{ midi = "cx 1 7 1" }', 'cues.toml:4:18: midi: "cx" is no MIDI message'),
        ("{ midi = 7 }", "cues.toml:4:18: midi: expected text in quotes"),
        (
            '{ msc = "goo 1" }',
            'cues.toml:4:17: msc: "goo" is no command of MIDI Show Control',
        ),
        ('{ msc = "go x" }', 'cues.toml:4:17: msc: go: "x" is no cue number'),
        ('{ msc = "go 1", values = [1] }', "cues.toml:4:34: values: msc has its own; remove values"),
    ],
)
def test_a_wrong_message_is_named_with_its_place_and_what_to_write(tmp_path: Path, send, said) -> None:
    lines = wrong(tmp_path, cues=f'[[cue]]\nid = "1"\nsend = [{send}]\n')
    assert lines[0].startswith(said), lines


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ('to = "c"\naddress = "/x"', "show.toml:4:1: a send has no `from`"),
        (
            'from = "/a"\nto = "c"\naddress = "/x"\non = "fall"',
            'show.toml:8:6: on: "fall" is not an allowed',
        ),
        ('from = "/a"\nmsc = "go"', "show.toml:6:7: msc: a command is given once"),
        ('from = "/a"\nmidi = "cc 1 7 64"', 'show.toml:6:8: midi: "cc 1 7 64" has 3 numbers'),
        (
            'from = "/a"\nmidi = "start"',
            'show.toml:6:8: midi: "start": start takes no numbers; use it',
        ),
        ('from = "/a"\nto = "c"\naddress = "/x"\nkeep_alive = -1', "show.toml:8:14: keep_alive: expected"),
    ],
)
def test_a_wrong_stream_is_named_with_its_place(tmp_path: Path, lines, said) -> None:
    found = wrong(tmp_path, f"[[send]]\n{lines}\n")
    assert found[0].startswith(said), found


def test_a_venue_binds_names_and_what_it_lacks_is_a_warning(tmp_path: Path) -> None:
    file = tmp_path / "room.toml"
    file.write_text("""format = 1
[adapter.midi-out]
kind = "midi-out"
port = "Rig"
[adapter.out]
kind = "osc-out"
targets = [{ name = "console", port = 8000 }, { name = "visuals", port = 8001 }]
[adapter.more]
kind = "osc-out"
targets = [{ name = "visuals", port = 8002 }]
""")
    venue = load_venue(file)
    assert bound_targets(venue) == {"midi-out", "console", "visuals"}
    (twice,) = duplicates(venue)
    assert str(twice).startswith(
        f'{file}:10:21: there are two targets named "visuals"; the first is at {file}:7:'
    )
    cues = """[[cue]]
id = "1"
send = [{ msc = "go" }, { to = "consol", address = "/x" }, { to = "consol", address = "/y" }]
"""
    (one,) = unbound(show(tmp_path, cues=cues).every_send, venue)
    assert one.severity == "warning"
    assert str(one).endswith("what the show sends there is left out; did you mean console?")
