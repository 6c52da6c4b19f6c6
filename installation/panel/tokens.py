"""Tokens of programs: ``?token=...`` or ``Authorization: Bearer ...`` instead of a browser's cookie.

A token is that of a session, or a pairing code. A code opens a session for the client's address, which its
later requests with the same code share. It is guessed at no faster than in the form of the pairing page.
"""

import asyncio
import logging
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from typing import Final

from aiohttp import web

from installation.panel.access import Sessions, Throttle
from installation.panel.pairing import Hashes, normal
from installation.values import Seconds
from installation.web.hosts import client_of

__all__ = ["PARAMETER", "TokenError", "Tokens", "given", "without"]

PARAMETER: Final = "token"
_BEARER: Final = "bearer "
_LONGEST_CODE: Final = 20
_LONGEST: Final = 256
_KEPT: Final = 64

log = logging.getLogger(__name__)


class TokenError(Exception):
    """A token that is not accepted.

    Attributes:
        wait: Seconds until another may be tried; 0 if at once.
    """

    def __init__(self, wait: Seconds = 0.0) -> None:
        super().__init__("this token is not known")
        self.wait = wait


def given(request: web.Request) -> str:
    """Return the token of a request, of the header (RFC 6750, 2.1) before the query; empty without one."""
    header = request.headers.get("Authorization", "")
    if header.lower().startswith(_BEARER):
        return header[len(_BEARER) :].strip()[:_LONGEST]
    return request.query.get(PARAMETER, "")[:_LONGEST]


def without(query: str) -> str:
    """Return a query string without its token."""
    return "&".join(part for part in query.split("&") if part.partition("=")[0] != PARAMETER)


class Tokens:
    """Finds the session of a token.

    Args:
        sessions: All sessions.
        hashes: Hashes of the pairing codes.
        throttle: Rate limit of wrong codes.
        hashing: The thread that hashes codes.
    """

    def __init__(
        self, sessions: Sessions, hashes: Hashes, throttle: Throttle, hashing: ThreadPoolExecutor
    ) -> None:
        self._sessions = sessions
        self._hashes = hashes
        self._throttle = throttle
        self._hashing = hashing
        self._opened: OrderedDict[tuple[str, str], str] = OrderedDict()

    async def session(self, token: str, client: str) -> str:
        """Return the token of the session that a token or a code stands for.

        Raises TokenError if it is wrong, or if this client has to wait after wrong ones.
        """
        if len(token) > _LONGEST_CODE:
            if self._sessions.role(token) is None:
                raise TokenError
            return token
        # A correct code is not looked up while its client has to wait: guesses would be answered at once.
        if wait := self._throttle.blocked(client):
            raise TokenError(wait)
        key = client_of(client), sha256(normal(token).encode("utf-8", "surrogateescape")).hexdigest()
        known = self._opened.get(key, "")
        if known and self._sessions.role(known) is not None:
            return known
        return await self._open(token, client, key)

    async def _open(self, code: str, client: str, key: tuple[str, str]) -> str:
        if wait := self._throttle.wait(client):
            raise TokenError(wait)
        role = None
        if self._hashes.roles:
            loop = asyncio.get_running_loop()
            role = await loop.run_in_executor(self._hashing, self._hashes.role_of, code)
        if role is None:
            self._throttle.failed(client)
            log.warning("a wrong token came from %s", client)
            raise TokenError
        self._throttle.succeeded(client)
        log.info("a program at %s was paired as %s", client, role.name.lower())
        opened = self._opened[key] = self._sessions.open(role)
        while len(self._opened) > _KEPT:
            self._opened.popitem(last=False)
        return opened
