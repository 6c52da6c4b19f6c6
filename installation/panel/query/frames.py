"""WebSocket frames of a server: RFC 6455, section 5.2. One frame is one message, without a mask."""

from typing import Final

__all__ = ["binary", "text"]

_TEXT: Final = 0x81  # FIN, opcode 1
_BINARY: Final = 0x82  # FIN, opcode 2
_SHORT: Final = 126
_MEDIUM: Final = 1 << 16


def text(payload: bytes) -> bytes:
    """Return the frame of a text message; ``payload`` is UTF-8 of less than 2^63 bytes."""
    return _head(_TEXT, len(payload)) + payload


def binary(payload: bytes) -> bytes:
    """Return the frame of a binary message of less than 2^63 bytes."""
    return _head(_BINARY, len(payload)) + payload


def _head(first: int, length: int) -> bytes:
    if length < _SHORT:
        return bytes((first, length))
    if length < _MEDIUM:
        return bytes((first, 126)) + length.to_bytes(2, "big")
    return bytes((first, 127)) + length.to_bytes(8, "big")
