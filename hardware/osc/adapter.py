"""The OSC input: datagrams and streams in, and values back to a remote that shows them."""

import socket
import time
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Annotated

import msgspec

from hardware.osc.datagrams import NAP, DatagramInput, DatagramSettings
from hardware.osc.feedback import Feedback, endpoint
from hardware.osc.framing import Framing
from hardware.osc.tcp import TcpServer
from installation.contract import AdapterError, ControlSurface, Message, Reading, Seconds

__all__ = ["OscInput", "OscSettings"]


Beginning = Annotated[str, msgspec.Meta(pattern=r"^(/[^/]+)+/?$")]


class OscSettings(DatagramSettings, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a venue file says about OSC in.

    Attributes:
        host: Numeric address to listen on; ``0.0.0.0`` is every interface.
        port: UDP port; 0 takes any free one (for tests).
        allow: Networks that may send, e.g. ``["192.168.1.0/24"]``; needed unless ``host`` is a loopback
            address.
        rate: Messages a second accepted from one sender.
        tcp_port: TCP port on which packets are taken as well; none without it, 0 takes any free one.
        framing: How packets stand in a TCP stream: ``slip`` (OSC 1.1), or ``length`` before each (OSC 1.0).
        feedback: Address and UDP port of a remote (TouchOSC, Open Stage Control) that is told the base of
            every parameter when it changes: ``192.168.1.30:9000``.
        private: Beginnings of addresses that say something about one person, e.g. ``["/radar"]``: what comes
            there is never recorded, watched or published, and sets no parameter.
    """

    tcp_port: Annotated[int, msgspec.Meta(ge=0, le=65_535)] | None = None
    framing: Framing = "slip"
    feedback: str = ""
    private: Annotated[tuple[Beginning, ...], msgspec.Meta(max_length=64)] = ()

    def __post_init__(self) -> None:
        """Refuse addresses that do not exist, and doors that are open to everybody. Raises ValueError."""
        DatagramSettings.__post_init__(self)
        if self.feedback:
            endpoint(self.feedback)


class OscInput(DatagramInput, ControlSurface):
    """Listens for OSC on UDP and, if wanted, on TCP.

    It answers nobody who sends. What its settings name as ``feedback`` is told the values of parameters.
    """

    kind = "osc"
    home = "stage"
    Settings = OscSettings
    settings: OscSettings

    def __init__(self, name: str, settings: OscSettings) -> None:
        super().__init__(name, settings)
        self._tcp: TcpServer | None = None
        if settings.tcp_port is not None:
            port, framing = settings.tcp_port, settings.framing
            self._tcp = TcpServer(settings.host, port, framing, self._gate, self.refusals)
        self._feedback = Feedback(settings.feedback, self.counters) if settings.feedback else None
        self._private = tuple(one.rstrip("/") + "/" for one in settings.private)

    @property
    def detail(self) -> str:
        """Where it listens, and whom it tells."""
        parts = [super().detail]
        parts += [self._tcp.detail] if self._tcp is not None else []
        parts += [self._feedback.detail] if self._feedback is not None else []
        return "; ".join(parts)

    @property
    def tcp_port(self) -> int:
        """The TCP port it listens on; 0 without one."""
        return self._tcp.port if self._tcp is not None else 0

    @property
    def mirrors(self) -> bool:
        """Whether a remote is told the values of parameters."""
        return self._feedback is not None

    def open(self) -> None:
        """Bind the ports. Raises AdapterError that names the program which holds one already."""
        if self._socket is not None:
            return
        super().open()
        try:
            if self._tcp is not None and self._selector is not None:
                self._tcp.open(self._selector)
            if self._feedback is not None:
                self._feedback.open()
        except AdapterError:
            self.close()
            raise

    def close(self) -> None:
        """Free the ports and forget what was waiting for its time."""
        if self._tcp is not None:
            self._tcp.close()
        if self._feedback is not None:
            self._feedback.close()
        super().close()

    def receive(self, timeout: Seconds) -> Sequence[Reading]:
        """Everything that has arrived or become due, waiting at most ``timeout`` seconds for the first."""
        readings = super().receive(timeout)
        if self._private:
            readings = [self._marked(one) for one in readings]
        if self._feedback is not None:
            now = time.monotonic()
            self._feedback.hear(readings, now)
            self._feedback.tend(now)
        return readings

    def _marked(self, reading: Reading) -> Reading:
        """Return a reading, private where the settings say so."""
        hidden = f"{reading.address}/".startswith(self._private)
        return replace(reading, private=True) if hidden else reading

    def feedback(self, messages: Sequence[Message]) -> None:
        """Tell the remote these values; nobody without one."""
        if self._feedback is not None:
            self._feedback.show(messages, time.monotonic())

    def _take_more(self, ready: Collection[object], readings: list[Reading]) -> None:
        """Take what the TCP connections have sent."""
        tcp = self._tcp
        own = [one for one in ready if isinstance(one, socket.socket) and tcp is not None and tcp.owns(one)]
        if tcp is None or not own:
            return
        if time.monotonic() - self._drained < NAP:
            time.sleep(NAP)
        now = time.monotonic()
        self._offset = now - time.time()
        self._gate.refill(now)
        for link in own:
            packets, host = tcp.take(link, now)
            for packet in packets:
                if self._gate.admit(host):
                    self.counters.received += 1
                    self._decode(packet, now, host, readings)
                else:
                    self.counters.dropped += 1
                    why, remedy = self._gate.reason(host)
                    self.refusals.note(why, f"from {host}", remedy)
        self._drained = time.monotonic()
