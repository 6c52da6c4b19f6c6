"""Messages as MIDI bytes, and MIDI Show Control parsed back."""

import mido
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.midi.out.codec import FORMATS, encode
from installation.show.outgoing.midi_words import parse_midi, parse_msc


@pytest.mark.parametrize(
    ("address", "values", "wanted"),
    [
        ("/note/1/60", (100,), "90 3c 64"),
        ("/note/10/36", (0,), "89 24 00"),
        ("/cc/1/7", (64,), "b0 07 40"),
        ("/cc/16/127", (127.0,), "bf 7f 7f"),
        ("/cc14/2/1", (8192,), "b1 01 40 b1 21 00"),
        ("/cc14/1/31", (16383,), "b0 1f 7f b0 3f 7f"),
        ("/program/1", (5,), "c0 05"),
        ("/pitch/1", (0,), "e0 00 40"),
        ("/pitch/3", (-8192,), "e2 00 00"),
        ("/pitch/3", (8191,), "e2 7f 7f"),
        ("/start", (), "fa"),
        ("/continue", (), "fb"),
        ("/stop", (), "fc"),
        ("/sysex", ("F0 7E 7f 06 01 F7",), "f0 7e 7f 06 01 f7"),
    ],
)
def test_channel_messages_are_those_of_the_specification(address, values, wanted) -> None:
    data = encode(address, values)
    assert b"".join(data).hex(" ") == wanted
    for one in data:
        mido.Message.from_bytes(one)  # a second reader takes them


def test_the_cue_of_the_specifications_own_example() -> None:
    """RP-002, 3.1: cue 235.6 in list 36.6 of path 59."""
    (made,) = encode("/msc/go", ("235.6", "36.6", "59"), 1)
    assert made.hex(" ") == "f0 7f 01 02 01 01 32 33 35 2e 36 00 33 36 2e 36 00 35 39 f7"


class Told:
    """A MIDI Show Control message, read by this test from the layout in RP-002."""

    def __init__(self, data: bytes) -> None:
        assert data[:2] == b"\xf0\x7f"
        assert data[3] == 0x02
        assert data[-1] == 0xF7
        assert len(data) <= 128
        assert max(data[1:-1]) < 0x80
        self.device, self.format, self.command = data[2], data[4], data[5]
        rest = data[6:-1]
        self.seconds = None
        if self.command == 0x04:
            hours, minutes, seconds, frames, hundredths = rest[:5]
            rate = {0b00: 24, 0b01: 25, 0b11: 30}[hours >> 5]
            whole = (hours & 31) * 3600 + minutes * 60 + seconds
            self.seconds = whole + (frames + hundredths / 100) / rate
            rest = rest[5:]
        self.cue = tuple(part.decode("ascii") for part in rest.split(b"\0")) if rest else ()


COMMANDS = {"go": 1, "stop": 2, "resume": 3, "timed-go": 4, "load": 5, "all-off": 8, "restore": 9}
COMMANDS |= {"reset": 10, "go-off": 11}
CUES = st.lists(st.from_regex(r"[0-9]{1,4}(\.[0-9]{1,3})?", fullmatch=True), max_size=3)


@given(
    st.sampled_from(["go", "stop", "resume", "go-off", "timed-go"]),
    CUES,
    st.integers(0, 127),
    st.sampled_from(sorted(FORMATS)),
    st.integers(0, 86_399),
)
def test_commands_in_words_come_back_from_their_bytes(command, cue, device, kind, seconds) -> None:
    clock = f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d} " if command == "timed-go" else ""
    sent = parse_msc(f"{command} {clock}{' '.join(cue)}")
    (data,) = encode(sent.address, sent.values, device, kind)
    told = Told(data)
    assert (told.device, told.format, told.command) == (device, FORMATS[kind], COMMANDS[command])
    assert told.cue == tuple(cue)
    assert told.seconds == (seconds if clock else None)


