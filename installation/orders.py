"""Reads the arguments of commands: what people and networks may have written in any shape."""

from installation.errors import AddressError
from installation.values import Scalar, Seconds

__all__ = ["duration", "plain_name", "whole"]


def whole(text: str) -> int:
    """A whole number. Raises AddressError for anything else."""
    try:
        return int(text)
    except ValueError:
        message = f"{text!r} is not a whole number"
        raise AddressError(message) from None


def duration(given: Scalar) -> Seconds:
    """A time from 0 to a day. Raises AddressError for anything else."""
    if isinstance(given, str) or not 0.0 <= given <= 86400.0:
        message = f"{given} is not a time in seconds"
        raise AddressError(message)
    return float(given)


def plain_name(name: str) -> str:
    """A file name of letters, digits, dash and underscore. Raises AddressError for anything else."""
    if not name or not all(c.isalnum() or c in "-_" for c in name):
        message = f"{name!r} is no name for a preset: use letters, digits, - and _"
        raise AddressError(message)
    return name
