"""Bytes of streaming ACN: E1.31 data packets and universe discovery.

Source: ANSI E1.31-2018, tables 4-1 (data), 4-3 (discovery), 5-4..5-6 (root layer), 6-7 (framing), 7-8
(DMP) and 8-9 (discovery list); root layer of ANSI E1.17. All numbers are high byte first.

======  =====  ====================================================================
offset  bytes  data packet
======  =====  ====================================================================
0       2      preamble size 0x0010
2       2      postamble size 0
4       12     ``ASC-E1.17`` and three zero bytes
16      2      0x7000 + bytes from here to the end
18      4      root vector 4 (data), 8 (extended)
22      16     CID: who sends, the same for as long as the device lives
38      2      0x7000 + bytes from here to the end
40      4      framing vector 2
44      64     source name, UTF-8, zero terminated
108     1      priority 0..200
109     2      universe of synchronisation packets, 0 for none
111     1      sequence
112     1      options: 0x80 preview, 0x40 stream terminated, 0x20 force synchronisation
113     2      universe 1..63999
115     2      0x7000 + bytes from here to the end
117     1      DMP vector 2
118     1      address type and data type 0xa1
119     2      first address 0
121     2      address increment 1
123     2      number of values 513
125     1      start code 0
126     512    levels of channels 1..512
======  =====  ====================================================================

Discovery (section 8) is equal up to the source name; then 4 reserved bytes, and at 112 a list: flags and
length, vector 1, page, last page, universe numbers in rising order, 512 a page at most.
"""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from installation.contract import CHANNELS, LAST_UNIVERSE

__all__ = [
    "CID",
    "DATA",
    "DISCOVERY_INTERVAL",
    "DISCOVERY_UNIVERSE",
    "MAX_UNIVERSE",
    "OPTIONS",
    "OPTION_PREVIEW",
    "OPTION_TERMINATED",
    "PORT",
    "PRIORITY",
    "SEQUENCE",
    "SIZE",
    "data_packets",
    "discovery_packets",
    "group",
]

PORT: Final = 5568
"""ACN_SDT_MULTICAST_PORT (appendix A)."""

MAX_UNIVERSE: Final = LAST_UNIVERSE
"""Highest universe; the first one is 1 (section 6.2.7)."""

CID: Final = slice(22, 38)
PRIORITY: Final = 108
SEQUENCE: Final = 111
OPTIONS: Final = 112
DATA: Final = 126
SIZE: Final = DATA + CHANNELS
"""Bytes of a data packet that carries a whole universe: 638."""

OPTION_PREVIEW: Final = 0x80
"""The data must not be used for live output (section 6.2.6)."""
OPTION_TERMINATED: Final = 0x40
"""The source ends this universe on purpose (section 6.2.6)."""

DISCOVERY_UNIVERSE: Final = 64214
"""E131_DISCOVERY_UNIVERSE (appendix A)."""
DISCOVERY_INTERVAL: Final = 10.0
"""E131_UNIVERSE_DISCOVERY_INTERVAL, seconds (appendix A)."""

_NAME: Final = slice(44, 108)
_PAGE: Final = 512


def group(universe: int) -> str:
    """IPv4 multicast address of a universe: 239.255.high.low (section 9.3.1)."""
    return f"239.255.{universe >> 8}.{universe & 0xFF}"


def data_packets(
    universes: NDArray[np.integer], cid: UUID, source_name: str, priority: int, preview: bool = False
) -> NDArray[np.uint8]:
    """Data packets, one row each, complete but for sequence and levels, which are 0.

    Args:
        universes: ``(n,)`` numbers on the wire, 1..63999.
        cid: Identity of the sender.
        source_name: For people; cut to 63 bytes of UTF-8.
        priority: 0..200; 100 is usual, the highest wins.
        preview: Mark the data as not for live output.

    Returns:
        ``(n, 638)`` bytes in one run of memory.
    """
    one = bytearray(SIZE)
    one[: _NAME.stop] = _head(SIZE, 4, cid, 2, source_name)
    one[PRIORITY] = priority
    one[OPTIONS] = OPTION_PREVIEW if preview else 0
    one[115:117] = _length(SIZE - 115)
    one[117] = 0x02
    one[118] = 0xA1
    one[121:123] = (1).to_bytes(2, "big")
    one[123:125] = (1 + CHANNELS).to_bytes(2, "big")
    packets = np.tile(np.frombuffer(bytes(one), np.uint8), (len(universes), 1))
    packets[:, 113] = universes >> 8
    packets[:, 114] = universes & 0xFF
    return packets


def discovery_packets(universes: Sequence[int], cid: UUID, source_name: str) -> list[bytes]:
    """The pages that list all universes which a source sends.

    Args:
        universes: Numbers on the wire, in any order.
        cid: Identity of the sender.
        source_name: For people.
    """
    ordered = sorted(set(universes))
    pages = [ordered[i : i + _PAGE] for i in range(0, len(ordered), _PAGE)] or [[]]
    packets = []
    for number, page in enumerate(pages):
        size = 120 + 2 * len(page)
        layer = (
            _length(size - 112)
            + (1).to_bytes(4, "big")
            + bytes((number, len(pages) - 1))
            + b"".join(universe.to_bytes(2, "big") for universe in page)
        )
        packets.append(_head(size, 8, cid, 2, source_name) + bytes(4) + layer)
    return packets


def _head(size: int, root_vector: int, cid: UUID, framing_vector: int, source_name: str) -> bytes:
    """Everything up to and with the source name: 108 bytes."""
    name = source_name.encode()[: _NAME.stop - _NAME.start - 1].decode(errors="ignore").encode()
    return (
        (0x0010).to_bytes(2, "big")
        + bytes(2)
        + b"ASC-E1.17\0\0\0"
        + _length(size - 16)
        + root_vector.to_bytes(4, "big")
        + cid.bytes
        + _length(size - 38)
        + framing_vector.to_bytes(4, "big")
        + name.ljust(_NAME.stop - _NAME.start, b"\0")
    )


def _length(count: int) -> bytes:
    """Flags 0x7 and a 12-bit length (E1.17, PDU)."""
    return (0x7000 | count).to_bytes(2, "big")
