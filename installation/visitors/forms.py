"""What a form sends, read within bounds: whoever sends too much is answered all the same."""

import asyncio
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs

from aiohttp import web

from installation.guestbook import new_key
from installation.values import Seconds
from installation.visitors.pages import Form

__all__ = ["MOST_DRAINED", "Given", "read_form"]

_KEPT: Final = 256 << 10
"""Bytes of a form that are read: a drawing of 64 KiB, in percents."""
MOST_DRAINED: Final = 24 << 20
"""Bytes that are taken off the wire before an answer: a browser reads none before it has sent all."""
_PATIENCE: Final[Seconds] = 20.0
"""A form with a drawing has 100 to 250 KB: a phone at 100 kbit/s sends it in time."""
_FIELDS: Final = 16
_LONGEST_KEY: Final = 64


@dataclass(frozen=True, slots=True)
class Given:
    """The fields of a form.

    Attributes:
        key: Of the form; a new one where none was sent.
        text: The sentence as it was typed.
        strokes: The drawing as JSON; empty for none.
        code: A withdrawal code.
        cut: Whether more was sent than was read.
    """

    key: str
    text: str = ""
    strokes: str = ""
    code: str = ""
    cut: bool = False

    def again(self, message: str) -> Form:
        """Return the form with the same content, and why it was not taken."""
        return Form(self.key, self.text, self.strokes, message)


async def read_form(request: web.Request) -> Given:
    """Read a form of a request, and as much more as was sent.

    Raises HTTPRequestTimeout, HTTPUnsupportedMediaType, HTTPRequestEntityTooLarge.
    """
    if request.content_type != "application/x-www-form-urlencoded":
        raise web.HTTPUnsupportedMediaType
    kept, taken = bytearray(), 0
    try:
        async with asyncio.timeout(_PATIENCE):
            async for chunk in request.content.iter_any():
                taken += len(chunk)
                if len(kept) < _KEPT:
                    kept += chunk[: _KEPT - len(kept)]
                if taken > MOST_DRAINED:
                    raise web.HTTPRequestEntityTooLarge(MOST_DRAINED, taken)
    except TimeoutError as error:
        raise web.HTTPRequestTimeout from error
    try:
        found = parse_qs(bytes(kept).decode("ascii", "replace"), max_num_fields=_FIELDS, errors="replace")
    except ValueError:  # more fields than any form of ours has
        found = {}
    cut = taken > _KEPT

    def field(name: str) -> str:
        return found.get(name, [""])[0]

    strokes = field("strokes")
    return Given(
        key=field("key")[:_LONGEST_KEY] or new_key(),
        text=field("text"),
        strokes="" if strokes in ("[]", "null") else strokes,
        code=field("code")[:_LONGEST_KEY],
        cut=cut,
    )
