"""Controllers known by file: where files are, which one counts, what names of ports fit."""

from pathlib import Path

import pytest

from installation.surface import Library, load_controllers

KNOB = 'format = 1\ntitle = "{0}"\naddress = "{0}"\nports = ["{1}"]\nsources = ["none: made for a test"]\n'


def write(folder: Path, name: str, port: str, more: str = "") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.toml").write_text(KNOB.format(name, port) + more)


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
    found = load_controllers().recognise(port)
    assert found is not None
    assert found.address == "nanokontrol2"


def test_a_port_that_no_file_knows_is_nobodys() -> None:
    assert load_controllers().recognise("my nanoKONTROL2:out") is None
    assert load_controllers().recognise("Faderbox:out") is None


def test_the_longest_beginning_decides_then_preference_then_address(tmp_path: Path) -> None:
    write(tmp_path, "one", "launch")
    write(tmp_path, "two", "launchpad pro")
    write(tmp_path, "three", "launch")
    known = Library([("user", tmp_path)])

    def of(port: str, *prefer: str) -> str:
        found = known.recognise(port, prefer)
        return "" if found is None else found.address

    assert of("Launchpad Pro:MIDI 1", "one") == "two"
    assert of("Launchkey:MIDI 1") == "one"
    assert of("Launchkey:MIDI 1", "three") == "three"


def test_further_ports_of_a_device_can_be_skipped(tmp_path: Path) -> None:
    write(tmp_path, "apc", "apc mini", 'skip = ["notes"]\n')
    known = Library([("user", tmp_path)])
    assert known.recognise("APC mini:APC mini Control") is not None
    assert known.recognise("APC mini:APC mini Notes") is None


def test_files_beside_the_venue_go_before_the_users_and_those_that_ship(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setattr("installation.paths.user_folder", lambda: tmp_path / "user")
    write(tmp_path / "venue" / "controllers", "nanokontrol2", "nanokontrol2", 'init = "B0 00 00"\n')
    write(tmp_path / "user" / "controllers", "nanokontrol2", "other")
    write(tmp_path / "user" / "controllers", "mine", "mine")
    known = load_controllers(tmp_path / "venue" / "room.toml")
    assert known["nanokontrol2"].bytes_of("init") == bytes([0xB0, 0, 0])
    assert known.sources["nanokontrol2"] == "venue"
    assert known.sources["mine"] == "user"
    assert len(known.hidden) == 2


def test_a_file_with_errors_is_left_out_and_told_with_its_place(tmp_path: Path) -> None:
    write(tmp_path, "good", "good one")
    write(tmp_path, "knob", "knob", 'colour = "red"\n')
    known = Library([("user", tmp_path)])
    assert list(known) == ["good"]
    (finding,) = known.findings
    assert str(finding).startswith(f"{tmp_path / 'knob.toml'}:6:1: the file has no key `colour`")


def test_all_shipped_files_can_be_read_and_name_their_sources() -> None:
    known = load_controllers()
    assert known.findings == []
    assert all(one.sources for one in known.values())
    assert all(one.path.stem.endswith(address) for address, one in known.items())
