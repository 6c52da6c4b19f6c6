"""What relative encoders send: how far they were turned, as one 7-bit value.

Three encodings are in use (Mackie Control, "V-Pot"; MIDI Fighter Twister, "ENC 3FH/41H"; most others one of
these): turned up by one and down by one are

=========  =======  ===========================================
``offset`` 65, 63   64 is added
``twos``   1, 127   two's complement of 7 bits
``sign``   1, 65    bit 6 is the sign, the others are the amount
=========  =======  ===========================================
"""

from typing import Final, Literal, TypeAlias

__all__ = ["ENCODINGS", "Encoding", "ticks"]

Encoding: TypeAlias = Literal["offset", "twos", "sign"]

ENCODINGS: Final[tuple[Encoding, ...]] = ("offset", "twos", "sign")
"""All of them."""


def ticks(encoding: Encoding, value: int) -> int:
    """Return by how many ticks an encoder was turned; negative is down.

    Args:
        encoding: How it says so.
        value: What it sent, 0 to 127.
    """
    if encoding == "offset":
        return value - 64
    if encoding == "twos":
        return value if value < 64 else value - 128
    return value if value < 64 else 64 - value
