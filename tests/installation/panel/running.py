"""A real panel process, a real bus, real HTTP."""

import http.client
import json
import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from installation.ipc.bus import ZenohBus
from installation.ipc.telemetry import Publisher
from installation.panel.pairing import VARIABLE, Hashes
from installation.parameter.tree import Tree
from installation.status import StageStatus
from tests.waiting import PATIENCE, until


class Panel:
    """A panel process and the stage's end of its bus.

    Args:
        folder: State folder.
        host: Address that it listens on.
        codes: Pairing code by role.
        arguments: More of the panel's command line.
    """

    def __init__(
        self,
        folder: Path,
        host: str = "127.0.0.1",
        codes: dict[str, str] | None = None,
        arguments: tuple[str, ...] = (),
    ) -> None:
        self.headers: dict[str, str] = {}
        self.folder = folder
        self.host = host
        self.stage = ZenohBus(folder, listen=True)
        self.publisher = Publisher(self.stage, "sea-sparkle", ("127.0.0.1", 9137))
        watch, self.alive = os.pipe()
        self.log = (folder / "panel.log").open("wb+")
        given = {VARIABLE: Hashes.of(codes).to_text()} if codes else {}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "installation.panel", "--host", host, "--port", "0", *arguments],
            env=os.environ | {"PHOTOPHORE_STATE": str(folder), "PHOTOPHORE_ALIVE": str(watch)} | given,
            pass_fds=(watch,),
            stderr=self.log,
        )
        os.close(watch)
        found = until(lambda: re.findall(r"panel: http://\S+:(\d+)/", self.said()) or self.process.poll())
        assert isinstance(found, list), self.said()
        self.port = int(found[0])

    def said(self) -> str:
        """Everything that it wrote to its log."""
        return (self.folder / "panel.log").read_text()

    def get(self, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
        """One request: status, the last of each header in lower case, body; in ``headers`` `_` is `-`."""
        status, told, body = self.request(
            path, method, headers={k.replace("_", "-"): v for k, v in headers.items()}
        )
        return status, {key: value[-1] for key, value in told.items()}, body

    def request(
        self, path: str, method: str = "GET", *, headers: dict[str, str], body: bytes | None = None
    ) -> tuple[int, dict[str, list[str]], bytes]:
        """One request on a connection of its own: status, headers in lower case, body."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=20)
        try:
            connection.request(method, path, body=body, headers=self.headers | headers)
            response = connection.getresponse()
            told: dict[str, list[str]] = {}
            for key, value in response.getheaders():
                told.setdefault(key.lower(), []).append(value)
            return response.status, told, response.read()
        finally:
            connection.close()

    def json(self, path: str) -> Any:
        """What a path answers, decoded."""
        return json.loads(self.get(path)[2])

    def connect(self) -> socket.socket:
        """A bare connection."""
        return socket.create_connection((self.host, self.port), 20)

    def publish(self, tree: Tree, telemetry: StageStatus | None = None, **signals: Any) -> None:
        """Publish a frame as the stage does: values, signals and telemetry."""
        now = time.monotonic()
        self.publisher.publish(now, tree, **signals)
        self.publisher.telemetry(now, telemetry or StageStatus(scene="sea"))

    def close(self) -> None:
        """End it, and the stage's end of its bus."""
        try:
            if self.process.poll() is None:
                self.process.terminate()
                self.process.wait(PATIENCE)
        finally:
            self.log.close()
            self.stage.close()
