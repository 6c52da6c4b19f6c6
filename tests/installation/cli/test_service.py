import configparser
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from installation.cli.service import NAME, Service, install, unit_text
from installation.errors import ShowError


def keys(text: str) -> configparser.RawConfigParser:
    parser = configparser.RawConfigParser(strict=False, delimiters=("=",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(text)
    return parser


@pytest.mark.parametrize("user", ["root", ""])
@pytest.mark.parametrize("systemd", [252, 257])
def test_systemd_takes_the_unit(tmp_path: Path, user: str, systemd: int) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed: the unit cannot be verified here")
    show = tmp_path / "a show 100% $HOME"
    show.mkdir()
    said = subprocess.run(["systemctl", "--version"], capture_output=True, text=True, check=False).stdout
    if systemd > int(said.split()[1]):
        pytest.skip(f"this systemd is older than {systemd}")
    made = Service(
        show=str(show), venue="loopback", headless=True, user=user, groups=("video",),
        writable=(str(show / "presets"),), systemd=systemd,
    )  # fmt: skip
    path = tmp_path / NAME
    path.write_text(unit_text(made))

    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *([] if user else ["--user"]), str(path)],
        capture_output=True, text=True, check=False, env=os.environ | {"XDG_RUNTIME_DIR": str(tmp_path)},
    )  # fmt: skip

    complaints = [line for line in done.stderr.splitlines() if NAME in line]
    assert complaints == []


def test_the_unit_says_what_a_gallery_needs(tmp_path: Path) -> None:
    made = keys(unit_text(Service(show="acts", venue="hall", user="photophore", systemd=257)))
    service = dict(made["Service"])

    assert made["Unit"]["StartLimitIntervalSec"] == "0"
    assert shlex.split(service["ExecStart"]) == [
        sys.executable, "-m", "installation", "run", "acts", "--venue", "hall",
    ]  # fmt: skip
    wanted = {
        "Type": "notify", "NotifyAccess": "main", "Restart": "always", "RestartSec": "2", "WatchdogSec": "10",
        "RestartSteps": "5", "RestartMaxDelaySec": "30", "User": "photophore", "OOMPolicy": "continue",
        "StateDirectory": "photophore", "ProtectSystem": "strict", "NoNewPrivileges": "yes",
        "LimitRTPRIO": "20",
    }  # fmt: skip
    assert wanted.items() <= service.items()
    assert made["Install"]["WantedBy"] == "multi-user.target"


def test_an_older_systemd_is_not_given_keys_that_it_does_not_know() -> None:
    assert "RestartSteps" not in unit_text(Service(venue="hall", systemd=252))


def test_what_is_written_plays_this_show_in_this_venue(
    tmp_path: Path, small_show: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    units = tmp_path / "units"

    assert install(str(small_show), "loopback", headless=True, user=None, into=units, start=True) == 0

    command = shlex.split(keys((units / NAME).read_text())["Service"]["ExecStart"])
    assert command[1:] == ["-m", "installation", "run", str(small_show), "--venue", "loopback", "--headless"]
    assert str(units / NAME) in capsys.readouterr().out
    if os.geteuid() == 0:
        assert "u photophore" in (units / "photophore.conf").read_text()


def test_a_show_that_cannot_be_played_is_no_service(tmp_path: Path) -> None:
    with pytest.raises(ShowError):
        install(str(tmp_path), "loopback", headless=True, user=None, into=tmp_path, start=False)
    with pytest.raises(ShowError):
        install(None, "no such venue", headless=True, user=None, into=tmp_path, start=False)
    assert not (tmp_path / NAME).exists()
