"""Controllers known by file."""

from pathlib import Path

import pytest

from hardware.midi.controllers import address, read
from installation.contract import AdapterError


@pytest.mark.parametrize(
    "port",
    [
        "nanoKONTROL2:nanoKONTROL2 MIDI 1",
        "nanoKONTROL2:nanoKONTROL2 nanoKONTROL2 _ SLI 24:0",
        "nanoKONTROL2:nanoKONTROL2 SLIDER/KNOB",
        "nanoKONTROL2 SLIDER/KNOB",
        "nanoKONTROL2 0",
        "a2j:nanoKONTROL2 [20] (capture): nanoKONTROL2 MIDI 1",
        "system:nanoKONTROL2 SLIDER",
    ],
)
def test_a_known_controller_has_one_address_whatever_the_system_calls_its_port(port: str) -> None:
    assert address(port) == "nanokontrol2"


def test_an_unknown_controller_is_addressed_by_its_ports_name() -> None:
    assert address("Launchpad:Launchpad MIDI 2") == "launchpad-2"
    assert address("my nanoKONTROL2:out") == "my-nanokontrol2-out"


def test_the_longest_beginning_decides() -> None:
    known = {"launch": "one", "launchpad pro": "two"}
    assert address("Launchpad Pro:MIDI 1", known) == "two"
    assert address("Launchkey:MIDI 1", known) == "one"


@pytest.mark.parametrize(
    "text",
    [
        "format = 2\n",
        'format = 1\ntitle = "A"\naddress = "A b"\nports = ["abc"]\n',
        'format = 1\ntitle = "A"\naddress = "a"\nports = []\n',
        'format = 1\ntitle = "A"\naddress = "a"\nports = ["abc"]\ncolour = "red"\n',
        "format = \n",
    ],
)
def test_a_wrong_file_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "knob.toml").write_text(text)
    with pytest.raises(AdapterError, match=r"knob\.toml"):
        read(tmp_path)


def test_all_shipped_files_can_be_read() -> None:
    assert "nanokontrol2" in read().values()
