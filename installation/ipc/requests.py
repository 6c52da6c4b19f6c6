"""Validation of requests on the control socket, before anything acts on them.

A request is flat: a verb and a short list of numbers, booleans and strings. Anything nested, too long or not
encodable is refused here, with the reason.
"""

from collections.abc import Mapping
from typing import Any, Final

from installation.errors import PhotophoreError
from installation.values import Scalar

__all__ = ["ASKED", "LONGEST", "check_request", "source_of"]

LONGEST: Final = 65536
"""Most bytes of one request's line."""

ASKED: Final = "socket"
"""Source of the requests that name none."""
_SOURCES: Final = (ASKED, "operator")

_SHAPE: Final = 'a request is one line {"verb": "...", "arguments": [...]} of at most 64 KiB'
_VERB: Final = 64
_ARGUMENTS: Final = 64
_TEXT: Final = 4096
"""Most characters of a string: that of a path on Linux."""
_NUMBER: Final = 1 << 63


def check_request(message: Mapping[str, Any]) -> tuple[str, list[Scalar]]:
    """Return the verb and the arguments of a request. Raises PhotophoreError with the reason of a refusal."""
    verb, arguments = message.get("verb"), message.get("arguments", [])
    if not isinstance(verb, str) or not isinstance(arguments, list):
        raise PhotophoreError(_SHAPE)
    if len(verb) > _VERB or not _printable(verb):
        message_ = f"a verb has at most {_VERB} printable characters"
        raise PhotophoreError(message_)
    if len(arguments) > _ARGUMENTS:
        message_ = f"{verb} was given {len(arguments)} arguments; at most {_ARGUMENTS} are taken"
        raise PhotophoreError(message_)
    for place, value in enumerate(arguments, 1):
        wrong = _wrong(value)
        if wrong:
            message_ = f"argument {place} of {verb} {wrong}"
            raise PhotophoreError(message_)
    return verb, arguments


def source_of(message: Mapping[str, Any]) -> str:
    """Return who asks, for recordings and logs. Raises PhotophoreError for a name that is not known.

    It gives no rights: whoever reaches the control socket may give every command.
    """
    source = message.get("source", ASKED)
    if source not in _SOURCES:
        message_ = f"a request's source is one of {', '.join(_SOURCES)}"
        raise PhotophoreError(message_)
    return str(source)


def _wrong(value: object) -> str:
    """Return what is wrong with one argument; empty if it is valid."""
    match value:
        case bool() | float():
            return ""
        case int():
            return "" if -_NUMBER <= value < _NUMBER else "is an integer of more than 64 bits"
        case str() if len(value) > _TEXT:
            return f"has {len(value)} characters; at most {_TEXT} are taken"
        case str():
            return "" if _printable(value) else "contains a NUL character or a lone surrogate"
    return "is neither a number nor a boolean nor a string"


def _printable(text: str) -> bool:
    """Return whether a string can be used in a file name and a log."""
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)
