"""A socket that stands for a node: it takes what an output sends over the real loopback."""

import socket

import msgspec
import numpy as np

from installation.contract import LightFrame


class Node:
    """Receives datagrams on a free port of 127.0.0.1."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.setblocking(False)
        self.port = self.socket.getsockname()[1]

    def packets(self):
        """All that has arrived; on the loopback a sent datagram is there when ``send`` returns."""
        out = []
        while True:
            try:
                out.append(self.socket.recv(2048))
            except BlockingIOError:
                return out

    def close(self):
        """Close the socket."""
        self.socket.close()


def settings(kind, **values):
    """Settings as a venue file would give them."""
    return msgspec.convert(
        {"host": "127.0.0.1", "send": [{"universe": 1, "address": 1}], **values}, kind.Settings
    )


def frame(levels, index=0):
    """A frame of these levels; a number means one universe full of it."""
    levels = np.full((1, 512), levels, np.uint8) if isinstance(levels, int) else levels
    return LightFrame(index, 0.0, levels)


def random_levels(universes, seed=1):
    """Levels of so many universes, ``(universes, 512)``, the same for the same seed."""
    return np.random.default_rng(seed).integers(0, 256, (universes, 512), np.uint8)
