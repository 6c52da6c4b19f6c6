"""Files of controllers: what they mean, and what is said of wrong ones, with the place."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from installation.errors import ShowError
from installation.surface import DARK, parse_profile, shown
from installation.surface.pattern import expand
from installation.surface.template import Fill, template

HEAD = """format = 1
title = "Box"
address = "box"
ports = ["box one"]
sources = ["none: made for a test"]
"""
PADS = """
[light.pad]
kind = "on"
off = "90 {n} 00"
on = "90 {n} 7F"

[[control]]
name = "pad/{0..3}"
kind = "pad"
reading = "note/{60..63}"
light = "pad"
at = [1, 4, 1.5, 1]
step = [2, -3]
columns = 2
"""
FILE = Path("box.toml")


def test_patterns_make_a_grid_of_controls() -> None:
    controls = parse_profile(HEAD + PADS, FILE).controls
    assert [one.name for one in controls] == ["pad/0", "pad/1", "pad/2", "pad/3"]
    assert [one.reading for one in controls] == ["note/60", "note/61", "note/62", "note/63"]
    assert [one.number for one in controls] == [60, 61, 62, 63]
    assert [one.at for one in controls] == [(1, 4, 1.5, 1), (3, 4, 1.5, 1), (1, 1, 1.5, 1), (3, 1, 1.5, 1)]
    assert {one.led for one in controls} == {"on"}


@pytest.mark.parametrize(
    ("pattern", "texts"),
    [
        ("go", ["go"]),
        ("f/{1..3}", ["f/1", "f/2", "f/3"]),
        ("{3..1}", ["3", "2", "1"]),
        ("n/{41,57..58}", ["n/41", "n/57", "n/58"]),
        ("k/{0..1}/{0..1}", ["k/0/0", "k/0/1", "k/1/0", "k/1/1"]),
        ("{/go,standby -1}", ["/go", "standby -1"]),
    ],
)
def test_pattern_stands_for_texts(pattern: str, texts: list[str]) -> None:
    assert expand(pattern) == texts


@pytest.mark.parametrize("pattern", ["{", "a}", "{}", "{1,}", "{0..9999}", "{0..99}{0..99}", "{1..2"])
def test_pattern_that_is_none_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"brace|more than|longer|empty"):
        expand(pattern)


WRONG = [
    (HEAD.replace("format = 1", "format = 9"), "box.toml:1:10: format 9 is for a newer version"),
    (HEAD.replace('"box"', '"Box 1"'), 'box.toml:3:11: address: "Box 1" is not'),
    (HEAD.replace("box one", "b"), 'box.toml:4:9: ports: "b" would fit any port'),
    (HEAD.replace("ports", "porst"), "box.toml:4:1: the file has no key `porst`; did you mean ports?"),
    (HEAD + 'init = "B0 01"\n', "box.toml:6:8: init: a message that begins with B0 is 3 bytes long"),
    (HEAD + 'init = "F0 01"\n', "box.toml:6:8: init: a SysEx message ends with F7"),
    (HEAD + 'init = "F8"\n', "box.toml:6:8: init: a message that begins with F8 is no message"),
    (HEAD + 'init = "90 {n} 00"\n', "box.toml:6:8: init belongs to no light: no fields"),
    (HEAD + 'setup = "magic"\n', 'box.toml:6:9: setup: "magic" is not an allowed value'),
    (HEAD + PADS.replace("90 {n} 7F", "90 {m} 7F"), "box.toml:10:6: on: there is no field {m}"),
    (HEAD + PADS.replace("90 {n} 7F", "90 {n} {level:5..200}"), "box.toml:10:6: on: {level:5..200}"),
    (HEAD + PADS.replace("90 {n} 7F", "90 {n} {color}"), "box.toml:7:8: [light.pad] uses {color}"),
    (HEAD + PADS.replace("60..63", "60..62"), "box.toml:15:11: reading stands for 3, and there are 4"),
    (HEAD + PADS.replace("note/{60..63}", "note/{126..129}"), 'box.toml:15:11: "note/128" is no reading'),
    (HEAD + PADS.replace("note/{60", "9/note/{60"), 'box.toml:15:11: "9/note/60" and channels = false'),
    (HEAD + PADS.replace('light = "pad"', 'light = "pda"'), "box.toml:16:9: there is no [light.pda]"),
    (HEAD + PADS.replace("1.5, 1]", "0, 1]"), "box.toml:17:6: at: width and height must be above 0"),
    (HEAD + PADS + '[[map]]\ncontrol = "pad/9"\nto = "/go"\n', "box.toml:21:11: there is no control pad/9"),
    (HEAD + PADS + '[[map]]\ncontrol = "pad/{0..3}"\nto = "/a/{0..1}"\n', "box.toml:22:6: to stands for 2"),
    (HEAD + PADS + '[[map]]\ncontrol = "pad/1"\nto = "/go"\npage = "x"\n',
     "box.toml:23:8: there is no page x"),
    (HEAD + PADS + '[[map]]\ncontrol = "pad/1"\nto = "/go"\nhow = "twice"\n', 'box.toml:23:7: how: "twice"'),
    (HEAD + PADS + '[[map]]\ncontrol = "pad/1"\nto = "/go"\ncolor = "red"\n', "box.toml:23:9: color: 'red'"),
    (HEAD + PADS + '[[control]]\nname = "x"\nkind = "pad"\nreading = "note/60"\nat = [0, 0, 1, 1]\n',
     "pad/0 and x both have the reading note/60"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "said"), WRONG)
def test_wrong_file_is_told_with_line_and_column(text: str, said: str) -> None:
    with pytest.raises(ShowError) as error:
        parse_profile(text, FILE)
    assert said in str(error.value)


@given(st.text(max_size=60))
def test_any_text_is_a_template_or_a_value_error(text: str) -> None:
    try:
        made = template(text)
    except ValueError:
        return
    data = made.fill(Fill(7, 0.5, 3, 1.0, 0.5, 0.0))
    assert data[0] >= 0x80


@given(
    st.floats(-2.0, 2.0), st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.integers(0, 127)
)
def test_filled_bytes_are_data(level: float, red: float, green: float, blue: float, number: int) -> None:
    made = template("F0 {n} {level} {level:3..9} {red} {green:hi} {green:lo} {blue:lo} F7")
    data = made.fill(Fill(number, level, 0, red, green, blue))
    assert len(data) == 9
    assert all(byte < 0x80 for byte in data[1:-1])
    assert 3 <= data[3] <= 9
    assert data[5] << 7 | data[6] == round(green * 255)


def test_shown_fills_in_what_a_message_leaves_out() -> None:
    assert shown(()) == DARK
    assert shown((0.5,)).color == (1.0, 1.0, 1.0)
    assert shown((1.0, 1)).blink == 1
    assert shown((1.0, 0, 0.0, 0.0, 0.0)).color == (1.0, 1.0, 1.0)
    assert shown((9.0, 7, 1.0, 0.0, 0.0)) == shown((1.0, 2, 1.0, 0.0, 0.0))
    with pytest.raises(ValueError, match="no number"):
        shown(("on",))
