"""``photophore service``: the show as a systemd service, started at boot and restarted when it ends.

Root gets a system service with a user of its own, any other user a user service.
"""

import grp
import os
import pwd
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from installation import paths
from installation.errors import PhotophoreError
from installation.show import load_show, load_venue

__all__ = ["NAME", "USER", "Service", "install", "remove", "status", "unit_text"]

NAME: Final = "photophore.service"
USER: Final = "photophore"
"""System user that the service runs as by default."""

_STATE: Final = "/var/lib/photophore"
_GROUPS: Final = ("video", "render", "audio", "input", "dialout", "plugdev")
"""Groups with access to graphics cards, sound, MIDI and serial ports, if the machine has them."""
_READ, _WRITE, _ENTER = 4, 2, 1
"""Bits of a file's mode, for the owner, the group or others."""
_STEPS: Final = 254
"""First version of systemd with RestartSteps=; an older one always waits for two seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """The content of the unit.

    Attributes:
        show, venue: As for ``run``; a path is absolute.
        headless: Whether no window is opened.
        user: System user; empty for a user service.
        groups: Supplementary groups of that user.
        writable: Folders that the show writes to besides its state: for presets, learned controls, updated
            cues, and the mapping that is saved in the venue file.
        python: Python interpreter.
        systemd: Version of systemd.
    """

    show: str = ""
    venue: str
    headless: bool = False
    user: str = ""
    groups: tuple[str, ...] = ()
    writable: tuple[str, ...] = ()
    python: str = sys.executable
    systemd: int = 0

    @property
    def command(self) -> list[str]:
        """The command that systemd starts."""
        words = [self.python, "-m", "installation", "run", *([self.show] if self.show else [])]
        return [*words, "--venue", self.venue, *(["--headless"] if self.headless else [])]


def unit_text(service: Service) -> str:
    """Return the text of the unit file."""
    lines = [
        "# Written by `photophore service install`; running that again overwrites it.",
        "[Unit]",
        "Description=Photophore: living light",
        "After=network-online.target sound.target remote-fs.target",
        "Wants=network-online.target",
        "# Restart without limit: Photophore's own safe mode replaces systemd's start limit.",
        "StartLimitIntervalSec=0",
        "",
        "[Service]",
        "Type=notify",
        "NotifyAccess=main",
        "ExecStart=" + " ".join(map(_argument, service.command)),
        "Restart=always",
        "RestartSec=2",
        *(["RestartSteps=5", "RestartMaxDelaySec=30"] if service.systemd >= _STEPS else []),
        "# A usage error does not go away by a restart.",
        "RestartPreventExitStatus=2",
        "# It is ready with the first picture: compiling a show for the first time takes long.",
        "TimeoutStartSec=180",
        "TimeoutStopSec=10",
        "WatchdogSec=10",
        "# The keeper terminates the streams to the lamps, and ends its children.",
        "KillMode=mixed",
        "# A memory leak ends the stage, which is restarted, not the machine.",
        "MemoryMax=80%",
        "OOMPolicy=continue",
        "TasksMax=512",
        "LimitNOFILE=16384",
        "LimitRTPRIO=20",
        "LimitNICE=-10",
        "Environment=PYTHONUNBUFFERED=1",
        *_own_user(service),
        "",
        "[Install]",
        "WantedBy=" + ("multi-user.target" if service.user else "default.target"),
    ]
    return "\n".join(lines) + "\n"


def _own_user(service: Service) -> list[str]:
    if not service.user:
        return ["PassEnvironment=DISPLAY WAYLAND_DISPLAY XAUTHORITY"]
    return [
        f"User={service.user}",
        *(["SupplementaryGroups=" + " ".join(service.groups)] if service.groups else []),
        "StateDirectory=photophore",
        "StateDirectoryMode=0700",
        f"Environment=PHOTOPHORE_STATE={_STATE}",
        "NoNewPrivileges=yes",
        "ProtectSystem=strict",
        "ProtectHome=read-only",
        *(f"ReadWritePaths=-{_quoted(folder)}" for folder in service.writable),
    ]


def _quoted(word: str) -> str:
    """Quote a word for a unit file, with everything escaped that systemd would expand in it."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return escaped if re.fullmatch(r"[\w@+=:,./-]+", word) else f'"{escaped}"'


def _argument(word: str) -> str:
    """Quote an argument of a command: of all lines, systemd expands variables there only."""
    return _quoted(word.replace("$", "$$"))


