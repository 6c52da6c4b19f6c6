"""A thread that holds one audio device, and comes back whatever happens to it."""

import logging
import threading
import time
from abc import ABC, abstractmethod
from typing import Final

from installation.devices.adapters import Backoff
from installation.ipc.feeds.sound import Setup
from installation.values import Seconds

__all__ = ["IDLE", "DeviceThread"]

IDLE: Final[Seconds] = 0.02
"""Seconds from one look at what is wanted to the next, while there is nothing to do."""

log = logging.getLogger(__name__)


class DeviceThread(ABC):
    """What the threads of output and input share: state, setup, waiting and the log of changes.

    Args:
        name: Of the thread.
        what: What is up or down, in messages: ``sound``, ``listening``.

    Attributes:
        state: ``opening``, ``up``, ``down``, ``silent`` or ``off``; see ``SoundStatus``.
        reason: Why it is not up.
        device: Name of the device.
        reopened: How often it was opened again after a loss.
        beat: Monotonic time at which the thread was last seen at work.
    """

    def __init__(self, name: str, what: str) -> None:
        self._what = what
        self.state, self.reason, self.device = "opening", "", ""
        self.reopened = 0
        self.beat: Seconds = time.monotonic()
        self._setup: Setup | None = None
        self._stop = threading.Event()
        self._backoff = Backoff()
        self._lost = False
        self._told = ""
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    @property
    def running(self) -> bool:
        """Whether the thread lives."""
        return self._thread.is_alive()

    def set_up(self, setup: Setup) -> None:
        """Work with this setup from now on."""
        self._setup = setup

    def stop(self, patience: Seconds) -> None:
        """Close the device, sound faded out, within ``patience`` seconds."""
        self._stop.set()
        self._thread.join(patience)

    @abstractmethod
    def _run(self) -> None:
        """Work until ``_stop`` is set; in the thread."""

    def _fail(self, setup: Setup, reason: str) -> None:
        self._lost = True
        self._say("down", reason)
        self._rest(setup, self._backoff.next())

    def _say(self, state: str, reason: str) -> None:
        """Note the state, and log it when it changes."""
        self.state, self.reason = state, reason
        told = f"{state} {reason}"
        if told != self._told:
            self._told = told
            level = logging.WARNING if state == "down" else logging.INFO
            log.log(level, "%s is %s%s", self._what, state, f": {reason}" if reason else f" on {self.device}")

    def _rest(self, setup: Setup, seconds: Seconds) -> None:
        """Wait, but not longer than until there is another setup."""
        until = time.monotonic() + seconds
        while not self._stop.is_set() and self._setup is setup and time.monotonic() < until:
            self.beat = time.monotonic()
            self._stop.wait(IDLE)
        if self._setup is not setup:
            self._backoff.reset()
