"""The live picture of the show: one JPEG, or as many as come."""

import asyncio
import contextlib
from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from typing import Final

from aiohttp import web

from installation.ipc.bus import Bus
from installation.ipc.telemetry import WATCHING
from installation.logs import Refusals
from installation.panel.answers import refuse, written
from installation.panel.mirror import Mirror

__all__ = ["LivePicture"]

_VIEWERS: Final = 16
_STILL_WAIT: Final = 3.0
_BOUNDARY: Final = "photophore-frame"


class LivePicture:
    """Serves the pictures that the stage sends while somebody watches.

    Args:
        bus: Where the stage learns that somebody watches.
        mirror: Has the newest picture.
        refusals: Notified of viewers that are too many.
        headers: Of every answer.
    """

    def __init__(self, bus: Bus, mirror: Mirror, refusals: Refusals, headers: Mapping[str, str]) -> None:
        self._bus, self._mirror, self._refusals, self._headers = bus, mirror, refusals, headers
        self._viewers = 0
        self._unwatch: Callable[[], None] | None = None
        self._seen = asyncio.Condition()
        self._notifying: asyncio.Future[None] | None = None

    def arrived(self) -> None:
        """Wake all who wait: the mirror has another picture."""
        self._notifying = asyncio.ensure_future(self._notify())

    async def _notify(self) -> None:
        async with self._seen:
            self._seen.notify_all()

    async def serve(self, request: web.Request, may: Callable[[], bool]) -> web.StreamResponse:
        """Answer with one picture (``?still``), or with a stream of them, as long as the client ``may``."""
        if self._viewers >= _VIEWERS:
            self._refusals.note(f"more than {_VIEWERS} viewers of the picture", request.remote or "")
            return refuse(HTTPStatus.SERVICE_UNAVAILABLE, "too many viewers")
        with self._watching():
            if "still" in request.query:
                return await self._still()
            return await self._stream(request, may)

    @contextlib.contextmanager
    def _watching(self) -> Iterator[None]:
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
        """Wait for a picture with a number above ``seen``."""
        async with self._seen:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_STILL_WAIT):
                    await self._seen.wait_for(lambda: self._mirror.pictures > seen)
        return self._mirror.pictures > seen

    async def _still(self) -> web.Response:
        if not await self._next(self._mirror.pictures) and not self._mirror.picture:
            return web.Response(status=503, text="there is no picture yet\n", headers={"Retry-After": "2"})
        return web.Response(body=self._mirror.picture, content_type="image/jpeg")

    async def _stream(self, request: web.Request, may: Callable[[], bool]) -> web.StreamResponse:
        kind = f"multipart/x-mixed-replace; boundary={_BOUNDARY}"
        response = web.StreamResponse(headers={**self._headers, "Content-Type": kind})
        await response.prepare(request)
        seen = -1 if self._mirror.picture else 0
        while request.transport is not None and not request.transport.is_closing() and may():
            if not await self._next(seen):
                continue
            seen = self._mirror.pictures
            jpeg = self._mirror.picture
            head = f"--{_BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
            if not await written(request, response, head.encode() + jpeg + b"\r\n"):
                break
        return response
