"""A JACK server with the dummy backend that only one test knows: MIDI without devices.

``jack_lsp`` and ``jack_connect`` are in other packages on Debian 13 than on 12: JACK-Client does their work.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests import parts

__all__ = ["Jack", "running"]

_ASK = """
import jack, sys
client = jack.Client("ask", no_start_server=True)
if sys.argv[1:]:
    client.activate()
    client.connect(*sys.argv[1:])
"""


class Jack:
    """A server under a name of its own."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.start()

    def start(self) -> None:
        """Start it and wait until it takes clients."""
        # Synchronous, and patient for 100 ms with each client: else a machine that is busy with other tests
        # makes a client miss a period of 1.3 ms, and JACK drops what was sent to it.
        words = ["jackd", "--no-realtime", "--no-mlock", "--sync", "--timeout", "100", "--name", self.name]
        words += ["-d", "dummy", "-r", "48000", "-p", "64"]
        quiet = subprocess.DEVNULL
        self.process = subprocess.Popen(words, stdin=quiet, stdout=quiet, stderr=quiet)
        end = time.monotonic() + 20
        while self._ask():
            if self.process.poll() is not None or time.monotonic() > end:
                self.stop()
                parts.lacking("a working jackd")

    def connect(self, source: str, target: str) -> None:
        """Connect two ports, as somebody at a patch bay would."""
        assert self._ask(source, target) == 0

    def _ask(self, *ports: str) -> int:
        """Be a client for a moment; 0 if the server took it, and connected two ports if two are given."""
        words = [sys.executable, "-P", "-c", _ASK, *ports]
        quiet = subprocess.DEVNULL
        # The test's environment names the server.
        return subprocess.run(words, stdout=quiet, stderr=quiet, timeout=60).returncode

    def stop(self, *, hard: bool = False) -> None:
        """End it, by its own pid."""
        if hard:
            self.process.kill()
        else:
            self.process.terminate()
        self.process.wait(20)


@contextmanager
def running(monkeypatch: pytest.MonkeyPatch) -> Iterator[Jack]:
    """A server that clients of this process find, and nobody else's do."""
    parts.require("jackd")
    name = f"photophore{os.getpid()}"
    monkeypatch.setenv("JACK_DEFAULT_SERVER", name)
    monkeypatch.setenv("JACK_NO_AUDIO_RESERVATION", "1")
    monkeypatch.setenv("JACK_NO_START_SERVER", "1")
    server = Jack(name)
    try:
        yield server
    finally:
        server.stop()
