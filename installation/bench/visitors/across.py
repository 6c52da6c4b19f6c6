"""Stories across a site: three hubs as real processes over TCP, from a visitor's form to every wall.

Each hub has its own disk folder, hub process and visitors' page; this process stands for the three stages,
and hears the wall as they do. Stories are left at 50 a minute, at random moments, at one hub after another.
Staff at the next hub approve each as soon as it has come there, so that it passes the network twice. Measured
are the times from the form to every wall, and from the approval to every wall.
"""

import os
import random
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from http.client import HTTPConnection
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

import msgspec

from installation.bench import Row
from installation.errors import PhotophoreError
from installation.guestbook import Act, Guestbook, folder
from installation.guestbook.tokens import Tokens
from installation.hub.options import HubOptions
from installation.ipc.bus import ZenohBus
from installation.ipc.feeds.site import OWN, Own
from installation.ipc.feeds.stories import WALL, Wall
from installation.ipc.link import ALIVE
from installation.values import Seconds
from installation.visitors.options import VisitorOptions

__all__ = ["Station", "free_ports", "run", "stations"]

_NAMES: Final = ("north", "east", "south")
_COUNT: Final = 60
_PER_MINUTE: Final = 50.0
_BOUND: Final = 2.0
_LONGEST: Final[Seconds] = 60.0
_SEED: Final = 11
_WALL: Final = msgspec.msgpack.Decoder(Wall)


