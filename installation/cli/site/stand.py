"""``make site``: a whole site on this machine, with its table in the terminal and cables to cut.

As root each hub has a machine of its own, a private network namespace; else all share the loopback interface,
and a hub is frozen instead of cut off.
"""

import argparse
import contextlib
import ctypes
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any, Final

from installation import paths
from installation.cli.site.cables import Cables, possible
from installation.cli.site.garden import DOOR, HALL, HIDDEN_RATE, HUBS, venue_text
from installation.cli.site.table import lines
from installation.cli.site.visits import Visits
from installation.errors import PhotophoreError
from installation.ipc.control import request
from installation.ipc.ports import free_port
from installation.render import cache
from installation.values import HOST, OSC_PORT, PANEL_PORT, SITE_PORT, VISITORS_PORT, Seconds
from installation.web.tunnel import listening

__all__ = ["Stand", "main"]

_HELP: Final = "cut NAME, heal NAME, pad NAME, kill NAME, start NAME, story TEXT, approve, quit"
_SHOW: Final = "fireflies"
_EACH: Final[Seconds] = 0.5
_PR_SET_PDEATHSIG: Final = 1
"""prctl(2)."""
_FIRST: Final[Seconds] = 45.0
"""The first machine is waited for so long before the others are started."""
_HELD: Final[Seconds] = 3.0
_END: Final[Seconds] = 8.0
_TIMES: Final = 5.0
"""Seconds between two tables where there is no terminal."""


