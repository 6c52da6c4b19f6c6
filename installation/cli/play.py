"""``photophore preview``, ``perform``, ``run`` and ``replay``: start the keeper, which starts the rest."""

import io
import logging
import os
import sys
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import msgspec

from installation import paths
from installation.cli.audio import absent
from installation.cli.site.start import hub_command
from installation.cli.stories.page import visitors_command
from installation.clock import read_time
from installation.devices.adapters import load_adapters
from installation.errors import PhotophoreError, ShowError, to_install
from installation.ipc import prespawn
from installation.ipc.options import StageOptions
from installation.ipc.ports import check_host, free_port, own_address
from installation.keeper.serve import serve
from installation.light import Rig, load_profiles
from installation.logs import set_up
from installation.panel.pairing import VARIABLE, Hashes, make_codes
from installation.show import DEFAULT_SHOW, DEFAULT_VENUE, load_show, load_venue
from installation.show.venue_model import Venue
from installation.status import PairingNote
from installation.values import (
    CANVAS_HEIGHT,
    CANVAS_WIDTH,
    HOST,
    LARGEST_PICTURE,
    PANEL_PORT,
    SMALLEST_PICTURE,
)  # fmt: skip
from installation.web.hosts import is_loopback

__all__ = ["NOBODY", "Choice", "has_display", "parse_size", "play", "score_place", "stage_command"]

log = logging.getLogger(__name__)

OPERATOR_EXTRA = to_install("photophore[operator]")
"""What installs the operator's screen."""

NOBODY = (
    "no people in this replay: readings of people are private and not in a recording; "
    "states that people brought about do not occur"
)
"""Note on the replay of a show with people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Options of the command line; see the verbs."""

    mode: Literal["preview", "perform", "run"]
    show: str | None = None
    venue: str | None = None
    scene: str | None = None
    cue: str | None = None
    score: str = ""
    speed: float = 1.0
    people: int | None = None
    shader: Path | None = None
    input: str | None = None
    size: str | None = None
    seed: int | None = None
    headless: bool = False
    seconds: float | None = None
    record: Path | None = None
    replay: Path | None = None
    panel_port: int | None = None
    panel_host: str | None = None
    operator: bool | None = None
    """Whether the operator's screen opens; None: with ``perform``, where it can."""
    sound: bool = True
    """Whether there is a sound process, where its libraries are installed."""


def score_place(at: str | None, act: int | None, cue: str | None = None) -> str:
    """Return the position at which the score starts, by ``--from`` or ``--act``; empty for neither.

    Raises:
        PhotophoreError: ``--from`` is not a time, or two of ``--from``, ``--act`` and ``--cue`` are given.
    """
    if at is not None and act is not None:
        raise PhotophoreError("--from and --act exclude each other")
    if cue is not None and (at is not None or act is not None):
        raise PhotophoreError("--cue and --from or --act exclude each other")
    if at is not None and read_time(at) is None:
        message = f"--from {at}: expected M:SS, e.g. 8:50"
        raise PhotophoreError(message)
    return at or (f"act-{act}" if act is not None else "")


def parse_size(text: str) -> tuple[int, int]:
    """Parse a size such as ``1920x1080``.

    Raises:
        PhotophoreError: It is not of that form, or too small or too large for a picture.
    """
    width, _, height = text.lower().partition("x")
    if not (width.isdigit() and height.isdigit()):
        message = f"--size {text}: expected WIDTHxHEIGHT, e.g. {CANVAS_WIDTH}x{CANVAS_HEIGHT}"
        raise PhotophoreError(message)
    size = int(width), int(height)
    if not all(SMALLEST_PICTURE <= side <= LARGEST_PICTURE for side in size):
        message = f"--size {text}: each side must be {SMALLEST_PICTURE} to {LARGEST_PICTURE} pixels"
        raise PhotophoreError(message)
    return size


