"""Access check of every request: host name, method, origin, role. And the pages that pair and unpair.

``NEEDS`` gives the role that each route needs; a route that is not in it is closed. The role that a command
needs is in the table of commands, and is checked here too.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

import msgspec
from aiohttp import web

from installation.commands import COMMANDS, Role, arguments, may, nearest_verb
from installation.errors import CommandError, PhotophoreError
from installation.logs import Refusals
from installation.panel import tokens
from installation.panel.access import Sessions, Throttle, allows
from installation.panel.answers import body, form, refuse
from installation.panel.pages import pair_page
from installation.panel.pairing import Hashes
from installation.values import Command, Scalar
from installation.web.hosts import at_this_machine, knows, same_origin

__all__ = ["NEEDS", "PAIR", "Gate", "Identity", "cookie_name"]

NEEDS: Final[dict[str, Role | None]] = {
    "health": None,  # the overall health is public; details need a viewer
    "static": None,
    "pair-page": None,
    "pair": None,
    "unpair": Role.VIEWER,
    "control": Role.OPERATOR,
    "control-act": Role.OPERATOR,
    "command": Role.VIEWER,  # besides the role that the command needs
    "events": Role.VIEWER,
    "metrics": Role.VIEWER,
    "picture": Role.VIEWER,
    "stories": Role.MODERATOR,
    "stories-act": Role.MODERATOR,
    "stories-version": Role.MODERATOR,
    "tree": Role.VIEWER,
}
"""Role that a route needs, by its name; None for a public route."""

PAIR: Final = "/panel/pair"

_PAGES: Final = frozenset({"control", "control-act", "stories", "stories-act"})
"""Routes of pages for people, besides ``/``: who may not see them is asked for a code."""

_STATED: Final = "stated identity"
_CODES: Final = "`photophore status` shows the codes"
_WAYS_IN: Final = "connect with `?token=CODE`, or by a forwarded port: docs/oscquery.md"

_BROWSERS_ASK: Final = ("/favicon.ico", "/apple-touch-icon", "/robots.txt")
"""Beginnings of paths that browsers ask for by themselves: no OSCQuery client is behind them."""

_LONGEST_CODE: Final = 64
_SAFE: Final = frozenset({"GET", "HEAD"})

log = logging.getLogger(__name__)


Carry = Callable[[str, tuple[Scalar, ...]], Awaitable[Any]]


class _Asked(msgspec.Struct, frozen=True):
    arguments: tuple[float | int | bool | str, ...] = ()


@dataclass(frozen=True, slots=True)
class Identity:
    """The identity of a client.

    Attributes:
        role: Its role; None without one.
        token: Token of the session; empty without one.
        stated: The token came in the query or a header, where no browser puts it by itself.
    """

    role: Role | None = None
    token: str = ""
    stated: bool = False


@dataclass(slots=True)
class Gate:
    """Decides which requests are allowed.

    Attributes:
        names: Accepted host names besides loopback ones and the local address of the connection.
        sessions: Paired browsers.
        hashes: Hashes of the pairing codes; without any, pairing is impossible.
        throttle: Rate limit of pairing.
        carry: Carries out an allowed command, and returns its result; None without a show. Raises
            PhotophoreError with the reason of a refusal.
        refusals: Counters of refused requests.
    """

    names: frozenset[str] = frozenset()
    sessions: Sessions = field(default_factory=Sessions)
    hashes: Hashes = field(default_factory=Hashes)
    throttle: Throttle = field(default_factory=Throttle)
    carry: Carry | None = None
    refusals: Refusals = field(default_factory=lambda: Refusals("panel"))
    _hashing: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="pairing")
    )
    _tokens: tokens.Tokens | None = None

    def refusal(self, request: web.Request, identity: Identity) -> web.Response | None:
        """Return the refusal of a request, None if it is allowed. Its route is known already."""
        if not self.knows(request):
            host = request.headers.get("Host", "")
            self.refusals.note("this host name is not allowed", host, "start the panel with --name NAME")
            return refuse(HTTPStatus.MISDIRECTED_REQUEST, "this host name is not allowed here")
        name = request.match_info.route.name
        if request.match_info.http_exception is not None:
            return None  # no such route or method: aiohttp answers
        if request.method not in _SAFE and not same_origin(request):
            return refuse(HTTPStatus.FORBIDDEN, "only the panel's own pages may write")
        if name in NEEDS and allows(identity.role, NEEDS[name]):
            return None
        page = (name in _PAGES or request.path == "/") and "text/html" in request.headers.get("Accept", "")
        if identity.role is not None:
            said = _too_low(identity.role, NEEDS.get(name or ""))
            told = _asked_again if page else refuse
            return told(HTTPStatus.FORBIDDEN, said)
        if page:
            return web.Response(status=HTTPStatus.SEE_OTHER, headers={"Location": PAIR})
        # An OSCQuery client, which may have found us by itself and says nothing of a 401.
        if name == "tree" and not request.path.startswith(_BROWSERS_ASK):
            self.refusals.note("reading from the network without a token", request.remote or "", _WAYS_IN)
            return refuse(HTTPStatus.UNAUTHORIZED, f"{_WAYS_IN}; browsers pair at {PAIR}")
        return refuse(HTTPStatus.UNAUTHORIZED, f"pair this browser first, at {PAIR}")

    def foreign(self, request: web.Request) -> bool:
        """Return whether the page of another origin opens a WebSocket, and states no token.

        Browsers let any page open one, and send the cookie with it; they always state the page's origin.
        """
        return "Origin" in request.headers and not same_origin(request) and not self.identity(request).stated

    def knows(self, request: web.Request) -> bool:
        """Return whether the Host is ours: loopback, the local address of the connection, or a given name."""
        return knows(request, self.names)

    async def identify(self, request: web.Request) -> web.Response | None:
        """Find the session of a token that the request states; return the refusal of a wrong one.

        A wrong token is never taken for none, so that nobody wonders why nothing can be written.
        """
        token = tokens.given(request)
        if not token or not self.knows(request):
            return None
        if self._tokens is None:
            self._tokens = tokens.Tokens(self.sessions, self.hashes, self.throttle, self._hashing)
        try:
            session = await self._tokens.session(token, request.remote or "")
        except tokens.TokenError as error:
            self.refusals.note("an unknown token", request.remote or "", _CODES)
            if error.wait > 0:
                wait = f"too many tries; try again in {error.wait:.0f} s"
                return refuse(HTTPStatus.TOO_MANY_REQUESTS, wait)
            return refuse(HTTPStatus.UNAUTHORIZED, f"this token is not known; {_CODES}")
        request[_STATED] = Identity(self.sessions.role(session), session, stated=True)
        return None

    def identity(self, request: web.Request) -> Identity:
        """Return who a client is: the session of its token or browser, or a local user, who is a viewer."""
        stated = request.get(_STATED)
        if isinstance(stated, Identity):
            return stated
        token = request.cookies.get(cookie_name(request), "")
        role = self.sessions.role(token) if token else None
        if role is not None:
            return Identity(role, token)
        return Identity(Role.VIEWER) if at_this_machine(request) else Identity()

    def writes(self, identity: Identity) -> Role | None:
        """Return the role with which a client may write now; None without a session, or once it has ended."""
        return self.sessions.role(identity.token) if identity.token else None

    def listens(self, identity: Identity) -> bool:
        """Return whether a client that was let in may still be told: until its pairing has ended."""
        return not identity.token or self.sessions.role(identity.token) is not None

    async def pair_page(self, _request: web.Request) -> web.Response:
        """Return the page that asks for the code."""
        return web.Response(text=pair_page(), content_type="text/html")

    async def pair(self, request: web.Request) -> web.Response:
        """Check a code, and open a session for it."""
        client = request.remote or ""
        wait = self.throttle.wait(client)
        if wait > 0:
            said = f"Too many tries; try again in {wait:.0f} s."
            return _asked_again(HTTPStatus.TOO_MANY_REQUESTS, said, {"Retry-After": f"{wait + 1:.0f}"})
        code = await _code(request)
        role = None
        if code and self.hashes.roles:
            loop = asyncio.get_running_loop()
            role = await loop.run_in_executor(self._hashing, self.hashes.role_of, code)
        if role is None:
            self.throttle.failed(client)
            log.warning("a wrong pairing code came from %s", client)
            return _asked_again(HTTPStatus.FORBIDDEN, "The code is wrong.")
        self.throttle.succeeded(client)
        log.info("a browser at %s was paired as %s", client, role.name.lower())
        response = web.Response(status=HTTPStatus.SEE_OTHER, headers={"Location": "/"})
        response.set_cookie(
            cookie_name(request),
            self.sessions.open(role),
            max_age=self.sessions.lasts,
            path="/",
            httponly=True,
            samesite="Strict",
        )
        return response

    async def unpair(self, request: web.Request) -> web.Response:
        """End the session."""
        self.sessions.close(self.identity(request).token)
        response = web.Response(status=HTTPStatus.SEE_OTHER, headers={"Location": "/"})
        response.del_cookie(cookie_name(request), path="/", httponly=True, samesite="Strict")
        return response

    async def command(self, request: web.Request) -> web.Response:
        """Carry out a command if the role may give it: the only way to change anything over HTTP.

        The body is JSON, ``{"arguments": [...]}``, or empty.
        """
        verb, who = request.match_info["name"], self.identity(request)
        if verb not in COMMANDS:
            return refuse(HTTPStatus.NOT_FOUND, f"there is no command {verb:.40}{nearest_verb(verb[:40])}")
        if not who.token:
            return refuse(HTTPStatus.UNAUTHORIZED, f"commands need a paired browser, see {PAIR}")
        if who.role is None or not may(who.role, verb):
            role = (who.role or Role.VIEWER).name.lower()
            return refuse(HTTPStatus.FORBIDDEN, f"{verb} is not allowed for the role {role}")
        try:
            asked = msgspec.json.decode(await body(request) or b"{}", type=_Asked)
            arguments(Command(verb, asked.arguments, source="panel"))
        except (msgspec.DecodeError, CommandError) as error:
            return refuse(HTTPStatus.BAD_REQUEST, str(error))
        except RecursionError:  # msgspec's, in fields that it skips
            return refuse(HTTPStatus.BAD_REQUEST, "JSON is nested too deeply")
        if self.carry is None:
            return refuse(HTTPStatus.NOT_IMPLEMENTED, "there is no keeper that could carry it out")
        try:
            return web.json_response({"result": await self.carry(verb, asked.arguments)})
        except PhotophoreError as error:
            return refuse(HTTPStatus.CONFLICT, str(error))

    def close(self) -> None:
        """Release resources without waiting."""
        self._hashing.shutdown(wait=False, cancel_futures=True)


def cookie_name(request: web.Request) -> str:
    """Return the name of the cookie. Cookies are shared by all ports of a host, so the name has the port."""
    here = request.transport.get_extra_info("sockname") if request.transport is not None else None
    return f"photophore-{here[1]}" if isinstance(here, tuple) else "photophore"


def _too_low(role: Role, needed: Role | None) -> str:
    wanted = f"the role {needed.name.lower()}" if needed is not None else "a role that nobody has"
    return f"this needs {wanted}, and you are {role.name.lower()}: give that role's code at {PAIR}"


def _asked_again(status: HTTPStatus, message: str, headers: Mapping[str, str] | None = None) -> web.Response:
    return web.Response(status=status, text=pair_page(message), content_type="text/html", headers=headers)


async def _code(request: web.Request) -> str:
    return (await form(request)).get("code", "")[:_LONGEST_CODE]
