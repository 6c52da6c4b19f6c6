"""What hubs tell each other about stories, and what of it is taken: see ``site.stories``.

Unread stories pass the network, so only hubs of the site may take part (TLS, ``[site]`` of the venue). What
comes is checked all the same, by the rules that a visitor's page keeps.
"""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

import msgspec

from installation.errors import PhotophoreError
from installation.guestbook import Act, Event, Story, strokes_in
from installation.values import Seconds

__all__ = [
    "Ask", "EventRow", "Give", "Have", "Listing", "Look", "Message", "StoryRow", "decode", "encode", "is_id",
    "taken",
]  # fmt: skip

_LONGEST_TEXT: Final = 1000
_LONGEST_KEPT: Final = 3651 * 86_400
"""Seconds between a story and its end: ``keep_days`` of a venue is at most 3650."""
_HOUR: Final = 3600
_EARLY: Final = 2 * 86_400
"""Seconds that the hour of a story may be ahead of our clock: clocks of hubs differ."""
_EARLY_DECISION: Final = 5 * 86_400
"""Seconds that a decision may be ahead of our clock; its date is that of the latest that its hub knew."""
_LATEST: Final = 4_102_444_800
"""2100-01-01: the last date that is taken while our own clock is in doubt."""
_CONTROLS: Final = (
    *range(0x20),
    *range(0x7F, 0xA0),
    0x2028,
    0x2029,
    *range(0x202A, 0x202F),
    *range(0x2066, 0x206A),
)
_UNSEEN: Final = frozenset(map(chr, _CONTROLS))
"""Controls, ends of lines and overrides of direction, which no sentence has (``guestbook.clean``)."""


class Have(msgspec.Struct, frozen=True, tag="have"):
    """What a hub has.

    Attributes:
        at: Its time of day, Unix seconds.
        count: Number of stories.
        digests: 8 bytes for each of 256 parts.
    """

    at: float
    count: int
    digests: bytes


class Look(msgspec.Struct, frozen=True, tag="look"):
    """Asks for the lists of some parts, 0..255."""

    parts: tuple[int, ...]


class Listing(msgspec.Struct, frozen=True, tag="list"):
    """Everything in one part: the state of each story (``guestbook.Inventory``), by its id."""

    part: int
    states: dict[str, int]


class Ask(msgspec.Struct, frozen=True, tag="ask"):
    """Asks for whole stories, and for the decisions about others."""

    stories: tuple[str, ...]
    decided: tuple[str, ...]


class StoryRow(msgspec.Struct, frozen=True, array_like=True):
    """A ``guestbook.Story``."""

    id: str
    hub: str
    hour: int
    language: str
    text: str
    strokes: str
    expires: int
    digest: str


class EventRow(msgspec.Struct, frozen=True, array_like=True):
    """A ``guestbook.Event``."""

    id: str
    story: str
    act: Act
    value: str
    at: int


class Give(msgspec.Struct, frozen=True, tag="give"):
    """Stories, decisions, and what was withdrawn.

    Attributes:
        stories: The stories.
        events: The decisions.
        gone: Ids of what was withdrawn.
        answers: Ids that were asked for, and of which this is all; empty in what nobody has asked for.
    """

    stories: tuple[StoryRow, ...] = ()
    events: tuple[EventRow, ...] = ()
    gone: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()


Message = Have | Look | Listing | Ask | Give
_DECODER: Final[msgspec.msgpack.Decoder[Message]] = msgspec.msgpack.Decoder(Message)


def decode(payload: bytes) -> Message:
    """Read a message. Raises msgspec.DecodeError."""
    return _DECODER.decode(payload)


def encode(message: Message) -> bytes:
    """Return a message as bytes."""
    return msgspec.msgpack.encode(message)


def is_id(text: str) -> bool:
    """Return whether a text is the id of a story or decision: a UUID as it is written."""
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def taken(message: Give, now: Seconds) -> tuple[list[Story], list[Event], list[str], dict[str, str]]:
    """Return the stories, decisions and withdrawals that may be taken in, and why others may not, by id.

    Args:
        message: The message.
        now: Unix seconds; 0 while the time of day is in doubt: dates before 2100 are taken then.
    """
    newest = now + _EARLY if now else _LATEST
    last = 1000 * (now + _EARLY_DECISION if now else _LATEST)
    refused = {one.id[:40]: why for one in message.stories if (why := _fault(one, newest))}
    refused |= {
        one.id[:40]: "a decision without an id, or with a date that is no time, or days ahead of our clock"
        for one in message.events
        if not (is_id(one.id) and is_id(one.story) and 0 <= one.at <= last and len(one.value) <= 64)
    }
    refused |= {one[:40]: "no id" for one in message.gone if not is_id(one)}
    stories = [
        Story(one.id, one.hub, one.hour, one.language, one.text, one.strokes, one.expires, one.digest)
        for one in message.stories
        if one.id[:40] not in refused
    ]
    events = [
        Event(one.id, one.story, one.act, one.value, one.at)
        for one in message.events
        if one.id[:40] not in refused
    ]
    return stories, events, [one for one in message.gone if one[:40] not in refused], refused


def _fault(one: StoryRow, newest: Seconds) -> str:
    if not (is_id(one.id) and len(one.digest) == 64 and _plain((one.hub, one.language, one.text))):
        return "no id, no digest, or signs that are not seen"
    if one.hour % _HOUR or not 0 <= one.hour <= newest:
        return "an hour that is none, or days ahead of our clock"
    if len(one.text) > _LONGEST_TEXT or not 0 < one.expires - one.hour <= _LONGEST_KEPT:
        return "a text that is too long, or a date of deletion that no venue gives"
    if one.strokes:
        try:
            strokes_in(one.strokes)
        except PhotophoreError as error:
            return str(error)
    return ""


def _plain(texts: Iterable[str]) -> bool:
    return not any(sign in _UNSEEN for text in texts for sign in text)