def has_display() -> bool:
    """Return whether a window can be opened: False on Unix without X or Wayland."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def stage_command(options: StageOptions) -> list[str]:
    """Return the command that starts a stage. Raises PhotophoreError for a name that is not UTF-8."""
    try:
        order = msgspec.json.encode(options).decode()
    except UnicodeEncodeError as error:
        message = f"{error.object!a} is not UTF-8; rename the file or folder"
        raise PhotophoreError(message) from None
    return [*prespawn.stage_command(), order]


def play(choice: Choice) -> int:
    """Run the keeper in this process; it starts the stage and the panel. Returns the exit code.

    A refused start is also logged in ``start.log`` of the state folder, since the terminal may be unattended.

    Raises:
        PhotophoreError: It cannot be played.
    """
    try:
        return _serve(choice)
    except PhotophoreError as error:
        set_up(paths.state_folder(), name="start", stream=io.StringIO())  # the caller reports to the user
        for line in str(error).splitlines():
            log.error("%s", line)
        raise


def _serve(choice: Choice) -> int:
    wanted = choice.show or DEFAULT_SHOW, choice.venue or DEFAULT_VENUE
    venue, notes = _venue(choice.mode, wanted)
    stands_in = bool(notes)
    headless = choice.headless or (choice.mode == "preview" and not has_display())
    host = panel_host(choice, venue)
    port = panel_port(choice, host)
    sound = sound_command(choice)
    options = StageOptions(
        mode=choice.mode,
        show=choice.show or "",
        venue=str(venue.files[0]) if stands_in else wanted[1],
        scene=choice.scene or "",
        cue=choice.cue or "",
        score=choice.score,
        speed=choice.speed,
        people=choice.people,
        shader=str(choice.shader.resolve()) if choice.shader else "",
        input=choice.input or "",
        size=parse_size(choice.size) if choice.size else None,
        seed=choice.seed,
        headless=headless,
        seconds=choice.seconds,
        record=_absolute(choice.record),
        replay=_absolute(choice.replay),
        wanted=wanted if stands_in else None,
        notes=notes,
        sound=sound is not None,
    )
    if choice.replay is not None and load_show(choice.show or DEFAULT_SHOW).interface is not None:
        print(NOBODY, file=sys.stderr)
    note = pairing_note(host, port)
    where = note.address
    if headless and choice.mode == "preview":
        why = "" if choice.headless else "no display: "
        print(f"{why}the show runs without a window; watch it at {where} (Ctrl+C ends)", file=sys.stderr)
    else:
        print(f"status, live picture and OSCQuery at {where}", file=sys.stderr)
    if note.network and sys.stderr.isatty():  # a journal or a log file would store the code
        print(note.hint(), file=sys.stderr)
    panel = [sys.executable, "-m", "installation.panel", "--host", host, "--port", str(port)]
    panel += ["--name", venue.panel.name] if venue.panel.name else []
    children = {
        "panel": panel,
        "sound": sound,
        "visitors": visitors_command(choice.mode, venue),
        "hub": hub_command(venue),
        "operator": operator_command(choice, venue, headless=headless),
    }
    return serve(
        venue,
        stage_command(options),
        children={name: command for name, command in children.items() if command},
        resume=choice.mode == "run",
        name=choice.show or DEFAULT_SHOW,
        pairing=note,
        prepare_panel=partial(_hand_over, note),  # hashing takes time, for which the stage need not wait
    )


def _venue(mode: str, wanted: tuple[str, str]) -> tuple[Venue, tuple[str, ...]]:
    """Return the venue, and a note if its last good version stands in for it.

    Raises:
        ShowError: It has errors, and ``run`` has never played in it.
    """
    if mode != "run":
        return load_venue(wanted[1]), ()
    try:
        venue = load_venue(wanted[1])
        Rig(venue, load_profiles(venue))
        for home in ("keeper", "stage"):
            load_adapters(venue.adapters, home)
    except ShowError as error:
        from installation.player.edits.last_good import last_good

        kept = last_good(paths.state_folder(), wanted)
        if kept is None:
            raise
        said = f"the venue has errors; its last good version of {kept.kept} is used until the next start"
        lines = (said, *(str(finding) for finding in error.findings))
        for line in lines:
            print(line, file=sys.stderr)
        return load_venue(str(kept.venue)), lines
    return venue, ()


def _hand_over(note: PairingNote) -> None:
    """Pass the hashes of the codes to the panel in its environment, which other users cannot read."""
    os.environ[VARIABLE] = Hashes.of(note.codes).to_text()


def panel_host(choice: Choice, venue: Venue) -> str:
    """Return the address that the panel listens on. Raises PhotophoreError if it is not this machine's."""
    host = choice.panel_host or venue.panel.host
    try:
        check_host(host)
    except OSError as error:
        message = (
            f"--panel-host {host}: {error.strerror or error}; 0.0.0.0 is every IPv4 address of this machine"
        )
        raise PhotophoreError(message) from error
    return host


def pairing_note(host: str, port: int) -> PairingNote:
    """Return the address of the panel, with new pairing codes."""
    network = not is_loopback(host)
    shown = own_address(host)
    shown = f"[{shown}]" if ":" in shown else shown
    return PairingNote(address=f"http://{shown}:{port}/", network=network, codes=make_codes())


def panel_port(choice: Choice, host: str = HOST) -> int:
    """Return the port of the panel: a preview takes the next free one, a show stops if it is in use."""
    wanted = PANEL_PORT if choice.panel_port is None else choice.panel_port
    port = free_port(host, wanted)
    if wanted and port != wanted and choice.mode != "preview":
        message = (
            f"port {wanted} of {host} is in use; `ss -ltnp` shows by which process; or choose --panel-port"
        )
        raise PhotophoreError(message)
    return port


def operator_command(choice: Choice, venue: Venue, *, headless: bool) -> list[str] | None:
    """Return the command that starts the operator's screen; None where there is none, with a line why.

    Raises:
        PhotophoreError: It was asked for and cannot be opened.
    """
    wanted = choice.mode == "perform" if choice.operator is None else choice.operator
    if not wanted:
        return None
    missing = "" if has_display() and not headless else "there is no display for the operator's screen"
    if not missing and find_spec("imgui_bundle") is None:
        missing = f"the operator's screen needs one more package: {OPERATOR_EXTRA}; H shows the HUD meanwhile"
    if missing and choice.operator:
        raise PhotophoreError(missing)
    if missing:
        print(missing, file=sys.stderr)
        return None
    command = [sys.executable, "-m", "installation.operator"]
    if choice.mode == "perform":
        covered = [one.screen_name or str(one.screen) for one in venue.displays] or ["0"]
        command += [word for screen in covered for word in ("--picture-on", screen)]
    return [*command, "--anywhere"] if choice.operator else command


def sound_command(choice: Choice) -> list[str] | None:
    """Return the command that starts the sound process; None where there is none, with a line why."""
    if not choice.sound:
        return None
    lacking = absent()
    if lacking:
        print(f"no sound: {lacking}", file=sys.stderr)
        return None
    return [sys.executable, "-m", "installation.sound"]


def _absolute(path: Path | None) -> str:
    return str(path.resolve()) if path else ""
