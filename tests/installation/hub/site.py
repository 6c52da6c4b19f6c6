"""Real hub processes on machines that are network namespaces, beside a bus on which a test is the stage."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from installation.cli.site.cables import Cables
from installation.hub.options import HubOptions
from installation.ipc.bus import ZenohBus
from installation.ipc.feeds.site import OWN, VIEW, Own, Station, View

__all__ = ["PORT", "Hub", "Site", "until"]

ROOT = Path(__file__).resolve().parents[3]
PORT = 7447


def until(met: Callable[[], bool], what: str, patience: float = 60.0) -> float:
    """Wait until it is met; the seconds that took. Fails after that time, which only ends what hangs."""
    began = time.monotonic()
    while not met():
        assert time.monotonic() - began < patience, what
        time.sleep(0.01)
    return time.monotonic() - began


class Hub:
    """One hub process, and the stage's end of its bus."""

    def __init__(self, site: "Site", options: HubOptions, folder: Path) -> None:
        self.site, self.options, self.folder = site, options, folder
        folder.mkdir(parents=True, exist_ok=True)
        self.bus = ZenohBus(folder, listen=True)
        self._views = self.bus.subscribe(VIEW, capacity=16, kept=True)
        self._view: View | None = None
        self._viewed = 0.0
        self.process: subprocess.Popen[bytes] | None = None
        self.own = Own(at=time.monotonic(), show="garden-show")
        self.say()

    @property
    def name(self) -> str:
        return self.options.hub

    def start(self, **changes: Any) -> "Hub":
        options = msgspec.structs.replace(self.options, **changes)
        command = [sys.executable, "-m", "installation.hub", msgspec.json.encode(options).decode()]
        environment = os.environ | {"PHOTOPHORE_STATE": str(self.folder), "PYTHONPATH": str(ROOT)}
        environment.pop("PHOTOPHORE_ALIVE", None)
        with (self.folder / "out").open("ab") as out:
            self.process = subprocess.Popen(
                self.site.cables.inside(self.name, command), env=environment, stdout=out, stderr=out, cwd=ROOT
            )
        return self

    def say(self, **changes: Any) -> None:
        """Say what the stage does."""
        self.own = msgspec.structs.replace(self.own, at=time.monotonic(), **changes)
        self.bus.put(OWN, msgspec.msgpack.encode(self.own), keep=True)

    @property
    def view(self) -> View:
        """The newest view of this process; an empty one before the first."""
        for _, payload in self._views.drain():
            self._view, self._viewed = msgspec.msgpack.decode(payload, type=View), time.monotonic()
        return self._view or View(at=0.0)

    def forget(self) -> None:
        """Forget the view of a process that has ended."""
        self._views.drain()
        self._view = None

    def states(self) -> Mapping[str, str]:
        return {one.name: one.state for one in self.view.stations}

    def station(self, name: str) -> Station:
        return next(one for one in self.view.stations if one.name == name)

    def sees(self, *names: str) -> bool:
        """Whether exactly these are here, this one included."""
        return {name for name, state in self.states().items() if state == "here"} == {self.name, *names}

    def log(self) -> str:
        return (self.folder / "hub.log").read_text("utf-8", "replace")

    def signal(self, number: int) -> None:
        assert self.process is not None
        self.process.send_signal(number)

    def kill(self) -> None:
        self.signal(signal.SIGKILL)
        assert self.process is not None
        self.process.wait(5)
        self.process = None
        self.forget()

    def stop(self) -> None:
        """End it as the keeper does."""
        if self.process is not None:
            self.process.send_signal(signal.SIGCONT)
            self.process.terminate()
            self.process.wait(5)
            self.process = None

    def close(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(5)
        self.bus.close()


class Site:
    """Hubs in namespaces that can all reach each other; each connects to the first only."""

    def __init__(self, folder: Path, *names: str, **common: Any) -> None:
        self.cables = Cables(names)
        self.hubs: dict[str, Hub] = {}
        try:
            for number, name in enumerate(names):
                options = HubOptions(
                    site="garden", hub=name, listen=(f"{self.cables.address(name)}:{PORT}",),
                    connect=(f"{self.cables.address(names[0])}:{PORT}",) if number else (),
                    lead=90 - 10 * number, version="1.0",
                )  # fmt: skip
                options = msgspec.structs.replace(options, **common)
                self.hubs[name] = Hub(self, options, folder / name)
        except BaseException:
            self.close()
            raise

    def __getitem__(self, name: str) -> Hub:
        return self.hubs[name]

    def start(self, *names: str) -> None:
        for name in names or self.hubs:
            self.hubs[name].start()

    def together(self, *names: str) -> None:
        """Wait until all of these see each other and follow one leader."""
        wanted = names or tuple(self.hubs)
        hubs = [self.hubs[name] for name in wanted]

        def met() -> bool:
            leaders = {hub.view.leader for hub in hubs}
            return len(leaders) == 1 and leaders != {""} and all(
                hub.sees(*(name for name in wanted if name != hub.name)) for hub in hubs
            )  # fmt: skip

        until(met, json.dumps({hub.name: dict(hub.states()) for hub in hubs}))

    def cut(self, name: str) -> None:
        self.cables.plug(name, connected=False)

    def heal(self, name: str) -> None:
        self.cables.plug(name, connected=True)

    def close(self) -> None:
        for hub in self.hubs.values():
            hub.close()
        self.cables.close()

    def __enter__(self) -> "Site":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
