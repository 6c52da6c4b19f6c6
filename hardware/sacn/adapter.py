"""The sACN output: our universes as E1.31 data packets, unicast or multicast."""

import logging
import math
import socket
import uuid
from functools import partial
from pathlib import Path
from typing import Annotated

import msgspec
import numpy as np
from numpy.typing import NDArray

from hardware.datagram import DatagramSocket
from hardware.sacn import codec
from hardware.sacn.other_senders import OtherSenders
from hardware.spans import SpanTable, check_address, check_spans
from installation.contract import LightFrame, LightOutput, Seconds, Settings, UniverseSpan

__all__ = ["KEEP_ALIVE", "LEADS", "STANDS_BY", "SacnOutput", "SacnSettings"]

_LOOK: Seconds = 1.0
"""How often another program that sends the same is looked for again while there is one."""

log = logging.getLogger(__name__)

LEADS, STANDS_BY = 110, 100
"""Priorities of shared universes: of the hub that leads a site, and of the others."""

_ROLE_HOLDS: Seconds = 3.0
"""A role that is not told again for so long is lost."""

KEEP_ALIVE: Seconds = 0.8
"""Shortest allowed time between packets of an unchanged universe (section 6.6.2: 800..1000 ms)."""

_REPEATS = 3
"""Packets of the same values before suppression (section 6.6.2), and of each kind at the end (6.2.6)."""

_ONE = np.uint8(1)

_NEXT = bytes((number + 1) % 256 for number in range(256))
"""What follows each sequence number. A table of bytes needs no numpy, whose first call in a tick is dear."""

_NAMESPACE = uuid.UUID("6a8c0c5e-3f0e-5c0b-9c57-51a8a1a5b6a4")
"""Ours, so that a CID made from a name differs from everybody else's."""


