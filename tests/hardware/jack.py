"""A JACK server with the dummy backend that only one test knows: MIDI without devices."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests import parts

__all__ = ["Jack", "running"]


class Jack:
    """A server under a name of its own."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.start()

    def start(self) -> None:
        """Start it and wait until it takes clients."""
        words = ["jackd", "--no-realtime", "--no-mlock", "--name", self.name]
        words += ["-d", "dummy", "-r", "48000", "-p", "64"]
        quiet = subprocess.DEVNULL
        self.process = subprocess.Popen(words, stdin=quiet, stdout=quiet, stderr=quiet)
        end = time.monotonic() + 20
        while subprocess.run(["jack_lsp", "-s", self.name], stdout=quiet, stderr=quiet).returncode:
            if self.process.poll() is not None or time.monotonic() > end:
                self.stop()
                parts.lacking("a working jackd")

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
    parts.require("jackd", "jack_lsp", "jack_connect")
    name = f"photophore{os.getpid()}"
    monkeypatch.setenv("JACK_DEFAULT_SERVER", name)
    monkeypatch.setenv("JACK_NO_AUDIO_RESERVATION", "1")
    monkeypatch.setenv("JACK_NO_START_SERVER", "1")
    server = Jack(name)
    try:
        yield server
    finally:
        server.stop()
