"""HTTP of the visitors' page. Stories are left and taken back here; it gives no commands."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from http import HTTPStatus
from pathlib import Path
from time import time
from typing import Final
from urllib.parse import urlencode, urlsplit

from aiohttp import web

from installation.errors import PhotophoreError
from installation.guestbook import (
    LONGEST_DRAWING,
    MOST_PLACES,
    GuestbookError,
    SentenceError,
    clean,
    code_of,
    new_key,
    room,
    shortened,
)
from installation.guestbook.tokens import Tokens
from installation.logs import Refusals
from installation.values import Seconds
from installation.visitors.desk import Desk
from installation.visitors.forms import Given, read_form
from installation.visitors.languages import choose, languages
from installation.visitors.limits import Limiter
from installation.visitors.options import VisitorOptions
from installation.visitors.pages import (
    Form,
    Place,
    form_page,
    left_page,
    notice_page,
    privacy_page,
    withdraw_page,
)
from installation.web.door import Door
from installation.web.hosts import at_this_machine, knows

__all__ = ["Visitors"]

_STATIC: Final = Path(__file__).resolve().parent / "static"
_TYPES: Final = {"visitors.css": "text/css", "visitors.js": "text/javascript"}
_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-cache",  # a form keeps what was typed when one comes back to it
}
_REFILL: Final[Seconds] = 30.0
_CODES: Final = 10
_CODES_REFILL: Final[Seconds] = 10.0
_SHOWN_AGAIN: Final = 2000
"""Characters of a sentence that is too long, which are shown again to be shortened."""

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

log = logging.getLogger(__name__)


class Visitors:
    """The application.

    Args:
        options: What the venue says.
        desk: Keeps the stories.
        tokens: Makes and checks the token of the address.
        names: Host names that may be asked for, besides addresses of this machine.

    Attributes:
        door: The limits on connections; set before the application is set up.
        refusals: Counters of what was refused.
    """

    def __init__(
        self, options: VisitorOptions, desk: Desk, tokens: Tokens, names: frozenset[str] = frozenset()
    ) -> None:
        self.door: Door | None = None
        self.refusals = Refusals("visitors")
        self._options = options
        self._desk = desk
        self._tokens = tokens
        self._names = names
        self._texts = languages()
        self._told = {tag: texts.name for tag, texts in self._texts.items()}
        self._stories = Limiter(options.burst, _REFILL)
        self._codes = Limiter(_CODES, _CODES_REFILL)
        self._files = {name: (_STATIC / name).read_bytes() for name in _TYPES}

    def application(self) -> web.Application:
        """The aiohttp application."""
        application = web.Application(middlewares=[self._protect])
        router = application.router
        router.add_get("/health", self._health)
        router.add_get("/privacy", self._privacy)
        router.add_get("/withdraw", self._ask_code)
        router.add_post("/withdraw", self._withdraw)
        for name in _TYPES:
            router.add_get(f"/{name}", self._file)
        router.add_get("/left", self._left)  # where no letters are needed
        router.add_get("/{token:[a-z2-7]*}", self._form)
        router.add_post("/{token:[a-z2-7]*}", self._leave)
        router.add_get("/{token:[a-z2-7]*}/left", self._left)
        application.cleanup_ctx.append(self._work)
        return application

    async def _work(self, _application: web.Application) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(self.door.sweep())] if self.door is not None else []
        yield
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    @web.middleware
    async def _protect(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        guest = self.door.guest(request.transport) if self.door is not None else None
        if guest is not None:
            guest.begin()
        try:
            if guest is not None and guest.reserved and request.path != "/health":
                response: web.StreamResponse = web.Response(
                    status=HTTPStatus.SERVICE_UNAVAILABLE, text="too many connections; try again soon\n"
                )
                response.force_close()
            else:
                response = await self._answered(request, handler)
        finally:
            if guest is not None:
                guest.end()
        response.headers.update(_HEADERS)
        return response

    async def _answered(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        if not knows(request, self._names):
            host = request.headers.get("Host", "")
            self.refusals.note("this host name is not allowed", host, "name it in `address` of [visitors]")
            return web.Response(status=HTTPStatus.MISDIRECTED_REQUEST, text="this host is not known here\n")
        if request.method == "POST" and "Origin" in request.headers and not _own_page(request):
            self.refusals.note("a form of another site", request.headers["Origin"][:80])
            return web.Response(status=HTTPStatus.FORBIDDEN, text="only our own page may send this\n")
        try:
            return await handler(request)
        except web.HTTPException as error:
            place = self._place(request)
            return _html(notice_page(place, place.texts.scan), HTTPStatus(error.status))
        except (PhotophoreError, OSError) as error:
            log.error("a request failed: %s", error)
            place = self._place(request)
            return _html(notice_page(place, place.texts.failed), HTTPStatus.SERVICE_UNAVAILABLE)

    def _place(self, request: web.Request) -> Place:
        wanted = request.query.get("lang", "")
        tag = choose(self._texts, wanted, request.headers.get("Accept-Language", ""))
        token = request.match_info.get("token") or ""
        if not token and at_this_machine(request):
            token = self._tokens.now(time())
        return Place(
            self._texts[tag], tag, wanted in self._texts, self._told, token, self._options.keep_days,
            self._options.contact,
        )  # fmt: skip

    def _allowed(self, place: Place) -> bool:
        return self._tokens.accepts(place.token, time())

    # Pages.

    async def _health(self, _request: web.Request) -> web.StreamResponse:
        await self._desk.check()
        return web.Response(text="ok\n")

    async def _file(self, request: web.Request) -> web.StreamResponse:
        name = request.path.strip("/")
        return web.Response(body=self._files[name], content_type=_TYPES[name], charset="utf-8")

    async def _privacy(self, request: web.Request) -> web.StreamResponse:
        return _html(privacy_page(self._place(request)))

    async def _form(self, request: web.Request) -> web.StreamResponse:
        place = self._place(request)
        if not self._allowed(place):
            return _html(notice_page(place, place.texts.scan), HTTPStatus.NOT_FOUND)
        return _html(form_page(place, Form(new_key())))

    async def _left(self, request: web.Request) -> web.StreamResponse:
        place, receipt = self._place(request), request.query.get("r", "")[:64]
        if not await self._desk.has(receipt):
            return _html(notice_page(place, place.texts.unknown), HTTPStatus.NOT_FOUND)
        return _html(left_page(place, code_of(receipt)))

    # Leaving a story.

    async def _leave(self, request: web.Request) -> web.StreamResponse:
        place = self._place(request)
        if not self._allowed(place):
            return _html(notice_page(place, place.texts.scan), HTTPStatus.NOT_FOUND)
        given = await read_form(request)
        address = request.remote or ""
        # Counted before anything is waited for: many forms of one address may come at once.
        counted = self._stories.wait(address) <= 0.0
        if counted:
            self._stories.count(address)
        elif given.strokes:
            return self._refused(request, place, given)  # before the drawing is read
        try:
            text = "" if given.strokes else clean(given.text)
            receipt = await self._desk.receipt(given, text, place.language)
            # What is sent again is answered all the same.
            if not counted and not await self._desk.has(receipt.receipt):
                return self._refused(request, place, given)
            receipt, new = await self._desk.add(receipt)
        except SentenceError as error:
            if counted:
                return self._again(place, given, error.reason)
            self._stories.count(address)
            return self._refused(request, place, given)
        except GuestbookError as error:
            if counted:
                self._stories.forgive(address)
            log.error("a story could not be kept: %s", error)
            return self._again(place, given, "failed", HTTPStatus.SERVICE_UNAVAILABLE)
        if counted and not new:
            self._stories.forgive(address)
        query = {"r": receipt.receipt} | ({"lang": place.language} if place.asked else {})
        where = f"{place.token}/left" if place.token else "left"
        return web.Response(status=HTTPStatus.SEE_OTHER, headers={"Location": f"/{where}?{urlencode(query)}"})

    def _refused(self, request: web.Request, place: Place, given: Given) -> web.Response:
        """Return the form with what was typed, and when it may be sent again."""
        self.refusals.note("too many stories from one address", "", "`burst` of [visitors] allows more")
        seconds = int(self._stories.wait(request.remote or "")) + 1
        message = place.texts.wait.format(seconds=seconds)
        response = _html(form_page(place, given.again(message)), HTTPStatus.TOO_MANY_REQUESTS)
        response.headers["Retry-After"] = str(seconds)
        return response

    def _again(
        self, place: Place, given: Given, reason: str, status: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY
    ) -> web.Response:
        """Return the form with what was typed, and why it was not taken."""
        texts = place.texts
        form = given.again(str(getattr(texts, reason)))
        if reason == "long":
            if given.cut or len(given.text) > _SHOWN_AGAIN:
                status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
                beginning = shortened(" ".join(given.text[:_SHOWN_AGAIN].split()), MOST_PLACES)
                form = Form(given.key, beginning, "", texts.huge)
            else:
                over = room(" ".join(given.text.split())) - MOST_PLACES
                form = given.again(texts.long.format(over=over))
        if len(form.strokes) > LONGEST_DRAWING:
            form = Form(form.key, form.text, "", form.message)
        return _html(form_page(place, form), status)

    # Taking one back.

    async def _ask_code(self, request: web.Request) -> web.StreamResponse:
        return _html(withdraw_page(self._place(request)))

    async def _withdraw(self, request: web.Request) -> web.StreamResponse:
        place = self._place(request)
        wait = self._codes.wait(request.remote or "")
        if wait > 0.0:
            message = place.texts.wait.format(seconds=int(wait) + 1)
            return _html(withdraw_page(place, message), HTTPStatus.TOO_MANY_REQUESTS)
        self._codes.count(request.remote or "")  # before the form is waited for: many may come at once
        given = await read_form(request)
        if await self._desk.withdraw(given.code):
            return _html(notice_page(place, place.texts.withdrawn, place.texts.withdraw))
        return _html(withdraw_page(place, place.texts.unknown), HTTPStatus.NOT_FOUND)


def _own_page(request: web.Request) -> bool:
    """Return whether the form was on a page of this host."""
    told = request.headers.getall("Origin", [])
    try:
        return [urlsplit(one).netloc for one in told] == [request.headers.get("Host", "")]
    except ValueError:  # e.g. http://[x
        return False


def _html(page: str, status: HTTPStatus = HTTPStatus.OK) -> web.Response:
    return web.Response(text=page, content_type="text/html", status=status)
