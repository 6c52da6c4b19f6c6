"""MIDI messages as readings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.midi.messages import meaning, slug
from hardware.midi.rt import lasting


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("nanoKONTROL2:nanoKONTROL2 MIDI 1", "nanokontrol2"),
        ("Launchpad:Launchpad MIDI 2", "launchpad-2"),
        ("X-Touch Mini:X-Touch Mini X-TOUCH MINI", "x-touch-mini"),
        ("Faderbox", "faderbox"),
        ("system:midi_capture_2", "system-midi-capture-2"),
        ("Knob:ctl", "knob-ctl"),
        ("Flügel:é", "flugel-e"),
        ("日本", "port"),
        ("", "port"),
    ],
)
def test_port_name_becomes_part_of_an_address(name: str, expected: str) -> None:
    assert slug(name) == expected


@given(st.text(max_size=200))
def test_any_port_name_makes_a_clean_part(name: str) -> None:
    made = slug(name)
    assert 1 <= len(made) <= 64
    assert set(made) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")


@pytest.mark.parametrize(
    ("api", "name", "expected"),
    [
        ("winmm", "Faderbox 0", "Faderbox"),
        ("winmm", "Faderbox 1", "Faderbox"),
        ("winmm", "nanoKONTROL2 12", "nanoKONTROL2"),
        ("alsa", "a:b MIDI 1 20:0", "a:b MIDI 1"),
        ("alsa", "a:b MIDI 1 28:0", "a:b MIDI 1"),
        ("alsa", "Faderbox:Faderbox 1", "Faderbox:Faderbox 1"),
        ("jack", "Faderbox 1", "Faderbox 1"),
        ("jack", "a2j:Faderbox 20:0", "a2j:Faderbox 20:0"),
        ("core", "Faderbox 1", "Faderbox 1"),
    ],
)
def test_only_the_number_that_a_service_appends_is_left_out_of_a_name(
    api: str, name: str, expected: str
) -> None:
    assert lasting(name, api) == expected


@pytest.mark.parametrize(
    ("data", "name", "value"),
    [
        ([0xB0, 16, 127], "cc/16", 1.0),
        ([0xB9, 16, 0], "cc/16", 0.0),
        ([0x90, 60, 127], "note/60", 1.0),
        ([0x90, 60, 0], "note/60", 0.0),
        ([0x83, 60, 64], "note/60", 0.0),
        ([0xA0, 60, 127], "pressure/60", 1.0),
        ([0xD0, 127], "pressure", 1.0),
        ([0xC0, 127], "program", 1.0),
        ([0xE0, 0, 0], "pitch", 0.0),
        ([0xE0, 127, 127], "pitch", 1.0),
    ],
)
def test_message_becomes_a_value_from_0_to_1(data: list[int], name: str, value: float) -> None:
    assert meaning(data, False) == (name, value)


def test_channels_are_kept_apart_on_request() -> None:
    assert meaning([0xBA, 16, 127], True) == ("11/cc/16", 1.0)


def test_clock_says_nothing() -> None:
    assert meaning([0xF8], False) is None


@pytest.mark.parametrize("data", [[0xE0], [0xE0, 1]])
def test_message_that_was_cut_off_is_a_value_error_though_mido_reads_past_its_end(data: list[int]) -> None:
    with pytest.raises(ValueError, match="cut off"):
        meaning(data, False)


@given(st.lists(st.integers(0, 255), max_size=5), st.booleans())
def test_any_bytes_are_a_reading_from_0_to_1_or_a_value_error(data: list[int], channels: bool) -> None:
    try:
        found = meaning(data, channels)
    except ValueError:
        return
    assert found is None or 0.0 <= found[1] <= 1.0
