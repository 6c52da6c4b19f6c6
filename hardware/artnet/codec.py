"""Bytes of Art-Net 4: ArtDmx and ArtSync.

Source: "Specification for the Art-Net 4 Ethernet Communication Protocol", Artistic Licence; tables
"ArtDmx" and "ArtSync". Offsets count from 0.

========  =====  ==================================================================
offset    bytes  ArtDmx
========  =====  ==================================================================
0         8      ``Art-Net`` and a zero byte
8         2      OpCode 0x5000, **low** byte first
10        2      protocol version 14, high byte first
12        1      sequence 1..255; 0 would tell the node to ignore the order
13        1      physical input port; for people only
14        1      SubUni: low 8 bits of the 15-bit Port-Address
15        1      Net: its top 7 bits
16        2      length of the data, **high** byte first, even, 2..512
18        512    levels of channels 1..512
========  =====  ==================================================================

ArtSync is the same up to offset 12 with OpCode 0x5200, then two zero bytes (14 in all). It makes nodes
show what they hold at the same moment; a node falls back to showing at once after 4 s without it.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation.contract import CHANNELS

__all__ = ["DATA", "MAX_ADDRESS", "PORT", "SEQUENCE", "SIZE", "dmx_packets", "sync_packet"]

PORT: Final = 6454
"""UDP port 0x1936 of Art-Net."""

MAX_ADDRESS: Final = 32767
"""Highest Port-Address: 128 nets of 16 sub-nets of 16 universes."""

SEQUENCE: Final = 12
"""Offset of the sequence number."""

DATA: Final = 18
"""Offset of channel 1."""

SIZE: Final = DATA + CHANNELS
"""Bytes of an ArtDmx packet that carries a whole universe: 530."""

_ID: Final = b"Art-Net\0"
_VERSION: Final = 14
_OP_DMX: Final = 0x5000
_OP_SYNC: Final = 0x5200


def dmx_packets(addresses: NDArray[np.integer]) -> NDArray[np.uint8]:
    """ArtDmx packets, one row each, complete but for sequence and levels, which are 0.

    Args:
        addresses: ``(n,)`` Port-Addresses, 0..32767.

    Returns:
        ``(n, 530)`` bytes in one run of memory.
    """
    packets = np.zeros((len(addresses), SIZE), np.uint8)
    packets[:, :SEQUENCE] = np.frombuffer(_header(_OP_DMX), np.uint8)
    packets[:, 14] = addresses & 0xFF
    packets[:, 15] = addresses >> 8
    packets[:, 16] = CHANNELS >> 8
    packets[:, 17] = CHANNELS & 0xFF
    return packets


def sync_packet() -> bytes:
    """ArtSync, 14 bytes."""
    return _header(_OP_SYNC) + bytes(2)


def _header(opcode: int) -> bytes:
    return _ID + opcode.to_bytes(2, "little") + _VERSION.to_bytes(2, "big")
