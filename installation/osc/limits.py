"""How much one packet from the network may ask for."""

from dataclasses import dataclass

__all__ = ["LIMITS", "Limits"]


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one packet may ask for. Together they bound the work on any packet to a few milliseconds.

    Attributes:
        packet: Bytes of a packet; 65,507 is the largest UDP payload over IPv4.
        depth: Bundles within bundles.
        elements: Messages and bundles inside one packet, counted over all depths.
        arguments: Type tags of all messages in one packet, together.
        address: Bytes of one address.
        text: Bytes of addresses, type tags and strings in one packet, together.
        pattern: Characters of an address that holds wildcards.
        wildcards: Wildcards (each ``? * [ {`` counts) in one address.
    """

    packet: int = 65_536
    depth: int = 4
    elements: int = 64
    arguments: int = 512
    address: int = 256
    text: int = 16_384
    pattern: int = 64
    wildcards: int = 4


LIMITS = Limits()
"""What the program uses everywhere."""
