"""``photophore service``: the show as a service of systemd, which starts it and starts it again.

As root it writes a system service with a user of its own; anybody else gets a service of the own user.
"""

import contextlib
import grp
import os
import pwd
import re
import shutil
import stat
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from installation.errors import PhotophoreError
from installation.show import load_show, load_venue

__all__ = ["NAME", "USER", "Service", "install", "remove", "status", "unit_text"]

NAME: Final = "photophore.service"
USER: Final = "photophore"
"""The system user that the service runs as, unless another one is named."""

_STATE: Final = "/var/lib/photophore"
_GROUPS: Final = ("video", "render", "audio", "input", "dialout", "plugdev")
"""Groups to which graphics cards, sound, MIDI and serial lamps belong; those that this machine has."""
_STEPS: Final = 254
"""The systemd that knows RestartSteps=; an older one would wait for two seconds each time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What the unit says.

    Attributes:
        show, venue: As for ``run``; a path is absolute.
        headless: Whether no window is opened.
        user: System user; empty for a service of the own user.
        groups: What else that user belongs to.
        writable: Folders that the show writes to, beside its state: saved presets.
        python: Program that runs it.
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
        """What systemd starts."""
        words = [self.python, "-m", "installation", "run", *([self.show] if self.show else [])]
        return [*words, "--venue", self.venue, *(["--headless"] if self.headless else [])]


def unit_text(service: Service) -> str:
    """The unit file."""
    lines = [
        "# Written by `photophore service install`; it is written anew when that runs again.",
        "[Unit]",
        "Description=Photophore: living light",
        "After=network-online.target sound.target",
        "Wants=network-online.target",
        "# Never give up: Photophore's own safe mode takes the place of systemd's limit.",
        "StartLimitIntervalSec=0",
        "",
        "[Service]",
        "Type=notify",
        "NotifyAccess=main",
        "ExecStart=" + " ".join(map(_quoted, service.command)),
        "Restart=always",
        "RestartSec=2",
        *(["RestartSteps=5", "RestartMaxDelaySec=30"] if service.systemd >= _STEPS else []),
        "# A wrong command line stays wrong.",
        "RestartPreventExitStatus=2",
        "# Ready is the first picture: a driver that compiles a show for the first time takes its time.",
        "TimeoutStartSec=180",
        "TimeoutStopSec=10",
        "WatchdogSec=10",
        "# The goodbye to the lamps is the keeper's; it takes its children along.",
        "KillMode=mixed",
        "# A leak ends the stage, which is started again, and not the machine.",
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
    """A word of a unit file: quotes, and nothing that systemd would replace."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return escaped if re.fullmatch(r"[\w@+=:,./-]+", word) else f'"{escaped}"'


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
        start: False leaves it for the next boot.

    Raises:
        ShowError: Show or venue cannot be played.
        PhotophoreError: The unit cannot be written, or systemd refuses it.
    """
    folder = load_show(show).folder if show else None
    load_venue(venue)
    root = os.geteuid() == 0
    if user and not root:
        raise PhotophoreError("only root may choose a user: run it with sudo, or without --as-user")
    name = (user or USER) if root else ""
    service = Service(
        show=str(Path(show).resolve()) if show and Path(show).exists() else show or "",
        venue=str(Path(venue).resolve()) if Path(venue).exists() else venue,
        headless=headless,
        user=name,
        groups=tuple(group for group in _GROUPS if _exists(group)) if root else (),
        writable=(str(folder / "presets"),) if root and folder is not None else (),
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
    for trouble in _unreadable(service, folder) if root else []:
        print(trouble, file=sys.stderr)
    if into is None:
        _enable(start=start)
    return 0


def remove() -> int:
    """Stop the service and remove its unit; state and user stay. 1 when there was none."""
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
    """Say whether the service is installed and runs: 0 when it does."""
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
        print("it starts now, and after every boot; `photophore service status` tells how it is")
    if os.geteuid() != 0:
        print("to start before you log in: sudo loginctl enable-linger $USER")


def _unreadable(service: Service, folder: Path | None) -> list[str]:
    """What the service's user cannot reach, because a folder above it is closed to others."""
    troubles = []
    wanted = [Path(service.python), Path(__file__), *([folder] if folder else [])]
    owner = pwd.getpwnam(service.user).pw_uid if _known(service.user) else -1
    for path in wanted:
        for above in path.absolute().parents:
            with contextlib.suppress(OSError):
                found = above.stat()
                if not found.st_mode & stat.S_IXOTH and found.st_uid != owner:
                    troubles.append(
                        f"{service.user} cannot reach {path}: {above} is closed to others; install "
                        "Photophore and the show below /opt, or name who may with --as-user"
                    )
                    break
    return list(dict.fromkeys(troubles))


def _units() -> Path:
    if os.geteuid() == 0:
        return Path("/etc/systemd/system")
    return Path(os.environ.get("XDG_CONFIG_HOME", str(Path.home() / ".config"))) / "systemd" / "user"


def _systemctl() -> list[str]:
    return ["systemctl"] if os.geteuid() == 0 else ["systemctl", "--user"]


def _runs() -> bool:
    """Whether systemd is this machine's first process."""
    return Path("/run/systemd/system").is_dir() and shutil.which("systemctl") is not None


def _version() -> int:
    """Version of systemd; 0 where there is none."""
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
    """Write a file whole. Raises PhotophoreError."""
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
