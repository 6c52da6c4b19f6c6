import configparser
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import pytest

from installation.cli import service
from installation.cli.service import NAME, Service, install, remove, status, unit_text
from installation.errors import PhotophoreError, ShowError


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
    assert "remote-fs.target" in made["Unit"]["After"].split(), "the show may lie on a server's disk"
    assert shlex.split(service["ExecStart"]) == [
        sys.executable, "-m", "installation", "run", "acts", "--venue", "hall",
    ]  # fmt: skip
    wanted = {
        "Type": "notify", "NotifyAccess": "main", "Restart": "always", "RestartSec": "2", "WatchdogSec": "10",
        "RestartSteps": "5", "RestartMaxDelaySec": "30", "User": "photophore", "OOMPolicy": "continue",
        "StateDirectory": "photophore", "ProtectSystem": "strict", "NoNewPrivileges": "yes",
        "LimitRTPRIO": "20", "RestartPreventExitStatus": "2", "KillMode": "mixed", "MemoryMax": "80%",
        "TimeoutStartSec": "180",
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


@dataclass
class Machine:
    """A machine with systemd, as far as the command asks for one."""

    units: Path
    root: bool = True
    runs: bool = True
    failing: str = ""
    says: dict[str, str] = field(default_factory=lambda: {"--version": "systemd 257 (257.1)"})
    done: list[str] = field(default_factory=list)
    users: dict[str, int] = field(default_factory=lambda: {"photophore": 4711})

    def user(self, name: str) -> SimpleNamespace:
        """In place of ``pwd.getpwnam``."""
        return SimpleNamespace(pw_uid=self.users[name], pw_gid=self.users[name])

    def run(self, command: Sequence[str], **_options: object) -> subprocess.CompletedProcess[str]:
        """In place of ``subprocess.run``."""
        line = " ".join(command)
        for question, answer in self.says.items():
            if question in command:
                return subprocess.CompletedProcess(command, 0, answer + "\n", "")
        self.done.append(line)
        failed = bool(self.failing) and self.failing in command
        return subprocess.CompletedProcess(command, int(failed), "", "no room" if failed else "")


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    made = Machine(tmp_path / "units")
    monkeypatch.setattr(service, "_units", lambda: made.units)
    monkeypatch.setattr(service, "_runs", lambda: made.runs)
    monkeypatch.setattr("installation.cli.service.pwd.getpwnam", made.user)
    monkeypatch.setattr("installation.cli.service.os.geteuid", lambda: 0 if made.root else 1000)
    monkeypatch.setattr("installation.cli.service.subprocess.run", made.run)
    return made


def installed(show: Path | None = None, *, start: bool = True, user: str | None = None) -> int:
    chosen = str(show) if show else None
    return install(chosen, "loopback", headless=False, user=user, into=None, start=start)


def test_install_has_systemd_read_enable_and_start_it(
    machine: Machine, small_show: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert installed(small_show) == 0

    assert machine.done == [
        "systemctl daemon-reload",
        f"systemctl enable {NAME}",
        f"systemctl restart --no-block {NAME}",
    ]
    made = dict(keys((machine.units / NAME).read_text())["Service"])
    assert made["User"] == "photophore"
    assert made["RestartSteps"] == "5"
    assert made["ReadWritePaths"] == f"-{small_show}"
    assert "linger" not in capsys.readouterr().out


def test_the_service_may_write_where_cues_controls_and_mappings_are_saved(
    machine: Machine, small_show: Path, tmp_path: Path
) -> None:
    venue = tmp_path / "rooms" / "hall.toml"
    venue.parent.mkdir()
    venue.write_text('format = 1\n[[display]]\nname = "wall"\n')

    install(str(small_show), str(venue), headless=False, user=None, into=None, start=False)

    lines = (machine.units / NAME).read_text().splitlines()
    made = [line.removeprefix("ReadWritePaths=") for line in lines if line.startswith("ReadWritePaths=")]
    assert made == [f"-{small_show}", f"-{venue.parent}"]


def test_a_dollar_in_a_folder_stays_as_it_is_and_in_a_command_is_doubled() -> None:
    """Systemd expands variables in commands only; elsewhere two dollars are two."""
    made = Service(venue="/srv/a $5 show/hall.toml", user="photophore", writable=("/srv/a $5 show",))
    lines = unit_text(made).splitlines()

    assert 'ReadWritePaths=-"/srv/a $5 show"' in lines
    assert [line for line in lines if line.endswith('--venue "/srv/a $$5 show/hall.toml"')]


def test_the_service_writes_to_nothing_that_comes_with_the_program(machine: Machine) -> None:
    install(None, "loopback", headless=False, user=None, into=None, start=False)

    assert "ReadWritePaths" not in (machine.units / NAME).read_text()


@pytest.mark.parametrize("where", ["program", "python", "etc", "home"])
def test_a_folder_that_holds_the_program_or_much_besides_is_not_opened(
    machine: Machine, small_show: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str], where: str,
) -> None:  # fmt: skip
    venue = tmp_path / "all" / "hall.toml"
    venue.parent.mkdir()
    venue.write_text('format = 1\n[[display]]\nname = "wall"\n')
    if where == "program":
        monkeypatch.setattr(service, "__file__", str(venue.parent / "installation" / "cli" / "service.py"))
    elif where == "python":
        monkeypatch.setattr(service.sys, "prefix", str(venue.parent / ".venv"))
    else:
        top = {"etc": Path("/etc"), "home": Path("/home", "ada")}[where]
        monkeypatch.setattr(service, "load_venue", lambda _venue: SimpleNamespace(files=[top / "hall.toml"]))

    assert install(str(small_show), str(venue), headless=False, user=None, into=None, start=False) == 0

    lines = (machine.units / NAME).read_text().splitlines()
    assert [line for line in lines if line.startswith("ReadWritePaths=")] == [f"ReadWritePaths=-{small_show}"]
    folder = {"etc": Path("/etc"), "home": Path("/home", "ada")}.get(where, venue.parent)
    assert f"nothing can be saved in {folder} while" in capsys.readouterr().err


@pytest.mark.parametrize("which", ["~", "name"])
def test_the_service_plays_what_was_checked(
    machine: Machine, small_show: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, which: str
) -> None:
    """Not a folder here that is called as a venue that ships, nor what ~ means to the service's user."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "hall.toml").write_text('format = 1\n[[display]]\nname = "wall"\n')
    (home / "loopback").mkdir()
    small_show.rename(home / "mine")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(home)
    show, venue = ("~/mine", "~/hall.toml") if which == "~" else ("mine/show.toml", "loopback")

    install(show, venue, headless=False, user=None, into=None, start=False)

    command = shlex.split(keys((machine.units / NAME).read_text())["Service"]["ExecStart"])
    plays = str(home / "hall.toml") if which == "~" else "loopback"
    assert command[3:] == ["run", str(home / "mine"), "--venue", plays]


def test_install_without_root_is_a_service_of_the_own_user(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    machine.root = False

    assert installed(start=False) == 0

    assert machine.done == ["systemctl --user daemon-reload", f"systemctl --user enable {NAME}"]
    made = keys((machine.units / NAME).read_text())
    assert "User" not in made["Service"]
    assert made["Install"]["WantedBy"] == "default.target"
    assert "enable-linger" in capsys.readouterr().out


def test_a_user_is_named_by_root_only_and_nothing_is_written(machine: Machine) -> None:
    machine.root = False
    with pytest.raises(PhotophoreError, match="only root"):
        installed(user="lights")
    assert machine.done == []
    assert not machine.units.exists()


def test_where_systemd_does_not_run_the_unit_is_written_and_it_says_what_to_do(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    machine.runs = False

    assert installed() == 0

    assert machine.done == []
    assert (machine.units / NAME).exists()
    assert f"systemctl enable --now {NAME}" in capsys.readouterr().out


def test_what_systemd_refuses_is_told_with_its_reason(machine: Machine) -> None:
    machine.failing = "enable"
    with pytest.raises(PhotophoreError, match=f"systemctl enable {NAME} failed: no room"):
        installed()
    assert not any("restart" in line for line in machine.done)


def test_units_that_cannot_be_written_are_an_error_with_their_path(machine: Machine) -> None:
    machine.units.write_text("a file in the way")
    with pytest.raises(PhotophoreError, match=r"photophore\.service cannot be written"):
        installed()
    assert machine.done == []


def test_the_system_user_is_made_where_there_is_none(
    machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[Path] = []
    machine.users.clear()
    monkeypatch.setattr(service, "_write", lambda path, _text: written.append(path))

    assert installed(start=False) == 0

    conf = Path("/etc/sysusers.d/photophore.conf")
    assert written == [machine.units / NAME, conf]
    assert machine.done[0] == f"systemd-sysusers {conf}"


def test_a_show_that_the_services_user_cannot_reach_is_told(
    machine: Machine, small_show: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    small_show.parent.chmod(0o700)

    install(str(small_show), "loopback", headless=True, user=None, into=machine.units, start=False)

    said = capsys.readouterr().err
    assert f"photophore cannot reach {small_show}: {small_show.parent} is not accessible to others" in said

    machine.users["photophore"] = small_show.parent.stat().st_uid  # it is the owner
    install(str(small_show), "loopback", headless=True, user=None, into=machine.units, start=False)
    assert str(small_show) not in capsys.readouterr().err
    assert machine.done == []

    machine.users["photophore"] = 4711
    open_to_all = service._unreadable(Service(venue="hall", user="photophore"), [Path("/usr/bin")])
    assert not any("/usr" in one for one in open_to_all)


def test_remove_stops_it_and_leaves_no_unit(machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    assert remove() == 1
    assert "nothing to remove" in capsys.readouterr().err
    assert machine.done == []

    installed()
    machine.done.clear()
    assert remove() == 0
    assert machine.done == [f"systemctl disable --now {NAME}", "systemctl daemon-reload"]
    assert not (machine.units / NAME).exists()


def test_a_unit_that_systemd_does_not_let_go_stays(machine: Machine) -> None:
    installed()
    machine.failing = "disable"
    with pytest.raises(PhotophoreError, match="disable"):
        remove()
    assert (machine.units / NAME).exists()


@pytest.mark.parametrize(("now", "code"), [("active", 0), ("inactive", 1), ("failed", 1)])
def test_status_says_how_it_is(
    machine: Machine, now: str, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert status() == 1
    assert "not installed" in capsys.readouterr().out

    installed()
    capsys.readouterr()
    machine.says |= {"is-enabled": "enabled", "is-active": now}
    assert status() == code
    said = capsys.readouterr().out
    assert f"at boot: enabled; now: {now}" in said
    assert "plays " in said
    assert "run --venue loopback" in said
    assert "PHOTOPHORE_STATE=/var/lib/photophore" in said

    machine.runs = False
    assert status() == 1
    assert "systemd does not run" in capsys.readouterr().out


def test_words_of_a_unit_file_mean_themselves() -> None:
    odd = '/a show/100% of $HOME "now"\\'
    line = next(one for one in unit_text(Service(show=odd, venue="hall")).splitlines() if "ExecStart" in one)
    assert '"/a show/100%% of $$HOME \\"now\\"\\\\"' in line


def test_a_venue_that_the_services_user_cannot_reach_is_told(
    machine: Machine, small_show: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    venue = tmp_path / "rooms" / "hall.toml"
    venue.parent.mkdir()
    venue.write_text('format = 1\n[[display]]\nname = "wall"\n')
    venue.parent.chmod(0o700)

    install(str(small_show), str(venue), headless=True, user=None, into=machine.units, start=False)

    said = capsys.readouterr().err
    assert f"photophore cannot reach {venue}: {venue.parent} is not accessible to others" in said


def test_a_folder_in_which_the_services_user_may_save_nothing_is_told(
    machine: Machine, small_show: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def said() -> str:
        install(str(small_show), "loopback", headless=True, user=None, into=machine.units, start=False)
        return capsys.readouterr().err

    mine = small_show.stat()
    owner = service._name_of(mine.st_uid)
    told = f"nothing can be saved in {small_show} while the service plays"
    belongs = (
        f"it belongs to {owner}, and the service runs as photophore; `sudo chgrp -R photophore {small_show};"
    )
    assert told in (first := said())
    assert belongs in first
    machine.users.clear()  # the user is still to be made
    assert belongs in said()
    machine.users["photophore"] = mine.st_uid
    assert told not in said()
    machine.users["photophore"] = 4711
    small_show.chmod(0o777)
    assert told not in said()


def test_a_show_whose_files_the_services_user_cannot_read_is_told(machine: Machine) -> None:
    made = Service(venue="hall", user="photophore")
    with tempfile.TemporaryDirectory(dir="/tmp") as parent:
        Path(parent).chmod(0o755)
        show = Path(parent) / "show"
        show.mkdir()
        file = show / "show.toml"
        file.write_text("format = 1")
        assert not any(str(show) in one for one in service._unreadable(made, [show, file]))
        for one, mode in ((show, 0o711), (file, 0o640)):
            one.chmod(mode)
            told = service._unreadable(made, [show, file])
            assert any(f"photophore cannot read {one}: it belongs to" in line for line in told)


def test_a_group_that_may_write_is_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    group = tmp_path.stat().st_gid
    for mode, groups, may in ((0o570, {group}, True), (0o570, {group + 1}, False), (0o707, {group}, False)):
        tmp_path.chmod(mode)
        assert service._Account("photophore", 4711, frozenset(groups)).may(2, tmp_path) is may, oct(mode)
    monkeypatch.setattr("installation.cli.service.os.listxattr", lambda _path: ["system.posix_acl_access"])
    assert service._Account("photophore", 4711, frozenset()).may(2, tmp_path), (
        "a list says more than the mode"
    )
    tmp_path.chmod(0o700)
