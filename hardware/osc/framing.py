"""OSC packets in a byte stream, as TCP is one.

Two ways are in use. OSC 1.1 (Freed and Schmeder, "Features and Future of Open Sound Control version 1.1 for
NIME", 2009) takes SLIP (RFC 1055) with an END before and after each packet. OSC 1.0 ("OSC Packets") puts the
size of each packet before it, as a big-endian int32.
"""

from typing import Literal, Protocol, TypeAlias

from installation.contract import OscError, osc

__all__ = ["FRAMINGS", "Deframer", "Framing", "LengthDeframer", "SlipDeframer", "deframer", "framed"]

Framing: TypeAlias = Literal["slip", "length"]
"""``slip`` is OSC 1.1, ``length`` is OSC 1.0."""

FRAMINGS: tuple[Framing, ...] = ("slip", "length")

# RFC 1055, "SLIP special character codes".
_END, _ESC, _ESC_END, _ESC_ESC = b"\xc0", b"\xdb", b"\xdc", b"\xdd"
_PREFIX = 4
_BOTH = "choose the same framing on both sides: slip or length"


class Deframer(Protocol):
    """Finds the packets in the bytes of one connection."""

    skipped: int
    """Packets that were longer than a packet may be, and were passed over."""

    def feed(self, data: bytes) -> list[bytes]:
        """Take the next bytes; return the packets that are complete now, in order.

        Raises OscError where the stream makes no sense any more, so that its connection has to be closed.
        """
        ...


def framed(packet: bytes, framing: Framing) -> bytes:
    """Return a packet as it stands in a stream."""
    if framing == "length":
        return len(packet).to_bytes(_PREFIX, "big") + packet
    return _END + packet.replace(_ESC, _ESC + _ESC_ESC).replace(_END, _ESC + _ESC_END) + _END


def deframer(framing: Framing) -> Deframer:
    """Return what finds packets in the bytes of a new connection."""
    return LengthDeframer() if framing == "length" else SlipDeframer()


class SlipDeframer:
    """Packets between END bytes; one that is too long is passed over up to its END.

    Args:
        longest: Bytes of a packet at most.
    """

    def __init__(self, longest: int = osc.LIMITS.packet) -> None:
        self.skipped = 0
        self._longest = longest
        self._open = b""
        self._fresh = True
        self._passing = False
        """Whether the rest of a packet that is too long is still to come."""

    def feed(self, data: bytes) -> list[bytes]:
        """Take the next bytes. A byte after ESC that RFC 1055 does not name stands for itself.

        Raises OscError for a stream that begins with 0, as a size does and no packet: it might never have an
        END, and its sender would wonder why nothing happens.
        """
        if self._fresh and data:
            self._fresh = False
            if data[0] == 0:
                raise OscError("sizes before the packets, as in OSC 1.0", "", _BOTH)
        *whole, self._open = (self._open + data).split(_END)
        packets = []
        for raw in whole:
            if self._passing:
                self._passing = False
                continue
            packet = _unescaped(raw)
            if len(packet) > self._longest:
                self.skipped += 1
            elif packet:  # two ENDs in a row hold nothing
                packets.append(packet)
        if len(self._open) > 2 * self._longest:  # every byte may be escaped
            self.skipped += not self._passing
            self._passing, self._open = True, b""
        return packets


def _unescaped(raw: bytes) -> bytes:
    """Return a packet without its escapes. ``split`` keeps the pieces in order, so no byte is read twice."""
    if _ESC not in raw:
        return raw
    first, *rest = raw.split(_ESC)
    parts = [first]
    for piece in rest:
        known = {_ESC_END: _END, _ESC_ESC: _ESC}.get(piece[:1], piece[:1])
        parts += [known, piece[1:]]
    return b"".join(parts)


class LengthDeframer:
    """Packets behind their size.

    Args:
        longest: Bytes of a packet at most.
    """

    def __init__(self, longest: int = osc.LIMITS.packet) -> None:
        self.skipped = 0
        self._longest = longest
        self._open = bytearray()

    def feed(self, data: bytes) -> list[bytes]:
        """Take the next bytes. Raises OscError for a size that no packet has: the next cannot be found."""
        self._open += data
        packets, at = [], 0
        while len(self._open) - at >= _PREFIX:
            size = int.from_bytes(self._open[at : at + _PREFIX], "big")
            if size > self._longest:
                message = f"size of a packet over {self._longest} bytes"
                raise OscError(message, "", _BOTH)
            if len(self._open) - at - _PREFIX < size:
                break
            at += _PREFIX
            if size:
                packets.append(bytes(self._open[at : at + size]))
            at += size
        del self._open[:at]
        return packets
