"""Which of our universes go to which numbers on the wire: one table for every light protocol.

Our universe 1 is row 0 of a frame. Art-Net counts its Port-Addresses from 0, sACN its universes from 1;
a span states both numbers, so nobody has to guess an offset.
"""

import ipaddress
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from installation.contract import UniverseSpan

__all__ = ["SpanTable", "check_address", "check_spans"]


class SpanTable:
    """Spans laid out as two columns: a row of the frame and the protocol's own number.

    Args:
        spans: As the venue file states them.
    """

    def __init__(self, spans: Sequence[UniverseSpan]) -> None:
        self.rows = np.concatenate([np.arange(s.count) + s.universe - 1 for s in spans])
        """``(n,)`` row of the frame for each packet."""
        self.addresses = np.concatenate([np.arange(s.count) + s.address for s in spans])
        """``(n,)`` number on the wire for each packet."""
        first = int(self.rows[0])
        self._run = slice(first, first + len(self.rows))
        self._is_run = bool(np.array_equal(self.rows, np.arange(self._run.start, self._run.stop)))

    def __len__(self) -> int:
        return len(self.rows)

    def take(self, levels: NDArray[np.uint8], out: NDArray[np.uint8]) -> None:
        """Copy the levels of every span into ``out``; universes that nobody patched are dark.

        Args:
            levels: ``(universes, 512)``.
            out: ``(n, 512)``, may be a view into packets.
        """
        if self._is_run and self._run.stop <= len(levels):
            out[...] = levels if len(levels) == len(out) else levels[self._run]
            return
        there = self.rows < len(levels)
        out[there] = levels[self.rows[there]]
        out[~there] = 0

    def describe(self) -> str:
        """How many universes, and to which numbers, e.g. ``4 universes to 0-3``."""
        low, high = int(self.addresses.min()), int(self.addresses.max())
        count = len(self)
        return f"{count} universe{'s' if count > 1 else ''} to {low}" + (f"-{high}" if high > low else "")


def check_spans(spans: Sequence[UniverseSpan], lowest: int, highest: int, what: str) -> None:
    """Refuse numbers that the protocol does not have, and numbers that are sent to twice.

    Args:
        spans: To check.
        lowest: First number of the protocol.
        highest: Its last number.
        what: The protocol's word for such a number.

    Raises:
        ValueError: With what to do.
    """
    taken: set[int] = set()
    for span in spans:
        numbers = range(span.address, span.address + span.count)
        if numbers[0] < lowest or numbers[-1] > highest:
            message = f"send: {what} {numbers[0]}..{numbers[-1]} must lie in {lowest}..{highest}"
            raise ValueError(message)
        twice = taken.intersection(numbers)
        if twice:
            message = f"send: {what} {min(twice)} is sent twice; two universes would fight for it"
            raise ValueError(message)
        taken.update(numbers)


def check_address(name: str, address: str) -> None:
    """Refuse what is not a numeric IPv4 address: names would wait for a name server.

    Raises:
        ValueError: With what to do.
    """
    try:
        ipaddress.IPv4Address(address)
    except ValueError:
        message = f"{name}: {address!r} is not a numeric IPv4 address such as 10.0.0.5"
        raise ValueError(message) from None
