"""HTTP of the panel: OSCQuery, health, metrics, the live picture, the status page, pairing.

Every request passes ``_protect``, which applies the access check. Answers carry a strict content security
policy, and no header that would let another origin read them.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from http import HTTPStatus
from pathlib import Path
from time import monotonic
from typing import Any, Final

import msgspec
from aiohttp import web

from installation.commands import Role
from installation.ipc.bus import Bus
from installation.panel import oscquery
from installation.panel.answers import BigAnswers, refuse, send, written
from installation.panel.desks import ControlDesk, StoriesDesk
from installation.panel.gate import PAIR, Gate
from installation.panel.keeper import KeeperLink
from installation.panel.live import MOST, Live
from installation.panel.metrics import exposition
from installation.panel.mirror import Mirror
from installation.panel.pages import PageData, cells, status_page
from installation.panel.picture import LivePicture
from installation.panel.query import MOST as MOST_CLIENTS
from installation.panel.query import Announcer, Hub
from installation.panel.tokens import without
from installation.status import Status, to_json
from installation.web.door import Door

__all__ = ["Panel"]

_STATIC: Final = Path(__file__).resolve().parent / "static"
_TYPES: Final = {
    "panel.css": "text/css", "panel.js": "text/javascript", "control.js": "text/javascript",
    "stories.js": "text/javascript",
}  # fmt: skip
_TELL: Final = 0.25
_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'self'; frame-ancestors 'none'; object-src 'none'; base-uri 'none'; form-action 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # with no-referrer, browsers send the origin of a form as "null"
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

log = logging.getLogger(__name__)


class Panel:
    """The application around one mirror.

    Args:
        bus: The panel's bus; the panel does not close it.
        gate: The access check.
        keeper: The keeper's status; None without one.
        stories: The queue of visitors' stories; None without one.
    """

    def __init__(
        self,
        bus: Bus,
        gate: Gate,
        keeper: KeeperLink | None = None,
        stories: StoriesDesk | None = None,
    ) -> None:
        self.mirror = Mirror(bus)
        self.door: Door | None = None
        self.announcer: Announcer | None = None
        self._bus = bus
        self._gate = gate
        self._keeper = keeper
        self._stories = stories
        self._control: ControlDesk | None = None
        if keeper is not None:
            gate.carry, keeper.refused = keeper.order, gate.refusals.report
            self._control = ControlDesk(keeper.order, self.status, keeper.look, self.mirror.view)
        self._big = BigAnswers()
        self._hub = Hub(
            bus, self.mirror.view, gate.refusals, monotonic, keeper.order if keeper is not None else None
        )
        self._live = Live(lambda: cells(self._page()), lambda: to_json(self.status()))
        self._pictures = LivePicture(bus, self.mirror, gate.refusals, _HEADERS)
        self._failed: set[str] = set()
        self._again: asyncio.TimerHandle | None = None

    def application(self) -> web.Application:
        """The aiohttp application."""
        application = web.Application(middlewares=[self._protect], client_max_size=16384)
        router, gate = application.router, self._gate
        router.add_get("/health", self._health, name="health")
        router.add_get("/metrics", self._metrics, name="metrics")
        router.add_get("/picture", self._picture, name="picture")
        router.add_get("/static/{name}", self._static, name="static")
        router.add_get("/panel/events", self._events, name="events")
        router.add_get(PAIR, gate.pair_page, name="pair-page")
        router.add_post(PAIR, gate.pair, name="pair")
        router.add_post("/panel/unpair", gate.unpair, name="unpair")
        router.add_post("/panel/command/{name}", gate.command, name="command")
        if self._control is not None:
            self._control.add_routes(router)
        if self._stories is not None:
            self._stories.add_routes(router)
        router.add_get("/{path:.*}", self._query, name="tree")
        application.cleanup_ctx.append(self._work)
        application.on_shutdown.append(self._let_go)
        return application

    def status(self) -> Status:
        """Return the keeper's status; while it is silent, the last one of the stage."""
        said = self._keeper.status() if self._keeper is not None else None
        said = said or Status(**msgspec.structs.asdict(self.mirror.telemetry))
        ours = self._gate.refusals
        others = tuple(one for one in said.refused if one.source != ours.source)
        return msgspec.structs.replace(said, refused=others + ours.report())

    async def _work(self, _application: web.Application) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(work) for work in (self._tell(), self._hub.carry())]
        self._refresh()
        if self._keeper is not None:
            tasks.append(asyncio.create_task(self._keeper.run()))
        if self.door is not None:
            tasks.append(asyncio.create_task(self.door.sweep()))
        if self.announcer is not None:
            tasks.append(asyncio.create_task(self.announcer.run()))
        yield
        if self._again is not None:
            self._again.cancel()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._big.close()
        self._gate.close()
        if self._stories is not None:
            self._stories.close()

    async def _let_go(self, _application: web.Application) -> None:
        self._live.close()
        await self._hub.close()

    def _refresh(self) -> None:
        """Take in what the stage has sent, pass it on, and come again: one wake-up of the loop each time."""
        before, now = self.mirror.pictures, monotonic()
        try:
            self.mirror.refresh(now)
            self._hub.tick(now)
        except Exception:  # whatever the bus or a client brings about, it goes on
            if "refresh" not in self._failed:
                self._failed.add("refresh")
                log.exception("the mirror of the stage failed")
        finally:
            self._again = asyncio.get_running_loop().call_later(self._hub.pause(now), self._refresh)
        if self.mirror.pictures != before:
            self._pictures.arrived()

    async def _tell(self) -> None:
        while True:
            for _ in range(2):
                self._live.tell()
                await asyncio.sleep(_TELL)
            self._live.tell_status()

    @web.middleware
    async def _protect(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        guest = self.door.guest(request.transport) if self.door is not None else None
        if guest is not None:
            guest.begin()
        try:
            if guest is not None and guest.reserved and request.path != "/health":
                response: web.StreamResponse = refuse(HTTPStatus.SERVICE_UNAVAILABLE, "too many connections")
                response.force_close()
            else:
                response = await self._answered(request, handler)
        finally:
            if guest is not None:
                guest.end()
        if not response.prepared:
            response.headers.update(_HEADERS)
        return response

    async def _answered(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        try:
            refused = await self._gate.identify(request)
            refused = refused or self._gate.refusal(request, self._gate.identity(request))
            return refused or await handler(request)
        except web.HTTPException as error:
            allowed = {"Allow": error.headers["Allow"]} if "Allow" in error.headers else {}
            return web.Response(status=error.status, text=f"{error.reason}\n", headers=allowed)
        except ConnectionError:
            raise
        except Exception as error:
            name = type(error).__name__
            if name not in self._failed:  # once for each kind: anyone can repeat the same request
                self._failed.add(name)
                log.exception("%s %.200r failed", request.method, request.path)
            return refuse(HTTPStatus.INTERNAL_SERVER_ERROR, "the panel failed at this; see its log")

    async def _health(self, request: web.Request) -> web.Response:
        now = monotonic()
        age, stale = self.mirror.age(now), self.mirror.stale(now)
        body: dict[str, Any] = {
            "ok": not stale,
            "stale": stale,
            "age_s": None if age is None else round(age, 3),
        }
        if self._gate.identity(request).role is not None:
            body["stage"] = to_json(self.mirror.telemetry)
            body["status"] = to_json(self.status())
            directory = self.mirror.directory
            body["tree"] = {"nodes": len(directory.nodes), "left_out": directory.left_out}
        return web.json_response(body, status=200)

    async def _metrics(self, _request: web.Request) -> web.Response:
        ok = not self.mirror.stale(monotonic())
        return web.Response(text=exposition(self.status(), ok), content_type="text/plain")

    async def _static(self, request: web.Request) -> web.Response:
        kind = _TYPES.get(request.match_info["name"])
        if kind is None:
            raise web.HTTPNotFound
        return web.Response(body=(_STATIC / request.match_info["name"]).read_bytes(), content_type=kind)

    def _page(self, role: Role = Role.VIEWER, *, paired: bool = False) -> PageData:
        now, mirror = monotonic(), self.mirror
        return PageData(
            self.status(), mirror.view(), mirror.age(now), mirror.stale(now), role.name.lower(), paired
        )

    async def _query(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Upgrade", "").lower() == "websocket":
            return await self._serve_client(request)
        wants_page = "text/html" in request.headers.get("Accept", "")
        query = without(request.query_string)
        if request.path == "/" and not query and wants_page:
            who = self._gate.identity(request)
            page = self._page(who.role or Role.VIEWER, paired=bool(who.token))
            return web.Response(text=status_page(page), content_type="text/html")
        headers = {"X-Photophore-Stale": "true"} if self.mirror.stale(monotonic()) else {}
        view = self.mirror.view()
        if oscquery.large(view, request.path, query):
            body, left_out = await self._big.get(view, request.path, query)
            headers |= {"X-Photophore-Left-Out": str(left_out)} if left_out else {}
            return await send(request, body, headers | _HEADERS)
        answer = oscquery.answer(view, request.path, query, _reached(request))
        if answer.body is None:
            return web.Response(status=answer.status, headers=headers)
        return web.json_response(answer.body, status=answer.status, headers=headers)

    async def _serve_client(self, request: web.Request) -> web.StreamResponse:
        if self._gate.foreign(request):
            origin = request.headers.get("Origin", "")
            self._gate.refusals.note("a page of another origin, without a token", origin)
            return refuse(HTTPStatus.FORBIDDEN, "a page of another origin needs ?token=CODE")
        if len(self._hub) >= MOST_CLIENTS:
            self._gate.refusals.note(f"more than {MOST_CLIENTS} OSCQuery clients", request.remote or "")
            return refuse(HTTPStatus.SERVICE_UNAVAILABLE, "too many clients")
        guest = self.door.guest(request.transport) if self.door is not None else None
        who = self._gate.identity(request)
        progress = guest.go_on if guest is not None else lambda: None
        return await self._hub.serve(request, lambda: self._gate.writes(who), progress)

    async def _events(self, request: web.Request) -> web.StreamResponse:
        if len(self._live) >= MOST:
            return refuse(HTTPStatus.SERVICE_UNAVAILABLE, "too many listeners")
        response = web.StreamResponse(headers=_HEADERS | {"Content-Type": "text/event-stream"})
        await response.prepare(request)
        who = self._gate.identity(request)
        with self._live.listening() as queue:
            while (event := await queue.get()) is not None:
                if not (self._gate.listens(who) and await written(request, response, event)):
                    break
        return response

    async def _picture(self, request: web.Request) -> web.StreamResponse:
        if without(request.query_string) in oscquery.ATTRIBUTES:
            return await self._query(request)  # the tree may have a container of this name too
        who = self._gate.identity(request)
        return await self._pictures.serve(request, lambda: self._gate.listens(who))


def _reached(request: web.Request) -> tuple[str, int] | None:
    """Return address and port of our end of a connection, or those of the tunnel that it comes through."""
    here = request.transport.get_extra_info("sockname") if request.transport is not None else None
    if not isinstance(here, tuple):
        return None
    port = request.url.port or here[1]
    return str(here[0]).partition("%")[0], int(port)