def test_commands_without_a_cue_and_fractions_of_a_second() -> None:
    for command in ("all-off", "restore", "reset"):
        assert Told(encode(parse_msc(command).address, ())[0]).command == COMMANDS[command]
    sent = parse_msc("timed-go 0:01.5 7")
    told = Told(encode(sent.address, sent.values)[0])
    assert (told.seconds, told.cue) == (1.5, ("7",))


def test_the_default_is_all_lighting_equipment() -> None:
    told = Told(encode("/msc/go", ())[0])
    assert (told.device, told.format) == (0x7F, 0x01)


@pytest.mark.parametrize(
    ("address", "values", "why"),
    [
        ("/cc/0/7", (1,), "channel is 1..16"),
        ("/cc/17/7", (1,), "channel is 1..16"),
        ("/cc/1/128", (1,), "0..127"),
        ("/cc/1/7", (128,), "0..127"),
        ("/cc/1/7", (0.5,), "whole number"),
        ("/cc/1/7", ("x",), "whole number"),
        ("/cc/1/7", (), "one number"),
        ("/cc/1/7", (float("nan"),), "whole number"),
        ("/cc14/1/32", (1,), "0..31"),
        ("/cc/1", (1,), "no MIDI message"),
        ("/cc/1/\u0663", (1,), "no MIDI message"),
        ("/eos/cue/1/fire", (), "no MIDI message"),
        ("/start/1", (), "no MIDI message"),
        ("/msc/jump", (), "has no jump"),
        ("/msc/go", ("12a",), "digits and points"),
        ("/msc/go", ("1", "2", "3", "4"), "its list and its path"),
        ("/msc/go", ("1" * 120, "2"), "128 bytes"),
        ("/msc/timed-go", (), "seconds"),
        ("/msc/timed-go", (1e6,), "0..86399"),
    ],
)
def test_what_midi_does_not_have_is_refused_in_words(address, values, why) -> None:
    with pytest.raises(ValueError, match=why):
        encode(address, values)


@given(st.text(max_size=30), st.lists(st.one_of(st.integers(), st.floats(), st.text(max_size=5)), max_size=4))
def test_any_address_and_values_give_bytes_or_one_kind_of_error(tail, values) -> None:
    try:
        data = encode("/" + tail, values)
    except ValueError:
        return
    assert all(data)


@pytest.mark.parametrize(
    ("words", "stream"),
    [
        ("cc 1 7 64", False),
        ("cc 1 7", True),
        ("note 3 60 1", False),
        ("pitch 1 -8192", False),
        ("program 1 5", False),
    ],
)
def test_what_a_show_may_say_midi_can_send(words, stream) -> None:
    sent = parse_midi(words, stream=stream)
    assert encode(sent.address, sent.values or (int(sent.high),))


SCENE = "F0 47 7F 4F 24 00 08 00 3F 01 7F 00 00 00 00 F7"


def test_a_whole_sysex_message_in_words_is_what_goes_out() -> None:
    said = parse_midi(f"sysex {SCENE.lower()}", stream=False)
    assert (said.address, said.values) == ("/sysex", (SCENE,))
    (made,) = encode(said.address, said.values)
    assert made.hex(" ").upper() == SCENE
    assert mido.Message.from_bytes(made).type == "sysex"


@pytest.mark.parametrize(
    "parts",
    ["", "F0 F7", "7E 7F", "F0 7E", "7E F7", "F0 80 F7", "F0 7 F7", "F0 7G F7", "F0 " + "01 " * 511 + "F7"],
)
def test_what_is_no_whole_sysex_message_is_refused_in_files_and_by_hand(parts: str) -> None:
    with pytest.raises(ValueError, match="sysex: "):
        parse_midi(f"sysex {parts}", stream=False)
    with pytest.raises(ValueError, match="/sysex"):
        encode("/sysex", (parts,))


def test_sysex_takes_one_text_and_has_no_value_for_a_signal() -> None:
    for values in ((), (240,), (SCENE, SCENE)):
        with pytest.raises(ValueError, match="takes one text"):
            encode("/sysex", values)
    with pytest.raises(ValueError, match='on = "rise"'):
        parse_midi(f"sysex {SCENE}", stream=True)