def run() -> Sequence[Row]:
    """Return how long 99 of 100 stories take to every wall, and how many were lost."""
    submitted, approved, lost = measure(_COUNT, _PER_MINUTE)
    rows = []
    for name, times in (("from the form, read at another hub", submitted), ("from the approval", approved)):
        p50, p99 = times[len(times) // 2], times[int(0.99 * len(times))]
        rows.append(
            Row(
                f"stories: to the walls of 3 hubs, {name}, p99 in s", p99, _BOUND, None, "s", "bound", p99,
                f"<= {_BOUND:g}", p99 <= _BOUND,
                f"p50 {p50:.2f} s, {len(times)} stories at {_PER_MINUTE:g}/min",
            )
        )  # fmt: skip
    name = "stories: lost between hubs"
    return [*rows, Row(name, float(lost), 0.0, None, "", "bound", float(lost), "0", lost == 0)]


def measure(count: int, per_minute: float) -> tuple[list[Seconds], list[Seconds], int]:
    """Leave and approve stories.

    Args:
        count: How many.
        per_minute: How often.

    Returns:
        Sorted seconds from the form to every wall; likewise from the approval; how many books lack one at the
        end.

    Raises:
        PhotophoreError: A process does not start, or a story does not arrive within a minute.
    """
    chance = random.Random(_SEED)
    due, at = [], 0.0
    for _ in range(count):
        at += chance.expovariate(per_minute / 60.0)
        due.append(at)
    sent: dict[str, Seconds] = {}
    decided: dict[str, Seconds] = {}
    done: dict[str, Seconds] = {}
    with tempfile.TemporaryDirectory() as place, ExitStack() as ends:
        hubs = [ends.enter_context(one) for one in stations(Path(place), _NAMES, visitors=True)]
        meet(hubs)
        began = time.monotonic()
        while len(done) < count:
            now = time.monotonic()
            if len(sent) < count and now - began >= due[len(sent)]:
                text = f"story number {len(sent)}"
                hubs[len(sent) % len(hubs)].leave(text)
                sent[text] = now
            for text in sent.keys() - decided.keys():
                if hubs[(int(text.split()[-1]) + 1) % len(hubs)].approve(text):
                    decided[text] = time.monotonic()
            shown = set.intersection(*(one.shown() for one in hubs))
            done |= {text: time.monotonic() for text in (shown & sent.keys()) - done.keys()}
            if now - began > due[-1] + _LONGEST:
                message = f"{len(sent) - len(done)} stories were not on every wall after {_LONGEST:g} s"
                raise PhotophoreError(message)
            time.sleep(0.01)
        lost = sum(len(sent.keys() - one.texts()) for one in hubs)
    return (
        sorted(done[text] - sent[text] for text in sent),
        sorted(done[text] - decided[text] for text in sent),
        lost,
    )


class Station:
    """One hub: its processes, and the end of its stage on the bus.

    Args:
        options: Of the hub process.
        state: Its state folder.
        visitors: Whether it has a visitors' page.

    Raises PhotophoreError if a process does not start.
    """

    def __init__(self, options: HubOptions, state: Path, *, visitors: bool) -> None:
        self.name, self.state = options.hub, state
        self._options = options
        places = {"PHOTOPHORE_STATE": str(state), "PHOTOPHORE_RUN": str(state)}
        self._environment = os.environ | places | {ALIVE: ""}
        state.mkdir(parents=True, exist_ok=True)
        self.bus = ZenohBus(state, listen=True)
        self._wall = self.bus.subscribe(WALL, kept=True)
        self.bus.put(OWN, msgspec.msgpack.encode(Own(at=time.monotonic(), show="bench")), keep=True)
        self._shown: set[str] = set()
        self.hub: subprocess.Popen[bytes] | None = None
        self._page: subprocess.Popen[bytes] | None = None
        self._port, self._token = 0, ""
        if visitors:
            self._open_page()
        self.start()
        self.book = Guestbook(folder(state), repairs=False)

    def __enter__(self) -> "Station":
        return self

    def __exit__(self, *_error: object) -> None:
        for one in (self.hub, self._page):
            if one is not None:
                one.terminate()
                one.wait(20)
        self.book.close()
        self.bus.close()

    def start(self) -> None:
        """Start its hub process."""
        told = msgspec.json.encode(self._options).decode()
        self.hub = subprocess.Popen(
            [sys.executable, "-m", "installation.hub", told], env=self._environment, stderr=subprocess.DEVNULL
        )

    def kill(self) -> None:
        """Kill its hub process, as by a power cut."""
        if self.hub is not None:
            self.hub.kill()
            self.hub.wait(20)
            self.hub = None

    def _open_page(self) -> None:
        options = VisitorOptions(port=0, hub=self.name, backups=0, burst=1000)
        told = msgspec.json.encode(options).decode()
        self._page = page = subprocess.Popen(
            [sys.executable, "-m", "installation.visitors", told],
            env=self._environment,
            stderr=subprocess.PIPE,
        )
        said = b""
        while page.stderr is not None and (line := page.stderr.readline()):
            said += line
            if found := re.search(rb"http://\S+:(\d+)/", line):
                self._port = int(found[1])
                self._token = Tokens(folder(self.state), options.code, self.name).now(time.time())
                return
        message = f"the visitors' page did not start: {said.decode(errors='replace')}"
        raise PhotophoreError(message)

    def leave(self, text: str) -> None:
        """Send the form of the visitors' page. Raises PhotophoreError if it is not taken."""
        connection = HTTPConnection("127.0.0.1", self._port, timeout=_LONGEST)
        connection.request("GET", f"/{self._token}")
        found = re.findall(r'name="key" value="([^"]+)"', connection.getresponse().read().decode())
        body = urlencode({"key": found[0] if found else "", "text": text, "strokes": ""})
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", f"/{self._token}", body, form)
        status = connection.getresponse().status
        connection.close()
        if status != 303:
            message = f"a story was refused with {status}"
            raise PhotophoreError(message)

    def approve(self, text: str) -> bool:
        """Approve a story if it has come to this hub."""
        found = next((one.story.id for one in self.book.stories() if one.story.text == text), None)
        if found is None:
            return False
        self.book.decide(found, Act.APPROVED)
        return True

    def texts(self) -> set[str]:
        """What is in its book."""
        return {one.story.text for one in self.book.stories()}

    def shown(self) -> set[str]:
        """What its stage has on the wall."""
        for _, payload in self._wall.drain():
            self._shown = {one.text for one in _WALL.decode(payload).stories}
        return self._shown


def stations(place: Path, names: Sequence[str], *, visitors: bool) -> list[Station]:
    """Start a site over the loopback, every hub with every other. Raises PhotophoreError."""
    ports = free_ports(len(names))
    addresses = [f"127.0.0.1:{port}" for port in ports]
    return [
        Station(
            HubOptions(
                site="bench",
                hub=name,
                listen=(addresses[i],),
                connect=tuple(addresses[:i]),
                hubs=tuple(names),
            ),
            place / name,
            visitors=visitors,
        )
        for i, name in enumerate(names)
    ]


def meet(hubs: Sequence[Station]) -> None:
    """Wait until what one hub has is at every other. Raises PhotophoreError after a minute."""
    hubs[0].leave("the first of all")
    until(lambda: all("the first of all" in one.texts() for one in hubs), "the hubs do not meet")


def until(done: Callable[[], bool], failure: str) -> None:
    """Wait until something is so. Raises PhotophoreError after a minute."""
    end = time.monotonic() + _LONGEST
    while not done():
        if time.monotonic() > end:
            raise PhotophoreError(failure)
        time.sleep(0.02)


def free_ports(count: int) -> list[int]:
    """Return ports of the loopback that are free now."""
    with ExitStack() as held:
        opened = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in opened:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in opened]