class Stand:
    """The machines of a site, running.

    Args:
        folder: For venue files, states and logs.
        show: What all of them play.
        display: Whether the hall shows its picture in a window.
        apart: Whether each has a network namespace; None: if that is possible.
        rate: Pictures a second of those without a window.

    Raises PhotophoreError if the system refuses it.
    """

    def __init__(
        self,
        folder: Path,
        show: str,
        *,
        display: bool,
        apart: bool | None = None,
        rate: int = HIDDEN_RATE,
    ) -> None:
        self.folder, self._show, self._rate = folder, show, rate
        self._stack = ExitStack()
        wanted = possible() if apart is None else apart
        self.cables = self._stack.enter_context(Cables(HUBS)) if wanted else None
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._logs: dict[str, IO[bytes]] = {}
        self._display, self._waits = display, True
        self._page = free_port(HOST, VISITORS_PORT + 10)
        self.visits = Visits(self._page, self.state(DOOR), self.state(HALL), changes=show == _SHOW)
        self._began = time.monotonic()
        cache.choose(paths.state_folder() / "shader-cache")  # one for all of them, and for the next time
        try:
            self._relay()
            self._start(HALL)
        except BaseException:
            self.close()
            raise

    def advance(self) -> None:
        """Start the others once the first has its picture: what it has compiled they find in the cache.

        Four that compile the same shaders at the same time take four times as long on a small machine, and
        are killed by their keepers if that is more than half a minute.
        """
        if not self._waits:
            self.visits.advance()
            return
        if time.monotonic() - self._began < _FIRST and HALL not in self.ended() and not self._plays(HALL):
            return
        self._waits = False
        for name in HUBS:
            if name not in self._children:
                self._start(name)

    def _plays(self, name: str) -> bool:
        """Return whether a machine shows its picture: its keeper starts the hub process after that."""
        try:
            status = request("status", folder=self.state(name))
        except PhotophoreError:
            return False
        return any(one["name"] == "hub" for one in status["processes"])

    def start(self, name: str) -> None:
        """Start a machine that has ended. Raises PhotophoreError if there is none, or it runs."""
        _known(name)
        if name not in self._children or self._children[name].poll() is None:
            message = f"{name} has not ended"
            raise PhotophoreError(message)
        self._start(name)

    def kill(self, name: str) -> None:
        """Switch a machine off at the wall. Raises PhotophoreError if there is none, or it does not run."""
        _known(name)
        if name not in self._children or self._children[name].poll() is not None:
            message = f"{name} does not run"
            raise PhotophoreError(message)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._children[name].pid, signal.SIGKILL)
        self._children[name].wait()

    def _start(self, name: str) -> None:
        number, display = HUBS.index(name), self._display and name == HALL
        shift = 0 if self.cables is not None else number
        addresses = {one: self._address(one, place) for place, one in enumerate(HUBS)}
        others = [address for one, address in addresses.items() if one != name]
        page = self._page if name == DOOR else 0
        text = venue_text(
            name, addresses[name], others, shift, display=display, visitors=page, rate=self._rate
        )
        venue = self.folder / f"{name}.toml"
        venue.write_text(text, encoding="utf-8")
        verb = ["run", "--venue", str(venue), *([] if display else ["--headless"])]
        command = [sys.executable, "-m", "installation", verb[0], self._show, *verb[1:]]
        command += ["--panel-port", str(PANEL_PORT + 10 + shift), *([] if display else ["--no-sound"])]
        if name not in self._logs:
            self._logs[name] = self._stack.enter_context((self.folder / f"{name}.log").open("wb"))
        log = self._logs[name]
        self._children[name] = subprocess.Popen(
            self._inside(name, command), env=os.environ | {"PHOTOPHORE_STATE": str(self.state(name))},
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 - no threads
        )  # fmt: skip

    def _relay(self) -> None:
        """Let a browser of this machine reach the page for visitors, which is on a machine of its own."""
        if self.cables is None:
            return
        outside = self._stack.enter_context(listening(self._page))
        number = outside.fileno()
        command = [sys.executable, "-m", "installation.web.tunnel", str(number), str(self._page)]
        child = subprocess.Popen(
            self._inside(DOOR, command), stdin=subprocess.DEVNULL, pass_fds=(number,),
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 - no threads
        )  # fmt: skip
        self._stack.callback(child.wait, _END)
        self._stack.callback(child.terminate)

    def _address(self, name: str, number: int) -> str:
        if self.cables is None:
            return f"{HOST}:{SITE_PORT + 10 + number}"
        return f"{self.cables.address(name)}:{SITE_PORT}"

    def _inside(self, name: str, command: list[str]) -> list[str]:
        return command if self.cables is None else self.cables.inside(name, command)

    def state(self, name: str) -> Path:
        """Return the state folder of a machine."""
        return self.folder / name

    def told(self, name: str = HALL) -> dict[str, Any]:
        """Return what a machine tells of the site. Raises PhotophoreError while it does not."""
        told: dict[str, Any] = request("site", folder=self.state(name))
        return told

    def plug(self, name: str, *, connected: bool) -> None:
        """Cut or heal the cable of a machine; without cables its hub process is frozen or goes on.

        Raises PhotophoreError if there is no such machine, or it does not run.
        """
        _known(name)
        if self.cables is not None:
            self.cables.plug(name, connected=connected)
            return
        processes = request("status", folder=self.state(name))["processes"]
        pid = next((one["pid"] for one in processes if one["name"] == "hub"), None)
        if pid:
            os.kill(pid, signal.SIGCONT if connected else signal.SIGSTOP)

    def pad(self, name: str) -> None:
        """Hold the pad of a machine for some seconds. Raises PhotophoreError if there is no such machine."""
        _known(name)
        port = OSC_PORT + (0 if self.cables is not None else HUBS.index(name))
        send = (
            "import time; from pythonosc.udp_client import SimpleUDPClient as C; "
            f"c = C('{HOST}', {port}); c.send_message('/pad/{name}', 1.0); "
            f"time.sleep({_HELD}); c.send_message('/pad/{name}', 0.0)"
        )
        subprocess.Popen(self._inside(name, [sys.executable, "-c", send]), stdin=subprocess.DEVNULL)

    def ended(self) -> list[str]:
        """Return the machines that have ended by themselves."""
        return [name for name, child in self._children.items() if child.poll() is not None]

    def close(self) -> None:
        """End all of them, and remove what was made for them."""
        for name in HUBS:
            with contextlib.suppress(PhotophoreError, OSError):
                self.plug(name, connected=True)
        for child in self._children.values():
            child.terminate()
        end = time.monotonic() + _END
        for child in self._children.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(max(0.1, end - time.monotonic()))
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()
        self._stack.close()


def _known(name: str) -> None:
    if name not in HUBS:
        message = f"there is no {name or 'machine without a name'}; there are {', '.join(HUBS)}"
        raise PhotophoreError(message)


