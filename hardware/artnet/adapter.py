"""The Art-Net output: our universes as ArtDmx to one node."""

from typing import Annotated

import msgspec

from hardware.artnet import codec
from hardware.datagram import DatagramSocket
from hardware.spans import SpanTable, check_address, check_spans
from installation.contract import LightFrame, LightOutput, Seconds, Settings, UniverseSpan

__all__ = ["ArtNetOutput", "ArtNetSettings"]


_LAST = 3
"""Frames of the last look on the way out; the protocol has no goodbye."""


class ArtNetSettings(Settings, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a venue file says about an Art-Net node.

    Attributes:
        host: Numeric IPv4 address of the node.
        send: Which of our universes go to which Port-Addresses (from 0).
        port: UDP port; only tests and simulators use another one.
        bind: Numeric address to send from; empty lets the system choose.
        sync: Follow each frame by an ArtSync, so that all ports change together.
        broadcast: Say true to allow a broadcast address as ``host``.
        segment: Hand many packets to the kernel at once where it can (UDP segmentation offload). A node
            with very small buffers may want them one by one.
    """

    host: str
    send: Annotated[tuple[UniverseSpan, ...], msgspec.Meta(min_length=1)]
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)] = codec.PORT
    bind: str = ""
    sync: bool = False
    broadcast: bool = False
    segment: bool = True

    def __post_init__(self) -> None:
        """Refuse addresses that do not exist. Raises ValueError."""
        check_address("host", self.host)
        if self.bind:
            check_address("bind", self.bind)
        check_spans(self.send, 0, codec.MAX_ADDRESS, "Port-Address")


class ArtNetOutput(LightOutput):
    """Streams universes as Art-Net 4, unicast.

    Every frame goes out whole, also when nothing changed: Art-Net has no keep-alive and no goodbye, silence
    is its only end. A node that is not there is counted and never stops the show.
    """

    kind = "artnet"
    Settings = ArtNetSettings
    settings: ArtNetSettings

    def __init__(self, name: str, settings: ArtNetSettings) -> None:
        super().__init__(name, settings)
        self._spans = SpanTable(settings.send)
        self._packets = codec.dmx_packets(self._spans.addresses)
        self._levels = self._packets[:, codec.DATA :]
        self._block = self._packets.data.cast("B")
        self._numbers = self._block[codec.SEQUENCE :: codec.SIZE]
        self._views = [self._block[i : i + codec.SIZE] for i in range(0, len(self._block), codec.SIZE)]
        self._sync = [memoryview(codec.sync_packet())] if settings.sync else []
        self.sequence = 0
        """Of the last frame, 1..255; 0 before the first."""
        self._line = DatagramSocket(
            settings.host,
            settings.port,
            settings.bind,
            self.counters,
            self.refusals,
            broadcast=settings.broadcast,
            segment=codec.SIZE if settings.segment else 0,
        )

    def open(self) -> None:
        """Make the socket. Raises AdapterError."""
        self._line.open()

    def close(self) -> None:
        """Close the socket."""
        self._line.close()

    def send(self, frame: LightFrame, now: Seconds) -> None:  # noqa: ARG002 - Art-Net keeps no time
        """Send one ArtDmx for each universe. Raises AdapterError."""
        self.sequence = self.sequence % 255 + 1
        self._numbers[:] = bytes((self.sequence,)) * len(self._views)
        self._spans.take(frame.levels, self._levels)
        self._line.send_block(self._block, self._views)
        if self._sync:
            self._line.send_each(self._sync)

    def finish(self, frame: LightFrame, now: Seconds, only: frozenset[str] | None = None) -> None:
        """Send ``frame`` three times, to some Port-Addresses or to all: after that there is silence."""
        if only is None:
            super().finish(frame, now)
            return
        mine = [view for view, place in zip(self._views, self._places(), strict=True) if place in only]
        for _ in range(_LAST):
            self.sequence = self.sequence % 255 + 1
            self._numbers[:] = bytes((self.sequence,)) * len(self._views)
            self._spans.take(frame.levels, self._levels)
            self._line.send_each(mine)

    @property
    def places(self) -> frozenset[str]:
        """Node and Port-Address of each universe."""
        return frozenset(self._places())

    def resume(self, before: LightOutput) -> None:
        """Go on with its sequence: a node may drop what seems older than the last packet."""
        if isinstance(before, ArtNetOutput):
            self.sequence = before.sequence

    def _places(self) -> list[str]:
        node = f"artnet {self.settings.host}:{self.settings.port}"
        return [f"{node} {int(address)}" for address in self._spans.addresses]

    @property
    def detail(self) -> str:
        """Where it sends, and what the network last complained about."""
        line = f"Art-Net {self.settings.host}:{self.settings.port}, {self._spans.describe()}"
        return f"{line} ({self._line.trouble})" if self._line.trouble else line
