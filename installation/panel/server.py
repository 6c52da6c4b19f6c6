"""HTTP of the panel: OSCQuery, health, the live picture, the status page.

GET only, a Host allow-list against DNS rebinding, a strict content policy, no cross-origin access.
"""

import asyncio
import contextlib
import ipaddress
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from time import monotonic
from typing import Any, Final

from aiohttp import web

from installation.ipc.bus import Bus
from installation.ipc.telemetry import WATCHING
from installation.logs import Refusals
from installation.panel import oscquery
from installation.panel.mirror import Mirror
from installation.panel.pages import status_page
from installation.values import HOST

__all__ = ["Panel"]

_STATIC: Final = Path(__file__).resolve().parent / "static"
_REFRESH: Final = 1 / 30
_VIEWERS: Final = 16
_STILL_WAIT: Final = 3.0
_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'self'; frame-ancestors 'none'; object-src 'none'; base-uri 'none'; form-action 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_BOUNDARY: Final = "photophore-frame"

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Panel:
    """The application around one mirror.

    Args:
        bus: The panel's bus; the panel does not close it.
        names: Host names that may be asked for besides loopback ones and ``host``.
        host: Address that the server listens on.
    """

    def __init__(self, bus: Bus, names: frozenset[str] = frozenset(), host: str = HOST) -> None:
        self.mirror = Mirror(bus)
        self.refusals = Refusals("panel")
        self._bus = bus
        self._names = names | {"localhost", HOST, "::1", host}
        self._viewers = 0
        self._unwatch: Callable[[], None] | None = None
        self._seen = asyncio.Condition()

    def application(self) -> web.Application:
        """The aiohttp application."""
        application = web.Application(middlewares=[self._protect], client_max_size=16384)
        application.router.add_get("/health", self._frame_stats)
        application.router.add_get("/picture", self._picture)
        application.router.add_get("/static/panel.css", self._style)
        application.router.add_get("/{path:.*}", self._query)
        application.cleanup_ctx.append(self._listen)
        return application

    async def _listen(self, _application: web.Application) -> AsyncIterator[None]:
        task = asyncio.create_task(self._refresh())
        yield
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    async def _refresh(self) -> None:
        while True:
            before = self.mirror.pictures
            self.mirror.refresh(monotonic())
            if self.mirror.pictures != before:
                async with self._seen:
                    self._seen.notify_all()
            await asyncio.sleep(_REFRESH)

    @web.middleware
    async def _protect(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        response: web.StreamResponse
        if not self._allowed(request.host):
            remedy = "start the panel with --name NAME to serve it"
            self.refusals.note("this host name is not allowed", request.host, remedy)
            response = web.Response(status=421, text="this host name is not allowed here\n")
        elif request.method not in {"GET", "HEAD"}:
            response = web.Response(status=405, text="GET only\n", headers={"Allow": "GET, HEAD"})
        else:
            try:
                response = await handler(request)
            except web.HTTPException as error:
                response = web.Response(status=error.status, text=f"{error.reason}\n")
        if not response.prepared:
            response.headers.update(_HEADERS)
        return response

    def _allowed(self, host: str) -> bool:
        name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
        name = name.strip("[]").lower()
        if name in self._names:
            return True
        with contextlib.suppress(ValueError):
            return ipaddress.ip_address(name).is_loopback
        return False

    async def _frame_stats(self, _request: web.Request) -> web.Response:
        now = monotonic()
        age = self.mirror.age(now)
        stale = self.mirror.stale(now)
        body: dict[str, Any] = {
            "ok": not stale,
            "stale": stale,
            "age_s": None if age is None else round(age, 3),
        }
        body |= {"stage": self.mirror.telemetry, "refused": self.refusals.report()}
        return web.json_response(body, status=200)

    async def _style(self, _request: web.Request) -> web.Response:
        return web.Response(body=(_STATIC / "panel.css").read_bytes(), content_type="text/css")

    async def _query(self, request: web.Request) -> web.Response:
        now = monotonic()
        if (
            request.path == "/"
            and not request.query_string
            and "text/html" in request.headers.get("Accept", "")
        ):
            return web.Response(text=status_page(self.mirror, now), content_type="text/html")
        answer = oscquery.answer(self.mirror, request.path, request.query_string)
        headers = {"X-Photophore-Stale": "true"} if self.mirror.stale(now) else {}
        if answer.body is None:
            return web.Response(status=answer.status, headers=headers)
        return web.json_response(answer.body, status=answer.status, headers=headers)

    async def _picture(self, request: web.Request) -> web.StreamResponse:
        if request.query_string in oscquery.ATTRIBUTES:  # the tree has a container of this name too
            return await self._query(request)
        if self._viewers >= _VIEWERS:
            self.refusals.note(f"more than {_VIEWERS} viewers of the picture", request.remote or "")
            return web.Response(status=503, text="too many viewers\n")
        with self._subscriptions():
            if "still" in request.query:
                return await self._still()
            return await self._stream(request)

    @contextlib.contextmanager
    def _subscriptions(self) -> Iterator[None]:
        self._viewers += 1
        if self._unwatch is None:
            self._unwatch = self._bus.alive(WATCHING)
        try:
            yield
        finally:
            self._viewers -= 1
            if self._viewers == 0 and self._unwatch is not None:
                self._unwatch()
                self._unwatch = None

    async def _next(self, seen: int) -> bool:
        """Wait for a picture that is newer than number ``seen``."""
        async with self._seen:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_STILL_WAIT):
                    await self._seen.wait_for(lambda: self.mirror.pictures > seen)
        return self.mirror.pictures > seen

    async def _still(self) -> web.Response:
        if not await self._next(self.mirror.pictures) and not self.mirror.picture:
            return web.Response(status=503, text="there is no picture yet\n", headers={"Retry-After": "2"})
        return web.Response(body=self.mirror.picture, content_type="image/jpeg")

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers=_HEADERS)
        response.content_type = "multipart/x-mixed-replace"
        response.headers["Content-Type"] = f"multipart/x-mixed-replace; boundary={_BOUNDARY}"
        await response.prepare(request)
        seen = -1 if self.mirror.picture else 0
        with contextlib.suppress(ConnectionResetError):
            while request.transport is not None and not request.transport.is_closing():
                if not await self._next(seen):
                    continue
                seen = self.mirror.pictures
                jpeg = self.mirror.picture
                head = f"--{_BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
                await response.write(head.encode() + jpeg + b"\r\n")
        return response