class SacnSettings(Settings, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a venue file says about sACN.

    Attributes:
        send: Which of our universes go to which sACN universes (from 1).
        host: Numeric address of one receiver; empty sends multicast to 239.255.high.low.
        bind: Numeric address to send from. Multicast must state it: it floods a whole network.
        port: UDP port; only tests and simulators use another one.
        priority: 0..200; receivers show the highest.
        shared: Whether several machines of a site send these universes: the priority is 110 while this one
            leads the site, else 100.
        source_name: How this machine is called on other desks.
        cid: Identity as a UUID; empty makes a lasting one of this instance (its state folder) and adapter.
        preview: Mark everything as not for live output.
        suppress: False repeats every frame; true sends changes, three repeats, then one packet in 0.8 s.
        hops: How many routers multicast may pass, plus one.
        segment: Hand many unicast packets to the kernel at once where it can.
    """

    send: Annotated[tuple[UniverseSpan, ...], msgspec.Meta(min_length=1)]
    host: str = ""
    bind: str = ""
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)] = codec.PORT
    priority: Annotated[int, msgspec.Meta(ge=0, le=200)] = STANDS_BY
    shared: bool = False
    source_name: Annotated[str, msgspec.Meta(min_length=1, max_length=63)] = "Photophore"
    cid: uuid.UUID | None = None
    preview: bool = False
    suppress: bool = False
    hops: Annotated[int, msgspec.Meta(ge=1, le=255)] = 1
    segment: bool = True

    def __post_init__(self) -> None:
        """Refuse addresses that do not exist. Raises ValueError."""
        if self.host:
            check_address("host", self.host)
        if self.bind:
            check_address("bind", self.bind)
        elif not self.host:
            raise ValueError("bind: multicast needs the address of the lighting network's interface")
        if self.shared and self.priority != STANDS_BY:
            raise ValueError("priority: leave it out, it follows who leads the site (`shared`)")
        check_spans(self.send, 1, codec.MAX_UNIVERSE, "universe")


class SacnOutput(LightOutput):
    """Streams universes as E1.31.

    Continuous by default: each frame goes out whole. A clean stop sends the last look three times and then
    three packets with Stream_Terminated, so that receivers know it for an end and not for a fault.
    """

    kind = "sacn"
    Settings = SacnSettings
    settings: SacnSettings

    def __init__(self, name: str, settings: SacnSettings) -> None:
        super().__init__(name, settings)
        self._spans = SpanTable(settings.send)
        self.cid = settings.cid or _lasting_cid(name, settings.source_name)
        """Identity of this source; equal after every restart."""
        numbers = self._spans.addresses
        self.order = self._places_in_order()
        """The place on the wire of each universe."""
        receiver = f"{settings.host or 'multicast ' + settings.bind}:{settings.port}"
        self._others = OtherSenders(receiver, [int(number) for number in numbers])
        self._shared: list[int] = []
        self.leads_until: Seconds = -math.inf
        """Until when this machine leads its site, unless that is told again; monotonic seconds."""
        self._priority = settings.priority
        self._look_at: Seconds = math.inf
        self._packets = codec.data_packets(
            numbers, self.cid, settings.source_name, settings.priority, settings.preview
        )
        self._levels = self._packets[:, codec.DATA :]
        self._block = self._packets.data.cast("B")
        self._numbers = self._block[codec.SEQUENCE :: codec.SIZE]
        self._views = [self._block[i : i + codec.SIZE] for i in range(0, len(self._block), codec.SIZE)]
        self._groups = [codec.group(int(number)) for number in numbers]
        pages = codec.discovery_packets([int(number) for number in numbers], self.cid, settings.source_name)
        self._pages = [memoryview(page) for page in pages]
        self._page_due: Seconds | None = None
        self._incoming = np.zeros_like(self._levels)
        self._same = np.zeros(len(numbers), np.int64)
        self._due = np.full(len(numbers), -np.inf)
        self._line = DatagramSocket(
            settings.host,
            settings.port,
            settings.bind,
            self.counters,
            self.refusals,
            segment=codec.SIZE if settings.segment else 0,
            hops=settings.hops,
        )

    def _places_in_order(self) -> tuple[str, ...]:
        line = f"sacn {self.settings.host or 'multicast'}:{self.settings.port} from {self.cid}"
        return tuple(f"{line} {int(number)}" for number in self._spans.addresses)

    def identify(self, instance: uuid.UUID) -> None:
        """Take a CID of this instance and this adapter, unless the venue states one."""
        if self.settings.cid is not None:
            return
        self.cid = uuid.uuid5(instance, f"sacn/{self.name}")
        self._packets[:, codec.CID] = np.frombuffer(self.cid.bytes, np.uint8)
        numbers = [int(number) for number in self._spans.addresses]
        pages = codec.discovery_packets(numbers, self.cid, self.settings.source_name)
        self._pages = [memoryview(page) for page in pages]
        self.order = self._places_in_order()

    def take_role(self, *, leads: bool, now: Seconds) -> None:
        """See ``LightOutput``: shared universes have the higher priority while this hub leads."""
        self.leads_until = now + _ROLE_HOLDS if leads and self.settings.shared else -math.inf

    def _arbitrate(self, now: Seconds) -> None:
        """Let the packets have the priority of the role; all go out at once when it changes."""
        wanted = LEADS if now < self.leads_until else STANDS_BY
        if self.settings.shared and wanted != self._priority:
            self._priority = wanted
            self._packets[:, codec.PRIORITY] = wanted
            self._same[:] = 0
            log.info("adapter %s: sACN priority %d", self.name, wanted)

    def open(self) -> None:
        """Make the socket; the first frame after it goes out whole. Raises AdapterError."""
        self._line.open()
        self._look_at = -math.inf
        self._same[:] = 0
        self._due[:] = -np.inf

    def close(self) -> None:
        """Close the socket."""
        self._look_at = math.inf
        self._line.close()
        self._others.close()

    def send(self, frame: LightFrame, now: Seconds) -> None:
        """Send the universes that are due. Raises AdapterError."""
        if now >= self._look_at and not self.settings.shared:
            self._look_for_others(now)
        self._arbitrate(now)
        if self.settings.suppress:
            self._spans.take(frame.levels, self._incoming)
            due = self._find_due(now)
            self._levels[due] = self._incoming[due]
            if len(due) == len(self._views):
                self._emit()
            elif len(due):
                self._emit_some(due)
        else:
            self._spans.take(frame.levels, self._levels)
            self._emit()
        self._announce(now)

    def finish(
        self,
        frame: LightFrame,
        now: Seconds,  # noqa: ARG002 - it ends outside of any rhythm
        only: frozenset[str] | None = None,
    ) -> None:
        """Send ``frame`` three times, then three times Stream_Terminated; the sequence goes on."""
        emit = self._emit
        mine: NDArray[np.intp] = np.arange(len(self._views))
        if only is not None:
            mine = np.array([i for i, place in enumerate(self.order) if place in only], np.intp)
            emit = partial(self._emit_some, mine)
        self._spans.take(frame.levels, self._levels)
        for _ in range(_REPEATS):
            emit()
        self._packets[mine, codec.OPTIONS] |= np.uint8(codec.OPTION_TERMINATED)
        try:
            for _ in range(_REPEATS):
                emit()
        finally:
            self._packets[mine, codec.OPTIONS] &= np.uint8(0xFF ^ codec.OPTION_TERMINATED)

    @property
    def places(self) -> frozenset[str]:
        """Receiver, source and number of each universe."""
        return frozenset(self.order)

    def resume(self, before: LightOutput) -> None:
        """Go on with the sequences of the universes that both send: E1.31 drops what seems older."""
        if isinstance(before, SacnOutput):
            self.leads_until = before.leads_until
            theirs = before.sequences()
            for i, place in enumerate(self.order):
                self._packets[i, codec.SEQUENCE] = theirs.get(place, self._packets[i, codec.SEQUENCE])

    def sequences(self) -> dict[str, int]:
        """The sequence number of the last packet to each place."""
        return dict(zip(self.order, self._packets[:, codec.SEQUENCE].tolist(), strict=True))

    @property
    def detail(self) -> str:
        """Where it sends, who else does, and what the network last complained about."""
        where = self.settings.host or f"multicast from {self.settings.bind}"
        line = f"sACN {where}, {self._spans.describe()}, priority {self._priority}"
        line = f"{line} ({self._line.trouble})" if self._line.trouble else line
        return f"{line}; {self._warning()}" if self._shared else line

    def _look_for_others(self, now: Seconds) -> None:
        """Notice another program that sends the same: with the first frame, and again while there is one."""
        known = bool(self._shared)
        self._shared = self._others.look()
        self._look_at = now + _LOOK if self._shared else math.inf
        if self._shared and not known:
            log.warning("adapter %s: %s", self.name, self._warning())

    def _warning(self) -> str:
        """That somebody else sends the same."""
        first = f"universe {self._shared[0]}" + (" and others" if len(self._shared) > 1 else "")
        return f"another program on this machine sends {first} there as well: end one, or give it a priority"

    def _find_due(self, now: Seconds) -> NDArray[np.intp]:
        """Indices of the universes that changed, repeat, or would seem lost without a sign of life."""
        changed = (self._incoming != self._levels).any(axis=1)
        self._same[changed] = 0
        due = np.flatnonzero((self._same < _REPEATS) | (now >= self._due))
        self._same[due] += 1
        self._due[due] = now + KEEP_ALIVE
        return due

    def _emit(self) -> None:
        """Send every packet."""
        self._numbers[:] = self._numbers.tobytes().translate(_NEXT)
        if self.settings.host:
            self._line.send_block(self._block, self._views)
        else:
            self._line.send_to(self._views, self._groups)

    def _emit_some(self, which: NDArray[np.intp]) -> None:
        """Send some packets; the sequence of the others stands still."""
        self._packets[which, codec.SEQUENCE] += _ONE
        views = [self._views[i] for i in which]
        if self.settings.host:
            self._line.send_each(views)
        else:
            self._line.send_to(views, [self._groups[i] for i in which])

    def _announce(self, now: Seconds) -> None:
        """List our universes every 10 s on the multicast network; a unicast receiver knows them."""
        if self.settings.host or (self._page_due is not None and now < self._page_due):
            return
        self._page_due = now + codec.DISCOVERY_INTERVAL
        self._line.send_to(self._pages, [codec.group(codec.DISCOVERY_UNIVERSE)] * len(self._pages))


def _lasting_cid(name: str, source_name: str) -> uuid.UUID:
    """A UUID that differs between machines and adapters, and never between two starts of one."""
    try:
        machine = Path("/etc/machine-id").read_text(encoding="ascii").strip()
    except OSError:
        machine = str(uuid.getnode())
    return uuid.uuid5(_NAMESPACE, f"{machine}/{socket.gethostname()}/{source_name}/{name}")