def install(
    show: str | None, venue: str, *, headless: bool, user: str | None, into: Path | None, start: bool
) -> int:
    """Write the unit, and have systemd start it now and after every boot.

    Args:
        show: As for ``run``.
        venue: As for ``run``.
        headless: As for ``run``.
        user: System user to run as; only for root.
        into: Folder to write to instead of systemd's; nothing is started then.
        start: False starts it at the next boot only.

    Raises:
        ShowError: Show or venue cannot be played.
        PhotophoreError: The unit cannot be written, or systemd refuses it.
    """
    folder = load_show(show).folder if show else None
    files = load_venue(venue).files[:1]
    # What was checked: names of what ships stand for themselves, and ~ is not the home of the service's user.
    if show and folder and folder != paths.presets() / "shows" / show:
        show = str(folder)
    if files and files[0] != paths.presets() / "venues" / f"{venue}.toml":
        venue = str(files[0])
    root = os.geteuid() == 0
    if user and not root:
        raise PhotophoreError("only root may choose a user: run it with sudo, or without --as-user")
    name = (user or USER) if root else ""
    written = [*([folder] if folder else []), *(one.parent for one in files)]
    service = Service(
        show=show or "",
        venue=venue,
        headless=headless,
        user=name,
        groups=tuple(group for group in _GROUPS if _exists(group)) if root else (),
        writable=tuple(one for one in _own(written) if not _too_much(Path(one))) if root else (),
        systemd=_version(),
    )
    place = into or _units()
    _write(place / NAME, unit_text(service))
    print(f"{place / NAME} is written")
    if name and (name == USER) and not _known(name):
        conf = (into or Path("/etc/sysusers.d")) / "photophore.conf"
        _write(conf, f'u {USER} - "Photophore" {_STATE}\n')
        print(f"{conf} is written: the system user {USER}")
        if into is None:
            _run(["systemd-sysusers", str(conf)])
    played = [*([folder, *sorted(folder.glob("*.toml"))] if folder else []), *files]
    for trouble in (*_unwritable(service, written), *_unreadable(service, played)):
        print(trouble, file=sys.stderr)
    if into is None:
        _enable(start=start)
    return 0


def _own(folders: Iterable[Path]) -> tuple[str, ...]:
    """Return the folders that are the user's own: what comes with the program is never written to."""
    own = (one.resolve() for one in folders if not one.resolve().is_relative_to(paths.presets()))
    return tuple(dict.fromkeys(map(str, own)))


def _too_much(folder: Path) -> bool:
    """Whether a folder holds the program, or much besides a show: ``/etc``, a user's home."""
    program = Path(__file__).parents[2], Path(sys.prefix)
    holds = any(one.resolve().is_relative_to(folder) for one in program)
    return holds or len(folder.parts) <= (3 if folder.is_relative_to("/home") else 2)


def _unwritable(service: Service, folders: Iterable[Path]) -> list[str]:
    """Return a message for each folder in which the service may save nothing."""
    account, troubles = _Account.of(service), []
    for one in _own(folders):
        nothing = f"nothing can be saved in {one} while the service plays (cues, controls, presets, mapping)"
        if service.user and _too_much(Path(one)):
            remedy = "it holds the program, or much besides; move show and venue into folders of their own"
            troubles.append(f"{nothing}: {remedy}")
        elif not account.may(_WRITE | _ENTER, Path(one)):
            where = shlex.quote(one)
            troubles.append(
                f"{nothing}: it belongs to {_owner(Path(one))}, and the service runs as {account.name}; "
                f"`sudo chgrp -R {account.name} {where}; sudo chmod -R g+rwX {where}` lets it save there"
            )
    return troubles


def remove() -> int:
    """Stop the service and remove its unit, but not its state and user. Returns 1 if there was none."""
    path = _units() / NAME
    if not path.exists():
        print(f"{path}: no such unit; nothing to remove", file=sys.stderr)
        return 1
    if _runs():
        _run([*_systemctl(), "disable", "--now", NAME])
    path.unlink()
    if _runs():
        _run([*_systemctl(), "daemon-reload"])
    print(f"{path} is removed; the state folder stays")
    return 0


def status() -> int:
    """Print whether the service is installed and runs; returns 0 if it runs."""
    path = _units() / NAME
    if not path.exists():
        print(f"not installed: there is no {path}; `photophore service install` writes it")
        return 1
    print(f"unit {path}")
    command = next((line for line in path.read_text().splitlines() if line.startswith("ExecStart=")), "")
    print(command.replace("ExecStart=", "plays ", 1))
    if not _runs():
        print("systemd does not run on this machine: nothing starts it")
        return 1
    words = [_says([*_systemctl(), question, NAME]) for question in ("is-enabled", "is-active")]
    print(f"at boot: {words[0]}; now: {words[1]}")
    if os.geteuid() == 0:
        print(f"ask it with PHOTOPHORE_STATE={_STATE} photophore status")
    return 0 if words[1] == "active" else 1


