"""The OSC output: messages to consoles and other programs, each of which is a target with a name."""

import math
import socket
import time
from collections.abc import Sequence

from hardware.osc.resolver import Lookup
from hardware.osc.target import Target, TargetSettings
from hardware.osc.transports import TcpTarget, UdpTarget
from installation.contract import (
    AdapterError,
    Message,
    MessageOutput,
    OscError,
    Seconds,
    Settings,
    TargetStatus,
    osc,
)

__all__ = ["MOST_TARGETS", "OscOutput", "OscOutputSettings"]

MOST_TARGETS = 32
"""Targets of one adapter."""


class OscOutputSettings(Settings, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a venue file says about OSC out.

    Attributes:
        targets: Where shows send to, a table each: ``{ name = "console", host = "10.0.0.5", port = 8000 }``
    """

    targets: tuple[TargetSettings, ...]

    def __post_init__(self) -> None:
        """Refuse targets that cannot be told apart. Raises ValueError."""
        if not 1 <= len(self.targets) <= MOST_TARGETS:
            message = f"targets: 1 to {MOST_TARGETS} tables, not {len(self.targets)}"
            raise ValueError(message)
        names = [one.name for one in self.targets]
        twice = next((name for name in names if names.count(name) > 1), "")
        if twice:
            message = f"targets: there are two named {twice!r}"
            raise ValueError(message)


class OscOutput(MessageOutput):
    """Sends OSC to named targets, over UDP or TCP.

    Trouble of one target (no such name, nobody listens, a peer that takes nothing) is told in its health and
    holds up no other, so that the adapter as a whole is never down.
    """

    kind = "osc-out"
    home = "stage"
    Settings = OscOutputSettings
    settings: OscOutputSettings

    def __init__(self, name: str, settings: OscOutputSettings, lookup: Lookup = socket.getaddrinfo) -> None:
        super().__init__(name, settings)
        self._lookup = lookup
        self._to: dict[str, Target] = {}

    @property
    def targets(self) -> tuple[str, ...]:
        """Names of the targets."""
        return tuple(one.name for one in self.settings.targets)

    @property
    def detail(self) -> str:
        """How many targets there are, and those that are not well."""
        troubled = [f"{one.name} {one.state}" for one in self.health if one.state != "up"]
        count = len(self.settings.targets)
        return "; ".join([f"{count} target{'s' * (count > 1)}", *troubled])

    @property
    def health(self) -> tuple[TargetStatus, ...]:
        """How each target fares."""
        now = time.monotonic()
        return tuple(one.health(now) for one in tuple(self._to.values()))

    def open(self) -> None:
        """Make the targets; names are looked up and connections made behind this."""
        if self._to:
            return
        for one in self.settings.targets:
            made = TcpTarget if one.transport == "tcp" else UdpTarget
            self._to[one.name] = made(one, self.counters, self.refusals, self._lookup)
        self.tend()

    def close(self) -> None:
        """Send what was held back, as far as that goes at once, and close all sockets."""
        now = time.monotonic()
        targets, self._to = self._to, {}
        for target in targets.values():
            target.close(now)

    def send(self, messages: Sequence[Message]) -> None:
        """Send messages, in order for each target. Raises AdapterError when closed."""
        if not self._to:
            raise AdapterError("is not open", "call open first")
        now = time.monotonic()
        given: dict[str, list[Message]] = {}
        for message in messages:
            if self._acceptable(message):
                given.setdefault(message.to or self.targets[0], []).append(message)
        for name, own in given.items():
            self._to[name].put(own, now)

    def tend(self) -> Seconds:
        """Do what is due; return the seconds until there may be more to do."""
        now = time.monotonic()
        return min((target.tend(now) for target in self._to.values()), default=math.inf)

    def objection(self, message: Message) -> str:
        """Return why OSC cannot carry a message; empty if it can."""
        found = _trouble(message)
        return f"{found[0]}: {found[1]}; {found[2]}" if found is not None else ""

    def _acceptable(self, message: Message) -> bool:
        """Whether a message can be sent; the reason is noted if not."""
        if message.to and message.to not in self._to:
            self.refusals.note("no target of this name", message.to, f"there are {', '.join(self._to)}")
            return False
        if not message.to and len(self._to) > 1:
            self.refusals.note("a message without a target", message.address, "say where it goes")
            return False
        trouble = _trouble(message)
        if trouble is not None:
            self.counters.errors += 1
            self.refusals.note(*trouble)
        return trouble is None


def _trouble(message: Message) -> tuple[str, str, str] | None:
    """Return why OSC cannot carry a message: what is wrong, an example, a remedy; None if it can."""
    try:
        size = len(osc.encode(message.address, *message.values))
    except OscError as error:
        remedy = "send numbers of 64 bits at most, and texts without a zero byte"
        return "values that OSC cannot carry", error.reason, remedy
    if size > osc.LIMITS.packet:
        return "a message longer than a packet may be", message.address, "send less at once"
    return None