def _end_with_parent() -> None:
    """In a child, before its program: let the kernel end it when whoever started it is gone, however."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _interrupted(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def main() -> int:
    """Run a site until it is told to quit; returns the exit status."""
    parser = argparse.ArgumentParser(prog="make site", description=__doc__)
    parser.add_argument("--show", default=_SHOW, help="what all hubs play")
    parser.add_argument("--seconds", type=float, default=None, help="end after so long")
    parser.add_argument("--loopback", action="store_true", help="no namespaces, also as root")
    given = parser.parse_args()
    for one in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(one, _interrupted)
    display = bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    with ExitStack() as stack:
        stack.enter_context(contextlib.suppress(KeyboardInterrupt))
        temporary = tempfile.TemporaryDirectory(prefix="photophore-site-", ignore_cleanup_errors=True)
        folder = Path(stack.enter_context(temporary))
        stand = Stand(folder, given.show, display=display, apart=False if given.loopback else None)
        stack.callback(stand.close)
        return _watch(stand, given.seconds)
    return 0


def _watch(stand: Stand, seconds: Seconds | None) -> int:
    live = sys.stdout.isatty()
    end = None if seconds is None else time.monotonic() + seconds
    said = ""
    while end is None or time.monotonic() < end:
        stand.advance()
        ended = stand.ended()
        if len(ended) == len(HUBS):
            print(f"all have ended: see {stand.folder / ended[0]}.log", file=sys.stderr)
            print((stand.folder / f"{ended[0]}.log").read_text("utf-8", "replace")[-2000:], file=sys.stderr)
            return 1
        gone = [f"{one} has ended: {stand.folder / one}.log; start {one} starts it again" for one in ended]
        shown = "\n".join(
            [*_table(stand), "", *stand.visits.lines(), *gone, said or _kind(stand), f"{_HELP}: "]
        )
        print(f"\x1b[H\x1b[J{shown}" if live else shown, end="" if live else "\n", flush=True)
        line = _typed(_EACH if live else _TIMES)
        if line is not None:
            word, _, name = line.partition(" ")
            if word in ("quit", "q", "exit"):
                return 0
            said = _carry_out(stand, word, name.strip())
    return 0


def _table(stand: Stand) -> Iterator[str]:
    """Yield the site as the first machine sees it that runs."""
    ended = stand.ended()
    running = [one for one in HUBS if one not in ended]
    try:
        yield from lines(stand.told(running[0] if running else HALL))
    except PhotophoreError as error:
        yield f"starting {len(HUBS)} hubs, {HALL} first, which takes up to a minute ({error})"


def _kind(stand: Stand) -> str:
    if stand.cables is not None:
        return "each hub has a machine of its own (a network namespace)"
    return "without root all hubs share the loopback interface; cut freezes a hub process"


def _carry_out(stand: Stand, word: str, name: str) -> str:
    """Carry out what was typed; returns what there is to say."""
    acts: dict[str, Callable[[], None]] = {
        "cut": lambda: stand.plug(name, connected=False),
        "heal": lambda: stand.plug(name, connected=True),
        "pad": lambda: stand.pad(name),
        "kill": lambda: stand.kill(name),
        "start": lambda: stand.start(name),
        "story": lambda: stand.visits.leave(name),
        "approve": stand.visits.approve,
    }
    if word not in acts:
        return f"there is no {word!r}: {_HELP}" if word else ""
    try:
        acts[word]()
    except (PhotophoreError, OSError) as error:
        return _printable(str(error))
    held = f" for {_HELD:g} s" if word == "pad" else ""
    return _printable(f"{word} {name}".rstrip()) + f": done{held}"


def _printable(text: str) -> str:
    return "".join(one if one.isprintable() else "?" for one in text)


def _typed(patience: Seconds) -> str | None:
    """Return a line that was typed within this time; None if none was."""
    if not sys.stdin or sys.stdin.closed or not select.select([sys.stdin], [], [], patience)[0]:
        return None
    line = sys.stdin.readline()
    if not line:  # its end: nobody types
        time.sleep(patience)
        return None
    return line.strip()


if __name__ == "__main__":
    try:
        status = main()
    except PhotophoreError as error:
        print(error, file=sys.stderr)
        status = 1
    sys.exit(status)
