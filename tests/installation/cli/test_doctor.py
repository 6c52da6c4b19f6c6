import importlib
import json
import shlex
import socket
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from hardware.midi.backend import Service
from installation.cli.doctor import Check, doctor, examine

module = importlib.import_module("installation.cli.doctor")  # the package has a verb of the same name


def test_every_part_says_its_state_and_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    code = doctor(as_json=True)

    checks = json.loads(capsys.readouterr().out)
    assert code == int(any(check["state"] == "fail" for check in checks))
    assert {"python", "graphics", "midi", "osc port", "panel port", "state folder", "disk"} <= {
        check["name"] for check in checks
    }
    assert all(set(check) == {"name", "state", "detail", "fix"} for check in checks)
    assert all(check["fix"] for check in checks if check["state"] == "fail")


def test_the_operators_screen_is_optional_and_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_name: str) -> str:
        raise module.PackageNotFoundError

    monkeypatch.setattr(module, "version", missing)
    (check,) = examine([module._operator])

    assert check.state == "ok"
    assert "pip install 'photophore[operator]'" in check.fix


def test_a_failing_part_makes_the_exit_code(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing() -> Iterator[Check]:
        yield Check("graphics", "fail", "none", "install it")

    monkeypatch.setattr(module, "_graphics", failing)

    assert doctor() == 1


def test_a_bound_port_of_the_venue_is_seen_without_opening_one(tmp_path: Path) -> None:
    venue = tmp_path / "hall.toml"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        venue.write_text(
            f'format = 1\n[adapter.room]\nkind = "osc"\nport = {port}\ntcp_port = 48123\n'
            "[visitors]\nopen = true\nport = 48124\n"
        )
        wanted = module._ports_of(str(venue))
        held = {check.name: check.state for check in examine([partial(module._ports, wanted)])}
    free = {check.name: check.state for check in examine([partial(module._ports, wanted)])}

    assert [one[1] for one in wanted] == [port, 48123, module.PANEL_PORT, 48124]
    assert (held["osc port of room"], free["osc port of room"]) == ("warn", "ok")
    assert "port of the visitors' page" in free


def test_a_state_folder_that_cannot_be_written_is_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("PHOTOPHORE_STATE", str(tmp_path / "file" / "below"))

    (check,) = examine([module._state])

    assert check.state == "warn"
    assert "PHOTOPHORE_STATE" in check.fix


def test_missing_packages_are_named_in_one_exact_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        module.shutil, "which", lambda program: None if program in ("oscsend", "jackd") else "/x"
    )

    (check,) = examine([module._tools])

    assert check.fix == "sudo apt-get install -y jackd2 liblo-tools"


def services_of(*missing: str) -> Iterator[Service]:
    """Two services of MIDI, and why each cannot be used."""
    for api, library, reason in zip(("alsa", "jack"), ("alsa-midi", "JACK-Client"), missing, strict=True):
        yield Service(api, library, reason, f"mend {api}" if reason else "", lambda _client: None)  # type: ignore[arg-type, return-value]


@pytest.mark.parametrize(
    ("missing", "state", "detail", "fix"),
    [
        (("", ""), "ok", "alsa through alsa-midi, else jack through JACK-Client", ""),
        (("no device", ""), "ok", "jack through JACK-Client (alsa: no device)", ""),
        (("", "no server"), "ok", "alsa through alsa-midi (jack: no server)", ""),
        (("no device", "no server"), "warn", "unavailable: alsa: no device; jack: no server", "mend alsa"),
    ],
)
def test_midi_says_which_library_will_be_used_and_why_not_another(
    monkeypatch: pytest.MonkeyPatch, missing: tuple[str, str], state: str, detail: str, fix: str
) -> None:
    monkeypatch.setattr("hardware.midi.backend.services", lambda: services_of(*missing))

    assert list(examine([module._midi])) == [Check("midi", state, detail, fix)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("names", "state", "detail"),
    [
        (None, "warn", "cannot be looked for without MIDI or serialosc"),
        ([], "ok", "none is plugged in"),
        (
            ["nanoKONTROL2:nanoKONTROL2 MIDI 1", "Faderbox:out"],
            "ok",
            "Korg nanoKONTROL2 (/midi/nanokontrol2); ports without a file: Faderbox:out",
        ),
    ],
)
def test_controllers_that_are_plugged_in_are_told(
    monkeypatch: pytest.MonkeyPatch, names: list[str] | None, state: str, detail: str
) -> None:
    monkeypatch.setattr("hardware.midi.backend.port_names", lambda: (names, ""))
    monkeypatch.setattr("hardware.monome.look.device_kinds", lambda: None)

    assert list(examine([module._controllers])) == [Check("controllers", state, detail)]  # type: ignore[arg-type]


def test_file_of_a_controller_that_cannot_be_used_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("hardware.midi.backend.port_names", lambda: ([], ""))
    monkeypatch.setattr("installation.paths.user_folder", lambda: tmp_path)
    (tmp_path / "controllers").mkdir()
    (tmp_path / "controllers" / "knob.toml").write_text("format = 1\n")

    first = next(examine([module._controllers]))

    assert first.state == "warn"
    assert "knob.toml:1:1: the file has no" in first.detail


def test_the_announcement_needs_its_package_and_doctor_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    (check,) = examine([module._discovery])
    assert check.state == "ok"

    def gone(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(module, "version", gone)
    (check,) = examine([module._discovery])
    assert check.state == "warn"
    assert "photophore[discovery]" in check.fix


def test_an_extra_that_is_missing_is_named_with_what_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from installation.devices import installed

    monkeypatch.setattr(installed, "find_spec", lambda name: None if name == "pylsl" else name)
    (check,) = examine([module._sensors])
    assert check.state == "ok"
    assert "not installed: lsl" in check.detail
    assert "pip install 'photophore[lsl]'" in check.fix
    monkeypatch.setattr(installed, "find_spec", lambda name: name)
    (check,) = examine([module._sensors])
    assert check.fix == ""


def test_what_is_to_be_done_can_be_pasted_into_a_shell(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a machine where everything that can be installed is missing."""
    import resource

    from hardware.midi import alsa
    from installation.cli import audio
    from installation.devices import installed

    def gone(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(module, "version", gone)
    monkeypatch.setattr(installed, "find_spec", lambda _name: None)
    monkeypatch.setattr(alsa, "find_library", lambda _name: None)
    monkeypatch.setattr(audio, "missing", lambda: "PortAudio library not found; on Debian: sudo apt-get ...")
    monkeypatch.setattr(module.shutil, "which", lambda _name: None)
    monkeypatch.setattr(resource, "getrlimit", lambda _which: (0, 0))
    monkeypatch.setattr(module.os, "geteuid", lambda: 1000)
    parts = [module._operator, module._sound, module._midi, module._sensors, module._discovery]
    found = {check.name: check.fix for check in examine([*parts, module._scheduling, module._tools])}

    assert found["sound"].endswith("libportaudio2 libasound2-plugins")
    assert len(found) == 7
    for name, fix in found.items():
        words = shlex.split(fix, comments=True)
        assert words[0] in ("sudo", "echo", sys.executable), name
        assert not [word for word in words if word.endswith(",") or "(" in word], name
        assert subprocess.run(["bash", "-n", "-c", fix], check=False, capture_output=True).returncode == 0
    # Names of extras are checked by pip: it takes all of them in one word.
    assert "photophore[ble,brainflow,camera,link,lsl,serial,virtual-camera]" in found["adapters with extras"]