def _enable(*, start: bool) -> None:
    if not _runs():
        print("systemd does not run here; where it does: " + " ".join([*_systemctl(), "enable --now", NAME]))
        return
    _run([*_systemctl(), "daemon-reload"])
    _run([*_systemctl(), "enable", NAME])
    if start:
        _run([*_systemctl(), "restart", "--no-block", NAME])
        print("it starts now, and after every boot; see `photophore service status`")
    if os.geteuid() != 0:
        print("to start before you log in: sudo loginctl enable-linger $USER")


def _unreadable(service: Service, played: Iterable[Path]) -> list[str]:
    """Return a message for each path that the service's user has no permission to reach and read."""
    troubles: list[str] = []
    account = _Account.of(service)
    remedy = "install Photophore and the show below /opt, or name a user with access by --as-user"
    for path in (Path(service.python), Path(__file__), *played):
        closed = next((one for one in path.absolute().parents if not account.may(_ENTER, one)), None)
        if closed is not None:
            shut = f"{closed} is not accessible to others; {remedy}"
            if not any(one.endswith(shut) for one in troubles):
                troubles.append(f"{account.name} cannot reach {path}: {shut}")
        elif not account.may(_READ | (_ENTER if path.is_dir() else 0), path):
            troubles.append(f"{account.name} cannot read {path}: it belongs to {_owner(path)}; {remedy}")
    return list(dict.fromkeys(troubles))


@dataclass(frozen=True, slots=True)
class _Account:
    """The user that a service runs as, as far as it decides on files.

    Attributes:
        name: Its name.
        uid: Its number; -1 of a user that does not exist yet.
        groups: Numbers of its groups.
    """

    name: str
    uid: int
    groups: frozenset[int]

    @classmethod
    def of(cls, service: Service) -> "_Account":
        """Return that of a service."""
        if not service.user:
            uid = os.geteuid()
            return cls(_name_of(uid), uid, frozenset({os.getegid(), *os.getgroups()}))
        more = frozenset(grp.getgrnam(one).gr_gid for one in service.groups if _exists(one))
        if not _known(service.user):
            return cls(service.user, -1, more)
        found = pwd.getpwnam(service.user)
        return cls(service.user, found.pw_uid, more | {*os.getgrouplist(service.user, found.pw_gid)})

    def may(self, what: int, path: Path) -> bool:
        """Whether it has all of these permissions by a file's mode; true where that does not say."""
        try:
            found, lists = path.stat(), "system.posix_acl_access" in os.listxattr(path)
        except OSError:
            return True
        shift = 6 if found.st_uid == self.uid else 3 if found.st_gid in self.groups else 0
        return lists or self.uid == 0 or found.st_mode >> shift & what == what


def _owner(path: Path) -> str:
    return _name_of(path.stat().st_uid)


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def _units() -> Path:
    if os.geteuid() == 0:
        return Path("/etc/systemd/system")
    return Path(os.environ.get("XDG_CONFIG_HOME", str(Path.home() / ".config"))) / "systemd" / "user"


def _systemctl() -> list[str]:
    return ["systemctl"] if os.geteuid() == 0 else ["systemctl", "--user"]


def _runs() -> bool:
    """Return whether systemd is the init system of this machine."""
    return Path("/run/systemd/system").is_dir() and shutil.which("systemctl") is not None


def _version() -> int:
    """Return the version of systemd; 0 without systemd."""
    found = re.match(r"systemd (\d+)", _says(["systemctl", "--version"]))
    return int(found[1]) if found else 0


def _says(command: list[str]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return "unknown"
    return done.stdout.strip() or done.stderr.strip() or "unknown"


def _run(command: list[str]) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    except (OSError, subprocess.TimeoutExpired) as error:
        message = f"{' '.join(command)}: {error}"
        raise PhotophoreError(message) from error
    if done.returncode:
        message = f"{' '.join(command)} failed: {(done.stderr or done.stdout).strip()}"
        raise PhotophoreError(message)


def _write(path: Path, text: str) -> None:
    """Write a complete file. Raises PhotophoreError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_name(path.name + ".new")
        new.write_text(text, encoding="utf-8")
        new.replace(path)
    except OSError as error:
        message = f"{path} cannot be written: {error.strerror}"
        raise PhotophoreError(message) from error


def _exists(group: str) -> bool:
    try:
        grp.getgrnam(group)
    except KeyError:
        return False
    return True


def _known(user: str) -> bool:
    try:
        pwd.getpwnam(user)
    except KeyError:
        return False
    return True
