"""Follows a Link session, as one follows a MIDI clock whose ticks know their time exactly.

The session's beat is told as ticks at ``/midi/clock``, port ``link``, with a song position and a continue at
the first sixteenth: so whatever follows a clock follows Link, recordings hold it, and it is lost likewise.
Link: https://github.com/Ableton/link; its core is under GPL-2 or later, so it is an extra.
"""

import math
import threading
import time
from collections.abc import Sequence
from typing import Annotated, Any

import msgspec

from installation.contract import AdapterError, InputAdapter, Reading, Seconds, Settings, to_install

__all__ = ["LinkInput", "LinkSettings"]

_ADDRESS = "/midi/clock"
_PORT = "link"
_TICKS = 24
_SIXTEENTH = 6
_LEAP = 12
"""Ticks of distance beyond which the session has set its beat anew."""
_IDLE: Seconds = 0.2
_MICRO = 1e-6


class LinkSettings(Settings, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a venue file says about Ableton Link.

    Attributes:
        quantum: Beats after which all programs of the session meet: those of a bar.
    """

    quantum: Annotated[int, msgspec.Meta(ge=1, le=16)] = 4


class LinkInput(InputAdapter):
    """Tells the beat of a Link session while there is somebody else in it.

    It only listens: our taps do not change the session's tempo. It needs the extra ``link`` (GPL).
    """

    kind = "link"
    home = "stage"
    extra = "link"
    modules = ("link",)
    Settings = LinkSettings
    settings: LinkSettings

    def __init__(self, name: str, settings: LinkSettings) -> None:
        super().__init__(name, settings)
        self._link: Any = None
        self._next: int | None = None
        self._woken = threading.Event()
        self._bpm = 0.0

    @property
    def detail(self) -> str:
        """How many others are in the session, and its tempo."""
        link = self._link  # asked from other threads than the one that opens and closes
        if link is None:
            return "closed"
        peers = int(link.numPeers())
        others = "1 peer" if peers == 1 else f"{peers} peers"
        return f"{others}, {self._bpm:.1f} bpm" if peers else "alone on the network"

    def open(self) -> None:
        """Join the session. Raises AdapterError without the library."""
        if self._link is not None:
            return
        try:
            from link import Link
        except (ImportError, OSError) as error:
            reason = f"Ableton Link cannot be used: {error}"
            raise AdapterError(reason, to_install("photophore[link]")) from error
        self._link = Link(120.0)
        self._link.enabled = True
        self._next = None

    def close(self) -> None:
        """Leave the session."""
        if self._link is not None:
            self._link.enabled = False
            self._link = None

    def wake(self) -> None:
        """Make a waiting ``receive`` return at once."""
        self._woken.set()

    def receive(self, timeout: Seconds) -> Sequence[Reading]:
        """The ticks since the last call, waiting at most ``timeout`` seconds for the next one."""
        if self._link is None:
            raise AdapterError("is not open", "call open first")
        if not self._link.numPeers():
            self._next = None
            self._woken.wait(min(timeout, _IDLE))
            self._woken.clear()
            return ()
        state, quantum = self._link.captureAppSessionState(), float(self.settings.quantum)
        clock = self._link.clock()
        now = int(clock.micros())
        offset = time.monotonic() - now * _MICRO
        self._bpm = float(state.tempo())
        here = float(state.beatAtTime(now, quantum)) * _TICKS
        found = self._begin(here, now * _MICRO + offset)
        while self._next is not None and self._next <= here:
            at = float(state.timeAtBeat(self._next / _TICKS, quantum)) * _MICRO + offset
            found.append(Reading(_ADDRESS, ("tick", _PORT), at, self.name))
            self._next += 1
        self.counters.received += len(found)
        if not found and self._next is not None:
            due = (self._next - here) * 60.0 / (self._bpm * _TICKS)
            self._woken.wait(max(0.0, min(timeout, due)))
            self._woken.clear()
        return found

    def _begin(self, here: float, now: Seconds) -> list[Reading]:
        """Say where the session is, if it was not known or has leapt."""
        if self._next is not None and abs(self._next - here) <= _LEAP:
            return []
        self._next = math.ceil(here / _SIXTEENTH) * _SIXTEENTH
        bar = self.settings.quantum * _TICKS
        place = self._next % bar // _SIXTEENTH
        return [
            Reading(_ADDRESS, ("position", _PORT, place), now, self.name),
            Reading(_ADDRESS, ("continue", _PORT), now, self.name),
        ]
